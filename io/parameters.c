// SPDX-License-Identifier: GPL-3.0-or-later
// Reading: one walk through the document in its own order, so that the first thing wrong is the
// one reported, then the defaults of what it did not give.
#include "io/parameters.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/parameters_internal.h"

void *clau_parameter_member(const struct clau_parameter *row, void *values) {
    return (char *)values + row->offset;
}

struct clau_parameter_group clau_variant_group(const struct clau_kinds *kinds,
                                               const struct clau_variant *variant) {
    const struct clau_kind *kind = &kinds->items[variant->kind];
    return (struct clau_parameter_group){kind->parameters, kind->parameter_count, variant->values};
}

size_t clau_choice_names(const struct clau_parameter *row,
                         const char *names[CLAU_MAXIMUM_CHOICES]) {
    assert(row->choice_count <= CLAU_MAXIMUM_CHOICES);
    for (size_t i = 0; i < row->choice_count; i++)
        names[i] = row->choices[i].name;
    return row->choice_count;
}

size_t clau_kind_names(const struct clau_kinds *kinds, const char *names[CLAU_MAXIMUM_CHOICES]) {
    assert(kinds->count <= CLAU_MAXIMUM_CHOICES);
    for (size_t i = 0; i < kinds->count; i++)
        names[i] = kinds->items[i].name;
    return kinds->count;
}

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/* One value */

/// The place of one value: what a message about it needs.
struct spot {
    const struct clau_toml *document;
    const char *path;
    const struct clau_toml_node *node;
};

static bool in_range(const struct clau_range *range, double value) {
    if (!range->given)
        return true;
    return (range->above_minimum ? value > range->minimum : value >= range->minimum) &&
           (range->below_maximum ? value < range->maximum : value <= range->maximum);
}

static enum clau_status check_range(const struct spot *spot, const struct clau_range *range,
                                    double value, struct clau_error *error) {
    if (in_range(range, value))
        return CLAU_OK;
    char text[128];
    clau_range_text(range, text, sizeof text);
    const bool infinite = isinf(value) && range->minimum != -INFINITY;
    return clau_toml_complain(spot->document, spot->path, error, "must be %s%s", text,
                              infinite && isinf(range->maximum) && value > 0 ? " and finite" : "");
}

static enum clau_status read_integer(const struct spot *spot, const struct clau_parameter *row,
                                     int64_t *member, struct clau_error *error) {
    int64_t value;
    if (!clau_toml_integer(spot->node, &value))
        return clau_toml_complain(spot->document, spot->path, error, "must be an integer");
    const enum clau_status status = check_range(spot, &row->range, (double)value, error);
    if (status == CLAU_OK)
        *member = value;
    return status;
}

static enum clau_status read_real(const struct spot *spot, const struct clau_parameter *row,
                                  double *member, struct clau_error *error) {
    double value;
    if (!clau_toml_real(spot->node, &value))
        return clau_toml_complain(spot->document, spot->path, error, "must be a number");
    const enum clau_status status = check_range(spot, &row->range, value, error);
    if (status == CLAU_OK)
        *member = value;
    return status;
}

static enum clau_status read_string(const struct spot *spot, char **member,
                                    struct clau_error *error) {
    const char *value;
    if (!clau_toml_string(spot->node, &value))
        return clau_toml_complain(spot->document, spot->path, error, "must be a string");
    *member = strdup(value);
    return *member ? CLAU_OK : no_memory(error);
}

/// Index of the name that the document gives at the spot.
static enum clau_status read_name(const struct spot *spot, const char *const *names, size_t count,
                                  size_t *index, struct clau_error *error) {
    char text[CLAU_ERROR_LENGTH] = "must be ";
    const char *value = NULL;
    if (clau_toml_string(spot->node, &value))
        for (size_t i = 0; i < count; i++)
            if (strcmp(value, names[i]) == 0) {
                *index = i;
                return CLAU_OK;
            }
    clau_append(text, sizeof text, "%s", count > 1 ? "one of " : "");
    clau_append_names(text, sizeof text, names, count);
    const char *nearest = value ? clau_nearest(value, names, count) : NULL;
    if (nearest)
        clau_append(text, sizeof text, "; did you mean \"%s\"?", nearest);
    return clau_toml_complain(spot->document, spot->path, error, "%s", text);
}

