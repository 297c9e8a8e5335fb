// SPDX-License-Identifier: GPL-3.0-or-later
/// Random samples for the tests of estimators.
#ifndef CLAUSIUS_TESTS_SAMPLING_H
#define CLAUSIUS_TESTS_SAMPLING_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "numerics/random.h"

/// Uniform number in [0, 1), number `individual` of the repetition.
static inline double sample_uniform(uint64_t repetition, uint64_t individual) {
    const struct clau_random_key key = {2003, 710};
    const struct clau_random_counter counter = {repetition, individual / 4, 0, 0};
    return clau_random_half_open(clau_random_uint64x4(key, counter).word[individual % 4]);
}

/// The state whose share of the unit interval holds u.
static inline size_t sample_state(const double *shares, size_t states, double u) {
    size_t state = 0;
    for (double sum = shares[0]; sum <= u && state + 1 < states;)
        sum += shares[++state];
    return state;
}

/// Counts of `size` samples of a distribution.
static inline void sample_counts(const double *shares, size_t states, size_t size,
                                 uint64_t repetition, double *counts) {
    for (size_t i = 0; i < states; i++)
        counts[i] = 0.0;
    for (size_t i = 0; i < size; i++)
        counts[sample_state(shares, states, sample_uniform(repetition, i))] += 1.0;
}

/// Mean and variance of values added one by one.
struct moments {
    double count, mean, squares;
};

static inline void moments_add(struct moments *self, double value) {
    const double apart = value - self->mean;
    self->count += 1.0;
    self->mean += apart / self->count;
    self->squares += apart * (value - self->mean);
}

static inline double moments_deviation(const struct moments *self) {
    return sqrt(self->squares / (self->count - 1.0));
}

/// Of the mean.
static inline double moments_error(const struct moments *self) {
    return moments_deviation(self) / sqrt(self->count);
}

#endif
