// SPDX-License-Identifier: GPL-3.0-or-later
/// How much two samples differ, in measures that do not depend on the units or the number of
/// values.
///
/// Pure; may be called from any thread. Outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _BAD_PROBABILITY (the confidence is not in
/// (0, 1)), _TOO_FEW, _CONSTANT, _OUT_OF_MEMORY.
#ifndef CLAUSIUS_DIAGNOSTICS_EFFECT_SIZE_H
#define CLAUSIUS_DIAGNOSTICS_EFFECT_SIZE_H

#include <stddef.h>

#include "diagnostics/hypothesis_tests.h"
#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Cliff's delta (N. Cliff, Psychol. Bull. 114, 494, 1993): P(x > y) - P(x < y), in [-1, 1]. It is
/// the rank-biserial correlation of the Mann-Whitney test. All pairs count, in O(N log N).
struct clau_cliff {
    double delta;
    double low, high; ///< confidence interval
    /// "negligible", "small", "medium" or "large" by |delta| < 0.147, 0.33, 0.474 (J. Romano et
    /// al. 2006). A static string.
    const char *magnitude;
};

/// The interval is Cliff's asymmetric one, for independent values: with the unbiased variance s^2
/// of delta (at least (1 - delta^2)/(mn - 1)) and the normal quantile z,
///
///     (delta - delta^3 -+ z s sqrt((1 - delta^2)^2 + z^2 s^2)) / (1 - delta^2 + z^2 s^2)
///
/// and where the samples do not overlap, |delta| = 1, from 1 to (n - z^2)/(n + z^2) with n the size
/// of the smaller one (D. Feng, N. Cliff, J. Mod. Appl. Stat. Methods 3, 322, 2004).
/// confidence: such as 0.95. CLAU_MEASURE_TOO_FEW below two values in a sample. Allocates.
enum clau_measure_status clau_cliff(const struct clau_sample *x, const struct clau_sample *y,
                                    double confidence, struct clau_cliff *result);

/// Difference of the means in units of the pooled standard deviation.
struct clau_standardised {
    double cohen;  ///< d = (mean x - mean y)/s, s^2 = (SS_x + SS_y)/(m + n - 2)
    double hedges; ///< g = J d without d's bias, J = Gamma(f/2)/(sqrt(f/2) Gamma((f-1)/2)),
                   ///< f = m + n - 2 (L. V. Hedges 1981)
};

/// CLAU_MEASURE_TOO_FEW if m + n < 4; CLAU_MEASURE_CONSTANT without variation within the samples.
enum clau_measure_status clau_standardised_difference(const struct clau_sample *x,
                                                      const struct clau_sample *y,
                                                      struct clau_standardised *result);

#ifdef __cplusplus
}
#endif

#endif
