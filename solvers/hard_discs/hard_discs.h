// SPDX-License-Identifier: GPL-3.0-or-later
/// The hard-disc gas: its parameters, its model, and the tables that the rooms of this folder give
/// to its descriptor. Mass 1 and Boltzmann's constant 1; the temperature is the energy per
/// particle, since a disc has two degrees of freedom.
#ifndef CLAUSIUS_HARD_DISCS_HARD_DISCS_H
#define CLAUSIUS_HARD_DISCS_HARD_DISCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    struct clau_integers position_cells;
    struct clau_reals velocity_cell; ///< in units of sqrt(energy)
    double velocity_range;           ///< in units of sqrt(energy)
};

double hd_diameter(const struct hd_parameters *parameters);

/// Rectangle of the centres: the domain, less half a diameter at walls.
struct hd_box hd_box_of(const struct hd_parameters *parameters);

extern const struct clau_kinds hd_initial_kinds;

/// Checks the initial condition's keys, and that the discs have room.
enum clau_status hd_initial_check(const struct hd_parameters *parameters,
                                  const struct clau_toml *config, struct clau_error *error);

/// Centres in the box of hd_box_of, and velocities, at t = 0: [particles] each.
enum clau_status hd_initial_fill(const struct hd_parameters *parameters, int64_t seed,
                                 const struct clau_toml *config, double *x, double *y, double *vx,
                                 double *vy, struct clau_error *error);

struct hd_observer;

struct hd_model {
    const struct hd_parameters *parameters;
    const struct clau_run_parameters *run;
    size_t count;
    struct hd_engine engine;
    bool reversed; ///< the velocities have been turned round

    // The output state: in the domain, not in the rectangle of the centres.
    double out_time;
    double *x, *y, *vx, *vy;
    struct hd_observer *observer;
    int64_t *saved_identity; ///< [count] for a checkpoint that is being written
};

enum { HD_STATE_ROWS = 4, HD_OBSERVABLE_ROWS = 15 };
extern const struct clau_state_row hd_state_rows[HD_STATE_ROWS];
extern const struct clau_observable_row hd_observable_rows[HD_OBSERVABLE_ROWS];

/// Makes the memory of the observables; NULL when out of memory.
struct hd_observer *hd_observer_create(const struct hd_model *model);
void hd_observer_destroy(struct hd_observer *observer);
size_t hd_observer_coordinates(const struct hd_observer *observer,
                               const struct clau_coordinate **coordinates);
double hd_observer_memory(const struct hd_model *model); ///< bytes
/// Whether a macrostate could not be measured since the last call.
bool hd_observer_failed(struct hd_observer *observer);

/// clau_solver.prepare
void hd_observe(void *model, bool observe);

void hd_observer_save(const struct hd_observer *observer, struct clau_checkpoint *checkpoint);
enum clau_status hd_observer_restore(struct hd_observer *observer,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error);

extern const struct clau_solver hard_discs_solver;

#endif
