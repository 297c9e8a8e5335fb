// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/autocorrelation.h"

#include <complex.h>
#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/series.h"
#include "numerics/fft.h"
#include "numerics/memory.h"

/// Up to here GSL transforms powers of two, without a plan: to plan a length anew takes FFTW longer
/// than all else, and a series that grows has a new length each time.
enum { SHORT_POINTS = 1024 };

/// values: [points], a power of two, as for correlate().
static void correlate_short(double *values, size_t points) {
    gsl_fft_real_radix2_transform(values, 1, points);
    for (size_t k = 0; k <= points / 2; k++) { // F_k is values[k] + i values[points - k]
        const bool real = k == 0 || 2 * k == points;
        const double re = values[k], im = real ? 0.0 : values[points - k];
        values[k] = re * re + im * im;
        if (!real)
            values[points - k] = 0.0;
    }
    gsl_fft_halfcomplex_radix2_backward(values, 1, points);
}

/// values: [points] with count of them and zeros behind. Replaced by points C_k N, up to a factor.
static enum clau_measure_status correlate(double *values, size_t points) {
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    struct clau_real_fft *fft = clau_real_fft_create(points, CLAU_PERIODIC);
    if (fft == NULL)
        return status;
    const size_t modes = clau_real_fft_modes(fft);
    double complex *spectrum = clau_allocate(modes, sizeof *spectrum);
    if (spectrum != NULL) {
        clau_real_fft_forward(fft, values, spectrum);
        for (size_t i = 0; i < modes; i++) {
            const double re = creal(spectrum[i]), im = cimag(spectrum[i]);
            spectrum[i] = re * re + im * im;
        }
        clau_real_fft_backward(fft, spectrum, values);
        status = CLAU_MEASURE_OK;
    }
    free(spectrum);
    clau_real_fft_destroy(fft);
    return status;
}

static size_t padded_length(size_t length) {
    if (length > SHORT_POINTS)
        return clau_fft_good_length(length);
    size_t points = 1;
    while (points < length)
        points *= 2;
    return points;
}

enum clau_measure_status clau_autocorrelation(const double *series, size_t count, size_t lags,
                                              double *correlation) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (lags >= count)
        return CLAU_MEASURE_TOO_SHORT;
    // Zeros keep the ends from meeting.
    const size_t points = padded_length(count + lags + 1);
    double *values = clau_allocate(points, sizeof *values);
    if (values == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = clau_series_scale(series, count, values, NULL);
    if (status == CLAU_MEASURE_OK) {
        clau_series_centre(values, count);
        if (points <= SHORT_POINTS)
            correlate_short(values, points);
        else
            status = correlate(values, points);
    }
    if (status == CLAU_MEASURE_OK) {
        for (size_t k = 0; k <= lags; k++)
            correlation[k] = fmax(-1.0, fmin(values[k] / values[0], 1.0));
    }
    free(values);
    return status;
}

enum clau_measure_status clau_autocorrelation_time(const double *series, size_t count,
                                                   struct clau_autocorrelation_time *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    double *correlation = clau_allocate(count, sizeof *correlation);
    if (correlation == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const enum clau_measure_status status =
        clau_autocorrelation(series, count, count - 1, correlation);
    if (status == CLAU_MEASURE_OK) {
        // Ends at the latest where all lags are in, tau = 0: the values add up to 0.
        double time = 1.0;
        size_t window = 0;
        while (window < count - 1 && (double)window < 3.0 * fmax(time, 1.0))
            time += 2.0 * correlation[++window];
        *result = (struct clau_autocorrelation_time){
            .time = time,
            .window = window,
            .effective_size = (double)count / fmax(time, 1.0),
        };
    }
    free(correlation);
    return status;
}
