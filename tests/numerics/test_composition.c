// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/composition.h"

#include "numerics/complex_numbers.h"
#include <stdbool.h>

#include "tests/approx.h"

/// A system of two parts with exact flows, in real variables.
struct split_system {
    size_t size; ///< of the state
    void (*drift)(double h, double *state);
    void (*kick)(double h, double *state);
    void (*start)(double *state);
    double end;
    int fine_steps;    ///< for the reference solution
    double asymptotic; ///< errors below follow the order; above some 100 times round-off
};

enum { MAX_SIZE = 64 };

static void one_step(const struct clau_composition *method, const struct split_system *system,
                     bool exchange, double h, double *state) {
    void (*const drift)(double, double *) = exchange ? system->kick : system->drift;
    void (*const kick)(double, double *) = exchange ? system->drift : system->kick;
    for (int i = 0; i <= method->stages; ++i) {
        if (method->kick_first) {
            kick(method->b[i] * h, state);
            if (i < method->stages) {
                drift(method->a[i] * h, state);
            }
        } else {
            drift(method->a[i] * h, state);
            if (i < method->stages) {
                kick(method->b[i] * h, state);
            }
        }
    }
}

static void solve(const struct clau_composition *method, const struct split_system *system,
                  bool exchange, int steps, double *state) {
    system->start(state);
    for (int i = 0; i < steps; ++i) {
        one_step(method, system, exchange, system->end / steps, state);
    }
}

static double distance(const double *left, const double *right, size_t size) {
    double square = 0.0;
    for (size_t i = 0; i < size; ++i) {
        square += (left[i] - right[i]) * (left[i] - right[i]);
    }
    return sqrt(square);
}

// Henon and Heiles' two coupled oscillators, H = p^2/2 + (x^2 + y^2)/2 + x^2 y - y^3/3; the state
// is x y p_x p_y. (Kepler's problem would not do: its symmetries cancel leading terms of the
// error.)
static void henon_drift(double h, double *s) {
    s[0] += h * s[2];
    s[1] += h * s[3];
}
static void henon_kick(double h, double *s) {
    s[2] -= h * (s[0] + 2.0 * s[0] * s[1]);
    s[3] -= h * (s[1] + s[0] * s[0] - s[1] * s[1]);
}
static void henon_start(double *s) {
    s[0] = 0.3;
    s[1] = -0.2;
    s[2] = 0.25;
    s[3] = 0.3;
}
static const struct split_system henon = {4, henon_drift, henon_kick, henon_start, 10.0, 250, 1e-9};

// The relativistic pendulum, H = sqrt(1 + p^2) - cos q: no part is quadratic.
static void relativistic_drift(double h, double *s) { s[0] += h * s[1] / sqrt(1.0 + s[1] * s[1]); }
static void relativistic_kick(double h, double *s) { s[1] -= h * sin(s[0]); }
static void relativistic_start(double *s) {
    s[0] = 0.3;
    s[1] = 1.7;
}
static const struct split_system relativistic = {
    2, relativistic_drift, relativistic_kick, relativistic_start, 6.0, 80, 2e-11};

