// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/run_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/netcdf_image.h"

static const char dataset_ending[] = ".nc";

static bool ends_with(const char *text, size_t length, const char *ending) {
    const size_t count = strlen(ending);
    return length >= count && memcmp(text + length - count, ending, count) == 0;
}

/// Length of NAME.
static size_t name_length(const char *dataset) {
    const char *slash = strrchr(dataset, '/');
    const char *name = slash != NULL ? slash + 1 : dataset;
    size_t length = strlen(dataset);
    // ".nc" alone is a name.
    if (ends_with(dataset, length, dataset_ending) && strlen(name) > strlen(dataset_ending)) {
        length -= strlen(dataset_ending);
    }
    return length;
}

char *clau_file_beside(const char *dataset, const char *suffix) {
    char *path = NULL;
    return asprintf(&path, "%.*s%s", (int)name_length(dataset), dataset, suffix) < 0 ? NULL : path;
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

static bool is_dataset(const char *path) {
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    char begin[8];
    struct stat entry;
    const bool result = descriptor >= 0 && fstat(descriptor, &entry) == 0 &&
                        S_ISREG(entry.st_mode) &&
                        read(descriptor, begin, sizeof begin) == (ssize_t)sizeof begin &&
                        clau_is_hdf5(begin, sizeof begin);
    if (descriptor >= 0) {
        close(descriptor);
    }
    return result;
}

char *clau_twin_of(const char *dataset) {
    const bool cut = name_length(dataset) < strlen(dataset);
    char *twin = clau_file_beside(dataset, cut ? "" : dataset_ending);
    if (twin != NULL && !is_dataset(twin)) {
        free(twin);
        return NULL;
    }
    return twin;
}
