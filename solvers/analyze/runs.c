// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/runs.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/reader.h"

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

// ---- groups -----------------------------------------------------------------------------------

/// "runs/torus.nc" -> "torus"; NULL when out of memory.
static char *stem(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name ? strndup(name, (size_t)(dot - name)) : strdup(name);
}

/// Number of the group of that name, a new one if there is none; SIZE_MAX when out of memory.
static size_t group_of(struct analyze_runs *self, const char *name) {
    for (size_t i = 0; i < self->group_count; i++)
        if (strcmp(self->groups[i], name) == 0)
            return i;
    char *copy = strdup(name);
    if (copy == NULL)
        return SIZE_MAX;
    self->groups[self->group_count] = copy;
    return self->group_count++;
}

static enum clau_status make_groups(struct analyze_runs *self,
                                    const struct analyze_options *options,
                                    struct clau_error *error) {
    self->groups = calloc(options->file_count, sizeof *self->groups);
    self->runs = calloc(options->file_count, sizeof *self->runs);
    if (self->groups == NULL || self->runs == NULL)
        return no_memory(error);
    for (size_t i = 0; i < options->file_count; i++) {
        char *own = options->groups[i] == NULL ? stem(options->files[i]) : NULL;
        const char *name = own != NULL ? own : options->groups[i];
        const size_t before = self->group_count;
        const size_t group = name != NULL ? group_of(self, name) : SIZE_MAX;
        free(own);
        if (group == SIZE_MAX)
            return no_memory(error);
        // Two files of one stem, in different folders, are not meant to be one group.
        if (options->groups[i] == NULL && group < before)
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: a second file or group of the name %s; -g names groups",
                                  options->files[i], self->groups[group]);
        self->runs[self->count++] = (struct analyze_run){.path = options->files[i], .group = group};
    }
    return CLAU_OK;
}

// ---- variables --------------------------------------------------------------------------------

static bool has(char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/// Keeps the variables that this file has, too.
static enum clau_status keep_common(struct analyze_runs *self, struct clau_reader *reader,
                                    struct clau_error *error) {
    char **names;
    size_t count, kept = 0;
    const enum clau_status status =
        clau_reader_series(reader, "observation_time", &names, &count, error);
    if (status != CLAU_OK)
        return status;
    for (size_t i = 0; i < self->variable_count; i++) {
        if (has(names, count, self->variables[i]))
            self->variables[kept++] = self->variables[i];
        else
            free(self->variables[i]);
    }
    self->variable_count = kept;
    free(names);
    return CLAU_OK;
}

/// Room for the names of a list, which are copied.
static enum clau_status copy_names(struct analyze_runs *self, char *const *names, size_t count,
                                   struct clau_error *error) {
    self->variables = calloc(count + 1, sizeof *self->variables);
    self->long_names = calloc(count + 1, sizeof *self->long_names);
    self->units = calloc(count + 1, sizeof *self->units);
    self->left_out = calloc(count + 1, sizeof *self->left_out);
    if (self->variables == NULL || self->long_names == NULL || self->units == NULL ||
        self->left_out == NULL)
        return no_memory(error);
    for (size_t i = 0; i < count; i++) {
        self->variables[i] = strdup(names[i]);
        if (self->variables[i] == NULL)
            return no_memory(error);
        self->variable_count++;
    }
    return CLAU_OK;
}

/// "a,b, c" as names, each once.
static enum clau_status split_names(struct analyze_runs *self, const char *list,
                                    struct clau_error *error) {
    char *copy = strdup(list), *place = NULL;
    // Not more than half of the characters begin a name.
    char **names = calloc(strlen(list) / 2 + 1, sizeof *names);
    size_t count = 0;
    enum clau_status status = copy != NULL && names != NULL ? CLAU_OK : no_memory(error);
    for (char *name = status == CLAU_OK ? strtok_r(copy, ", ", &place) : NULL; name != NULL;
         name = strtok_r(NULL, ", ", &place)) {
        for (size_t i = 0; i < count && status == CLAU_OK; i++)
            if (strcmp(names[i], name) == 0)
                status = clau_error_set(error, CLAU_BAD_INPUT,
                                        "clausius-analyze: --variables: %s is there twice", name);
        names[count++] = name;
    }
    if (status == CLAU_OK)
        status = copy_names(self, names, count, error);
    free(names);
    free(copy);
    return status;
}

static enum clau_status choose_variables(struct analyze_runs *self,
                                         const struct analyze_options *options,
                                         struct clau_reader *const *readers,
                                         struct clau_error *error) {
    enum clau_status status;
    if (options->variables != NULL) {
        status = split_names(self, options->variables, error);
    } else {
        char **names;
        size_t count;
        status = clau_reader_series(readers[0], "observation_time", &names, &count, error);
        if (status != CLAU_OK)
            return status;
        status = copy_names(self, names, count, error);
        free(names);
        for (size_t i = 1; i < self->count && status == CLAU_OK; i++)
            status = keep_common(self, readers[i], error);
    }
    for (size_t i = 0; i < self->variable_count && status == CLAU_OK; i++) {
        self->long_names[i] = clau_reader_text(readers[0], self->variables[i], "long_name");
        self->units[i] = clau_reader_text(readers[0], self->variables[i], "units");
    }
    if (status == CLAU_OK && self->variable_count == 0)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: has no series that all files have",
                              self->runs[0].path);
    return status;
}

// ---- values -----------------------------------------------------------------------------------

