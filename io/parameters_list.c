// SPDX-License-Identifier: GPL-3.0-or-later
// The tables as a reference: text for people, JSON for machines.
#include <string.h>

#include "io/parameters_internal.h"

static const char *type_name(enum clau_parameter_type type) {
    switch (type) {
    case CLAU_INTEGER:
        return "integer";
    case CLAU_REAL:
        return "real";
    case CLAU_BOOLEAN:
        return "boolean";
    case CLAU_STRING:
        return "string";
    case CLAU_CHOICE:
        return "choice";
    case CLAU_CHOICES:
        return "list of choices";
    case CLAU_REALS:
        return "list of reals";
    case CLAU_INTEGERS:
        return "list of integers";
    case CLAU_VARIANT:
        return "table";
    default:
        return "array of tables";
    }
}

static bool has_kinds(const struct clau_parameter *row) {
    return row->type == CLAU_VARIANT || row->type == CLAU_VARIANTS;
}

static bool has_unit(const struct clau_parameter *row) {
    return row->unit && strcmp(row->unit, "1") != 0;
}

/// Section that a row is listed under: a variant is one by itself.
static size_t section_length(const struct clau_parameter *row) {
    const char *dot = strrchr(row->key, '.');
    return has_kinds(row) ? strlen(row->key) : dot ? (size_t)(dot - row->key) : 0;
}

/* Text */

enum { WIDTH = 100, NAME_WIDTH = 22 };

void clau_print_wrapped(const char *text, int indent, FILE *stream) {
    int column = indent;
    while (*text) {
        const size_t length = strcspn(text, " ");
        int width = 0;
        for (size_t i = 0; i < length; i++)
            width += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (column > indent && column + 1 + width > WIDTH) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', stream);
            column++;
        }
        fwrite(text, 1, length, stream);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', stream);
}

void clau_print_item(const char *name, const char *text, int indent, FILE *stream) {
    const int column = indent + NAME_WIDTH;
    fprintf(stream, "%*s%-*s", indent, "", NAME_WIDTH - 1, name);
    if ((int)strlen(name) >= NAME_WIDTH)
        fprintf(stream, "\n%*s", column - 1, "");
    fputc(' ', stream);
    clau_print_wrapped(text, column, stream);
}

/// `integer, at least 8; required`, `one of "a", "b"; default "a"`.
static void describe(const struct clau_parameter *row, char *text, size_t size) {
    char range[128];
    const char *names[CLAU_MAXIMUM_CHOICES];
    clau_range_text(&row->range, range, sizeof range);
    *text = '\0';
    if (row->type == CLAU_CHOICE || row->type == CLAU_CHOICES) {
        clau_append(text, size, "%s", row->type == CLAU_CHOICE ? "one of " : "list of ");
        clau_append_names(text, size, names, clau_choice_names(row, names));
    } else {
        clau_append(text, size, "%s%s%s", type_name(row->type), *range ? ", " : "", range);
    }
    const size_t minimum = row->minimum_count, maximum = row->maximum_count;
    if (minimum > 0 && minimum == maximum)
        clau_append(text, size, ", %zu of them", minimum);
    else if (minimum > 0)
        clau_append(text, size, ", %zu or more", minimum);
    if (maximum > 0 && minimum != maximum)
        clau_append(text, size, ", at most %zu", maximum);
    if (row->fallback)
        clau_append(text, size, "; default %s", row->fallback);
    else if (row->computed)
        clau_append(text, size, "; default: %s", row->computed);
    else
        clau_append(text, size, "; %s",
                    row->required || (row->type == CLAU_VARIANTS && minimum > 0) ? "required"
                                                                                 : "optional");
}

