// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the schooling solver: its life cycle.
#include "solvers/couzin/couzin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/status.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/random.h"
#include "solvers/runtime/identity.h"

/// Distance tests after which advance() lets the runtime look at its clock: some milliseconds.
static const uint64_t TESTS_AT_ONCE = 4000000;

// ---- life -------------------------------------------------------------------------------------

static void destroy(void *model) {
    struct couzin_model *self = model;
    if (self == NULL)
        return;
    couzin_observer_destroy(self->observer);
    couzin_stepper_finish(&self->stepper);
    couzin_flock_finish(&self->now);
    couzin_flock_finish(&self->next);
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++)
        free(self->deviations[q]);
    free(self->informed);
    free(self->ramps);
    free(self->partial);
    free(self->saved_identity);
    free(self);
}

void couzin_quantities_at(const struct couzin_model *self, double time,
                          double quantities[COUZIN_QUANTITY_COUNT]) {
    const struct couzin_parameters *p = self->parameters;
    for (enum couzin_quantity q = 0; q < COUZIN_QUANTITY_COUNT; q++)
        quantities[q] = couzin_quantity_at(q, p->quantities[q], self->ramps, p->ramps.count, time);
}

/// Own deviations of the individuals where school.spread asks for them.
static bool make_deviations(struct couzin_model *self) {
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
        const double spread = self->parameters->spread[q];
        if (!(spread > 0.0))
            continue;
        self->deviations[q] = clau_allocate(self->count, sizeof *self->deviations[q]);
        if (self->deviations[q] == NULL)
            return false;
        clau_random_fill_normal(self->stepper.key, 0, COUZIN_RANDOM_DEVIATION + (uint64_t)q, 0,
                                self->count, self->deviations[q]);
        for (size_t i = 0; i < self->count; i++)
            self->deviations[q][i] *= spread;
        self->stepper.deviations[q] = self->deviations[q];
    }
    return true;
}

size_t couzin_informed_count(const struct couzin_parameters *p) {
    return (size_t)llround(p->informed_fraction * (double)p->individuals);
}

/// The informed individuals, drawn one after the other from those left (D. E. Knuth, The Art
/// of Computer Programming, vol. 2, algorithm 3.4.2 S).
static bool make_informed(struct couzin_model *self) {
    size_t wanted = couzin_informed_count(self->parameters);
    if (wanted == 0)
        return true;
    self->informed = clau_allocate(self->count, sizeof *self->informed);
    if (self->informed == NULL)
        return false;
    for (size_t i = 0; i < self->count; i++) {
        const struct clau_random_words words = clau_random_uint64x4(
            self->stepper.key, (struct clau_random_counter){0, i, COUZIN_RANDOM_INFORMED, 0});
        self->informed[i] =
            clau_random_half_open(words.word[0]) * (double)(self->count - i) < (double)wanted;
        wanted -= self->informed[i];
    }
    self->stepper.informed = self->informed;
    return true;
}

static void make_stepper(struct couzin_model *self) {
    const struct couzin_parameters *p = self->parameters;
    struct couzin_stepper *stepper = &self->stepper;
    stepper->rule = p->rule == COUZIN_2002 ? COUZIN_2002 : COUZIN_WEIGHTED;
    stepper->search = (enum couzin_search)p->search;
    stepper->dimensions = (int)p->dimensions;
    stepper->period = p->boundary == COUZIN_PERIODIC ? p->length : 0.0;
    stepper->key = (struct clau_random_key){(uint64_t)self->run->seed, 0};
    stepper->preference = p->preference;
    for (size_t d = 0; d < (size_t)p->dimensions; d++)
        stepper->preferred[d] = p->preferred.values[d];
    couzin_unit(stepper->preferred, stepper->preferred);
}

static bool make_memory(struct couzin_model *self, int threads) {
    const struct couzin_parameters *p = self->parameters;
    self->ramps = calloc(p->ramps.count + 1, sizeof *self->ramps);
    if (self->ramps == NULL)
        return false;
    for (size_t i = 0; i < p->ramps.count; i++)
        self->ramps[i] = p->ramps.items[i].values;
    self->partial = clau_allocate(clau_block_count(self->count), sizeof *self->partial);
    self->saved_identity = clau_allocate(self->count, sizeof *self->saved_identity);
    return self->partial != NULL && self->saved_identity != NULL && make_deviations(self) &&
           make_informed(self) && couzin_stepper_init(&self->stepper, self->count, threads) &&
           couzin_flock_init(&self->now, self->count) &&
           couzin_flock_init(&self->next, self->count) &&
           (self->observer = couzin_observer_create(self)) != NULL;
}

