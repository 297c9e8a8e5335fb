// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/draws.h"
#include "numerics/memory.h"

static enum clau_measure_status value_of(clau_sample_measure *measure, const void *context,
                                         const size_t *numbers, size_t count, double *value) {
    const enum clau_measure_status status = measure(context, numbers, count, value);
    if (status == CLAU_MEASURE_OK && !isfinite(*value))
        return CLAU_MEASURE_NOT_A_NUMBER;
    return status;
}

static double mean_of(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static double deviation_of(const double *values, size_t count, double mean) {
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sqrt(squares / (double)(count - 1)) : 0.0;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t count, double share) {
    const double place = share * (double)(count - 1);
    const size_t rank = (size_t)place;
    const double next = sorted[rank + 1 < count ? rank + 1 : rank];
    return sorted[rank] + (place - (double)rank) * (next - sorted[rank]);
}

static void resample(const struct clau_bootstrap_options *options, size_t repetition, size_t count,
                     size_t *numbers) {
    const size_t block = options->block, starts = count - block + 1;
    for (size_t first = 0; first < count; first += block) {
        const uint64_t word = clau_draw(options->seed, CLAU_DRAW_BLOCK, repetition, first / block);
        const size_t start = clau_draw_below(word, starts);
        for (size_t i = 0; i < block && first + i < count; i++)
            numbers[first + i] = start + i;
    }
}

static enum clau_measure_status repeat(clau_sample_measure *measure, const void *context,
                                       size_t count, const struct clau_bootstrap_options *options,
                                       size_t *numbers, double *values,
                                       struct clau_bootstrap *result) {
    struct clau_bootstrap found;
    for (size_t i = 0; i < count; i++)
        numbers[i] = i;
    enum clau_measure_status status = value_of(measure, context, numbers, count, &found.estimate);
    const size_t repetitions = options->repetitions;
    for (size_t r = 0; r < repetitions && status == CLAU_MEASURE_OK; r++) {
        resample(options, r, count, numbers);
        status = value_of(measure, context, numbers, count, &values[r]);
    }
    if (status != CLAU_MEASURE_OK)
        return status;
    const double mean = mean_of(values, repetitions), tail = 0.5 * (1.0 - options->confidence);
    qsort(values, repetitions, sizeof *values, compare);
    found.bias = mean - found.estimate;
    found.standard_error = deviation_of(values, repetitions, mean);
    found.lower = 2.0 * found.estimate - quantile(values, repetitions, 1.0 - tail);
    found.upper = 2.0 * found.estimate - quantile(values, repetitions, tail);
    *result = found;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_bootstrap(clau_sample_measure *measure, const void *context,
                                        size_t count, const struct clau_bootstrap_options *options,
                                        struct clau_bootstrap *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (options->repetitions < 2 || options->block == 0 || options->block > count ||
        !(options->confidence > 0.0 && options->confidence < 1.0))
        return CLAU_MEASURE_BAD_OPTION;
    size_t *numbers = clau_allocate(count, sizeof *numbers);
    double *values = clau_allocate(options->repetitions, sizeof *values);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (numbers != NULL && values != NULL)
        status = repeat(measure, context, count, options, numbers, values, result);
    free(numbers);
    free(values);
    return status;
}

static enum clau_measure_status measure_subsets(clau_sample_measure *measure, const void *context,
                                                const size_t *order, size_t count,
                                                struct clau_consistency *found) {
    for (size_t k = 0; k < CLAU_CONSISTENCY_SIZES; k++) {
        const size_t parts = (size_t)1 << (CLAU_CONSISTENCY_SIZES - 1 - k), size = count / parts;
        double values[1 << (CLAU_CONSISTENCY_SIZES - 1)];
        for (size_t part = 0; part < parts; part++) {
            const enum clau_measure_status status =
                value_of(measure, context, order + part * size, size, &values[part]);
            if (status != CLAU_MEASURE_OK)
                return status;
        }
        found->size[k] = size;
        found->mean[k] = mean_of(values, parts);
        found->deviation[k] = deviation_of(values, parts, found->mean[k]);
    }
    return CLAU_MEASURE_OK;
}

static void fit(struct clau_consistency *found) {
    enum { SIZES = CLAU_CONSISTENCY_SIZES };
    double x[SIZES], products = 0.0, squares = 0.0;
    for (size_t k = 0; k < SIZES; k++)
        x[k] = 1.0 / (double)found->size[k];
    const double x_mean = mean_of(x, SIZES), mean = mean_of(found->mean, SIZES);
    for (size_t k = 0; k < SIZES; k++) {
        products += (x[k] - x_mean) * (found->mean[k] - mean);
        squares += (x[k] - x_mean) * (x[k] - x_mean);
    }
    found->slope = products / squares;
    found->limit = mean - found->slope * x_mean;
    found->standard_error = found->deviation[0] / sqrt((double)(1 << (SIZES - 1)));
}

enum clau_measure_status clau_consistency(clau_sample_measure *measure, const void *context,
                                          size_t count, bool random, uint64_t seed,
                                          struct clau_consistency *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (count < 16)
        return CLAU_MEASURE_TOO_FEW;
    size_t *order = clau_allocate(count, sizeof *order);
    if (order == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    if (random) {
        clau_draw_order(seed, CLAU_DRAW_DEAL, 0, count, order);
    } else {
        for (size_t i = 0; i < count; i++)
            order[i] = i;
    }
    struct clau_consistency found;
    const enum clau_measure_status status =
        measure_subsets(measure, context, order, count - count % 8, &found);
    free(order);
    if (status != CLAU_MEASURE_OK)
        return status;
    fit(&found);
    *result = found;
    return CLAU_MEASURE_OK;
}
