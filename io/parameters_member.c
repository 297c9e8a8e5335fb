// SPDX-License-Identifier: GPL-3.0-or-later
// The members that rows describe: their size, what they own, and how they look in TOML.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/parameters_internal.h"

size_t clau_parameter_size(enum clau_parameter_type type) {
    switch (type) {
    case CLAU_INTEGER:
        return sizeof(int64_t);
    case CLAU_REAL:
        return sizeof(double);
    case CLAU_BOOLEAN:
        return sizeof(bool);
    case CLAU_STRING:
        return sizeof(char *);
    case CLAU_CHOICE:
        return sizeof(int);
    case CLAU_CHOICES:
        return sizeof(uint64_t);
    case CLAU_REALS:
        return sizeof(struct clau_reals);
    case CLAU_INTEGERS:
        return sizeof(struct clau_integers);
    case CLAU_VARIANT:
        return sizeof(struct clau_variant);
    default:
        return sizeof(struct clau_variants);
    }
}

static void clear_member(const struct clau_parameter *row, void *member);

static void clear_rows(const struct clau_parameter_group *group) {
    for (size_t i = 0; i < group->count; i++)
        clear_member(&group->parameters[i],
                     clau_parameter_member(&group->parameters[i], group->values));
}

static void clear_variant(const struct clau_kinds *kinds, struct clau_variant *variant) {
    if (!variant->values)
        return;
    const struct clau_parameter_group group = clau_variant_group(kinds, variant);
    clear_rows(&group);
    free(variant->values);
}

static void clear_member(const struct clau_parameter *row, void *member) {
    switch (row->type) {
    case CLAU_STRING:
        free(*(char **)member);
        break;
    case CLAU_REALS:
        free(((struct clau_reals *)member)->values);
        break;
    case CLAU_INTEGERS:
        free(((struct clau_integers *)member)->values);
        break;
    case CLAU_VARIANT:
        clear_variant(row->kinds, member);
        break;
    case CLAU_VARIANTS: {
        struct clau_variants *variants = member;
        for (size_t i = 0; i < variants->count; i++)
            clear_variant(row->kinds, &variants->items[i]);
        free(variants->items);
        break;
    }
    default:
        break;
    }
    memset(member, 0, clau_parameter_size(row->type));
}

void clau_parameters_clear(const struct clau_parameter_group *groups, size_t group_count) {
    for (size_t g = 0; g < group_count; g++)
        clear_rows(&groups[g]);
}

bool clau_parameter_is_unset(const struct clau_parameter *row, const void *member) {
    if (row->fallback || row->required)
        return false;
    switch (row->type) {
    case CLAU_INTEGER:
        return *(const int64_t *)member == 0;
    case CLAU_REAL:
        return isnan(*(const double *)member);
    case CLAU_STRING:
        return !*(char *const *)member;
    case CLAU_CHOICES:
        return *(const uint64_t *)member == 0;
    case CLAU_REALS:
        return ((const struct clau_reals *)member)->count == 0;
    case CLAU_INTEGERS:
        return ((const struct clau_integers *)member)->count == 0;
    case CLAU_VARIANT:
        return !((const struct clau_variant *)member)->values;
    case CLAU_VARIANTS:
        return ((const struct clau_variants *)member)->count == 0;
    default:
        return false;
    }
}

static void print_reals(const struct clau_reals *list, FILE *stream) {
    fputc('[', stream);
    for (size_t i = 0; i < list->count; i++) {
        char digits[32];
        clau_print_real(list->values[i], digits, sizeof digits);
        fprintf(stream, "%s%s", i > 0 ? ", " : "", digits);
    }
    fputc(']', stream);
}

static void print_integers(const struct clau_integers *list, FILE *stream) {
    fputc('[', stream);
    for (size_t i = 0; i < list->count; i++)
        fprintf(stream, "%s%lld", i > 0 ? ", " : "", (long long)list->values[i]);
    fputc(']', stream);
}

static void print_choices(const struct clau_parameter *row, uint64_t mask, FILE *stream) {
    const char *separator = "";
    fputc('[', stream);
    for (size_t i = 0; i < row->choice_count; i++)
        if (mask >> i & 1) {
            fputs(separator, stream);
            clau_print_string(row->choices[i].name, stream);
            separator = ", ";
        }
    fputc(']', stream);
}

static void print_variant(const struct clau_kinds *kinds, const struct clau_variant *variant,
                          FILE *stream) {
    const struct clau_kind *kind = &kinds->items[variant->kind];
    const char *separator = " ";
    fputc('{', stream);
    if (kinds->selector) {
        fprintf(stream, " %s = ", kinds->selector);
        clau_print_string(kind->name, stream);
        separator = ", ";
    }
    for (size_t i = 0; i < kind->parameter_count; i++) {
        const struct clau_parameter *row = &kind->parameters[i];
        const void *member = clau_parameter_member(row, variant->values);
        if (clau_parameter_is_unset(row, member))
            continue;
        fprintf(stream, "%s%s = ", separator, row->key);
        clau_print_member(row, member, stream);
        separator = ", ";
    }
    fputs(" }", stream);
}

void clau_print_member(const struct clau_parameter *row, const void *member, FILE *stream) {
    char digits[32];
    switch (row->type) {
    case CLAU_INTEGER:
        fprintf(stream, "%lld", (long long)*(const int64_t *)member);
        break;
    case CLAU_REAL:
        clau_print_real(*(const double *)member, digits, sizeof digits);
        fputs(digits, stream);
        break;
    case CLAU_BOOLEAN:
        fputs(*(const bool *)member ? "true" : "false", stream);
        break;
    case CLAU_STRING:
        clau_print_string(*(char *const *)member ? *(char *const *)member : "", stream);
        break;
    case CLAU_CHOICE:
        clau_print_string(row->choices[*(const int *)member].name, stream);
        break;
    case CLAU_CHOICES:
        print_choices(row, *(const uint64_t *)member, stream);
        break;
    case CLAU_REALS:
        print_reals(member, stream);
        break;
    case CLAU_INTEGERS:
        print_integers(member, stream);
        break;
    case CLAU_VARIANT:
        print_variant(row->kinds, member, stream);
        break;
    case CLAU_VARIANTS:
        // Tables have blocks of their own; what is left for a value is the empty array.
        assert(((const struct clau_variants *)member)->count == 0);
        fputs("[]", stream);
        break;
    }
}
