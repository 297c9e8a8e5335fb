// SPDX-License-Identifier: GPL-3.0-or-later
/// Making whole what a killed run, or a damaged disk, left of an output file.
#ifndef CLAUSIUS_IO_REPAIR_H
#define CLAUSIUS_IO_REPAIR_H

#include <stdbool.h>
#include <stddef.h>

#include "io/journal.h"

enum { CLAU_REPAIR_NAME = 64, CLAU_REPAIR_DIMENSIONS = 8 };

/// What was done.
struct clau_repair {
    size_t pages;    ///< written, of a transaction that was left half done
    bool lengthened; ///< HDF5's end of what is allocated was taken from the file's own length
    bool leftover;   ///< a new file that had not taken its place yet was removed
    bool status;     ///< the attribute `status`, "running", became "interrupted"
    size_t cut_count;
    struct {
        char dimension[CLAU_REPAIR_NAME];
        size_t before, after; ///< records
    } cuts[CLAU_REPAIR_DIMENSIONS];
};

/// Ends the transaction in which the file was left, so that it can be read. With thorough, or where
/// it cannot be read even so, HDF5's end of what is allocated is corrected, too (as h5clear does).
/// A file that is not there is no error. *what is added to. Errors: CLAU_BAD_INPUT
/// `path: is damaged: ...` where all this does not help: nothing else has been changed then.
enum clau_status clau_repair_mend(const char *path, struct clau_journal *journal, bool thorough,
                                  struct clau_repair *what, struct clau_error *error);

/// The same, and cuts all series that share a dimension to the records that every one of them has
/// whole: those before the first time that is not written. The cut is one transaction.
enum clau_status clau_repair_file(const char *path, struct clau_journal *journal,
                                  struct clau_repair *what, struct clau_error *error);

#endif
