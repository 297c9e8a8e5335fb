// SPDX-License-Identifier: GPL-3.0-or-later
/// Potentials V(phi) of phi_tt - phi_xx + V'(phi) = 0: values, derivatives, vacua and kinks.
#ifndef CLAUSIUS_KLEIN_GORDON_POTENTIAL_H
#define CLAUSIUS_KLEIN_GORDON_POTENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "solvers/klein_gordon/kernels.h"
#include "solvers/runtime/solver.h"

enum kg_potential_kind {
    KG_LINEAR,
    KG_PHI4,
    KG_SINE_GORDON,
    KG_PHI6,
    KG_DOUBLE_SINE_GORDON,
    KG_POLYNOMIAL,
};

enum { KG_MAXIMUM_DEGREE = KG_FORCE_TERMS };

struct kg_potential {
    enum kg_potential_kind kind;
    double mass;                                ///< linear: V = mass^2 phi^2 / 2
    double lambda, vacuum;                      ///< phi4: V = lambda (phi^2 - vacuum^2)^2 / 4
    double epsilon;                             ///< double sine-Gordon
    size_t degree;                              ///< of the polynomial
    double coefficients[KG_MAXIMUM_DEGREE + 1]; ///< V = sum c_i phi^i
    struct kg_force force;                      ///< V' for the kernels
    // What separates one vacuum from the next, in ascending order: phi of a kink's centre. The
    // sine-Gordon potentials have pi (2n + 1) instead.
    size_t level_count;
    double levels[KG_MAXIMUM_DEGREE];
    /// Vacuum on which waves, pulses and noise ride.
    double ground;
};

extern const struct clau_kinds kg_potentials;

/// Fills *potential from its parameters (struct of the kind). The polynomial's coefficients are
/// copied.
void kg_potential_init(struct kg_potential *potential, const struct clau_variant *parameters);

/// Whether a polynomial is bounded from below and has a minimum; true for the other kinds.
bool kg_potential_is_bounded(const struct kg_potential *potential);

/// V, V' and V''. The value is written so that it is not negative by rounding where V >= 0.
double kg_potential_value(const struct kg_potential *potential, double phi);
double kg_potential_slope(const struct kg_potential *potential, double phi);
double kg_potential_curvature(const struct kg_potential *potential, double phi);

/// Largest V'' on [minimum, maximum] (sampled, within 1 %), at least 0.
double kg_potential_stiffness(const struct kg_potential *potential, double minimum, double maximum);

/// V on an array: out[j] = V(phi[j]).
void kg_potential_values(const struct kg_potential *potential, size_t count, const double *phi,
                         double *out);

/// The number of the vacuum that phi belongs to (levels below phi), and the level between vacuum
/// `sector` and the next.
ptrdiff_t kg_potential_sector(const struct kg_potential *potential, double phi);
double kg_potential_level(const struct kg_potential *potential, ptrdiff_t sector);

/// Whether there is more than one vacuum, so that there may be kinks.
bool kg_potential_has_levels(const struct kg_potential *potential);

/// Distance between neighbouring vacua, the unit of topological charge; 0 without kinks.
double kg_potential_vacuum_distance(const struct kg_potential *potential);

/// A static kink, centred at 0, from the vacuum `left` up to `right`, as a function of x.
struct kg_kink {
    double left, right;
    void (*profile)(const struct kg_potential *potential, double x, double *phi, double *slope);
};

/// The kink of a potential; false where there is none in closed form.
bool kg_potential_kink(const struct kg_potential *potential, struct kg_kink *kink);

#endif
