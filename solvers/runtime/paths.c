// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/dataset.h"
#include "io/run_files.h"
#include "solvers/runtime/initial_file.h"

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
        paths->sidecar = clau_file_beside(paths->output, CLAU_SIDECAR_SUFFIX);
        paths->checkpoint = clau_file_beside(paths->output, CLAU_CHECKPOINT_SUFFIX);
        paths->previous =
            clau_file_beside(paths->output, CLAU_CHECKPOINT_SUFFIX CLAU_PREVIOUS_SUFFIX);
        paths->journal = clau_file_beside(paths->output, CLAU_JOURNAL_SUFFIX);
    }
    if (paths->sidecar == NULL || paths->checkpoint == NULL || paths->previous == NULL ||
        paths->journal == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    return CLAU_OK;
}

/// No file of the run may take the place of another one, nor of what the run reads. The files are
/// compared as such: names may differ, by links.
static enum clau_status check_files(const struct clau_paths *paths,
                                    const struct clau_options *options, struct clau_error *error) {
    const struct {
        const char *path, *what;
    } files[] = {{paths->output, "output"},
                 {paths->sidecar, "sidecar"},
                 {paths->journal, "journal"},
                 {paths->checkpoint, "checkpoint"},
                 {paths->previous, "previous checkpoint"}};
    enum { FILES = sizeof files / sizeof *files, FIRST_CHECKPOINT = 3 };
    for (size_t i = 0; i < FILES; i++) {
        if (same_file(files[i].path, options->config)) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: the %s would replace CONFIG",
                                  files[i].path, files[i].what);
        }
        // A restart replaces the checkpoint in its turn.
        if (options->restart != NULL && i < FIRST_CHECKPOINT &&
            same_file(files[i].path, options->restart)) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: the %s would replace the checkpoint to restart from",
                                  files[i].path, files[i].what);
        }
        // The two checkpoints may be one file for a moment, and after a kill in it.
        for (size_t k = i + 1; k < FILES && i < FIRST_CHECKPOINT; k++) {
            if (same_file(files[i].path, files[k].path)) {
                return clau_error_set(error, CLAU_BAD_INPUT, "%s: is the same file as %s",
                                      files[k].path, files[i].path);
            }
        }
    }
    return CLAU_OK;
}

/// Other runs have files, too.
static enum clau_status check_name(const struct clau_paths *paths, struct clau_error *error) {
    if (clau_is_file_beside(paths->output)) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: is a name for what stands beside an output; an output may be "
                              "NAME.nc",
                              paths->output);
    }
    char *twin = clau_twin_of(paths->output);
    enum clau_status status = CLAU_OK;
    if (twin != NULL) {
        status = clau_error_set(error, CLAU_BAD_INPUT,
                                "%s: would share its checkpoint, %s, with %s: give it another name",
                                paths->output, paths->checkpoint, twin);
    }
    free(twin);
    return status;
}

static enum clau_status check(struct clau_paths *paths, const struct clau_options *options,
                              struct clau_error *error) {
    struct stat information;
    enum clau_status status = check_files(paths, options, error);
    if (status == CLAU_OK) {
        status = check_name(paths, error);
    }
    paths->output_exists = stat(paths->output, &information) == 0;
    if (status == CLAU_OK && !options->dry_run) {
        // Told before what --force would help against.
        status = clau_journal_probe(paths->output, error);
    }
    if (status != CLAU_OK) {
        return status;
    }
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

/// The file that an entry of [[initial]] reads, in *file: free(). NULL: it reads none.
static enum clau_status initial_file(const struct clau_toml *config,
                                     const struct clau_toml_node *entry, char **file,
                                     struct clau_error *error) {
    const char *kind = NULL;
    const char *path = NULL;
    *file = NULL;
    if (entry == NULL) { // out of memory
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    if (!clau_toml_string(clau_toml_get(entry, "kind"), &kind) || strcmp(kind, "file") != 0 ||
        !clau_toml_string(clau_toml_get(entry, "path"), &path)) {
        return CLAU_OK;
    }
    *file = clau_initial_file_resolve(path, config);
    return *file != NULL ? CLAU_OK : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

enum clau_status clau_paths_check_initial(const struct clau_paths *paths,
                                          const struct clau_toml *config,
                                          struct clau_error *error) {
    const char *const written[] = {paths->output, paths->checkpoint, paths->previous};
    const struct clau_toml_node *const initial = clau_toml_find(config, "initial");
    const size_t count = initial != NULL ? clau_toml_size(initial) : 0;
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        char *file = NULL;
        status = initial_file(config, clau_toml_at(initial, i, NULL), &file, error);
        for (size_t k = 0; k < sizeof written / sizeof *written && file != NULL; k++) {
            if (same_file(written[k], file)) {
                char key[64];
                snprintf(key, sizeof key, "initial.%zu.path", i);
                status = clau_toml_complain(config, key, error,
                                            "the run would replace it: give -o another name");
                break;
            }
        }
        free(file);
    }
    return status;
}

void clau_paths_finish(struct clau_paths *paths) {
    free(paths->output);
    free(paths->sidecar);
    free(paths->checkpoint);
    free(paths->previous);
    free(paths->journal);
    free(paths->stem);
    *paths = (struct clau_paths){0};
}
