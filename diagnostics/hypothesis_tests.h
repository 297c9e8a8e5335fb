// SPDX-License-Identifier: GPL-3.0-or-later
/// Tests of whether samples come from one distribution; all two-sided.
///
/// The values within and between samples must be independent, such as one figure of each run.
/// Values along a time series are not: diagnostics/effective_sample.h makes them so first.
///
/// | test | null hypothesis | statistic | effect |
/// |---|---|---|---|
/// | Kolmogorov-Smirnov | same distribution | D = max |F_1 - F_2| | D |
/// | Mann-Whitney | P(x > y) = P(x < y) | U = #{x > y} + #{x = y}/2 | rank-biserial 2U/(mn) - 1 |
/// | Kruskal-Wallis | same, of k samples | H, corrected for ties | epsilon^2 = H/(N - 1) |
/// | one-way ANOVA | same mean; normal, same variance | F | eta^2 = SS_between/SS_total |
///
/// p-values, and where they are exact (the numbers and limits are scipy's):
/// - Kolmogorov-Smirnov: from the number of lattice paths (Z. W. Birnbaum, R. A. Hall 1960;
///   J. L. Hodges 1957), summed without cancellation, if no sample has more than 10,000 values;
///   conservative where values are tied. Else Kolmogorov's limit of D sqrt(mn/(m+n)).
/// - Mann-Whitney: from the distribution of U (H. B. Mann, D. R. Whitney 1947) if the smaller
/// sample
///   has at most 8 values, the larger at most 65,536, and none are tied. Else the normal limit,
///   with the variance corrected for ties and the continuity correction of 1/2.
/// - Kruskal-Wallis (W. H. Kruskal, W. A. Wallis 1952): chi^2 with k - 1 degrees of freedom, a
/// limit
///   for large samples (5 values or more in each).
/// - ANOVA (R. A. Fisher): F with k - 1 and N - k degrees of freedom.
/// epsilon^2 and eta^2 are in [0, 1] (M. Tomczak, E. Tomczak, Trends Sport Sci. 21, 19, 2014).
///
/// Pure; may be called from any thread. Allocates; outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY (a sample without values), _NOT_A_NUMBER, _INFINITE; _BAD_GROUPS (two
/// samples for the first two tests, two or more for the others); _TOO_FEW (ANOVA: N = k);
/// _CONSTANT (all values equal; ANOVA: no variation within the samples; Kolmogorov-Smirnov needs
/// none and answers D = 0, p = 1); _OUT_OF_MEMORY. Cost: O(N log N); exact p up to O(m n).
#ifndef CLAUSIUS_DIAGNOSTICS_HYPOTHESIS_TESTS_H
#define CLAUSIUS_DIAGNOSTICS_HYPOTHESIS_TESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_sample {
    const double *values;
    size_t count;
};

struct clau_test_result {
    double statistic;
    double p;      ///< probability of such a statistic, or a more extreme one, if the null holds
    double effect; ///< size of the effect: does not grow with the number of values
    bool exact;    ///< p comes from the exact distribution under the null (ANOVA's too, if normal)
};

enum clau_hypothesis_test {
    CLAU_TEST_KOLMOGOROV_SMIRNOV,
    CLAU_TEST_MANN_WHITNEY,
    CLAU_TEST_KRUSKAL_WALLIS,
    CLAU_TEST_ANOVA,
};

enum clau_measure_status clau_test_kolmogorov_smirnov(const struct clau_sample *x,
                                                      const struct clau_sample *y,
                                                      struct clau_test_result *result);
/// U counts pairs in which x is larger: scipy's statistic of the first sample.
enum clau_measure_status clau_test_mann_whitney(const struct clau_sample *x,
                                                const struct clau_sample *y,
                                                struct clau_test_result *result);
enum clau_measure_status clau_test_kruskal_wallis(const struct clau_sample *samples, size_t groups,
                                                  struct clau_test_result *result);
enum clau_measure_status clau_test_anova(const struct clau_sample *samples, size_t groups,
                                         struct clau_test_result *result);

/// Any of them by its name.
enum clau_measure_status clau_test_samples(enum clau_hypothesis_test test,
                                           const struct clau_sample *samples, size_t groups,
                                           struct clau_test_result *result);

/// Name of a test and of its effect, such as "Kruskal-Wallis" and "epsilon^2"; NULL for a number
/// that is none.
const char *clau_test_name(enum clau_hypothesis_test test);
const char *clau_test_effect_name(enum clau_hypothesis_test test);

/// Holm's correction (S. Holm, Scand. J. Stat. 6, 65, 1979) of p-values of several tests: those
/// that stay <= alpha may all be called significant, with a probability of at most alpha that one
/// is so by chance, whatever the dependence of the tests. adjusted: [count], may be p itself.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _BAD_PROBABILITY, _OUT_OF_MEMORY.
enum clau_measure_status clau_holm(const double *p, size_t count, double *adjusted);

#ifdef __cplusplus
}
#endif

#endif
