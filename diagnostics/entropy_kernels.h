// SPDX-License-Identifier: GPL-3.0-or-later
/// The inner loops of entropy.c, over one block of weights; not installed.
///
/// Arrays have `length` values, a multiple of CLAU_ENTROPY_LANES; u_i = w_i / max w is in [0, 1],
/// and 0 where the weight is the largest one. A sum has CLAU_ENTROPY_LANES partial sums side by
/// side, which are then added in pairs: the same order for any compiler and processor.
#ifndef CLAUSIUS_DIAGNOSTICS_ENTROPY_KERNELS_H
#define CLAUSIUS_DIAGNOSTICS_ENTROPY_KERNELS_H

#include <stddef.h>

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

enum { CLAU_ENTROPY_LANES = 16, CLAU_ENTROPY_BLOCK = 256 };

/// Extremes of the weights and 0, and their sum as it stands, which is NaN if a weight is NaN (the
/// extremes leave it out then) or infinite ones have either sign.
struct clau_entropy_extent {
    double minimum, maximum, sum;
};
struct clau_entropy_extent clau_entropy_extent(const double *weights, size_t length);

/// u_i = w_i * prescale * inverse, where w_i < maximum.
struct clau_entropy_scale {
    double maximum, prescale, inverse;
};

/// Writes u_i.
void clau_entropy_scale(const double *weights, size_t length, struct clau_entropy_scale scale,
                        double *scaled);

/// sum u_i, sum u_i^2, and the number of weights that equal the maximum.
struct clau_entropy_sums {
    double linear, square, ties;
};
struct clau_entropy_sums clau_entropy_sums(const double *weights, size_t length,
                                           struct clau_entropy_scale scale);

/// Number of weights that are positive.
double clau_entropy_count_positive(const double *weights, size_t length);

/// sum u_i ln u_i; terms with u_i < DBL_MIN are dropped. Writes ln u_i (0 for those) to logs,
/// with an error below one unit in the last place.
double clau_entropy_sum_logs(const double *scaled, size_t length, double *logs);

/// sum u_i^q. Cheap if 2q is an integer up to 16, else one pow() a term. Of q = 2 the sums above
/// have it.
double clau_entropy_sum_powers(const double *scaled, size_t length, double order);

/// sum u_i (u_i^distance - 1) from the logarithms, one expm1() a term.
double clau_entropy_sum_excess(const double *scaled, const double *logs, size_t length,
                               double distance);

#pragma GCC visibility pop

#endif
