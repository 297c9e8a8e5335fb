// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the ensemble. hd_observe measures every member and reduces the members' values;
// the rows' functions hand the results out.
#include "solvers/hard_discs/observables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/hard_discs/ensemble.h"

struct hd_observer {
    struct clau_layout layout;
    double *velocities, *distances; ///< centres of the bins

    // An observable's numbers are at its offset in the values of a member.
    size_t offset[HD_OBSERVABLE_COUNT];
    size_t length[HD_OBSERVABLE_COUNT]; ///< 0: not in this run
    size_t total;
    double *values;       ///< [runs][total]
    double *mean, *error; ///< [total]

    struct hd_instruments *instruments; ///< [threads]
    size_t threads;
    bool failed; ///< to be told
};

// ---- the table --------------------------------------------------------------------------------

struct observable {
    const char *dimension;
    bool (*enabled)(const struct clau_setup *setup);
    void (*measure)(const struct hd_sample *sample, double *out);
};

#define OBSERVABLE(name, dimension_, enabled_, ...) {dimension_, enabled_, hd_measure_##name},
static const struct observable observables[] = {HD_OBSERVABLES(OBSERVABLE)};

// ---- life -------------------------------------------------------------------------------------

static void add_coordinate(struct clau_layout *layout, const char *name, const char *long_name,
                           size_t length, const double *values) {
    layout->coordinates[layout->coordinate_count++] =
        (struct clau_coordinate){name, long_name, "1", length, values};
}

/// The shape, with the values of an observer that has its bins, or NULL.
static void find_layout(const struct clau_setup *setup, const struct hd_observer *observer,
                        struct clau_layout *layout) {
    const struct hd_parameters *p = setup->parameters;
    *layout = (struct clau_layout){.state_dimensions = {"particle"}, .particles = true};
    add_coordinate(layout, "particle", "number of the disc", (size_t)p->particles, NULL);
    if (hd_has_macrostates(setup))
        add_coordinate(layout, "velocity_cell",
                       "edge of the velocity cells in units of sqrt(energy_per_particle)",
                       p->velocity_cell.count, p->velocity_cell.values);
    if (hd_has_histogram(setup))
        add_coordinate(layout, "velocity", "velocity component at the middle of its bin",
                       (size_t)p->histogram_bins, observer != NULL ? observer->velocities : NULL);
    if (hd_has_radial(setup))
        add_coordinate(layout, "distance", "distance of two discs at the middle of its bin",
                       (size_t)p->radial_bins, observer != NULL ? observer->distances : NULL);
}

void hd_lay_out(const struct clau_setup *setup, const void *model, struct clau_layout *layout) {
    find_layout(setup, model != NULL ? ((const struct hd_model *)model)->observer : NULL, layout);
}

static size_t length_of(const struct clau_layout *layout, const char *dimension) {
    if (dimension == NULL)
        return 1;
    for (size_t k = 0; k < layout->coordinate_count; k++)
        if (strcmp(layout->coordinates[k].name, dimension) == 0)
            return layout->coordinates[k].length;
    return 0;
}

/// Numbers of an observable in this run.
static size_t length_in(const struct clau_setup *setup, const struct clau_layout *layout,
                        enum hd_observable k) {
    const struct observable *row = &observables[k];
    return row->enabled == NULL || row->enabled(setup) ? length_of(layout, row->dimension) : 0;
}

/// Finds out which observables there are and gives them their places.
static void place_observables(struct hd_observer *self, const struct clau_setup *setup) {
    for (enum hd_observable k = 0; k < HD_OBSERVABLE_COUNT; k++) {
        self->offset[k] = self->total;
        self->length[k] = length_in(setup, &self->layout, k);
        self->total += self->length[k];
    }
}

