// SPDX-License-Identifier: GPL-3.0-or-later
/// What a run tells people: progress, warnings and summary on stderr, and --dry-run on stdout.
#ifndef CLAUSIUS_RUNTIME_REPORT_H
#define CLAUSIUS_RUNTIME_REPORT_H

#include "solvers/runtime/run.h"

/// `warning: text`, with --quiet too.
void clau_report_warning(struct clau_run *run, const char *text);
/// All new warnings of the model.
void clau_report_model_warnings(struct clau_run *run);
/// Progress on the way to the output time `time`.
void clau_report_progress(struct clau_run *run, double time);
/// The last lines of a run: steps, wall time, drifts, files. stop: exit code of an early stop, or
/// 0. Nothing with --quiet.
void clau_report_summary(const struct clau_run *run, int stop);
/// What would run; the model and the layout are there, no file is.
void clau_report_plan(const struct clau_run *run, int threads);

#endif
