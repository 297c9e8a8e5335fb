// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/measure_catalogue.h"

#include <string.h>

#include "diagnostics/kernel_density.h"
#include "diagnostics/nearest_neighbours.h"
#include "solvers/runtime/measure_functions.h"

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

static const struct clau_choice estimators[] = {
    [CLAU_ESTIMATOR_PLUG_IN] = {"plug-in", "of the shares as they are"},
    [CLAU_ESTIMATOR_MILLER_MADOW] = {"miller-madow", "plus (occupied bins - 1) / 2N"},
    [CLAU_ESTIMATOR_GRASSBERGER] = {"grassberger", "of 2003"},
    [CLAU_ESTIMATOR_CHAO_SHEN] = {"chao-shen", "by coverage"},
};

static const struct clau_choice rules[] = {
    [CLAU_MEASURE_FIXED] = {"fixed", "as many as bins says"},
    [CLAU_MEASURE_STURGES] = {"sturges", "log2 N + 1 of them"},
    [CLAU_MEASURE_SCOTT] = {"scott", "3.5 standard deviations N^(-1/3) wide"},
    [CLAU_MEASURE_FREEDMAN_DIACONIS] = {"freedman-diaconis",
                                        "2 interquartile ranges N^(-1/3) wide"},
};
static const struct clau_choice bandwidths[] = {
    [CLAU_BANDWIDTH_SCOTT] = {"scott", "1992"},
    [CLAU_BANDWIDTH_SILVERMAN] = {"silverman", "1986"},
    [CLAU_BANDWIDTH_BOTEV] = {"botev", "improved Sheather-Jones (2010), for several peaks"},
};
static const struct clau_choice algorithms[] = {
    [CLAU_KRASKOV_1] = {"ksg1", "one distance for both"},
    [CLAU_KRASKOV_2] = {"ksg2", "a distance for each"},
};

#define CHOICE(name, default_text, table, text)                                                    \
    {                                                                                              \
        .key = #name, .type = CLAU_CHOICE, .offset = OFFSET(name),                                 \
        .fallback = "\"" default_text "\"", .choices = table, .choice_count = COUNT(table),        \
        .description = text                                                                        \
    }
#define ESTIMATOR CHOICE(estimator, "plug-in", estimators, "of the entropy from the counts")
#define RULE CHOICE(rule, "fixed", rules, "of how many bins there are")
#define DIMENSION INTEGER(dimension, "3", 1, 64, "of the reconstructed phase space")
#define WIDTH                                                                                      \
    REAL(width, "0.5", CLAU_ABOVE(0.0), "of the kernel, in standard deviations (N) of the series")

static const struct clau_parameter distribution_keys[] = {OF, NAME};
static const struct clau_parameter distributions_keys[] = {OF, WITH, NAME};
static const struct clau_parameter order_keys[] = {
    OF, NAME, REAL(q, "2.0", CLAU_AT_LEAST(0.0), "order; 1 is Shannon's")};
static const struct clau_parameter active_keys[] = {
    OF, NAME,
    REAL(share, "0.01", CLAU_BETWEEN(0.0, 1.0),
         "of the largest weight, which an active state exceeds")};
static const struct clau_parameter quantile_keys[] = {
    OF, NAME, WINDOW,
    REAL(fraction, "0.5", CLAU_BETWEEN(0.0, 1.0), "of the values below it; 0.5: the median")};
static const struct clau_parameter series_keys[] = {OF, NAME, WINDOW};
static const struct clau_parameter histogram_keys[] = {OF, NAME, WINDOW, BINS, RULE, ESTIMATOR};
static const struct clau_parameter kernel_keys[] = {
    OF, NAME, WINDOW, CHOICE(bandwidth, "silverman", bandwidths, "rule of the kernel's width")};
static const struct clau_parameter flux_keys[] = {
    OF, NAME, WINDOW, INTEGER(bins, "8", 2, 1000, "states: equal bins between the extremes")};
