// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/diffusion_entropy.h"

#include "numerics/random.h"
#include "tests/approx.h"

enum { RING = 24 };

static double entropy(const double *points, size_t count, size_t dimensions, double width,
                      double time) {
    double result = NAN;
    assert_int_equal(clau_diffusion_entropy(points, count, dimensions, width, time, &result),
                     CLAU_MEASURE_OK);
    return result;
}

static double shannon(const double *weights, size_t count) {
    double sum = 0.0, logs = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    for (size_t i = 0; i < count; i++)
        logs -= weights[i] / sum * log(weights[i] / sum);
    return logs;
}

// Two points: eigenvalues 1 and (1 - g) / (1 + g).
static void test_two_points(void **state) {
    (void)state;
    const double points[] = {0.0, 0.0, 3.0, 4.0};
    for (double width = 2.0; width < 20.0; width *= 2.0) {
        const double g = exp(-25.0 / (2.0 * width * width));
        for (double time = 0.5; time < 5.0; time += 1.5) {
            const double weights[] = {1.0, pow((1.0 - g) / (1.0 + g), time)};
            // An eigenvalue near 0 has the rounding error of the largest.
            assert_close(entropy(points, 2, 2, width, time), shannon(weights, 2), 1e-14);
        }
    }
}

// Points at equal distances on a circle: the matrix is circulant, its eigenvalues the Fourier
// transform of a row.
static void test_ring(void **state) {
    (void)state;
    double points[2 * RING], weights[RING], row[RING], degree = 0.0;
    for (size_t i = 0; i < RING; i++) {
        const double angle = 2.0 * M_PI * (double)i / RING;
        points[2 * i] = 5.0 + cos(angle);
        points[2 * i + 1] = sin(angle);
        row[i] = exp(-(1.0 - cos(angle)) / 0.25); // |x|^2 = 2 - 2 cos, width 1/2
        degree += row[i];
    }
    for (size_t k = 0; k < RING; k++) {
        weights[k] = 0.0;
        for (size_t i = 0; i < RING; i++)
            weights[k] += row[i] * cos(2.0 * M_PI * (double)(k * i) / RING) / degree;
        weights[k] = weights[k] * weights[k];
    }
    assert_relative(entropy(points, RING, 2, 0.5, 2.0), shannon(weights, RING), 1e-12);
}

// Clusters that are small against the width and far apart count as one state each.
static void test_counts_clusters(void **state) {
    (void)state;
    double points[60];
    for (size_t i = 0; i < 60; i++)
        points[i] = 1000.0 * (double)(i % 3) + 1e-9 * (double)i;
    assert_close(entropy(points, 60, 1, 1.0, 1.0), log(3.0), 1e-12);
    assert_close(entropy(points, 60, 1, 1e-12, 1.0), log(60.0), 1e-12); // all far apart
    assert_close(entropy(points, 60, 1, 1e9, 1.0), 0.0, 1e-9);          // all in one place
    assert_true(entropy(points, 1, 1, 1.0, 1.0) == 0.0);
}

static void test_information(void **state) {
    (void)state;
    enum { COUNT = 90 };
    double points[COUNT], all = NAN, drawn = NAN, again = NAN, other = NAN;
    int labels[COUNT], blind[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        points[i] = 1000.0 * (double)(i % 3) + 1e-9 * (double)i;
        labels[i] = 7 - 5 * (int)(i % 3);
        blind[i] = (int)(i / 45);
    }
    // Each label has one cluster: S(X|c) = 0, and the information is all of S = ln 3.
    assert_int_equal(clau_diffusion_information(points, labels, COUNT, 1, 1.0, 1.0, 0, 0, &all),
                     CLAU_MEASURE_OK);
    assert_close(all, log(3.0), 1e-12);
    // 30 random points are in all three clusters; 1 - 3 (2/3)^30 is all but certain.
    assert_int_equal(clau_diffusion_information(points, labels, COUNT, 1, 1.0, 1.0, 5, 1, &drawn),
                     CLAU_MEASURE_OK);
    assert_close(drawn, log(3.0), 1e-12);
    // Labels that know nothing: all three clusters under each.
    assert_int_equal(clau_diffusion_information(points, blind, COUNT, 1, 1.0, 1.0, 5, 1, &all),
                     CLAU_MEASURE_OK);
    assert_close(all, 0.0, 1e-12);
    // A function of the seed, and unbiased by the size of groups: S of half the points is less.
    clau_random_fill_half_open((struct clau_random_key){.seed = 1}, 0, 0, 0, COUNT, points);
    const size_t draws = 20;
    clau_diffusion_information(points, blind, COUNT, 1, 0.01, 1.0, draws, 1, &drawn);
    clau_diffusion_information(points, blind, COUNT, 1, 0.01, 1.0, draws, 1, &again);
    clau_diffusion_information(points, blind, COUNT, 1, 0.01, 1.0, draws, 2, &other);
    clau_diffusion_information(points, blind, COUNT, 1, 0.01, 1.0, 0, 1, &all);
    assert_true(drawn == again && drawn != other);
    assert_close(drawn, 0.0, 0.1);
    assert_true(all > 0.2);
}

static void test_errors(void **state) {
    (void)state;
    double points[] = {0.0, 1.0, 2.0, 3.0}, result = 77.0;
    const int labels[] = {0, 1, 0, 1};
    static const double bad[] = {0.0, -1.0, NAN, INFINITY};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(clau_diffusion_entropy(points, 4, 1, bad[i], 1.0, &result),
                         CLAU_MEASURE_BAD_BANDWIDTH);
        assert_int_equal(clau_diffusion_entropy(points, 4, 1, 1.0, bad[i], &result),
                         CLAU_MEASURE_BAD_OPTION);
    }
    assert_int_equal(clau_diffusion_entropy(points, 0, 1, 1.0, 1.0, &result), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_diffusion_entropy(points, 4, 0, 1.0, 1.0, &result),
                     CLAU_MEASURE_BAD_DIMENSIONS);
    points[1] = INFINITY;
    assert_int_equal(clau_diffusion_entropy(points, 2, 2, 1.0, 1.0, &result),
                     CLAU_MEASURE_INFINITE);
    points[3] = NAN;
    assert_int_equal(clau_diffusion_information(points, labels, 4, 1, 1.0, 1.0, 1, 0, &result),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_true(result == 77.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_points),      cmocka_unit_test(test_ring),
        cmocka_unit_test(test_counts_clusters), cmocka_unit_test(test_information),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("diffusion_entropy", tests, NULL, NULL);
}
