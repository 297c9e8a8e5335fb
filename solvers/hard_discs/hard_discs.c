// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the hard-disc gas: its keys and its life cycle.
#include "solvers/hard_discs/hard_discs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numerics/memory.h"

/// Events after which advance() lets the runtime look at its clock: some milliseconds.
static const uint64_t EVENTS_A_CALL = 20000;

// ---- keys -------------------------------------------------------------------------------------

static const struct clau_choice boundaries[] = {
    [HD_WALL] = {"wall", "hard walls, that discs touch with their rim"},
    [HD_PERIODIC] = {"periodic", "the domain is repeated for ever"},
};

#define OFFSET(member) offsetof(struct hd_parameters, member)

#define BOUNDARY_ROW(name, index)                                                                  \
    {                                                                                              \
        .key = "domain." name, .type = CLAU_CHOICE, .offset = OFFSET(boundary[index]),             \
        .fallback = "\"wall\"", .choices = boundaries,                                             \
        .choice_count = sizeof boundaries / sizeof *boundaries,                                    \
        .description = "what is at the ends of this axis"                                          \
    }

static const struct clau_parameter parameters[] = {
    {.key = "gas.particles",
     .type = CLAU_INTEGER,
     .offset = OFFSET(particles),
     .fallback = "10000",
     .range = CLAU_BETWEEN(1, 100000000),
     .description = "number N of discs, of mass 1"},
    {.key = "gas.diameter",
     .type = CLAU_REAL,
     .offset = OFFSET(diameter),
     .computed = "from gas.packing_fraction",
     .range = {true, 0.0, INFINITY, false, true},
     .unit = "length",
     .description = "diameter d of the discs; 0: they do not collide. Either this or "
                    "packing_fraction is given"},
    {.key = "gas.packing_fraction",
     .type = CLAU_REAL,
     .offset = OFFSET(packing_fraction),
     .computed = "from gas.diameter",
     .range = CLAU_BETWEEN(0, 0.7),
     .description = "N pi d^2 / 4 over the area of the whole domain"},
    {.key = "gas.energy_per_particle",
     .type = CLAU_REAL,
     .offset = OFFSET(energy),
     .fallback = "1.0",
     .range = CLAU_ABOVE(0),
     .unit = "energy",
     .description = "kinetic energy / N: the temperature T"},
    {.key = "domain.width",
     .type = CLAU_REAL,
     .offset = OFFSET(size[0]),
     .fallback = "1.0",
     .range = CLAU_ABOVE(0),
     .unit = "length",
     .description = "of the domain along x, which starts at 0"},
    {.key = "domain.height",
     .type = CLAU_REAL,
     .offset = OFFSET(size[1]),
     .fallback = "1.0",
     .range = CLAU_ABOVE(0),
     .unit = "length",
     .description = "of the domain along y, which starts at 0"},
    BOUNDARY_ROW("boundary_x", 0),
    BOUNDARY_ROW("boundary_y", 1),
    {.key = "time.reverse_at",
     .type = CLAU_REAL,
     .offset = OFFSET(reverse_at),
     .computed = "never",
     .range = CLAU_ABOVE(0),
     .description = "time at which all velocities are turned round, once (Loschmidt)"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(initial),
     .maximum_count = 1,
     .kinds = &hd_initial_kinds,
     .description = "initial state; none: equilibrium"},
    {.key = "macrostate.position_cells",
     .type = CLAU_INTEGERS,
     .offset = OFFSET(position_cells),
     .fallback = "[16, 1]",
     .range = CLAU_BETWEEN(1, 1000000),
     .minimum_count = 2,
     .maximum_count = 2,
     .description = "cells of the macrostate along x and y"},
    {.key = "macrostate.velocity_cell",
     .type = CLAU_REALS,
     .offset = OFFSET(velocity_cell),
     .fallback = "[1.0, 0.5, 0.25]",
     .range = CLAU_ABOVE(0),
     .maximum_count = 64,
     .unit = "sqrt(energy_per_particle)",
     .description =
         "edges of the velocity cells, each a macrostate of its own; none: no entropies"},
    {.key = "macrostate.velocity_range",
     .type = CLAU_REAL,
     .offset = OFFSET(velocity_range),
     .fallback = "5.0",
     .range = CLAU_ABOVE(0),
     .unit = "sqrt(energy_per_particle)",
     .description = "components up to it, rounded up to whole cells, have velocity cells; one cell "
                    "beyond"},
};

