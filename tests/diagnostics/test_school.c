// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/school.h"

#include <stdlib.h>
#include <string.h>

#include "diagnostics/neighbour_tree.h"
#include "diagnostics/rank_correlation.h"
#include "numerics/random.h"
#include "tests/approx.h"

#ifdef _OPENMP
#include <omp.h>
#endif

enum { MOST = 20000 };

static const double pi = 3.14159265358979323846;
static double x[3][MOST], u[3][MOST];
static struct clau_school_workspace *workspace;

static struct clau_school school_of(size_t count, int dimensions, double length, bool periodic) {
    struct clau_school school = {
        .count = count, .dimensions = dimensions, .length = length, .periodic = periodic};
    for (int d = 0; d < dimensions; d++) {
        school.position[d] = x[d];
        school.heading[d] = u[d];
    }
    return school;
}

static struct clau_school_measures measure(const struct clau_school *school) {
    struct clau_school_measures found;
    assert_int_equal(clau_school_measure(workspace, school, NULL, &found), CLAU_MEASURE_OK);
    return found;
}

static void set(double axes[3][MOST], size_t i, double a, double b, double c) {
    axes[0][i] = a;
    axes[1][i] = b;
    axes[2][i] = c;
}

/// Positions in [0, 1)^3, isotropic headings.
static void fill_random(size_t count) {
    const struct clau_random_key key = {1, 0};
    for (int d = 0; d < 3; d++) {
        clau_random_fill_half_open(key, 0, (uint64_t)d, 0, count, x[d]);
        clau_random_fill_normal(key, 1, (uint64_t)d, 0, count, u[d]);
    }
    for (size_t i = 0; i < count; i++) {
        const double norm = sqrt(u[0][i] * u[0][i] + u[1][i] * u[1][i] + u[2][i] * u[2][i]);
        for (int d = 0; d < 3; d++)
            u[d][i] /= norm;
    }
}

/// A ring about a corner of a box of edge 10, everyone on a tangent.
static void fill_ring(size_t count) {
    for (size_t i = 0; i < count; i++) {
        const double angle = 2.0 * pi * (double)i / (double)count;
        set(x, i, fmod(10.0 + 2.0 * cos(angle), 10.0), fmod(10.0 + 2.0 * sin(angle), 10.0), 9.0);
        set(u, i, -sin(angle), cos(angle), 0.0);
    }
}

static void test_a_ring_rotates(void **state) {
    (void)state;
    enum { N = 24 };
    fill_ring(N);
    for (int dimensions = 2; dimensions <= 3; dimensions++) {
        struct clau_school school = school_of(N, dimensions, 10.0, true);
        const struct clau_school_measures found = measure(&school);
        // Sums of two dozen numbers, each right to an ulp or two of the box.
        assert_close(found.order.rotation, 1.0, 1e-14);
        assert_close(found.order.order_index, 1.0, 1e-14);
        assert_close(found.order.polarization, 0.0, 1e-15);
        assert_close(found.order.spread, 2.0, 1e-14);
        assert_close(remainder(found.order.centre[0], 10.0), 0.0, 1e-14);
        assert_close(found.order.centre[2], dimensions == 3 ? 9.0 : 0.0, 1e-14);
        assert_close(found.neighbours.mean, 4.0 * sin(pi / N), 1e-13);
        assert_close(found.neighbours.largest, found.neighbours.smallest, 1e-13);
        // All in one bin; and in the plane two equal eigenvalues, of three where there are three.
        assert_true(found.entropies.value[CLAU_SCHOOL_COHESION] == 0.0);
        assert_true(found.entropies.value[CLAU_SCHOOL_ANGULAR_MOMENTUM] == 0.0);
        assert_close(found.entropies.value[CLAU_SCHOOL_SHAPE], log(2.0) / log((double)dimensions),
                     1e-8); // the third is 1e-10
    }
    // The plain mean of a school about a corner is nowhere near it.
    struct clau_school school = school_of(N, 3, 10.0, true);
    school.plain_centre = true;
    assert_true(measure(&school).order.rotation < 0.9);
}

