// SPDX-License-Identifier: GPL-3.0-or-later
/// Diffusion spectral entropy of a cloud of points, and its mutual information with labels, in
/// nats (D. Liao, C. Liu, et al., "Assessing neural network representations during training using
/// noise-resilient diffusion spectral entropy", 2023).
///
/// Points within a kernel's width diffuse into one another; the entropy counts the clusters that
/// the diffusion keeps apart, whatever the number of dimensions:
///
///     G_ij = exp(-|x_i - x_j|^2 / (2 width^2)),   D_i = sum_j G_ij,
///     K = D^(-1/2) G D^(-1/2),   p_i = |lambda_i|^t / sum |lambda|^t,   S = -sum p ln p
///
/// with lambda the eigenvalues of K, those of the diffusion matrix D^(-1) G. S is 0 where all
/// points coincide and ln N where all are far apart. The authors' program has bits (S / ln 2) and
/// adds 2.2e-16 to each p.
///
/// The functions are pure and may be called from any thread. Cost: eigenvalues of an N x N matrix
/// by GSL, O(N^3) time and 8 N^2 bytes: some seconds at N = 2000. Outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _BAD_DIMENSIONS (0), _NOT_A_NUMBER, _INFINITE, _BAD_BANDWIDTH (the
/// width not positive and finite), _BAD_OPTION (t not positive and finite), _OUT_OF_MEMORY.
#ifndef CLAUSIUS_DIAGNOSTICS_DIFFUSION_ENTROPY_H
#define CLAUSIUS_DIAGNOSTICS_DIFFUSION_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// S of points [count][dimensions]. time: t, the number of diffusion steps; 1 is usual.
enum clau_measure_status clau_diffusion_entropy(const double *points, size_t count,
                                                size_t dimensions, double width, double time,
                                                double *entropy);

/// Mutual information of the points with labels [count]: sum over labels c of
///
///     n_c/N (S of n_c random points - S of the points with the label).
///
/// S grows with the number of points, so that both are of equally many: the first is a mean over
/// `repetitions` draws without replacement, a function of the seed. With repetitions = 0 it is the
/// S of all points, as in the definition S(X) - S(X|c).
enum clau_measure_status clau_diffusion_information(const double *points, const int *labels,
                                                    size_t count, size_t dimensions, double width,
                                                    double time, size_t repetitions, uint64_t seed,
                                                    double *information);

#ifdef __cplusplus
}
#endif

#endif
