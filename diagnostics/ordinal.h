// SPDX-License-Identifier: GPL-3.0-or-later
/// Ordinal patterns of a series, and permutation entropy.
///
/// A window of m values, x_i, x_(i+tau), ..., x_(i+(m-1)tau), has the pattern of their ranks
/// (C. Bandt, B. Pompe, Phys. Rev. Lett. 88, 174102, 2002). There are N - (m-1) tau windows, one
/// from each place. Of equal values the earlier one counts as the smaller (a stable order), so that
/// a constant series has the rising pattern alone.
///
/// Patterns are numbered 0 ... m!-1 in the lexicographic order of their ranks, by
/// sum_j (m-1-j)! #{k > j: x_k < x_j}: 0 is the rising one and m!-1 the falling one.
///
/// The weighted variant (B. Fadlallah, B. Chen, A. Keil, J. Principe, Phys. Rev. E 87, 022911,
/// 2013) counts each window by its variance (1/m) sum (x - mean)^2, so that wide swings tell more
/// than small noise; windows without variance do not count.
///
/// The functions are pure, may be called from any thread and do not allocate. Outputs are set on
/// success only. Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE; _BAD_EMBEDDING (order not
/// 2 ... 7, delay 0); _TOO_SHORT (no whole window).
/// Cost: a few ns a window (docs/diagnostics.md).
#ifndef CLAUSIUS_DIAGNOSTICS_ORDINAL_H
#define CLAUSIUS_DIAGNOSTICS_ORDINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Number of patterns, order!; 0 if the order is not 2 ... 7.
size_t clau_ordinal_pattern_count(int order);

/// How often each pattern occurs, as weights that clau_entropies takes.
///
/// series: count values. weights: [order!]; numbers of windows, or if weighted sums of their
/// variances in units of a power of 2 that is a function of the largest magnitude (all 0 for a
/// constant series).
enum clau_measure_status clau_ordinal_distribution(const double *series, size_t count, int order,
                                                   size_t delay, bool weighted, double *weights);

/// Permutation entropy: the Shannon entropy of the patterns.
///
/// entropy [nats] and normalised = entropy / ln(order!), in [0, 1]; either may be NULL. The plug-in
/// estimate of (order! - 1)/2 / windows too little: take many more windows than patterns.
/// More errors: CLAU_MEASURE_ZERO_SUM (weighted, and constant in every window).
enum clau_measure_status clau_permutation_entropy(const double *series, size_t count, int order,
                                                  size_t delay, bool weighted, double *entropy,
                                                  double *normalised);

#ifdef __cplusplus
}
#endif

#endif
