// SPDX-License-Identifier: GPL-3.0-or-later
/// Random numbers without a state: Philox4x64-10, a keyed bijection of counters (J. K. Salmon,
/// M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11),
/// from Random123.
///
/// A number is a function of the key (the seed, and a stream such as an ensemble's member) and of
/// a counter that says what the number is for: (step, individual, purpose, block). The same
/// question gets the same answer in any thread, in any order and after a restart; there is
/// nothing to store in a checkpoint. Two questions must not share a counter unless they mean the
/// same number: each solver keeps an enum of its purposes.
///
/// numpy has the same generator, and counts up before it generates:
/// numpy.random.Philox(key=[seed, stream], counter=c - 1).random_raw(4) is the block at
/// c = step + 2^64 individual + 2^128 purpose + 2^192 block.
///
/// All functions are pure and may be called from any thread.
#ifndef CLAUSIUS_NUMERICS_RANDOM_H
#define CLAUSIUS_NUMERICS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct clau_random_key {
    uint64_t seed;
    uint64_t stream; ///< independent sequence of the same seed; 0 if there is one only
};

struct clau_random_counter {
    uint64_t step;
    uint64_t individual;
    uint64_t purpose;
    uint64_t block; ///< for more than four words: 0, 1, 2, ...
};

struct clau_random_words {
    uint64_t word[4];
};

/// Four independent uniform words.
struct clau_random_words clau_random_uint64x4(struct clau_random_key key,
                                              struct clau_random_counter counter);

/// A word's 53 upper bits as a double in [0, 1), a multiple of 2^-53: what numpy's
/// Generator.random() makes of it.
static inline double clau_random_half_open(uint64_t word) { return (double)(word >> 11) * 0x1p-53; }

/// A word's 52 upper bits as a double in (0, 1), an odd multiple of 2^-53: neither 0 nor 1, and
/// symmetric about 1/2.
static inline double clau_random_open(uint64_t word) {
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

/// Two independent normal numbers (mean 0, variance 1) of two words (G. E. P. Box and
/// M. E. Muller 1958): sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v), u in (0, 1) from the first word,
/// v in [0, 1) from the second. The largest magnitude is 8.6.
void clau_random_normal_pair(uint64_t first, uint64_t second, double normal[2]);

/// Fill values[i], i = 0 ... count-1, with the number `start + i` of the sequence that belongs to
/// (key, step, purpose): whoever fills a part of the sequence, in any portions, gets the same
/// numbers. Number n comes from the counter (step, n / 4, purpose, 0), word n % 4 (a normal: the
/// pair of words, and of it n % 2). Do not use the same (step, purpose) for a fill and otherwise.
void clau_random_fill_half_open(struct clau_random_key key, uint64_t step, uint64_t purpose,
                                uint64_t start, size_t count, double *values);
void clau_random_fill_open(struct clau_random_key key, uint64_t step, uint64_t purpose,
                           uint64_t start, size_t count, double *values);
void clau_random_fill_normal(struct clau_random_key key, uint64_t step, uint64_t purpose,
                             uint64_t start, size_t count, double *values);

#ifdef __cplusplus
}
#endif

#endif
