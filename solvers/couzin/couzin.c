// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the schooling solver: its keys and its life cycle.
#include "solvers/couzin/couzin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/status.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/random.h"

/// Distance tests after which advance() lets the runtime look at its clock: some milliseconds.
static const uint64_t TESTS_AT_ONCE = 4000000;

/// Lengths up to this have squares, and sums of them.
static const double LARGEST_LENGTH = 1e100;

// ---- keys -------------------------------------------------------------------------------------

/// Finite and not negative.
#define CLAU_NOT_NEGATIVE                                                                          \
    { true, 0.0, INFINITY, false, true }

static const struct clau_choice boundary_choices[] = {
    [COUZIN_PERIODIC] = {"periodic", "the box [0, length)^d, repeated for ever"},
    [COUZIN_OPEN] = {"open", "unbounded space; length places and measures the school only"},
};

static const struct clau_choice rule_choices[] = {
    [COUZIN_2002] = {"couzin2002", "Couzin et al. 2002: own heading counts, error before the turn, "
                                   "exact turn, repulsion felt all round"},
    [COUZIN_WEIGHTED] = {"weighted", "weighted headings, interpolated turn, noise after it, blind "
                                     "cone in all zones"},
};

static const struct clau_choice search_choices[] = {
    [COUZIN_SEARCH_AUTO] = {"auto", "cells for large schools"},
    [COUZIN_SEARCH_PAIRS] = {"pairs", "all pairs"},
    [COUZIN_SEARCH_CELLS] = {"cells", "cells, wherever the zones are short enough"},
};

static const struct clau_choice centre_choices[] = {
    [COUZIN_CIRCULAR] = {"circular", "circular mean of each axis in a periodic box"},
    [COUZIN_PLAIN] = {"plain", "mean of the coordinates, wrong once the school crosses a face"},
};

#define RAMP_ROW(name, allowed, what)                                                              \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = offsetof(struct couzin_ramp, name),             \
        .required = true, .range = allowed, .description = what                                    \
    }

static const struct clau_parameter ramp_parameters[] = {
    {.key = "key",
     .type = CLAU_STRING,
     .offset = offsetof(struct couzin_ramp, key),
     .required = true,
     .description = "a number of [school], such as \"orientation_radius\""},
    RAMP_ROW(from, CLAU_NOT_NEGATIVE, "value at the start"),
    RAMP_ROW(to, CLAU_NOT_NEGATIVE, "value at the end, and after it"),
    RAMP_ROW(start, CLAU_FINITE, "time at which it starts; before that, [school] holds"),
    RAMP_ROW(end, CLAU_FINITE, "time at which it ends"),
};

static const struct clau_kind ramp_kinds[] = {
    {"linear", "a straight line in time", ROWS(ramp_parameters), sizeof(struct couzin_ramp)},
};

static const struct clau_kinds ramps = {"ramps", NULL, ROWS(ramp_kinds)};

#define OFFSET(member) offsetof(struct couzin_parameters, member)

