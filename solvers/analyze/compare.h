// SPDX-License-Identifier: GPL-3.0-or-later
/// Which groups of runs differ, in which variables.
///
/// Samples are independent values, as the tests require. If every group has two runs or more, they
/// are the means of the runs' observations. Otherwise they are the observations of each run,
/// thinned until 2 % of their correlation is left (diagnostics/effective_sample.h), those of a
/// group together. A run of fewer than 10 autocorrelation times gives none: it may drift from end
/// to end, and what looks like its correlation is then no measure of anything.
#ifndef CLAUSIUS_ANALYZE_COMPARE_H
#define CLAUSIUS_ANALYZE_COMPARE_H

#include <stdbool.h>

#include "diagnostics/effect_size.h"
#include "diagnostics/hypothesis_tests.h"
#include "solvers/analyze/runs.h"

/// The sample of one variable in one group.
struct analyze_sample {
    double *values; ///< owned
    size_t count;
    /// Of the runs' means, or else of all observations. The deviation is that of n - 1; NaN for one
    /// value.
    double mean, deviation;
    double effective_size; ///< of the observations of all runs: sum of N/tau
    /// What kept the values from being independent, such as CLAU_MEASURE_TOO_SHORT for a series
    /// that drifts from end to end: then there is no sample, and the tests have this status.
    enum clau_measure_status status;
};

/// All groups that have a sample at once. Results are valid where the status is CLAU_MEASURE_OK;
/// of fewer than two such groups it is that of the first one without.
struct analyze_overall {
    size_t groups; ///< that have a sample
    struct clau_test_result kruskal_wallis, anova;
    enum clau_measure_status kruskal_wallis_status, anova_status;
    double corrected; ///< Kruskal-Wallis p, Holm's correction over the variables
};

/// Two groups.
struct analyze_pair {
    size_t variable, first, second;
    struct clau_test_result kolmogorov_smirnov, mann_whitney;
    enum clau_measure_status kolmogorov_smirnov_status, mann_whitney_status, cliff_status;
    struct clau_cliff cliff;
    double corrected; ///< Mann-Whitney p, Holm's correction over all pairs and variables
};

struct analyze_comparison {
    bool of_means; ///< samples are means of runs
    size_t variables, groups;
    struct analyze_sample *samples;  ///< [variables][groups]
    struct analyze_overall *overall; ///< [variables]
    struct analyze_pair *pairs;      ///< [pair_count] by variable
    size_t pair_count;
};

enum clau_status analyze_compare(struct analyze_comparison *comparison,
                                 const struct analyze_runs *runs, struct clau_error *error);
/// Whether the corrected p is below 0.05.
bool analyze_distinguishable(const struct analyze_pair *pair);

void analyze_comparison_free(struct analyze_comparison *comparison);

#endif
