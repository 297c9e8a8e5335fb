// SPDX-License-Identifier: GPL-3.0-or-later
/// Dimension of a phase space from false nearest neighbours (M. B. Kennel, R. Brown,
/// H. D. I. Abarbanel, Phys. Rev. A 45, 3403, 1992).
///
/// In dimension d the nearest neighbour (Euclidean) X_j of X_i, at the distance R_d, is false if
/// one coordinate more, D = |x_(i+d tau) - x_(j+d tau)|, takes the two apart:
///
///     D / R_d > ratio            (eq. 4; R_d = 0 and D > 0 is false, D = 0 is not)
///     sqrt(R_d^2 + D^2) / s > size       (eq. 6; s = standard deviation of the series, divisor N)
///
/// with ratio = 15 and size = 2 in the paper. The second finds noise, whose neighbours are not near
/// when there are few points. Points are those with the coordinate more, i = 0 ... N-1-d tau; a
/// neighbour has |j - i| > theiler (0: only the point itself is excluded), so that the next points
/// of an oversampled trajectory do not count as neighbours.
///
/// Pure; may be called from any thread. Works on threads (OpenMP), same result for any number.
/// Allocates. Outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _CONSTANT; _BAD_EMBEDDING (dimension not
/// 1 ... 256, delay 0); _BAD_TOLERANCE (ratio or size negative or not finite; threshold not in
/// [0, 1]); _TOO_SHORT (a point has no neighbour in the highest dimension); _OUT_OF_MEMORY (also
/// for more than 2^32 - 1 values). Cost: a k-d tree, O(N log N) a dimension for points near an
/// attractor of few dimensions.
#ifndef CLAUSIUS_DIAGNOSTICS_FALSE_NEIGHBOURS_H
#define CLAUSIUS_DIAGNOSTICS_FALSE_NEIGHBOURS_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_false_neighbour_limits {
    double ratio, size;
    size_t theiler;
};

/// {15, 2, 0}: those of the paper.
extern const struct clau_false_neighbour_limits clau_false_neighbour_limits_kennel;

/// Share of false neighbours in the dimensions 1 ... dimensions: fraction[d - 1].
enum clau_measure_status clau_false_neighbours(const double *series, size_t count, size_t delay,
                                               size_t dimensions,
                                               const struct clau_false_neighbour_limits *limits,
                                               double *fraction);

/// The first dimension with a share of false neighbours <= threshold (typically 0.01).
/// More errors: CLAU_MEASURE_NO_MINIMUM.
enum clau_measure_status clau_embedding_dimension(const double *series, size_t count, size_t delay,
                                                  size_t dimensions,
                                                  const struct clau_false_neighbour_limits *limits,
                                                  double threshold, size_t *dimension);

#ifdef __cplusplus
}
#endif

#endif
