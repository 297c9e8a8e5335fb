// SPDX-License-Identifier: GPL-3.0-or-later
/// Initial states from files: the kind "file" of any solver's [[initial]].
#ifndef CLAUSIUS_RUNTIME_INITIAL_FILE_H
#define CLAUSIUS_RUNTIME_INITIAL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "io/error.h"
#include "io/toml.h"

/// Keys of the kind.
struct clau_initial_file {
    char *path; ///< relative ones start at the folder of the configuration
    int64_t record;
};

/// Its rows; `what` says what the file must hold.
#define CLAU_INITIAL_FILE_ROWS(what)                                                               \
    {.key = "path",                                                                                \
     .type = CLAU_STRING,                                                                          \
     .offset = offsetof(struct clau_initial_file, path),                                           \
     .required = true,                                                                             \
     .description =                                                                                \
         "NetCDF file with " what "; a relative path starts at the folder of the configuration"},  \
    {                                                                                              \
        .key = "record", .type = CLAU_INTEGER,                                                     \
        .offset = offsetof(struct clau_initial_file, record), .fallback = "-1",                    \
        .range = CLAU_AT_LEAST(-1),                                                                \
        .description = "index on the file's time axis; -1: the last one"                           \
    }

/// The path as it is opened. malloc'ed; NULL when out of memory.
char *clau_initial_file_resolve(const char *path, const struct clau_toml *config);

/// Reads a variable of `count` finite numbers for entry `index` of [[initial]]. *values is
/// malloc'ed. What is wrong with the file is told of the entry's path: CLAU_BAD_INPUT.
enum clau_status clau_initial_file_read(const struct clau_initial_file *file, size_t index,
                                        const struct clau_toml *config, const char *variable,
                                        size_t count, double **values, struct clau_error *error);

/// Complains unless the file's coordinate of that name, if it has one, is the run's own, values
/// [count], within a millionth of a cell: the numbers would be taken for another place otherwise.
enum clau_status clau_initial_file_check_axis(const struct clau_initial_file *file, size_t index,
                                              const struct clau_toml *config, const char *name,
                                              const double *values, size_t count,
                                              struct clau_error *error);

#endif
