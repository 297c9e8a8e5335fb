// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/rank_correlation.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "numerics/memory.h"

struct entry {
    double value;
    size_t place;
};

static int compare_values(const void *a, const void *b) {
    const double x = ((const struct entry *)a)->value, y = ((const struct entry *)b)->value;
    return (x > y) - (x < y);
}

/// Ranks 1 ... count less their mean, which are multiples of 1/2 and exact.
static void rank(const double *values, size_t count, struct entry *sorted, double *ranks) {
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct entry){values[i], i};
    qsort(sorted, count, sizeof *sorted, compare_values);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && sorted[next].value == sorted[first].value; next++)
            continue;
        const double shared = 0.5 * ((double)first + (double)next + 1.0);
        for (size_t i = first; i < next; i++)
            ranks[sorted[i].place] = shared - 0.5 * ((double)count + 1.0);
    }
}

enum clau_measure_status clau_rank_correlation(const double *x, const double *y, size_t count,
                                               double *correlation) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            return CLAU_MEASURE_NOT_A_NUMBER;
    }
    struct entry *sorted = clau_allocate(count, sizeof *sorted);
    double *ranks = clau_allocate(count, 2 * sizeof *ranks);
    const bool complete = sorted != NULL && ranks != NULL;
    if (complete) {
        rank(x, count, sorted, ranks);
        rank(y, count, sorted, ranks + count);
        double xx = 0.0, xy = 0.0, yy = 0.0;
        for (size_t i = 0; i < count; i++) {
            xx += ranks[i] * ranks[i];
            xy += ranks[i] * ranks[count + i];
            yy += ranks[count + i] * ranks[count + i];
        }
        const double coefficient = xy / (sqrt(xx) * sqrt(yy));
        *correlation = xx > 0.0 && yy > 0.0 ? fmax(-1.0, fmin(coefficient, 1.0)) : NAN;
    }
    free(sorted);
    free(ranks);
    return complete ? CLAU_MEASURE_OK : CLAU_MEASURE_OUT_OF_MEMORY;
}
