// SPDX-License-Identifier: GPL-3.0-or-later
/// The equation on its grid, and what a time evolution of it offers.
///
///   i psi_t + psi_xx / 2 + g |psi|^2 psi - V(x) psi = 0,  periodic on [-L/2, L/2)
///
/// The state is held as Fourier coefficients c_m = (1/N) sum_j psi_j exp(-2 pi i j m / N), in the
/// order of the transform (m = 0, 1, ..., then negative); sum_m |c_m|^2 is the mean of |psi|^2.
#ifndef CLAUSIUS_NLSE_PROBLEM_H
#define CLAUSIUS_NLSE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint.h"
#include "io/error.h"
#include "numerics/complex_numbers.h"
#include "numerics/spectral_grid.h"
#include "solvers/runtime/solver.h"

struct nlse_problem {
    const struct clau_grid *grid;
    double g;                 ///< +1 focusing, -1 defocusing
    double trap_frequency;    ///< V = (trap_frequency x)^2 / 2; 0: no potential
    const double *frequency;  ///< [points] k^2/2, in the order of the transform
    double maximum_amplitude; ///< of the initial state
};

/// V(x) of the problem.
static inline double nlse_potential(const struct nlse_problem *problem, double x) {
    return 0.5 * problem->trap_frequency * problem->trap_frequency * x * x;
}

/// V on `points` equidistant points of the problem's interval. The caller frees it; NULL when out
/// of memory.
double *nlse_potential_values(const struct nlse_problem *problem, size_t points);

/// The size of a problem as its keys have it.
struct nlse_extent {
    double points;
    bool trapped; ///< has a potential
};

/// A time evolution: its row in the table of integrators.
struct nlse_method {
    /// Makes the evolution from the coefficients at t = 0 (copied). parameters: of its kind.
    enum clau_status (*create)(const struct nlse_problem *problem, const void *parameters,
                               const double complex *coefficients, void **evolution,
                               struct clau_error *error);
    void (*destroy)(void *evolution);
    /// As clau_solver.advance; fills coefficients [points] when the time is reached.
    enum clau_status (*advance)(void *evolution, double time, bool *reached,
                                double complex *coefficients, struct clau_error *error);
    uint64_t (*steps)(const void *evolution);
    /// Step, steps in a unit of time, memory and checkpoint, from the keys; evolution may be NULL.
    void (*estimate)(const struct nlse_extent *extent, const void *parameters,
                     const void *evolution, struct clau_estimate *estimate);
    void (*save)(const void *evolution, struct clau_checkpoint *checkpoint);
    enum clau_status (*restore)(void *evolution, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error);
};

extern const struct nlse_method nlse_dop853;
extern const struct nlse_method nlse_split_step;

enum nlse_dealias { NLSE_FULL, NLSE_TWO_THIRDS, NLSE_EXPONENTIAL, NLSE_PADDED };

struct nlse_dop853_parameters {
    double relative_tolerance, absolute_tolerance;
    bool interaction_picture;
    int dealias;       ///< enum nlse_dealias
    bool active_modes; ///< leave empty modes of an over-resolved grid out of the nonlinear term
    double step;       ///< fixed step without error control; 0: adaptive
};

struct nlse_split_step_parameters {
    int64_t order; ///< 2, 4 or 6
    double step;   ///< NaN: from the initial state
};

/// Keys of split-step.
enum { NLSE_SPLIT_STEP_ROWS = 2 };
extern const struct clau_parameter nlse_split_step_rows[NLSE_SPLIT_STEP_ROWS];

#endif
