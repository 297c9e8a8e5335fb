// SPDX-License-Identifier: GPL-3.0-or-later
/// Error bars for any measure: the bootstrap, and whether an estimate has converged with the number
/// of samples.
///
/// A measure is a function of some of the samples, told by their numbers. What the samples are is
/// the caller's matter: values, pairs, symbols, whole runs.
///
/// Random choices are functions of the seed and of what they are for: the results do not depend on
/// threads. Outputs are set on success only.
#ifndef CLAUSIUS_DIAGNOSTICS_BOOTSTRAP_H
#define CLAUSIUS_DIAGNOSTICS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The measure of the samples numbers[count], in this order; a number may occur more than once.
/// Sets *value, or returns an error, which ends the whole.
typedef enum clau_measure_status clau_sample_measure(const void *context, const size_t *numbers,
                                                     size_t count, double *value);

struct clau_bootstrap_options {
    size_t repetitions; ///< at least 2; some 100 for an error, 1000 and more for an interval
    size_t block;       ///< samples drawn together: 1 for independent ones; see below
    double confidence;  ///< of the interval, such as 0.95
    uint64_t seed;
};

struct clau_bootstrap {
    double estimate;       ///< of all samples
    double standard_error; ///< standard deviation (n - 1) of the resamples' values
    double bias;           ///< their mean less the estimate: what the estimate is too high by
    /// The basic interval, [2 e - Q(1-a/2), 2 e - Q(a/2)] with e the estimate, Q the quantiles of
    /// the resamples (linear between neighbours) and 1 - a the confidence. It takes the bias off
    /// once; the interval of the quantiles themselves would have an entropy's bias twice.
    double lower, upper;
};

/// Resamples as many samples, with replacement: one at a time (B. Efron 1979), or for a series in
/// blocks of neighbours from random places (H. R. Kuensch 1989), the last cut to size. A block
/// should hold some correlation times, and there should be tens of them.
///
/// Not for measures of distances between samples (nearest neighbours), which repeated samples
/// spoil. Errors: the measure's; CLAU_MEASURE_EMPTY; _BAD_OPTION (repetitions < 2, a block of 0 or
/// more than count, a confidence not between 0 and 1); _NOT_A_NUMBER (the measure's value is not
/// finite); _OUT_OF_MEMORY.
enum clau_measure_status clau_bootstrap(clau_sample_measure *measure, const void *context,
                                        size_t count, const struct clau_bootstrap_options *options,
                                        struct clau_bootstrap *result);

enum { CLAU_CONSISTENCY_SIZES = 4 };

/// The measure of subsets of N/8, N/4, N/2 and N samples.
struct clau_consistency {
    size_t size[CLAU_CONSISTENCY_SIZES];      ///< n, samples in a subset
    double mean[CLAU_CONSISTENCY_SIZES];      ///< over the 8, 4, 2, 1 subsets, which do not overlap
    double deviation[CLAU_CONSISTENCY_SIZES]; ///< of one subset's value (count - 1); 0 for all
    double slope;          ///< of the means against 1/n, least squares: -(K-1)/2 for the plug-in
    double limit;          ///< of that line at 1/n = 0
    double standard_error; ///< of all samples: deviation[0] / sqrt(8)
};

/// An estimate has converged if mean[3] is no further from the limit than some standard errors.
/// random: samples are dealt into subsets at random, by the seed; else in blocks of neighbours, for
/// series. What is left over in N/8 is left out. Errors: the measure's; CLAU_MEASURE_EMPTY;
/// _TOO_FEW (count < 16); _NOT_A_NUMBER (the measure's value is not finite); _OUT_OF_MEMORY.
enum clau_measure_status clau_consistency(clau_sample_measure *measure, const void *context,
                                          size_t count, bool random, uint64_t seed,
                                          struct clau_consistency *result);

#ifdef __cplusplus
}
#endif

#endif
