// SPDX-License-Identifier: GPL-3.0-or-later
// Tables whose entropies are known, Gaussian pairs, distances that are metrics, and refusals.
#include "diagnostics/joint.h"

#include <stdlib.h>

#include "tests/approx.h"
#include "tests/diagnostics/sampling.h"

enum { PLUG_IN = CLAU_ESTIMATOR_PLUG_IN, MILLER_MADOW = CLAU_ESTIMATOR_MILLER_MADOW };

static struct clau_joint measure(const double *table, size_t rows, size_t columns, int estimator) {
    struct clau_joint joint;
    assert_int_equal(clau_joint_table(table, rows, columns, (enum clau_estimator)estimator, &joint),
                     CLAU_MEASURE_OK);
    return joint;
}

static void known_tables(void **state) {
    (void)state;
    // Independent: the outer product of (1, 2, 3) and (2, 5), not normalised.
    const double independent[] = {2.0, 5.0, 4.0, 10.0, 6.0, 15.0};
    struct clau_joint joint = measure(independent, 3, 2, PLUG_IN);
    assert_close(joint.information, 0.0, 1e-17);
    assert_close(joint.both, joint.x + joint.y, 1e-15);
    assert_close(joint.rajski_distance, 1.0, 1e-15);
    assert_close(clau_information_normalised(&joint, CLAU_NORMALISED_MEAN), 0.0, 1e-17);
    // X = Y.
    const double same[] = {3.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 4.0};
    joint = measure(same, 3, 3, PLUG_IN);
    assert_close(joint.information, joint.x, 1e-15);
    assert_close(joint.shannon_distance, 0.0, 1e-15);
    assert_close(joint.rajski_distance, 0.0, 1e-15);
    for (int by = CLAU_NORMALISED_MEAN; by <= CLAU_NORMALISED_JOINT; by++)
        assert_close(clau_information_normalised(&joint, (enum clau_normalisation)by), 1.0, 1e-15);
    // Y = X mod 2, X uniform on 4: H(X) = 2 ln 2, H(Y) = I = ln 2, H(X,Y) = H(X).
    const double function[] = {1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0};
    joint = measure(function, 4, 2, PLUG_IN);
    assert_close(joint.information, log(2.0), 1e-15);
    assert_close(joint.x_given_y, log(2.0), 1e-15);
    assert_close(joint.y_given_x, 0.0, 1e-15);
    assert_close(joint.shannon_distance, log(2.0), 1e-15);
    assert_close(joint.rajski_distance, 0.5, 1e-15);
    const double expected[] = {2.0 / 3.0, M_SQRT1_2, 1.0, 0.5, 0.5};
    for (int by = CLAU_NORMALISED_MEAN; by <= CLAU_NORMALISED_JOINT; by++)
        assert_close(clau_information_normalised(&joint, (enum clau_normalisation)by), expected[by],
                     1e-15);
    // Miller and Madow: (8 - 4 - 2 + 1 - 4 absent) -> K_xy 4, K_x 4, K_y 2, N 8.
    const double counts[] = {2.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 2.0};
    joint = measure(counts, 4, 2, MILLER_MADOW);
    assert_close(joint.information, log(2.0) + (4.0 + 2.0 - 4.0 - 1.0) / 16.0, 1e-15);
}

static void constants(void **state) {
    (void)state;
    const double one[] = {5.0}, row[] = {2.0, 3.0};
    struct clau_joint joint = measure(one, 1, 1, MILLER_MADOW);
    assert_close(joint.information, 0.0, 0.0);
    assert_close(joint.rajski_distance, 0.0, 0.0);
    assert_close(clau_information_normalised(&joint, CLAU_NORMALISED_JOINT), 0.0, 0.0);
    joint = measure(row, 1, 2, PLUG_IN);
    assert_close(joint.information, 0.0, 1e-17);
    assert_close(joint.rajski_distance, 1.0, 1e-15);
    assert_close(clau_information_normalised(&joint, CLAU_NORMALISED_SMALLER), 0.0, 0.0);
}

