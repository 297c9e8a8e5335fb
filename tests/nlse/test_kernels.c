// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels against plain loops, at lengths that end inside a vector or a block, and with threads.
#include "numerics/complex_numbers.h"
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/phase.h"
#include "solvers/nlse/kernels.h"
#include "tests/approx.h"

static const size_t lengths[] = {1, 2, 3, 8, 511, 1024, 1025, 70001};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static double complex *numbers(size_t count, double seed) {
    double complex *values = clau_allocate(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = CMPLX(sin(seed + (double)i), cos(2.0 * seed * (double)i));
    return values;
}

static void combine(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double complex *base = numbers(n, 0.1), *a = numbers(n, 0.2), *b = numbers(n, 0.3),
                       *phase = numbers(n, 0.4), *out = clau_allocate(n, sizeof *out);
        const struct nlse_combination c = {2, {0.5, -2.0}, {a, b}};
        nlse_combine(n, out, base, &c, phase);
        double sum = 0.0;
        for (size_t i = 0; i < n; i++) {
            const double complex value = 0.5 * a[i] - 2.0 * b[i];
            assert_close(cabs(out[i] - phase[i] * (base[i] + value)), 0.0, 4e-15);
            sum += creal(value * conj(value));
        }
        double *partial = clau_allocate(clau_block_count(n), sizeof *partial);
        // Two orders of n additions of numbers of one sign.
        assert_relative(nlse_combination_norm2(n, &c, partial), sum, 1e-12);
        nlse_unphase(n, out, base, phase);
        for (size_t i = 0; i < n; i++)
            assert_close(cabs(out[i] - conj(phase[i]) * base[i]), 0.0, 2e-15);
        free(partial);
        free(base);
        free(a);
        free(b);
        free(phase);
        free(out);
    }
}

static void nonlinearity(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double complex *psi = numbers(n, 0.7), *before = numbers(n, 0.7);
        double *potential = clau_allocate(n, sizeof *potential);
        for (size_t i = 0; i < n; i++)
            potential[i] = 0.01 * (double)(i % 50);
        nlse_apply_nonlinearity(n, psi, -1.5, potential, 0.25);
        for (size_t i = 0; i < n; i++) {
            const double density = creal(before[i] * conj(before[i]));
            assert_close(cabs(psi[i] - I * 0.25 * (-1.5 * density - potential[i]) * before[i]), 0.0,
                         4e-15);
        }
        memcpy(psi, before, n * sizeof *psi);
        nlse_apply_nonlinearity(n, psi, 2.0, NULL, 1.0);
        for (size_t i = 0; i < n; i++) {
            const double density = creal(before[i] * conj(before[i]));
            assert_close(cabs(psi[i] - I * 2.0 * density * before[i]), 0.0, 8e-15);
        }
        free(psi);
        free(before);
        free(potential);
    }
}

static void largest(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double *a = clau_allocate(n, sizeof *a);
        for (size_t i = 0; i < n; i++)
            a[i] = (double)(i + 1);
        assert_true(nlse_largest(n, a) == (double)n);
        free(a);
    }
}

static void phases(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double *angle = clau_allocate(n, sizeof *angle);
        double complex *factor = clau_allocate(n, sizeof *factor), *value = numbers(n, 0.5),
                       *before = numbers(n, 0.5);
        for (size_t i = 0; i < n; i++)
            angle[i] = 0.01 * (double)i * (double)(i % 7);
        clau_phase_factors(n, -0.3, angle, factor);
        clau_phase_rotate(n, -0.3, angle, value);
        double bias = 0.0;
        for (size_t i = 0; i < n; i++) {
            const double x = -0.3 * angle[i];
            // 4 ulp of the vector library.
            assert_close(cabs(factor[i] - CMPLX(cos(x), sin(x))), 0.0, 2e-15);
            assert_close(cabs(value[i] - factor[i] * before[i]), 0.0, 1e-15);
            const long double re = creal(factor[i]), im = cimag(factor[i]);
            const double excess = (double)(re * re + im * im - 1.0L);
            // Two roundings to a double; without the Newton step the vector library's 8e-16 show.
            assert_close(excess, 0.0, 4e-16);
            bias += excess;
        }
        // Rounding averages out to well below an ulp: 4000 rotations change the mass by 2e-13.
        assert_close(bias / (double)n, 0.0, n > 1000 ? 5e-17 : 4e-16);
        free(angle);
        free(factor);
        free(value);
        free(before);
    }
}

#ifdef _OPENMP
static void threads_change_no_bit(void **state) {
    (void)state;
    const size_t n = 300001;
    double complex *base = numbers(n, 0.1), *a = numbers(n, 0.2);
    double complex *out[2] = {clau_allocate(n, sizeof **out), clau_allocate(n, sizeof **out)};
    double *partial = clau_allocate(clau_block_count(n), sizeof *partial), sum[2];
    const struct nlse_combination c = {1, {0.3}, {a}};
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(1 + 2 * i);
        nlse_combine(n, out[i], base, &c, NULL);
        sum[i] = nlse_combination_norm2(n, &c, partial);
    }
    assert_memory_equal(out[0], out[1], n * sizeof **out);
    assert_true(sum[0] == sum[1]);
    free(base);
    free(a);
    free(out[0]);
    free(out[1]);
    free(partial);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(combine),
        cmocka_unit_test(nonlinearity),
        cmocka_unit_test(largest),
        cmocka_unit_test(phases),
#ifdef _OPENMP
        cmocka_unit_test(threads_change_no_bit),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