// i psi_t + psi_xx/2 + |psi|^2 psi = 0 on 32 points of [0, 2 pi): a modulated plane wave, smooth
// enough for its spectrum to end at round-off. Fourier transforms are plain sums.
enum { POINTS = 32 };
static void linear_flow(double h, double *s) {
    const double angle = 6.28318530717958647692 / POINTS;
    double complex spectrum[POINTS];
    for (int k = 0; k < POINTS; ++k) {
        spectrum[k] = 0.0;
        for (int j = 0; j < POINTS; ++j) {
            spectrum[k] += (s[2 * j] + I * s[2 * j + 1]) * cexp(-I * angle * (j * k % POINTS));
        }
        const double wavenumber = k < POINTS / 2 ? k : k - POINTS;
        spectrum[k] *= cexp(-0.5 * I * wavenumber * wavenumber * h) / POINTS;
    }
    for (int j = 0; j < POINTS; ++j) {
        double complex psi = 0.0;
        for (int k = 0; k < POINTS; ++k) {
            psi += spectrum[k] * cexp(I * angle * (j * k % POINTS));
        }
        s[2 * j] = creal(psi);
        s[2 * j + 1] = cimag(psi);
    }
}
static void nonlinear_flow(double h, double *s) {
    for (int j = 0; j < POINTS; ++j) {
        const double complex psi = s[2 * j] + I * s[2 * j + 1];
        const double complex turned =
            psi * cexp(I * h * (s[2 * j] * s[2 * j] + s[2 * j + 1] * s[2 * j + 1]));
        s[2 * j] = creal(turned);
        s[2 * j + 1] = cimag(turned);
    }
}
static void wave_start(double *s) {
    for (int j = 0; j < POINTS; ++j) {
        const double x = 6.28318530717958647692 * j / POINTS;
        s[2 * j] = 0.8 * (1.0 + 0.2 * cos(x));
        s[2 * j + 1] = 0.1 * sin(x);
    }
}
static const struct split_system schroedinger = {
    2 * (size_t)POINTS, linear_flow, nonlinear_flow, wave_start, 1.0, 40, 1e-10};

/// Order measured where the error is system->asymptotic and less (more for order 2): small enough
/// for the leading term to rule, and far above round-off and the error of the reference.
static double measured_order(const struct clau_composition *method,
                             const struct split_system *system, bool exchange) {
    double reference[MAX_SIZE], solution[MAX_SIZE], coarse = 1.0;
    const double small = system->asymptotic * (method->order == 2 ? 1e5 : 1.0);
    solve(clau_composition_find("kahan-li-8"), system, false, system->fine_steps, reference);
    int steps = 4;
    while (!(coarse <= small) && steps < 1000000) {
        steps += steps / 4;
        solve(method, system, exchange, steps, solution);
        coarse = distance(solution, reference, system->size);
    }
    const int more_steps = steps + steps / 2;
    solve(method, system, exchange, more_steps, solution);
    const double fine = distance(solution, reference, system->size);
    return log(coarse / fine) / log((double)more_steps / steps);
}

// The next term of the error is two orders smaller: at these steps it bends the slope by less
// than 0.3, and an order that is missed is missed by 2.
static void check_order(const struct clau_composition *method, const struct split_system *system,
                        bool exchange, int order) {
    const double measured = measured_order(method, system, exchange);
    if (!(fabs(measured - order) < 0.3)) {
        print_error("%s%s: order %.3f\n", method->name, exchange ? " (exchanged)" : "", measured);
        fail();
    }
}

static void test_orders_for_quadratic_kinetic_energy(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        check_order(&methods[i], &henon, false, methods[i].order);
    }
}

static void test_orders_for_the_nonlinear_schroedinger_equation(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        check_order(&methods[i], &schroedinger, false, methods[i].order);
    }
}

// Without [B,[B,[B,A]]] = 0 the methods of order 6 that rely on it fall to order 4; all others
// keep theirs, in both roles.
static void test_orders_for_any_two_parts(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        const int order = methods[i].nystrom ? 4 : methods[i].order;
        check_order(&methods[i], &relativistic, false, order);
        check_order(&methods[i], &relativistic, true, order);
    }
}

static void test_coefficients_are_symmetric_and_sum_to_one(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        const struct clau_composition *method = &methods[i];
        const int drifts = method->stages + (method->kick_first ? 0 : 1);
        const int kicks = method->stages + (method->kick_first ? 1 : 0);
        double a = 0.0, b = 0.0;
        assert_in_range(method->stages, 1, CLAU_COMPOSITION_MAX_STAGES);
        for (int k = 0; k <= CLAU_COMPOSITION_MAX_STAGES; ++k) {
            // A coefficient that is missing, or one too many, shows as a zero or a non-zero.
            assert_int_equal(method->a[k] != 0.0, k < drifts);
            assert_int_equal(method->b[k] != 0.0, k < kicks);
            a += method->a[k];
            b += method->b[k];
        }
        for (int k = 0; k < drifts; ++k) {
            assert_true(method->a[k] == method->a[drifts - 1 - k]);
        }
        for (int k = 0; k < kicks; ++k) {
            assert_true(method->b[k] == method->b[kicks - 1 - k]);
        }
        // At most 18 additions of numbers below 2, each rounded by 1.1e-16 of its size.
        assert_close(a, 1.0, 2e-15);
        assert_close(b, 1.0, 2e-15);
    }
}

