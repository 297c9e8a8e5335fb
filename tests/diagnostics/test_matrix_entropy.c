// SPDX-License-Identifier: GPL-3.0-or-later
// Density matrices whose eigenvalues are known.
#include "diagnostics/matrix_entropy.h"

#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

static double real_entropy(const double *matrix, size_t n, double order) {
    double result = NAN;
    assert_int_equal(clau_matrix_entropy(matrix, n, order, &result), CLAU_MEASURE_OK);
    return result;
}

static double complex_entropy(const double *matrix, size_t n, double order) {
    double result = NAN;
    assert_int_equal(clau_matrix_entropy_hermitian(matrix, n, order, &result), CLAU_MEASURE_OK);
    return result;
}

static const double orders[] = {0.0, 0.5, 1.0, 2.0, INFINITY};
enum { ORDERS = sizeof orders / sizeof orders[0], SIDE = 12 };

static void unit_and_pure(void **state) {
    (void)state;
    double unit[SIDE * SIDE] = {0.0}, pure[SIDE * SIDE], complex_pure[2 * SIDE * SIDE];
    for (size_t i = 0; i < SIDE; i++) {
        unit[i * SIDE + i] = 7.0;
        for (size_t j = 0; j < SIDE; j++) {
            // |psi> with psi_k = (k+1) e^(ik).
            const double size = (double)((i + 1) * (j + 1)), phase = (double)i - (double)j;
            pure[i * SIDE + j] = size;
            complex_pure[2 * (i * SIDE + j)] = size * cos(phase);
            complex_pure[2 * (i * SIDE + j) + 1] = size * sin(phase);
        }
    }
    for (size_t q = 0; q < ORDERS; q++) {
        assert_close(real_entropy(unit, SIDE, orders[q]), log(SIDE), 1e-14);
        assert_close(real_entropy(pure, SIDE, orders[q]), 0.0, 1e-14);
        assert_close(complex_entropy(complex_pure, SIDE, orders[q]), 0.0, 1e-14);
    }
}

static void spin(void **state) {
    (void)state;
    // (1 + r sigma)/2 with |r| = 0.6: eigenvalues 0.8 and 0.2, whatever the direction.
    const double directions[][3] = {
        {0.6, 0.0, 0.0}, {0.0, 0.6, 0.0}, {0.0, 0.0, 0.6}, {0.4, -0.4, 0.2}};
    const double shares[] = {0.8, 0.2};
    for (size_t d = 0; d < 4; d++) {
        const double *r = directions[d];
        const double matrix[] = {0.5 + 0.5 * r[2], 0.0,        0.5 * r[0],       -0.5 * r[1],
                                 0.5 * r[0],       0.5 * r[1], 0.5 - 0.5 * r[2], 0.0};
        for (size_t q = 0; q < ORDERS; q++) {
            double expected;
            assert_int_equal(clau_entropy_renyi(shares, 2, orders[q], &expected), CLAU_MEASURE_OK);
            assert_close(complex_entropy(matrix, 2, orders[q]), expected, 1e-15);
        }
    }
}

static void independent_systems(void **state) {
    (void)state;
    // Entropies of a Kronecker product add up; random positive A^T A of 3 and 4.
    double a[9] = {0.0}, b[16] = {0.0}, product[144];
    for (size_t k = 0; k < 3; k++)
        for (size_t cell = 0; cell < 9; cell++)
            a[cell] += sample_uniform(1, k * 3 + cell / 3) * sample_uniform(1, k * 3 + cell % 3);
    for (size_t k = 0; k < 4; k++)
        for (size_t cell = 0; cell < 16; cell++)
            b[cell] += sample_uniform(2, k * 4 + cell / 4) * sample_uniform(2, k * 4 + cell % 4);
    for (size_t i = 0; i < 12; i++)
        for (size_t j = 0; j < 12; j++)
            product[i * 12 + j] = a[i / 4 * 3 + j / 4] * b[i % 4 * 4 + j % 4];
    for (size_t q = 0; q < ORDERS; q++)
        assert_close(real_entropy(product, 12, orders[q]),
                     real_entropy(a, 3, orders[q]) + real_entropy(b, 4, orders[q]), 1e-13);
    // The same as a complex matrix, turned by phases e^(ik), which changes nothing.
    double turned[288];
    for (size_t i = 0; i < 12; i++)
        for (size_t j = 0; j < 12; j++) {
            const double phase = (double)(i * i) - (double)(j * j);
            turned[2 * (i * 12 + j)] = product[i * 12 + j] * cos(phase);
            turned[2 * (i * 12 + j) + 1] = product[i * 12 + j] * sin(phase);
        }
    assert_close(complex_entropy(turned, 12, 1.0), real_entropy(product, 12, 1.0), 1e-13);
}

static void gram_matrix(void **state) {
    (void)state;
    // Three clusters of points far apart, of 2, 3 and 5: shares 0.2, 0.3, 0.5 of a Gaussian kernel.
    const double points[] = {0.0, 0.0, 50.0, 50.0, 50.0, 90.0, 90.0, 90.0, 90.0, 90.0};
    const double shares[] = {0.2, 0.3, 0.5};
    double gram[100], expected;
    for (size_t i = 0; i < 10; i++)
        for (size_t j = 0; j < 10; j++)
            gram[i * 10 + j] = exp(-0.5 * pow(points[i] - points[j], 2.0));
    for (size_t q = 0; q < ORDERS; q++) {
        assert_int_equal(clau_entropy_renyi(shares, 3, orders[q], &expected), CLAU_MEASURE_OK);
        assert_close(real_entropy(gram, 10, orders[q]), expected, 1e-14);
    }
}

static void refusals(void **state) {
    (void)state;
    double result = 42.0;
    const double bad[] = {1.0, NAN, NAN, 1.0}, infinite[] = {INFINITY, 0.0, 0.0, 1.0};
    const double skew[] = {1.0, 0.5, 0.4, 1.0}, negative[] = {1.0, 2.0, 2.0, 1.0};
    const double zeros[4] = {0.0}, one[] = {3.0};
    const double imaginary[] = {1.0, 0.1}, conjugate[] = {1.0, 0.0, 0.0, 0.5, 0.0, 0.5, 1.0, 0.0};
    assert_int_equal(clau_matrix_entropy(one, 0, 1.0, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_matrix_entropy(bad, 2, 1.0, &result), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_matrix_entropy(infinite, 2, 1.0, &result), CLAU_MEASURE_INFINITE);
    assert_int_equal(clau_matrix_entropy(skew, 2, 1.0, &result), CLAU_MEASURE_NOT_POSITIVE);
    assert_int_equal(clau_matrix_entropy(negative, 2, 1.0, &result), CLAU_MEASURE_NOT_POSITIVE);
    assert_int_equal(clau_matrix_entropy(zeros, 2, 1.0, &result), CLAU_MEASURE_ZERO_SUM);
    assert_int_equal(clau_matrix_entropy(one, 1, -1.0, &result), CLAU_MEASURE_BAD_ORDER);
    assert_int_equal(clau_matrix_entropy_hermitian(imaginary, 1, 1.0, &result),
                     CLAU_MEASURE_NOT_POSITIVE);
    assert_int_equal(clau_matrix_entropy_hermitian(conjugate, 2, 1.0, &result),
                     CLAU_MEASURE_NOT_POSITIVE);
    assert_true(result == 42.0);
    assert_close(real_entropy(one, 1, 1.0), 0.0, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_and_pure),
        cmocka_unit_test(spin),
        cmocka_unit_test(independent_systems),
        cmocka_unit_test(gram_matrix),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-matrix_entropy", tests, NULL, NULL);
}
