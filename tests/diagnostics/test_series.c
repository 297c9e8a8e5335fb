// SPDX-License-Identifier: GPL-3.0-or-later
// Closed forms, published values, and input without an answer. check_series.py compares with direct
// sums over all pairs.
#include <stdlib.h>
#include <string.h>

#include "diagnostics/autocorrelation.h"
#include "diagnostics/entropy.h"
#include "diagnostics/false_neighbours.h"
#include "diagnostics/lempel_ziv.h"
#include "diagnostics/ordinal.h"
#include "diagnostics/power_spectrum.h"
#include "diagnostics/reconstruction.h"
#include "diagnostics/sample_entropy.h"
#include "numerics/random.h"
#include "tests/approx.h"

enum { LONG = 100000 };

static double series[LONG];

static void fill_noise(uint64_t seed) {
    clau_random_fill_normal((struct clau_random_key){seed, 0}, 0, 0, 0, LONG, series);
}

static void fill_logistic(void) {
    series[0] = 0.3;
    for (size_t i = 1; i < LONG; i++)
        series[i] = 4.0 * series[i - 1] * (1.0 - series[i - 1]);
}

static void test_published_ordinal_patterns(void **state) {
    (void)state;
    // C. Bandt, B. Pompe 2002: four rises and two falls; patterns 012, 021, 201, 120 ...
    const double x[] = {4.0, 7.0, 9.0, 10.0, 6.0, 11.0, 3.0};
    double entropy, weights[6];
    assert_int_equal(clau_permutation_entropy(x, 7, 2, 1, false, &entropy, NULL), CLAU_MEASURE_OK);
    assert_relative(entropy, -(4.0 * log(4.0 / 6.0) + 2.0 * log(2.0 / 6.0)) / 6.0, 1e-15);
    assert_close(entropy / M_LN2, 0.918, 5e-4); // as printed
    assert_int_equal(clau_permutation_entropy(x, 7, 3, 1, false, &entropy, NULL), CLAU_MEASURE_OK);
    assert_close(entropy / M_LN2, 1.522, 5e-4);
    const double expected[] = {2.0, 0.0, 1.0, 2.0, 0.0, 0.0};
    assert_int_equal(clau_ordinal_distribution(x, 7, 3, 1, false, weights), CLAU_MEASURE_OK);
    assert_memory_equal(weights, expected, sizeof expected);
}

static void test_forbidden_pattern(void **state) {
    (void)state;
    // x > 3/4 comes down, and below it goes up, so that nothing falls twice. Of the invariant
    // density 1/(pi sqrt(x(1-x))) 1/3 is above 3/4: the share of falls.
    fill_logistic();
    double pairs[2], triples[6];
    assert_int_equal(clau_ordinal_distribution(series, LONG, 2, 1, false, pairs), CLAU_MEASURE_OK);
    assert_int_equal(clau_ordinal_distribution(series, LONG, 3, 1, false, triples),
                     CLAU_MEASURE_OK);
    assert_true(triples[5] == 0.0);
    // Falls do not follow each other: their scatter is below that of independent ones.
    assert_close(pairs[1] / (LONG - 1), 1.0 / 3.0, 4.0 * sqrt(2.0 / 9.0 / LONG));
}

static void test_noise_has_all_patterns(void **state) {
    (void)state;
    fill_noise(1);
    for (int weighted = 0; weighted < 2; weighted++) {
        for (int order = 2; order <= 7; order++) {
            double normalised;
            assert_int_equal(
                clau_permutation_entropy(series, LONG, order, 3, weighted == 1, NULL, &normalised),
                CLAU_MEASURE_OK);
            // 1 less the bias, (m!-1)/2/N, and as much again.
            const double bias = 0.5 * (double)clau_ordinal_pattern_count(order) / LONG;
            assert_true(normalised <= 1.0);
            // Patterns of three and more have unequal mean variances.
            if (weighted == 0 || order == 2)
                assert_close(normalised, 1.0, 4.0 * bias + 1e-4);
        }
    }
}

static void test_ties_come_first(void **state) {
    (void)state;
    const double steps[] = {1.0, 1.0, 0.0, 0.0}, expected[] = {2.0, 1.0};
    double weights[2];
    assert_int_equal(clau_ordinal_distribution(steps, 4, 2, 1, false, weights), CLAU_MEASURE_OK);
    assert_memory_equal(weights, expected, sizeof expected);
    // Weighted by their variances equal values do not count: the fall alone is left.
    assert_int_equal(clau_ordinal_distribution(steps, 4, 2, 1, true, weights), CLAU_MEASURE_OK);
    assert_true(weights[0] == 0.0 && weights[1] > 0.0);
}

