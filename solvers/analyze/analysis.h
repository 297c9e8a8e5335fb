// SPDX-License-Identifier: GPL-3.0-or-later
/// All that a report tells of.
#ifndef CLAUSIUS_ANALYZE_ANALYSIS_H
#define CLAUSIUS_ANALYZE_ANALYSIS_H

#include <stdio.h>

#include "solvers/analyze/compare.h"
#include "solvers/analyze/densities.h"
#include "solvers/analyze/measures.h"
#include "solvers/analyze/options.h"
#include "solvers/analyze/runs.h"

struct analyze_analysis {
    const struct analyze_options *options;
    struct analyze_runs runs;
    struct analyze_measures measures;
    struct analyze_comparison comparison;
    struct analyze_densities densities;
    size_t portrait[2]; ///< variables; equal where there is only one
};

/// Mean of a measure over the runs of a group that have a value, and its standard error: NaN for
/// none, or for one. Returns how many have one; *status: why another has none.
size_t analyze_measure_mean(const struct analyze_measure *measure, const struct analyze_runs *runs,
                            size_t group, double *mean, double *standard_error,
                            enum clau_measure_status *status);

/// "permutation-entropy of density, order = 3"; malloc'ed, NULL when out of memory.
char *analyze_measure_label(const struct analyze_measure *measure, const struct analyze_runs *runs);

/// What the samples are, in words; a static text.
const char *analyze_sample_text(const struct analyze_comparison *comparison);

/// The report as text, at most 100 columns unless names are long.
void analyze_print_text(const struct analyze_analysis *analysis, FILE *stream);

/// As NetCDF: *image are the bytes of a file, malloc'ed. path is a name for messages.
enum clau_status analyze_make_netcdf(const struct analyze_analysis *analysis, const char *path,
                                     const char *history, void **image, size_t *size,
                                     struct clau_error *error);

/// As a picture, in SVG.
void analyze_draw(const struct analyze_analysis *analysis, FILE *stream);

#endif
