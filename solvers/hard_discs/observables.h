// SPDX-License-Identifier: GPL-3.0-or-later
/// The observables of the hard-disc gas. A new one is a line of HD_OBSERVABLES and the function
/// hd_measure_<name> that it declares; the row of its mean over the ensemble, that of its standard
/// error, and their place in memory follow. A dimension of its own is one more coordinate, in
/// hd_lay_out.
#ifndef CLAUSIUS_HARD_DISCS_OBSERVABLES_H
#define CLAUSIUS_HARD_DISCS_OBSERVABLES_H

#include "diagnostics/boltzmann.h"
#include "solvers/hard_discs/hard_discs.h"
#include "solvers/hard_discs/member.h"

/// ROW(name, dimension or NULL for a number, enabled or NULL for always, enum clau_conservation,
/// where it is conserved or NULL for everywhere, long_name)
#define HD_OBSERVABLES(ROW)                                                                        \
    ROW(collisions, NULL, NULL, CLAU_NOT_CONSERVED, NULL, "collisions of two discs since t = 0")   \
    ROW(collision_rate, NULL, NULL, CLAU_NOT_CONSERVED, NULL,                                      \
        "collisions of a disc with others in a unit of time, since the last observation")          \
    ROW(mean_free_path, NULL, NULL, CLAU_NOT_CONSERVED, NULL, "mean speed / collision rate")       \
    ROW(pressure, NULL, NULL, CLAU_NOT_CONSERVED, NULL,                                            \
        "(energy + virial of the collisions since the last observation / 2) / area")               \
    ROW(wall_pressure, NULL, hd_has_walls, CLAU_NOT_CONSERVED, NULL,                               \
        "momentum taken by the walls since the last observation / (time * their length)")          \
    ROW(compressibility_factor, NULL, NULL, CLAU_NOT_CONSERVED, NULL,                              \
        "pressure * area / energy: p / (n T)")                                                     \
    ROW(energy, NULL, NULL, CLAU_CONSERVED, NULL, "kinetic energy of all discs")                   \
    ROW(momentum_x, NULL, NULL, CLAU_CONSERVED_ABSOLUTE, hd_keeps_momentum_x,                      \
        "momentum of all discs along x")                                                           \
    ROW(momentum_y, NULL, NULL, CLAU_CONSERVED_ABSOLUTE, hd_keeps_momentum_y,                      \
        "momentum of all discs along y")                                                           \
    ROW(fraction_left, NULL, NULL, CLAU_NOT_CONSERVED, NULL,                                       \
        "fraction of the discs in the left half of the domain")                                    \
    ROW(boltzmann_entropy, "velocity_cell", hd_has_macrostates, CLAU_NOT_CONSERVED, NULL,          \
        "Boltzmann entropy of the macrostate per disc, (1/N) ln prod |D|^N_a / N_a!")              \
    ROW(boltzmann_entropy_stirling, "velocity_cell", hd_has_macrostates, CLAU_NOT_CONSERVED, NULL, \
        "the same with ln n! = n ln n - n: -(1/N) sum N_a ln(N_a / |D|) + 1")                      \
    ROW(boltzmann_entropy_corrected, "velocity_cell", hd_has_macrostates, CLAU_NOT_CONSERVED,      \
        NULL,                                                                                      \
        "entropy of the distribution over phase space, without the bias of few discs a cell "      \
        "(Grassberger)")                                                                           \
    ROW(occupied_cells, "velocity_cell", hd_has_macrostates, CLAU_NOT_CONSERVED, NULL,             \
        "phase-space cells with a disc")                                                           \
    ROW(overflow_particles, "velocity_cell", hd_has_macrostates, CLAU_NOT_CONSERVED, NULL,         \
        "discs beyond macrostate.velocity_range: those of a rectangle are in one cell, which has " \
        "the volume of any other in the entropies")                                                \
    ROW(velocity_distribution, "velocity", hd_has_histogram, CLAU_NOT_CONSERVED, NULL,             \
        "probability density of a velocity component, vx and vy together; components beyond the "  \
        "bins count in the normalisation")                                                         \
    ROW(radial_distribution, "distance", hd_has_radial, CLAU_NOT_CONSERVED, NULL,                  \
        "radial distribution function g(r): pairs of discs at a distance over those of uniform "   \
        "points between the same walls")                                                           \
    ROW(hexatic_order, NULL, hd_has_hexatic, CLAU_NOT_CONSERVED, NULL,                             \
        "|mean of psi_6|, psi_6 of a disc the mean of exp(6 i theta) over its Voronoi neighbours") \
    ROW(hexatic_order_local, NULL, hd_has_hexatic, CLAU_NOT_CONSERVED, NULL, "mean of |psi_6|")    \
    ROW(boltzmann_entropy_dispersal, "velocity_cell", hd_has_split, CLAU_NOT_CONSERVED, NULL,      \
        "change of boltzmann_entropy since t = 0 by discs that cross a border of position cells "  \
        "or bounce off a wall")                                                                    \
    ROW(boltzmann_entropy_collision, "velocity_cell", hd_has_split, CLAU_NOT_CONSERVED, NULL,      \
        "change of boltzmann_entropy since t = 0 by collisions of two discs")

