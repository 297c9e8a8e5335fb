// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/measure_catalogue.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/autocorrelation.h"
#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"
#include "diagnostics/kernel_density.h"
#include "diagnostics/lempel_ziv.h"
#include "diagnostics/nearest_neighbours.h"
#include "diagnostics/ordinal.h"
#include "diagnostics/power_spectrum.h"
#include "diagnostics/reconstruction.h"
#include "diagnostics/sample_entropy.h"

// ---- keys -------------------------------------------------------------------------------------

#define OFFSET(member) offsetof(struct clau_measure_options, member)
#define COUNT(array) (sizeof(array) / sizeof *(array))

#define OF                                                                                         \
    {                                                                                              \
        .key = "of", .type = CLAU_STRING, .offset = OFFSET(of), .required = true,                  \
        .description = "a field, state variable or observable of the solver"                       \
    }
#define NAME                                                                                       \
    {                                                                                              \
        .key = "name", .type = CLAU_STRING, .offset = OFFSET(name), .computed = "of_what",         \
        .description = "of the variable in the output"                                             \
    }
#define WINDOW                                                                                     \
    {                                                                                              \
        .key = "window", .type = CLAU_INTEGER, .offset = OFFSET(window), .fallback = "256",        \
        .range = CLAU_BETWEEN(0, 1000000),                                                         \
        .description = "latest observations of a series in time that are looked at; 0: all"        \
    }
#define INTEGER(name, default_text, from, to, text)                                                \
    {                                                                                              \
        .key = #name, .type = CLAU_INTEGER, .offset = OFFSET(name), .fallback = default_text,      \
        .range = CLAU_BETWEEN(from, to), .description = text                                       \
    }
#define REAL(name, default_text, interval, text)                                                   \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = OFFSET(name), .fallback = default_text,         \
        .range = interval, .description = text                                                     \
    }

#define FLAG(name, default_text, text)                                                             \
    {                                                                                              \
        .key = #name, .type = CLAU_BOOLEAN, .offset = OFFSET(name), .fallback = default_text,      \
        .description = text                                                                        \
    }
#define WITH                                                                                       \
    {                                                                                              \
        .key = "with", .type = CLAU_STRING, .offset = OFFSET(with), .required = true,              \
        .description = "the second of the pair"                                                    \
    }
#define BINS INTEGER(bins, "64", 2, 1000000, "equal bins between the extremes")
#define DELAY INTEGER(delay, "1", 1, 1000000, "in steps of the series")
#define NEIGHBOURS INTEGER(neighbours, "4", 1, 64, "k: nearest neighbours of a sample")
#define NORMALISED(by) FLAG(normalised, "false", "divided by " by ", its largest value")
#define TOLERANCE                                                                                  \
    REAL(tolerance, "0.2", CLAU_AT_LEAST(0.0),                                                     \
         "distance of what counts as alike, in standard deviations (N) of the series")

static const struct clau_parameter distribution_keys[] = {OF, NAME};
static const struct clau_parameter order_keys[] = {
    OF, NAME, REAL(q, "2.0", CLAU_AT_LEAST(0.0), "order; 1 is Shannon's")};
static const struct clau_parameter series_keys[] = {OF, NAME, WINDOW};
static const struct clau_parameter bins_keys[] = {OF, NAME, WINDOW, BINS};
static const struct clau_parameter pattern_keys[] = {
    OF,     NAME,
    WINDOW, INTEGER(order, "3", 2, 7, "values of a pattern: order! patterns"),
    DELAY,  NORMALISED("ln(order!)")};
static const struct clau_parameter match_keys[] = {
    OF, NAME, WINDOW, INTEGER(length, "2", 1, 100, "m: values of a template"), TOLERANCE};
static const struct clau_parameter spectrum_keys[] = {
    OF, NAME, WINDOW,
    INTEGER(segment, "0", 0, 1000000,
            "values of a segment of Welch's estimate; 0: all of them, one periodogram"),
    NORMALISED("ln(segment / 2)")};
static const struct clau_parameter recurrence_keys[] = {
    OF,        NAME,
    WINDOW,    INTEGER(dimension, "3", 1, 64, "of the reconstructed phase space"),
    DELAY,     INTEGER(theiler, "1", 1, 1000000, "pairs closer in time do not count"),
    TOLERANCE,
};
static const struct clau_parameter neighbour_keys[] = {OF, NAME, WINDOW, NEIGHBOURS};
static const struct clau_parameter pair_keys[] = {OF, WITH, NAME, WINDOW, NEIGHBOURS};
static const struct clau_parameter transfer_keys[] = {
    OF, WITH, NAME, WINDOW, NEIGHBOURS, INTEGER(length, "1", 1, 8, "values of each past"), DELAY};

