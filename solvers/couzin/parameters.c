// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of the schooling solver, and what one key must be beside another.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/couzin/couzin.h"

// ---- keys -------------------------------------------------------------------------------------

/// Finite and not negative.
#define NOT_NEGATIVE                                                                               \
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
    RAMP_ROW(from, NOT_NEGATIVE, "value at the start"),
    RAMP_ROW(to, NOT_NEGATIVE, "value at the end, and after it"),
    RAMP_ROW(start, CLAU_FINITE, "time at which it starts; before that, [school] holds"),
    RAMP_ROW(end, CLAU_FINITE, "time at which it ends"),
};

static const struct clau_kind ramp_kinds[] = {
    {"linear", "a straight line in time", ROWS(ramp_parameters), sizeof(struct couzin_ramp)},
};

static const struct clau_kinds ramps = {"ramps", NULL, ROWS(ramp_kinds)};

#define OFFSET(member) offsetof(struct couzin_parameters, member)

const struct clau_parameter couzin_parameter_rows[] = {
    {.key = "domain.length",
     .type = CLAU_REAL,
     .offset = OFFSET(length),
     .fallback = "50.0",
     .range = {true, 0.0, COUZIN_LARGEST_LENGTH, true, false},
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
     .range = NOT_NEGATIVE,                                                                        \
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
     .range = NOT_NEGATIVE,
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
     .range = NOT_NEGATIVE,
     .unit = "length",
     .description = "individuals nearer than this are in the same group"},
    {.key = "measures.correlation_range",
     .type = CLAU_REAL,
     .offset = OFFSET(range),
     .computed = "domain.length / 2",
     .range = {true, 1e-100, COUZIN_LARGEST_LENGTH, false, false},
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
     .range = NOT_NEGATIVE,
     .description = "time from which susceptibility and Binder's cumulant take their averages"},
    {.key = "measures.average_every",
     .type = CLAU_REAL,
     .offset = OFFSET(average_every),
     .fallback = "0.0",
     .range = NOT_NEGATIVE,
     .description = "length of their windows in time; 0: one window without an end"},
};

static_assert(sizeof couzin_parameter_rows / sizeof *couzin_parameter_rows == COUZIN_PARAMETER_ROWS,
              "the number of rows");

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

double couzin_longest_attraction(const struct couzin_parameters *p) {
    double radius = p->quantities[COUZIN_ATTRACTION_RADIUS];
    for (size_t i = 0; i < p->ramps.count; i++) {
        const struct couzin_ramp *ramp = p->ramps.items[i].values;
        if (couzin_quantity_find(ramp->key) == COUZIN_ATTRACTION_RADIUS)
            radius = fmax(radius, fmax(ramp->from, ramp->to));
    }
    return radius;
}

enum clau_status couzin_complete(void *values, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error) {
    struct couzin_parameters *p = values;
    if (!(run->end / p->step <= 0x1p53))
        return clau_toml_complain(config, "time.step", error,
                                  "makes more than 2^53 steps to time.end, %g", run->end);
    if (isnan(p->link))
        p->link = couzin_longest_attraction(p);
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
