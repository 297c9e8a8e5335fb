// SPDX-License-Identifier: GPL-3.0-or-later
/// Shannon's entropy of the distribution that counts are a sample of, in nats, with an error bar.
///
/// n_i of N samples were found in state i, K states were found at all, f_1 of them once.
///
///     plug-in        H = -sum p_i ln p_i with p_i = n_i/N: too low, by (K-1)/2N at first order
///     Miller-Madow   plug-in + (K-1)/2N                                      G. A. Miller 1955
///     Grassberger    ln N - (1/N) sum n_i G(n_i),
///                    G(n) = psi(n) + (-1)^n [psi((n+1)/2) - psi(n/2)] / 2
///                                               P. Grassberger, arXiv:physics/0307138 (2003)
///     Chao-Shen      -sum q_i ln q_i / (1 - (1-q_i)^N), q_i = C n_i/N, C = 1 - f_1/N
///                                               A. Chao, T.-J. Shen, Environ. Ecol. Stat. 10,
///                                               429 (2003)
///
/// Where every state was found once, C would be 0: then f_1 counts as N - 1, so that C = 1/N. One
/// sample gives 0, but ln 2 + gamma = 1.27 by Grassberger's form.
///
/// Standard errors: of Grassberger's form, a mean over the samples, s/sqrt(N) with s the deviation
/// of G(n_i) over the samples; of the others, that of the jackknife that leaves out one sample at a
/// time (B. Efron, C. Stein 1981), sqrt((N-1)/N sum (H_(-j) - mean)^2). They know the scatter and
/// not the bias, and are too large, by half, for a uniform distribution with few samples a state.
/// They are for independent samples; for a series see bootstrap.h.
#ifndef CLAUSIUS_DIAGNOSTICS_ESTIMATORS_H
#define CLAUSIUS_DIAGNOSTICS_ESTIMATORS_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_estimator {
    CLAU_ESTIMATOR_PLUG_IN,
    CLAU_ESTIMATOR_MILLER_MADOW,
    CLAU_ESTIMATOR_GRASSBERGER,
    CLAU_ESTIMATOR_CHAO_SHEN,
};

/// Entropy of counts[states]; states with 0 do not matter. standard_error may be NULL.
///
/// Counts are whole numbers; the plug-in without a standard error takes any weights. Errors:
/// CLAU_MEASURE_EMPTY, _ZERO_SUM, _NOT_A_NUMBER, _NEGATIVE, _INFINITE; _NOT_A_COUNT (not whole, or
/// the sum not below 2^53); _TOO_FEW (a standard error of one sample); _BAD_OPTION (no such
/// estimator); _OUT_OF_MEMORY. Outputs are set on success only. Pure; O(states), and with a
/// standard error O(states log states) and memory for the different counts.
enum clau_measure_status clau_entropy_estimate(const double *counts, size_t states,
                                               enum clau_estimator estimator, double *entropy,
                                               double *standard_error);

#ifdef __cplusplus
}
#endif

#endif
