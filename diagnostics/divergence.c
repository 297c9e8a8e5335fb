// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/divergence.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/divergence_terms.h"
#include "diagnostics/total.h"
#include "diagnostics/weights.h"
#include "numerics/memory.h"

static enum clau_measure_status kullback_leibler(const double *p, const double *q, size_t count,
                                                 double *divergence) {
    struct clau_total sum = {0.0, 0.0};
    for (size_t i = 0; i < count; i++) {
        if (q[i] == 0.0 && p[i] > 0.0)
            return CLAU_MEASURE_NOT_DOMINATED;
        clau_total_add(&sum, clau_kullback_leibler_term(p[i], q[i]));
    }
    *divergence = clau_total_value(sum);
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status jensen_shannon(const double *p, const double *q, size_t count,
                                               double *divergence) {
    struct clau_total sum = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        clau_total_add(&sum, clau_jensen_shannon_term(p[i], q[i]));
    *divergence = clau_total_value(sum);
    return CLAU_MEASURE_OK;
}

typedef enum clau_measure_status divergence_of(const double *p, const double *q, size_t count,
                                               double *divergence);

static enum clau_measure_status of_shares(divergence_of *measure, const double *first,
                                          const double *second, size_t count, double *divergence) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    double *p = clau_allocate(count, sizeof *p), *q = clau_allocate(count, sizeof *q);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (p != NULL && q != NULL)
        status = clau_weights_normalise(first, count, p);
    if (status == CLAU_MEASURE_OK)
        status = clau_weights_normalise(second, count, q);
    if (status == CLAU_MEASURE_OK)
        status = measure(p, q, count, divergence);
    free(p);
    free(q);
    return status;
}

enum clau_measure_status clau_divergence_kullback_leibler(const double *first, const double *second,
                                                          size_t count, double *divergence) {
    return of_shares(kullback_leibler, first, second, count, divergence);
}

enum clau_measure_status clau_divergence_jensen_shannon(const double *first, const double *second,
                                                        size_t count, double *divergence) {
    return of_shares(jensen_shannon, first, second, count, divergence);
}
