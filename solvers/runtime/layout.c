// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/runtime/conservation.h"

static bool is_written(const struct clau_observable_row *row, const struct clau_setup *setup) {
    return row->enabled == NULL || row->enabled(setup);
}

static bool is_needed(const struct clau_solver *solver, const struct clau_setup *setup,
                      const char *dimension) {
    for (size_t i = 0; i < solver->observable_count; i++) {
        const struct clau_observable_row *row = &solver->observables[i];
        if (row->dimension != NULL && strcmp(row->dimension, dimension) == 0 &&
            is_written(row, setup)) {
            return true;
        }
    }
    return false;
}

static enum clau_status allocate(struct clau_file_layout *layout, struct clau_error *error) {
    const struct clau_solver *solver = layout->solver;
    const size_t dimensions = 4 + layout->model.coordinate_count;
    const size_t variables =
        dimensions + solver->state_count + solver->observable_count + layout->run->measures.count;
    layout->dimensions = calloc(dimensions, sizeof *layout->dimensions);
    layout->variables = calloc(variables, sizeof *layout->variables);
    layout->lengths = calloc(variables, sizeof *layout->lengths);
    layout->rows = calloc(solver->observable_count + 1, sizeof *layout->rows);
    layout->offsets = calloc(solver->observable_count + 1, sizeof *layout->offsets);
    if (layout->dimensions == NULL || layout->variables == NULL || layout->lengths == NULL ||
        layout->rows == NULL || layout->offsets == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    return CLAU_OK;
}

/// Adds a dimension and the variable of its values; returns the variable's index.
static size_t add_axis(struct clau_file_layout *layout, const char *name, size_t length,
                       const char *units, const char *long_name) {
    layout->dimensions[layout->dimension_count++] = (struct clau_dimension){name, length};
    layout->variables[layout->variable_count] = (struct clau_variable){
        .name = name, .dimensions = {name}, .units = units, .long_name = long_name};
    return layout->variable_count++;
}

/// A dimension of times that the run adds to. CF's axis "T" tells readers what it is, as the units
/// do not: they are not "s", which xarray turns into a timedelta and cuts to nanoseconds.
static size_t add_clock(struct clau_file_layout *layout, const char *name, const char *long_name) {
    static const char *const axis[] = {"axis", "T", NULL};
    const size_t variable = add_axis(layout, name, CLAU_UNLIMITED, "1", long_name);
    layout->variables[variable].attributes = axis;
    return variable;
}

static void add_axes(struct clau_file_layout *layout, const struct clau_setup *setup) {
    const struct clau_run_parameters *run = layout->run;
    if (run->snapshots) {
        layout->time = add_clock(layout, "time", "time");
    }
    layout->observation_time = add_clock(layout, "observation_time", "time of observation");
    layout->first_coordinate = layout->variable_count;
    for (size_t i = 0; i < layout->model.coordinate_count; i++) {
        const struct clau_coordinate *axis = &layout->model.coordinates[i];
        const size_t variable =
            add_axis(layout, axis->name, axis->length, axis->units, axis->long_name);
        // CF's mark of the variable that tells trajectories apart.
        static const char *const trajectory[] = {"cf_role", "trajectory_id", NULL};
        if (layout->model.particles && strcmp(axis->name, layout->model.state_dimensions[0]) == 0) {
            layout->variables[variable].attributes = trajectory;
        }
    }
    layout->first_orders = layout->variable_count;
    if (is_needed(layout->solver, setup, "renyi_order")) {
        layout->orders[layout->variable_count - layout->first_orders] = &run->renyi_orders;
        add_axis(layout, "renyi_order", run->renyi_orders.count, "1", "order of Renyi entropy");
    }
    if (is_needed(layout->solver, setup, "tsallis_order")) {
        layout->orders[layout->variable_count - layout->first_orders] = &run->tsallis_orders;
        add_axis(layout, "tsallis_order", run->tsallis_orders.count, "1",
                 "order of Tsallis entropy");
    }
}

static void add_state(struct clau_file_layout *layout) {
    layout->first_state = layout->variable_count;
    for (size_t i = 0; i < layout->solver->state_count && layout->run->snapshots; i++) {
        const struct clau_state_row *row = &layout->solver->state[i];
        struct clau_variable variable = {.name = row->name,
                                         .dimensions = {"time"},
                                         .units = row->units,
                                         .long_name = row->long_name,
                                         .attributes = row->attributes,
                                         .state = true};
        for (size_t j = 0; j + 1 < CLAU_MAXIMUM_RANK; j++) {
            variable.dimensions[j + 1] = layout->model.state_dimensions[j];
            if (variable.dimensions[j + 1] == NULL) {
                break;
            }
        }
        layout->variables[layout->variable_count++] = variable;
    }
}

/// Tells readers of the file how to look at a conserved quantity's drift.
static const char *const *conservation_attributes(const struct clau_observable_row *row,
                                                  const struct clau_setup *setup) {
    static const char *const attributes[][3] = {
        [CLAU_CONSERVED] = {"conserved", "relative", NULL},
        [CLAU_CONSERVED_ABSOLUTE] = {"conserved", "absolute", NULL},
    };
    return clau_is_conserved(row, setup) ? attributes[row->conserved] : NULL;
}

static void add_observables(struct clau_file_layout *layout, const struct clau_setup *setup) {
    layout->first_observable = layout->variable_count;
    for (size_t i = 0; i < layout->solver->observable_count; i++) {
        const struct clau_observable_row *row = &layout->solver->observables[i];
        layout->offsets[i] = SIZE_MAX;
        if (is_written(row, setup)) {
            layout->rows[layout->variable_count - layout->first_observable] = i;
            layout->variables[layout->variable_count++] =
                (struct clau_variable){.name = row->name,
                                       .dimensions = {"observation_time", row->dimension},
                                       .units = row->units,
                                       .long_name = row->long_name,
                                       .attributes = conservation_attributes(row, setup)};
        }
    }
}

static const struct clau_dimension *find(const struct clau_file_layout *layout, const char *name) {
    for (size_t i = 0; i < layout->dimension_count; i++) {
        if (strcmp(layout->dimensions[i].name, name) == 0) {
            return &layout->dimensions[i];
        }
    }
    return NULL;
}

/// Numbers in a record of each variable, and what follows from them.
static enum clau_status measure(struct clau_file_layout *layout, struct clau_error *error) {
    for (size_t i = 0; i < layout->variable_count; i++) {
        const struct clau_variable *variable = &layout->variables[i];
        layout->lengths[i] = 1;
        for (size_t j = 0; variable->dimensions[j] != NULL; j++) {
            const struct clau_dimension *dimension = find(layout, variable->dimensions[j]);
            if (dimension == NULL) {
                return clau_error_set(error, CLAU_INTERNAL, "%s: no dimension %s", variable->name,
                                      variable->dimensions[j]);
            }
            if (dimension->length != CLAU_UNLIMITED &&
                __builtin_mul_overflow(layout->lengths[i], dimension->length,
                                       &layout->lengths[i])) {
                return clau_error_set(error, CLAU_NO_MEMORY, "%s: too large", variable->name);
            }
        }
        if (i >= layout->first_observable) {
            layout->offsets[layout->rows[i - layout->first_observable]] =
                layout->observation_length;
            layout->observation_length += layout->lengths[i];
        } else if (i >= layout->first_state && layout->lengths[i] > layout->state_length) {
            layout->state_length = layout->lengths[i];
        }
    }
    layout->first_measure = layout->variable_count;
    return CLAU_OK;
}

void clau_file_layout_add_measure(struct clau_file_layout *layout, const char *name,
                                  const char *long_name) {
    layout->variables[layout->variable_count] = (struct clau_variable){
        .name = name,
        .dimensions = {"observation_time"},
        .units = "1",
        .long_name = long_name,
    };
    layout->lengths[layout->variable_count++] = 1;
    layout->observation_length++;
}

size_t clau_file_layout_state_length(const struct clau_file_layout *layout) {
    size_t length = 1;
    for (size_t i = 0; i < CLAU_MAXIMUM_RANK && layout->model.state_dimensions[i] != NULL; i++) {
        for (size_t j = 0; j < layout->model.coordinate_count; j++) {
            const struct clau_coordinate *axis = &layout->model.coordinates[j];
            if (strcmp(axis->name, layout->model.state_dimensions[i]) == 0) {
                length *= axis->length;
            }
        }
    }
    return length;
}

const struct clau_variable *clau_file_layout_find(const struct clau_file_layout *layout,
                                                  const char *name) {
    for (size_t i = 0; i < layout->variable_count; i++) {
        if (strcmp(layout->variables[i].name, name) == 0) {
            return &layout->variables[i];
        }
    }
    return NULL;
}

enum clau_status clau_file_layout_init(struct clau_file_layout *layout,
                                       const struct clau_solver *solver,
                                       const struct clau_setup *setup, const void *model,
                                       struct clau_error *error) {
    *layout = (struct clau_file_layout){.solver = solver, .run = setup->run};
    solver->layout(setup, model, &layout->model);
    enum clau_status status = allocate(layout, error);
    if (status == CLAU_OK) {
        add_axes(layout, setup);
        add_state(layout);
        add_observables(layout, setup);
        status = measure(layout, error);
    }
    if (status != CLAU_OK) {
        clau_file_layout_finish(layout);
    }
    return status;
}

void clau_file_layout_finish(struct clau_file_layout *layout) {
    free(layout->dimensions);
    free(layout->variables);
    free(layout->lengths);
    free(layout->rows);
    free(layout->offsets);
    *layout = (struct clau_file_layout){0};
}

/// Numbers of a chunk of small records, as io/dataset.h says.
static const double series_chunk = 1024.0;

/// Bytes of what describes a variable, most of it the index of its chunks, and of an entry there in
/// a long one; measured.
static const double variable_bytes = 3000.0;
static const double entry_bytes = 48.0;

/// Records in chunks: those of the state have one each.
static double stored_records(const struct clau_variable *variable, double length, double records,
                             double *chunks) {
    const double in_chunk = variable->state ? 1.0 : fmax(1.0, floor(series_chunk / length));
    *chunks = ceil(records / in_chunk);
    return *chunks * in_chunk;
}

double clau_file_layout_bytes(const struct clau_file_layout *layout, uint64_t snapshots,
                              uint64_t observations) {
    double bytes = 0.0;
    for (size_t i = 0; i < layout->variable_count; i++) {
        const struct clau_variable *variable = &layout->variables[i];
        const char *first = variable->dimensions[0];
        const double length = (double)layout->lengths[i];
        const bool state_time = strcmp(first, "time") == 0;
        double records = 1.0;
        double chunks = 0.0;
        if (state_time || strcmp(first, "observation_time") == 0) {
            records = stored_records(variable, length,
                                     (double)(state_time ? snapshots : observations), &chunks);
        }
        const double width = variable->state && layout->run->precision == 1 ? 4.0 : 8.0;
        bytes += variable_bytes + chunks * entry_bytes + records * width * length;
    }
    return bytes;
}
