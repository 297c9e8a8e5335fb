// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/kernel_density.h"

#include <stdlib.h>

#include "numerics/random.h"
#include "tests/approx.h"

enum { POINTS = 201, COUNT = 20000 };

static double values[COUNT], others[COUNT];

static double phi(double u) { return exp(-0.5 * u * u) / sqrt(2.0 * M_PI); }

static void fill_normal(uint64_t purpose, size_t count, double *x) {
    clau_random_fill_normal((struct clau_random_key){.seed = 3}, 0, purpose, 0, count, x);
}

// The definition, on grids of many proportions.
static void test_sum_of_kernels(void **state) {
    (void)state;
    const struct clau_kernel_axis axes[] = {
        {-4.0, 4.0, POINTS}, {0.1, 0.11, POINTS}, {-90.0, 60.0, POINTS}, {2.0, 2.5, 2}};
    const double bandwidths[] = {0.03, 0.4, 7.0};
    double density[POINTS];
    fill_normal(0, 50, values);
    for (size_t a = 0; a < 4; a++) {
        for (size_t b = 0; b < 3; b++) {
            const double h = bandwidths[b];
            assert_int_equal(clau_kernel_density(values, 50, h, axes[a], density), CLAU_MEASURE_OK);
            for (size_t i = 0; i < axes[a].points; i++) {
                const double step =
                    (axes[a].maximum - axes[a].minimum) / (double)(axes[a].points - 1);
                double expected = 0.0;
                for (size_t j = 0; j < 50; j++)
                    expected += phi((axes[a].minimum + (double)i * step - values[j]) / h);
                // sinc^4 at 32 points a bandwidth leaves some 1e-9 of a kernel's height.
                assert_close(density[i], expected / (50.0 * h), 1e-8 / h);
                assert_true(density[i] >= 0.0);
            }
        }
    }
}

// The entropy of one kernel is a normal distribution's, of two far apart ln 2 more.
static void test_entropy(void **state) {
    (void)state;
    const double expected = 0.5 * log(2.0 * M_PI * M_E * 0.09), two[] = {-50.0, 77.7};
    double result;
    assert_int_equal(clau_kernel_entropy(two, 1, 0.3, &result), CLAU_MEASURE_OK);
    assert_close(result, expected, 1e-8);
    assert_int_equal(clau_kernel_entropy(two, 2, 0.3, &result), CLAU_MEASURE_OK);
    assert_close(result, expected + M_LN2, 1e-8);
    // Of many: a normal distribution of variance 1 + h^2. Standard error 1/sqrt(2 N) = 0.005.
    fill_normal(0, COUNT, values);
    assert_int_equal(clau_kernel_entropy(values, COUNT, 0.3, &result), CLAU_MEASURE_OK);
    assert_close(result, 0.5 * log(2.0 * M_PI * M_E * 1.09), 0.015);
}

static void test_rules_of_thumb(void **state) {
    (void)state;
    const double x[] = {1.0, 2.0, 3.0, 4.0}; // variance 5/3
    double scott, silverman;
    assert_int_equal(clau_kernel_bandwidth(x, 4, CLAU_BANDWIDTH_SCOTT, &scott), CLAU_MEASURE_OK);
    assert_int_equal(clau_kernel_bandwidth(x, 4, CLAU_BANDWIDTH_SILVERMAN, &silverman),
                     CLAU_MEASURE_OK);
    assert_relative(scott, sqrt(5.0 / 3.0) * pow(4.0, -0.2), 1e-15);
    assert_relative(silverman, sqrt(5.0 / 3.0) * pow(3.0, -0.2), 1e-15);
}

// The bandwidth of least mean integrated squared error is (2 sqrt(pi) N int f''^2)^(-1/5). Of two
// normal peaks far apart int f''^2 is a sum over the peaks, 3 / (8 sqrt(pi) sigma^5) share^2.
static void test_botev_sees_two_peaks(void **state) {
    (void)state;
    fill_normal(0, COUNT, values);
    double botev, silverman;
    const double one = 3.0 / (8.0 * sqrt(M_PI));
    assert_int_equal(clau_kernel_bandwidth(values, COUNT, CLAU_BANDWIDTH_BOTEV, &botev),
                     CLAU_MEASURE_OK);
    // The rule itself scatters by some per cent.
    assert_relative(botev, pow(2.0 * sqrt(M_PI) * COUNT * one, -0.2), 0.1);
    for (size_t i = 0; i < COUNT; i++)
        values[i] = i % 4 == 0 ? 20.0 + 2.0 * values[i] : values[i];
    const double two = one * (0.75 * 0.75 + 0.25 * 0.25 / 32.0);
    assert_int_equal(clau_kernel_bandwidth(values, COUNT, CLAU_BANDWIDTH_BOTEV, &botev),
                     CLAU_MEASURE_OK);
    assert_relative(botev, pow(2.0 * sqrt(M_PI) * COUNT * two, -0.2), 0.1);
    assert_int_equal(clau_kernel_bandwidth(values, COUNT, CLAU_BANDWIDTH_SILVERMAN, &silverman),
                     CLAU_MEASURE_OK);
    assert_true(silverman > 5.0 * botev);
}

