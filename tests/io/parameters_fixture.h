// SPDX-License-Identifier: GPL-3.0-or-later
/// A small configuration with a row of every type, for the tests of io/parameters.
#ifndef CLAUSIUS_TESTS_IO_PARAMETERS_FIXTURE_H
#define CLAUSIUS_TESTS_IO_PARAMETERS_FIXTURE_H

#include "io/parameters.h"
#include "tests/approx.h"

struct run {
    char *solver, *title;
    int64_t seed;
    double end, snapshot_every;
    bool snapshots;
    int precision;
    uint64_t entropies;
    struct clau_reals orders;
    struct clau_variants measures;
};

struct model {
    int64_t points;
    double length, nonlinearity;
    struct clau_integers cells;
    struct clau_variant potential, integrator;
    struct clau_variants initial;
    struct clau_variants ramps;
};

struct dop853 {
    double relative_tolerance;
    int dealias;
};

struct split_step {
    int64_t order;
    double step;
};

struct harmonic {
    double frequency;
};

struct soliton {
    double amplitude, velocity;
};

struct from_file {
    char *path;
    struct clau_reals shift;
};

struct ramp {
    char *key;
    double from;
};

struct measure {
    char *of;
};

static const struct clau_choice precisions[] = {{"double", "8 bytes"}, {"single", "4 bytes"}};
static const struct clau_choice entropies[] = {
    {"shannon", "of order one"}, {"renyi", NULL}, {"tsallis", NULL}};
static const struct clau_choice dealiasings[] = {
    {"none", "all modes"}, {"two-thirds", "Orszag's rule"}, {"padded", NULL}};

#define ROWS(array) array, sizeof(array) / sizeof(array)[0]
#define CHOICES(array) .choices = array, .choice_count = sizeof(array) / sizeof(array)[0]

static const struct clau_parameter measure_rows[] = {
    {.key = "of",
     .type = CLAU_STRING,
     .offset = offsetof(struct measure, of),
     .required = true,
     .description = "variable"},
};
static const struct clau_kind measure_kind[] = {
    {"measure", NULL, ROWS(measure_rows), sizeof(struct measure)}};
static const struct clau_kinds measures = {"measures", NULL, measure_kind, 1};

static const struct clau_parameter run_rows[] = {
    {.key = "solver",
     .type = CLAU_STRING,
     .offset = offsetof(struct run, solver),
     .required = true,
     .description = "name of the solver"},
    {.key = "title",
     .type = CLAU_STRING,
     .offset = offsetof(struct run, title),
     .description = "a line \"about\" it"},
    {.key = "seed",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct run, seed),
     .fallback = "0",
     .description = "of the random numbers"},
    {.key = "time.end",
     .type = CLAU_REAL,
     .offset = offsetof(struct run, end),
     .required = true,
     .range = CLAU_ABOVE(0),
     .unit = "1",
     .description = "simulated time at which to stop"},
    {.key = "time.snapshot_every",
     .type = CLAU_REAL,
     .offset = offsetof(struct run, snapshot_every),
     .computed = "time.end / 100",
     .range = CLAU_ABOVE(0),
     .description = "between snapshots"},
    {.key = "output.snapshots",
     .type = CLAU_BOOLEAN,
     .offset = offsetof(struct run, snapshots),
     .fallback = "true",
     .description = "write the state"},
    {.key = "output.precision",
     .type = CLAU_CHOICE,
     .offset = offsetof(struct run, precision),
     .fallback = "\"double\"",
     CHOICES(precisions),
     .description = "of the state"},
    {.key = "diagnostics.entropies",
     .type = CLAU_CHOICES,
     .offset = offsetof(struct run, entropies),
     .fallback = "[\"shannon\", \"renyi\"]",
     CHOICES(entropies),
     .description = "which"},
    {.key = "diagnostics.orders",
     .type = CLAU_REALS,
     .offset = offsetof(struct run, orders),
     .fallback = "[0.5, 2.0]",
     .range = CLAU_AT_LEAST(0),
     .minimum_count = 1,
     .maximum_count = 4,
     .description = "orders q"},
    {.key = "diagnostics.measure",
     .type = CLAU_VARIANTS,
     .offset = offsetof(struct run, measures),
     .kinds = &measures,
     .description = "measures of one's own"},
};

