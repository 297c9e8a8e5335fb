// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that help: the nearest name, where a key belongs, what a table knows.
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "io/parameters_internal.h"

void clau_append(char *text, size_t size, const char *format, ...) {
    const size_t used = strnlen(text, size);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

void clau_set_path(char path[CLAU_PATH_LENGTH], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, CLAU_PATH_LENGTH, format, arguments);
    va_end(arguments);
}

void clau_append_names(char *text, size_t size, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        clau_append(text, size, "%s\"%s\"", i > 0 ? ", " : "", names[i]);
}

/// A bound as people write it: 8, not 8.0.
static void print_bound(double value, char *text, size_t size) {
    if (value == rint(value) && fabs(value) < 1e9)
        snprintf(text, size, "%.0f", value);
    else
        clau_print_real(value, text, size);
}

void clau_append_key(char *path, size_t size, const char *key) {
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *dot = *path ? "." : "";
    if (*key && strspn(key, bare) == strlen(key)) {
        clau_append(path, size, "%s%s", dot, key);
        return;
    }
    clau_append(path, size, "%s\"", dot);
    for (const char *c = key; *c; c++)
        clau_append(path, size, "%c", iscntrl((unsigned char)*c) ? ' ' : *c);
    clau_append(path, size, "\"");
}

void clau_range_text(const struct clau_range *range, char *text, size_t size) {
    char low[32], high[32];
    const bool below = isfinite(range->maximum), above = isfinite(range->minimum);
    *text = '\0';
    if (!range->given)
        return;
    print_bound(range->minimum, low, sizeof low);
    print_bound(range->maximum, high, sizeof high);
    if (above && below && range->above_minimum == range->below_maximum)
        snprintf(text, size, "between %s and %s%s", low, high,
                 range->above_minimum ? ", both excluded" : "");
    else if (above && below)
        snprintf(text, size, "%s %s and %s %s", range->above_minimum ? "above" : "at least", low,
                 range->below_maximum ? "below" : "at most", high);
    else if (above)
        snprintf(text, size, "%s %s", range->above_minimum ? "above" : "at least", low);
    else if (below)
        snprintf(text, size, "%s %s", range->below_maximum ? "below" : "at most", high);
    else
        snprintf(text, size, "%s", range->below_maximum ? "finite" : "a number");
}

/* Distances */

enum { LONGEST_WORD = 64, FAR = CLAU_FAR };

static int smaller(int a, int b) { return a < b ? a : b; }

