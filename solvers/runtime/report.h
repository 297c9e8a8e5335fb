// SPDX-License-Identifier: GPL-3.0-or-later
/// What a run tells people on stderr: progress, warnings and summary.
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
/// 1234567 -> "1.23 MB".
void clau_format_bytes(double bytes, char *text, size_t size);

#endif