static const struct clau_parameter plain_pattern_keys[] = {
    OF, NAME, WINDOW, INTEGER(order, "3", 2, 7, "values of a pattern: order! patterns"), DELAY};
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
    OF,        NAME,  WINDOW,
    DIMENSION, DELAY, INTEGER(theiler, "1", 1, 1000000, "pairs closer in time do not count"),
    TOLERANCE,
};
static const struct clau_parameter neighbour_keys[] = {OF, NAME, WINDOW, NEIGHBOURS};
static const struct clau_parameter delay_keys[] = {
    OF, NAME, WINDOW, INTEGER(bins, "16", 2, 1000, "equal bins between the extremes"),
    INTEGER(lags, "64", 2, 1000000, "most steps that are tried")};
static const struct clau_parameter dimension_keys[] = {
    OF,
    NAME,
    WINDOW,
    INTEGER(dimension, "8", 1, 64, "highest that is tried"),
    DELAY,
    INTEGER(theiler, "1", 0, 1000000, "points so close in time are no neighbours"),
    REAL(threshold, "0.01", CLAU_BETWEEN(0.0, 1.0), "share of false neighbours that is allowed")};
static const struct clau_parameter diffusion_keys[] = {
    OF,
    NAME,
    WINDOW,
    DIMENSION,
    DELAY,
    WIDTH,
    REAL(steps, "1.0", CLAU_ABOVE(0.0), "t: of the diffusion")};
static const struct clau_parameter matrix_keys[] = {
    OF,
    NAME,
    WINDOW,
    DIMENSION,
    DELAY,
    WIDTH,
    REAL(q, "1.0", CLAU_AT_LEAST(0.0), "order; 1 is von Neumann's")};
static const struct clau_parameter joint_keys[] = {
    OF,
    WITH,
    NAME,
    WINDOW,
    INTEGER(bins, "8", 2, 10000, "equal bins of each between its extremes"),
    RULE,
    ESTIMATOR};
static const struct clau_parameter binned_transfer_keys[] = {
    OF,
    WITH,
    NAME,
    WINDOW,
    INTEGER(bins, "3", 2, 1000, "equal bins of each between its extremes"),
    RULE,
    ESTIMATOR,
    INTEGER(length, "1", 1, 8, "values of each past"),
    DELAY};
static const struct clau_parameter moment_keys[] = {OF, WITH, NAME, WINDOW};
static const struct clau_parameter pair_keys[] = {
    OF,         WITH,
    NAME,       WINDOW,
    NEIGHBOURS, CHOICE(algorithm, "ksg1", algorithms, "of Kraskov, Stoegbauer and Grassberger")};
static const struct clau_parameter transfer_keys[] = {
    OF, WITH, NAME, WINDOW, NEIGHBOURS, INTEGER(length, "1", 1, 8, "values of each past"), DELAY};

// ---- table ------------------------------------------------------------------------------------

