// SPDX-License-Identifier: GPL-3.0-or-later
// The exact solutions put into their equation by finite differences, and their known properties.
#include "tests/approx.h"
#include "tests/klein_gordon/field.h"
#include "tests/klein_gordon/solutions.h"

enum { HALF = 4 }; ///< points of a stencil on each side
static const double first[HALF] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
static const double second[HALF] = {8.0 / 5.0, -1.0 / 5.0, 8.0 / 315.0, -1.0 / 560.0};

/// phi_tt - phi_xx + V'(phi), and phi_t - d phi/dt, by central differences of order 8.
static void residuals(const struct kg_potential *potential, kg_solution *solution, const void *data,
                      double x, double t, double *equation, double *rate) {
    const double h = 0.02;
    double centre, phi_t, ahead, behind, right, left, ignored;
    solution(data, x, t, &centre, &phi_t);
    double phi_tt = -205.0 / 72.0 * centre, phi_xx = phi_tt, slope = 0.0;
    for (int i = 0; i < HALF; i++) {
        const double step = (i + 1) * h;
        solution(data, x, t + step, &ahead, &ignored);
        solution(data, x, t - step, &behind, &ignored);
        solution(data, x + step, t, &right, &ignored);
        solution(data, x - step, t, &left, &ignored);
        slope += first[i] * (ahead - behind);
        phi_tt += second[i] * (ahead + behind);
        phi_xx += second[i] * (right + left);
    }
    *equation = (phi_tt - phi_xx) / (h * h) + kg_potential_slope(potential, centre);
    *rate = phi_t - slope / h;
}

/// At points of a box of x about a centre that moves, and of t.
static void check_solution(const struct kg_potential *potential, kg_solution *solution,
                           const void *data, double from, double to) {
    double most = 0.0, most_rate = 0.0;
    for (double t = from; t <= to; t += 0.337)
        for (double x = -9.0; x <= 9.0; x += 0.273) {
            double equation, rate;
            residuals(potential, solution, data, x, t, &equation, &rate);
            assert_false(isnan(equation) || isnan(rate));
            most = fmax(most, fabs(equation));
            most_rate = fmax(most_rate, fabs(rate));
        }
    print_message("# %.1e, %.1e\n", most, most_rate);
    // Truncation: h^8/3150 = 8e-18 times the tenth derivative, gamma^10 10!/(pi/2)^10 = 1e6 or so
    // at the velocities here; rounding 1e-15 * 7 / h^2 = 1e-11.
    assert_close(most, 0.0, 1e-9);
    assert_close(most_rate, 0.0, 1e-10);
}

static void moving_kinks(void **state) {
    (void)state;
    static const struct potential_values potentials[] = {
        {KG_PHI4, 1.0, 1.0, 0, {0}},
        {KG_PHI4, 0.7, 1.3, 0, {0}},
        {KG_SINE_GORDON, 0.0, 0.0, 0, {0}},
        {KG_PHI6, 0.0, 0.0, 0, {0}},
        {KG_DOUBLE_SINE_GORDON, 0.5, 0.0, 0, {0}},
        {KG_DOUBLE_SINE_GORDON, -0.3, 0.0, 0, {0}},
    };
    static const struct kg_moving_kink kinks[] = {
        {0.0, 0.0, 1}, {0.4, 0.3, 1}, {-0.6, -0.5, -1}, {0.3, 0.0, -1}};
    for (size_t i = 0; i < sizeof potentials / sizeof *potentials; i++)
        for (size_t j = 0; j < sizeof kinks / sizeof *kinks; j++) {
            struct kink_case kink = {.kink = kinks[j]};
            make_potential(&kink.potential, potentials[i]);
            check_solution(&kink.potential, kink_solution, &kink, -2.0, 2.0);
        }
}

static void kinks_move_and_keep_their_sides(void **state) {
    (void)state;
    struct kink_case kink = {.kink = {0.4, 0.3, 1}};
    make_potential(&kink.potential, (struct potential_values){KG_PHI4, 0.7, 1.3, 0, {0}});
    double phi, phi_t;
    kink_solution(&kink, 0.3 + 0.4 * 5.0, 5.0, &phi, &phi_t);
    assert_close(phi, 0.0, 1e-15);
    kink_solution(&kink, 60.0, 5.0, &phi, &phi_t);
    assert_close(phi, 1.3, 1e-15);
    kink.kink.charge = -1;
    kink_solution(&kink, 60.0, 5.0, &phi, &phi_t);
    assert_close(phi, -1.3, 1e-15);
    // Rest mass (2 sqrt 2/3) sqrt(lambda) v^3 from int phi_x^2, by a rectangle rule that is exact
    // to exp(-pi^2 ...) here.
    struct kg_kink profile;
    assert_true(kg_potential_kink(&kink.potential, &profile));
    double mass = 0.0, slope;
    for (double x = -30.0; x <= 30.0; x += 0.0625) {
        profile.profile(&kink.potential, x, &phi, &slope);
        mass += 0.0625 * slope * slope;
    }
    assert_relative(mass, 2.0 * sqrt(2.0) / 3.0 * sqrt(0.7) * 1.3 * 1.3 * 1.3, 1e-13);
}

