// SPDX-License-Identifier: GPL-3.0-or-later
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "diagnostics/pooled_samples.h"
#include "numerics/memory.h"

enum { EXACT_SMALLER = 8, EXACT_LARGER = 65536 };

/// Holds the number of ways to choose 8 of 65544 values, 1e34, exactly.
__extension__ typedef unsigned __int128 ways;

/// The numbers of orders with U = u are the coefficients of prod_(i=1..a) (1 - q^(b+i))/(1 - q^i),
/// a Gaussian binomial; multiplied out factor by factor up to q^limit, in integers.
static void count_orders(size_t a, size_t b, size_t limit, ways *orders) {
    orders[0] = 1;
    for (size_t i = 1; i <= a; i++) {
        for (size_t u = limit + 1; u-- > b + i;)
            orders[u] -= orders[u - (b + i)];
        for (size_t u = i; u <= limit; u++)
            orders[u] += orders[u - i];
    }
}

/// Without ties; larger: the larger of U and mn - U, an integer. Negative if out of memory.
static double exact_p(size_t m, size_t n, size_t larger) {
    const size_t a = m < n ? m : n, b = m < n ? n : m;
    // P(U >= u) = P(U <= mn - u): the smaller half of the coefficients is enough.
    const size_t limit = m * n - larger;
    ways *orders = clau_allocate(limit + 1, sizeof *orders), extreme = 0, all = 1;
    if (orders == NULL)
        return -1.0;
    count_orders(a, b, limit, orders);
    for (size_t u = 0; u <= limit; u++)
        extreme += orders[u];
    free(orders);
    for (size_t i = 1; i <= a; i++)
        all = all * (b + i) / i;
    return fmin(2.0 * ((double)extreme / (double)all), 1.0);
}

static double normal_p(double m, double n, double larger, double ties) {
    const double total = m + n;
    const double variance = m * n / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    const double z = (larger - 0.5 * m * n - 0.5) / sqrt(variance);
    return fmin(2.0 * gsl_cdf_ugaussian_Q(z), 1.0);
}

enum clau_measure_status clau_test_mann_whitney(const struct clau_sample *x,
                                                const struct clau_sample *y,
                                                struct clau_test_result *result) {
    const struct clau_sample samples[] = {*x, *y};
    struct clau_pool pool;
    const enum clau_measure_status status = clau_pool(samples, 2, &pool);
    if (status != CLAU_MEASURE_OK)
        return status;
    double rank_sums[2];
    const double ties = clau_pool_ranks(&pool, 2, rank_sums);
    const bool constant = clau_pool_tie(&pool, 0) == pool.count;
    free(pool.sorted);
    if (constant)
        return CLAU_MEASURE_CONSTANT;

    const double m = (double)x->count, n = (double)y->count;
    const double u = rank_sums[0] - 0.5 * m * (m + 1.0), larger = fmax(u, m * n - u);
    const size_t least = x->count < y->count ? x->count : y->count;
    const size_t most = x->count < y->count ? y->count : x->count;
    const bool exact = ties == 0.0 && least <= EXACT_SMALLER && most <= EXACT_LARGER;
    const double p =
        exact ? exact_p(x->count, y->count, (size_t)larger) : normal_p(m, n, larger, ties);
    if (p < 0.0)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    *result = (struct clau_test_result){u, p, 2.0 * u / (m * n) - 1.0, exact};
    return CLAU_MEASURE_OK;
}
