// SPDX-License-Identifier: GPL-3.0-or-later
// Estimates of known distributions' entropies: bias, scatter, limits and refusals.
#include "diagnostics/estimators.h"

#include "diagnostics/entropy.h"
#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

enum { ESTIMATORS = CLAU_ESTIMATOR_CHAO_SHEN + 1, STATES = 30 };

static double estimate(const double *counts, size_t states, int estimator, double *error) {
    double entropy = NAN;
    assert_int_equal(
        clau_entropy_estimate(counts, states, (enum clau_estimator)estimator, &entropy, error),
        CLAU_MEASURE_OK);
    return entropy;
}

static void equal_counts(void **state) {
    (void)state;
    const double counts[] = {0.0, 3.0, 3.0, 0.0, 3.0, 3.0}, gamma = 0.57721566490153286061;
    assert_close(estimate(counts, 6, CLAU_ESTIMATOR_PLUG_IN, NULL), log(4.0), 1e-15);
    assert_close(estimate(counts, 6, CLAU_ESTIMATOR_MILLER_MADOW, NULL), log(4.0) + 0.125, 1e-15);
    // G(3) = G(2) = 2 - gamma - ln 2.
    assert_close(estimate(counts, 6, CLAU_ESTIMATOR_GRASSBERGER, NULL),
                 log(12.0) - 2.0 + gamma + log(2.0), 1e-15);
    // No state was found once: C = 1.
    assert_close(estimate(counts, 6, CLAU_ESTIMATOR_CHAO_SHEN, NULL),
                 log(4.0) / (1.0 - pow(0.75, 12.0)), 1e-14);
}

static void large_counts(void **state) {
    (void)state;
    // With 10^12 a state there is nothing to correct: G(n) = ln n + O(1/n^2) here.
    const double counts[] = {1e12, 2e12, 3e12, 1e12 + 1.0};
    double plug_in, error;
    assert_int_equal(clau_entropy_shannon(counts, 4, &plug_in), CLAU_MEASURE_OK);
    for (int e = 0; e < ESTIMATORS; e++) {
        assert_close(estimate(counts, 4, e, &error), plug_in, 1e-11);
        assert_true(error < 1e-6);
    }
    // psi's sum and its series meet at n = 64: G(n) - ln n changes little from 62 to 66.
    double apart[3];
    for (int k = 0; k < 3; k++) {
        const double n = 62.0 + 2.0 * k, pair[] = {n, n};
        apart[k] = log(2.0 * n) - estimate(pair, 2, CLAU_ESTIMATOR_GRASSBERGER, NULL) - log(n);
        assert_close(apart[k], 1.0 / (6.0 * n * n), 1e-8);
    }
}

static const char *const names[] = {"uniform", "geometric", "Zipf"};

static void fill_shares(size_t kind, double shares[STATES]) {
    double sum = 0.0;
    for (size_t i = 0; i < STATES; i++) {
        const double by_rank[] = {1.0, pow(0.7, (double)i), 1.0 / (double)(i + 1)};
        sum += shares[i] = by_rank[kind];
    }
    for (size_t i = 0; i < STATES; i++)
        shares[i] /= sum;
}

/// Expectation of n ln n of a binomial variable, by its distribution.
static double mean_log(size_t size, double p) {
    double sum = 0.0;
    for (size_t n = 1; n <= size; n++) {
        const double k = (double)n, rest = (double)(size - n);
        const double log_choices =
            lgamma((double)size + 1.0) - lgamma(k + 1.0) - lgamma(rest + 1.0);
        sum += exp(log_choices + k * log(p) + rest * log1p(-p)) * k * log(k);
    }
    return sum;
}

static void bias_and_scatter(void **state) {
    (void)state;
    enum { SIZE = 60, REPEATS = 4000 };
    double shares[STATES], counts[STATES];
    for (size_t kind = 0; kind < 3; kind++) {
        fill_shares(kind, shares);
        double truth, expected = log(SIZE);
        assert_int_equal(clau_entropy_shannon(shares, STATES, &truth), CLAU_MEASURE_OK);
        for (size_t i = 0; i < STATES; i++)
            expected -= mean_log(SIZE, shares[i]) / SIZE;
        struct moments found[ESTIMATORS] = {0}, error[ESTIMATORS] = {0};
        for (size_t r = 0; r < REPEATS; r++) {
            sample_counts(shares, STATES, SIZE, r, counts);
            for (int e = 0; e < ESTIMATORS; e++) {
                double one;
                moments_add(&found[e], estimate(counts, STATES, e, &one));
                moments_add(&error[e], one * one);
            }
        }
        // The plug-in's bias is known exactly; 4.5 standard errors.
        const double tolerance = 4.5 * moments_error(&found[0]);
        assert_close(found[0].mean, expected, tolerance);
        for (int e = 0; e < ESTIMATORS; e++) {
            const double ratio = sqrt(error[e].mean) / moments_deviation(&found[e]);
            print_message("# %s, estimator %d: bias %+.4f, deviation %.4f, error/deviation "
                          "%.3f\n",
                          names[kind], e, found[e].mean - truth, moments_deviation(&found[e]),
                          ratio);
            // What they are for: at most half of the plug-in's bias.
            if (e > 0)
                assert_true(fabs(found[e].mean - truth) < 0.5 * fabs(found[0].mean - truth));
            // The jackknife's variance is too large rather than too small (Efron and Stein), by
            // most for the uniform distribution, where the scatter is of second order in 1/sqrt(N).
            assert_true(ratio > 0.9 && ratio < (kind == 0 ? 1.65 : 1.25));
        }
    }
}

