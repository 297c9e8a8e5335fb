// SPDX-License-Identifier: GPL-3.0-or-later
/// Loops over long arrays in blocks of fixed size, for threads that change no number: a block is
/// the same whoever works on it, and sums over blocks are added in the order of the blocks.
#ifndef CLAUSIUS_NUMERICS_BLOCKS_H
#define CLAUSIUS_NUMERICS_BLOCKS_H

#include <stddef.h>

enum {
    /// Elements of a block: 16 bytes each fill half of a first-level cache.
    CLAU_BLOCK = 1024,
    /// Below so many blocks a parallel region costs more than it gains.
    CLAU_PARALLEL_BLOCKS = 64,
};

static inline size_t clau_block_count(size_t count) {
    return (count + CLAU_BLOCK - 1) / CLAU_BLOCK;
}

static inline size_t clau_block_length(size_t count, size_t block) {
    const size_t rest = count - block * CLAU_BLOCK;
    return rest < CLAU_BLOCK ? rest : CLAU_BLOCK;
}

/// Kernels in the files that use this are compiled for several generations of the x86-64
/// instruction set and picked when the program starts, so that a plain build is fast everywhere.
/// Sanitizers instrument code that runs before they are ready for it; clang 14 has no such clones
/// for C.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLAU_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLAU_MULTIVERSION
#endif

#define CLAU_BLOCK_BODY(count, statement)                                                          \
    const size_t start = block * CLAU_BLOCK, length = clau_block_length(count, block);             \
    statement

/// Runs the statement for every block, with its first element `start` and its `length`. (An `if`
/// clause instead of the branch would still make a team of one thread, at a cost of microseconds.)
#define CLAU_FOR_BLOCKS(count, statement)                                                          \
    do {                                                                                           \
        const size_t blocks_ = clau_block_count(count);                                            \
        if (blocks_ < CLAU_PARALLEL_BLOCKS) {                                                      \
            for (size_t block = 0; block < blocks_; block++) {                                     \
                CLAU_BLOCK_BODY(count, statement);                                                 \
            }                                                                                      \
        } else {                                                                                   \
            _Pragma("omp parallel for schedule(static)") for (size_t block = 0; block < blocks_;   \
                                                              block++) {                           \
                CLAU_BLOCK_BODY(count, statement);                                                 \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#endif