bool hd_has_walls(const struct clau_setup *setup);
bool hd_has_macrostates(const struct clau_setup *setup);
bool hd_has_histogram(const struct clau_setup *setup);
bool hd_has_radial(const struct clau_setup *setup);
bool hd_has_hexatic(const struct clau_setup *setup);
bool hd_has_split(const struct clau_setup *setup);
bool hd_keeps_momentum_x(const struct clau_setup *setup);
bool hd_keeps_momentum_y(const struct clau_setup *setup);

/// What a member is measured with; one a thread.
struct hd_instruments {
    struct clau_boltzmann_workspace *workspace; ///< NULL without macrostates
    struct clau_boltzmann *macrostates;         ///< [velocity cells]
    struct clau_structure_workspace *structure; ///< NULL without g(r) and hexatic order
    double *velocities, *scratch;               ///< [velocity bins]
    double *radial;                             ///< [radial bins]
};

bool hd_instruments_init(struct hd_instruments *instruments, const struct hd_model *model);
void hd_instruments_finish(struct hd_instruments *instruments);
double hd_instruments_memory(const struct clau_setup *setup); ///< bytes, of one

/// The output state of a member, and what several observables share.
struct hd_sample {
    const struct hd_model *model;
    const struct hd_member *member;
    struct hd_mark now, since; ///< this observation, the one before
    double energy, momentum[2], mean_speed;
    size_t left; ///< discs in the left half
    const struct clau_boltzmann *macrostates;
    size_t macrostate_count;
    const double *velocities, *radial;
    struct clau_hexatic hexatic;
    bool failed; ///< a macrostate has no entropy, or the structure no measure
};

struct hd_sample hd_sample_take(const struct hd_model *model, const struct hd_member *member,
                                struct hd_instruments *instruments);

#define HD_INDEX(name, ...) HD_INDEX_##name,
enum hd_observable { HD_OBSERVABLES(HD_INDEX) HD_OBSERVABLE_COUNT };
#undef HD_INDEX

/// Fill out with as many numbers as the observable's dimension has.
#define HD_MEASURE(name, ...) void hd_measure_##name(const struct hd_sample *sample, double *out);
HD_OBSERVABLES(HD_MEASURE)
#undef HD_MEASURE

/// Makes the memory of the observables; NULL when out of memory.
struct hd_observer *hd_observer_create(const struct hd_model *model);
void hd_observer_destroy(struct hd_observer *observer);
double hd_observer_memory(const struct clau_setup *setup); ///< bytes
/// Whether a macrostate could not be measured since the last call.
bool hd_observer_failed(struct hd_observer *observer);

/// clau_solver.layout
void hd_lay_out(const struct clau_setup *setup, const void *model, struct clau_layout *layout);

/// clau_solver.prepare
bool hd_observe(void *model, bool observe);

/// The means, then the standard errors.
enum { HD_STATE_ROWS = 4, HD_OBSERVABLE_ROWS = 2 * HD_OBSERVABLE_COUNT };
extern const struct clau_state_row hd_state_rows[HD_STATE_ROWS];
extern const struct clau_observable_row hd_observable_rows[HD_OBSERVABLE_ROWS];

#endif
