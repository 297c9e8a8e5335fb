// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the output state. couzin_observe computes all of them; the rows' functions hand
// them out.
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/rank_correlation.h"
#include "diagnostics/school.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/sums.h"
#include "solvers/couzin/couzin.h"

/// Rank correlations of an individual's own value of a quantity with its place.
struct sorting {
    double centre; ///< with the distance from the school's centre
    double front;  ///< with the distance ahead of it, along the mean heading
};

struct couzin_observer {
    struct clau_school_workspace *workspace;
    double *distances; ///< [bins] centres
    uint32_t *place;   ///< [count] where individual i stands in memory, if pairs are drawn
    double *distance_ahead, *distance_off, *own_value; ///< [count] each, if anything is sorted
    double quantities[COUZIN_QUANTITY_COUNT];          ///< at the output time
    struct clau_school_measures measures;
    struct clau_school_groups groups;
    double dispersion;
    double *correlation; ///< [bins]
    double correlation_length;
    double accuracy, susceptibility, binder_cumulant;
    struct sorting sorting[COUZIN_QUANTITY_COUNT];
};

static bool has_spreads(const struct couzin_parameters *p) {
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++)
        if (p->spread[q] > 0.0)
            return true;
    return false;
}

struct couzin_observer *couzin_observer_create(const struct couzin_model *model) {
    const size_t count = model->count, bins = (size_t)model->parameters->distance_bins;
    struct couzin_observer *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->workspace = clau_school_workspace_create(count);
    self->distances = clau_allocate(bins, sizeof *self->distances);
    self->correlation = clau_allocate(bins, sizeof *self->correlation);
    bool done = self->workspace != NULL && self->distances != NULL && self->correlation != NULL;
    if (count > CLAU_SCHOOL_EXACT_PAIRS) {
        self->place = clau_allocate(count, sizeof *self->place);
        done = done && self->place != NULL;
    }
    if (has_spreads(model->parameters)) {
        self->distance_ahead = clau_allocate(count, sizeof *self->distance_ahead);
        self->distance_off = clau_allocate(count, sizeof *self->distance_off);
        self->own_value = clau_allocate(count, sizeof *self->own_value);
        done = done && self->distance_ahead && self->distance_off && self->own_value;
    }
    if (!done) {
        couzin_observer_destroy(self);
        return NULL;
    }
    const double width = model->parameters->range / (double)bins;
    for (size_t bin = 0; bin < bins; bin++)
        self->distances[bin] = ((double)bin + 0.5) * width;
    return self;
}

void couzin_observer_destroy(struct couzin_observer *self) {
    if (self == NULL)
        return;
    clau_school_workspace_destroy(self->workspace);
    free(self->distances);
    free(self->place);
    free(self->distance_ahead);
    free(self->distance_off);
    free(self->own_value);
    free(self->correlation);
    free(self);
}

double couzin_observer_memory(const struct clau_setup *setup) {
    const struct couzin_parameters *p = setup->parameters;
    const size_t count = (size_t)p->individuals;
    double bytes = clau_school_workspace_memory(count);
    if (count > CLAU_SCHOOL_EXACT_PAIRS)
        bytes += (double)count * sizeof(uint32_t);
    if (has_spreads(p)) // the last two while ranks are compared
        bytes += (double)count * (3 * sizeof(double) + 2 * sizeof(double) + 2 * sizeof(double));
    return bytes;
}

void couzin_lay_out(const struct clau_setup *setup, const void *model, struct clau_layout *layout) {
    const struct couzin_parameters *p = setup->parameters;
    const struct couzin_model *self = model;
    *layout = (struct clau_layout){
        .state_dimensions = {"particle"},
        .coordinates = {{"particle", "number of the individual", "1", (size_t)p->individuals, NULL},
                        {"distance", "distance between two individuals, centre of the bin", "1",
                         (size_t)p->distance_bins,
                         self != NULL ? self->observer->distances : NULL}},
        .coordinate_count = 2,
        .particles = true,
    };
}

// ---- averages over steps ----------------------------------------------------------------------

/// Window that a step at this time belongs to: the one that ends at it or after it. -1: none.
static int64_t window_of(const struct couzin_parameters *p, double time) {
    const double since = time - p->average_start;
    if (since < -1e-9 * p->step)
        return -1;
    if (!(p->average_every > 0.0))
        return 0;
    const double length = fmax(p->average_every, p->step);
    return (int64_t)fmax(0.0, ceil(since / length - 1e-9) - 1.0);
}

