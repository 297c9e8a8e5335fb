// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/kernels.h"

#include <math.h>

#include "numerics/blocks.h"
#include "numerics/sums.h"

// Two complex numbers: re, im, re, im. Written with the compiler's vector types because it does
// not find the swap of real and imaginary parts by itself; on machines without such wide vectors
// it makes narrower ones of them. The order of all sums is thereby fixed as well.
typedef double vector __attribute__((vector_size(32), aligned(8), may_alias));
typedef long long mask __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

INLINE vector swap(vector z) {
#if defined(__clang__)
    return __builtin_shufflevector(z, z, 1, 0, 3, 2);
#else
    return __builtin_shuffle(z, (mask){1, 0, 3, 2});
#endif
}

INLINE vector real_parts(vector z) {
#if defined(__clang__)
    return __builtin_shufflevector(z, z, 0, 0, 2, 2);
#else
    return __builtin_shuffle(z, (mask){0, 0, 2, 2});
#endif
}

INLINE vector imaginary_parts(vector z) {
#if defined(__clang__)
    return __builtin_shufflevector(z, z, 1, 1, 3, 3);
#else
    return __builtin_shuffle(z, (mask){1, 1, 3, 3});
#endif
}

INLINE vector splat(double a) { return (vector){a, a, a, a}; }

/// i z
INLINE vector times_i(vector z) { return swap(z) * (vector){-1.0, 1.0, -1.0, 1.0}; }

INLINE vector multiply(vector a, vector b) {
    return real_parts(a) * b + imaginary_parts(a) * times_i(b);
}

INLINE vector multiply_conjugate(vector a, vector b) {
    return real_parts(a) * b - imaginary_parts(a) * times_i(b);
}

INLINE vector *at(double complex *values, size_t pair) { return (vector *)(values + 2 * pair); }

INLINE vector get(const double complex *values, size_t pair) {
    return *(const vector *)(values + 2 * pair);
}

INLINE size_t pair_count(size_t count) { return (count + 1) / 2; }

// A combination with its number of terms known to the compiler, so that its loop unrolls. Weights
// and pointers are copied first: what is written through `out` could otherwise be them, and they
// would be read again for every element.
struct local_combination {
    vector weight[NLSE_MAXIMUM_TERMS];
    const double complex *term[NLSE_MAXIMUM_TERMS];
};

INLINE void localise(struct local_combination *local, size_t start,
                     const struct nlse_combination *c, const size_t terms) {
#pragma GCC unroll 16
    for (size_t j = 0; j < terms; j++) {
        local->weight[j] = splat(c->weight[j]);
        local->term[j] = c->term[j] + start;
    }
}

INLINE vector combine_at(size_t pair, const struct local_combination *c, const size_t terms) {
    vector sum = c->weight[0] * get(c->term[0], pair);
#pragma GCC unroll 16
    for (size_t j = 1; j < terms; j++)
        sum += c->weight[j] * get(c->term[j], pair);
    return sum;
}

INLINE void combine_terms(size_t start, size_t count, double complex *restrict out,
                          const double complex *base, const struct nlse_combination *c,
                          const double complex *phase, const size_t terms) {
    struct local_combination local;
    localise(&local, start, c, terms);
    for (size_t pair = 0; pair < pair_count(count); pair++) {
        const vector sum = get(base + start, pair) + combine_at(pair, &local, terms);
        *at(out + start, pair) = phase ? multiply(get(phase + start, pair), sum) : sum;
    }
}