double hd_diameter(const struct hd_parameters *p) {
    if (!isnan(p->diameter))
        return p->diameter;
    return sqrt(4.0 / M_PI * p->packing_fraction * p->size[0] * p->size[1] / (double)p->particles);
}

struct hd_box hd_box_of(const struct hd_parameters *p) {
    struct hd_box box = {.diameter = hd_diameter(p)};
    for (int k = 0; k < 2; k++) {
        box.periodic[k] = p->boundary[k] == HD_PERIODIC;
        box.span[k] = p->size[k] - (box.periodic[k] ? 0.0 : box.diameter);
    }
    return box;
}

// ---- checks -----------------------------------------------------------------------------------

static enum clau_status check_domain(const struct hd_parameters *p, const struct clau_toml *config,
                                     struct clau_error *error) {
    static const char *const keys[] = {"domain.width", "domain.height"};
    const double d = hd_diameter(p);
    for (int k = 0; k < 2; k++) {
        const bool periodic = p->boundary[k] == HD_PERIODIC;
        const double least = periodic ? HD_LEAST_SPAN * (1.0 + 1e-9) * d : (1.0 + 1e-6) * d;
        if (p->size[k] <= least)
            return clau_toml_complain(config, keys[k], error,
                                      "must be more than %d diameter%s of the discs, %g",
                                      periodic ? HD_LEAST_SPAN : 1, periodic ? "s" : "",
                                      periodic ? HD_LEAST_SPAN * d : d);
    }
    return CLAU_OK;
}

static enum clau_status check_cells(const struct hd_parameters *p, const struct clau_toml *config,
                                    struct clau_error *error) {
    for (size_t k = 0; k < p->velocity_cell.count; k++) {
        const double number = p->velocity_range / p->velocity_cell.values[k];
        if (number > 1e5)
            return clau_toml_complain(config, "macrostate.velocity_cell", error,
                                      "%g must be at least 1e-5 of macrostate.velocity_range, %g",
                                      p->velocity_cell.values[k], p->velocity_range);
        const double places =
            (double)p->position_cells.values[0] * (double)p->position_cells.values[1];
        if (places * (4.0 * ceil(number) * ceil(number) + 1.0) >= 0x1p63)
            return clau_toml_complain(config, "macrostate.position_cells", error,
                                      "make more than 2^63 cells with velocity cells of %g",
                                      p->velocity_cell.values[k]);
    }
    return CLAU_OK;
}

static enum clau_status complete(void *values, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error) {
    struct hd_parameters *p = values;
    (void)run;
    const bool diameter = !isnan(p->diameter), packing = !isnan(p->packing_fraction);
    if (diameter == packing)
        return clau_toml_complain(config, diameter ? "gas.packing_fraction" : "gas", error,
                                  diameter ? "and gas.diameter cannot both be given"
                                           : "needs diameter or packing_fraction");
    enum clau_status status = check_domain(p, config, error);
    if (status == CLAU_OK)
        status = check_cells(p, config, error);
    if (status == CLAU_OK)
        status = hd_initial_check(p, config, error);
    return status;
}

// ---- life -------------------------------------------------------------------------------------

static void destroy(void *model) {
    struct hd_model *self = model;
    if (self == NULL)
        return;
    hd_observer_destroy(self->observer);
    hd_engine_finish(&self->engine);
    free(self->x);
    free(self->y);
    free(self->vx);
    free(self->vy);
    free(self->saved_identity);
    free(self);
}

static bool make_memory(struct hd_model *self) {
    double **const arrays[] = {&self->x, &self->y, &self->vx, &self->vy};
    bool done = true;
    for (size_t k = 0; k < 4; k++)
        done = (*arrays[k] = clau_allocate(self->count, sizeof(double))) != NULL && done;
    self->saved_identity = clau_allocate(self->count, sizeof *self->saved_identity);
    done = done && self->saved_identity != NULL;
    return done && (self->observer = hd_observer_create(self)) != NULL;
}

/// From the state at t = 0. A file's temperature may be another one than the configuration's.
static bool start_engine(struct hd_model *self) {
    const struct hd_box box = hd_box_of(self->parameters);
    double square = 0.0;
    for (size_t i = 0; i < self->count; i++)
        square += self->vx[i] * self->vx[i] + self->vy[i] * self->vy[i];
    const double temperature = 0.5 * square / (double)self->count;
    return hd_engine_init(&self->engine, &box, self->count, temperature) &&
           hd_engine_start(&self->engine, self->x, self->y, self->vx, self->vy);
}

