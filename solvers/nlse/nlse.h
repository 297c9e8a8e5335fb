// SPDX-License-Identifier: GPL-3.0-or-later
/// The nonlinear Schrodinger solver: its parameters, its model, and the tables that the rooms of
/// this folder give to its descriptor.
#ifndef CLAUSIUS_NLSE_NLSE_H
#define CLAUSIUS_NLSE_NLSE_H

#include "numerics/complex_numbers.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numerics/fft.h"
#include "solvers/nlse/problem.h"
#include "solvers/runtime/entropies.h"
#include "solvers/runtime/solver.h"

/// A table and its number of rows, for initialisers.
#define ROWS(array) (array), sizeof(array) / sizeof *(array)

struct nlse_parameters {
    int64_t points;
    double length;
    double nonlinearity;
    struct clau_variant potential;  ///< kind: enum nlse_potential_kind
    struct clau_variant integrator; ///< kind: index into nlse_methods
    struct clau_variants initial;   ///< kinds: nlse_initial_kinds
};

enum nlse_potential_kind { NLSE_NO_POTENTIAL, NLSE_HARMONIC };

struct nlse_harmonic {
    double frequency;
};

extern const struct clau_kinds nlse_initial_kinds;

/// grid.length that follows from the initial conditions (Akhmediev's breather with `periods`), or
/// NaN where none says.
double nlse_initial_length(const struct nlse_parameters *parameters);

/// Checks the initial conditions' keys against one another.
enum clau_status nlse_initial_check(const struct nlse_parameters *parameters,
                                    const struct clau_toml *config, struct clau_error *error);

/// psi [points] = sum of all initial conditions at t = 0.
enum clau_status nlse_initial_fill(const struct nlse_parameters *parameters, int64_t seed,
                                   const struct clau_toml *config, const struct clau_grid *grid,
                                   double complex *psi, struct clau_error *error);

struct nlse_model {
    const struct nlse_parameters *parameters;
    const struct clau_run_parameters *run;
    struct clau_grid grid;
    double *wavenumber; ///< [points] k, 0 for the Nyquist mode: its first derivative is not defined
    double *frequency;  ///< [points] k^2/2
    double *potential;  ///< [points] V(x), or NULL
    struct nlse_problem problem;
    const struct nlse_method *method;
    void *evolution;
    struct clau_fft *fft;

    double complex *coefficients; ///< [points] of the output state
    // Made by nlse_observe for an output time:
    double complex *psi; ///< [points]
    double *density;     ///< [points] |psi|^2
    double *spectrum;    ///< [points] |c_m|^2
    double *modulus;     ///< [points] |psi|
    double *counts;      ///< [bins] histogram of |psi|
    double *partial;     ///< block sums
    double mass, momentum, energy, maximum_amplitude, spectral_tail;
    struct clau_entropy_set density_entropies, spectrum_entropies, amplitude_entropies;
    bool tail_is_high, tail_reported;
};

enum { NLSE_STATE_ROWS = 2, NLSE_FIELD_ROWS = 3, NLSE_OBSERVABLE_ROWS = 14 };
extern const struct clau_state_row nlse_state_rows[NLSE_STATE_ROWS];
extern const struct clau_field_row nlse_field_rows[NLSE_FIELD_ROWS];
extern const struct clau_observable_row nlse_observable_rows[NLSE_OBSERVABLE_ROWS];

/// Makes the memory of the observables; false when out of memory.
bool nlse_observables_init(struct nlse_model *model);
void nlse_observables_finish(struct nlse_model *model);

/// clau_solver.prepare: psi from the coefficients and, with observe, all observables.
bool nlse_observe(void *model, bool observe);

extern const struct clau_solver nlse_solver;

#endif
