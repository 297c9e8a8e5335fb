// SPDX-License-Identifier: GPL-3.0-or-later
/// Sample entropy of a series (J. S. Richman, J. R. Moorman, Am. J. Physiol. 278, H2039, 2000).
///
///     SampEn(m, r) = -ln(A/B) = ln B - ln A   [nats]
///
/// B is the number of pairs of templates x_i ... x_(i+m-1) that match, A of those that still match
/// with one value more. Packages differ in four points, which are here as in the paper:
/// - both lengths use the same N - m templates, i = 0 ... N-m-1;
/// - two templates match if their Chebyshev distance, max_k |x_(i+k) - x_(j+k)|, is <= r;
/// - a template is not compared with itself, and each pair counts once;
/// - a tolerance given as a fraction is one of the standard deviation with divisor N - ddof; both
///   0 and 1 are in use, so that the caller says which.
///
/// Pure; may be called from any thread. Allocates (m + 4) N doubles and works on threads (OpenMP);
/// the counts are exact integers, the same for any number of threads.
/// Cost: the pairs whose first values are within r, 0.11 N^2/2 for r = 0.2 deviations of normal
/// values, of 0.5 ns or so each; at most N^2/2.
#ifndef CLAUSIUS_DIAGNOSTICS_SAMPLE_ENTROPY_H
#define CLAUSIUS_DIAGNOSTICS_SAMPLE_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_sample_entropy {
    double entropy;   ///< [nats]
    double tolerance; ///< r [the series' unit]
    uint64_t matches; ///< B
    uint64_t longer;  ///< A
};

/// With an absolute tolerance.
///
/// series: count values; length: m >= 1, typically 2. A constant series has entropy 0.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE; _BAD_EMBEDDING (m = 0); _BAD_TOLERANCE;
/// _TOO_SHORT (N < m + 2: no pair); _NO_MATCH (A = 0, where the entropy has a lower bound only);
/// _OUT_OF_MEMORY. The result is set on success only.
enum clau_measure_status clau_sample_entropy(const double *series, size_t count, size_t length,
                                             double tolerance, struct clau_sample_entropy *result);

/// With r = fraction * sqrt(sum (x - mean)^2 / (count - ddof)); typically 0.2 with ddof 0 (the
/// population) or 1 (a sample). More errors: CLAU_MEASURE_TOO_SHORT if count <= ddof.
enum clau_measure_status clau_sample_entropy_relative(const double *series, size_t count,
                                                      size_t length, double fraction, size_t ddof,
                                                      struct clau_sample_entropy *result);

#ifdef __cplusplus
}
#endif

#endif
