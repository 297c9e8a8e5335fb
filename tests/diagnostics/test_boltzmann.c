// SPDX-License-Identifier: GPL-3.0-or-later
// Entropies of small macrostates by hand, and of samples of a Maxwellian against their expectation.
#include <stdlib.h>

#include "diagnostics/boltzmann.h"
#include "numerics/random.h"
#include "tests/approx.h"

static const struct clau_boltzmann_cells cells = {4, 2, 8.0, 3.0, 0.5, 2.0};

static struct clau_boltzmann measure(const struct clau_boltzmann_cells *of, size_t count,
                                     const double *x, const double *y, const double *vx,
                                     const double *vy) {
    struct clau_boltzmann result;
    struct clau_boltzmann_workspace *workspace = clau_boltzmann_workspace_create(count);
    assert_non_null(workspace);
    // Twice: nothing of the first call may be left.
    for (int i = 0; i < 2; i++)
        assert_int_equal(clau_boltzmann_entropy(workspace, of, count, x, y, vx, vy, &result),
                         CLAU_MEASURE_OK);
    clau_boltzmann_workspace_destroy(workspace);
    return result;
}

static void by_hand(void **state) {
    (void)state;
    // Cells of 2 x 1.5 x 0.5 x 0.5: three in one, two in another, and one alone.
    const double x[] = {0.1, 1.9, 1.0, 2.1, 3.9, 7.9}, y[] = {0.1, 1.4, 1.0, 1.6, 2.9, 3.0};
    const double vx[] = {0.0, 0.1, 0.49, -0.1, -0.5, 1.9}, vy[] = {0.6, 0.9, 0.5, 0.0, 0.1, -2.0};
    const struct clau_boltzmann got = measure(&cells, 6, x, y, vx, vy);
    const double log_cell = log(0.75);
    assert_int_equal(got.occupied, 3);
    assert_int_equal(got.overflow, 0);
    assert_close(got.exact, log_cell - (log(6.0) + log(2.0)) / 6.0, 1e-15);
    assert_close(got.stirling, log_cell - (3.0 * log(3.0) + 2.0 * log(2.0)) / 6.0 + 1.0, 1e-15);
    // psi(1) = -gamma, psi(1/2) = -gamma - 2 ln 2, psi(2) = 1 - gamma, psi(3/2) = 2 - gamma - 2 ln
    // 2, psi(3) = 3/2 - gamma: G(1) = -gamma - ln 2, G(2) = G(3) = 2 - gamma - ln 2.
    const double first = -0.57721566490153286061 - log(2.0), second = 2.0 + first;
    assert_close(got.corrected, log_cell + log(6.0) - (5.0 * second + first) / 6.0, 1e-15);
}

static void faces_and_overflow(void **state) {
    (void)state;
    // All in one place; the range holds [-2, 2).
    const double x[] = {0.0, 0.0, 0.0, 0.0, -1e-12}, y[] = {0.0, 0.0, 0.0, 0.0, -1e-12};
    const double vx[] = {-2.0, 2.0, 0.0, 1e300, 0.0}, vy[] = {0.0, 0.0, -2.1, INFINITY, 0.0};
    const struct clau_boltzmann got = measure(&cells, 5, x, y, vx, vy);
    assert_int_equal(got.overflow, 3);
    assert_int_equal(got.occupied, 3);
    // And in another place the overflow is another cell.
    const double there[] = {7.0, 7.0, 0.0, 0.0, 8.0};
    assert_int_equal(measure(&cells, 5, there, y, vx, vy).occupied, 4);
}

static void very_fine_cells(void **state) {
    (void)state;
    // More cells than there is memory for, each particle alone: only the cell's volume is left.
    const struct clau_boltzmann_cells fine = {1000, 1000, 1.0, 1.0, 1e-5, 5.0};
    const double x[] = {0.1, 0.5, 0.9}, y[] = {0.2, 0.2, 0.2}, v[] = {0.0, 1.0, -1.0};
    const struct clau_boltzmann got = measure(&fine, 3, x, y, v, v);
    assert_int_equal(got.occupied, 3);
    assert_relative(got.exact, log(1e-16), 1e-14);
}

/// Expectation of the exact form for N independent particles in cells of probability p_a: N_a is
/// Poisson to O(1/N), so that E[ln N_a!] is a sum over it.
static double expected_log_factorial(double mean) {
    double sum = 0.0, log_factorial = 0.0, weight = exp(-mean);
    for (int n = 1; n < 40 + 4 * (int)mean; n++) {
        log_factorial += log(n);
        weight *= mean / n;
        sum += weight * log_factorial;
    }
    return sum;
}

