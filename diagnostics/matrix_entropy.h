// SPDX-License-Identifier: GPL-3.0-or-later
/// Entropy of a matrix: Renyi's (entropy.h) of its eigenvalues' shares, in nats.
///
///     R_q = ln(tr rho^q) / (1-q),   rho = A / tr A;   q = 1: -tr(rho ln rho)
///
/// of a Hermitian matrix A with eigenvalues >= 0. For q = 1 and a density matrix it is J. von
/// Neumann's entropy (1927); for the Gram matrix A_ij = k(x_i, x_j) of a positive kernel, the
/// matrix-based Renyi entropy of L. G. Sanchez Giraldo, M. Rao, J. C. Principe, IEEE Trans. Inf.
/// Theory 61, 535 (2015), which has bits (R_q / ln 2).
///
/// 0 for a pure state (rank 1), ln n for the unit matrix. Eigenvalues below n 2.2e-16 of the
/// largest magnitude are round-off, and count as 0.
///
/// Errors: CLAU_MEASURE_EMPTY; _NOT_A_NUMBER; _INFINITE; _NOT_POSITIVE (two elements that differ
/// from their conjugates by more than 1e-12 of the largest, an imaginary diagonal, an eigenvalue
/// below the round-off); _ZERO_SUM (all zeros); _BAD_ORDER; _OUT_OF_MEMORY. Pure; set on success
/// only. Cost: O(n^3), by GSL; some seconds at n = 2000.
#ifndef CLAUSIUS_DIAGNOSTICS_MATRIX_ENTROPY_H
#define CLAUSIUS_DIAGNOSTICS_MATRIX_ENTROPY_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// matrix: [n][n], symmetric.
enum clau_measure_status clau_matrix_entropy(const double *matrix, size_t n, double order,
                                             double *entropy);

/// matrix: [n][n][2], real and imaginary parts, Hermitian.
enum clau_measure_status clau_matrix_entropy_hermitian(const double *matrix, size_t n, double order,
                                                       double *entropy);

#ifdef __cplusplus
}
#endif

#endif
