// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/pooled_samples.h"

#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "numerics/memory.h"

static int compare_values(const void *a, const void *b) {
    const double x = ((const struct clau_pooled_value *)a)->value;
    const double y = ((const struct clau_pooled_value *)b)->value;
    return (x > y) - (x < y);
}

enum clau_measure_status clau_pool(const struct clau_sample *samples, size_t groups,
                                   struct clau_pool *pool) {
    size_t count = 0;
    for (size_t g = 0; g < groups; g++) {
        double minimum, maximum;
        const enum clau_measure_status status =
            clau_histogram_extent(samples[g].values, samples[g].count, &minimum, &maximum);
        if (status != CLAU_MEASURE_OK)
            return status;
        count += samples[g].count;
    }
    struct clau_pooled_value *sorted = clau_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    size_t k = 0;
    for (size_t g = 0; g < groups; g++) {
        for (size_t i = 0; i < samples[g].count; i++)
            sorted[k++] = (struct clau_pooled_value){samples[g].values[i], g};
    }
    qsort(sorted, count, sizeof *sorted, compare_values);
    *pool = (struct clau_pool){sorted, count};
    return CLAU_MEASURE_OK;
}

size_t clau_pool_tie(const struct clau_pool *pool, size_t first) {
    size_t next = first + 1;
    while (next < pool->count && pool->sorted[next].value == pool->sorted[first].value)
        next++;
    return next;
}

double clau_pool_ranks(const struct clau_pool *pool, size_t groups, double *rank_sums) {
    memset(rank_sums, 0, groups * sizeof *rank_sums);
    double ties = 0.0;
    for (size_t first = 0, next; first < pool->count; first = next) {
        next = clau_pool_tie(pool, first);
        const double t = (double)(next - first);
        ties += t * (t - 1.0) * (t + 1.0);
        const double rank = 0.5 * ((double)first + (double)next + 1.0);
        for (size_t i = first; i < next; i++)
            rank_sums[pool->sorted[i].group] += rank;
    }
    return ties;
}
