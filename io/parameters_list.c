// SPDX-License-Identifier: GPL-3.0-or-later
// The tables as a reference for people.
#include <string.h>

#include "io/parameters_internal.h"

const char *clau_type_name(enum clau_parameter_type type) {
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

bool clau_has_kinds(const struct clau_parameter *row) {
    return row->type == CLAU_VARIANT || row->type == CLAU_VARIANTS;
}

static bool has_unit(const struct clau_parameter *row) {
    return row->unit && strcmp(row->unit, "1") != 0;
}

size_t clau_section_length(const struct clau_parameter *row) {
    const char *dot = strrchr(row->key, '.');
    return clau_has_kinds(row) ? strlen(row->key) : dot ? (size_t)(dot - row->key) : 0;
}

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

void clau_describe_parameter(const struct clau_parameter *row, char *text, size_t size) {
    char range[128];
    const char *names[CLAU_MAXIMUM_CHOICES];
    clau_range_text(&row->range, range, sizeof range);
    *text = '\0';
    if (row->type == CLAU_CHOICE || row->type == CLAU_CHOICES) {
        clau_append(text, size, "%s", row->type == CLAU_CHOICE ? "one of " : "list of ");
        clau_append_names(text, size, names, clau_choice_names(row, names));
    } else {
        clau_append(text, size, "%s%s%s", clau_type_name(row->type), *range ? ", " : "", range);
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

void clau_list_row(const struct clau_parameter *row, const char *name, enum clau_list_form form,
                   int indent, FILE *stream) {
    char text[CLAU_ERROR_LENGTH], rest[CLAU_ERROR_LENGTH];
    snprintf(text, sizeof text, "%s%s%s%s", row->description, has_unit(row) ? " [" : "",
             has_unit(row) ? row->unit : "", has_unit(row) ? "]" : "");
    clau_describe_parameter(row, rest, sizeof rest);
    if (form == CLAU_LIST_BRIEF) {
        clau_append(text, sizeof text, " (%s)", rest);
        clau_print_item(name, text, indent, stream);
        return;
    }
    clau_print_item(name, text, indent, stream);
    fprintf(stream, "%*s", indent + NAME_WIDTH, "");
    clau_print_wrapped(rest, indent + NAME_WIDTH, stream);
    for (size_t i = 0; i < row->choice_count; i++)
        if (row->choices[i].description) {
            snprintf(text, sizeof text, "\"%s\": %s", row->choices[i].name,
                     row->choices[i].description);
            fprintf(stream, "%*s", indent + NAME_WIDTH, "");
            clau_print_wrapped(text, indent + NAME_WIDTH, stream);
        }
}

/// Whether two rows read the same.
static bool are_alike(const struct clau_parameter *a, const struct clau_parameter *b) {
    char first[CLAU_ERROR_LENGTH], second[CLAU_ERROR_LENGTH];
    if (strcmp(a->key, b->key) != 0 || strcmp(a->description, b->description) != 0)
        return false;
    clau_describe_parameter(a, first, sizeof first);
    clau_describe_parameter(b, second, sizeof second);
    return strcmp(first, second) == 0;
}

/// Whether every kind has this row.
static bool is_shared(const struct clau_kinds *kinds, const struct clau_parameter *row) {
    for (size_t k = 0; k < kinds->count; k++) {
        const struct clau_kind *kind = &kinds->items[k];
        bool has = false;
        for (size_t i = 0; i < kind->parameter_count && !has; i++)
            has = are_alike(&kind->parameters[i], row);
        if (!has)
            return false;
    }
    return kinds->count > 1;
}

/// `velocity = 0.0`, `frequency (required)`, `name (default: of_what)`.
static void append_key(const struct clau_parameter *row, char *text, size_t size) {
    clau_append(text, size, "%s%s", *text ? ", " : "", row->key);
    if (row->fallback)
        clau_append(text, size, " = %s", row->fallback);
    else if (row->computed)
        clau_append(text, size, " (default: %s)", row->computed);
    else
        clau_append(text, size, " (%s)",
                    row->required || row->minimum_count > 0 ? "required" : "optional");
}

void clau_list_kind(const struct clau_kind *kind, int indent, FILE *stream) {
    char name[CLAU_PATH_LENGTH];
    snprintf(name, sizeof name, "\"%s\"", kind->name);
    clau_print_item(name, kind->description, indent, stream);
    for (size_t i = 0; i < kind->parameter_count; i++)
        clau_list_row(&kind->parameters[i], kind->parameters[i].key, CLAU_LIST_FULL, indent + 2,
                      stream);
}

/// A kind without the keys that all kinds share.
static void list_kind(const struct clau_kinds *kinds, const struct clau_kind *kind,
                      enum clau_list_form form, int indent, FILE *stream) {
    char name[CLAU_PATH_LENGTH], keys[CLAU_ERROR_LENGTH] = "", text[2 * CLAU_ERROR_LENGTH];
    snprintf(name, sizeof name, "\"%s\"", kind->name);
    for (size_t i = 0; form == CLAU_LIST_BRIEF && i < kind->parameter_count; i++)
        if (!is_shared(kinds, &kind->parameters[i]))
            append_key(&kind->parameters[i], keys, sizeof keys);
    snprintf(text, sizeof text, "%s%s%s", kind->description, *keys ? "; keys: " : "", keys);
    clau_print_item(name, text, indent, stream);
    for (size_t i = 0; form == CLAU_LIST_FULL && i < kind->parameter_count; i++)
        if (!is_shared(kinds, &kind->parameters[i]))
            clau_list_row(&kind->parameters[i], kind->parameters[i].key, form, indent + 2, stream);
}

/// The kinds, after the keys that all of them have.
static void list_kinds(const struct clau_kinds *kinds, enum clau_list_form form, int indent,
                       FILE *stream) {
    bool headed = false;
    for (size_t i = 0; kinds->count > 0 && i < kinds->items[0].parameter_count; i++) {
        const struct clau_parameter *row = &kinds->items[0].parameters[i];
        if (!is_shared(kinds, row))
            continue;
        if (!headed)
            fprintf(stream, "%*severy one\n", indent, "");
        headed = true;
        clau_list_row(row, row->key, form, indent + 2, stream);
    }
    for (size_t k = 0; k < kinds->count; k++)
        list_kind(kinds, &kinds->items[k], form, indent, stream);
}

/// A variant in its section. Its kinds have a topic of their own, but for a plain table's.
static void list_variant(const struct clau_parameter *row, enum clau_list_form form, FILE *stream) {
    char text[CLAU_ERROR_LENGTH];
    fputs("  ", stream);
    clau_print_wrapped(row->description, 2, stream);
    clau_describe_parameter(row, text, sizeof text);
    fputs("  ", stream);
    clau_print_wrapped(text, 2, stream);
    if (!row->kinds->selector) {
        for (size_t i = 0; i < row->kinds->items[0].parameter_count; i++) {
            const struct clau_parameter *own = &row->kinds->items[0].parameters[i];
            clau_list_row(own, own->key, form, 2, stream);
        }
        return;
    }
    snprintf(text, sizeof text, "which it is, and so its further keys: --list %s",
             row->kinds->topic);
    clau_print_item(row->kinds->selector, text, 2, stream);
}

static bool same_section(const struct clau_parameter *row, const char *section, size_t length) {
    return clau_section_length(row) == length && strncmp(row->key, section, length) == 0;
}

void clau_list_section(const struct clau_parameter_group *groups, size_t group_count,
                       const char *section, size_t length, enum clau_list_form form, FILE *stream) {
    bool headed = length == 0;
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct clau_parameter *row = &groups[g].parameters[i];
            if (!same_section(row, section, length))
                continue;
            const bool array = row->type == CLAU_VARIANTS;
            if (!headed)
                fprintf(stream, "%s%.*s%s\n", array ? "[[" : "[", (int)length, section,
                        array ? "]]" : "]");
            headed = true;
            if (clau_has_kinds(row))
                list_variant(row, form, stream);
            else
                clau_list_row(row, row->key + (length > 0 ? length + 1 : 0), form, 2, stream);
        }
}

bool clau_is_first_of_section(const struct clau_parameter_group *groups, size_t group,
                              size_t index) {
    const struct clau_parameter *own = &groups[group].parameters[index];
    for (size_t g = 0; g <= group; g++)
        for (size_t i = 0; i < groups[g].count && !(g == group && i == index); i++)
            if (same_section(&groups[g].parameters[i], own->key, clau_section_length(own)))
                return false;
    return true;
}

void clau_parameters_list(const struct clau_parameter_group *groups, size_t group_count,
                          enum clau_list_form form, FILE *stream) {
    if (form == CLAU_LIST_JSON) {
        clau_parameters_json(groups, group_count, stream);
        return;
    }
    clau_list_section(groups, group_count, "", 0, form, stream);
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct clau_parameter *row = &groups[g].parameters[i];
            if (clau_section_length(row) == 0 || !clau_is_first_of_section(groups, g, i))
                continue;
            fputc('\n', stream);
            clau_list_section(groups, group_count, row->key, clau_section_length(row), form,
                              stream);
        }
}

void clau_kinds_list(const struct clau_kinds *kinds, enum clau_list_form form, FILE *stream) {
    if (form == CLAU_LIST_JSON) {
        clau_kinds_json(kinds, stream);
        return;
    }
    fprintf(stream, "%s%s%s\n", kinds->topic, kinds->selector ? ", by the key " : "",
            kinds->selector ? kinds->selector : "");
    list_kinds(kinds, form, 2, stream);
}