static enum clau_status create(const struct clau_setup *setup, void **model,
                               struct clau_error *error) {
    struct hd_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->parameters = setup->parameters;
    self->run = setup->run;
    self->count = (size_t)self->parameters->particles;
    enum clau_status status = CLAU_OK;
    if (!make_memory(self))
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", self->count);
    if (status == CLAU_OK)
        status = hd_initial_fill(self->parameters, setup->run->seed, setup->config, self->x,
                                 self->y, self->vx, self->vy, error);
    if (status == CLAU_OK && !start_engine(self))
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", self->count);
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    *model = self;
    return CLAU_OK;
}

static void layout(const void *model, struct clau_layout *result) {
    const struct hd_model *self = model;
    *result = (struct clau_layout){.state_dimensions = {"particle"}, .particles = true};
    result->coordinate_count = hd_observer_coordinates(self->observer, &result->coordinates);
}

static void estimate(const void *model, struct clau_estimate *result) {
    const struct hd_model *self = model;
    const struct hd_parameters *p = self->parameters;
    const struct hd_engine *engine = &self->engine;
    const double n = (double)self->count, d = engine->box.diameter, area = p->size[0] * p->size[1];
    const double packing = 0.25 * M_PI * n * d * d / area;
    const double enskog = (1.0 - 0.4375 * packing) / ((1.0 - packing) * (1.0 - packing));
    const double contacts = sqrt(M_PI * p->energy) * n * n / area * d * enskog * self->run->end;
    snprintf(result->grid, sizeof result->grid,
             "%zu discs of diameter %.6g, packing %.3g, in %g x %g", self->count, d, packing,
             p->size[0], p->size[1]);
    snprintf(result->step, sizeof result->step, "from event to event, some %.2g collisions",
             contacts);
    result->steps = NAN;
    result->memory_bytes =
        n * (sizeof *engine->discs + 5 * sizeof(double) + 9.0) +
        (double)(engine->cells.columns * engine->cells.rows * (4 * engine->cells.stride + 1)) +
        (double)(engine->calendar.buckets * (HD_CHUNK * sizeof(uint32_t) + 5)) +
        hd_observer_memory(self);
}

// ---- evolution --------------------------------------------------------------------------------

static enum clau_status check_outcome(const struct hd_model *self, enum hd_outcome outcome,
                                      struct clau_error *error) {
    if (outcome == HD_NO_MEMORY)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", self->count);
    if (outcome == HD_JAMMED)
        return clau_error_set(error, CLAU_DIVERGED,
                              "the discs collide without end at t = %.17g: they are jammed",
                              hd_engine_time(&self->engine));
    return CLAU_OK;
}

static void look(struct hd_model *self, double time) {
    const struct hd_box *box = &self->engine.box;
    const double left = box->periodic[0] ? 0.0 : 0.5 * box->diameter;
    const double low = box->periodic[1] ? 0.0 : 0.5 * box->diameter;
    hd_engine_look(&self->engine, time, self->x, self->y, self->vx, self->vy);
    for (size_t i = 0; i < self->count; i++) {
        self->x[i] += left;
        self->y[i] += low;
    }
    self->out_time = time;
}

/// The velocities are turned round between the events up to then and those after.
static enum clau_status reverse_when_due(struct hd_model *self, double time, bool *due,
                                         struct clau_error *error) {
    const double when = self->parameters->reverse_at;
    *due = !self->reversed && when <= time;
    if (!*due)
        return CLAU_OK;
    const enum hd_outcome outcome = hd_engine_run(&self->engine, when, EVENTS_A_CALL);
    if (outcome == HD_REACHED) {
        self->reversed = true;
        if (!hd_engine_reverse(&self->engine, when))
            return check_outcome(self, HD_NO_MEMORY, error);
    }
    return check_outcome(self, outcome, error);
}

static enum clau_status advance(void *model, double time, bool *reached, struct clau_error *error) {
    struct hd_model *self = model;
    bool due;
    *reached = false;
    const enum clau_status status = reverse_when_due(self, time, &due, error);
    if (status != CLAU_OK || due)
        return status;
    const enum hd_outcome outcome = hd_engine_run(&self->engine, time, EVENTS_A_CALL);
    if (outcome == HD_REACHED) {
        look(self, time);
        *reached = true;
    }
    return check_outcome(self, outcome, error);
}

static uint64_t steps(const void *model) {
    const struct hd_tally *tally = &((const struct hd_model *)model)->engine.tally;
    return tally->contacts + tally->bounces + tally->crossings;
}

