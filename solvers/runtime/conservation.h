// SPDX-License-Identifier: GPL-3.0-or-later
/// Drift of the conserved quantities over a run.
#ifndef CLAUSIUS_RUNTIME_CONSERVATION_H
#define CLAUSIUS_RUNTIME_CONSERVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "solvers/runtime/solver.h"

/// Over the observables of a run that are written, conserved, and a single number.
struct clau_conservation_record {
    size_t count;
    size_t *rows;    ///< index into the solver's observables
    double *initial; ///< value at the first observation of the run
    double *last;    ///< at the latest one
    double *drift;   ///< largest drift so far, as enum clau_conservation scales it
    bool begun;      ///< initial is set
};

/// Whether an observable is written in this run, is a single number, and is conserved.
bool clau_is_conserved(const struct clau_observable_row *row, const struct clau_setup *setup);

enum clau_status clau_conservation_init(struct clau_conservation_record *record,
                                        const struct clau_solver *solver,
                                        const struct clau_setup *setup, struct clau_error *error);
void clau_conservation_finish(struct clau_conservation_record *record);

/// Takes one observation; value(context, row) gives the number of an observable. CLAU_DIVERGED if
/// a conserved quantity is not finite, `t = 3.2: energy = nan: ...`; the record is then unchanged.
enum clau_status clau_conservation_observe(struct clau_conservation_record *record,
                                           const struct clau_solver *solver, double time,
                                           double (*value)(const void *context, size_t row),
                                           const void *context, struct clau_error *error);

/// Puts the record under names that begin with "run.", and gets it back.
void clau_conservation_save(const struct clau_conservation_record *record,
                            struct clau_checkpoint *checkpoint);
enum clau_status clau_conservation_restore(struct clau_conservation_record *record,
                                           const struct clau_checkpoint *checkpoint,
                                           struct clau_error *error);

#endif
