// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/nearest_neighbours.h"

#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "diagnostics/gaussian_information.h"
#include "numerics/random.h"
#include "tests/approx.h"

enum { MOST = 20000 };

static const struct clau_neighbour_options four = {.neighbours = 4};
static double memory[8][MOST];

static void fill_normal(uint64_t purpose, size_t count, double *values) {
    clau_random_fill_normal((struct clau_random_key){.seed = 2004}, 0, purpose, 0, count, values);
}

static void fill_pair(double rho, size_t count, double *x, double *y) {
    fill_normal(0, count, x);
    fill_normal(1, count, y);
    for (size_t i = 0; i < count; i++)
        y[i] = rho * x[i] + sqrt(1.0 - rho * rho) * y[i];
}

static struct clau_joint_samples pair(const double *x, const double *y, size_t count) {
    return (struct clau_joint_samples){x, y, NULL, 1, 1, 0, count};
}

static double information(const struct clau_joint_samples *samples,
                          const struct clau_neighbour_options *options) {
    double result = NAN;
    assert_int_equal(clau_neighbour_information(samples, options, &result), CLAU_MEASURE_OK);
    return result;
}

static double entropy(const double *points, size_t count, int dimensions, const double *periods,
                      const struct clau_neighbour_options *options) {
    double result = NAN;
    assert_int_equal(clau_neighbour_entropy(points, count, dimensions, periods, options, &result),
                     CLAU_MEASURE_OK);
    return result;
}

// ---- Numbers from elsewhere ---------------------------------------------------------------------

// The program infomeasure has these numbers in its tests, of the same formulas (maximum norm).
static void test_published_values(void **state) {
    (void)state;
    static const double y[] = {1.3, 1.1, 0.9, 1.2, 1.0};
    static const struct {
        double x[5];
        size_t k;
        double expected;
    } rows[] = {
        {{1.0, 1.25, 0.91, 1.13, 1.32}, 1, -0.01666666666666694},
        {{1.01, 1.23, 0.92, 1.14, 1.3}, 2, 0.21666666666666648},
        {{1.04, 1.23, 0.92, 1.1, 1.34}, 3, 0.11666666666666678},
    };
    for (size_t i = 0; i < 3; i++) {
        const struct clau_joint_samples samples = pair(rows[i].x, y, 5);
        const struct clau_neighbour_options options = {.neighbours = rows[i].k};
        assert_close(information(&samples, &options), rows[i].expected, 1e-14);
    }
    static const double a[] = {-2.49, 1.64, -3.05, 7.95, -5.96, 1.77, -5.24, 7.03, -0.11, -1.86};
    static const double b[] = {-8.59, 8.41, 3.76, 3.77, 5.69, 1.75, -3.2, -4.0, -4.0, 6.85};
    const struct clau_joint_samples ab = pair(a, b, 10), aa = pair(a, a, 10);
    assert_close(information(&ab, &four), -0.034126984126984186, 1e-14);
    assert_close(information(&aa, &four), 0.9956349206349205, 1e-14);
}

static void test_published_conditional_values(void **state) {
    (void)state;
    static const double x[] = {0.32, -0.89, -0.01, 1.56, 0.24, 1.78, -1.63, 0.82, 0.12, 2.29};
    static const double y[] = {0.22, -0.99, -0.11, 1.46, 0.14, 1.68, -1.73, 0.72, 0.02, 2.19};
    static const double z[] = {0.20, -0.97, 0.11, 1.16, 0.14, 1.18, -1.43, 0.72, 0.02, 2.29};
    const struct clau_joint_samples samples = {x, y, z, 1, 1, 1, 10};
    assert_close(information(&samples, &four), 0.25857142857142856, 1e-14);
    // Tied values, of which no more than k fall on one point.
    static const double u[] = {1.8, 1.1, 1.8, 1.1, 1.8, -2.0, 1.1, 1.8, -2.0, 1.1};
    static const double v[] = {-0.6, 0.4, -0.6, -0.6, -1.3, -1.3, -1.3, -0.6, -0.6, 0.4};
    const struct clau_joint_samples tied = {u, v, v, 1, 1, 1, 10};
    assert_close(information(&tied, &four), 0.5, 1e-14);
}

