// SPDX-License-Identifier: GPL-3.0-or-later
/// Power spectrum of a real series, and its spectral entropy.
///
/// One-sided: frequencies f_k = k/n [1/sample], k = 0 ... n/2, each with the power of f_k and of
/// -f_k. Of every segment the mean is taken away first. It is what scipy.signal.welch gives with
/// fs = 1 and scaling "density".
///
/// segment = count without a window is the periodogram: fine frequencies, and values that scatter
/// by 100 %, whatever the length, so that the entropy of white noise is (1 - 0.5772)/ln(n/2) of 1
/// too little. Shorter segments, which overlap by half and are averaged (P. D. Welch, IEEE Trans.
/// Audio Electroacoust. 15, 70, 1967), scatter less. What is left at the end is not used.
///
/// Pure; may be called from any thread (in a build with OpenMP; FFTW's planner is behind a lock).
/// Allocates; outputs are set on success only.
/// Errors: CLAU_MEASURE_EMPTY, _NOT_A_NUMBER, _INFINITE, _CONSTANT; _TOO_SHORT (segment < 4 or
/// > count); _OUT_OF_MEMORY.
#ifndef CLAUSIUS_DIAGNOSTICS_POWER_SPECTRUM_H
#define CLAUSIUS_DIAGNOSTICS_POWER_SPECTRUM_H

#include <stddef.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum clau_window {
    CLAU_WINDOW_NONE,
    CLAU_WINDOW_HANN, ///< 1/2 - cos(2 pi j/n)/2, which closes periodically
};

/// power: [segment/2 + 1] densities, (the series' unit)^2 samples; their sum / segment is the
/// variance, if one segment without a window. CLAU_MEASURE_INFINITE also if the power overflows.
enum clau_measure_status clau_power_spectrum(const double *series, size_t count, size_t segment,
                                             enum clau_window window, double *power);

/// Shannon entropy of the shares of power at k = 1 ... segment/2: without the mean, k = 0.
///
/// entropy [nats], and normalised = entropy / ln(segment/2), in [0, 1]; either may be NULL.
/// 0 for a sine with a whole number of periods, towards 1 for white noise.
/// More errors: CLAU_MEASURE_ZERO_SUM (constant in every segment).
enum clau_measure_status clau_spectral_entropy(const double *series, size_t count, size_t segment,
                                               enum clau_window window, double *entropy,
                                               double *normalised);

#ifdef __cplusplus
}
#endif

#endif
