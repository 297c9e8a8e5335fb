// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/histogram.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "diagnostics/simd.h"

/// Values are turned into bin numbers a block at a time, then counted. TABLES tables take the
/// values in turn: a run of values in the same bin would else wait for each addition's store.
enum { BLOCK = 512, TABLES = 4, TABLE_BINS = 256 };

struct bins {
    double minimum, maximum;
    double width; ///< of a bin
    double scale; ///< bins / (maximum - minimum)
    size_t count;
};

/// Writes the bin number of each value, or bins.count if it has none; length is a multiple of 4.
///
/// The product's rounding may put a value next to an edge into the wrong one of the two bins
/// that meet there, so that the edges decide. Edge and width are rounded as numpy's are. Numbers
/// are doubles with 2^52 added at the end, which leaves the integer in the lower bits.
CLAU_CLONES static void bin_numbers(const double *values, size_t length, struct bins bins,
                                    uint64_t *numbers) {
    const double last = (double)bins.count - 1.0;
    const clau_double4 one = CLAU_SPLAT4(1.0);
    for (size_t i = 0; i < length; i += 4) {
        const clau_double4 x = CLAU_LOAD4(values + i);
        const clau_bits4 inside = (clau_bits4)(x >= bins.minimum) & (clau_bits4)(x <= bins.maximum);
        const clau_double4 place = CLAU_ZERO_UNLESS4(inside, (x - bins.minimum) * bins.scale);
        const clau_double4 nearest = (place + 0x1p52) - 0x1p52;
        const clau_double4 floor = nearest - CLAU_ZERO_UNLESS4(nearest > place, one);
        const clau_double4 number = CLAU_SELECT4(floor > last, CLAU_SPLAT4(last), floor);
        const clau_double4 lower = number * bins.width + bins.minimum;
        const clau_double4 upper = (number + 1.0) * bins.width + bins.minimum;
        const clau_double4 below = CLAU_ZERO_UNLESS4(x < lower, one);
        const clau_double4 above =
            CLAU_ZERO_UNLESS4((clau_bits4)(x >= upper) & (clau_bits4)(number < last), one);
        const clau_double4 counted =
            CLAU_SELECT4(inside, number + (above - below), CLAU_SPLAT4((double)bins.count));
        const clau_bits4 bits = (clau_bits4)(counted + 0x1p52) & 0xffffffffu;
        *(clau_bits4_unaligned *)(numbers + i) = bits;
    }
}

/// The bin numbers of the BLOCK values from start on; what is behind the end has none.
static void block_numbers(const double *values, size_t count, size_t start, struct bins bins,
                          uint64_t numbers[static BLOCK]) {
    if (count - start >= BLOCK) {
        bin_numbers(values + start, BLOCK, bins, numbers);
        return;
    }
    double buffer[BLOCK];
    for (size_t i = 0; i < BLOCK; ++i) {
        buffer[i] = i < count - start ? values[start + i] : -INFINITY;
    }
    bin_numbers(buffer, BLOCK, bins, numbers);
}

CLAU_CLONES static bool has_nan(const double *values, size_t count) {
    int64_t found = 0;
    for (size_t i = 0; i < count; ++i) {
        found |= values[i] != values[i];
    }
    return found != 0;
}

static double count_equal(const double *values, size_t count, double value) {
    size_t equal = 0;
    for (size_t i = 0; i < count; ++i) {
        equal += values[i] == value;
    }
    return (double)equal;
}

static void count_few_bins(const double *values, size_t count, struct bins bins, double *counts) {
    uint64_t tables[TABLES][TABLE_BINS + 1], numbers[BLOCK];
    for (size_t t = 0; t < TABLES; ++t) {
        memset(tables[t], 0, (bins.count + 1) * sizeof tables[t][0]);
    }
    for (size_t start = 0; start < count; start += BLOCK) {
        block_numbers(values, count, start, bins, numbers);
        for (size_t i = 0; i < BLOCK; ++i) {
            ++tables[i % TABLES][numbers[i]];
        }
    }
    for (size_t bin = 0; bin < bins.count; ++bin) {
        counts[bin] = (double)(tables[0][bin] + tables[1][bin] + tables[2][bin] + tables[3][bin]);
    }
}

