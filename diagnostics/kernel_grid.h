// SPDX-License-Identifier: GPL-3.0-or-later
/// The fine grid that kernel densities are computed on; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_KERNEL_GRID_H
#define CLAUSIUS_DIAGNOSTICS_KERNEL_GRID_H

#include <math.h>
#include <stdbool.h>

#include "diagnostics/kernel_density.h"
#include "numerics/fft.h"

/// Most points of a fine grid.
#define CLAU_KERNEL_POINTS 0x1p26

/// Kernels count up to so many widths away, and the periodic fine grid is wider than that.
#define CLAU_KERNEL_REACH 9.0
#define CLAU_KERNEL_MARGIN 10.0

/// Point 0 of the axis is point `margin` of the fine grid, and every `refinement`-th follows.
struct clau_kernel_grid {
    double origin, step, lowest, highest; ///< lowest and highest: values that count
    size_t refinement, margin, length;
};

/// finest: step that the kernel asks for; width: its standard deviation along the axis.
static inline enum clau_measure_status clau_kernel_grid_init(struct clau_kernel_grid *grid,
                                                             struct clau_kernel_axis axis,
                                                             double finest, double width) {
    const double range = axis.maximum - axis.minimum;
    if (axis.points < 2 || !(range > 0.0) || isinf(range) || isinf(axis.minimum))
        return CLAU_MEASURE_BAD_RANGE;
    const double spacing = range / (double)(axis.points - 1);
    const double refinement = fmax(1.0, ceil(spacing / finest));
    const double step = spacing / refinement, margin = ceil(CLAU_KERNEL_MARGIN * width / step);
    // Two more points: the splines reach beyond the last values that count.
    const double length = (double)(axis.points - 1) * refinement + 2.0 * margin + 3.0;
    if (!(step > 0.0) || !(length <= CLAU_KERNEL_POINTS))
        return CLAU_MEASURE_BAD_BANDWIDTH;
    *grid = (struct clau_kernel_grid){
        .origin = axis.minimum - margin * step,
        .step = step,
        .lowest = axis.minimum - CLAU_KERNEL_REACH * width,
        .highest = axis.maximum + CLAU_KERNEL_REACH * width,
        .refinement = (size_t)refinement,
        .margin = (size_t)margin,
        .length = clau_fft_good_length((size_t)length),
    };
    return CLAU_MEASURE_OK;
}

/// Cubic B-spline: weights of a value's four grid points, the first of which is returned.
static inline size_t clau_kernel_spread(const struct clau_kernel_grid *grid, double value,
                                        double weights[4]) {
    const double place = (value - grid->origin) / grid->step, below = floor(place);
    const double u = place - below, v = 1.0 - u;
    weights[0] = v * v * v / 6.0;
    weights[1] = 2.0 / 3.0 - 0.5 * u * u * (2.0 - u);
    weights[2] = 2.0 / 3.0 - 0.5 * v * v * (2.0 - v);
    weights[3] = u * u * u / 6.0;
    return (size_t)below - 1;
}

/// Wavenumber of a mode; modes above the middle are the negative ones.
static inline double clau_kernel_wavenumber(const struct clau_kernel_grid *grid, size_t mode) {
    const double m = 2 * mode <= grid->length ? (double)mode : (double)mode - (double)grid->length;
    return 2.0 * M_PI * m / ((double)grid->length * grid->step);
}

/// Fourier transform of the spline at a wavenumber.
static inline double clau_kernel_spline(const struct clau_kernel_grid *grid, double wavenumber) {
    const double half = 0.5 * wavenumber * grid->step;
    const double sinc = half == 0.0 ? 1.0 : sin(half) / half;
    return sinc * sinc * sinc * sinc;
}

#endif
