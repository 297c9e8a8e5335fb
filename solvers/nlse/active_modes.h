// SPDX-License-Identifier: GPL-3.0-or-later
/// The modes that the nonlinear term acts on.
///
/// On an over-resolved grid most modes are empty. Explicit steps in the interaction picture pump
/// round-off into them and lose step size to it; and their transforms are work for nothing. The
/// band keeps the modes |m| <= M that carry anything, with a margin, and gives the product a grid
/// of its own of at least 2.5 M points: a cubic product folds back only what lies beyond 1.5 M, in
/// a decaying spectrum less than the threshold. The modes outside follow the linear flow exactly.
/// The band widens when the spectrum reaches its edge, up to all modes of the grid; it never
/// narrows. A spectrum may be a comb, of which the next tooth lies far out (two plane waves, a
/// breather with several periods in the box): the edge is as wide as the comb's largest gap.
#ifndef CLAUSIUS_NLSE_ACTIVE_MODES_H
#define CLAUSIUS_NLSE_ACTIVE_MODES_H

#include "numerics/complex_numbers.h"
#include <stdbool.h>
#include <stddef.h>

#include "io/checkpoint.h"
#include "solvers/nlse/problem.h"

struct nlse_active_modes {
    const struct nlse_problem *problem;
    size_t points;             ///< of the grid
    size_t positive, negative; ///< modes 0 ... positive-1 and -negative ... -1
    size_t product_points;
    size_t gap;              ///< largest distance of neighbouring modes occupied at t = 0
    double threshold;        ///< share of the norm of psi that may be left out; 0: all modes
    double complex *outside; ///< [points] all modes at outside_time; those outside the band count
    double outside_time;
};

/// Chooses the band for coefficients [points] at t = 0. relative_tolerance: of the time
/// evolution, three tenths of which the band may leave out; 0: all modes, with the product on
/// product_points. False when out of memory.
bool nlse_active_modes_init(struct nlse_active_modes *modes, const struct nlse_problem *problem,
                            const double complex *coefficients, size_t product_points,
                            double relative_tolerance);
void nlse_active_modes_finish(struct nlse_active_modes *modes);

/// Takes the band out of an array of all modes.
void nlse_active_modes_gather(const struct nlse_active_modes *modes, const double complex *all,
                              double complex *band);
void nlse_active_modes_gather_real(const struct nlse_active_modes *modes, const double *all,
                                   double *band);

/// Puts the band and the modes outside of it, at the given time, into an array of all modes.
void nlse_active_modes_scatter(const struct nlse_active_modes *modes, const double complex *band,
                               double time, double complex *all);

/// Whether the edge of the band, its outermost sixteenth or the comb's gap, carries more than the
/// threshold.
bool nlse_active_modes_too_narrow(const struct nlse_active_modes *modes,
                                  const double complex *band);

/// Chooses a wider band for all modes at the given time.
void nlse_active_modes_widen(struct nlse_active_modes *modes, const double complex *all,
                             double time);

void nlse_active_modes_save(const struct nlse_active_modes *modes,
                            struct clau_checkpoint *checkpoint);
enum clau_status nlse_active_modes_restore(struct nlse_active_modes *modes,
                                           const struct clau_checkpoint *checkpoint,
                                           struct clau_error *error);

#endif
