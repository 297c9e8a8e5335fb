// SPDX-License-Identifier: GPL-3.0-or-later
/// Phase-space reconstruction of a series by delays (N. H. Packard et al. 1980; F. Takens 1981):
///
///     X_i = (x_i, x_(i+tau), ..., x_(i+(d-1)tau)),   i = 0 ... N-1-(d-1)tau
///
/// The delay tau comes from the mutual information of x_i and x_(i+tau), the dimension d from false
/// neighbours (diagnostics/false_neighbours.h).
///
/// Pure; may be called from any thread. Outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE; _BAD_EMBEDDING (dimension, delay or lag
/// 0); _TOO_SHORT (no point, or no pair, is left); _OUT_OF_MEMORY.
#ifndef CLAUSIUS_DIAGNOSTICS_RECONSTRUCTION_H
#define CLAUSIUS_DIAGNOSTICS_RECONSTRUCTION_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Mutual information of x_i and x_(i+lag) for lag = 0 ... lags, from a joint histogram:
///
///     I(lag) = sum_ab p_ab ln(p_ab / (p_a p_b))   [nats]
///
/// bins equal bins from the smallest to the largest value of the series, with numpy's rule; the
/// pairs (i, i + lag), N - lag of them, give p_ab and both of its margins. I(0) is the entropy of
/// the bins. The estimate is about (bins - 1)^2/2 / (N - lag) too large. information: [lags + 1].
/// Cost: lags (2 ns N + a logarithm a cell), bins^2 cells; allocates.
/// More errors: CLAU_MEASURE_CONSTANT; _BAD_BINS (not 1 ... 2^31 - 1).
enum clau_measure_status clau_delayed_information(const double *series, size_t count, size_t bins,
                                                  size_t lags, double *information);

/// The first lag at which I has a local minimum, I(lag-1) > I(lag) <= I(lag+1) (A. M. Fraser,
/// H. L. Swinney, Phys. Rev. A 33, 1134, 1986), 1 <= lag < lags. For noise it means nothing.
/// More errors: those above; CLAU_MEASURE_NO_MINIMUM.
enum clau_measure_status clau_embedding_delay(const double *series, size_t count, size_t bins,
                                              size_t lags, size_t *delay);

/// Number of points X_i of a series of that length; 0 if there is none.
size_t clau_trajectory_length(size_t count, size_t dimension, size_t delay);

/// The points: trajectory[i * dimension + k] = x_(i + k delay), clau_trajectory_length of them.
enum clau_measure_status clau_trajectory(const double *series, size_t count, size_t dimension,
                                         size_t delay, double *trajectory);

/// Recurrences of the points (J.-P. Eckmann, S. O. Kamphorst, D. Ruelle, Europhys. Lett. 4, 973,
/// 1987; N. Marwan et al., Phys. Rep. 438, 237, 2007): pairs within a Chebyshev distance
/// <= tolerance. Only pairs j - i >= theiler (at least 1) count, since what is close in time is
/// close in space (J. Theiler, Phys. Rev. A 34, 2427, 1986); each counts once.
struct clau_recurrence {
    uint64_t pairs;       ///< that count
    uint64_t recurrences; ///< of these, close ones
    double rate;          ///< recurrences / pairs
    /// Share of the recurrences on diagonal lines, runs (i, j), (i+1, j+1), ... of at least
    /// `shortest_line`; 0 where there are no recurrences.
    double determinism;
};

/// Cost: about 1 ns a pair, N^2/2 pairs; works on threads, same result for any number of them.
/// More errors: CLAU_MEASURE_BAD_TOLERANCE; _BAD_EMBEDDING also for shortest_line = 0 (2 is usual).
enum clau_measure_status clau_recurrence(const double *series, size_t count, size_t dimension,
                                         size_t delay, double tolerance, size_t theiler,
                                         size_t shortest_line, struct clau_recurrence *result);

#ifdef __cplusplus
}
#endif

#endif
