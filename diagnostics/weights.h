// SPDX-License-Identifier: GPL-3.0-or-later
/// What the measures of weights and counts share; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_WEIGHTS_H
#define CLAUSIUS_DIAGNOSTICS_WEIGHTS_H

#include <stddef.h>

#include "diagnostics/status.h"

#pragma GCC visibility push(hidden)

/// Largest weight, or the first of CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _NEGATIVE, _INFINITE,
/// _ZERO_SUM that holds.
enum clau_measure_status clau_weights_check(const double *weights, size_t count, double *maximum);

/// The same and _NOT_A_COUNT, for counts; *total is their sum, which is below 2^53 too.
enum clau_measure_status clau_counts_check(const double *counts, size_t states, double *total);

/// p_i = w_i / sum w without overflow; the weights' errors.
enum clau_measure_status clau_weights_normalise(const double *weights, size_t count,
                                                double *shares);

/// Grassberger's G(n) = psi(n) + (-1)^n [psi((n+1)/2) - psi(n/2)] / 2 of a whole number n >= 1.
double clau_grassberger(double n);

#pragma GCC visibility pop

#endif
