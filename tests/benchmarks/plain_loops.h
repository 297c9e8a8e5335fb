// SPDX-License-Identifier: GPL-3.0-or-later
/// What the kernels of the library are measured against: the shortest loops for the same numbers,
/// without any check of the input and compiled for speed alone (see meson.build).
#ifndef CLAUSIUS_TESTS_PLAIN_LOOPS_H
#define CLAUSIUS_TESTS_PLAIN_LOOPS_H

#include <stddef.h>

/// Sum of the values: once through the memory.
double plain_sum(const double *values, size_t count);

/// Shannon's entropy of positive weights.
double plain_shannon(const double *weights, size_t count);

/// Renyi's entropy of positive weights, by their powers; order 2 by products.
double plain_renyi(const double *weights, size_t count, double order);

/// counts[bins]: how many of the values, all in [minimum, maximum), are in each.
void plain_histogram(const double *values, size_t count, double minimum, double maximum,
                     size_t bins, double *counts);

#endif
