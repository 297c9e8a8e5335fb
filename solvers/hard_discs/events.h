// SPDX-License-Identifier: GPL-3.0-or-later
/// Event-driven dynamics of equal hard discs of mass 1 in a rectangle: free flight, elastic
/// collisions of two discs, and of a disc with a wall. There is no time step.
///
/// The rectangle, [0, span) along each axis, is that of the discs' centres: a wall is where a
/// centre turns round. It is divided into cells at least a diameter wide, and each disc always owns
///
///   - its next crossing of a face of its cell (at a wall: its bounce), and
///   - its earliest known contact, with a partner in the 3 x 3 cells round it.
///
/// The earlier of the two is its event in the calendar. After a change of velocity all 9 cells are
/// searched; after a crossing the 3 new ones, the known contact being kept. A contact whose partner
/// has changed its velocity in between is no event: the disc then searches again. Of two discs that
/// are about to meet the one that searched last knows of it or has an event before it, so that no
/// contact is missed.
///
/// Precision. A disc's coordinates are relative to the corner of its cell and of the time origin,
/// x(t) = x + vx t, and the origin moves on by a power of two, about what a disc needs for a cell
/// or two, which keeps x of the size of a cell for ever: round-off is that of a cell and not of the
/// box or the run. With r the distance vector of two discs and v their relative velocity, b = r.v
/// and c = r^2 - d^2, they meet after
///
///     t = c / (-b + sqrt(D)),    D = v^2 d^2 - (r x v)^2,
///
/// which has no cancellation. Discs that overlap by round-off meet at once if they approach, and
/// are left alone if they recede. The impulse b/r^2 along r keeps the energy whatever r is.
///
/// All that happens is a function of the state: it does not depend on when positions are looked at,
/// or on an interruption (hd_engine_resume).
#ifndef CLAUSIUS_HARD_DISCS_EVENTS_H
#define CLAUSIUS_HARD_DISCS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solvers/hard_discs/calendar.h"
#include "solvers/hard_discs/cells.h"

/// A disc: one line of cache.
struct hd_disc {
    double x, y;     ///< at the time origin, relative to the lower left corner of its cell
    double vx, vy;   ///< velocity
    double contact;  ///< time of the earliest known contact since the origin; infinite for none
    double crossing; ///< time at which it leaves its cell
    uint32_t partner, partner_stamp;
    uint32_t stamp; ///< changes of velocity so far
    uint32_t place; ///< cell + 2^30 face through which it leaves it
};

static inline uint32_t hd_cell_of(const struct hd_disc *disc) {
    return disc->place & (HD_MOST_CELLS - 1);
}

static inline enum hd_face hd_face_of(const struct hd_disc *disc) {
    return (enum hd_face)(disc->place >> 30);
}

/// What the engine works in.
struct hd_box {
    double span[2];
    bool periodic[2]; ///< else walls
    double diameter;  ///< 0: no collisions of discs
};

struct hd_lines;

/// What has happened so far.
struct hd_tally {
    uint64_t contacts; ///< collisions of two discs
    uint64_t bounces;  ///< collisions with a wall
    uint64_t crossings, searches;
    double virial;     ///< sum over contacts of d times the momentum that is passed on
    double impulse[2]; ///< momentum that the walls across x, and across y, have taken
};

struct hd_engine {
    struct hd_box box;
    size_t count;
    struct hd_disc *discs; ///< [count] sorted in space from time to time
    uint32_t *identity;    ///< [count] who is who: the caller's number of a disc
    struct hd_cells cells;
    struct hd_calendar calendar;
    double period;   ///< by which the time origin moves, a power of two
    int64_t periods; ///< the origin is periods * period
    double now;      ///< time of the last event since the origin
    struct hd_tally tally;
    uint64_t at_once;       ///< events at one and the same time
    struct hd_lines *lines; ///< the caller's, who may set it when the engine has started; or NULL
};

/// How a run has ended.
enum hd_outcome {
    HD_REACHED, ///< all events up to the time asked for are done
    HD_UNDERWAY,
    HD_JAMMED, ///< without end, events at one and the same time
    HD_NO_MEMORY,
};

/// Smallest span of a periodic axis, in diameters.
enum { HD_LEAST_SPAN = 3 };

/// An engine for count discs of a temperature of about `temperature` (for the widths of cells and
/// buckets; results do not depend on them but in round-off). False when out of memory (finish it
/// all the same).
bool hd_engine_init(struct hd_engine *engine, const struct hd_box *box, size_t count,
                    double temperature);
void hd_engine_finish(struct hd_engine *engine);

/// Bytes of such an engine, from its arguments alone, and of what it takes now and then to sort the
/// discs.
double hd_engine_memory(const struct hd_box *box, size_t count, double temperature);
double hd_engine_sorting_memory(size_t count);

/// Starts at time 0 from centres in [0, span] and velocities. False when out of memory.
bool hd_engine_start(struct hd_engine *engine, const double *x, const double *y, const double *vx,
                     const double *vy);

/// Does all events up to and including `time`, or about `most` of them.
enum hd_outcome hd_engine_run(struct hd_engine *engine, double time, uint64_t most);

/// Time of the last event.
static inline double hd_engine_time(const struct hd_engine *engine) {
    return (double)engine->periods * engine->period + engine->now;
}

/// Centres at a time between the last event and the next one, in [0, span]; velocities. Nothing
/// in the engine changes.
void hd_engine_look(const struct hd_engine *engine, double time, double *x, double *y, double *vx,
                    double *vy);

/// Turns all velocities round at a time that a run has reached. False when out of memory.
bool hd_engine_reverse(struct hd_engine *engine, double time);

/// Goes on from discs[], identity[], periods and now as they were, bit by bit. False when out of
/// memory, or when they are not what an engine leaves behind.
bool hd_engine_resume(struct hd_engine *engine);

/// Displacement of disc j from disc i at a time since the origin; they are in neighbouring cells.
void hd_engine_displacement(const struct hd_engine *engine, uint32_t i, uint32_t j, double time,
                            double r[2]);

#endif
