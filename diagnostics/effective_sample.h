// SPDX-License-Identifier: GPL-3.0-or-later
/// Tests of autocorrelated series.
///
/// The tests of diagnostics/hypothesis_tests.h hold for independent values. N values of a
/// stationary series with the autocorrelation time tau (diagnostics/autocorrelation.h) are worth
/// n_eff = N/tau, and a test of all of them finds differences where there are none. Two ways to
/// nearly independent values, for which the plain tests and effect sizes hold as they stand:
///
/// - thinning: every b-th value, b the lag at which an exponential correlation with that tau has
///   fallen to 2 %, ln 0.02/ln((tau-1)/(tau+1)): 2 tau for long times, 1 for independent values.
///   They have the series' own distribution, so that every test keeps its meaning; half of the
///   information in n_eff is given up.
/// - block means: the mean of every b values, b three times that lag for the largest tau of the
///   series in question, since means of unequal blocks have unequal variances. What is compared is
///   the mean alone, at nearly full power; neighbouring means keep a correlation of 5 %.
///
/// Measured rates of false positives are in docs/diagnostics.md. With fewer than 20 values left in
/// a series the estimate of tau is too rough for them.
#ifndef CLAUSIUS_DIAGNOSTICS_EFFECTIVE_SAMPLE_H
#define CLAUSIUS_DIAGNOSTICS_EFFECTIVE_SAMPLE_H

#include <stddef.h>

#include "diagnostics/hypothesis_tests.h"
#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_reduction { CLAU_REDUCE_THIN, CLAU_REDUCE_BLOCK_MEANS };

/// What became of a series.
struct clau_effective_sample {
    double autocorrelation_time; ///< tau [samples]
    double effective_size;       ///< n_eff
    size_t block_length;         ///< b [samples]
    size_t kept;                 ///< values left, count / b
};

/// Reduces each of the series; what is left over at the end is not used.
///
/// series: [groups]. values: as many as all series have together; receives the reduced ones.
/// samples: [groups], which point into values. effective: [groups].
/// Pure; may be called from any thread. Allocates; outputs are set on success only.
/// Errors: those of clau_autocorrelation_time; CLAU_MEASURE_BAD_GROUPS (no series);
/// CLAU_MEASURE_TOO_SHORT if a series has fewer than 2 blocks.
enum clau_measure_status clau_effective_samples(enum clau_reduction reduction,
                                                const struct clau_sample *series, size_t groups,
                                                double *values, struct clau_sample *samples,
                                                struct clau_effective_sample *effective);

/// A test of reduced series, in one call. effective: [groups].
/// Errors: those of clau_effective_samples and of the test.
enum clau_measure_status clau_test_series(enum clau_hypothesis_test test,
                                          enum clau_reduction reduction,
                                          const struct clau_sample *series, size_t groups,
                                          struct clau_test_result *result,
                                          struct clau_effective_sample *effective);

#ifdef __cplusplus
}
#endif

#endif
