// SPDX-License-Identifier: GPL-3.0-or-later
/// Probability densities of all observations of each group: Gaussian kernels of Botev's width, or
/// of Silverman's where Botev's equation has no root (diagnostics/kernel_density.h).
///
/// Neighbouring observations of a run are alike, so that the widths are those of more independent
/// values than there are: a density may show more detail than will be seen again.
#ifndef CLAUSIUS_ANALYZE_DENSITIES_H
#define CLAUSIUS_ANALYZE_DENSITIES_H

#include "diagnostics/kernel_density.h"
#include "solvers/analyze/runs.h"

enum { ANALYZE_GRID = 512 };

struct analyze_density {
    double values[ANALYZE_GRID]; ///< in 1/[variable], on the variable's grid
    double bandwidth;            ///< of the kernels, standard deviation
    enum clau_bandwidth rule;
    /// CLAU_MEASURE_BAD_BANDWIDTH: kernels narrower than the grid's steps, since another group is
    /// far wider or far away.
    enum clau_measure_status status;
};

struct analyze_densities {
    size_t variables, groups;
    struct clau_kernel_axis *axes;  ///< [variables] grid, one for all groups
    struct analyze_density *values; ///< [variables][groups]
};

enum clau_status analyze_densities_compute(struct analyze_densities *densities,
                                           const struct analyze_runs *runs,
                                           struct clau_error *error);
void analyze_densities_free(struct analyze_densities *densities);

#endif
