// SPDX-License-Identifier: GPL-3.0-or-later
// The nonlinear term against sums over modes written out.
#include "numerics/complex_numbers.h"
#include <stdlib.h>

#include "numerics/memory.h"
#include "solvers/nlse/nonlinearity.h"
#include "tests/approx.h"

enum { POINTS = 24, HIGHEST = 4 };

static struct clau_grid grid;
static double frequency[POINTS];
static struct nlse_problem problem = {.grid = &grid, .g = -0.7, .frequency = frequency};

static int make_grid(void **state) {
    (void)state;
    return clau_grid_init(&grid, POINTS, 10.0) ? 0 : -1;
}

static int drop_grid(void **state) {
    (void)state;
    clau_grid_finish(&grid);
    return 0;
}

/// Some coefficient of mode m.
static double complex coefficient(ptrdiff_t m) {
    return m < -HIGHEST || m > HIGHEST
               ? 0.0
               : CMPLX(1.0 / (1.0 + (double)(m * m)), 0.1 * (double)m + 0.05);
}

/// i g sum c_p c_q* c_r over p - q + r = m (mod `period`, 0: no aliasing), |p|, |q|, |r| <=
/// HIGHEST.
static double complex cubic(ptrdiff_t m, ptrdiff_t period) {
    double complex sum = 0.0;
    for (ptrdiff_t p = -HIGHEST; p <= HIGHEST; p++)
        for (ptrdiff_t q = -HIGHEST; q <= HIGHEST; q++)
            for (ptrdiff_t r = -HIGHEST; r <= HIGHEST; r++) {
                const ptrdiff_t off = p - q + r - m;
                if (off == 0 || (period != 0 && off % period == 0))
                    sum += coefficient(p) * conj(coefficient(q)) * coefficient(r);
            }
    return I * problem.g * sum;
}

static void check_band(size_t positive, size_t negative, size_t product_points, ptrdiff_t period) {
    struct nlse_nonlinearity term;
    assert_true(
        nlse_nonlinearity_init(&term, &problem, positive, negative, product_points, NLSE_FULL));
    double complex *argument = nlse_nonlinearity_argument(&term);
    double complex *out = clau_allocate(term.count, sizeof *out);
    for (size_t i = 0; i < term.count; i++)
        argument[i] =
            coefficient(i < positive ? (ptrdiff_t)i : (ptrdiff_t)i - (ptrdiff_t)term.count);
    nlse_nonlinearity_apply(&term, NULL, out);
    for (size_t i = 0; i < term.count; i++) {
        const ptrdiff_t m = i < positive ? (ptrdiff_t)i : (ptrdiff_t)i - (ptrdiff_t)term.count;
        // Sums of 700 products of order 1.
        assert_close(cabs(out[i] - cubic(m, period)), 0.0, 1e-14);
    }
    free(out);
    nlse_nonlinearity_finish(&term);
}

static void all_modes_alias(void **state) {
    (void)state;
    check_band(POINTS / 2, POINTS / 2, POINTS, POINTS);
    check_band(8, 7, 15, 15); // of odd length, and narrower than the products' 12 modes
}

static void padding_does_not(void **state) {
    (void)state;
    check_band(POINTS / 2, POINTS / 2, 2 * POINTS, 0);
}

static void narrow_band(void **state) {
    (void)state;
    check_band(HIGHEST + 1, HIGHEST, 20, 20);
    check_band(HIGHEST + 1, HIGHEST, 32, 0);
    check_band(HIGHEST + 2, HIGHEST + 1, 32, 0); // an even number of positive modes
}

static void filter_acts_on_both_sides(void **state) {
    (void)state;
    struct nlse_nonlinearity term;
    assert_true(
        nlse_nonlinearity_init(&term, &problem, POINTS / 2, POINTS / 2, POINTS, NLSE_TWO_THIRDS));
    double complex *argument = nlse_nonlinearity_argument(&term);
    double complex *out = clau_allocate(POINTS, sizeof *out);
    // All in modes above 2/3 of the largest, which is 12: nothing may come out.
    for (size_t m = 9; m <= POINTS - 9; m++)
        argument[m] = 1.0;
    nlse_nonlinearity_apply(&term, NULL, out);
    for (size_t i = 0; i < POINTS; i++)
        assert_close(cabs(out[i]), 0.0, 0.0);
    // One mode at the limit makes only itself.
    argument[8] = 1.0;
    for (size_t i = 0; i < POINTS; i++)
        if (i != 8)
            argument[i] = 0.0;
    nlse_nonlinearity_apply(&term, NULL, out);
    for (size_t i = 0; i < POINTS; i++)
        assert_close(cabs(out[i] - (i == 8 ? I * problem.g : 0.0)), 0.0, 1e-15);
    free(out);
    nlse_nonlinearity_finish(&term);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_modes_alias),
        cmocka_unit_test(padding_does_not),
        cmocka_unit_test(narrow_band),
        cmocka_unit_test(filter_acts_on_both_sides),
    };
    return cmocka_run_group_tests(tests, make_grid, drop_grid);
}
