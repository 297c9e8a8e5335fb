// SPDX-License-Identifier: GPL-3.0-or-later
/// Histograms with equal bins.
///
/// Counts are doubles (exact up to 2^53), so that they are weights that clau_entropies takes.
/// The functions are pure, may be called from any thread, and do not allocate. Outputs are set
/// on success only. Cost: a few ns a value.
#ifndef CLAUSIUS_DIAGNOSTICS_HISTOGRAM_H
#define CLAUSIUS_DIAGNOSTICS_HISTOGRAM_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Counts the values in `bins` equal bins of [minimum, maximum].
///
/// The convention is numpy.histogram's, and so is every count: edge i is i * width + minimum as
/// rounded in double, the last edge is maximum itself; a bin holds its lower edge and not its
/// upper one, but the last bin holds both; what lies outside (also infinities) is dropped.
/// Where minimum = maximum, the values that equal it are all in the first bin (numpy widens the
/// range by 1/2 each way instead; the entropy is 0 in both).
///
/// values: count of them, count = 0 gives zeros. counts: bins results, overwritten.
/// Errors: CLAU_MEASURE_NOT_A_NUMBER; CLAU_MEASURE_BAD_BINS; CLAU_MEASURE_BAD_RANGE if an end is
/// not finite, maximum < minimum, or maximum > minimum with a width of a bin, or of the range,
/// that is not a normal number.
enum clau_measure_status clau_histogram_uniform(const double *values, size_t count, double minimum,
                                                double maximum, size_t bins, double *counts);

/// Smallest and largest value. Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE.
enum clau_measure_status clau_histogram_extent(const double *values, size_t count, double *minimum,
                                               double *maximum);

/// Histogram of a field's magnitudes on [0, max of them]; of a constant field all in one bin.
/// magnitudes: count values >= 0. Errors: those of the extent, and CLAU_MEASURE_NEGATIVE,
/// _BAD_BINS, _BAD_RANGE (a largest magnitude that is positive and below bins * 2.3e-308).
enum clau_measure_status clau_histogram_amplitude(const double *magnitudes, size_t count,
                                                  size_t bins, double *counts);

#ifdef __cplusplus
}
#endif

#endif