static void test_aligned_headings(void **state) {
    (void)state;
    enum { N = 100 };
    fill_random(N);
    for (size_t i = 0; i < N; i++)
        set(u, i, 0.6, 0.0, 0.8);
    const struct clau_school school = school_of(N, 3, 1.0, true);
    const struct clau_school_measures found = measure(&school);
    assert_close(found.order.polarization, 1.0, 1e-15);
    assert_close(found.order.direction[0], 0.6, 1e-15);
    assert_true(found.entropies.value[CLAU_SCHOOL_POLARIZATION] == 0.0);
    assert_true(found.entropies.polarization_equal_area == 0.0);
    assert_true(found.entropies.value[CLAU_SCHOOL_VELOCITY_CORRELATION] == 0.0);
    double dispersion;
    assert_int_equal(clau_school_angular_dispersion(workspace, &school, &dispersion),
                     CLAU_MEASURE_OK);
    assert_close(dispersion, 0.0, 1e-15);
}

static void test_two_opposite_groups(void **state) {
    (void)state;
    enum { N = 40 };
    // Group k flies along (-1)^k x, 4 apart, each of them 1 wide.
    for (size_t i = 0; i < N; i++) {
        const double right = i % 2 ? 4.0 : 0.0;
        set(x, i, 3.0 + right + (double)(i / 2) / (N / 2 - 1), 5.0, 5.0);
        set(u, i, i % 2 ? -1.0 : 1.0, 0.0, 0.0);
    }
    const struct clau_school school = school_of(N, 3, 100.0, false);
    const struct clau_school_measures found = measure(&school);
    assert_close(found.order.polarization, 0.0, 1e-15);
    // Half of the dots is 1 (380 pairs of 780), the others -1 (400).
    const double p = 380.0 / 780.0;
    assert_close(found.entropies.value[CLAU_SCHOOL_VELOCITY_CORRELATION],
                 -(p * log(p) + (1 - p) * log(1 - p)) / log(20.0), 1e-14);
    double c[5], length, dispersion;
    assert_int_equal(
        clau_school_velocity_correlation(workspace, &school, NULL, 10.0, 5, c, &length),
        CLAU_MEASURE_OK);
    // Bins of width 2: within a group 1; between groups (3 to 5 apart) -1; none farther.
    assert_close(c[0], 1.0, 1e-14);
    assert_close(c[1], -1.0, 1e-14);
    assert_close(c[2], -1.0, 1e-14);
    assert_true(isnan(c[3]) && isnan(c[4]));
    assert_close(length, 2.0, 1e-14);
    assert_int_equal(clau_school_angular_dispersion(workspace, &school, &dispersion),
                     CLAU_MEASURE_OK);
    assert_true(isnan(dispersion));
    // An empty bin between: the line goes from the first centre to the third.
    assert_int_equal(
        clau_school_velocity_correlation(workspace, &school, NULL, 5.25, 3, c, &length),
        CLAU_MEASURE_OK);
    assert_close(length, 1.75, 1e-14);

    struct clau_school_groups groups;
    static const struct {
        double link;
        size_t count, largest;
        double mean;
    } cases[] = {{0.05, N, 1, 1.0}, {0.06, 2, 20, 20.0}, {2.9, 2, 20, 20.0}, {3.1, 1, N, N}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(clau_school_groups(workspace, &school, cases[k].link, &groups),
                         CLAU_MEASURE_OK);
        assert_int_equal(groups.count, cases[k].count);
        assert_int_equal(groups.largest, cases[k].largest);
        assert_close(groups.mean_size, cases[k].mean, 0.0);
    }
}

static void test_an_empty_bin_is_skipped(void **state) {
    (void)state;
    // Pairs at distance 1 (alike) and 7 to 9 (opposite): bins of width 2, the second one empty.
    for (size_t i = 0; i < 4; i++) {
        set(x, i, i < 2 ? (double)i : 7.0 + (double)i, 0.0, 0.0);
        set(u, i, i < 2 ? 1.0 : -1.0, 0.0, 0.0);
    }
    const struct clau_school school = school_of(4, 2, 100.0, false);
    double c[6], length;
    assert_int_equal(
        clau_school_velocity_correlation(workspace, &school, NULL, 12.0, 6, c, &length),
        CLAU_MEASURE_OK);
    assert_true(isnan(c[1]) && isnan(c[2]) && isnan(c[3]));
    assert_close(c[0], 1.0, 1e-15);
    assert_close(c[4], -1.0, 1e-15);
    assert_close(length, 5.0, 1e-14); // half-way from 1 to 9
}

