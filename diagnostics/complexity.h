// SPDX-License-Identifier: GPL-3.0-or-later
/// Statistical complexity of a distribution: 0 both for order and for disorder.
///
/// weights[count] need not be normalised; p are their shares, n = count the number of possible
/// states, also of those with weight 0 (for ordinal patterns of order m: m!). With the normalised
/// entropy h = H/ln n:
///
///     Jensen-Shannon complexity   C = Q h J(p, uniform)
///         Q = -2 / [(n+1)/n ln(n+1) - 2 ln(2n) + ln n], so that Q J <= 1, 1 for a single state.
///         P. W. Lamberti et al., Physica A 334, 119 (2004); O. A. Rosso et al., Phys. Rev. Lett.
///         99, 154102 (2007)
///     LMC complexity              h sum (p - 1/n)^2
///         R. Lopez-Ruiz, H. L. Mancini, X. Calbet, Phys. Lett. A 209, 321 (1995). Others write
///         the disequilibrium times n: the result is then n times this one.
#ifndef CLAUSIUS_DIAGNOSTICS_COMPLEXITY_H
#define CLAUSIUS_DIAGNOSTICS_COMPLEXITY_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_complexity {
    double entropy;        ///< h, 0 to 1
    double jensen_shannon; ///< C, 0 to below 1/2
    double lmc;
};

/// Errors: those of the weights (entropy.h); CLAU_MEASURE_TOO_FEW for one state, where h is 0/0;
/// _OUT_OF_MEMORY. Pure; *result is set on success only.
enum clau_measure_status clau_complexity(const double *weights, size_t count,
                                         struct clau_complexity *result);

#ifdef __cplusplus
}
#endif

#endif
