// SPDX-License-Identifier: GPL-3.0-or-later
/// What an ensemble of independent runs says about an observable.
#ifndef CLAUSIUS_HARD_DISCS_ENSEMBLE_H
#define CLAUSIUS_HARD_DISCS_ENSEMBLE_H

#include <stddef.h>

/// Of values[runs][length] the mean m = sum v / n over the n runs and its standard error
///
///     sqrt(sum (v - m)^2 / ((n - 1) n)),
///
/// [length] each; NaN for a single run. Sums are made in the order of the runs. NaN in one run is
/// NaN in both.
void hd_ensemble_reduce(const double *values, size_t runs, size_t length, double *mean,
                        double *error);

#endif
