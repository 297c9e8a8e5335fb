// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdint.h>

#include "diagnostics/histogram.h"
#include "diagnostics/moments.h"

static enum clau_measure_status interquartile_range(const double *values, size_t count,
                                                    double *range) {
    double lower, upper;
    enum clau_measure_status status = clau_quantile(values, count, 0.25, &lower);
    if (status == CLAU_MEASURE_OK)
        status = clau_quantile(values, count, 0.75, &upper);
    if (status == CLAU_MEASURE_OK)
        *range = upper - lower;
    return status;
}

static enum clau_measure_status width_of(const double *values, size_t count, double range,
                                         enum clau_bin_rule rule, double *width) {
    const double n = (double)count;
    double between = 0.0, deviation = 0.0;
    enum clau_measure_status status = CLAU_MEASURE_OK;
    switch (rule) {
    case CLAU_BINS_STURGES:
        *width = range / (log2(n) + 1.0);
        return CLAU_MEASURE_OK;
    case CLAU_BINS_SCOTT:
        status = clau_standard_deviation(values, count, 0, &deviation);
        *width = pow(24.0 * sqrt(M_PI) / n, 1.0 / 3.0) * deviation;
        return status;
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
    status = width_of(values, count, range > 0.0 ? range : 1.0, rule, &width);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double number = range > 0.0 && width > 0.0 ? ceil(range / width) : 1.0;
    if (!(number <= INT32_MAX))
        return CLAU_MEASURE_BAD_BINS;
    *bins = (struct clau_bins){minimum, maximum, (size_t)number};
    return CLAU_MEASURE_OK;
}