// With k = N - 1 all others are neighbours: of algorithm 2 each count is N - 1, whatever the data.
static void test_all_are_neighbours(void **state) {
    (void)state;
    fill_pair(0.7, 9, memory[0], memory[1]);
    const struct clau_joint_samples samples = pair(memory[0], memory[1], 9);
    const struct clau_neighbour_options options = {.neighbours = 8, .algorithm = CLAU_KRASKOV_2};
    // psi(8) - 1/8 + psi(9) - 2 psi(8) = psi(9) - psi(8) - 1/8 = 0
    assert_close(information(&samples, &options), 0.0, 1e-14);
}

// ---- Closed forms -------------------------------------------------------------------------------

static void check_entropy(const double *points, int dimensions, double expected) {
    for (enum clau_norm norm = CLAU_NORM_MAXIMUM; norm <= CLAU_NORM_EUCLIDEAN; norm++) {
        const struct clau_neighbour_options options = {.neighbours = 4, .norm = norm};
        struct clau_neighbour_estimate e;
        assert_int_equal(
            clau_neighbour_entropy_estimate(points, MOST / 4, dimensions, NULL, &options, &e),
            CLAU_MEASURE_OK);
        // Standard errors of 5000 samples are 0.010 to 0.016.
        assert_close(e.value, expected, 3.0 * e.standard_error);
        assert_true(e.standard_error > 0.008 && e.standard_error < 0.02 && e.consistent);
    }
}

static void test_entropies_of_densities(void **state) {
    (void)state;
    double *points = memory[0];
    // (In four dimensions the bias at this size is beyond the error bar.)
    for (int d = 1; d <= 3; d++) {
        fill_normal(3, MOST / 4 * (size_t)d, points);
        check_entropy(points, d, 0.5 * d * (1.0 + log(2.0 * M_PI)));
    }
    clau_random_fill_open((struct clau_random_key){.seed = 5}, 0, 0, 0, MOST, points);
    for (size_t i = 0; i < MOST; i++)
        points[i] = -3.0 * log(points[i]);
    check_entropy(points, 1, 1.0 + log(3.0));
}

// On a torus a uniform density has no edges, where balls are half empty: there is no bias.
static void test_uniform_on_a_torus(void **state) {
    (void)state;
    static const double periods[] = {2.0, 0.5, 3.0};
    for (int d = 1; d <= 3; d++) {
        double volume = 1.0;
        clau_random_fill_half_open((struct clau_random_key){.seed = 6}, 0, 0, 0, 5000 * (size_t)d,
                                   memory[0]);
        for (int axis = 0; axis < d; axis++) {
            volume *= periods[axis];
            for (size_t i = 0; i < 5000; i++)
                memory[0][i * (size_t)d + (size_t)axis] *= periods[axis];
        }
        for (enum clau_norm norm = CLAU_NORM_MAXIMUM; norm <= CLAU_NORM_EUCLIDEAN; norm++) {
            const struct clau_neighbour_options options = {.neighbours = 4, .norm = norm};
            // A standard error of 0.009 (1/sqrt(k N) and what neighbours share).
            assert_close(entropy(memory[0], 5000, d, periods, &options), log(volume), 0.027);
        }
    }
}

static void test_information_of_gaussian_pairs(void **state) {
    (void)state;
    static const double correlations[] = {0.0, -0.5, 0.9};
    for (size_t r = 0; r < 3; r++) {
        double truth;
        assert_int_equal(clau_gaussian_information(correlations[r], &truth), CLAU_MEASURE_OK);
        fill_pair(correlations[r], MOST, memory[0], memory[1]);
        const struct clau_joint_samples samples = pair(memory[0], memory[1], MOST);
        for (enum clau_kraskov a = CLAU_KRASKOV_1; a <= CLAU_KRASKOV_2; a++) {
            const struct clau_neighbour_options options = {.neighbours = 4, .algorithm = a};
            // Standard errors of 20 000 samples are 0.004 to 0.009.
            assert_close(information(&samples, &options), truth, 0.015);
        }
    }
}

