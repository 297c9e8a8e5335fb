// SPDX-License-Identifier: GPL-3.0-or-later
/// Random choices for surrogates and resamples: functions of the seed; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_DRAWS_H
#define CLAUSIUS_DIAGNOSTICS_DRAWS_H

#include <stddef.h>
#include <stdint.h>

#include "numerics/random.h"

/// What a random number is for.
enum clau_draw {
    CLAU_DRAW_SHUFFLE,
    CLAU_DRAW_SHIFT,
    CLAU_DRAW_BLOCK,
    CLAU_DRAW_CHAIN,
    CLAU_DRAW_DEAL,
};

/// Word of number `individual` in the repetition.
static inline uint64_t clau_draw(uint64_t seed, enum clau_draw purpose, uint64_t repetition,
                                 uint64_t individual) {
    return clau_random_uint64x4((struct clau_random_key){seed, 0},
                                (struct clau_random_counter){repetition, individual, purpose, 0})
        .word[0];
}

/// Whole number below `limit`, each as likely as the other to 2^-64 limit.
static inline size_t clau_draw_below(uint64_t word, size_t limit) {
    return (size_t)(((unsigned __int128)word * limit) >> 64);
}

/// A random order of 0 ... count-1 (R. A. Fisher and F. Yates).
static inline void clau_draw_order(uint64_t seed, enum clau_draw purpose, uint64_t repetition,
                                   size_t count, size_t *order) {
    for (size_t i = 0; i < count; i++) {
        const size_t j = clau_draw_below(clau_draw(seed, purpose, repetition, i), i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

#endif
