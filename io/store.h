// SPDX-License-Identifier: GPL-3.0-or-later
/// A file that changes in whole transactions, whatever ends its writer.
///
/// What is written beyond the end of the last commit goes to the file at once: nothing refers to it
/// yet. What would change bytes that are committed is held in memory, in pages. A commit writes
/// those pages to the journal first and to the file then, HDF5's metadata after the values that
/// they point at; so the file holds the old state, or the new one, or the journal ends the way to
/// the new one. clau_store_access() lets HDF5 write to such a file.
///
/// The first error of writing is kept, and nothing reaches the file after it: the file stays what
/// the last commit made it.
#ifndef CLAUSIUS_IO_STORE_H
#define CLAUSIUS_IO_STORE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/journal.h"

struct clau_store;

/// Takes over an open descriptor (closed with the store, or on failure). path is for messages.
/// journal is borrowed; NULL: the file is not yet known to anybody, and changes in place.
enum clau_status clau_store_open(const char *path, int descriptor, struct clau_journal *journal,
                                 struct clau_store **store, struct clau_error *error);

/// A file access property list with which H5Fopen opens the store, whatever name it is given.
/// The caller closes it. Negative on failure.
hid_t clau_store_access(struct clau_store *store);

/// From now on changes go through the journal: the file has got its name.
void clau_store_protect(struct clau_store *store, struct clau_journal *journal);

/// While HDF5 opens a file whose length and end of what is allocated do not agree: with on, the
/// store says that the file is long enough for whatever it holds.
void clau_store_pretend(struct clau_store *store, bool on);
bool clau_store_pretends(const struct clau_store *store);

/// The end of what HDF5 has allocated, once the file is open: what lies behind it is rubbish of a
/// transaction that was not committed.
void clau_store_settle(struct clau_store *store);

/// Makes sure that so many bytes more have room in the file, before anything is written:
/// CLAU_IO_FAILED with `path: No space left on device` (or what else is in the way) otherwise, and
/// the store goes on as it was.
enum clau_status clau_store_reserve(struct clau_store *store, size_t bytes,
                                    struct clau_error *error);

/// Makes everything written since the last commit part of the file. HDF5 must have flushed. With
/// sync it is on the disk when the function returns.
enum clau_status clau_store_commit(struct clau_store *store, bool sync, struct clau_error *error);

/// Gives back what was reserved and not used, closes and frees. HDF5's file must be closed. What
/// was not committed is lost. NULL is fine.
enum clau_status clau_store_close(struct clau_store *store, struct clau_error *error);

/// For the driver: bytes at an address. Reading sees what was written; false on an error of the
/// device. Writing never fails as HDF5 sees it (see clau_store_commit).
bool clau_store_read(struct clau_store *store, uint64_t address, size_t size, void *bytes);
void clau_store_write(struct clau_store *store, uint64_t address, size_t size, const void *bytes,
                      bool metadata);
uint64_t clau_store_allocated(const struct clau_store *store);
void clau_store_set_allocated(struct clau_store *store, uint64_t end);
uint64_t clau_store_size(const struct clau_store *store); ///< of the file, at least

#endif