static void breathers(void **state) {
    (void)state;
    static const struct kg_breather cases[] = {
        {0.5, 0.0, 0.0, 0.0}, {0.5, 0.5, 0.2, 0.7}, {0.9, -0.4, 0.0, 2.0}, {0.2, 0.3, 1.0, -1.0}};
    struct kg_potential potential;
    make_potential(&potential, (struct potential_values){.kind = KG_SINE_GORDON});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_solution(&potential, breather_solution, &cases[i], -4.0, 4.0);
    // Phase pi/2: starts at its maximum, 4 arctan(W/omega), at rest.
    const struct kg_breather b = {0.6, 0.0, 0.5, M_PI_2};
    double phi, phi_t;
    kg_exact_breather(&b, 0.5, 0.0, &phi, &phi_t);
    assert_relative(phi, 4.0 * atan(0.8 / 0.6), 1e-15);
    assert_close(phi_t, 0.0, 1e-15);
    // A whole period of the moving one: back to the same, further on.
    const struct kg_breather moving = {0.6, 0.5, 0.0, 0.3};
    const double period = 2.0 * M_PI / 0.6 / sqrt(0.75); // gamma T at rest
    double later, later_t;
    kg_exact_breather(&moving, 0.4, 0.0, &phi, &phi_t);
    kg_exact_breather(&moving, 0.4 + 0.5 * period, period, &later, &later_t);
    assert_close(later, phi, 1e-14); // rounding of the phase, 2 pi
    assert_close(later_t, phi_t, 1e-14);
    kg_exact_breather(&moving, 2000.0, 1.0, &phi, &phi_t); // cosh overflows
    assert_true(phi == 0.0 && phi_t == 0.0);
}

static double meeting(const struct kg_sine_gordon_pair *pair) {
    const double u = pair->velocity, gamma = 1.0 / sqrt(1.0 - u * u);
    return asinh(u * cosh(0.5 * gamma * pair->separation)) / (gamma * u);
}

static void pairs(void **state) {
    (void)state;
    static const struct kg_sine_gordon_pair cases[] = {
        {0.5, 8.0, 0.0}, {0.3, 6.0, 0.4}, {0.0, 6.0, 0.0}, {-0.3, 6.0, 0.4}, {0.6, 3.0, -1.0}};
    struct kg_potential potential;
    make_potential(&potential, (struct potential_values){.kind = KG_SINE_GORDON});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct kg_sine_gordon_pair *p = &cases[i];
        // At t = 0, about the meeting, and as long again after it.
        const double middle = p->velocity == 0.0 ? cosh(3.0) : meeting(p);
        check_solution(&potential, pair_solution, p, -1.0, 1.0);
        check_solution(&potential, pair_solution, p, middle - 1.0, middle + 1.0);
        check_solution(&potential, pair_solution, p, 2.0 * middle - 1.0, 2.0 * middle + 1.0);
        double phi, phi_t;
        for (double side = -0.5; side < 1.0; side += 1.0) {
            pair_solution(p, p->position + side * p->separation, 0.0, &phi, &phi_t);
            // Centres a separation apart; rounding of a phase of 8.
            assert_close(phi, M_PI, 1e-13);
        }
        pair_solution(p, p->position + 0.7, middle, &phi, &phi_t);
        assert_close(phi, 0.0, 1e-13); // on top of each other
        pair_solution(p, p->position, 2.0 * middle, &phi, &phi_t);
        assert_true(phi < -M_PI); // and through
    }
    // Far apart, where sinh and cosh overflow.
    const struct kg_sine_gordon_pair wide = {0.3, 3000.0, 0.0};
    double phi, phi_t;
    pair_solution(&wide, 0.0, 0.0, &phi, &phi_t);
    assert_relative(phi, 2.0 * M_PI, 1e-15);
    assert_close(phi_t, 0.0, 1e-300);
    pair_solution(&wide, -1500.0, 0.0, &phi, &phi_t);
    assert_relative(phi, M_PI, 1e-12); // rounding of a phase of 1573
    pair_solution(&wide, 1900.0, 0.0, &phi, &phi_t);
    assert_close(phi, 0.0, 1e-100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_kinks),
        cmocka_unit_test(kinks_move_and_keep_their_sides),
        cmocka_unit_test(breathers),
        cmocka_unit_test(pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
