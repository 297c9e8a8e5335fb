// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/weights.h"

#include <math.h>

#include "diagnostics/total.h"

/// Whole numbers up to here are exact, and so are their sums.
static const double MOST_COUNTS = 0x1p53;

enum clau_measure_status clau_counts_check(const double *counts, size_t states, double *total) {
    double maximum;
    const enum clau_measure_status status = clau_weights_check(counts, states, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    double sum = 0.0;
    for (size_t i = 0; i < states; i++) {
        if (counts[i] != floor(counts[i]))
            return CLAU_MEASURE_NOT_A_COUNT;
        sum += counts[i];
    }
    if (!(sum < MOST_COUNTS))
        return CLAU_MEASURE_NOT_A_COUNT;
    *total = sum;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_weights_normalise(const double *weights, size_t count,
                                                double *shares) {
    double maximum;
    const enum clau_measure_status status = clau_weights_check(weights, count, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    struct clau_total total = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&total, weights[i] / maximum);
    const double sum = clau_total_value(total);
    for (size_t i = 0; i < count; i++)
        shares[i] = weights[i] / maximum / sum;
    return CLAU_MEASURE_OK;
}

double clau_grassberger(double n) {
    static const double euler = 0.57721566490153286061;
    // G(2m) = G(2m+1) = ln 2 + psi(m + 1/2), psi(m + 1/2) = -gamma - 2 ln 2 + sum 2/(2k-1).
    const double m = floor(0.5 * n);
    if (m >= 32.0) {
        // psi's series in 1/m^2; the next term is 511/67584 m^-10 < 1e-17.
        const double x = 1.0 / (m * m);
        const double series =
            x * (1.0 / 24 - x * (7.0 / 960 - x * (31.0 / 8064 - x * (127.0 / 30720))));
        return M_LN2 + log(m) + series;
    }
    double sum = -euler - M_LN2;
    for (double k = 1.0; k <= m; k += 1.0)
        sum += 2.0 / (2.0 * k - 1.0);
    return sum;
}
