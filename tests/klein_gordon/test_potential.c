// SPDX-License-Identifier: GPL-3.0-or-later
// Potentials: their derivatives, vacua, levels and kinks.
#include "tests/approx.h"
#include "tests/klein_gordon/field.h"

/// (phi^2 - 1)^2/4.
static const struct potential_values phi4_as_polynomial = {
    .kind = KG_POLYNOMIAL, .count = 5, .coefficients = {0.25, 0.0, -0.5, 0.0, 0.25}};
/// The same, tilted: the vacuum on the right is lower.
static const struct potential_values tilted = {
    .kind = KG_POLYNOMIAL, .count = 5, .coefficients = {0.25, -0.1, -0.5, 0.0, 0.25}};
/// (phi^2 - 1)^2 (phi^2 - 4)^2 = (phi^4 - 5 phi^2 + 4)^2.
static const struct potential_values phi8 = {
    .kind = KG_POLYNOMIAL,
    .count = 9,
    .coefficients = {16.0, 0.0, -40.0, 0.0, 33.0, 0.0, -10.0, 0.0, 1.0}};

static const struct potential_values cases[] = {
    {.kind = KG_LINEAR, .first = 1.7},
    {.kind = KG_PHI4, .first = 1.3, .second = 0.8},
    {.kind = KG_SINE_GORDON},
    {.kind = KG_PHI6},
    {.kind = KG_DOUBLE_SINE_GORDON, .first = 0.6},
    {.kind = KG_DOUBLE_SINE_GORDON, .first = -0.3},
    {.kind = KG_POLYNOMIAL, .count = 5, .coefficients = {0.25, -0.1, -0.5, 0.3, 0.25}},
    {.kind = KG_POLYNOMIAL,
     .count = 9,
     .coefficients = {16.0, 0.0, -40.0, 0.0, 33.0, 0.0, -10.0, 0.0, 1.0}},
};
enum { CASES = sizeof cases / sizeof *cases };

/// Derivative by central differences of order 8.
static double derivative(double (*f)(const struct kg_potential *, double),
                         const struct kg_potential *p, double phi) {
    static const double weights[] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
    const double h = 0.02;
    double sum = 0.0;
    for (int i = 0; i < 4; i++)
        sum += weights[i] * (f(p, phi + (i + 1) * h) - f(p, phi - (i + 1) * h));
    return sum / h;
}

static void derivatives(void **state) {
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct kg_potential p;
        make_potential(&p, cases[i]);
        for (double phi = -2.0; phi < 2.0; phi += 0.123) {
            // Truncation h^8/630 of the ninth derivative, 1e-16 where there is one at all; rounding
            // of values up to 300 over h.
            assert_close(kg_potential_slope(&p, phi), derivative(kg_potential_value, &p, phi),
                         1e-11);
            assert_close(kg_potential_curvature(&p, phi), derivative(kg_potential_slope, &p, phi),
                         1e-11);
        }
    }
}

static void values(void **state) {
    (void)state;
    double phi[7] = {-2.5, -1.0, -0.3, 0.0, 0.4, 1.0, 2.2}, out[7];
    for (size_t i = 0; i < CASES; i++) {
        struct kg_potential p;
        make_potential(&p, cases[i]);
        kg_potential_values(&p, 7, phi, out);
        for (size_t j = 0; j < 7; j++)
            assert_true(out[j] == kg_potential_value(&p, phi[j]));
    }
    // Figures by hand.
    struct kg_potential p;
    make_potential(&p, cases[0]);
    assert_relative(kg_potential_value(&p, 2.0), 2.0 * 1.7 * 1.7, 1e-15);
    make_potential(&p, cases[1]);
    assert_relative(kg_potential_value(&p, 0.0), 0.25 * 1.3 * 0.8 * 0.8 * 0.8 * 0.8, 1e-15);
    make_potential(&p, cases[2]);
    assert_relative(kg_potential_value(&p, M_PI), 2.0, 1e-15);
    // 1 - cos would lose this to rounding.
    assert_relative(kg_potential_value(&p, 1e-9), 5e-19, 1e-15);
    make_potential(&p, cases[3]);
    assert_relative(kg_potential_value(&p, 2.0), 18.0, 1e-15);
    make_potential(&p, cases[4]);
    assert_relative(kg_potential_value(&p, 0.5 * M_PI), 1.6, 1e-15);
}

