// SPDX-License-Identifier: GPL-3.0-or-later
/// Vector code from a plain build; for the inside of diagnostics, not installed.
///
/// CLAU_CLONES before a function compiles it for the baseline and for AVX2, and lets the loader
/// choose. Only gcc on GNU/Linux does that in C; elsewhere, and under the sanitizers (whose checks
/// would run inside the loader), it is empty and the code is the same, only slower.
///
/// Vectors of four doubles are spelled out with the extension that gcc and clang share, so that
/// the order of every sum is in the source and the same for any compiler, processor and width;
/// nothing needs -ffast-math.
#ifndef CLAUSIUS_DIAGNOSTICS_SIMD_H
#define CLAUSIUS_DIAGNOSTICS_SIMD_H

#include <stdint.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLAU_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLAU_CLONES
#endif

/// Before a loop whose extremes and sums may be taken in any order: CLAU_REDUCTION(reduction(max :
/// high)). Elsewhere than with gcc the loop stays as it is: clang 14 cannot do so for extremes, and
/// warns.
#if defined(__GNUC__) && !defined(__clang__)
#define CLAU_PRAGMA(text) _Pragma(#text)
#define CLAU_REDUCTION(...) CLAU_PRAGMA(omp simd __VA_ARGS__)
#else
#define CLAU_REDUCTION(...)
#endif

typedef double clau_double4 __attribute__((vector_size(32)));
typedef uint64_t clau_bits4 __attribute__((vector_size(32)));
/// Four doubles somewhere in an array.
typedef double clau_double4_unaligned __attribute__((vector_size(32), aligned(8), may_alias));
typedef uint64_t clau_bits4_unaligned __attribute__((vector_size(32), aligned(8), may_alias));

/// Macros, not functions: a 32-byte value in a call has no stable ABI without AVX.
#define CLAU_LOAD4(address) ((clau_double4)(*(const clau_double4_unaligned *)(address)))
#define CLAU_STORE4(address, value) (*(clau_double4_unaligned *)(address) = (value))
#define CLAU_SPLAT4(x) ((clau_double4){(x), (x), (x), (x)})
/// mask is the result of a comparison: yes where it holds, else no (or 0).
#define CLAU_SELECT4(mask, yes, no)                                                                \
    ((clau_double4)(((clau_bits4)(mask) & (clau_bits4)(yes)) |                                     \
                    (~(clau_bits4)(mask) & (clau_bits4)(no))))
#define CLAU_ZERO_UNLESS4(mask, yes) ((clau_double4)((clau_bits4)(mask) & (clau_bits4)(yes)))

#endif
