// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/effect_size.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "diagnostics/histogram.h"
#include "diagnostics/pooled_samples.h"

// ---- Cliff's delta ------------------------------------------------------------------------------

static const struct {
    double below;
    const char *name;
} magnitudes[] = {{0.147, "negligible"}, {0.33, "small"}, {0.474, "medium"}, {INFINITY, "large"}};

static const char *magnitude_of(double delta) {
    size_t k = 0;
    while (fabs(delta) >= magnitudes[k].below)
        k++;
    return magnitudes[k].name;
}

/// Over the dominances d_ij = sign(x_i - y_j): sum d, sum d^2, and for each group the sum of the
/// squares of the means of its rows.
struct dominance {
    double sum, squares;
    double row_squares[2]; ///< sum_i (mean_j d_ij)^2, sum_j (mean_i d_ij)^2
};

static struct dominance dominance_of(const struct clau_pool *pool, double m, double n) {
    struct dominance all = {0.0, 0.0, {0.0, 0.0}};
    const double sizes[2] = {m, n};
    double below[2] = {0.0, 0.0};
    for (size_t first = 0, next; first < pool->count; first = next) {
        next = clau_pool_tie(pool, first);
        double tied[2] = {0.0, 0.0};
        for (size_t i = first; i < next; i++)
            tied[pool->sorted[i].group] += 1.0;
        for (int g = 0; g < 2; g++) {
            const double smaller = below[1 - g];
            const double larger = sizes[1 - g] - tied[1 - g] - smaller;
            const double row = (smaller - larger) / sizes[1 - g];
            all.row_squares[g] += tied[g] * row * row;
        }
        all.sum += tied[0] * (2.0 * below[1] + tied[1] - n);
        all.squares += tied[0] * (n - tied[1]);
        below[0] += tied[0];
        below[1] += tied[1];
    }
    return all;
}

/// Unbiased variance of delta (N. Cliff 1993, eq. 7), and not below what it can be.
static double variance_of(const struct dominance *d, double m, double n, double delta) {
    const double rows = d->row_squares[0] - m * delta * delta;
    const double columns = d->row_squares[1] - n * delta * delta;
    const double pairs = d->squares - m * n * delta * delta;
    const double variance =
        (m * m * columns + n * n * rows - pairs) / (m * n * (m - 1.0) * (n - 1.0));
    return fmax(variance, (1.0 - delta * delta) / (m * n - 1.0));
}

static void set_interval(struct clau_cliff *cliff, double variance, double z, double smaller) {
    const double d = cliff->delta, rest = 1.0 - d * d;
    if (rest == 0.0) {
        const double end = (smaller - z * z) / (smaller + z * z);
        cliff->low = d > 0.0 ? end : -1.0;
        cliff->high = d > 0.0 ? 1.0 : -end;
        return;
    }
    const double spread = z * z * variance;
    const double half = sqrt(spread) * sqrt(rest * rest + spread);
    cliff->low = fmax(-1.0, (d * rest - half) / (rest + spread));
    cliff->high = fmin(1.0, (d * rest + half) / (rest + spread));
}

enum clau_measure_status clau_cliff(const struct clau_sample *x, const struct clau_sample *y,
                                    double confidence, struct clau_cliff *result) {
    if (!(confidence > 0.0 && confidence < 1.0))
        return CLAU_MEASURE_BAD_PROBABILITY;
    const struct clau_sample samples[] = {*x, *y};
    struct clau_pool pool;
    const enum clau_measure_status status = clau_pool(samples, 2, &pool);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double m = (double)x->count, n = (double)y->count;
    const struct dominance dominance = dominance_of(&pool, m, n);
    free(pool.sorted);
    if (m < 2.0 || n < 2.0)
        return CLAU_MEASURE_TOO_FEW;
    struct clau_cliff cliff = {.delta = dominance.sum / (m * n)};
    cliff.magnitude = magnitude_of(cliff.delta);
    set_interval(&cliff, variance_of(&dominance, m, n, cliff.delta),
                 gsl_cdf_ugaussian_Qinv(0.5 * (1.0 - confidence)), fmin(m, n));
    *result = cliff;
    return CLAU_MEASURE_OK;
}

// ---- Differences of means -----------------------------------------------------------------------

struct moments {
    double mean, squares; ///< sum of the squares of the deviations
};

static struct moments moments_of(const struct clau_sample *sample, double origin) {
    struct moments moments = {0.0, 0.0};
    for (size_t i = 0; i < sample->count; i++)
        moments.mean += sample->values[i] - origin;
    moments.mean /= (double)sample->count;
    for (size_t i = 0; i < sample->count; i++) {
        const double deviation = sample->values[i] - origin - moments.mean;
        moments.squares += deviation * deviation;
    }
    return moments;
}

enum clau_measure_status clau_standardised_difference(const struct clau_sample *x,
                                                      const struct clau_sample *y,
                                                      struct clau_standardised *result) {
    const struct clau_sample *samples[] = {x, y};
    bool varies = false;
    for (int g = 0; g < 2; g++) {
        double minimum, maximum;
        const enum clau_measure_status status =
            clau_histogram_extent(samples[g]->values, samples[g]->count, &minimum, &maximum);
        if (status != CLAU_MEASURE_OK)
            return status;
        varies = varies || minimum < maximum;
    }
    if (x->count + y->count < 4)
        return CLAU_MEASURE_TOO_FEW;
    // Relative to one of the values: a common offset costs no digits.
    const double freedom = (double)(x->count + y->count - 2), origin = x->values[0];
    const struct moments a = moments_of(x, origin), b = moments_of(y, origin);
    const double deviation = sqrt((a.squares + b.squares) / freedom);
    if (!varies || deviation == 0.0) // or too small to be squared
        return CLAU_MEASURE_CONSTANT;
    if (!isfinite(deviation))
        return CLAU_MEASURE_INFINITE;
    const double cohen = (a.mean - b.mean) / deviation;
    const double bias = exp(lgamma(0.5 * freedom) - lgamma(0.5 * (freedom - 1.0)));
    *result = (struct clau_standardised){cohen, cohen * bias / sqrt(0.5 * freedom)};
    return CLAU_MEASURE_OK;
}
