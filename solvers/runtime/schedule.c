// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/schedule.h"

#include <float.h>
#include <math.h>

/// How close two times near `time` must be to be the same: 1e-9 of the cadence, far below what
/// anybody asks for, or what the roundings of index * every and of the cadence itself can make.
static double same(double every, double time) {
    return fmax(1e-9 * every, 4.0 * DBL_EPSILON * time);
}

double clau_cadence_time(double end, double every, uint64_t index) {
    const double time = (double)index * every;
    // However long the cadence, a run has its start.
    return index > 0 && time >= end - same(every, end) ? end : time;
}

uint64_t clau_cadence_count(double end, double every) {
    uint64_t last = (uint64_t)fmax(0.0, floor(end / every) - 1.0);
    while (clau_cadence_time(end, every, last) < end) {
        last++;
    }
    return last + 1;
}

/// Time of the next output of one cadence; infinite when the end is passed.
static double pending(double end, double every, uint64_t index) {
    if (index > 0 && clau_cadence_time(end, every, index - 1) >= end) {
        return INFINITY;
    }
    return clau_cadence_time(end, every, index);
}

bool clau_schedule_next(const struct clau_schedule *schedule, struct clau_output_time *output) {
    const double observation =
        pending(schedule->end, schedule->observe_every, schedule->observation);
    double snapshot = INFINITY;
    double tolerance = 0.0;
    if (schedule->snapshot_every > 0.0) {
        snapshot = pending(schedule->end, schedule->snapshot_every, schedule->snapshot);
        tolerance = same(fmin(schedule->snapshot_every, schedule->observe_every), observation);
    }
    if (isinf(observation) && isinf(snapshot)) {
        return false;
    }
    const bool both =
        isfinite(snapshot) && isfinite(observation) && fabs(snapshot - observation) <= tolerance;
    *output = (struct clau_output_time){
        .time = both ? snapshot : fmin(snapshot, observation),
        .snapshot = both || snapshot < observation,
        .observe = both || observation < snapshot,
    };
    return true;
}

void clau_schedule_pass(struct clau_schedule *schedule, const struct clau_output_time *output) {
    schedule->snapshot += output->snapshot;
    schedule->observation += output->observe;
}

static uint64_t first_after(double end, double every, double time) {
    uint64_t index = (uint64_t)fmax(0.0, floor(time / every) - 1.0);
    while (pending(end, every, index) <= time + same(fmin(every, end), time)) {
        index++;
    }
    return index;
}

void clau_schedule_seek(struct clau_schedule *schedule, double time) {
    schedule->observation = first_after(schedule->end, schedule->observe_every, time);
    if (schedule->snapshot_every > 0.0) {
        schedule->snapshot = first_after(schedule->end, schedule->snapshot_every, time);
    }
}

bool clau_schedule_end_is_rounded_up(const struct clau_schedule *schedule) {
    struct clau_schedule longer = *schedule;
    struct clau_output_time bounded;
    struct clau_output_time unbounded;
    // Two cadences further there is certainly no rounding at the end in question.
    longer.end += 2.0 * fmax(schedule->snapshot_every, schedule->observe_every);
    return clau_schedule_next(schedule, &bounded) && bounded.time >= schedule->end &&
           clau_schedule_next(&longer, &unbounded) && unbounded.time < bounded.time;
}
