// SPDX-License-Identifier: GPL-3.0-or-later
/// Looking through a NetCDF file, whoever wrote it: its variables, their values, its attributes.
///
/// The file may be damaged: what makes no sense is refused. It may be being written by a run: what
/// fails for that is tried again for up to two seconds, and all series of a dimension end at its
/// first time that is not written yet. A reader needs no right to write.
#ifndef CLAUSIUS_IO_READER_H
#define CLAUSIUS_IO_READER_H

#include <stddef.h>

#include "io/error.h"

struct clau_reader;

/// Errors: CLAU_BAD_INPUT where there is no file, no regular one, or no NetCDF file.
enum clau_status clau_reader_open(const char *path, struct clau_reader **reader,
                                  struct clau_error *error);
void clau_reader_close(struct clau_reader *reader); ///< NULL is fine

/// Numeric variables that have just the one dimension given, in the file's order, without the
/// coordinate of that name: *names is an array of *count texts, in one block to be freed at once.
enum clau_status clau_reader_series(struct clau_reader *reader, const char *dimension,
                                    char ***names, size_t *count, struct clau_error *error);

/// All values of a numeric variable, in C order; *values is malloc'ed. CLAU_BAD_INPUT where there
/// is none of the name, or the file cannot hold what it claims.
enum clau_status clau_reader_values(struct clau_reader *reader, const char *variable,
                                    double **values, size_t *count, struct clau_error *error);

/// The same of one record: index on the first dimension if that is unlimited or named "time", or
/// -1 for the last one; a variable without such a dimension is read whole.
enum clau_status clau_reader_record(struct clau_reader *reader, const char *variable,
                                    ptrdiff_t record, double **values, size_t *count,
                                    struct clau_error *error);

/// A text attribute of a variable, or of the file for NULL; malloc'ed. NULL where there is none.
char *clau_reader_text(const struct clau_reader *reader, const char *variable, const char *name);

#endif
