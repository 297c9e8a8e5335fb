// SPDX-License-Identifier: GPL-3.0-or-later
// Markov chains whose entropy production is known, reversible ones, and refusals.
#include "diagnostics/irreversibility.h"

#include "diagnostics/histogram.h"
#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

enum { MOST = 200000, STATES = 6 };

static uint32_t path[MOST];

static struct clau_irreversibility measure(const uint32_t *symbols, size_t series, size_t count,
                                           size_t surrogates, uint64_t seed) {
    struct clau_irreversibility result;
    assert_int_equal(
        clau_irreversibility(symbols, series, count, STATES, surrogates, seed, &result),
        CLAU_MEASURE_OK);
    return result;
}

/// A series of the chain with these probabilities of each row.
static void draw(const double *rows, size_t states, size_t count, uint64_t repetition) {
    path[0] = 0;
    for (size_t t = 1; t < count; t++)
        path[t] = (uint32_t)sample_state(rows + path[t - 1] * states, states,
                                         sample_uniform(repetition, t));
}

static void driven_ring(void **state) {
    (void)state;
    // Three states in a ring, forth with p and back with q: S = (p - q) ln(p/q).
    const double p = 0.6, q = 0.1, stay = 0.3;
    const double rows[] = {stay, p, q, q, stay, p, p, q, stay};
    draw(rows, 3, MOST, 1);
    const struct clau_irreversibility result = measure(path, 1, MOST, 19, 0);
    const double truth = (p - q) * log(p / q);
    // The variance of the number of steps forth less back is N (p + q - (p - q)^2); that of the
    // logarithm adds as much as a factor 1 + (p - q) (1/p + 1/q) / ln(p/q) and is below 5.3.
    const double tolerance = 4.0 * 5.3 * log(p / q) * sqrt((p + q - 0.25) / MOST);
    print_message("# ring: %.5f, expected %.5f\n", result.rate, truth);
    assert_close(result.rate, truth, tolerance);
    assert_int_equal(result.states, 3);
    assert_int_equal(result.pairs, 3);
    assert_int_equal(result.cycles, 1);
    assert_close(result.p_value, 0.05, 1e-15);
}

static void two_directions_of_a_series(void **state) {
    (void)state;
    // Backwards the same steps go the other way: S does not change. Nor does it by other names.
    static uint32_t backwards[500], renamed[500];
    const double rows[] = {0.0, 0.7, 0.3, 0.2, 0.5, 0.3, 0.9, 0.05, 0.05};
    draw(rows, 3, 500, 2);
    for (size_t t = 0; t < 500; t++) {
        backwards[499 - t] = path[t];
        renamed[t] = 5 - 2 * path[t];
    }
    const double rate = measure(path, 1, 500, 0, 0).rate;
    assert_true(rate > 0.01);
    assert_relative(measure(backwards, 1, 500, 0, 0).rate, rate, 1e-14);
    assert_relative(measure(renamed, 1, 500, 0, 0).rate, rate, 1e-14);
}

static void deterministic_cycle(void **state) {
    (void)state;
    // 0 1 2 0 1 2 ...: 33 or 34 steps of each kind, none in reverse.
    for (size_t t = 0; t < 101; t++)
        path[t] = (uint32_t)(t % 3);
    const struct clau_irreversibility result = measure(path, 1, 101, 0, 0);
    const double expected = (34.0 * log(69.0) + 33.0 * 2.0 * log(67.0)) / 100.0;
    assert_close(result.rate, expected, 1e-14);
    assert_close(result.unpaired, 100.0, 0.0);
}

/// Rows of a reversible chain: symmetric traffic over its sum. The ring of six and two chords.
static void reversible_rows(double rows[STATES * STATES]) {
    for (size_t k = 0; k < STATES * STATES; k++)
        rows[k] = 0.0;
    for (size_t i = 0; i < STATES; i++) {
        const size_t next = (i + 1) % STATES;
        rows[i * STATES + next] = rows[next * STATES + i] = 1.0 + (double)i;
        rows[i * STATES + i] = 1.0;
    }
    rows[0 * STATES + 3] = rows[3 * STATES + 0] = 2.0;
    rows[1 * STATES + 4] = rows[4 * STATES + 1] = 1.5;
    for (size_t i = 0; i < STATES; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < STATES; j++)
            sum += rows[i * STATES + j];
        for (size_t j = 0; j < STATES; j++)
            rows[i * STATES + j] /= sum;
    }
}