/// X(name, input, function, keys, description)
#define MEASURES(X)                                                                                \
    X("shannon-entropy", CLAU_OF_DISTRIBUTION, shannon_entropy, distribution_keys,                 \
      "-sum p ln p of the shares p of a sum")                                                      \
    X("renyi-entropy", CLAU_OF_DISTRIBUTION, renyi_entropy, order_keys, "ln(sum p^q) / (1 - q)")   \
    X("tsallis-entropy", CLAU_OF_DISTRIBUTION, tsallis_entropy, order_keys,                        \
      "(1 - sum p^q) / (q - 1)")                                                                   \
    X("statistical-complexity", CLAU_OF_DISTRIBUTION, statistical_complexity, distribution_keys,   \
      "entropy times distance from equal shares (Jensen and Shannon), both over their largest")    \
    X("lmc-complexity", CLAU_OF_DISTRIBUTION, lmc_complexity, distribution_keys,                   \
      "entropy over its largest times squared distance from equal shares (Lopez-Ruiz et al.)")     \
    X("active-states", CLAU_OF_DISTRIBUTION, active_states, active_keys,                           \
      "number of states with more than a share of the largest weight")                             \
    X("mean", CLAU_OF_SAMPLES, mean, series_keys, "arithmetic mean")                               \
    X("standard-deviation", CLAU_OF_SAMPLES, standard_deviation, series_keys,                      \
      "over N - 1, in the unit of the values")                                                     \
    X("skewness", CLAU_OF_SAMPLES, skewness, series_keys, "m3 / m2^(3/2) of the central moments")  \
    X("excess-kurtosis", CLAU_OF_SAMPLES, excess_kurtosis, series_keys,                            \
      "m4 / m2^2 - 3 of the central moments")                                                      \
    X("quantile", CLAU_OF_SAMPLES, quantile, quantile_keys,                                        \
      "value below which a fraction of them lies, interpolated (R's type 7)")                      \
    X("histogram-entropy", CLAU_OF_SAMPLES, histogram_entropy, histogram_keys,                     \
      "Shannon entropy of the shares of the bins")                                                 \
    X("kernel-entropy", CLAU_OF_SAMPLES, kernel_entropy, kernel_keys,                              \
      "differential entropy of the Gaussian kernel density")                                       \
    X("neighbour-entropy", CLAU_OF_SAMPLES, neighbour_entropy, neighbour_keys,                     \
      "differential entropy by Kozachenko and Leonenko")                                           \
    X("permutation-entropy", CLAU_OF_SERIES, permutation_entropy, pattern_keys,                    \
      "Shannon entropy of ordinal patterns (Bandt and Pompe)")                                     \
    X("weighted-permutation-entropy", CLAU_OF_SERIES, weighted_permutation_entropy, pattern_keys,  \
      "the same, patterns weighted by their variance (Fadlallah et al.)")                          \
    X("permutation-complexity", CLAU_OF_SERIES, permutation_complexity, plain_pattern_keys,        \
      "statistical complexity of the ordinal patterns")                                            \
    X("irreversibility", CLAU_OF_SERIES, irreversibility, flux_keys,                               \
      "sum of (J_ij - J_ji) ln(J_ij / J_ji) / 2 of the steps between bins, less its bias")         \
    X("sample-entropy", CLAU_OF_SERIES, sample_entropy, match_keys,                                \
      "-ln of the share of alike templates that stay alike (Richman and Moorman)")                 \
    X("spectral-entropy", CLAU_OF_SERIES, spectral_entropy, spectrum_keys,                         \
      "Shannon entropy of the shares of power over frequencies, without the mean")                 \
    X("lempel-ziv-complexity", CLAU_OF_SERIES, lempel_ziv_complexity, series_keys,                 \
      "phrases (LZ76) of what is above the median, over those of noise")                           \
    X("autocorrelation-time", CLAU_OF_SERIES, autocorrelation_time, series_keys,                   \
      "1 + 2 sum of autocorrelations up to Sokal's window, in steps of the series")                \
    X("effective-sample-size", CLAU_OF_SERIES, effective_sample_size, series_keys,                 \
      "values over that time")                                                                     \
    X("embedding-delay", CLAU_OF_SERIES, embedding_delay, delay_keys,                              \
      "first minimum of the mutual information with itself later (Fraser and Swinney)")            \
    X("embedding-dimension", CLAU_OF_SERIES, embedding_dimension, dimension_keys,                  \
      "first with so few false neighbours (Kennel et al., limits 15 and 2)")                       \
    X("recurrence-rate", CLAU_OF_SERIES, recurrence_rate, recurrence_keys,                         \
      "share of pairs of points in the reconstructed phase space that are alike")                  \
    X("determinism", CLAU_OF_SERIES, determinism, recurrence_keys,                                 \
      "share of the recurrences on diagonal lines of two or more")                                 \
    X("diffusion-entropy", CLAU_OF_SERIES, diffusion_entropy, diffusion_keys,                      \
      "diffusion spectral entropy of the reconstructed phase space (Liao et al.)")                 \
    X("matrix-entropy", CLAU_OF_SERIES, matrix_entropy, matrix_keys,                               \
      "Renyi entropy of the kernel's matrix over the reconstructed phase space")                   \
    X("kullback-leibler-divergence", CLAU_OF_DISTRIBUTIONS, kullback_leibler, distributions_keys,  \
      "sum p ln(p / q), p the shares of the first and q of the second")                            \
    X("jensen-shannon-divergence", CLAU_OF_DISTRIBUTIONS, jensen_shannon, distributions_keys,      \
      "half the divergences of both from their mean")                                              \
    X("correlation", CLAU_OF_PAIR, correlation, moment_keys, "Pearson's coefficient")              \
    X("rank-correlation", CLAU_OF_PAIR, rank_correlation, moment_keys, "Spearman's coefficient")   \
    X("joint-entropy", CLAU_OF_PAIR, joint_entropy, joint_keys,                                    \
      "H of both, of the shares of the bins of a plane")                                           \
    X("conditional-entropy", CLAU_OF_PAIR, conditional_entropy, joint_keys,                        \
      "H(of | with), in bins: H of both less H of the second")                                     \
    X("binned-mutual-information", CLAU_OF_PAIR, binned_mutual_information, joint_keys,            \
      "in bins: H of the first and H of the second less H of both")                                \
    X("shannon-distance", CLAU_OF_PAIR, shannon_distance, joint_keys,                              \
      "in bins: both conditional entropies, also variation of information")                        \
    X("rajski-distance", CLAU_OF_PAIR, rajski_distance, joint_keys,                                \
      "in bins: 1 - mutual information over joint entropy")                                        \
    X("binned-transfer-entropy", CLAU_OF_PAIR, binned_transfer_entropy, binned_transfer_keys,      \
      "from the first to the second, in bins (Schreiber)")                                         \
    X("gaussian-mutual-information", CLAU_OF_PAIR, gaussian_mutual_information, moment_keys,       \
      "-ln(1 - rho^2) / 2 of the correlation rho: what second moments tell")                       \
    X("mutual-information", CLAU_OF_PAIR, mutual_information, pair_keys,                           \
      "by nearest neighbours (Kraskov, Stoegbauer and Grassberger)")                               \
    X("transfer-entropy", CLAU_OF_PAIR, transfer_entropy, transfer_keys,                           \
      "from the first to the second, by nearest neighbours (Frenzel and Pompe)")