static void test_a_group_across_a_face(void **state) {
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        set(x, i, fmod(9.55 + 0.1 * (double)i, 10.0), 1.0, 1.0);
        set(u, i, 1.0, 0.0, 0.0);
    }
    struct clau_school school = school_of(10, 3, 10.0, true);
    struct clau_school_groups groups;
    assert_int_equal(clau_school_groups(workspace, &school, 0.11, &groups), CLAU_MEASURE_OK);
    assert_int_equal(groups.count, 1);
    const struct clau_school_measures found = measure(&school);
    assert_close(remainder(found.order.centre[0], 10.0), 0.0, 1e-14);
    assert_close(found.neighbours.largest, 0.1, 1e-13);
    assert_close(found.order.spread, sqrt(0.0825), 1e-13);
    school.periodic = false;
    assert_int_equal(clau_school_groups(workspace, &school, 0.11, &groups), CLAU_MEASURE_OK);
    assert_int_equal(groups.count, 2);
}

static void test_translation_changes_nothing(void **state) {
    (void)state;
    enum { N = 700 }; // the tree's
    fill_random(N);
    for (size_t i = 0; i < N; i++) {
        for (int d = 0; d < 3; d++)
            x[d][i] = floor(x[d][i] * 0x1p20) * 0x1p-20 * 0.5; // exact under the shifts below
    }
    const struct clau_school school = school_of(N, 3, 1.0, true);
    const struct clau_school_measures before = measure(&school);
    struct clau_school_groups groups, moved;
    assert_int_equal(clau_school_groups(workspace, &school, 0.04, &groups), CLAU_MEASURE_OK);
    for (size_t i = 0; i < N; i++) {
        for (int d = 0; d < 3; d++)
            x[d][i] = fmod(x[d][i] + 0.75 - 0.125 * d, 1.0);
    }
    const struct clau_school_measures after = measure(&school);
    assert_int_equal(clau_school_groups(workspace, &school, 0.04, &moved), CLAU_MEASURE_OK);
    assert_int_equal(groups.count, moved.count);
    assert_int_equal(groups.largest, moved.largest);
    assert_close(after.order.rotation, before.order.rotation, 1e-13);
    assert_close(after.order.spread, before.order.spread, 1e-13);
    for (int k = 0; k < CLAU_SCHOOL_ENTROPY_COUNT; k++) {
        if (k != CLAU_SCHOOL_DEPTH) // which is a place and not a distance
            assert_close(after.entropies.value[k], before.entropies.value[k], 1e-12);
    }
    assert_close(after.neighbours.deviation, before.neighbours.deviation, 1e-15);
}

static void test_isotropic_headings_fill_equal_areas(void **state) {
    (void)state;
    fill_random(MOST);
    const struct clau_school school = school_of(MOST, 3, 1.0, true);
    const struct clau_school_entropies found = measure(&school).entropies;
    // The expected deficit of 288 bins is 287 / (2 N ln 288) = 1.27e-3 (G. A. Miller 1955).
    assert_close(found.polarization_equal_area, 1.0 - 1.27e-3, 3e-4);
    assert_true(found.value[CLAU_SCHOOL_POLARIZATION] < 0.98);
    // Dots of isotropic headings are uniform on [-1, 1]: H is 1 less a bias of 1e-5.
    assert_close(found.value[CLAU_SCHOOL_VELOCITY_CORRELATION], 1.0, 1e-3);
    assert_true(found.velocity_correlation_error > 0.0);
}

