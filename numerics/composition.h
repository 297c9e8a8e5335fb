// SPDX-License-Identifier: GPL-3.0-or-later
/// Coefficients of symmetric splitting methods.
///
/// For y' = A(y) + B(y), whose parts have flows that can be followed exactly, one step h is
///
///     a first:  exp(a_0 h A) exp(b_0 h B) exp(a_1 h A) ... exp(b_(s-1) h B) exp(a_s h A)
///     b first:  exp(b_0 h B) exp(a_0 h A) exp(b_1 h B) ... exp(a_(s-1) h A) exp(b_s h B)
///
/// carried out from left to right; the coefficients read the same backwards, so that the step is
/// time-reversible, and symplectic if both flows are. The last flow of a step and the first of
/// the next are one and the same: together s flows of each kind a step, and a force found for the
/// last kick serves the next step's first.
///
/// A is the drift: the kinetic part, or the linear one. B is the kick: the potential part, or the
/// nonlinear one. Methods marked `nystrom` (Runge-Kutta-Nystrom) need [B,[B,[B,A]]] = 0: true of
/// H = p^2/2 + V(q), a nonlinear Klein-Gordon field included, and of the nonlinear Schroedinger
/// equation with A = i psi_xx/2 and B = i (g |psi|^2 - V) psi, where psi = sqrt(rho) e^(i theta)
/// makes the Hamiltonian of A quadratic in theta and that of B a function of rho alone. The
/// others serve any A and B, in either role.
///
/// Negative coefficients cannot be avoided above order 2: not for diffusion or damping.
#ifndef CLAUSIUS_NUMERICS_COMPOSITION_H
#define CLAUSIUS_NUMERICS_COMPOSITION_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CLAU_COMPOSITION_MAX_STAGES = 17 };

struct clau_composition {
    const char *name;   ///< as in a configuration, e.g. "blanes-moan-rkn-11b"
    const char *source; ///< authors, year, their name of the method
    int order;          ///< 2, 4, 6, 8
    int stages;         ///< s, the flows of each kind that a step costs
    bool kick_first;    ///< b has s + 1 coefficients and a has s; else the other way round
    bool nystrom;
    double a[CLAU_COMPOSITION_MAX_STAGES + 1];
    double b[CLAU_COMPOSITION_MAX_STAGES + 1];
};

/// All methods, by ascending order and, within one, with the one to be preferred for
/// H = p^2/2 + V(q) first. Writes their number to *count.
const struct clau_composition *clau_compositions(size_t *count);

/// The method of that name; NULL if there is none.
const struct clau_composition *clau_composition_find(const char *name);

/// The preferred method of an order (2, 4, 6 or 8), among all if nystrom is true, else among those
/// that serve any A and B; NULL if there is none of the order.
const struct clau_composition *clau_composition_of_order(int order, bool nystrom);

/// Largest x = omega h up to which every step is stable for the oscillator q'' = -omega^2 q split
/// into drift q' = p and kick p' = -omega^2 q: where the trace of the one-step matrix, of which the
/// determinant is 1, first leaves [-2, 2]. Strang's is 2.
double clau_composition_stability(const struct clau_composition *method);

#ifdef __cplusplus
}
#endif

#endif