static bool warning(void *model, char text[CLAU_ERROR_LENGTH]) {
    struct hd_model *self = model;
    if (!hd_observer_failed(self->observer))
        return false;
    snprintf(text, CLAU_ERROR_LENGTH, "the macrostate's entropies could not be computed");
    return true;
}

// ---- checkpoints ------------------------------------------------------------------------------

/// Discs go into a checkpoint as they are in memory, in words of 8 bytes.
static size_t words(const struct hd_model *self) {
    return self->count * (sizeof(struct hd_disc) / sizeof(int64_t));
}

static void save(const void *model, struct clau_checkpoint *checkpoint) {
    const struct hd_model *self = model;
    const struct hd_engine *engine = &self->engine;
    const struct hd_tally *tally = &engine->tally;
    for (size_t i = 0; i < self->count; i++)
        self->saved_identity[i] = engine->identity[i];
    clau_checkpoint_put_integers(checkpoint, "discs", (const int64_t *)(const void *)engine->discs,
                                 words(self));
    clau_checkpoint_put_integers(checkpoint, "identity", self->saved_identity, self->count);
    clau_checkpoint_put_integer(checkpoint, "periods", engine->periods);
    clau_checkpoint_put_real(checkpoint, "now", engine->now);
    clau_checkpoint_put_integer(checkpoint, "reversed", self->reversed);
    clau_checkpoint_put_integer(checkpoint, "contacts", (int64_t)tally->contacts);
    clau_checkpoint_put_integer(checkpoint, "bounces", (int64_t)tally->bounces);
    clau_checkpoint_put_integer(checkpoint, "crossings", (int64_t)tally->crossings);
    clau_checkpoint_put_real(checkpoint, "virial", tally->virial);
    clau_checkpoint_put_real(checkpoint, "impulse_x", tally->impulse[0]);
    clau_checkpoint_put_real(checkpoint, "impulse_y", tally->impulse[1]);
    hd_observer_save(self->observer, checkpoint);
}

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct hd_model *self = model;
    struct hd_engine *engine = &self->engine;
    int64_t reversed = 0, counts[3] = {0};
    const struct {
        const char *name;
        int64_t *value;
    } integers[] = {{"periods", &engine->periods},
                    {"reversed", &reversed},
                    {"contacts", &counts[0]},
                    {"bounces", &counts[1]},
                    {"crossings", &counts[2]}};
    const struct {
        const char *name;
        double *value;
    } reals[] = {{"now", &engine->now},
                 {"virial", &engine->tally.virial},
                 {"impulse_x", &engine->tally.impulse[0]},
                 {"impulse_y", &engine->tally.impulse[1]}};
    enum clau_status status = clau_checkpoint_get_integers(
        checkpoint, "discs", (int64_t *)(void *)engine->discs, words(self), error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integers(checkpoint, "identity", self->saved_identity,
                                              self->count, error);
    for (size_t i = 0; i < self->count && status == CLAU_OK; i++)
        engine->identity[i] = (uint32_t)self->saved_identity[i];
    for (size_t k = 0; k < sizeof integers / sizeof *integers && status == CLAU_OK; k++)
        status =
            clau_checkpoint_get_integer(checkpoint, integers[k].name, integers[k].value, error);
    for (size_t k = 0; k < sizeof reals / sizeof *reals && status == CLAU_OK; k++)
        status = clau_checkpoint_get_real(checkpoint, reals[k].name, reals[k].value, error);
    if (status == CLAU_OK)
        status = hd_observer_restore(self->observer, checkpoint, error);
    if (status != CLAU_OK)
        return status;
    self->reversed = reversed != 0;
    engine->tally.contacts = (uint64_t)counts[0];
    engine->tally.bounces = (uint64_t)counts[1];
    engine->tally.crossings = (uint64_t)counts[2];
    if (!hd_engine_resume(engine))
        return clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint's discs are in no cells");
    return CLAU_OK;
}

static const char *comment(const void *model) {
    (void)model;
    return "mass 1, Boltzmann's constant 1; temperature T = energy / particles";
}

const struct clau_solver hard_discs_solver = {
    .name = "hard-discs",
    .description = "gas of hard discs, from collision to collision, and its Boltzmann entropy",
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .parameters_size = sizeof(struct hd_parameters),
    .state = hd_state_rows,
    .state_count = HD_STATE_ROWS,
    .observables = hd_observable_rows,
    .observable_count = HD_OBSERVABLE_ROWS,
    .complete = complete,
    .create = create,
    .destroy = destroy,
    .layout = layout,
    .estimate = estimate,
    .comment = comment,
    .advance = advance,
    .prepare = hd_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
};
