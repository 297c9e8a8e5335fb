// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/measures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Of every variable where the command line names none.
static const char *const defaults[] = {
    "what = \"histogram-entropy\", window = 0",
    "what = \"permutation-entropy\", window = 0, normalised = true",
};

// The keys of a measure, read like those of a configuration.
static const struct clau_parameter table[] = {
    {.key = "measure",
     .type = CLAU_VARIANTS,
     .offset = 0,
     .kinds = &clau_measure_kinds,
     .description = "measure"},
};

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/// Number of a variable. Complains of a key of the document.
static enum clau_status find_variable(const struct analyze_runs *runs, const char *name,
                                      const char *key, const struct clau_toml *document,
                                      size_t *variable, struct clau_error *error) {
    for (size_t i = 0; i < runs->variable_count; i++)
        if (strcmp(runs->variables[i], name) == 0) {
            *variable = i;
            return CLAU_OK;
        }
    return clau_toml_complain(document, key, error, "is none of the series that are analysed");
}

static void compute(struct analyze_measure *self, const struct analyze_runs *runs) {
    for (size_t r = 0; r < runs->count; r++) {
        const struct analyze_run *run = &runs->runs[r];
        const double *x = run->series[self->variables[0]];
        const double *y =
            clau_measure_is_of_two(self->measure) ? run->series[self->variables[1]] : NULL;
        const size_t window = (size_t)self->options->window;
        const size_t count = window > 0 && window < run->count ? window : run->count;
        const size_t first = run->count - count;
        self->values[r] = NAN;
        self->statuses[r] = self->measure->compute(
            self->options, x + first, y != NULL ? y + first : NULL, count, &self->values[r]);
        if (self->statuses[r] != CLAU_MEASURE_OK)
            self->values[r] = NAN;
    }
}

/// From a document with one measure, that of `of`.
static enum clau_status add(struct analyze_measures *self, const struct analyze_runs *runs,
                            const struct clau_toml *document, struct clau_error *error) {
    struct analyze_measure *items = realloc(self->items, (self->count + 1) * sizeof *self->items);
    if (items == NULL)
        return no_memory(error);
    self->items = items;
    struct analyze_measure *item = &items[self->count++];
    *item = (struct analyze_measure){0};
    const struct clau_parameter_group group = {table, 1, &item->keys};
    enum clau_status status = clau_parameters_read(document, &group, 1, error);
    if (status != CLAU_OK)
        return status;
    item->kind = &clau_measure_kinds.items[item->keys.items[0].kind];
    item->measure = &clau_measures[item->keys.items[0].kind];
    item->options = item->keys.items[0].values;
    if (clau_measure_is_of_weights(item->measure))
        return clau_toml_complain(document, "measure.0.what", error,
                                  "is of distributions, not of series");
    status = find_variable(runs, item->options->of, "measure.0.of", document, &item->variables[0],
                           error);
    if (status == CLAU_OK && clau_measure_is_of_two(item->measure))
        status = find_variable(runs, item->options->with, "measure.0.with", document,
                               &item->variables[1], error);
    item->values = calloc(runs->count, sizeof *item->values);
    item->statuses = calloc(runs->count, sizeof *item->statuses);
    if (status == CLAU_OK && (item->values == NULL || item->statuses == NULL))
        return no_memory(error);
    if (status == CLAU_OK)
        compute(item, runs);
    return status;
}

static enum clau_status parse(const char *keys, const char *of, struct clau_toml **document,
                              struct clau_error *error) {
    char *text = NULL;
    if (asprintf(&text, "measure = [{%s%s%s%s}]", keys, of != NULL ? ", of = \"" : "",
                 of != NULL ? of : "", of != NULL ? "\"" : "") < 0)
        return no_memory(error);
    const enum clau_status status = clau_toml_parse_text(text, "--measure", document, error);
    free(text);
    return status;
}

/// The keys of one text, of one variable or of all.
static enum clau_status add_text(struct analyze_measures *self, const struct analyze_runs *runs,
                                 const char *keys, struct clau_error *error) {
    struct clau_toml *document = NULL;
    enum clau_status status = parse(keys, NULL, &document, error);
    const bool of_one = status == CLAU_OK && clau_toml_find(document, "measure.0.of") != NULL;
    if (of_one)
        status = add(self, runs, document, error);
    clau_toml_destroy(document);
    for (size_t i = 0; i < runs->variable_count && !of_one && status == CLAU_OK; i++) {
        document = NULL;
        status = parse(keys, runs->variables[i], &document, error);
        if (status == CLAU_OK)
            status = add(self, runs, document, error);
        clau_toml_destroy(document);
    }
    return status;
}

enum clau_status analyze_measures_compute(struct analyze_measures *self,
                                          const struct analyze_runs *runs,
                                          const struct analyze_options *options,
                                          struct clau_error *error) {
    const bool asked = options->measures.count > 0;
    const size_t count = asked ? options->measures.count : sizeof defaults / sizeof *defaults;
    enum clau_status status = CLAU_OK;
    *self = (struct analyze_measures){0};
    for (size_t i = 0; i < count && status == CLAU_OK; i++)
        status = add_text(self, runs, asked ? options->measures.texts[i] : defaults[i], error);
    return status;
}

void analyze_measures_free(struct analyze_measures *self) {
    for (size_t i = 0; i < self->count; i++) {
        const struct clau_parameter_group group = {table, 1, &self->items[i].keys};
        clau_parameters_clear(&group, 1);
        free(self->items[i].values);
        free(self->items[i].statuses);
    }
    free(self->items);
    *self = (struct analyze_measures){0};
}
