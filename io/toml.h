// SPDX-License-Identifier: GPL-3.0-or-later
/// TOML documents behind a C interface. io/toml.cpp is the one file that knows toml++; every
/// C++ exception ends there.
#ifndef CLAUSIUS_IO_TOML_H
#define CLAUSIUS_IO_TOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_toml;      ///< a whole document, owner of its nodes
struct clau_toml_node; ///< a value inside a document; valid as long as the document

enum clau_toml_type {
    CLAU_TOML_TABLE,
    CLAU_TOML_ARRAY,
    CLAU_TOML_STRING,
    CLAU_TOML_INTEGER,
    CLAU_TOML_REAL,
    CLAU_TOML_BOOLEAN,
    CLAU_TOML_DATE, ///< any date or time; refused when a text is parsed
};

/// Parses a file, or a pipe that ends, such as the shell's <(command). Errors: CLAU_BAD_INPUT with
/// `path: no such file` (or the system's reason; directories and devices are none, nor is a pipe
/// that gives nothing for 10 s), or `path:line:column: what` for a syntax error. What could harm
/// the parser is refused before it: more than 16 MiB, deep nesting, long dotted keys, bytes that
/// are no text (io/toml_scan.h). The caller owns *document (clau_toml_destroy).
enum clau_status clau_toml_parse_file(const char *path, struct clau_toml **document,
                                      struct clau_error *error);

/// The same for text in memory; name stands for the path in messages.
enum clau_status clau_toml_parse_text(const char *text, const char *name,
                                      struct clau_toml **document, struct clau_error *error);

void clau_toml_destroy(struct clau_toml *document); ///< NULL is fine

/// Applies one override `dotted.path=VALUE`, VALUE in TOML syntax. Tables on the way are made
/// where they are missing; a number steps into an array (`initial.0.velocity=1.5`, the element
/// must exist, or be the next one). Messages about the value name `--set dotted.path=VALUE` as
/// their place. Errors: CLAU_BAD_INPUT with a sentence that starts with `--set`; the document is
/// then unchanged.
enum clau_status clau_toml_override(struct clau_toml *document, const char *assignment,
                                    struct clau_error *error);

/// Sets the value at a dotted path to the one that another document has there; tables on the way
/// are made as by clau_toml_override. Messages about it name the other document as their place.
enum clau_status clau_toml_take(struct clau_toml *document, const char *path,
                                const struct clau_toml *other, struct clau_error *error);

const struct clau_toml_node *clau_toml_root(const struct clau_toml *document);
const char *clau_toml_name(const struct clau_toml *document); ///< path or name it was parsed from
/// What relative paths in the document start with: the folder of its file with a final '/', or ""
/// for the current one, for text in memory, and for a pipe.
const char *clau_toml_folder(const struct clau_toml *document);

/// Value at a dotted path ("grid.points", "initial.0.kind"), or NULL.
const struct clau_toml_node *clau_toml_find(const struct clau_toml *document, const char *path);

enum clau_toml_type clau_toml_type(const struct clau_toml_node *node);
const char *clau_toml_type_name(enum clau_toml_type type); ///< "integer", "table", ...

/// Number of entries of a table or array; 0 for a scalar.
size_t clau_toml_size(const struct clau_toml_node *node);
/// Entry of a table by key, or NULL when there is none or node is no table.
const struct clau_toml_node *clau_toml_get(const struct clau_toml_node *node, const char *key);
/// Entry `index` of an array or table; *key, if key is not NULL, is set to its key (NULL in an
/// array) and lives as long as the document. Tables are ordered by place in the source, with what
/// overrides brought last. NULL beyond the end, or when out of memory.
const struct clau_toml_node *clau_toml_at(const struct clau_toml_node *node, size_t index,
                                          const char **key);

/// Scalar values: true and *value set if the node has the type. clau_toml_real takes integers too.
bool clau_toml_string(const struct clau_toml_node *node, const char **value);
bool clau_toml_integer(const struct clau_toml_node *node, int64_t *value);
bool clau_toml_real(const struct clau_toml_node *node, double *value);
bool clau_toml_boolean(const struct clau_toml_node *node, bool *value);

/// Writes the node's place, `CONFIG.toml:12:1` or `--set grid.points=7`, into place (cut to
/// size). With node NULL: the document's name.
void clau_toml_place(const struct clau_toml *document, const struct clau_toml_node *node,
                     char *place, size_t size);
/// Writes the value in TOML syntax, shortened with `...` if it does not fit.
void clau_toml_show(const struct clau_toml_node *node, char *text, size_t size);

/// CLAU_BAD_INPUT error about the value at a dotted path:
/// `CONFIG.toml:12:1: grid.points = -4: <formatted text>`, or, where the path has no value,
/// `CONFIG.toml: grid.points: <formatted text>`. A table's value is not shown.
enum clau_status clau_toml_complain(const struct clau_toml *document, const char *path,
                                    struct clau_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/// Writes value so that strtod gives the same bits back, as short as possible, and so that TOML
/// reads it as a float ("1.0", "1e-10", "inf"). 32 characters are enough. Any NaN is "nan".
void clau_print_real(double value, char *text, size_t size);

/// Writes text between double quotes, escaped as both TOML and JSON read it.
void clau_print_string(const char *text, FILE *stream);

#ifdef __cplusplus
}
#endif

#endif
