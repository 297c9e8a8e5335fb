// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a document may continue the run of an earlier one. Both are read into structs of their
// own and compared row by row, so that 1 and 1.0, or a default and its being written out, agree.
#include <stdlib.h>
#include <string.h>

#include "io/parameters_internal.h"

struct comparison {
    struct clau_toml *document;
    const struct clau_toml *earlier;
    const char *const *except;
    size_t except_count;
    bool take; ///< second walk: all agrees, take over what is computed
    struct clau_error *error;
};

static bool is_excepted(const struct comparison *comparison, const char *path) {
    for (size_t i = 0; i < comparison->except_count; i++) {
        const size_t length = strlen(comparison->except[i]);
        if (strncmp(path, comparison->except[i], length) == 0 &&
            (path[length] == '\0' || path[length] == '.'))
            return true;
    }
    return false;
}

/// The member as TOML text; free it. NULL when out of memory.
static char *shown(const struct clau_parameter *row, const void *member) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    clau_print_member(row, member, stream);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

static enum clau_status differ(const struct comparison *comparison, const char *path,
                               const char *own, const char *other) {
    if (clau_toml_find(comparison->document, path))
        return clau_toml_complain(comparison->document, path, comparison->error,
                                  "%s has %.200s, and it must be the same",
                                  clau_toml_name(comparison->earlier), other);
    return clau_toml_complain(comparison->document, path, comparison->error,
                              "not given, hence %.200s: %s has %.200s, and it must be the same",
                              own, clau_toml_name(comparison->earlier), other);
}

/// The printed values have every bit, so that equal texts are equal values.
static enum clau_status compare_values(const struct comparison *comparison,
                                       const struct clau_parameter *row, const char *path,
                                       const void *own, const void *other) {
    enum clau_status status = CLAU_OK;
    char *own_text = shown(row, own), *other_text = shown(row, other);
    if (!own_text || !other_text)
        status = clau_error_set(comparison->error, CLAU_NO_MEMORY, "out of memory");
    else if (strcmp(own_text, other_text) != 0)
        status = differ(comparison, path, own_text,
                        clau_parameter_is_unset(row, other) ? "no value" : other_text);
    free(own_text);
    free(other_text);
    return status;
}

static enum clau_status compare_row(const struct comparison *comparison,
                                    const struct clau_parameter *row, const char *path,
                                    const void *own, const void *other);

static enum clau_status compare_rows(const struct comparison *comparison, const char *prefix,
                                     const struct clau_parameter_group *own,
                                     const struct clau_parameter_group *other) {
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < own->count && status == CLAU_OK; i++) {
        const struct clau_parameter *row = &own->parameters[i];
        char path[CLAU_PATH_LENGTH];
        clau_set_path(path, "%s%s", prefix, row->key);
        status = compare_row(comparison, row, path, clau_parameter_member(row, own->values),
                             clau_parameter_member(row, other->values));
    }
    return status;
}

static enum clau_status compare_variant(const struct comparison *comparison,
                                        const struct clau_kinds *kinds, const char *path,
                                        const struct clau_variant *own,
                                        const struct clau_variant *other) {
    char key[CLAU_PATH_LENGTH];
    const char *own_name = own->values ? kinds->items[own->kind].name : "nothing";
    const char *other_name = other->values ? kinds->items[other->kind].name : "nothing";
    if (strcmp(own_name, other_name) != 0) {
        // A bare name stands in the place of the table.
        clau_set_path(key, "%s.%s", path, kinds->selector ? kinds->selector : "");
        const bool table = kinds->selector && clau_toml_find(comparison->document, key);
        const char *place = table || !clau_toml_find(comparison->document, path) ? key : path;
        return is_excepted(comparison, place)
                   ? CLAU_OK
                   : differ(comparison, kinds->selector ? place : path, own_name, other_name);
    }
    if (!own->values)
        return CLAU_OK;
    const struct clau_parameter_group own_group = clau_variant_group(kinds, own);
    const struct clau_parameter_group other_group = clau_variant_group(kinds, other);
    clau_set_path(key, "%s.", path);
    return compare_rows(comparison, key, &own_group, &other_group);
}

