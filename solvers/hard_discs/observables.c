// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the output state. hd_observe computes all of them; the rows' functions hand them
// out. Rates are means over the time since the observation before, and NaN at t = 0.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/boltzmann.h"
#include "numerics/memory.h"
#include "solvers/hard_discs/hard_discs.h"

/// What had happened up to an observation.
struct mark {
    double time;
    int64_t contacts;
    double virial, impulse;
};

struct hd_observer {
    struct clau_boltzmann_workspace *workspace;
    struct clau_coordinate coordinates[2]; ///< particle, velocity_cell
    size_t coordinate_count;
    struct clau_boltzmann *macrostates; ///< [velocity cells]
    size_t macrostate_count;
    bool failed; ///< to be told

    struct mark last;
    double collisions, collision_rate, mean_free_path;
    double pressure, wall_pressure, compressibility_factor;
    double energy, momentum[2], fraction_left;
};

struct hd_observer *hd_observer_create(const struct hd_model *model) {
    const struct clau_reals *cells = &model->parameters->velocity_cell;
    struct hd_observer *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->macrostate_count = cells->count;
    self->macrostates = clau_allocate(cells->count + 1, sizeof *self->macrostates);
    bool done = self->macrostates != NULL;
    if (cells->count > 0)
        done = (self->workspace = clau_boltzmann_workspace_create(model->count)) != NULL && done;
    if (!done) {
        hd_observer_destroy(self);
        return NULL;
    }
    self->coordinates[0] =
        (struct clau_coordinate){"particle", "number of the disc", "1", model->count, NULL};
    self->coordinates[1] = (struct clau_coordinate){
        "velocity_cell", "edge of the velocity cells in units of sqrt(energy_per_particle)", "1",
        cells->count, cells->values};
    self->coordinate_count = cells->count > 0 ? 2 : 1;
    return self;
}

void hd_observer_destroy(struct hd_observer *self) {
    if (self == NULL)
        return;
    clau_boltzmann_workspace_destroy(self->workspace);
    free(self->macrostates);
    free(self);
}

size_t hd_observer_coordinates(const struct hd_observer *observer,
                               const struct clau_coordinate **coordinates) {
    *coordinates = observer->coordinates;
    return observer->coordinate_count;
}

double hd_observer_memory(const struct hd_model *model) {
    double slots = 16.0;
    while (slots < 2.0 * (double)model->count)
        slots *= 2.0;
    return model->observer->workspace == NULL ? 0.0 : 12.0 * slots + 4.0 * (double)model->count;
}

bool hd_observer_failed(struct hd_observer *observer) {
    const bool failed = observer->failed;
    observer->failed = false;
    return failed;
}

// ---- measures ---------------------------------------------------------------------------------

/// Momentum that a unit of wall takes in a unit of time; NaN without walls.
static double pressure_on_walls(const struct hd_model *model, double impulse, double time) {
    const struct hd_box *box = &model->engine.box;
    const double *size = model->parameters->size;
    double length = 0.0;
    for (int k = 0; k < 2; k++)
        length += box->periodic[k] ? 0.0 : 2.0 * size[!k];
    return length > 0.0 ? impulse / (length * time) : NAN;
}

static void measure_rates(const struct hd_model *model, double speed) {
    struct hd_observer *self = model->observer;
    const struct hd_tally *tally = &model->engine.tally;
    const struct mark now = {model->out_time, (int64_t)tally->contacts, tally->virial,
                             tally->impulse[0] + tally->impulse[1]};
    const double time = now.time - self->last.time, n = (double)model->count;
    const double area = model->parameters->size[0] * model->parameters->size[1];
    self->collisions = (double)now.contacts;
    self->collision_rate = self->mean_free_path = self->pressure = NAN;
    self->wall_pressure = self->compressibility_factor = NAN;
    if (time > 0.0) {
        self->collision_rate = 2.0 * (double)(now.contacts - self->last.contacts) / (n * time);
        self->mean_free_path = speed / self->collision_rate;
        self->pressure = (self->energy + 0.5 * (now.virial - self->last.virial) / time) / area;
        self->compressibility_factor = self->pressure * area / self->energy;
        self->wall_pressure = pressure_on_walls(model, now.impulse - self->last.impulse, time);
    }
    self->last = now;
}

