// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/dataset.h"

/// path[0..length) + suffix; NULL when out of memory.
static char *join(const char *path, size_t length, const char *suffix) {
    char *result = NULL;
    return asprintf(&result, "%.*s%s", (int)length, path, suffix) < 0 ? NULL : result;
}

static char *stem_of(const char *config) {
    const char *slash = strrchr(config, '/');
    const char *name = slash != NULL ? slash + 1 : config;
    const char *dot = strrchr(name, '.');
    return join(name, dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name), "");
}

static bool same_file(const char *a, const char *b) {
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static enum clau_status name_all(struct clau_paths *paths, const struct clau_options *options,
                                 struct clau_error *error) {
    paths->stem = stem_of(options->config);
    if (paths->stem != NULL) {
        paths->output = options->output != NULL ? strdup(options->output)
                                                : join(paths->stem, strlen(paths->stem), ".nc");
    }
    if (paths->output != NULL) {
        size_t length = strlen(paths->output);
        if (length > 3 && strcmp(paths->output + length - 3, ".nc") == 0) {
            length -= 3;
        }
        paths->sidecar = join(paths->output, length, ".xdmf2");
        paths->checkpoint = join(paths->output, length, ".checkpoint.nc");
        paths->previous = join(paths->output, length, ".checkpoint.previous.nc");
    }
    if (paths->sidecar == NULL || paths->checkpoint == NULL || paths->previous == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    return CLAU_OK;
}

static enum clau_status check(struct clau_paths *paths, const struct clau_options *options,
                              struct clau_error *error) {
    struct stat information;
    if (same_file(paths->output, options->config)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: the output would replace CONFIG",
                              paths->output);
    }
    if (options->restart != NULL && same_file(paths->output, options->restart)) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: the output would replace the checkpoint to restart from",
                              paths->output);
    }
    paths->output_exists = stat(paths->output, &information) == 0;
    const bool replace = options->force || options->restart != NULL || options->dry_run;
    return clau_dataset_check_path(paths->output, replace, error);
}

enum clau_status clau_paths_init(struct clau_paths *paths, const struct clau_options *options,
                                 struct clau_error *error) {
    *paths = (struct clau_paths){0};
    enum clau_status status = name_all(paths, options, error);
    if (status == CLAU_OK) {
        status = check(paths, options, error);
    }
    if (status != CLAU_OK) {
        clau_paths_finish(paths);
    }
    return status;
}

void clau_paths_finish(struct clau_paths *paths) {
    free(paths->output);
    free(paths->sidecar);
    free(paths->checkpoint);
    free(paths->previous);
    free(paths->stem);
    *paths = (struct clau_paths){0};
}
