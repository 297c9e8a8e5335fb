// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -fno-math-errno (see meson.build): sin and cos then have no side effect and their
// loops become vector code.
#include "numerics/phase.h"

#include <math.h>

#include "numerics/blocks.h"

// glibc's headers announce vector forms of these only under -ffast-math, of which nothing else is
// wanted here.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma omp declare simd notinbranch
extern double sin(double);
#pragma omp declare simd notinbranch
extern double cos(double);
#endif

enum { CHUNK = 128 };

// Sine and cosine stand in loops of their own: in one loop the compiler would make one sincos call
// of them, which has no vector form.
CLAU_MULTIVERSION static void sines_and_cosines(size_t count, double scale,
                                                const double *restrict angle,
                                                double *restrict cosine, double *restrict sine) {
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        cosine[i] = cos(scale * angle[i]);
#pragma omp simd
    for (size_t i = 0; i < count; i++)
        sine[i] = sin(scale * angle[i]);
    for (size_t i = 0; i < count; i++) {
        // Added, not multiplied by 1 + correction, which could not tell a correction below an ulp.
        const double correction = 0.5 - 0.5 * (cosine[i] * cosine[i] + sine[i] * sine[i]);
        cosine[i] += cosine[i] * correction;
        sine[i] += sine[i] * correction;
    }
}

static void factors_block(size_t count, double scale, const double *angle, double complex *out) {
    double cosine[CHUNK], sine[CHUNK];
    for (size_t start = 0; start < count; start += CHUNK) {
        const size_t length = count - start < CHUNK ? count - start : CHUNK;
        sines_and_cosines(length, scale, angle + start, cosine, sine);
        for (size_t i = 0; i < length; i++)
            out[start + i] = CMPLX(cosine[i], sine[i]);
    }
}

static void rotate_block(size_t count, double scale, const double *angle, double complex *value) {
    double cosine[CHUNK], sine[CHUNK];
    for (size_t start = 0; start < count; start += CHUNK) {
        const size_t length = count - start < CHUNK ? count - start : CHUNK;
        sines_and_cosines(length, scale, angle + start, cosine, sine);
        for (size_t i = 0; i < length; i++) {
            const double re = creal(value[start + i]), im = cimag(value[start + i]);
            value[start + i] = CMPLX(re * cosine[i] - im * sine[i], re * sine[i] + im * cosine[i]);
        }
    }
}

typedef void block_function(size_t count, double scale, const double *angle, double complex *value);

// An `if` clause instead of the branch would still make a team of one thread, at a cost of
// microseconds.
static void for_blocks(block_function *function, size_t count, double scale, const double *angle,
                       double complex *value) {
    const size_t blocks = clau_block_count(count);
    if (blocks < CLAU_PARALLEL_BLOCKS) {
        function(count, scale, angle, value);
        return;
    }
#pragma omp parallel for schedule(static)
    for (size_t block = 0; block < blocks; block++) {
        const size_t start = block * CLAU_BLOCK;
        function(clau_block_length(count, block), scale, angle + start, value + start);
    }
}

void clau_phase_factors(size_t count, double scale, const double *angle, double complex *out) {
    for_blocks(factors_block, count, scale, angle, out);
}

void clau_phase_rotate(size_t count, double scale, const double *angle, double complex *value) {
    for_blocks(rotate_block, count, scale, angle, value);
}
