// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting words of symbols that are few among many possible ones, by a hash table; not
/// installed.
#ifndef CLAUSIUS_DIAGNOSTICS_WORDS_H
#define CLAUSIUS_DIAGNOSTICS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Different words in the order of their first occurrence, and how often they occurred.
struct clau_words {
    size_t different;
    uint64_t *word; ///< [room]
    double *counts; ///< [room]
    size_t room, slots;
    unsigned bits;
    uint32_t *number; ///< [slots] 1 + number of the word there, 0 if free; open addresses
};

/// Room for `room` different words. False when out of memory, or with 2^31 words or more.
bool clau_words_init(struct clau_words *self, size_t room);
void clau_words_finish(struct clau_words *self);

/// Counts words[count] anew. numbers[count]: which of the different words each is; may be NULL.
void clau_words_count(struct clau_words *self, const uint64_t *words, size_t count,
                      uint32_t *numbers);

/// How often the word occurred.
double clau_words_find(const struct clau_words *self, uint64_t word);

#pragma GCC visibility pop

#endif