static void test_other_numbers_draw_other_pairs(void **state) {
    (void)state;
    fill_random(5000);
    const struct clau_school school = school_of(5000, 3, 1.0, true);
    const struct clau_school_draw draws[] = {
        {1, 0, 0, NULL}, {1, 0, 0, NULL}, {1, 0, 1, NULL}, {2, 0, 0, NULL}, {1, 1, 0, NULL}};
    double value[5];
    for (int k = 0; k < 5; k++) {
        struct clau_school_measures found;
        assert_int_equal(clau_school_measure(workspace, &school, &draws[k], &found),
                         CLAU_MEASURE_OK);
        value[k] = found.entropies.value[CLAU_SCHOOL_VELOCITY_CORRELATION];
    }
    assert_true(value[1] == value[0]);
    for (int k = 2; k < 5; k++)
        assert_true(value[k] != value[0]);
}

struct everything {
    struct clau_school_measures measures;
    struct clau_school_groups groups;
    double correlation[16], length;
};

static void find_everything(const struct clau_school *school, int threads,
                            struct everything *found) {
#ifdef _OPENMP
    const int before = omp_get_max_threads();
    omp_set_num_threads(threads);
#endif
    (void)threads;
    memset(found, 0, sizeof *found);
    found->measures = measure(school);
    assert_int_equal(clau_school_groups(workspace, school, 0.03, &found->groups), CLAU_MEASURE_OK);
    assert_int_equal(clau_school_velocity_correlation(workspace, school, NULL, 0.8, 16,
                                                      found->correlation, &found->length),
                     CLAU_MEASURE_OK);
#ifdef _OPENMP
    omp_set_num_threads(before);
#endif
}

static void test_the_number_of_threads_changes_nothing(void **state) {
    (void)state;
    static const size_t counts[] = {1000, 4096, 4097, MOST};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        fill_random(counts[k]);
        const struct clau_school school = school_of(counts[k], 3, 1.0, true);
        struct everything one, many;
        find_everything(&school, 1, &one);
        find_everything(&school, 3, &many);
        assert_memory_equal(&one, &many, sizeof one);
    }
}

static void check_tree(size_t count, double period) {
    static struct clau_tree_point points[MOST];
    static struct clau_tree_box boxes[MOST];
    static double distance[2][MOST], variation[2][MOST];
    for (size_t i = 0; i < count; i++)
        points[i] = (struct clau_tree_point){{x[0][i], x[1][i], x[2][i]}, i};
    struct clau_tree tree = {.count = count, .period = period, .points = points, .boxes = boxes};
    assert_true(clau_tree_node_count(count) <= MOST);
    clau_tree_nearest(&tree, true, distance[0], variation[0]);
    clau_tree_build(&tree);
    clau_tree_nearest(&tree, false, distance[1], variation[1]);
    // The same roundings, so the same numbers.
    assert_memory_equal(distance[0], distance[1], count * sizeof(double));
    assert_memory_equal(variation[0], variation[1], count * sizeof(double));
}

static void test_the_tree_finds_what_all_pairs_do(void **state) {
    (void)state;
    fill_random(MOST);
    check_tree(MOST, 1.0);
    check_tree(MOST, INFINITY);
    for (size_t i = 0; i < MOST; i++) { // a ball about a corner, half of it much denser
        for (int d = 0; d < 3; d++) {
            const double width = i % 2 ? 1e-5 : 1e-2;
            const double r = width * (x[d][i] - 0.5);
            x[d][i] = r < 0.0 ? 1.0 + r : r;
        }
    }
    check_tree(MOST, 1.0);
    for (size_t i = 0; i < MOST; i++)
        set(x, i, (double)(i % 7) / 8.0, (double)(i % 3) / 4.0, 1.0); // points that coincide
    check_tree(5000, 1.0);
    check_tree(5000, INFINITY);
}