static enum clau_status read_choice(const struct spot *spot, const struct clau_parameter *row,
                                    size_t *index, struct clau_error *error) {
    const char *names[CLAU_MAXIMUM_CHOICES];
    const size_t count = clau_choice_names(row, names);
    return read_name(spot, names, count, index, error);
}

/* Lists */

static const char *list_wanted(enum clau_parameter_type type) {
    switch (type) {
    case CLAU_REALS:
        return "must be a list of numbers, such as [0.5, 2.0]";
    case CLAU_INTEGERS:
        return "must be a list of integers, such as [1, 2]";
    default:
        return "must be a list of strings, such as [\"a\", \"b\"]";
    }
}

static enum clau_status check_count(const struct spot *spot, const struct clau_parameter *row,
                                    const char *one, const char *many, struct clau_error *error) {
    const size_t count = clau_toml_size(spot->node);
    const size_t minimum = row->minimum_count, maximum = row->maximum_count;
    if (count < minimum)
        return clau_toml_complain(spot->document, spot->path, error, "must have %s %zu %s",
                                  minimum == maximum ? "exactly" : "at least", minimum,
                                  minimum == 1 ? one : many);
    if (maximum > 0 && count > maximum)
        return clau_toml_complain(spot->document, spot->path, error, "must have %s %zu %s",
                                  minimum == maximum ? "exactly" : "at most", maximum,
                                  maximum == 1 ? one : many);
    return CLAU_OK;
}

static enum clau_status read_entry(const struct spot *spot, const struct clau_parameter *row,
                                   size_t index, void *values, uint64_t *mask,
                                   struct clau_error *error) {
    char path[CLAU_PATH_LENGTH];
    clau_set_path(path, "%s.%zu", spot->path, index);
    const struct spot entry = {spot->document, path, clau_toml_at(spot->node, index, NULL)};
    if (row->type == CLAU_REALS)
        return read_real(&entry, row, (double *)values + index, error);
    if (row->type == CLAU_INTEGERS)
        return read_integer(&entry, row, (int64_t *)values + index, error);
    size_t choice;
    const enum clau_status status = read_choice(&entry, row, &choice, error);
    if (status == CLAU_OK)
        *mask |= UINT64_C(1) << choice;
    return status;
}

static enum clau_status read_list(const struct spot *spot, const struct clau_parameter *row,
                                  void *member, struct clau_error *error) {
    if (clau_toml_type(spot->node) != CLAU_TOML_ARRAY)
        return clau_toml_complain(spot->document, spot->path, error, "%s", list_wanted(row->type));
    enum clau_status status = check_count(spot, row, "entry", "entries", error);
    if (status != CLAU_OK)
        return status;
    const size_t count = clau_toml_size(spot->node);
    uint64_t mask = 0;
    void *values = NULL;
    if (count > 0 && row->type != CLAU_CHOICES) {
        values = calloc(count, row->type == CLAU_REALS ? sizeof(double) : sizeof(int64_t));
        if (!values)
            return no_memory(error);
    }
    for (size_t i = 0; i < count && status == CLAU_OK; i++)
        status = read_entry(spot, row, i, values, &mask, error);
    if (status != CLAU_OK)
        free(values);
    else if (row->type == CLAU_CHOICES)
        *(uint64_t *)member = mask;
    else if (row->type == CLAU_REALS)
        *(struct clau_reals *)member = (struct clau_reals){count, values};
    else
        *(struct clau_integers *)member = (struct clau_integers){count, values};
    return status;
}

/// Reads anything but variants.
static enum clau_status read_value(const struct spot *spot, const struct clau_parameter *row,
                                   void *member, struct clau_error *error) {
    switch (row->type) {
    case CLAU_INTEGER:
        return read_integer(spot, row, member, error);
    case CLAU_REAL:
        return read_real(spot, row, member, error);
    case CLAU_BOOLEAN:
        return clau_toml_boolean(spot->node, member)
                   ? CLAU_OK
                   : clau_toml_complain(spot->document, spot->path, error, "must be true or false");
    case CLAU_STRING:
        return read_string(spot, member, error);
    case CLAU_CHOICE: {
        size_t index;
        const enum clau_status status = read_choice(spot, row, &index, error);
        if (status == CLAU_OK)
            *(int *)member = (int)index;
        return status;
    }
    default:
        return read_list(spot, row, member, error);
    }
}

