// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels against plain loops, at lengths that end inside a vector or a block, and with threads.
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "tests/approx.h"
#include "tests/klein_gordon/field.h"

/// The last has more than the 64 blocks from which threads share the work.
static const size_t lengths[] = {1, 2, 3, 7, 511, 1024, 1025, 70001};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static const struct kg_force forces[] = {
    {KG_FORCE_ODD, 0, {-1.0, 0.7, 0.3}},
    {KG_FORCE_ODD, 0, {2.0}},
    {KG_FORCE_SINE, 0, {0.0}},
    {KG_FORCE_DOUBLE_SINE, 0, {1.2}},
    {KG_FORCE_POLYNOMIAL, 5, {0.1, -0.5, 0.3, 0.2, 0.05}},
};
enum { FORCES = sizeof forces / sizeof *forces };

/// V' written out, with the C library's functions.
static double slope(const struct kg_force *force, double phi) {
    switch (force->form) {
    case KG_FORCE_ODD:
        return force->c[0] * phi + force->c[1] * pow(phi, 3) + force->c[2] * pow(phi, 5);
    case KG_FORCE_SINE:
        return sin(phi);
    case KG_FORCE_DOUBLE_SINE:
        return sin(phi) + force->c[0] * sin(phi) * cos(phi);
    case KG_FORCE_POLYNOMIAL:
        break;
    }
    double sum = 0.0;
    for (size_t i = 0; i < force->terms; i++)
        sum += force->c[i] * pow(phi, (double)i);
    return sum;
}

static double *numbers(size_t count, double seed, double scale) {
    double *values = clau_allocate(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = scale * sin(seed + (double)i * (1.0 + seed));
    return values;
}

/// 4 ulp of the vector library's sine, and some roundings of sums up to 50.
static const double ROUNDING = 5e-14;

static void kick_and_drift(void **state) {
    (void)state;
    for (size_t f = 0; f < FORCES; f++)
        for (size_t l = 0; l < LENGTHS; l++)
            for (int with_background = 0; with_background < 2; with_background++) {
                const size_t n = lengths[l];
                double *u = numbers(n, 0.1, 1.5), *pi = numbers(n, 0.2, 1.0),
                       *laplacian = numbers(n, 0.3, 2.0), *background = numbers(n, 0.4, 0.5);
                double *before_u = numbers(n, 0.1, 1.5), *before_pi = numbers(n, 0.2, 1.0);
                kg_kick_drift(n, &forces[f], u, pi, laplacian, with_background ? background : NULL,
                              0.3, -0.7);
                for (size_t j = 0; j < n; j++) {
                    const double phi = before_u[j] + (with_background ? background[j] : 0.0);
                    const double p = before_pi[j] + 0.3 * (laplacian[j] - slope(&forces[f], phi));
                    assert_close(pi[j], p, ROUNDING);
                    assert_close(u[j], before_u[j] - 0.7 * p, ROUNDING);
                }
                free(u);
                free(pi);
                free(laplacian);
                free(background);
                free(before_u);
                free(before_pi);
            }
}

static void slopes(void **state) {
    (void)state;
    for (size_t f = 0; f < FORCES; f++)
        for (size_t l = 0; l < LENGTHS; l++)
            for (int way = 0; way < 4; way++) {
                const size_t n = lengths[l];
                const bool with_background = way % 2 == 1, in_place = way / 2 == 1;
                double *u = numbers(n, 0.1, 1.5), *before = numbers(n, 0.1, 1.5),
                       *background = numbers(n, 0.4, 0.5), *apart = numbers(n, 0.9, 1.0);
                double *out = in_place ? u : apart;
                kg_slope(n, &forces[f], u, -0.25, with_background ? background : NULL, 0.8, -1.5,
                         out);
                for (size_t j = 0; j < n; j++) {
                    const double phi = before[j] - 0.25 + (with_background ? background[j] : 0.0);
                    assert_close(out[j], -1.5 * (slope(&forces[f], phi) - 0.8 * before[j]),
                                 ROUNDING);
                }
                free(u);
                free(before);
                free(background);
                free(apart);
            }
}

/// The forces of potentials are their slopes, whichever form they have.
static void slopes_of_potentials(void **state) {
    (void)state;
    static const struct potential_values potentials[] = {
        {KG_LINEAR, 1.7, 0.0, 0, {0}},
        {KG_PHI4, 1.3, 0.8, 0, {0}},
        {KG_SINE_GORDON, 0.0, 0.0, 0, {0}},
        {KG_PHI6, 0.0, 0.0, 0, {0}},
        {KG_DOUBLE_SINE_GORDON, 0.6, 0.0, 0, {0}},
        {KG_POLYNOMIAL, 0.0, 0.0, 5, {0.25, -0.1, -0.5, 0.3, 0.25}},
    };
    const size_t n = 1031;
    for (size_t i = 0; i < sizeof potentials / sizeof *potentials; i++) {
        struct kg_potential p;
        make_potential(&p, potentials[i]);
        double *phi = numbers(n, 0.6, 2.0), *out = clau_allocate(n, sizeof *out);
        kg_slope(n, &p.force, phi, 0.0, NULL, 0.0, 1.0, out);
        for (size_t j = 0; j < n; j++)
            assert_close(out[j], kg_potential_slope(&p, phi[j]), ROUNDING);
        free(phi);
        free(out);
    }
}

static void products_and_sums(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double *x = numbers(n, 0.1, 1.0), *y = numbers(n, 0.2, 1.0), *z = numbers(n, 0.2, 1.0);
        kg_add(n, y, -0.4, x);
        for (size_t j = 0; j < n; j++)
            assert_true(y[j] == z[j] + -0.4 * x[j]); // no contraction of the two roundings
        memcpy(y, z, n * sizeof *y);
        kg_multiply(n, y, x);
        for (size_t j = 0; j < n; j++)
            assert_true(y[j] == z[j] * x[j]);
        double complex *modes = clau_allocate(n, sizeof *modes);
        for (size_t j = 0; j < n; j++)
            modes[j] = CMPLX(x[j], y[j]);
        kg_multiply_modes(n, modes, z);
        for (size_t j = 0; j < n; j++)
            assert_true(creal(modes[j]) == x[j] * z[j] && cimag(modes[j]) == y[j] * z[j]);
        free(x);
        free(y);
        free(z);
        free(modes);
    }
}

