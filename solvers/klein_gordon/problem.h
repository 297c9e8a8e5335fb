// SPDX-License-Identifier: GPL-3.0-or-later
/// The equation on its grid, and what a splitting of it offers to the time evolution.
///
///   phi_tt - phi_xx + V'(phi) + gamma(x) phi_t = 0 on [-L/2, L/2)
///
/// with H = int pi^2/2 + phi_x^2/2 + V(phi) and pi = phi_t. The field is u + background: u closes
/// periodically or, with a change of sign, antiperiodically; the background is the straight line
/// that a shifted boundary phi(x + L) = phi(x) + 2 pi n adds, so that its phi_xx is 0.
#ifndef CLAUSIUS_KLEIN_GORDON_PROBLEM_H
#define CLAUSIUS_KLEIN_GORDON_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint.h"
#include "io/error.h"
#include "numerics/composition.h"
#include "numerics/fft.h"
#include "numerics/spectral_grid.h"
#include "solvers/klein_gordon/potential.h"

struct kg_problem {
    const struct clau_grid *grid;
    const struct kg_potential *potential;
    enum clau_closing closing;
    const double *background; ///< [points], or NULL: 0
    const double *damping;    ///< [points] gamma(x) >= 0, or NULL: 0
    /// Vacuum and its squared mass that the exact linear flow is about: u_tt = u_xx - mass2 (u -
    /// ground).
    double ground, mass2;
    double stiffness; ///< largest V'' over the initial field, at least 0
};

/// Largest wavenumber of the grid.
double kg_largest_wavenumber(const struct kg_problem *problem);

/// A splitting of the equation into two parts whose flows are known, with a state of its own.
///
/// Steps are fused: the last flow of one and the first of the next are carried out together. The
/// state is therefore complete (u and pi at one time) only in what `output` gives.
struct kg_splitting {
    /// From u and pi [points] at t = 0 (copied), for steps of h. NULL when out of memory.
    void *(*create)(const struct kg_problem *problem, const struct clau_composition *method,
                    double h, const double *u, const double *pi);
    void (*destroy)(void *self); ///< NULL is fine

    void (*advance)(void *self, uint64_t steps);

    /// u and pi [points] at `rest` after the last step, by a step of that length aside; the state
    /// and what comes of it stay as they are. False when out of memory.
    bool (*output)(void *self, double rest, double *u, double *pi);

    /// One whole step of any length of u and pi [points], which are not the state; NULL where
    /// the splitting has none.
    void (*leap)(void *self, double h, double *u, double *pi);

    /// At its peak, for so many points, from the keys.
    double (*memory_bytes)(const struct clau_composition *method, double points,
                           enum clau_closing closing, bool damped);
    void (*save)(const void *self, struct clau_checkpoint *checkpoint);
    enum clau_status (*restore)(void *self, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error);
};

/// Drift phi' = pi and kick pi' = phi_xx - V'(phi), in x. Damping acts for half a step before and
/// half a step after each step, exactly.
extern const struct kg_splitting kg_kinetic_splitting;

/// Drift: the exact flow of the linear equation, in Fourier space. Kick: the rest of V'. No
/// damping.
extern const struct kg_splitting kg_linear_splitting;

#endif
