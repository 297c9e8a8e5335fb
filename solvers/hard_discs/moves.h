// SPDX-License-Identifier: GPL-3.0-or-later
/// Boltzmann's entropy of one gas by what has made it: the moves of single discs between the
/// macrostate's cells, one after the other in the order of time, by crossing a border of a position
/// cell or by bouncing off a wall (dispersal), or by a collision of two discs.
#ifndef CLAUSIUS_HARD_DISCS_MOVES_H
#define CLAUSIUS_HARD_DISCS_MOVES_H

#include "diagnostics/boltzmann_tracker.h"
#include "solvers/hard_discs/hard_discs.h"
#include "solvers/hard_discs/lines.h"

struct hd_moves {
    size_t count;
    size_t macrostates; ///< one for each velocity cell size
    struct clau_boltzmann_numbering *numbering;
    struct clau_boltzmann_tracker **trackers;
    uint64_t *cell; ///< [count][macrostates] in which the discs are
    struct hd_lines *lines;
    bool failed; ///< a move was none
};

/// Watches an engine that has been started: discs at x, y in the domain with velocities vx, vy,
/// [particles] each, as the engine sees them. NULL when out of memory.
struct hd_moves *hd_moves_create(const struct hd_parameters *parameters, struct hd_engine *engine,
                                 const double *x, const double *y, const double *vx,
                                 const double *vy);
void hd_moves_destroy(struct hd_moves *moves); ///< NULL is fine

/// Goes on with the engine's lines' flights[], the engine and the sums [macrostates] as they were.
/// False when out of memory, or if a cell is none.
bool hd_moves_resume(struct hd_moves *moves, const struct hd_engine *engine,
                     const struct clau_boltzmann_sums *sums);

/// Bytes, about.
double hd_moves_memory(const struct hd_parameters *parameters);

#endif
