// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/online.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/runtime/schedule.h"

// ---- sources ----------------------------------------------------------------------------------

/// Fills source from the tables: fields, then the state, then the observables of this run.
static bool find_source(const struct clau_file_layout *layout, const struct clau_setup *setup,
                        const char *name, struct clau_online_source *source) {
    *source = (struct clau_online_source){.name = name};
    const struct clau_solver *solver = layout->solver;
    for (size_t i = 0; i < solver->field_count; i++) {
        if (strcmp(solver->fields[i].name, name) == 0) {
            source->compute = solver->fields[i].compute;
            source->length = solver->fields[i].length(setup);
            return true;
        }
    }
    for (size_t i = 0; i < solver->state_count; i++) {
        if (strcmp(solver->state[i].name, name) == 0) {
            source->compute = solver->state[i].compute;
            source->length = clau_file_layout_state_length(layout);
            return true;
        }
    }
    for (size_t i = layout->first_observable; i < layout->first_measure; i++) {
        const struct clau_observable_row *row =
            &solver->observables[layout->rows[i - layout->first_observable]];
        if (strcmp(row->name, name) == 0) {
            source->compute = row->compute;
            source->length = layout->lengths[i];
            source->series = row->dimension == NULL;
            return true;
        }
    }
    return false;
}

/// "density, spectrum, psi_re, ...", cut where it becomes too long.
static void list_sources(const struct clau_file_layout *layout, char *text, size_t size) {
    const struct clau_solver *solver = layout->solver;
    size_t used = 0;
    text[0] = '\0';
    const size_t observables = layout->first_measure - layout->first_observable;
    const size_t total = solver->field_count + solver->state_count + observables;
    for (size_t i = 0; i < total && used + 1 < size; i++) {
        const size_t j = i - solver->field_count, k = j - solver->state_count;
        const char *name = i < solver->field_count   ? solver->fields[i].name
                           : j < solver->state_count ? solver->state[j].name
                                                     : solver->observables[layout->rows[k]].name;
        used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", name);
    }
}

/// A key of measure number `index`.
__attribute__((format(printf, 5, 6))) static enum clau_status
complain(const struct clau_toml *config, size_t index, const char *key, struct clau_error *error,
         const char *format, ...) {
    char path[64], text[CLAU_ERROR_LENGTH];
    va_list arguments;
    snprintf(path, sizeof path, "diagnostics.measure.%zu.%s", index, key);
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return clau_toml_complain(config, path, error, "%s", text);
}

/// The source of that name, which is made if no measure before has it.
static enum clau_status add_source(struct clau_online *online, struct clau_online_measure *measure,
                                   const struct clau_file_layout *layout,
                                   const struct clau_setup *setup, size_t number,
                                   struct clau_error *error) {
    const size_t index = (size_t)(measure - online->items);
    const char *key = number == 0 ? "of" : "with";
    const char *name = number == 0 ? measure->options->of : measure->options->with;
    struct clau_online_source found;
    if (!find_source(layout, setup, name, &found)) {
        char names[700];
        list_sources(layout, names, sizeof names);
        return complain(setup->config, index, key, error, "is none of this run's variables: %s",
                        names);
    }
    if (found.series && clau_measure_is_of_weights(measure->measure)) {
        return complain(setup->config, index, key, error,
                        "is one number an observation: not %s, which needs an array",
                        clau_measure_input_text(measure->measure->input));
    }
    for (size_t i = 0; i < online->source_count; i++) {
        if (strcmp(online->sources[i].name, name) == 0) {
            measure->sources[number] = &online->sources[i];
            return CLAU_OK;
        }
    }
    measure->sources[number] = &online->sources[online->source_count++];
    *measure->sources[number] = found;
    return CLAU_OK;
}

// ---- measures ---------------------------------------------------------------------------------

/// "density_permutation_entropy"
static char *default_name(const struct clau_measure_options *options, const char *what) {
    char *name = NULL;
    const bool pair = options->with != NULL;
    if (asprintf(&name, "%s%s%s_%s", options->of, pair ? "_" : "", pair ? options->with : "",
                 what) < 0) {
        return NULL;
    }
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return name;
}

