// SPDX-License-Identifier: GPL-3.0-or-later
/// Structure of a fluid of equal particles in a rectangle of the plane, each axis of which is
/// periodic or ends at walls: distribution of the velocities, radial distribution function, and
/// hexatic order.
///
/// The functions are pure and run on the caller's thread; their numbers depend on the order of the
/// particles by round-off at most. Outputs are set on success only, but for psi.
#ifndef CLAUSIUS_DIAGNOSTICS_STRUCTURE_H
#define CLAUSIUS_DIAGNOSTICS_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Where the particles' centres can be: with walls that is the domain less a particle's radius.
struct clau_rectangle {
    double low[2], high[2]; ///< [length] ends of the x and the y axis
    bool periodic[2];
};

/// Probability density of a velocity component, [1/velocity], vx and vy together: of each of `bins`
/// equal bins of [-range, range] the share of the 2 count components in it, over its width. Those
/// beyond the range count in the normalisation and are in no bin; bins hold their lower edge.
///
/// vx, vy: [count]. density, scratch: [bins]. Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _BAD_BINS,
/// _BAD_RANGE (not positive and finite, or too narrow). Cost: a few ns a particle.
enum clau_measure_status clau_velocity_distribution(const double *vx, const double *vy,
                                                    size_t count, double range, size_t bins,
                                                    double *density, double *scratch);

struct clau_structure_workspace;

/// Scratch for up to `count` particles and g(r) in up to `bins` bins (0: hexatic order alone): some
/// 30 bytes a particle; one thread at a time. NULL when out of memory, or count or bins >= 2^31.
struct clau_structure_workspace *clau_structure_workspace_create(size_t count, size_t bins);
void clau_structure_workspace_destroy(struct clau_structure_workspace *workspace); ///< NULL is fine

/// Largest distance up to which g(r) is defined here: the shorter one of half a periodic side and a
/// whole walled side.
double clau_radial_distribution_limit(const struct clau_rectangle *rectangle);

/// Radial distribution function g(r), averaged over the particles, in `bins` equal bins of
/// [0, range]: pairs found at such a distance (of the nearest images), over those that `count`
/// independent uniform points in this same rectangle have on average. So an ideal gas has g = 1 in
/// every bin, in small and in walled rectangles too; else a bin has the mean of g over it. With
/// p_x, p_y the densities of |dx| and |dy| of two such points, 2 / L on [0, L/2] where periodic and
/// 2 (L - u) / L^2 between walls, the share of pairs nearer than r is the quarter circle's integral
///
///     F(r) = a_x a_y pi r^2 / 4 - (b_x a_y + a_x b_y) r^3 / 3 + b_x b_y r^4 / 8,
///     a = 2 / L, b = 0 (periodic) or 2 / L^2 (walls);
///
/// g = pairs / (count (count - 1) / 2 [F(r + dr) - F(r)]). Between walls g also holds the layers
/// that the fluid has there. Hard discs of diameter d have p / (n T) = 1 + (1 - 1/count) 2 eta
/// g(d+) in a periodic rectangle at packing eta, since g is a ratio to the count - 1 others.
///
/// x, y: [count], in the rectangle up to round-off. g: [bins]. Errors: CLAU_MEASURE_EMPTY (fewer
/// than two particles); _TOO_MANY; _BAD_LENGTH (of a side); _BAD_REACH (range is not positive, or
/// beyond the limit); _BAD_BINS (0, or more than the workspace has); _NOT_A_NUMBER; _OUTSIDE.
/// Cost: O(pairs within the range), 2.5 ns each.
enum clau_measure_status clau_radial_distribution(struct clau_structure_workspace *workspace,
                                                  const struct clau_rectangle *rectangle,
                                                  size_t count, const double *x, const double *y,
                                                  double range, size_t bins, double *g);

struct clau_hexatic {
    double global; ///< |(1/N) sum_j psi_6(j)|
    double local;  ///< (1/N) sum_j |psi_6(j)|
};

/// Bond-orientational order of six-fold symmetry (B. I. Halperin and D. R. Nelson 1978):
/// psi_6(j) = mean of exp(6 i theta) over the directions theta from j to its neighbours, all of the
/// same weight: those whose Voronoi cells share an edge with that of j inside the rectangle. Edges
/// shorter than 1e-6 of the cell's perimeter are taken for corners at which four or more cells
/// meet, so that lattices have definite neighbours. A particle without neighbours has psi_6 = 0;
/// particles at one place are not neighbours of each other. In a small periodic rectangle images of
/// one particle are neighbours of their own, and so may be j's own images.
///
/// x, y: [count], in the rectangle up to round-off. psi: NULL, or 2 count results, real and
/// imaginary part of each psi_6(j). Errors: CLAU_MEASURE_EMPTY, _TOO_MANY, _BAD_LENGTH,
/// _NOT_A_NUMBER, _OUTSIDE, _OUT_OF_MEMORY (psi may then be filled in part). Cost: O(count) for a
/// fluid, 1.2 to 1.5 us each.
enum clau_measure_status clau_hexatic_order(struct clau_structure_workspace *workspace,
                                            const struct clau_rectangle *rectangle, size_t count,
                                            const double *x, const double *y, double *psi,
                                            struct clau_hexatic *result);

#ifdef __cplusplus
}
#endif

#endif
