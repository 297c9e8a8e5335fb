// SPDX-License-Identifier: GPL-3.0-or-later
/// Named values in a file that is either whole or not there, and knows it: a NetCDF-4 file with a
/// checksum behind it, written beside its place, synced, renamed; the file that was there before is
/// kept under another name. Tools that read NetCDF-4 read it, too.
#ifndef CLAUSIUS_IO_CHECKPOINT_H
#define CLAUSIUS_IO_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "io/error.h"

struct clau_checkpoint;

/// An empty checkpoint to put values into. NULL when out of memory.
struct clau_checkpoint *clau_checkpoint_create(void);
void clau_checkpoint_destroy(struct clau_checkpoint *checkpoint); ///< NULL is fine

/// Adds a named value. Names are letters, digits, '_' and '.'; each is used once. Arrays are
/// borrowed until clau_checkpoint_write; scalars and texts are copied. A failure (no memory, a
/// name used twice) is remembered and reported by clau_checkpoint_write.
void clau_checkpoint_put_reals(struct clau_checkpoint *checkpoint, const char *name,
                               const double *values, size_t count);
void clau_checkpoint_put_integers(struct clau_checkpoint *checkpoint, const char *name,
                                  const int64_t *values, size_t count);
void clau_checkpoint_put_real(struct clau_checkpoint *checkpoint, const char *name, double value);
void clau_checkpoint_put_integer(struct clau_checkpoint *checkpoint, const char *name,
                                 int64_t value);
void clau_checkpoint_put_text(struct clau_checkpoint *checkpoint, const char *name,
                              const char *text);

/// Writes the file by clau_whole_files_write, which keeps the one before as `previous` (unless that
/// is NULL). On failure path and previous are as before. For a moment all values are in memory
/// twice.
enum clau_status clau_checkpoint_write(const struct clau_checkpoint *checkpoint, const char *path,
                                       const char *previous, struct clau_error *error);

/// Reads a whole checkpoint into memory; those of version 0.1.0, which had no checksum, too.
/// CLAU_BAD_INPUT if it is none, is damaged, or is of a later version's layout.
enum clau_status clau_checkpoint_read(const char *path, struct clau_checkpoint **checkpoint,
                                      struct clau_error *error);

/// Copies a named value out. The count must be what was put: otherwise, or where the name is
/// missing, CLAU_BAD_INPUT. Doubles and integers keep every bit. *text is borrowed.
enum clau_status clau_checkpoint_get_reals(const struct clau_checkpoint *checkpoint,
                                           const char *name, double *values, size_t count,
                                           struct clau_error *error);
enum clau_status clau_checkpoint_get_integers(const struct clau_checkpoint *checkpoint,
                                              const char *name, int64_t *values, size_t count,
                                              struct clau_error *error);
enum clau_status clau_checkpoint_get_real(const struct clau_checkpoint *checkpoint,
                                          const char *name, double *value,
                                          struct clau_error *error);
enum clau_status clau_checkpoint_get_integer(const struct clau_checkpoint *checkpoint,
                                             const char *name, int64_t *value,
                                             struct clau_error *error);
enum clau_status clau_checkpoint_get_text(const struct clau_checkpoint *checkpoint,
                                          const char *name, const char **text,
                                          struct clau_error *error);

#endif
