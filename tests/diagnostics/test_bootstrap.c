// SPDX-License-Identifier: GPL-3.0-or-later
// Error bars against known ones, coverage of intervals, convergence with the number of samples.
#include "diagnostics/bootstrap.h"

#include "diagnostics/entropy.h"
#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

enum { MOST = 20000, STATES = 20 };

static enum clau_measure_status mean_of(const void *context, const size_t *numbers, size_t count,
                                        double *value) {
    const double *values = context;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[numbers[i]];
    *value = sum / (double)count;
    return CLAU_MEASURE_OK;
}

/// Plug-in entropy of values that are states.
static enum clau_measure_status entropy_of(const void *context, const size_t *numbers, size_t count,
                                           double *value) {
    const double *values = context;
    double counts[STATES] = {0.0};
    for (size_t i = 0; i < count; i++)
        counts[(size_t)values[numbers[i]]] += 1.0;
    return clau_entropy_shannon(counts, STATES, value);
}

static double values[MOST];

static struct clau_bootstrap bootstrap(clau_sample_measure *measure, size_t count,
                                       size_t repetitions, size_t block, uint64_t seed) {
    const struct clau_bootstrap_options options = {repetitions, block, 0.95, seed};
    struct clau_bootstrap result;
    assert_int_equal(clau_bootstrap(measure, values, count, &options, &result), CLAU_MEASURE_OK);
    return result;
}

static void error_of_a_mean(void **state) {
    (void)state;
    enum { COUNT = 500 };
    clau_random_fill_normal((struct clau_random_key){1, 0}, 0, 0, 0, COUNT, values);
    struct moments moments = {0};
    for (size_t i = 0; i < COUNT; i++)
        moments_add(&moments, values[i]);
    const struct clau_bootstrap result = bootstrap(mean_of, COUNT, 4000, 1, 0);
    // The bootstrap's own expectation has n for n - 1; 4000 resamples give it to 1.1 %.
    assert_close(result.estimate, moments.mean, 1e-15);
    assert_relative(result.standard_error, moments_error(&moments), 0.045);
    assert_close(result.bias, 0.0, 4.0 * result.standard_error / sqrt(4000.0));
    assert_close(result.upper - result.lower, 2.0 * 1.96 * moments_error(&moments), 0.008);
    assert_true(result.lower < result.estimate && result.estimate < result.upper);
    const struct clau_bootstrap again = bootstrap(mean_of, COUNT, 4000, 1, 0);
    assert_memory_equal(&again, &result, sizeof result);
    assert_true(bootstrap(mean_of, COUNT, 4000, 1, 1).standard_error != result.standard_error);
}

static void blocks_of_a_series(void **state) {
    (void)state;
    // x_t = phi x_(t-1) + noise: the mean's variance is s^2 (1 + phi)/(1 - phi) / n.
    const double phi = 0.8;
    clau_random_fill_normal((struct clau_random_key){2, 0}, 0, 0, 0, MOST, values);
    for (size_t t = 1; t < MOST; t++)
        values[t] += phi * values[t - 1];
    const double truth = 1.0 / (1.0 - phi) / sqrt(MOST);
    const double alone = bootstrap(mean_of, MOST, 400, 1, 0).standard_error;
    const double blocks = bootstrap(mean_of, MOST, 400, 100, 0).standard_error;
    print_message("# error of a correlated series' mean, expected %.5f: one by one %.5f, in blocks "
                  "%.5f\n",
                  truth, alone, blocks);
    // 200 blocks give a deviation to 5 %, and 400 resamples to 3.5 %; blocks of 100 lose
    // phi/(1 - phi^2)/100 of the variance, 2 %. Four deviations.
    assert_relative(blocks, truth, 0.25);
    assert_relative(alone, truth / 3.0, 0.15); // sqrt((1 - phi)/(1 + phi)) = 1/3
}

