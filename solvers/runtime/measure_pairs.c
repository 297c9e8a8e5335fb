// SPDX-License-Identifier: GPL-3.0-or-later
/// Measures of a pair: the library's functions with the options of a table's keys.
#include <math.h>

#include "diagnostics/divergence.h"
#include "diagnostics/gaussian_information.h"
#include "diagnostics/joint.h"
#include "diagnostics/moments.h"
#include "diagnostics/nearest_neighbours.h"
#include "diagnostics/rank_correlation.h"
#include "diagnostics/transfer.h"
#include "solvers/runtime/measure_functions.h"

// ---- of two distributions ---------------------------------------------------------------------

CLAU_MEASURE(kullback_leibler) { return clau_divergence_kullback_leibler(x, y, count, value); }

CLAU_MEASURE(jensen_shannon) { return clau_divergence_jensen_shannon(x, y, count, value); }

// ---- of two series, by nearest neighbours -----------------------------------------------------

static struct clau_neighbour_options neighbours(const struct clau_measure_options *options) {
    return (struct clau_neighbour_options){.neighbours = (size_t)options->neighbours,
                                           .algorithm = (enum clau_kraskov)options->algorithm};
}

CLAU_MEASURE(mutual_information) {
    const struct clau_neighbour_options how = neighbours(options);
    const struct clau_joint_samples samples = {
        .x = x, .y = y, .x_dimensions = 1, .y_dimensions = 1, .count = count};
    return clau_neighbour_information(&samples, &how, value);
}

CLAU_MEASURE(transfer_entropy) {
    const struct clau_neighbour_options how = neighbours(options);
    const size_t length = (size_t)options->length;
    const struct clau_transfer_history history = {length, length, (size_t)options->delay};
    return clau_neighbour_transfer(x, y, count, history, &how, value);
}

// ---- of two series, in bins -------------------------------------------------------------------

static enum clau_measure_status bins_of_both(const struct clau_measure_options *options,
                                             const double *x, const double *y, size_t count,
                                             struct clau_bins bins[2]) {
    const enum clau_measure_binning rule = (enum clau_measure_binning)options->rule;
    const enum clau_measure_status status =
        clau_measure_bins(x, count, rule, options->bins, &bins[0]);
    return status == CLAU_MEASURE_OK ? clau_measure_bins(y, count, rule, options->bins, &bins[1])
                                     : status;
}

static enum clau_measure_status joint(const struct clau_measure_options *options, const double *x,
                                      const double *y, size_t count, struct clau_joint *result) {
    struct clau_bins bins[2];
    const enum clau_measure_status status = bins_of_both(options, x, y, count, bins);
    return status == CLAU_MEASURE_OK
               ? clau_joint_series(x, bins[0], y, bins[1], count,
                                   (enum clau_estimator)options->estimator, result)
               : status;
}

/// One of the numbers of a joint histogram.
#define OF_JOINT(name, member)                                                                     \
    CLAU_MEASURE_MEMBER(name, struct clau_joint, joint(options, x, y, count, &result), member)

OF_JOINT(joint_entropy, both)
OF_JOINT(conditional_entropy, x_given_y)
OF_JOINT(binned_mutual_information, information)
OF_JOINT(shannon_distance, shannon_distance)
OF_JOINT(rajski_distance, rajski_distance)

CLAU_MEASURE(binned_transfer_entropy) {
    struct clau_bins bins[2];
    enum clau_measure_status status = bins_of_both(options, x, y, count, bins);
    const struct clau_transfer_options how = {
        .target_history = (size_t)options->length,
        .source_history = (size_t)options->length,
        .delay = (size_t)options->delay,
        .estimator = (enum clau_estimator)options->estimator,
    };
    struct clau_transfer result;
    if (status == CLAU_MEASURE_OK) {
        status = clau_transfer_series(y, bins[1], x, bins[0], count, &how, &result);
    }
    *value = status == CLAU_MEASURE_OK ? result.entropy : NAN;
    return status;
}

// ---- of two series, by moments and ranks
// ---------------------------------------------------------

CLAU_MEASURE(correlation) { return clau_correlation(x, y, count, value); }

CLAU_MEASURE(gaussian_mutual_information) {
    double correlation;
    const enum clau_measure_status status = clau_correlation(x, y, count, &correlation);
    return status == CLAU_MEASURE_OK ? clau_gaussian_information(correlation, value) : status;
}

CLAU_MEASURE(rank_correlation) {
    double correlation;
    const enum clau_measure_status status = clau_rank_correlation(x, y, count, &correlation);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    *value = correlation;
    return isnan(correlation) ? CLAU_MEASURE_CONSTANT : CLAU_MEASURE_OK;
}
