// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/joint.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "diagnostics/divergence_terms.h"
#include "diagnostics/total.h"
#include "diagnostics/weights.h"
#include "numerics/memory.h"

struct table {
    const double *cells;
    size_t rows, columns;
    double *row_sums, *column_sums;
    double total;
};

static enum clau_measure_status add_up(struct table *table) {
    for (size_t i = 0; i < table->rows; i++) {
        for (size_t j = 0; j < table->columns; j++) {
            table->row_sums[i] += table->cells[i * table->columns + j];
            table->column_sums[j] += table->cells[i * table->columns + j];
        }
        table->total += table->row_sums[i];
    }
    return isfinite(table->total) ? CLAU_MEASURE_OK : CLAU_MEASURE_INFINITE;
}

/// The plug-in information, without differences of entropies, and its standard error.
static void information(const struct table *table, struct clau_joint *joint) {
    struct clau_total sum = {0.0, 0.0}, squares = {0.0, 0.0};
    for (size_t i = 0; i < table->rows; i++) {
        for (size_t j = 0; j < table->columns; j++) {
            const double p = table->cells[i * table->columns + j] / table->total;
            const double independent =
                table->row_sums[i] / table->total * (table->column_sums[j] / table->total);
            clau_total_add(&sum, clau_kullback_leibler_term(p, independent));
            if (p > 0.0 && independent > 0.0) {
                const double local = log(p / independent);
                clau_total_add(&squares, p * local * local);
            }
        }
    }
    joint->information = clau_total_value(sum);
    const double variance = clau_total_value(squares) - joint->information * joint->information;
    joint->information_error = sqrt(fmax(variance, 0.0) / table->total);
}

static enum clau_measure_status measure(struct table *table, enum clau_estimator estimator,
                                        struct clau_joint *joint) {
    const size_t cells = table->rows * table->columns;
    struct clau_joint result;
    enum clau_measure_status status =
        clau_entropy_estimate(table->cells, cells, estimator, &result.both, NULL);
    if (status == CLAU_MEASURE_OK)
        status = add_up(table);
    if (status == CLAU_MEASURE_OK)
        status = clau_entropy_estimate(table->row_sums, table->rows, estimator, &result.x, NULL);
    if (status == CLAU_MEASURE_OK)
        status =
            clau_entropy_estimate(table->column_sums, table->columns, estimator, &result.y, NULL);
    if (status != CLAU_MEASURE_OK)
        return status;
    information(table, &result);
    if (estimator != CLAU_ESTIMATOR_PLUG_IN)
        result.information = result.x + result.y - result.both;
    result.x_given_y = result.both - result.y;
    result.y_given_x = result.both - result.x;
    if (estimator == CLAU_ESTIMATOR_PLUG_IN) { // never below 0 but by round-off
        result.x_given_y = fmax(result.x_given_y, 0.0);
        result.y_given_x = fmax(result.y_given_x, 0.0);
    }
    result.shannon_distance = result.x_given_y + result.y_given_x;
    result.rajski_distance = result.both == 0.0 ? 0.0 : result.shannon_distance / result.both;
    *joint = result;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_joint_table(const double *cells, size_t rows, size_t columns,
                                          enum clau_estimator estimator, struct clau_joint *joint) {
    if (rows == 0 || columns == 0)
        return CLAU_MEASURE_EMPTY;
    if (rows > SIZE_MAX / columns)
        return CLAU_MEASURE_BAD_BINS;
    struct table table = {
        .cells = cells,
        .rows = rows,
        .columns = columns,
        .row_sums = clau_allocate(rows, sizeof *table.row_sums),
        .column_sums = clau_allocate(columns, sizeof *table.column_sums),
    };
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (table.row_sums != NULL && table.column_sums != NULL)
        status = measure(&table, estimator, joint);
    free(table.row_sums);
    free(table.column_sums);
    return status;
}

enum clau_measure_status clau_joint_series(const double *x, struct clau_bins x_bins,
                                           const double *y, struct clau_bins y_bins, size_t count,
                                           enum clau_estimator estimator,
                                           struct clau_joint *joint) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (x_bins.count == 0 || y_bins.count == 0 || x_bins.count > INT32_MAX / y_bins.count)
        return CLAU_MEASURE_BAD_BINS;
    double *table = clau_allocate(x_bins.count * y_bins.count, sizeof *table);
    if (table == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = clau_histogram_plane(x, x_bins, y, y_bins, count, table);
    if (status == CLAU_MEASURE_OK)
        status = clau_joint_table(table, x_bins.count, y_bins.count, estimator, joint);
    free(table);
    return status;
}

double clau_information_normalised(const struct clau_joint *joint, enum clau_normalisation by) {
    double whole = joint->both;
    switch (by) {
    case CLAU_NORMALISED_MEAN:
        whole = 0.5 * (joint->x + joint->y);
        break;
    case CLAU_NORMALISED_ROOT:
        whole = sqrt(joint->x) * sqrt(joint->y);
        break;
    case CLAU_NORMALISED_SMALLER:
        whole = fmin(joint->x, joint->y);
        break;
    case CLAU_NORMALISED_LARGER:
        whole = fmax(joint->x, joint->y);
        break;
    case CLAU_NORMALISED_JOINT:
        break;
    }
    return whole > 0.0 ? joint->information / whole : 0.0;
}