static double complex *complex_numbers(size_t count, double seed) {
    double complex *values = clau_allocate(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = CMPLX(sin(seed + (double)i), cos(2.0 * seed * (double)i));
    return values;
}

/// Frequencies from 0 on, to angles of many turns: omega t up to 12.
static double omega_of(size_t i) { return 0.11 * (double)(i % 700) / 7.0; }

static void rotations(void **state) {
    (void)state;
    const double t = 1.1;
    for (size_t l = 0; l < LENGTHS; l++)
        for (int with_kicks = 0; with_kicks < 2; with_kicks++) {
            const size_t n = lengths[l];
            double *tangent = clau_allocate(n, sizeof *tangent),
                   *sine = clau_allocate(n, sizeof *sine), *sign = clau_allocate(n, sizeof *sign);
            for (size_t i = 0; i < n; i++) {
                const double omega = omega_of(i), turns = nearbyint(omega * t / M_PI);
                const double angle = omega * t - turns * M_PI;
                tangent[i] = omega == 0.0 ? 0.5 * t : tan(0.5 * angle) / omega;
                sine[i] = omega * sin(angle);
                sign[i] = fmod(turns, 2.0) == 0.0 ? 1.0 : -1.0;
            }
            const struct kg_rotation rotation = {tangent, sine, sign};
            double complex *u = complex_numbers(n, 0.1), *pi = complex_numbers(n, 0.2),
                           *kicks = complex_numbers(n, 0.3), *copy = complex_numbers(n, 0.4),
                           *u0 = complex_numbers(n, 0.1), *pi0 = complex_numbers(n, 0.2);
            kg_rotate(n, &rotation, u, pi, with_kicks ? kicks : NULL, copy);
            for (size_t i = 0; i < n; i++) {
                const double omega = omega_of(i);
                const double complex p = with_kicks ? pi0[i] + kicks[i] : pi0[i];
                const double c = cos(omega * t), s = sin(omega * t);
                const double over = omega == 0.0 ? t : s / omega;
                // Rounding of omega t of 12, and of three shears; times omega of 11 in pi, and over
                // omega of 1/64 in u.
                assert_close(cabs(u[i] - (c * u0[i] + over * p)), 0.0, 4e-14);
                assert_close(cabs(pi[i] - (c * p - omega * s * u0[i])), 0.0, 4e-14);
                assert_true(copy[i] == u[i]);
            }
            free(tangent);
            free(sine);
            free(sign);
            free(u);
            free(pi);
            free(kicks);
            free(copy);
            free(u0);
            free(pi0);
        }
}

#ifdef _OPENMP
static void threads_change_no_bit(void **state) {
    (void)state;
    const size_t n = 300001;
    for (size_t f = 0; f < FORCES; f++) {
        double *u[2], *pi[2], *laplacian = numbers(n, 0.3, 2.0);
        for (int i = 0; i < 2; i++) {
            u[i] = numbers(n, 0.1, 1.5);
            pi[i] = numbers(n, 0.2, 1.0);
            omp_set_num_threads(1 + 2 * i);
            kg_kick_drift(n, &forces[f], u[i], pi[i], laplacian, NULL, 0.3, -0.7);
            kg_slope(n, &forces[f], u[i], 0.5, laplacian, 0.8, -1.5, u[i]);
        }
        assert_memory_equal(u[0], u[1], n * sizeof *u[0]);
        assert_memory_equal(pi[0], pi[1], n * sizeof *pi[0]);
        for (int i = 0; i < 2; i++) {
            free(u[i]);
            free(pi[i]);
        }
        free(laplacian);
    }
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kick_and_drift),
        cmocka_unit_test(slopes),
        cmocka_unit_test(slopes_of_potentials),
        cmocka_unit_test(products_and_sums),
        cmocka_unit_test(rotations),
#ifdef _OPENMP
        cmocka_unit_test(threads_change_no_bit),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