// (x1, x2) and (y1, y2) = x + noise, and given x1 alone.
static void test_information_of_vectors(void **state) {
    (void)state;
    enum { COUNT = MOST / 2 };
    double *x = memory[0], *y = memory[1], *x1 = memory[2], *x2 = memory[3];
    fill_normal(0, 2 * COUNT, x);
    fill_normal(1, 2 * COUNT, y);
    for (size_t i = 0; i < COUNT; i++) {
        y[2 * i] += x[2 * i];
        y[2 * i + 1] += x[2 * i] + x[2 * i + 1];
        x1[i] = x[2 * i];
        x2[i] = x[2 * i + 1];
    }
    // Covariances of x1, x2, y1, y2; the second with x1 as the condition: x2, x1, y1, y2.
    static const double joint[] = {1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 2, 1, 1, 1, 1, 3};
    static const double given[] = {1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 2, 1, 1, 1, 1, 3};
    double truth;
    assert_int_equal(clau_gaussian_conditional_information(joint, 2, 0, 2, &truth),
                     CLAU_MEASURE_OK);
    assert_close(truth, 0.5 * log(5.0), 1e-14);
    const struct clau_joint_samples vectors = {x, y, NULL, 2, 2, 0, COUNT};
    // Four dimensions have a bias of some hundredths at this size.
    assert_close(information(&vectors, &four), truth, 0.06);
    assert_int_equal(clau_gaussian_conditional_information(given, 1, 1, 2, &truth),
                     CLAU_MEASURE_OK);
    const struct clau_joint_samples conditional = {x2, y, x1, 1, 2, 1, COUNT};
    assert_close(information(&conditional, &four), truth, 0.06);
}

// x -> z -> y: dependent, but not given z.
static void test_a_chain_is_explained(void **state) {
    (void)state;
    double *x = memory[0], *z = memory[1], *y = memory[2];
    fill_pair(0.9, 5000, x, z);
    fill_normal(7, 5000, y);
    for (size_t i = 0; i < 5000; i++)
        y[i] = 0.9 * z[i] + 0.44 * y[i];
    struct clau_joint_samples samples = {x, y, z, 1, 1, 1, 5000};
    assert_close(information(&samples, &four), 0.0, 0.03); // standard error 0.01
    samples.z_dimensions = 0;
    assert_true(information(&samples, &four) > 0.4);
}

// x[t] = a x[t-1] + noise, y[t] = b y[t-1] + c x[t-1] + noise.
static void fill_autoregression(double a, double b, double c, size_t count, double *x, double *y) {
    fill_normal(10, count, x);
    fill_normal(11, count, y);
    for (size_t t = 1; t < count; t++) {
        x[t] += a * x[t - 1];
        y[t] += b * y[t - 1] + c * x[t - 1];
    }
}

static void test_transfer_of_an_autoregression(void **state) {
    (void)state;
    const double a = 0.5, b = 0.4, c = 0.7;
    fill_autoregression(a, b, c, MOST, memory[0], memory[1]);
    // Stationary: xx = a^2 xx + 1, xy = ab xy + ac xx, yy = b^2 yy + c^2 xx + 2bc xy + 1.
    const double xx = 1.0 / (1.0 - a * a), xy = a * c * xx / (1.0 - a * b);
    const double yy = (c * c * xx + 2.0 * b * c * xy + 1.0) / (1.0 - b * b);
    const double next_x = b * xy + c * xx, next_y = b * yy + c * xy;
    const double covariance[] = {xx, xy, next_x, xy, yy, next_y, next_x, next_y, yy};
    double truth, result;
    assert_int_equal(clau_gaussian_conditional_information(covariance, 1, 1, 1, &truth),
                     CLAU_MEASURE_OK);
    // The other definition: what the source takes off the variance of the next value, 1 with it.
    assert_close(truth, 0.5 * log(yy - next_y * next_y / yy), 1e-13);
    const struct clau_transfer_history history = {1, 1, 1};
    assert_int_equal(clau_neighbour_transfer(memory[0], memory[1], MOST, history, &four, &result),
                     CLAU_MEASURE_OK);
    assert_close(result, truth, 0.02); // standard error 0.006
    assert_int_equal(clau_neighbour_transfer(memory[1], memory[0], MOST, history, &four, &result),
                     CLAU_MEASURE_OK);
    assert_close(result, 0.0, 0.015);
}

