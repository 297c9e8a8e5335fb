// SPDX-License-Identifier: GPL-3.0-or-later
/// Entropies of a discrete distribution, in natural units (nats).
///
/// The distribution is given by weights w_i >= 0 that need not be normalised, p_i = w_i / sum w:
///
///     Shannon   H    = -sum p_i ln p_i                     C. E. Shannon 1948
///     Renyi     R_q  = ln(sum p_i^q) / (1 - q)             A. Renyi 1961
///     Tsallis   T_q  = (1 - sum p_i^q) / (q - 1)           C. Tsallis 1988
///
/// for orders 0 <= q <= infinity. Zero weights are dropped: 0 ln 0 = 0, and 0^0 = 0, so that
/// R_0 = ln(support) and T_0 = support - 1. At q = 1 both are H; at q = infinity R is
/// -ln max p and T is 0.
///
/// Accuracy: about 1e-14 relative for any q, also next to q = 1 and for a distribution that is
/// all but concentrated on one state (where the entropy is tiny). The weights are scaled by the
/// largest, u_i = w_i / max w, which leaves sums of terms of one sign; with r = sum u_i and
/// D = sum u_i (u_i^(q-1) - 1), both without the largest,
///
///     H   = ln(1+r) - sum u_i ln u_i / (1+r)
///     R_q = ln(1+r) + ln(1 + D/(1+r)) / (1-q)
///
/// Sums run in a fixed order that does not depend on the number of threads, the compiler or the
/// width of the processor's vectors. Shares below 2.2e-308 of the largest are dropped from H.
///
/// Errors: CLAU_MEASURE_EMPTY (count = 0), _ZERO_SUM, _NOT_A_NUMBER, _NEGATIVE, _INFINITE (of
/// the weights; minus zero is zero), _BAD_ORDER (negative or NaN). Outputs are set on success
/// only. All functions are pure and may be called from any thread; none allocates. Cost: about
/// 3 ns a weight for H, and less for an order q with 2q an integer up to 16; any other takes
/// one pow() or, within 1/4 of 1, expm1() a weight.
#ifndef CLAUSIUS_DIAGNOSTICS_ENTROPY_H
#define CLAUSIUS_DIAGNOSTICS_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The three entropies of the weights at once.
///
/// weights: count values. shannon receives H; NULL when it is not wanted.
/// renyi_orders, renyi: the orders, and as many results; may be NULL when renyi_count is 0.
/// tsallis_orders, tsallis: the same. An order that is in both lists costs little more than once.
enum clau_measure_status clau_entropies(const double *weights, size_t count, double *shannon,
                                        const double *renyi_orders, size_t renyi_count,
                                        double *renyi, const double *tsallis_orders,
                                        size_t tsallis_count, double *tsallis);

/// One measure of one order.
enum clau_measure_status clau_entropy_shannon(const double *weights, size_t count, double *entropy);
enum clau_measure_status clau_entropy_renyi(const double *weights, size_t count, double order,
                                            double *entropy);
enum clau_measure_status clau_entropy_tsallis(const double *weights, size_t count, double order,
                                              double *entropy);

/// Differential entropies, of the density f = p_i / width that is constant on each of count bins
/// of equal width (a length, an area, ...):
///
///     -int f ln f = H + ln width,   ln(int f^q) / (1-q) = R_q + ln width,
///     (1 - int f^q) / (q-1)   with   int f^q = width^(1-q) sum p_i^q.
///
/// They converge as the bins are refined, may be negative, and have units of ln(width); at q = 0
/// f^0 counts as 0 where f is 0. Tsallis at infinite q: 0 if the density's maximum is at most 1,
/// else -infinity, the limit. Errors as above, and CLAU_MEASURE_BAD_WIDTH unless
/// 0 < width < infinity.
enum clau_measure_status clau_entropy_shannon_differential(const double *weights, size_t count,
                                                           double width, double *entropy);
enum clau_measure_status clau_entropy_renyi_differential(const double *weights, size_t count,
                                                         double order, double width,
                                                         double *entropy);
enum clau_measure_status clau_entropy_tsallis_differential(const double *weights, size_t count,
                                                           double order, double width,
                                                           double *entropy);

/// Number of states with more than `share`, 0 to 1, of the largest weight: active modes of a
/// spectrum, for instance. Errors: those of the weights; CLAU_MEASURE_BAD_OPTION.
enum clau_measure_status clau_active_states(const double *weights, size_t count, double share,
                                            size_t *states);

#ifdef __cplusplus
}
#endif

#endif