static void list_row(const struct clau_parameter *row, const char *name, int indent, FILE *stream) {
    char text[CLAU_ERROR_LENGTH];
    snprintf(text, sizeof text, "%s%s%s%s", row->description, has_unit(row) ? " [" : "",
             has_unit(row) ? row->unit : "", has_unit(row) ? "]" : "");
    clau_print_item(name, text, indent, stream);
    describe(row, text, sizeof text);
    fprintf(stream, "%*s", indent + NAME_WIDTH, "");
    clau_print_wrapped(text, indent + NAME_WIDTH, stream);
    for (size_t i = 0; i < row->choice_count; i++)
        if (row->choices[i].description) {
            snprintf(text, sizeof text, "\"%s\": %s", row->choices[i].name,
                     row->choices[i].description);
            fprintf(stream, "%*s", indent + NAME_WIDTH, "");
            clau_print_wrapped(text, indent + NAME_WIDTH, stream);
        }
}

static void list_kinds(const struct clau_kinds *kinds, int indent, FILE *stream) {
    for (size_t k = 0; k < kinds->count; k++) {
        const struct clau_kind *kind = &kinds->items[k];
        char name[CLAU_PATH_LENGTH];
        snprintf(name, sizeof name, "\"%s\"", kind->name);
        // A plain table has one kind, whose name no user ever writes.
        if (kinds->selector)
            clau_print_item(name, kind->description, indent, stream);
        for (size_t i = 0; i < kind->parameter_count; i++)
            list_row(&kind->parameters[i], kind->parameters[i].key,
                     indent + (kinds->selector ? 2 : 0), stream);
    }
}

static void list_variant(const struct clau_parameter *row, FILE *stream) {
    char text[CLAU_ERROR_LENGTH];
    describe(row, text, sizeof text);
    fputs("  ", stream);
    clau_print_wrapped(row->description, 2, stream);
    fputs("  ", stream);
    clau_print_wrapped(text, 2, stream);
    if (row->kinds->selector) {
        snprintf(text, sizeof text, "which of the following it is");
        clau_print_item(row->kinds->selector, text, 2, stream);
    }
    list_kinds(row->kinds, row->kinds->selector ? 4 : 2, stream);
}

static bool same_section(const struct clau_parameter *row, const char *section, size_t length) {
    return section_length(row) == length && strncmp(row->key, section, length) == 0;
}

static void list_section(const struct clau_parameter_group *groups, size_t group_count,
                         const char *section, size_t length, FILE *stream) {
    bool headed = length == 0;
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct clau_parameter *row = &groups[g].parameters[i];
            if (!same_section(row, section, length))
                continue;
            const bool array = row->type == CLAU_VARIANTS;
            if (!headed)
                fprintf(stream, "\n%s%.*s%s\n", array ? "[[" : "[", (int)length, section,
                        array ? "]]" : "]");
            headed = true;
            if (has_kinds(row))
                list_variant(row, stream);
            else
                list_row(row, row->key + (length > 0 ? length + 1 : 0), 2, stream);
        }
}

static bool is_first(const struct clau_parameter_group *groups, size_t group, size_t index) {
    const struct clau_parameter *own = &groups[group].parameters[index];
    for (size_t g = 0; g <= group; g++)
        for (size_t i = 0; i < groups[g].count && !(g == group && i == index); i++)
            if (same_section(&groups[g].parameters[i], own->key, section_length(own)))
                return false;
    return true;
}

static void list_text(const struct clau_parameter_group *groups, size_t group_count, FILE *stream) {
    list_section(groups, group_count, "", 0, stream);
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct clau_parameter *row = &groups[g].parameters[i];
            if (section_length(row) > 0 && is_first(groups, g, i))
                list_section(groups, group_count, row->key, section_length(row), stream);
        }
}

/* JSON */

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
    json_text("type", type_name(row->type), stream);
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
    if (has_kinds(row)) {
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

void clau_parameters_list(const struct clau_parameter_group *groups, size_t group_count, bool json,
                          FILE *stream) {
    if (!json) {
        list_text(groups, group_count, stream);
        return;
    }
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

void clau_kinds_list(const struct clau_kinds *kinds, bool json, FILE *stream) {
    if (json) {
        json_kinds(kinds, stream);
        fputc('\n', stream);
        return;
    }
    fprintf(stream, "%s%s%s\n", kinds->topic, kinds->selector ? ", by the key " : "",
            kinds->selector ? kinds->selector : "");
    list_kinds(kinds, 2, stream);
}
