// SPDX-License-Identifier: GPL-3.0-or-later
/// What the fuzz targets share: the entry that libFuzzer calls, and bytes as a file.
#ifndef CLAUSIUS_TESTS_FUZZ_FUZZ_H
#define CLAUSIUS_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/// A target reads the bytes as a user's file would be read. It returns 0; what it finds wrong with
/// the program ends in abort().
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// A file in memory, and its path. Its time of change is long ago: there is no sign of a writer.
struct fuzz_file {
    int descriptor;
    char path[64];
};

static inline struct fuzz_file fuzz_file_make(void) {
    struct fuzz_file file = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};
    if (file.descriptor < 0) {
        abort();
    }
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
    return file;
}

static inline void fuzz_file_add(struct fuzz_file *file, const void *data, size_t size) {
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    if ((size > 0 && write(file->descriptor, data, size) != (ssize_t)size) ||
        futimens(file->descriptor, times) != 0) {
        abort();
    }
}

static inline void fuzz_file_close(struct fuzz_file *file) { close(file->descriptor); }

#endif