static bool make_memory(struct hd_observer *self, const struct hd_model *model) {
    self->values = clau_allocate(model->runs * self->total, sizeof *self->values);
    self->mean = clau_allocate(self->total, sizeof *self->mean);
    self->error = clau_allocate(self->total, sizeof *self->error);
    self->instruments = clau_allocate((size_t)model->threads, sizeof *self->instruments);
    bool done = self->values && self->mean && self->error && self->instruments;
    for (; done && self->threads < (size_t)model->threads; self->threads++)
        done = hd_instruments_init(&self->instruments[self->threads], model);
    return done;
}

/// Middles of equal bins; NULL when out of memory.
static double *centres(double low, double high, size_t bins) {
    double *values = clau_allocate(bins + 1, sizeof *values);
    for (size_t k = 0; values != NULL && k < bins; k++)
        values[k] = low + (high - low) * ((double)k + 0.5) / (double)bins;
    return values;
}

static bool make_bins(struct hd_observer *self, const struct hd_parameters *p) {
    const double fastest = p->histogram_range * sqrt(p->energy);
    self->velocities = centres(-fastest, fastest, (size_t)p->histogram_bins);
    self->distances = centres(0.0, hd_radial_reach(p), (size_t)p->radial_bins);
    return self->velocities != NULL && self->distances != NULL;
}

struct hd_observer *hd_observer_create(const struct hd_model *model) {
    struct hd_observer *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    bool done = make_bins(self, model->parameters);
    if (done) {
        find_layout(&model->setup, self, &self->layout);
        place_observables(self, &model->setup);
        done = make_memory(self, model);
    }
    if (!done) {
        hd_observer_destroy(self);
        return NULL;
    }
    return self;
}

void hd_observer_destroy(struct hd_observer *self) {
    if (self == NULL)
        return;
    for (size_t k = 0; k < self->threads; k++)
        hd_instruments_finish(&self->instruments[k]);
    free(self->instruments);
    free(self->velocities);
    free(self->distances);
    free(self->values);
    free(self->mean);
    free(self->error);
    free(self);
}

double hd_observer_memory(const struct clau_setup *setup) {
    const struct hd_parameters *p = setup->parameters;
    struct clau_layout layout;
    double total = 0.0;
    find_layout(setup, NULL, &layout);
    for (enum hd_observable k = 0; k < HD_OBSERVABLE_COUNT; k++)
        total += (double)length_in(setup, &layout, k);
    return sizeof(double) * ((double)p->runs + 2.0) * total +
           hd_threads_of(setup) * hd_instruments_memory(setup);
}

bool hd_observer_failed(struct hd_observer *observer) {
    const bool failed = observer->failed;
    observer->failed = false;
    return failed;
}

// ---- measuring --------------------------------------------------------------------------------

/// Whether the macrostates could be measured.
static bool measure(const struct hd_model *model, struct hd_member *member, double *values) {
    struct hd_observer *self = model->observer;
    const struct hd_sample sample = hd_sample_take(model, member, &self->instruments[hd_thread()]);
    for (size_t k = 0; k < HD_OBSERVABLE_COUNT; k++)
        if (self->length[k] > 0)
            observables[k].measure(&sample, values + self->offset[k]);
    member->before = member->last;
    member->last = sample.now;
    return !sample.failed;
}

bool hd_observe(void *model, bool observe) {
    const struct hd_model *self = model;
    struct hd_observer *observer = self->observer;
    bool failed = false;
    if (!observe)
        return true;
#pragma omp parallel for default(none) shared(self, observer) schedule(dynamic, 1)                 \
    num_threads(self->threads) reduction(||                                                        \
                                         : failed)
    for (size_t run = 0; run < self->runs; run++)
        failed =
            !measure(self, &self->members[run], observer->values + run * observer->total) || failed;
    observer->failed = observer->failed || failed;
    hd_ensemble_reduce(observer->values, self->runs, observer->total, observer->mean,
                       observer->error);
    return true; // every measure has its memory
}

// ---- state ------------------------------------------------------------------------------------