static const struct clau_parameter parameters[] = {
    {.key = "domain.length",
     .type = CLAU_REAL,
     .offset = OFFSET(length),
     .fallback = "50.0",
     .range = {true, 0.0, 1e100, true, false},
     .unit = "length",
     .description = "edge L of the domain; scale of the entropies' histograms"},
    {.key = "domain.dimensions",
     .type = CLAU_INTEGER,
     .offset = OFFSET(dimensions),
     .fallback = "3",
     .range = CLAU_BETWEEN(2, 3),
     .description = "of space"},
    {.key = "domain.boundary",
     .type = CLAU_CHOICE,
     .offset = OFFSET(boundary),
     .fallback = "\"periodic\"",
     .choices = boundary_choices,
     .choice_count = sizeof boundary_choices / sizeof *boundary_choices,
     .description = "what is beyond the domain"},
    {.key = "school.individuals",
     .type = CLAU_INTEGER,
     .offset = OFFSET(individuals),
     .fallback = "100",
     .range = CLAU_BETWEEN(1, 100000000),
     .description = "number N"},
#define X(id, name, default_, largest, unit_, description_)                                        \
    {.key = "school." #name,                                                                       \
     .type = CLAU_REAL,                                                                            \
     .offset = OFFSET(quantities) + COUZIN_##id * sizeof(double),                                  \
     .fallback = default_,                                                                         \
     .range = {true, 0.0, largest, false, isinf(largest)},                                         \
     .unit = unit_,                                                                                \
     .description = description_},
    COUZIN_QUANTITIES(X)
#undef X
#define X(id, name, default_, largest, unit_, description_)                                        \
    {.key = "school.spread." #name,                                                                \
     .type = CLAU_REAL,                                                                            \
     .offset = OFFSET(spread) + COUZIN_##id * sizeof(double),                                      \
     .fallback = "0.0",                                                                            \
     .range = CLAU_NOT_NEGATIVE,                                                                   \
     .unit = unit_,                                                                                \
     .description = "standard deviation between individuals (Gaussian; cut at 0)"},
        COUZIN_QUANTITIES(X)
#undef X
            {.key = "school.rule",
             .type = CLAU_CHOICE,
             .offset = OFFSET(rule),
             .fallback = "\"couzin2002\"",
             .choices = rule_choices,
             .choice_count = sizeof rule_choices / sizeof *rule_choices,
             .description = "how an individual turns"},
    {.key = "school.centre",
     .type = CLAU_CHOICE,
     .offset = OFFSET(centre),
     .fallback = "\"circular\"",
     .choices = centre_choices,
     .choice_count = sizeof centre_choices / sizeof *centre_choices,
     .description = "centre of the school, for the observables"},
    {.key = "school.search",
     .type = CLAU_CHOICE,
     .offset = OFFSET(search),
     .fallback = "\"auto\"",
     .choices = search_choices,
     .choice_count = sizeof search_choices / sizeof *search_choices,
     .description = "how neighbours are found; results differ by round-off"},
    {.key = "informed.fraction",
     .type = CLAU_REAL,
     .offset = OFFSET(informed_fraction),
     .fallback = "0.0",
     .range = CLAU_BETWEEN(0, 1),
     .description = "share of the individuals that prefer a direction (Couzin et al. 2005)"},
    {.key = "informed.direction",
     .type = CLAU_REALS,
     .offset = OFFSET(preferred),
     .fallback = "[1.0, 0.0, 0.0]",
     .range = CLAU_FINITE,
     .minimum_count = 2,
     .maximum_count = 3,
     .description = "preferred direction g"},
    {.key = "informed.weight",
     .type = CLAU_REAL,
     .offset = OFFSET(preference),
     .fallback = "0.5",
     .range = CLAU_NOT_NEGATIVE,
     .description = "weight omega of g beside the social direction's 1"},
    {.key = "ramp",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(ramps),
     .kinds = &ramps,
     .description = "changes of [school] in time"},
    {.key = "time.step",
     .type = CLAU_REAL,
     .offset = OFFSET(step),
     .fallback = "0.1",
     .range = CLAU_ABOVE(0),
     .description = "time tau between decisions; max_turn and noise are per step"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(initial),
     .maximum_count = 1,
     .kinds = &couzin_initial_kinds,
     .description = "initial state; none: uniform"},
    {.key = "measures.group_distance",
     .type = CLAU_REAL,
     .offset = OFFSET(link),
     .computed = "school.attraction_radius, the largest of its ramps",
     .range = CLAU_NOT_NEGATIVE,
     .unit = "length",
     .description = "individuals nearer than this are in the same group"},
    {.key = "measures.correlation_range",
     .type = CLAU_REAL,
     .offset = OFFSET(range),
     .computed = "domain.length / 2",
     .range = {true, 1e-100, 1e100, false, false},
     .unit = "length",
     .description = "largest distance of the velocity correlation C(r)"},
    {.key = "measures.correlation_bins",
     .type = CLAU_INTEGER,
     .offset = OFFSET(distance_bins),
     .fallback = "25",
     .range = CLAU_BETWEEN(1, 10000),
     .description = "bins of C(r)"},
    {.key = "measures.average_start",
     .type = CLAU_REAL,
     .offset = OFFSET(average_start),
     .fallback = "0.0",
     .range = CLAU_NOT_NEGATIVE,
     .description = "time from which susceptibility and Binder's cumulant take their averages"},
    {.key = "measures.average_every",
     .type = CLAU_REAL,
     .offset = OFFSET(average_every),
     .fallback = "0.0",
     .range = CLAU_NOT_NEGATIVE,
     .description = "length of their windows in time; 0: one window without an end"},
};

// ---- checks -----------------------------------------------------------------------------------