// ---- of distributions -------------------------------------------------------------------------

#define MEASURE(function)                                                                          \
    static enum clau_measure_status function(                                                      \
        __attribute__((unused)) const struct clau_measure_options *options, const double *x,       \
        __attribute__((unused)) const double *y, size_t count, double *value)

MEASURE(shannon_entropy) { return clau_entropy_shannon(x, count, value); }

MEASURE(renyi_entropy) { return clau_entropy_renyi(x, count, options->q, value); }

MEASURE(tsallis_entropy) { return clau_entropy_tsallis(x, count, options->q, value); }

// ---- of samples -------------------------------------------------------------------------------

MEASURE(histogram_entropy) {
    const size_t bins = (size_t)options->bins;
    double low, high;
    enum clau_measure_status status = clau_histogram_extent(x, count, &low, &high);
    double *counts = status == CLAU_MEASURE_OK ? calloc(bins, sizeof *counts) : NULL;
    if (status == CLAU_MEASURE_OK && counts == NULL) {
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    if (status == CLAU_MEASURE_OK) {
        status = clau_histogram_uniform(x, count, low, high, bins, counts);
    }
    if (status == CLAU_MEASURE_OK) {
        status = clau_entropy_shannon(counts, bins, value);
    }
    free(counts);
    return status;
}

static struct clau_neighbour_options neighbours(const struct clau_measure_options *options) {
    return (struct clau_neighbour_options){.neighbours = (size_t)options->neighbours};
}

MEASURE(neighbour_entropy) {
    const struct clau_neighbour_options how = neighbours(options);
    return clau_neighbour_entropy(x, count, 1, NULL, &how, value);
}

MEASURE(kernel_entropy) {
    double bandwidth;
    const enum clau_measure_status status =
        clau_kernel_bandwidth(x, count, CLAU_BANDWIDTH_SILVERMAN, &bandwidth);
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

MEASURE(permutation_entropy) { return patterns(options, x, count, false, value); }

MEASURE(weighted_permutation_entropy) { return patterns(options, x, count, true, value); }

MEASURE(sample_entropy) {
    struct clau_sample_entropy result;
    const enum clau_measure_status status = clau_sample_entropy_relative(
        x, count, (size_t)options->length, options->tolerance, 0, &result);
    *value = status == CLAU_MEASURE_OK ? result.entropy : NAN;
    return status;
}

MEASURE(spectral_entropy) {
    const bool whole = options->segment == 0;
    return clau_spectral_entropy(x, count, whole ? count : (size_t)options->segment,
                                 whole ? CLAU_WINDOW_NONE : CLAU_WINDOW_HANN,
                                 options->normalised ? NULL : value,
                                 options->normalised ? value : NULL);
}

MEASURE(lempel_ziv_complexity) {
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

MEASURE(autocorrelation_time) {
    struct clau_autocorrelation_time result;
    const enum clau_measure_status status = clau_autocorrelation_time(x, count, &result);
    *value = status == CLAU_MEASURE_OK ? result.time : NAN;
    return status;
}

/// Standard deviation (N) of finite values; more than that is the measure's own to check.
static double deviation(const double *x, size_t count) {
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < count; i++) {
        mean += x[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        square += (x[i] - mean) * (x[i] - mean) / (double)count;
    }
    return sqrt(square);
}

static enum clau_measure_status recurrence(const struct clau_measure_options *options,
                                           const double *x, size_t count,
                                           struct clau_recurrence *result) {
    return clau_recurrence(x, count, (size_t)options->dimension, (size_t)options->delay,
                           options->tolerance * deviation(x, count), (size_t)options->theiler, 2,
                           result);
}

MEASURE(recurrence_rate) {
    struct clau_recurrence result;
    const enum clau_measure_status status = recurrence(options, x, count, &result);
    *value = status == CLAU_MEASURE_OK ? result.rate : NAN;
    return status;
}

MEASURE(determinism) {
    struct clau_recurrence result;
    const enum clau_measure_status status = recurrence(options, x, count, &result);
    *value = status == CLAU_MEASURE_OK ? result.determinism : NAN;
    return status;
}

// ---- of pairs ---------------------------------------------------------------------------------

MEASURE(mutual_information) {
    const struct clau_neighbour_options how = neighbours(options);
    const struct clau_joint_samples samples = {
        .x = x, .y = y, .x_dimensions = 1, .y_dimensions = 1, .count = count};
    return clau_neighbour_information(&samples, &how, value);
}

MEASURE(transfer_entropy) {
    const struct clau_neighbour_options how = neighbours(options);
    const size_t length = (size_t)options->length;
    const struct clau_transfer_history history = {length, length, (size_t)options->delay};
    return clau_neighbour_transfer(x, y, count, history, &how, value);
}

// ---- table ------------------------------------------------------------------------------------

/// X(name, input, function, keys, description)
#define MEASURES(X)                                                                                \
    X("shannon-entropy", CLAU_OF_DISTRIBUTION, shannon_entropy, distribution_keys,                 \
      "-sum p ln p of the shares p of a sum")                                                      \
    X("renyi-entropy", CLAU_OF_DISTRIBUTION, renyi_entropy, order_keys, "ln(sum p^q) / (1 - q)")   \
    X("tsallis-entropy", CLAU_OF_DISTRIBUTION, tsallis_entropy, order_keys,                        \
      "(1 - sum p^q) / (q - 1)")                                                                   \
    X("histogram-entropy", CLAU_OF_SAMPLES, histogram_entropy, bins_keys,                          \
      "Shannon entropy of the shares of the bins")                                                 \
    X("kernel-entropy", CLAU_OF_SAMPLES, kernel_entropy, series_keys,                              \
      "differential entropy of the Gaussian kernel density, Silverman's width")                    \
    X("neighbour-entropy", CLAU_OF_SAMPLES, neighbour_entropy, neighbour_keys,                     \
      "differential entropy by Kozachenko and Leonenko")                                           \
    X("permutation-entropy", CLAU_OF_SERIES, permutation_entropy, pattern_keys,                    \
      "Shannon entropy of ordinal patterns (Bandt and Pompe)")                                     \
    X("weighted-permutation-entropy", CLAU_OF_SERIES, weighted_permutation_entropy, pattern_keys,  \
      "the same, patterns weighted by their variance (Fadlallah et al.)")                          \
    X("sample-entropy", CLAU_OF_SERIES, sample_entropy, match_keys,                                \
      "-ln of the share of alike templates that stay alike (Richman and Moorman)")                 \
    X("spectral-entropy", CLAU_OF_SERIES, spectral_entropy, spectrum_keys,                         \
      "Shannon entropy of the shares of power over frequencies, without the mean")                 \
    X("lempel-ziv-complexity", CLAU_OF_SERIES, lempel_ziv_complexity, series_keys,                 \
      "phrases (LZ76) of what is above the median, over those of noise")                           \
    X("autocorrelation-time", CLAU_OF_SERIES, autocorrelation_time, series_keys,                   \
      "1 + 2 sum of autocorrelations up to Sokal's window, in steps of the series")                \
    X("recurrence-rate", CLAU_OF_SERIES, recurrence_rate, recurrence_keys,                         \
      "share of pairs of points in the reconstructed phase space that are alike")                  \
    X("determinism", CLAU_OF_SERIES, determinism, recurrence_keys,                                 \
      "share of the recurrences on diagonal lines of two or more")                                 \
    X("mutual-information", CLAU_OF_PAIR, mutual_information, pair_keys,                           \
      "by Kraskov, Stoegbauer and Grassberger, algorithm 1")                                       \
    X("transfer-entropy", CLAU_OF_PAIR, transfer_entropy, transfer_keys,                           \
      "from the first to the second, by nearest neighbours (Frenzel and Pompe)")

#define KIND(name, input, function, keys, text)                                                    \
    {name, text, keys, COUNT(keys), sizeof(struct clau_measure_options)},
#define ROW(name, input, function, keys, text) {input, function},

static const struct clau_kind kinds[] = {MEASURES(KIND)};
const struct clau_measure clau_measures[] = {MEASURES(ROW)};

const struct clau_kinds clau_measure_kinds = {"measures", "what", kinds, COUNT(kinds)};

const char *clau_measure_input_text(enum clau_measure_input input) {
    static const char *const texts[] = {
        [CLAU_OF_DISTRIBUTION] = "a distribution",
        [CLAU_OF_SERIES] = "a series",
        [CLAU_OF_SAMPLES] = "samples",
        [CLAU_OF_PAIR] = "a pair of series",
    };
    return texts[input];
}
