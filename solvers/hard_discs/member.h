// SPDX-License-Identifier: GPL-3.0-or-later
/// A member of the ensemble: one gas, from its start to an output time. Members share nothing that
/// changes, so that each may be worked on by another thread.
#ifndef CLAUSIUS_HARD_DISCS_MEMBER_H
#define CLAUSIUS_HARD_DISCS_MEMBER_H

#include "solvers/hard_discs/hard_discs.h"
#include "solvers/hard_discs/moves.h"

/// What had happened up to an observation.
struct hd_mark {
    double time;
    int64_t contacts;
    double virial, impulse;
};

struct hd_member {
    const struct hd_parameters *parameters;
    size_t count;
    struct hd_engine engine;
    struct hd_moves *moves; ///< NULL without macrostate.split
    int64_t reversed;       ///< 1: the velocities have been turned round

    // The output state: in the domain, not in the rectangle of the centres.
    double out_time; ///< NaN before the first one
    double *x, *y, *vx, *vy;
    struct hd_mark last, before; ///< the last observation, and the one before it

    enum clau_status status; ///< of the start, or of an advance; what has failed is left alone
    struct clau_error error;
};

/// Makes the gas at t = 0 from a stream of the seed; status tells how it went. Finish it in any
/// case.
void hd_member_start(struct hd_member *member, const struct clau_setup *setup, size_t stream);
void hd_member_finish(struct hd_member *member);

/// Some events more towards the output state of `time`.
void hd_member_go_on(struct hd_member *member, double time);

/// Whether there is nothing left to do up to an output time: reached, or failed.
static inline bool hd_member_is_done(const struct hd_member *member, double time) {
    return member->status != CLAU_OK || member->out_time == time;
}

double hd_member_memory(const struct clau_setup *setup); ///< bytes
/// What a thread takes besides while it works on a member.
double hd_member_working_memory(const struct clau_setup *setup);
uint64_t hd_member_steps(const struct hd_member *member);

#endif
