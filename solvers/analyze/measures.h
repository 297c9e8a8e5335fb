// SPDX-License-Identifier: GPL-3.0-or-later
/// Measures of the series of all runs.
#ifndef CLAUSIUS_ANALYZE_MEASURES_H
#define CLAUSIUS_ANALYZE_MEASURES_H

#include <stddef.h>

#include "io/toml.h"
#include "solvers/analyze/runs.h"
#include "solvers/runtime/measure_catalogue.h"

/// One measure of one variable (or of a pair), of every run.
struct analyze_measure {
    const struct clau_measure *measure;
    const struct clau_kind *kind;
    const struct clau_measure_options *options; ///< in `keys`
    struct clau_variants keys;                  ///< owned
    size_t variables[2];                        ///< [1] for a pair
    double *values;                             ///< [runs] owned; NaN where there is none
    enum clau_measure_status *statuses;         ///< [runs] owned: why
};

struct analyze_measures {
    size_t count;
    struct analyze_measure *items;
};

/// Computes what the command line asks for, or else a default set of every variable. Errors: a text
/// after --measure that is wrong, or a variable that is not there.
enum clau_status analyze_measures_compute(struct analyze_measures *measures,
                                          const struct analyze_runs *runs,
                                          const struct analyze_options *options,
                                          struct clau_error *error);
void analyze_measures_free(struct analyze_measures *measures);

#endif
