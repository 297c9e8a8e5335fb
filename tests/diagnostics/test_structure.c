// SPDX-License-Identifier: GPL-3.0-or-later
// Lattices, whose neighbours and shells are known, and the answers to bad input.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diagnostics/structure.h"

enum { COLUMNS = 12, ROWS = 14, COUNT = COLUMNS * ROWS, BINS = 60 };

/// Some hundred operations on coordinates of order 10 lie between the positions and a result.
static const double ROUND_OFF = 1e-12;

static void assert_near(double result, double expected) {
    if (!(fabs(result - expected) <= ROUND_OFF * fmax(1.0, fabs(expected))))
        fail_msg("%.17g instead of %.17g", result, expected);
}

/// Rows of spacing 1 along x, `height` apart, each odd one moved by `shift`; periodic.
static struct clau_rectangle lattice(double height, double shift, double *x, double *y) {
    for (int i = 0; i < COUNT; i++) {
        const int row = i / COLUMNS;
        x[i] = i % COLUMNS + 0.25 + (row % 2) * shift;
        y[i] = (row + 0.25) * height;
    }
    return (struct clau_rectangle){{0.0, 0.0}, {COLUMNS, ROWS * height}, {true, true}};
}

static void test_triangular_order(void **state) {
    (void)state;
    double x[COUNT], y[COUNT], psi[2 * COUNT];
    struct clau_rectangle box = lattice(sqrt(0.75), 0.5, x, y);
    struct clau_structure_workspace *work = clau_structure_workspace_create(COUNT, 0);
    assert_non_null(work);
    struct clau_hexatic order;
    assert_int_equal(clau_hexatic_order(work, &box, COUNT, x, y, psi, &order), CLAU_MEASURE_OK);
    assert_near(order.global, 1.0);
    assert_near(order.local, 1.0);
    for (int i = 0; i < COUNT; i++) {
        assert_near(psi[2 * i], 1.0);
        assert_near(psi[2 * i + 1], 0.0);
    }
    // Turned by a right angle the bonds are at odd multiples of 30 degrees: exp(i pi).
    box.high[0] = box.high[1];
    box.high[1] = COLUMNS;
    assert_int_equal(clau_hexatic_order(work, &box, COUNT, y, x, psi, &order), CLAU_MEASURE_OK);
    assert_near(order.global, 1.0);
    for (int i = 0; i < COUNT; i++)
        assert_near(psi[2 * i], -1.0);
    clau_structure_workspace_destroy(work);
}

/// Four neighbours at right angles cancel; a fifth and sixth, over a corner, would leave 1/3.
static void test_square_order(void **state) {
    (void)state;
    double x[COUNT], y[COUNT];
    const struct clau_rectangle box = lattice(1.0, 0.0, x, y);
    struct clau_structure_workspace *work = clau_structure_workspace_create(COUNT, 0);
    assert_non_null(work);
    struct clau_hexatic order;
    assert_int_equal(clau_hexatic_order(work, &box, COUNT, x, y, NULL, &order), CLAU_MEASURE_OK);
    assert_near(order.global, 0.0);
    assert_near(order.local, 0.0);
    clau_structure_workspace_destroy(work);
}

/// Bins of 0.055, no edge of which is near a shell; all others are empty.
static void check_shells(const struct clau_rectangle *box, const double *x, const double *y,
                         size_t shells, const double *squares, const int *counts) {
    const double range = 3.3, width = range / BINS;
    double g[BINS], expected[BINS] = {0};
    struct clau_structure_workspace *work = clau_structure_workspace_create(COUNT, BINS);
    assert_non_null(work);
    assert_int_equal(clau_radial_distribution(work, box, COUNT, x, y, range, BINS, g),
                     CLAU_MEASURE_OK);
    for (size_t s = 0; s < shells; s++) {
        const int k = (int)(sqrt(squares[s]) / width);
        const double ring = acos(-1.0) * (2 * k + 1) * width * width;
        expected[k] += counts[s] / ((COUNT - 1) * ring / (box->high[0] * box->high[1]));
    }
    for (int k = 0; k < BINS; k++)
        assert_near(g[k], expected[k]);
    clau_structure_workspace_destroy(work);
}

