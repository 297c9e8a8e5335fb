// SPDX-License-Identifier: GPL-3.0-or-later
/// What a measure can report. The measures never print, and never answer with a silent NaN:
/// an input that has no value under the definition is named by its status.
#ifndef CLAUSIUS_DIAGNOSTICS_STATUS_H
#define CLAUSIUS_DIAGNOSTICS_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/// X(name, text)
#define CLAU_MEASURE_STATUS_TABLE(X)                                                               \
    X(CLAU_MEASURE_OK, "success")                                                                  \
    X(CLAU_MEASURE_EMPTY, "there are no data")                                                     \
    X(CLAU_MEASURE_ZERO_SUM, "all weights are zero")                                               \
    X(CLAU_MEASURE_NOT_A_NUMBER, "a value is not a number")                                        \
    X(CLAU_MEASURE_NEGATIVE, "a weight is negative")                                               \
    X(CLAU_MEASURE_INFINITE, "a value is infinite")                                                \
    X(CLAU_MEASURE_BAD_ORDER, "an entropy's order must be a number from 0 to infinity")            \
    X(CLAU_MEASURE_BAD_WIDTH, "a bin width must be positive and finite")                           \
    X(CLAU_MEASURE_BAD_RANGE, "a histogram's range must be finite, ordered and not too narrow")    \
    X(CLAU_MEASURE_BAD_BINS, "a histogram must have 1 to 2^31 - 1 bins")                           \
    X(CLAU_MEASURE_BAD_DIMENSIONS, "the number of dimensions is out of range")                     \
    X(CLAU_MEASURE_BAD_LENGTH, "a length must be positive and finite")                             \
    X(CLAU_MEASURE_OUTSIDE, "a position is outside of the box")                                    \
    X(CLAU_MEASURE_BAD_HEADING, "a heading is not a unit vector")                                  \
    X(CLAU_MEASURE_TOO_MANY, "there are more individuals or samples than there is room for")       \
    X(CLAU_MEASURE_BAD_REACH, "a distance must be positive and within what the box allows")        \
    X(CLAU_MEASURE_BAD_CELL, "a cell is none, or empty where a particle is to leave it")           \
    X(CLAU_MEASURE_BAD_NEIGHBOURS, "neighbours must be 1 to 64 and fewer than the samples")        \
    X(CLAU_MEASURE_TIES, "samples coincide with as many others as there are neighbours")           \
    X(CLAU_MEASURE_TOO_FEW, "there are too few values for this measure")                           \
    X(CLAU_MEASURE_CONSTANT, "all values are equal")                                               \
    X(CLAU_MEASURE_BAD_OPTION, "an option of the measure is out of its range")                     \
    X(CLAU_MEASURE_BAD_BANDWIDTH,                                                                  \
      "a kernel's width must be positive, finite and in proportion to the range")                  \
    X(CLAU_MEASURE_NO_ROOT, "the equation for the bandwidth has no root")                          \
    X(CLAU_MEASURE_SINGULAR, "a covariance is not symmetric and positive definite")                \
    X(CLAU_MEASURE_TOO_SHORT, "the series is too short")                                           \
    X(CLAU_MEASURE_BAD_EMBEDDING, "an order, dimension or delay is out of range")                  \
    X(CLAU_MEASURE_BAD_TOLERANCE, "a tolerance must be finite and not negative")                   \
    X(CLAU_MEASURE_NO_MATCH, "no two stretches of the series match within the tolerance")          \
    X(CLAU_MEASURE_NO_MINIMUM, "no lag or dimension in the range meets the criterion")             \
    X(CLAU_MEASURE_BAD_SYMBOL, "a symbol is outside of the alphabet")                              \
    X(CLAU_MEASURE_BAD_GROUPS, "the test does not take this number of samples")                    \
    X(CLAU_MEASURE_BAD_PROBABILITY, "a probability must be from 0 to 1")                           \
    X(CLAU_MEASURE_NOT_A_COUNT, "a count is not a whole number, or they add up to 2^53")           \
    X(CLAU_MEASURE_NOT_DOMINATED, "the first distribution has weight where the second has none")   \
    X(CLAU_MEASURE_NOT_POSITIVE, "a matrix is not Hermitian with eigenvalues of 0 or above")       \
    X(CLAU_MEASURE_OUT_OF_MEMORY, "out of memory")

enum clau_measure_status {
#define CLAU_MEASURE_STATUS_ENUM(name, text) name,
    CLAU_MEASURE_STATUS_TABLE(CLAU_MEASURE_STATUS_ENUM)
#undef CLAU_MEASURE_STATUS_ENUM
};

/// Text of a status, without a full stop; "unknown status" for a number that is none.
const char *clau_measure_status_text(enum clau_measure_status status);

/// For main(), before any thread: GSL, by which some measures compute, hands its errors back, which
/// become statuses here. By default it prints and ends the process, when out of memory too. It is
/// the process's setting, which this library does not touch otherwise.
void clau_measure_keep_gsl_errors(void);

#ifdef __cplusplus
}
#endif

#endif
