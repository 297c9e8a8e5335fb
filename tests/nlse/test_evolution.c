// SPDX-License-Identifier: GPL-3.0-or-later
// The time evolutions against exact solutions, conservation laws and convergence orders.
#include "numerics/complex_numbers.h"
#include <float.h>
#include <stdlib.h>

#include "solvers/nlse/exact.h"
#include "tests/approx.h"
#include "tests/nlse/field.h"

static struct nlse_dop853_parameters dop853(double relative_tolerance) {
    return (struct nlse_dop853_parameters){
        .relative_tolerance = relative_tolerance,
        .absolute_tolerance = 1e-2 * relative_tolerance,
        .interaction_picture = true,
        .active_modes = true,
    };
}

/// Two solitons at a time of their exact solution.
struct pair {
    struct nlse_soliton solitons[2];
    double time;
};

static const struct pair canonical = {{{2.0, 2.0, -10.0, 0.0}, {1.5, -2.0, 10.0, 0.0}}, 0.0};

static double complex two_solitons(double x, const void *data) {
    const struct pair *pair = data;
    return nlse_exact_solitons(2, pair->solitons, x, pair->time);
}

static double complex one_soliton(double x, const void *data) {
    return nlse_exact_soliton(data, x, 0.0);
}

static double relative_drift(double now, double before) {
    return fabs(now - before) / fabs(before);
}

/// Longest drift of the three invariants, relative.
static double invariant_drift(const struct field *field, bool mass_only) {
    const struct invariants a = field_invariants(field, field->initial);
    const struct invariants b = field_invariants(field, field->result);
    const double mass = relative_drift(b.mass, a.mass);
    if (mass_only)
        return mass;
    return fmax(relative_drift(b.momentum, a.momentum), relative_drift(b.energy, a.energy));
}

// The box of 100 keeps the tails at its ends below 1e-12 until t = 20, and 2048 points resolve the
// spectrum to round-off, so that the solution of the infinite line is the reference.
static void two_solitons_at_default_tolerances(void **state) {
    (void)state;
    struct field field;
    field_init(&field, 2048, 100.0, 1.0, 0.0);
    field_set(&field, two_solitons, &canonical);
    const struct nlse_dop853_parameters parameters = dop853(1e-10);
    field_run(&field, &nlse_dop853, &parameters, 20.0, 100);
    struct pair end = canonical;
    end.time = 20.0;
    double complex *reference = field_sample(&field, two_solitons, &end);
    // Bounds of the project's acceptance: the error of 1600 steps of 1e-10 grows to some 1e-9.
    assert_close(field_error(&field, reference), 0.0, 1e-8);
    assert_close(invariant_drift(&field, true), 0.0, 1e-10);
    assert_close(invariant_drift(&field, false), 0.0, 1e-9);
    free(reference);
    field_finish(&field);
}

static void invariants_at_tight_tolerance(void **state) {
    (void)state;
    struct field field;
    field_init(&field, 2048, 100.0, 1.0, 0.0);
    field_set(&field, two_solitons, &canonical);
    struct nlse_dop853_parameters parameters = dop853(1e-13);
    parameters.absolute_tolerance = 1e-12; // the default, which must not get in the way
    field_run(&field, &nlse_dop853, &parameters, 20.0, 10);
    // 4000 steps of 1e-13 that mostly cancel, and round-off of 1e-16 a step.
    assert_close(invariant_drift(&field, true), 0.0, 1e-13);
    assert_close(invariant_drift(&field, false), 0.0, 1e-12);
    field_finish(&field);
}

/// Observed order of two errors at steps h and h/2.
static double order(double coarse, double fine) { return log2(coarse / fine); }

static double complex smooth_wave(double x, const void *data) {
    (void)data;
    return 1.0 + 0.3 * cos(2.0 * M_PI * x / 20.0) + 0.1 * I * sin(4.0 * M_PI * x / 20.0);
}

