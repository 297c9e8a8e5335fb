// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/whole_file.h"

static const char *const endings[] = {".txt", ".nc", ".svg"};
enum { FILES = sizeof endings / sizeof *endings };

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/// Names of the files. REPORT may have one of the endings already.
static enum clau_status make_names(const char *report, char *names[FILES],
                                   struct clau_error *error) {
    size_t length = strlen(report);
    for (size_t i = 0; i < FILES; i++) {
        const size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(report + length - ending, endings[i]) == 0) {
            length -= ending;
            break;
        }
    }
    for (size_t i = 0; i < FILES; i++)
        if (asprintf(&names[i], "%.*s%s", (int)length, report, endings[i]) < 0) {
            names[i] = NULL;
            return no_memory(error);
        }
    return CLAU_OK;
}

static void free_names(char *names[FILES]) {
    for (size_t i = 0; i < FILES; i++)
        free(names[i]);
}

static enum clau_status check_folder(const char *path, struct clau_error *error) {
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    enum clau_status status = folder != NULL ? CLAU_OK : no_memory(error);
    struct stat entry;
    if (folder != NULL && stat(folder, &entry) != 0)
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: folder %s: %s", path, folder,
                                strerror(errno));
    else if (folder != NULL && access(folder, W_OK | X_OK) != 0)
        status =
            clau_error_set(error, CLAU_BAD_INPUT, "%s: folder %s is not writable", path, folder);
    free(folder);
    return status;
}

static enum clau_status check_one(const char *path, const struct analyze_options *options,
                                  struct clau_error *error) {
    struct stat entry, input;
    if (stat(path, &entry) != 0)
        return check_folder(path, error);
    for (size_t i = 0; i < options->file_count; i++)
        if (stat(options->files[i], &input) == 0 && input.st_ino == entry.st_ino &&
            input.st_dev == entry.st_dev)
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: is a file that is analysed", path);
    if (!S_ISREG(entry.st_mode))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: exists and is no file", path);
    if (!options->force)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: exists; --force replaces it", path);
    return check_folder(path, error);
}

enum clau_status analyze_outputs_check(const struct analyze_options *options,
                                       struct clau_error *error) {
    char *names[FILES] = {NULL};
    enum clau_status status = make_names(options->output, names, error);
    for (size_t i = 0; i < FILES && status == CLAU_OK; i++)
        status = check_one(names[i], options, error);
    free_names(names);
    return status;
}

/// What `print` prints; malloc'ed.
static enum clau_status make_text(const struct analyze_analysis *analysis,
                                  void (*print)(const struct analyze_analysis *, FILE *),
                                  void **text, size_t *size, struct clau_error *error) {
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, size);
    if (stream == NULL) {
        return no_memory(error);
    }
    print(analysis, stream);
    const bool failed = ferror(stream) != 0;
    if (fclose(stream) != 0 || bytes == NULL || failed) {
        free(bytes);
        return no_memory(error);
    }
    *text = bytes;
    return CLAU_OK;
}

enum clau_status analyze_outputs_write(const struct analyze_analysis *analysis, const char *history,
                                       struct clau_error *error) {
    char *names[FILES] = {NULL};
    void *contents[FILES] = {NULL};
    size_t sizes[FILES] = {0};
    enum clau_status status = make_names(analysis->options->output, names, error);
    if (status == CLAU_OK) {
        status = make_text(analysis, analyze_print_text, &contents[0], &sizes[0], error);
    }
    if (status == CLAU_OK) {
        status = analyze_make_netcdf(analysis, names[1], history, &contents[1], &sizes[1], error);
    }
    if (status == CLAU_OK) {
        status = make_text(analysis, analyze_draw, &contents[2], &sizes[2], error);
    }
    if (status == CLAU_OK) {
        struct clau_bytes bytes[FILES];
        struct clau_whole_file files[FILES];
        for (size_t i = 0; i < FILES; i++) {
            bytes[i] = (struct clau_bytes){contents[i], sizes[i]};
            files[i] = (struct clau_whole_file){
                .path = names[i], .parts = &bytes[i], .part_count = 1, .durable = true};
        }
        status = clau_whole_files_write(files, FILES, error);
    }
    for (size_t i = 0; i < FILES; i++) {
        free(contents[i]);
    }
    free_names(names);
    return status;
}
