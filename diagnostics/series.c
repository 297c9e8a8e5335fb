// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/series.h"

#include <math.h>

#include "diagnostics/histogram.h"

enum clau_measure_status clau_series_scale(const double *series, size_t count, double *scaled,
                                           double *scale) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(series, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double middle = 0.5 * minimum + 0.5 * maximum, half = 0.5 * maximum - 0.5 * minimum;
    if (!(half > 0.0)) // also where half of the smallest number is rounded to 0
        return CLAU_MEASURE_CONSTANT;
    int exponent;
    frexp(half, &exponent);
    const double power = ldexp(1.0, exponent - 1);
    for (size_t i = 0; i < count; i++)
        scaled[i] = (series[i] - middle) / power;
    if (scale != NULL)
        *scale = power;
    return CLAU_MEASURE_OK;
}

void clau_series_centre(double *series, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += series[i];
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        series[i] -= mean;
}