static enum clau_status check_ramp(const struct couzin_ramp *ramp, size_t index,
                                   const struct clau_toml *config, struct clau_error *error) {
    char path[64], allowed[512] = "";
    const enum couzin_quantity quantity = couzin_quantity_find(ramp->key);
    if (quantity == COUZIN_QUANTITY_COUNT) {
        for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
            strncat(allowed, q > 0 ? ", " : "", sizeof allowed - strlen(allowed) - 1);
            strncat(allowed, couzin_quantity_rows[q].key, sizeof allowed - strlen(allowed) - 1);
        }
        snprintf(path, sizeof path, "ramp.%zu.key", index);
        return clau_toml_complain(config, path, error, "must be one of %s", allowed);
    }
    const double largest = couzin_quantity_rows[quantity].largest;
    if (ramp->from > largest || ramp->to > largest) {
        snprintf(path, sizeof path, "ramp.%zu.%s", index, ramp->from > largest ? "from" : "to");
        return clau_toml_complain(config, path, error, "must be at most %g, as %s", largest,
                                  couzin_quantity_rows[quantity].key);
    }
    if (ramp->end < ramp->start) {
        snprintf(path, sizeof path, "ramp.%zu.end", index);
        return clau_toml_complain(config, path, error, "must not be before the start, %g",
                                  ramp->start);
    }
    return CLAU_OK;
}

/// The radii of [school] must be in order, and so must those that ramps make of them: on straight
/// lines it is enough to look at the ends.
static enum clau_status check_radii(const struct couzin_parameters *p,
                                    const struct clau_toml *config, struct clau_error *error) {
    const double repulsion = p->quantities[COUZIN_REPULSION_RADIUS];
    const double orientation = p->quantities[COUZIN_ORIENTATION_RADIUS];
    const double attraction = p->quantities[COUZIN_ATTRACTION_RADIUS];
    if (orientation < repulsion)
        return clau_toml_complain(config, "school.orientation_radius", error,
                                  "%g must be at least school.repulsion_radius, %g (equal: no zone "
                                  "of orientation)",
                                  orientation, repulsion);
    if (attraction < orientation)
        return clau_toml_complain(config, "school.attraction_radius", error,
                                  "%g must be at least school.orientation_radius, %g (equal: no "
                                  "zone of attraction)",
                                  attraction, orientation);
    return CLAU_OK;
}

static enum clau_status check_ramped_radii(const struct couzin_parameters *p,
                                           const struct couzin_ramp *const *all,
                                           const struct clau_toml *config,
                                           struct clau_error *error) {
    for (size_t i = 0; i < 2 * p->ramps.count; i++) {
        const double time = i % 2 == 0 ? all[i / 2]->start : all[i / 2]->end;
        double radius[3];
        for (int zone = 0; zone < 3; zone++) {
            const enum couzin_quantity q = (enum couzin_quantity)(COUZIN_REPULSION_RADIUS + zone);
            radius[zone] = couzin_quantity_at(q, p->quantities[q], all, p->ramps.count, time);
        }
        // Lines that go together may cross by round-off.
        const double slack = 1.0 + 1e-12;
        if (time >= 0.0 && (radius[0] > radius[1] * slack || radius[1] > radius[2] * slack)) {
            char path[64];
            snprintf(path, sizeof path, "ramp.%zu", i / 2);
            return clau_toml_complain(config, path, error,
                                      "at t = %g the radii of repulsion, orientation and "
                                      "attraction are %g, %g and %g: they must not decrease",
                                      time, radius[0], radius[1], radius[2]);
        }
    }
    return CLAU_OK;
}

static enum clau_status check_preferred(const struct couzin_parameters *p,
                                        const struct clau_toml *config, struct clau_error *error) {
    double direction[3] = {0.0, 0.0, 0.0};
    for (size_t d = 0; d < p->preferred.count && d < (size_t)p->dimensions; d++)
        direction[d] = p->preferred.values[d];
    if (p->preferred.count < (size_t)p->dimensions || !couzin_unit(direction, direction))
        return clau_toml_complain(config, "informed.direction", error,
                                  "must be a direction of %lld numbers, such as [1.0, 0.0%s]",
                                  (long long)p->dimensions, p->dimensions == 3 ? ", 0.0" : "");
    return CLAU_OK;
}

