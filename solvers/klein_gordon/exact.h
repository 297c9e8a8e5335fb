// SPDX-License-Identifier: GPL-3.0-or-later
/// Exact solutions, phi and phi_t at one point of space and time on the infinite line.
/// gamma = 1/sqrt(1 - u^2) everywhere.
#ifndef CLAUSIUS_KLEIN_GORDON_EXACT_H
#define CLAUSIUS_KLEIN_GORDON_EXACT_H

#include "solvers/klein_gordon/potential.h"

/// A kink (charge 1) or antikink (-1) of any potential that has one, Lorentz-boosted:
/// K(charge gamma (x - position - velocity t)).
struct kg_moving_kink {
    double velocity, position;
    int charge;
};
void kg_exact_kink(const struct kg_potential *potential, const struct kg_kink *kink,
                   const struct kg_moving_kink *moving, double x, double t, double *phi,
                   double *phi_t);

/// Breather of the sine-Gordon equation, W = sqrt(1 - omega^2), y = x - position:
/// 4 arctan[(W/omega) sin(omega gamma (t - u y) + phase) / cosh(W gamma (y - u t))].
struct kg_breather {
    double frequency, velocity, position, phase;
};
void kg_exact_breather(const struct kg_breather *breather, double x, double t, double *phi,
                       double *phi_t);

/// Kink and antikink of the sine-Gordon equation that meet, with their centres (phi = pi)
/// `separation` apart at t = 0, symmetric about `position`:
/// 4 arctan[sinh(gamma u (T - t)) / (u cosh(gamma (x - position)))]; at T they are on top of each
/// other, sinh(gamma u T) = u cosh(gamma separation/2). They pass through each other and go on as
/// a pair between 0 and -2 pi.
struct kg_sine_gordon_pair {
    double velocity, separation, position;
};
void kg_exact_sine_gordon_pair(const struct kg_sine_gordon_pair *pair, double x, double t,
                               double *phi, double *phi_t);

#endif
