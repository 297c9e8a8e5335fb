// SPDX-License-Identifier: GPL-3.0-or-later
/// A sum that carries its rounding errors along (A. Neumaier's variant of Kahan's summation); for
/// the inside of diagnostics, not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_TOTAL_H
#define CLAUSIUS_DIAGNOSTICS_TOTAL_H

#include <math.h>

/// sum + error is the total; starts as {0.0, 0.0}.
struct clau_total {
    double sum, error;
};

static inline void clau_total_add(struct clau_total *total, double term) {
    const double sum = total->sum + term;
    if (fabs(total->sum) >= fabs(term)) {
        total->error += (total->sum - sum) + term;
    } else {
        total->error += (term - sum) + total->sum;
    }
    total->sum = sum;
}

static inline double clau_total_value(struct clau_total total) { return total.sum + total.error; }

#endif