static void test_transfer_samples(void **state) {
    (void)state;
    const double source[] = {0, 1, 2, 3, 4, 5}, target[] = {10, 11, 12, 13, 14, 15};
    const struct clau_transfer_history history = {.target = 1, .source = 2, .delay = 3};
    double x[4], y[2], z[2];
    assert_int_equal(clau_transfer_count(6, history), 2);
    assert_int_equal(clau_transfer_count(4, history), 0);
    clau_transfer_samples(source, target, 6, history, x, y, z);
    const double x_expected[] = {1, 0, 2, 1}, y_expected[] = {14, 15}, z_expected[] = {13, 14};
    assert_memory_equal(x, x_expected, sizeof x);
    assert_memory_equal(y, y_expected, sizeof y);
    assert_memory_equal(z, z_expected, sizeof z);
}

// ---- Error bars ---------------------------------------------------------------------------------

// The slow suite counts 200 repetitions of more cases. Of 40 intervals 38 hold the truth on
// average, and fewer than 34 less than once in 100 times.
static void test_intervals_cover(void **state) {
    (void)state;
    int hits = 0;
    fill_pair(0.5, 40 * 300, memory[0], memory[1]);
    for (size_t r = 0; r < 40; r++) {
        const struct clau_joint_samples samples =
            pair(memory[0] + 300 * r, memory[1] + 300 * r, 300);
        struct clau_neighbour_estimate e;
        assert_int_equal(clau_neighbour_information_estimate(&samples, &four, &e), CLAU_MEASURE_OK);
        const double truth = -0.5 * log(0.75);
        hits += e.low <= truth && truth <= e.high;
        assert_true(e.value == information(&samples, &four) && e.value == e.mean[0]);
        assert_int_equal(e.levels, 2);
    }
    assert_in_range(hits, 34, 40);
}

static void test_drift_shows_too_few_samples(void **state) {
    (void)state;
    struct clau_neighbour_estimate e;
    fill_pair(0.9, 1000, memory[0], memory[1]);
    struct clau_joint_samples samples = pair(memory[0], memory[1], 1000);
    assert_int_equal(clau_neighbour_information_estimate(&samples, &four, &e), CLAU_MEASURE_OK);
    assert_true(e.consistent && e.levels == 4);
    // Neighbours are further away than the ridge of this density is wide: the estimate is too low,
    // and lower still in subsets.
    fill_pair(0.9999, 1000, memory[0], memory[1]);
    assert_int_equal(clau_neighbour_information_estimate(&samples, &four, &e), CLAU_MEASURE_OK);
    assert_true(!e.consistent && e.drift < -0.05 && e.high < -0.5 * log1p(-0.9999 * 0.9999));
}

