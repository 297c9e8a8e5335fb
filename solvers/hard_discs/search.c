// SPDX-License-Identifier: GPL-3.0-or-later
// Without branches that depend on the data, which the processor could not foresee: the numbers of
// the candidates are copied from the cells, their states are fetched and the times of all contacts
// computed in vectors, whose minimum is the earliest one. A vector of square roots and quotients
// costs hardly more than one of each.
#include "solvers/hard_discs/search.h"

#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "numerics/memory.h"

enum {
    LIST = 64,    ///< bits of a word
    PORTION = 8,  ///< numbers are copied so many at a time
    ID_BITS = 28, ///< of a disc's number; above it the place of its cell
};
_Static_assert(HD_MOST_DISCS <= 1 << ID_BITS, "numbers of discs have room for a cell's place");

typedef uint32_t portion __attribute__((vector_size(4 * PORTION), aligned(4), may_alias));

/// Candidates: disc + (right + 1 + 4 up) 2^28, right and up being its cell's place from the disc's
/// own. Times of their contacts, infinite for those who recede or miss.
struct candidates {
    uint32_t listed[LIST + 3 * PORTION];
    _Alignas(CLAU_ALIGNMENT) double time[LIST];
};

/// x, y, vx, vy of a disc that is listed.
static inline const double *state_of(const struct hd_disc *discs, uint32_t listed) {
    // The place is shifted out.
    _Static_assert(sizeof *discs == 4 << (32 - ID_BITS), "a disc is 4 x 2^4 bytes");
    return (const double *)(const void *)((const char *)discs + 4 * (size_t)(listed << 4));
}

/// The cells of a block, and their number: less than the block's at a wall.
static inline int list_cells(const struct hd_cells *cells, uint32_t home,
                             const struct hd_block *block, const uint32_t **slots,
                             uint32_t *places) {
    if (__builtin_expect(cells->edge[home] == 0, true)) {
        const uint32_t *own = cells->slots + home * cells->stride;
        for (int k = 0; k < block->count; k++) {
            slots[k] = own + cells->step[1 + block->up[k]][1 + block->right[k]];
            places[k] = (uint32_t)(block->right[k] + 1 + 4 * block->up[k]) << ID_BITS;
        }
        return block->count;
    }
    int count = 0;
    for (int k = 0; k < block->count; k++) {
        uint32_t cell;
        if (hd_cells_neighbour(cells, home, block->right[k], block->up[k], &cell)) {
            slots[count] = cells->slots + cell * cells->stride;
            places[count++] = (uint32_t)(block->right[k] + 1 + 4 * block->up[k]) << ID_BITS;
        }
    }
    return count;
}

/// The earliest contact becomes the disc's: one of those that have the bit of their number. Of
/// several at the same time it is that with the smallest number.
static inline void take(const struct hd_engine *engine, struct hd_disc *self, double time,
                        const uint32_t *listed, uint64_t bits) {
    uint32_t partner = UINT32_MAX;
    do {
        const uint32_t disc = listed[__builtin_ctzll(bits)] & ((1U << ID_BITS) - 1);
        partner = disc < partner ? disc : partner;
        bits &= bits - 1;
    } while (__builtin_expect(bits != 0, false));
    if (time == self->contact && partner > self->partner)
        return;
    self->contact = time;
    self->partner = partner;
    self->partner_stamp = engine->discs[partner].stamp;
}

#define LANES 2
#define TARGET
#define NAME(name) name##_of_2
#include "solvers/hard_discs/search_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME

#if defined(__x86_64__)
#define LANES 4
#define TARGET __attribute__((target("avx2")))
#define NAME(name) name##_of_4
#include "solvers/hard_discs/search_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME

#define LANES 8
#define TARGET __attribute__((target("avx512f")))
#define NAME(name) name##_of_8
#include "solvers/hard_discs/search_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME
#endif

typedef void search_function(struct hd_engine *engine, uint32_t disc, const struct hd_block *block);

/// The version for this machine.
static search_function *version(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return search_of_8;
    if (__builtin_cpu_supports("avx2"))
        return search_of_4;
#endif
    return search_of_2;
}

void hd_search(struct hd_engine *engine, uint32_t disc, const struct hd_block *block) {
    version()(engine, disc, block);
}