static void measure_sums(const struct hd_model *model, double *mean_speed) {
    struct hd_observer *self = model->observer;
    const double n = (double)model->count, middle = 0.5 * model->parameters->size[0];
    double square = 0.0, speed = 0.0, px = 0.0, py = 0.0;
    size_t left = 0;
    for (size_t i = 0; i < model->count; i++) {
        const double vx = model->vx[i], vy = model->vy[i], v2 = vx * vx + vy * vy;
        square += v2;
        speed += sqrt(v2);
        px += vx;
        py += vy;
        left += model->x[i] < middle;
    }
    self->energy = 0.5 * square;
    self->momentum[0] = px;
    self->momentum[1] = py;
    self->fraction_left = (double)left / n;
    *mean_speed = speed / n;
}

/// In absolute units: dv sqrt(T).
static void measure_macrostates(const struct hd_model *model) {
    struct hd_observer *self = model->observer;
    const struct hd_parameters *p = model->parameters;
    const double unit = sqrt(p->energy);
    for (size_t k = 0; k < self->macrostate_count; k++) {
        const struct clau_boltzmann_cells cells = {
            (size_t)p->position_cells.values[0],
            (size_t)p->position_cells.values[1],
            p->size[0],
            p->size[1],
            p->velocity_cell.values[k] * unit,
            p->velocity_range * unit,
        };
        if (clau_boltzmann_entropy(self->workspace, &cells, model->count, model->x, model->y,
                                   model->vx, model->vy, &self->macrostates[k]) == CLAU_MEASURE_OK)
            continue;
        self->failed = true;
        self->macrostates[k] =
            (struct clau_boltzmann){.exact = NAN, .stirling = NAN, .corrected = NAN};
    }
}

void hd_observe(void *model, bool observe) {
    if (!observe)
        return;
    double speed;
    measure_sums(model, &speed);
    measure_rates(model, speed);
    measure_macrostates(model);
}

void hd_observer_save(const struct hd_observer *self, struct clau_checkpoint *checkpoint) {
    clau_checkpoint_put_real(checkpoint, "last.time", self->last.time);
    clau_checkpoint_put_integer(checkpoint, "last.contacts", self->last.contacts);
    clau_checkpoint_put_real(checkpoint, "last.virial", self->last.virial);
    clau_checkpoint_put_real(checkpoint, "last.impulse", self->last.impulse);
}

