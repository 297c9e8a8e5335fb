// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of the files of a run.
#ifndef CLAUSIUS_RUNTIME_PATHS_H
#define CLAUSIUS_RUNTIME_PATHS_H

#include <stdbool.h>

#include "io/error.h"
#include "solvers/runtime/options.h"

/// All malloc'ed.
struct clau_paths {
    char *output;     ///< of -o, or CONFIG's stem + .nc in the current folder
    char *sidecar;    ///< NAME.xdmf2
    char *checkpoint; ///< NAME.checkpoint.nc
    char *previous;   ///< NAME.checkpoint.previous.nc
    char *stem;       ///< of CONFIG: no folder, no extension
    bool output_exists;
};

/// Finds the names and checks that the output can be written: CLAU_BAD_INPUT if it exists and none
/// of --force, --restart and --dry-run allows that, is CONFIG or the checkpoint of --restart
/// itself, or cannot be made. Writes nothing.
enum clau_status clau_paths_init(struct clau_paths *paths, const struct clau_options *options,
                                 struct clau_error *error);
void clau_paths_finish(struct clau_paths *paths);

#endif
