// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/plain_loops.h"

#include <math.h>
#include <string.h>

double plain_sum(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

double plain_shannon(const double *weights, size_t count) {
    double sum = 0.0, logs = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i];
        logs += weights[i] * log(weights[i]);
    }
    return log(sum) - logs / sum;
}

double plain_renyi(const double *weights, size_t count, double order) {
    double sum = 0.0, powers = 0.0;
    if (order == 2.0) {
        for (size_t i = 0; i < count; i++) {
            sum += weights[i];
            powers += weights[i] * weights[i];
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            sum += weights[i];
            powers += pow(weights[i], order);
        }
    }
    return (log(powers) - order * log(sum)) / (1.0 - order);
}

void plain_histogram(const double *values, size_t count, double minimum, double maximum,
                     size_t bins, double *counts) {
    memset(counts, 0, bins * sizeof *counts);
    const double scale = (double)bins / (maximum - minimum);
    for (size_t i = 0; i < count; i++)
        counts[(size_t)((values[i] - minimum) * scale)] += 1.0;
}
