// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdlib.h>

#include "diagnostics/metric_tree.h"
#include "diagnostics/neighbour_samples.h"
#include "numerics/memory.h"

struct space {
    int dimensions;
    const double *periods;
    enum clau_norm norm;
    size_t neighbours;
};

static double log_unit_ball(int dimensions, enum clau_norm norm) {
    const double d = dimensions;
    return norm == CLAU_NORM_MAXIMUM ? d * M_LN2 : 0.5 * d * log(M_PI) - lgamma(1.0 + 0.5 * d);
}

/// The largest ball that does not reach round a periodic axis.
static double largest_radius(const struct space *space) {
    double radius = INFINITY;
    for (int d = 0; d < space->dimensions && space->periods != NULL; d++)
        radius = fmin(radius, 0.5 * space->periods[d]);
    return radius;
}

/// ln r of each point to its k-th neighbour.
static enum clau_measure_status log_distances(const struct clau_metric_tree *tree,
                                              const struct space *space, double *logs) {
    const double most = largest_radius(space);
    int ties = 0, around = 0;
#pragma omp parallel for schedule(static) reduction(+ : ties, around) default(none)                \
    shared(tree, space, logs, most) if (tree->count >= CLAU_PARALLEL_SAMPLES)
    for (size_t i = 0; i < tree->count; i++) {
        struct clau_neighbour nearest[CLAU_NEIGHBOURS_MOST];
        clau_metric_tree_nearest(tree, i, space->neighbours, nearest);
        const double length = nearest[space->neighbours - 1].length;
        const bool squared = space->norm == CLAU_NORM_EUCLIDEAN;
        ties += length == 0.0;
        around += (squared ? sqrt(length) : length) > most;
        logs[tree->numbers[i]] = (squared ? 0.5 : 1.0) * log(length);
    }
    if (ties > 0)
        return CLAU_MEASURE_TIES;
    return around > 0 ? CLAU_MEASURE_TOO_FEW : CLAU_MEASURE_OK;
}

static enum clau_measure_status entropy_of(const void *context, const double *rows, size_t count,
                                           double *entropy) {
    const struct space *space = context;
    struct clau_metric_tree tree;
    double *logs = clau_allocate(count, sizeof *logs);
    if (logs == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status =
        clau_metric_tree_init(&tree, rows, count, space->dimensions, space->periods, space->norm);
    if (status == CLAU_MEASURE_OK) {
        status = log_distances(&tree, space, logs);
        clau_metric_tree_finish(&tree);
    }
    if (status == CLAU_MEASURE_OK) {
        *entropy = clau_digamma(count) - clau_digamma(space->neighbours) +
                   log_unit_ball(space->dimensions, space->norm) +
                   space->dimensions * (clau_careful_sum(logs, count) / (double)count);
    }
    free(logs);
    return status;
}

static enum clau_measure_status wrap(double *rows, size_t count, const struct space *space) {
    const size_t stride = (size_t)space->dimensions;
    for (size_t d = 0; d < stride && space->periods != NULL; d++) {
        const double period = space->periods[d];
        if (!(period > 0.0))
            return CLAU_MEASURE_BAD_LENGTH;
        for (size_t i = 0; i < count && isfinite(period); i++) {
            const double rest = fmod(rows[i * stride + d], period);
            rows[i * stride + d] = rest < 0.0 ? rest + period : rest;
        }
    }
    return CLAU_MEASURE_OK;
}

/// Checked points, with jitter, inside the periods.
static enum clau_measure_status prepare(const double *points, size_t count,
                                        const struct space *space,
                                        const struct clau_neighbour_options *options,
                                        double **prepared) {
    enum clau_measure_status status = clau_check_neighbours(count, space->dimensions, options);
    if (status == CLAU_MEASURE_OK && options->standardize)
        status = CLAU_MEASURE_BAD_OPTION;
    if (status != CLAU_MEASURE_OK)
        return status;
    const int n = space->dimensions;
    double *rows = clau_allocate(count, (size_t)n * sizeof *rows);
    if (rows == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    status = clau_copy_columns(points, count, n, rows, n, 0);
    if (status == CLAU_MEASURE_OK)
        status = clau_treat_columns(rows, count, n, options);
    if (status == CLAU_MEASURE_OK)
        status = wrap(rows, count, space);
    if (status == CLAU_MEASURE_OK)
        *prepared = rows;
    else
        free(rows);
    return status;
}

enum clau_measure_status clau_neighbour_entropy(const double *points, size_t count, int dimensions,
                                                const double *periods,
                                                const struct clau_neighbour_options *options,
                                                double *entropy) {
    const struct space space = {dimensions, periods, options->norm, options->neighbours};
    double *rows = NULL;
    enum clau_measure_status status = prepare(points, count, &space, options, &rows);
    if (status == CLAU_MEASURE_OK)
        status = entropy_of(&space, rows, count, entropy);
    free(rows);
    return status;
}

enum clau_measure_status
clau_neighbour_entropy_estimate(const double *points, size_t count, int dimensions,
                                const double *periods, const struct clau_neighbour_options *options,
                                struct clau_neighbour_estimate *estimate) {
    const struct space space = {dimensions, periods, options->norm, options->neighbours};
    double *rows = NULL;
    enum clau_measure_status status = prepare(points, count, &space, options, &rows);
    if (status == CLAU_MEASURE_OK) {
        const struct clau_row_measure measure = {entropy_of, &space};
        status = clau_estimate_rows(&measure, rows, count, dimensions, options, estimate);
    }
    free(rows);
    return status;
}
