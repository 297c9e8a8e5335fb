// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of the hard-disc gas, and what one key must be beside another.
#include <assert.h>
#include <math.h>

#include "solvers/hard_discs/hard_discs.h"

// ---- keys -------------------------------------------------------------------------------------

static const struct clau_choice boundaries[] = {
    [HD_WALL] = {"wall", "hard walls, that discs touch with their rim"},
    [HD_PERIODIC] = {"periodic", "the domain is repeated for ever"},
};

#define OFFSET(member) offsetof(struct hd_parameters, member)

/// Of a length or an energy: products of a few of them stay numbers.
#define MAGNITUDE CLAU_BETWEEN(1e-60, 1e60)

#define BOUNDARY_ROW(name, index)                                                                  \
    {                                                                                              \
        .key = "domain." name, .type = CLAU_CHOICE, .offset = OFFSET(boundary[index]),             \
        .fallback = "\"wall\"", .choices = boundaries,                                             \
        .choice_count = sizeof boundaries / sizeof *boundaries,                                    \
        .description = "what is at the ends of this axis"                                          \
    }

const struct clau_parameter hd_parameter_rows[] = {
    {.key = "gas.particles",
     .type = CLAU_INTEGER,
     .offset = OFFSET(particles),
     .fallback = "10000",
     .range = CLAU_BETWEEN(1, 100000000),
     .description = "number N of discs, of mass 1"},
    {.key = "gas.diameter",
     .type = CLAU_REAL,
     .offset = OFFSET(diameter),
     .computed = "from gas.packing_fraction",
     .range = {true, 0.0, INFINITY, false, true},
     .unit = "length",
     .description = "diameter d of the discs; 0: they do not collide. Either this or "
                    "packing_fraction is given"},
    {.key = "gas.packing_fraction",
     .type = CLAU_REAL,
     .offset = OFFSET(packing_fraction),
     .computed = "from gas.diameter",
     .range = CLAU_BETWEEN(0, 0.7),
     .description = "N pi d^2 / 4 over the area of the whole domain"},
    {.key = "gas.energy_per_particle",
     .type = CLAU_REAL,
     .offset = OFFSET(energy),
     .fallback = "1.0",
     .range = MAGNITUDE,
     .unit = "energy",
     .description = "kinetic energy / N: the temperature T"},
    {.key = "domain.width",
     .type = CLAU_REAL,
     .offset = OFFSET(size[0]),
     .fallback = "1.0",
     .range = MAGNITUDE,
     .unit = "length",
     .description = "of the domain along x, which starts at 0"},
    {.key = "domain.height",
     .type = CLAU_REAL,
     .offset = OFFSET(size[1]),
     .fallback = "1.0",
     .range = MAGNITUDE,
     .unit = "length",
     .description = "of the domain along y, which starts at 0"},
    BOUNDARY_ROW("boundary_x", 0),
    BOUNDARY_ROW("boundary_y", 1),
    {.key = "time.reverse_at",
     .type = CLAU_REAL,
     .offset = OFFSET(reverse_at),
     .computed = "never",
     .range = CLAU_ABOVE(0),
     .description = "time at which all velocities are turned round, once (Loschmidt)"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(initial),
     .maximum_count = 1,
     .kinds = &hd_initial_kinds,
     .description = "initial state; none: equilibrium"},
    {.key = "macrostate.position_cells",
     .type = CLAU_INTEGERS,
     .offset = OFFSET(position_cells),
     .fallback = "[16, 1]",
     .range = CLAU_BETWEEN(1, 1000000),
     .minimum_count = 2,
     .maximum_count = 2,
     .description = "cells of the macrostate along x and y"},
    {.key = "macrostate.velocity_cell",
     .type = CLAU_REALS,
     .offset = OFFSET(velocity_cell),
     .fallback = "[1.0, 0.5, 0.25]",
     .range = CLAU_ABOVE(0),
     .maximum_count = 64,
     .unit = "sqrt(energy_per_particle)",
     .description =
         "edges of the velocity cells, each a macrostate of its own; none: no entropies"},
    {.key = "macrostate.velocity_range",
     .type = CLAU_REAL,
     .offset = OFFSET(velocity_range),
     .fallback = "5.0",
     .range = CLAU_ABOVE(0),
     .unit = "sqrt(energy_per_particle)",
     .description = "components up to it, rounded up to whole cells, have velocity cells; one cell "
                    "beyond"},
    {.key = "ensemble.runs",
     .type = CLAU_INTEGER,
     .offset = OFFSET(runs),
     .fallback = "1",
     .range = CLAU_BETWEEN(1, 1000000),
     .description = "independent gases, each with random numbers of its own; above 1 an observable "
                    "is their mean, beside its standard error"},
};

