// SPDX-License-Identifier: GPL-3.0-or-later
/// Entropies and information of two discrete variables, in nats.
///
/// table[i * columns + j] is how often X = i and Y = j went together; p_ij its shares, p_i and p_j
/// the sums over rows and columns.
///
///     joint         H(X,Y)   = -sum p_ij ln p_ij
///     conditional   H(X|Y)   = H(X,Y) - H(Y)
///     information   I        = H(X) + H(Y) - H(X,Y) = sum p_ij ln(p_ij / p_i p_j)
///     Shannon's distance     = H(X|Y) + H(Y|X), a metric; also "variation of information"
///                                           C. Shannon 1953; M. Meila 2007
///     Rajski's distance      = 1 - I / H(X,Y), a metric, 0 to 1          C. Rajski 1961
///
/// Each of the three entropies is by the estimator of the caller's choice; Miller and Madow's takes
/// (K_xy - K_x - K_y + 1)/2N off the information, K the occupied cells. The corrected forms do not
/// respect the bounds: I may be negative, Rajski's distance above 1. The plug-in does, and its
/// information of independent variables is 0 to 1e-17 and too high by (K_x-1)(K_y-1)/2N at first
/// order.
#ifndef CLAUSIUS_DIAGNOSTICS_JOINT_H
#define CLAUSIUS_DIAGNOSTICS_JOINT_H

#include <stddef.h>

#include "diagnostics/estimators.h"
#include "diagnostics/histogram.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_joint {
    double x, y, both; ///< H(X), H(Y), H(X,Y)
    double x_given_y, y_given_x;
    double information;
    /// Asymptotic standard error of I for as many independent samples as the table's sum (the
    /// delta method): sqrt((sum p ln^2(p_ij / p_i p_j) - I^2) / N). Near independence it tends to
    /// 0 while the scatter is 1/N times sqrt((K_x-1)(K_y-1)/2): then test against surrogates.
    double information_error;
    double shannon_distance;
    double rajski_distance; ///< 0 where both variables are constant
};

/// Errors: those of clau_entropy_estimate (the plug-in takes any weights), CLAU_MEASURE_BAD_BINS
/// (rows * columns overflows), _INFINITE also where the weights' sum is. Pure; *joint is set on
/// success only.
enum clau_measure_status clau_joint_table(const double *table, size_t rows, size_t columns,
                                          enum clau_estimator estimator, struct clau_joint *joint);

/// The same of the series x and y [count], binned; a pair with either value outside is dropped.
/// Errors: also those of clau_histogram_plane, and CLAU_MEASURE_EMPTY.
enum clau_measure_status clau_joint_series(const double *x, struct clau_bins x_bins,
                                           const double *y, struct clau_bins y_bins, size_t count,
                                           enum clau_estimator estimator, struct clau_joint *joint);

/// What the information is divided by.
enum clau_normalisation {
    CLAU_NORMALISED_MEAN,    ///< (H(X) + H(Y)) / 2: "symmetric uncertainty"
    CLAU_NORMALISED_ROOT,    ///< sqrt(H(X) H(Y))
    CLAU_NORMALISED_SMALLER, ///< the smaller of the two: 1 if one variable is a function of other
    CLAU_NORMALISED_LARGER,  ///< the larger of the two
    CLAU_NORMALISED_JOINT,   ///< H(X,Y): 1 - Rajski's distance
};

/// I over that entropy; 0 where it is 0, since a constant tells nothing.
double clau_information_normalised(const struct clau_joint *joint, enum clau_normalisation by);

#ifdef __cplusplus
}
#endif

#endif