static double share(double from, double to) {
    return 0.5 * (erf(to * M_SQRT1_2) - erf(from * M_SQRT1_2));
}

enum { MANY = 100000 };

static void equilibrium(void **state) {
    (void)state;
    double *x = malloc(4 * MANY * sizeof *x), *y = x + MANY, *vx = y + MANY, *vy = vx + MANY;
    assert_non_null(x);
    const struct clau_random_key key = {1, 0};
    clau_random_fill_half_open(key, 0, 0, 0, MANY, x);
    clau_random_fill_half_open(key, 0, 1, 0, MANY, y);
    clau_random_fill_normal(key, 0, 2, 0, MANY, vx);
    clau_random_fill_normal(key, 0, 3, 0, MANY, vy);
    const double widths[] = {1.0, 0.5};
    for (size_t k = 0; k < 2; k++) {
        const double dv = widths[k];
        const struct clau_boltzmann_cells grid = {4, 4, 1.0, 1.0, dv, 6.0};
        const struct clau_boltzmann got = measure(&grid, MANY, x, y, vx, vy);
        const int each_way = (int)ceil(6.0 / dv);
        double expected = log(dv * dv / 16.0), coarse = 0.0;
        for (int i = -each_way; i < each_way; i++)
            for (int j = -each_way; j < each_way; j++) {
                const double p = share(i * dv, (i + 1) * dv) * share(j * dv, (j + 1) * dv);
                expected -= 16.0 * expected_log_factorial(p * MANY / 16.0) / MANY;
                coarse -= p > 0.0 ? p * log(p / (dv * dv)) : 0.0;
            }
        print_message("# dv %g: exact %.5f, expected %.5f; corrected %.5f, of the cells %.5f\n", dv,
                      got.exact, expected, got.corrected, coarse);
        // Variance of ln f is 1: 1/sqrt(N) = 0.003 is one standard deviation of all of them.
        assert_close(got.exact, expected, 0.012);
        assert_close(got.corrected, coarse, 0.012);
        // What is left of the two deviations, which go together: much less. In the tail there are
        // cells with one particle or none, of which the estimate knows too little.
        assert_close(got.exact - expected - (got.corrected - coarse), 0.0, 0.004);
        // The form with logarithms only is off by 1/2 ln(2 pi N_a) a cell.
        assert_true(got.stirling - got.exact > 0.0005);
        // Coarse graining: dv^2/12 above ln(2 pi) + 1.
        if (dv <= 0.5)
            assert_relative(coarse - log(2.0 * M_PI) - 1.0, dv * dv / 12.0, 0.02);
    }
    free(x);
}

static void refusals(void **state) {
    (void)state;
    struct clau_boltzmann_workspace *workspace = clau_boltzmann_workspace_create(2);
    assert_non_null(workspace);
    const double zeros[3] = {0.0}, bad[3] = {NAN, 0.0, 0.0};
    struct clau_boltzmann result = {.exact = 42.0};
#define CODE(of, count, x, v)                                                                      \
    clau_boltzmann_entropy(workspace, of, count, x, zeros, v, zeros, &result)
    assert_int_equal(CODE(&cells, 0, zeros, zeros), CLAU_MEASURE_EMPTY);
    assert_int_equal(CODE(&cells, 3, zeros, zeros), CLAU_MEASURE_TOO_MANY);
    assert_int_equal(CODE(&cells, 2, bad, zeros), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(CODE(&cells, 2, zeros, bad), CLAU_MEASURE_NOT_A_NUMBER);
    struct clau_boltzmann_cells wrong = cells;
    wrong.width = 0.0;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_LENGTH);
    wrong = cells;
    wrong.velocity_cell = -1.0;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_WIDTH);
    wrong = cells;
    wrong.velocity_range = INFINITY;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_RANGE);
    wrong.velocity_range = 1e6;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_RANGE);
    wrong = cells;
    wrong.columns = 0;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_BINS);
    wrong.columns = SIZE_MAX;
    assert_int_equal(CODE(&wrong, 2, zeros, zeros), CLAU_MEASURE_BAD_BINS);
    assert_true(result.exact == 42.0);
    clau_boltzmann_workspace_destroy(workspace);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),         cmocka_unit_test(faces_and_overflow),
        cmocka_unit_test(very_fine_cells), cmocka_unit_test(equilibrium),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("diagnostics-boltzmann", tests, NULL, NULL);
}
