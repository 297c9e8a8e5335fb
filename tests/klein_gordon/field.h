// SPDX-License-Identifier: GPL-3.0-or-later
/// A field on a grid and its time evolution, for tests and benchmarks of the Klein-Gordon solver
/// without files and run loop.
#ifndef CLAUSIUS_TESTS_KLEIN_GORDON_FIELD_H
#define CLAUSIUS_TESTS_KLEIN_GORDON_FIELD_H

#include <stdint.h>

#include "solvers/klein_gordon/klein_gordon.h"

/// phi and phi_t at a point of space and time.
typedef void kg_solution(const void *data, double x, double t, double *phi, double *phi_t);

struct field {
    struct clau_grid grid;
    struct kg_potential potential;
    struct kg_problem problem;
    double turns;
    double *background, *damping; ///< [points] or NULL
    double *initial_u, *initial_pi;
    double *u, *pi; ///< at the last time reached; phi = u + background
    uint64_t steps; ///< of the last run
    double seconds; ///< wall time of the last run
};

/// What a potential is made of; the members that its kind does not have are ignored.
struct potential_values {
    enum kg_potential_kind kind;
    double first, second; ///< mass, or lambda and vacuum, or epsilon
    size_t count;         ///< of a polynomial
    double coefficients[KG_MAXIMUM_DEGREE + 1];
};
void make_potential(struct kg_potential *potential, struct potential_values values);

/// Makes the field; `turns` are those of a shifted boundary. Ends the program when out of memory.
void field_init(struct field *field, struct potential_values values, size_t points, double length,
                enum kg_boundary boundary, int turns);
void field_finish(struct field *field);

/// Damping of strength at the ends, with the solver's profile in layers of that width.
void field_damp(struct field *field, double width, double strength);

/// Sets the initial state to the solution at t = 0, and the stiffness from it.
void field_set(struct field *field, kg_solution *solution, const void *data);

/// The initial state becomes the result with its momentum turned round.
void field_turn(struct field *field);

/// Parameters of an order with a step (of 0: the default).
struct kg_symplectic_parameters parameters_of(int order, enum kg_splitting_kind splitting,
                                              double cfl);

/// The evolution from the initial state, and its state at a time in u and pi. End the program with
/// the error's message if they fail.
struct kg_symplectic *field_start(const struct field *field,
                                  const struct kg_symplectic_parameters *parameters);
void field_go(struct field *field, struct kg_symplectic *evolution, double time);

/// Evolves from t = 0 through `outputs` equidistant output times to `end`; the result is the state
/// there.
void field_run(struct field *field, const struct kg_symplectic_parameters *parameters, double end,
               int outputs);

/// Relative L2 distance of the result's phi from the solution at t.
double field_error(const struct field *field, kg_solution *solution, const void *data, double t);

/// L2 distance of two states, (u, pi), relative to the second's.
double field_distance(const struct field *field, const double *u, const double *pi,
                      const double *other_u, const double *other_pi);

/// phi at grid point j of the result.
double field_phi(const struct field *field, size_t j);

/// Energy and momentum of u and pi; gradients in Fourier space, as the solver defines them.
struct invariants {
    double energy, momentum;
};
struct invariants field_invariants(const struct field *field, const double *u, const double *pi);

#endif
