// SPDX-License-Identifier: GPL-3.0-or-later
/// What the files behind io/parameters.h share; not for use elsewhere.
#ifndef CLAUSIUS_IO_PARAMETERS_INTERNAL_H
#define CLAUSIUS_IO_PARAMETERS_INTERNAL_H

#include "io/parameters.h"

/// Longest dotted path of a known key; a longer one in a document is cut, hence unknown.
enum { CLAU_PATH_LENGTH = 256, CLAU_MAXIMUM_CHOICES = 64 };

/// The rows that may stand below one table: those of the whole document (prefix "", outer NULL), or
/// those of one kind of a variant, within the document's.
struct clau_scope {
    const char *prefix; ///< "", or the variant's path with a dot: "initial.0."
    const struct clau_parameter_group *groups;
    size_t group_count;
    const struct clau_kinds *kinds; ///< NULL for the document
    int kind;
    const struct clau_scope *outer;
};

/// Where a row's value lies in the struct.
void *clau_parameter_member(const struct clau_parameter *row, void *values);

/// sizeof the member.
size_t clau_parameter_size(enum clau_parameter_type type);

/// Whether a printed configuration leaves the key out: it may be missing, and the member is as a
/// missing key leaves it (NaN, 0, NULL, empty). Booleans and choices, whose zero is a value like
/// any other, are never left out.
bool clau_parameter_is_unset(const struct clau_parameter *row, const void *member);

/// The group that holds one variant's values.
struct clau_parameter_group clau_variant_group(const struct clau_kinds *kinds,
                                               const struct clau_variant *variant);

/// "at least 8", "above 0", "between 0 and 1", "finite"; empty for a range not given.
void clau_range_text(const struct clau_range *range, char *text, size_t size);

/// Appends to a text of the given size, cutting what does not fit.
void clau_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Sets a path, cut to CLAU_PATH_LENGTH.
void clau_set_path(char path[CLAU_PATH_LENGTH], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// Appends `"a", "b", "c"`.
void clau_append_names(char *text, size_t size, const char *const *names, size_t count);

/// Names of a row's choices or of the kinds of a variant; returns how many.
size_t clau_choice_names(const struct clau_parameter *row, const char *names[CLAU_MAXIMUM_CHOICES]);
size_t clau_kind_names(const struct clau_kinds *kinds, const char *names[CLAU_MAXIMUM_CHOICES]);

/// The name nearest to what the user wrote, if any is near enough for a slip; else NULL.
const char *clau_nearest(const char *text, const char *const *names, size_t count);

/// Writes text from column `indent` on, broken at spaces; the cursor stands there already. Columns
/// are characters, not bytes.
void clau_print_wrapped(const char *text, int indent, FILE *stream);

/// Pieces of the lists. A variant is a section by itself; another row is listed under what stands
/// before its last dot.
const char *clau_type_name(enum clau_parameter_type type);
bool clau_has_kinds(const struct clau_parameter *row);
size_t clau_section_length(const struct clau_parameter *row);
/// `integer, at least 8; required`, `one of "a", "b"; default "a"`.
void clau_describe_parameter(const struct clau_parameter *row, char *text, size_t size);
void clau_list_row(const struct clau_parameter *row, const char *name, enum clau_list_form form,
                   int indent, FILE *stream);
void clau_list_section(const struct clau_parameter_group *groups, size_t group_count,
                       const char *section, size_t length, enum clau_list_form form, FILE *stream);
/// Whether no row before this one is of its section.
bool clau_is_first_of_section(const struct clau_parameter_group *groups, size_t group,
                              size_t index);
/// A kind with all its keys, in full.
void clau_list_kind(const struct clau_kind *kind, int indent, FILE *stream);
void clau_parameters_json(const struct clau_parameter_group *groups, size_t group_count,
                          FILE *stream);
void clau_kinds_json(const struct clau_kinds *kinds, FILE *stream);

/// Edits between two dotted paths, segment by segment; CLAU_FAR if they are not near enough for a
/// slip of the hand.
enum { CLAU_FAR = 1000 };
int clau_path_slip(const char *a, const char *b);

/// Error about a key (the value at `node`, with its full path) that no row of the scope has.
enum clau_status clau_unknown_key(const struct clau_toml *document, const struct clau_scope *scope,
                                  const char *path, const struct clau_toml_node *node,
                                  struct clau_error *error);

/// Appends "." and a key, quoted unless it is bare: then it equals no path of a row.
void clau_append_key(char *path, size_t size, const char *key);

/// Writes a member as a value in TOML syntax; a variant as an inline table.
void clau_print_member(const struct clau_parameter *row, const void *member, FILE *stream);

#endif
