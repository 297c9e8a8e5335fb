// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/neighbour_samples.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

#include "diagnostics/total.h"
#include "numerics/memory.h"
#include "numerics/random.h"

enum purpose { JITTER, DEAL };

enum {
    /// Subsets have at least so many samples for each of the k + 1 in a ball: in smaller ones the
    /// variance is below n B/N, by a third at 10.
    SAMPLES_PER_NEIGHBOUR = 25,
    /// Samples are dealt at random until the variance has so many degrees of freedom.
    FREEDOM = 60,
};

double clau_digamma(size_t n) { return gsl_sf_psi_int((int)n); }

double clau_careful_sum(const double *terms, size_t count) {
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, terms[i]);
    return clau_total_value(total);
}

enum clau_measure_status clau_check_neighbours(size_t count, int dimensions,
                                               const struct clau_neighbour_options *options) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (count > INT32_MAX)
        return CLAU_MEASURE_TOO_MANY;
    if (dimensions < 1 || dimensions > CLAU_NEIGHBOUR_DIMENSIONS)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    const size_t k = options->neighbours;
    if (k == 0 || k > CLAU_NEIGHBOURS_MOST || k >= count)
        return CLAU_MEASURE_BAD_NEIGHBOURS;
    const bool known = options->algorithm <= CLAU_KRASKOV_2 &&
                       options->norm <= CLAU_NORM_EUCLIDEAN &&
                       options->subsets <= CLAU_SUBSETS_BLOCKS;
    const bool valid = isfinite(options->jitter) && options->jitter >= 0.0;
    return known && valid ? CLAU_MEASURE_OK : CLAU_MEASURE_BAD_OPTION;
}

enum clau_measure_status clau_copy_columns(const double *variable, size_t count, int width,
                                           double *rows, int dimensions, int first) {
    const size_t w = (size_t)width, stride = (size_t)dimensions;
    bool infinite = false;
    for (size_t i = 0; i < count; i++) {
        for (size_t d = 0; d < w; d++) {
            const double value = variable[i * w + d];
            if (isnan(value))
                return CLAU_MEASURE_NOT_A_NUMBER;
            infinite = infinite || fabs(value) > 0x1p500; // its square might be
            rows[i * stride + (size_t)first + d] = value;
        }
    }
    return infinite ? CLAU_MEASURE_INFINITE : CLAU_MEASURE_OK;
}

// ---- Standardizing and jitter -------------------------------------------------------------------

/// Mean and standard deviation (N - 1) of a column. Values are scaled by the largest magnitude,
/// so that squares do not overflow.
static void column_moments(const double *column, size_t count, size_t stride, double *mean,
                           double *deviation) {
    double largest = 0.0, sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(column[i * stride]));
    *mean = *deviation = 0.0;
    if (largest == 0.0 || count < 2)
        return;
    bool constant = true;
    for (size_t i = 0; i < count; i++) {
        constant = constant && column[i * stride] == column[0];
        sum += column[i * stride] / largest;
    }
    const double centre = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double apart = column[i * stride] / largest - centre;
        squares += apart * apart;
    }
    *mean = centre * largest;
    // The mean of equal values may be rounded: their deviation is 0 all the same.
    *deviation = constant ? 0.0 : sqrt(squares / (double)(count - 1)) * largest;
}

static void add_jitter(double *column, size_t count, size_t stride, size_t number, double width,
                       uint64_t seed) {
    for (size_t i = 0; i < count; i++) {
        double noise[2];
        const struct clau_random_words words = clau_random_uint64x4(
            (struct clau_random_key){.seed = seed},
            (struct clau_random_counter){.step = i, .individual = number, .purpose = JITTER});
        clau_random_normal_pair(words.word[0], words.word[1], noise);
        column[i * stride] += width * noise[0];
    }
}

enum clau_measure_status clau_treat_columns(double *rows, size_t count, int dimensions,
                                            const struct clau_neighbour_options *options) {
    if (!options->standardize && options->jitter == 0.0)
        return CLAU_MEASURE_OK;
    const size_t stride = (size_t)dimensions;
    for (size_t d = 0; d < stride; d++) {
        double mean, deviation;
        column_moments(rows + d, count, stride, &mean, &deviation);
        if (options->standardize) {
            if (deviation == 0.0)
                return CLAU_MEASURE_CONSTANT;
            for (size_t i = 0; i < count; i++)
                rows[i * stride + d] = (rows[i * stride + d] - mean) / deviation;
            deviation = 1.0;
        }
        if (options->jitter > 0.0)
            add_jitter(rows + d, count, stride, d, options->jitter * deviation, options->seed);
    }
    return CLAU_MEASURE_OK;
}

// ---- Subsets ------------------------------------------------------------------------------------

struct levels {
    const struct clau_row_measure *measure;
    const double *rows;
    size_t count, stride, deals;
    uint64_t seed;
    uint32_t *order;
    double *some; ///< rows of a subset
};

