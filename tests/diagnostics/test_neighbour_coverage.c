// SPDX-License-Identifier: GPL-3.0-or-later
// Whether 95 % intervals hold the truth as often as they say, over 200 repetitions.
#include "diagnostics/nearest_neighbours.h"

#include <stdlib.h>

#include "numerics/random.h"
#include "tests/approx.h"

enum { REPETITIONS = 200, MOST = 2000 };

static void fill_pair(double rho, size_t count, uint64_t repetition, double *x, double *y) {
    const struct clau_random_key key = {.seed = 7, .stream = repetition};
    clau_random_fill_normal(key, 0, 0, 0, count, x);
    clau_random_fill_normal(key, 0, 1, 0, count, y);
    for (size_t i = 0; i < count; i++)
        y[i] = rho * x[i] + sqrt(1.0 - rho * rho) * y[i];
}

static void check_information(double rho, size_t count, enum clau_kraskov algorithm) {
    static double x[MOST], y[MOST];
    const double truth = -0.5 * log1p(-rho * rho);
    int hits = 0, consistent = 0;
    double mean = 0.0, squares = 0.0, bars = 0.0;
    for (uint64_t r = 0; r < REPETITIONS; r++) {
        fill_pair(rho, count, r, x, y);
        const struct clau_joint_samples samples = {x, y, NULL, 1, 1, 0, count};
        const struct clau_neighbour_options options = {
            .neighbours = 4, .algorithm = algorithm, .seed = r};
        struct clau_neighbour_estimate e;
        assert_int_equal(clau_neighbour_information_estimate(&samples, &options, &e),
                         CLAU_MEASURE_OK);
        hits += e.low <= truth && truth <= e.high;
        consistent += e.consistent;
        mean += (e.value - truth) / REPETITIONS;
        squares += (e.value - truth) * (e.value - truth) / REPETITIONS;
        bars += e.standard_error / REPETITIONS;
    }
    print_message("# KSG %d, rho %.1f, N %4zu: %5.1f %% cover, bias %+.4f, spread %.4f, mean error "
                  "bar %.4f, consistent %d\n",
                  (int)algorithm + 1, rho, count, 100.0 * hits / REPETITIONS, mean,
                  sqrt(squares - mean * mean), bars, consistent);
    assert_in_range(hits, 180, 198); // 90 to 99 %
}

static void test_information(void **state) {
    (void)state;
    static const size_t counts[] = {500, 1000, 2000};
    static const double correlations[] = {0.0, 0.5, 0.9};
    for (size_t c = 0; c < 3; c++) {
        for (size_t r = 0; r < 3; r++) {
            check_information(correlations[r], counts[c], CLAU_KRASKOV_1);
            check_information(correlations[r], counts[c], CLAU_KRASKOV_2);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_information)};
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
