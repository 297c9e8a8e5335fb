// SPDX-License-Identifier: GPL-3.0-or-later
/// The exact solutions in one form, for tests.
#ifndef CLAUSIUS_TESTS_KLEIN_GORDON_SOLUTIONS_H
#define CLAUSIUS_TESTS_KLEIN_GORDON_SOLUTIONS_H

#include "solvers/klein_gordon/exact.h"

/// A kink and the potential it belongs to.
struct kink_case {
    struct kg_potential potential;
    struct kg_moving_kink kink;
};

static inline void kink_solution(const void *data, double x, double t, double *phi, double *phi_t) {
    const struct kink_case *k = data;
    struct kg_kink profile;
    if (kg_potential_kink(&k->potential, &profile))
        kg_exact_kink(&k->potential, &profile, &k->kink, x, t, phi, phi_t);
}

static inline void breather_solution(const void *data, double x, double t, double *phi,
                                     double *phi_t) {
    kg_exact_breather(data, x, t, phi, phi_t);
}

static inline void pair_solution(const void *data, double x, double t, double *phi, double *phi_t) {
    kg_exact_sine_gordon_pair(data, x, t, phi, phi_t);
}

#endif
