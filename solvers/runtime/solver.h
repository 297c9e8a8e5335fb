// SPDX-License-Identifier: GPL-3.0-or-later
/// What a solver tells the runtime: const tables and a life cycle. The runtime reads nothing else,
/// and knows no solver by name.
#ifndef CLAUSIUS_RUNTIME_SOLVER_H
#define CLAUSIUS_RUNTIME_SOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint.h"
#include "io/dataset.h"
#include "io/error.h"
#include "io/parameters.h"
#include "io/toml.h"

/// Entropies that `diagnostics.entropies` may name; bits of run_parameters.entropies.
enum clau_entropy { CLAU_SHANNON, CLAU_RENYI, CLAU_TSALLIS };

/// Keys common to all solvers (INTERFACE: top level, [time], [output], [diagnostics]).
struct clau_run_parameters {
    char *solver, *title;
    int64_t seed;
    double end, snapshot_every, observe_every;
    bool snapshots;
    int precision; ///< 0 double, 1 single
    int64_t compression, significant_digits;
    bool sidecar;
    double checkpoint_every; ///< wall-clock seconds; 0 = only when stopped early
    uint64_t entropies;      ///< bit 1 << enum clau_entropy
    struct clau_reals renyi_orders, tsallis_orders;
    int64_t bins;
    struct clau_variants measures; ///< of clau_measure_kinds
};

/// What a model is made from. All pointers outlive the model. What is asked of a setup follows from
/// the keys alone: it costs nothing, whatever the size of the model.
struct clau_setup {
    const void *parameters; ///< the solver's own struct, complete
    const struct clau_run_parameters *run;
    const struct clau_toml *config; ///< for clau_toml_complain about a key
    int threads;                    ///< at least 1; results do not depend on it
    /// The model is made to find what is wrong with its state, and is not run: what would take long
    /// and cannot be the input's fault may be left out.
    bool checked_only;
};

/// A state variable on (time, <dimensions>): fills out with the model's output state.
struct clau_state_row {
    const char *name, *long_name, *units;
    const char *const *attributes; ///< as in struct clau_variable
    void (*compute)(void *model, double *out);
};

/// An array that is not written but may be measured ([[diagnostics.measure]]), of the same times as
/// the observables.
struct clau_field_row {
    const char *name, *long_name;
    size_t (*length)(const struct clau_setup *setup);
    void (*compute)(void *model, double *out); ///< fills out [length]
};

/// How the drift of a conserved quantity is scaled in the summary.
enum clau_conservation {
    CLAU_NOT_CONSERVED,
    CLAU_CONSERVED,          ///< drift relative to the value at t = 0 (absolute where that is 0)
    CLAU_CONSERVED_ABSOLUTE, ///< absolute drift: the value itself may be 0
};

/// An observable on (observation_time[, dimension]): a number, or one number per entry of the
/// named dimension ("renyi_order", "tsallis_order", or one of the solver's own).
struct clau_observable_row {
    const char *name, *long_name, *units;
    const char *dimension; ///< NULL for a number
    enum clau_conservation conserved;
    /// Whether `conserved` holds in this run (a trap takes up momentum); NULL: always.
    bool (*conserved_here)(const struct clau_setup *setup);
    /// Whether it is written in this run; NULL: always.
    bool (*enabled)(const struct clau_setup *setup);
    /// Fills out (length of the dimension, or 1) from the model's output state.
    void (*compute)(void *model, double *out);
};

/// A fixed coordinate of the output: a dimension with its values ("x"), data owned by the model.
struct clau_coordinate {
    const char *name, *long_name, *units;
    size_t length;
    const double *values; ///< NULL: 0, 1, 2, ...
};

enum { CLAU_MAXIMUM_COORDINATES = 8 };

/// Shape of the output.
struct clau_layout {
    const char *state_dimensions[CLAU_MAXIMUM_RANK]; ///< after time, NULL-ended: {"x"}, {"y", "x"}
    /// Grid axes, and dimensions of observables.
    struct clau_coordinate coordinates[CLAU_MAXIMUM_COORDINATES];
    size_t coordinate_count; ///< renyi_order and tsallis_order are the runtime's own
    bool particles;          ///< for the sidecar: points, not a grid
};

