// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of the files that stand beside a dataset: NAME.xdmf2, NAME.checkpoint and so on, where
/// NAME is the dataset's path without a final ".nc". Nothing else is cut: runs `u0.2` and `u0.25`
/// have files of their own.
#ifndef CLAUSIUS_IO_RUN_FILES_H
#define CLAUSIUS_IO_RUN_FILES_H

#include <stdbool.h>

#define CLAU_SIDECAR_SUFFIX ".xdmf2"
#define CLAU_CHECKPOINT_SUFFIX ".checkpoint"
#define CLAU_PREVIOUS_SUFFIX ".previous" ///< after that of the checkpoint
#define CLAU_JOURNAL_SUFFIX ".journal"

/// NAME + suffix; malloc'ed, NULL when out of memory.
char *clau_file_beside(const char *dataset, const char *suffix);

/// Whether a path has the ending of a file that stands beside a dataset: such a name is no good for
/// a dataset, as it may be that of another run's file.
bool clau_is_file_beside(const char *path);

/// The other dataset that would have the same files beside it ("run" for "run.nc", and the other
/// way round), if there is one: a regular file that begins as HDF5 files do. malloc'ed, NULL if
/// none.
char *clau_twin_of(const char *dataset);

#endif
