// SPDX-License-Identifier: GPL-3.0-or-later
/// The measures that `[[diagnostics.measure]]` and `clausius analyze` offer: one table from which
/// keys, checks, `--list measures` and attributes follow.
#ifndef CLAUSIUS_RUNTIME_MEASURE_CATALOGUE_H
#define CLAUSIUS_RUNTIME_MEASURE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "diagnostics/status.h"
#include "io/parameters.h"

/// What a measure is computed from.
enum clau_measure_input {
    CLAU_OF_DISTRIBUTION,  ///< weights >= 0, not normalised
    CLAU_OF_SERIES,        ///< numbers in order: in time, or along x
    CLAU_OF_SAMPLES,       ///< numbers in no order
    CLAU_OF_PAIR,          ///< two series of the same length
    CLAU_OF_DISTRIBUTIONS, ///< two, over the same states
};

/// Values of the keys of a measure; each has the ones of its own table.
struct clau_measure_options {
    char *of, *with, *name; ///< names of variables; owned as by clau_parameters_read
    int64_t window;         ///< observations of a series, the latest ones; 0: all
    int64_t bins, order, delay, neighbours, length, segment, dimension, theiler, lags;
    double q, tolerance, threshold, width, steps, share, fraction;
    bool normalised;
    int estimator; ///< enum clau_estimator
    int rule;      ///< enum clau_measure_binning
    int bandwidth; ///< enum clau_bandwidth
    int algorithm; ///< enum clau_kraskov
};

struct clau_measure {
    enum clau_measure_input input;
    /// Of x [count], and of y [count] for a pair.
    enum clau_measure_status (*compute)(const struct clau_measure_options *options, const double *x,
                                        const double *y, size_t count, double *value);
};

/// Kinds of a variant that `what` selects; options are struct clau_measure_options.
extern const struct clau_kinds clau_measure_kinds;

/// [clau_measure_kinds.count] in the same order.
extern const struct clau_measure clau_measures[];

/// Whether a measure takes a second array or series, the one of the key `with`.
bool clau_measure_is_of_two(const struct clau_measure *measure);

/// Whether arrays of weights are needed, which a series in time is not.
bool clau_measure_is_of_weights(const struct clau_measure *measure);

/// Writes the options that shape the number, ", bins = 64, estimator = plug-in"; the window only
/// if asked for.
void clau_measure_write_options(const struct clau_kind *kind,
                                const struct clau_measure_options *options, bool window,
                                FILE *stream);

/// Text of an input for messages: "a distribution".
const char *clau_measure_input_text(enum clau_measure_input input);

#endif
