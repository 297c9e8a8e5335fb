// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums over arrays in a fixed order: the same for any number of threads and any width of vectors.
#ifndef CLAUSIUS_NUMERICS_SUMS_H
#define CLAUSIUS_NUMERICS_SUMS_H

#include <stddef.h>

/// Sum of a[i] b[i], or of a[i] where b is NULL. Arrays come from clau_allocate and are padded with
/// zeros. partial: scratch of clau_block_count(count) doubles.
double clau_dot(size_t count, const double *a, const double *b, double *partial);

/// Sum of the blocks' results, clau_block_count(count) of them.
double clau_sum_blocks(size_t count, const double *partial);

#endif