static void test_errors_leave_the_outputs(void **state) {
    (void)state;
    fill_random(10);
    const struct clau_school good = school_of(10, 3, 1.0, true);
    struct clau_school bad[5] = {good, good, good, good, good};
    bad[0].count = 0;
    bad[1].dimensions = 4;
    bad[2].length = -1.0;
    bad[3].count = MOST + 1;
    bad[4].length = NAN;
    const enum clau_measure_status due[5] = {CLAU_MEASURE_EMPTY, CLAU_MEASURE_BAD_DIMENSIONS,
                                             CLAU_MEASURE_BAD_LENGTH, CLAU_MEASURE_TOO_MANY,
                                             CLAU_MEASURE_BAD_LENGTH};
    struct clau_school_order order = {.spread = 7.0};
    for (int k = 0; k < 5; k++)
        assert_int_equal(clau_school_order(workspace, &bad[k], &order), due[k]);
    static const double wrong[] = {NAN, INFINITY, -0.1, 1.1};
    const enum clau_measure_status answer[] = {CLAU_MEASURE_NOT_A_NUMBER, CLAU_MEASURE_INFINITE,
                                               CLAU_MEASURE_OUTSIDE, CLAU_MEASURE_OUTSIDE};
    for (int k = 0; k < 4; k++) {
        const double kept = x[1][9];
        x[1][9] = wrong[k];
        assert_int_equal(clau_school_order(workspace, &good, &order), answer[k]);
        x[1][9] = kept;
    }
    u[2][3] += 0.5;
    assert_int_equal(clau_school_order(workspace, &good, &order), CLAU_MEASURE_BAD_HEADING);
    u[2][3] = NAN;
    assert_int_equal(clau_school_order(workspace, &good, &order), CLAU_MEASURE_BAD_HEADING);
    assert_true(order.spread == 7.0);
    fill_random(10);
    struct clau_school_groups groups;
    double c = 7.0;
    assert_int_equal(clau_school_groups(workspace, &good, NAN, &groups), CLAU_MEASURE_BAD_LENGTH);
    assert_int_equal(clau_school_velocity_correlation(workspace, &good, NULL, 0.0, 1, &c, NULL),
                     CLAU_MEASURE_BAD_RANGE);
    assert_int_equal(clau_school_velocity_correlation(workspace, &good, NULL, 1.0, 0, &c, NULL),
                     CLAU_MEASURE_BAD_BINS);
    assert_true(c == 7.0);
    assert_null(clau_school_workspace_create(SIZE_MAX));
    clau_school_workspace_destroy(NULL);
}

static void test_ranks(void **state) {
    (void)state;
    const double a[] = {1.0, 2.0, 3.0, 4.0}, cubes[] = {1.0, 8.0, 27.0, INFINITY};
    const double down[] = {4.0, 3.0, 2.0, -1.0}, ties[] = {1.0, 1.0, 2.0, 2.0}, same[4] = {0};
    double found;
    assert_int_equal(clau_rank_correlation(a, cubes, 4, &found), CLAU_MEASURE_OK);
    assert_close(found, 1.0, 1e-15);
    assert_int_equal(clau_rank_correlation(a, down, 4, &found), CLAU_MEASURE_OK);
    assert_close(found, -1.0, 1e-15);
    // Ranks 1.5 1.5 3.5 3.5 against 1 2 3 4: 4 / sqrt(4 * 5).
    assert_int_equal(clau_rank_correlation(a, ties, 4, &found), CLAU_MEASURE_OK);
    assert_close(found, 4.0 / sqrt(20.0), 1e-15);
    assert_int_equal(clau_rank_correlation(a, same, 4, &found), CLAU_MEASURE_OK);
    assert_true(isnan(found));
    found = 7.0;
    assert_int_equal(clau_rank_correlation(a, same, 0, &found), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_rank_correlation(a, (double[4]){NAN}, 4, &found),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_true(found == 7.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_ring_rotates),
        cmocka_unit_test(test_aligned_headings),
        cmocka_unit_test(test_two_opposite_groups),
        cmocka_unit_test(test_an_empty_bin_is_skipped),
        cmocka_unit_test(test_a_group_across_a_face),
        cmocka_unit_test(test_translation_changes_nothing),
        cmocka_unit_test(test_isotropic_headings_fill_equal_areas),
        cmocka_unit_test(test_other_numbers_draw_other_pairs),
        cmocka_unit_test(test_the_number_of_threads_changes_nothing),
        cmocka_unit_test(test_the_tree_finds_what_all_pairs_do),
        cmocka_unit_test(test_errors_leave_the_outputs),
        cmocka_unit_test(test_ranks),
    };
    workspace = clau_school_workspace_create(MOST);
    if (workspace == NULL)
        return 1;
    const int failed = cmocka_run_group_tests_name("school", tests, NULL, NULL);
    clau_school_workspace_destroy(workspace);
    return failed;
}
