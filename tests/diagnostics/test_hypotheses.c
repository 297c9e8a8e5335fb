// SPDX-License-Identifier: GPL-3.0-or-later
// Exact small cases, and input without an answer. check_hypotheses.py compares with scipy.
#include "diagnostics/effect_size.h"
#include "diagnostics/effective_sample.h"
#include "diagnostics/hypothesis_tests.h"
#include "tests/approx.h"

static const double low[] = {1.0, 2.0, 3.0, 4.0}, high[] = {5.0, 6.0, 7.0, 8.0};
static const struct clau_sample apart[] = {{low, 4}, {high, 4}};

static void test_samples_apart(void **state) {
    (void)state;
    // Of the 70 orders of 4 and 4 values two are as extreme, for D and for U.
    struct clau_test_result result;
    assert_int_equal(clau_test_samples(CLAU_TEST_KOLMOGOROV_SMIRNOV, apart, 2, &result),
                     CLAU_MEASURE_OK);
    assert_true(result.statistic == 1.0 && result.exact);
    assert_relative(result.p, 2.0 / 70.0, 1e-14);
    assert_int_equal(clau_test_samples(CLAU_TEST_MANN_WHITNEY, apart, 2, &result), CLAU_MEASURE_OK);
    assert_true(result.statistic == 0.0 && result.effect == -1.0 && result.exact);
    assert_relative(result.p, 2.0 / 70.0, 1e-14);
    // Mean ranks 2.5 and 6.5 about 4.5: H = 12/(8*9) * 4 * (4 + 4); chi^2 with one degree.
    assert_int_equal(clau_test_samples(CLAU_TEST_KRUSKAL_WALLIS, apart, 2, &result),
                     CLAU_MEASURE_OK);
    assert_relative(result.statistic, 16.0 / 3.0, 1e-14);
    assert_relative(result.p, erfc(sqrt(16.0 / 3.0 / 2.0)), 1e-13);
    assert_relative(result.effect, 16.0 / 21.0, 1e-14);
    // SS between = 8 * 4 with one degree, within = 10 with 6.
    assert_int_equal(clau_test_samples(CLAU_TEST_ANOVA, apart, 2, &result), CLAU_MEASURE_OK);
    assert_relative(result.statistic, 32.0 / (10.0 / 6.0), 1e-14);
    assert_relative(result.effect, 32.0 / 42.0, 1e-14);
}

static void test_effects(void **state) {
    (void)state;
    struct clau_cliff cliff;
    assert_int_equal(clau_cliff(&apart[0], &apart[1], 0.95, &cliff), CLAU_MEASURE_OK);
    assert_true(cliff.delta == -1.0 && cliff.low == -1.0);
    assert_string_equal(cliff.magnitude, "large");
    struct clau_standardised difference;
    assert_int_equal(clau_standardised_difference(&apart[0], &apart[1], &difference),
                     CLAU_MEASURE_OK);
    assert_relative(difference.cohen, -4.0 / sqrt(10.0 / 6.0), 1e-14);
    // J(6) = Gamma(3)/(sqrt(3) Gamma(5/2)), Gamma(5/2) = 3 sqrt(pi)/4.
    assert_relative(difference.hedges, difference.cohen * 8.0 / (3.0 * sqrt(3.0 * M_PI)), 1e-14);
}

static void test_holm(void **state) {
    (void)state;
    const double p[] = {0.01, 0.04, 0.03, 0.005}, expected[] = {0.03, 0.06, 0.06, 0.02};
    double adjusted[4];
    assert_int_equal(clau_holm(p, 4, adjusted), CLAU_MEASURE_OK);
    for (int i = 0; i < 4; i++)
        assert_relative(adjusted[i], expected[i], 1e-15);
    const double wrong[] = {0.5, 1.5}, nan[] = {0.5, NAN};
    assert_int_equal(clau_holm(wrong, 2, adjusted), CLAU_MEASURE_BAD_PROBABILITY);
    assert_int_equal(clau_holm(nan, 2, adjusted), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_holm(p, 0, adjusted), CLAU_MEASURE_EMPTY);
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(clau_test_name(CLAU_TEST_KRUSKAL_WALLIS), "Kruskal-Wallis");
    assert_string_equal(clau_test_effect_name(CLAU_TEST_ANOVA), "eta^2");
    assert_null(clau_test_name((enum clau_hypothesis_test)9));
}

