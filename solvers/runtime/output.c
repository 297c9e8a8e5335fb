// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/progress.h"
#include "solvers/runtime/signals.h"

/// A flush costs about a millisecond: at this interval less than a percent of a run. A reader that
/// meets one must try again: so they do not come more often.
static const double flush_interval = 0.25;

static enum clau_status allocate(struct clau_output *output, const struct clau_file_layout *layout,
                                 const char *path, struct clau_error *error) {
    *output = (struct clau_output){
        .layout = layout,
        .path = path,
        .state = calloc(layout->state_length + 1, sizeof(double)),
        .observation = calloc(layout->observation_length + 1, sizeof(double)),
        .flushed_at = -INFINITY, // the first records give the file its name
    };
    if (output->state == NULL || output->observation == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    return CLAU_OK;
}

/// The values of one coordinate; where the model gives none: 0, 1, 2, ...
static enum clau_status put_coordinate(struct clau_output *output, size_t variable,
                                       const struct clau_coordinate *coordinate,
                                       struct clau_error *error) {
    double *numbers = NULL;
    if (coordinate->values == NULL) {
        numbers = calloc(coordinate->length + 1, sizeof *numbers);
        if (numbers == NULL) {
            return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", output->path);
        }
        for (size_t i = 0; i < coordinate->length; i++) {
            numbers[i] = (double)i;
        }
    }
    const double *values = numbers != NULL ? numbers : coordinate->values;
    const enum clau_status status = clau_dataset_put(output->dataset, variable, 0, values, error);
    free(numbers);
    return status;
}

static enum clau_status put_fixed(struct clau_output *output, struct clau_error *error) {
    const struct clau_file_layout *layout = output->layout;
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < layout->model.coordinate_count && status == CLAU_OK; i++) {
        status = put_coordinate(output, layout->first_coordinate + i, &layout->model.coordinates[i],
                                error);
    }
    for (size_t i = layout->first_orders; i < layout->first_state && status == CLAU_OK; i++) {
        status = clau_dataset_put(output->dataset, i, 0,
                                  layout->orders[i - layout->first_orders]->values, error);
    }
    return status;
}

/// What is there beside the file; the numbers of records stay.
static void release(struct clau_output *output) {
    output->dataset = NULL;
    free(output->state);
    free(output->observation);
    output->state = output->observation = NULL;
}

static void discard(struct clau_output *output) {
    clau_output_abandon(output);
    *output = (struct clau_output){0};
}

enum clau_status clau_output_create(struct clau_output *output,
                                    const struct clau_file_layout *layout, const char *path,
                                    struct clau_journal *journal, bool replace,
                                    struct clau_error *error) {
    const struct clau_dataset_options options = {
        .replace = replace,
        .single_precision = layout->run->precision == 1,
        .compression = (int)layout->run->compression,
        .significant_digits = (int)layout->run->significant_digits,
        .journal = journal,
    };
    enum clau_status status = allocate(output, layout, path, error);
    if (status == CLAU_OK) {
        status = clau_dataset_create(path, layout->dimensions, layout->dimension_count,
                                     layout->variables, layout->variable_count, &options,
                                     &output->dataset, error);
    }
    if (status == CLAU_OK) {
        status = put_fixed(output, error);
    }
    if (status != CLAU_OK) {
        discard(output);
    }
    return status;
}

enum clau_status clau_output_continue(struct clau_output *output,
                                      const struct clau_file_layout *layout, const char *path,
                                      struct clau_journal *journal, uint64_t snapshots,
                                      uint64_t observations, struct clau_error *error) {
    enum clau_status status = allocate(output, layout, path, error);
    size_t *records = calloc(layout->dimension_count + 1, sizeof *records);
    if (status == CLAU_OK && records == NULL) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    if (status == CLAU_OK) {
        // As laid out: time, if there, comes before observation_time.
        records[0] = snapshots;
        records[layout->run->snapshots ? 1 : 0] = observations;
        status = clau_dataset_continue(path, layout->dimensions, layout->dimension_count,
                                       layout->variables, layout->variable_count, records, journal,
                                       &output->dataset, error);
    }
    free(records);
    if (status != CLAU_OK) {
        discard(output);
        return status;
    }
    output->snapshots = layout->run->snapshots ? snapshots : 0;
    output->observations = observations;
    return CLAU_OK;
}

