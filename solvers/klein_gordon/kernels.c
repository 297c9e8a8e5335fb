// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -fno-math-errno (see meson.build): sin and cos then have no side effect and their
// loops become vector code.
#include "solvers/klein_gordon/kernels.h"

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

#define INLINE static inline __attribute__((always_inline))

// ---- V' ---------------------------------------------------------------------------------------

// The form is a constant where these are inlined, so that each loop has one formula.
INLINE double slope_at(const enum kg_force_form form, const double *c, double phi) {
    if (form == KG_FORCE_ODD) {
        const double square = phi * phi;
        return phi * (c[0] + square * (c[1] + square * c[2]));
    }
    if (form == KG_FORCE_SINE)
        return sin(phi);
    // sin(phi) cos(phi) = sin(2 phi)/2: of sin and cos of one angle the compiler would make one
    // call that has no vector form.
    return sin(phi) + 0.5 * c[0] * sin(2.0 * phi);
}

INLINE double polynomial_at(const double *c, size_t terms, double phi) {
    double sum = 0.0;
    for (size_t i = terms; i-- > 0;)
        sum = sum * phi + c[i];
    return sum;
}

INLINE void kick_drift_form(const enum kg_force_form form, size_t count, const double *restrict c,
                            double *restrict u, double *restrict pi,
                            const double *restrict laplacian, const double *restrict background,
                            double kick, double drift) {
    const double local[3] = {c[0], c[1], c[2]};
    if (background == NULL) {
#pragma omp simd
        for (size_t j = 0; j < count; j++) {
            const double p = pi[j] + kick * (laplacian[j] - slope_at(form, local, u[j]));
            pi[j] = p;
            u[j] += drift * p;
        }
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        const double slope = slope_at(form, local, u[j] + background[j]);
        const double p = pi[j] + kick * (laplacian[j] - slope);
        pi[j] = p;
        u[j] += drift * p;
    }
}

CLAU_MULTIVERSION static void kick_drift_block(size_t count, const struct kg_force *force,
                                               double *u, double *pi, const double *laplacian,
                                               const double *background, double kick,
                                               double drift) {
    switch (force->form) {
    case KG_FORCE_ODD:
        kick_drift_form(KG_FORCE_ODD, count, force->c, u, pi, laplacian, background, kick, drift);
        break;
    case KG_FORCE_SINE:
        kick_drift_form(KG_FORCE_SINE, count, force->c, u, pi, laplacian, background, kick, drift);
        break;
    case KG_FORCE_DOUBLE_SINE:
        kick_drift_form(KG_FORCE_DOUBLE_SINE, count, force->c, u, pi, laplacian, background, kick,
                        drift);
        break;
    case KG_FORCE_POLYNOMIAL:
        for (size_t j = 0; j < count; j++) {
            const double phi = background == NULL ? u[j] : u[j] + background[j];
            const double p =
                pi[j] + kick * (laplacian[j] - polynomial_at(force->c, force->terms, phi));
            pi[j] = p;
            u[j] += drift * p;
        }
        break;
    }
}

INLINE void slope_form(const enum kg_force_form form, size_t count, const double *restrict c,
                       const double *u, double offset, const double *background, double mass2,
                       double scale, double *out) {
    const double local[3] = {c[0], c[1], c[2]};
    if (background == NULL) {
#pragma omp simd
        for (size_t j = 0; j < count; j++)
            out[j] = scale * (slope_at(form, local, u[j] + offset) - mass2 * u[j]);
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < count; j++)
        out[j] = scale * (slope_at(form, local, u[j] + offset + background[j]) - mass2 * u[j]);
}

CLAU_MULTIVERSION static void slope_block(size_t count, const struct kg_force *force,
                                          const double *u, double offset, const double *background,
                                          double mass2, double scale, double *out) {
    switch (force->form) {
    case KG_FORCE_ODD:
        slope_form(KG_FORCE_ODD, count, force->c, u, offset, background, mass2, scale, out);
        break;
    case KG_FORCE_SINE:
        slope_form(KG_FORCE_SINE, count, force->c, u, offset, background, mass2, scale, out);
        break;
    case KG_FORCE_DOUBLE_SINE:
        slope_form(KG_FORCE_DOUBLE_SINE, count, force->c, u, offset, background, mass2, scale, out);
        break;
    case KG_FORCE_POLYNOMIAL:
        for (size_t j = 0; j < count; j++) {
            const double phi = u[j] + offset + (background == NULL ? 0.0 : background[j]);
            out[j] = scale * (polynomial_at(force->c, force->terms, phi) - mass2 * u[j]);
        }
        break;
    }
}