static void bias_of_reversible_chains(void **state) {
    (void)state;
    enum { COUNT = 2001, REPEATS = 400 };
    double rows[STATES * STATES];
    reversible_rows(rows);
    struct moments rate = {0}, surrogates = {0};
    double rejected = 0.0;
    for (size_t r = 0; r < REPEATS; r++) {
        draw(rows, STATES, COUNT, 100 + r);
        const struct clau_irreversibility result = measure(path, 1, COUNT, 19, r);
        assert_int_equal(result.cycles, 3); // 8 pairs, 6 states
        assert_close(result.bias, 6.0 / 2000.0, 1e-17);
        moments_add(&rate, result.rate);
        moments_add(&surrogates, result.surrogate_mean);
        rejected += result.p_value <= 0.05;
    }
    // T S / 2 is chi-square of 3: mean 3, variance 6.
    print_message("# T S / 2 of reversible chains: mean %.3f, deviation %.3f, surrogates' mean "
                  "%.3f; rejected at 0.05: %.3f\n",
                  1000.0 * rate.mean, 1000.0 * moments_deviation(&rate), 1000.0 * surrogates.mean,
                  rejected / REPEATS);
    assert_close(1000.0 * rate.mean, 3.0, 4.0 * sqrt(6.0 / REPEATS));
    assert_close(1000.0 * moments_deviation(&rate), sqrt(6.0), 0.4);
    assert_close(1000.0 * surrogates.mean, 3.0, 4.0 * sqrt(6.0 / REPEATS / 19.0));
    assert_close(rejected / REPEATS, 0.05, 0.044);
}

static void states_without_a_cycle(void **state) {
    (void)state;
    // Two states: steps there and back differ by one at most. A line of three: the same.
    const double two[] = {0.8, 0.2, 0.6, 0.4};
    draw(two, 2, 1001, 3);
    struct clau_irreversibility result = measure(path, 1, 1001, 0, 0);
    assert_int_equal(result.cycles, 0);
    assert_true(result.rate >= 0.0 && result.rate < 1e-5);
    const double line[] = {0.5, 0.5, 0.0, 0.3, 0.4, 0.3, 0.0, 0.9, 0.1};
    draw(line, 3, 1001, 4);
    result = measure(path, 1, 1001, 0, 0);
    assert_int_equal(result.pairs, 2);
    assert_int_equal(result.cycles, 0);
    assert_true(result.rate < 1e-4);
}

static void pooled_series_on_a_plane(void **state) {
    (void)state;
    // Eight points going round a square of 2 x 2 cells; steps between the series do not count.
    enum { SERIES = 8, COUNT = 60 };
    static double x[SERIES * COUNT], y[SERIES * COUNT];
    static uint32_t cells[SERIES * COUNT];
    for (size_t s = 0; s < SERIES; s++)
        for (size_t t = 0; t < COUNT; t++) {
            const double angle = 0.7 * (double)t + (double)s;
            x[s * COUNT + t] = cos(angle);
            y[s * COUNT + t] = sin(angle);
        }
    const struct clau_bins bins = {-1.0, 1.0, 2};
    assert_int_equal(clau_histogram_plane_numbers(x, bins, y, bins, SERIES * COUNT, cells),
                     CLAU_MEASURE_OK);
    const struct clau_irreversibility result = measure(cells, SERIES, COUNT, 9, 0);
    assert_close(result.steps, SERIES * (COUNT - 1), 0.0);
    assert_int_equal(result.states, 4);
    assert_int_equal(result.pairs, 4);
    assert_int_equal(result.cycles, 1);
    // 0.7 rad of a quarter turn a step: a change in 0.4456 of the steps, each with ln(2 n + 1),
    // n = 53: 2.08. Counts differ by one or two from 53.
    assert_close(result.rate, 0.4456 * log(2.0 * 472.0 * 0.4456 / 4.0 + 1.0), 0.02);
    assert_close(result.p_value, 0.1, 1e-15);
}

static void limits_and_refusals(void **state) {
    (void)state;
    uint32_t zeros[10] = {0}, high[] = {0, STATES};
    const struct clau_irreversibility constant = measure(zeros, 1, 10, 5, 0);
    assert_close(constant.rate, 0.0, 0.0);
    assert_close(constant.bias, 0.0, 0.0);
    assert_close(constant.p_value, 1.0, 0.0);
    assert_int_equal(constant.states, 1);
    struct clau_irreversibility result = {.rate = 42.0};
    assert_int_equal(clau_irreversibility(zeros, 1, 0, STATES, 0, 0, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_irreversibility(zeros, 0, 9, STATES, 0, 0, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_irreversibility(zeros, 5, 1, STATES, 0, 0, &result),
                     CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_irreversibility(high, 1, 2, STATES, 0, 0, &result),
                     CLAU_MEASURE_BAD_SYMBOL);
    assert_int_equal(clau_irreversibility(zeros, 1, 2, 0, 0, 0, &result), CLAU_MEASURE_BAD_SYMBOL);
    assert_true(result.rate == 42.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(driven_ring),
        cmocka_unit_test(two_directions_of_a_series),
        cmocka_unit_test(deterministic_cycle),
        cmocka_unit_test(bias_of_reversible_chains),
        cmocka_unit_test(states_without_a_cycle),
        cmocka_unit_test(pooled_series_on_a_plane),
        cmocka_unit_test(limits_and_refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-irreversibility", tests, NULL, NULL);
}
