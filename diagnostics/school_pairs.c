// SPDX-License-Identifier: GPL-3.0-or-later
// Measures over all pairs of individuals, or over random pairs where there are too many.
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/school.h"
#include "diagnostics/school_workspace.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/random.h"

#define INLINE static inline __attribute__((always_inline))

enum {
    LANES = 8,
    PARTS = 16, ///< that the pairs are divided into, each with sums of its own
    PIECE = 512,
    TABLES = 4, ///< a run of values in the same bin would else wait for each addition's store
    TABLE_BINS = 32,
    PARALLEL_INDIVIDUALS = 700, ///< below, a parallel region costs more than it gains
    DRAWS_A_PART = CLAU_SCHOOL_DRAWN_PAIRS / PARTS,
};

// ---- Random pairs -------------------------------------------------------------------------------

/// An integer in 0 ... count - 1 of a uniform word; the bias is below count / 2^64.
static inline size_t scale_word(uint64_t word, size_t count) {
    return (size_t)(((unsigned __int128)word * count) >> 64);
}

/// Pairs 2 number and 2 number + 1, uniform among those of different individuals.
static void draw_two(const struct clau_school_draw *draw, size_t number, size_t count,
                     size_t pair[2][2]) {
    const struct clau_random_key key = {draw->seed, draw->stream};
    const struct clau_random_counter counter = {draw->step, number, CLAU_SCHOOL_RANDOM_PURPOSE, 0};
    const struct clau_random_words words = clau_random_uint64x4(key, counter);
    for (int k = 0; k < 2; k++) {
        const size_t i = scale_word(words.word[2 * k], count);
        const size_t j = scale_word(words.word[2 * k + 1], count - 1);
        const size_t other = j < i ? j : j + 1;
        pair[k][0] = draw->place != NULL ? draw->place[i] : i;
        pair[k][1] = draw->place != NULL ? draw->place[other] : other;
    }
}

static const struct clau_school_draw zeros;

// ---- Headings of pairs --------------------------------------------------------------------------

/// Bin of (dot + 1) / 2 in [0, 1], as numpy has it: the product finds the edge next to the value,
/// and the edge decides. The value 1 gets the number `bins`.
INLINE int32_t bin_of_dot(double dot, double scale, double width) {
    const double most = dot < 1.0 ? dot : 1.0;
    const double x = ((most > -1.0 ? most : -1.0) + 1.0) * 0.5;
    const double edge = (x * scale + 0x1p52) - 0x1p52;
    return (int32_t)(x < edge * width ? edge - 1.0 : edge);
}

/// Bins of the dot products of (ux, uy, uz) with length headings, a multiple of LANES.
CLAU_MULTIVERSION static void dot_bins(const double u[3], const double *restrict x,
                                       const double *restrict y, const double *restrict z,
                                       size_t length, size_t bins, int32_t *restrict bin) {
    const double scale = (double)bins, width = 1.0 / (double)bins;
    const double ux = u[0], uy = u[1], uz = u[2];
    const size_t whole = length / LANES * LANES;
    for (size_t j = 0; j < whole; j++)
        bin[j] = bin_of_dot(ux * x[j] + uy * y[j] + uz * z[j], scale, width);
}

/// Rows part, part + PARTS, ... of all pairs i < j.
static void count_rows(const struct clau_school_workspace *workspace, size_t count, size_t part,
                       size_t bins, uint64_t counts[static TABLE_BINS]) {
    uint32_t tables[TABLES][TABLE_BINS] = {{0}};
    int32_t bin[PIECE];
    double *const *u = workspace->pair_heading;
    for (size_t i = part; i + 1 < count; i += PARTS) {
        const double own[3] = {u[0][i], u[1][i], u[2][i]};
        for (size_t start = i + 1; start < count; start += PIECE) {
            const size_t length = count - start < PIECE ? count - start : PIECE;
            const size_t padded = (length + LANES - 1) / LANES * LANES;
            dot_bins(own, u[0] + start, u[1] + start, u[2] + start, padded, bins, bin);
            size_t j = 0;
            for (; j + TABLES <= length; j += TABLES) {
                for (size_t t = 0; t < TABLES; t++)
                    tables[t][bin[j + t]]++;
            }
            for (; j < length; j++)
                tables[0][bin[j]]++;
        }
    }
    for (size_t b = 0; b < TABLE_BINS; b++)
        counts[b] = (uint64_t)tables[0][b] + tables[1][b] + tables[2][b] + tables[3][b];
}

static void count_draws(const struct clau_school *school, const struct clau_school_draw *draw,
                        size_t part, size_t bins, uint64_t counts[static TABLE_BINS]) {
    const bool third = school->dimensions == 3;
    const double *const *u = school->heading;
    memset(counts, 0, TABLE_BINS * sizeof *counts);
    for (size_t n = part * DRAWS_A_PART / 2; n < (part + 1) * DRAWS_A_PART / 2; n++) {
        size_t pair[2][2];
        draw_two(draw, n, school->count, pair);
        for (int k = 0; k < 2; k++) {
            const size_t i = pair[k][0], j = pair[k][1];
            const double flat = u[0][i] * u[0][j] + u[1][i] * u[1][j];
            const double dot = third ? flat + u[2][i] * u[2][j] : flat;
            counts[bin_of_dot(dot, (double)bins, 1.0 / (double)bins)]++;
        }
    }
}

