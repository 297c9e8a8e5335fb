// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/klein_gordon/problem.h"

#include <math.h>

double kg_largest_wavenumber(const struct kg_problem *problem) {
    // Of an antiperiodic grid the largest |k| is half a mode below.
    const double half = problem->closing == CLAU_ANTIPERIODIC ? 0.5 : 0.0;
    const double most = floor(0.5 * (double)problem->grid->points) - half;
    return 2.0 * M_PI * most / problem->grid->length;
}