static enum clau_status read_series(struct analyze_run *run, struct clau_reader *reader,
                                    const char *name, double **values, struct clau_error *error) {
    size_t count;
    const enum clau_status status = clau_reader_values(reader, name, values, &count, error);
    if (status != CLAU_OK)
        return status;
    if (count != run->first + run->count)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s has %zu values for %zu observations",
                              run->path, name, count, run->first + run->count);
    memmove(*values, *values + run->first, run->count * sizeof **values);
    return CLAU_OK;
}

static enum clau_status read_run(struct analyze_runs *self, struct analyze_run *run, double skip,
                                 struct clau_reader *reader, struct clau_error *error) {
    size_t total;
    run->title = clau_reader_text(reader, NULL, "title");
    run->source = clau_reader_text(reader, NULL, "source");
    run->status = clau_reader_text(reader, NULL, "status");
    run->config = clau_reader_text(reader, NULL, "config");
    run->series = calloc(self->variable_count + 1, sizeof *run->series);
    if (run->series == NULL)
        return no_memory(error);
    enum clau_status status =
        clau_reader_values(reader, "observation_time", &run->times, &total, error);
    if (status != CLAU_OK)
        return status;
    run->first = (size_t)ceil(skip * (double)total);
    run->count = total - run->first;
    if (run->count < 4)
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: has %zu observations, of which %zu are left: too few", run->path,
                              total, run->count);
    memmove(run->times, run->times + run->first, run->count * sizeof *run->times);
    for (size_t i = 0; i < self->variable_count && status == CLAU_OK; i++)
        status = read_series(run, reader, self->variables[i], &run->series[i], error);
    return status;
}

/// NULL, or why there is nothing to analyse in a variable.
static const char *fault(const struct analyze_runs *self, size_t variable) {
    bool varies = false;
    const double first = self->runs[0].series[variable][0];
    for (size_t r = 0; r < self->count; r++)
        for (size_t i = 0; i < self->runs[r].count; i++) {
            const double x = self->runs[r].series[variable][i];
            if (!isfinite(x))
                return "has missing or infinite values";
            varies = varies || x != first;
        }
    return varies ? NULL : "is the same everywhere";
}

static void drop(struct analyze_runs *self, size_t variable) {
    free(self->variables[variable]);
    free(self->long_names[variable]);
    free(self->units[variable]);
    for (size_t r = 0; r < self->count; r++)
        free(self->runs[r].series[variable]);
    self->variable_count--;
    for (size_t i = variable; i < self->variable_count; i++) {
        self->variables[i] = self->variables[i + 1];
        self->long_names[i] = self->long_names[i + 1];
        self->units[i] = self->units[i + 1];
        for (size_t r = 0; r < self->count; r++)
            self->runs[r].series[i] = self->runs[r].series[i + 1];
    }
}

static enum clau_status check_values(struct analyze_runs *self, bool chosen,
                                     struct clau_error *error) {
    for (size_t i = 0; i < self->variable_count;) {
        const char *what = fault(self, i);
        if (what == NULL) {
            i++;
            continue;
        }
        if (chosen)
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: %s %s in the observations that are analysed",
                                  self->runs[0].path, self->variables[i], what);
        if (asprintf(&self->left_out[self->left_out_count], "%s %s", self->variables[i], what) < 0)
            return no_memory(error);
        self->left_out_count++;
        drop(self, i);
    }
    if (self->variable_count == 0)
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: no series varies", self->runs[0].path);
    return CLAU_OK;
}

enum clau_status analyze_runs_read(struct analyze_runs *self, const struct analyze_options *options,
                                   struct clau_error *error) {
    *self = (struct analyze_runs){0};
    struct clau_reader **readers = calloc(options->file_count, sizeof *readers);
    enum clau_status status =
        readers != NULL ? make_groups(self, options, error) : no_memory(error);
    for (size_t i = 0; i < options->file_count && status == CLAU_OK; i++)
        status = clau_reader_open(options->files[i], &readers[i], error);
    if (status == CLAU_OK)
        status = choose_variables(self, options, readers, error);
    for (size_t i = 0; i < self->count && status == CLAU_OK; i++)
        status = read_run(self, &self->runs[i], options->skip, readers[i], error);
    if (status == CLAU_OK)
        status = check_values(self, options->variables != NULL, error);
    for (size_t i = 0; readers != NULL && i < options->file_count; i++)
        clau_reader_close(readers[i]);
    free(readers);
    return status;
}

size_t analyze_runs_of(const struct analyze_runs *runs, size_t group) {
    size_t count = 0;
    for (size_t r = 0; r < runs->count; r++)
        count += runs->runs[r].group == group;
    return count;
}

void analyze_runs_free(struct analyze_runs *self) {
    for (size_t r = 0; r < self->count; r++) {
        struct analyze_run *run = &self->runs[r];
        for (size_t i = 0; run->series != NULL && i < self->variable_count; i++)
            free(run->series[i]);
        free(run->series);
        free(run->times);
        free(run->title);
        free(run->source);
        free(run->status);
        free(run->config);
    }
    for (size_t i = 0; i < self->variable_count; i++) {
        free(self->variables[i]);
        free(self->long_names[i]);
        free(self->units[i]);
    }
    for (size_t i = 0; i < self->left_out_count; i++)
        free(self->left_out[i]);
    free(self->left_out);
    free(self->units);
    for (size_t i = 0; i < self->group_count; i++)
        free(self->groups[i]);
    free(self->variables);
    free(self->long_names);
    free(self->groups);
    free(self->runs);
    *self = (struct analyze_runs){0};
}
