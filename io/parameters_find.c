// SPDX-License-Identifier: GPL-3.0-or-later
// One entry of the tables by its name.
#include <stdarg.h>
#include <string.h>

#include "io/parameters_internal.h"

/// Copies a path without the segments that are numbers.
static void drop_places(const char *path, char *text, size_t size) {
    *text = '\0';
    while (*path != '\0') {
        const size_t length = strcspn(path, ".");
        if (length == 0 || strspn(path, "0123456789") != length) {
            clau_append(text, size, "%s%.*s", *text != '\0' ? "." : "", (int)length, path);
        }
        path += length;
        path += *path == '.';
    }
}

bool clau_entry_matches(struct clau_entry_search *search, const char *format, ...) {
    char name[sizeof search->nearest];
    char wanted[sizeof search->nearest];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    drop_places(search->name, wanted, sizeof wanted);
    if (strcmp(name, wanted) == 0) {
        search->found++;
        return true;
    }
    const int distance = clau_path_slip(wanted, name);
    if (distance < search->distance) {
        search->distance = distance;
        memcpy(search->nearest, name, sizeof name);
    }
    return false;
}

/// The kinds of a variant, and their keys.
static void find_in_kinds(const struct clau_parameter *row, struct clau_entry_search *search) {
    const struct clau_kinds *kinds = row->kinds;
    for (size_t k = 0; k < kinds->count; k++) {
        const struct clau_kind *kind = &kinds->items[k];
        const bool named = kinds->selector != NULL;
        if (named && (clau_entry_matches(search, "%s", kind->name) ||
                      clau_entry_matches(search, "%s.%s", row->key, kind->name) ||
                      clau_entry_matches(search, "%s.%s", kinds->topic, kind->name))) {
            clau_list_kind(kind, 0, search->stream);
        }
        for (size_t i = 0; i < kind->parameter_count; i++) {
            const struct clau_parameter *own = &kind->parameters[i];
            const bool alone = clau_entry_matches(search, "%s.%s", row->key, own->key);
            if (alone ||
                (named &&
                 (clau_entry_matches(search, "%s.%s.%s", row->key, kind->name, own->key) ||
                  clau_entry_matches(search, "%s.%s.%s", kinds->topic, kind->name, own->key)))) {
                if (named) {
                    fprintf(search->stream, "of \"%s\"\n", kind->name);
                }
                clau_list_row(own, own->key, CLAU_LIST_FULL, 0, search->stream);
            }
        }
    }
}

static void find_section(const struct clau_parameter_group *groups, size_t group_count,
                         const struct clau_parameter *row, struct clau_entry_search *search) {
    const size_t length = clau_section_length(row);
    if (length == 0 || !clau_entry_matches(search, "%.*s", (int)length, row->key)) {
        return;
    }
    clau_list_section(groups, group_count, row->key, length, CLAU_LIST_FULL, search->stream);
    if (clau_has_kinds(row) && row->kinds->selector != NULL) {
        clau_kinds_list(row->kinds, CLAU_LIST_BRIEF, search->stream);
    }
}

void clau_parameters_find(const struct clau_parameter_group *groups, size_t group_count,
                          struct clau_entry_search *search) {
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct clau_parameter *row = &groups[g].parameters[i];
            if (clau_is_first_of_section(groups, g, i)) {
                find_section(groups, group_count, row, search);
            }
            if (clau_has_kinds(row)) {
                find_in_kinds(row, search);
            } else if (clau_entry_matches(search, "%s", row->key)) {
                clau_list_row(row, row->key, CLAU_LIST_FULL, 0, search->stream);
            }
        }
    }
}
