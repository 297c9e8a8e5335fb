// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/false_neighbours.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "diagnostics/delay_tree.h"
#include "diagnostics/moments.h"
#include "diagnostics/reconstruction.h"
#include "diagnostics/series.h"
#include "numerics/memory.h"

const struct clau_false_neighbour_limits clau_false_neighbour_limits_kennel = {15.0, 2.0, 0};

enum { PARALLEL_POINTS = 512 };

static bool limits_are_valid(const struct clau_false_neighbour_limits *limits) {
    return limits->ratio >= 0.0 && isfinite(limits->ratio) && limits->size >= 0.0 &&
           isfinite(limits->size);
}

/// Share of false neighbours in the tree's dimension.
static double count_false(const struct clau_delay_tree *tree,
                          const struct clau_false_neighbour_limits *limits, double deviation) {
    const double *beyond = tree->series + tree->dimension * tree->delay;
    const size_t points = tree->points;
    const double ratio = limits->ratio, size = limits->size * deviation;
    const size_t theiler = limits->theiler;
    uint64_t found = 0;
#pragma omp parallel for default(none) shared(tree, beyond, points, ratio, size, theiler)          \
    reduction(+ : found) schedule(static, 64) if (points >= PARALLEL_POINTS)
    for (size_t i = 0; i < points; i++) {
        double squared;
        const size_t j = clau_delay_tree_nearest(tree, i, theiler, &squared);
        const double step = fabs(beyond[i] - beyond[j]);
        if (step > ratio * sqrt(squared) || sqrt(squared + step * step) > size)
            found++;
    }
    return (double)found / (double)points;
}

static enum clau_measure_status check_input(size_t count, size_t delay, size_t dimensions,
                                            const struct clau_false_neighbour_limits *limits) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (dimensions == 0 || dimensions > 256 || delay == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    if (!limits_are_valid(limits))
        return CLAU_MEASURE_BAD_TOLERANCE;
    if (count > UINT32_MAX)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    // With so many points even the one in the middle has a neighbour.
    const size_t points = clau_trajectory_length(count, dimensions + 1, delay);
    return points < 2 || limits->theiler > (points - 2) / 2 ? CLAU_MEASURE_TOO_SHORT
                                                            : CLAU_MEASURE_OK;
}

enum clau_measure_status clau_false_neighbours(const double *series, size_t count, size_t delay,
                                               size_t dimensions,
                                               const struct clau_false_neighbour_limits *limits,
                                               double *fraction) {
    enum clau_measure_status status = check_input(count, delay, dimensions, limits);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *values = clau_allocate(count, sizeof *values);
    double *result = clau_allocate(dimensions, sizeof *result);
    status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (values != NULL && result != NULL)
        status = clau_series_scale(series, count, values, NULL);
    double deviation = 0.0;
    if (status == CLAU_MEASURE_OK)
        status = clau_standard_deviation(values, count, 0, &deviation);
    if (status == CLAU_MEASURE_OK) {
        for (size_t d = 1; d <= dimensions && status == CLAU_MEASURE_OK; d++) {
            struct clau_delay_tree tree;
            if (clau_delay_tree_init(&tree, values, count - d * delay, d, delay)) {
                result[d - 1] = count_false(&tree, limits, deviation);
                clau_delay_tree_finish(&tree);
            } else {
                status = CLAU_MEASURE_OUT_OF_MEMORY;
            }
        }
    }
    for (size_t d = 0; d < dimensions && status == CLAU_MEASURE_OK; d++)
        fraction[d] = result[d];
    free(values);
    free(result);
    return status;
}

enum clau_measure_status clau_embedding_dimension(const double *series, size_t count, size_t delay,
                                                  size_t dimensions,
                                                  const struct clau_false_neighbour_limits *limits,
                                                  double threshold, size_t *dimension) {
    double fraction[256];
    if (!(threshold >= 0.0 && threshold <= 1.0))
        return CLAU_MEASURE_BAD_TOLERANCE;
    const enum clau_measure_status status =
        clau_false_neighbours(series, count, delay, dimensions, limits, fraction);
    if (status != CLAU_MEASURE_OK)
        return status;
    for (size_t d = 1; d <= dimensions; d++) {
        if (fraction[d - 1] <= threshold) {
            *dimension = d;
            return CLAU_MEASURE_OK;
        }
    }
    return CLAU_MEASURE_NO_MINIMUM;
}
