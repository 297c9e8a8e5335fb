// SPDX-License-Identifier: GPL-3.0-or-later
/// Uniform periodic grid in one dimension and its wavenumbers.
#ifndef CLAUSIUS_NUMERICS_SPECTRAL_GRID_H
#define CLAUSIUS_NUMERICS_SPECTRAL_GRID_H

#include <stdbool.h>
#include <stddef.h>

/// x_j = -length/2 + j spacing, j = 0 ... points-1: the end point, which is the first one again, is
/// not repeated.
struct clau_grid {
    size_t points;
    double length, spacing;
    double *x; ///< [points] owned
};

/// Fills *grid; false when out of memory.
bool clau_grid_init(struct clau_grid *grid, size_t points, double length);
void clau_grid_finish(struct clau_grid *grid);

/// Signed index of entry i of a transform of n values: 0, 1, ..., then negative. For even n entry
/// n/2 is the Nyquist mode, -n/2.
static inline ptrdiff_t clau_mode_index(size_t i, size_t n) {
    return i < (n + 1) / 2 ? (ptrdiff_t)i : (ptrdiff_t)i - (ptrdiff_t)n;
}

/// Wavenumber k = 2 pi m / length of entry i of a transform of n values.
double clau_wavenumber(size_t i, size_t n, double length);

/// Factor of a mode in exponential dealiasing, exp(-36 |k/k_c|^36) (Hou & Li, J. Comput. Phys. 226,
/// 379 (2007)): 2e-16 at k_c, and within 2e-16 of 1 below k_c/3.
double clau_exponential_filter(double wavenumber, double cutoff);

#endif