static void copy_headings(struct clau_school_workspace *workspace,
                          const struct clau_school *school) {
    for (int d = 0; d < 3; d++) {
        double *copy = workspace->pair_heading[d];
        memset(copy + school->count, 0, LANES * sizeof *copy);
        if (d < school->dimensions)
            memcpy(copy, school->heading[d], school->count * sizeof *copy);
        else
            memset(copy, 0, school->count * sizeof *copy);
    }
}

double clau_school_count_pairs(struct clau_school_workspace *workspace,
                               const struct clau_school *school,
                               const struct clau_school_draw *draw, size_t bins, double *counts) {
    uint64_t part_counts[PARTS][TABLE_BINS];
    const size_t count = school->count;
    const bool exact = count <= CLAU_SCHOOL_EXACT_PAIRS;
    if (draw == NULL)
        draw = &zeros;
    if (exact)
        copy_headings(workspace, school);
    if (count < PARALLEL_INDIVIDUALS) {
        for (size_t part = 0; part < PARTS; part++)
            count_rows(workspace, count, part, bins, part_counts[part]);
    } else {
#pragma omp parallel for schedule(static)
        for (size_t part = 0; part < PARTS; part++) {
            if (exact)
                count_rows(workspace, count, part, bins, part_counts[part]);
            else
                count_draws(school, draw, part, bins, part_counts[part]);
        }
    }
    double sum = 0.0;
    for (size_t bin = 0; bin < bins; bin++) {
        uint64_t found = 0;
        for (size_t part = 0; part < PARTS; part++)
            found += part_counts[part][bin] + (bin + 1 == bins ? part_counts[part][bins] : 0);
        counts[bin] = (double)found;
        sum += counts[bin];
    }
    return sum;
}

// ---- Correlation at a distance ------------------------------------------------------------------

struct correlation {
    const struct clau_school *school;
    const struct clau_school_draw *draw;
    double mean[3], period, range;
    size_t bins;
    double *sum, *pairs; ///< [PARTS][bins]
};

static inline double image(double dx, double period) {
    const double distance = fabs(dx);
    return period - distance < distance ? period - distance : distance;
}

/// Distances between individual i and `count` others from `first` on, and products of their
/// deviations from the mean heading: loops that the compiler makes vectors of.
CLAU_MULTIVERSION static void meet_row(const struct correlation *c, size_t i, size_t first,
                                       size_t count, double *restrict distance,
                                       double *restrict product) {
    for (size_t k = 0; k < count; k++)
        distance[k] = product[k] = 0.0;
    for (int d = 0; d < c->school->dimensions; d++) {
        const double *x = c->school->position[d] + first, *u = c->school->heading[d] + first;
        const double place = c->school->position[d][i], mean = c->mean[d], period = c->period;
        const double deviation = c->school->heading[d][i] - mean;
        for (size_t k = 0; k < count; k++) {
            const double dx = image(place - x[k], period);
            distance[k] += dx * dx;
            product[k] += deviation * (u[k] - mean);
        }
    }
    for (size_t k = 0; k < count; k++)
        distance[k] = sqrt(distance[k]);
}

/// Takes pairs into their bins: bin b holds b width <= r < (b + 1) width as rounded, the last one
/// also its upper edge.
static void sort_pairs(const struct correlation *c, size_t count, const double *distance,
                       const double *product, double *sum, double *pairs) {
    const double width = c->range / (double)c->bins, per_width = 1.0 / width;
    for (size_t k = 0; k < count; k++) {
        const double r = distance[k];
        if (!(r <= c->range))
            continue;
        // The quotient may be off by round-off, next to an edge.
        size_t bin = (size_t)(r * per_width);
        bin -= r < (double)bin * width;
        bin += r >= (double)(bin + 1) * width;
        bin = bin < c->bins ? bin : c->bins - 1;
        sum[bin] += product[k];
        pairs[bin] += 1.0;
    }
}

enum { ROW = 256 };

static void meet(const struct correlation *c, size_t i, size_t first, size_t count, double *sum,
                 double *pairs) {
    double distance[ROW], product[ROW];
    for (size_t done = 0; done < count; done += ROW) {
        const size_t length = count - done < ROW ? count - done : ROW;
        meet_row(c, i, first + done, length, distance, product);
        sort_pairs(c, length, distance, product, sum, pairs);
    }
}

/// The same for one pair that was drawn.
static inline void meet_one(const struct correlation *c, size_t i, size_t j, double *distance,
                            double *product) {
    double square = 0.0, dot = 0.0;
    for (int d = 0; d < c->school->dimensions; d++) {
        const double *x = c->school->position[d], *u = c->school->heading[d];
        const double dx = image(x[i] - x[j], c->period);
        square += dx * dx;
        dot += (u[i] - c->mean[d]) * (u[j] - c->mean[d]);
    }
    *distance = sqrt(square);
    *product = dot;
}

