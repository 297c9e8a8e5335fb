// SPDX-License-Identifier: GPL-3.0-or-later
/// The files of a report: REPORT.txt, REPORT.nc and REPORT.svg.
#ifndef CLAUSIUS_ANALYZE_OUTPUTS_H
#define CLAUSIUS_ANALYZE_OUTPUTS_H

#include "solvers/analyze/analysis.h"

/// CLAU_BAD_INPUT if the files cannot be written: one exists and not force, one is a file to be
/// read, or there is no such folder. Writes nothing.
enum clau_status analyze_outputs_check(const struct analyze_options *options,
                                       struct clau_error *error);

/// Writes all three; none is replaced before all are written.
enum clau_status analyze_outputs_write(const struct analyze_analysis *analysis, const char *history,
                                       struct clau_error *error);

#endif
