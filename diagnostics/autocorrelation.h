// SPDX-License-Identifier: GPL-3.0-or-later
/// Autocorrelation of a series, and how many independent values it is worth.
///
///     C_k   = (1/N) sum_(i < N-k) (x_i - mean)(x_(i+k) - mean)       rho_k = C_k / C_0
///     tau   = 1 + 2 sum_(k=1..W) rho_k                               n_eff = N / max(tau, 1)
///
/// The divisor is N at every lag (the "biased" estimate: smaller errors at long lags, and a power
/// spectrum >= 0). tau is the factor by which correlation multiplies the variance of the mean:
/// 1 for independent values, (1+a)/(1-a) for x_(i+1) = a x_i + noise; it is twice the tau_int of
/// A. Sokal ("Monte Carlo methods in statistical mechanics", 1997, eq. 3.16). The sum ends at his
/// window, the smallest W >= 3 max(tau(W), 1): 0.25 % are cut off where rho falls exponentially.
/// Its relative standard error is about sqrt(2 (2W+1)/N): a series shorter than 50 tau says little,
/// and one that drifts has no tau that means anything. An anticorrelated series, whose tau < 1 is
/// cut off early, is not credited with more values than it has.
///
/// Pure; may be called from any thread (in a build with OpenMP; FFTW's planner is behind a lock).
/// Allocates; outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _CONSTANT, _TOO_SHORT, _OUT_OF_MEMORY.
/// Cost: two transforms of length 2N.
#ifndef CLAUSIUS_DIAGNOSTICS_AUTOCORRELATION_H
#define CLAUSIUS_DIAGNOSTICS_AUTOCORRELATION_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// rho_0 = 1 ... rho_lags. series: count values; correlation: [lags + 1].
/// CLAU_MEASURE_TOO_SHORT if lags >= count.
enum clau_measure_status clau_autocorrelation(const double *series, size_t count, size_t lags,
                                              double *correlation);

struct clau_autocorrelation_time {
    double time;           ///< tau [samples]
    size_t window;         ///< W [samples]
    double effective_size; ///< n_eff
};

enum clau_measure_status clau_autocorrelation_time(const double *series, size_t count,
                                                   struct clau_autocorrelation_time *result);

#ifdef __cplusplus
}
#endif

#endif
