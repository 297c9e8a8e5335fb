// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/sample_entropy.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "diagnostics/histogram.h"
#include "diagnostics/moments.h"
#include "diagnostics/simd.h"
#include "numerics/memory.h"

enum { BLOCK = 256, PARALLEL_TEMPLATES = 1024 };

/// Templates sorted by their first values: those that can match one are next to it.
struct templates {
    size_t count, length;
    double tolerance;
    double *columns; ///< [length + 1][count]: value k of each template
    size_t *ends;    ///< [count]: the first values from here on are more than the tolerance larger
};

struct matches {
    uint64_t matches, longer;
};

/// Matches of template p with the templates first ... first + length - 1. The last two columns are
/// compared at once, so that templates of the usual length 2 need no other pass.
CLAU_CLONES
static struct matches match_block(const struct templates *t, size_t p, size_t first,
                                  size_t length) {
    const double r = t->tolerance;
    const double *last = t->columns + (t->length - 1) * t->count, *next = last + t->count;
    const double last_value = last[p], next_value = next[p];
    int64_t matches = 0, longer = 0;
    if (t->length <= 2) {
        for (size_t i = 0; i < length; i++) {
            const int64_t match = fabs(last[first + i] - last_value) <= r;
            matches += match;
            longer += match & (fabs(next[first + i] - next_value) <= r);
        }
        return (struct matches){(uint64_t)matches, (uint64_t)longer};
    }
    int64_t match[BLOCK];
    for (size_t i = 0; i < length; i++)
        match[i] = fabs(last[first + i] - last_value) <= r;
    for (size_t k = 1; k < t->length - 1; k++) {
        const double *column = t->columns + k * t->count;
        const double value = column[p];
        for (size_t i = 0; i < length; i++)
            match[i] &= fabs(column[first + i] - value) <= r;
    }
    for (size_t i = 0; i < length; i++) {
        matches += match[i];
        longer += match[i] & (fabs(next[first + i] - next_value) <= r);
    }
    return (struct matches){(uint64_t)matches, (uint64_t)longer};
}

static struct matches match_all(const struct templates *t) {
    uint64_t matches = 0, longer = 0;
#pragma omp parallel for default(none) shared(t) reduction(+ : matches, longer)                    \
    schedule(static, 64) if (t->count >= PARALLEL_TEMPLATES)
    for (size_t p = 0; p < t->count; p++) {
        for (size_t first = p + 1; first < t->ends[p]; first += BLOCK) {
            const size_t left = t->ends[p] - first;
            const struct matches found = match_block(t, p, first, left < BLOCK ? left : BLOCK);
            matches += found.matches;
            longer += found.longer;
        }
    }
    return (struct matches){matches, longer};
}

static bool templates_init(struct templates *t, const double *series) {
    size_t *sorted = clau_allocate(t->count, sizeof *sorted);
    t->columns = clau_allocate(t->count, (t->length + 1) * sizeof *t->columns);
    t->ends = clau_allocate(t->count, sizeof *t->ends);
    const bool complete = sorted != NULL && t->columns != NULL && t->ends != NULL;
    if (complete) {
        gsl_sort_index(sorted, series, 1, t->count);
        for (size_t k = 0; k <= t->length; k++) {
            for (size_t p = 0; p < t->count; p++)
                t->columns[k * t->count + p] = series[sorted[p] + k];
        }
        for (size_t p = 0, end = 0; p < t->count; p++) {
            while (end < t->count && t->columns[end] - t->columns[p] <= t->tolerance)
                end++;
            t->ends[p] = end;
        }
    }
    free(sorted);
    return complete;
}

enum clau_measure_status clau_sample_entropy(const double *series, size_t count, size_t length,
                                             double tolerance, struct clau_sample_entropy *result) {
    if (length == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    if (!(tolerance >= 0.0) || isinf(tolerance))
        return CLAU_MEASURE_BAD_TOLERANCE;
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(series, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count < 3 || length > count - 2)
        return CLAU_MEASURE_TOO_SHORT;

    struct templates templates = {
        .count = count - length, .length = length, .tolerance = tolerance};
    const bool complete = templates_init(&templates, series);
    struct matches found = {0, 0};
    if (complete)
        found = match_all(&templates);
    free(templates.columns);
    free(templates.ends);
    if (!complete)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    if (found.longer == 0)
        return CLAU_MEASURE_NO_MATCH;
    *result = (struct clau_sample_entropy){
        .entropy = log((double)found.matches / (double)found.longer),
        .tolerance = tolerance,
        .matches = found.matches,
        .longer = found.longer,
    };
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_sample_entropy_relative(const double *series, size_t count,
                                                      size_t length, double fraction, size_t ddof,
                                                      struct clau_sample_entropy *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (count <= ddof)
        return CLAU_MEASURE_TOO_SHORT;
    double deviation;
    const enum clau_measure_status status =
        clau_standard_deviation(series, count, ddof, &deviation);
    if (status != CLAU_MEASURE_OK)
        return status;
    return clau_sample_entropy(series, count, length, fraction * deviation, result);
}
