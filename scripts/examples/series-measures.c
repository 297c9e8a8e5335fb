// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of a series of numbers on standard input: how the library is used from outside.
//
//     cc -std=c17 series-measures.c $(pkg-config --cflags --libs clausius-diagnostics) -o measures
//     ./measures < numbers.txt
#include <diagnostics/autocorrelation.h>
#include <diagnostics/ordinal.h>
#include <diagnostics/sample_entropy.h>
#include <stdio.h>

enum { MOST = 100000 };

static double x[MOST];

static void print(const char *what, double value, enum clau_measure_status status) {
    if (status == CLAU_MEASURE_OK)
        printf("%-24s %.12g\n", what, value);
    else
        printf("%-24s none: %s\n", what, clau_measure_status_text(status));
}

int main(void) {
    size_t n = 0;
    while (n < MOST && scanf("%lf", &x[n]) == 1)
        n++;
    double h = 0.0;
    struct clau_sample_entropy sample = {0};
    struct clau_autocorrelation_time tau = {0};
    enum clau_measure_status status = clau_permutation_entropy(x, n, 3, 1, false, NULL, &h);
    print("permutation entropy", h, status);
    status = clau_sample_entropy_relative(x, n, 2, 0.2, 0, &sample);
    print("sample entropy", sample.entropy, status);
    status = clau_autocorrelation_time(x, n, &tau);
    print("independent values", tau.effective_size, status);
    return 0;
}
