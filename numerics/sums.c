// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/sums.h"

#include "numerics/blocks.h"

// Two vectors of four sums hide the latency of the addition, and fix the order.
typedef double vector __attribute__((vector_size(32), aligned(8), may_alias));

static inline __attribute__((always_inline)) vector get(const double *values, size_t quad) {
    return *(const vector *)(values + 4 * quad);
}

static inline __attribute__((always_inline)) double total(vector even, vector odd) {
    even += odd;
    return (even[0] + even[1]) + (even[2] + even[3]);
}

CLAU_MULTIVERSION static double dot_block(size_t count, const double *a, const double *b) {
    vector even = {0.0, 0.0, 0.0, 0.0}, odd = even;
    const size_t quads = (count + 3) / 4;
    size_t quad = 0;
    for (; quad + 2 <= quads; quad += 2) {
        even += get(a, quad) * get(b, quad);
        odd += get(a, quad + 1) * get(b, quad + 1);
    }
    if (quad < quads)
        even += get(a, quad) * get(b, quad);
    return total(even, odd);
}

CLAU_MULTIVERSION static double sum_block(size_t count, const double *a) {
    vector even = {0.0, 0.0, 0.0, 0.0}, odd = even;
    const size_t quads = (count + 3) / 4;
    size_t quad = 0;
    for (; quad + 2 <= quads; quad += 2) {
        even += get(a, quad);
        odd += get(a, quad + 1);
    }
    if (quad < quads)
        even += get(a, quad);
    return total(even, odd);
}

double clau_sum_blocks(size_t count, const double *partial) {
    double sum = 0.0;
    for (size_t block = 0; block < clau_block_count(count); block++)
        sum += partial[block];
    return sum;
}

double clau_dot(size_t count, const double *a, const double *b, double *partial) {
    if (b == NULL)
        CLAU_FOR_BLOCKS(count, partial[block] = sum_block(length, a + start));
    else
        CLAU_FOR_BLOCKS(count, partial[block] = dot_block(length, a + start, b + start));
    return clau_sum_blocks(count, partial);
}
