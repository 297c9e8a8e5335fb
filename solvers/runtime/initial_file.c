// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/initial_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/dataset.h"

char *clau_initial_file_resolve(const char *path, const struct clau_toml *config) {
    char *resolved = NULL;
    const char *folder = path[0] == '/' ? "" : clau_toml_folder(config);
    return asprintf(&resolved, "%s%s", folder, path) < 0 ? NULL : resolved;
}

/// Reads a variable of the file; what is wrong is not yet told of the entry.
static enum clau_status read_variable(const struct clau_initial_file *file,
                                      const struct clau_toml *config, const char *variable,
                                      ptrdiff_t record, double **values, size_t *count,
                                      struct clau_error *error) {
    char *path = clau_initial_file_resolve(file->path, config);
    if (path == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    const enum clau_status status = clau_dataset_read(path, variable, record, values, count, error);
    free(path);
    return status;
}

enum clau_status clau_initial_file_read(const struct clau_initial_file *file, size_t index,
                                        const struct clau_toml *config, const char *variable,
                                        size_t count, double **values, struct clau_error *error) {
    char key[64];
    double *read = NULL;
    size_t length = 0;
    struct clau_error reason = {0};
    snprintf(key, sizeof key, "initial.%zu.path", index);
    enum clau_status status =
        read_variable(file, config, variable, (ptrdiff_t)file->record, &read, &length, &reason);
    if (status == CLAU_NO_MEMORY) {
        return clau_error_set(error, status, "%s", reason.message);
    }
    if (status != CLAU_OK) {
        return clau_toml_complain(config, key, error, "%s", reason.message);
    }
    if (length != count) {
        status = clau_toml_complain(config, key, error, "%s has %zu values, not %zu", variable,
                                    length, count);
    }
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        if (!isfinite(read[i])) {
            status = clau_toml_complain(config, key, error, "%s[%zu] is not finite", variable, i);
        }
    }
    if (status != CLAU_OK) {
        free(read);
        return status;
    }
    *values = read;
    return CLAU_OK;
}

enum clau_status clau_initial_file_check_axis(const struct clau_initial_file *file, size_t index,
                                              const struct clau_toml *config, const char *name,
                                              const double *values, size_t count,
                                              struct clau_error *error) {
    char key[64];
    double *read = NULL;
    size_t length = 0;
    if (read_variable(file, config, name, -1, &read, &length, NULL) != CLAU_OK) {
        return CLAU_OK; // a file without the coordinate: its numbers are taken as they stand
    }
    const double first = values[0], last = values[count - 1];
    const double allowed = 1e-6 * fabs(values[1] - values[0]);
    enum clau_status status = CLAU_OK;
    if (length == count &&
        !(fabs(read[0] - first) <= allowed && fabs(read[count - 1] - last) <= allowed)) {
        snprintf(key, sizeof key, "initial.%zu.path", index);
        status = clau_toml_complain(config, key, error,
                                    "its %s runs from %.9g to %.9g, that of this run from %.9g to "
                                    "%.9g",
                                    name, read[0], read[count - 1], first, last);
    }
    free(read);
    return status;
}