enum clau_status hd_observer_restore(struct hd_observer *self,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error) {
    enum clau_status status =
        clau_checkpoint_get_real(checkpoint, "last.time", &self->last.time, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_integer(checkpoint, "last.contacts", &self->last.contacts, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "last.virial", &self->last.virial, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "last.impulse", &self->last.impulse, error);
    return status;
}

// ---- state ------------------------------------------------------------------------------------

#define STATE(name)                                                                                \
    static void name(void *model, double *out) {                                                   \
        const struct hd_model *self = model;                                                       \
        memcpy(out, self->name, self->count * sizeof *out);                                        \
    }

STATE(x)
STATE(y)
STATE(vx)
STATE(vy)

static const char *const on_places[] = {"coordinates", "x y", NULL};

const struct clau_state_row hd_state_rows[HD_STATE_ROWS] = {
    {"x", "position along x", "1", NULL, x},
    {"y", "position along y", "1", NULL, y},
    {"vx", "velocity along x", "1", on_places, vx},
    {"vy", "velocity along y", "1", on_places, vy},
};

// ---- rows -------------------------------------------------------------------------------------

#define NUMBER(name, member)                                                                       \
    static void name(void *model, double *out) {                                                   \
        *out = ((const struct hd_model *)model)->observer->member;                                 \
    }

NUMBER(collisions, collisions)
NUMBER(collision_rate, collision_rate)
NUMBER(mean_free_path, mean_free_path)
NUMBER(pressure, pressure)
NUMBER(wall_pressure, wall_pressure)
NUMBER(compressibility_factor, compressibility_factor)
NUMBER(energy, energy)
NUMBER(momentum_x, momentum[0])
NUMBER(momentum_y, momentum[1])
NUMBER(fraction_left, fraction_left)

#define MACROSTATE(name, member)                                                                   \
    static void name(void *model, double *out) {                                                   \
        const struct hd_observer *self = ((const struct hd_model *)model)->observer;               \
        for (size_t k = 0; k < self->macrostate_count; k++)                                        \
            out[k] = (double)self->macrostates[k].member;                                          \
    }

MACROSTATE(boltzmann_entropy, exact)
MACROSTATE(boltzmann_entropy_stirling, stirling)
MACROSTATE(boltzmann_entropy_corrected, corrected)
MACROSTATE(occupied_cells, occupied)
MACROSTATE(overflow_particles, overflow)

/// Turning the velocities round turns the momentum round.
static bool keeps_momentum(const struct hd_model *self, int axis) {
    return self->engine.box.periodic[axis] && isnan(self->parameters->reverse_at);
}

static bool keeps_momentum_x(const void *model) { return keeps_momentum(model, 0); }
static bool keeps_momentum_y(const void *model) { return keeps_momentum(model, 1); }

static bool has_walls(const void *model) {
    const struct hd_box *box = &((const struct hd_model *)model)->engine.box;
    return !box->periodic[0] || !box->periodic[1];
}

static bool has_macrostates(const void *model) {
    return ((const struct hd_model *)model)->observer->macrostate_count > 0;
}

#define ROW(name_, text)                                                                           \
    { .name = #name_, .long_name = text, .units = "1", .compute = name_ }

#define MACROSTATE_ROW(name_, text)                                                                \
    {                                                                                              \
        .name = #name_, .long_name = text, .units = "1", .dimension = "velocity_cell",             \
        .enabled = has_macrostates, .compute = name_                                               \
    }

const struct clau_observable_row hd_observable_rows[HD_OBSERVABLE_ROWS] = {
    ROW(collisions, "collisions of two discs since t = 0"),
    ROW(collision_rate, "collisions of a disc with others in a unit of time, since the last "
                        "observation"),
    ROW(mean_free_path, "mean speed / collision rate"),
    ROW(pressure, "(energy + virial of the collisions since the last observation / 2) / area"),
    {.name = "wall_pressure",
     .long_name = "momentum taken by the walls since the last observation / (time * their length)",
     .units = "1",
     .enabled = has_walls,
     .compute = wall_pressure},
    ROW(compressibility_factor, "pressure * area / energy: p / (n T)"),
    {.name = "energy",
     .long_name = "kinetic energy of all discs",
     .units = "1",
     .conserved = CLAU_CONSERVED,
     .compute = energy},
    {.name = "momentum_x",
     .long_name = "momentum of all discs along x",
     .units = "1",
     .conserved = CLAU_CONSERVED_ABSOLUTE,
     .conserved_here = keeps_momentum_x,
     .compute = momentum_x},
    {.name = "momentum_y",
     .long_name = "momentum of all discs along y",
     .units = "1",
     .conserved = CLAU_CONSERVED_ABSOLUTE,
     .conserved_here = keeps_momentum_y,
     .compute = momentum_y},
    ROW(fraction_left, "fraction of the discs in the left half of the domain"),
    MACROSTATE_ROW(boltzmann_entropy,
                   "Boltzmann entropy of the macrostate per disc, (1/N) ln prod |D|^N_a / N_a!"),
    MACROSTATE_ROW(boltzmann_entropy_stirling,
                   "the same with ln n! = n ln n - n: -(1/N) sum N_a ln(N_a / |D|) + 1"),
    MACROSTATE_ROW(boltzmann_entropy_corrected,
                   "entropy of the distribution over phase space, without the bias of few discs a "
                   "cell (Grassberger)"),
    MACROSTATE_ROW(occupied_cells, "phase-space cells with a disc"),
    MACROSTATE_ROW(overflow_particles, "discs beyond macrostate.velocity_range"),
};
