// SPDX-License-Identifier: GPL-3.0-or-later
/// The sidecar NAME.xdmf2 of a run.
#ifndef CLAUSIUS_RUNTIME_PARAVIEW_H
#define CLAUSIUS_RUNTIME_PARAVIEW_H

#include <stdbool.h>

#include "solvers/runtime/layout.h"
#include "solvers/runtime/schedule.h"

/// Whether the run has something that the sidecar can show: snapshots of a field on one or two
/// axes, or of particles.
bool clau_paraview_applies(const struct clau_file_layout *layout);

/// Writes the sidecar for the file's `snapshots` records, the last of which is the one before
/// schedule->snapshot.
enum clau_status clau_paraview_write(const struct clau_file_layout *layout, const char *path,
                                     const struct clau_schedule *schedule, uint64_t snapshots,
                                     struct clau_error *error);

#endif
