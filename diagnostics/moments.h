// SPDX-License-Identifier: GPL-3.0-or-later
/// Moments, quantiles and linear correlation of values.
///
/// Deviations are scaled by the largest one, so that no power of them overflows. Everywhere: values
/// are [count]; results are set on success only; errors are CLAU_MEASURE_EMPTY, _NOT_A_NUMBER and
/// _INFINITE, and those named.
#ifndef CLAUSIUS_DIAGNOSTICS_MOMENTS_H
#define CLAUSIUS_DIAGNOSTICS_MOMENTS_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Arithmetic mean.
enum clau_measure_status clau_mean(const double *values, size_t count, double *mean);

/// Over count - ddof, in the unit of the values; 0 of equal ones. Errors: _TOO_FEW of ddof values
/// or less.
enum clau_measure_status clau_standard_deviation(const double *values, size_t count, size_t ddof,
                                                 double *deviation);

/// Of the central moments m_k = <(x - <x>)^k>, all over count, as scipy.stats has them: 0 of a
/// Gaussian. Errors: _CONSTANT where all values are equal.
struct clau_shape {
    double skewness;        ///< m_3 / m_2^(3/2)
    double excess_kurtosis; ///< m_4 / m_2^2 - 3
};
enum clau_measure_status clau_shape_of(const double *values, size_t count,
                                       struct clau_shape *shape);

/// The value below which the fraction in [0, 1] lies: with p = (count - 1) fraction, linear between
/// the values of ranks floor(p) and floor(p) + 1 from 0, rounded as numpy does (R's type 7).
/// O(count) on the mean; allocates. Errors: _BAD_OPTION of a fraction outside; _OUT_OF_MEMORY.
enum clau_measure_status clau_quantile(const double *values, size_t count, double fraction,
                                       double *quantile);

/// Pearson's coefficient of two series [count], in [-1, 1]. Errors: _CONSTANT where one of them is.
enum clau_measure_status clau_correlation(const double *x, const double *y, size_t count,
                                          double *correlation);

#ifdef __cplusplus
}
#endif

#endif