/// Measures the order on a few long waves: with all k^2 h/2 small the expansion in h holds, whereas
/// the rotations of short waves would hide it. Both evolutions solve the same equation on the same
/// grid, so that dop853 with small steps is the reference.
static void check_order(const struct nlse_method *method, const void *coarse, const void *fine,
                        double expected, double tolerance) {
    struct field field;
    field_init(&field, 64, 20.0, 1.0, 0.0);
    field_set(&field, smooth_wave, NULL);
    struct nlse_dop853_parameters exact = dop853(1e-14);
    exact.step = 0.01;
    field_run(&field, &nlse_dop853, &exact, 2.0, 1);
    double complex *reference = field.result;
    field.result = calloc(field.grid.points, sizeof *field.result);
    field_run(&field, method, coarse, 2.0, 1);
    const double coarse_error = field_error(&field, reference);
    field_run(&field, method, fine, 2.0, 1);
    const double fine_error = field_error(&field, reference);
    print_message("# errors %.3e, %.3e: order %.2f\n", coarse_error, fine_error,
                  order(coarse_error, fine_error));
    assert_close(order(coarse_error, fine_error), expected, tolerance);
    free(reference);
    field_finish(&field);
}

// Steps of which the errors lie well above round-off. At them the next term of the expansion still
// adds up to a third to the slope.
static void order_of_dop853(void **state) {
    (void)state;
    struct nlse_dop853_parameters coarse = dop853(1e-10), fine = coarse;
    coarse.step = 0.2;
    fine.step = 0.1;
    check_order(&nlse_dop853, &coarse, &fine, 8.0, 0.4);
}

static void plain_and_interaction_picture(void **state) {
    (void)state;
    struct nlse_dop853_parameters plain = dop853(1e-11), picture = plain;
    plain.interaction_picture = false;
    struct field field;
    field_init(&field, 512, 60.0, 1.0, 0.0);
    const struct pair pair = {{{1.0, 1.0, -4.0, 0.0}, {1.2, -1.0, 4.0, 0.0}}, 0.0};
    field_set(&field, two_solitons, &pair);
    struct pair end = pair;
    end.time = 8.0;
    double complex *reference = field_sample(&field, two_solitons, &end);
    field_run(&field, &nlse_dop853, &plain, 8.0, 1);
    assert_close(field_error(&field, reference), 0.0, 1e-9);
    const uint64_t plain_steps = field.steps;
    field_run(&field, &nlse_dop853, &picture, 8.0, 1);
    assert_close(field_error(&field, reference), 0.0, 1e-9);
    // The plain one is bound by h k_max^2/2 < 6 or so.
    assert_true(plain_steps > field.steps);
    free(reference);
    field_finish(&field);
}

