// SPDX-License-Identifier: GPL-3.0-or-later
/// Random numbers, unit vectors and schools for the tests of the schooling solver.
#ifndef CLAUSIUS_TESTS_COUZIN_STATES_H
#define CLAUSIUS_TESTS_COUZIN_STATES_H

#include <stdint.h>

#include "solvers/couzin/flock.h"
#include "tests/approx.h"

static const double EPS = 0x1p-52;

/// A number in [0, 1) of a sequence (G. L. Steele, D. Lea, C. H. Flood, "SplitMix", 2014).
static inline double uniform(uint64_t *sequence) {
    uint64_t word = *sequence += 0x9e3779b97f4a7c15u;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return (double)((word ^ (word >> 31)) >> 11) * 0x1p-53;
}

static inline double dot3(const double a[3], const double b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void cross3(const double a[3], const double b[3], double out[3]) {
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

/// Angle between unit vectors, good for all angles.
static inline double angle3(const double a[3], const double b[3]) {
    double c[3];
    cross3(a, b, c);
    return atan2(sqrt(dot3(c, c)), dot3(a, b));
}

static inline void scale_to_unit(double a[3]) {
    const double norm = sqrt(dot3(a, a));
    for (int d = 0; d < 3; d++)
        a[d] /= norm;
}

/// A direction from everywhere alike.
static inline void direction(uint64_t *sequence, int dimensions, double out[3]) {
    double squared;
    do {
        for (int d = 0; d < 3; d++)
            out[d] = d < dimensions ? 2.0 * uniform(sequence) - 1.0 : 0.0;
        squared = dot3(out, out);
    } while (squared > 1.0 || squared < 1e-4);
    scale_to_unit(out);
}

/// A coordinate below `length` in whole steps of 2^-20: differences of such are exact.
static inline double on_lattice(uint64_t *sequence, double length) {
    return floor(uniform(sequence) * length * 0x1p20) * 0x1p-20;
}

static inline void set_individual(struct couzin_flock *flock, size_t i, const double position[3],
                                  const double heading[3]) {
    for (int d = 0; d < 3; d++) {
        flock->position[d][i] = position[d];
        flock->heading[d][i] = heading[d];
    }
}

#endif
