// SPDX-License-Identifier: GPL-3.0-or-later
/// A gas for tests of the engine, started from a jittered lattice.
#ifndef CLAUSIUS_TESTS_HARD_DISCS_GAS_H
#define CLAUSIUS_TESTS_HARD_DISCS_GAS_H

#include "solvers/hard_discs/events.h"

struct gas {
    struct hd_engine engine;
    size_t count;
    double *x, *y, *vx, *vy; ///< [count] as last looked at
};

/// count discs of diameter 1 and temperature 1 at a packing fraction in about a square. Momentum is
/// 0. Asserts that all goes well.
void gas_init(struct gas *gas, size_t count, double packing, bool periodic_x, bool periodic_y,
              uint64_t seed);
void gas_finish(struct gas *gas);

/// Runs and looks.
void gas_run(struct gas *gas, double time);
void gas_look(struct gas *gas, double time);
/// At the last event, to more digits than the time since the start has.
void gas_look_now(struct gas *gas);

double gas_energy(const struct gas *gas);

/// Distance vector from i to j by the nearest image of the positions looked at.
void gas_displacement(const struct gas *gas, size_t i, size_t j, double r[2]);

#endif