// Correlated samples: subsets at random have the error of independent ones, blocks the true one.
static void test_blocks_for_series(void **state) {
    (void)state;
    struct clau_neighbour_options options = four;
    double squares = 0.0, at_random = 0.0, in_blocks = 0.0;
    const double truth = 0.5 * (1.0 + log(2.0 * M_PI / 0.19)); // variance 1 / (1 - 0.81)
    for (uint64_t r = 0; r < 20; r++) {
        struct clau_neighbour_estimate e;
        clau_random_fill_normal((struct clau_random_key){.seed = 3, .stream = r}, 0, 0, 0, 2200,
                                memory[0]);
        for (size_t t = 1; t < 2200; t++)
            memory[0][t] += 0.9 * memory[0][t - 1];
        options.subsets = CLAU_SUBSETS_RANDOM;
        assert_int_equal(
            clau_neighbour_entropy_estimate(memory[0] + 200, 2000, 1, NULL, &options, &e),
            CLAU_MEASURE_OK);
        at_random += e.standard_error / 20.0;
        options.subsets = CLAU_SUBSETS_BLOCKS;
        assert_int_equal(
            clau_neighbour_entropy_estimate(memory[0] + 200, 2000, 1, NULL, &options, &e),
            CLAU_MEASURE_OK);
        in_blocks += e.standard_error / 20.0;
        squares += (e.value - truth) * (e.value - truth) / 20.0;
    }
    const double spread = sqrt(squares); // known to 16 %
    assert_close(in_blocks, spread, 0.4 * spread);
    assert_true(at_random < 0.6 * spread);
}

// ---- Conventions --------------------------------------------------------------------------------

static void test_units_and_order_change_nothing(void **state) {
    (void)state;
    fill_pair(0.6, 500, memory[0], memory[1]);
    const struct clau_joint_samples samples = pair(memory[0], memory[1], 500);
    const struct clau_joint_samples swapped = pair(memory[1], memory[0], 500);
    struct clau_neighbour_options options = {.neighbours = 3, .standardize = true};
    const double expected = information(&samples, &options);
    assert_true(information(&swapped, &options) == expected);
    for (size_t i = 0; i < 500; i++) {
        memory[2][i] = 1024.0 * memory[0][i]; // exact, and so is the deviation
        memory[3][499 - i] = memory[0][i];
        memory[4][499 - i] = memory[1][i];
    }
    const struct clau_joint_samples scaled = pair(memory[2], memory[1], 500);
    assert_true(information(&scaled, &options) == expected);
    options.standardize = false;
    assert_true(fabs(information(&scaled, &options) - expected) > 1e-3);
    const struct clau_joint_samples reversed = pair(memory[3], memory[4], 500);
    assert_close(information(&reversed, &options), information(&samples, &options), 1e-13);
    const double h = entropy(memory[0], 500, 1, NULL, &four);
    assert_close(entropy(memory[2], 500, 1, NULL, &four), h + log(1024.0), 1e-13);
}

static void test_number_of_threads_changes_nothing(void **state) {
    (void)state;
    fill_pair(0.3, 6000, memory[0], memory[1]);
    const struct clau_joint_samples samples = pair(memory[0], memory[1], 6000);
    const int before = omp_get_max_threads();
    double results[2][2];
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(1 + 2 * i);
        results[i][0] = information(&samples, &four);
        results[i][1] = entropy(memory[0], 3000, 2, NULL, &four);
    }
    omp_set_num_threads(before);
    assert_memory_equal(results[0], results[1], sizeof results[0]);
}

static void test_ties_need_jitter(void **state) {
    (void)state;
    fill_pair(0.5, 400, memory[0], memory[1]);
    for (size_t i = 0; i < 400; i++) { // five on each point: more than k
        memory[0][i] = memory[0][i / 5 * 5];
        memory[1][i] = memory[1][i / 5 * 5];
    }
    const struct clau_joint_samples samples = pair(memory[0], memory[1], 400);
    double result = 77.0;
    assert_int_equal(clau_neighbour_information(&samples, &four, &result), CLAU_MEASURE_TIES);
    assert_int_equal(clau_neighbour_entropy(memory[0], 400, 1, NULL, &four, &result),
                     CLAU_MEASURE_TIES);
    assert_true(result == 77.0);
    struct clau_neighbour_options options = {.neighbours = 4, .jitter = 1e-3, .seed = 1};
    const double first = information(&samples, &options);
    assert_true(information(&samples, &options) == first);
    options.seed = 2;
    assert_true(information(&samples, &options) != first);
    // The fifth neighbour is away from the point.
    options.neighbours = 5;
    assert_int_equal(clau_neighbour_information(
                         &samples, &(struct clau_neighbour_options){.neighbours = 5}, &result),
                     CLAU_MEASURE_OK);
    assert_close(information(&samples, &options), result, 0.1);
}

