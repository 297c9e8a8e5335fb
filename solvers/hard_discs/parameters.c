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
    {.key = "macrostate.split",
     .type = CLAU_BOOLEAN,
     .offset = OFFSET(split),
     .fallback = "false",
     .description = "sum up what dispersal and collisions each do to the entropy"},
    {.key = "ensemble.runs",
     .type = CLAU_INTEGER,
     .offset = OFFSET(runs),
     .fallback = "1",
     .range = CLAU_BETWEEN(1, 1000000),
     .description = "independent gases, each with random numbers of its own; above 1 an observable "
                    "is their mean, beside its standard error"},
    {.key = "measures.velocity_bins",
     .type = CLAU_INTEGER,
     .offset = OFFSET(histogram_bins),
     .fallback = "0",
     .range = CLAU_BETWEEN(0, 100000),
     .description = "bins of the distribution of a velocity component; 0: not measured"},
    {.key = "measures.velocity_range",
     .type = CLAU_REAL,
     .offset = OFFSET(histogram_range),
     .fallback = "5.0",
     .range = CLAU_ABOVE(0),
     .unit = "sqrt(energy_per_particle)",
     .description = "the bins cover components from -range to range"},
    {.key = "measures.radial_bins",
     .type = CLAU_INTEGER,
     .offset = OFFSET(radial_bins),
     .fallback = "0",
     .range = CLAU_BETWEEN(0, 100000),
     .description = "bins of the radial distribution function; 0: not measured"},
    {.key = "measures.radial_range",
     .type = CLAU_REAL,
     .offset = OFFSET(radial_range),
     .computed = "5, or less where the domain is smaller",
     .range = CLAU_ABOVE(0),
     .unit = "diameter",
     .description = "the bins cover distances up to it; at most half a periodic side, and a walled "
                    "side less a diameter"},
    {.key = "measures.hexatic_order",
     .type = CLAU_BOOLEAN,
     .offset = OFFSET(hexatic_order),
     .fallback = "false",
     .description = "measure the hexatic order |psi_6|"},
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

struct clau_rectangle hd_rectangle_of(const struct hd_parameters *p) {
    const double rim = 0.5 * hd_diameter(p);
    struct clau_rectangle rectangle;
    for (int k = 0; k < 2; k++) {
        rectangle.periodic[k] = p->boundary[k] == HD_PERIODIC;
        rectangle.low[k] = rectangle.periodic[k] ? 0.0 : rim;
        rectangle.high[k] = p->size[k] - rectangle.low[k];
    }
    return rectangle;
}

double hd_radial_reach(const struct hd_parameters *p) {
    const struct clau_rectangle rectangle = hd_rectangle_of(p);
    return fmin(p->radial_range * hd_diameter(p), clau_radial_distribution_limit(&rectangle));
}

struct clau_boltzmann_cells hd_macrostate(const struct hd_parameters *p, size_t macrostate) {
    const double unit = sqrt(p->energy);
    return (struct clau_boltzmann_cells){
        (size_t)p->position_cells.values[0],
        (size_t)p->position_cells.values[1],
        p->size[0],
        p->size[1],
        p->velocity_cell.values[macrostate] * unit,
        p->velocity_range * unit,
    };
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

static enum clau_status complete_radial(struct hd_parameters *p, const struct clau_toml *config,
                                        struct clau_error *error) {
    const struct clau_rectangle rectangle = hd_rectangle_of(p);
    const double d = hd_diameter(p), limit = clau_radial_distribution_limit(&rectangle) / d;
    if (isnan(p->radial_range))
        p->radial_range = fmin(5.0, limit);
    if (p->radial_bins == 0)
        return CLAU_OK;
    if (d == 0.0)
        return clau_toml_complain(config, "measures.radial_bins", error,
                                  "need discs of a diameter above 0");
    if (p->particles < 2)
        return clau_toml_complain(config, "measures.radial_bins", error, "need two discs or more");
    // The default as --print-config writes it may be beyond the limit by a rounding.
    if (p->radial_range > limit * (1.0 + 1e-12))
        return clau_toml_complain(config, "measures.radial_range", error,
                                  "must be at most %.15g diameters in this domain", limit);
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
        status = complete_radial(p, config, error);
    if (status == CLAU_OK)
        status = hd_initial_check(p, config, error);
    return status;
}
