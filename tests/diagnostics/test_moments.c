// SPDX-License-Identifier: GPL-3.0-or-later
// Moments, quantiles and correlation: closed forms, in any unit and far from zero, and refusals.
#include "diagnostics/moments.h"

#include "tests/approx.h"

enum { COUNT = 1000 };

static void ramp(double *values, double first, double step) {
    for (size_t i = 0; i < COUNT; i++)
        values[i] = first + step * (double)((i * 7) % COUNT); // in no order
}

static void check_ramp(double first, double step, double tolerance) {
    double values[COUNT], mean = NAN, deviation = NAN, quantile = NAN;
    const double n = COUNT;
    ramp(values, first, step);
    assert_int_equal(clau_mean(values, COUNT, &mean), CLAU_MEASURE_OK);
    assert_relative(mean, first + step * (n - 1.0) / 2.0, 1e-15);
    assert_int_equal(clau_standard_deviation(values, COUNT, 1, &deviation), CLAU_MEASURE_OK);
    assert_relative(deviation, step * sqrt(n * (n + 1.0) / 12.0), tolerance);
    assert_int_equal(clau_standard_deviation(values, COUNT, 0, &deviation), CLAU_MEASURE_OK);
    assert_relative(deviation, step * sqrt((n * n - 1.0) / 12.0), tolerance);
    struct clau_shape shape = {NAN, NAN};
    assert_int_equal(clau_shape_of(values, COUNT, &shape), CLAU_MEASURE_OK);
    assert_close(shape.skewness, 0.0, tolerance);
    assert_close(shape.excess_kurtosis, -1.2 * (n * n + 1.0) / (n * n - 1.0), 10.0 * tolerance);
    assert_int_equal(clau_quantile(values, COUNT, 0.25, &quantile), CLAU_MEASURE_OK);
    assert_relative(quantile, first + step * 0.25 * (n - 1.0), 1e-15);
}

static void equal_steps(void **state) {
    (void)state;
    // Sums carry their errors: what is left is the rounding of each value, 1e-16 of the largest.
    check_ramp(0.0, 1.0, 1e-14);
    check_ramp(1.0, 1.0, 1e-14);
    check_ramp(-1e305, 1e303, 1e-14);
    check_ramp(0.0, 1e-305, 1e-13); // values near the least normal number
    check_ramp(1e12, 1.0, 1e-14);   // whole numbers: exact
    check_ramp(1e9, 0.1, 1e-8);     // steps of 0.1 have lost 1e-7/0.1 of themselves
}

static void two_values(void **state) {
    (void)state;
    // 1 with the probability p, else 0: skewness (q - p)/sqrt(pq), kurtosis (1 - 6pq)/(pq).
    const size_t ones[] = {1, 37, 500, 999};
    for (size_t k = 0; k < 4; k++) {
        double values[COUNT] = {0.0};
        for (size_t i = 0; i < ones[k]; i++)
            values[i * 7 % COUNT] = 1.0;
        const double p = (double)ones[k] / COUNT, q = 1.0 - p;
        struct clau_shape shape = {NAN, NAN};
        assert_int_equal(clau_shape_of(values, COUNT, &shape), CLAU_MEASURE_OK);
        assert_close(shape.skewness, (q - p) / sqrt(p * q), 1e-11);
        assert_close(shape.excess_kurtosis, (1.0 - 6.0 * p * q) / (p * q), 1e-9);
    }
}

static void equal_values(void **state) {
    (void)state;
    // Even the exact sum of three times 0.1, rounded and over 3, is not 0.1.
    double values[10], mean = NAN, deviation = NAN, quantile = NAN, correlation;
    for (size_t i = 0; i < 10; i++)
        values[i] = 0.1;
    struct clau_shape shape;
    assert_int_equal(clau_mean(values, 3, &mean), CLAU_MEASURE_OK);
    assert_close(mean, 0.1, 0.0);
    assert_int_equal(clau_standard_deviation(values, 10, 1, &deviation), CLAU_MEASURE_OK);
    assert_close(deviation, 0.0, 0.0);
    assert_int_equal(clau_quantile(values, 10, 0.77, &quantile), CLAU_MEASURE_OK);
    assert_close(quantile, 0.1, 1e-16);
    assert_int_equal(clau_shape_of(values, 10, &shape), CLAU_MEASURE_CONSTANT);
    double other[10] = {1.0};
    assert_int_equal(clau_correlation(values, other, 10, &correlation), CLAU_MEASURE_CONSTANT);
    assert_int_equal(clau_correlation(other, values, 10, &correlation), CLAU_MEASURE_CONSTANT);
}

