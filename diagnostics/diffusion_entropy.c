// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/diffusion_entropy.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "numerics/memory.h"
#include "numerics/random.h"

enum { DRAW }; ///< purposes of random numbers

struct cloud {
    const double *points;
    size_t count, dimensions;
    double width, time;
};

static enum clau_measure_status check(const struct cloud *cloud) {
    if (cloud->count == 0)
        return CLAU_MEASURE_EMPTY;
    if (cloud->dimensions == 0)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    if (!(cloud->width > 0.0) || isinf(cloud->width))
        return CLAU_MEASURE_BAD_BANDWIDTH;
    if (!(cloud->time > 0.0) || isinf(cloud->time))
        return CLAU_MEASURE_BAD_OPTION;
    bool infinite = false;
    for (size_t i = 0; i < cloud->count * cloud->dimensions; i++) {
        if (isnan(cloud->points[i]))
            return CLAU_MEASURE_NOT_A_NUMBER;
        infinite = infinite || isinf(cloud->points[i]);
    }
    return infinite ? CLAU_MEASURE_INFINITE : CLAU_MEASURE_OK;
}

/// K of some of the points. A point far from all others has D = G_ii = 1: nothing divides by 0.
static void fill_matrix(const struct cloud *cloud, const size_t *chosen, size_t n, double *matrix,
                        double *degree) {
    const size_t dimensions = cloud->dimensions;
    for (size_t i = 0; i < n; i++) {
        const double *a = cloud->points + chosen[i] * dimensions;
        matrix[i * n + i] = 1.0;
        for (size_t j = 0; j < i; j++) {
            const double *b = cloud->points + chosen[j] * dimensions;
            double squared = 0.0;
            for (size_t d = 0; d < dimensions; d++) {
                const double apart = (a[d] - b[d]) / cloud->width;
                squared += apart * apart;
            }
            matrix[i * n + j] = matrix[j * n + i] = exp(-0.5 * squared);
        }
    }
    for (size_t i = 0; i < n; i++) {
        degree[i] = 0.0;
        for (size_t j = 0; j < n; j++)
            degree[i] += matrix[i * n + j];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] /= sqrt(degree[i] * degree[j]);
    }
}

/// S of n chosen points.
static enum clau_measure_status entropy_of(const struct cloud *cloud, const size_t *chosen,
                                           size_t n, double *entropy) {
    if (n > SIZE_MAX / n / sizeof(double))
        return CLAU_MEASURE_OUT_OF_MEMORY;
    double *matrix = clau_allocate(n, n * sizeof *matrix);
    double *vectors = clau_allocate(n, 4 * sizeof *vectors);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (matrix == NULL || vectors == NULL)
        goto out;
    double *weights = vectors, *degree = vectors + n;
    fill_matrix(cloud, chosen, n, matrix, degree);
    // In memory of our own: GSL's allocation would end the program where there is none left.
    gsl_eigen_symm_workspace workspace = {n, vectors + 2 * n, vectors + 3 * n};
    gsl_matrix_view symmetric = gsl_matrix_view_array(matrix, n, n);
    gsl_vector_view eigenvalues = gsl_vector_view_array(weights, n);
    gsl_eigen_symm(&symmetric.matrix, &eigenvalues.vector, &workspace);
    for (size_t i = 0; i < n; i++)
        weights[i] = pow(fabs(weights[i]), cloud->time);
    status = clau_entropy_shannon(weights, n, entropy);
out:
    free(matrix);
    free(vectors);
    return status;
}

enum clau_measure_status clau_diffusion_entropy(const double *points, size_t count,
                                                size_t dimensions, double width, double time,
                                                double *entropy) {
    const struct cloud cloud = {points, count, dimensions, width, time};
    enum clau_measure_status status = check(&cloud);
    if (status != CLAU_MEASURE_OK)
        return status;
    size_t *chosen = clau_allocate(count, sizeof *chosen);
    if (chosen == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        chosen[i] = i;
    status = entropy_of(&cloud, chosen, count, entropy);
    free(chosen);
    return status;
}

// ---- Labels -------------------------------------------------------------------------------------

struct labelled {
    int label;
    size_t number;
};

static int compare(const void *a, const void *b) {
    const struct labelled *x = a, *y = b;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/// The first n of `order` become a random choice of its count (Fisher and Yates).
static void draw(size_t *order, size_t count, size_t n, uint64_t seed, size_t repetition,
                 size_t group) {
    for (size_t i = 0; i < n; i++) {
        const struct clau_random_words words =
            clau_random_uint64x4((struct clau_random_key){.seed = seed},
                                 (struct clau_random_counter){i, repetition, DRAW, group});
        const size_t j = i + (size_t)(((unsigned __int128)words.word[0] * (count - i)) >> 64);
        const size_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
}

/// S of as many points as a group has, whatever their labels.
static enum clau_measure_status entropy_of_draws(const struct cloud *cloud, size_t n, size_t group,
                                                 size_t repetitions, uint64_t seed, size_t *order,
                                                 double *entropy) {
    for (size_t i = 0; i < cloud->count; i++)
        order[i] = i;
    if (repetitions == 0)
        return entropy_of(cloud, order, cloud->count, entropy);
    double sum = 0.0;
    for (size_t r = 0; r < repetitions; r++) {
        double one;
        draw(order, cloud->count, n, seed, r, group);
        const enum clau_measure_status status = entropy_of(cloud, order, n, &one);
        if (status != CLAU_MEASURE_OK)
            return status;
        sum += one;
    }
    *entropy = sum / (double)repetitions;
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status information_of(const struct cloud *cloud,
                                               const struct labelled *sorted, size_t repetitions,
                                               uint64_t seed, size_t *order, double *information) {
    const size_t count = cloud->count;
    double sum = 0.0, all = 0.0;
    size_t group = 0;
    for (size_t first = 0, next; first < count; first = next, group++) {
        for (next = first + 1; next < count && sorted[next].label == sorted[first].label;)
            next++;
        const size_t n = next - first;
        double of_group;
        for (size_t i = 0; i < n; i++)
            order[i] = sorted[first + i].number;
        enum clau_measure_status status = entropy_of(cloud, order, n, &of_group);
        if (status == CLAU_MEASURE_OK && (repetitions > 0 || group == 0))
            status = entropy_of_draws(cloud, n, group, repetitions, seed, order, &all);
        if (status != CLAU_MEASURE_OK)
            return status;
        sum += (double)n / (double)count * (all - of_group);
    }
    *information = sum;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_diffusion_information(const double *points, const int *labels,
                                                    size_t count, size_t dimensions, double width,
                                                    double time, size_t repetitions, uint64_t seed,
                                                    double *information) {
    const struct cloud cloud = {points, count, dimensions, width, time};
    enum clau_measure_status status = check(&cloud);
    if (status != CLAU_MEASURE_OK)
        return status;
    size_t *order = clau_allocate(count, sizeof *order);
    struct labelled *sorted = clau_allocate(count, sizeof *sorted);
    if (order != NULL && sorted != NULL) {
        for (size_t i = 0; i < count; i++)
            sorted[i] = (struct labelled){labels[i], i};
        qsort(sorted, count, sizeof *sorted, compare);
        status = information_of(&cloud, sorted, repetitions, seed, order, information);
    } else {
        status = CLAU_MEASURE_OUT_OF_MEMORY;
    }
    free(order);
    free(sorted);
    return status;
}
