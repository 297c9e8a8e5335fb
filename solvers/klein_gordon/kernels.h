// SPDX-License-Identifier: GPL-3.0-or-later
/// Passes over the field and its modes that the time evolutions are made of.
///
/// Arrays come from clau_allocate. Long arrays are shared by threads; the numbers do not depend on
/// how many.
#ifndef CLAUSIUS_KLEIN_GORDON_KERNELS_H
#define CLAUSIUS_KLEIN_GORDON_KERNELS_H

#include <stddef.h>

#include "numerics/complex_numbers.h"

/// Form of V'(phi).
enum kg_force_form {
    KG_FORCE_ODD,         ///< phi (c0 + c1 phi^2 + c2 phi^4)
    KG_FORCE_SINE,        ///< sin(phi)
    KG_FORCE_DOUBLE_SINE, ///< sin(phi) (1 + c0 cos(phi))
    KG_FORCE_POLYNOMIAL,  ///< c0 + c1 phi + ... with `terms` terms
};

enum { KG_FORCE_TERMS = 16 };

struct kg_force {
    enum kg_force_form form;
    size_t terms;
    double c[KG_FORCE_TERMS];
};

/// pi += kick (laplacian - V'(u + background)), then u += drift pi. background NULL: none.
void kg_kick_drift(size_t count, const struct kg_force *force, double *u, double *pi,
                   const double *laplacian, const double *background, double kick, double drift);

/// out = scale (V'(u + offset + background) - mass2 u). out may be u.
void kg_slope(size_t count, const struct kg_force *force, const double *u, double offset,
              const double *background, double mass2, double scale, double *out);

/// y += a x.
void kg_add(size_t count, double *y, double a, const double *x);

/// x *= factor, element by element.
void kg_multiply(size_t count, double *x, const double *factor);

/// modes *= factor, a real factor for each.
void kg_multiply_modes(size_t count, double complex *modes, const double *factor);

/// Exact flow of u_tt = -omega^2 u in three shears, each of which is symplectic whatever its
/// rounding: with the angle omega t = angle + n pi, |angle| <= pi/2,
///   u += tangent pi,  pi -= sine u,  u += tangent pi,  both times sign,
///   tangent = tan(angle/2)/omega,  sine = omega sin(angle),  sign = (-1)^n.
struct kg_rotation {
    double *tangent, *sine, *sign; ///< [modes]
};

/// pi += kicks (NULL: nothing), then the rotation of (u, pi); a copy of u goes to `copy`.
void kg_rotate(size_t count, const struct kg_rotation *rotation, double complex *u,
               double complex *pi, const double complex *kicks, double complex *copy);

#endif
