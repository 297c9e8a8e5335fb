// SPDX-License-Identifier: GPL-3.0-or-later
/// The functions behind the table of measures: each calls the library with the options of its keys.
/// What they compute, their units and their errors are in the headers of diagnostics/.
#ifndef CLAUSIUS_RUNTIME_MEASURE_FUNCTIONS_H
#define CLAUSIUS_RUNTIME_MEASURE_FUNCTIONS_H

#include <math.h>

#include "diagnostics/estimators.h"
#include "diagnostics/histogram.h"
#include "solvers/runtime/measure_catalogue.h"

#define CLAU_MEASURE(name)                                                                         \
    enum clau_measure_status clau_measure_##name(                                                  \
        __attribute__((unused)) const struct clau_measure_options *options, const double *x,       \
        __attribute__((unused)) const double *y, size_t count, double *value)

/// A measure that is one member of what a function of the library gives: status is its call, with
/// &result of the type.
#define CLAU_MEASURE_MEMBER(name, type, status, member)                                            \
    CLAU_MEASURE(name) {                                                                           \
        type result;                                                                               \
        const enum clau_measure_status found = (status);                                           \
        *value = found == CLAU_MEASURE_OK ? result.member : NAN;                                   \
        return found;                                                                              \
    }

/// Choices of `rule`: so many as `bins` says, or as a rule of the histogram's does.
enum clau_measure_binning {
    CLAU_MEASURE_FIXED,
    CLAU_MEASURE_STURGES,
    CLAU_MEASURE_SCOTT,
    CLAU_MEASURE_FREEDMAN_DIACONIS,
};

/// Equal bins between the extremes. Errors: those of clau_histogram_bins.
enum clau_measure_status clau_measure_bins(const double *x, size_t count,
                                           enum clau_measure_binning rule, int64_t fixed,
                                           struct clau_bins *bins);

// Of distributions.
CLAU_MEASURE(shannon_entropy);
CLAU_MEASURE(renyi_entropy);
CLAU_MEASURE(tsallis_entropy);
CLAU_MEASURE(statistical_complexity);
CLAU_MEASURE(lmc_complexity);
CLAU_MEASURE(active_states);
// Of samples.
CLAU_MEASURE(mean);
CLAU_MEASURE(standard_deviation);
CLAU_MEASURE(skewness);
CLAU_MEASURE(excess_kurtosis);
CLAU_MEASURE(quantile);
CLAU_MEASURE(histogram_entropy);
CLAU_MEASURE(kernel_entropy);
CLAU_MEASURE(neighbour_entropy);
// Of series.
CLAU_MEASURE(permutation_entropy);
CLAU_MEASURE(weighted_permutation_entropy);
CLAU_MEASURE(permutation_complexity);
CLAU_MEASURE(irreversibility);
CLAU_MEASURE(sample_entropy);
CLAU_MEASURE(spectral_entropy);
CLAU_MEASURE(lempel_ziv_complexity);
CLAU_MEASURE(autocorrelation_time);
CLAU_MEASURE(effective_sample_size);
CLAU_MEASURE(embedding_delay);
CLAU_MEASURE(embedding_dimension);
CLAU_MEASURE(recurrence_rate);
CLAU_MEASURE(determinism);
CLAU_MEASURE(diffusion_entropy);
CLAU_MEASURE(matrix_entropy);
// Of two distributions.
CLAU_MEASURE(kullback_leibler);
CLAU_MEASURE(jensen_shannon);
// Of two series.
CLAU_MEASURE(mutual_information);
CLAU_MEASURE(transfer_entropy);
CLAU_MEASURE(correlation);
CLAU_MEASURE(rank_correlation);
CLAU_MEASURE(joint_entropy);
CLAU_MEASURE(conditional_entropy);
CLAU_MEASURE(binned_mutual_information);
CLAU_MEASURE(binned_transfer_entropy);
CLAU_MEASURE(shannon_distance);
CLAU_MEASURE(rajski_distance);
CLAU_MEASURE(gaussian_mutual_information);

#endif
