// SPDX-License-Identifier: GPL-3.0-or-later
/// Time evolution by symmetric, symplectic splitting: of order 2 (Stormer-Verlet) to 8, with a
/// fixed step, or with steps chosen from an error estimate (no longer symplectic then).
#ifndef CLAUSIUS_KLEIN_GORDON_SYMPLECTIC_H
#define CLAUSIUS_KLEIN_GORDON_SYMPLECTIC_H

#include "solvers/klein_gordon/problem.h"

enum kg_splitting_kind { KG_KINETIC, KG_LINEAR_FLOW };

struct kg_symplectic_parameters {
    int64_t order; ///< 2, 4, 6, 8; 0 (not among the keys): 2
    int splitting; ///< enum kg_splitting_kind
    double step;   ///< NaN: from cfl
    double cfl;    ///< step / dx; NaN where the step is given
    bool adaptive;
    double relative_tolerance; ///< NaN where the step is fixed
};

enum { KG_STORMER_VERLET_ROWS = 4, KG_SYMPLECTIC_ROWS = 6 };
extern const struct clau_parameter kg_stormer_verlet_rows[KG_STORMER_VERLET_ROWS];
extern const struct clau_parameter kg_symplectic_rows[KG_SYMPLECTIC_ROWS];

/// Fills the default of step and cfl, and checks the keys against one another.
enum clau_status kg_symplectic_complete(struct kg_symplectic_parameters *parameters, bool damped,
                                        const struct clau_toml *config, struct clau_error *error);

/// The method that an order and a splitting stand for.
const struct clau_composition *kg_symplectic_method(int order, int splitting);

/// Largest stable step of a method on the problem's grid.
double kg_symplectic_stability(const struct kg_problem *problem,
                               const struct clau_composition *method, int splitting);

struct kg_symplectic;

/// Step from which on kicks can come once a half-turn of a mode, omega h = pi, and drive it: the
/// rate of growth is at most the mean of |V'' - m^2| / (2 omega). Infinite where there is no such
/// step.
double kg_symplectic_resonance(const struct kg_symplectic *self);

/// Whether the step is below the bound of stability for a largest V'' (and that of the start).
bool kg_symplectic_is_stable(const struct kg_symplectic *self, double stiffness);

/// The step: of all, or of the next one to try.
double kg_symplectic_step(const struct kg_symplectic *self);

/// Makes the evolution from u and pi [points] at t = 0 (copied). A step beyond the bound of
/// stability is CLAU_BAD_INPUT, told of the key in config.
enum clau_status kg_symplectic_create(const struct kg_problem *problem,
                                      const struct kg_symplectic_parameters *parameters,
                                      const struct clau_toml *config, const double *u,
                                      const double *pi, struct kg_symplectic **evolution,
                                      struct clau_error *error);
void kg_symplectic_destroy(struct kg_symplectic *self); ///< NULL is fine

/// As clau_solver.advance; fills u and pi [points] when the time is reached.
enum clau_status kg_symplectic_advance(struct kg_symplectic *self, double time, bool *reached,
                                       double *u, double *pi, struct clau_error *error);

uint64_t kg_symplectic_steps(const struct kg_symplectic *self);
/// Step, steps in a unit of time, memory and checkpoint, from the keys. self may be NULL: the bound
/// of stability is told of an evolution only, as it depends on the state.
void kg_symplectic_estimate(const struct kg_symplectic_parameters *parameters, double points,
                            double spacing, enum clau_closing closing, bool damped,
                            const struct kg_symplectic *self, struct clau_estimate *estimate);
void kg_symplectic_save(const struct kg_symplectic *self, struct clau_checkpoint *checkpoint);
enum clau_status kg_symplectic_restore(struct kg_symplectic *self,
                                       const struct clau_checkpoint *checkpoint,
                                       struct clau_error *error);

#endif
