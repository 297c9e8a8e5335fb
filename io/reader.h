// SPDX-License-Identifier: GPL-3.0-or-later
/// Looking through a NetCDF file, whoever wrote it: its variables, their values, its attributes.
#ifndef CLAUSIUS_IO_READER_H
#define CLAUSIUS_IO_READER_H

#include <stddef.h>

#include "io/error.h"

struct clau_reader;

/// Errors: CLAU_BAD_INPUT where there is no file, or no NetCDF file.
enum clau_status clau_reader_open(const char *path, struct clau_reader **reader,
                                  struct clau_error *error);
void clau_reader_close(struct clau_reader *reader); ///< NULL is fine

/// Numeric variables that have just the one dimension given, in the file's order, without the
/// coordinate of that name: *names is an array of *count texts, in one block to be freed at once.
enum clau_status clau_reader_series(const struct clau_reader *reader, const char *dimension,
                                    char ***names, size_t *count, struct clau_error *error);

/// All values of a numeric variable, in C order; *values is malloc'ed. CLAU_BAD_INPUT where there
/// is none of the name.
enum clau_status clau_reader_values(const struct clau_reader *reader, const char *variable,
                                    double **values, size_t *count, struct clau_error *error);

/// A text attribute of a variable, or of the file for NULL; malloc'ed. NULL where there is none.
char *clau_reader_text(const struct clau_reader *reader, const char *variable, const char *name);

#endif
