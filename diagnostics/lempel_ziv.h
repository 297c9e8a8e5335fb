// SPDX-License-Identifier: GPL-3.0-or-later
/// Lempel-Ziv complexity of a sequence of symbols (A. Lempel, J. Ziv, IEEE Trans. Inf. Theory 22,
/// 75, 1976: "LZ76").
///
/// The sequence is read from the left as a chain of phrases, each the shortest that has not
/// occurred before: a phrase s_i ... s_j ends at the first j at which it is no part of s_0 ...
/// s_(j-1) (it may overlap its earlier occurrence). c is the number of phrases; the last one counts
/// though it may not be new. 0001101001000101 is 0.001.10.100.1000.101, c = 6.
///
///     normalised = c log_k(n) / n
///
/// for n symbols of an alphabet of k: tends to 1 for random ones (slowly, from above), and to the
/// entropy rate in units of ln k in general.
#ifndef CLAUSIUS_DIAGNOSTICS_LEMPEL_ZIV_H
#define CLAUSIUS_DIAGNOSTICS_LEMPEL_ZIV_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_threshold {
    CLAU_THRESHOLD_MEDIAN, ///< of an even number, the mean of the two in the middle
    CLAU_THRESHOLD_MEAN,
};

/// symbols[i] = 1 where series[i] > threshold, else 0 (also where they are equal).
/// Allocates. Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _OUT_OF_MEMORY.
enum clau_measure_status clau_binarise(const double *series, size_t count,
                                       enum clau_threshold threshold, uint8_t *symbols);

/// symbols: count values below `alphabet`, which is 2 ... 256. phrases: c; normalised; either may
/// be NULL. Pure; O(count) by a suffix automaton (A. Blumer et al., Theor. Comput. Sci. 40, 31,
/// 1985), for which it allocates 2 count (8 + 4 alphabet) bytes. Errors: CLAU_MEASURE_EMPTY;
/// _TOO_SHORT (one symbol); _BAD_SYMBOL (also an alphabet out of range); _OUT_OF_MEMORY (also for
/// more than 2^31 - 1 symbols). Set on success only.
enum clau_measure_status clau_lempel_ziv(const uint8_t *symbols, size_t count, int alphabet,
                                         size_t *phrases, double *normalised);

#ifdef __cplusplus
}
#endif

#endif
