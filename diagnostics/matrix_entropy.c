// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/matrix_entropy.h"

#include <float.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "numerics/memory.h"

/// Two elements that should be conjugates may differ by this much of the largest.
static const double ASYMMETRY = 1e-12;

/// Elements of `parts` doubles: 1 for a real matrix, 2 for a complex one.
static enum clau_measure_status check(const double *matrix, size_t n, size_t parts,
                                      double *largest) {
    double highest = 0.0;
    for (size_t i = 0; i < n * n * parts; i++) {
        if (isnan(matrix[i]))
            return CLAU_MEASURE_NOT_A_NUMBER;
        highest = fmax(highest, fabs(matrix[i]));
    }
    if (isinf(highest))
        return CLAU_MEASURE_INFINITE;
    if (highest == 0.0)
        return CLAU_MEASURE_ZERO_SUM;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double *a = matrix + (i * n + j) * parts, *b = matrix + (j * n + i) * parts;
            double apart = fabs(a[0] / highest - b[0] / highest);
            if (parts == 2)
                apart = fmax(apart, fabs(a[1] / highest + b[1] / highest));
            if (apart > ASYMMETRY)
                return CLAU_MEASURE_NOT_POSITIVE;
        }
    }
    *largest = highest;
    return CLAU_MEASURE_OK;
}

/// In memory of our own, [4 n] doubles: GSL's allocation would end the program where there is none
/// left. The matrix is overwritten.
static void find_eigenvalues(double *matrix, size_t n, size_t parts, double *memory,
                             double *eigenvalues) {
    gsl_vector_view values = gsl_vector_view_array(eigenvalues, n);
    if (parts == 1) {
        gsl_eigen_symm_workspace workspace = {n, memory, memory + n};
        gsl_matrix_view view = gsl_matrix_view_array(matrix, n, n);
        gsl_eigen_symm(&view.matrix, &values.vector, &workspace);
    } else {
        gsl_eigen_herm_workspace workspace = {n, memory, memory + n, memory + 2 * n};
        gsl_matrix_complex_view view = gsl_matrix_complex_view_array(matrix, n, n);
        gsl_eigen_herm(&view.matrix, &values.vector, &workspace);
    }
}

/// Rounds small eigenvalues to 0.
static enum clau_measure_status clean(double *eigenvalues, size_t n) {
    double largest = 0.0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(eigenvalues[i]));
    const double roundoff = (double)n * DBL_EPSILON * largest;
    for (size_t i = 0; i < n; i++) {
        if (eigenvalues[i] < -roundoff)
            return CLAU_MEASURE_NOT_POSITIVE;
        if (eigenvalues[i] < roundoff)
            eigenvalues[i] = 0.0;
    }
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status entropy_of(const double *matrix, size_t n, size_t parts,
                                           double order, double *entropy) {
    if (n == 0)
        return CLAU_MEASURE_EMPTY;
    if (n > SIZE_MAX / n / (parts * sizeof(double)))
        return CLAU_MEASURE_OUT_OF_MEMORY;
    double largest;
    enum clau_measure_status status = check(matrix, n, parts, &largest);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *copy = clau_allocate(n * n * parts, sizeof *copy);
    double *memory = clau_allocate(n, 5 * sizeof *memory);
    status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (copy != NULL && memory != NULL) {
        double *eigenvalues = memory + 4 * n;
        for (size_t i = 0; i < n * n * parts; i++)
            copy[i] = matrix[i] / largest; // neither overflows nor underflows in the squares
        find_eigenvalues(copy, n, parts, memory, eigenvalues);
        status = clean(eigenvalues, n);
        if (status == CLAU_MEASURE_OK)
            status = clau_entropy_renyi(eigenvalues, n, order, entropy);
    }
    free(copy);
    free(memory);
    return status;
}

enum clau_measure_status clau_matrix_entropy(const double *matrix, size_t n, double order,
                                             double *entropy) {
    return entropy_of(matrix, n, 1, order, entropy);
}

enum clau_measure_status clau_matrix_entropy_hermitian(const double *matrix, size_t n, double order,
                                                       double *entropy) {
    return entropy_of(matrix, n, 2, order, entropy);
}
