// SPDX-License-Identifier: GPL-3.0-or-later
// What a solver restores from a checkpoint whose checksum agrees and whose values do not make
// sense: behind HDF5, which the target of whole checkpoint files hardly gets past. The first byte
// chooses the solver; then patches of 12 bytes: entry, place (3), and 8 bytes to stand there.
#include <string.h>

#include "io/checkpoint_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_runs.h"

enum { PATCH = 12, MOST_PATCHES = 16 };

static struct clau_checkpoint *wholes[FUZZ_SOLVERS];
static void *models[FUZZ_SOLVERS]; ///< from which those borrow

static void prepare(void) {
    fuzz_configure();
    for (size_t i = 0; i < FUZZ_SOLVERS && wholes[i] == NULL; i++) {
        models[i] = fuzz_model(i);
        fuzz_advance(i, models[i], 0.0);
        wholes[i] = clau_checkpoint_create();
        fuzz_solvers[i]->save(models[i], wholes[i]);
    }
}

/// A copy whose entries may be changed.
static struct clau_checkpoint *copy_of(const struct clau_checkpoint *whole) {
    struct clau_checkpoint *copy = clau_checkpoint_create();
    for (size_t i = 0; i < whole->count; i++) {
        const struct clau_entry *entry = &whole->entries[i];
        const size_t bytes = entry->count * clau_entry_size(entry->type);
        void *values = malloc(bytes + 1);
        if (values == NULL || copy == NULL) {
            abort();
        }
        memcpy(values, entry->values, bytes);
        clau_checkpoint_add(copy, entry->name, entry->type, values, values, entry->count);
    }
    return copy;
}

static void patch(struct clau_checkpoint *checkpoint, const uint8_t *data) {
    const struct clau_entry *entry = &checkpoint->entries[data[0] % checkpoint->count];
    const size_t bytes = entry->count * clau_entry_size(entry->type);
    const size_t place = (size_t)data[1] | (size_t)data[2] << 8 | (size_t)data[3] << 16;
    if (bytes >= 8) {
        // Words begin at multiples of 4: half a word may be an index.
        memcpy((char *)entry->owned + place * 4 % (bytes - 7), data + 4, 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    prepare();
    if (size < 1 + PATCH) {
        return 0;
    }
    const size_t index = data[0] % FUZZ_SOLVERS;
    struct clau_checkpoint *checkpoint = copy_of(wholes[index]);
    for (size_t i = 0; i < MOST_PATCHES && (i + 1) * PATCH < size; i++) {
        patch(checkpoint, data + 1 + i * PATCH);
    }
    fuzz_restore(index, checkpoint);
    clau_checkpoint_destroy(checkpoint);
    return 0;
}
