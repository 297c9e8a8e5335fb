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

#include <math.h>
#include <stddef.h>
#include <stdint.h>

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

/// The cells by number: place * velocities + velocity, with place = row * columns + column.
struct clau_boltzmann_numbering {
    size_t columns, rows;
    double columns_per_length, rows_per_length;
    double velocity_cell;
    double each_way;     ///< velocity cells from 0 to the range
    uint64_t across;     ///< velocity cells along one component
    uint64_t velocities; ///< velocity cells of a place; the last one is the overflow cell
};

/// Errors: those of clau_boltzmann_entropy about the cells. *result is set on success only.
enum clau_measure_status clau_boltzmann_number(const struct clau_boltzmann_cells *cells,
                                               struct clau_boltzmann_numbering *result);

/// Velocity cell of (vx, vy), below velocities. Not a number is beyond the range.
static inline uint64_t clau_boltzmann_velocity(const struct clau_boltzmann_numbering *numbering,
                                               double vx, double vy) {
    const double x = floor(vx / numbering->velocity_cell) + numbering->each_way;
    const double y = floor(vy / numbering->velocity_cell) + numbering->each_way;
    const double across = 2.0 * numbering->each_way;
    if (x >= 0.0 && y >= 0.0 && x < across && y < across)
        return (uint64_t)y * numbering->across + (uint64_t)x;
    return numbering->velocities - 1;
}

/// Place of (x, y), below columns rows. Beyond the domain it is the one at its edge.
static inline uint64_t clau_boltzmann_place(const struct clau_boltzmann_numbering *numbering,
                                            double x, double y) {
    const double column = x * numbering->columns_per_length, row = y * numbering->rows_per_length;
    const size_t columns = numbering->columns, rows = numbering->rows;
    const uint64_t in_column =
        column >= (double)columns ? columns - 1 : (column > 0.0 ? (uint64_t)column : 0);
    const uint64_t in_row = row >= (double)rows ? rows - 1 : (row > 0.0 ? (uint64_t)row : 0);
    return in_row * columns + in_column;
}

#ifdef __cplusplus
}
#endif

#endif
