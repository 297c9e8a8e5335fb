// SPDX-License-Identifier: GPL-3.0-or-later
/// A folder of its own for each test that writes files, and small helpers around files.
#ifndef CLAUSIUS_TESTS_IO_FOLDER_H
#define CLAUSIUS_TESTS_IO_FOLDER_H

#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/approx.h"

struct folder {
    char path[PATH_MAX / 4];
    char file[PATH_MAX / 2]; ///< FOLDER/run.nc
};

static inline int remove_entry(const char *path, const struct stat *entry, int type,
                               struct FTW *walk) {
    (void)entry, (void)type, (void)walk;
    return remove(path);
}

/// Setup and teardown for cmocka; *state is a struct folder.
static inline int make_folder(void **state) {
    const char *root = getenv("TMPDIR");
    struct folder *folder = malloc(sizeof *folder);
    if (folder == NULL) {
        return -1;
    }
    snprintf(folder->path, sizeof folder->path, "%s/clausius-XXXXXX", root ? root : "/tmp");
    if (mkdtemp(folder->path) == NULL) {
        free(folder);
        return -1;
    }
    snprintf(folder->file, sizeof folder->file, "%s/run.nc", folder->path);
    *state = folder;
    return 0;
}

static inline int remove_folder(void **state) {
    struct folder *folder = *state;
    nftw(folder->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
    return 0;
}

#define test_in_folder(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

static inline bool file_exists(const char *path) { return access(path, F_OK) == 0; }

/// FOLDER/name; free().
static inline char *path_in(const struct folder *folder, const char *name) {
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder->path, name) > 0);
    return path;
}

static inline void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/// The whole file with a 0 behind it; free().
static inline char *read_bytes(const char *path, size_t *length) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        putc(c, stream);
    }
    fclose(stream);
    fclose(file);
    if (length != NULL) {
        *length = size;
    }
    return text;
}

#endif
