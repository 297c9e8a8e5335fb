// SPDX-License-Identifier: GPL-3.0-or-later
// What io/toml.h offers in words, without toml++.
#include <stdarg.h>
#include <string.h>

#include "io/toml.h"

const char *clau_toml_type_name(enum clau_toml_type type) {
    static const char *const names[] = {"table", "array",   "string", "integer",
                                        "real",  "boolean", "date"};
    return names[type];
}

/// Whether the node is a table or an [[array]] of tables, more than a message can hold.
static bool holds_tables(const struct clau_toml_node *node) {
    const enum clau_toml_type type = clau_toml_type(node);
    return type == CLAU_TOML_TABLE ||
           (type == CLAU_TOML_ARRAY && clau_toml_size(node) > 0 &&
            clau_toml_type(clau_toml_at(node, 0, NULL)) == CLAU_TOML_TABLE);
}

enum clau_status clau_toml_complain(const struct clau_toml *document, const char *path,
                                    struct clau_error *error, const char *format, ...) {
    const struct clau_toml_node *node = clau_toml_find(document, path);
    char place[256], value[80], what[CLAU_ERROR_LENGTH];
    clau_toml_place(document, node, place, sizeof place);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (!node || holds_tables(node))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: %s", place, path, what);
    clau_toml_show(node, value, sizeof value);
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s = %s: %s", place, path, value, what);
}

void clau_print_string(const char *text, FILE *stream) {
    static const char plain[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
    fputc('"', stream);
    for (const char *c = text; *c; c++) {
        const char *special = strchr(plain, *c);
        if (special)
            fprintf(stream, "\\%c", letters[special - plain]);
        else if ((unsigned char)*c < 0x20 || *c == 0x7f)
            fprintf(stream, "\\u%04X", (unsigned)*c);
        else
            fputc(*c, stream);
    }
    fputc('"', stream);
}