static void intervals_cover(void **state) {
    (void)state;
    // Geometric distribution with a plug-in bias of (20 - 1)/2N, half of the standard error.
    enum { COUNT = 300, REPEATS = 200 };
    double shares[STATES], sum = 0.0, truth;
    for (size_t i = 0; i < STATES; i++)
        sum += shares[i] = pow(0.75, (double)i);
    for (size_t i = 0; i < STATES; i++)
        shares[i] /= sum;
    assert_int_equal(clau_entropy_shannon(shares, STATES, &truth), CLAU_MEASURE_OK);
    size_t covered = 0;
    for (size_t r = 0; r < REPEATS; r++) {
        for (size_t i = 0; i < COUNT; i++)
            values[i] = (double)sample_state(shares, STATES, sample_uniform(50 + r, i));
        const struct clau_bootstrap result = bootstrap(entropy_of, COUNT, 400, 1, r);
        covered += result.lower <= truth && truth <= result.upper;
    }
    print_message("# 95 %% intervals that hold the entropy: %zu of %d\n", covered, REPEATS);
    assert_in_range(covered, 180, 198);
}

static void convergence(void **state) {
    (void)state;
    for (size_t i = 0; i < MOST; i++)
        values[i] = floor(STATES * sample_uniform(7, i));
    for (int random = 0; random < 2; random++) {
        struct clau_consistency result;
        assert_int_equal(clau_consistency(entropy_of, values, MOST, random, 3, &result),
                         CLAU_MEASURE_OK);
        print_message("# slope %.2f, expected -9.5; limit - ln 20 %.1e; error %.1e\n", result.slope,
                      result.limit - log(STATES), result.standard_error);
        // A subset's entropy is ln 20 - chi-square of 19 / 2n: mean -9.5, deviation 3.08 over n.
        // The slope comes mainly from the eight subsets of N/8, less the whole's: 3.08/sqrt(8) and
        // the whole's own 3.08/8, 1.16 together; four of them.
        assert_close(result.slope, -9.5, 4.6);
        assert_close(result.limit, log(STATES), 4.0 * 3.08 / MOST * 1.5);
        assert_close(result.mean[0], log(STATES) - 9.5 / 2500.0, 4.0 * 3.08 / 2500.0 / sqrt(8.0));
        assert_int_equal(result.size[0], 2500);
        assert_int_equal(result.size[3], MOST);
    }
}

static enum clau_measure_status refuse_repeated(const void *context, const size_t *numbers,
                                                size_t count, double *value) {
    (void)context;
    *value = 0.0;
    for (size_t i = 1; i < count; i++)
        if (numbers[i] <= numbers[i - 1])
            return CLAU_MEASURE_ZERO_SUM;
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status not_a_number(const void *context, const size_t *numbers,
                                             size_t count, double *value) {
    (void)context;
    (void)numbers;
    *value = (double)count / 0.0;
    return CLAU_MEASURE_OK;
}

static void refusals(void **state) {
    (void)state;
    struct clau_bootstrap result = {.estimate = 42.0};
    struct clau_consistency consistency = {.slope = 42.0};
    const struct clau_bootstrap_options good = {10, 2, 0.9, 0};
    const struct clau_bootstrap_options bad[] = {
        {1, 2, 0.9, 0},  {10, 0, 0.9, 0}, {10, 21, 0.9, 0},
        {10, 2, 0.0, 0}, {10, 2, 1.0, 0}, {10, 2, NAN, 0},
    };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
        assert_int_equal(clau_bootstrap(mean_of, values, 20, &bad[k], &result),
                         CLAU_MEASURE_BAD_OPTION);
    assert_int_equal(clau_bootstrap(mean_of, values, 0, &good, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_bootstrap(refuse_repeated, values, 20, &good, &result),
                     CLAU_MEASURE_ZERO_SUM);
    assert_int_equal(clau_bootstrap(not_a_number, values, 20, &good, &result),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_consistency(mean_of, values, 0, true, 0, &consistency),
                     CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_consistency(mean_of, values, 15, true, 0, &consistency),
                     CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_consistency(refuse_repeated, values, 99, true, 0, &consistency),
                     CLAU_MEASURE_ZERO_SUM);
    assert_int_equal(clau_consistency(not_a_number, values, 99, true, 0, &consistency),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_true(result.estimate == 42.0 && consistency.slope == 42.0);
    // One sample, and all equal: no scatter.
    values[0] = values[1] = values[2] = 3.0;
    const struct clau_bootstrap one = bootstrap(mean_of, 1, 10, 1, 0);
    assert_true(one.standard_error == 0.0 && one.lower == 3.0 && one.upper == 3.0);
    assert_true(bootstrap(mean_of, 3, 10, 2, 0).standard_error == 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_of_a_mean), cmocka_unit_test(blocks_of_a_series),
        cmocka_unit_test(intervals_cover), cmocka_unit_test(convergence),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-bootstrap", tests, NULL, NULL);
}
