// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/moments.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "diagnostics/total.h"
#include "numerics/memory.h"

/// Mean of the values, and half of what lies between their extremes: 0 of equal ones only. Both in
/// a unit that keeps sums finite, a power of two; per_unit is 1 over it.
struct centre {
    double mean, spread, unit, per_unit;
};

static enum clau_measure_status find_centre(const double *values, size_t count,
                                            struct centre *centre) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(values, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    int exponent = 0;
    frexp(fmax(fabs(minimum), fabs(maximum)), &exponent);
    exponent = exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent;
    const double unit = ldexp(1.0, exponent), per_unit = ldexp(1.0, -exponent);
    *centre = (struct centre){
        .mean = minimum * per_unit,
        .spread = 0.5 * (maximum * per_unit - minimum * per_unit),
        .unit = unit,
        .per_unit = per_unit,
    };
    if (minimum == maximum)
        return CLAU_MEASURE_OK;
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, values[i] * per_unit);
    centre->mean = clau_total_value(total) / (double)count;
    return CLAU_MEASURE_OK;
}

/// Of order 1, so that its fourth power is a normal number unless it hardly matters.
static inline double deviation(const struct centre *centre, double value) {
    return (value * centre->per_unit - centre->mean) / centre->spread;
}

static double mean_power(const struct centre *centre, const double *values, size_t count,
                         int power) {
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++) {
        const double apart = deviation(centre, values[i]);
        double term = apart;
        for (int k = 1; k < power; k++)
            term *= apart;
        clau_total_add(&total, term);
    }
    return clau_total_value(total) / (double)count;
}

enum clau_measure_status clau_mean(const double *values, size_t count, double *mean) {
    struct centre centre;
    const enum clau_measure_status status = find_centre(values, count, &centre);
    if (status == CLAU_MEASURE_OK)
        *mean = centre.mean * centre.unit;
    return status;
}

enum clau_measure_status clau_standard_deviation(const double *values, size_t count, size_t ddof,
                                                 double *result) {
    struct centre centre;
    const enum clau_measure_status status = find_centre(values, count, &centre);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count <= ddof)
        return CLAU_MEASURE_TOO_FEW;
    const double square =
        centre.spread > 0.0 ? mean_power(&centre, values, count, 2) * (double)count : 0.0;
    *result = sqrt(square / (double)(count - ddof)) * centre.spread * centre.unit;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_shape_of(const double *values, size_t count,
                                       struct clau_shape *shape) {
    struct centre centre;
    const enum clau_measure_status status = find_centre(values, count, &centre);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (centre.spread == 0.0)
        return CLAU_MEASURE_CONSTANT;
    const double second = mean_power(&centre, values, count, 2);
    *shape = (struct clau_shape){
        .skewness = mean_power(&centre, values, count, 3) / (second * sqrt(second)),
        .excess_kurtosis = mean_power(&centre, values, count, 4) / (second * second) - 3.0,
    };
    return CLAU_MEASURE_OK;
}

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
static double quantile_of(double *values, size_t count, double share) {
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

enum clau_measure_status clau_quantile(const double *values, size_t count, double fraction,
                                       double *quantile) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(values, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (!(fraction >= 0.0 && fraction <= 1.0))
        return CLAU_MEASURE_BAD_OPTION;
    double *moved = clau_allocate(count, sizeof *moved);
    if (moved == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    memcpy(moved, values, count * sizeof *moved);
    *quantile = quantile_of(moved, count, fraction);
    free(moved);
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_correlation(const double *x, const double *y, size_t count,
                                          double *correlation) {
    struct centre of_x, of_y;
    enum clau_measure_status status = find_centre(x, count, &of_x);
    if (status == CLAU_MEASURE_OK)
        status = find_centre(y, count, &of_y);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (of_x.spread == 0.0 || of_y.spread == 0.0)
        return CLAU_MEASURE_CONSTANT;
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, deviation(&of_x, x[i]) * deviation(&of_y, y[i]));
    const double squares =
        mean_power(&of_x, x, count, 2) * mean_power(&of_y, y, count, 2); // of order 1
    const double value = clau_total_value(total) / (double)count / sqrt(squares);
    *correlation = fmax(-1.0, fmin(1.0, value));
    return CLAU_MEASURE_OK;
}