static void count_many_bins(const double *values, size_t count, struct bins bins, double *counts) {
    uint64_t numbers[BLOCK];
    memset(counts, 0, bins.count * sizeof *counts);
    for (size_t start = 0; start < count; start += BLOCK) {
        block_numbers(values, count, start, bins, numbers);
        for (size_t i = 0; i < BLOCK; ++i) {
            if (numbers[i] < bins.count) {
                counts[numbers[i]] += 1.0;
            }
        }
    }
}

enum clau_measure_status clau_histogram_uniform(const double *values, size_t count, double minimum,
                                                double maximum, size_t bins, double *counts) {
    if (bins == 0 || bins > INT32_MAX) {
        return CLAU_MEASURE_BAD_BINS;
    }
    const double range = maximum - minimum;
    const double width = range / (double)bins;
    const bool degenerate = range == 0.0;
    if (!isfinite(range) || range < 0.0 || !(degenerate || isnormal(width))) {
        return CLAU_MEASURE_BAD_RANGE;
    }
    if (has_nan(values, count)) {
        return CLAU_MEASURE_NOT_A_NUMBER;
    }
    if (degenerate) {
        memset(counts, 0, bins * sizeof *counts);
        counts[0] = count_equal(values, count, minimum);
        return CLAU_MEASURE_OK;
    }
    const struct bins equal = {
        .minimum = minimum,
        .maximum = maximum,
        .width = width,
        .scale = (double)bins / range,
        .count = bins,
    };
    if (bins <= TABLE_BINS) {
        count_few_bins(values, count, equal, counts);
    } else {
        count_many_bins(values, count, equal, counts);
    }
    return CLAU_MEASURE_OK;
}

CLAU_CLONES static void extremes(const double *values, size_t count, double *minimum,
                                 double *maximum) {
    enum { LANES = 16 };
    double low[LANES], high[LANES];
    for (size_t k = 0; k < LANES; ++k) {
        low[k] = high[k] = values[0];
    }
    size_t i = 0;
    for (; count - i >= LANES; i += LANES) {
        for (size_t k = 0; k < LANES; ++k) {
            low[k] = values[i + k] < low[k] ? values[i + k] : low[k];
            high[k] = values[i + k] > high[k] ? values[i + k] : high[k];
        }
    }
    for (; i < count; ++i) {
        low[0] = values[i] < low[0] ? values[i] : low[0];
        high[0] = values[i] > high[0] ? values[i] : high[0];
    }
    for (size_t k = 1; k < LANES; ++k) {
        low[0] = low[k] < low[0] ? low[k] : low[0];
        high[0] = high[k] > high[0] ? high[k] : high[0];
    }
    *minimum = low[0];
    *maximum = high[0];
}

enum clau_measure_status clau_histogram_extent(const double *values, size_t count, double *minimum,
                                               double *maximum) {
    if (count == 0) {
        return CLAU_MEASURE_EMPTY;
    }
    if (has_nan(values, count)) {
        return CLAU_MEASURE_NOT_A_NUMBER;
    }
    double lowest, highest;
    extremes(values, count, &lowest, &highest);
    if (isinf(lowest) || isinf(highest)) {
        return CLAU_MEASURE_INFINITE;
    }
    *minimum = lowest;
    *maximum = highest;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_histogram_amplitude(const double *magnitudes, size_t count,
                                                  size_t bins, double *counts) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(magnitudes, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (minimum < 0.0) {
        return CLAU_MEASURE_NEGATIVE;
    }
    return clau_histogram_uniform(magnitudes, count, 0.0, maximum, bins, counts);
}
