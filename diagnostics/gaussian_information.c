// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/gaussian_information.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "numerics/memory.h"

enum clau_measure_status clau_gaussian_information(double correlation, double *information) {
    if (isnan(correlation))
        return CLAU_MEASURE_NOT_A_NUMBER;
    if (!(fabs(correlation) < 1.0))
        return CLAU_MEASURE_SINGULAR;
    // The factors of 1 - rho^2 where rho^2 would lose digits; they cancel where it is small.
    const double rho = fabs(correlation);
    *information = -0.5 * (rho < 0.5 ? log1p(-rho * rho) : log1p(-rho) + log1p(rho));
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status check(const double *covariance, size_t n) {
    bool infinite = false, symmetric = true;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const double c = covariance[i * n + j];
            if (isnan(c))
                return CLAU_MEASURE_NOT_A_NUMBER;
            infinite = infinite || isinf(c);
            // Products of data in another order are rounded in another way.
            const double scale = sqrt(fabs(covariance[i * n + i]) * fabs(covariance[j * n + j]));
            symmetric = symmetric && fabs(c - covariance[j * n + i]) <= 1e-12 * scale;
        }
    }
    if (infinite)
        return CLAU_MEASURE_INFINITE;
    return symmetric ? CLAU_MEASURE_OK : CLAU_MEASURE_SINGULAR;
}

/// ln det of the block of `size` components from `first` on, by Cholesky's factors in `factor`.
static enum clau_measure_status log_determinant(const double *covariance, size_t n, size_t first,
                                                size_t size, double *factor, double *result) {
    double sum = 0.0;
    for (size_t i = 0; i < size; i++) {
        const double *row = covariance + (first + i) * n + first;
        for (size_t j = 0; j <= i; j++) {
            double rest = row[j];
            for (size_t k = 0; k < j; k++)
                rest -= factor[i * size + k] * factor[j * size + k];
            if (j < i) {
                factor[i * size + j] = rest / factor[j * size + j];
            } else {
                // What is left of a variance below its rounding error is nothing.
                if (!(rest > 0x1p-52 * (double)n * row[i]))
                    return CLAU_MEASURE_SINGULAR;
                factor[i * size + i] = sqrt(rest);
                sum += log(rest);
            }
        }
    }
    *result = sum;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_gaussian_entropy(const double *covariance, size_t dimensions,
                                               double *entropy) {
    if (dimensions == 0)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    enum clau_measure_status status = check(covariance, dimensions);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *factor = clau_allocate(dimensions, dimensions * sizeof *factor), logarithm = 0.0;
    if (factor == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    status = log_determinant(covariance, dimensions, 0, dimensions, factor, &logarithm);
    free(factor);
    if (status == CLAU_MEASURE_OK)
        *entropy = 0.5 * ((double)dimensions * (1.0 + log(2.0 * M_PI)) + logarithm);
    return status;
}

enum clau_measure_status clau_gaussian_conditional_information(const double *covariance, size_t x,
                                                               size_t z, size_t y,
                                                               double *information) {
    const size_t n = x + z + y;
    if (x == 0 || y == 0)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    enum clau_measure_status status = check(covariance, n);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *factor = clau_allocate(n, n * sizeof *factor);
    if (factor == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const struct {
        size_t first, size;
        double sign;
    } blocks[] = {{0, x + z, 1.0}, {x, z + y, 1.0}, {x, z, -1.0}, {0, n, -1.0}};
    double sum = 0.0;
    for (size_t b = 0; b < 4 && status == CLAU_MEASURE_OK; b++) {
        double logarithm = 0.0;
        status =
            log_determinant(covariance, n, blocks[b].first, blocks[b].size, factor, &logarithm);
        sum += blocks[b].sign * logarithm;
    }
    free(factor);
    if (status == CLAU_MEASURE_OK)
        *information = 0.5 * sum;
    return status;
}