static void vacua_are_minima_of_value_zero(void **state) {
    (void)state;
    for (size_t i = 0; i < 6; i++) { // those in closed form
        struct kg_potential p;
        make_potential(&p, cases[i]);
        assert_close(kg_potential_value(&p, p.ground), 0.0, 1e-30);
        assert_close(kg_potential_slope(&p, p.ground), 0.0, 1e-15);
        assert_true(kg_potential_curvature(&p, p.ground) > 0.0);
        for (double phi = -7.0; phi < 7.0; phi += 0.01)
            assert_true(kg_potential_value(&p, phi) >= 0.0);
    }
}

static void kinks(void **state) {
    (void)state;
    int count = 0;
    for (size_t i = 0; i < CASES; i++) {
        struct kg_potential p;
        struct kg_kink kink;
        make_potential(&p, cases[i]);
        if (!kg_potential_kink(&p, &kink))
            continue;
        count++;
        double phi, slope, last = kink.left;
        kink.profile(&p, 0.0, &phi, &slope);
        assert_close(phi, kg_potential_level(&p, kg_potential_sector(&p, kink.left)), 1e-15);
        assert_relative(kink.right - kink.left, kg_potential_vacuum_distance(&p), 1e-15);
        for (double x = -12.0; x <= 12.0; x += 0.17) {
            kink.profile(&p, x, &phi, &slope);
            assert_true(phi > last);
            last = phi;
            // Rounding of phi near a vacuum, where sqrt(2V) is linear in it.
            assert_close(slope, sqrt(2.0 * kg_potential_value(&p, phi)), 4e-15);
            double ahead, behind, ignored;
            kink.profile(&p, x + 1e-4, &ahead, &ignored);
            kink.profile(&p, x - 1e-4, &behind, &ignored);
            // Central difference: h^2/6 times a third derivative of 10, rounding 1e-15/h.
            assert_close((ahead - behind) / 2e-4, slope, 3e-8);
        }
        kink.profile(&p, -800.0, &phi, &slope); // where exp and cosh overflow
        assert_close(phi, kink.left, 1e-15);
        assert_close(slope, 0.0, 1e-300);
        kink.profile(&p, 800.0, &phi, &slope);
        assert_relative(phi, kink.right, 1e-15);
        assert_close(slope, 0.0, 1e-300);
    }
    assert_int_equal(count, 5);
}

static void levels_of_polynomials(void **state) {
    (void)state;
    struct kg_potential p, closed;
    make_potential(&p, phi4_as_polynomial);
    make_potential(&closed, (struct potential_values){KG_PHI4, 1.0, 1.0, 0, {0}});
    for (double phi = -2.0; phi < 2.0; phi += 0.1)
        assert_close(kg_potential_value(&p, phi), kg_potential_value(&closed, phi), 1e-14);
    assert_int_equal(p.level_count, 1);
    // Roots of V' by bisection to the last bit; V' has a slope of 1 or more there.
    assert_close(p.levels[0], 0.0, 1e-15);
    assert_close(p.ground, -1.0, 1e-15); // the left one of two equal ones, as of phi4
    make_potential(&p, tilted);
    assert_int_equal(p.level_count, 1);
    assert_close(kg_potential_slope(&p, p.levels[0]), 0.0, 1e-15);
    assert_true(fabs(p.levels[0]) < 0.2 && kg_potential_curvature(&p, p.levels[0]) < 0.0);
    assert_close(kg_potential_slope(&p, p.ground), 0.0, 1e-15);
    assert_true(p.ground > 1.0 && kg_potential_value(&p, p.ground) < 0.0);
    make_potential(&p, phi8);
    const double top = sqrt(2.5); // V' = 4 phi (2 phi^2 - 5)(phi^2 - 1)(phi^2 - 4)
    assert_int_equal(p.level_count, 3);
    assert_close(p.levels[0], -top, 1e-14);
    assert_close(p.levels[1], 0.0, 1e-14);
    assert_close(p.levels[2], top, 1e-14);
    assert_close(p.ground, -2.0, 1e-14);
    // A double well so flat that it has one minimum only, and a single well away from 0.
    make_potential(&p, (struct potential_values){
                           .kind = KG_POLYNOMIAL, .count = 3, .coefficients = {1.0, -3.0, 0.5}});
    assert_false(kg_potential_has_levels(&p));
    assert_close(p.ground, 3.0, 1e-15);
}

