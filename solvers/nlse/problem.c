// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/problem.h"

#include "numerics/memory.h"

double *nlse_potential_values(const struct nlse_problem *problem, size_t points) {
    struct clau_grid grid;
    if (!clau_grid_init(&grid, points, problem->grid->length))
        return NULL;
    double *values = clau_allocate(points, sizeof *values);
    for (size_t j = 0; values != NULL && j < points; j++)
        values[j] = nlse_potential(problem, grid.x[j]);
    clau_grid_finish(&grid);
    return values;
}
