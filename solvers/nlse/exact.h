// SPDX-License-Identifier: GPL-3.0-or-later
/// Exact solutions of i psi_t + psi_xx/2 + |psi|^2 psi = 0 on the infinite line (or, Akhmediev's,
/// on any multiple of its period). All are evaluated so that nothing overflows far from the centre.
#ifndef CLAUSIUS_NLSE_EXACT_H
#define CLAUSIUS_NLSE_EXACT_H

#include <stddef.h>

#include "numerics/complex_numbers.h"

enum { NLSE_MAXIMUM_SOLITONS = 32 };

/// Soliton A sech(A (x - x0 - v t)) exp(i [v (x - x0) + (A^2 - v^2) t/2 + phase]).
/// Mass 2 A, momentum 2 A v, energy A v^2 - A^3/3.
struct nlse_soliton {
    double amplitude, velocity, position, phase; ///< A > 0, v, x0, phase [rad]
};

double complex nlse_exact_soliton(const struct nlse_soliton *soliton, double x, double t);

/// The exact solution of `count` solitons (Zakharov & Shabat 1972) with these parameters: with
/// lambda_j = v_j + i A_j and
///   gamma_j = exp(i [lambda_j (x - x_j) - lambda_j^2 t/2 + phase_j]),
/// psi = sum_j c_j, where sum_k (1 + gamma_j gamma_k*) / (-i (lambda_j - lambda_k*)) c_k = gamma_j.
/// The lambda_j must differ. count <= NLSE_MAXIMUM_SOLITONS. NaN where so many lie so close
/// together that the system is singular to the precision of the computation (ten at one place,
/// say).
double complex nlse_exact_solitons(size_t count, const struct nlse_soliton *solitons, double x,
                                   double t);

/// Akhmediev's breather (1986), 0 < a < 1/2, b = sqrt(8 a (1 - 2 a)), W = 2 sqrt(1 - 2 a):
///   e^{it} [(1 - 4a) cosh bt + i b sinh bt + sqrt(2a) cos Wx] / [sqrt(2a) cos Wx - cosh bt].
/// Period 2 pi/W in x, peak |psi| = 1 + 2 sqrt(2a) at x = t = 0, background 1.
double complex nlse_exact_akhmediev(double a, double x, double t);
double nlse_akhmediev_period(double a);

/// Kuznetsov-Ma soliton, a > 1/2, b = sqrt(8 a (2 a - 1)), W = 2 sqrt(2 a - 1):
///   e^{it} [(1 - 4a) cos bt - i b sin bt + sqrt(2a) cosh Wx] / [sqrt(2a) cosh Wx - cos bt].
double complex nlse_exact_kuznetsov_ma(double a, double x, double t);

/// Peregrine's solution (1983), e^{it} [1 - 4 (1 + 2 i t) / (1 + 4 x^2 + 4 t^2)]; peak 3.
double complex nlse_exact_peregrine(double x, double t);

#endif
