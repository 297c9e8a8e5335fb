// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms against the sums they stand for; grid and wavenumbers.
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/fft.h"
#include "numerics/memory.h"
#include "numerics/spectral_grid.h"
#include "tests/approx.h"

static double complex value(size_t j) {
    return CMPLX(sin(1.0 + (double)(j * j % 101)), 0.01 * (double)(j % 17));
}

/// Transforms value(0 ... n-1); *back: and back again. The caller frees both.
static double complex *transform(size_t n, double complex **back) {
    struct clau_fft *fft = clau_fft_create(n);
    assert_non_null(fft);
    double complex *in = clau_allocate(n, sizeof *in);
    double complex *out = clau_fft_in_place(fft) ? in : clau_allocate(n, sizeof *out);
    for (size_t j = 0; j < n; j++)
        in[j] = value(j);
    clau_fft_forward(fft, in, out);
    double complex *result = clau_allocate(n, sizeof *result);
    memcpy(result, out, n * sizeof *result);
    clau_fft_backward(fft, out, in);
    if (out != in)
        free(out);
    *back = in;
    clau_fft_destroy(fft);
    return result;
}

static void sums(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 7, 16, 90, 20000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];
        double complex *back, *result = transform(n, &back);
        for (size_t m = 0; m < n; m += 1 + n / 9) {
            long double complex sum = 0.0L;
            for (size_t j = 0; j < n; j++)
                sum +=
                    value(j) * cexpl(-2.0L * M_PIl * I * (long double)(j * m % n) / (long double)n);
            // A few ulp of the largest of the results, which is about n / 9.
            assert_close((double)cabsl(result[m] - sum), 0.0, 1e-16 * (double)n + 1e-14);
        }
        for (size_t j = 0; j < n; j++)
            assert_close(cabs(back[j] / (double)n - value(j)), 0.0, 1e-14);
        free(result);
        free(back);
    }
}

#ifdef _OPENMP
static void threads_change_no_bit(void **state) {
    (void)state;
    const size_t n = 1 << 17; // planned for several threads
    double complex *first = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        double complex *back, *result = transform(n, &back);
        free(back);
        if (first == NULL) {
            first = result;
            continue;
        }
        assert_memory_equal(first, result, n * sizeof *first);
        free(result);
    }
    free(first);
}
#endif

static void bad_lengths(void **state) {
    (void)state;
    assert_null(clau_fft_create(0));
    assert_null(clau_fft_create((size_t)1 << 40));
    clau_fft_destroy(NULL);
}

