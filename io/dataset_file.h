// SPDX-License-Identifier: GPL-3.0-or-later
/// The inside of a dataset, shared by the files that make, continue and write one. Internal to io/.
#ifndef CLAUSIUS_IO_DATASET_FILE_H
#define CLAUSIUS_IO_DATASET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/dataset.h"

/// A series of small records has about so many values a chunk; records below CLAU_BLOCK_BYTES are
/// gathered.
enum { CLAU_SERIES_CHUNK = 1024, CLAU_BLOCK_BYTES = 65536 };

struct clau_column {
    const char *name; ///< owned by the dataset
    int id;
    bool series; ///< first dimension unlimited
    bool single; ///< 4-byte float in the file
    int rank;
    size_t lengths[CLAU_MAXIMUM_RANK]; ///< of its dimensions; 1 for the unlimited one
    size_t values;                     ///< of one record
    size_t next;                       ///< record that is due
    size_t held, capacity;             ///< records in buffer; capacity 0: written at once
    void *buffer;                      ///< of the type in the file
};

struct clau_dataset {
    char *path;
    int file;                  ///< NetCDF's
    int descriptor;            ///< of the same file, to take room with; -1 before it is open
    struct clau_error failure; ///< the first error of writing; repeated from then on
    bool broken;               ///< a write has failed half way: no more may follow
    size_t column_count;
    struct clau_column *columns;
};

/// Index of the dimension in the table, or dimension_count.
size_t clau_dataset_dimension(const struct clau_dimension *dimensions, size_t dimension_count,
                              const char *name);

/// A dataset for the table with no file yet. Types follow from single_precision.
enum clau_status clau_dataset_allocate(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       struct clau_dataset **dataset, struct clau_error *error);

/// Buffers for the columns, once their types are known, and the descriptor.
enum clau_status clau_dataset_prepare(struct clau_dataset *dataset, struct clau_error *error);

/// Frees the memory; NetCDF's file must be closed.
void clau_dataset_free(struct clau_dataset *dataset);

#endif
