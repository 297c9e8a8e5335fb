// SPDX-License-Identifier: GPL-3.0-or-later
/// The entropies of one distribution that [diagnostics] asks for, at an output time, and the rows
/// of a solver's table that hand them out.
#ifndef CLAUSIUS_RUNTIME_ENTROPIES_H
#define CLAUSIUS_RUNTIME_ENTROPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "solvers/runtime/solver.h"

struct clau_entropy_set {
    double shannon;
    double *renyi, *tsallis; ///< [number of orders] owned
};

/// Makes room for the orders of the run; false when out of memory.
bool clau_entropy_set_init(struct clau_entropy_set *set, const struct clau_run_parameters *run);
void clau_entropy_set_finish(struct clau_entropy_set *set);

/// Whether the run asks for the entropy.
bool clau_entropy_wanted(const struct clau_run_parameters *run, enum clau_entropy entropy);

/// Computes what the run asks for, of weights [count] >= 0. A distribution without an entropy (all
/// weights 0, or one negative) has NaN, the file's mark of a missing value.
void clau_entropy_set_compute(struct clau_entropy_set *set, const struct clau_run_parameters *run,
                              const double *weights, size_t count);

/// Defines the functions of a distribution's rows, for a model with members `run` and
/// `what_entropies` (a struct clau_entropy_set).
#define CLAU_ENTROPY_FUNCTIONS(model_type, what)                                                   \
    static void what##_shannon(void *model, double *out) {                                         \
        *out = ((const model_type *)model)->what##_entropies.shannon;                              \
    }                                                                                              \
    static void what##_renyi(void *model, double *out) {                                           \
        const model_type *self = model;                                                            \
        memcpy(out, self->what##_entropies.renyi, self->run->renyi_orders.count * sizeof *out);    \
    }                                                                                              \
    static void what##_tsallis(void *model, double *out) {                                         \
        const model_type *self = model;                                                            \
        memcpy(out, self->what##_entropies.tsallis,                                                \
               self->run->tsallis_orders.count * sizeof *out);                                     \
    }

/// The conditions that the rows refer to.
bool clau_entropy_has_shannon(const struct clau_setup *setup);
bool clau_entropy_has_renyi(const struct clau_setup *setup);
bool clau_entropy_has_tsallis(const struct clau_setup *setup);

#define CLAU_ENTROPY_ROW(name_text, of, dimension_name, condition, function)                       \
    {                                                                                              \
        .name = name_text, .long_name = of, .units = "1", .dimension = dimension_name,             \
        .enabled = condition, .compute = function                                                  \
    }

/// The three rows of a distribution.
#define CLAU_ENTROPY_ROWS(what, of)                                                                \
    CLAU_ENTROPY_ROW(#what "_shannon", "Shannon entropy of " of, NULL, clau_entropy_has_shannon,   \
                     what##_shannon),                                                              \
        CLAU_ENTROPY_ROW(#what "_renyi", "Renyi entropy of " of, "renyi_order",                    \
                         clau_entropy_has_renyi, what##_renyi),                                    \
        CLAU_ENTROPY_ROW(#what "_tsallis", "Tsallis entropy of " of, "tsallis_order",              \
                         clau_entropy_has_tsallis, what##_tsallis)

#endif
