// SPDX-License-Identifier: GPL-3.0-or-later
/// What measures of a series share; for the inside of diagnostics, not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_SERIES_H
#define CLAUSIUS_DIAGNOSTICS_SERIES_H

#include <stddef.h>

#include "diagnostics/status.h"

#pragma GCC visibility push(hidden)

/// Writes (x - c)/h with c the middle of the values and h > 0 the power of 2 next below half their
/// range, in (-2, 2): no sum of squares overflows or loses everything, whatever the units, and
/// equal differences stay equal where x - c is exact. scale, if not NULL, receives h. Errors:
/// CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _CONSTANT.
enum clau_measure_status clau_series_scale(const double *series, size_t count, double *scaled,
                                           double *scale);

/// Subtracts the mean.
void clau_series_centre(double *series, size_t count);

#pragma GCC visibility pop

#endif
