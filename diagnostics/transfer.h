// SPDX-License-Identifier: GPL-3.0-or-later
/// Transfer entropy of two series of symbols, in nats: how much a source's past tells about a
/// target's next value beyond the target's own past (T. Schreiber, Phys. Rev. Lett. 85, 461, 2000).
///
///     T = H(Y_t, Y^k) - H(Y^k) - H(Y_t, Y^k, X^l) + H(Y^k, X^l)
///     Y^k = (Y_(t-1), ..., Y_(t-k)),   X^l = (X_(t-u), ..., X_(t-u-l+1))
///
/// k, l the lengths of the histories, u the delay of the source. All four entropies are of the same
/// N = count - max(k, l+u-1) steps, by the estimator of the caller's choice. The plug-in is >= 0
/// and too high, at first order by
///
///     [K(Y_t, Y^k, X^l) - K(Y^k, X^l) - K(Y_t, Y^k) + K(Y^k)] / 2N,  K the number of words found:
///
/// they must be far fewer than the steps. Miller and Madow's estimator takes that off; so do
/// surrogates.
///
/// Surrogates put the source's words X^l in another order, against the target's: what is left of T
/// is bias. Shuffled, they are independent, which is the null hypothesis for a source without
/// memory beyond l; shifted round by a random number of steps, they keep the source's
/// autocorrelation.
///
///     effective transfer entropy = T - mean of the surrogates'    (R. Marschinski, H. Kantz 2002)
///     p = (1 + number of surrogates with at least T) / (1 + number of surrogates)
#ifndef CLAUSIUS_DIAGNOSTICS_TRANSFER_H
#define CLAUSIUS_DIAGNOSTICS_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/estimators.h"
#include "diagnostics/histogram.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_surrogate { CLAU_SURROGATE_SHUFFLE, CLAU_SURROGATE_SHIFT };

struct clau_transfer_options {
    size_t target_history;         ///< k; 0 gives the lagged information of X^l and Y_t
    size_t source_history;         ///< l, at least 1
    size_t delay;                  ///< u, at least 1
    enum clau_estimator estimator; ///< of the four entropies
    enum clau_surrogate surrogate;
    size_t surrogates; ///< number of them; may be 0
    uint64_t seed;     ///< of the surrogates
};

struct clau_transfer {
    double entropy;                             ///< T, with the estimator's correction alone
    double surrogate_mean, surrogate_deviation; ///< of the surrogates' T (n - 1); 0 without
    double effective;
    double p_value; ///< 1 without surrogates
    size_t steps;   ///< N
};

/// Two series of symbols.
struct clau_symbols {
    const uint32_t *symbols; ///< [count], below alphabet
    size_t alphabet;
};

/// Transfer entropy from source to target, [count] each. A constant series gives 0.
/// Errors: CLAU_MEASURE_EMPTY; _TOO_FEW (no step with a whole history); _BAD_SYMBOL; _BAD_OPTION
/// (l or u is 0, no such estimator or surrogate, or alphabet^(k+1) or alphabet^l not below 2^63);
/// _OUT_OF_MEMORY (also for 2^31 steps). Pure, a function of the seed; *transfer is set on success
/// only. Cost: about 50 ns a step and surrogate.
enum clau_measure_status clau_transfer_entropy(struct clau_symbols target,
                                               struct clau_symbols source, size_t count,
                                               const struct clau_transfer_options *options,
                                               struct clau_transfer *transfer);

/// The same of series of values, binned. Errors: also those of clau_histogram_numbers; a value
/// outside of its bins is _BAD_SYMBOL, for dropping it would join steps that are apart.
enum clau_measure_status clau_transfer_series(const double *target, struct clau_bins target_bins,
                                              const double *source, struct clau_bins source_bins,
                                              size_t count,
                                              const struct clau_transfer_options *options,
                                              struct clau_transfer *transfer);

#ifdef __cplusplus
}
#endif

#endif
