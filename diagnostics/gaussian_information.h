// SPDX-License-Identifier: GPL-3.0-or-later
/// Entropy and information of jointly Gaussian variables, in nats (T. M. Cover, J. A. Thomas,
/// Elements of Information Theory, ch. 8): what estimators are checked against, and what second
/// moments alone say about data.
///
///     H(X)      = ln((2 pi e)^d det C) / 2
///     I(X;Y)    = -ln(1 - rho^2) / 2                                  one component each
///     I(X;Y|Z)  = ln(det C_xz det C_zy / (det C_z det C_xzy)) / 2
///
/// With X a source's past, Y a target's next value and Z its past, the last is the transfer entropy
/// of a vector autoregression, half its Granger causality (L. Barnett, A. B. Barrett, A. K. Seth,
/// Phys. Rev. Lett. 103, 238701 (2009)).
///
/// Errors: CLAU_MEASURE_SINGULAR unless |rho| < 1, or the covariance is symmetric and numerically
/// positive definite; _NOT_A_NUMBER; _INFINITE; _BAD_DIMENSIONS; _OUT_OF_MEMORY. Outputs are set on
/// success only. The functions are pure and may be called from any thread.
#ifndef CLAUSIUS_DIAGNOSTICS_GAUSSIAN_INFORMATION_H
#define CLAUSIUS_DIAGNOSTICS_GAUSSIAN_INFORMATION_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Mutual information of two variables with that correlation coefficient.
enum clau_measure_status clau_gaussian_information(double correlation, double *information);

/// Differential entropy of a covariance [dimensions][dimensions].
enum clau_measure_status clau_gaussian_entropy(const double *covariance, size_t dimensions,
                                               double *entropy);

/// Mutual information of x and y given z (of no components: without a condition). covariance: of
/// the components of x, then z, then y, [x + z + y][x + z + y].
enum clau_measure_status clau_gaussian_conditional_information(const double *covariance, size_t x,
                                                               size_t z, size_t y,
                                                               double *information);

#ifdef __cplusplus
}
#endif

#endif
