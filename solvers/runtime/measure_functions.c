// SPDX-License-Identifier: GPL-3.0-or-later
/// Measures of one array or series: the library's functions with the options of a table's keys.
#include <math.h>
#include <stdlib.h>

#include "diagnostics/autocorrelation.h"
#include "diagnostics/complexity.h"
#include "diagnostics/diffusion_entropy.h"
#include "diagnostics/entropy.h"
#include "diagnostics/false_neighbours.h"
#include "diagnostics/irreversibility.h"
#include "diagnostics/kernel_density.h"
#include "diagnostics/lempel_ziv.h"
#include "diagnostics/matrix_entropy.h"
#include "diagnostics/moments.h"
#include "diagnostics/nearest_neighbours.h"
#include "diagnostics/ordinal.h"
#include "diagnostics/power_spectrum.h"
#include "diagnostics/reconstruction.h"
#include "diagnostics/sample_entropy.h"
#include "solvers/runtime/measure_functions.h"

// ---- of distributions -------------------------------------------------------------------------

CLAU_MEASURE(shannon_entropy) { return clau_entropy_shannon(x, count, value); }

CLAU_MEASURE(renyi_entropy) { return clau_entropy_renyi(x, count, options->q, value); }

CLAU_MEASURE(tsallis_entropy) { return clau_entropy_tsallis(x, count, options->q, value); }

CLAU_MEASURE_MEMBER(statistical_complexity, struct clau_complexity,
                    clau_complexity(x, count, &result), jensen_shannon)

CLAU_MEASURE_MEMBER(lmc_complexity, struct clau_complexity, clau_complexity(x, count, &result), lmc)

CLAU_MEASURE(active_states) {
    size_t states;
    const enum clau_measure_status status = clau_active_states(x, count, options->share, &states);
    *value = status == CLAU_MEASURE_OK ? (double)states : NAN;
    return status;
}

// ---- of samples -------------------------------------------------------------------------------

enum clau_measure_status clau_measure_bins(const double *x, size_t count,
                                           enum clau_measure_binning rule, int64_t fixed,
                                           struct clau_bins *bins) {
    static const enum clau_bin_rule rules[] = {
        [CLAU_MEASURE_STURGES] = CLAU_BINS_STURGES,
        [CLAU_MEASURE_SCOTT] = CLAU_BINS_SCOTT,
        [CLAU_MEASURE_FREEDMAN_DIACONIS] = CLAU_BINS_FREEDMAN_DIACONIS,
    };
    if (rule != CLAU_MEASURE_FIXED) {
        return clau_histogram_bins(x, count, rules[rule], bins);
    }
    bins->count = (size_t)fixed;
    return clau_histogram_extent(x, count, &bins->minimum, &bins->maximum);
}

CLAU_MEASURE(mean) { return clau_mean(x, count, value); }

CLAU_MEASURE(standard_deviation) { return clau_standard_deviation(x, count, 1, value); }

CLAU_MEASURE_MEMBER(skewness, struct clau_shape, clau_shape_of(x, count, &result), skewness)

CLAU_MEASURE_MEMBER(excess_kurtosis, struct clau_shape, clau_shape_of(x, count, &result),
                    excess_kurtosis)

CLAU_MEASURE(quantile) { return clau_quantile(x, count, options->fraction, value); }