enum clau_status clau_output_recognise(const char *path, uint64_t observations,
                                       const struct clau_conservation_record *conserved,
                                       const struct clau_solver *solver, struct clau_error *error) {
    for (size_t i = 0; i < conserved->count && observations > 0; i++) {
        const char *name = solver->observables[conserved->rows[i]].name;
        double *values = NULL;
        size_t count = 0;
        const enum clau_status status =
            clau_dataset_read(path, name, (ptrdiff_t)(observations - 1), &values, &count, error);
        if (status != CLAU_OK) {
            return status;
        }
        const bool same = count == 1 && memcmp(values, &conserved->last[i], sizeof *values) == 0;
        free(values);
        if (!same) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: is not the output of the run that the checkpoint is of "
                                  "(%s of record %llu differs); -o names another, -f replaces it",
                                  path, name, (unsigned long long)observations - 1);
        }
    }
    return CLAU_OK;
}

struct observed {
    const struct clau_file_layout *layout;
    const double *values;
};

static double value_of(const void *context, size_t row) {
    const struct observed *observed = context;
    return observed->values[observed->layout->offsets[row]];
}

static enum clau_status observe(struct clau_output *output, void *model, struct clau_online *online,
                                double time, struct clau_conservation_record *conserved,
                                struct clau_error *error) {
    const struct clau_file_layout *layout = output->layout;
    const struct clau_observable_row *rows = layout->solver->observables;
    for (size_t i = layout->first_observable; i < layout->first_measure; i++) {
        const size_t row = layout->rows[i - layout->first_observable];
        rows[row].compute(model, output->observation + layout->offsets[row]);
    }
    double *const measures = output->observation + layout->observation_length - online->count;
    if (!clau_online_observe(online, model, measures)) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for the measures");
    }
    const struct observed observed = {layout, output->observation};
    return clau_conservation_observe(conserved, layout->solver, time, value_of, &observed, error);
}

static enum clau_status put_observation(struct clau_output *output, double time,
                                        struct clau_error *error) {
    const struct clau_file_layout *layout = output->layout;
    const size_t record = output->observations;
    enum clau_status status = CLAU_OK;
    // Observables, then measures, in the order of the variables; then their time.
    const double *values = output->observation;
    for (size_t i = layout->first_observable; i < layout->variable_count && status == CLAU_OK;
         i++) {
        status = clau_dataset_put(output->dataset, i, record, values, error);
        values += layout->lengths[i];
    }
    if (status == CLAU_OK) {
        status = clau_dataset_put(output->dataset, layout->observation_time, record, &time, error);
    }
    output->observations += status == CLAU_OK;
    return status;
}

static enum clau_status put_snapshot(struct clau_output *output, void *model, double time,
                                     struct clau_error *error) {
    const struct clau_file_layout *layout = output->layout;
    const size_t record = output->snapshots;
    enum clau_status status = CLAU_OK;
    for (size_t i = layout->first_state; i < layout->first_observable && status == CLAU_OK; i++) {
        layout->solver->state[i - layout->first_state].compute(model, output->state);
        status = clau_dataset_put(output->dataset, i, record, output->state, error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_put(output->dataset, layout->time, record, &time, error);
    }
    output->snapshots += status == CLAU_OK;
    return status;
}

enum clau_status clau_output_record(struct clau_output *output, void *model,
                                    struct clau_online *online, const struct clau_output_time *time,
                                    struct clau_conservation_record *conserved,
                                    struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    if (output->layout->solver->prepare != NULL &&
        !output->layout->solver->prepare(model, time->observe)) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for the observables");
    }
    if (status == CLAU_OK && time->observe) {
        status = observe(output, model, online, time->time, conserved, error);
    }
    clau_signals_hold();
    if (status == CLAU_OK && time->snapshot) {
        status = put_snapshot(output, model, time->time, error);
    }
    if (status == CLAU_OK && time->observe) {
        status = put_observation(output, time->time, error);
    }
    clau_signals_release();
    output->unflushed = true;
    return status;
}

static enum clau_status flush(struct clau_output *output, bool sync, struct clau_error *error) {
    clau_signals_hold();
    const enum clau_status status = sync ? clau_dataset_sync(output->dataset, error)
                                         : clau_dataset_flush(output->dataset, error);
    clau_signals_release();
    output->flushed_at = clau_wall_clock();
    output->unflushed = false;
    return status;
}

enum clau_status clau_output_flush_when_due(struct clau_output *output, struct clau_error *error) {
    if (!output->unflushed || clau_wall_clock() - output->flushed_at < flush_interval) {
        return CLAU_OK;
    }
    return flush(output, false, error);
}

enum clau_status clau_output_sync(struct clau_output *output, struct clau_error *error) {
    return flush(output, true, error);
}

enum clau_status clau_output_close(struct clau_output *output, struct clau_error *error) {
    clau_signals_hold();
    const enum clau_status status = clau_dataset_close(output->dataset, error);
    clau_signals_release();
    release(output);
    return status;
}

bool clau_output_abandon(struct clau_output *output) {
    clau_signals_hold();
    const bool kept = clau_dataset_abandon(output->dataset);
    clau_signals_release();
    release(output);
    return kept;
}