static void good_lengths(void **state) {
    (void)state;
    static const size_t expected[][2] = {{1, 1},   {3, 3},    {4, 4},     {5, 5},      {6, 6},
                                         {7, 8},   {9, 10},   {11, 12},   {13, 16},    {65, 80},
                                         {81, 96}, {97, 128}, {513, 640}, {1024, 1024}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(clau_fft_good_length(expected[i][0]), expected[i][1]);
}

static void grid(void **state) {
    (void)state;
    struct clau_grid g;
    assert_true(clau_grid_init(&g, 10, 5.0));
    assert_true(g.spacing == 0.5);
    for (size_t j = 0; j < 10; j++)
        assert_close(g.x[j], -2.5 + 0.5 * (double)j, 1e-15);
    clau_grid_finish(&g);
    // Even: 0 1 2 3 4 -5 -4 ... -1; odd: 0 1 2 -2 -1.
    assert_close(clau_wavenumber(4, 10, 5.0), 2.0 * M_PI * 4.0 / 5.0, 1e-15);
    assert_close(clau_wavenumber(5, 10, 5.0), -2.0 * M_PI, 1e-14);
    assert_close(clau_wavenumber(9, 10, 5.0), -2.0 * M_PI / 5.0, 1e-15);
    assert_int_equal(clau_mode_index(2, 5), 2);
    assert_int_equal(clau_mode_index(3, 5), -2);
}

static void exponential_filter(void **state) {
    (void)state;
    assert_relative(clau_exponential_filter(-2.0, 2.0), exp(-36.0), 1e-15);
    assert_close(clau_exponential_filter(2.0 / 3.0, 2.0), 1.0, 3e-16);
    assert_true(clau_exponential_filter(1.8, 2.0) < 0.5);
}

// ---- real values ------------------------------------------------------------------------------

static double real_value(size_t j) { return sin(1.0 + (double)(j * j % 101)) + 0.3; }

/// Real values, their modes, and the values that come back; freed by real_finish.
struct real_transform {
    struct clau_real_fft *fft;
    size_t points, modes;
    double *values, *back;
    double complex *result;
};

static struct real_transform real_transform(size_t n, enum clau_closing closing,
                                            double (*f)(size_t j)) {
    struct real_transform t = {.fft = clau_real_fft_create(n, closing), .points = n};
    assert_non_null(t.fft);
    t.modes = clau_real_fft_modes(t.fft);
    t.values = clau_allocate(n, sizeof *t.values);
    t.back = clau_allocate(n, sizeof *t.back);
    t.result = clau_allocate(t.modes, sizeof *t.result);
    double complex *lost = clau_allocate(t.modes, sizeof *lost);
    for (size_t j = 0; j < n; j++)
        t.values[j] = f(j);
    clau_real_fft_forward(t.fft, t.values, t.result);
    for (size_t j = 0; j < n; j++)
        assert_true(t.values[j] == f(j)); // left as they were
    memcpy(lost, t.result, t.modes * sizeof *lost);
    clau_real_fft_backward(t.fft, lost, t.back);
    free(lost);
    return t;
}

static void real_finish(struct real_transform *t) {
    clau_real_fft_destroy(t->fft);
    free(t->values);
    free(t->back);
    free(t->result);
}

/// Half-integer or integer number of waves of mode i, from its wavenumber.
static double waves(const struct real_transform *t, size_t i) {
    return clau_real_fft_wavenumber(t->fft, i, 2.0 * M_PI);
}

/// Long enough to be cut for threads, and for the half-length transform to work in place.
enum { IN_PLACE = 40000 };

static void check_real_sums(size_t n, enum clau_closing closing) {
    struct real_transform t = real_transform(n, closing, real_value);
    assert_int_equal(t.modes, closing == CLAU_PERIODIC ? n / 2 + 1 : n / 2);
    for (size_t i = 0; i < t.modes; i += 1 + t.modes / 20) {
        long double complex sum = 0.0L;
        // Twice the number of waves is whole: the angle is found from whole numbers.
        const long long twice = llround(2.0 * waves(&t, i)), period = 2 * (long long)n;
        for (size_t j = 0; j < n; j++)
            sum += t.values[j] *
                   cexpl(-2.0L * M_PIl * I * (long double)((long long)j * twice % period) /
                         (long double)period);
        // A few ulp of the largest of the results, which is about n / 9.
        assert_close((double)cabsl(t.result[i] - sum), 0.0, 1e-16 * (double)n + 1e-14);
    }
    double values2 = 0.0, modes2 = 0.0;
    for (size_t j = 0; j < n; j++) {
        assert_close(t.back[j] / (double)n - t.values[j], 0.0, 1e-14);
        values2 += t.values[j] * t.values[j];
    }
    for (size_t i = 0; i < t.modes; i++) {
        const double complex f = t.result[i];
        modes2 += clau_real_fft_multiplicity(t.fft, i) * creal(f * conj(f)) / (double)n;
    }
    // Parseval: two sums of n positive terms.
    assert_relative(modes2, values2, 1e-15 * sqrt((double)n) + 1e-14);
    real_finish(&t);
}

static void real_periodic_sums(void **state) {
    (void)state;
    static const size_t sizes[] = {2, 3, 7, 16, 45, 90, 1001, IN_PLACE};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        check_real_sums(sizes[s], CLAU_PERIODIC);
}

static void real_antiperiodic_sums(void **state) {
    (void)state;
    static const size_t sizes[] = {2, 4, 6, 16, 90, 1002, 2 * 16384 - 2, 2 * 16384, IN_PLACE};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        check_real_sums(sizes[s], CLAU_ANTIPERIODIC);
}

/// cos and sin of 3.5 waves on 24 points: of the pair, -3.5 is kept.
static double half_waves(size_t j) {
    const double angle = 2.0 * M_PI * 3.5 * (double)j / 24.0;
    return 3.0 * cos(angle) - 4.0 * sin(angle);
}

static void real_wavenumbers(void **state) {
    (void)state;
    struct real_transform t = real_transform(24, CLAU_ANTIPERIODIC, half_waves);
    double least = INFINITY, most = 0.0;
    for (size_t i = 0; i < t.modes; i++) {
        const double m = waves(&t, i);
        // 1/2 + 2p between -n/2 and n/2, each |k| once.
        assert_true(fmod(m + 99.5, 2.0) == 0.0 && fabs(m) < 12.0);
        assert_true(clau_real_fft_multiplicity(t.fft, i) == 2.0);
        assert_close(clau_real_fft_wavenumber(t.fft, i, 7.0), 2.0 * M_PI * m / 7.0, 1e-14);
        least = fmin(least, fabs(m));
        most = fmax(most, fabs(m));
        // 3 cos - 4 sin = Re (3 + 4i) exp(i angle): F of exp(-i angle) is n/2 (3 - 4i).
        const double complex expected = m == -3.5 ? 12.0 * CMPLX(3.0, -4.0) : 0.0;
        assert_close(cabs(t.result[i] - expected), 0.0, 2e-13);
    }
    assert_true(least == 0.5 && most == 11.5);
    real_finish(&t);
    t = real_transform(6, CLAU_PERIODIC, real_value);
    for (size_t i = 0; i < t.modes; i++) {
        assert_close(waves(&t, i), (double)i, 1e-15 * (double)i);
        assert_true(clau_real_fft_multiplicity(t.fft, i) == (i == 0 || i == 3 ? 1.0 : 2.0));
    }
    real_finish(&t);
    t = real_transform(7, CLAU_PERIODIC, real_value); // no Nyquist mode
    assert_true(clau_real_fft_multiplicity(t.fft, 3) == 2.0);
    real_finish(&t);
}

static void real_bad_lengths(void **state) {
    (void)state;
    assert_null(clau_real_fft_create(7, CLAU_ANTIPERIODIC));
    assert_null(clau_real_fft_create(0, CLAU_PERIODIC));
    assert_null(clau_real_fft_create((size_t)1 << 40, CLAU_PERIODIC));
    clau_real_fft_destroy(NULL);
}

#ifdef _OPENMP
static void threads_change_no_bit_of_real_values(void **state) {
    (void)state;
    const size_t n = 1 << 18; // both kinds are planned for several threads
    for (int closing = CLAU_PERIODIC; closing <= CLAU_ANTIPERIODIC; closing++) {
        struct real_transform t[2];
        for (int i = 0; i < 2; i++) {
            omp_set_num_threads(1 + 2 * i);
            t[i] = real_transform(n, (enum clau_closing)closing, real_value);
        }
        assert_memory_equal(t[0].result, t[1].result, t[0].modes * sizeof *t[0].result);
        assert_memory_equal(t[0].back, t[1].back, n * sizeof *t[0].back);
        real_finish(&t[0]);
        real_finish(&t[1]);
    }
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(bad_lengths),
        cmocka_unit_test(good_lengths),
        cmocka_unit_test(grid),
        cmocka_unit_test(exponential_filter),
        cmocka_unit_test(real_periodic_sums),
        cmocka_unit_test(real_antiperiodic_sums),
        cmocka_unit_test(real_wavenumbers),
        cmocka_unit_test(real_bad_lengths),
#ifdef _OPENMP
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(threads_change_no_bit_of_real_values),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