static enum clau_status create(const struct clau_setup *setup, void **model,
                               struct clau_error *error) {
    struct couzin_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->parameters = setup->parameters;
    self->run = setup->run;
    self->count = (size_t)self->parameters->individuals;
    make_stepper(self);
    enum clau_status status = CLAU_OK;
    if (!make_memory(self, setup->threads))
        status =
            clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu individuals", self->count);
    if (status == CLAU_OK)
        status = couzin_initial_fill(self->parameters, setup->run->seed, setup->config, &self->now,
                                     error);
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    self->out = &self->now;
    couzin_moments_add(self);
    *model = self;
    return CLAU_OK;
}

/// Bytes of an individual that are the model's own.
static double bytes_each(const struct couzin_parameters *p) {
    double bytes = 2.0 * COUZIN_FLOCK_BYTES + sizeof(int64_t);
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++)
        bytes += p->spread[q] > 0.0 ? sizeof(double) : 0.0;
    return bytes + (couzin_informed_count(p) > 0 ? sizeof(bool) : 0.0);
}

static void estimate(const struct clau_setup *setup, const void *model,
                     struct clau_estimate *result) {
    (void)model;
    const struct couzin_parameters *p = setup->parameters;
    const double n = (double)p->individuals;
    snprintf(result->grid, sizeof result->grid,
             "%lld individuals in %lld dimensions, %s, length %g", (long long)p->individuals,
             (long long)p->dimensions, p->boundary == COUZIN_PERIODIC ? "periodic" : "open",
             p->length);
    snprintf(result->step, sizeof result->step, "fixed, %g", p->step);
    result->steps = ceil(setup->run->end / p->step * (1.0 - 1e-12));
    result->size_key = "school.individuals";
    result->size = n;
    result->memory_bytes = n * bytes_each(p) +
                           couzin_stepper_memory((size_t)p->individuals, setup->threads) +
                           couzin_observer_memory(setup);
    result->checkpoint_bytes = n * (6.0 * sizeof(double) + sizeof(int64_t));
}

// ---- evolution --------------------------------------------------------------------------------

static double time_of(const struct couzin_model *self, uint64_t step) {
    return (double)step * self->parameters->step;
}

/// Sets `next` to the state a time `duration` after the last step.
static void step_into_next(struct couzin_model *self, double duration) {
    couzin_quantities_at(self, time_of(self, self->steps), self->stepper.quantities);
    couzin_step(&self->stepper, self->steps, duration, &self->now, &self->next);
}

/// Nobody may be further off than numbers have squares for, or have lost the heading.
static enum clau_status check_finite(const struct couzin_model *self, struct clau_error *error) {
    for (size_t k = 0; k < self->count; k++) {
        double squared = 0.0, furthest = 0.0;
        for (int d = 0; d < 3; d++) {
            squared += self->out->heading[d][k] * self->out->heading[d][k];
            // NaN stays.
            if (!(fabs(self->out->position[d][k]) <= furthest))
                furthest = fabs(self->out->position[d][k]);
        }
        if (!(furthest <= COUZIN_LARGEST_LENGTH) || !(fabs(squared - 1.0) < 1e-9))
            return clau_error_set(error, CLAU_DIVERGED,
                                  "individual %u is lost: its position or heading is no longer a "
                                  "number, or too large, in step %llu",
                                  self->out->identity[k], (unsigned long long)self->steps);
    }
    return CLAU_OK;
}

// Individuals swim straight on between two decisions. An output time there shows them on their
// way, with their new headings, and leaves the sequence of steps as it is.
static enum clau_status advance(void *model, double time, bool *reached, struct clau_error *error) {
    struct couzin_model *self = model;
    const double ratio = time / self->parameters->step, nearest = round(ratio);
    const bool between = fabs(ratio - nearest) > 1e-9 * fmax(1.0, 1e-3 * nearest);
    const uint64_t target = (uint64_t)(between ? floor(ratio) : nearest);
    *reached = false;
    for (uint64_t tests = 0; self->steps < target && tests < TESTS_AT_ONCE;) {
        step_into_next(self, self->parameters->step);
        const struct couzin_flock old = self->now;
        self->now = self->next;
        self->next = old;
        self->steps++;
        tests += self->stepper.tests + 50 * self->count;
        couzin_moments_add(self);
    }
    if (self->steps < target)
        return CLAU_OK;
    self->out = &self->now;
    if (between) {
        step_into_next(self, time - time_of(self, self->steps));
        self->out = &self->next;
    }
    self->out_time = time;
    *reached = true;
    return check_finite(self, error);
}

static uint64_t steps(const void *model) { return ((const struct couzin_model *)model)->steps; }