static_assert(sizeof hd_parameter_rows / sizeof *hd_parameter_rows == HD_PARAMETER_ROWS,
              "the header counts the rows");

double hd_diameter(const struct hd_parameters *p) {
    if (!isnan(p->diameter))
        return p->diameter;
    return sqrt(4.0 / M_PI * p->packing_fraction * p->size[0] * p->size[1] / (double)p->particles);
}

struct hd_box hd_box_of(const struct hd_parameters *p) {
    struct hd_box box = {.diameter = hd_diameter(p)};
    for (int k = 0; k < 2; k++) {
        box.periodic[k] = p->boundary[k] == HD_PERIODIC;
        box.span[k] = p->size[k] - (box.periodic[k] ? 0.0 : box.diameter);
    }
    return box;
}

// ---- checks -----------------------------------------------------------------------------------

static enum clau_status check_domain(const struct hd_parameters *p, const struct clau_toml *config,
                                     struct clau_error *error) {
    static const char *const keys[] = {"domain.width", "domain.height"};
    const double d = hd_diameter(p);
    for (int k = 0; k < 2; k++) {
        const bool periodic = p->boundary[k] == HD_PERIODIC;
        const double least = periodic ? HD_LEAST_SPAN * (1.0 + 1e-9) * d : (1.0 + 1e-6) * d;
        if (p->size[k] <= least)
            return clau_toml_complain(config, keys[k], error,
                                      "must be more than %d diameter%s of the discs, %g",
                                      periodic ? HD_LEAST_SPAN : 1, periodic ? "s" : "",
                                      periodic ? HD_LEAST_SPAN * d : d);
    }
    return CLAU_OK;
}

static enum clau_status check_cells(const struct hd_parameters *p, const struct clau_toml *config,
                                    struct clau_error *error) {
    for (size_t k = 0; k < p->velocity_cell.count; k++) {
        const double number = p->velocity_range / p->velocity_cell.values[k];
        if (number > 1e5)
            return clau_toml_complain(config, "macrostate.velocity_cell", error,
                                      "%g must be at least 1e-5 of macrostate.velocity_range, %g",
                                      p->velocity_cell.values[k], p->velocity_range);
        const double places =
            (double)p->position_cells.values[0] * (double)p->position_cells.values[1];
        if (places * (4.0 * ceil(number) * ceil(number) + 1.0) >= 0x1p63)
            return clau_toml_complain(config, "macrostate.position_cells", error,
                                      "make more than 2^63 cells with velocity cells of %g",
                                      p->velocity_cell.values[k]);
    }
    return CLAU_OK;
}

enum clau_status hd_parameters_complete(void *values, const struct clau_run_parameters *run,
                                        const struct clau_toml *config, struct clau_error *error) {
    struct hd_parameters *p = values;
    (void)run;
    const bool diameter = !isnan(p->diameter), packing = !isnan(p->packing_fraction);
    if (diameter == packing)
        return clau_toml_complain(config, diameter ? "gas.packing_fraction" : "gas", error,
                                  diameter ? "and gas.diameter cannot both be given"
                                           : "needs diameter or packing_fraction");
    enum clau_status status = check_domain(p, config, error);
    if (status == CLAU_OK)
        status = check_cells(p, config, error);
    if (status == CLAU_OK)
        status = hd_initial_check(p, config, error);
    return status;
}
