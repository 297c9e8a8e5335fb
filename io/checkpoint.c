// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints in memory: a list of named values.
#include "io/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "io/checkpoint_file.h"

size_t clau_entry_size(enum clau_entry_type type) {
    switch (type) {
    case CLAU_ENTRY_REALS:
        return sizeof(double);
    case CLAU_ENTRY_INTEGERS:
        return sizeof(int64_t);
    case CLAU_ENTRY_TEXT:
        break;
    }
    return 1;
}

struct clau_checkpoint *clau_checkpoint_create(void) {
    return calloc(1, sizeof(struct clau_checkpoint));
}

void clau_checkpoint_destroy(struct clau_checkpoint *checkpoint) {
    if (checkpoint == NULL) {
        return;
    }
    for (size_t i = 0; i < checkpoint->count; ++i) {
        free(checkpoint->entries[i].name);
        free(checkpoint->entries[i].owned);
    }
    free(checkpoint->entries);
    free(checkpoint);
}

static const struct clau_entry *find(const struct clau_checkpoint *checkpoint, const char *name) {
    for (size_t i = 0; i < checkpoint->count; ++i) {
        if (strcmp(checkpoint->entries[i].name, name) == 0) {
            return &checkpoint->entries[i];
        }
    }
    return NULL;
}

static void remember(struct clau_checkpoint *checkpoint, enum clau_status status, const char *name,
                     const char *what) {
    if (checkpoint->failure.status == CLAU_OK) {
        clau_error_set(&checkpoint->failure, status, "checkpoint value '%s': %s", name, what);
    }
}

static bool good_name(const char *name) {
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
    // NetCDF takes no name that starts with a dot, nor one longer than 256 bytes.
    return name[0] != '\0' && name[0] != '.' && name[strspn(name, allowed)] == '\0' &&
           strlen(name) <= 256;
}

static bool grow(struct clau_checkpoint *checkpoint) {
    if (checkpoint->count < checkpoint->capacity) {
        return true;
    }
    const size_t capacity = 2 * checkpoint->capacity + 16;
    struct clau_entry *entries =
        reallocarray(checkpoint->entries, capacity, sizeof *checkpoint->entries);
    if (entries == NULL) {
        return false;
    }
    checkpoint->entries = entries;
    checkpoint->capacity = capacity;
    return true;
}

void clau_checkpoint_add(struct clau_checkpoint *checkpoint, const char *name,
                         enum clau_entry_type type, const void *values, void *owned, size_t count) {
    char *copy = NULL;
    if (!good_name(name)) {
        remember(checkpoint, CLAU_INTERNAL, name, "is no valid name");
    } else if (find(checkpoint, name) != NULL) {
        remember(checkpoint, CLAU_INTERNAL, name, "is put twice");
    } else if (!grow(checkpoint) || (copy = strdup(name)) == NULL) {
        remember(checkpoint, CLAU_NO_MEMORY, name, "out of memory");
    } else {
        checkpoint->entries[checkpoint->count++] =
            (struct clau_entry){copy, type, count, values, owned};
        return;
    }
    free(owned);
}

void clau_checkpoint_put_reals(struct clau_checkpoint *checkpoint, const char *name,
                               const double *values, size_t count) {
    clau_checkpoint_add(checkpoint, name, CLAU_ENTRY_REALS, values, NULL, count);
}

void clau_checkpoint_put_integers(struct clau_checkpoint *checkpoint, const char *name,
                                  const int64_t *values, size_t count) {
    clau_checkpoint_add(checkpoint, name, CLAU_ENTRY_INTEGERS, values, NULL, count);
}

/// `count` values are copied from `bytes` bytes at `values`.
static void put_copy(struct clau_checkpoint *checkpoint, const char *name,
                     enum clau_entry_type type, const void *values, size_t bytes, size_t count) {
    void *owned = malloc(bytes);
    if (owned == NULL) {
        remember(checkpoint, CLAU_NO_MEMORY, name, "out of memory");
        return;
    }
    memcpy(owned, values, bytes);
    clau_checkpoint_add(checkpoint, name, type, owned, owned, count);
}

void clau_checkpoint_put_real(struct clau_checkpoint *checkpoint, const char *name, double value) {
    put_copy(checkpoint, name, CLAU_ENTRY_REALS, &value, sizeof value, 1);
}

void clau_checkpoint_put_integer(struct clau_checkpoint *checkpoint, const char *name,
                                 int64_t value) {
    put_copy(checkpoint, name, CLAU_ENTRY_INTEGERS, &value, sizeof value, 1);
}

void clau_checkpoint_put_text(struct clau_checkpoint *checkpoint, const char *name,
                              const char *text) {
    const size_t length = strlen(text);
    put_copy(checkpoint, name, CLAU_ENTRY_TEXT, text, length + 1, length);
}

/// The entry of a name, or NULL where it is missing or of another type.
static const struct clau_entry *get(const struct clau_checkpoint *checkpoint, const char *name,
                                    enum clau_entry_type type, struct clau_error *error) {
    static const char *const types[] = {"reals", "integers", "a text"};
    const struct clau_entry *found = find(checkpoint, name);
    if (found == NULL) {
        clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint has no '%s'", name);
        return NULL;
    }
    if (found->type != type) {
        clau_error_set(error, CLAU_BAD_INPUT, "'%s' in the checkpoint is %s, not %s", name,
                       types[found->type], types[type]);
        return NULL;
    }
    return found;
}

static enum clau_status get_values(const struct clau_checkpoint *checkpoint, const char *name,
                                   enum clau_entry_type type, void *values, size_t count,
                                   struct clau_error *error) {
    const struct clau_entry *entry = get(checkpoint, name, type, error);
    if (entry == NULL) {
        return CLAU_BAD_INPUT;
    }
    if (entry->count != count) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "'%s' in the checkpoint has %zu values, not %zu", name, entry->count,
                              count);
    }
    if (count > 0) {
        memcpy(values, entry->values, count * clau_entry_size(type));
    }
    return CLAU_OK;
}

enum clau_status clau_checkpoint_get_reals(const struct clau_checkpoint *checkpoint,
                                           const char *name, double *values, size_t count,
                                           struct clau_error *error) {
    return get_values(checkpoint, name, CLAU_ENTRY_REALS, values, count, error);
}

enum clau_status clau_checkpoint_get_integers(const struct clau_checkpoint *checkpoint,
                                              const char *name, int64_t *values, size_t count,
                                              struct clau_error *error) {
    return get_values(checkpoint, name, CLAU_ENTRY_INTEGERS, values, count, error);
}

enum clau_status clau_checkpoint_get_real(const struct clau_checkpoint *checkpoint,
                                          const char *name, double *value,
                                          struct clau_error *error) {
    return get_values(checkpoint, name, CLAU_ENTRY_REALS, value, 1, error);
}

enum clau_status clau_checkpoint_get_integer(const struct clau_checkpoint *checkpoint,
                                             const char *name, int64_t *value,
                                             struct clau_error *error) {
    return get_values(checkpoint, name, CLAU_ENTRY_INTEGERS, value, 1, error);
}

enum clau_status clau_checkpoint_get_text(const struct clau_checkpoint *checkpoint,
                                          const char *name, const char **text,
                                          struct clau_error *error) {
    const struct clau_entry *entry = get(checkpoint, name, CLAU_ENTRY_TEXT, error);
    if (entry == NULL) {
        return CLAU_BAD_INPUT;
    }
    *text = entry->values;
    return CLAU_OK;
}
