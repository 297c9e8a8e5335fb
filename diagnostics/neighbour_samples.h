// SPDX-License-Identifier: GPL-3.0-or-later
/// What the estimators of nearest_neighbours.h share; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_NEIGHBOUR_SAMPLES_H
#define CLAUSIUS_DIAGNOSTICS_NEIGHBOUR_SAMPLES_H

#include "diagnostics/nearest_neighbours.h"

#pragma GCC visibility push(hidden)

/// Below so many samples a parallel region costs more than it gains.
enum { CLAU_PARALLEL_SAMPLES = 2048 };

/// psi(n) of a whole number n >= 1, below 2^31.
double clau_digamma(size_t n);

/// Sum in the given order, rounding errors carried along.
double clau_careful_sum(const double *terms, size_t count);

/// Checks options, and copies a variable [count][width] into columns of rows [count][dimensions];
/// CLAU_MEASURE_OK or the first of the header's errors.
enum clau_measure_status clau_check_neighbours(size_t count, int dimensions,
                                               const struct clau_neighbour_options *options);
enum clau_measure_status clau_copy_columns(const double *variable, size_t count, int width,
                                           double *rows, int dimensions, int first);

/// Standardizes the columns of rows and adds jitter, as the options say.
enum clau_measure_status clau_treat_columns(double *rows, size_t count, int dimensions,
                                            const struct clau_neighbour_options *options);

/// An estimator as a function of some of the rows.
struct clau_row_measure {
    enum clau_measure_status (*measure)(const void *context, const double *rows, size_t count,
                                        double *value);
    const void *context;
};

/// Measures all rows and their subsets.
enum clau_measure_status clau_estimate_rows(const struct clau_row_measure *measure,
                                            const double *rows, size_t count, int dimensions,
                                            const struct clau_neighbour_options *options,
                                            struct clau_neighbour_estimate *estimate);

#pragma GCC visibility pop

#endif
