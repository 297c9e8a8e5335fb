// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/reconstruction.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "diagnostics/series.h"
#include "diagnostics/simd.h"
#include "numerics/memory.h"

// ---- Mutual information -------------------------------------------------------------------------

struct joint {
    size_t bins;
    uint32_t *places; ///< [count] bin of each value
    uint32_t *counts; ///< [bins][bins], then the two margins
};

static double sum_n_log_n(const uint32_t *counts, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (counts[i] > 1)
            sum += counts[i] * log(counts[i]);
    }
    return sum;
}

static double information_of(struct joint *joint, size_t pairs, size_t lag) {
    const size_t bins = joint->bins;
    uint32_t *left = joint->counts + bins * bins, *right = left + bins;
    memset(joint->counts, 0, (bins * bins + 2 * bins) * sizeof *joint->counts);
    for (size_t i = 0; i < pairs; i++)
        joint->counts[joint->places[i] * bins + joint->places[i + lag]]++;
    for (size_t a = 0; a < bins; a++) {
        for (size_t b = 0; b < bins; b++) {
            left[a] += joint->counts[a * bins + b];
            right[b] += joint->counts[a * bins + b];
        }
    }
    const double n = (double)pairs;
    const double sum = sum_n_log_n(joint->counts, bins * bins) - sum_n_log_n(left, bins) -
                       sum_n_log_n(right, bins);
    return fmax(0.0, sum / n + log(n));
}

/// Bin of each value: numpy's rule but for values within a rounding error of an edge.
static enum clau_measure_status place_values(const double *series, size_t count, size_t bins,
                                             uint32_t *places) {
    double *scaled = clau_allocate(count, sizeof *scaled);
    if (scaled == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const enum clau_measure_status status = clau_series_scale(series, count, scaled, NULL);
    if (status == CLAU_MEASURE_OK) {
        double half = 0.0; // of the range, in whose middle 0 is
        for (size_t i = 0; i < count; i++)
            half = fmax(half, fabs(scaled[i]));
        for (size_t i = 0; i < count; i++) {
            const double share = fmax(0.0, 0.5 + 0.5 * (scaled[i] / half));
            const size_t bin = (size_t)(share * (double)bins);
            places[i] = (uint32_t)(bin < bins ? bin : bins - 1);
        }
    }
    free(scaled);
    return status;
}

enum clau_measure_status clau_delayed_information(const double *series, size_t count, size_t bins,
                                                  size_t lags, double *information) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (bins == 0 || bins > INT32_MAX)
        return CLAU_MEASURE_BAD_BINS;
    if (lags >= count)
        return CLAU_MEASURE_TOO_SHORT;
    if (count > UINT32_MAX)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    struct joint joint = {
        .bins = bins,
        .places = clau_allocate(count, sizeof *joint.places),
        .counts = clau_allocate(bins + 2, bins * sizeof *joint.counts),
    };
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (joint.places != NULL && joint.counts != NULL)
        status = place_values(series, count, bins, joint.places);
    for (size_t lag = 0; lag <= lags && status == CLAU_MEASURE_OK; lag++)
        information[lag] = information_of(&joint, count - lag, lag);
    free(joint.places);
    free(joint.counts);
    return status;
}