static void test_sample_entropy_of_noise(void **state) {
    (void)state;
    // Independent normal values match with p = P(|x - y| <= r) = erf(r/2), whatever came before:
    // SampEn = -ln p for every length.
    fill_noise(2);
    const double expected = -log(erf(0.1));
    for (size_t length = 1; length <= 3; length++) {
        struct clau_sample_entropy result;
        assert_int_equal(clau_sample_entropy(series, 20000, length, 0.2, &result), CLAU_MEASURE_OK);
        // sqrt(1/A) for the count, and the scatter of p over series, 2 sqrt(var p(x)/N)/p, which
        // is about 2 * 0.5/sqrt(N).
        const double error = 1.0 / sqrt((double)result.longer) + 1.0 / sqrt(20000.0);
        assert_close(result.entropy, expected, 4.0 * error);
    }
    // Of the logistic map at r = 4 the entropy rate is ln 2; a finite r sees a little less or more.
    fill_logistic();
    struct clau_sample_entropy result;
    assert_int_equal(clau_sample_entropy(series, 10000, 4, 0.01, &result), CLAU_MEASURE_OK);
    assert_close(result.entropy, M_LN2, 0.05);
}

static void test_spectral_entropy_limits(void **state) {
    (void)state;
    double normalised, entropy;
    for (int i = 0; i < 1024; i++)
        series[i] = 5.0 + sin(2.0 * M_PI * 7.0 * i / 1024.0);
    assert_int_equal(
        clau_spectral_entropy(series, 1024, 1024, CLAU_WINDOW_NONE, &entropy, &normalised),
        CLAU_MEASURE_OK);
    assert_close(entropy, 0.0, 1e-12);
    // The window spreads a line to shares of 1/6, 4/6, 1/6 of the power.
    assert_int_equal(
        clau_spectral_entropy(series, 1024, 1024, CLAU_WINDOW_HANN, &entropy, &normalised),
        CLAU_MEASURE_OK);
    assert_close(entropy, log(6.0) - 2.0 / 3.0 * log(4.0), 1e-12);
    // Powers of white noise are exponential, with -<u ln u> = -(1 - 0.5772).
    fill_noise(3);
    const double euler = 0.57721566490153286;
    assert_int_equal(
        clau_spectral_entropy(series, LONG, LONG, CLAU_WINDOW_NONE, &entropy, &normalised),
        CLAU_MEASURE_OK);
    // The deviation of u ln u - u is 0.6: 4 errors of the mean of 50000.
    assert_close(entropy, log(LONG / 2.0) - (1.0 - euler), 4.0 * 0.6 / sqrt(LONG / 2.0));
    assert_int_equal(
        clau_spectral_entropy(series, LONG, 64, CLAU_WINDOW_HANN, &entropy, &normalised),
        CLAU_MEASURE_OK);
    assert_close(normalised, 1.0, 0.003);
}

static size_t phrases_of(const char *text) {
    uint8_t symbols[64];
    size_t phrases = 0;
    for (size_t i = 0; text[i] != '\0'; i++)
        symbols[i] = (uint8_t)(text[i] - '0');
    assert_int_equal(clau_lempel_ziv(symbols, strlen(text), 2, &phrases, NULL), CLAU_MEASURE_OK);
    return phrases;
}

static void test_published_phrases(void **state) {
    (void)state;
    assert_int_equal(phrases_of("0001101001000101"), 6);     // Lempel and Ziv 1976
    assert_int_equal(phrases_of("01011010001101110010"), 7); // J. M. Amigo et al. 2004
    assert_int_equal(phrases_of("1001111011000010"), 6);     // 1.0.01.1110.1100.0010
    assert_int_equal(phrases_of("0000000000"), 2);
    assert_int_equal(phrases_of("0101010101"), 3);
    // Random symbols tend to 1 as 1 + O(ln ln n/ln n), the logistic map's too.
    static uint8_t symbols[LONG];
    double normalised;
    fill_noise(4);
    assert_int_equal(clau_binarise(series, LONG, CLAU_THRESHOLD_MEDIAN, symbols), CLAU_MEASURE_OK);
    assert_int_equal(clau_lempel_ziv(symbols, LONG, 2, NULL, &normalised), CLAU_MEASURE_OK);
    assert_close(normalised, 1.03, 0.03);
}

