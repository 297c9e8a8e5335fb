// SPDX-License-Identifier: GPL-3.0-or-later
/// Histograms with equal bins.
///
/// Counts are doubles (exact up to 2^53), so that they are weights that clau_entropies takes.
/// The functions are pure, may be called from any thread, and do not allocate but for the rule of
/// Freedman and Diaconis. Outputs are set on success only. Cost: a few ns a value.
#ifndef CLAUSIUS_DIAGNOSTICS_HISTOGRAM_H
#define CLAUSIUS_DIAGNOSTICS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

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

/// Equal bins of [minimum, maximum], by the convention of clau_histogram_uniform.
struct clau_bins {
    double minimum, maximum;
    size_t count;
};

/// How many bins: numpy's rules, from n values with range R.
enum clau_bin_rule {
    CLAU_BINS_STURGES,          ///< width R / (log2(n) + 1); H. A. Sturges 1926
    CLAU_BINS_SCOTT,            ///< (24 sqrt(pi) / n)^(1/3) s, s with ddof 0; D. W. Scott 1979
    CLAU_BINS_FREEDMAN_DIACONIS ///< 2 IQR n^(-1/3), quartiles by linear interpolation; 1981
};

/// Bins of [least value, largest value] of a width of the rule's or just below: ceil(R / width) of
/// them. One bin where the width is 0: all values equal, or half of them (Freedman-Diaconis).
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE; _BAD_RANGE (R overflows); _BAD_BINS
/// (outliers so far away that there were 2^31 bins); _BAD_OPTION (no such rule); _OUT_OF_MEMORY.
enum clau_measure_status clau_histogram_bins(const double *values, size_t count,
                                             enum clau_bin_rule rule, struct clau_bins *bins);

/// edges: bins.count + 1 of them, numpy.linspace's. Errors: _BAD_BINS, _BAD_RANGE.
enum clau_measure_status clau_histogram_edges(struct clau_bins bins, double *edges);

/// numbers[count]: the bin that each value is in, bins.count for a value outside; a series of
/// symbols. Errors: CLAU_MEASURE_NOT_A_NUMBER, _BAD_BINS, _BAD_RANGE.
enum clau_measure_status clau_histogram_numbers(const double *values, size_t count,
                                                struct clau_bins bins, uint32_t *numbers);

/// The same of pairs: numbers[count] is i * y_bins.count + j with x in bin i and y in bin j, and
/// x_bins.count * y_bins.count where either is outside. Errors: those above, and _BAD_BINS for 2^31
/// bins or more in all.
enum clau_measure_status clau_histogram_plane_numbers(const double *x, struct clau_bins x_bins,
                                                      const double *y, struct clau_bins y_bins,
                                                      size_t count, uint32_t *numbers);

/// Histogram of pairs: counts[i * y_bins.count + j] pairs with x in bin i and y in bin j, as
/// numpy.histogram2d has them. A pair with either value outside is dropped. Errors: the same.
enum clau_measure_status clau_histogram_plane(const double *x, struct clau_bins x_bins,
                                              const double *y, struct clau_bins y_bins,
                                              size_t count, double *counts);

#ifdef __cplusplus
}
#endif

#endif
