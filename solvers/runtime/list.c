// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/list.h"

#include <string.h>

#include "solvers/runtime/measure_catalogue.h"
#include "solvers/runtime/run_parameters.h"

static void list_keys(const struct clau_solver *solver, bool json, FILE *stream) {
    const struct clau_parameter_group groups[] = {
        {clau_run_parameter_table, clau_run_parameter_count, NULL},
        {solver->parameters, solver->parameter_count, NULL},
    };
    clau_parameters_list(groups, sizeof groups / sizeof *groups, json, stream);
}

/// One variable of the output file. The tables' texts need no escapes in JSON.
static void list_variable(const char *name, const char *long_name, const char *units,
                          const char *dimensions, bool first, bool json, FILE *stream) {
    if (json) {
        fprintf(stream,
                "%s\n  {\"name\": \"%s\", \"dimensions\": \"%s\", \"units\": \"%s\", "
                "\"description\": \"%s\"}",
                first ? "" : ",", name, dimensions, units, long_name);
    } else {
        char text[512];
        snprintf(text, sizeof text, "%s [%s]", long_name, units);
        clau_print_item(name, text, 2, stream);
        snprintf(text, sizeof text, "(%s)", dimensions);
        clau_print_item("", text, 2, stream);
    }
}

static void list_state(const struct clau_solver *solver, bool json, FILE *stream) {
    fputs(json ? "[" : "state, on the model's grid or particles\n", stream);
    for (size_t i = 0; i < solver->state_count; i++) {
        const struct clau_state_row *row = &solver->state[i];
        list_variable(row->name, row->long_name, row->units, "time, ...", i == 0, json, stream);
    }
    fputs(json ? "\n]" : "", stream);
}

static void list_fields(const struct clau_solver *solver, bool json, FILE *stream) {
    fputs(json ? "[" : "fields, which are not written but can be measured\n", stream);
    for (size_t i = 0; i < solver->field_count; i++) {
        const struct clau_field_row *row = &solver->fields[i];
        list_variable(row->name, row->long_name, "1", "...", i == 0, json, stream);
    }
    fputs(json ? "\n]" : "", stream);
}

static void list_observables(const struct clau_solver *solver, bool json, FILE *stream) {
    fputs(json ? "[" : "observables\n", stream);
    for (size_t i = 0; i < solver->observable_count; i++) {
        const struct clau_observable_row *row = &solver->observables[i];
        char dimensions[64];
        snprintf(dimensions, sizeof dimensions, "observation_time%s%s",
                 row->dimension != NULL ? ", " : "", row->dimension != NULL ? row->dimension : "");
        list_variable(row->name, row->long_name, row->units, dimensions, i == 0, json, stream);
    }
    fputs(json ? "\n]" : "", stream);
}

/// Writes the next part of a list of all topics, or the only one asked for.
struct printer {
    const char *topic; ///< NULL: all
    bool json;
    FILE *stream;
    size_t printed;
};

/// Whether a topic is wanted; writes what stands before it.
static bool begin(struct printer *printer, const char *topic) {
    if (printer->topic != NULL && strcmp(printer->topic, topic) != 0) {
        return false;
    }
    if (printer->topic == NULL && printer->json) {
        fprintf(printer->stream, "%s\n\"%s\": ", printer->printed > 0 ? "," : "{", topic);
    } else if (printer->printed > 0) {
        fputc('\n', printer->stream);
    }
    printer->printed++;
    return true;
}

enum clau_status clau_list(const struct clau_solver *solver, const char *topic, bool json,
                           FILE *stream, struct clau_error *error) {
    struct printer printer = {.topic = topic, .json = json, .stream = stream};
    char topics[256] = "keys";
    if (begin(&printer, "keys")) {
        list_keys(solver, json, stream);
    }
    for (size_t i = 0; i < solver->parameter_count; i++) {
        const struct clau_kinds *kinds = solver->parameters[i].kinds;
        if (kinds == NULL || kinds->selector == NULL) {
            continue;
        }
        const size_t used = strlen(topics);
        snprintf(topics + used, sizeof topics - used, ", %s", kinds->topic);
        if (begin(&printer, kinds->topic)) {
            clau_kinds_list(kinds, json, stream);
        }
    }
    if (begin(&printer, clau_measure_kinds.topic)) {
        clau_kinds_list(&clau_measure_kinds, json, stream);
    }
    if (solver->field_count > 0 && begin(&printer, "fields")) {
        list_fields(solver, json, stream);
    }
    if (begin(&printer, "state")) {
        list_state(solver, json, stream);
    }
    if (begin(&printer, "observables")) {
        list_observables(solver, json, stream);
    }
    if (printer.printed == 0) {
        return clau_error_set(
            error, CLAU_BAD_INPUT,
            "--list %s: no such topic; there are %s, measures%s, state, observables", topic, topics,
            solver->field_count > 0 ? ", fields" : "");
    }
    if (json) {
        fputs(topic == NULL ? "\n}\n" : "\n", stream);
    }
    return CLAU_OK;
}
