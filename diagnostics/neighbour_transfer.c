// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "diagnostics/nearest_neighbours.h"
#include "numerics/memory.h"

/// The first time whose whole past is in the series, SIZE_MAX where there cannot be one.
static size_t first_time(struct clau_transfer_history history) {
    size_t source;
    if (__builtin_add_overflow(history.source - 1, history.delay, &source))
        return SIZE_MAX;
    return history.target > source ? history.target : source;
}

static bool history_is_valid(struct clau_transfer_history history) {
    return history.target > 0 && history.source > 0 && history.delay > 0;
}

size_t clau_transfer_count(size_t values, struct clau_transfer_history history) {
    if (!history_is_valid(history) || values <= first_time(history))
        return 0;
    return values - first_time(history);
}

void clau_transfer_samples(const double *source, const double *target, size_t values,
                           struct clau_transfer_history history, double *x, double *y, double *z) {
    const size_t count = clau_transfer_count(values, history), first = first_time(history);
    for (size_t i = 0; i < count; i++) {
        const size_t t = first + i;
        y[i] = target[t];
        for (size_t h = 0; h < history.source; h++)
            x[i * history.source + h] = source[t - history.delay - h];
        for (size_t h = 0; h < history.target; h++)
            z[i * history.target + h] = target[t - 1 - h];
    }
}

/// Samples in one block of memory, samples->x, which the caller frees.
static enum clau_measure_status embed(const double *source, const double *target, size_t values,
                                      struct clau_transfer_history history,
                                      struct clau_joint_samples *samples, double **memory) {
    if (values == 0)
        return CLAU_MEASURE_EMPTY;
    if (!history_is_valid(history))
        return CLAU_MEASURE_BAD_OPTION;
    if (history.source > CLAU_NEIGHBOUR_DIMENSIONS || history.target > CLAU_NEIGHBOUR_DIMENSIONS)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    const size_t count = clau_transfer_count(values, history);
    if (count == 0)
        return CLAU_MEASURE_TOO_FEW;
    double *x = clau_allocate(count, (history.source + history.target + 1) * sizeof *x);
    if (x == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    double *y = x + count * history.source, *z = y + count;
    clau_transfer_samples(source, target, values, history, x, y, z);
    *samples = (struct clau_joint_samples){
        x, y, z, (int)history.source, 1, (int)history.target, count,
    };
    *memory = x;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_neighbour_transfer(const double *source, const double *target,
                                                 size_t values,
                                                 struct clau_transfer_history history,
                                                 const struct clau_neighbour_options *options,
                                                 double *entropy) {
    struct clau_joint_samples samples;
    double *memory = NULL;
    enum clau_measure_status status = embed(source, target, values, history, &samples, &memory);
    if (status == CLAU_MEASURE_OK)
        status = clau_neighbour_information(&samples, options, entropy);
    free(memory);
    return status;
}

enum clau_measure_status clau_neighbour_transfer_estimate(
    const double *source, const double *target, size_t values, struct clau_transfer_history history,
    const struct clau_neighbour_options *options, struct clau_neighbour_estimate *estimate) {
    struct clau_joint_samples samples;
    double *memory = NULL;
    enum clau_measure_status status = embed(source, target, values, history, &samples, &memory);
    if (status == CLAU_MEASURE_OK)
        status = clau_neighbour_information_estimate(&samples, options, estimate);
    free(memory);
    return status;
}