/// What is measured, with the options: all that a reader of the file needs.
static char *describe(const struct clau_online_measure *self, const struct clau_kind *kind) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    const bool pair = self->options->with != NULL;
    fprintf(stream, "%s of %s%s%s", kind->name, self->options->of, pair ? " and " : "",
            pair ? self->options->with : "");
    clau_measure_write_options(kind, self->options, self->sources[0]->series, stream);
    fprintf(stream, " (%s)", kind->description);
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static enum clau_status init_one(struct clau_online *online, struct clau_file_layout *layout,
                                 const struct clau_setup *setup, struct clau_error *error) {
    const size_t index = online->count++;
    struct clau_online_measure *self = &online->items[index];
    const struct clau_variant *variant = &layout->run->measures.items[index];
    const struct clau_kind *kind = &clau_measure_kinds.items[variant->kind];
    const struct clau_measure_options *options = variant->values;
    self->measure = &clau_measures[variant->kind];
    self->options = options;
    enum clau_status status = add_source(online, self, layout, setup, 0, error);
    if (status == CLAU_OK && clau_measure_is_of_two(self->measure)) {
        status = add_source(online, self, layout, setup, 1, error);
    }
    if (status != CLAU_OK) {
        return status;
    }
    const struct clau_online_source *first = self->sources[0], *second = self->sources[1];
    if (second != NULL && (first->series != second->series || first->length != second->length)) {
        return complain(setup->config, index, "with", error, "has not the length of %s",
                        options->of);
    }
    self->name = options->name != NULL ? strdup(options->name) : default_name(options, kind->name);
    self->long_name = describe(self, kind);
    if (self->name == NULL || self->long_name == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    if (clau_file_layout_find(layout, self->name) != NULL) {
        return complain(setup->config, index, options->name != NULL ? "name" : "what", error,
                        "makes a second variable %s; another name is needed", self->name);
    }
    clau_file_layout_add_measure(layout, self->name, self->long_name);
    return CLAU_OK;
}

enum clau_status clau_online_init(struct clau_online *online, struct clau_file_layout *layout,
                                  const struct clau_setup *setup, struct clau_error *error) {
    const size_t count = layout->run->measures.count;
    *online = (struct clau_online){.items = calloc(count + 1, sizeof *online->items),
                                   .sources = calloc(2 * count + 1, sizeof *online->sources)};
    if (online->items == NULL || online->sources == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        status = init_one(online, layout, setup, error);
    }
    return status;
}

void clau_online_finish(struct clau_online *online) {
    for (size_t i = 0; i < online->count; i++) {
        free(online->items[i].name);
        free(online->items[i].long_name);
    }
    for (size_t i = 0; i < online->source_count; i++) {
        free(online->sources[i].values);
    }
    free(online->items);
    free(online->sources);
    *online = (struct clau_online){0};
}

double clau_online_memory(const struct clau_online *online) {
    double numbers = 0.0;
    for (size_t i = 0; i < online->source_count; i++) {
        if (!online->sources[i].series) {
            numbers += (double)online->sources[i].length;
        }
    }
    return sizeof(double) * numbers;
}

// ---- observations -----------------------------------------------------------------------------

/// Room for the first observation: not before, as a dry run has none.
static bool make_room(struct clau_online_source *source) {
    source->room = source->series ? 256 : source->length;
    source->values = calloc(source->room + 1, sizeof *source->values);
    return source->values != NULL;
}

/// Takes the present array, or appends the present value to the series.
static bool take(struct clau_online_source *source, void *model) {
    if (source->values == NULL && !make_room(source)) {
        return false;
    }
    if (!source->series) {
        source->compute(model, source->values);
        source->count = source->length;
        return true;
    }
    if (source->count == source->room) {
        double *longer = realloc(source->values, 2 * source->room * sizeof *longer);
        if (longer == NULL) {
            return false;
        }
        source->values = longer;
        source->room *= 2;
    }
    source->compute(model, source->values + source->count++);
    return true;
}

/// The measure's value, or NaN where it has none; false when out of memory.
static bool measure_one(struct clau_online_measure *self, double *result) {
    const struct clau_measure_options *options = self->options;
    const struct clau_online_source *x = self->sources[0], *y = self->sources[1];
    const size_t window = x->series && options->window > 0 ? (size_t)options->window : x->count;
    const size_t first = x->count > window ? x->count - window : 0;
    double value = NAN;
    const enum clau_measure_status status = self->measure->compute(
        options, x->values + first, y != NULL ? y->values + first : NULL, x->count - first, &value);
    *result = status == CLAU_MEASURE_OK ? value : NAN;
    if (status != CLAU_MEASURE_OK && (!x->series || x->count >= window)) {
        self->missing = status;
    }
    return status != CLAU_MEASURE_OUT_OF_MEMORY;
}

bool clau_online_observe(struct clau_online *online, void *model, double *values) {
    for (size_t i = 0; i < online->source_count; i++) {
        if (!take(&online->sources[i], model)) {
            return false;
        }
    }
    for (size_t i = 0; i < online->count; i++) {
        if (!measure_one(&online->items[i], &values[i])) {
            return false;
        }
    }
    return true;
}

bool clau_online_warning(struct clau_online *online, char text[CLAU_ERROR_LENGTH]) {
    for (size_t i = 0; i < online->count; i++) {
        struct clau_online_measure *measure = &online->items[i];
        if (measure->missing != CLAU_MEASURE_OK && !measure->told) {
            measure->told = true;
            snprintf(text, CLAU_ERROR_LENGTH, "%s has no value at some times: %s", measure->name,
                     clau_measure_status_text(measure->missing));
            return true;
        }
    }
    return false;
}

// ---- checkpoints ------------------------------------------------------------------------------

static void name_in_checkpoint(char text[128], const struct clau_online_source *source,
                               const char *what) {
    snprintf(text, 128, "measured.%s.%s", source->name, what);
}

void clau_online_save(const struct clau_online *online, struct clau_checkpoint *checkpoint) {
    char name[128];
    for (size_t i = 0; i < online->source_count; i++) {
        const struct clau_online_source *source = &online->sources[i];
        if (source->series) {
            name_in_checkpoint(name, source, "count");
            clau_checkpoint_put_integer(checkpoint, name, (int64_t)source->count);
            name_in_checkpoint(name, source, "values");
            clau_checkpoint_put_reals(checkpoint, name, source->values, source->count);
        }
    }
}

static enum clau_status restore_series(struct clau_online_source *source, bool drop,
                                       const struct clau_checkpoint *checkpoint,
                                       struct clau_error *error) {
    char name[128];
    int64_t count = 0;
    name_in_checkpoint(name, source, "count");
    enum clau_status status = clau_checkpoint_get_integer(checkpoint, name, &count, error);
    if (status != CLAU_OK) {
        return status;
    }
    if (count < 0 || (double)count > CLAU_MAXIMUM_OUTPUTS) {
        return clau_error_set(error, CLAU_BAD_INPUT, "'%s' in the checkpoint is %lld", name,
                              (long long)count);
    }
    double *values = calloc((size_t)count + 256, sizeof *values);
    if (values == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    name_in_checkpoint(name, source, "values");
    status = clau_checkpoint_get_reals(checkpoint, name, values, (size_t)count, error);
    if (status != CLAU_OK) {
        free(values);
        return status;
    }
    free(source->values);
    source->values = values;
    source->count = (size_t)count - (drop && count > 0);
    source->room = (size_t)count + 256;
    return CLAU_OK;
}

enum clau_status clau_online_restore(struct clau_online *online, bool drop,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < online->source_count && status == CLAU_OK; i++) {
        if (online->sources[i].series) {
            status = restore_series(&online->sources[i], drop, checkpoint, error);
        }
    }
    return status;
}
