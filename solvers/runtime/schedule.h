// SPDX-License-Identifier: GPL-3.0-or-later
/// The times of output: multiples of two cadences, and the end.
///
/// Time i of a cadence is i * every, one rounding, nothing accumulated. A multiple that comes
/// within 1e-9 of the cadence to the end, or lies beyond it, is the end itself. A snapshot and an
/// observation closer than 1e-9 of the smaller cadence are one output time, with the snapshot's
/// number. (Late in a run of more than a million outputs, roundings widen the 1e-9 to 4 * 2^-52 of
/// the time.)
#ifndef CLAUSIUS_RUNTIME_SCHEDULE_H
#define CLAUSIUS_RUNTIME_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/// More outputs than this of one kind are taken for a mistake.
#define CLAU_MAXIMUM_OUTPUTS 1e9

struct clau_schedule {
    double end;
    double snapshot_every; ///< 0: no snapshots
    double observe_every;
    uint64_t snapshot, observation; ///< index of the next one of each
};

struct clau_output_time {
    double time;
    bool snapshot, observe;
};

/// Time of output number `index` of one cadence.
double clau_cadence_time(double end, double every, uint64_t index);
/// Number of outputs from 0 to end, both included. end / every must not be above
/// CLAU_MAXIMUM_OUTPUTS.
uint64_t clau_cadence_count(double end, double every);

/// The next output time; false when there is none.
bool clau_schedule_next(const struct clau_schedule *schedule, struct clau_output_time *output);
/// Moves on behind an output time that clau_schedule_next gave.
void clau_schedule_pass(struct clau_schedule *schedule, const struct clau_output_time *output);
/// Moves to the first output of each cadence that comes after a time.
void clau_schedule_seek(struct clau_schedule *schedule, double time);

/// Whether the next output time is the end, but with a larger end would be a little before it (a
/// multiple of the cadence that rounding left short of the end).
bool clau_schedule_end_is_rounded_up(const struct clau_schedule *schedule);

#endif
