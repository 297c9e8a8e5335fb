// SPDX-License-Identifier: GPL-3.0-or-later
// Binary processes whose transfer entropy is known, tests of the null hypothesis, and refusals.
#include "diagnostics/transfer.h"

#include <stdbool.h>

#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

enum { MOST = 40000 };

static uint32_t source[MOST], target[MOST];

static struct clau_transfer measure(const uint32_t *to, const uint32_t *from, size_t count,
                                    struct clau_transfer_options options) {
    struct clau_transfer transfer;
    assert_int_equal(clau_transfer_entropy((struct clau_symbols){to, 2},
                                           (struct clau_symbols){from, 2}, count, &options,
                                           &transfer),
                     CLAU_MEASURE_OK);
    return transfer;
}

static const struct clau_transfer_options plain = {
    .target_history = 1, .source_history = 1, .delay = 1, .estimator = CLAU_ESTIMATOR_MILLER_MADOW};

/// Fair coins X, and Y_t = X_(t-delay) xor (memory and Y_(t-1)) xor a coin that is 1 with `flip`.
static void draw(uint64_t repetition, size_t count, size_t delay, bool memory, double flip) {
    for (size_t t = 0; t < count; t++) {
        source[t] = sample_uniform(repetition, 2 * t) < 0.5;
        target[t] = (t >= delay ? source[t - delay] : 0) ^ (memory && t > 0 ? target[t - 1] : 0) ^
                    (sample_uniform(repetition, 2 * t + 1) < flip);
    }
}

static void coupled_coins(void **state) {
    (void)state;
    const double flip = 0.1, truth = log(2.0) + flip * log(flip) + (1.0 - flip) * log(1.0 - flip);
    // Deviation of ln p of a coin: sqrt(0.09) ln 9.
    const double tolerance = 4.0 * 0.3 * log(9.0) / sqrt(MOST);
    for (int memory = 0; memory < 2; memory++) {
        for (size_t delay = 1; delay <= 3; delay += 2) {
            draw(1, MOST, delay, memory, flip);
            struct clau_transfer_options options = plain;
            options.delay = delay;
            const struct clau_transfer there = measure(target, source, MOST, options);
            assert_close(there.entropy, truth, tolerance);
            assert_int_equal(there.steps, MOST - delay);
            // A longer history has nothing to add; MM takes off the bias, of the order of 1/N.
            options.target_history = options.source_history = 3;
            assert_close(measure(target, source, MOST, options).entropy, truth, tolerance + 1e-3);
            // Nothing comes back, nor from another time: chi-square of 2 degrees of freedom / 2N.
            options = plain;
            assert_close(measure(source, target, MOST, options).entropy, 0.0, 10.0 / MOST);
            options.delay = delay == 1 ? 2 : 1;
            assert_close(measure(target, source, MOST, options).entropy, 0.0, 10.0 / MOST);
            // Without the target's past, the one with memory hides its source.
            options.delay = delay;
            options.target_history = 0;
            assert_close(measure(target, source, MOST, options).entropy, memory ? 0.0 : truth,
                         tolerance);
        }
    }
}

static void noiseless(void **state) {
    (void)state;
    // Y is X one step later: the plug-in's T is the entropy of X given Y's past, to the last digit
    // that of the counts; all surrogates are below.
    draw(2, 1000, 1, false, 0.0);
    struct clau_transfer_options options = plain;
    options.estimator = CLAU_ESTIMATOR_PLUG_IN;
    options.surrogates = 99;
    const struct clau_transfer transfer = measure(target, source, 1000, options);
    assert_close(transfer.entropy, log(2.0), 0.005);
    assert_close(transfer.p_value, 0.01, 1e-15);
    assert_close(transfer.effective, transfer.entropy - transfer.surrogate_mean, 0.0);
}

static void bias_of_independent_series(void **state) {
    (void)state;
    // Fair coins: (8 - 4 - 4 + 2)/2N = 1/N for the plug-in; T is chi-square of 2 / 2N.
    enum { COUNT = 300, REPEATS = 400 };
    struct moments plug_in = {0}, corrected = {0}, effective = {0}, surrogates = {0};
    struct clau_transfer_options options = plain;
    options.surrogates = 19;
    for (size_t r = 0; r < REPEATS; r++) {
        draw(10 + r, COUNT, COUNT, false, 0.5);
        options.seed = r;
        options.estimator = CLAU_ESTIMATOR_PLUG_IN;
        const struct clau_transfer transfer = measure(target, source, COUNT, options);
        moments_add(&plug_in, transfer.entropy);
        moments_add(&effective, transfer.effective);
        moments_add(&surrogates, transfer.surrogate_deviation);
        options.estimator = CLAU_ESTIMATOR_MILLER_MADOW;
        moments_add(&corrected, measure(target, source, COUNT, options).entropy);
    }
    const double n = COUNT - 1;
    print_message("# N T of independent coins: plug-in %.3f, Miller-Madow %.3f, effective %.3f\n",
                  n * plug_in.mean, n * corrected.mean, n * effective.mean);
    assert_close(n * plug_in.mean, 1.0, 4.0 * n * moments_error(&plug_in));
    assert_close(n * corrected.mean, 0.0, 4.0 * n * moments_error(&corrected));
    assert_close(n * effective.mean, 0.0, 4.0 * n * moments_error(&effective));
    assert_close(n * surrogates.mean, 1.0, 0.1); // deviation of chi-square of 2 over 2
}