static bool warning(void *model, char text[CLAU_ERROR_LENGTH]) {
    struct couzin_model *self = model;
    if (self->measure_status != CLAU_MEASURE_OK && !self->measure_reported) {
        self->measure_reported = true;
        snprintf(text, CLAU_ERROR_LENGTH, "some observables could not be computed: %s",
                 clau_measure_status_text(self->measure_status));
        return true;
    }
    const double reach =
        couzin_own_value(COUZIN_ATTRACTION_RADIUS, couzin_longest_attraction(self->parameters),
                         self->stepper.largest_deviation[COUZIN_ATTRACTION_RADIUS]);
    const double half = 0.5 * self->parameters->length;
    if (self->reach_reported || self->parameters->boundary != COUZIN_PERIODIC || !(reach > half))
        return false;
    self->reach_reported = true;
    snprintf(text, CLAU_ERROR_LENGTH,
             "school.attraction_radius comes to %g, more than half of the periodic box, %g: "
             "the zone is "
             "cut off there, since everyone counts once, by the nearest image",
             reach, half);
    return true;
}

// ---- checkpoints
// ------------------------------------------------------------------------------

static const char *const position_names[3] = {"x", "y", "z"};
static const char *const heading_names[3] = {"ux", "uy", "uz"};

static void save(const void *model, struct clau_checkpoint *checkpoint) {
    const struct couzin_model *self = model;
    // In the order of memory, which sums depend on in their last bits.
    for (size_t k = 0; k < self->count; k++)
        self->saved_identity[k] = self->now.identity[k];
    clau_checkpoint_put_integers(checkpoint, "identity", self->saved_identity, self->count);
    for (int d = 0; d < 3; d++) {
        clau_checkpoint_put_reals(checkpoint, position_names[d], self->now.position[d],
                                  self->count);
        clau_checkpoint_put_reals(checkpoint, heading_names[d], self->now.heading[d], self->count);
    }
    clau_checkpoint_put_integer(checkpoint, "steps", (int64_t)self->steps);
    clau_checkpoint_put_real(checkpoint, "moment_0", self->moments.count);
    clau_checkpoint_put_real(checkpoint, "moment_1", self->moments.first);
    clau_checkpoint_put_real(checkpoint, "moment_2", self->moments.second);
    clau_checkpoint_put_real(checkpoint, "moment_4", self->moments.fourth);
    clau_checkpoint_put_integer(checkpoint, "moment_window", self->moments.window);
}

static bool are_finite(const double *values, size_t count) {
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return false;
    return true;
}

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct couzin_model *self = model;
    int64_t done = 0;
    enum clau_status status =
        clau_identity_restore(checkpoint, "identity", 1, self->count, self->saved_identity, error);
    for (size_t k = 0; k < self->count && status == CLAU_OK; k++)
        self->now.identity[k] = (uint32_t)self->saved_identity[k];
    for (int d = 0; d < 3 && status == CLAU_OK; d++) {
        status = clau_checkpoint_get_reals(checkpoint, position_names[d], self->now.position[d],
                                           self->count, error);
        if (status == CLAU_OK)
            status = clau_checkpoint_get_reals(checkpoint, heading_names[d], self->now.heading[d],
                                               self->count, error);
        if (status == CLAU_OK && !(are_finite(self->now.position[d], self->count) &&
                                   are_finite(self->now.heading[d], self->count)))
            status = clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint's school is nowhere");
    }
    const struct {
        const char *name;
        double *value;
    } moments[] = {{"moment_0", &self->moments.count},
                   {"moment_1", &self->moments.first},
                   {"moment_2", &self->moments.second},
                   {"moment_4", &self->moments.fourth}};
    for (size_t i = 0; i < sizeof moments / sizeof *moments && status == CLAU_OK; i++)
        status = clau_checkpoint_get_real(checkpoint, moments[i].name, moments[i].value, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_integer(checkpoint, "moment_window", &self->moments.window, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integer(checkpoint, "steps", &done, error);
    if (status == CLAU_OK)
        self->steps = (uint64_t)done;
    return status;
}

const struct clau_solver couzin_solver = {
    .name = "couzin",
    .description = "schools of fish: zones of repulsion, orientation and attraction",
    .parameters = couzin_parameter_rows,
    .parameter_count = COUZIN_PARAMETER_ROWS,
    .parameters_size = sizeof(struct couzin_parameters),
    .state = couzin_state_rows,
    .state_count = COUZIN_STATE_ROWS,
    .observables = couzin_observable_rows,
    .observable_count = COUZIN_OBSERVABLE_ROWS,
    .complete = couzin_complete,
    .create = create,
    .destroy = destroy,
    .layout = couzin_lay_out,
    .estimate = estimate,
    .advance = advance,
    .prepare = couzin_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
};