static void test_a_constant_tells_nothing(void **state) {
    (void)state;
    fill_normal(0, 300, memory[0]);
    for (size_t i = 0; i < 300; i++)
        memory[1][i] = 0.1;
    const struct clau_joint_samples samples = pair(memory[0], memory[1], 300);
    assert_close(information(&samples, &four), 0.0, 1e-13);
    struct clau_neighbour_options options = {.neighbours = 4, .standardize = true};
    double result = 77.0;
    assert_int_equal(clau_neighbour_information(&samples, &options, &result),
                     CLAU_MEASURE_CONSTANT);
    const struct clau_joint_samples all_equal = pair(memory[1], memory[1], 300);
    assert_int_equal(clau_neighbour_information(&all_equal, &four, &result), CLAU_MEASURE_TIES);
    assert_int_equal(clau_neighbour_entropy(memory[1], 300, 1, NULL, &four, &result),
                     CLAU_MEASURE_TIES);
    assert_true(result == 77.0);
}

static void check_error(const struct clau_joint_samples *samples,
                        const struct clau_neighbour_options *options,
                        enum clau_measure_status expected) {
    double result = 77.0;
    struct clau_neighbour_estimate e = {.value = 77.0};
    assert_int_equal(clau_neighbour_information(samples, options, &result), expected);
    assert_int_equal(clau_neighbour_information_estimate(samples, options, &e), expected);
    assert_true(result == 77.0 && e.value == 77.0);
}

static void test_errors_of_information(void **state) {
    (void)state;
    fill_pair(0.5, 300, memory[0], memory[1]);
    struct clau_joint_samples samples = pair(memory[0], memory[1], 0);
    check_error(&samples, &four, CLAU_MEASURE_EMPTY);
    samples.count = 4;
    check_error(&samples, &four, CLAU_MEASURE_BAD_NEIGHBOURS);
    samples.count = 300;
    check_error(&samples, &(struct clau_neighbour_options){0}, CLAU_MEASURE_BAD_NEIGHBOURS);
    check_error(&samples, &(struct clau_neighbour_options){.neighbours = 65},
                CLAU_MEASURE_BAD_NEIGHBOURS);
    static const double bad[] = {-1.0, NAN, INFINITY};
    for (size_t i = 0; i < 3; i++)
        check_error(&samples, &(struct clau_neighbour_options){.neighbours = 4, .jitter = bad[i]},
                    CLAU_MEASURE_BAD_OPTION);
    check_error(&samples, &(struct clau_neighbour_options){.neighbours = 4, .algorithm = 2},
                CLAU_MEASURE_BAD_OPTION);
    samples.z = memory[2];
    samples.z_dimensions = 1;
    check_error(&samples, &(struct clau_neighbour_options){.neighbours = 4, .algorithm = 1},
                CLAU_MEASURE_BAD_OPTION);
    samples.z_dimensions = 15;
    check_error(&samples, &four, CLAU_MEASURE_BAD_DIMENSIONS);
    samples = pair(memory[0], memory[1], 300);
    samples.y_dimensions = 0;
    check_error(&samples, &four, CLAU_MEASURE_BAD_DIMENSIONS);
    samples.y_dimensions = 1;
    memory[1][299] = 1e200; // its square overflows
    check_error(&samples, &four, CLAU_MEASURE_INFINITE);
    memory[1][299] = INFINITY;
    check_error(&samples, &four, CLAU_MEASURE_INFINITE);
    memory[0][299] = NAN;
    check_error(&samples, &four, CLAU_MEASURE_NOT_A_NUMBER);
    struct clau_neighbour_estimate e;
    samples.count = 249;
    assert_int_equal(clau_neighbour_information_estimate(&samples, &four, &e),
                     CLAU_MEASURE_TOO_FEW);
}