static void ends_and_middle(void **state) {
    (void)state;
    const double values[] = {3.0, -1.0, 10.0, 4.0};
    const struct {
        double fraction, expected;
    } rows[] = {{0.0, -1.0}, {1.0, 10.0}, {0.5, 3.5}, {1.0 / 3.0, 3.0}, {0.9, 8.2}};
    for (size_t i = 0; i < 5; i++) {
        double quantile = NAN;
        assert_int_equal(clau_quantile(values, 4, rows[i].fraction, &quantile), CLAU_MEASURE_OK);
        assert_close(quantile, rows[i].expected, 1e-14);
    }
    double quantile = NAN;
    assert_int_equal(clau_quantile(values, 1, 0.3, &quantile), CLAU_MEASURE_OK);
    assert_close(quantile, 3.0, 0.0);
}

static double correlation_of(const double *x, const double *y) {
    double correlation = NAN;
    assert_int_equal(clau_correlation(x, y, COUNT, &correlation), CLAU_MEASURE_OK);
    return correlation;
}

static void correlations(void **state) {
    (void)state;
    double x[COUNT], y[COUNT], line[COUNT], huge[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        const double angle = 2.0 * M_PI * (double)i / COUNT;
        x[i] = cos(angle);
        y[i] = cos(angle + 1.0); // correlation cos 1 over the whole period
        line[i] = 1e6 - 3.0 * x[i];
        huge[i] = 1e307 * x[i];
    }
    assert_close(correlation_of(x, y), cos(1.0), 1e-14);
    assert_close(correlation_of(huge, y), cos(1.0), 1e-14);
    assert_close(correlation_of(x, x), 1.0, 1e-15);
    assert_close(correlation_of(x, line), -1.0, 1e-9); // 1e6 + cos has lost 1e-10
    assert_true(correlation_of(x, line) >= -1.0 && correlation_of(x, huge) <= 1.0);
}

static void refusals(void **state) {
    (void)state;
    const struct {
        double values[2];
        size_t count;
        enum clau_measure_status status;
    } rows[] = {{{0.0, 0.0}, 0, CLAU_MEASURE_EMPTY},
                {{1.0, NAN}, 2, CLAU_MEASURE_NOT_A_NUMBER},
                {{1.0, -INFINITY}, 2, CLAU_MEASURE_INFINITE}};
    const double good[] = {1.0, 2.0};
    for (size_t i = 0; i < 3; i++) {
        double result = 7.0;
        struct clau_shape shape;
        const double *bad = rows[i].values;
        const size_t count = rows[i].count;
        assert_int_equal(clau_mean(bad, count, &result), rows[i].status);
        assert_int_equal(clau_standard_deviation(bad, count, 1, &result), rows[i].status);
        assert_int_equal(clau_shape_of(bad, count, &shape), rows[i].status);
        assert_int_equal(clau_quantile(bad, count, 0.5, &result), rows[i].status);
        assert_int_equal(clau_correlation(bad, good, count, &result), rows[i].status);
        assert_int_equal(clau_correlation(good, bad, count, &result), rows[i].status);
        assert_close(result, 7.0, 0.0);
    }
    double result;
    assert_int_equal(clau_standard_deviation(good, 1, 1, &result), CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_quantile(good, 2, -0.1, &result), CLAU_MEASURE_BAD_OPTION);
    assert_int_equal(clau_quantile(good, 2, 1.1, &result), CLAU_MEASURE_BAD_OPTION);
    assert_int_equal(clau_quantile(good, 2, NAN, &result), CLAU_MEASURE_BAD_OPTION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_steps),  cmocka_unit_test(two_values),
        cmocka_unit_test(equal_values), cmocka_unit_test(ends_and_middle),
        cmocka_unit_test(correlations), cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
