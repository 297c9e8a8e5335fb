// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/run_files.h"

#include <stdio.h>
#include <string.h>

static bool ends_with(const char *text, size_t length, const char *ending) {
    const size_t count = strlen(ending);
    return length >= count && memcmp(text + length - count, ending, count) == 0;
}

char *clau_file_beside(const char *dataset, const char *suffix) {
    static const char ending[] = ".nc";
    const char *slash = strrchr(dataset, '/');
    const char *name = slash != NULL ? slash + 1 : dataset;
    size_t length = strlen(dataset);
    // ".nc" alone is a name.
    if (ends_with(dataset, length, ending) && strlen(name) > strlen(ending)) {
        length -= strlen(ending);
    }
    char *path = NULL;
    return asprintf(&path, "%.*s%s", (int)length, dataset, suffix) < 0 ? NULL : path;
}

bool clau_is_file_beside(const char *path) {
    static const char *const endings[] = {CLAU_SIDECAR_SUFFIX, CLAU_CHECKPOINT_SUFFIX,
                                          CLAU_CHECKPOINT_SUFFIX CLAU_PREVIOUS_SUFFIX,
                                          CLAU_JOURNAL_SUFFIX};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; ++i) {
        if (ends_with(path, strlen(path), endings[i])) {
            return true;
        }
    }
    return false;
}
