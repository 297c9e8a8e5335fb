// SPDX-License-Identifier: GPL-3.0-or-later
/// NetCDF files that are read, whoever wrote them, whole or damaged, finished or being written.
/// Internal to io/.
///
/// Only regular files are opened. What a file says of sizes is held against the file before memory
/// is asked for. A read that falls into a flush of a running file fails, and succeeds when it is
/// repeated: for up to CLAU_INPUT_PATIENCE seconds it is, as long as there is a sign of a writer
/// (the file's journal, its status, a file that changes). Nothing is written, not even a lock.
#ifndef CLAUSIUS_IO_NETCDF_INPUT_H
#define CLAUSIUS_IO_NETCDF_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "io/error.h"

#define CLAU_INPUT_PATIENCE 2.0

enum { CLAU_INPUT_RANK = 32 }; ///< more dimensions than that no variable has

struct clau_netcdf_input {
    char *path;
    int file;     ///< NetCDF's number of it
    bool open;    ///< false while a new attempt has not succeeded
    bool running; ///< by its own account it is not complete
    bool hdf5;
    bool failed;  ///< for a reason that another attempt may not meet
    size_t bytes; ///< of the file when it was opened
};

/// What is to be read of a variable.
struct clau_netcdf_slab {
    int id, rank;
    size_t start[CLAU_INPUT_RANK], extent[CLAU_INPUT_RANK];
    int dimensions[CLAU_INPUT_RANK];
};

/// Errors: CLAU_BAD_INPUT with the path: no file, no regular one, none of NetCDF.
enum clau_status clau_netcdf_input_open(struct clau_netcdf_input *input, const char *path,
                                        struct clau_error *error);
void clau_netcdf_input_close(struct clau_netcdf_input *input); ///< zeroed before: nothing is done

/// Whether a read that failed, or may have, is worth another attempt: a writer is at work, and
/// there is time left. If so it has waited, and the file has been opened anew (input->open tells
/// whether that succeeded). *since is 0 at first.
bool clau_netcdf_input_again(struct clau_netcdf_input *input, double *since);

/// Whether a type holds numbers.
bool clau_netcdf_is_numeric(int type);

/// A whole numeric variable. CLAU_BAD_INPUT where there is none of the name, or it makes no sense.
enum clau_status clau_netcdf_input_find(struct clau_netcdf_input *input, const char *variable,
                                        struct clau_netcdf_slab *slab, struct clau_error *error);

/// The values of a slab, malloc'ed. CLAU_BAD_INPUT where the file cannot hold so many.
enum clau_status clau_netcdf_input_read(struct clau_netcdf_input *input, const char *variable,
                                        const struct clau_netcdf_slab *slab, double **values,
                                        size_t *count, struct clau_error *error);

/// Fails with `path: what cannot be read: why`, and how that may be mended.
enum clau_status clau_netcdf_input_failure(struct clau_netcdf_input *input, const char *what,
                                           int nc_status, struct clau_error *error);

#endif
