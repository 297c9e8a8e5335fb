// SPDX-License-Identifier: GPL-3.0-or-later
/// The schooling solver: its parameters, its model, and the tables that the rooms of this folder
/// give to its descriptor.
#ifndef CLAUSIUS_COUZIN_COUZIN_H
#define CLAUSIUS_COUZIN_COUZIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"
#include "solvers/couzin/flock.h"
#include "solvers/couzin/quantities.h"
#include "solvers/couzin/step.h"
#include "solvers/runtime/solver.h"

/// A table and its number of rows, for initialisers.
#define ROWS(array) (array), sizeof(array) / sizeof *(array)

enum couzin_boundary { COUZIN_PERIODIC, COUZIN_OPEN };
enum couzin_centre { COUZIN_CIRCULAR, COUZIN_PLAIN };

struct couzin_parameters {
    double length;
    int64_t dimensions;
    int boundary; ///< enum couzin_boundary
    int64_t individuals;
    double quantities[COUZIN_QUANTITY_COUNT]; ///< [school]
    double spread[COUZIN_QUANTITY_COUNT];     ///< [school.spread]: standard deviations
    int rule;                                 ///< enum couzin_rule
    int search;                               ///< enum couzin_search
    int centre;                               ///< enum couzin_centre
    double informed_fraction, preference;
    struct clau_reals preferred;
    struct clau_variants ramps; ///< of one kind, struct couzin_ramp
    double step;
    struct clau_variants initial; ///< none: uniform
    double link;                  ///< NaN until completed
    double range;                 ///< NaN until completed
    int64_t distance_bins;
    double average_start, average_every;
};

/// Lengths up to this have squares, and sums of them.
#define COUZIN_LARGEST_LENGTH 1e100

/// A row and a spread of each quantity, and the others.
enum { COUZIN_PARAMETER_ROWS = 18 + 2 * COUZIN_QUANTITY_COUNT };
extern const struct clau_parameter couzin_parameter_rows[];

/// clau_solver.complete
enum clau_status couzin_complete(void *parameters, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error);

/// Individuals that are informed.
size_t couzin_informed_count(const struct couzin_parameters *parameters);

/// The radius of attraction, the largest that ramps make of it.
double couzin_longest_attraction(const struct couzin_parameters *parameters);

extern const struct clau_kinds couzin_initial_kinds;

/// Checks the initial conditions' keys against one another.
enum clau_status couzin_initial_check(const struct couzin_parameters *parameters,
                                      const struct clau_toml *config, struct clau_error *error);

/// The school at t = 0, individual i at place i.
enum clau_status couzin_initial_fill(const struct couzin_parameters *parameters, int64_t seed,
                                     const struct clau_toml *config, struct couzin_flock *flock,
                                     struct clau_error *error);

/// Moments of the polarization P over the steps of the present window: susceptibility and Binder's
/// cumulant follow from them.
struct couzin_moments {
    double count, first, second, fourth; ///< sums of P^0, P, P^2, P^4
    int64_t window;                      ///< number of the window that they are of
};

struct couzin_observer;

struct couzin_model {
    const struct couzin_parameters *parameters;
    const struct clau_run_parameters *run;
    size_t count;
    const struct couzin_ramp **ramps; ///< [parameters->ramps.count]
    double *deviations[COUZIN_QUANTITY_COUNT];
    bool *informed;
    struct couzin_stepper stepper;
    uint64_t steps;
    struct couzin_flock now, next;
    struct couzin_moments moments;
    double *partial;                         ///< block sums
    enum clau_measure_status measure_status; ///< the first that was not CLAU_MEASURE_OK
    bool measure_reported, reach_reported;

    // The output state: `now`, or `next` where the output time lies between two steps.
    const struct couzin_flock *out;
    double out_time;
    struct couzin_observer *observer;
    int64_t *saved_identity; ///< [count] for a checkpoint that is being written
};

/// Quantities at a time, under the ramps.
void couzin_quantities_at(const struct couzin_model *model, double time,
                          double quantities[COUZIN_QUANTITY_COUNT]);

enum { COUZIN_STATE_ROWS = 6 };
extern const struct clau_state_row couzin_state_rows[COUZIN_STATE_ROWS];
/// Three rows of each quantity, and the others.
enum { COUZIN_OBSERVABLE_ROWS = 33 + 3 * COUZIN_QUANTITY_COUNT };
extern const struct clau_observable_row couzin_observable_rows[];

/// Makes the memory of the observables; NULL when out of memory.
struct couzin_observer *couzin_observer_create(const struct couzin_model *model);
void couzin_observer_destroy(struct couzin_observer *observer);
double couzin_observer_memory(const struct clau_setup *setup); ///< bytes

/// clau_solver.layout
void couzin_lay_out(const struct clau_setup *setup, const void *model, struct clau_layout *layout);

/// clau_solver.prepare
bool couzin_observe(void *model, bool observe);

/// Takes the polarization of the present state into the moments of its window.
void couzin_moments_add(struct couzin_model *model);

extern const struct clau_solver couzin_solver;

#endif
