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

static void choose_bandwidth(struct analyze_density *density, const double *values, size_t count) {
    density->rule = CLAU_BANDWIDTH_BOTEV;
    density->status =
        clau_kernel_bandwidth(values, count, CLAU_BANDWIDTH_BOTEV, &density->bandwidth);
    if (density->status == CLAU_MEASURE_NO_ROOT) {
        density->rule = CLAU_BANDWIDTH_SILVERMAN;
        density->status =
            clau_kernel_bandwidth(values, count, CLAU_BANDWIDTH_SILVERMAN, &density->bandwidth);
    }
}

static void widen(struct clau_kernel_axis *axis, const double *values, size_t count,
                  double margin) {
    for (size_t i = 0; i < count; i++) {
        axis->minimum = fmin(axis->minimum, values[i] - margin);
        axis->maximum = fmax(axis->maximum, values[i] + margin);
    }
}

static void estimate(struct analyze_density *density, const double *values, size_t count,
                     const struct clau_kernel_axis *axis) {
    const double step = (axis->maximum - axis->minimum) / ((double)axis->points - 1.0);
    if (density->status == CLAU_MEASURE_OK && density->bandwidth < step)
        density->status = CLAU_MEASURE_BAD_BANDWIDTH;
    if (density->status == CLAU_MEASURE_OK)
        density->status =
            clau_kernel_density(values, count, density->bandwidth, *axis, density->values);
}

static enum clau_status compute_variable(struct analyze_densities *self,
                                         const struct analyze_runs *runs, size_t variable,
                                         double **values, size_t *counts,
                                         struct clau_error *error) {
    struct analyze_density *densities = &self->values[variable * self->groups];
    struct clau_kernel_axis *axis = &self->axes[variable];
    *axis = (struct clau_kernel_axis){INFINITY, -INFINITY, ANALYZE_GRID};
    for (size_t g = 0; g < self->groups; g++) {
        values[g] = gather(runs, variable, g, &counts[g]);
        if (values[g] == NULL)
            return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
        choose_bandwidth(&densities[g], values[g], counts[g]);
        const bool known = densities[g].status == CLAU_MEASURE_OK;
        widen(axis, values[g], counts[g], known ? MARGIN * densities[g].bandwidth : 0.0);
    }
    for (size_t g = 0; g < self->groups; g++) {
        estimate(&densities[g], values[g], counts[g], axis);
        if (densities[g].status == CLAU_MEASURE_OUT_OF_MEMORY)
            return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    return CLAU_OK;
}

enum clau_status analyze_densities_compute(struct analyze_densities *self,
                                           const struct analyze_runs *runs,
                                           struct clau_error *error) {
    const size_t variables = runs->variable_count, groups = runs->group_count;
    *self = (struct analyze_densities){.variables = variables, .groups = groups};
    self->axes = calloc(variables, sizeof *self->axes);
    self->values = calloc(variables * groups, sizeof *self->values);
    double **values = calloc(groups, sizeof *values);
    size_t *counts = calloc(groups, sizeof *counts);
    enum clau_status status = CLAU_OK;
    if (self->axes == NULL || self->values == NULL || values == NULL || counts == NULL)
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    for (size_t v = 0; v < variables && status == CLAU_OK; v++) {
        status = compute_variable(self, runs, v, values, counts, error);
        for (size_t g = 0; g < groups; g++) {
            free(values[g]);
            values[g] = NULL;
        }
    }
    free(values);
    free(counts);
    return status;
}

void analyze_densities_free(struct analyze_densities *self) {
    free(self->axes);
    free(self->values);
    *self = (struct analyze_densities){0};
}