static void test_shells(void **state) {
    (void)state;
    double x[COUNT], y[COUNT];
    struct clau_rectangle box = lattice(sqrt(0.75), 0.5, x, y);
    check_shells(&box, x, y, 5, (double[]){1, 3, 4, 7, 9}, (int[]){6, 6, 6, 12, 6});
    box = lattice(1.0, 0.0, x, y);
    check_shells(&box, x, y, 7, (double[]){1, 2, 4, 5, 8, 9, 10}, (int[]){4, 4, 4, 8, 4, 4, 8});
}

static void test_bad_velocities(void **state) {
    (void)state;
    const double v[2] = {0.5, -0.5}, bad[2] = {0.5, NAN};
    double f[4], scratch[4];
    assert_int_equal(clau_velocity_distribution(v, v, 0, 1, 4, f, scratch), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_velocity_distribution(v, bad, 2, 1, 4, f, scratch),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_velocity_distribution(v, v, 2, 1, 0, f, scratch), CLAU_MEASURE_BAD_BINS);
    const double ranges[] = {0.0, -1.0, INFINITY, NAN};
    for (int k = 0; k < 4; k++)
        assert_int_equal(clau_velocity_distribution(v, v, 2, ranges[k], 4, f, scratch),
                         CLAU_MEASURE_BAD_RANGE);
}

static void test_bad_positions(void **state) {
    (void)state;
    const double y[3] = {1, 2, 3}, beyond[3] = {1, 2, 4.1}, nan[3] = {1, NAN, 3};
    const struct clau_rectangle box = {{0, 0}, {4, 4}, {true, true}}, flat = {{0, 0}, {4, 0}, {0}};
    struct clau_structure_workspace *work = clau_structure_workspace_create(3, 4);
    assert_non_null(work);
    const struct {
        const struct clau_rectangle *box;
        size_t count;
        const double *x;
        double range;
        size_t bins;
        enum clau_measure_status radial, hexatic;
    } rows[] = {
        {&box, 3, y, 2.0, 4, CLAU_MEASURE_OK, CLAU_MEASURE_OK},
        {&box, 0, y, 2.0, 4, CLAU_MEASURE_EMPTY, CLAU_MEASURE_EMPTY},
        {&box, 1, y, 2.0, 4, CLAU_MEASURE_EMPTY, CLAU_MEASURE_OK},
        {&box, 4, y, 2.0, 4, CLAU_MEASURE_TOO_MANY, CLAU_MEASURE_TOO_MANY},
        {&flat, 3, y, 2.0, 4, CLAU_MEASURE_BAD_LENGTH, CLAU_MEASURE_BAD_LENGTH},
        {&box, 3, nan, 2.0, 4, CLAU_MEASURE_NOT_A_NUMBER, CLAU_MEASURE_NOT_A_NUMBER},
        {&box, 3, beyond, 2.0, 4, CLAU_MEASURE_OUTSIDE, CLAU_MEASURE_OUTSIDE},
        {&box, 3, y, 0.0, 4, CLAU_MEASURE_BAD_REACH, CLAU_MEASURE_OK},
        {&box, 3, y, 2.1, 4, CLAU_MEASURE_BAD_REACH, CLAU_MEASURE_OK},
        {&box, 3, y, NAN, 4, CLAU_MEASURE_BAD_REACH, CLAU_MEASURE_OK},
        {&box, 3, y, 2.0, 0, CLAU_MEASURE_BAD_BINS, CLAU_MEASURE_OK},
        {&box, 3, y, 2.0, 5, CLAU_MEASURE_BAD_BINS, CLAU_MEASURE_OK},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double g[5];
        struct clau_hexatic order;
        assert_int_equal(clau_radial_distribution(work, rows[k].box, rows[k].count, rows[k].x, y,
                                                  rows[k].range, rows[k].bins, g),
                         rows[k].radial);
        assert_int_equal(
            clau_hexatic_order(work, rows[k].box, rows[k].count, rows[k].x, y, NULL, &order),
            rows[k].hexatic);
    }
    clau_structure_workspace_destroy(work);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_triangular_order), cmocka_unit_test(test_square_order),
        cmocka_unit_test(test_shells),           cmocka_unit_test(test_bad_velocities),
        cmocka_unit_test(test_bad_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
