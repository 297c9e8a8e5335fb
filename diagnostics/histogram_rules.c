// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "diagnostics/total.h"
#include "numerics/memory.h"

/// Moves the values so that that of rank k is at k, none larger before and none smaller behind it
/// (C. A. R. Hoare's selection, in N. Wirth's form).
static void select_rank(double *values, size_t count, size_t k) {
    const ptrdiff_t rank = (ptrdiff_t)k;
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
    while (low < high) {
        const double pivot = values[rank];
        ptrdiff_t i = low, j = high;
        do {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j) {
                const double moved = values[i];
                values[i++] = values[j];
                values[j--] = moved;
            }
        } while (i <= j);
        if (j < rank)
            low = i;
        if (rank < i)
            high = j;
    }
}

/// Linear between the values at ranks floor and floor + 1, rounded as numpy.percentile does.
static double quantile(double *values, size_t count, double share) {
    const double place = share * (double)(count - 1);
    const size_t rank = (size_t)place;
    select_rank(values, count, rank);
    const double lower = values[rank];
    double upper = rank + 1 < count ? values[rank + 1] : lower;
    for (size_t i = rank + 2; i < count; i++)
        upper = values[i] < upper ? values[i] : upper;
    const double part = place - (double)rank, apart = upper - lower;
    return part >= 0.5 ? upper - apart * (1.0 - part) : lower + apart * part;
}

static enum clau_measure_status interquartile_range(const double *values, size_t count,
                                                    double *range) {
    double *copy = clau_allocate(count, sizeof *copy);
    if (copy == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    memcpy(copy, values, count * sizeof *copy);
    const double upper = quantile(copy, count, 0.75);
    *range = upper - quantile(copy, count, 0.25);
    free(copy);
    return CLAU_MEASURE_OK;
}

/// Standard deviation, in units of the range so that no square overflows.
static double deviation(const double *values, size_t count, double minimum, double range) {
    struct clau_total sum = {0.0, 0.0}, squares = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&sum, (values[i] - minimum) / range);
    const double mean = clau_total_value(sum) / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double apart = (values[i] - minimum) / range - mean;
        clau_total_add(&squares, apart * apart);
    }
    return range * sqrt(clau_total_value(squares) / (double)count);
}

static enum clau_measure_status width_of(const double *values, size_t count, double minimum,
                                         double range, enum clau_bin_rule rule, double *width) {
    const double n = (double)count;
    double between = 0.0;
    enum clau_measure_status status = CLAU_MEASURE_OK;
    switch (rule) {
    case CLAU_BINS_STURGES:
        *width = range / (log2(n) + 1.0);
        return CLAU_MEASURE_OK;
    case CLAU_BINS_SCOTT:
        *width = pow(24.0 * sqrt(M_PI) / n, 1.0 / 3.0) * deviation(values, count, minimum, range);
        return CLAU_MEASURE_OK;
    case CLAU_BINS_FREEDMAN_DIACONIS:
        status = interquartile_range(values, count, &between);
        *width = 2.0 * between / pow(n, 1.0 / 3.0);
        return status;
    }
    return CLAU_MEASURE_BAD_OPTION;
}

enum clau_measure_status clau_histogram_bins(const double *values, size_t count,
                                             enum clau_bin_rule rule, struct clau_bins *bins) {
    double minimum, maximum, width = 0.0;
    enum clau_measure_status status = clau_histogram_extent(values, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double range = maximum - minimum;
    if (isinf(range))
        return CLAU_MEASURE_BAD_RANGE;
    status = width_of(values, count, minimum, range > 0.0 ? range : 1.0, rule, &width);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double number = range > 0.0 && width > 0.0 ? ceil(range / width) : 1.0;
    if (!(number <= INT32_MAX))
        return CLAU_MEASURE_BAD_BINS;
    *bins = (struct clau_bins){minimum, maximum, (size_t)number};
    return CLAU_MEASURE_OK;
}