static void errors_are_the_delta_method_of_many(void **state) {
    (void)state;
    const double counts[] = {50000.0, 30000.0, 20000.0};
    double entropy, second = 0.0;
    assert_int_equal(clau_entropy_shannon(counts, 3, &entropy), CLAU_MEASURE_OK);
    for (size_t i = 0; i < 3; i++)
        second += counts[i] / 1e5 * pow(log(counts[i] / 1e5), 2.0);
    const double expected = sqrt((second - entropy * entropy) / 1e5);
    for (int e = 0; e < ESTIMATORS; e++) {
        double error;
        estimate(counts, 3, e, &error);
        assert_relative(error, expected, 1e-4); // they differ by O(1/N)
    }
}

static void limits(void **state) {
    (void)state;
    const double one[] = {0.0, 1.0}, alone[] = {8.0}, singles[] = {1.0, 1.0, 1.0, 1.0};
    const double of_one[] = {0.0, 0.0, log(2.0) + 0.57721566490153286061, 0.0};
    double error;
    for (int e = 0; e < ESTIMATORS; e++) {
        assert_close(estimate(one, 2, e, NULL), of_one[e], 1e-15);
        if (e != CLAU_ESTIMATOR_GRASSBERGER)
            assert_close(estimate(alone, 1, e, &error), 0.0, 0.0);
        estimate(alone, 1, e, &error);
        assert_close(error, 0.0, 1e-14);
    }
    // C = 1/N: q = 1/16 each.
    assert_close(estimate(singles, 4, CLAU_ESTIMATOR_CHAO_SHEN, &error),
                 0.25 * log(16.0) / (1.0 - pow(15.0 / 16.0, 4.0)), 1e-14);
    assert_true(isfinite(error));
}

static void refusals(void **state) {
    (void)state;
    const double good[] = {1.0, 2.0}, half[] = {1.5, 2.0}, negative[] = {-1.0, 2.0};
    const double bad[] = {NAN, 1.0}, infinite[] = {INFINITY, 1.0}, zeros[] = {0.0, -0.0};
    const double huge[] = {0x1p53, 1.0}, one[] = {1.0, 0.0};
    double entropy = 42.0, error = 42.0;
    for (int e = 0; e < ESTIMATORS; e++) {
#define CODE(counts, n) clau_entropy_estimate(counts, n, (enum clau_estimator)e, &entropy, &error)
        assert_int_equal(CODE(good, 0), CLAU_MEASURE_EMPTY);
        assert_int_equal(CODE(half, 2), CLAU_MEASURE_NOT_A_COUNT);
        assert_int_equal(CODE(huge, 2), CLAU_MEASURE_NOT_A_COUNT);
        assert_int_equal(CODE(negative, 2), CLAU_MEASURE_NEGATIVE);
        assert_int_equal(CODE(bad, 2), CLAU_MEASURE_NOT_A_NUMBER);
        assert_int_equal(CODE(infinite, 2), CLAU_MEASURE_INFINITE);
        assert_int_equal(CODE(zeros, 2), CLAU_MEASURE_ZERO_SUM);
        assert_int_equal(CODE(one, 2), CLAU_MEASURE_TOO_FEW);
    }
    assert_int_equal(clau_entropy_estimate(good, 2, (enum clau_estimator)4, &entropy, &error),
                     CLAU_MEASURE_BAD_OPTION);
    assert_true(entropy == 42.0 && error == 42.0);
    assert_int_equal(clau_entropy_estimate(half, 2, CLAU_ESTIMATOR_PLUG_IN, &entropy, NULL),
                     CLAU_MEASURE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_counts),     cmocka_unit_test(large_counts),
        cmocka_unit_test(bias_and_scatter), cmocka_unit_test(errors_are_the_delta_method_of_many),
        cmocka_unit_test(limits),           cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-estimators", tests, NULL, NULL);
}