INLINE double norm2_terms(size_t start, size_t count, const struct nlse_combination *c,
                          const size_t terms) {
    struct local_combination local;
    localise(&local, start, c, terms);
    vector sum = splat(0.0);
    for (size_t pair = 0; pair < pair_count(count); pair++) {
        const vector value = combine_at(pair, &local, terms);
        sum += value * value;
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// X(number of terms)
#define TERM_COUNTS(X)                                                                             \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)

CLAU_MULTIVERSION static void combine_block(size_t start, size_t count, double complex *out,
                                            const double complex *base,
                                            const struct nlse_combination *c,
                                            const double complex *phase) {
    switch (c->count) {
#define COMBINE_CASE(terms)                                                                        \
    case terms:                                                                                    \
        combine_terms(start, count, out, base, c, phase, terms);                                   \
        break;
        TERM_COUNTS(COMBINE_CASE)
#undef COMBINE_CASE
    }
}

CLAU_MULTIVERSION static double norm2_block(size_t start, size_t count,
                                            const struct nlse_combination *c) {
    switch (c->count) {
#define NORM2_CASE(terms)                                                                          \
    case terms:                                                                                    \
        return norm2_terms(start, count, c, terms);
        TERM_COUNTS(NORM2_CASE)
#undef NORM2_CASE
    }
    return 0.0;
}

CLAU_MULTIVERSION static void nonlinearity_block(size_t count, double complex *psi, double g,
                                                 const double *potential, double scale) {
    if (potential == NULL) {
        const vector factor = splat(g * scale);
        for (size_t pair = 0; pair < pair_count(count); pair++) {
            const vector z = get(psi, pair), square = z * z;
            *at(psi, pair) = factor * (square + swap(square)) * times_i(z);
        }
        return;
    }
    for (size_t pair = 0; pair < pair_count(count); pair++) {
        const vector z = get(psi, pair), square = z * z;
        const double v0 = potential[2 * pair], v1 = potential[2 * pair + 1];
        const vector potentials = {v0, v0, v1, v1};
        const vector factor = splat(g) * (square + swap(square)) - potentials;
        *at(psi, pair) = splat(scale) * factor * times_i(z);
    }
}

CLAU_MULTIVERSION static void unphase_block(size_t count, double complex *out,
                                            const double complex *value,
                                            const double complex *phase) {
    for (size_t pair = 0; pair < pair_count(count); pair++)
        *at(out, pair) = multiply_conjugate(get(phase, pair), get(value, pair));
}

CLAU_MULTIVERSION static void multiply_block(size_t count, double complex *out,
                                             const double complex *value,
                                             const double complex *phase) {
    for (size_t pair = 0; pair < pair_count(count); pair++)
        *at(out, pair) = multiply(get(phase, pair), get(value, pair));
}

CLAU_MULTIVERSION static void filter_block(size_t count, double complex *value,
                                           const double *factor) {
    for (size_t i = 0; i < count; i++)
        value[i] *= factor[i];
}

CLAU_MULTIVERSION static void linear_block(size_t count, double complex *out,
                                           const double *frequency, const double complex *value) {
    for (size_t pair = 0; pair < pair_count(count); pair++) {
        const double f0 = frequency[2 * pair], f1 = frequency[2 * pair + 1];
        *at(out, pair) -= (vector){f0, f0, f1, f1} * times_i(get(value, pair));
    }
}

CLAU_MULTIVERSION static void density_block(size_t count, double *density,
                                            const double complex *psi) {
    const double *parts = (const double *)psi;
    for (size_t i = 0; i < count; i++)
        density[i] = parts[2 * i] * parts[2 * i] + parts[2 * i + 1] * parts[2 * i + 1];
}

CLAU_MULTIVERSION static void square_root_block(size_t count, double *out, const double *a) {
    for (size_t i = 0; i < count; i++)
        out[i] = sqrt(a[i]);
}

CLAU_MULTIVERSION static double largest_block(size_t count, const double *a) {
    double largest = 0.0;
    for (size_t i = 0; i < count; i++)
        largest = a[i] > largest ? a[i] : largest;
    return largest;
}

void nlse_combine(size_t count, double complex *out, const double complex *base,
                  const struct nlse_combination *combination, const double complex *phase) {
    CLAU_FOR_BLOCKS(count, combine_block(start, length, out, base, combination, phase));
}

double nlse_combination_norm2(size_t count, const struct nlse_combination *combination,
                              double *partial) {
    CLAU_FOR_BLOCKS(count, partial[block] = norm2_block(start, length, combination));
    return clau_sum_blocks(count, partial);
}

double nlse_norm2(size_t count, const double complex *value, double *partial) {
    const struct nlse_combination one = {1, {1.0}, {value}};
    return nlse_combination_norm2(count, &one, partial);
}

void nlse_apply_nonlinearity(size_t count, double complex *psi, double g, const double *potential,
                             double scale) {
    CLAU_FOR_BLOCKS(count, nonlinearity_block(length, psi + start, g,
                                              potential ? potential + start : NULL, scale));
}

void nlse_unphase(size_t count, double complex *out, const double complex *value,
                  const double complex *phase) {
    if (phase == NULL) {
        if (out != value)
            CLAU_FOR_BLOCKS(count,
                            __builtin_memcpy(out + start, value + start, length * sizeof *out));
        return;
    }
    CLAU_FOR_BLOCKS(count, unphase_block(length, out + start, value + start, phase + start));
}

void nlse_multiply(size_t count, double complex *out, const double complex *value,
                   const double complex *phase) {
    CLAU_FOR_BLOCKS(count, multiply_block(length, out + start, value + start, phase + start));
}

void nlse_filter(size_t count, double complex *value, const double *factor) {
    CLAU_FOR_BLOCKS(count, filter_block(length, value + start, factor + start));
}

void nlse_subtract_linear(size_t count, double complex *out, const double *frequency,
                          const double complex *value) {
    CLAU_FOR_BLOCKS(count, linear_block(length, out + start, frequency + start, value + start));
}

void nlse_density(size_t count, double *density, const double complex *psi) {
    CLAU_FOR_BLOCKS(count, density_block(length, density + start, psi + start));
}

void nlse_square_root(size_t count, double *out, const double *a) {
    CLAU_FOR_BLOCKS(count, square_root_block(length, out + start, a + start));
}

double nlse_largest(size_t count, const double *a) {
    double largest = 0.0;
    for (size_t block = 0; block < clau_block_count(count); block++) {
        const double candidate =
            largest_block(clau_block_length(count, block), a + block * CLAU_BLOCK);
        largest = candidate > largest ? candidate : largest;
    }
    return largest;
}