#define KIND(name, input, function, keys, text)                                                    \
    {name, text, keys, COUNT(keys), sizeof(struct clau_measure_options)},
#define ROW(name, input, function, keys, text) {input, clau_measure_##function},

static const struct clau_kind kinds[] = {MEASURES(KIND)};
const struct clau_measure clau_measures[] = {MEASURES(ROW)};

const struct clau_kinds clau_measure_kinds = {"measures", "what", kinds, COUNT(kinds)};

bool clau_measure_is_of_two(const struct clau_measure *measure) {
    return measure->input == CLAU_OF_PAIR || measure->input == CLAU_OF_DISTRIBUTIONS;
}

bool clau_measure_is_of_weights(const struct clau_measure *measure) {
    return measure->input == CLAU_OF_DISTRIBUTION || measure->input == CLAU_OF_DISTRIBUTIONS;
}

void clau_measure_write_options(const struct clau_kind *kind,
                                const struct clau_measure_options *options, bool window,
                                FILE *stream) {
    for (size_t i = 0; i < kind->parameter_count; i++) {
        const struct clau_parameter *row = &kind->parameters[i];
        const void *member = (const char *)options + row->offset;
        if (row->type == CLAU_INTEGER && (window || strcmp(row->key, "window") != 0)) {
            fprintf(stream, ", %s = %lld", row->key, (long long)*(const int64_t *)member);
        } else if (row->type == CLAU_BOOLEAN) {
            fprintf(stream, ", %s = %s", row->key, *(const bool *)member ? "true" : "false");
        } else if (row->type == CLAU_CHOICE) {
            fprintf(stream, ", %s = %s", row->key, row->choices[*(const int *)member].name);
        } else if (row->type == CLAU_REAL) {
            fprintf(stream, ", %s = %g", row->key, *(const double *)member);
        }
    }
}

const char *clau_measure_input_text(enum clau_measure_input input) {
    static const char *const texts[] = {
        [CLAU_OF_DISTRIBUTION] = "a distribution",
        [CLAU_OF_SERIES] = "a series",
        [CLAU_OF_SAMPLES] = "samples",
        [CLAU_OF_PAIR] = "a pair of series",
        [CLAU_OF_DISTRIBUTIONS] = "a pair of distributions",
    };
    return texts[input];
}
