// SPDX-License-Identifier: GPL-3.0-or-later
/// Progress of a run on a stream: a bar that is redrawn on a terminal, otherwise a line every ten
/// seconds at most.
#ifndef CLAUSIUS_IO_PROGRESS_H
#define CLAUSIUS_IO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct clau_progress {
    FILE *stream; ///< NULL: silent
    bool terminal;
    double start_time, end_time; ///< simulated
    uint64_t start_steps;
    double started_at, drawn_at; ///< monotonic clock [s]
    bool drawn;
};

/// Monotonic wall clock [s].
double clau_wall_clock(void);

/// Prepares a progress report from simulated time start to end.
void clau_progress_start(struct clau_progress *progress, FILE *stream, double start_time,
                         double end_time, uint64_t start_steps);
/// Shows percentage, simulated time, steps/s, time left, and `note` (the drift of a conserved
/// quantity; may be NULL) when it is due: every 0.1 s on a terminal, else every 10 s. Cheap when
/// it is not.
void clau_progress_update(struct clau_progress *progress, double time, uint64_t steps,
                          const char *note);
/// Wipes the bar from a terminal, so that other text can be written.
void clau_progress_clear(struct clau_progress *progress);

#endif
