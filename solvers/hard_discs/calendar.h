// SPDX-License-Identifier: GPL-3.0-or-later
/// Queue of the discs' next events: a ring of buckets of equal width in time, each an unsorted list
/// of discs; only the bucket that is being worked on is sorted. Everything costs O(1) an event.
///
/// Nothing is ever taken out of a bucket before its time. A disc whose next event has changed is
/// pushed once more, and what the calendar hands out is valid if it is still the disc's next event:
/// the same time and type, in every bit. Buckets hold no times, so that a new origin of time costs
/// nothing here.
///
/// Order of events: (time, type, disc). It does not depend on the widths of buckets, on when a
/// bucket was opened, or on what was pushed before: only on the discs' present events.
///
/// After G. Paul, "A complexity O(1) priority queue for event driven molecular dynamics
/// simulations", J. Comput. Phys. 221 (2007) 615, with lists that are cleaned when they are read.
#ifndef CLAUSIUS_HARD_DISCS_CALENDAR_H
#define CLAUSIUS_HARD_DISCS_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Types of events, in the order of their precedence at equal times.
enum hd_event_type { HD_CROSSING, HD_CONTACT };

struct hd_event {
    double time; ///< since the origin
    uint32_t type, disc;
};

enum { HD_CHUNK = 16 };

/// More discs of a bucket that has run full.
struct hd_chunk {
    uint32_t next, fill; ///< next: 1 + index, 0 for none
    uint32_t disc[HD_CHUNK - 2];
};

struct hd_calendar {
    double width;          ///< of a bucket, a power of two
    double per_time;       ///< 1 / width
    size_t buckets;        ///< of the ring, a power of two
    int64_t current;       ///< bucket that is open, counted from the origin of time
    uint64_t shift;        ///< ring place of bucket k: (k + shift) mod buckets
    uint8_t *fill;         ///< [buckets] discs in the first chunk
    uint32_t *disc;        ///< [buckets][HD_CHUNK] first chunks
    uint32_t *more;        ///< [buckets] 1 + index of a further chunk, 0 for none
    struct hd_chunk *pool; ///< [pool_size] further chunks
    uint32_t pool_size, pool_used, free;
    uint32_t *far; ///< [far_count] discs with an event beyond the ring
    size_t far_count;
    uint8_t *is_far;       ///< [discs] in `far`
    struct hd_event *open; ///< [open_count] the open bucket, latest event first
    size_t open_count, open_size;
    bool out_of_memory; ///< something could not be pushed: the run must end
};

/// Width and number of the buckets of such a calendar as hd_calendar_init makes; no arrays.
void hd_calendar_lay_out(struct hd_calendar *calendar, size_t discs, double interval,
                         double longest);
/// Bytes of a calendar for `discs` discs that is laid out.
double hd_calendar_memory(const struct hd_calendar *calendar, size_t discs);

/// A calendar for `discs` discs with one event each, which come about every `interval` in time a
/// disc. `longest` is a power of two that the width must not exceed. False when out of memory
/// (finish it all the same).
bool hd_calendar_init(struct hd_calendar *calendar, size_t discs, double interval, double longest);
void hd_calendar_finish(struct hd_calendar *calendar);

/// Empties it and opens the bucket of the time `now`.
void hd_calendar_reset(struct hd_calendar *calendar, double now);

/// Bucket of a time, counted from the origin; 2^62 for never, from which others can be subtracted.
static inline int64_t hd_calendar_bucket(const struct hd_calendar *calendar, double time) {
    const double bucket = time * calendar->per_time;
    return bucket < 0x1p62 ? (int64_t)bucket : INT64_C(1) << 62;
}

/// Notes the present event of a disc.
void hd_calendar_push(struct hd_calendar *calendar, struct hd_event event);

/// Goes on to the next bucket, which is opened: event_of(context, disc) tells the discs' present
/// events. Called when the open one is empty.
void hd_calendar_turn(struct hd_calendar *calendar,
                      struct hd_event (*event_of)(const void *context, uint32_t disc),
                      const void *context);

/// Discs that a bucket of the next turns may hand out, at most HD_CHUNK: for prefetching.
static inline const uint32_t *hd_calendar_ahead(const struct hd_calendar *calendar, int64_t turns,
                                                size_t *count) {
    const uint64_t bucket = (uint64_t)(calendar->current + turns) + calendar->shift;
    const size_t place = (size_t)bucket & (calendar->buckets - 1);
    *count = calendar->fill[place];
    return calendar->disc + place * HD_CHUNK;
}

/// Moves the origin of time by `buckets` widths. The open bucket must be empty, and all events must
/// lie behind the new origin.
static inline void hd_calendar_rebase(struct hd_calendar *calendar, int64_t buckets) {
    calendar->current -= buckets;
    calendar->shift += (uint64_t)buckets;
}

#endif