#define STATE(name)                                                                                \
    static void name(void *model, double *out) {                                                   \
        const struct hd_member *first = ((const struct hd_model *)model)->members;                 \
        memcpy(out, first->name, first->count * sizeof *out);                                      \
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

static const struct hd_parameters *keys(const struct clau_setup *setup) {
    return setup->parameters;
}

static bool is_periodic(const struct clau_setup *setup, int axis) {
    return keys(setup)->boundary[axis] == HD_PERIODIC;
}

bool hd_has_walls(const struct clau_setup *setup) {
    return !is_periodic(setup, 0) || !is_periodic(setup, 1);
}

bool hd_has_macrostates(const struct clau_setup *setup) {
    return keys(setup)->velocity_cell.count > 0;
}

bool hd_has_histogram(const struct clau_setup *setup) { return keys(setup)->histogram_bins > 0; }

bool hd_has_radial(const struct clau_setup *setup) { return keys(setup)->radial_bins > 0; }

bool hd_has_hexatic(const struct clau_setup *setup) { return keys(setup)->hexatic_order; }

bool hd_has_split(const struct clau_setup *setup) {
    return hd_has_macrostates(setup) && keys(setup)->split;
}

/// Turning the velocities round turns the momentum round, if there is any.
static bool keeps_momentum(const struct clau_setup *setup, int axis) {
    const struct hd_parameters *p = keys(setup);
    return is_periodic(setup, axis) && (isnan(p->reverse_at) || hd_initial_is_at_rest(p));
}

bool hd_keeps_momentum_x(const struct clau_setup *setup) { return keeps_momentum(setup, 0); }
bool hd_keeps_momentum_y(const struct clau_setup *setup) { return keeps_momentum(setup, 1); }

static bool is_ensemble(const struct clau_setup *setup) { return keys(setup)->runs > 1; }

static void hand_out(const struct hd_observer *self, enum hd_observable k, const double *from,
                     double *out) {
    memcpy(out, from + self->offset[k], self->length[k] * sizeof *out);
}

#define FUNCTIONS(name, dimension_, enabled_, ...)                                                 \
    static void mean_of_##name(void *model, double *out) {                                         \
        const struct hd_observer *self = ((const struct hd_model *)model)->observer;               \
        hand_out(self, HD_INDEX_##name, self->mean, out);                                          \
    }                                                                                              \
    static void error_of_##name(void *model, double *out) {                                        \
        const struct hd_observer *self = ((const struct hd_model *)model)->observer;               \
        hand_out(self, HD_INDEX_##name, self->error, out);                                         \
    }                                                                                              \
    static bool has_error_of_##name(const struct clau_setup *setup) {                              \
        bool (*const enabled)(const struct clau_setup *) = observables[HD_INDEX_##name].enabled;   \
        return is_ensemble(setup) && (enabled == NULL || enabled(setup));                          \
    }

HD_OBSERVABLES(FUNCTIONS)

#define MEAN_ROW(name_, dimension_, enabled_, conserved_, conserved_here_, long_name_)             \
    {.name = #name_,                                                                               \
     .long_name = long_name_,                                                                      \
     .units = "1",                                                                                 \
     .dimension = dimension_,                                                                      \
     .conserved = conserved_,                                                                      \
     .conserved_here = conserved_here_,                                                            \
     .enabled = enabled_,                                                                          \
     .compute = mean_of_##name_},

#define ERROR_ROW(name_, dimension_, ...)                                                          \
    {.name = #name_ "_stderr",                                                                     \
     .long_name = "standard error of " #name_ ", the mean over ensemble.runs",                     \
     .units = "1",                                                                                 \
     .dimension = dimension_,                                                                      \
     .enabled = has_error_of_##name_,                                                              \
     .compute = error_of_##name_},

const struct clau_observable_row hd_observable_rows[HD_OBSERVABLE_ROWS] = {
    HD_OBSERVABLES(MEAN_ROW) HD_OBSERVABLES(ERROR_ROW)};
