// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of entropies and histograms per value [ns] beside that of the shortest loops for the same
// numbers, in turn: medians over rounds, and the median of the rounds' ratios. Exits 1 if the two
// do not agree. With one argument, that many values instead of the two sizes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"
#include "tests/benchmarks/plain_loops.h"
#include "tests/benchmarks/timing.h"

enum { ROUNDS = 31, VALUES_A_ROUND = 2000000, BINS = 64 };

// All values are in [LEAST, LEAST + 1).
static const double LEAST = 1e-3;

static double number_of(enum clau_measure_status status, double number) {
    return status == CLAU_MEASURE_OK ? number : NAN;
}

static double shannon(const double *weights, size_t count) {
    double entropy = NAN;
    const enum clau_measure_status status = clau_entropy_shannon(weights, count, &entropy);
    return number_of(status, entropy);
}

static double renyi(const double *weights, size_t count, double order) {
    double entropy = NAN;
    const enum clau_measure_status status = clau_entropy_renyi(weights, count, order, &entropy);
    return number_of(status, entropy);
}

static double renyi_half(const double *weights, size_t count) { return renyi(weights, count, 0.5); }

static double renyi_two(const double *weights, size_t count) { return renyi(weights, count, 2.0); }

static double plain_renyi_half(const double *weights, size_t count) {
    return plain_renyi(weights, count, 0.5);
}

static double plain_renyi_two(const double *weights, size_t count) {
    return plain_renyi(weights, count, 2.0);
}

static double histogram(const double *values, size_t count) {
    double counts[BINS];
    const enum clau_measure_status status =
        clau_histogram_uniform(values, count, LEAST, LEAST + 1.0, BINS, counts);
    return number_of(status, counts[BINS / 2]);
}

static double loop_histogram(const double *values, size_t count) {
    double counts[BINS];
    plain_histogram(values, count, LEAST, LEAST + 1.0, BINS, counts);
    return counts[BINS / 2];
}

static const struct {
    const char *name;
    double (*ours)(const double *values, size_t count);
    double (*loop)(const double *values, size_t count);
} kernels[] = {
    {"Shannon", shannon, plain_shannon},     {"Renyi 0.5", renyi_half, plain_renyi_half},
    {"Renyi 2", renyi_two, plain_renyi_two}, {"histogram", histogram, loop_histogram},
    {"sum (twice)", plain_sum, plain_sum},
};

/// Nanoseconds a value.
static double cost(double (*kernel)(const double *values, size_t count), const double *values,
                   size_t count, double *result) {
    const size_t repeats = VALUES_A_ROUND > count ? VALUES_A_ROUND / count : 1;
    const double start = seconds();
    for (size_t i = 0; i < repeats; i++)
        *result = kernel(values, count);
    return 1e9 * (seconds() - start) / (double)(repeats * count);
}

int main(int argc, char **argv) {
    size_t sizes[] = {512, 1000000}, size_count = 2;
    if (argc > 1) {
        sizes[0] = strtoul(argv[1], NULL, 10);
        size_count = 1;
    }
    const size_t most = sizes[size_count - 1];
    double *values = most > 0 ? malloc(most * sizeof *values) : NULL;
    if (values == NULL)
        return 1;
    // Irregular, so that neither branches nor the logarithm's argument can be guessed.
    for (size_t i = 0; i < most; i++)
        values[i] = LEAST + fmod(0.61803398874989484820 * (double)i, 1.0);
    int status = 0;
    puts("kernel        values  [ns/value]  loop [ns/value]  ratio");
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        for (size_t s = 0; s < size_count; s++) {
            double ours[ROUNDS], loop[ROUNDS], ratio[ROUNDS], result = NAN, expected = NAN;
            for (int round = 0; round < ROUNDS; round++) {
                ours[round] = cost(kernels[k].ours, values, sizes[s], &result);
                loop[round] = cost(kernels[k].loop, values, sizes[s], &expected);
                ratio[round] = ours[round] / loop[round];
            }
            printf("%-12s %7zu  %10.2f  %15.2f  %5.2f\n", kernels[k].name, sizes[s],
                   median(ours, ROUNDS), median(loop, ROUNDS), median(ratio, ROUNDS));
            fflush(stdout);
            // Sums of terms of one sign; a value on an edge may go into either of two bins.
            const double most_apart = kernels[k].ours == histogram ? 2.0 : 1e-9 * fabs(expected);
            if (!(fabs(result - expected) <= most_apart))
                status = 1;
        }
    }
    free(values);
    return status;
}
