// SPDX-License-Identifier: GPL-3.0-or-later
/// What a run will need, by the keys alone: nothing here has the size of the model.
#ifndef CLAUSIUS_RUNTIME_PLAN_H
#define CLAUSIUS_RUNTIME_PLAN_H

#include <stdint.h>

#include "solvers/runtime/run.h"

/// Points or particles up to which a dry run makes the state, to check it.
#define CLAU_CHECKED_STATE 1e5

struct clau_plan {
    struct clau_estimate estimate;
    uint64_t snapshots, observations;
    double memory; ///< bytes of the whole run at its peak, but for the libraries themselves
    double least;  ///< the same where it depends on the state: what is needed in any case
    double output; ///< bytes of the file, before compression
};

/// Fills the plan of a run that has its configuration and paths. Complains of what the keys have
/// wrong about the measures.
enum clau_status clau_plan_init(struct clau_plan *plan, const struct clau_run *run,
                                const struct clau_setup *setup, struct clau_error *error);

/// Before a run: CLAU_BAD_INPUT, told of the key, where the memory is out of the machine's reach;
/// a warning on stderr where it does not fit.
enum clau_status clau_plan_check_memory(const struct clau_plan *plan,
                                        const struct clau_setup *setup, struct clau_error *error);

/// --dry-run: the plan on stdout, and on stderr what does not fit. The run's model may be NULL: not
/// made, as it is too large.
void clau_plan_print(const struct clau_plan *plan, const struct clau_run *run,
                     const struct clau_setup *setup);

#endif