CLAU_MEASURE(histogram_entropy) {
    struct clau_bins bins;
    enum clau_measure_status status =
        clau_measure_bins(x, count, (enum clau_measure_binning)options->rule, options->bins, &bins);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    double *counts = calloc(bins.count, sizeof *counts);
    if (counts == NULL) {
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    status = clau_histogram_uniform(x, count, bins.minimum, bins.maximum, bins.count, counts);
    if (status == CLAU_MEASURE_OK) {
        status = clau_entropy_estimate(counts, bins.count, (enum clau_estimator)options->estimator,
                                       value, NULL);
    }
    free(counts);
    return status;
}

CLAU_MEASURE(neighbour_entropy) {
    const struct clau_neighbour_options how = {.neighbours = (size_t)options->neighbours};
    return clau_neighbour_entropy(x, count, 1, NULL, &how, value);
}

CLAU_MEASURE(kernel_entropy) {
    double bandwidth;
    const enum clau_measure_status status =
        clau_kernel_bandwidth(x, count, (enum clau_bandwidth)options->bandwidth, &bandwidth);
    return status == CLAU_MEASURE_OK ? clau_kernel_entropy(x, count, bandwidth, value) : status;
}

// ---- of series --------------------------------------------------------------------------------

static enum clau_measure_status patterns(const struct clau_measure_options *options,
                                         const double *x, size_t count, bool weighted,
                                         double *value) {
    return clau_permutation_entropy(x, count, (int)options->order, (size_t)options->delay, weighted,
                                    options->normalised ? NULL : value,
                                    options->normalised ? value : NULL);
}

CLAU_MEASURE(permutation_entropy) { return patterns(options, x, count, false, value); }

CLAU_MEASURE(weighted_permutation_entropy) { return patterns(options, x, count, true, value); }

CLAU_MEASURE(permutation_complexity) {
    const size_t number = clau_ordinal_pattern_count((int)options->order);
    double weights[5040]; // 7!
    const enum clau_measure_status status = clau_ordinal_distribution(
        x, count, (int)options->order, (size_t)options->delay, false, weights);
    return status == CLAU_MEASURE_OK
               ? clau_measure_statistical_complexity(options, weights, NULL, number, value)
               : status;
}

CLAU_MEASURE(irreversibility) {
    const size_t bins = (size_t)options->bins;
    struct clau_bins range;
    enum clau_measure_status status =
        clau_measure_bins(x, count, CLAU_MEASURE_FIXED, options->bins, &range);
    uint32_t *symbols = malloc((count + 1) * sizeof *symbols);
    if (symbols == NULL) {
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    if (status == CLAU_MEASURE_OK) {
        status = clau_histogram_numbers(x, count, range, symbols);
    }
    struct clau_irreversibility result = {0};
    if (status == CLAU_MEASURE_OK) {
        status = clau_irreversibility(symbols, 1, count, bins, 0, 0, &result);
    }
    free(symbols);
    *value = status == CLAU_MEASURE_OK ? result.rate - result.bias : NAN;
    return status;
}

CLAU_MEASURE_MEMBER(sample_entropy, struct clau_sample_entropy,
                    clau_sample_entropy_relative(x, count, (size_t)options->length,
                                                 options->tolerance, 0, &result),
                    entropy)

CLAU_MEASURE(spectral_entropy) {
    const bool whole = options->segment == 0;
    return clau_spectral_entropy(x, count, whole ? count : (size_t)options->segment,
                                 whole ? CLAU_WINDOW_NONE : CLAU_WINDOW_HANN,
                                 options->normalised ? NULL : value,
                                 options->normalised ? value : NULL);
}

CLAU_MEASURE(lempel_ziv_complexity) {
    uint8_t *symbols = malloc(count + 1);
    if (symbols == NULL) {
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    enum clau_measure_status status = clau_binarise(x, count, CLAU_THRESHOLD_MEDIAN, symbols);
    if (status == CLAU_MEASURE_OK) {
        status = clau_lempel_ziv(symbols, count, 2, NULL, value);
    }
    free(symbols);
    return status;
}

CLAU_MEASURE_MEMBER(autocorrelation_time, struct clau_autocorrelation_time,
                    clau_autocorrelation_time(x, count, &result), time)

CLAU_MEASURE_MEMBER(effective_sample_size, struct clau_autocorrelation_time,
                    clau_autocorrelation_time(x, count, &result), effective_size)

// ---- of the reconstructed phase space ---------------------------------------------------------

CLAU_MEASURE(embedding_delay) {
    size_t delay;
    const enum clau_measure_status status =
        clau_embedding_delay(x, count, (size_t)options->bins, (size_t)options->lags, &delay);
    *value = status == CLAU_MEASURE_OK ? (double)delay : NAN;
    return status;
}

CLAU_MEASURE(embedding_dimension) {
    size_t dimension;
    struct clau_false_neighbour_limits limits = clau_false_neighbour_limits_kennel;
    limits.theiler = (size_t)options->theiler;
    const enum clau_measure_status status =
        clau_embedding_dimension(x, count, (size_t)options->delay, (size_t)options->dimension,
                                 &limits, options->threshold, &dimension);
    *value = status == CLAU_MEASURE_OK ? (double)dimension : NAN;
    return status;
}

static enum clau_measure_status recurrence(const struct clau_measure_options *options,
                                           const double *x, size_t count,
                                           struct clau_recurrence *result) {
    double deviation;
    const enum clau_measure_status status = clau_standard_deviation(x, count, 0, &deviation);
    return status == CLAU_MEASURE_OK
               ? clau_recurrence(x, count, (size_t)options->dimension, (size_t)options->delay,
                                 options->tolerance * deviation, (size_t)options->theiler, 2,
                                 result)
               : status;
}

CLAU_MEASURE_MEMBER(recurrence_rate, struct clau_recurrence, recurrence(options, x, count, &result),
                    rate)

CLAU_MEASURE_MEMBER(determinism, struct clau_recurrence, recurrence(options, x, count, &result),
                    determinism)

/// The points, owned by the caller, and a length in standard deviations (N) of the series.
static enum clau_measure_status trajectory(const struct clau_measure_options *options,
                                           const double *x, size_t count, double **points,
                                           size_t *length, double *width) {
    const size_t dimension = (size_t)options->dimension, delay = (size_t)options->delay;
    *points = NULL;
    const enum clau_measure_status status = clau_standard_deviation(x, count, 0, width);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    *width *= options->width;
    *length = clau_trajectory_length(count, dimension, delay);
    *points = malloc((*length * dimension + 1) * sizeof **points);
    if (*points == NULL) {
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    return *width > 0.0 ? clau_trajectory(x, count, dimension, delay, *points)
                        : CLAU_MEASURE_CONSTANT;
}

CLAU_MEASURE(diffusion_entropy) {
    double *points, width;
    size_t length;
    enum clau_measure_status status = trajectory(options, x, count, &points, &length, &width);
    if (status == CLAU_MEASURE_OK) {
        status = clau_diffusion_entropy(points, length, (size_t)options->dimension, width,
                                        options->steps, value);
    }
    free(points);
    return status;
}

/// exp(-|a - b|^2 / (2 width^2))
static double kernel(const double *a, const double *b, size_t dimension, double width) {
    double square = 0.0;
    for (size_t k = 0; k < dimension; k++) {
        square += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return exp(-0.5 * square / (width * width));
}

CLAU_MEASURE(matrix_entropy) {
    double *points, width;
    size_t length;
    const size_t dimension = (size_t)options->dimension;
    enum clau_measure_status status = trajectory(options, x, count, &points, &length, &width);
    double *gram = status == CLAU_MEASURE_OK ? malloc(length * length * sizeof *gram) : NULL;
    if (status == CLAU_MEASURE_OK && gram == NULL) {
        status = CLAU_MEASURE_OUT_OF_MEMORY;
    }
    if (status == CLAU_MEASURE_OK) {
        for (size_t i = 0; i < length; i++) {
            for (size_t j = 0; j <= i; j++) {
                gram[i * length + j] = gram[j * length + i] =
                    kernel(points + i * dimension, points + j * dimension, dimension, width);
            }
        }
        status = clau_matrix_entropy(gram, length, options->q, value);
    }
    free(gram);
    free(points);
    return status;
}
