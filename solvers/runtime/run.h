// SPDX-License-Identifier: GPL-3.0-or-later
/// A run: from a checked configuration to files.
#ifndef CLAUSIUS_RUNTIME_RUN_H
#define CLAUSIUS_RUNTIME_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "io/progress.h"
#include "solvers/runtime/configuration.h"
#include "solvers/runtime/conservation.h"
#include "solvers/runtime/layout.h"
#include "solvers/runtime/online.h"
#include "solvers/runtime/options.h"
#include "solvers/runtime/output.h"
#include "solvers/runtime/paths.h"
#include "solvers/runtime/schedule.h"

/// Exit codes beyond those of enum clau_status.
enum { CLAU_EXIT_STOPPED = 75, CLAU_EXIT_INTERRUPTED = 130 };

struct clau_run {
    const struct clau_solver *solver;
    const struct clau_options *options;
    const char *program; ///< "clausius-nlse"
    struct clau_configuration configuration;
    struct clau_paths paths;
    struct clau_journal *journal; ///< the lock on the output, until all files are written
    char *history;                ///< one line for each process that worked on the run
    char *builds; ///< one line for each other build that did so (NULL: there is none)
    void *model;
    struct clau_file_layout layout;
    struct clau_online online;
    struct clau_output output;
    struct clau_conservation_record conserved;
    struct clau_progress progress;

    struct clau_schedule schedule;
    struct clau_schedule before; ///< the schedule when the last output was still to come
    struct clau_output_time last;
    bool any;                      ///< there has been an output: `before` and `last` are set
    double asked;                  ///< latest time that the model was asked for
    uint64_t first_steps, outputs; ///< steps before, and output times of, this process

    double started_at;        ///< wall clock [s], as the following
    double earlier_wall_time; ///< of the processes before this one
    double checkpointed_at, checkpoint_cost;
    double checkpoint_bytes; ///< estimated size of one
    double sidecar_at, sidecar_cost;
    double longest_advance;
    bool checkpoint_final; ///< the checkpoint of the end of the run is written already
};

/// Seconds of wall clock spent on the run, over restarts.
double clau_run_wall_time(const struct clau_run *run);

/// Whether the run writes NAME.xdmf2.
bool clau_run_has_sidecar(const struct clau_run *run);

/// Works until the end, a signal or the wall-time limit; leaves closed files behind in any case.
/// *exit_code is 0, CLAU_EXIT_STOPPED or CLAU_EXIT_INTERRUPTED on CLAU_OK.
enum clau_status clau_run_execute(struct clau_run *run, int *exit_code, struct clau_error *error);

#endif
