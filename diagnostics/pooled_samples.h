// SPDX-License-Identifier: GPL-3.0-or-later
/// Samples put together in order, as tests by ranks need them; for the inside of diagnostics, not
/// installed.
#ifndef CLAUSIUS_DIAGNOSTICS_POOLED_SAMPLES_H
#define CLAUSIUS_DIAGNOSTICS_POOLED_SAMPLES_H

#include <stddef.h>

#include "diagnostics/hypothesis_tests.h"
#include "diagnostics/status.h"

#pragma GCC visibility push(hidden)

struct clau_pooled_value {
    double value;
    size_t group;
};

struct clau_pool {
    struct clau_pooled_value *sorted; ///< [count]
    size_t count;
};

/// Errors: CLAU_MEASURE_EMPTY (also of one sample), _NOT_A_NUMBER, _INFINITE, _OUT_OF_MEMORY; then
/// there is nothing to free. Else free(pool->sorted).
enum clau_measure_status clau_pool(const struct clau_sample *samples, size_t groups,
                                   struct clau_pool *pool);

/// The values from first on that are tied: the index after the last of them.
size_t clau_pool_tie(const struct clau_pool *pool, size_t first);

/// Adds up the ranks of each group, 1 ... count, tied ones sharing their mean. rank_sums: [groups].
/// Returns sum t^3 - t over the ties of t values.
double clau_pool_ranks(const struct clau_pool *pool, size_t groups, double *rank_sums);

#pragma GCC visibility pop

#endif