/// What a run needs, and what --dry-run prints beyond what the runtime knows. Numbers are floating:
/// they are sums and products of any keys that the tables allow.
struct clau_estimate {
    char grid[192];       ///< "512 points, dx = 0.0977, length 50"
    char step[192];       ///< "adaptive, relative tolerance 1e-10", "fixed, 0.001"
    double steps;         ///< expected number of steps to time.end; NaN if it cannot be known
    const char *size_key; ///< the key that decides on the memory ("grid.points")
    double size;          ///< points or particles, of all members together
    double memory_bytes;  ///< of the model at its peak, with what its libraries need
    /// Where the state decides how much of that is needed: what is needed in any case. Else 0.
    double least_memory_bytes;
    double checkpoint_bytes; ///< of the arrays in a checkpoint
};

struct clau_solver {
    const char *name;        ///< as in `solver = "nlse"`
    const char *description; ///< one line
    const struct clau_parameter *parameters;
    size_t parameter_count;
    size_t parameters_size; ///< sizeof the struct the offsets refer to
    const struct clau_state_row *state;
    size_t state_count;
    const struct clau_observable_row *observables;
    size_t observable_count;
    const struct clau_field_row *fields; ///< may be NULL
    size_t field_count;

    /// Fills computed defaults and checks what a single row cannot (one key against another).
    /// Errors through clau_toml_complain. Called before --print-config. parameters is the struct.
    enum clau_status (*complete)(void *parameters, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error);

    /// Makes the model at t = 0. Errors of the user's input: CLAU_BAD_INPUT.
    enum clau_status (*create)(const struct clau_setup *setup, void **model,
                               struct clau_error *error);
    void (*destroy)(void *model);

    /// model: whose arrays the coordinates' values are; NULL: the shape alone, without values.
    void (*layout)(const struct clau_setup *setup, const void *model, struct clau_layout *layout);

    /// *estimate is 0, its steps NaN. model: NULL, or the model at t = 0, which tells more of the
    /// steps where they depend on the state; the memory is the same with and without it.
    void (*estimate)(const struct clau_setup *setup, const void *model,
                     struct clau_estimate *estimate);

    /// What a reader of the file must know of this run (CF's global attribute `comment`), or NULL.
    /// The function may be NULL.
    const char *(*comment)(const void *model);

    /// Works towards the output time `time` (never before the last one asked for): one step or a
    /// few (some milliseconds at most where a step is that short), then returns; *reached says
    /// whether the output state is now that of `time`, exactly. Steps may end beyond `time` (dense
    /// output) or take a side branch to it; the first time asked for is 0; the sequence of steps
    /// must not depend on the output times, nor on time.end.
    enum clau_status (*advance)(void *model, double time, bool *reached, struct clau_error *error);

    /// Called once before the rows' compute functions, for each output time: prepares what they
    /// share (transforms). observe is false when only the state is written. Returns false when out
    /// of memory: what could not be computed for want of it is no missing value.
    bool (*prepare)(void *model, bool observe);

    uint64_t (*steps)(const void *model); ///< steps done since t = 0, over restarts

    /// A new warning for the user since the last call: true and one line in text.
    bool (*warning)(void *model, char text[CLAU_ERROR_LENGTH]);

    /// Puts all that is needed to go on bit by bit; restore is called on a freshly created model.
    /// Both are called between output times: every output time up to the last reached one has been
    /// written, none after it.
    void (*save)(const void *model, struct clau_checkpoint *checkpoint);
    enum clau_status (*restore)(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error);

    /// After a restore: the last observation is taken back (it was one of an end that is no longer
    /// the end). For a model that remembers it, as for rates since then; may be NULL.
    void (*take_back)(void *model);
};

/// main() of every solver.
int clau_main(const struct clau_solver *solver, int argc, char **argv);

#endif