void couzin_moments_add(struct couzin_model *self) {
    const double time = (double)self->steps * self->parameters->step;
    const int64_t window = window_of(self->parameters, time);
    if (window < 0)
        return;
    if (window != self->moments.window)
        self->moments = (struct couzin_moments){.window = window};
    double squared = 0.0;
    for (int d = 0; d < 3; d++) {
        const double mean =
            clau_dot(self->count, self->now.heading[d], NULL, self->partial) / (double)self->count;
        squared += mean * mean;
    }
    self->moments.count += 1.0;
    self->moments.first += sqrt(squared);
    self->moments.second += squared;
    self->moments.fourth += squared * squared;
}

static void compute_averages(const struct couzin_model *self, struct couzin_observer *observer) {
    const struct couzin_moments *m = &self->moments;
    const double mean = m->first / m->count, second = m->second / m->count;
    observer->susceptibility = (double)self->count * fmax(0.0, second - mean * mean);
    observer->binder_cumulant = 1.0 - m->fourth / m->count / (3.0 * second * second);
    if (!(m->count > 0.0))
        observer->susceptibility = observer->binder_cumulant = NAN;
}

// ---- sorting ----------------------------------------------------------------------------------

/// Distance of every individual of the output state from the centre, and ahead of it.
static void compute_places(const struct couzin_model *self, struct couzin_observer *observer) {
    const struct clau_school_order *order = &observer->measures.order;
    const bool wraps = self->stepper.period > 0.0 && self->parameters->centre == COUZIN_CIRCULAR;
    for (size_t k = 0; k < self->count; k++) {
        double squared = 0.0, ahead = 0.0;
        for (int d = 0; d < 3; d++) {
            double offset = self->out->position[d][k] - order->centre[d];
            if (wraps)
                offset -= self->stepper.period * nearbyint(offset / self->stepper.period);
            squared += offset * offset;
            ahead += offset * order->direction[d];
        }
        observer->distance_off[k] = sqrt(squared);
        observer->distance_ahead[k] = ahead;
    }
}

/// false when out of memory.
static bool compute_sorting(const struct couzin_model *self, struct couzin_observer *observer) {
    compute_places(self, observer);
    for (enum couzin_quantity q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
        if (self->deviations[q] == NULL)
            continue;
        struct sorting *sorting = &observer->sorting[q];
        for (size_t k = 0; k < self->count; k++)
            observer->own_value[k] = couzin_own_value(q, observer->quantities[q],
                                                      self->deviations[q][self->out->identity[k]]);
        const enum clau_measure_status centre = clau_rank_correlation(
            observer->own_value, observer->distance_off, self->count, &sorting->centre);
        const enum clau_measure_status front = clau_rank_correlation(
            observer->own_value, observer->distance_ahead, self->count, &sorting->front);
        if (centre == CLAU_MEASURE_OUT_OF_MEMORY || front == CLAU_MEASURE_OUT_OF_MEMORY)
            return false;
        if (centre != CLAU_MEASURE_OK || front != CLAU_MEASURE_OK)
            *sorting = (struct sorting){NAN, NAN};
    }
    return true;
}

// ---- all of them ------------------------------------------------------------------------------

/// The state as the library of measures takes it.
static struct clau_school school_of(const struct couzin_model *self) {
    struct clau_school school = {
        .count = self->count,
        .dimensions = (int)self->parameters->dimensions,
        .length = self->parameters->length,
        .periodic = self->parameters->boundary == COUZIN_PERIODIC,
        .plain_centre = self->parameters->centre == COUZIN_PLAIN,
    };
    for (int d = 0; d < 3; d++) {
        school.position[d] = self->out->position[d];
        school.heading[d] = self->out->heading[d];
    }
    return school;
}

/// Cosine of the angle between the mean heading and the preferred direction.
static double accuracy(const struct couzin_model *self, const struct clau_school_order *order) {
    double dot = 0.0;
    for (int d = 0; d < 3; d++)
        dot += order->direction[d] * self->stepper.preferred[d];
    return dot / order->polarization;
}

