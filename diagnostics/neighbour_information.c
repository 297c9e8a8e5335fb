// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdlib.h>

#include "diagnostics/metric_tree.h"
#include "diagnostics/neighbour_samples.h"
#include "numerics/memory.h"

/// Rows are (x, z, y), so that each marginal space is a range of columns.
struct joint {
    int x, z, y; ///< components
    size_t neighbours;
    enum clau_kraskov algorithm;
};

static int width_of(const struct joint *joint) { return joint->x + joint->z + joint->y; }

// ---- Marginal spaces ----------------------------------------------------------------------------

/// A range of columns: sorted if it is one, else in a tree.
struct margin {
    size_t count;
    int first, width;
    double *sorted;
    struct clau_metric_tree tree;
};

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum clau_measure_status margin_init(struct margin *margin, const double *rows, size_t count,
                                            int stride, int first, int width) {
    *margin = (struct margin){.count = count, .first = first, .width = width};
    if (width == 0)
        return CLAU_MEASURE_OK;
    double *columns = clau_allocate(count, (size_t)width * sizeof *columns);
    if (columns == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        memcpy(columns + i * (size_t)width, rows + i * (size_t)stride + first,
               (size_t)width * sizeof *columns);
    if (width == 1) {
        qsort(columns, count, sizeof *columns, compare);
        margin->sorted = columns;
        return CLAU_MEASURE_OK;
    }
    const enum clau_measure_status status =
        clau_metric_tree_init(&margin->tree, columns, count, width, NULL, CLAU_NORM_MAXIMUM);
    free(columns);
    return status;
}

static void margin_finish(struct margin *margin) {
    free(margin->sorted);
    clau_metric_tree_finish(&margin->tree);
}

/// Sorted values below x that are not nearer than radius. The rounded distance falls as the value
/// rises to x, so that bisection finds them.
static size_t far_below(const double *sorted, size_t count, double x, double radius) {
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (x - sorted[middle] >= radius)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t not_far_above(const double *sorted, size_t count, double x, double radius) {
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] - x < radius)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Samples nearer than radius > 0 to the row, itself left out.
static size_t margin_count(const struct margin *margin, const double *row, double radius) {
    const double *point = row + margin->first;
    if (margin->width > 1)
        return clau_metric_tree_count(&margin->tree, point, radius) - 1;
    return not_far_above(margin->sorted, margin->count, *point, radius) -
           far_below(margin->sorted, margin->count, *point, radius) - 1;
}

// ---- Estimators ---------------------------------------------------------------------------------

struct spaces {
    const struct joint *joint;
    struct clau_metric_tree all;
    struct margin xz, zy, z; ///< without z: x and y
};

static enum clau_measure_status spaces_init(struct spaces *spaces, const struct joint *joint,
                                            const double *rows, size_t count) {
    *spaces = (struct spaces){.joint = joint};
    const int width = width_of(joint);
    enum clau_measure_status status =
        clau_metric_tree_init(&spaces->all, rows, count, width, NULL, CLAU_NORM_MAXIMUM);
    if (status == CLAU_MEASURE_OK)
        status = margin_init(&spaces->xz, rows, count, width, 0, joint->x + joint->z);
    if (status == CLAU_MEASURE_OK)
        status = margin_init(&spaces->zy, rows, count, width, joint->x, joint->z + joint->y);
    if (status == CLAU_MEASURE_OK)
        status = margin_init(&spaces->z, rows, count, width, joint->x, joint->z);
    return status;
}

static void spaces_finish(struct spaces *spaces) {
    clau_metric_tree_finish(&spaces->all);
    margin_finish(&spaces->xz);
    margin_finish(&spaces->zy);
    margin_finish(&spaces->z);
}

/// Largest distance in a range of columns from a row to its neighbours.
static double reach(const struct spaces *spaces, const double *row,
                    const struct clau_neighbour *nearest, const struct margin *margin) {
    const size_t stride = (size_t)spaces->all.dimensions;
    double most = 0.0;
    for (size_t k = 0; k < spaces->joint->neighbours; k++) {
        const double *other = spaces->all.points + nearest[k].place * stride;
        for (int d = margin->first; d < margin->first + margin->width; d++)
            most = fmax(most, fabs(other[d] - row[d]));
    }
    return most;
}

/// A sample's part of the information, without the constants; false if k others lie on it.
static bool local_term(const struct spaces *spaces, size_t place, double *term) {
    struct clau_neighbour nearest[CLAU_NEIGHBOURS_MOST];
    const struct joint *joint = spaces->joint;
    clau_metric_tree_nearest(&spaces->all, place, joint->neighbours, nearest);
    const double *row = spaces->all.points + place * (size_t)spaces->all.dimensions;
    const double radius = nearest[joint->neighbours - 1].length;
    if (radius == 0.0)
        return false;
    if (joint->algorithm == CLAU_KRASKOV_2) {
        const double x = nextafter(reach(spaces, row, nearest, &spaces->xz), INFINITY);
        const double y = nextafter(reach(spaces, row, nearest, &spaces->zy), INFINITY);
        *term = -clau_digamma(margin_count(&spaces->xz, row, x)) -
                clau_digamma(margin_count(&spaces->zy, row, y));
        return true;
    }
    *term = -clau_digamma(margin_count(&spaces->xz, row, radius) + 1) -
            clau_digamma(margin_count(&spaces->zy, row, radius) + 1);
    if (joint->z > 0)
        *term += clau_digamma(margin_count(&spaces->z, row, radius) + 1);
    return true;
}

static enum clau_measure_status mean_of_terms(const struct spaces *spaces, double *terms,
                                              double *mean) {
    const size_t count = spaces->all.count;
    int ties = 0;
#pragma omp parallel for schedule(static) reduction(+ : ties) default(none)                        \
    shared(spaces, terms, count) if (count >= CLAU_PARALLEL_SAMPLES)
    for (size_t i = 0; i < count; i++)
        ties += !local_term(spaces, i, &terms[spaces->all.numbers[i]]);
    if (ties > 0)
        return CLAU_MEASURE_TIES;
    *mean = clau_careful_sum(terms, count) / (double)count;
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status information_of(const void *context, const double *rows,
                                               size_t count, double *information) {
    const struct joint *joint = context;
    double *terms = clau_allocate(count, sizeof *terms), mean;
    if (terms == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    struct spaces spaces;
    enum clau_measure_status status = spaces_init(&spaces, joint, rows, count);
    if (status == CLAU_MEASURE_OK)
        status = mean_of_terms(&spaces, terms, &mean);
    if (status == CLAU_MEASURE_OK) {
        double constant = clau_digamma(joint->neighbours);
        if (joint->algorithm == CLAU_KRASKOV_2)
            constant -= 1.0 / (double)joint->neighbours;
        if (joint->z == 0)
            constant += clau_digamma(count);
        *information = constant + mean;
    }
    spaces_finish(&spaces);
    free(terms);
    return status;
}

// ---- Samples ------------------------------------------------------------------------------------

static enum clau_measure_status prepare(const struct clau_joint_samples *samples,
                                        const struct clau_neighbour_options *options,
                                        struct joint *joint, double **prepared) {
    if (samples->x_dimensions < 1 || samples->y_dimensions < 1 || samples->z_dimensions < 0 ||
        samples->x_dimensions > CLAU_NEIGHBOUR_DIMENSIONS ||
        samples->y_dimensions > CLAU_NEIGHBOUR_DIMENSIONS ||
        samples->z_dimensions > CLAU_NEIGHBOUR_DIMENSIONS)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    *joint = (struct joint){samples->x_dimensions, samples->z_dimensions, samples->y_dimensions,
                            options->neighbours, options->algorithm};
    const int width = width_of(joint);
    const size_t count = samples->count;
    enum clau_measure_status status = clau_check_neighbours(count, width, options);
    if (status == CLAU_MEASURE_OK && joint->z > 0 && options->algorithm != CLAU_KRASKOV_1)
        status = CLAU_MEASURE_BAD_OPTION;
    if (status != CLAU_MEASURE_OK)
        return status;
    double *rows = clau_allocate(count, (size_t)width * sizeof *rows);
    if (rows == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    status = clau_copy_columns(samples->x, count, joint->x, rows, width, 0);
    if (status == CLAU_MEASURE_OK)
        status = clau_copy_columns(samples->y, count, joint->y, rows, width, joint->x + joint->z);
    if (status == CLAU_MEASURE_OK)
        status = clau_copy_columns(samples->z, count, joint->z, rows, width, joint->x);
    if (status == CLAU_MEASURE_OK)
        status = clau_treat_columns(rows, count, width, options);
    if (status == CLAU_MEASURE_OK)
        *prepared = rows;
    else
        free(rows);
    return status;
}

enum clau_measure_status clau_neighbour_information(const struct clau_joint_samples *samples,
                                                    const struct clau_neighbour_options *options,
                                                    double *information) {
    struct joint joint;
    double *rows = NULL;
    enum clau_measure_status status = prepare(samples, options, &joint, &rows);
    if (status == CLAU_MEASURE_OK)
        status = information_of(&joint, rows, samples->count, information);
    free(rows);
    return status;
}

enum clau_measure_status
clau_neighbour_information_estimate(const struct clau_joint_samples *samples,
                                    const struct clau_neighbour_options *options,
                                    struct clau_neighbour_estimate *estimate) {
    struct joint joint;
    double *rows = NULL;
    enum clau_measure_status status = prepare(samples, options, &joint, &rows);
    if (status == CLAU_MEASURE_OK) {
        const struct clau_row_measure measure = {information_of, &joint};
        status =
            clau_estimate_rows(&measure, rows, samples->count, width_of(&joint), options, estimate);
    }
    free(rows);
    return status;
}
