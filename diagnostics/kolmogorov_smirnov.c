// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdlib.h>

#include "diagnostics/pooled_samples.h"
#include "numerics/memory.h"

enum { EXACT_MOST = 10000 };

/// Kolmogorov's limit, P(sqrt(n) D >= x), by the one of its two series that converges fast.
static double kolmogorov_survival(double x) {
    if (x < 0.1)
        return 1.0; // but for 1e-52
    double sum = 0.0;
    if (x < 1.0) {
        for (int k = 1; k <= 7; k += 2)
            sum += exp(-k * k * M_PI * M_PI / (8.0 * x * x));
        return 1.0 - sqrt(2.0 * M_PI) / x * sum;
    }
    for (int k = 5; k >= 1; k--)
        sum = exp(-2.0 * k * k * x * x) - sum;
    return 2.0 * sum;
}

/// Of all orders of m and n values, equally likely, the share in which |i n - j m| >= steps > 0
/// somewhere, i and j being the numbers that have come. The chance of being at (i, j) without
/// having been so far apart is carried along row by row; what first gets so far apart is added up,
/// all terms positive. Negative if out of memory.
static double lattice_path_share(size_t m, size_t n, size_t steps) {
    double *inside = clau_allocate(n + 1, sizeof *inside), share = 0.0;
    if (inside == NULL)
        return -1.0;
    size_t first = 0; // the places before it are outside, and hold 0
    for (size_t i = 0; i <= m; i++) {
        while (first <= n && i * n >= first * m + steps && inside[first] == 0.0 &&
               (first == 0 || inside[first - 1] == 0.0))
            first++;
        for (size_t j = first; j <= n; j++) {
            double p = i == 0 && j == 0 ? 1.0 : 0.0;
            const double left = (double)(m - i) + (double)(n - j) + 1.0;
            if (i > 0)
                p += inside[j] * ((double)(m - i + 1) / left);
            if (j > 0)
                p += inside[j - 1] * ((double)(n - j + 1) / left);
            const size_t x = i * n, y = j * m;
            const bool outside = (x > y ? x - y : y - x) >= steps;
            inside[j] = outside ? 0.0 : p;
            share += outside ? p : 0.0;
            if (outside && y > x)
                break; // those behind are outside too, and cannot be reached
        }
    }
    free(inside);
    return fmin(share, 1.0);
}

/// For the distance D = steps/(m n). Negative if out of memory.
static double p_of(size_t m, size_t n, size_t steps, bool *exact) {
    if (steps == 0) {
        *exact = true;
        return 1.0;
    }
    *exact = m <= EXACT_MOST && n <= EXACT_MOST;
    if (*exact)
        return lattice_path_share(m, n, steps);
    const double a = (double)m, b = (double)n;
    return kolmogorov_survival((double)steps / a / b * sqrt(a * b / (a + b)));
}

enum clau_measure_status clau_test_kolmogorov_smirnov(const struct clau_sample *x,
                                                      const struct clau_sample *y,
                                                      struct clau_test_result *result) {
    const struct clau_sample samples[] = {*x, *y};
    struct clau_pool pool;
    const enum clau_measure_status status = clau_pool(samples, 2, &pool);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t m = x->count, n = y->count;
    size_t seen[2] = {0, 0}, most = 0;
    for (size_t first = 0, next; first < pool.count; first = next) {
        next = clau_pool_tie(&pool, first);
        for (size_t i = first; i < next; i++)
            seen[pool.sorted[i].group]++;
        const size_t left = seen[0] * n, right = seen[1] * m;
        const size_t apart = left > right ? left - right : right - left;
        most = apart > most ? apart : most;
    }
    free(pool.sorted);
    bool exact;
    const double p = p_of(m, n, most, &exact);
    if (p < 0.0)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const double distance = (double)most / ((double)m * (double)n);
    *result = (struct clau_test_result){distance, p, distance, exact};
    return CLAU_MEASURE_OK;
}
