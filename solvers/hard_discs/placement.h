// SPDX-License-Identifier: GPL-3.0-or-later
/// Equilibrium configurations of hard discs in a rectangle.
#ifndef CLAUSIUS_HARD_DISCS_PLACEMENT_H
#define CLAUSIUS_HARD_DISCS_PLACEMENT_H

#include "numerics/random.h"
#include "solvers/hard_discs/events.h"

/// Purposes of random numbers.
enum hd_purpose {
    HD_RANDOM_POSITION,
    HD_RANDOM_JITTER_X,
    HD_RANDOM_JITTER_Y,
    HD_RANDOM_SITE,
    HD_RANDOM_MELT_X,
    HD_RANDOM_MELT_Y,
    HD_RANDOM_VELOCITY_X,
    HD_RANDOM_VELOCITY_Y,
};

enum hd_placement {
    HD_PLACED,
    HD_NO_ROOM,            ///< no way was found to place them without overlap
    HD_TOO_FEW_COLLISIONS, ///< hardly any, in so many events that the rest will not come
    HD_PLACEMENT_NO_MEMORY,
};

/// Packing fraction up to which discs are placed one after the other; above it, on a lattice.
#define HD_SEQUENTIAL_PACKING 0.4

/// Share of the area open to the discs, walls' edges included, that they cover.
double hd_packing_in(const struct hd_box *box, size_t count);

/// count centres in [0, span], no two nearer than the diameter. Up to HD_SEQUENTIAL_PACKING each is
/// put at a random place that is free (random sequential addition); above, they are on the sites of
/// a stretched triangular lattice, or of one that fits walls better where few discs need it, some
/// sites left free at random, and moved a little. Then they move for `collisions` collisions a
/// disc, which turns either into an equilibrium configuration.
enum hd_placement hd_place(const struct hd_box *box, size_t count, double collisions,
                           struct clau_random_key key, double *x, double *y);

#endif
