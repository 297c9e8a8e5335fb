// SPDX-License-Identifier: GPL-3.0-or-later
/// The nonlinear and potential terms in Fourier space, i F[(g |psi|^2 - V) psi], for a band of
/// modes around 0, on a product grid that may be smaller or larger than the grid of the run.
///
/// Band order: m = 0 ... positive-1, then m = -negative ... -1. With all modes this is the order
/// of the transform. A band leaves out the others as arguments and results alike, and so do the
/// filters: the term is P F(P psi) with a symmetric P. The filtered equation conserves mass and
/// its own energy, ∫ |psi_x|^2/2 - (g/2) |P psi|^4 + V |P psi|^2, exactly; the energy of the
/// unfiltered state then drifts by as much as P takes away.
#ifndef CLAUSIUS_NLSE_NONLINEARITY_H
#define CLAUSIUS_NLSE_NONLINEARITY_H

#include "numerics/complex_numbers.h"
#include <stdbool.h>
#include <stddef.h>

#include "numerics/fft.h"
#include "solvers/nlse/problem.h"

struct nlse_nonlinearity {
    double g;
    size_t positive, negative; ///< modes of the band; count is their sum
    size_t count;
    size_t product_points; ///< of the product grid
    struct clau_fft *fft;
    double *potential;              ///< [product_points] or NULL
    double *filter;                 ///< [count] or NULL
    double complex *spectrum, *psi; ///< [product_points] scratch; one array if in place
};

/// Prepares the term for modes -negative ... positive-1 on product_points points. Returns false
/// when out of memory, and holds nothing then.
bool nlse_nonlinearity_init(struct nlse_nonlinearity *term, const struct nlse_problem *problem,
                            size_t positive, size_t negative, size_t product_points,
                            enum nlse_dealias dealias);
void nlse_nonlinearity_finish(struct nlse_nonlinearity *term);

/// Array [count] into which the caller writes the argument in band order before apply. It may be
/// the transform's own memory, which saves a copy; apply leaves it undefined.
double complex *nlse_nonlinearity_argument(struct nlse_nonlinearity *term);

/// out = conj(phase) i F[(g |psi|^2 - V) psi] of the argument, in band order; phase NULL: no
/// factor. Cost: one transform each way and three passes.
void nlse_nonlinearity_apply(struct nlse_nonlinearity *term, const double complex *phase,
                             double complex *out);

#endif
