// SPDX-License-Identifier: GPL-3.0-or-later
/// The inside of a checkpoint. Internal to io/.
#ifndef CLAUSIUS_IO_CHECKPOINT_FILE_H
#define CLAUSIUS_IO_CHECKPOINT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint.h"

enum clau_entry_type { CLAU_ENTRY_REALS, CLAU_ENTRY_INTEGERS, CLAU_ENTRY_TEXT };

struct clau_entry {
    char *name;
    enum clau_entry_type type;
    size_t count;       ///< of a text: without its final 0
    const void *values; ///< borrowed, or == owned
    void *owned;
};

struct clau_checkpoint {
    size_t count, capacity;
    struct clau_entry *entries;
    struct clau_error failure; ///< the first failure of a put
};

/// Bytes of one value of the type.
size_t clau_entry_size(enum clau_entry_type type);

/// Adds an entry; `owned` is taken over in any case.
void clau_checkpoint_add(struct clau_checkpoint *checkpoint, const char *name,
                         enum clau_entry_type type, const void *values, void *owned, size_t count);

#endif