static void correlate_part(const struct correlation *c, size_t part) {
    double *sum = c->sum + part * c->bins, *pairs = c->pairs + part * c->bins;
    const size_t count = c->school->count;
    if (count <= CLAU_SCHOOL_EXACT_PAIRS) {
        for (size_t i = part; i < count; i += PARTS)
            meet(c, i, i + 1, count - i - 1, sum, pairs);
        return;
    }
    double distance[ROW], product[ROW];
    static_assert(DRAWS_A_PART % ROW == 0, "whole rows");
    for (size_t done = 0; done < DRAWS_A_PART; done += ROW) {
        for (size_t k = 0; k < ROW; k += 2) {
            size_t pair[2][2];
            draw_two(c->draw, (part * DRAWS_A_PART + done + k) / 2, count, pair);
            for (size_t two = 0; two < 2; two++)
                meet_one(c, pair[two][0], pair[two][1], &distance[k + two], &product[k + two]);
        }
        sort_pairs(c, ROW, distance, product, sum, pairs);
    }
}

/// Mean |u - mean u|^2, in the order of individuals.
static double mean_fluctuation(const struct clau_school *school, const double mean[3]) {
    double sum = 0.0;
    for (size_t i = 0; i < school->count; i++) {
        for (int d = 0; d < school->dimensions; d++) {
            const double w = school->heading[d][i] - mean[d];
            sum += w * w;
        }
    }
    return sum / (double)school->count;
}

static double first_zero(const double *correlation, size_t bins, double width) {
    size_t last = bins;
    for (size_t bin = 0; bin < bins; bin++) {
        if (isnan(correlation[bin]))
            continue;
        if (last < bins && correlation[last] > 0.0 && correlation[bin] <= 0.0) {
            const double share = correlation[last] / (correlation[last] - correlation[bin]);
            return ((double)last + 0.5 + share * (double)(bin - last)) * width;
        }
        last = bin;
    }
    return NAN;
}

enum clau_measure_status clau_school_velocity_correlation(struct clau_school_workspace *workspace,
                                                          const struct clau_school *school,
                                                          const struct clau_school_draw *draw,
                                                          double range, size_t bins,
                                                          double *correlation,
                                                          double *correlation_length) {
    const enum clau_measure_status status = clau_school_check(workspace, school);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (bins == 0 || bins > INT32_MAX)
        return CLAU_MEASURE_BAD_BINS;
    if (!(range > 0.0) || isinf(range) || !isnormal(range / (double)bins))
        return CLAU_MEASURE_BAD_RANGE;
    struct clau_school_order order;
    clau_school_find_order(workspace, school, &order, NULL, NULL);
    struct correlation c = {
        .school = school,
        .draw = draw != NULL ? draw : &zeros,
        .mean = {order.direction[0], order.direction[1], order.direction[2]},
        .period = school->periodic ? school->length : INFINITY,
        .range = range,
        .bins = bins,
        .sum = clau_allocate(bins, 2 * PARTS * sizeof *c.sum),
    };
    if (c.sum == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    c.pairs = c.sum + PARTS * bins;
    if (school->count < PARALLEL_INDIVIDUALS) {
        for (size_t part = 0; part < PARTS; part++)
            correlate_part(&c, part);
    } else {
#pragma omp parallel for schedule(static)
        for (size_t part = 0; part < PARTS; part++)
            correlate_part(&c, part);
    }
    const double fluctuation = mean_fluctuation(school, c.mean);
    for (size_t bin = 0; bin < bins; bin++) {
        double sum = 0.0, pairs = 0.0;
        for (size_t part = 0; part < PARTS; part++) {
            sum += c.sum[part * bins + bin];
            pairs += c.pairs[part * bins + bin];
        }
        const bool known = pairs > 0.0 && fluctuation >= 1e-24;
        correlation[bin] = known ? sum / pairs / fluctuation : NAN;
    }
    free(c.sum);
    if (correlation_length != NULL)
        *correlation_length = first_zero(correlation, bins, range / (double)bins);
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_school_angular_dispersion(struct clau_school_workspace *workspace,
                                                        const struct clau_school *school,
                                                        double *dispersion) {
    struct clau_school_order order;
    const enum clau_measure_status status = clau_school_order(workspace, school, &order);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (order.polarization < 1e-12) {
        *dispersion = NAN;
        return CLAU_MEASURE_OK;
    }
    const double *m = order.direction;
    const bool third = school->dimensions == 3;
    double sum = 0.0;
    for (size_t i = 0; i < school->count; i++) {
        const double u[3] = {school->heading[0][i], school->heading[1][i],
                             third ? school->heading[2][i] : 0.0};
        const double x = u[1] * m[2] - u[2] * m[1], y = u[2] * m[0] - u[0] * m[2];
        const double z = u[0] * m[1] - u[1] * m[0];
        // Accurate for small angles too, where the arc cosine is not.
        sum += atan2(sqrt(x * x + y * y + z * z), u[0] * m[0] + u[1] * m[1] + u[2] * m[2]);
    }
    *dispersion = sum / (double)school->count;
    return CLAU_MEASURE_OK;
}
