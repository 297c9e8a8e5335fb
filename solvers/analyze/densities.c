// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/densities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Kernels fall below a hundredth of their maximum.
static const double MARGIN = 3.0;

/// All observations of a group; malloc'ed, NULL when out of memory.
static double *gather(const struct analyze_runs *runs, size_t variable, size_t group,
                      size_t *count) {
    size_t room = 0;
    for (size_t r = 0; r < runs->count; r++)
        room += runs->runs[r].group == group ? runs->runs[r].count : 0;
    double *values = malloc((room + 1) * sizeof *values);
    *count = 0;
    for (size_t r = 0; values != NULL && r < runs->count; r++) {
        const struct analyze_run *run = &runs->runs[r];
        if (run->group != group)
            continue;
        memcpy(values + *count, run->series[variable], run->count * sizeof *values);
        *count += run->count;
    }
    return values;
}

static void estimate(struct analyze_density *density, const double *values, size_t count,
                     double effective_size) {
    density->status =
        clau_kernel_bandwidth(values, count, CLAU_BANDWIDTH_SILVERMAN, &density->bandwidth);
    if (density->status != CLAU_MEASURE_OK)
        return;
    density->bandwidth *= pow((double)count / effective_size, 0.2);
    struct clau_kernel_axis axis = {INFINITY, -INFINITY, ANALYZE_GRID};
    for (size_t i = 0; i < count; i++) {
        axis.minimum = fmin(axis.minimum, values[i]);
        axis.maximum = fmax(axis.maximum, values[i]);
    }
    axis.minimum -= MARGIN * density->bandwidth;
    axis.maximum += MARGIN * density->bandwidth;
    density->axis = axis;
    density->status = clau_kernel_density(values, count, density->bandwidth, axis, density->values);
}

enum clau_status analyze_densities_compute(struct analyze_densities *self,
                                           const struct analyze_runs *runs,
                                           const struct analyze_comparison *comparison,
                                           struct clau_error *error) {
    const size_t variables = runs->variable_count, groups = runs->group_count;
    *self = (struct analyze_densities){.variables = variables, .groups = groups};
    self->values = calloc(variables * groups, sizeof *self->values);
    if (self->values == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < variables * groups; i++) {
        size_t count;
        double *values = gather(runs, i / groups, i % groups, &count);
        if (values != NULL)
            estimate(&self->values[i], values, count, comparison->samples[i].effective_size);
        free(values);
        if (values == NULL || self->values[i].status == CLAU_MEASURE_OUT_OF_MEMORY)
            return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    return CLAU_OK;
}

void analyze_densities_free(struct analyze_densities *self) {
    free(self->values);
    *self = (struct analyze_densities){0};
}