/// Edits (insert, delete, change a letter, swap two neighbours) between two words, whatever their
/// case: the restricted Damerau-Levenshtein distance. FAR for words too long to be names.
static int distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    int rows[3][LONGEST_WORD + 1];
    if (a_length > LONGEST_WORD || b_length > LONGEST_WORD)
        return FAR;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int *now = rows[i % 3];
        const int *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            const int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(before[j], now[j - 1]) + 1, before[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]))
                now[j] = smaller(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

/// The distance where it is small enough for a slip of the hand, one edit in three letters, and
/// FAR otherwise.
static int slip(const char *a, size_t a_length, const char *b, size_t b_length) {
    const int found = distance(a, a_length, b, b_length);
    const int allowed = (int)(a_length + 1) / 3;
    return found <= (allowed > 1 ? allowed : 1) && found < (int)b_length ? found : FAR;
}

const char *clau_nearest(const char *text, const char *const *names, size_t count) {
    const char *nearest = NULL;
    int best = FAR;
    for (size_t i = 0; i < count; i++) {
        const int found = slip(text, strlen(text), names[i], strlen(names[i]));
        if (found < best) {
            best = found;
            nearest = names[i];
        }
    }
    return nearest;
}

// The sum of the slips; FAR when the paths differ in number of segments, or one pair of segments
// differs too much.
int clau_path_slip(const char *a, const char *b) {
    int sum = 0;
    for (;;) {
        const size_t a_length = strcspn(a, "."), b_length = strcspn(b, ".");
        if (a_length != b_length || memcmp(a, b, a_length) != 0)
            sum += slip(a, a_length, b, b_length);
        if (sum >= FAR || (a[a_length] == '.') != (b[b_length] == '.'))
            return FAR;
        if (!a[a_length])
            return sum;
        a += a_length + 1;
        b += b_length + 1;
    }
}

static const char *last_segment(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

/* Candidates */

/// The unknown key, the best candidate so far, and what its table knows.
struct query {
    const char *path;  ///< full path of the unknown leaf
    const char *table; ///< path of the unknown table above it, or the leaf's again
    size_t parent;     ///< length of the table's parent path, with its dot
    int best;
    char hint[CLAU_PATH_LENGTH + 16];
    char known[400]; ///< names in the parent table
};

/// A key in another table scores worse than any slip, a table worse than any key.
enum { MOVED = FAR - 2, SECTION = FAR - 1 };

static void take_hint(struct query *query, int score, const char *path) {
    if (score >= query->best)
        return;
    query->best = score;
    snprintf(query->hint, sizeof query->hint, score == SECTION ? "[%s]" : "%s", path);
}

/// Adds the candidate's segment below the parent to the names known there, once.
static void note_known(struct query *query, const char *candidate) {
    if (strncmp(candidate, query->table, query->parent) != 0)
        return;
    const char *name = candidate + query->parent;
    const size_t length = strcspn(name, ".");
    char item[CLAU_PATH_LENGTH], list[sizeof query->known + 4];
    const bool section = name[length] == '.';
    snprintf(item, sizeof item, ", %s%.*s%s,", section ? "[" : "", (int)length, name,
             section ? "]" : "");
    snprintf(list, sizeof list, ", %s,", query->known);
    if (!strstr(list, item)) {
        item[strlen(item) - 1] = '\0';
        clau_append(query->known, sizeof query->known, "%s", item + (*query->known ? 0 : 2));
    }
}

static void consider(struct query *query, const char *candidate) {
    note_known(query, candidate);
    take_hint(query, clau_path_slip(query->path, candidate), candidate);
    if (strcmp(last_segment(query->path), last_segment(candidate)) == 0)
        take_hint(query, MOVED, candidate);
    char section[CLAU_PATH_LENGTH];
    clau_set_path(section, "%s", candidate);
    for (char *dot = strrchr(section, '.'); dot; dot = strrchr(section, '.')) {
        *dot = '\0';
        if (clau_path_slip(query->table, section) < FAR)
            take_hint(query, SECTION, section);
    }
}

static void consider_variant(struct query *query, const struct clau_parameter *row,
                             const char *path) {
    char candidate[CLAU_PATH_LENGTH];
    if (row->kinds->selector) {
        clau_set_path(candidate, "%s.%s", path, row->kinds->selector);
        consider(query, candidate);
    }
    for (size_t k = 0; k < row->kinds->count; k++)
        for (size_t i = 0; i < row->kinds->items[k].parameter_count; i++) {
            clau_set_path(candidate, "%s.%s", path, row->kinds->items[k].parameters[i].key);
            consider(query, candidate);
        }
}

/// Every path the scope and those around it know. Of the variant that is being read only the keys
/// of its kind.
static void consider_all(struct query *query, const struct clau_scope *scope) {
    const char *inside = scope->prefix;
    char path[CLAU_PATH_LENGTH];
    for (; scope; scope = scope->outer) {
        if (scope->kinds && scope->kinds->selector) {
            clau_set_path(path, "%s%s", scope->prefix, scope->kinds->selector);
            consider(query, path);
        }
        for (size_t g = 0; g < scope->group_count; g++)
            for (size_t i = 0; i < scope->groups[g].count; i++) {
                const struct clau_parameter *row = &scope->groups[g].parameters[i];
                clau_set_path(path, "%s%s", scope->prefix, row->key);
                const size_t length = strlen(path);
                if (row->type == CLAU_VARIANT &&
                    !(strncmp(inside, path, length) == 0 && inside[length] == '.'))
                    consider_variant(query, row, path);
                else
                    consider(query, path);
            }
    }
}

/// Appends `not a key of method = "dop853"; it belongs to "split-step"` where that is so.
static bool other_kind(const struct clau_scope *scope, const char *path, char *text, size_t size) {
    const size_t length = strlen(scope->prefix);
    if (!scope->kinds || !scope->kinds->selector || strncmp(path, scope->prefix, length) != 0)
        return false;
    const char *owners[CLAU_MAXIMUM_CHOICES];
    size_t count = 0;
    for (size_t k = 0; k < scope->kinds->count; k++) {
        const struct clau_kind *kind = &scope->kinds->items[k];
        for (size_t i = 0; i < kind->parameter_count; i++)
            if (strcmp(kind->parameters[i].key, path + length) == 0)
                owners[count++] = kind->name;
    }
    if (count == 0)
        return false;
    clau_append(text, size, "not a key of %s = \"%s\"; it belongs to ", scope->kinds->selector,
                scope->kinds->items[scope->kind].name);
    clau_append_names(text, size, owners, count);
    return true;
}

enum clau_status clau_unknown_key(const struct clau_toml *document, const struct clau_scope *scope,
                                  const char *path, const struct clau_toml_node *node,
                                  struct clau_error *error) {
    char leaf[CLAU_PATH_LENGTH], place[CLAU_PATH_LENGTH], text[CLAU_ERROR_LENGTH] = "";
    clau_set_path(leaf, "%s", path);
    // The keys of a table whose name is unknown are told by themselves, for a better guess.
    while (clau_toml_type(node) == CLAU_TOML_TABLE && clau_toml_size(node) > 0) {
        const char *key;
        const struct clau_toml_node *entry = clau_toml_at(node, 0, &key);
        if (!entry)
            return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
        clau_append_key(leaf, sizeof leaf, key);
        node = entry;
    }
    clau_toml_place(document, node, place, sizeof place);
    if (other_kind(scope, leaf, text, sizeof text))
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: %s", place, leaf, text);
    const char *dot = strrchr(path, '.');
    struct query query = {
        .path = leaf, .table = path, .parent = dot ? (size_t)(dot - path) + 1 : 0, .best = FAR};
    consider_all(&query, scope);
    clau_append(text, sizeof text, "unknown key");
    if (query.best < FAR)
        clau_append(text, sizeof text, "; did you mean %s?", query.hint);
    else if (*query.known)
        clau_append(text, sizeof text, "; known %s%.*s are %s", dot ? "in " : "here",
                    dot ? (int)(dot - path) : 0, path, query.known);
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: %s", place, leaf, text);
}
