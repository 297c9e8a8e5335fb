// SPDX-License-Identifier: GPL-3.0-or-later
/// Passes over arrays of complex numbers that the time evolutions are made of.
///
/// Arrays come from clau_allocate. Kernels work on whole vectors of two complex numbers: of an odd
/// length they also touch the padding behind it, which stays zero. Long arrays are shared by
/// threads; the numbers do not depend on how many.
#ifndef CLAUSIUS_NLSE_KERNELS_H
#define CLAUSIUS_NLSE_KERNELS_H

#include <stddef.h>

#include "numerics/complex_numbers.h"

enum { NLSE_MAXIMUM_TERMS = 16 };

/// A linear combination sum_j weight[j] term[j] of up to NLSE_MAXIMUM_TERMS arrays.
struct nlse_combination {
    size_t count;
    double weight[NLSE_MAXIMUM_TERMS];
    const double complex *term[NLSE_MAXIMUM_TERMS];
};

/// out = phase (base + combination); phase NULL: no factor. out is none of the
/// arguments.
void nlse_combine(size_t count, double complex *out, const double complex *base,
                  const struct nlse_combination *combination, const double complex *phase);

/// Sum of |combination|^2, in a fixed order. partial: scratch of clau_block_count(count) doubles.
double nlse_combination_norm2(size_t count, const struct nlse_combination *combination,
                              double *partial);

/// Sum of |value|^2, likewise.
double nlse_norm2(size_t count, const double complex *value, double *partial);

/// psi = i scale (g |psi|^2 - V) psi; potential NULL: V = 0.
void nlse_apply_nonlinearity(size_t count, double complex *psi, double g, const double *potential,
                             double scale);

/// out = conj(phase) value, or value where phase is NULL. out may be value.
void nlse_unphase(size_t count, double complex *out, const double complex *value,
                  const double complex *phase);

/// out = phase value. out may be value.
void nlse_multiply(size_t count, double complex *out, const double complex *value,
                   const double complex *phase);

/// value *= factor, a real factor for each.
void nlse_filter(size_t count, double complex *value, const double *factor);

/// out -= i frequency value (the linear term of the plain form).
void nlse_subtract_linear(size_t count, double complex *out, const double *frequency,
                          const double complex *value);

/// density = |psi|^2.
void nlse_density(size_t count, double *density, const double complex *psi);

/// out = sqrt(a).
void nlse_square_root(size_t count, double *out, const double *a);

/// Largest element; 0 of none.
double nlse_largest(size_t count, const double *a);

#endif
