// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/histogram.h"

#include <float.h>
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
    bool coarse; ///< few doubles a bin, so that edges fall together
};

/// Writes the bin number of each value, or bins.count if it has none; length is a multiple of 4.
///
/// The nearest edge decides on which side of it a value is, since the product's rounding may put
/// one next to an edge into the wrong bin. Edge and width are rounded as numpy's are. At the upper
/// end the number may be bins.count, which is the last bin's then; numbers are doubles with 2^52
/// added at the end, which leaves the integer in the lower bits.
CLAU_CLONES static void bin_numbers(const double *values, size_t length, struct bins bins,
                                    uint64_t *numbers) {
    const double all = (double)bins.count;
    for (size_t i = 0; i < length; i += 4) {
        const clau_double4 x = CLAU_LOAD4(values + i);
        const clau_bits4 inside = (clau_bits4)(x >= bins.minimum) & (clau_bits4)(x <= bins.maximum);
        const clau_double4 place = (x - bins.minimum) * bins.scale;
        const clau_double4 nearest = (place + 0x1p52) - 0x1p52;
        const clau_double4 edge = nearest * bins.width + bins.minimum;
        const clau_double4 number = nearest - CLAU_ZERO_UNLESS4(x < edge, CLAU_SPLAT4(1.0));
        const clau_double4 shifted = CLAU_SELECT4(inside, number, CLAU_SPLAT4(all + 1.0)) + 0x1p52;
        // A true comparison is -1.
        const clau_bits4 bits =
            ((clau_bits4)shifted & 0xffffffffu) + (clau_bits4)(shifted >= all + 0x1p52);
        *(clau_bits4_unaligned *)(numbers + i) = bits;
    }
}

/// The same where edges may fall together: the bin that the product finds, or one beside it.
static void coarse_numbers(const double *values, size_t length, struct bins bins,
                           uint64_t *numbers) {
    for (size_t i = 0; i < length; ++i) {
        const double x = values[i];
        numbers[i] = bins.count;
        if (!(x >= bins.minimum && x <= bins.maximum))
            continue;
        const double last = (double)bins.count - 1.0;
        const double number = fmin(floor((x - bins.minimum) * bins.scale), last);
        const double lower = number * bins.width + bins.minimum;
        const double upper = (number + 1.0) * bins.width + bins.minimum;
        numbers[i] = (uint64_t)number - (x < lower) + (x >= upper && number < last);
    }
}