static void bounds(void **state) {
    (void)state;
    struct kg_potential p;
    make_potential(&p, (struct potential_values){
                           .kind = KG_POLYNOMIAL, .count = 4, .coefficients = {0, 0, 0, 1.0}});
    assert_false(kg_potential_is_bounded(&p)); // an odd power
    make_potential(&p, (struct potential_values){.kind = KG_POLYNOMIAL,
                                                 .count = 5,
                                                 .coefficients = {0, 0, 1.0, 0, -1.0}});
    assert_false(kg_potential_is_bounded(&p)); // a negative coefficient
    for (size_t i = 0; i < CASES; i++) {
        make_potential(&p, cases[i]);
        assert_true(kg_potential_is_bounded(&p));
    }
}

static void stiffness(void **state) {
    (void)state;
    struct kg_potential p;
    make_potential(&p, (struct potential_values){KG_PHI4, 1.0, 1.0, 0, {0}});
    // V'' = 3 phi^2 - 1: largest at an end, which is sampled.
    assert_relative(kg_potential_stiffness(&p, -1.0, 2.0), 11.0, 1e-15);
    assert_true(kg_potential_stiffness(&p, -0.5, 0.5) == 0.0); // negative all over
    make_potential(&p, (struct potential_values){.kind = KG_SINE_GORDON});
    // cos has its maximum within 1/2 of a sample's distance, 8/256: 1e-4 below 1 at most.
    assert_close(kg_potential_stiffness(&p, -3.1, 4.9), 1.0, 2e-4);
    // V'' = cos phi + 2 eps cos 2 phi.
    make_potential(&p, (struct potential_values){KG_DOUBLE_SINE_GORDON, 0.6, 0.0, 0, {0}});
    assert_relative(kg_potential_stiffness(&p, 0.0, 1.0), 2.2, 1e-15);
}

static void sectors(void **state) {
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct kg_potential p;
        make_potential(&p, cases[i]);
        ptrdiff_t last = kg_potential_sector(&p, -20.0);
        for (double phi = -20.0; phi < 20.0; phi += 0.01) {
            const ptrdiff_t sector = kg_potential_sector(&p, phi);
            assert_in_range(sector - last, 0, 1);
            // The level between two sectors is where one becomes the other: a maximum of V, but for
            // the kink of phi^6, which is not symmetric about its centre, and for double
            // sine-Gordon's above epsilon = 1/2, with a false vacuum in its middle.
            if (sector > last) {
                const double level = kg_potential_level(&p, last);
                assert_close(level, phi - 0.005, 0.00501);
                assert_true(p.kind == KG_PHI6 || fabs(kg_potential_slope(&p, level)) < 1e-13);
                assert_true(p.epsilon > 0.5 || kg_potential_curvature(&p, level) < 0.0);
            }
            last = sector;
        }
        assert_int_equal(kg_potential_has_levels(&p),
                         kg_potential_sector(&p, -20.0) != kg_potential_sector(&p, 20.0));
    }
    struct kg_potential p;
    make_potential(&p, (struct potential_values){.kind = KG_SINE_GORDON});
    assert_int_equal(kg_potential_sector(&p, 0.0), 0);
    assert_int_equal(kg_potential_sector(&p, -7.0), -1);
    assert_int_equal(kg_potential_sector(&p, 13.0), 2);
    assert_true(kg_potential_level(&p, -1) == -M_PI && kg_potential_level(&p, 1) == 3.0 * M_PI);
    make_potential(&p, (struct potential_values){.kind = KG_PHI6});
    assert_int_equal(kg_potential_sector(&p, -1.0), 0);
    assert_int_equal(kg_potential_sector(&p, 0.0), 1);
    assert_int_equal(kg_potential_sector(&p, 1.0), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivatives),
        cmocka_unit_test(values),
        cmocka_unit_test(vacua_are_minima_of_value_zero),
        cmocka_unit_test(kinks),
        cmocka_unit_test(levels_of_polynomials),
        cmocka_unit_test(bounds),
        cmocka_unit_test(stiffness),
        cmocka_unit_test(sectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
