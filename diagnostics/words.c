// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/words.h"

#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"

bool clau_words_init(struct clau_words *self, size_t room) {
    *self = (struct clau_words){.room = room};
    if (room > INT32_MAX)
        return false;
    for (self->bits = 4; ((size_t)1 << self->bits) < 2 * room;)
        self->bits++;
    self->slots = (size_t)1 << self->bits;
    self->word = clau_allocate(room, sizeof *self->word);
    self->counts = clau_allocate(room, sizeof *self->counts);
    self->number = clau_allocate(self->slots, sizeof *self->number);
    if (self->word != NULL && self->counts != NULL && self->number != NULL)
        return true;
    clau_words_finish(self);
    return false;
}

void clau_words_finish(struct clau_words *self) {
    free(self->word);
    free(self->counts);
    free(self->number);
    *self = (struct clau_words){0};
}

/// The slot that has the word, or the free one where it belongs.
static size_t slot_of(const struct clau_words *self, uint64_t word) {
    size_t slot = (size_t)((word * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - self->bits));
    while (self->number[slot] != 0 && self->word[self->number[slot] - 1] != word)
        slot = (slot + 1) & (self->slots - 1);
    return slot;
}

void clau_words_count(struct clau_words *self, const uint64_t *words, size_t count,
                      uint32_t *numbers) {
    memset(self->number, 0, self->slots * sizeof *self->number);
    self->different = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t slot = slot_of(self, words[i]);
        if (self->number[slot] == 0) {
            self->word[self->different] = words[i];
            self->counts[self->different] = 0.0;
            self->number[slot] = (uint32_t)++self->different;
        }
        const uint32_t number = self->number[slot] - 1;
        self->counts[number] += 1.0;
        if (numbers != NULL)
            numbers[i] = number;
    }
}

double clau_words_find(const struct clau_words *self, uint64_t word) {
    const uint32_t number = self->number[slot_of(self, word)];
    return number == 0 ? 0.0 : self->counts[number - 1];
}