/// The radius of attraction, the largest that ramps make of it.
static double longest_attraction(const struct couzin_parameters *p) {
    double radius = p->quantities[COUZIN_ATTRACTION_RADIUS];
    for (size_t i = 0; i < p->ramps.count; i++) {
        const struct couzin_ramp *ramp = p->ramps.items[i].values;
        if (couzin_quantity_find(ramp->key) == COUZIN_ATTRACTION_RADIUS)
            radius = fmax(radius, fmax(ramp->from, ramp->to));
    }
    return radius;
}

static enum clau_status complete(void *values, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error) {
    struct couzin_parameters *p = values;
    if (!(run->end / p->step <= 0x1p53))
        return clau_toml_complain(config, "time.step", error,
                                  "makes more than 2^53 steps to time.end, %g", run->end);
    if (isnan(p->link))
        p->link = longest_attraction(p);
    if (isnan(p->range))
        p->range = 0.5 * p->length;
    enum clau_status status = check_radii(p, config, error);
    if (status == CLAU_OK)
        status = check_preferred(p, config, error);
    const struct couzin_ramp **all = calloc(p->ramps.count + 1, sizeof *all);
    if (all == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < p->ramps.count && status == CLAU_OK; i++) {
        all[i] = p->ramps.items[i].values;
        status = check_ramp(all[i], i, config, error);
    }
    if (status == CLAU_OK)
        status = check_ramped_radii(p, all, config, error);
    free(all);
    if (status == CLAU_OK)
        status = couzin_initial_check(p, config, error);
    return status;
}

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

/// round(fraction N) individuals, drawn one after the other from those left (D. E. Knuth, The Art
/// of Computer Programming, vol. 2, algorithm 3.4.2 S).
static bool make_informed(struct couzin_model *self) {
    const struct couzin_parameters *p = self->parameters;
    size_t wanted = (size_t)llround(p->informed_fraction * (double)self->count);
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

static void layout(const void *model, struct clau_layout *result) {
    const struct couzin_model *self = model;
    *result = (struct clau_layout){.state_dimensions = {"particle"}, .particles = true};
    result->coordinate_count = couzin_observer_coordinates(self->observer, &result->coordinates);
}

static void estimate(const void *model, struct clau_estimate *result) {
    const struct couzin_model *self = model;
    const struct couzin_parameters *p = self->parameters;
    snprintf(result->grid, sizeof result->grid, "%zu individuals in %lld dimensions, %s, length %g",
             self->count, (long long)p->dimensions, boundary_choices[p->boundary].name, p->length);
    snprintf(result->step, sizeof result->step, "fixed, %g", p->step);
    result->steps = ceil(self->run->end / p->step * (1.0 - 1e-12));
    // Two states, cells, the measures' workspace, a frame of output; and what spreads need.
    double numbers = 30.0;
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++)
        numbers += self->deviations[q] != NULL;
    if (self->stepper.varied)
        numbers += 8.0;
    result->memory_bytes = 8.0 * numbers * (double)self->count;
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
        if (!(furthest <= LARGEST_LENGTH) || !(fabs(squared - 1.0) < 1e-9))
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
        couzin_own_value(COUZIN_ATTRACTION_RADIUS, longest_attraction(self->parameters),
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

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct couzin_model *self = model;
    int64_t done = 0;
    enum clau_status status = clau_checkpoint_get_integers(
        checkpoint, "identity", self->saved_identity, self->count, error);
    for (size_t k = 0; k < self->count && status == CLAU_OK; k++) {
        if (self->saved_identity[k] < 0 || (size_t)self->saved_identity[k] >= self->count)
            return clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint names an individual %lld",
                                  (long long)self->saved_identity[k]);
        self->now.identity[k] = (uint32_t)self->saved_identity[k];
    }
    for (int d = 0; d < 3 && status == CLAU_OK; d++) {
        status = clau_checkpoint_get_reals(checkpoint, position_names[d], self->now.position[d],
                                           self->count, error);
        if (status == CLAU_OK)
            status = clau_checkpoint_get_reals(checkpoint, heading_names[d], self->now.heading[d],
                                               self->count, error);
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
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .parameters_size = sizeof(struct couzin_parameters),
    .state = couzin_state_rows,
    .state_count = COUZIN_STATE_ROWS,
    .observables = couzin_observable_rows,
    .observable_count = COUZIN_OBSERVABLE_ROWS,
    .complete = complete,
    .create = create,
    .destroy = destroy,
    .layout = layout,
    .estimate = estimate,
    .advance = advance,
    .prepare = couzin_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
};