/// The same answer of all four tests.
static void check_all(const double *x, size_t m, const double *y, size_t n,
                      enum clau_measure_status expected) {
    const struct clau_sample samples[] = {{x, m}, {y, n}};
    struct clau_test_result result = {.p = 77.0};
    for (int test = CLAU_TEST_KOLMOGOROV_SMIRNOV; test <= CLAU_TEST_ANOVA; test++) {
        assert_int_equal(clau_test_samples((enum clau_hypothesis_test)test, samples, 2, &result),
                         expected);
        assert_true(result.p == 77.0);
    }
    struct clau_cliff cliff;
    struct clau_standardised difference;
    assert_int_equal(clau_cliff(&samples[0], &samples[1], 0.95, &cliff), expected);
    assert_int_equal(clau_standardised_difference(&samples[0], &samples[1], &difference), expected);
}

static void test_input_without_an_answer(void **state) {
    (void)state;
    const double nan[] = {1.0, NAN}, infinite[] = {-INFINITY, 2.0}, equal[] = {0.1, 0.1, 0.1};
    check_all(low, 4, nan, 0, CLAU_MEASURE_EMPTY);
    check_all(low, 4, nan, 2, CLAU_MEASURE_NOT_A_NUMBER);
    check_all(infinite, 2, low, 4, CLAU_MEASURE_INFINITE);

    struct clau_test_result result;
    struct clau_standardised difference;
    struct clau_cliff cliff;
    const struct clau_sample same[] = {{equal, 3}, {equal, 2}}, single[] = {{low, 1}, {high, 1}};
    for (int test = CLAU_TEST_MANN_WHITNEY; test <= CLAU_TEST_ANOVA; test++)
        assert_int_equal(clau_test_samples((enum clau_hypothesis_test)test, same, 2, &result),
                         CLAU_MEASURE_CONSTANT);
    assert_int_equal(clau_test_samples(CLAU_TEST_KOLMOGOROV_SMIRNOV, same, 2, &result),
                     CLAU_MEASURE_OK);
    assert_true(result.statistic == 0.0 && result.p == 1.0);
    assert_int_equal(clau_standardised_difference(&same[0], &same[1], &difference),
                     CLAU_MEASURE_CONSTANT);
    assert_int_equal(clau_cliff(&same[0], &same[1], 0.95, &cliff), CLAU_MEASURE_OK);
    assert_true(cliff.delta == 0.0);

    assert_int_equal(clau_test_anova(single, 2, &result), CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_cliff(&single[0], &single[1], 0.95, &cliff), CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_cliff(&apart[0], &apart[1], 1.0, &cliff), CLAU_MEASURE_BAD_PROBABILITY);
    assert_int_equal(clau_standardised_difference(&single[0], &single[1], &difference),
                     CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_test_anova(apart, 1, &result), CLAU_MEASURE_BAD_GROUPS);
    assert_int_equal(clau_test_samples(CLAU_TEST_MANN_WHITNEY, apart, 1, &result),
                     CLAU_MEASURE_BAD_GROUPS);
}

static void test_series_without_an_answer(void **state) {
    (void)state;
    const double equal[] = {0.1, 0.1, 0.1};
    const struct clau_sample constant[] = {{low, 4}, {equal, 3}}, drift[] = {{low, 1}, {high, 4}};
    struct clau_test_result result;
    struct clau_effective_sample effective[2];
    for (int reduction = CLAU_REDUCE_THIN; reduction <= CLAU_REDUCE_BLOCK_MEANS; reduction++) {
        assert_int_equal(clau_test_series(CLAU_TEST_ANOVA, (enum clau_reduction)reduction, constant,
                                          2, &result, effective),
                         CLAU_MEASURE_CONSTANT);
        assert_int_equal(clau_test_series(CLAU_TEST_ANOVA, (enum clau_reduction)reduction, drift, 2,
                                          &result, effective),
                         CLAU_MEASURE_CONSTANT); // one value does not vary
        assert_int_equal(clau_test_series(CLAU_TEST_ANOVA, (enum clau_reduction)reduction, drift, 0,
                                          &result, effective),
                         CLAU_MEASURE_BAD_GROUPS);
    }
    // A period as long as the series leaves no two blocks.
    double slow[60];
    for (int i = 0; i < 60; i++)
        slow[i] = i < 30 ? 0.0 : 1.0;
    const struct clau_sample steps[] = {{slow, 60}, {slow, 60}};
    assert_int_equal(
        clau_test_series(CLAU_TEST_ANOVA, CLAU_REDUCE_BLOCK_MEANS, steps, 2, &result, effective),
        CLAU_MEASURE_TOO_SHORT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_apart),
        cmocka_unit_test(test_effects),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_input_without_an_answer),
        cmocka_unit_test(test_series_without_an_answer),
    };
    return cmocka_run_group_tests_name("hypotheses", tests, NULL, NULL);
}
