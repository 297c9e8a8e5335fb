// SPDX-License-Identifier: GPL-3.0-or-later
// The tables as a reference for machines: JSON.
#include "io/parameters_internal.h"

static void json_text(const char *name, const char *value, FILE *stream) {
    fprintf(stream, ", \"%s\": ", name);
    clau_print_string(value, stream);
}

/// JSON knows no infinity: an open end has no entry.
static void json_range(const struct clau_range *range, FILE *stream) {
    char digits[32];
    if (!range->given)
        return;
    if (isfinite(range->minimum)) {
        clau_print_real(range->minimum, digits, sizeof digits);
        fprintf(stream, ", \"minimum\": %s, \"above_minimum\": %s", digits,
                range->above_minimum ? "true" : "false");
    }
    if (isfinite(range->maximum)) {
        clau_print_real(range->maximum, digits, sizeof digits);
        fprintf(stream, ", \"maximum\": %s, \"below_maximum\": %s", digits,
                range->below_maximum ? "true" : "false");
    } else if (range->below_maximum) {
        fputs(", \"finite\": true", stream);
    }
}

static void json_kinds(const struct clau_kinds *kinds, FILE *stream);

static void json_row(const struct clau_parameter *row, FILE *stream) {
    fputs("{\"key\": ", stream);
    clau_print_string(row->key, stream);
    json_text("type", clau_type_name(row->type), stream);
    json_text("description", row->description, stream);
    const bool required =
        row->required || (row->type == CLAU_VARIANTS && row->minimum_count > 0 && !row->fallback);
    fprintf(stream, ", \"required\": %s", required ? "true" : "false");
    if (row->fallback)
        json_text("default", row->fallback, stream);
    if (row->computed)
        json_text("computed", row->computed, stream);
    if (row->unit)
        json_text("unit", row->unit, stream);
    json_range(&row->range, stream);
    if (row->minimum_count > 0)
        fprintf(stream, ", \"minimum_count\": %zu", row->minimum_count);
    if (row->maximum_count > 0)
        fprintf(stream, ", \"maximum_count\": %zu", row->maximum_count);
    if (row->choice_count > 0) {
        fputs(", \"choices\": [", stream);
        for (size_t i = 0; i < row->choice_count; i++) {
            fprintf(stream, "%s{\"name\": ", i > 0 ? ", " : "");
            clau_print_string(row->choices[i].name, stream);
            if (row->choices[i].description)
                json_text("description", row->choices[i].description, stream);
            fputc('}', stream);
        }
        fputc(']', stream);
    }
    if (clau_has_kinds(row)) {
        fputs(", \"table\": ", stream);
        json_kinds(row->kinds, stream);
    }
    fputc('}', stream);
}

static void json_kinds(const struct clau_kinds *kinds, FILE *stream) {
    fputs("{\"topic\": ", stream);
    clau_print_string(kinds->topic ? kinds->topic : "", stream);
    if (kinds->selector)
        json_text("selector", kinds->selector, stream);
    fputs(", \"kinds\": [", stream);
    for (size_t k = 0; k < kinds->count; k++) {
        const struct clau_kind *kind = &kinds->items[k];
        fprintf(stream, "%s\n  {\"name\": ", k > 0 ? "," : "");
        clau_print_string(kind->name, stream);
        json_text("description", kind->description ? kind->description : "", stream);
        fputs(", \"keys\": [", stream);
        for (size_t i = 0; i < kind->parameter_count; i++) {
            fprintf(stream, "%s\n    ", i > 0 ? "," : "");
            json_row(&kind->parameters[i], stream);
        }
        fputs("]}", stream);
    }
    fputs("]}", stream);
}

void clau_parameters_json(const struct clau_parameter_group *groups, size_t group_count,
                          FILE *stream) {
    const char *separator = "";
    fputs("{\"keys\": [", stream);
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            fprintf(stream, "%s\n ", separator);
            json_row(&groups[g].parameters[i], stream);
            separator = ",";
        }
    fputs("]}\n", stream);
}

void clau_kinds_json(const struct clau_kinds *kinds, FILE *stream) {
    json_kinds(kinds, stream);
    fputc('\n', stream);
}
