// SPDX-License-Identifier: GPL-3.0-or-later
/// Memory for large arrays that are read here and there.
#ifndef CLAUSIUS_HARD_DISCS_PAGES_H
#define CLAUSIUS_HARD_DISCS_PAGES_H

#include <sys/mman.h>

#include "numerics/memory.h"

/// As clau_allocate, but a large array asks for huge pages before it is touched, which save the
/// processor the search for the place of each page of 4 kB. They are not needed: where the system
/// has none the array is the same.
static inline void *hd_allocate(size_t count, size_t size) {
    const size_t huge = (size_t)1 << 21;
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes < 2 * huge || bytes > PTRDIFF_MAX / 2)
        return clau_allocate(count, size);
    bytes += CLAU_ALIGNMENT; // which may be read past the end
    bytes += huge - bytes % huge;
    void *memory = aligned_alloc(huge, bytes);
    if (memory == NULL)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    memset(memory, 0, count * size + CLAU_ALIGNMENT);
    return memory;
}

#endif
