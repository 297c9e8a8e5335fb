// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of entropies per weight [ns]: median over rounds, and the fastest round, which other work on
// the machine disturbs least. Prints a row a measure and size; exits 1 if a result is not finite.
#include <math.h>
#include <stdio.h>

#include "diagnostics/entropy.h"
#include "tests/benchmarks/timing.h"

enum { ROUNDS = 15, WEIGHTS_A_ROUND = 4000000 };

/// Order 1 is Shannon's entropy.
static const struct {
    const char *name;
    double order;
} measures[] = {{"Shannon", 1.0}, {"Renyi 0.5", 0.5}, {"Renyi 2", 2.0}};

static double entropy_of(const double *weights, size_t count, double order) {
    double entropy = NAN;
    const enum clau_measure_status status =
        order == 1.0 ? clau_entropy_shannon(weights, count, &entropy)
                     : clau_entropy_renyi(weights, count, order, &entropy);
    return status == CLAU_MEASURE_OK ? entropy : NAN;
}

int main(void) {
    static const size_t sizes[] = {512, 1000000};
    double *weights = malloc(sizes[1] * sizeof *weights);
    if (weights == NULL) {
        return 1;
    }
    // Irregular, so that neither branches nor the logarithm's argument can be guessed.
    for (size_t i = 0; i < sizes[1]; ++i) {
        weights[i] = 1e-3 + fmod(0.61803398874989484820 * (double)i, 1.0);
    }
    int status = 0;
    puts("measure      weights  median [ns/weight]  fastest [ns/weight]");
    for (size_t m = 0; m < sizeof measures / sizeof *measures; ++m) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; ++s) {
            const size_t repeats = WEIGHTS_A_ROUND / sizes[s];
            double time[ROUNDS], sum = 0.0;
            for (int round = 0; round < ROUNDS; ++round) {
                const double start = seconds();
                for (size_t i = 0; i < repeats; ++i) {
                    sum += entropy_of(weights, sizes[s], measures[m].order);
                }
                time[round] = 1e9 * (seconds() - start) / (double)(repeats * sizes[s]);
            }
            const double middle = median(time, ROUNDS); // sorts
            printf("%-10s  %8zu  %18.2f  %19.2f\n", measures[m].name, sizes[s], middle, time[0]);
            fflush(stdout);
            // The sum also keeps the calls from being optimised away.
            if (!isfinite(sum)) {
                status = 1;
            }
        }
    }
    free(weights);
    return status;
}
