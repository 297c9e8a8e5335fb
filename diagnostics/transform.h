// SPDX-License-Identifier: GPL-3.0-or-later
/// Fourier transforms of real series that are quick to set up; not installed.
///
/// A measure that is asked for while a series grows transforms each length once. There FFTW's plan
/// costs more than all else, about a millisecond for a new length and some 50 us for one that it
/// has seen. So short series are not FFTW's, by their length alone: GSL's tables cost a few us for
/// lengths of small factors, and sums as they stand 20 us for a prime near 250 (GSL 80 us).
///
/// F_k = sum_j f_j exp(-2 pi i j k / n), k = 0 ... n/2; there and back is n times the series.
#ifndef CLAUSIUS_DIAGNOSTICS_TRANSFORM_H
#define CLAUSIUS_DIAGNOSTICS_TRANSFORM_H

#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <stdbool.h>
#include <stddef.h>

#include "numerics/fft.h"

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

struct clau_transform {
    size_t length;
    // Of a short series with small factors:
    gsl_fft_real_wavetable *forward;
    gsl_fft_halfcomplex_wavetable *backward;
    gsl_fft_real_workspace *workspace;
    double *packed; ///< [length] Re F_0, Re F_1, Im F_1, ...
    // Of a short one without:
    double *cosines, *sines; ///< [length] of 2 pi j / n
    // Of a long one:
    struct clau_real_fft *fft;
};

/// false when out of memory: nothing is held then.
bool clau_transform_init(struct clau_transform *transform, size_t length);
void clau_transform_finish(struct clau_transform *transform);

/// values: [length], kept; modes: [length/2 + 1]. Both from clau_allocate.
void clau_transform_forward(const struct clau_transform *transform, const double *values,
                            double complex *modes);

/// Of a length that clau_fft_good_length returns. The modes, of which F_0 and F_(n/2) are real, are
/// lost.
void clau_transform_backward(const struct clau_transform *transform, double complex *modes,
                             double *values);

#pragma GCC visibility pop

#endif
