// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/entropies.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/entropy.h"

bool clau_entropy_set_init(struct clau_entropy_set *set, const struct clau_run_parameters *run) {
    set->renyi = calloc(run->renyi_orders.count + 1, sizeof *set->renyi);
    set->tsallis = calloc(run->tsallis_orders.count + 1, sizeof *set->tsallis);
    return set->renyi != NULL && set->tsallis != NULL;
}

void clau_entropy_set_finish(struct clau_entropy_set *set) {
    free(set->renyi);
    free(set->tsallis);
    *set = (struct clau_entropy_set){0};
}

bool clau_entropy_wanted(const struct clau_run_parameters *run, enum clau_entropy entropy) {
    return (run->entropies >> entropy & 1) != 0;
}

bool clau_entropy_has_shannon(const struct clau_setup *setup) {
    return clau_entropy_wanted(setup->run, CLAU_SHANNON);
}

bool clau_entropy_has_renyi(const struct clau_setup *setup) {
    return clau_entropy_wanted(setup->run, CLAU_RENYI);
}

bool clau_entropy_has_tsallis(const struct clau_setup *setup) {
    return clau_entropy_wanted(setup->run, CLAU_TSALLIS);
}

void clau_entropy_set_compute(struct clau_entropy_set *set, const struct clau_run_parameters *run,
                              const double *weights, size_t count) {
    const size_t renyi = clau_entropy_wanted(run, CLAU_RENYI) ? run->renyi_orders.count : 0;
    const size_t tsallis = clau_entropy_wanted(run, CLAU_TSALLIS) ? run->tsallis_orders.count : 0;
    double *shannon = clau_entropy_wanted(run, CLAU_SHANNON) ? &set->shannon : NULL;
    const enum clau_measure_status status =
        clau_entropies(weights, count, shannon, run->renyi_orders.values, renyi, set->renyi,
                       run->tsallis_orders.values, tsallis, set->tsallis);
    if (status == CLAU_MEASURE_OK) {
        return;
    }
    set->shannon = NAN;
    for (size_t i = 0; i < renyi; i++) {
        set->renyi[i] = NAN;
    }
    for (size_t i = 0; i < tsallis; i++) {
        set->tsallis[i] = NAN;
    }
}