static const struct clau_parameter harmonic_rows[] = {
    {.key = "frequency",
     .type = CLAU_REAL,
     .offset = offsetof(struct harmonic, frequency),
     .fallback = "1.0",
     .range = CLAU_FINITE,
     .unit = "rad",
     .description = "frequency"},
};
static const struct clau_kind potential_kinds[] = {
    {"none", "free", NULL, 0, 0},
    {"harmonic", "w^2 x^2/2", ROWS(harmonic_rows), sizeof(struct harmonic)},
};
static const struct clau_kinds potentials = {"potentials", "kind", potential_kinds, 2};

static const struct clau_parameter dop853_rows[] = {
    {.key = "relative_tolerance",
     .type = CLAU_REAL,
     .offset = offsetof(struct dop853, relative_tolerance),
     .fallback = "1e-10",
     .range = CLAU_INSIDE(0, 1),
     .description = "error of a step"},
    {.key = "dealias",
     .type = CLAU_CHOICE,
     .offset = offsetof(struct dop853, dealias),
     .fallback = "\"none\"",
     CHOICES(dealiasings),
     .description = "removal of aliases"},
};
static const struct clau_parameter split_step_rows[] = {
    {.key = "order",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct split_step, order),
     .fallback = "4",
     .range = CLAU_BETWEEN(2, 6),
     .description = "order"},
    {.key = "step",
     .type = CLAU_REAL,
     .offset = offsetof(struct split_step, step),
     .computed = "from the grid",
     .range = CLAU_ABOVE(0),
     .description = "time step"},
};
static const struct clau_kind integrator_kinds[] = {
    {"dop853", "Dormand and Prince", ROWS(dop853_rows), sizeof(struct dop853)},
    {"split-step", "Strang", ROWS(split_step_rows), sizeof(struct split_step)},
};
static const struct clau_kinds integrators = {"integrators", "method", integrator_kinds, 2};

static const struct clau_parameter soliton_rows[] = {
    {.key = "amplitude",
     .type = CLAU_REAL,
     .offset = offsetof(struct soliton, amplitude),
     .required = true,
     .range = CLAU_ABOVE(0),
     .description = "height"},
    {.key = "velocity",
     .type = CLAU_REAL,
     .offset = offsetof(struct soliton, velocity),
     .fallback = "0",
     .range = CLAU_FINITE,
     .description = "speed"},
};
static const struct clau_parameter file_rows[] = {
    {.key = "path",
     .type = CLAU_STRING,
     .offset = offsetof(struct from_file, path),
     .required = true,
     .description = "file to read"},
    {.key = "shift",
     .type = CLAU_REALS,
     .offset = offsetof(struct from_file, shift),
     .description = "move it"},
};
static const struct clau_kind initial_kinds[] = {
    {"soliton", "a sech", ROWS(soliton_rows), sizeof(struct soliton)},
    {"file", "from a file", ROWS(file_rows), sizeof(struct from_file)},
};
static const struct clau_kinds initials = {"initial", "kind", initial_kinds, 2};

static const struct clau_parameter ramp_rows[] = {
    {.key = "key",
     .type = CLAU_STRING,
     .offset = offsetof(struct ramp, key),
     .required = true,
     .description = "what changes"},
    {.key = "from",
     .type = CLAU_REAL,
     .offset = offsetof(struct ramp, from),
     .fallback = "0",
     .description = "value before"},
};
static const struct clau_kind ramp_kind[] = {{"ramp", NULL, ROWS(ramp_rows), sizeof(struct ramp)}};
static const struct clau_kinds ramps = {"ramps", NULL, ramp_kind, 1};

