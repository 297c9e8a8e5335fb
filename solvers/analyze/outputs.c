// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const endings[] = {".txt", ".nc", ".svg"};
enum { FILES = sizeof endings / sizeof *endings };

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/// Names of the files, or of those that become them. REPORT may have one of the endings already.
static enum clau_status make_names(const char *report, const char *more, char *names[FILES],
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
        if (asprintf(&names[i], "%.*s%s%s", (int)length, report, endings[i], more) < 0) {
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
    enum clau_status status = make_names(options->output, "", names, error);
    for (size_t i = 0; i < FILES && status == CLAU_OK; i++)
        status = check_one(names[i], options, error);
    free_names(names);
    return status;
}

static enum clau_status write_stream(const struct analyze_analysis *analysis,
                                     void (*print)(const struct analyze_analysis *, FILE *),
                                     const char *path, struct clau_error *error) {
    errno = 0;
    FILE *stream = fopen(path, "w");
    if (stream != NULL)
        print(analysis, stream);
    const bool failed = stream == NULL || ferror(stream) != 0;
    if ((stream != NULL && fclose(stream) != 0) || failed)
        return clau_error_set(error, CLAU_IO_FAILED, "%s: %s", path, strerror(errno));
    return CLAU_OK;
}

enum clau_status analyze_outputs_write(const struct analyze_analysis *analysis, const char *history,
                                       struct clau_error *error) {
    char *names[FILES] = {NULL}, *fresh[FILES] = {NULL};
    enum clau_status status = make_names(analysis->options->output, "", names, error);
    if (status == CLAU_OK)
        status = make_names(analysis->options->output, ".new", fresh, error);
    if (status != CLAU_OK)
        goto out;
    status = write_stream(analysis, analyze_print_text, fresh[0], error);
    if (status == CLAU_OK)
        status = analyze_write_netcdf(analysis, fresh[1], history, error);
    if (status == CLAU_OK)
        status = write_stream(analysis, analyze_draw, fresh[2], error);
    for (size_t i = 0; i < FILES && status == CLAU_OK; i++)
        if (rename(fresh[i], names[i]) != 0)
            status = clau_error_set(error, CLAU_IO_FAILED, "%s: %s", names[i], strerror(errno));
    for (size_t i = 0; i < FILES && status != CLAU_OK; i++)
        unlink(fresh[i]);
out:
    free_names(names);
    free_names(fresh);
    return status;
}