enum clau_measure_status clau_embedding_delay(const double *series, size_t count, size_t bins,
                                              size_t lags, size_t *delay) {
    if (lags == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    double *information = clau_allocate(lags + 1, sizeof *information);
    if (information == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status =
        clau_delayed_information(series, count, bins, lags, information);
    if (status == CLAU_MEASURE_OK) {
        size_t lag = 1;
        while (lag < lags && !(information[lag - 1] > information[lag] &&
                               information[lag] <= information[lag + 1]))
            lag++;
        if (lag < lags)
            *delay = lag;
        else
            status = CLAU_MEASURE_NO_MINIMUM;
    }
    free(information);
    return status;
}

// ---- Trajectory ---------------------------------------------------------------------------------

size_t clau_trajectory_length(size_t count, size_t dimension, size_t delay) {
    size_t span;
    if (dimension == 0 || delay == 0 || __builtin_mul_overflow(dimension - 1, delay, &span))
        return 0;
    return span < count ? count - span : 0;
}

static enum clau_measure_status check_embedding(const double *series, size_t count,
                                                size_t dimension, size_t delay, size_t *points) {
    if (dimension == 0 || delay == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(series, count, &minimum, &maximum);
    *points = clau_trajectory_length(count, dimension, delay);
    return status == CLAU_MEASURE_OK && *points == 0 ? CLAU_MEASURE_TOO_SHORT : status;
}

enum clau_measure_status clau_trajectory(const double *series, size_t count, size_t dimension,
                                         size_t delay, double *trajectory) {
    size_t points;
    const enum clau_measure_status status =
        check_embedding(series, count, dimension, delay, &points);
    if (status != CLAU_MEASURE_OK)
        return status;
    for (size_t i = 0; i < points; i++) {
        for (size_t k = 0; k < dimension; k++)
            trajectory[i * dimension + k] = series[i + k * delay];
    }
    return CLAU_MEASURE_OK;
}

// ---- Recurrence ---------------------------------------------------------------------------------

enum { BLOCK = 1024, PARALLEL_POINTS = 512 };

struct embedding {
    const double *series;
    size_t points, dimension, delay;
    double tolerance;
};

/// Whether points first + i and first + i + lag are close.
CLAU_CLONES
static void find_close(const struct embedding *e, size_t lag, size_t first, size_t length,
                       int64_t close[restrict BLOCK]) {
    const double tolerance = e->tolerance;
    for (size_t i = 0; i < length; i++)
        close[i] = 1;
    for (size_t k = 0; k < e->dimension; k++) {
        const double *x = e->series + first + k * e->delay;
        for (size_t i = 0; i < length; i++)
            close[i] &= fabs(x[i + lag] - x[i]) <= tolerance;
    }
}

struct diagonal {
    uint64_t recurrences, on_lines;
};

static struct diagonal walk_diagonal(const struct embedding *e, size_t lag, size_t shortest) {
    struct diagonal sum = {0, 0};
    int64_t close[BLOCK];
    size_t run = 0;
    for (size_t first = 0; first < e->points - lag; first += BLOCK) {
        const size_t left = e->points - lag - first, length = left < BLOCK ? left : BLOCK;
        find_close(e, lag, first, length, close);
        for (size_t i = 0; i < length; i++) {
            sum.recurrences += (uint64_t)close[i];
            if (!close[i] && run >= shortest)
                sum.on_lines += run;
            run = close[i] ? run + 1 : 0;
        }
    }
    sum.on_lines += run >= shortest ? run : 0;
    return sum;
}

enum clau_measure_status clau_recurrence(const double *series, size_t count, size_t dimension,
                                         size_t delay, double tolerance, size_t theiler,
                                         size_t shortest_line, struct clau_recurrence *result) {
    if (!(tolerance >= 0.0) || isinf(tolerance))
        return CLAU_MEASURE_BAD_TOLERANCE;
    if (shortest_line == 0)
        return CLAU_MEASURE_BAD_EMBEDDING;
    size_t points;
    const enum clau_measure_status status =
        check_embedding(series, count, dimension, delay, &points);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t first_lag = theiler > 1 ? theiler : 1;
    if (first_lag >= points)
        return CLAU_MEASURE_TOO_SHORT;

    const struct embedding embedding = {series, points, dimension, delay, tolerance};
    uint64_t recurrences = 0, on_lines = 0;
    // Long and short diagonals in turn.
#pragma omp parallel for default(none) shared(embedding, points, first_lag, shortest_line)         \
    reduction(+ : recurrences, on_lines) schedule(static, 16) if (points >= PARALLEL_POINTS)
    for (size_t lag = first_lag; lag < points; lag++) {
        const struct diagonal found = walk_diagonal(&embedding, lag, shortest_line);
        recurrences += found.recurrences;
        on_lines += found.on_lines;
    }
    const uint64_t lags = points - first_lag, pairs = lags * (lags + 1) / 2;
    *result = (struct clau_recurrence){
        .pairs = pairs,
        .recurrences = recurrences,
        .rate = (double)recurrences / (double)pairs,
        .determinism = recurrences > 0 ? (double)on_lines / (double)recurrences : 0.0,
    };
    return CLAU_MEASURE_OK;
}