static const struct clau_parameter model_rows[] = {
    {.key = "grid.points",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct model, points),
     .required = true,
     .range = CLAU_AT_LEAST(8),
     .description = "number of grid points"},
    {.key = "grid.length",
     .type = CLAU_REAL,
     .offset = offsetof(struct model, length),
     .fallback = "10",
     .range = CLAU_ABOVE(0),
     .description = "length of the box"},
    {.key = "grid.cells",
     .type = CLAU_INTEGERS,
     .offset = offsetof(struct model, cells),
     .range = CLAU_AT_LEAST(1),
     .maximum_count = 2,
     .description = "coarse cells"},
    {.key = "equation.nonlinearity",
     .type = CLAU_REAL,
     .offset = offsetof(struct model, nonlinearity),
     .fallback = "1",
     .range = CLAU_FINITE,
     .description = "g"},
    {.key = "equation.potential",
     .type = CLAU_VARIANT,
     .offset = offsetof(struct model, potential),
     .fallback = "none",
     .kinds = &potentials,
     .description = "external potential"},
    {.key = "integrator",
     .type = CLAU_VARIANT,
     .offset = offsetof(struct model, integrator),
     .fallback = "dop853",
     .kinds = &integrators,
     .description = "time integration"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = offsetof(struct model, initial),
     .minimum_count = 1,
     .kinds = &initials,
     .description = "initial conditions, superposed"},
    {.key = "ramp",
     .type = CLAU_VARIANTS,
     .offset = offsetof(struct model, ramps),
     .kinds = &ramps,
     .description = "parameters that change"},
};

/// Both structs, and the groups that point to them.
struct setup {
    struct run run;
    struct model model;
    struct clau_parameter_group groups[2];
};

static inline void setup_start(struct setup *setup) {
    *setup = (struct setup){
        .groups = {{ROWS(run_rows), &setup->run}, {ROWS(model_rows), &setup->model}}};
}

/* Documents */

#define HEAD "solver = \"nlse\"\ntime.end = 2.0\ngrid.points = 16\n"
#define TAIL "[[initial]]\nkind = \"soliton\"\namplitude = 1.0\n"

static inline struct clau_toml *parse(const char *text, const char *name) {
    struct clau_error error = {.message = ""};
    struct clau_toml *document = NULL;
    if (clau_toml_parse_text(text, name, &document, &error) != CLAU_OK)
        fail_msg("%s", error.message);
    return document;
}

static inline void override(struct clau_toml *document, const char *assignment) {
    struct clau_error error = {.message = ""};
    if (clau_toml_override(document, assignment, &error) != CLAU_OK)
        fail_msg("%s", error.message);
}

static inline void read_document(const struct clau_toml *document, struct setup *setup) {
    struct clau_error error = {.message = ""};
    setup_start(setup);
    if (clau_parameters_read(document, setup->groups, 2, &error) != CLAU_OK)
        fail_msg("%s", error.message);
}

static inline void read_text(const char *text, struct setup *setup) {
    struct clau_toml *document = parse(text, "c.toml");
    read_document(document, setup);
    clau_toml_destroy(document);
}

/// A document that gives a key of every type.
static inline const char *everything(void) {
    return "solver = \"nlse\"\n"
           "title = \"a \\\"b\\\"\\n\\u0001 \u00e9\"\n"
           "seed = -9223372036854775808\n"
           "[time]\n"
           "end = 7\n"
           "snapshot_every = 0.1\n"
           "[output]\n"
           "snapshots = false\n"
           "precision = \"single\"\n"
           "[diagnostics]\n"
           "entropies = [\"tsallis\", \"shannon\", \"tsallis\"]\n"
           "orders = [1, 0.25, inf]\n"
           "[grid]\n"
           "points = 64\n"
           "cells = [4, 2]\n"
           "[integrator]\n"
           "method = \"split-step\"\n"
           "order = 6\n"
           "[equation]\n"
           "potential = { kind = \"harmonic\", frequency = 0.5 }\n"
           "nonlinearity = -1\n"
           "[[initial]]\n"
           "kind = \"file\"\n"
           "path = \"a.nc\"\n"
           "shift = [0.1]\n"
           "[[ramp]]\n"
           "key = \"school.noise\"\n"
           "[[initial]]\n"
           "velocity = 1.5\n"
           "amplitude = 2\n"
           "kind = \"soliton\"\n"
           "[[diagnostics.measure]]\n"
           "of = \"psi\"\n";
}

#endif
