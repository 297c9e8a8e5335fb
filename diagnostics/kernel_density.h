// SPDX-License-Identifier: GPL-3.0-or-later
/// Gaussian kernel density estimates on a grid, by convolution with an FFT.
///
///     f(x) = 1/(N h) sum_i phi((x - x_i)/h),   phi the standard normal density
///
/// Values are spread over a grid at least 32 times finer than h (16 in the plane) by cubic
/// B-splines, whose Fourier transform, sinc^4, is divided out again together with the
/// multiplication by that of the kernel. What is left of the binning is about 1e-9 of the density's
/// maximum. Kernels of values up to 9 h outside of the grid are counted in. Rounding may leave
/// -1e-16 of the maximum where there is nothing: such densities are set to 0.
///
/// Bandwidths, sigma^2 the variance (N - 1):
///
///     Scott       h = sigma N^(-1/5)              as scipy.stats.gaussian_kde; D. W. Scott 1992
///     Silverman   h = sigma (3N/4)^(-1/5)         as scipy; B. W. Silverman 1986
///     Botev       h^2 is the fixed point of the improved Sheather-Jones equation: Z. I. Botev,
///                 J. F. Grotowski, D. P. Kroese, Ann. Stat. 38, 2916 (2010), eq. (33), l = 7
///
/// The first two suit one peak about as wide as the whole; Botev's finds widths of several. Its
/// cosine transform has 2^14 bins over twice the range of the values, as the authors' program.
///
/// Errors: CLAU_MEASURE_EMPTY; _NOT_A_NUMBER; _INFINITE; _TOO_FEW (a bandwidth of one value),
/// _CONSTANT (a bandwidth of equal values), _NO_ROOT (Botev's equation: too few values);
/// _BAD_BANDWIDTH (not positive and finite, or the grid would need over 2^26 points); _BAD_RANGE
/// (an axis not finite, not rising or of less than 2 points); _SINGULAR (a kernel's covariance);
/// _BAD_OPTION (an unknown rule); _OUT_OF_MEMORY. Outputs are set on success only. The functions
/// are pure, but FFTW's planner is not: one thread at a time. Cost: a few ns a value, and an FFT.
#ifndef CLAUSIUS_DIAGNOSTICS_KERNEL_DENSITY_H
#define CLAUSIUS_DIAGNOSTICS_KERNEL_DENSITY_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_bandwidth { CLAU_BANDWIDTH_SCOTT, CLAU_BANDWIDTH_SILVERMAN, CLAU_BANDWIDTH_BOTEV };

/// Points minimum + i (maximum - minimum) / (points - 1), i = 0 ... points - 1, as numpy.linspace.
struct clau_kernel_axis {
    double minimum, maximum;
    size_t points;
};

enum clau_measure_status clau_kernel_bandwidth(const double *values, size_t count,
                                               enum clau_bandwidth rule, double *bandwidth);

/// density: axis.points results, in 1/[value].
enum clau_measure_status clau_kernel_density(const double *values, size_t count, double bandwidth,
                                             struct clau_kernel_axis axis, double *density);

/// Differential entropy of the estimate, -int f ln f dx in nats, by the trapezoidal rule from 9 h
/// below the least value to 9 h above the largest, in steps of h/8 or less. It is the entropy of
/// the data's density convolved with the kernel, hence too large by up to h^2/(2 sigma^2).
enum clau_measure_status clau_kernel_entropy(const double *values, size_t count, double bandwidth,
                                             double *entropy);

/// In the plane: covariance receives xx, xy, yy of the kernel, that of the data times N^(-1/3)
/// (Scott's and Silverman's rules are the same here, and are scipy's). Botev's: _BAD_OPTION.
/// CLAU_MEASURE_SINGULAR where all points lie on a line.
enum clau_measure_status clau_kernel_covariance(const double *x, const double *y, size_t count,
                                                enum clau_bandwidth rule, double covariance[3]);

/// density: [x_axis.points][y_axis.points], in 1/[x y]; of phase portraits, for instance.
enum clau_measure_status clau_kernel_density_plane(const double *x, const double *y, size_t count,
                                                   const double covariance[3],
                                                   struct clau_kernel_axis x_axis,
                                                   struct clau_kernel_axis y_axis, double *density);

#ifdef __cplusplus
}
#endif

#endif
