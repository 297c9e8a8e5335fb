// SPDX-License-Identifier: GPL-3.0-or-later
/// Checkpoints of a run: what the model needs, and where the run was.
#ifndef CLAUSIUS_RUNTIME_RESTART_H
#define CLAUSIUS_RUNTIME_RESTART_H

#include "solvers/runtime/run.h"

/// Brings the output on disk, then writes NAME.checkpoint; the one before it is kept.
enum clau_status clau_restart_write(struct clau_run *run, struct clau_error *error);

/// Reads a checkpoint and checks that this program, in this version, has written it. The caller
/// owns *checkpoint.
enum clau_status clau_restart_read(const char *path, const struct clau_solver *solver,
                                   struct clau_checkpoint **checkpoint, struct clau_error *error);

/// Puts a run whose model is new and whose schedule is at its beginning where the checkpoint was,
/// and opens its output: the one of the run, cut back, if it is there; else a new one, whose first
/// record is the next output time. Where the schedule ended at an off-cadence time.end and now
/// goes on, that last record is cut off too: the file then is that of an unbroken run.
enum clau_status clau_restart_apply(struct clau_run *run, const struct clau_checkpoint *checkpoint,
                                    struct clau_error *error);

#endif
