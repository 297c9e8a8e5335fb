// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/complexity.h"

#include "tests/approx.h"

static struct clau_complexity measure(const double *weights, size_t count) {
    struct clau_complexity result;
    assert_int_equal(clau_complexity(weights, count, &result), CLAU_MEASURE_OK);
    return result;
}

static void order_and_disorder(void **state) {
    (void)state;
    double equal[720], single[720] = {0.0};
    single[300] = 1e-200;
    for (size_t i = 0; i < 720; i++)
        equal[i] = 3.0;
    const struct clau_complexity disorder = measure(equal, 720), order = measure(single, 720);
    assert_close(disorder.entropy, 1.0, 1e-15);
    assert_close(disorder.jensen_shannon, 0.0, 1e-30);
    assert_close(disorder.lmc, 0.0, 1e-30);
    assert_close(order.entropy, 0.0, 0.0);
    assert_close(order.jensen_shannon, 0.0, 0.0);
    assert_close(order.lmc, 0.0, 0.0);
}

static void two_states(void **state) {
    (void)state;
    // n = 2, Q = 1 / (ln 2 - ln(3/2)/2 - ln(3)/4) and J of (p, 1-p) with (1/2, 1/2) by hand.
    const double weights[] = {3.0, 1.0}, p = 0.75;
    const double h = -(p * log(p) + 0.25 * log(0.25)) / log(2.0);
    const double mixed = -(0.625 * log(0.625) + 0.375 * log(0.375));
    const double divergence = mixed - 0.5 * h * log(2.0) - 0.5 * log(2.0);
    const double most = log(2.0) - 0.5 * log(1.5) - 0.25 * log(3.0);
    const struct clau_complexity result = measure(weights, 2);
    assert_close(result.entropy, h, 1e-15);
    assert_close(result.jensen_shannon, h * divergence / most, 1e-15);
    assert_close(result.lmc, h * 0.125, 1e-15);
}

static void refusals(void **state) {
    (void)state;
    struct clau_complexity result = {.entropy = 42.0};
    const double bad[] = {1.0, NAN}, negative[] = {1.0, -1.0}, zeros[] = {0.0, 0.0}, one[] = {1.0};
    assert_int_equal(clau_complexity(one, 0, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_complexity(one, 1, &result), CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_complexity(bad, 2, &result), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_complexity(negative, 2, &result), CLAU_MEASURE_NEGATIVE);
    assert_int_equal(clau_complexity(zeros, 2, &result), CLAU_MEASURE_ZERO_SUM);
    assert_true(result.entropy == 42.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_disorder),
        cmocka_unit_test(two_states),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-complexity", tests, NULL, NULL);
}