static void test_a_step_back_undoes_a_step(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        double start[MAX_SIZE], end[MAX_SIZE];
        henon.start(start);
        henon.start(end);
        one_step(&methods[i], &henon, false, 0.3, end);
        assert_true(distance(start, end, henon.size) > 0.1);
        one_step(&methods[i], &henon, false, -0.3, end);
        // 70 flows at most, each with some roundings of 1e-16 that grow little over one step.
        assert_close(distance(start, end, henon.size), 0.0, 1e-13);
    }
}

static void test_finding_a_method(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t i = 0; i < count; ++i) {
        assert_ptr_equal(clau_composition_find(methods[i].name), &methods[i]);
        assert_true(i == 0 || methods[i - 1].order <= methods[i].order);
    }
    assert_null(clau_composition_find("blanes-moan"));
    assert_string_equal(clau_composition_of_order(2, true)->name, "strang");
    assert_string_equal(clau_composition_of_order(4, true)->name, "blanes-moan-rkn-6b");
    assert_string_equal(clau_composition_of_order(4, false)->name, "blanes-moan-6");
    assert_string_equal(clau_composition_of_order(6, false)->name, "blanes-moan-10");
    assert_string_equal(clau_composition_of_order(8, true)->name, "kahan-li-8");
    assert_null(clau_composition_of_order(3, true));
}

/// Largest |(q, p)| of the oscillator q'' = -q over many steps of h.
static void oscillator_drift(double h, double *s) { s[0] += h * s[1]; }
static void oscillator_kick(double h, double *s) { s[1] -= h * s[0]; }
static void oscillator_start(double *s) {
    s[0] = 1.0;
    s[1] = 0.5;
}
static const struct split_system oscillator = {
    .size = 2, .drift = oscillator_drift, .kick = oscillator_kick, .start = oscillator_start};

static double growth(const struct clau_composition *method, double h) {
    double state[2], largest = 0.0;
    oscillator.start(state);
    for (int i = 0; i < 200000 && largest < 1e12; ++i) {
        one_step(method, &oscillator, false, h, state);
        largest = fmax(largest, hypot(state[0], state[1]));
    }
    return largest;
}

static void test_stability(void **state) {
    (void)state;
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    // The trace may leave [-2, 2] by 1e-12, and it has a slope of 1 or more there.
    assert_close(clau_composition_stability(clau_composition_find("strang")), 2.0, 1e-11);
    // 2/(-w0 w1 ...) has no short form: the first root of trace = 2 of Yoshida's three Strang
    // steps.
    assert_close(clau_composition_stability(clau_composition_find("yoshida-4")), 1.5734, 5e-5);
    for (size_t i = 0; i < count; ++i) {
        const double bound = clau_composition_stability(&methods[i]);
        assert_true(bound > 0.5);
        // Inside, the ellipses of the motion are long but closed. Outside, each step grows by
        // exp(sqrt(2 (|trace|/2 - 1))): where the gap is narrowest, 3e-4 of the bound with an
        // excess of 1e-7, by exp(4e-4), which makes e^80 of 200000 steps.
        assert_true(growth(&methods[i], 0.999 * bound) < 1e3);
        assert_true(growth(&methods[i], 1.0001 * bound) >= 1e12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coefficients_are_symmetric_and_sum_to_one),
        cmocka_unit_test(test_orders_for_quadratic_kinetic_energy),
        cmocka_unit_test(test_orders_for_the_nonlinear_schroedinger_equation),
        cmocka_unit_test(test_orders_for_any_two_parts),
        cmocka_unit_test(test_a_step_back_undoes_a_step),
        cmocka_unit_test(test_finding_a_method),
        cmocka_unit_test(test_stability),
    };
    return cmocka_run_group_tests_name("composition", tests, NULL, NULL);
}