/// Entropy distances of three variables with p(x, y, z), each pair's table a sum over the third.
static void distances_are_metrics(void **state) {
    (void)state;
    enum { SIDE = 4 };
    for (size_t r = 0; r < 200; r++) {
        double pairs[3][SIDE * SIDE] = {{0.0}};
        for (size_t cell = 0; cell < SIDE * SIDE * SIDE; cell++) {
            const double p = pow(sample_uniform(r, cell), 12.0);
            const size_t x = cell % SIDE, y = cell / SIDE % SIDE, z = cell / SIDE / SIDE;
            pairs[0][x * SIDE + y] += p;
            pairs[1][y * SIDE + z] += p;
            pairs[2][x * SIDE + z] += p;
        }
        struct clau_joint joint[3];
        for (size_t k = 0; k < 3; k++)
            joint[k] = measure(pairs[k], SIDE, SIDE, PLUG_IN);
        assert_true(joint[2].shannon_distance <=
                    joint[0].shannon_distance + joint[1].shannon_distance + 1e-14);
        assert_true(joint[2].rajski_distance <=
                    joint[0].rajski_distance + joint[1].rajski_distance + 1e-14);
        assert_close(joint[0].rajski_distance,
                     1.0 - clau_information_normalised(&joint[0], CLAU_NORMALISED_JOINT), 1e-14);
    }
}

static void gaussian_pairs(void **state) {
    (void)state;
    enum { COUNT = 200000, BINS = 40 };
    double *x = malloc(3 * COUNT * sizeof *x), *y = x + COUNT, *noise = y + COUNT;
    assert_non_null(x);
    const struct clau_random_key key = {6, 1};
    clau_random_fill_normal(key, 0, 0, 0, COUNT, x);
    clau_random_fill_normal(key, 0, 1, 0, COUNT, noise);
    const double correlations[] = {0.0, 0.5, 0.9};
    for (size_t k = 0; k < 3; k++) {
        const double rho = correlations[k];
        for (size_t i = 0; i < COUNT; i++)
            y[i] = rho * x[i] + sqrt(1.0 - rho * rho) * noise[i];
        const struct clau_bins bins = {-5.0, 5.0, BINS};
        struct clau_joint plug_in, corrected;
        assert_int_equal(
            clau_joint_series(x, bins, y, bins, COUNT, CLAU_ESTIMATOR_PLUG_IN, &plug_in),
            CLAU_MEASURE_OK);
        assert_int_equal(
            clau_joint_series(x, bins, y, bins, COUNT, CLAU_ESTIMATOR_MILLER_MADOW, &corrected),
            CLAU_MEASURE_OK);
        const double truth = -0.5 * log1p(-rho * rho);
        print_message("# rho %.1f: truth %.5f, plug-in %.5f, Miller-Madow %.5f, error %.5f\n", rho,
                      truth, plug_in.information, corrected.information,
                      corrected.information_error);
        // Binning loses information, at first order (rho d)^2 / 12 (1 - rho^2) with bins of d =
        // 1/4: 0.0017 and 0.022. Scatter: four standard errors, the chi-square one at rho = 0
        // (sqrt(K^2/2)/N is 0.004 if all cells were filled; some 600 are: 9e-5).
        const double binned = rho * rho / (1.0 - rho * rho) / 16.0 / 12.0;
        const double scatter = 4.0 * (corrected.information_error + 9e-5);
        assert_true(corrected.information < truth + scatter);
        assert_true(corrected.information > truth - 1.2 * binned - scatter - 4e-4);
        // The plug-in's excess, (occupied - 2 * 40 + 1) / 2N.
        assert_true(plug_in.information - corrected.information > 1e-4);
    }
    free(x);
}