/* Tables */

static enum clau_status read_table(const struct clau_toml *document, const struct clau_scope *scope,
                                   const char *path, const struct clau_toml_node *table,
                                   struct clau_error *error);
static enum clau_status fill_defaults(const struct clau_toml *document,
                                      const struct clau_scope *scope, struct clau_error *error);

static enum clau_status read_kind(const struct clau_toml *document, const struct clau_scope *outer,
                                  const struct clau_parameter *row, const char *path,
                                  const struct clau_toml_node *table, size_t index,
                                  struct clau_variant *variant, struct clau_error *error) {
    const struct clau_kind *kind = &row->kinds->items[index];
    variant->kind = (int)index;
    variant->values = calloc(1, kind->size > 0 ? kind->size : 1);
    if (!variant->values)
        return no_memory(error);
    char prefix[CLAU_PATH_LENGTH];
    clau_set_path(prefix, "%s.", path);
    const struct clau_parameter_group group = clau_variant_group(row->kinds, variant);
    const struct clau_scope scope = {prefix, &group, 1, row->kinds, (int)index, outer};
    for (size_t i = 0; i < kind->parameter_count; i++)
        assert(kind->parameters[i].type != CLAU_VARIANT &&
               kind->parameters[i].type != CLAU_VARIANTS);
    if (table) {
        const enum clau_status status = read_table(document, &scope, path, table, error);
        if (status != CLAU_OK)
            return status;
    }
    return fill_defaults(document, &scope, error);
}

static size_t fallback_kind(const struct clau_parameter *row) {
    size_t index = 0;
    while (strcmp(row->kinds->items[index].name, row->fallback) != 0) {
        index++;
        assert(index < row->kinds->count);
    }
    return index;
}

/// `node` is a table, or the bare name of a kind that needs no more: `potential = "none"`.
static enum clau_status read_variant(const struct clau_toml *document,
                                     const struct clau_scope *outer,
                                     const struct clau_parameter *row, const char *path,
                                     const struct clau_toml_node *node,
                                     struct clau_variant *variant, struct clau_error *error) {
    const struct clau_kinds *kinds = row->kinds;
    const char *names[CLAU_MAXIMUM_CHOICES];
    const size_t count = clau_kind_names(kinds, names);
    const bool table = clau_toml_type(node) == CLAU_TOML_TABLE;
    size_t index = 0;
    if (!table && (!kinds->selector || clau_toml_type(node) != CLAU_TOML_STRING))
        return clau_toml_complain(document, path, error, "must be a table%s%s",
                                  kinds->selector ? " with the key " : "",
                                  kinds->selector ? kinds->selector : "");
    if (kinds->selector) {
        char selector[CLAU_PATH_LENGTH];
        clau_set_path(selector, "%s%s%s", path, table ? "." : "", table ? kinds->selector : "");
        const struct spot spot = {document, selector,
                                  table ? clau_toml_get(node, kinds->selector) : node};
        if (spot.node) {
            const enum clau_status status = read_name(&spot, names, count, &index, error);
            if (status != CLAU_OK)
                return status;
        } else if (row->fallback) {
            index = fallback_kind(row);
        } else {
            char place[CLAU_PATH_LENGTH], text[CLAU_ERROR_LENGTH] = "";
            clau_toml_place(document, node, place, sizeof place);
            clau_append_names(text, sizeof text, names, count);
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: required (one of %s)", place,
                                  selector, text);
        }
    }
    return read_kind(document, outer, row, path, table ? node : NULL, index, variant, error);
}