/// The bin numbers of the BLOCK values from start on; what is behind the end has none.
static void block_numbers(const double *values, size_t count, size_t start, struct bins bins,
                          uint64_t numbers[static BLOCK]) {
    void (*const find)(const double *, size_t, struct bins, uint64_t *) =
        bins.coarse ? coarse_numbers : bin_numbers;
    if (count - start >= BLOCK) {
        find(values + start, BLOCK, bins, numbers);
        return;
    }
    double buffer[BLOCK];
    for (size_t i = 0; i < BLOCK; ++i) {
        buffer[i] = i < count - start ? values[start + i] : -INFINITY;
    }
    find(buffer, BLOCK, bins, numbers);
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

/// Where minimum = maximum the width is 0, and only the values that equal it have a bin.
static enum clau_measure_status bins_init(struct bins *self, double minimum, double maximum,
                                          size_t bins) {
    if (bins == 0 || bins > INT32_MAX) {
        return CLAU_MEASURE_BAD_BINS;
    }
    const double range = maximum - minimum;
    const double width = range / (double)bins;
    if (!isfinite(range) || range < 0.0 || !(range == 0.0 || isnormal(width))) {
        return CLAU_MEASURE_BAD_RANGE;
    }
    *self = (struct bins){
        .minimum = minimum,
        .maximum = maximum,
        .width = width,
        .scale = range > 0.0 ? (double)bins / range : 0.0,
        .count = bins,
        // Places and edges are rounded to a few units in the last place of the larger end.
        .coarse = width < 16.0 * DBL_EPSILON * fmax(fabs(minimum), fabs(maximum)),
    };
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_histogram_uniform(const double *values, size_t count, double minimum,
                                                double maximum, size_t bins, double *counts) {
    struct bins equal;
    const enum clau_measure_status status = bins_init(&equal, minimum, maximum, bins);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (has_nan(values, count)) {
        return CLAU_MEASURE_NOT_A_NUMBER;
    }
    if (equal.width == 0.0) {
        memset(counts, 0, bins * sizeof *counts);
        counts[0] = count_equal(values, count, minimum);
    } else if (bins <= TABLE_BINS) {
        count_few_bins(values, count, equal, counts);
    } else {
        count_many_bins(values, count, equal, counts);
    }
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_histogram_edges(struct clau_bins bins, double *edges) {
    struct bins equal;
    const enum clau_measure_status status =
        bins_init(&equal, bins.minimum, bins.maximum, bins.count);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    for (size_t i = 0; i < bins.count; ++i) {
        edges[i] = (double)i * equal.width + equal.minimum;
    }
    edges[bins.count] = equal.maximum;
    return CLAU_MEASURE_OK;
}

/// The numbers of the block from start on, one bin of the width 0 included.
static void numbers_of(const double *values, size_t count, size_t start, struct bins bins,
                       uint64_t numbers[static BLOCK]) {
    if (bins.width > 0.0) {
        block_numbers(values, count, start, bins, numbers);
        return;
    }
    for (size_t i = 0; i < BLOCK && start + i < count; ++i) {
        numbers[i] = values[start + i] == bins.minimum ? 0 : bins.count;
    }
}

enum clau_measure_status clau_histogram_numbers(const double *values, size_t count,
                                                struct clau_bins bins, uint32_t *numbers) {
    struct bins equal;
    const enum clau_measure_status status =
        bins_init(&equal, bins.minimum, bins.maximum, bins.count);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (has_nan(values, count)) {
        return CLAU_MEASURE_NOT_A_NUMBER;
    }
    uint64_t block[BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        numbers_of(values, count, start, equal, block);
        for (size_t i = 0; i < BLOCK && start + i < count; ++i) {
            numbers[start + i] = (uint32_t)block[i];
        }
    }
    return CLAU_MEASURE_OK;
}

/// Where the numbers of pairs go: one of the two is NULL.
struct plane {
    double *counts;
    uint32_t *numbers;
};

static enum clau_measure_status number_pairs(const double *x, struct clau_bins x_bins,
                                             const double *y, struct clau_bins y_bins, size_t count,
                                             struct plane plane) {
    struct bins across, along;
    enum clau_measure_status status =
        bins_init(&across, x_bins.minimum, x_bins.maximum, x_bins.count);
    if (status == CLAU_MEASURE_OK) {
        status = bins_init(&along, y_bins.minimum, y_bins.maximum, y_bins.count);
    }
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (across.count > INT32_MAX / along.count) {
        return CLAU_MEASURE_BAD_BINS;
    }
    if (has_nan(x, count) || has_nan(y, count)) {
        return CLAU_MEASURE_NOT_A_NUMBER;
    }
    const size_t all = across.count * along.count;
    uint64_t rows[BLOCK], columns[BLOCK];
    if (plane.counts != NULL) {
        memset(plane.counts, 0, all * sizeof *plane.counts);
    }
    for (size_t start = 0; start < count; start += BLOCK) {
        numbers_of(x, count, start, across, rows);
        numbers_of(y, count, start, along, columns);
        for (size_t i = 0; i < BLOCK && start + i < count; ++i) {
            const bool inside = rows[i] < across.count && columns[i] < along.count;
            const size_t number = inside ? rows[i] * along.count + columns[i] : all;
            if (plane.numbers != NULL) {
                plane.numbers[start + i] = (uint32_t)number;
            } else if (inside) {
                plane.counts[number] += 1.0;
            }
        }
    }
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_histogram_plane_numbers(const double *x, struct clau_bins x_bins,
                                                      const double *y, struct clau_bins y_bins,
                                                      size_t count, uint32_t *numbers) {
    return number_pairs(x, x_bins, y, y_bins, count, (struct plane){.numbers = numbers});
}

enum clau_measure_status clau_histogram_plane(const double *x, struct clau_bins x_bins,
                                              const double *y, struct clau_bins y_bins,
                                              size_t count, double *counts) {
    return number_pairs(x, x_bins, y, y_bins, count, (struct plane){.counts = counts});
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