static void test_trajectory(void **state) {
    (void)state;
    const double x[] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    const double expected[] = {0.0, 2.0, 4.0, 1.0, 3.0, 5.0};
    double points[6];
    assert_int_equal(clau_trajectory_length(6, 3, 2), 2);
    assert_int_equal(clau_trajectory_length(6, 4, 2), 0);
    assert_int_equal(clau_trajectory(x, 6, 3, 2, points), CLAU_MEASURE_OK);
    assert_memory_equal(points, expected, sizeof expected);
    // All pairs are close, all on diagonals: but the one of a single pair is no line.
    struct clau_recurrence result;
    assert_int_equal(clau_recurrence(x, 6, 1, 1, 9.0, 0, 2, &result), CLAU_MEASURE_OK);
    assert_true(result.pairs == 15 && result.rate == 1.0);
    assert_relative(result.determinism, 14.0 / 15.0, 1e-15);
}

static void test_dimension_of_noise(void **state) {
    (void)state;
    fill_noise(5);
    size_t dimension = 77;
    assert_int_equal(clau_embedding_dimension(
                         series, 2000, 1, 5, &clau_false_neighbour_limits_kennel, 0.01, &dimension),
                     CLAU_MEASURE_NO_MINIMUM);
    assert_int_equal(dimension, 77);
    fill_logistic(); // x_(i+1) is a function of x_i
    assert_int_equal(clau_embedding_dimension(
                         series, 5000, 1, 5, &clau_false_neighbour_limits_kennel, 0.01, &dimension),
                     CLAU_MEASURE_OK);
    assert_int_equal(dimension, 1);
}

/// What every measure says to the same series.
static void check_all(const double *x, size_t count, const enum clau_measure_status expected[9]) {
    double numbers[5040];
    size_t size;
    static uint8_t symbols[64];
    struct clau_sample_entropy sample;
    struct clau_autocorrelation_time time;
    struct clau_recurrence recurrence;
    const enum clau_measure_status found[9] = {
        clau_permutation_entropy(x, count, 3, 1, false, numbers, NULL),
        clau_permutation_entropy(x, count, 3, 1, true, numbers, NULL),
        clau_sample_entropy_relative(x, count, 2, 0.2, 1, &sample),
        clau_spectral_entropy(x, count, count, CLAU_WINDOW_NONE, numbers, NULL),
        clau_binarise(x, count, CLAU_THRESHOLD_MEAN, symbols),
        clau_autocorrelation_time(x, count, &time),
        clau_embedding_delay(x, count, 4, 3, &size),
        clau_false_neighbours(x, count, 1, 2, &clau_false_neighbour_limits_kennel, numbers),
        clau_recurrence(x, count, 2, 1, 0.5, 0, 2, &recurrence),
    };
    for (int k = 0; k < 9; k++) {
        if (found[k] != expected[k])
            print_error("measure %d: %s\n", k, clau_measure_status_text(found[k]));
        assert_int_equal(found[k], expected[k]);
    }
}

#define ALL(status)                                                                                \
    { status, status, status, status, status, status, status, status, status }

static void test_input_without_an_answer(void **state) {
    (void)state;
    const enum clau_measure_status empty[9] = ALL(CLAU_MEASURE_EMPTY);
    const enum clau_measure_status nan[9] = ALL(CLAU_MEASURE_NOT_A_NUMBER);
    const enum clau_measure_status infinite[9] = ALL(CLAU_MEASURE_INFINITE);
    double x[12] = {3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0};
    check_all(x, 0, empty);
    x[5] = INFINITY;
    check_all(x, 12, infinite);
    x[7] = NAN;
    check_all(x, 12, nan);

    // All equal: the entropies that have a value are 0.
    for (int i = 0; i < 12; i++)
        x[i] = 0.1;
    const enum clau_measure_status constant[9] = {
        CLAU_MEASURE_OK,       CLAU_MEASURE_ZERO_SUM, CLAU_MEASURE_OK,
        CLAU_MEASURE_CONSTANT, CLAU_MEASURE_OK,       CLAU_MEASURE_CONSTANT,
        CLAU_MEASURE_CONSTANT, CLAU_MEASURE_CONSTANT, CLAU_MEASURE_OK};
    check_all(x, 12, constant);
    double entropy = 77.0;
    struct clau_sample_entropy sample;
    clau_permutation_entropy(x, 12, 3, 1, false, &entropy, NULL);
    assert_true(entropy == 0.0);
    clau_sample_entropy_relative(x, 12, 2, 0.2, 1, &sample);
    assert_true(sample.entropy == 0.0);

    // One value.
    const enum clau_measure_status one[9] = {
        CLAU_MEASURE_TOO_SHORT, CLAU_MEASURE_TOO_SHORT, CLAU_MEASURE_TOO_SHORT,
        CLAU_MEASURE_TOO_SHORT, CLAU_MEASURE_OK,        CLAU_MEASURE_CONSTANT,
        CLAU_MEASURE_TOO_SHORT, CLAU_MEASURE_TOO_SHORT, CLAU_MEASURE_TOO_SHORT};
    check_all(x, 1, one);
}

