// SPDX-License-Identifier: GPL-3.0-or-later
// The exact solutions put into their equation by finite differences, and their known properties.
#include "numerics/complex_numbers.h"

#include "solvers/nlse/exact.h"
#include "tests/approx.h"

typedef double complex solution(double x, double t);

static double complex soliton(double x, double t) {
    return nlse_exact_soliton(&(struct nlse_soliton){1.3, 0.7, 0.2, 0.5}, x, t);
}

static double complex three_solitons(double x, double t) {
    const struct nlse_soliton solitons[] = {
        {1.0, 0.5, -1.0, 0.1}, {1.5, -0.5, 1.0, 2.0}, {0.7, 0.0, 0.3, -1.0}};
    return nlse_exact_solitons(3, solitons, x, t);
}

static double complex akhmediev(double x, double t) { return nlse_exact_akhmediev(0.3, x, t); }
static double complex kuznetsov_ma(double x, double t) {
    return nlse_exact_kuznetsov_ma(0.8, x, t);
}

/// |i psi_t + psi_xx/2 + |psi|^2 psi| by central differences of order 8.
static double residual(solution *psi, double x, double t) {
    static const double first[] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
    static const double second[] = {8.0 / 5.0, -1.0 / 5.0, 8.0 / 315.0, -1.0 / 560.0};
    const double h = 0.01;
    const double complex centre = psi(x, t);
    double complex psi_t = 0.0, psi_xx = -205.0 / 72.0 * centre;
    for (int i = 0; i < 4; i++) {
        psi_t += first[i] * (psi(x, t + (i + 1) * h) - psi(x, t - (i + 1) * h));
        psi_xx += second[i] * (psi(x + (i + 1) * h, t) + psi(x - (i + 1) * h, t));
    }
    return cabs(I * psi_t / h + 0.5 * psi_xx / (h * h) + creal(centre * conj(centre)) * centre);
}

static void solve_the_equation(void **state) {
    (void)state;
    solution *const solutions[] = {soliton, three_solitons, akhmediev, kuznetsov_ma,
                                   nlse_exact_peregrine};
    for (size_t i = 0; i < sizeof solutions / sizeof *solutions; i++)
        for (double x = -3.0; x <= 3.0; x += 0.37)
            for (double t = -1.0; t <= 1.0; t += 0.23)
                // Truncation: h^8 = 1e-16 times the ninth derivative over 630, which poles at a
                // distance of 0.3 make as large as 1e10 or so; round-off 1e-16/h^2 = 1e-12.
                assert_close(residual(solutions[i], x, t), 0.0, 1e-8);
}

static void one_soliton_is_the_first_of_many(void **state) {
    (void)state;
    const struct nlse_soliton s = {1.3, 0.7, 0.2, 0.5};
    for (double x = -40.0; x <= 40.0; x += 3.3) {
        const double complex one = nlse_exact_soliton(&s, x, 0.6);
        const double complex many = nlse_exact_solitons(1, &s, x, 0.6);
        // Rounding of the phase 0.7 x and of exp(1.3 x).
        assert_close(cabs(one - many), 0.0, 1e-13 * cabs(one) + 1e-300);
    }
}

static void solitons_far_out_are_finite(void **state) {
    (void)state;
    const struct nlse_soliton solitons[] = {{2.0, 2.0, -10.0, 0.0}, {1.5, -2.0, 10.0, 0.0}};
    // exp(2 * 1000) overflows; the solution is 0 there to the smallest number.
    assert_close(cabs(nlse_exact_solitons(2, solitons, 1000.0, 0.0)), 0.0, 1e-300);
    assert_close(cabs(nlse_exact_solitons(2, solitons, -1000.0, 50.0)), 0.0, 1e-300);
    assert_close(cabs(nlse_exact_kuznetsov_ma(0.8, 2000.0, 0.3)), 1.0, 1e-15);
    assert_close(cabs(nlse_exact_akhmediev(0.3, 0.1, 2000.0)), 1.0, 1e-15);
}

static void separated_solitons_add_up(void **state) {
    (void)state;
    // At a distance of 20 the exact state is the sum of two, each shifted by half its collision
    // shift, to exp(-1.5 * 20) = 1e-13 of the amplitude.
    const struct nlse_soliton solitons[] = {{2.0, 2.0, -10.0, 0.0}, {1.5, -2.0, 10.0, 0.0}};
    const double ratio = log((16.0 + 12.25) / (16.0 + 0.25));
    const double fast = -10.0 - 0.5 * ratio / 2.0, slow = 10.0 + 0.5 * ratio / 1.5;
    assert_close(cabs(nlse_exact_solitons(2, solitons, fast, 0.0)), 2.0, 1e-11);
    assert_close(cabs(nlse_exact_solitons(2, solitons, slow, 0.0)), 1.5, 1e-11);
}

// A_j = 1, 3, 5, ... at one place: psi = N sech x at t = 0 up to phases, a matrix ever closer to
// singular. It is right as long as it is not refused.
static void nested_solitons(void **state) {
    (void)state;
    struct nlse_soliton solitons[NLSE_MAXIMUM_SOLITONS] = {{0}};
    for (size_t n = 1; n <= NLSE_MAXIMUM_SOLITONS; n++) {
        solitons[n - 1].amplitude = (double)(2 * n - 1);
        const double complex psi = nlse_exact_solitons(n, solitons, 0.0, 0.0);
        if (isnan(creal(psi))) {
            assert_true(n > 7); // up to there a double would do
            return;
        }
        assert_relative(cabs(psi), (double)(n * n), 1e-7);
    }
    fail_msg("never refused");
}

static void peaks(void **state) {
    (void)state;
    assert_relative(cabs(nlse_exact_akhmediev(0.3, 0.0, 0.0)), 1.0 + 2.0 * sqrt(0.6), 1e-14);
    assert_relative(cabs(nlse_exact_kuznetsov_ma(0.8, 0.0, 0.0)), 1.0 + 2.0 * sqrt(1.6), 1e-14);
    assert_relative(cabs(nlse_exact_peregrine(0.0, 0.0)), 3.0, 1e-15);
    const double period = nlse_akhmediev_period(0.3);
    assert_close(cabs(akhmediev(0.4 + period, 0.2) - akhmediev(0.4, 0.2)), 0.0, 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solve_the_equation),
        cmocka_unit_test(one_soliton_is_the_first_of_many),
        cmocka_unit_test(solitons_far_out_are_finite),
        cmocka_unit_test(separated_solitons_add_up),
        cmocka_unit_test(nested_solitons),
        cmocka_unit_test(peaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
