// SPDX-License-Identifier: GPL-3.0-or-later
/// How far apart two distributions over the same states are, in nats.
///
/// first, second: weights[count] that need not be normalised, p and q their shares.
///
///     Kullback-Leibler   D(p|q) = sum p ln(p/q)          S. Kullback, R. A. Leibler 1951
///     Jensen-Shannon     J = D(p|m)/2 + D(q|m)/2,  m = (p+q)/2                J. Lin 1991
///
/// 0 ln 0 = 0. D is infinite where q = 0 < p: that is the status CLAU_MEASURE_NOT_DOMINATED.
/// J is always finite, 0 <= J <= ln 2; its square root is a metric (D. M. Endres, J. E. Schindelin
/// 2003), what scipy.spatial.distance.jensenshannon gives.
///
/// The sums are of terms >= 0: the error is some 1e-16 times the relative difference of p and q,
/// much below the 1e-16 of the definitions where they are close.
///
/// Errors: CLAU_MEASURE_EMPTY, _ZERO_SUM, _NOT_A_NUMBER, _NEGATIVE, _INFINITE (of either),
/// _OUT_OF_MEMORY. Outputs are set on success only. Pure.
#ifndef CLAUSIUS_DIAGNOSTICS_DIVERGENCE_H
#define CLAUSIUS_DIAGNOSTICS_DIVERGENCE_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_measure_status clau_divergence_kullback_leibler(const double *first, const double *second,
                                                          size_t count, double *divergence);
enum clau_measure_status clau_divergence_jensen_shannon(const double *first, const double *second,
                                                        size_t count, double *divergence);

#ifdef __cplusplus
}
#endif

#endif
