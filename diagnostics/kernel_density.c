// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/kernel_density.h"

#include <stdlib.h>

#include "diagnostics/histogram.h"
#include "diagnostics/kernel_grid.h"
#include "diagnostics/transform.h"
#include "numerics/memory.h"

enum { STEPS_OF_BANDWIDTH = 32, STEPS_OF_ENTROPY = 8 };

static bool bandwidth_is_valid(double bandwidth) { return bandwidth > 0.0 && isfinite(bandwidth); }

static void spread(const struct clau_kernel_grid *grid, const double *values, size_t count,
                   double *density) {
    for (size_t i = 0; i < count; i++) {
        if (values[i] < grid->lowest || values[i] > grid->highest)
            continue;
        double weights[4];
        const size_t first = clau_kernel_spread(grid, values[i], weights);
        for (size_t k = 0; k < 4; k++)
            density[first + k] += weights[k];
    }
}

/// Replaces the splines on the grid by kernels.
static enum clau_measure_status convolve(const struct clau_kernel_grid *grid, size_t count,
                                         double bandwidth, double *density) {
    struct clau_transform transform;
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (!clau_transform_init(&transform, grid->length))
        return status;
    const size_t mode_count = grid->length / 2 + 1;
    double complex *modes = clau_allocate(mode_count, sizeof *modes);
    if (modes != NULL) {
        const double norm = 1.0 / ((double)grid->length * (double)count * grid->step);
        clau_transform_forward(&transform, density, modes);
        for (size_t m = 0; m < mode_count; m++) {
            const double k = clau_kernel_wavenumber(grid, m), kh = k * bandwidth;
            modes[m] *= norm * exp(-0.5 * kh * kh) / clau_kernel_spline(grid, k);
        }
        clau_transform_backward(&transform, modes, density);
        status = CLAU_MEASURE_OK;
    }
    free(modes);
    clau_transform_finish(&transform);
    return status;
}

enum clau_measure_status clau_kernel_density(const double *values, size_t count, double bandwidth,
                                             struct clau_kernel_axis axis, double *density) {
    double minimum, maximum;
    enum clau_measure_status status = clau_histogram_extent(values, count, &minimum, &maximum);
    if (status == CLAU_MEASURE_OK && !bandwidth_is_valid(bandwidth))
        status = CLAU_MEASURE_BAD_BANDWIDTH;
    if (status != CLAU_MEASURE_OK)
        return status;
    struct clau_kernel_grid grid;
    status = clau_kernel_grid_init(&grid, axis, bandwidth / STEPS_OF_BANDWIDTH, bandwidth);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *fine = clau_allocate(grid.length, sizeof *fine);
    if (fine == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    spread(&grid, values, count, fine);
    status = convolve(&grid, count, bandwidth, fine);
    for (size_t i = 0; i < axis.points && status == CLAU_MEASURE_OK; i++)
        density[i] = fmax(fine[grid.margin + i * grid.refinement], 0.0);
    free(fine);
    return status;
}

enum clau_measure_status clau_kernel_entropy(const double *values, size_t count, double bandwidth,
                                             double *entropy) {
    double minimum, maximum;
    enum clau_measure_status status = clau_histogram_extent(values, count, &minimum, &maximum);
    if (status == CLAU_MEASURE_OK && !bandwidth_is_valid(bandwidth))
        status = CLAU_MEASURE_BAD_BANDWIDTH;
    if (status != CLAU_MEASURE_OK)
        return status;
    struct clau_kernel_axis axis = {.minimum = minimum - CLAU_KERNEL_REACH * bandwidth,
                                    .maximum = maximum + CLAU_KERNEL_REACH * bandwidth};
    const double range = axis.maximum - axis.minimum;
    const double points = ceil(range / bandwidth * STEPS_OF_ENTROPY) + 1.0;
    if (!(points <= CLAU_KERNEL_POINTS))
        return CLAU_MEASURE_BAD_BANDWIDTH;
    axis.points = (size_t)points;
    double *density = clau_allocate(axis.points, sizeof *density);
    if (density == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    status = clau_kernel_density(values, count, bandwidth, axis, density);
    if (status == CLAU_MEASURE_OK) {
        double sum = 0.0;
        for (size_t i = 0; i < axis.points; i++)
            sum -= density[i] > 0.0 ? density[i] * log(density[i]) : 0.0;
        *entropy = sum * range / (points - 1.0);
    }
    free(density);
    return status;
}
