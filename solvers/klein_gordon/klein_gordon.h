// SPDX-License-Identifier: GPL-3.0-or-later
/// The nonlinear Klein-Gordon solver: its parameters, its model, and the tables that the rooms of
/// this folder give to its descriptor.
#ifndef CLAUSIUS_KLEIN_GORDON_KLEIN_GORDON_H
#define CLAUSIUS_KLEIN_GORDON_KLEIN_GORDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solvers/klein_gordon/kinks.h"
#include "solvers/klein_gordon/problem.h"
#include "solvers/klein_gordon/symplectic.h"
#include "solvers/runtime/entropies.h"
#include "solvers/runtime/solver.h"

/// A table and its number of rows, for initialisers.
#define ROWS(array) (array), sizeof(array) / sizeof *(array)

struct kg_parameters {
    int64_t points;
    double length;
    struct clau_variant boundary;   ///< kind: enum kg_boundary
    struct clau_variant potential;  ///< kind: enum kg_potential_kind
    struct clau_variant integrator; ///< values: struct kg_symplectic_parameters
    struct clau_variants initial;   ///< kinds: kg_initial_kinds
};

enum kg_boundary { KG_PERIODIC, KG_ANTIPERIODIC, KG_SHIFTED, KG_ABSORBING };

struct kg_shifted {
    int64_t turns; ///< phi(x + L) = phi(x) + 2 pi turns; 0: that of the initial kinks
};

struct kg_absorbing {
    double width, strength;
};

/// Whether the potential has more than one vacuum, so that there may be kinks.
bool kg_has_levels(const struct kg_parameters *parameters);

extern const struct clau_kinds kg_initial_kinds;

/// What the initial conditions make of the field's ends.
struct kg_ends {
    double left, right; ///< vacua at -L/2 and L/2
    bool from_file;     ///< a file gives the field, and nothing is known
};

/// Checks the initial conditions against the potential and one another, and finds the vacua at
/// the ends. CLAU_BAD_INPUT names the key.
enum clau_status kg_initial_check(const struct kg_parameters *parameters,
                                  const struct kg_potential *potential,
                                  const struct clau_toml *config, struct kg_ends *ends,
                                  struct clau_error *error);

/// phi and pi [points] = all initial conditions at t = 0, on the vacuum of the left end.
enum clau_status kg_initial_fill(const struct kg_parameters *parameters,
                                 const struct kg_problem *problem, int64_t seed,
                                 const struct clau_toml *config, const struct kg_ends *ends,
                                 double *phi, double *pi, struct clau_error *error);

struct kg_model {
    const struct kg_parameters *parameters;
    const struct clau_run_parameters *run;
    struct clau_grid grid;
    struct kg_potential potential;
    double turns;       ///< of a shifted boundary
    double *background; ///< [points] or NULL
    double *damping;    ///< [points] or NULL
    struct kg_problem problem;
    struct kg_symplectic *evolution;

    double *u, *pi; ///< [points] of the output state; phi = u + background
    double time;    ///< of it
    // Made by kg_observe for an output time:
    struct clau_real_fft *fft;
    size_t modes;
    double *phi;                  ///< [points]
    double *gradient;             ///< [points] phi_x
    double *weights;              ///< [points] of the distribution that is being measured
    double *spectrum;             ///< [modes] |c_k|^2
    double complex *coefficients; ///< [modes]
    double *counts;               ///< [bins]
    double *partial;              ///< block sums
    double energy, kinetic_energy, gradient_energy, potential_energy, momentum, topological_charge;
    double spectral_tail, minimum, maximum; ///< the latter two of phi
    struct clau_entropy_set energy_density_entropies, field_entropies, spectrum_entropies,
        amplitude_entropies;
    struct kg_kinks kinks;
    struct kg_kinks kinks_before; ///< as they were before the last observation
    bool tail_is_high, tail_reported, resonance_reported, stiffness_reported;
};

enum { KG_STATE_ROWS = 2, KG_FIELD_ROWS = 4, KG_OBSERVABLE_ROWS = 24 };
extern const struct clau_state_row kg_state_rows[KG_STATE_ROWS];
extern const struct clau_field_row kg_field_rows[KG_FIELD_ROWS];
extern const struct clau_observable_row kg_observable_rows[KG_OBSERVABLE_ROWS];

/// Makes the memory of the observables; false when out of memory.
bool kg_observables_init(struct kg_model *model);
void kg_observables_finish(struct kg_model *model);

/// clau_solver.prepare: phi and, with observe, all observables.
bool kg_observe(void *model, bool observe);

extern const struct clau_solver kg_solver;

#endif