static void error_bar(void **state) {
    (void)state;
    // Symmetric channel with a flip of 0.2: I = ln 2 - H(0.2); the deviation over repetitions.
    enum { SIZE = 500, REPEATS = 2000 };
    const double shares[] = {0.4, 0.1, 0.1, 0.4};
    struct moments found = {0}, error = {0};
    for (size_t r = 0; r < REPEATS; r++) {
        double counts[4];
        sample_counts(shares, 4, SIZE, r, counts);
        const struct clau_joint joint = measure(counts, 2, 2, MILLER_MADOW);
        moments_add(&found, joint.information);
        moments_add(&error, joint.information_error);
    }
    const double truth = log(2.0) + 0.2 * log(0.2) + 0.8 * log(0.8);
    // Miller and Madow's bias is O(1/N^2).
    assert_close(found.mean, truth, 4.0 * moments_error(&found));
    // 2000 repetitions give a deviation to 1.6 %; the delta method to O(1/N).
    assert_relative(error.mean, moments_deviation(&found), 0.06);
}

static void refusals(void **state) {
    (void)state;
    struct clau_joint joint = {.x = 42.0};
    const double good[] = {1.0, 2.0, 3.0, 4.0}, bad[] = {1.0, NAN, 3.0, 4.0};
    const double negative[] = {1.0, -2.0, 3.0, 4.0}, half[] = {1.0, 2.5, 3.0, 4.0};
    const double zeros[4] = {0.0}, huge[] = {1e308, 1e308, 1e308, 1e308};
#define CODE(table, rows, columns, of) clau_joint_table(table, rows, columns, of, &joint)
    assert_int_equal(CODE(good, 0, 2, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_EMPTY);
    assert_int_equal(CODE(good, SIZE_MAX / 2, 4, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(CODE(bad, 2, 2, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(CODE(negative, 2, 2, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_NEGATIVE);
    assert_int_equal(CODE(zeros, 2, 2, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_ZERO_SUM);
    assert_int_equal(CODE(huge, 2, 2, CLAU_ESTIMATOR_PLUG_IN), CLAU_MEASURE_INFINITE);
    assert_int_equal(CODE(half, 2, 2, CLAU_ESTIMATOR_MILLER_MADOW), CLAU_MEASURE_NOT_A_COUNT);
    assert_int_equal(CODE(good, 2, 2, (enum clau_estimator)9), CLAU_MEASURE_BAD_OPTION);
    const struct clau_bins bins = {0.0, 5.0, 4}, none = {0.0, 5.0, 0}, reversed = {5.0, 0.0, 4};
    const struct clau_bins beyond = {10.0, 20.0, 4}, many = {0.0, 5.0, 1 << 20};
#define SERIES(x, x_bins, y_bins, count)                                                           \
    clau_joint_series(x, x_bins, good, y_bins, count, CLAU_ESTIMATOR_PLUG_IN, &joint)
    assert_int_equal(SERIES(good, bins, bins, 0), CLAU_MEASURE_EMPTY);
    assert_int_equal(SERIES(bad, bins, bins, 4), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(SERIES(good, none, bins, 4), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(SERIES(good, many, many, 4), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(SERIES(good, bins, reversed, 4), CLAU_MEASURE_BAD_RANGE);
    assert_int_equal(SERIES(good, beyond, bins, 4), CLAU_MEASURE_ZERO_SUM);
    assert_true(joint.x == 42.0);
    // All values equal, with a range of the width 0.
    const double equal[] = {2.0, 2.0, 2.0, 2.0};
    const struct clau_bins point = {2.0, 2.0, 3};
    assert_int_equal(SERIES(equal, point, bins, 4), CLAU_MEASURE_OK);
    assert_close(joint.x, 0.0, 0.0);
    assert_close(joint.information, 0.0, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_tables),
        cmocka_unit_test(constants),
        cmocka_unit_test(distances_are_metrics),
        cmocka_unit_test(gaussian_pairs),
        cmocka_unit_test(error_bar),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-joint", tests, NULL, NULL);
}
