// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/spectral_grid.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

bool clau_grid_init(struct clau_grid *grid, size_t points, double length) {
    double *x = clau_allocate(points, sizeof *x);
    if (x == NULL)
        return false;
    for (size_t j = 0; j < points; j++)
        x[j] = -0.5 * length + length * (double)j / (double)points;
    *grid = (struct clau_grid){points, length, length / (double)points, x};
    return true;
}

void clau_grid_finish(struct clau_grid *grid) {
    free(grid->x);
    *grid = (struct clau_grid){0};
}

double clau_wavenumber(size_t i, size_t n, double length) {
    return 2.0 * M_PI * (double)clau_mode_index(i, n) / length;
}

double clau_exponential_filter(double wavenumber, double cutoff) {
    return exp(-36.0 * pow(fabs(wavenumber / cutoff), 36.0));
}