/// A random order of the rows for each deal into so many subsets (Fisher and Yates; the upper half
/// of a product is uniform to 2^-32 and better).
static void shuffle(struct levels *l, size_t subsets, size_t deal) {
    for (size_t i = 0; i < l->count; i++)
        l->order[i] = (uint32_t)i;
    for (size_t i = l->count - 1; i > 0; i--) {
        const struct clau_random_words words =
            clau_random_uint64x4((struct clau_random_key){.seed = l->seed},
                                 (struct clau_random_counter){i, subsets, DEAL, deal});
        const size_t j = (size_t)(((unsigned __int128)words.word[0] * (i + 1)) >> 64);
        const uint32_t moved = l->order[i];
        l->order[i] = l->order[j];
        l->order[j] = moved;
    }
}

/// Mean and variance of the estimates of n subsets in the order. Of a count not divisible by n the
/// last samples are left out.
static enum clau_measure_status measure_deal(const struct levels *l, size_t subsets, double *mean,
                                             double *variance) {
    double values[CLAU_SUBSETS_MOST], squares = 0.0;
    const size_t size = l->count / subsets;
    for (size_t s = 0; s < subsets; s++) {
        for (size_t i = 0; i < size; i++)
            memcpy(l->some + i * l->stride, l->rows + l->order[s * size + i] * l->stride,
                   l->stride * sizeof *l->some);
        const enum clau_measure_status status =
            l->measure->measure(l->measure->context, l->some, size, &values[s]);
        if (status != CLAU_MEASURE_OK)
            return status;
    }
    *mean = clau_careful_sum(values, subsets) / (double)subsets;
    for (size_t s = 0; s < subsets; s++)
        squares += (values[s] - *mean) * (values[s] - *mean);
    *variance = subsets > 1 ? squares / (double)(subsets - 1) : 0.0;
    return CLAU_MEASURE_OK;
}

/// The means over all deals. Without deals the rows keep their order, and subsets are blocks.
static enum clau_measure_status measure_level(struct levels *l, size_t subsets, double *mean,
                                              double *deviation) {
    const size_t deals = subsets > 1 && l->deals > 0 ? l->deals : 1;
    double sum = 0.0, variances = 0.0;
    for (size_t deal = 0; deal < deals; deal++) {
        double one, variance;
        if (subsets > 1 && l->deals > 0)
            shuffle(l, subsets, deal);
        const enum clau_measure_status status = measure_deal(l, subsets, &one, &variance);
        if (status != CLAU_MEASURE_OK)
            return status;
        sum += one;
        variances += variance;
    }
    *mean = sum / (double)deals;
    *deviation = sqrt(variances / (double)deals);
    return CLAU_MEASURE_OK;
}

/// Standard error, interval and drift from the levels (Holmes and Nemenman, sec. III): at n subsets
/// the variance of one is n B/N, known with n - 1 degrees of freedom a deal.
static void conclude(struct clau_neighbour_estimate *e, size_t deals) {
    double variance = 0.0, freedom = 0.0, products = 0.0, squares = 0.0;
    const double middle = 0.5 * (double)(e->levels + 1);
    for (size_t i = 0; i < e->levels; i++) {
        const double n = (double)(i + 1);
        variance += (n - 1.0) * e->standard_deviation[i] * e->standard_deviation[i] / n;
        freedom += n - 1.0;
        products += (n - middle) * e->mean[i];
        squares += (n - middle) * (n - middle);
    }
    e->value = e->mean[0];
    e->standard_error = sqrt(variance / freedom);
    const double quantile = gsl_cdf_tdist_Pinv(0.975, freedom * (double)(deals > 0 ? deals : 1));
    e->low = e->value - quantile * e->standard_error;
    e->high = e->value + quantile * e->standard_error;
    e->drift = products / squares;
    e->consistent = fabs(e->drift) <= e->standard_error;
}

enum clau_measure_status clau_estimate_rows(const struct clau_row_measure *measure,
                                            const double *rows, size_t count, int dimensions,
                                            const struct clau_neighbour_options *options,
                                            struct clau_neighbour_estimate *estimate) {
    const size_t least = SAMPLES_PER_NEIGHBOUR * (options->neighbours + 1);
    struct clau_neighbour_estimate result = {0};
    result.levels = count / least < CLAU_SUBSETS_MOST ? count / least : CLAU_SUBSETS_MOST;
    if (result.levels < 2)
        return CLAU_MEASURE_TOO_FEW;
    const size_t stride = (size_t)dimensions, freedom = result.levels * (result.levels - 1) / 2;
    struct levels levels = {
        .measure = measure,
        .rows = rows,
        .count = count,
        .stride = stride,
        .seed = options->seed,
        .deals = options->subsets == CLAU_SUBSETS_BLOCKS ? 0 : (FREEDOM + freedom - 1) / freedom,
        .order = clau_allocate(count, sizeof *levels.order),
        .some = clau_allocate(count, stride * sizeof *levels.some),
    };
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (levels.order == NULL || levels.some == NULL)
        goto out;
    for (size_t i = 0; i < count; i++)
        levels.order[i] = (uint32_t)i;
    for (size_t n = 1; n <= result.levels; n++) {
        status = measure_level(&levels, n, &result.mean[n - 1], &result.standard_deviation[n - 1]);
        if (status != CLAU_MEASURE_OK)
            goto out;
    }
    conclude(&result, levels.deals);
    *estimate = result;
out:
    free(levels.order);
    free(levels.some);
    return status;
}