static void test_bad_arguments(void **state) {
    (void)state;
    const double x[8] = {1.0, 5.0, 2.0, 8.0, 3.0, 9.0, 4.0, 7.0};
    const uint8_t symbols[3] = {0, 1, 2};
    double number = 77.0;
    size_t size = 77;
    struct clau_sample_entropy sample = {.entropy = 77.0};
    struct clau_recurrence recurrence;
    const struct clau_false_neighbour_limits limits = {NAN, 2.0, 0}, wide = {15.0, 2.0, 4};
    assert_int_equal(clau_permutation_entropy(x, 8, 1, 1, false, &number, NULL),
                     CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_permutation_entropy(x, 8, 8, 1, false, &number, NULL),
                     CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_permutation_entropy(x, 8, 3, 0, false, &number, NULL),
                     CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_permutation_entropy(x, 8, 3, 4, false, &number, NULL),
                     CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_permutation_entropy(x, 8, 3, SIZE_MAX, false, &number, NULL),
                     CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_sample_entropy(x, 8, 0, 1.0, &sample), CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_sample_entropy(x, 8, 7, 1.0, &sample), CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_sample_entropy(x, 8, 2, -1.0, &sample), CLAU_MEASURE_BAD_TOLERANCE);
    assert_int_equal(clau_sample_entropy(x, 8, 2, NAN, &sample), CLAU_MEASURE_BAD_TOLERANCE);
    assert_int_equal(clau_sample_entropy(x, 8, 2, 0.5, &sample), CLAU_MEASURE_NO_MATCH);
    assert_int_equal(clau_spectral_entropy(x, 8, 9, CLAU_WINDOW_HANN, &number, NULL),
                     CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_autocorrelation(x, 8, 8, &number), CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_lempel_ziv(symbols, 3, 2, &size, NULL), CLAU_MEASURE_BAD_SYMBOL);
    assert_int_equal(clau_lempel_ziv(symbols, 3, 1, &size, NULL), CLAU_MEASURE_BAD_SYMBOL);
    assert_int_equal(clau_lempel_ziv(symbols, 0, 3, &size, NULL), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_lempel_ziv(symbols, 1, 3, &size, NULL), CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_delayed_information(x, 8, 0, 1, &number), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(clau_embedding_delay(x, 8, 4, 0, &size), CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_false_neighbours(x, 8, 1, 1, &limits, &number),
                     CLAU_MEASURE_BAD_TOLERANCE);
    assert_int_equal(clau_false_neighbours(x, 8, 1, 1, &wide, &number), CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_false_neighbours(x, 8, 0, 1, &wide, &number), CLAU_MEASURE_BAD_EMBEDDING);
    assert_int_equal(clau_recurrence(x, 8, 2, 1, NAN, 0, 2, &recurrence),
                     CLAU_MEASURE_BAD_TOLERANCE);
    assert_int_equal(clau_recurrence(x, 8, 2, 1, 1.0, 7, 2, &recurrence), CLAU_MEASURE_TOO_SHORT);
    assert_int_equal(clau_recurrence(x, 8, 0, 1, 1.0, 0, 2, &recurrence),
                     CLAU_MEASURE_BAD_EMBEDDING);
    assert_true(number == 77.0 && size == 77 && sample.entropy == 77.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_ordinal_patterns),
        cmocka_unit_test(test_forbidden_pattern),
        cmocka_unit_test(test_noise_has_all_patterns),
        cmocka_unit_test(test_ties_come_first),
        cmocka_unit_test(test_sample_entropy_of_noise),
        cmocka_unit_test(test_spectral_entropy_limits),
        cmocka_unit_test(test_published_phrases),
        cmocka_unit_test(test_trajectory),
        cmocka_unit_test(test_dimension_of_noise),
        cmocka_unit_test(test_input_without_an_answer),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
