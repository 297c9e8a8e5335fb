// SPDX-License-Identifier: GPL-3.0-or-later
/// The keys that every solver has: top level, [time], [output], [diagnostics].
#ifndef CLAUSIUS_RUNTIME_RUN_PARAMETERS_H
#define CLAUSIUS_RUNTIME_RUN_PARAMETERS_H

#include <stddef.h>

#include "solvers/runtime/schedule.h"
#include "solvers/runtime/solver.h"

extern const struct clau_parameter clau_run_parameter_table[];
extern const size_t clau_run_parameter_count;

/// Fills the computed defaults (the cadences) and checks what a single row cannot. Errors:
/// CLAU_BAD_INPUT about a key of the document.
enum clau_status clau_run_parameters_complete(struct clau_run_parameters *run,
                                              const struct clau_toml *config,
                                              struct clau_error *error);

/// The schedule of the run from its beginning.
struct clau_schedule clau_run_schedule(const struct clau_run_parameters *run);

#endif
