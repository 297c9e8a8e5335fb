// SPDX-License-Identifier: GPL-3.0-or-later
// Sums at lengths that end inside a vector or a block, and with threads.
#include "numerics/sums.h"

#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "tests/approx.h"

static const size_t lengths[] = {1, 2, 3, 4, 5, 8, 511, 1023, 1024, 1025, 1028, 70001};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static void sums_of_integers(void **state) {
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double *a = clau_allocate(n, sizeof *a), *b = clau_allocate(n, sizeof *b);
        double *partial = clau_allocate(clau_block_count(n), sizeof *partial);
        for (size_t i = 0; i < n; i++) {
            a[i] = (double)(i + 1);
            b[i] = i % 2 == 0 ? 1.0 : -1.0;
        }
        // Integers below 2^53: exact.
        assert_true(clau_dot(n, a, NULL, partial) == 0.5 * (double)n * (double)(n + 1));
        assert_true(clau_dot(n, a, a, partial) ==
                    (double)n * (double)(n + 1) * (double)(2 * n + 1) / 6.0);
        assert_true(clau_dot(n, a, b, partial) ==
                    (n % 2 == 0 ? -(double)(n / 2) : (double)(n / 2 + 1)));
        free(a);
        free(b);
        free(partial);
    }
}

static void sum_of_nothing(void **state) {
    (void)state;
    assert_true(clau_dot(0, NULL, NULL, NULL) == 0.0);
    assert_true(clau_sum_blocks(0, NULL) == 0.0);
}

static void blocks_in_their_order(void **state) {
    (void)state;
    // 1e16 swallows a 1 that is added to it, and not the sum of two: the order shows.
    const double partial[] = {1.0, 1.0, 1e16, -1e16};
    assert_true(clau_sum_blocks(4 * CLAU_BLOCK, partial) == 2.0);
    assert_true(clau_sum_blocks(2 * CLAU_BLOCK + 1, partial) == 1e16 + 2.0);
    assert_true(clau_sum_blocks(2 * CLAU_BLOCK, partial) == 2.0);
}

#ifdef _OPENMP
static void threads_change_no_bit(void **state) {
    (void)state;
    const size_t n = 300001;
    double *a = clau_allocate(n, sizeof *a), sum[3];
    double *partial = clau_allocate(clau_block_count(n), sizeof *partial);
    for (size_t i = 0; i < n; i++)
        a[i] = sin((double)i);
    for (int i = 0; i < 3; i++) {
        omp_set_num_threads(1 + i);
        sum[i] = clau_dot(n, a, a, partial);
    }
    assert_true(sum[0] == sum[1] && sum[0] == sum[2]);
    free(a);
    free(partial);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_integers),
        cmocka_unit_test(sum_of_nothing),
        cmocka_unit_test(blocks_in_their_order),
#ifdef _OPENMP
        cmocka_unit_test(threads_change_no_bit),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
