// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/autocorrelation.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/series.h"
#include "diagnostics/transform.h"
#include "numerics/fft.h"
#include "numerics/memory.h"

/// values: [points] with count of them and zeros behind. Replaced by points C_k N, up to a factor.
static enum clau_measure_status correlate(double *values, size_t points) {
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    struct clau_transform transform;
    if (!clau_transform_init(&transform, points))
        return status;
    const size_t modes = points / 2 + 1;
    double complex *spectrum = clau_allocate(modes, sizeof *spectrum);
    if (spectrum != NULL) {
        clau_transform_forward(&transform, values, spectrum);
        for (size_t i = 0; i < modes; i++) {
            const double re = creal(spectrum[i]), im = cimag(spectrum[i]);
            spectrum[i] = re * re + im * im;
        }
        clau_transform_backward(&transform, spectrum, values);
        status = CLAU_MEASURE_OK;
    }
    free(spectrum);
    clau_transform_finish(&transform);
    return status;
}

enum clau_measure_status clau_autocorrelation(const double *series, size_t count, size_t lags,
                                              double *correlation) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (lags >= count)
        return CLAU_MEASURE_TOO_SHORT;
    // Zeros keep the ends from meeting.
    const size_t points = clau_fft_good_length(count + lags + 1);
    double *values = clau_allocate(points, sizeof *values);
    if (values == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = clau_series_scale(series, count, values, NULL);
    if (status == CLAU_MEASURE_OK) {
        clau_series_centre(values, count);
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