static enum clau_status compare_variants(const struct comparison *comparison,
                                         const struct clau_kinds *kinds, const char *path,
                                         const struct clau_variants *own,
                                         const struct clau_variants *other) {
    if (own->count != other->count)
        return clau_toml_complain(comparison->document, path, comparison->error,
                                  "%zu of them: %s has %zu, and it must be the same", own->count,
                                  clau_toml_name(comparison->earlier), other->count);
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < own->count && status == CLAU_OK; i++) {
        char item[CLAU_PATH_LENGTH];
        clau_set_path(item, "%s.%zu", path, i);
        status = compare_variant(comparison, kinds, item, &own->items[i], &other->items[i]);
    }
    return status;
}

/// Takes the earlier value of a computed key. The variant it stands in may be a bare name in the
/// document, which has no room for a key: the whole table then comes from the earlier document,
/// all of it equal or computed.
static enum clau_status take_over(const struct comparison *comparison, const char *path) {
    char table[CLAU_PATH_LENGTH];
    clau_set_path(table, "%s", path);
    char *dot = strrchr(table, '.');
    if (dot)
        *dot = '\0';
    const struct clau_toml_node *node = dot ? clau_toml_find(comparison->document, table) : NULL;
    const bool name = node && clau_toml_type(node) == CLAU_TOML_STRING;
    return clau_toml_take(comparison->document, name ? table : path, comparison->earlier,
                          comparison->error);
}

static enum clau_status compare_row(const struct comparison *comparison,
                                    const struct clau_parameter *row, const char *path,
                                    const void *own, const void *other) {
    if (row->type == CLAU_VARIANT)
        return compare_variant(comparison, row->kinds, path, own, other);
    if (row->computed && !clau_toml_find(comparison->document, path)) {
        const bool given = clau_toml_find(comparison->earlier, path);
        return comparison->take && given ? take_over(comparison, path) : CLAU_OK;
    }
    const bool excepted = is_excepted(comparison, path);
    if (row->type == CLAU_VARIANTS)
        return excepted ? CLAU_OK : compare_variants(comparison, row->kinds, path, own, other);
    return comparison->take || excepted ? CLAU_OK
                                        : compare_values(comparison, row, path, own, other);
}

/// Zeroed memory for the rows of a group: their owner's struct reaches at least to the last one.
static void *make_values(const struct clau_parameter_group *group) {
    size_t size = 1;
    for (size_t i = 0; i < group->count; i++) {
        const struct clau_parameter *row = &group->parameters[i];
        const size_t end = row->offset + clau_parameter_size(row->type);
        size = end > size ? end : size;
    }
    return calloc(1, size);
}

static void destroy_groups(struct clau_parameter_group *groups, size_t count) {
    for (size_t g = 0; groups && g < count; g++) {
        if (groups[g].values)
            clau_parameters_clear(&groups[g], 1);
        free(groups[g].values);
    }
    free(groups);
}

static struct clau_parameter_group *make_groups(const struct clau_parameter_group *groups,
                                                size_t count) {
    struct clau_parameter_group *made = calloc(count > 0 ? count : 1, sizeof *made);
    for (size_t g = 0; made && g < count; g++) {
        made[g] = groups[g];
        made[g].values = make_values(&groups[g]);
        if (!made[g].values) {
            destroy_groups(made, g);
            made = NULL;
        }
    }
    return made;
}

static enum clau_status compare_groups(struct comparison *comparison,
                                       const struct clau_parameter_group *own,
                                       const struct clau_parameter_group *other, size_t count) {
    enum clau_status status = CLAU_OK;
    for (int walk = 0; walk < 2; walk++) {
        comparison->take = walk == 1;
        for (size_t g = 0; g < count && status == CLAU_OK; g++)
            status = compare_rows(comparison, "", &own[g], &other[g]);
    }
    return status;
}

enum clau_status clau_parameters_agree(struct clau_toml *document, const struct clau_toml *earlier,
                                       const struct clau_parameter_group *groups,
                                       size_t group_count, const char *const *except,
                                       size_t except_count, struct clau_error *error) {
    struct comparison comparison = {document, earlier, except, except_count, false, error};
    struct clau_parameter_group *own = make_groups(groups, group_count);
    struct clau_parameter_group *other = make_groups(groups, group_count);
    enum clau_status status = CLAU_OK;
    if (!own || !other)
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    if (status == CLAU_OK)
        status = clau_parameters_read(document, own, group_count, error);
    if (status == CLAU_OK)
        status = clau_parameters_read(earlier, other, group_count, error);
    if (status == CLAU_OK)
        status = compare_groups(&comparison, own, other, group_count);
    destroy_groups(own, group_count);
    destroy_groups(other, group_count);
    return status;
}
