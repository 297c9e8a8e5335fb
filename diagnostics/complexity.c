// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/complexity.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/divergence_terms.h"
#include "diagnostics/entropy.h"
#include "diagnostics/total.h"
#include "diagnostics/weights.h"
#include "numerics/memory.h"

/// J of a single state and the uniform distribution: 1/Q. The header's Q without differences of
/// large numbers.
static double largest_divergence(double n) { return M_LN2 - 0.5 * (log1p(1.0 / n) + log1p(n) / n); }

enum clau_measure_status clau_complexity(const double *weights, size_t count,
                                         struct clau_complexity *result) {
    double entropy;
    enum clau_measure_status status = clau_entropy_shannon(weights, count, &entropy);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count < 2)
        return CLAU_MEASURE_TOO_FEW;
    double *shares = clau_allocate(count, sizeof *shares);
    if (shares == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    status = clau_weights_normalise(weights, count, shares);
    if (status == CLAU_MEASURE_OK) {
        const double n = (double)count, uniform = 1.0 / n, h = entropy / log(n);
        struct clau_total divergence = {0.0, 0.0}, squares = {0.0, 0.0};
        for (size_t i = 0; i < count; i++) {
            const double apart = shares[i] - uniform;
            clau_total_add(&divergence, clau_jensen_shannon_term(shares[i], uniform));
            clau_total_add(&squares, apart * apart);
        }
        *result = (struct clau_complexity){
            .entropy = h,
            .jensen_shannon = h * clau_total_value(divergence) / largest_divergence(n),
            .lmc = h * clau_total_value(squares),
        };
    }
    free(shares);
    return status;
}
