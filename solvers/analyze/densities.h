// SPDX-License-Identifier: GPL-3.0-or-later
/// Probability densities of all observations of each group, by Gaussian kernels
/// (diagnostics/kernel_density.h).
///
/// Neighbouring observations of a run are alike: the kernels' width is Silverman's of the n_eff
/// independent values that they are worth, h = sigma (3 n_eff/4)^(-1/5). Rules that look at the
/// values themselves take slow series for many narrow peaks.
#ifndef CLAUSIUS_ANALYZE_DENSITIES_H
#define CLAUSIUS_ANALYZE_DENSITIES_H

#include "diagnostics/kernel_density.h"
#include "solvers/analyze/compare.h"
#include "solvers/analyze/runs.h"

enum { ANALYZE_GRID = 512 };

struct analyze_density {
    struct clau_kernel_axis axis;
    double values[ANALYZE_GRID]; ///< in 1/[variable], on the axis
    double bandwidth;            ///< h
    enum clau_measure_status status;
};

struct analyze_densities {
    size_t variables, groups;
    struct analyze_density *values; ///< [variables][groups]
};

enum clau_status analyze_densities_compute(struct analyze_densities *densities,
                                           const struct analyze_runs *runs,
                                           const struct analyze_comparison *comparison,
                                           struct clau_error *error);
void analyze_densities_free(struct analyze_densities *densities);

#endif
