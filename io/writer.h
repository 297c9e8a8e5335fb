// SPDX-License-Identifier: GPL-3.0-or-later
/// Making a NetCDF-4 file whose content is all there: tables of numbers and texts. It is made in
/// memory, to be written by clau_whole_files_write.
///
/// What fails is remembered: calls after it do nothing, and clau_writer_close reports it.
#ifndef CLAUSIUS_IO_WRITER_H
#define CLAUSIUS_IO_WRITER_H

#include <stddef.h>

#include "io/error.h"

struct clau_writer;

/// path is a name for messages.
enum clau_status clau_writer_create(const char *path, struct clau_writer **writer,
                                    struct clau_error *error);

void clau_writer_dimension(struct clau_writer *writer, const char *name, size_t length);

/// dimensions: names separated by spaces, slowest first, "" for a single number. values: as many as
/// their product, in C order. NaN stands for what is missing.
void clau_writer_reals(struct clau_writer *writer, const char *name, const char *dimensions,
                       const double *values, const char *units, const char *long_name);
/// NULL among the texts is written as "".
void clau_writer_texts(struct clau_writer *writer, const char *name, const char *dimensions,
                       const char *const *texts, const char *long_name);
/// An attribute of a variable, or of the file for NULL.
void clau_writer_attribute(struct clau_writer *writer, const char *variable, const char *name,
                           const char *text);

/// Closes and frees. *image is malloc'ed: the bytes of the file. CLAU_IO_FAILED or CLAU_NO_MEMORY
/// if anything failed.
enum clau_status clau_writer_close(struct clau_writer *writer, void **image, size_t *size,
                                   struct clau_error *error);

#endif