static void test_plane(void **state) {
    (void)state;
    enum { NX = 21, NY = 30, N = 40 };
    const double covariance[] = {0.5, 0.3, 0.4};
    const struct clau_kernel_axis x_axis = {-2.0, 3.0, NX}, y_axis = {0.5, 1.0, NY};
    static double density[NX][NY];
    fill_normal(0, N, values);
    fill_normal(1, N, others);
    assert_int_equal(
        clau_kernel_density_plane(values, others, N, covariance, x_axis, y_axis, &density[0][0]),
        CLAU_MEASURE_OK);
    const double det = 0.5 * 0.4 - 0.3 * 0.3, height = 1.0 / (2.0 * M_PI * sqrt(det) * N);
    for (size_t i = 0; i < NX; i++) {
        for (size_t j = 0; j < NY; j++) {
            double expected = 0.0;
            for (size_t k = 0; k < N; k++) {
                const double u = -2.0 + 0.25 * (double)i - values[k];
                const double v = 0.5 + 0.5 / (NY - 1) * (double)j - others[k];
                expected += exp(-0.5 * (0.4 * u * u - 0.6 * u * v + 0.5 * v * v) / det);
            }
            assert_close(density[i][j], height * expected, 1e-6 * height * N);
        }
    }
}

static void check_error(const double *x, size_t count, enum clau_measure_status expected) {
    double result = 77.0, covariance[3] = {77.0, 0.0, 0.0}, density[2] = {77.0};
    const struct clau_kernel_axis axis = {0.0, 1.0, 2};
    for (enum clau_bandwidth rule = CLAU_BANDWIDTH_SCOTT; rule <= CLAU_BANDWIDTH_BOTEV; rule++)
        assert_int_equal(clau_kernel_bandwidth(x, count, rule, &result), expected);
    if (expected != CLAU_MEASURE_CONSTANT && expected != CLAU_MEASURE_TOO_FEW) {
        assert_int_equal(clau_kernel_entropy(x, count, 1.0, &result), expected);
        assert_int_equal(clau_kernel_density(x, count, 1.0, axis, density), expected);
        assert_int_equal(clau_kernel_covariance(x, x, count, CLAU_BANDWIDTH_SCOTT, covariance),
                         expected);
        const double unit[] = {1.0, 0.0, 1.0};
        assert_int_equal(clau_kernel_density_plane(x, x, count, unit, axis, axis, density),
                         expected);
    }
    assert_true(result == 77.0 && covariance[0] == 77.0 && density[0] == 77.0);
}

static void test_errors(void **state) {
    (void)state;
    const double good[] = {1.0, 2.0, 4.0}, equal[] = {2.0, 2.0, 2.0};
    const double infinite[] = {1.0, INFINITY}, nan[] = {NAN, 1.0};
    double result = 77.0, density[4] = {77.0};
    check_error(good, 0, CLAU_MEASURE_EMPTY);
    check_error(good, 1, CLAU_MEASURE_TOO_FEW);
    check_error(equal, 3, CLAU_MEASURE_CONSTANT);
    check_error(infinite, 2, CLAU_MEASURE_INFINITE);
    check_error(nan, 2, CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_kernel_bandwidth(good, 3, CLAU_BANDWIDTH_BOTEV, &result),
                     CLAU_MEASURE_NO_ROOT);
    assert_int_equal(clau_kernel_bandwidth(good, 3, (enum clau_bandwidth)9, &result),
                     CLAU_MEASURE_BAD_OPTION);
    const struct clau_kernel_axis axis = {0.0, 1.0, 4};
    static const double widths[] = {0.0, -1.0, NAN, INFINITY, 1e-12, 1e12};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(clau_kernel_density(good, 3, widths[i], axis, density),
                         CLAU_MEASURE_BAD_BANDWIDTH);
        if (i < 5)
            assert_int_equal(clau_kernel_entropy(good, 3, widths[i], &result),
                             CLAU_MEASURE_BAD_BANDWIDTH);
    }
    static const struct clau_kernel_axis axes[] = {
        {0.0, 1.0, 1}, {1.0, 1.0, 4}, {1.0, 0.0, 4}, {NAN, 1.0, 4}, {0.0, INFINITY, 4},
    };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(clau_kernel_density(good, 3, 1.0, axes[i], density),
                         CLAU_MEASURE_BAD_RANGE);
    const double line[] = {1.0, 1.0, 1.0}, negative[] = {-1.0, 0.0, -1.0};
    assert_int_equal(clau_kernel_density_plane(good, good, 3, line, axis, axis, density),
                     CLAU_MEASURE_SINGULAR);
    assert_int_equal(clau_kernel_density_plane(good, good, 3, negative, axis, axis, density),
                     CLAU_MEASURE_SINGULAR);
    double covariance[3] = {77.0};
    assert_int_equal(clau_kernel_covariance(good, good, 3, CLAU_BANDWIDTH_SCOTT, covariance),
                     CLAU_MEASURE_SINGULAR);
    assert_int_equal(clau_kernel_covariance(good, good, 3, CLAU_BANDWIDTH_BOTEV, covariance),
                     CLAU_MEASURE_BAD_OPTION);
    assert_true(result == 77.0 && density[0] == 77.0 && covariance[0] == 77.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum_of_kernels), cmocka_unit_test(test_entropy),
        cmocka_unit_test(test_rules_of_thumb), cmocka_unit_test(test_botev_sees_two_peaks),
        cmocka_unit_test(test_plane),          cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("kernel_density", tests, NULL, NULL);
}
