// SPDX-License-Identifier: GPL-3.0-or-later
/// What made the numbers of a run beside its configuration: the program's revision, its compiler,
/// the libraries in use and the processor. For output files, checkpoints and --version.
#ifndef CLAUSIUS_RUNTIME_PROVENANCE_H
#define CLAUSIUS_RUNTIME_PROVENANCE_H

#include <stdio.h>

#include "io/checkpoint.h"

struct clau_provenance {
    char revision[64];   ///< git's, with + where files were changed; "unknown"
    char compiler[96];   ///< "gcc 12.2.0 -O3"
    char libraries[256]; ///< "HDF5 1.10.8, NetCDF 4.9.0, FFTW ..., GSL ..., glibc ..."
    char cpu[128];       ///< model of the processor
};

void clau_provenance_init(struct clau_provenance *provenance);

/// For --version: "PROGRAM VERSION", then the rest line by line.
void clau_provenance_print(const char *program, FILE *stream);

/// All of it in a line: "PROGRAM VERSION; revision ...; ..."; malloc'ed, NULL when out of memory.
char *clau_provenance_line(const char *program);

/// run.revision, run.compiler, run.libraries, run.cpu and, as run.builds, the lines of all builds
/// that have worked on the run: `earlier` (NULL: none) and this one.
void clau_provenance_save(const char *program, const char *earlier,
                          struct clau_checkpoint *checkpoint);

/// The lines of the builds that have worked on a checkpoint's run, if any is another than this one:
/// *earlier is malloc'ed, NULL if there is none. Errors: CLAU_NO_MEMORY.
enum clau_status clau_provenance_restore(const char *program,
                                         const struct clau_checkpoint *checkpoint, char **earlier,
                                         struct clau_error *error);

#endif
