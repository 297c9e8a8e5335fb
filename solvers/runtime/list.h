// SPDX-License-Identifier: GPL-3.0-or-later
/// --list: the tables of a solver, as text or JSON.
#ifndef CLAUSIUS_RUNTIME_LIST_H
#define CLAUSIUS_RUNTIME_LIST_H

#include <stdbool.h>
#include <stdio.h>

#include "solvers/runtime/solver.h"

/// topic: "keys", "state", "observables" or one of the solver's own ("initial", "integrators",
/// ...), a line or two an entry; the name of one entry, in full (`grid.points`, `initial.soliton`,
/// `mass`); "all": everything, in full. NULL: an overview of the topics; in JSON everything, an
/// object with a member for each topic. CLAU_BAD_INPUT names the topics there are.
enum clau_status clau_list(const struct clau_solver *solver, const char *topic, bool json,
                           FILE *stream, struct clau_error *error);

#endif
