// SPDX-License-Identifier: GPL-3.0-or-later
/// From the command line to checked values: CONFIG, --set, defaults, and the checkpoint it must
/// agree with.
#ifndef CLAUSIUS_RUNTIME_CONFIGURATION_H
#define CLAUSIUS_RUNTIME_CONFIGURATION_H

#include "solvers/runtime/options.h"
#include "solvers/runtime/solver.h"

struct clau_configuration {
    const struct clau_solver *solver;
    struct clau_toml *document;
    struct clau_run_parameters run;
    void *own;       ///< the solver's struct
    char *effective; ///< the configuration with all defaults, as TOML
};

/// earlier: the checkpoint of --restart, or NULL. Errors: CLAU_BAD_INPUT with the place.
enum clau_status clau_configuration_init(struct clau_configuration *configuration,
                                         const struct clau_solver *solver,
                                         const struct clau_options *options,
                                         const struct clau_checkpoint *earlier,
                                         struct clau_error *error);
void clau_configuration_finish(struct clau_configuration *configuration);

#endif
