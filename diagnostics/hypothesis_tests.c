// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/hypothesis_tests.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "diagnostics/pooled_samples.h"
#include "numerics/memory.h"

// ---- Several samples ----------------------------------------------------------------------------

enum clau_measure_status clau_test_kruskal_wallis(const struct clau_sample *samples, size_t groups,
                                                  struct clau_test_result *result) {
    if (groups < 2)
        return CLAU_MEASURE_BAD_GROUPS;
    struct clau_pool pool;
    const enum clau_measure_status status = clau_pool(samples, groups, &pool);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *rank_sums = clau_allocate(groups, sizeof *rank_sums);
    if (rank_sums == NULL) {
        free(pool.sorted);
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    const double ties = clau_pool_ranks(&pool, groups, rank_sums), n = (double)pool.count;
    const bool constant = clau_pool_tie(&pool, 0) == pool.count;
    double spread = 0.0;
    for (size_t g = 0; g < groups; g++) {
        // Of the mean rank from that of all: without the cancellation of the textbook's formula.
        const double size = (double)samples[g].count;
        const double offset = rank_sums[g] / size - 0.5 * (n + 1.0);
        spread += size * offset * offset;
    }
    free(rank_sums);
    free(pool.sorted);
    if (constant)
        return CLAU_MEASURE_CONSTANT;
    const double h = 12.0 * spread / (n * (n + 1.0)) / (1.0 - ties / (n * (n - 1.0) * (n + 1.0)));
    *result = (struct clau_test_result){
        .statistic = h,
        .p = gsl_cdf_chisq_Q(h, (double)(groups - 1)),
        .effect = fmin(h / (n - 1.0), 1.0),
        .exact = false,
    };
    return CLAU_MEASURE_OK;
}

static double mean_of(const struct clau_sample *sample, double origin) {
    double sum = 0.0;
    for (size_t i = 0; i < sample->count; i++)
        sum += sample->values[i] - origin;
    return sum / (double)sample->count;
}

/// Sums of squares, of values relative to `origin` that is among them.
static void sum_squares(const struct clau_sample *samples, size_t groups, size_t total,
                        double origin, double *between, double *within) {
    double sum = 0.0;
    for (size_t g = 0; g < groups; g++)
        sum += (double)samples[g].count * mean_of(&samples[g], origin);
    const double grand = sum / (double)total;
    *between = *within = 0.0;
    for (size_t g = 0; g < groups; g++) {
        const double mean = mean_of(&samples[g], origin), offset = mean - grand;
        *between += (double)samples[g].count * offset * offset;
        for (size_t i = 0; i < samples[g].count; i++) {
            const double residual = samples[g].values[i] - origin - mean;
            *within += residual * residual;
        }
    }
}

static bool varies(const struct clau_sample *sample) {
    for (size_t i = 1; i < sample->count; i++) {
        if (sample->values[i] != sample->values[0])
            return true;
    }
    return false;
}

enum clau_measure_status clau_test_anova(const struct clau_sample *samples, size_t groups,
                                         struct clau_test_result *result) {
    if (groups < 2)
        return CLAU_MEASURE_BAD_GROUPS;
    struct clau_pool pool; // for its checks
    const enum clau_measure_status status = clau_pool(samples, groups, &pool);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t total = pool.count;
    free(pool.sorted);
    if (total <= groups)
        return CLAU_MEASURE_TOO_FEW;
    bool variation = false;
    for (size_t g = 0; g < groups; g++)
        variation = variation || varies(&samples[g]);
    if (!variation)
        return CLAU_MEASURE_CONSTANT;

    double between, within;
    sum_squares(samples, groups, total, samples[0].values[0], &between, &within);
    if (!isfinite(between + within))
        return CLAU_MEASURE_INFINITE;
    if (!(within > 0.0)) // too small to be squared
        return CLAU_MEASURE_CONSTANT;
    const double k = (double)(groups - 1), rest = (double)(total - groups);
    const double f = between / k / (within / rest);
    *result = (struct clau_test_result){
        .statistic = f,
        .p = gsl_cdf_fdist_Q(f, k, rest),
        .effect = between / (between + within),
        .exact = true,
    };
    return CLAU_MEASURE_OK;
}

// ---- Any test -----------------------------------------------------------------------------------

typedef enum clau_measure_status pair_test(const struct clau_sample *, const struct clau_sample *,
                                           struct clau_test_result *);
typedef enum clau_measure_status group_test(const struct clau_sample *, size_t,
                                            struct clau_test_result *);

static const struct {
    const char *name, *effect;
    pair_test *pair; ///< of two samples, or
    group_test *any; ///< of two or more
} tests[] = {
    [CLAU_TEST_KOLMOGOROV_SMIRNOV] = {"Kolmogorov-Smirnov", "D", clau_test_kolmogorov_smirnov,
                                      NULL},
    [CLAU_TEST_MANN_WHITNEY] = {"Mann-Whitney", "rank-biserial", clau_test_mann_whitney, NULL},
    [CLAU_TEST_KRUSKAL_WALLIS] = {"Kruskal-Wallis", "epsilon^2", NULL, clau_test_kruskal_wallis},
    [CLAU_TEST_ANOVA] = {"ANOVA", "eta^2", NULL, clau_test_anova},
};

static bool is_test(enum clau_hypothesis_test test) {
    return (size_t)test < sizeof tests / sizeof tests[0];
}

enum clau_measure_status clau_test_samples(enum clau_hypothesis_test test,
                                           const struct clau_sample *samples, size_t groups,
                                           struct clau_test_result *result) {
    if (!is_test(test) || (tests[test].pair != NULL && groups != 2))
        return CLAU_MEASURE_BAD_GROUPS;
    if (tests[test].pair != NULL)
        return tests[test].pair(&samples[0], &samples[1], result);
    return tests[test].any(samples, groups, result);
}

const char *clau_test_name(enum clau_hypothesis_test test) {
    return is_test(test) ? tests[test].name : NULL;
}

const char *clau_test_effect_name(enum clau_hypothesis_test test) {
    return is_test(test) ? tests[test].effect : NULL;
}

// ---- Several tests ------------------------------------------------------------------------------

struct ranked {
    double p;
    size_t place;
};

static int compare_p(const void *a, const void *b) {
    const double x = ((const struct ranked *)a)->p, y = ((const struct ranked *)b)->p;
    return (x > y) - (x < y);
}

enum clau_measure_status clau_holm(const double *p, size_t count, double *adjusted) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(p[i]))
            return CLAU_MEASURE_NOT_A_NUMBER;
        if (p[i] < 0.0 || p[i] > 1.0)
            return CLAU_MEASURE_BAD_PROBABILITY;
    }
    struct ranked *sorted = clau_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct ranked){p[i], i};
    qsort(sorted, count, sizeof *sorted, compare_p);
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fmin((double)(count - i) * sorted[i].p, 1.0));
        adjusted[sorted[i].place] = largest;
    }
    free(sorted);
    return CLAU_MEASURE_OK;
}
