// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/ordinal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"
#include "diagnostics/simd.h"

enum { BLOCK = 512, PATTERNS_MAX = 5040 };

static const uint16_t factorials[] = {1, 1, 2, 6, 24, 120, 720, PATTERNS_MAX};

size_t clau_ordinal_pattern_count(int order) {
    return order < 2 || order > 7 ? 0 : factorials[order];
}

/// Numbers of the patterns of `length` windows. All windows at once for each pair of their places,
/// which makes vector code.
CLAU_CLONES
static void number_patterns(const double *x, size_t length, int order, size_t delay,
                            int64_t numbers[restrict BLOCK]) {
    memset(numbers, 0, BLOCK * sizeof *numbers);
    for (int j = 0; j < order; j++) {
        const double *earlier = x + (size_t)j * delay;
        const int64_t factor = factorials[order - 1 - j];
        for (int k = j + 1; k < order; k++) {
            const double *later = x + (size_t)k * delay;
            for (size_t i = 0; i < length; i++)
                numbers[i] += later[i] < earlier[i] ? factor : 0;
        }
    }
}

CLAU_CLONES
static void window_variances(const double *x, size_t length, int order, size_t delay, double scale,
                             double variances[restrict BLOCK]) {
    double means[BLOCK] = {0.0};
    for (int j = 0; j < order; j++) {
        for (size_t i = 0; i < length; i++)
            means[i] += scale * x[i + (size_t)j * delay] / order;
    }
    memset(variances, 0, BLOCK * sizeof *variances);
    for (int j = 0; j < order; j++) {
        for (size_t i = 0; i < length; i++) {
            const double deviation = scale * x[i + (size_t)j * delay] - means[i];
            variances[i] += deviation * deviation / order;
        }
    }
}

/// A power of 2 that brings the largest magnitude to [1/2, 1); kept normal itself.
static double scale_of(double minimum, double maximum) {
    int exponent;
    frexp(fmax(-minimum, maximum), &exponent);
    return ldexp(1.0, exponent < -1000 ? 1000 : -exponent);
}

enum clau_measure_status clau_ordinal_distribution(const double *series, size_t count, int order,
                                                   size_t delay, bool weighted, double *weights) {
    const size_t patterns = clau_ordinal_pattern_count(order);
    if (patterns == 0 || delay == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(series, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (delay > (count - 1) / (size_t)(order - 1))
        return CLAU_MEASURE_TOO_SHORT;
    const size_t windows = count - (size_t)(order - 1) * delay;
    // A constant series may have variances by rounding.
    const double scale = minimum < maximum ? scale_of(minimum, maximum) : 0.0;

    memset(weights, 0, patterns * sizeof *weights);
    int64_t numbers[BLOCK];
    double variances[BLOCK];
    for (size_t start = 0; start < windows; start += BLOCK) {
        const size_t length = windows - start < BLOCK ? windows - start : BLOCK;
        number_patterns(series + start, length, order, delay, numbers);
        if (weighted)
            window_variances(series + start, length, order, delay, scale, variances);
        for (size_t i = 0; i < length; i++)
            weights[numbers[i]] += weighted ? variances[i] : 1.0;
    }
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_permutation_entropy(const double *series, size_t count, int order,
                                                  size_t delay, bool weighted, double *entropy,
                                                  double *normalised) {
    double weights[PATTERNS_MAX], shannon;
    enum clau_measure_status status =
        clau_ordinal_distribution(series, count, order, delay, weighted, weights);
    if (status == CLAU_MEASURE_OK)
        status = clau_entropy_shannon(weights, factorials[order], &shannon);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (entropy != NULL)
        *entropy = shannon;
    if (normalised != NULL)
        *normalised = fmin(shannon / log(factorials[order]), 1.0);
    return CLAU_MEASURE_OK;
}
