// SPDX-License-Identifier: GPL-3.0-or-later
/// The divergences' terms, written so that each is >= 0; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_DIVERGENCE_TERMS_H
#define CLAUSIUS_DIAGNOSTICS_DIVERGENCE_TERMS_H

#include <math.h>

/// p ln(p/q) - p + q for q > 0, whose sum over normalised p and q is D(p|q). q where p = 0.
static inline double clau_kullback_leibler_term(double p, double q) {
    if (p == 0.0)
        return q;
    if (q < 0.5 * p)
        return p * (log(p) - log(q)) - (p - q);
    const double change = (q - p) / p;
    if (isinf(change)) // p next to the smallest number
        return q;
    return p * (change - log1p(change));
}

/// [p ln(p/m) + q ln(q/m)] / 2 with m = (p+q)/2. With d = (q-p)/(p+q) it is
/// m/2 [(1-d) ln(1-d) + (1+d) ln(1+d)] = m/2 [2 d artanh d + ln(1 - d^2)].
static inline double clau_jensen_shannon_term(double p, double q) {
    const double m = 0.5 * p + 0.5 * q;
    if (m == 0.0)
        return 0.0;
    const double d = 0.5 * (q - p) / m, rest = 1.0 - fabs(d);
    if (rest <= 0.0)
        return m * M_LN2;
    if (fabs(d) > 0.5)
        return 0.5 * m * (rest * log(rest) + (2.0 - rest) * log(2.0 - rest));
    return 0.5 * m * (2.0 * d * atanh(d) + log1p(-d * d));
}

#endif
