// SPDX-License-Identifier: GPL-3.0-or-later
/// Kinks in a field: where they are, how often they met, and how fast a pair leaves.
///
/// A kink is where phi crosses from one vacuum's range to the next (kg_potential_sector); its
/// place is found between the grid points by interpolation of degree 5.
#ifndef CLAUSIUS_KLEIN_GORDON_KINKS_H
#define CLAUSIUS_KLEIN_GORDON_KINKS_H

#include <stddef.h>

#include "io/checkpoint.h"
#include "numerics/spectral_grid.h"
#include "solvers/klein_gordon/potential.h"

enum { KG_MAXIMUM_KINKS = 8 };

/// Kinks at one time, and what is kept from one observation to the next.
struct kg_kinks {
    size_t count;                      ///< of all there are
    double position[KG_MAXIMUM_KINKS]; ///< of the first ones, ascending; NaN beyond
    double charge[KG_MAXIMUM_KINKS];   ///< +1: phi rises, -1: it falls; NaN beyond

    /// Times at which two kinks met and their crossings vanished, since t = 0.
    double bounces;
    /// Of a pair after its last bounce: mean rate of half its distance, over the observations since
    /// the kinks were free, their kinetic energy 100 times that of their attraction; else NaN. A
    /// pair that will come back is never free.
    double escape_velocity;

    // Line through (time, half distance) of the observations since: sums from the first one's time.
    double line_start, line_count, line_t, line_x, line_tt, line_tx;
    double window_start, window_distance; ///< of the time over which freedom is judged; NaN: none
    double previous_count;                ///< at the last observation; NaN: none
};

/// How phi goes on beyond the grid: phi(x + L) = sign phi(x) + shift.
struct kg_closing {
    double sign, shift;
};

/// Nothing observed so far.
void kg_kinks_init(struct kg_kinks *kinks);

/// Finds the kinks of phi [grid->points] at an observation, in the order of time.
void kg_kinks_find(struct kg_kinks *kinks, const struct kg_potential *potential,
                   const struct clau_grid *grid, struct kg_closing closing, const double *phi,
                   double time);

/// Puts what is kept from one observation to the next under names that begin with that of the
/// kinks, and gets it back.
void kg_kinks_save(const struct kg_kinks *kinks, const char *name,
                   struct clau_checkpoint *checkpoint);
enum clau_status kg_kinks_restore(struct kg_kinks *kinks, const char *name,
                                  const struct clau_checkpoint *checkpoint,
                                  struct clau_error *error);

#endif
