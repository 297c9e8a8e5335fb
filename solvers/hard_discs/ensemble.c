// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/ensemble.h"

#include <math.h>

void hd_ensemble_reduce(const double *values, size_t runs, size_t length, double *mean,
                        double *error) {
    const double n = (double)runs;
    for (size_t k = 0; k < length; k++) {
        double sum = values[k], squares = 0.0; // of a single run, even -0 stays what it is
        for (size_t run = 1; run < runs; run++)
            sum += values[run * length + k];
        mean[k] = sum / n;
        for (size_t run = 0; run < runs; run++) {
            const double away = values[run * length + k] - mean[k];
            squares += away * away;
        }
        error[k] = sqrt(squares / ((n - 1.0) * n)); // 0 / 0 for a single run
    }
}
