// SPDX-License-Identifier: GPL-3.0-or-later
/// A field on a grid and its time evolution, for tests and benchmarks of the NLSE solver without
/// files and run loop.
#ifndef CLAUSIUS_TESTS_NLSE_FIELD_H
#define CLAUSIUS_TESTS_NLSE_FIELD_H

#include "numerics/complex_numbers.h"
#include <stdint.h>

#include "solvers/nlse/problem.h"

struct field {
    struct clau_grid grid;
    double *frequency;
    struct nlse_problem problem;
    double complex *initial; ///< coefficients at t = 0
    double complex *result;  ///< coefficients at the last time reached
    uint64_t steps;          ///< of the last run
    double seconds;          ///< wall time of the last run
};

/// Makes the field; ends the program when out of memory.
void field_init(struct field *field, size_t points, double length, double g, double trap_frequency);
void field_finish(struct field *field);

/// Sets the initial state to psi(x, data).
void field_set(struct field *field, double complex (*psi)(double x, const void *data),
               const void *data);

/// Coefficients of psi(x, data) on the field's grid; the caller frees them.
double complex *field_sample(const struct field *field,
                             double complex (*psi)(double x, const void *data), const void *data);

/// Evolves from t = 0 through `outputs` equidistant output times to `end`; result is the state
/// there. Ends the program with the error's message if it fails.
void field_run(struct field *field, const struct nlse_method *method, const void *parameters,
               double end, int outputs);

/// Relative L2 distance of the result from coefficients of as many modes.
double field_error(const struct field *field, const double complex *reference);

/// Mass, momentum and energy of coefficients.
struct invariants {
    double mass, momentum, energy;
};
struct invariants field_invariants(const struct field *field, const double complex *coefficients);

/// psi at the grid points of the result; the caller frees it.
double complex *field_psi(const struct field *field);

#endif
