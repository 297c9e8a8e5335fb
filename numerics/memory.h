// SPDX-License-Identifier: GPL-3.0-or-later
/// Aligned, zeroed, overflow-checked memory for arrays that vector units and FFTW work on.
#ifndef CLAUSIUS_NUMERICS_MEMORY_H
#define CLAUSIUS_NUMERICS_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CLAU_ALIGNMENT = 64 };

/// count elements of size bytes, zeroed, on a 64-byte boundary and padded to a multiple of it, so
/// that a kernel may read and write whole vectors past the last element. NULL when out of memory
/// or when the product overflows. Freed with free().
static inline void *clau_allocate(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)(2 * CLAU_ALIGNMENT - 1), &bytes))
        return NULL;
    bytes -= bytes % CLAU_ALIGNMENT;
    if (bytes > PTRDIFF_MAX)
        return NULL;
    void *memory = aligned_alloc(CLAU_ALIGNMENT, bytes);
    if (memory != NULL)
        memset(memory, 0, bytes);
    return memory;
}

#endif
