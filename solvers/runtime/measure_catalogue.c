// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/measure_catalogue.h"

#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"

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

static const struct clau_parameter plain_keys[] = {OF, NAME};
static const struct clau_parameter q_keys[] = {
    OF, NAME, REAL(q, "2.0", CLAU_AT_LEAST(0.0), "order; 1 is Shannon's")};
static const struct clau_parameter bins_keys[] = {
    OF, NAME, WINDOW, INTEGER(bins, "64", 2, 1000000, "equal bins between the extremes")};

// ---- measures ---------------------------------------------------------------------------------

#define MEASURE(function)                                                                          \
    static enum clau_measure_status function(const struct clau_measure_options *options,           \
                                             const double *x, const double *y, size_t count,       \
                                             double *value)

MEASURE(shannon_entropy) {
    (void)options, (void)y;
    return clau_entropy_shannon(x, count, value);
}

MEASURE(renyi_entropy) {
    (void)y;
    return clau_entropy_renyi(x, count, options->q, value);
}

MEASURE(tsallis_entropy) {
    (void)y;
    return clau_entropy_tsallis(x, count, options->q, value);
}

MEASURE(histogram_entropy) {
    (void)y;
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

// ---- table ------------------------------------------------------------------------------------

/// X(name, input, units, function, keys, description)
#define MEASURES(X)                                                                                \
    X("shannon-entropy", CLAU_OF_DISTRIBUTION, "nat", shannon_entropy, plain_keys,                 \
      "-sum p ln p of the shares p of a sum")                                                      \
    X("renyi-entropy", CLAU_OF_DISTRIBUTION, "nat", renyi_entropy, q_keys,                         \
      "ln(sum p^q) / (1 - q)")                                                                     \
    X("tsallis-entropy", CLAU_OF_DISTRIBUTION, "1", tsallis_entropy, q_keys,                       \
      "(1 - sum p^q) / (q - 1)")                                                                   \
    X("histogram-entropy", CLAU_OF_SAMPLES, "nat", histogram_entropy, bins_keys,                   \
      "Shannon entropy of the shares of the bins")

#define KIND(name, input, units, function, keys, text)                                             \
    {name, text, keys, COUNT(keys), sizeof(struct clau_measure_options)},
#define ROW(name, input, units, function, keys, text) {input, units, function},

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
