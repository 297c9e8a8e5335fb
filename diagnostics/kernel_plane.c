// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "diagnostics/histogram.h"
#include "diagnostics/kernel_grid.h"
#include "numerics/memory.h"

enum { STEPS_OF_WIDTH = 16 };

struct plane {
    struct clau_kernel_grid x, y;
    double xx, xy, yy; ///< covariance of the kernel
    double complex *density, *turned, *row, *transformed;
    struct clau_fft *x_fft, *y_fft;
};

static void spread(const struct plane *p, const double *x, const double *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (x[i] < p->x.lowest || x[i] > p->x.highest || y[i] < p->y.lowest || y[i] > p->y.highest)
            continue;
        double along_x[4], along_y[4];
        const size_t x_first = clau_kernel_spread(&p->x, x[i], along_x);
        const size_t y_first = clau_kernel_spread(&p->y, y[i], along_y);
        for (size_t a = 0; a < 4; a++) {
            for (size_t b = 0; b < 4; b++)
                p->density[(x_first + a) * p->y.length + y_first + b] += along_x[a] * along_y[b];
        }
    }
}

typedef void transform_one(const struct clau_fft *fft, double complex *in, double complex *out);

static void transform_rows(const struct plane *p, transform_one *transform,
                           const struct clau_fft *fft, double complex *data, size_t rows,
                           size_t length) {
    for (size_t i = 0; i < rows; i++) {
        // Through arrays that are aligned as the plan's.
        double complex *to = clau_fft_in_place(fft) ? p->row : p->transformed;
        memcpy(p->row, data + i * length, length * sizeof *data);
        transform(fft, p->row, to);
        memcpy(data + i * length, to, length * sizeof *data);
    }
}

static void transpose(const double complex *from, size_t rows, size_t columns, double complex *to) {
    enum { TILE = 16 };
    for (size_t tile = 0; tile < columns; tile += TILE) {
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = tile; j < columns && j < tile + TILE; j++)
                to[j * rows + i] = from[i * columns + j];
        }
    }
}

/// The modes, [y][x], of splines become those of kernels.
static void multiply(const struct plane *p, size_t count) {
    const double area = p->x.step * p->y.step;
    const double points = (double)p->x.length * (double)p->y.length;
    const double norm = 1.0 / (points * (double)count * area);
    for (size_t j = 0; j < p->y.length; j++) {
        const double v = clau_kernel_wavenumber(&p->y, j), spline = clau_kernel_spline(&p->y, v);
        for (size_t i = 0; i < p->x.length; i++) {
            const double u = clau_kernel_wavenumber(&p->x, i);
            const double form = u * u * p->xx + 2.0 * u * v * p->xy + v * v * p->yy;
            p->turned[j * p->x.length + i] *=
                norm * exp(-0.5 * form) / (spline * clau_kernel_spline(&p->x, u));
        }
    }
}

static void convolve(const struct plane *p, size_t count) {
    const size_t nx = p->x.length, ny = p->y.length;
    transform_rows(p, clau_fft_forward, p->y_fft, p->density, nx, ny);
    transpose(p->density, nx, ny, p->turned);
    transform_rows(p, clau_fft_forward, p->x_fft, p->turned, ny, nx);
    multiply(p, count);
    transform_rows(p, clau_fft_backward, p->x_fft, p->turned, ny, nx);
    transpose(p->turned, ny, nx, p->density);
    transform_rows(p, clau_fft_backward, p->y_fft, p->density, nx, ny);
}

static enum clau_measure_status check(const double *x, const double *y, size_t count,
                                      const double covariance[3]) {
    double minimum, maximum;
    enum clau_measure_status status = clau_histogram_extent(x, count, &minimum, &maximum);
    if (status == CLAU_MEASURE_OK)
        status = clau_histogram_extent(y, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double xx = covariance[0], xy = covariance[1], yy = covariance[2];
    const bool finite = isfinite(xx) && isfinite(xy) && isfinite(yy);
    return finite && xx > 0.0 && yy > 0.0 && xx * yy - xy * xy > 0.0 ? CLAU_MEASURE_OK
                                                                     : CLAU_MEASURE_SINGULAR;
}

static enum clau_measure_status plane_init(struct plane *p, const double covariance[3],
                                           struct clau_kernel_axis x_axis,
                                           struct clau_kernel_axis y_axis) {
    *p = (struct plane){.xx = covariance[0], .xy = covariance[1], .yy = covariance[2]};
    // A kernel is as narrow along an axis as on a line parallel to it.
    const double along_x = sqrt(p->xx - p->xy * p->xy / p->yy);
    const double along_y = sqrt(p->yy - p->xy * p->xy / p->xx);
    enum clau_measure_status status =
        clau_kernel_grid_init(&p->x, x_axis, along_x / STEPS_OF_WIDTH, sqrt(p->xx));
    if (status == CLAU_MEASURE_OK)
        status = clau_kernel_grid_init(&p->y, y_axis, along_y / STEPS_OF_WIDTH, sqrt(p->yy));
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t nx = p->x.length, ny = p->y.length, longer = nx > ny ? nx : ny;
    if ((double)nx * (double)ny > CLAU_KERNEL_POINTS)
        return CLAU_MEASURE_BAD_BANDWIDTH;
    p->density = clau_allocate(nx * ny, sizeof *p->density);
    p->turned = clau_allocate(nx * ny, sizeof *p->turned);
    p->row = clau_allocate(longer, sizeof *p->row);
    p->transformed = clau_allocate(longer, sizeof *p->transformed);
    p->x_fft = clau_fft_create(nx);
    p->y_fft = clau_fft_create(ny);
    const bool complete = p->density != NULL && p->turned != NULL && p->row != NULL &&
                          p->transformed != NULL && p->x_fft != NULL && p->y_fft != NULL;
    return complete ? CLAU_MEASURE_OK : CLAU_MEASURE_OUT_OF_MEMORY;
}

static void plane_finish(struct plane *p) {
    free(p->density);
    free(p->turned);
    free(p->row);
    free(p->transformed);
    clau_fft_destroy(p->x_fft);
    clau_fft_destroy(p->y_fft);
}

enum clau_measure_status clau_kernel_density_plane(const double *x, const double *y, size_t count,
                                                   const double covariance[3],
                                                   struct clau_kernel_axis x_axis,
                                                   struct clau_kernel_axis y_axis,
                                                   double *density) {
    enum clau_measure_status status = check(x, y, count, covariance);
    if (status != CLAU_MEASURE_OK)
        return status;
    struct plane p;
    status = plane_init(&p, covariance, x_axis, y_axis);
    if (status == CLAU_MEASURE_OK) {
        spread(&p, x, y, count);
        convolve(&p, count);
        for (size_t i = 0; i < x_axis.points; i++) {
            const size_t row = (p.x.margin + i * p.x.refinement) * p.y.length + p.y.margin;
            for (size_t j = 0; j < y_axis.points; j++)
                density[i * y_axis.points + j] =
                    fmax(creal(p.density[row + j * p.y.refinement]), 0.0);
        }
    }
    plane_finish(&p);
    return status;
}
