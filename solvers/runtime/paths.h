// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of the files of a run (io/run_files.h).
#ifndef CLAUSIUS_RUNTIME_PATHS_H
#define CLAUSIUS_RUNTIME_PATHS_H

#include <stdbool.h>

#include "io/error.h"
#include "io/toml.h"
#include "solvers/runtime/options.h"

/// All malloc'ed.
struct clau_paths {
    char *output;     ///< of -o, or CONFIG's stem + .nc in the current folder
    char *sidecar;    ///< NAME.xdmf2
    char *checkpoint; ///< NAME.checkpoint
    char *previous;   ///< NAME.checkpoint.previous
    char *journal;    ///< NAME.journal
    char *stem;       ///< of CONFIG: no folder, no extension
    bool output_exists;
};

/// Finds the names and checks that the output can be written: CLAU_BAD_INPUT if it exists and
/// none of --force, --restart and --dry-run allows that, or cannot be made; if a file of the run is
/// CONFIG, the checkpoint of --restart, or another file of the run; or if a file of another run has
/// the name. Writes nothing.
enum clau_status clau_paths_init(struct clau_paths *paths, const struct clau_options *options,
                                 struct clau_error *error);
/// Complains of an entry of [[initial]] that reads a file which the run would replace.
enum clau_status clau_paths_check_initial(const struct clau_paths *paths,
                                          const struct clau_toml *config, struct clau_error *error);

void clau_paths_finish(struct clau_paths *paths);

#endif