static enum clau_status read_variants(const struct clau_toml *document,
                                      const struct clau_scope *outer,
                                      const struct clau_parameter *row, const char *path,
                                      const struct clau_toml_node *node,
                                      struct clau_variants *variants, struct clau_error *error) {
    const struct spot spot = {document, path, node};
    if (clau_toml_type(node) != CLAU_TOML_ARRAY)
        return clau_toml_complain(document, path, error, "must be an array of tables: [[%s]]",
                                  path);
    enum clau_status status = check_count(&spot, row, "table", "tables", error);
    const size_t count = clau_toml_size(node);
    if (status != CLAU_OK || count == 0)
        return status;
    variants->items = calloc(count, sizeof *variants->items);
    if (!variants->items)
        return no_memory(error);
    variants->count = count;
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        char item[CLAU_PATH_LENGTH];
        clau_set_path(item, "%s.%zu", path, i);
        status = read_variant(document, outer, row, item, clau_toml_at(node, i, NULL),
                              &variants->items[i], error);
    }
    return status;
}

/// The row of a path in the scope or in those around it, and its member.
static const struct clau_parameter *find_row(const struct clau_scope *scope, const char *path,
                                             void **member) {
    for (; scope; scope = scope->outer) {
        const size_t length = strlen(scope->prefix);
        if (strncmp(path, scope->prefix, length) != 0)
            continue;
        for (size_t g = 0; g < scope->group_count; g++) {
            const struct clau_parameter_group *group = &scope->groups[g];
            for (size_t i = 0; i < group->count; i++)
                if (strcmp(group->parameters[i].key, path + length) == 0) {
                    *member = clau_parameter_member(&group->parameters[i], group->values);
                    return &group->parameters[i];
                }
        }
    }
    return NULL;
}

/// Whether some row lies below the path.
static bool is_section(const struct clau_scope *scope, const char *path) {
    const size_t length = strlen(path);
    for (; scope; scope = scope->outer) {
        const size_t prefix = strlen(scope->prefix);
        if (prefix >= length || strncmp(path, scope->prefix, prefix) != 0)
            continue;
        for (size_t g = 0; g < scope->group_count; g++)
            for (size_t i = 0; i < scope->groups[g].count; i++) {
                const char *key = scope->groups[g].parameters[i].key;
                if (strncmp(key, path + prefix, length - prefix) == 0 &&
                    key[length - prefix] == '.')
                    return true;
            }
    }
    return false;
}

static enum clau_status read_node(const struct clau_toml *document, const struct clau_scope *scope,
                                  const char *path, const struct clau_toml_node *node,
                                  struct clau_error *error) {
    void *member = NULL;
    const struct clau_parameter *row = find_row(scope, path, &member);
    if (!row) {
        if (!is_section(scope, path))
            return clau_unknown_key(document, scope, path, node, error);
        if (clau_toml_type(node) != CLAU_TOML_TABLE)
            return clau_toml_complain(document, path, error, "must be a table: [%s]", path);
        return read_table(document, scope, path, node, error);
    }
    if (row->type == CLAU_VARIANT)
        return read_variant(document, scope, row, path, node, member, error);
    if (row->type == CLAU_VARIANTS)
        return read_variants(document, scope, row, path, node, member, error);
    const struct spot spot = {document, path, node};
    return read_value(&spot, row, member, error);
}

/// Reads all entries of a table at `path` ("" for the root).
static enum clau_status read_table(const struct clau_toml *document, const struct clau_scope *scope,
                                   const char *path, const struct clau_toml_node *table,
                                   struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    const bool variant = scope->kinds && strncmp(path, scope->prefix, strlen(path)) == 0 &&
                         strlen(path) + 1 == strlen(scope->prefix);
    const char *selector = variant ? scope->kinds->selector : NULL;
    for (size_t i = 0; i < clau_toml_size(table) && status == CLAU_OK; i++) {
        const char *key;
        const struct clau_toml_node *node = clau_toml_at(table, i, &key);
        if (!node)
            return no_memory(error);
        if (selector && strcmp(key, selector) == 0)
            continue;
        char entry[CLAU_PATH_LENGTH];
        clau_set_path(entry, "%s", path);
        clau_append_key(entry, sizeof entry, key);
        status = read_node(document, scope, entry, node, error);
    }
    return status;
}

/* Defaults */

