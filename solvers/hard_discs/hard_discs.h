// SPDX-License-Identifier: GPL-3.0-or-later
/// The hard-disc gas: its parameters, its model, and the tables that the rooms of this folder give
/// to its descriptor. Mass 1 and Boltzmann's constant 1; the temperature is the energy per
/// particle, since a disc has two degrees of freedom.
#ifndef CLAUSIUS_HARD_DISCS_HARD_DISCS_H
#define CLAUSIUS_HARD_DISCS_HARD_DISCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostics/boltzmann.h"
#include "diagnostics/boltzmann_tracker.h"
#include "diagnostics/structure.h"
#include "solvers/hard_discs/events.h"
#include "solvers/runtime/solver.h"

/// A table and its number of rows, for initialisers.
#define ROWS(array) (array), sizeof(array) / sizeof *(array)

enum hd_boundary { HD_WALL, HD_PERIODIC };

struct hd_parameters {
    int64_t particles;
    double diameter, packing_fraction; ///< the one that is given; the other is NaN
    double energy;                     ///< per particle
    double size[2];
    int boundary[2];              ///< enum hd_boundary
    double reverse_at;            ///< NaN: never
    struct clau_variants initial; ///< none: equilibrium
    int64_t runs;                 ///< of the ensemble
    struct clau_integers position_cells;
    struct clau_reals velocity_cell; ///< in units of sqrt(energy)
    double velocity_range;           ///< in units of sqrt(energy)
    bool split;                      ///< the entropy's change by its causes

    // Measures that are off unless they are asked for.
    int64_t histogram_bins; ///< of the velocities; 0: none
    double histogram_range; ///< in units of sqrt(energy)
    int64_t radial_bins;    ///< of g(r); 0: none
    double radial_range;    ///< in diameters
    bool hexatic_order;
};

enum { HD_PARAMETER_ROWS = 20 };
extern const struct clau_parameter hd_parameter_rows[HD_PARAMETER_ROWS];

/// clau_solver.complete
enum clau_status hd_parameters_complete(void *parameters, const struct clau_run_parameters *run,
                                        const struct clau_toml *config, struct clau_error *error);

double hd_diameter(const struct hd_parameters *parameters);

/// The cells of a macrostate, with velocities in absolute units.
struct clau_boltzmann_cells hd_macrostate(const struct hd_parameters *parameters,
                                          size_t macrostate);

/// Rectangle of the centres: the domain, less half a diameter at walls.
struct hd_box hd_box_of(const struct hd_parameters *parameters);

/// The same as the output state has it, for the measures of diagnostics/structure.h.
struct clau_rectangle hd_rectangle_of(const struct hd_parameters *parameters);

/// Largest distance of g(r), in absolute units.
double hd_radial_reach(const struct hd_parameters *parameters);

extern const struct clau_kinds hd_initial_kinds;

/// Checks the initial condition's keys, and that the discs have room.
enum clau_status hd_initial_check(const struct hd_parameters *parameters,
                                  const struct clau_toml *config, struct clau_error *error);

/// Whether the momentum along an axis without walls is 0 at the start, but for round-off.
bool hd_initial_is_at_rest(const struct hd_parameters *parameters);

/// Centres in the box of hd_box_of, and velocities, at t = 0: [particles] each. Each stream of a
/// seed is a gas of its own.
enum clau_status hd_initial_fill(const struct clau_setup *setup, size_t stream, double *x,
                                 double *y, double *vx, double *vy, struct clau_error *error);

struct hd_member;
struct hd_observer;

/// An ensemble of independent gases; a single one most of the time.
struct hd_model {
    struct clau_setup setup;
    const struct hd_parameters *parameters;
    const struct clau_run_parameters *run;
    int threads;
    size_t count; ///< discs of a member
    size_t runs;
    struct hd_member *members; ///< [runs]
    size_t *ring;              ///< [runs] of those that wait for a thread
    size_t turn;               ///< member that goes first in the next call
    bool warned;               ///< of a reversal that does not come
    struct hd_observer *observer;

    // For a checkpoint that is being written.
    int64_t *saved_identity;                ///< [runs][count]
    int64_t *saved_integers;                ///< [fields][runs]
    double *saved_reals;                    ///< [fields][runs]
    struct clau_boltzmann_sums *saved_sums; ///< [runs][velocity cells]
};

/// Threads that work on the members.
int hd_threads_of(const struct clau_setup *setup);
/// Number of the thread that asks, below model->threads.
size_t hd_thread(void);

extern const struct clau_solver hard_discs_solver;

#endif
