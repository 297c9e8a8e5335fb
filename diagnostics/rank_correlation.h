// SPDX-License-Identifier: GPL-3.0-or-later
/// Rank correlation of two series.
#ifndef CLAUSIUS_DIAGNOSTICS_RANK_CORRELATION_H
#define CLAUSIUS_DIAGNOSTICS_RANK_CORRELATION_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Spearman's coefficient (C. Spearman 1904): the correlation coefficient of the ranks, equal
/// values sharing the mean of theirs. In [-1, 1]; NaN where one of the series is constant.
///
/// x, y: count values each, infinities among them if need be. O(count log count); allocates.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _OUT_OF_MEMORY. The result is set on success only.
enum clau_measure_status clau_rank_correlation(const double *x, const double *y, size_t count,
                                               double *correlation);

#ifdef __cplusplus
}
#endif

#endif