/// Sets all measures to missing values, where one of them failed.
static void forget_measures(struct couzin_observer *observer, size_t bins) {
    observer->measures = (struct clau_school_measures){
        .order = {{NAN, NAN, NAN}, {NAN, NAN, NAN}, NAN, NAN, NAN, NAN},
        .entropies = {{NAN, NAN, NAN, NAN, NAN, NAN, NAN}, NAN, NAN, NAN},
        .neighbours = {NAN, NAN, NAN, NAN},
    };
    observer->groups = (struct clau_school_groups){.mean_size = NAN};
    observer->dispersion = observer->correlation_length = NAN;
    for (size_t bin = 0; bin < bins; bin++)
        observer->correlation[bin] = NAN;
}

bool couzin_observe(void *model, bool observe) {
    struct couzin_model *self = model;
    struct couzin_observer *observer = self->observer;
    couzin_quantities_at(self, self->out_time, observer->quantities);
    if (!observe)
        return true;
    const struct clau_school school = school_of(self);
    for (size_t k = 0; k < self->count && observer->place != NULL; k++)
        observer->place[self->out->identity[k]] = (uint32_t)k;
    const struct clau_school_draw draw = {(uint64_t)self->run->seed, 1, self->steps,
                                          observer->place};
    const size_t bins = (size_t)self->parameters->distance_bins;
    const enum clau_measure_status status[] = {
        clau_school_measure(observer->workspace, &school, &draw, &observer->measures),
        clau_school_groups(observer->workspace, &school, self->parameters->link, &observer->groups),
        clau_school_angular_dispersion(observer->workspace, &school, &observer->dispersion),
        clau_school_velocity_correlation(observer->workspace, &school, &draw,
                                         self->parameters->range, bins, observer->correlation,
                                         &observer->correlation_length),
    };
    for (size_t i = 0; i < sizeof status / sizeof *status; i++)
        if (status[i] == CLAU_MEASURE_OUT_OF_MEMORY) {
            return false;
        } else if (status[i] != CLAU_MEASURE_OK) {
            self->measure_status = status[i];
            forget_measures(observer, bins);
        }
    observer->accuracy = accuracy(self, &observer->measures.order);
    compute_averages(self, observer);
    return !has_spreads(self->parameters) || compute_sorting(self, observer);
}

// ---- state ------------------------------------------------------------------------------------

static void scatter(const struct couzin_model *self, const double *values, double *out) {
    for (size_t k = 0; k < self->count; k++)
        out[self->out->identity[k]] = values[k];
}

static void velocity(const struct couzin_model *self, int axis, double *out) {
    scatter(self, self->out->heading[axis], out);
    const double speed = self->observer->quantities[COUZIN_SPEED];
    const double *deviations = self->deviations[COUZIN_SPEED];
    for (size_t i = 0; i < self->count; i++)
        out[i] *= deviations == NULL ? speed : couzin_own_value(COUZIN_SPEED, speed, deviations[i]);
}

#define AXIS(name, axis)                                                                           \
    static void name(void *model, double *out) {                                                   \
        const struct couzin_model *self = model;                                                   \
        scatter(self, self->out->position[axis], out);                                             \
    }                                                                                              \
    static void v##name(void *model, double *out) { velocity(model, axis, out); }

AXIS(x, 0)
AXIS(y, 1)
AXIS(z, 2)

static const char *const on_places[] = {"coordinates", "x y z", NULL};

const struct clau_state_row couzin_state_rows[COUZIN_STATE_ROWS] = {
    {"x", "position along x", "1", NULL, x},        {"y", "position along y", "1", NULL, y},
    {"z", "position along z", "1", NULL, z},        {"vx", "velocity along x", "1", on_places, vx},
    {"vy", "velocity along y", "1", on_places, vy}, {"vz", "velocity along z", "1", on_places, vz},
};

// ---- rows -------------------------------------------------------------------------------------

/// Function that hands out one number.
#define NUMBER(name, member)                                                                       \
    static void name(void *model, double *out) {                                                   \
        *out = (double)((const struct couzin_model *)model)->observer->member;                     \
    }

#define ENTROPY(name, kind) NUMBER(name, measures.entropies.value[kind])