// ---- the other passes -------------------------------------------------------------------------

CLAU_MULTIVERSION static void add_block(size_t count, double *restrict y, double a,
                                        const double *restrict x) {
    for (size_t j = 0; j < count; j++)
        y[j] += a * x[j];
}

CLAU_MULTIVERSION static void multiply_block(size_t count, double *restrict x,
                                             const double *restrict factor) {
    for (size_t j = 0; j < count; j++)
        x[j] *= factor[j];
}

CLAU_MULTIVERSION static void multiply_modes_block(size_t count, double *restrict modes,
                                                   const double *restrict factor) {
    for (size_t i = 0; i < count; i++) {
        modes[2 * i] *= factor[i];
        modes[2 * i + 1] *= factor[i];
    }
}

INLINE void rotate_form(size_t count, const double *restrict tangent, const double *restrict sine,
                        const double *restrict sign, double *restrict u, double *restrict pi,
                        const double *restrict kicks, double *restrict copy) {
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        const double t = tangent[i], s = sine[i], turn = sign[i];
        const double re = kicks == NULL ? pi[2 * i] : pi[2 * i] + kicks[2 * i];
        const double im = kicks == NULL ? pi[2 * i + 1] : pi[2 * i + 1] + kicks[2 * i + 1];
        const double first_re = u[2 * i] + t * re, first_im = u[2 * i + 1] + t * im;
        const double last_re = re - s * first_re, last_im = im - s * first_im;
        const double end_re = turn * (first_re + t * last_re);
        const double end_im = turn * (first_im + t * last_im);
        pi[2 * i] = turn * last_re;
        pi[2 * i + 1] = turn * last_im;
        u[2 * i] = copy[2 * i] = end_re;
        u[2 * i + 1] = copy[2 * i + 1] = end_im;
    }
}

CLAU_MULTIVERSION static void rotate_block(size_t count, const double *tangent, const double *sine,
                                           const double *sign, double *u, double *pi,
                                           const double *kicks, double *copy) {
    if (kicks == NULL)
        rotate_form(count, tangent, sine, sign, u, pi, NULL, copy);
    else
        rotate_form(count, tangent, sine, sign, u, pi, kicks, copy);
}

// ---- blocks -----------------------------------------------------------------------------------

/// Part of an array that may be missing.
INLINE const double *from(const double *values, size_t start) {
    return values == NULL ? NULL : values + start;
}

void kg_kick_drift(size_t count, const struct kg_force *force, double *u, double *pi,
                   const double *laplacian, const double *background, double kick, double drift) {
    CLAU_FOR_BLOCKS(count, kick_drift_block(length, force, u + start, pi + start, laplacian + start,
                                            from(background, start), kick, drift));
}

void kg_slope(size_t count, const struct kg_force *force, const double *u, double offset,
              const double *background, double mass2, double scale, double *out) {
    CLAU_FOR_BLOCKS(count, slope_block(length, force, u + start, offset, from(background, start),
                                       mass2, scale, out + start));
}

void kg_add(size_t count, double *y, double a, const double *x) {
    CLAU_FOR_BLOCKS(count, add_block(length, y + start, a, x + start));
}

void kg_multiply(size_t count, double *x, const double *factor) {
    CLAU_FOR_BLOCKS(count, multiply_block(length, x + start, factor + start));
}

void kg_multiply_modes(size_t count, double complex *modes, const double *factor) {
    double *parts = (double *)modes;
    CLAU_FOR_BLOCKS(count, multiply_modes_block(length, parts + 2 * start, factor + start));
}

void kg_rotate(size_t count, const struct kg_rotation *rotation, double complex *u,
               double complex *pi, const double complex *kicks, double complex *copy) {
    double *us = (double *)u, *pis = (double *)pi, *copies = (double *)copy;
    const double *kick = (const double *)kicks;
    CLAU_FOR_BLOCKS(count, rotate_block(length, rotation->tangent + start, rotation->sine + start,
                                        rotation->sign + start, us + 2 * start, pis + 2 * start,
                                        from(kick, 2 * start), copies + 2 * start));
}
