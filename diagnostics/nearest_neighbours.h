// SPDX-License-Identifier: GPL-3.0-or-later
/// Entropy and information of continuous variables from nearest neighbours, in nats.
///
/// Samples are rows: a variable of d components is an array [count][d]. psi is the digamma
/// function, <> the mean over the samples; of each sample itself is never counted.
///
///     Kozachenko-Leonenko entropy   H = psi(N) - psi(k) + ln c_d + d <ln r>
///         r: distance to the k-th neighbour; c_d: volume of the unit ball, 2^d in the maximum
///         norm, pi^(d/2) / Gamma(1 + d/2) in the Euclidean one. L. F. Kozachenko,
///         N. N. Leonenko 1987; any k: eq. (20) of Kraskov et al.
///     Mutual information            I = psi(k) + psi(N) - <psi(n_x + 1) + psi(n_y + 1)>
///         r in the joint space, maximum norm; n_x: samples with |x - x_i| < r, strictly.
///         A. Kraskov, H. Stoegbauer, P. Grassberger, Phys. Rev. E 69, 066138 (2004), eq. (8).
///     the same, algorithm 2         I = psi(k) - 1/k + psi(N) - <psi(n_x) + psi(n_y)>
///         n_x: samples with |x - x_i| <= the largest such distance among the k neighbours; eq.
///         (9).
///     Conditional information       I = psi(k) + <psi(n_z + 1) - psi(n_xz + 1) - psi(n_yz + 1)>
///         S. Frenzel, B. Pompe, Phys. Rev. Lett. 99, 204101 (2007).
///     Transfer entropy              conditional information of a target's next value and a
///         source's past, given the target's past. T. Schreiber 2000.
///
/// Vectors x, y, z use the maximum norm of their components. The true information does not change
/// when a component is rescaled, but the estimate does: `standardize` takes that away. The
/// estimates may be negative; a true value of 0 gives a mean of 0.
///
/// Ties: the formulas are for continuous variables. Counts are strict (algorithm 1) or not
/// (algorithm 2) on distances as rounded in double, and of neighbours at the same distance the
/// earlier rows are nearer. A sample on which k others lie has no estimate: CLAU_MEASURE_TIES,
/// unless jitter moves them apart.
///
/// Error bars: the variance of such an estimate is B/N (C. M. Holmes, I. Nemenman, Phys. Rev. E
/// 100, 022404 (2019)). The samples are dealt into n = 2, 3, 4 subsets of N/n, none with fewer than
/// 25 (k + 1): the variance of the n estimates gives B, weighted by n - 1. Random subsets are dealt
/// again until there are 60 degrees of freedom, at the cost of 30 estimates. Blocks are for series,
/// and dealt once: 6 degrees of freedom. A bootstrap does not work: it repeats samples.
///
/// Errors, of all functions: CLAU_MEASURE_EMPTY; _BAD_DIMENSIONS unless 1 to 16 together;
/// _BAD_NEIGHBOURS unless 1 <= k < count, k <= 64; _NOT_A_NUMBER; _INFINITE (above 2^500 too);
/// _TIES; _BAD_OPTION (jitter negative or not finite; an unknown choice); _TOO_MANY (2^31 samples);
/// _OUT_OF_MEMORY. Outputs are set on success only. The functions are pure and may be called from
/// any thread; random numbers are a function of the seed. Results do not depend on the number of
/// threads that OpenMP gives them. Cost O(N log N): docs/diagnostics.md has figures.
#ifndef CLAUSIUS_DIAGNOSTICS_NEAREST_NEIGHBOURS_H
#define CLAUSIUS_DIAGNOSTICS_NEAREST_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CLAU_NEIGHBOUR_DIMENSIONS = 16, ///< most, of all variables together
    CLAU_NEIGHBOURS_MOST = 64,      ///< largest k
    CLAU_SUBSETS_MOST = 4,          ///< subsets that samples are dealt into
};

enum clau_norm { CLAU_NORM_MAXIMUM, CLAU_NORM_EUCLIDEAN };
enum clau_kraskov { CLAU_KRASKOV_1, CLAU_KRASKOV_2 };

/// How samples are dealt into subsets: at random, for independent samples; or in blocks of
/// successive ones, for series, whose correlation times must be short against a block.
enum clau_subsets { CLAU_SUBSETS_RANDOM, CLAU_SUBSETS_BLOCKS };

