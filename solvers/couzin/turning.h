// SPDX-License-Identifier: GPL-3.0-or-later
/// From what an individual senses to its new heading: the two rule sets.
#ifndef CLAUSIUS_COUZIN_TURNING_H
#define CLAUSIUS_COUZIN_TURNING_H

#include <stdbool.h>

#include "numerics/random.h"
#include "solvers/couzin/zones.h"

enum couzin_rule { COUZIN_2002, COUZIN_WEIGHTED };

/// What one individual decides by. Angles in radians.
struct couzin_decision {
    int dimensions;
    double max_turn, sin_max_turn, cos_max_turn;
    double noise;
    double orientation_weight;      ///< COUZIN_WEIGHTED
    const double *preferred;        ///< [3] unit vector g of an informed individual, or NULL
    double preference;              ///< its weight omega
    struct clau_random_words words; ///< random numbers of this individual in this step
};

/// New unit heading of an individual that heads to `heading` and senses `sums`.
///
/// COUZIN_2002: wished direction d = -repulsion if anyone is in that zone; else the mean of
/// (own heading + orientation) and attraction where both zones are occupied, the one that is
/// occupied otherwise, and the own heading where none is or the sum vanishes (Couzin et al. 2002,
/// eqs 1-3). An informed individual that is not repelled mixes in its preferred direction,
/// d/|d| + omega g (Couzin, Krause, Franks, Levin 2005, eq. 3). The error turns d by an angle from
/// a Gaussian of standard deviation `noise`, wrapped round the circle, about an axis across d of
/// any azimuth (in two dimensions: in the plane). The heading then turns towards d on the great
/// circle, by max_turn at most.
///
/// COUZIN_WEIGHTED: d = -repulsion, or orientation_weight * orientation + attraction; informed ones
/// likewise. If d is further off than max_turn, the new heading is the straight line from heading
/// to d at max_turn / angle, normalised (which turns by max_turn more or less, and hardly at all
/// towards what is behind, if max_turn < pi/2); then independent Gaussian numbers of standard
/// deviation `noise` are added to its components, and it is normalised again.
void couzin_turn(enum couzin_rule rule, const struct couzin_decision *decision,
                 const struct couzin_sums *sums, const double heading[3], double turned[3]);

/// a/|a| whatever the size of a; false, and out untouched, where a is 0 or not finite.
bool couzin_unit(const double a[3], double out[3]);

#endif
