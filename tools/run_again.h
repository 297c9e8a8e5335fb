// SPDX-License-Identifier: GPL-3.0-or-later
/// Running a solver as a child, in a folder that is gone afterwards whatever happens.
#ifndef CLAUSIUS_TOOLS_RUN_AGAIN_H
#define CLAUSIUS_TOOLS_RUN_AGAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/error.h"

struct tools_job {
    const char *solver;  ///< "nlse": the program clausius-nlse beside this one
    const char *config;  ///< its configuration, as TOML
    const char *dataset; ///< whose configuration it is: relative paths may be relative to it
    const char *output;  ///< to be written; NULL: in a folder of its own that is removed
    int64_t threads;     ///< 0: as the solver has it
    double end;          ///< time.end; NaN: as the configuration has it
    bool may_fail;       ///< exit code 1 is fine if there is an output: the first run failed, too
};

struct tools_run {
    char *folder;    ///< temporary; NULL: none yet
    char *output;    ///< of the solver
    sigset_t before; ///< signals that were blocked before
    int signal;      ///< the one that came, or 0
};

/// Blocks the signals that end a program: from now on they are noticed by tools_signal.
void tools_run_init(struct tools_run *run);

/// Runs it to its end, or to a signal. Errors: CLAU_BAD_INPUT where there is no such solver, the
/// configuration is refused or a file that it begins with is missing; CLAU_IO_FAILED where the run
/// fails.
enum clau_status tools_run_again(struct tools_run *run, const struct tools_job *job,
                                 struct clau_error *error);

/// The signal that asks for an end, 0 if none has come.
int tools_signal(struct tools_run *run);

/// Removes the folder, frees, and lets signals through again. Returns the one that came, or 0.
int tools_run_finish(struct tools_run *run);

#endif
