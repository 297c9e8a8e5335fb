// SPDX-License-Identifier: GPL-3.0-or-later
/// The descriptors of all solvers, by name.
#ifndef CLAUSIUS_TESTS_FUZZ_SOLVERS_H
#define CLAUSIUS_TESTS_FUZZ_SOLVERS_H

#include <string.h>

#include "solvers/couzin/couzin.h"
#include "solvers/hard_discs/hard_discs.h"
#include "solvers/klein_gordon/klein_gordon.h"
#include "solvers/nlse/nlse.h"

enum { FUZZ_SOLVERS = 4 };

static const struct clau_solver *const fuzz_solvers[FUZZ_SOLVERS] = {
    &nlse_solver, &kg_solver, &couzin_solver, &hard_discs_solver};

/// Index of a solver; FUZZ_SOLVERS where there is none of the name.
static inline size_t fuzz_solver(const char *name) {
    size_t i = 0;
    while (i < FUZZ_SOLVERS && strcmp(fuzz_solvers[i]->name, name) != 0) {
        i++;
    }
    return i;
}

#endif