NUMBER(polarization, measures.order.polarization)
NUMBER(rotation, measures.order.rotation)
NUMBER(spread, measures.order.spread)
NUMBER(order_index, measures.order.order_index)
NUMBER(direction_x, measures.order.direction[0])
NUMBER(direction_y, measures.order.direction[1])
NUMBER(direction_z, measures.order.direction[2])
NUMBER(centre_x, measures.order.centre[0])
NUMBER(centre_y, measures.order.centre[1])
NUMBER(centre_z, measures.order.centre[2])
ENTROPY(cohesion_entropy, CLAU_SCHOOL_COHESION)
ENTROPY(polarization_entropy, CLAU_SCHOOL_POLARIZATION)
ENTROPY(depth_entropy, CLAU_SCHOOL_DEPTH)
ENTROPY(angular_momentum_entropy, CLAU_SCHOOL_ANGULAR_MOMENTUM)
ENTROPY(nearest_neighbor_entropy, CLAU_SCHOOL_NEAREST_NEIGHBOUR)
ENTROPY(velocity_correlation_entropy, CLAU_SCHOOL_VELOCITY_CORRELATION)
ENTROPY(shape_entropy, CLAU_SCHOOL_SHAPE)
NUMBER(schooling_index, measures.entropies.schooling_index)
NUMBER(polarization_entropy_equal_area, measures.entropies.polarization_equal_area)
NUMBER(velocity_correlation_entropy_stderr, measures.entropies.velocity_correlation_error)
NUMBER(nearest_neighbor_distance_mean, measures.neighbours.mean)
NUMBER(nearest_neighbor_distance_std, measures.neighbours.deviation)
NUMBER(nearest_neighbor_distance_min, measures.neighbours.smallest)
NUMBER(nearest_neighbor_distance_max, measures.neighbours.largest)
NUMBER(angular_dispersion, dispersion)
NUMBER(group_count, groups.count)
NUMBER(largest_group, groups.largest)
NUMBER(group_size, groups.mean_size)
NUMBER(susceptibility, susceptibility)
NUMBER(binder_cumulant, binder_cumulant)
NUMBER(correlation_length, correlation_length)
NUMBER(preferred_accuracy, accuracy)

static void velocity_correlation(void *model, double *out) {
    const struct couzin_model *self = model;
    memcpy(out, self->observer->correlation, (size_t)self->parameters->distance_bins * sizeof *out);
}

static bool draws_pairs(const struct clau_setup *setup) {
    const struct couzin_parameters *p = setup->parameters;
    return (size_t)p->individuals > CLAU_SCHOOL_EXACT_PAIRS;
}

static bool is_informed(const struct clau_setup *setup) {
    return couzin_informed_count(setup->parameters) > 0;
}

static bool is_ramped(const struct couzin_parameters *p, enum couzin_quantity quantity) {
    for (size_t i = 0; i < p->ramps.count; i++) {
        const struct couzin_ramp *ramp = p->ramps.items[i].values;
        if (couzin_quantity_find(ramp->key) == quantity)
            return true;
    }
    return false;
}

