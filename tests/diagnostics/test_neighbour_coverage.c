// SPDX-License-Identifier: GPL-3.0-or-later
// Whether 95 % intervals hold the truth as often as they say, over 200 repetitions of each case.
#include "diagnostics/nearest_neighbours.h"

#include "numerics/random.h"
#include "tests/approx.h"

enum { REPETITIONS = 200, MOST = 2200 };

/// What the repetitions of a case have given.
struct tally {
    int hits, consistent;
    double mean, squares, bars;
};

static double x[MOST], y[MOST];

/// Each case has random numbers of its own.
static void fill(uint64_t step, uint64_t repetition, size_t count) {
    const struct clau_random_key key = {.seed = 7, .stream = repetition};
    clau_random_fill_normal(key, step, 0, 0, count, x);
    clau_random_fill_normal(key, step, 1, 0, count, y);
}

static void add(struct tally *tally, const struct clau_neighbour_estimate *e, double truth) {
    tally->hits += e->low <= truth && truth <= e->high;
    tally->consistent += e->consistent;
    tally->mean += (e->value - truth) / REPETITIONS;
    tally->squares += (e->value - truth) * (e->value - truth) / REPETITIONS;
    tally->bars += e->standard_error / REPETITIONS;
}

static void check(const struct tally *tally, const char *name, double parameter, size_t count,
                  int least) {
    print_message("# %s, %.1f, N %4zu: %5.1f %% cover, bias %+.4f, spread %.4f, error bar %.4f, "
                  "consistent %.1f %%\n",
                  name, parameter, count, 100.0 * tally->hits / REPETITIONS, tally->mean,
                  sqrt(tally->squares - tally->mean * tally->mean), tally->bars,
                  100.0 * tally->consistent / REPETITIONS);
    assert_in_range(tally->hits, REPETITIONS * least / 100, REPETITIONS * 99 / 100);
}

static void check_information(double rho, size_t count, enum clau_kraskov algorithm) {
    const double truth = -0.5 * log1p(-rho * rho);
    struct tally tally = {0};
    for (uint64_t r = 0; r < REPETITIONS; r++) {
        fill((uint64_t)(10.0 * rho) + 10 * count, r, count);
        for (size_t i = 0; i < count; i++)
            y[i] = rho * x[i] + sqrt(1.0 - rho * rho) * y[i];
        const struct clau_joint_samples samples = {x, y, NULL, 1, 1, 0, count};
        const struct clau_neighbour_options options = {
            .neighbours = 4, .algorithm = algorithm, .seed = r};
        struct clau_neighbour_estimate e;
        assert_int_equal(clau_neighbour_information_estimate(&samples, &options, &e),
                         CLAU_MEASURE_OK);
        add(&tally, &e, truth);
    }
    check(&tally, algorithm == CLAU_KRASKOV_1 ? "KSG 1, rho" : "KSG 2, rho", rho, count, 90);
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

static void test_entropy(void **state) {
    (void)state;
    for (int d = 1; d <= 2; d++) {
        struct tally tally = {0};
        for (uint64_t r = 0; r < REPETITIONS; r++) {
            fill(1, r, 2000);
            const struct clau_neighbour_options options = {
                .neighbours = 4, .norm = CLAU_NORM_EUCLIDEAN, .seed = r};
            struct clau_neighbour_estimate e;
            assert_int_equal(
                clau_neighbour_entropy_estimate(x, 2000 / (size_t)d, d, NULL, &options, &e),
                CLAU_MEASURE_OK);
            add(&tally, &e, 0.5 * d * (1.0 + log(2.0 * M_PI)));
        }
        check(&tally, "Kozachenko-Leonenko, dimensions", d, 2000 / (size_t)d, 90);
    }
}

// x[t] = a x[t-1] + noise, y[t] = a y[t-1] + c x[t-1] + noise, in blocks. In three dimensions the
// variance times N has not quite settled at this size, and error bars are short by a tenth or two.
static void test_transfer(void **state) {
    (void)state;
    for (double c = 0.0; c < 1.0; c += 0.5) {
        const double a = 0.5, xx = 1.0 / (1.0 - a * a), xy = a * c * xx / (1.0 - a * a);
        const double yy = (c * c * xx + 2.0 * a * c * xy + 1.0) / (1.0 - a * a);
        const double next = a * yy + c * xy, truth = 0.5 * log(yy - next * next / yy);
        struct tally tally = {0};
        for (uint64_t r = 0; r < REPETITIONS; r++) {
            fill(2 + (uint64_t)(2.0 * c), r, 2200);
            for (size_t t = 1; t < 2200; t++) {
                x[t] += a * x[t - 1];
                y[t] += a * y[t - 1] + c * x[t - 1];
            }
            const struct clau_neighbour_options options = {.neighbours = 4,
                                                           .subsets = CLAU_SUBSETS_BLOCKS};
            const struct clau_transfer_history history = {1, 1, 1};
            struct clau_neighbour_estimate e;
            assert_int_equal(
                clau_neighbour_transfer_estimate(x + 200, y + 200, 2000, history, &options, &e),
                CLAU_MEASURE_OK);
            add(&tally, &e, truth);
        }
        check(&tally, "transfer entropy, coupling", c, 2000, 85);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_information),
        cmocka_unit_test(test_entropy),
        cmocka_unit_test(test_transfer),
    };
    return cmocka_run_group_tests_name("neighbour_coverage", tests, NULL, NULL);
}
