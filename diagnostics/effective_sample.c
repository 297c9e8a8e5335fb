// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/effective_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/autocorrelation.h"
#include "numerics/memory.h"

/// Correlation that is left between thinned values, if it falls exponentially.
static const double correlation_left = 0.02;

/// Lag at which the correlation a^lag of the series with tau = (1+a)/(1-a) has fallen to that: 0
/// for independent values, and towards 2 tau for long times.
static double independence_lag(double time) {
    return time > 1.0 ? log(correlation_left) / log((time - 1.0) / (time + 1.0)) : 0.0;
}

static size_t block_length(enum clau_reduction reduction, double time) {
    const double factor = reduction == CLAU_REDUCE_BLOCK_MEANS ? 3.0 : 1.0;
    return (size_t)fmax(1.0, round(factor * independence_lag(time)));
}

static double block_value(enum clau_reduction reduction, const double *block, size_t length) {
    if (reduction == CLAU_REDUCE_THIN)
        return block[0];
    double mean = 0.0;
    for (size_t i = 0; i < length; i++)
        mean += block[i] / (double)length;
    return mean;
}

/// Autocorrelation times and block lengths.
static enum clau_measure_status plan(enum clau_reduction reduction,
                                     const struct clau_sample *series, size_t groups,
                                     struct clau_effective_sample *effective) {
    size_t longest = 1;
    for (size_t g = 0; g < groups; g++) {
        struct clau_autocorrelation_time found;
        const enum clau_measure_status status =
            clau_autocorrelation_time(series[g].values, series[g].count, &found);
        if (status != CLAU_MEASURE_OK)
            return status;
        const size_t length = block_length(reduction, found.time);
        longest = length > longest ? length : longest;
        effective[g] = (struct clau_effective_sample){
            .autocorrelation_time = found.time,
            .effective_size = found.effective_size,
            .block_length = length,
        };
    }
    for (size_t g = 0; g < groups; g++) {
        if (reduction == CLAU_REDUCE_BLOCK_MEANS)
            effective[g].block_length = longest;
        effective[g].kept = series[g].count / effective[g].block_length;
        if (effective[g].kept < 2)
            return CLAU_MEASURE_TOO_SHORT;
    }
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_effective_samples(enum clau_reduction reduction,
                                                const struct clau_sample *series, size_t groups,
                                                double *values, struct clau_sample *samples,
                                                struct clau_effective_sample *effective) {
    if (groups == 0)
        return CLAU_MEASURE_BAD_GROUPS;
    struct clau_effective_sample *planned = clau_allocate(groups, sizeof *planned);
    if (planned == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const enum clau_measure_status status = plan(reduction, series, groups, planned);
    for (size_t g = 0; g < groups && status == CLAU_MEASURE_OK; g++) {
        const size_t length = planned[g].block_length;
        for (size_t i = 0; i < planned[g].kept; i++)
            values[i] = block_value(reduction, series[g].values + i * length, length);
        samples[g] = (struct clau_sample){values, planned[g].kept};
        values += planned[g].kept;
        effective[g] = planned[g];
    }
    free(planned);
    return status;
}

enum clau_measure_status clau_test_series(enum clau_hypothesis_test test,
                                          enum clau_reduction reduction,
                                          const struct clau_sample *series, size_t groups,
                                          struct clau_test_result *result,
                                          struct clau_effective_sample *effective) {
    size_t total = 0;
    for (size_t g = 0; g < groups; g++)
        total += series[g].count;
    double *values = clau_allocate(total, sizeof *values);
    struct clau_sample *samples = clau_allocate(groups, sizeof *samples);
    struct clau_effective_sample *found = clau_allocate(groups, sizeof *found);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (values != NULL && samples != NULL && found != NULL)
        status = clau_effective_samples(reduction, series, groups, values, samples, found);
    if (status == CLAU_MEASURE_OK)
        status = clau_test_samples(test, samples, groups, result);
    if (status == CLAU_MEASURE_OK)
        memcpy(effective, found, groups * sizeof *found);
    free(values);
    free(samples);
    free(found);
    return status;
}
