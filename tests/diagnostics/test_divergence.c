// SPDX-License-Identifier: GPL-3.0-or-later
// Divergences with closed forms, of distributions far apart and close, and refusals.
#include "diagnostics/divergence.h"

#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

static double kullback(const double *p, const double *q, size_t count) {
    double result = NAN;
    assert_int_equal(clau_divergence_kullback_leibler(p, q, count, &result), CLAU_MEASURE_OK);
    return result;
}

static double jensen(const double *p, const double *q, size_t count) {
    double result = NAN;
    assert_int_equal(clau_divergence_jensen_shannon(p, q, count, &result), CLAU_MEASURE_OK);
    return result;
}

static void geometric(void **state) {
    (void)state;
    // p_k ~ a^k, q_k ~ b^k: D = ln[(1-a)/(1-b)] + a/(1-a) ln(a/b). 400 states: 0.7^400 = 1e-62.
    enum { COUNT = 400 };
    const double a = 0.5, b = 0.7;
    double p[COUNT], q[COUNT];
    for (size_t k = 0; k < COUNT; k++) {
        p[k] = 9.0 * pow(a, (double)k); // need not be normalised
        q[k] = pow(b, (double)k);
    }
    assert_relative(kullback(p, q, COUNT), log((1.0 - a) / (1.0 - b)) + a / (1.0 - a) * log(a / b),
                    1e-14);
    assert_relative(kullback(q, p, COUNT), log((1.0 - b) / (1.0 - a)) + b / (1.0 - b) * log(b / a),
                    1e-13);
}

static void apart_and_equal(void **state) {
    (void)state;
    const double left[] = {1.0, 3.0, 0.0, 0.0}, right[] = {0.0, 0.0, 5.0, 1.0};
    assert_close(jensen(left, right, 4), log(2.0), 1e-15);
    assert_close(jensen(left, left, 4), 0.0, 0.0);
    assert_close(kullback(left, left, 4), 0.0, 0.0);
    const double scaled[] = {3.0, 9.0, 0.0, 0.0};
    assert_close(jensen(left, scaled, 4), 0.0, 1e-32);
    // Half of the states in common: p = (1/2, 1/2, 0), q = (0, 1/2, 1/2) gives ln(2)/2.
    const double p[] = {1.0, 1.0, 0.0}, q[] = {0.0, 1.0, 1.0};
    assert_close(jensen(p, q, 3), 0.5 * log(2.0), 1e-15);
    // D(p|q) = p ln(p/q) to the smallest numbers.
    const double tiny[] = {1e-310, 1.0}, even[] = {1.0, 1.0};
    assert_close(kullback(tiny, even, 2), log(2.0), 1e-15);
    assert_close(kullback(even, tiny, 2), 0.5 * (log(0.25) - log(1e-310)), 1e-12);
}

static void root_is_a_metric(void **state) {
    (void)state;
    double w[3][7];
    for (size_t r = 0; r < 300; r++) {
        for (size_t k = 0; k < 21; k++)
            w[k / 7][k % 7] = pow(sample_uniform(r, k), 4.0);
        const double ab = sqrt(jensen(w[0], w[1], 7)), bc = sqrt(jensen(w[1], w[2], 7));
        assert_true(sqrt(jensen(w[0], w[2], 7)) <= ab + bc + 1e-15);
        assert_close(jensen(w[1], w[0], 7), ab * ab, 1e-15);
        // Pinsker: D >= 2 TV^2, in nats (sum |p - q|)^2 / 2.
        double p = 0.0, q = 0.0, apart = 0.0;
        for (size_t k = 0; k < 7; k++) {
            p += w[0][k];
            q += w[1][k];
        }
        for (size_t k = 0; k < 7; k++)
            apart += fabs(w[0][k] / p - w[1][k] / q);
        assert_true(kullback(w[0], w[1], 7) >= 0.5 * apart * apart);
    }
}

static void refusals(void **state) {
    (void)state;
    const double good[] = {1.0, 2.0}, gap[] = {1.0, 0.0}, zeros[] = {0.0, 0.0};
    const double bad[] = {NAN, 1.0}, negative[] = {-1.0, 2.0}, infinite[] = {INFINITY, 1.0};
    double result = 42.0;
    assert_int_equal(clau_divergence_kullback_leibler(good, gap, 2, &result),
                     CLAU_MEASURE_NOT_DOMINATED);
    typedef enum clau_measure_status divergence(const double *, const double *, size_t, double *);
    divergence *const both[] = {clau_divergence_kullback_leibler, clau_divergence_jensen_shannon};
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(both[k](good, good, 0, &result), CLAU_MEASURE_EMPTY);
        assert_int_equal(both[k](zeros, good, 2, &result), CLAU_MEASURE_ZERO_SUM);
        assert_int_equal(both[k](good, zeros, 2, &result), CLAU_MEASURE_ZERO_SUM);
        assert_int_equal(both[k](good, bad, 2, &result), CLAU_MEASURE_NOT_A_NUMBER);
        assert_int_equal(both[k](negative, good, 2, &result), CLAU_MEASURE_NEGATIVE);
        assert_int_equal(both[k](good, infinite, 2, &result), CLAU_MEASURE_INFINITE);
    }
    assert_true(result == 42.0);
    assert_close(kullback(gap, good, 2), log(3.0), 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geometric),
        cmocka_unit_test(apart_and_equal),
        cmocka_unit_test(root_is_a_metric),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-divergence", tests, NULL, NULL);
}
