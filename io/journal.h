// SPDX-License-Identifier: GPL-3.0-or-later
/// The journal of a file that is being written: who writes it, and the change that is under way.
///
/// NAME.journal stands beside NAME.nc while a run goes on, and after it was killed. Its first page
/// is a line of text, `process 4711 on HOST since TIME`; an open-file-description lock on it ends
/// with the process, however that ends. Behind it lies the redo record: the new bytes of all pages
/// that a transaction changes, with a CRC-32C over it. It is valid from the moment at which it is
/// whole until all pages are in the file: a process that is killed in between leaves what is needed
/// to end its work.
///
/// The file itself carries no lock, as HDF5 takes one of its own when it reads.
#ifndef CLAUSIUS_IO_JOURNAL_H
#define CLAUSIUS_IO_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/error.h"

enum { CLAU_PAGE = 4096 };

struct clau_journal;

/// One page of a file, and what it held before.
struct clau_page {
    uint64_t number; ///< the page's address is number * CLAU_PAGE
    bool metadata;   ///< of HDF5: to be written after the values that it points at
    uint32_t before; ///< CRC-32C of what the page held
    unsigned char bytes[CLAU_PAGE];
};

/// Takes the lock on the file that is to be written at path. Errors: CLAU_BAD_INPUT
/// `path: is being written by process N` where another has it, or where the folder cannot be
/// written to; CLAU_IO_FAILED, CLAU_NO_MEMORY. Nothing is done to a record that is pending.
enum clau_status clau_journal_open(const char *path, struct clau_journal **journal,
                                   struct clau_error *error);

/// Whether another process has the lock: CLAU_BAD_INPUT as above, without creating anything.
enum clau_status clau_journal_probe(const char *path, struct clau_error *error);

/// Whether locks work on this file system. Without them two runs could write to one file.
bool clau_journal_is_locked(const struct clau_journal *journal);

/// The data file, links resolved.
const char *clau_journal_data_path(const struct clau_journal *journal);

/// Whether a transaction was left half done.
bool clau_journal_is_pending(const struct clau_journal *journal);

/// Ends the transaction that was left half done, if there is one: *pages is how many were written
/// (0: nothing was pending, or the record belongs to a file that is no longer there).
enum clau_status clau_journal_recover(struct clau_journal *journal, size_t *pages,
                                      struct clau_error *error);

/// Forgets a pending record: the file that it belongs to is about to be replaced.
void clau_journal_discard(struct clau_journal *journal);

/// Makes sure of the room for a record of so many bytes: 0, or an errno value.
int clau_journal_reserve(struct clau_journal *journal, size_t bytes);

/// Writes a record of the pages, in the order in which they are to be applied; with sync it is on
/// the disk when the function returns. 0, or an errno value: then nothing is pending.
int clau_journal_write(struct clau_journal *journal, const struct clau_page *const *pages,
                       size_t count, bool sync);

/// Gives the lock back and frees. The journal is removed unless a record is pending that is not in
/// the file. NULL is fine.
void clau_journal_close(struct clau_journal *journal);

#endif
