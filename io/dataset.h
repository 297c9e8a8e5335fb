// SPDX-License-Identifier: GPL-3.0-or-later
/// NetCDF-4 files driven by a table of variables: written record by record, flushed as the run
/// goes, readable at any moment of it.
///
/// A kill at any moment loses at most what came after the last clau_dataset_flush: a flush is one
/// transaction (io/store.h), and what it was killed in is ended by clau_journal_recover. Every
/// state variable has one frame a chunk, other series up to 1024 values. Small records are gathered
/// in memory and written in blocks, so that a put is cheap.
#ifndef CLAUSIUS_IO_DATASET_H
#define CLAUSIUS_IO_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/error.h"
#include "io/journal.h"

enum { CLAU_MAXIMUM_RANK = 4, CLAU_UNLIMITED = 0 };

struct clau_dimension {
    const char *name;
    size_t length; ///< CLAU_UNLIMITED: grows with the records
};

/// One variable, double (or float, see options) in the file. If its first dimension is
/// unlimited it is a series, written by record; otherwise it is written once, as record 0.
struct clau_variable {
    const char *name;
    const char *dimensions[CLAU_MAXIMUM_RANK + 1]; ///< slowest first, ended by NULL
    const char *units;                             ///< "1" where dimensionless
    const char *long_name;
    const char *const *attributes; ///< more text attributes: name, value, ..., NULL; or NULL
    bool state;                    ///< precision, compression and digits apply
};

struct clau_dataset_options {
    bool replace;           ///< an existing file is replaced; otherwise it is an error
    bool single_precision;  ///< state variables as 4-byte floats; what is too large becomes inf
    int compression;        ///< deflate level 0-9, with shuffle; 0 = none
    int significant_digits; ///< of state variables, by BitGroom; 0, or more than the type has: all
    struct clau_journal *journal; ///< the lock on the path, borrowed; NULL: the dataset takes it
};

struct clau_dataset;

/// Makes a file with all the dimensions and variables beside its place, which it takes with the
/// first records that are flushed, or when it is closed; a file that is to be replaced stays until
/// then. Errors: CLAU_BAD_INPUT where the path cannot be used (exists and not replace, is a
/// directory, folder missing or not writable, another process writes it), CLAU_IO_FAILED otherwise.
/// `path: what` in the message. No file is left on failure.
enum clau_status clau_dataset_create(const char *path, const struct clau_dimension *dimensions,
                                     size_t dimension_count, const struct clau_variable *variables,
                                     size_t variable_count,
                                     const struct clau_dataset_options *options,
                                     struct clau_dataset **dataset, struct clau_error *error);

/// What clau_dataset_create would say of the path before it does any work; writes nothing.
enum clau_status clau_dataset_check_path(const char *path, bool replace, struct clau_error *error);

/// Opens the file of an earlier run that has the same dimensions and variables, ends a transaction
/// in which that was killed, cuts each unlimited dimension back to records[i] (same order as
/// dimensions; ignored for fixed ones), in one transaction, and continues it. journal as in struct
/// clau_dataset_options. Errors: CLAU_BAD_INPUT when the file is not such a file or holds fewer
/// records: it is then as it was.
enum clau_status clau_dataset_continue(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       const size_t *records, struct clau_journal *journal,
                                       struct clau_dataset **dataset, struct clau_error *error);

/// Puts one record of a variable (index into the table); values has the product of the remaining
/// dimensions, or of all for a fixed variable, and is copied. Records of a variable come in
/// order, without a gap.
enum clau_status clau_dataset_put(struct clau_dataset *dataset, size_t variable, size_t record,
                                  const double *values, struct clau_error *error);

/// Global attributes; at any time.
enum clau_status clau_dataset_set_text(struct clau_dataset *dataset, const char *name,
                                       const char *text, struct clau_error *error);
enum clau_status clau_dataset_set_integer(struct clau_dataset *dataset, const char *name,
                                          int64_t value, struct clau_error *error);
enum clau_status clau_dataset_set_real(struct clau_dataset *dataset, const char *name, double value,
                                       struct clau_error *error);

/// Makes what was put part of the file, in a readable state.
enum clau_status clau_dataset_flush(struct clau_dataset *dataset, struct clau_error *error);

/// The same, and it is on the disk when the function returns.
enum clau_status clau_dataset_sync(struct clau_dataset *dataset, struct clau_error *error);

/// Flushes, closes and frees. A full disk is seen before it is written to, and then all that was
/// put before is kept. After any other failure of writing the file is what the last flush made it.
/// A new file that failed before its first record is removed. NULL is fine.
enum clau_status clau_dataset_close(struct clau_dataset *dataset, struct clau_error *error);

/// The same for a writer that failed: a new file is removed unless its first time is whole, even
/// if all went well with what was put. Returns whether there is a file. NULL is fine.
bool clau_dataset_abandon(struct clau_dataset *dataset);

/// Reading a variable of any NetCDF file as doubles. record: index on its first dimension if that
/// is unlimited or named "time", or -1 for the last one; a variable without such a dimension is
/// read whole. *values is malloc'ed, *count its length. Errors: CLAU_BAD_INPUT with the path and
/// what is missing.
enum clau_status clau_dataset_read(const char *path, const char *variable, ptrdiff_t record,
                                   double **values, size_t *count, struct clau_error *error);

#endif
