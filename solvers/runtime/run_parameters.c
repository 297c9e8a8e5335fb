// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/run_parameters.h"

#include <math.h>

#include "solvers/runtime/measure_catalogue.h"

#define MEMBER(name) offsetof(struct clau_run_parameters, name)
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FINITE_AT_LEAST(a)                                                                         \
    { true, (a), INFINITY, false, true }

static const struct clau_choice precisions[] = {
    {"double", "8 bytes a number"},
    {"single", "4 bytes a number"},
};

static const struct clau_choice entropies[] = {
    [CLAU_SHANNON] = {"shannon", "-sum p ln p"},
    [CLAU_RENYI] = {"renyi", "ln(sum p^a) / (1 - a)"},
    [CLAU_TSALLIS] = {"tsallis", "(1 - sum p^q) / (q - 1)"},
};

const struct clau_parameter clau_run_parameter_table[] = {
    {.key = "solver",
     .type = CLAU_STRING,
     .offset = MEMBER(solver),
     .required = true,
     .description = "the solver this file is for"},
    {.key = "title",
     .type = CLAU_STRING,
     .offset = MEMBER(title),
     .description = "title of the run, kept in the output (else CONFIG's stem)"},
    {.key = "seed",
     .type = CLAU_INTEGER,
     .offset = MEMBER(seed),
     .fallback = "0",
     .description = "of all random numbers: same file and seed, same numbers"},
    {.key = "time.end",
     .type = CLAU_REAL,
     .offset = MEMBER(end),
     .required = true,
     .range = CLAU_ABOVE(0.0),
     .description = "simulated time at which to stop"},
    {.key = "time.snapshot_every",
     .type = CLAU_REAL,
     .offset = MEMBER(snapshot_every),
     .computed = "time.end / 100",
     .range = CLAU_ABOVE(0.0),
     .description = "simulated time between states in the output; 0 and the end are always there"},
    {.key = "time.observe_every",
     .type = CLAU_REAL,
     .offset = MEMBER(observe_every),
     .computed = "time.snapshot_every",
     .range = CLAU_ABOVE(0.0),
     .description = "simulated time between observables; 0 and the end are always there"},
    {.key = "output.snapshots",
     .type = CLAU_BOOLEAN,
     .offset = MEMBER(snapshots),
     .fallback = "true",
     .description = "write the state; false: observables only"},
    {.key = "output.precision",
     .type = CLAU_CHOICE,
     .offset = MEMBER(precision),
     .fallback = "\"double\"",
     .choices = precisions,
     .choice_count = COUNT(precisions),
     .description = "of the state in the output"},
    {.key = "output.compression",
     .type = CLAU_INTEGER,
     .offset = MEMBER(compression),
     .fallback = "0",
     .range = CLAU_BETWEEN(0, 9),
     .description = "deflate level of the state, with shuffle; 0: none"},
    {.key = "output.significant_digits",
     .type = CLAU_INTEGER,
     .offset = MEMBER(significant_digits),
     .fallback = "0",
     .range = CLAU_BETWEEN(0, 15),
     .description = "decimal digits of the state kept before compression; 0: all"},
    {.key = "output.sidecar",
     .type = CLAU_BOOLEAN,
     .offset = MEMBER(sidecar),
     .fallback = "true",
     .description = "write NAME.xdmf2 for ParaView"},
    {.key = "output.checkpoint_every",
     .type = CLAU_REAL,
     .offset = MEMBER(checkpoint_every),
     .fallback = "300.0",
     .range = FINITE_AT_LEAST(0.0),
     .unit = "s",
     .description = "wall-clock time between checkpoints, and one at the end; 0: only when "
                    "stopped early"},
    {.key = "diagnostics.entropies",
     .type = CLAU_CHOICES,
     .offset = MEMBER(entropies),
     .fallback = "[\"shannon\", \"renyi\", \"tsallis\"]",
     .choices = entropies,
     .choice_count = COUNT(entropies),
     .description = "entropies among the observables"},
    {.key = "diagnostics.renyi_orders",
     .type = CLAU_REALS,
     .offset = MEMBER(renyi_orders),
     .fallback = "[0.5, 2.0]",
     .range = CLAU_AT_LEAST(0.0),
     .minimum_count = 1,
     .description = "orders a of the Renyi entropies; 1 is Shannon's, inf the min-entropy"},
    {.key = "diagnostics.tsallis_orders",
     .type = CLAU_REALS,
     .offset = MEMBER(tsallis_orders),
     .fallback = "[0.5, 2.0]",
     .range = FINITE_AT_LEAST(0.0),
     .minimum_count = 1,
     .description = "orders q of the Tsallis entropies; 1 is Shannon's"},
    {.key = "diagnostics.bins",
     .type = CLAU_INTEGER,
     .offset = MEMBER(bins),
     .fallback = "64",
     .range = CLAU_BETWEEN(2, 1000000),
     .description = "bins of histograms"},
    {.key = "diagnostics.measure",
     .type = CLAU_VARIANTS,
     .offset = MEMBER(measures),
     .kinds = &clau_measure_kinds,
     .description = "further measures of the run's fields and series, each a variable"},
};
const size_t clau_run_parameter_count = COUNT(clau_run_parameter_table);

static enum clau_status check_count(const struct clau_run_parameters *run, double every,
                                    const char *key, const struct clau_toml *config,
                                    struct clau_error *error) {
    const double count = run->end / every;
    if (!(every > 0.0)) {
        return clau_toml_complain(config, "time.end", error, "is too small to be divided");
    }
    if (count > CLAU_MAXIMUM_OUTPUTS) {
        return clau_toml_complain(config, key, error,
                                  "would make %.3g outputs up to time.end = %g, must be at most %g",
                                  count, run->end, CLAU_MAXIMUM_OUTPUTS);
    }
    return CLAU_OK;
}

enum clau_status clau_run_parameters_complete(struct clau_run_parameters *run,
                                              const struct clau_toml *config,
                                              struct clau_error *error) {
    // Without snapshots their cadence still is the default of the other one.
    if (isnan(run->snapshot_every)) {
        run->snapshot_every = run->end / 100.0;
    }
    if (isnan(run->observe_every)) {
        run->observe_every = run->snapshot_every;
    }
    enum clau_status status =
        check_count(run, run->snapshot_every, "time.snapshot_every", config, error);
    if (status == CLAU_OK) {
        status = check_count(run, run->observe_every, "time.observe_every", config, error);
    }
    return status;
}

struct clau_schedule clau_run_schedule(const struct clau_run_parameters *run) {
    return (struct clau_schedule){
        .end = run->end,
        .snapshot_every = run->snapshots ? run->snapshot_every : 0.0,
        .observe_every = run->observe_every,
    };
}
