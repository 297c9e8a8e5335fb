// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/gaussian_information.h"

#include "tests/approx.h"

static void test_pair(void **state) {
    (void)state;
    double result;
    assert_int_equal(clau_gaussian_information(0.6, &result), CLAU_MEASURE_OK);
    assert_relative(result, -0.5 * log(0.64), 1e-15);
    assert_int_equal(clau_gaussian_information(1e-9, &result), CLAU_MEASURE_OK);
    assert_relative(result, 0.5e-18, 1e-15); // rho^2 / 2: nothing is left of 1 - rho^2
    assert_int_equal(clau_gaussian_information(0.9999, &result), CLAU_MEASURE_OK);
    assert_relative(result, -0.5 * log((1.0 - 0.9999) * (1.0 + 0.9999)), 1e-15);
    assert_int_equal(clau_gaussian_information(-1.0 + 0x1p-50, &result), CLAU_MEASURE_OK);
    assert_relative(result, 0.5 * 49.0 * M_LN2, 1e-15); // 1 - rho^2 = 2^-49
}

static void test_entropy(void **state) {
    (void)state;
    double result;
    const double one[] = {9.0};
    assert_int_equal(clau_gaussian_entropy(one, 1, &result), CLAU_MEASURE_OK);
    assert_relative(result, 0.5 * log(2.0 * M_PI * M_E * 9.0), 1e-15);
    // det = 3: rows of sums of 1, 2, 3 equal steps, variances 1, and one of 3.
    const double three[] = {1, 1, 1, 1, 2, 2, 1, 2, 5};
    assert_int_equal(clau_gaussian_entropy(three, 3, &result), CLAU_MEASURE_OK);
    assert_relative(result, 1.5 * log(2.0 * M_PI * M_E) + 0.5 * log(3.0), 1e-15);
}

static void test_conditional_information(void **state) {
    (void)state;
    double result;
    // z of variance 2, x = z + noise, y = z + noise: given z nothing, otherwise rho = 1/2.
    const double chain[] = {4, 2, 2, 2, 2, 2, 2, 2, 4};
    assert_int_equal(clau_gaussian_conditional_information(chain, 1, 1, 1, &result),
                     CLAU_MEASURE_OK);
    assert_close(result, 0.0, 1e-15);
    const double pair[] = {2, 1, 1, 2};
    assert_int_equal(clau_gaussian_conditional_information(pair, 1, 0, 1, &result),
                     CLAU_MEASURE_OK);
    assert_relative(result, -0.5 * log(0.75), 1e-15);
    // Partial correlation of unit variances: (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2)(1 - r_yz^2)).
    const double xz = 0.5, yz = -0.3, xy = 0.2;
    const double three[] = {1, xz, xy, xz, 1, yz, xy, yz, 1};
    const double partial = (xy - xz * yz) / sqrt((1.0 - xz * xz) * (1.0 - yz * yz));
    assert_int_equal(clau_gaussian_conditional_information(three, 1, 1, 1, &result),
                     CLAU_MEASURE_OK);
    assert_relative(result, -0.5 * log1p(-partial * partial), 1e-14);
}

static void test_errors(void **state) {
    (void)state;
    double result = 77.0;
    static const double correlations[] = {1.0, -1.0, 1.5, INFINITY};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(clau_gaussian_information(correlations[i], &result),
                         CLAU_MEASURE_SINGULAR);
    assert_int_equal(clau_gaussian_information(NAN, &result), CLAU_MEASURE_NOT_A_NUMBER);
    static const struct {
        double covariance[4];
        enum clau_measure_status expected;
    } rows[] = {
        {{1, 1, 1, 1}, CLAU_MEASURE_SINGULAR},
        {{1, 0, 0.5, 1}, CLAU_MEASURE_SINGULAR},
        {{0, 0, 0, 1}, CLAU_MEASURE_SINGULAR},
        {{-1, 0, 0, 1}, CLAU_MEASURE_SINGULAR},
        {{1, NAN, NAN, 1}, CLAU_MEASURE_NOT_A_NUMBER},
        {{INFINITY, 0, 0, 1}, CLAU_MEASURE_INFINITE},
        {{0.01, 0.09, 0.09, 0.8099999999999999}, CLAU_MEASURE_SINGULAR}, // det = 0 but for rounding
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(clau_gaussian_entropy(rows[i].covariance, 2, &result), rows[i].expected);
        assert_int_equal(
            clau_gaussian_conditional_information(rows[i].covariance, 1, 0, 1, &result),
            rows[i].expected);
    }
    assert_int_equal(clau_gaussian_entropy(rows[0].covariance, 0, &result),
                     CLAU_MEASURE_BAD_DIMENSIONS);
    assert_int_equal(clau_gaussian_conditional_information(rows[0].covariance, 2, 0, 0, &result),
                     CLAU_MEASURE_BAD_DIMENSIONS);
    assert_true(result == 77.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_entropy),
        cmocka_unit_test(test_conditional_information),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("gaussian_information", tests, NULL, NULL);
}
