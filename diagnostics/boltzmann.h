// SPDX-License-Identifier: GPL-3.0-or-later
/// Boltzmann's entropy of the macrostate of a two-dimensional gas: how many of N particles are in
/// which cell of the one-particle phase space (x, y, vx, vy).
///
/// Cells: columns x rows rectangles of the domain [0, width] x [0, height], times squares of the
/// velocity plane of edge dv with corners at multiples of dv, as far as |vx| and |vy| are below the
/// range rounded up to such a multiple. All velocities beyond, of one rectangle, are in one
/// overflow cell, which counts like a cell of the same volume |D| = width height dv^2 / (columns
/// rows).
///
/// With N_a particles in cell a, the macrostate's phase-space volume is prod_a |D|^(N_a) / N_a!,
/// and
///
///     exact      S/N = ln |D| - (1/N) sum_a ln N_a!
///     stirling   S/N = ln |D| - (1/N) sum_a N_a ln N_a + 1
///     corrected      = ln |D| + ln N - (1/N) sum_a N_a G(N_a),
///                G(n) = psi(n) + (-1)^n [psi((n+1)/2) - psi(n/2)] / 2
///
/// in units of k_B with mass 1 and no Planck constant. The first two are the entropy of the gas; in
/// equilibrium at temperature T they tend to ln(2 pi T A / N) + 2, A the domain's area, as N grows
/// and then the cells shrink. The third estimates the entropy of the particles' distribution over
/// phase space, -int f ln f with int f = 1, without most of the bias that few particles a cell give
/// (P. Grassberger, "Entropy estimates from insufficient samplings", arXiv:physics/0307138); it
/// tends to ln(2 pi T A) + 1, that is exact + ln N - 1.
///
/// Cost: some 20 ns a particle, and memory for the occupied cells only. The numbers do not depend
/// on the order of the particles.
#ifndef CLAUSIUS_DIAGNOSTICS_BOLTZMANN_H
#define CLAUSIUS_DIAGNOSTICS_BOLTZMANN_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_boltzmann_cells {
    size_t columns, rows; ///< of the domain
    double width, height; ///< of the domain; all cells together
    double velocity_cell; ///< edge dv
    double velocity_range;
};

struct clau_boltzmann {
    double exact, stirling, corrected; ///< per particle
    size_t occupied;                   ///< cells with a particle, overflow cells among them
    size_t overflow;                   ///< particles in overflow cells
};

struct clau_boltzmann_workspace;

/// Scratch for up to `count` particles; one thread at a time. NULL when out of memory.
struct clau_boltzmann_workspace *clau_boltzmann_workspace_create(size_t count);
void clau_boltzmann_workspace_destroy(struct clau_boltzmann_workspace *workspace); ///< NULL is fine

/// Entropies of `count` particles at x, y with velocities vx, vy, [count] each. Positions beyond
/// the domain count for the cell at its edge, since round-off may put one there. Errors:
/// CLAU_MEASURE_EMPTY; _BAD_BINS (no columns or rows, or more than 2^63 cells); _BAD_LENGTH (of the
/// domain); _BAD_WIDTH (of the velocity cell); _BAD_RANGE (of velocities: not positive or finite,
/// or more than 2^20 cells each way); _NOT_A_NUMBER (a position or velocity); _TOO_MANY for the
/// workspace. *result is set on success only.
enum clau_measure_status clau_boltzmann_entropy(struct clau_boltzmann_workspace *workspace,
                                                const struct clau_boltzmann_cells *cells,
                                                size_t count, const double *x, const double *y,
                                                const double *vx, const double *vy,
                                                struct clau_boltzmann *result);

#ifdef __cplusplus
}
#endif

#endif