static double rejected(enum clau_surrogate kind, double stay, size_t repeats) {
    enum { COUNT = 300 };
    struct clau_transfer_options options = plain;
    options.estimator = CLAU_ESTIMATOR_PLUG_IN;
    options.surrogate = kind;
    options.surrogates = 19;
    size_t found = 0;
    for (size_t r = 0; r < repeats; r++) {
        for (size_t t = 0; t < COUNT; t++) {
            source[t] = (t > 0 && source[t - 1]) ^ (sample_uniform(1000 + r, 2 * t) >= stay);
            target[t] = (t > 0 && target[t - 1]) ^ (sample_uniform(1000 + r, 2 * t + 1) >= stay);
        }
        options.seed = r;
        found += measure(target, source, COUNT, options).p_value <= 0.05;
    }
    return (double)found / (double)repeats;
}

static void level_of_the_test(void **state) {
    (void)state;
    // p <= 0.05 in one of 20 where nothing is coupled; 4 deviations of 400 repeats: 0.044.
    const double white = rejected(CLAU_SURROGATE_SHUFFLE, 0.5, 400);
    const double shifted = rejected(CLAU_SURROGATE_SHIFT, 0.9, 400);
    print_message("# rejected at 0.05: coins shuffled %.3f, slow series shifted %.3f\n", white,
                  shifted);
    assert_close(white, 0.05, 0.044);
    assert_close(shifted, 0.05, 0.044);
}

static void repeatable(void **state) {
    (void)state;
    draw(3, 500, 1, true, 0.3);
    struct clau_transfer_options options = plain;
    options.surrogates = 20;
    const struct clau_transfer first = measure(target, source, 500, options);
    const struct clau_transfer again = measure(target, source, 500, options);
    assert_true(first.surrogate_mean == again.surrogate_mean);
    options.seed = 1;
    assert_true(measure(target, source, 500, options).surrogate_mean != first.surrogate_mean);
}

static void limits_and_refusals(void **state) {
    (void)state;
    struct clau_transfer transfer = {.entropy = 42.0};
    uint32_t zeros[50] = {0}, few[] = {0, 1, 1};
    struct clau_transfer_options options = plain;
    options.surrogates = 5;
    const struct clau_transfer constant = measure(zeros, zeros, 50, options);
    assert_close(constant.entropy, 0.0, 0.0);
    assert_close(constant.p_value, 1.0, 0.0);
    assert_close(measure(few, few, 2, options).entropy, 0.0, 0.0); // a single step
#define CODE(alphabet, count)                                                                      \
    clau_transfer_entropy((struct clau_symbols){few, alphabet}, (struct clau_symbols){few, 2},     \
                          count, &options, &transfer)
    assert_int_equal(CODE(2, 0), CLAU_MEASURE_EMPTY);
    assert_int_equal(CODE(2, 1), CLAU_MEASURE_TOO_FEW);
    assert_int_equal(CODE(1, 3), CLAU_MEASURE_BAD_SYMBOL);
    assert_int_equal(CODE(0, 3), CLAU_MEASURE_BAD_SYMBOL);
    options.delay = 0;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options.delay = SIZE_MAX;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options = plain;
    options.source_history = 0;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options.source_history = 63;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options = plain;
    options.target_history = 62;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options.target_history = 3;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_TOO_FEW);
    options = plain;
    options.surrogate = (enum clau_surrogate)2;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    options = plain;
    options.estimator = (enum clau_estimator)9;
    assert_int_equal(CODE(2, 3), CLAU_MEASURE_BAD_OPTION);
    assert_true(transfer.entropy == 42.0);
}

static void binned_series(void **state) {
    (void)state;
    // Values in [0, 1) cut at 1/2 are the coins.
    static double from[5000], to[5000];
    draw(4, 5000, 1, false, 0.2);
    for (size_t t = 0; t < 5000; t++) {
        from[t] = 0.5 * source[t] + 0.5 * sample_uniform(5, t);
        to[t] = 0.5 * target[t] + 0.5 * sample_uniform(6, t);
    }
    const struct clau_bins bins = {0.0, 1.0, 2}, none = {0.0, 1.0, 0}, low = {0.0, 0.5, 2};
    struct clau_transfer transfer;
    struct clau_transfer_options options = plain;
    assert_int_equal(clau_transfer_series(to, bins, from, bins, 5000, &options, &transfer),
                     CLAU_MEASURE_OK);
    assert_close(transfer.entropy, measure(target, source, 5000, plain).entropy, 0.0);
    transfer.entropy = 42.0;
    assert_int_equal(clau_transfer_series(to, bins, from, low, 5000, &options, &transfer),
                     CLAU_MEASURE_BAD_SYMBOL);
    assert_int_equal(clau_transfer_series(to, none, from, bins, 5000, &options, &transfer),
                     CLAU_MEASURE_BAD_BINS);
    to[7] = NAN;
    assert_int_equal(clau_transfer_series(to, bins, from, bins, 5000, &options, &transfer),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_transfer_series(to, bins, from, bins, 0, &options, &transfer),
                     CLAU_MEASURE_EMPTY);
    assert_true(transfer.entropy == 42.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coupled_coins),
        cmocka_unit_test(noiseless),
        cmocka_unit_test(bias_of_independent_series),
        cmocka_unit_test(level_of_the_test),
        cmocka_unit_test(repeatable),
        cmocka_unit_test(limits_and_refusals),
        cmocka_unit_test(binned_series),
    };
    return cmocka_run_group_tests_name("diagnostics-transfer", tests, NULL, NULL);
}