/// {.neighbours = 4} is a good start: a larger k has less variance and more bias.
struct clau_neighbour_options {
    size_t neighbours;           ///< k
    enum clau_kraskov algorithm; ///< of mutual information; only 1 with a condition
    enum clau_norm norm;         ///< of the entropy; information uses the maximum norm
    bool standardize;            ///< components to mean 0, variance 1 (N - 1); not for the entropy
    double jitter;               ///< adds normal noise, in standard deviations of the component
    uint64_t seed;               ///< of jitter and random subsets
    enum clau_subsets subsets;   ///< for error bars
};

/// An estimate with its error bar, and the means over subsets: where the estimate has converged,
/// they do not drift with the size of the subsets.
struct clau_neighbour_estimate {
    double value;
    double standard_error; ///< sqrt(B/N)
    double low, high;      ///< 95 % interval, Student's t
    double drift;          ///< slope of the means over n, least squares: the value's own bias, if
                           ///< that goes like 1/N
    bool consistent;       ///< |drift| <= standard_error; otherwise the interval may miss
    size_t levels;         ///< of the arrays: n = 1 ... levels
    double mean[CLAU_SUBSETS_MOST];               ///< of n subsets of count/n samples
    double standard_deviation[CLAU_SUBSETS_MOST]; ///< of one subset's estimate (n - 1; 0 at n = 1)
};

/// Kozachenko-Leonenko entropy of the density of points [count][dimensions].
/// periods: lengths of the periodic axes, infinite on the others; NULL if none is periodic.
/// Positions are taken modulo the period. Errors also: CLAU_MEASURE_BAD_LENGTH (a period not
/// positive), _TOO_FEW (the balls reach round a periodic axis).
enum clau_measure_status clau_neighbour_entropy(const double *points, size_t count, int dimensions,
                                                const double *periods,
                                                const struct clau_neighbour_options *options,
                                                double *entropy);

/// The same with an error bar. Errors also: CLAU_MEASURE_TOO_FEW unless count >= 50 (k + 1).
enum clau_measure_status
clau_neighbour_entropy_estimate(const double *points, size_t count, int dimensions,
                                const double *periods, const struct clau_neighbour_options *options,
                                struct clau_neighbour_estimate *estimate);

/// Samples of x [count][x_dimensions], y, and a condition z (z_dimensions = 0 if there is none).
struct clau_joint_samples {
    const double *x, *y, *z;
    int x_dimensions, y_dimensions, z_dimensions;
    size_t count;
};

/// Mutual information of x and y, given z if there is one. Errors also: CLAU_MEASURE_CONSTANT (a
/// component that cannot be standardized). A constant x otherwise gives 0.
enum clau_measure_status clau_neighbour_information(const struct clau_joint_samples *samples,
                                                    const struct clau_neighbour_options *options,
                                                    double *information);

/// The same with an error bar. Errors also: CLAU_MEASURE_TOO_FEW unless count >= 50 (k + 1).
enum clau_measure_status
clau_neighbour_information_estimate(const struct clau_joint_samples *samples,
                                    const struct clau_neighbour_options *options,
                                    struct clau_neighbour_estimate *estimate);

/// The past of a transfer entropy: values target[t-1] ... target[t-target_history], and
/// source[t-delay] ... source[t-delay-source_history+1].
struct clau_transfer_history {
    size_t target, source; ///< number of values, at least 1
    size_t delay;          ///< at least 1
};

/// Number of samples that a series of so many values gives; 0 if it is too short.
size_t clau_transfer_count(size_t values, struct clau_transfer_history history);

/// Writes those samples: x the source's past [][history.source], y the target's next value, z the
/// target's past [][history.target]. For clau_neighbour_information and others.
void clau_transfer_samples(const double *source, const double *target, size_t values,
                           struct clau_transfer_history history, double *x, double *y, double *z);

/// Transfer entropy from source to target, values of each. Errors also: CLAU_MEASURE_TOO_FEW (too
/// short), _BAD_OPTION (a history or delay of 0).
enum clau_measure_status clau_neighbour_transfer(const double *source, const double *target,
                                                 size_t values,
                                                 struct clau_transfer_history history,
                                                 const struct clau_neighbour_options *options,
                                                 double *entropy);

/// The same with an error bar; options->subsets should be blocks.
enum clau_measure_status clau_neighbour_transfer_estimate(
    const double *source, const double *target, size_t values, struct clau_transfer_history history,
    const struct clau_neighbour_options *options, struct clau_neighbour_estimate *estimate);

#ifdef __cplusplus
}
#endif

#endif
