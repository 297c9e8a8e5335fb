// SPDX-License-Identifier: GPL-3.0-or-later
/// Typed parameters from a TOML document, driven by const tables.
///
/// A table row says what a key is; reading, validation, hints, `--print-config`, `--list` and the
/// reference in docs/ follow from it. Values land in a plain struct at the row's offset.
#ifndef CLAUSIUS_IO_PARAMETERS_H
#define CLAUSIUS_IO_PARAMETERS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/error.h"
#include "io/toml.h"

enum clau_parameter_type {
    CLAU_INTEGER,  ///< int64_t
    CLAU_REAL,     ///< double; integers are taken too
    CLAU_BOOLEAN,  ///< bool
    CLAU_STRING,   ///< char *, owned by the struct; NULL where optional and not given
    CLAU_CHOICE,   ///< int, index into choices
    CLAU_CHOICES,  ///< uint64_t, bit i set when choices[i] is in the list; order and repeats do
                   ///< not matter
    CLAU_REALS,    ///< struct clau_reals
    CLAU_INTEGERS, ///< struct clau_integers
    CLAU_VARIANT,  ///< struct clau_variant: a table whose selector key says which keys it has
    CLAU_VARIANTS, ///< struct clau_variants: an array of such tables
};

struct clau_reals {
    size_t count;
    double *values; ///< owned
};

struct clau_integers {
    size_t count;
    int64_t *values; ///< owned
};

struct clau_variant {
    int kind;     ///< index into the set's kinds
    void *values; ///< owned struct of that kind's parameters (zeroed memory where it has none);
                  ///< NULL where an optional variant is not given
};

struct clau_variants {
    size_t count;
    struct clau_variant *items; ///< owned
};

/// Interval that a number (each number of a list) must lie in. NaN is never inside.
struct clau_range {
    bool given;
    double minimum, maximum;
    bool above_minimum, below_maximum; ///< end point excluded
};

#define CLAU_AT_LEAST(a)                                                                           \
    { true, (a), INFINITY, false, false }
#define CLAU_ABOVE(a)                                                                              \
    { true, (a), INFINITY, true, true } ///< finite, too
#define CLAU_BETWEEN(a, b)                                                                         \
    { true, (a), (b), false, false }
#define CLAU_INSIDE(a, b)                                                                          \
    { true, (a), (b), true, true }
#define CLAU_FINITE                                                                                \
    { true, -INFINITY, INFINITY, true, true }

struct clau_choice {
    const char *name;
    const char *description;
};

struct clau_parameter;

/// One kind of a variant: an initial condition, an integrator, a potential.
struct clau_kind {
    const char *name;
    const char *description; ///< one line, with the formula or source where there is one
    const struct clau_parameter *parameters;
    size_t parameter_count;
    size_t size; ///< sizeof the struct that the parameters' offsets refer to
};

struct clau_kinds {
    const char *topic;    ///< name in `--list TOPIC`: "initial", "integrators", "potentials"
    const char *selector; ///< "kind", "method"; NULL for the one kind of a plain table
    const struct clau_kind *items;
    size_t count;
};

/// A variant's value in a document is a table; the bare name of a kind, `potential = "none"`, is
/// short for a table with that selector alone.
///
/// A row. `fallback` is the default in TOML syntax, read like the user's own text (for a variant:
/// the name of its default kind, e.g. "dop853"). Without a fallback the key is `required`, or
/// `computed` (its default follows from others: the member is NaN, 0, NULL or an empty list until
/// the owner fills it in), or else an optional list or string that may be empty.
struct clau_parameter {
    const char *key; ///< dotted path below the table it stands in: "grid.points"
    enum clau_parameter_type type;
    size_t offset;
    const char *fallback;
    bool required;
    const char *computed; ///< how the default follows: "time.end / 100"
    struct clau_range range;
    size_t minimum_count, maximum_count; ///< of a list; maximum 0: no limit
    const struct clau_choice *choices;
    size_t choice_count;
    const struct clau_kinds *kinds;
    const char *unit; ///< NULL where it has none ("1" is not printed)
    const char *description;
};

/// A table of rows and the struct its offsets refer to. Several groups make one document.
struct clau_parameter_group {
    const struct clau_parameter *parameters;
    size_t count;
    void *values; ///< zeroed before reading
};

/// Reads the document into the groups' structs: defaults, values, checks. The first thing wrong
/// (in order of the document) is reported as `file:line:column: key = value: what, allowed`;
/// an unknown key names the nearest known one; a missing required key is
/// `file: key: required (<description>)`, with line and column of the table it is missing from
/// where that is a variant. On failure the structs hold nothing to free.
enum clau_status clau_parameters_read(const struct clau_toml *document,
                                      const struct clau_parameter_group *groups, size_t group_count,
                                      struct clau_error *error);

/// Frees what the structs own and zeroes their members.
void clau_parameters_clear(const struct clau_parameter_group *groups, size_t group_count);

/// The effective configuration as a TOML document that reads back to the same values in every
/// bit: plain keys, then sections, then arrays of tables. Computed members that are still unset
/// (NaN, NULL) are left out. *text is malloc'ed.
enum clau_status clau_parameters_print(const struct clau_parameter_group *groups,
                                       size_t group_count, char **text, struct clau_error *error);

/// Compares a document with an earlier effective configuration (from clau_parameters_print, as
/// in a checkpoint): every key must have the same value, but for keys that equal or lie below
/// one of the `except` paths ("time.end", "output"). Keys with a computed default that the
/// document does not give are taken over from the earlier one (the document is changed), so that
/// a new time.end does not move them. Error: the first key that differs, with both values.
enum clau_status clau_parameters_agree(struct clau_toml *document, const struct clau_toml *earlier,
                                       const struct clau_parameter_group *groups,
                                       size_t group_count, const char *const *except,
                                       size_t except_count, struct clau_error *error);

/// How tables are listed: a line or two an entry; all that is known of it; for machines.
enum clau_list_form { CLAU_LIST_BRIEF, CLAU_LIST_FULL, CLAU_LIST_JSON };

/// Writes the reference of all keys (type, range or choices, default, unit, description) to a
/// stream; and the kinds of one topic ("initial", "integrators", ...): names, descriptions, own
/// keys. As text the keys name the topics of their kinds; in JSON they hold them.
void clau_parameters_list(const struct clau_parameter_group *groups, size_t group_count,
                          enum clau_list_form form, FILE *stream);
void clau_kinds_list(const struct clau_kinds *kinds, enum clau_list_form form, FILE *stream);

/// A search for one entry of the tables by its name.
struct clau_entry_search {
    const char *name;
    FILE *stream; ///< where what is found is written, in full
    size_t found; ///< entries written
    int distance; ///< of the nearest name; CLAU_ENTRY_FAR before there is one
    char nearest[256];
};
enum { CLAU_ENTRY_FAR = 1000 };

/// Whether an entry has the name that is looked for; remembers the nearest one that is not.
bool clau_entry_matches(struct clau_entry_search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// Writes every key, section and kind of that name: `grid.points`, `grid`, `initial.velocity`,
/// `soliton`, `initial.soliton`, `initial.soliton.velocity`, or with the topic,
/// `integrators.dop853`. Numbers that stand for a place in an array are left out:
/// `initial.0.velocity`.
void clau_parameters_find(const struct clau_parameter_group *groups, size_t group_count,
                          struct clau_entry_search *search);

/// Writes a name at `indent`, and the text beside it, wrapped, in the column of the lists.
void clau_print_item(const char *name, const char *text, int indent, FILE *stream);

#endif