static void test_errors_of_entropy_and_transfer(void **state) {
    (void)state;
    double result = 77.0;
    fill_normal(0, 300, memory[0]);
    static const double bad_periods[] = {0.0, -1.0, NAN};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(clau_neighbour_entropy(memory[0], 300, 1, &bad_periods[i], &four, &result),
                         CLAU_MEASURE_BAD_LENGTH);
    // Of 5 points on a circle the 4th neighbour is on the other side, and balls overlap themselves
    // in the Euclidean norm of a flat torus.
    const double corners[] = {0.0, 0.0, 0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.25, 0.25};
    const double ones[] = {1.0, 1.0};
    assert_int_equal(clau_neighbour_entropy(corners, 5, 2, ones,
                                            &(struct clau_neighbour_options){
                                                .neighbours = 4, .norm = CLAU_NORM_EUCLIDEAN},
                                            &result),
                     CLAU_MEASURE_TOO_FEW);
    assert_int_equal(clau_neighbour_entropy(
                         memory[0], 300, 1, NULL,
                         &(struct clau_neighbour_options){.neighbours = 4, .standardize = true},
                         &result),
                     CLAU_MEASURE_BAD_OPTION);
    assert_int_equal(clau_neighbour_entropy(memory[0], 0, 1, NULL, &four, &result),
                     CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_neighbour_entropy(memory[0], 18, 17, NULL, &four, &result),
                     CLAU_MEASURE_BAD_DIMENSIONS);
    static const struct {
        struct clau_transfer_history history;
        size_t values;
        enum clau_measure_status expected;
    } rows[] = {
        {{1, 1, 1}, 0, CLAU_MEASURE_EMPTY},
        {{0, 1, 1}, 9, CLAU_MEASURE_BAD_OPTION},
        {{1, 0, 1}, 9, CLAU_MEASURE_BAD_OPTION},
        {{1, 1, 0}, 9, CLAU_MEASURE_BAD_OPTION},
        {{1, 1, SIZE_MAX}, 9, CLAU_MEASURE_TOO_FEW},
        {{1, 2, SIZE_MAX}, 9, CLAU_MEASURE_TOO_FEW},
        {{17, 1, 1}, 99, CLAU_MEASURE_BAD_DIMENSIONS},
        {{1, 1, 1}, 5, CLAU_MEASURE_BAD_NEIGHBOURS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(clau_neighbour_transfer(memory[0], memory[0], rows[i].values,
                                                 rows[i].history, &four, &result),
                         rows[i].expected);
    assert_true(result == 77.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_values),
        cmocka_unit_test(test_published_conditional_values),
        cmocka_unit_test(test_all_are_neighbours),
        cmocka_unit_test(test_entropies_of_densities),
        cmocka_unit_test(test_uniform_on_a_torus),
        cmocka_unit_test(test_information_of_gaussian_pairs),
        cmocka_unit_test(test_information_of_vectors),
        cmocka_unit_test(test_a_chain_is_explained),
        cmocka_unit_test(test_transfer_of_an_autoregression),
        cmocka_unit_test(test_transfer_samples),
        cmocka_unit_test(test_intervals_cover),
        cmocka_unit_test(test_drift_shows_too_few_samples),
        cmocka_unit_test(test_blocks_for_series),
        cmocka_unit_test(test_units_and_order_change_nothing),
        cmocka_unit_test(test_number_of_threads_changes_nothing),
        cmocka_unit_test(test_ties_need_jitter),
        cmocka_unit_test(test_a_constant_tells_nothing),
        cmocka_unit_test(test_errors_of_information),
        cmocka_unit_test(test_errors_of_entropy_and_transfer),
    };
    return cmocka_run_group_tests_name("nearest_neighbours", tests, NULL, NULL);
}
