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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(bad_lengths),
        cmocka_unit_test(good_lengths),
        cmocka_unit_test(grid),
        cmocka_unit_test(exponential_filter),
#ifdef _OPENMP
        cmocka_unit_test(threads_change_no_bit),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
