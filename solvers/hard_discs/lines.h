// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines across the rectangle that say when a disc goes from one of their cells to the next: an
/// observer of the engine, which knows nothing of them but when to call. They need not be where the
/// faces of the engine's cells are.
///
/// A witness is told of every crossing of a line and of every change of a velocity, in the order of
/// their times; at equal times of the lines first, and of several in the order of the discs'
/// numbers. Crossings are told at the next change of a velocity or at the end of a run, whichever
/// comes first: until then the flights are straight. They have a calendar of their own, so that the
/// order of the engine's events is that of an engine without lines, bit by bit.
///
/// Discs go by the caller's numbers here, hd_engine.identity. The cell that a disc is in is decided
/// by its crossings, never by its coordinates.
#ifndef CLAUSIUS_HARD_DISCS_LINES_H
#define CLAUSIUS_HARD_DISCS_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solvers/hard_discs/events.h"

/// Cells along x and y: number of them, their width, and where the first one starts, which is at
/// d/2 below 0 if the lines are those of a domain with walls.
struct hd_raster {
    size_t number[2];
    double width[2], start[2];
};

/// Places are row * number[0] + column.
struct hd_witness {
    void *context;
    void (*crossed)(void *context, uint32_t disc, uint64_t from, uint64_t to);
    /// By a contact of two discs, or else by a wall or by turning all velocities round. Of two
    /// discs that meet one is told of after the other.
    void (*turned)(void *context, uint32_t disc, uint64_t place, double vx, double vy,
                   bool by_contact);
};

/// The straight flight of a disc.
struct hd_flight {
    double next[2]; ///< times of the next line across x and y since the engine's origin
    double step[2]; ///< time from one line to the next one, negative for a flight to the left, down
    double listed;  ///< time in the calendar, not after the next line
    uint32_t cell[2];
};

struct hd_lines {
    struct hd_raster raster;
    struct hd_witness witness;
    struct hd_box box;
    size_t count;
    struct hd_flight *flights; ///< [count] by the caller's numbers
    struct hd_calendar calendar;
};

/// Lines for an engine that has been started, with the disc with number k being at place[k]. To
/// attach them to it is up to the caller (hd_engine.lines), as is their end. NULL when out of
/// memory.
struct hd_lines *hd_lines_create(const struct hd_engine *engine, const struct hd_raster *raster,
                                 const struct hd_witness *witness, const uint64_t *place);
void hd_lines_destroy(struct hd_lines *lines); ///< NULL is fine

static inline uint64_t hd_lines_place(const struct hd_lines *lines, uint32_t disc) {
    const struct hd_flight *flight = &lines->flights[disc];
    return (uint64_t)flight->cell[1] * lines->raster.number[0] + flight->cell[0];
}

/// Goes on from flights[] as they were, bit by bit, with an engine that has been resumed. False
/// when out of memory, or when a flight is none.
bool hd_lines_resume(struct hd_lines *lines, const struct hd_engine *engine);

// ---- called by the engine ---------------------------------------------------------------------

/// Tells of the crossings up to a time since the origin.
void hd_lines_reach(struct hd_lines *lines, double time);

/// The velocity of the engine's disc has just changed.
void hd_lines_turn(struct hd_lines *lines, const struct hd_engine *engine, uint32_t disc,
                   bool by_contact);

/// The time origin moves on by a period, before which nothing more will change.
void hd_lines_rebase(struct hd_lines *lines, double period);

static inline bool hd_lines_out_of_memory(const struct hd_lines *lines) {
    return lines->calendar.out_of_memory;
}

#endif
