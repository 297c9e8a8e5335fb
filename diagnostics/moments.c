// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/moments.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "diagnostics/total.h"
#include "numerics/memory.h"

/// Mean of the values, and half of what lies between their extremes: 0 of equal ones only. Both
/// over `unit`, a power of two that keeps sums finite.
struct centre {
    double mean, spread, unit;
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
    const double unit = ldexp(1.0, exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent);
    *centre = (struct centre){
        .mean = minimum / unit, .spread = 0.5 * (maximum / unit - minimum / unit), .unit = unit};
    if (minimum == maximum)
        return CLAU_MEASURE_OK;
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, values[i] / unit);
    centre->mean = clau_total_value(total) / (double)count;
    return CLAU_MEASURE_OK;
}

/// Of order 1, so that its fourth power is a normal number unless it hardly matters.
static double deviation(const struct centre *centre, double value) {
    return (value / centre->unit - centre->mean) / centre->spread;
}

static double mean_power(const struct centre *centre, const double *values, size_t count,
                         int power) {
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, gsl_pow_int(deviation(centre, values[i]), power));
    return clau_total_value(total) / (double)count;
}

enum clau_measure_status clau_mean(const double *values, size_t count, double *mean) {
    struct centre centre;
    const enum clau_measure_status status = find_centre(values, count, &centre);
    if (status == CLAU_MEASURE_OK)
        *mean = centre.mean * centre.unit;
    return status;
}

enum clau_measure_status clau_standard_deviation(const double *values, size_t count,
                                                 double *result) {
    struct centre centre;
    const enum clau_measure_status status = find_centre(values, count, &centre);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count < 2)
        return CLAU_MEASURE_TOO_FEW;
    const double square =
        centre.spread > 0.0 ? mean_power(&centre, values, count, 2) * (double)count : 0.0;
    *result = sqrt(square / (double)(count - 1)) * centre.spread * centre.unit;
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

enum clau_measure_status clau_quantile(const double *values, size_t count, double fraction,
                                       double *quantile) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(values, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (!(fraction >= 0.0 && fraction <= 1.0))
        return CLAU_MEASURE_BAD_OPTION;
    double *sorted = clau_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    *quantile = gsl_stats_quantile_from_sorted_data(sorted, 1, count, fraction);
    free(sorted);
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
