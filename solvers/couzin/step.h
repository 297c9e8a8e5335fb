// SPDX-License-Identifier: GPL-3.0-or-later
/// One step of the whole school, everyone from the same old state.
#ifndef CLAUSIUS_COUZIN_STEP_H
#define CLAUSIUS_COUZIN_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numerics/cell_list.h"
#include "numerics/random.h"
#include "solvers/couzin/flock.h"
#include "solvers/couzin/quantities.h"
#include "solvers/couzin/turning.h"

/// How neighbours are found: it changes sums by round-off only.
enum couzin_search {
    COUZIN_SEARCH_AUTO, ///< cells where they pay
    COUZIN_SEARCH_PAIRS,
    COUZIN_SEARCH_CELLS, ///< cells wherever they can be had
};

/// Questions put to the random numbers.
enum couzin_purpose {
    COUZIN_RANDOM_TURN,
    COUZIN_RANDOM_POSITION,
    COUZIN_RANDOM_HEADING,
    COUZIN_RANDOM_INFORMED,
    COUZIN_RANDOM_DEVIATION, ///< and the quantity's number
};

/// What a step is made by. Per-individual arrays are by identity.
struct couzin_stepper {
    enum couzin_rule rule;
    enum couzin_search search;
    int dimensions;
    double period; ///< edge of the periodic box; 0: open space
    struct clau_random_key key;
    double quantities[COUZIN_QUANTITY_COUNT];        ///< at the step's time
    const double *deviations[COUZIN_QUANTITY_COUNT]; ///< [count] own value - quantity, or NULL
    const bool *informed;                            ///< [count], or NULL
    double preferred[3];                             ///< unit vector g
    double preference;                               ///< omega

    // Owned, made by couzin_stepper_init:
    int threads;
    struct clau_cell_list *cells;
    double largest_deviation[COUZIN_QUANTITY_COUNT];
    struct couzin_scratch *scratch; ///< [threads]
    bool varied;                    ///< whether anyone has deviations
    uint64_t tests;                 ///< distance tests of the last step (pairs of candidates)
};

/// Makes room for steps of `count` individuals on so many threads, from the members before that
/// (deviations must be set). False when out of memory (finish it all the same).
bool couzin_stepper_init(struct couzin_stepper *stepper, size_t count, int threads);
/// Bytes of that room.
double couzin_stepper_memory(size_t count, int threads);
void couzin_stepper_finish(struct couzin_stepper *stepper);

/// Step number `number`: `next` receives the state after a time `duration` (the headings turn by
/// what a step allows, whatever the duration). `now` is sorted in memory, with `next` as scratch;
/// its numbers are not changed.
void couzin_step(struct couzin_stepper *stepper, uint64_t number, double duration,
                 struct couzin_flock *now, struct couzin_flock *next);

/// A coordinate in [0, period), NaN if it is so far off that its digits do not tell where; open
/// space (period 0): as it is.
double couzin_wrap(double x, double period);

#endif
