// SPDX-License-Identifier: GPL-3.0-or-later
/// The inside of a dataset, shared by the files that make, continue and write one. Internal to io/.
#ifndef CLAUSIUS_IO_DATASET_FILE_H
#define CLAUSIUS_IO_DATASET_FILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "io/dataset.h"
#include "io/store.h"

/// A series of small records has about so many values a chunk; records below CLAU_BLOCK_BYTES are
/// gathered.
enum { CLAU_SERIES_CHUNK = 1024, CLAU_BLOCK_BYTES = 65536 };

struct clau_column {
    const char *name; ///< owned by the dataset
    hid_t data;       ///< HDF5's array; 0 before it is open
    bool series;      ///< first dimension unlimited
    bool single;      ///< 4-byte float in the file
    int digits;       ///< significant decimal digits that are kept; 0: all
    int rank;
    size_t dimension;                  ///< of a series: index of the unlimited one
    size_t lengths[CLAU_MAXIMUM_RANK]; ///< of its dimensions; 1 for the unlimited one
    size_t values;                     ///< of one record
    size_t next;                       ///< record that is due
    size_t stored;                     ///< records that the file has
    size_t held, capacity;             ///< records in buffer; capacity 0: written at once
    void *buffer;                      ///< of the type in the file
};

/// An unlimited dimension without a variable of its name: an array of HDF5 that must grow, too.
struct clau_bare_dimension {
    hid_t data;
    size_t stored;
    size_t *columns, column_count; ///< indices of the series along it
};

struct clau_dataset {
    char *path; ///< as the user gave it, for messages
    struct clau_journal *journal;
    bool owns_journal;
    char *fresh; ///< name of a file that has not taken its place yet; NULL: it has
    bool replace;
    struct clau_store *store;
    hid_t file;                ///< HDF5's; 0 before it is open
    struct clau_error failure; ///< the first error of writing; repeated from then on
    bool broken;               ///< HDF5 failed: no more may follow
    size_t column_count;
    struct clau_column *columns;
    size_t bare_count;
    struct clau_bare_dimension *bare;
};

/// Index of the dimension in the table, or dimension_count.
size_t clau_dataset_dimension(const struct clau_dimension *dimensions, size_t dimension_count,
                              const char *name);

/// A dataset for the table with no file yet. Takes the lock unless a journal is given.
enum clau_status clau_dataset_allocate(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       struct clau_journal *journal, struct clau_dataset **dataset,
                                       struct clau_error *error);

/// Opens the file at `path` as a store, HDF5's file in it, and every column's array. With protect
/// all changes go through the journal.
enum clau_status clau_dataset_open_store(struct clau_dataset *dataset, const char *path,
                                         bool protect, struct clau_error *error);
enum clau_status clau_dataset_open_arrays(struct clau_dataset *dataset,
                                          const struct clau_dimension *dimensions,
                                          size_t dimension_count,
                                          const struct clau_variable *variables,
                                          struct clau_error *error);

/// Closes what HDF5 has open; the store stays. False where HDF5 could not write all.
bool clau_dataset_close_arrays(struct clau_dataset *dataset);

/// Buffers for the columns, once their types are known.
enum clau_status clau_dataset_prepare(struct clau_dataset *dataset, struct clau_error *error);

/// Sets the number of records of an array of HDF5.
bool clau_array_set_records(hid_t data, size_t records);

/// Records [first, first + count) of a column, of the type in the file: false if HDF5 fails.
bool clau_column_write(struct clau_column *column, size_t first, size_t count, const void *values);

/// Lets the dimensions without a variable grow with their series, and HDF5 hand everything over.
bool clau_dataset_settle(struct clau_dataset *dataset);

/// Rounds to the column's digits.
void clau_quantize(double *values, size_t count, int digits);
void clau_quantize_single(float *values, size_t count, int digits);

/// Name of a new file before it takes its place. malloc'ed; NULL when out of memory.
char *clau_dataset_fresh_name(const struct clau_journal *journal);

/// Closes whatever is open, without writing, and frees.
void clau_dataset_free(struct clau_dataset *dataset);

#endif