static enum clau_status default_value(const struct clau_parameter *row, const char *path,
                                      void *member, struct clau_error *error) {
    char text[CLAU_ERROR_LENGTH];
    snprintf(text, sizeof text, "value = %s", row->fallback);
    struct clau_error reason = {.message = ""};
    struct clau_toml *document = NULL;
    enum clau_status status = clau_toml_parse_text(text, "default", &document, &reason);
    if (status == CLAU_OK) {
        const struct spot spot = {document, "value", clau_toml_find(document, "value")};
        status = read_value(&spot, row, member, &reason);
    }
    clau_toml_destroy(document);
    if (status == CLAU_OK || status == CLAU_NO_MEMORY)
        return status == CLAU_OK ? CLAU_OK : no_memory(error);
    return clau_error_set(error, CLAU_INTERNAL, "the default of %s is wrong: %s", path,
                          reason.message);
}

static enum clau_status default_variant(const struct clau_toml *document,
                                        const struct clau_scope *scope,
                                        const struct clau_parameter *row, const char *path,
                                        void *member, struct clau_error *error) {
    if (row->type == CLAU_VARIANT)
        return read_kind(document, scope, row, path, NULL, fallback_kind(row), member, error);
    struct clau_variants *variants = member;
    variants->items = calloc(1, sizeof *variants->items);
    if (!variants->items)
        return no_memory(error);
    variants->count = 1;
    char item[CLAU_PATH_LENGTH];
    clau_set_path(item, "%s.0", path);
    return read_kind(document, scope, row, item, NULL, fallback_kind(row), variants->items, error);
}

static enum clau_status missing_key(const struct clau_toml *document,
                                    const struct clau_scope *scope,
                                    const struct clau_parameter *row, const char *path,
                                    struct clau_error *error) {
    char place[CLAU_PATH_LENGTH], table[CLAU_PATH_LENGTH];
    // Within a variant its table is where the key is missing; a section may have many places.
    clau_set_path(table, "%.*s", (int)strlen(scope->prefix) - (scope->kinds ? 1 : 0),
                  scope->prefix);
    clau_toml_place(document, scope->kinds ? clau_toml_find(document, table) : NULL, place,
                    sizeof place);
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: required (%s)", place, path,
                          row->description);
}

static enum clau_status fill_default(const struct clau_toml *document,
                                     const struct clau_scope *scope,
                                     const struct clau_parameter *row, void *member,
                                     struct clau_error *error) {
    char path[CLAU_PATH_LENGTH];
    clau_set_path(path, "%s%s", scope->prefix, row->key);
    if (clau_toml_find(document, path))
        return CLAU_OK;
    const bool variant = row->type == CLAU_VARIANT || row->type == CLAU_VARIANTS;
    if (row->fallback)
        return variant ? default_variant(document, scope, row, path, member, error)
                       : default_value(row, path, member, error);
    if (row->required || (row->type == CLAU_VARIANTS && row->minimum_count > 0))
        return missing_key(document, scope, row, path, error);
    if (row->type == CLAU_REAL)
        *(double *)member = NAN;
    return CLAU_OK;
}

static enum clau_status fill_defaults(const struct clau_toml *document,
                                      const struct clau_scope *scope, struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    for (size_t g = 0; g < scope->group_count; g++) {
        const struct clau_parameter_group *group = &scope->groups[g];
        for (size_t i = 0; i < group->count && status == CLAU_OK; i++) {
            const struct clau_parameter *row = &group->parameters[i];
            status = fill_default(document, scope, row, clau_parameter_member(row, group->values),
                                  error);
        }
    }
    return status;
}

enum clau_status clau_parameters_read(const struct clau_toml *document,
                                      const struct clau_parameter_group *groups, size_t group_count,
                                      struct clau_error *error) {
    const struct clau_scope scope = {"", groups, group_count, NULL, 0, NULL};
    enum clau_status status = read_table(document, &scope, "", clau_toml_root(document), error);
    if (status == CLAU_OK)
        status = fill_defaults(document, &scope, error);
    if (status != CLAU_OK)
        clau_parameters_clear(groups, group_count);
    return status;
}
