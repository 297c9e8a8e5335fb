// SPDX-License-Identifier: GPL-3.0-or-later
/// Files that are written and read at one go and are never seen half: written under a name of their
/// own first, then renamed. For texts and images of files that are in memory; a run's dataset grows
/// in its place.
#ifndef CLAUSIUS_IO_WHOLE_FILE_H
#define CLAUSIUS_IO_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/error.h"

/// A part of the content; the parts follow one another in the file.
struct clau_bytes {
    const void *bytes;
    size_t count;
};

struct clau_whole_file {
    const char *path;
    const struct clau_bytes *parts; ///< [part_count] the content
    size_t part_count;
    /// Name under which the file that path has now is kept, or NULL: it goes away. path exists at
    /// every moment where the file system has hard links.
    const char *previous;
    /// Whether to wait until all of it is on the disk: then a power failure leaves the old file or
    /// the new one. Without it a crash of the machine may leave an empty one.
    bool durable;
};

/// Writes the files: all of them beside their places, and only then are they renamed, in their
/// order. A symbolic link at a path stays, and the file it leads to is replaced; a new file has the
/// permissions of the old one. What is at a path and is no regular file (a folder, a device) is not
/// replaced.
///
/// Fails with `path: reason`: CLAU_IO_FAILED, or CLAU_NO_MEMORY. The temporary files are then gone,
/// and path and previous of the file that failed, and of those after it, are as before. (Where only
/// a folder could not be synced, the new file is in its place.) A process that is killed may leave
/// PATH.tmp-PID-N; the next write of the same path, or clau_whole_file_tidy, removes it.
enum clau_status clau_whole_files_write(const struct clau_whole_file *files, size_t count,
                                        struct clau_error *error);

/// Removes what a killed process has left beside the path; what belongs to a process that is at
/// work stays. Nothing is said: what cannot be removed does no harm.
void clau_whole_file_tidy(const char *path);

/// Reads a regular file: *bytes is malloc'ed. CLAU_BAD_INPUT where there is none, or something else
/// (a FIFO is not waited for).
enum clau_status clau_whole_file_read(const char *path, void **bytes, size_t *count,
                                      struct clau_error *error);

#endif
