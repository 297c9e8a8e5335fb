// SPDX-License-Identifier: GPL-3.0-or-later
/// Files as the system has them: where they lie, and all of their bytes, however many calls that
/// takes. Internal to io/. What returns an int returns 0, or an errno value.
#ifndef CLAUSIUS_IO_PLAIN_FILE_H
#define CLAUSIUS_IO_PLAIN_FILE_H

#include <stddef.h>
#include <stdint.h>

/// The folder part of a path ("." if there is none). malloc'ed; NULL when out of memory.
char *clau_folder_of(const char *path);

/// Where the file lies that a path leads to: symbolic links are followed, also one to a file that
/// is not there yet. malloc'ed; NULL when out of memory, or where links lead round in a circle
/// (errno then).
char *clau_resolve_path(const char *path);

/// All of the bytes, at an address of the file.
int clau_write_fully(int descriptor, const void *bytes, size_t count, uint64_t address);

/// Up to the end of the file; *count is what was there.
int clau_read_fully(int descriptor, void *bytes, size_t size, uint64_t address, size_t *count);

/// Waits until the file, or the names in a folder, are on the disk.
int clau_sync_descriptor(int descriptor);
int clau_sync_folder(const char *folder);

#endif
