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
        const double correction = 1.5 - 0.5 * (cosine[i] * cosine[i] + sine[i] * sine[i]);
        cosine[i] *= correction;
        sine[i] *= correction;
    }
}

void clau_phase_factors(size_t count, double scale, const double *angle, double complex *out) {
    const size_t blocks = clau_block_count(count);
#pragma omp parallel for schedule(static) if (blocks >= CLAU_PARALLEL_BLOCKS)
    for (size_t block = 0; block < blocks; block++) {
        const size_t end = block * CLAU_BLOCK + clau_block_length(count, block);
        for (size_t start = block * CLAU_BLOCK; start < end; start += CHUNK) {
            const size_t length = end - start < CHUNK ? end - start : CHUNK;
            double cosine[CHUNK], sine[CHUNK];
            sines_and_cosines(length, scale, angle + start, cosine, sine);
            for (size_t i = 0; i < length; i++)
                out[start + i] = CMPLX(cosine[i], sine[i]);
        }
    }
}

void clau_phase_rotate(size_t count, double scale, const double *angle, double complex *value) {
    const size_t blocks = clau_block_count(count);
#pragma omp parallel for schedule(static) if (blocks >= CLAU_PARALLEL_BLOCKS)
    for (size_t block = 0; block < blocks; block++) {
        const size_t end = block * CLAU_BLOCK + clau_block_length(count, block);
        for (size_t start = block * CLAU_BLOCK; start < end; start += CHUNK) {
            const size_t length = end - start < CHUNK ? end - start : CHUNK;
            double cosine[CHUNK], sine[CHUNK];
            sines_and_cosines(length, scale, angle + start, cosine, sine);
            for (size_t i = 0; i < length; i++) {
                const double re = creal(value[start + i]), im = cimag(value[start + i]);
                value[start + i] =
                    CMPLX(re * cosine[i] - im * sine[i], re * sine[i] + im * cosine[i]);
            }
        }
    }
}