#define X(id, name, fallback, largest, unit, description)                                          \
    static bool ramps_##name(const struct clau_setup *setup) {                                     \
        return is_ramped(setup->parameters, COUZIN_##id);                                          \
    }                                                                                              \
    static bool sorts_##name(const struct clau_setup *setup) {                                     \
        return ((const struct couzin_parameters *)setup->parameters)->spread[COUZIN_##id] > 0.0;   \
    }                                                                                              \
    NUMBER(name##_now, quantities[COUZIN_##id])                                                    \
    NUMBER(name##_sorting_centre, sorting[COUZIN_##id].centre)                                     \
    NUMBER(name##_sorting_front, sorting[COUZIN_##id].front)
COUZIN_QUANTITIES(X)
#undef X

#define ROW(name_, text)                                                                           \
    { .name = #name_, .long_name = text, .units = "1", .compute = name_ }

const struct clau_observable_row couzin_observable_rows[] = {
    ROW(polarization, "polarization P, length of the mean unit heading"),
    ROW(rotation, "rotation M, length of the mean of (unit offset from the centre) x heading"),
    ROW(spread, "root mean square distance from the centre"),
    ROW(order_index, "larger of polarization and rotation"),
    ROW(cohesion_entropy, "entropy of the nearest neighbours' distances, 25 bins on [0, L/2], / "
                          "ln 25"),
    ROW(polarization_entropy, "entropy of the headings, 12 x 24 bins of polar angle and azimuth, "
                              "counts times sin(polar angle), / ln 288 (2-D: 24 bins)"),
    ROW(depth_entropy, "entropy of z, 15 bins on [0, L], / ln 15 (open space: z - centre + L/2)"),
    ROW(angular_momentum_entropy, "entropy of |unit offset x heading|, 20 bins on [0, 1], / ln 20"),
    ROW(nearest_neighbor_entropy, "entropy of the coefficient of variation of the 5 nearest "
                                  "neighbours' distances, 20 bins on [0, 2], / ln 20"),
    ROW(velocity_correlation_entropy,
        "entropy of (u_i . u_j + 1)/2 over pairs, 20 bins on [0, 1], / ln 20"),
    ROW(shape_entropy, "entropy of the shares of the covariance's eigenvalues, / ln 3 (2-D: ln 2)"),
    ROW(schooling_index, "0.18 cohesion + 0.28 polarization + 0.08 depth + 0.08 angular momentum + "
                         "0.10 nearest neighbor + 0.18 velocity correlation + 0.10 shape entropy"),
    ROW(polarization_entropy_equal_area,
        "entropy of the headings in 12 x 24 bins of equal area, / ln 288 (2-D: 24 bins)"),
    {.name = "velocity_correlation_entropy_stderr",
     .long_name = "standard error of velocity_correlation_entropy, which is of random pairs",
     .units = "1",
     .enabled = draws_pairs,
     .compute = velocity_correlation_entropy_stderr},
    ROW(direction_x, "mean unit heading along x"),
    ROW(direction_y, "mean unit heading along y"),
    ROW(direction_z, "mean unit heading along z"),
    ROW(centre_x, "centre of the school along x"),
    ROW(centre_y, "centre of the school along y"),
    ROW(centre_z, "centre of the school along z"),
    {.name = "angular_dispersion",
     .long_name = "mean angle between the headings and the mean heading",
     .units = "rad",
     .compute = angular_dispersion},
    ROW(nearest_neighbor_distance_mean, "mean distance of the nearest neighbour"),
    ROW(nearest_neighbor_distance_std, "standard deviation of the nearest neighbour's distance"),
    ROW(nearest_neighbor_distance_min, "smallest distance of a nearest neighbour"),
    ROW(nearest_neighbor_distance_max, "largest distance of a nearest neighbour"),
    ROW(group_count, "number of groups, connected over distances below measures.group_distance"),
    ROW(largest_group, "individuals in the largest group"),
    ROW(group_size, "mean size of the group that an individual is in"),
    ROW(susceptibility, "N times the variance of P over the steps of the averages' window"),
    ROW(binder_cumulant, "1 - <P^4> / (3 <P^2>^2) over the steps of the averages' window"),
    {.name = "velocity_correlation",
     .long_name = "C(r), mean of w_i . w_j over pairs at a distance, w = heading - mean heading, "
                  "relative to the mean of |w|^2",
     .units = "1",
     .dimension = "distance",
     .compute = velocity_correlation},
    ROW(correlation_length, "distance at which C(r) first crosses zero"),
    {.name = "accuracy",
     .long_name = "cosine of the angle between mean heading and preferred direction",
     .units = "1",
     .enabled = is_informed,
     .compute = preferred_accuracy},
#define X(id, name_, fallback, largest, unit, description)                                         \
    {.name = #name_,                                                                               \
     .long_name = "present value of the ramped school." #name_,                                    \
     .units = "1",                                                                                 \
     .enabled = ramps_##name_,                                                                     \
     .compute = name_##_now},                                                                      \
        {.name = #name_ "_sorting_centre",                                                         \
         .long_name = "rank correlation of the individuals' own " #name_                           \
                      " with the distance from the centre",                                        \
         .units = "1",                                                                             \
         .enabled = sorts_##name_,                                                                 \
         .compute = name_##_sorting_centre},                                                       \
        {.name = #name_ "_sorting_front",                                                          \
         .long_name = "rank correlation of the individuals' own " #name_                           \
                      " with the distance ahead of the centre",                                    \
         .units = "1",                                                                             \
         .enabled = sorts_##name_,                                                                 \
         .compute = name_##_sorting_front},
    COUZIN_QUANTITIES(X)
#undef X
};

static_assert(sizeof couzin_observable_rows / sizeof *couzin_observable_rows ==
                  COUZIN_OBSERVABLE_ROWS,
              "the number of rows");
