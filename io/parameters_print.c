// SPDX-License-Identifier: GPL-3.0-or-later
// The effective configuration as TOML: plain keys, sections, arrays of tables. In this order no
// key can fall into the table printed before it.
#include <stdlib.h>
#include <string.h>

#include "io/parameters_internal.h"

struct printer {
    const struct clau_parameter_group *groups;
    size_t group_count;
    FILE *stream;
};

/// Length of the section's part of a key: 0 for "seed", 4 for "time.end".
static size_t section_length(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? (size_t)(dot - key) : 0;
}

static bool in_section(const char *key, const char *section, size_t length) {
    return section_length(key) == length && strncmp(key, section, length) == 0;
}

/// Whether a variant is a section of its own: at the top level, or where plain rows stand in it.
static bool is_own_section(const struct printer *printer, const struct clau_parameter *row) {
    if (row->type != CLAU_VARIANT)
        return false;
    const size_t length = strlen(row->key);
    if (section_length(row->key) == 0)
        return true;
    for (size_t g = 0; g < printer->group_count; g++)
        for (size_t i = 0; i < printer->groups[g].count; i++)
            if (in_section(printer->groups[g].parameters[i].key, row->key, length))
                return true;
    return false;
}

/// Whether the row is printed in blocks [[key]].
static bool is_blocks(const struct clau_parameter *row, const void *member) {
    return row->type == CLAU_VARIANTS && ((const struct clau_variants *)member)->count > 0;
}

static void print_entry(const struct clau_parameter *row, const void *member, FILE *stream) {
    if (clau_parameter_is_unset(row, member))
        return;
    const size_t section = section_length(row->key);
    fprintf(stream, "%s = ", row->key + (section > 0 ? section + 1 : 0));
    clau_print_member(row, member, stream);
    fputc('\n', stream);
}

/// The entries of one variant, one a line.
static void print_variant(const struct clau_kinds *kinds, const struct clau_variant *variant,
                          FILE *stream) {
    if (!variant->values)
        return;
    const struct clau_kind *kind = &kinds->items[variant->kind];
    if (kinds->selector) {
        fprintf(stream, "%s = ", kinds->selector);
        clau_print_string(kind->name, stream);
        fputc('\n', stream);
    }
    for (size_t i = 0; i < kind->parameter_count; i++) {
        const struct clau_parameter *row = &kind->parameters[i];
        const void *member = clau_parameter_member(row, variant->values);
        if (clau_parameter_is_unset(row, member))
            continue;
        fprintf(stream, "%s = ", row->key);
        clau_print_member(row, member, stream);
        fputc('\n', stream);
    }
}

/// All entries of the section (length 0: the plain keys), in the order of the rows. Returns
/// whether it is a variant, which is there even when it has no entry.
static bool print_section(const struct printer *printer, const char *section, size_t length,
                          FILE *stream) {
    bool variant = false;
    for (size_t g = 0; g < printer->group_count; g++)
        for (size_t i = 0; i < printer->groups[g].count; i++) {
            const struct clau_parameter *row = &printer->groups[g].parameters[i];
            const void *member = clau_parameter_member(row, printer->groups[g].values);
            if (is_own_section(printer, row)) {
                if (strlen(row->key) != length || strncmp(row->key, section, length) != 0)
                    continue;
                print_variant(row->kinds, member, stream);
                variant = variant || ((const struct clau_variant *)member)->values;
            } else if (in_section(row->key, section, length) && !is_blocks(row, member)) {
                print_entry(row, member, stream);
            }
        }
    return variant;
}

/// Whether an earlier row opened the same section.
static bool seen_before(const struct printer *printer, size_t group, size_t index,
                        const char *section, size_t length) {
    for (size_t g = 0; g <= group; g++)
        for (size_t i = 0; i < printer->groups[g].count && !(g == group && i == index); i++) {
            const struct clau_parameter *row = &printer->groups[g].parameters[i];
            if (is_own_section(printer, row)
                    ? strlen(row->key) == length && strncmp(row->key, section, length) == 0
                    : in_section(row->key, section, length))
                return true;
        }
    return false;
}

/// Prints a section with its header, unless it is empty and its being there means nothing.
static bool print_headed(const struct printer *printer, const char *section, size_t length) {
    char *body = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&body, &size);
    if (!memory)
        return false;
    const bool opened = print_section(printer, section, length, memory);
    // Out of memory at the end, fclose() says nothing, and there is no text.
    const bool whole = fclose(memory) == 0 && body != NULL;
    if (whole && (size > 0 || opened))
        fprintf(printer->stream, "%s[%.*s]\n%s", ftell(printer->stream) > 0 ? "\n" : "",
                (int)length, section, body);
    free(body);
    return whole;
}

static bool print_sections(const struct printer *printer) {
    for (size_t g = 0; g < printer->group_count; g++)
        for (size_t i = 0; i < printer->groups[g].count; i++) {
            const struct clau_parameter *row = &printer->groups[g].parameters[i];
            const size_t length =
                is_own_section(printer, row) ? strlen(row->key) : section_length(row->key);
            if (length > 0 && !seen_before(printer, g, i, row->key, length) &&
                !print_headed(printer, row->key, length))
                return false;
        }
    return true;
}

static void print_blocks(const struct printer *printer) {
    for (size_t g = 0; g < printer->group_count; g++)
        for (size_t i = 0; i < printer->groups[g].count; i++) {
            const struct clau_parameter *row = &printer->groups[g].parameters[i];
            if (row->type != CLAU_VARIANTS)
                continue;
            const struct clau_variants *variants =
                clau_parameter_member(row, printer->groups[g].values);
            for (size_t k = 0; k < variants->count; k++) {
                fprintf(printer->stream, "%s[[%s]]\n", ftell(printer->stream) > 0 ? "\n" : "",
                        row->key);
                print_variant(row->kinds, &variants->items[k], printer->stream);
            }
        }
}

enum clau_status clau_parameters_print(const struct clau_parameter_group *groups,
                                       size_t group_count, char **text, struct clau_error *error) {
    char *whole = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&whole, &size);
    if (!stream)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    const struct printer printer = {groups, group_count, stream};
    print_section(&printer, "", 0, stream);
    bool done = print_sections(&printer);
    print_blocks(&printer);
    done = fclose(stream) == 0 && whole != NULL && done;
    if (!done) {
        free(whole);
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    *text = whole;
    return CLAU_OK;
}