static void order_of_split_step(void **state) {
    (void)state;
    static const struct {
        int order;
        double step;
    } cases[] = {{2, 0.02}, {4, 0.1}, {6, 0.2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct nlse_split_step_parameters coarse = {cases[i].order, cases[i].step};
        const struct nlse_split_step_parameters fine = {cases[i].order, 0.5 * cases[i].step};
        check_order(&nlse_split_step, &coarse, &fine, cases[i].order, 0.3);
    }
}

static void mass_of_split_step(void **state) {
    (void)state;
    struct field field;
    field_init(&field, 512, 50.0, 1.0, 0.0);
    field_set(&field, two_solitons, &canonical);
    const struct nlse_split_step_parameters parameters = {4, 1e-3};
    field_run(&field, &nlse_split_step, &parameters, 10.0, 3);
    // Without the rescaling 120000 transforms gain 5e-12.
    assert_close(invariant_drift(&field, true), 0.0, 1e-13);
    field_finish(&field);
}

// A soliton's centre: the largest |psi| between two points.
static double peak(const struct field *field, double from, double to) {
    double complex *psi = field_psi(field);
    size_t best = 0;
    for (size_t j = 1; j + 1 < field->grid.points; j++)
        if (field->grid.x[j] > from && field->grid.x[j] < to &&
            (best == 0 || cabs(psi[j]) > cabs(psi[best])))
            best = j;
    // Parabola through ln |psi|: for a sech of width 1/A off by O(A^2 dx^2) of a grid cell.
    const double left = log(cabs(psi[best - 1])), centre = log(cabs(psi[best])),
                 right = log(cabs(psi[best + 1]));
    const double x = field->grid.x[best] +
                     0.5 * field->grid.spacing * (left - right) / (left - 2.0 * centre + right);
    free(psi);
    return x;
}

static void collision_shift(void **state) {
    (void)state;
    struct field field;
    field_init(&field, 2048, 100.0, 1.0, 0.0);
    field_set(&field, two_solitons, &canonical);
    const struct nlse_dop853_parameters parameters = dop853(1e-10);
    // Long before and after the collision at t = 5.
    field_run(&field, &nlse_dop853, &parameters, 0.5, 1);
    const double fast_before = peak(&field, -20.0, 0.0), slow_before = peak(&field, 0.0, 20.0);
    field_run(&field, &nlse_dop853, &parameters, 10.5, 1);
    const double fast_after = peak(&field, 0.0, 20.0), slow_after = peak(&field, -20.0, 0.0);
    const double ratio = log((16.0 + 12.25) / (16.0 + 0.25)); // (v1-v2)^2 + (A1 +- A2)^2
    // Beyond the 2 * 10 that each goes without the other.
    assert_close(fast_after - fast_before - 20.0, ratio / 2.0, 1e-3);
    assert_close(slow_after - slow_before + 20.0, -ratio / 1.5, 1e-3);
    field_finish(&field);
}

static double complex akhmediev(double x, const void *data) {
    return nlse_exact_akhmediev(0.25, x, *(const double *)data);
}

static void akhmediev_peak(void **state) {
    (void)state;
    struct field field;
    const double start = -5.0;
    field_init(&field, 256, nlse_akhmediev_period(0.25), 1.0, 0.0);
    field_set(&field, akhmediev, &start);
    const struct nlse_dop853_parameters parameters = dop853(1e-12);
    field_run(&field, &nlse_dop853, &parameters, 5.0, 1);
    double complex *psi = field_psi(&field);
    double largest = 0.0;
    for (size_t j = 0; j < field.grid.points; j++)
        largest = fmax(largest, cabs(psi[j]));
    // Errors grow with the instability, by e^5 over the run.
    assert_close(largest, 1.0 + 2.0 * sqrt(0.5), 1e-6);
    free(psi);
    field_finish(&field);
}

static double complex modulated_wave(double x, const void *data) {
    const double wavenumber = *(const double *)data;
    return 1.0 + 1e-6 * cos(wavenumber * x);
}

static void modulation_instability_rate(void **state) {
    (void)state;
    struct field field;
    const double wavenumber = M_SQRT2; // of the largest rate, a^2 = 1
    field_init(&field, 64, 2.0 * M_PI / wavenumber, 1.0, 0.0);
    field_set(&field, modulated_wave, &wavenumber);
    const struct nlse_dop853_parameters parameters = dop853(1e-12);
    double amplitude[2];
    // By t = 4 the decaying part is e^-8 of the growing one, and at t = 8 that is still 1e-3.
    for (int i = 0; i < 2; i++) {
        field_run(&field, &nlse_dop853, &parameters, 4.0 * (i + 1), 1);
        amplitude[i] = cabs(field.result[1]);
    }
    assert_relative(log(amplitude[1] / amplitude[0]) / 4.0, 1.0, 0.01);
    field_finish(&field);
}

static double complex displaced_gaussian(double x, const void *data) {
    const double shift = *(const double *)data;
    return 1.3 * exp(-0.5 * (x - shift) * (x - shift));
}

/// Kohn's theorem: the centre of mass in the trap oscillates at its frequency for any g.
static void check_kohn(double g, const struct nlse_method *method, const void *parameters,
                       double tolerance) {
    struct field field;
    const double shift = 1.5, end = 4.0;
    field_init(&field, 256, 30.0, g, 1.0);
    field_set(&field, displaced_gaussian, &shift);
    field_run(&field, method, parameters, end, 4);
    double complex *psi = field_psi(&field);
    double mass = 0.0, moment = 0.0;
    for (size_t j = 0; j < field.grid.points; j++) {
        const double density = creal(psi[j] * conj(psi[j]));
        mass += density;
        moment += field.grid.x[j] * density;
    }
    assert_close(moment / mass, shift * cos(end), tolerance);
    free(psi);
    field_finish(&field);
}

static void kohn_mode(void **state) {
    (void)state;
    struct nlse_dop853_parameters adaptive = dop853(1e-11);
    const struct nlse_split_step_parameters split = {6, 0.02};
    for (int sign = -1; sign <= 1; sign++) {
        check_kohn(sign, &nlse_dop853, &adaptive, 1e-8); // 1e-11 a step, a few hundred steps
        check_kohn(sign, &nlse_split_step, &split, 1e-8);
    }
    adaptive.interaction_picture = false;
    check_kohn(-1.0, &nlse_dop853, &adaptive, 1e-8);
}

// Four times too many points: the band of active modes must leave the result as it is.
static void active_modes_change_nothing(void **state) {
    (void)state;
    struct field field;
    const struct nlse_soliton soliton = {1.0, 1.0, 0.0, 0.3};
    field_init(&field, 4096, 80.0, 1.0, 0.0);
    field_set(&field, one_soliton, &soliton);
    struct nlse_dop853_parameters parameters = dop853(1e-10);
    field_run(&field, &nlse_dop853, &parameters, 5.0, 1);
    const uint64_t steps = field.steps;
    double complex *with_band = field.result;
    field.result = calloc(field.grid.points, sizeof *field.result);
    parameters.active_modes = false;
    field_run(&field, &nlse_dop853, &parameters, 5.0, 1);
    // Both have the error of the tolerance: some 100 steps of 1e-10.
    assert_close(field_error(&field, with_band), 0.0, 1e-9);
    assert_true(steps <= field.steps);
    free(with_band);
    field_finish(&field);
}

static double complex two_plane_waves(double x, const void *data) {
    (void)data;
    return 1.0 + 0.3 * cexp(I * 2.0 * M_PI * 64.0 / 200.0 * x);
}

// Combs: the next tooth lies far beyond the last one, and beyond any narrow edge of the band.
static void active_modes_see_combs(void **state) {
    (void)state;
    const struct nlse_dop853_parameters parameters = dop853(1e-10);
    struct field field;
    field_init(&field, 1024, 200.0, 1.0, 0.0);
    field_set(&field, two_plane_waves, NULL);
    field_run(&field, &nlse_dop853, &parameters, 4.0, 1);
    const struct invariants before = field_invariants(&field, field.initial);
    const struct invariants after = field_invariants(&field, field.result);
    // Some 200 steps of 1e-10. (The teeth at the grid's end fold back, which momentum feels.)
    assert_close(relative_drift(after.energy, before.energy), 0.0, 1e-8);
    field_finish(&field);

    const double start = -8.0;
    field_init(&field, 4096, 16.0 * nlse_akhmediev_period(0.25), 1.0, 0.0);
    field_set(&field, akhmediev, &start);
    field_run(&field, &nlse_dop853, &parameters, 8.0, 1);
    double complex *psi = field_psi(&field);
    // The instability amplifies errors of 1e-10 by e^8.
    assert_close(cabs(psi[2048]), 1.0 + 2.0 * sqrt(0.5), 1e-5);
    free(psi);
    field_finish(&field);
}

// Filters are applied on both sides of the nonlinear term, so that each keeps the mass.
static void dealiasing_conserves_mass(void **state) {
    (void)state;
    struct field field;
    // An under-resolved grid: k_max = 10, where the spectrum is at 1e-4 to 1e-2 of its peak.
    field_init(&field, 160, 50.0, 1.0, 0.0);
    field_set(&field, two_solitons, &canonical);
    for (int dealias = NLSE_FULL; dealias <= NLSE_PADDED; dealias++) {
        struct nlse_dop853_parameters parameters = dop853(1e-12);
        parameters.dealias = dealias;
        field_run(&field, &nlse_dop853, &parameters, 6.0, 1);
        assert_close(invariant_drift(&field, true), 0.0, 1e-11); // 500 steps of 1e-12, partly
    }
    field_finish(&field);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_solitons_at_default_tolerances),
        cmocka_unit_test(invariants_at_tight_tolerance),
        cmocka_unit_test(order_of_dop853),
        cmocka_unit_test(plain_and_interaction_picture),
        cmocka_unit_test(order_of_split_step),
        cmocka_unit_test(mass_of_split_step),
        cmocka_unit_test(collision_shift),
        cmocka_unit_test(akhmediev_peak),
        cmocka_unit_test(modulation_instability_rate),
        cmocka_unit_test(kohn_mode),
        cmocka_unit_test(active_modes_change_nothing),
        cmocka_unit_test(active_modes_see_combs),
        cmocka_unit_test(dealiasing_conserves_mass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
