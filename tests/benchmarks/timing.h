// SPDX-License-Identifier: GPL-3.0-or-later
/// Timing for benchmarks: medians of repeated measurements.
#ifndef CLAUSIUS_TESTS_TIMING_H
#define CLAUSIUS_TESTS_TIMING_H

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static inline double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Median; the values are sorted.
static inline double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare_doubles);
    return count % 2 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

#endif
