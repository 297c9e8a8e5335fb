// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/power_spectrum.h"

#include <complex.h>
#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "diagnostics/series.h"
#include "numerics/fft.h"
#include "numerics/memory.h"

/// Up to here GSL transforms: its tables take microseconds for lengths of small factors and a
/// twentieth of a millisecond for primes near 200, FFTW's plan of a new length about a millisecond.
/// A series that grows has a new length each time.
enum { SHORT_SEGMENT = 512 };

struct welch {
    size_t segment, modes;
    double *window, *values; ///< [segment]
    // Of a short segment:
    gsl_fft_real_wavetable *table;
    gsl_fft_real_workspace *workspace;
    // Of a long one:
    struct clau_real_fft *fft;
    double complex *spectrum; ///< [modes]
};

static bool transform_init(struct welch *welch) {
    if (welch->segment <= SHORT_SEGMENT) {
        welch->table = gsl_fft_real_wavetable_alloc(welch->segment);
        welch->workspace = gsl_fft_real_workspace_alloc(welch->segment);
        return welch->table != NULL && welch->workspace != NULL;
    }
    welch->fft = clau_real_fft_create(welch->segment, CLAU_PERIODIC);
    welch->spectrum = clau_allocate(welch->modes, sizeof *welch->spectrum);
    return welch->fft != NULL && welch->spectrum != NULL;
}

static bool welch_init(struct welch *welch, size_t segment, enum clau_window window) {
    *welch = (struct welch){.segment = segment, .modes = segment / 2 + 1};
    welch->window = clau_allocate(segment, sizeof *welch->window);
    welch->values = clau_allocate(segment, sizeof *welch->values);
    if (welch->window == NULL || welch->values == NULL || !transform_init(welch))
        return false;
    for (size_t j = 0; j < segment; j++) {
        const double angle = 2.0 * M_PI * (double)j / (double)segment;
        welch->window[j] = window == CLAU_WINDOW_HANN ? 0.5 - 0.5 * cos(angle) : 1.0;
    }
    return true;
}

static void welch_finish(struct welch *welch) {
    gsl_fft_real_wavetable_free(welch->table);
    gsl_fft_real_workspace_free(welch->workspace);
    clau_real_fft_destroy(welch->fft);
    free(welch->window);
    free(welch->values);
    free(welch->spectrum);
}

/// values -> |F_k|^2 in values [modes].
static void transform(struct welch *welch) {
    double *values = welch->values;
    if (welch->fft != NULL) {
        clau_real_fft_forward(welch->fft, values, welch->spectrum);
        for (size_t k = 0; k < welch->modes; k++) {
            const double re = creal(welch->spectrum[k]), im = cimag(welch->spectrum[k]);
            values[k] = re * re + im * im;
        }
        return;
    }
    gsl_fft_real_transform(values, 1, welch->segment, welch->table, welch->workspace);
    values[0] *= values[0];
    for (size_t k = 1; k < welch->modes; k++) { // F_k is values[2k - 1] + i values[2k]
        const double re = values[2 * k - 1];
        const double im = 2 * k < welch->segment ? values[2 * k] : 0.0;
        values[k] = re * re + im * im;
    }
}

static void add_segment(struct welch *welch, const double *scaled, double *power) {
    memcpy(welch->values, scaled, welch->segment * sizeof *scaled);
    clau_series_centre(welch->values, welch->segment);
    for (size_t j = 0; j < welch->segment; j++)
        welch->values[j] *= welch->window[j];
    transform(welch);
    for (size_t k = 0; k < welch->modes; k++)
        power[k] += (k == 0 || 2 * k == welch->segment ? 1.0 : 2.0) * welch->values[k]; // and of -k
}

/// Of the scaled series; all segments, which start at every half of one.
static void average_segments(struct welch *welch, const double *scaled, size_t count,
                             double *power) {
    memset(power, 0, welch->modes * sizeof *power);
    const size_t step = welch->segment - welch->segment / 2;
    size_t segments = 0;
    for (size_t start = 0; start + welch->segment <= count; start += step, segments++)
        add_segment(welch, scaled + start, power);
    double squares = 0.0;
    for (size_t j = 0; j < welch->segment; j++)
        squares += welch->window[j] * welch->window[j];
    for (size_t k = 0; k < welch->modes; k++)
        power[k] /= squares * (double)segments;
}

/// Power in units of scale^2.
static enum clau_measure_status scaled_power(const double *series, size_t count, size_t segment,
                                             enum clau_window window, double *power,
                                             double *scale) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (segment < 4 || segment > count)
        return CLAU_MEASURE_TOO_SHORT;
    struct welch welch;
    double *scaled = clau_allocate(count, sizeof *scaled);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (welch_init(&welch, segment, window) && scaled != NULL)
        status = clau_series_scale(series, count, scaled, scale);
    if (status == CLAU_MEASURE_OK)
        average_segments(&welch, scaled, count, power);
    welch_finish(&welch);
    free(scaled);
    return status;
}

enum clau_measure_status clau_power_spectrum(const double *series, size_t count, size_t segment,
                                             enum clau_window window, double *power) {
    const size_t modes = segment / 2 + 1;
    double *scaled = clau_allocate(modes, sizeof *scaled), scale;
    if (scaled == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = scaled_power(series, count, segment, window, scaled, &scale);
    for (size_t k = 0; k < modes && status == CLAU_MEASURE_OK; k++) {
        scaled[k] *= scale * scale;
        if (!isfinite(scaled[k]))
            status = CLAU_MEASURE_INFINITE;
    }
    if (status == CLAU_MEASURE_OK)
        memcpy(power, scaled, modes * sizeof *power);
    free(scaled);
    return status;
}

enum clau_measure_status clau_spectral_entropy(const double *series, size_t count, size_t segment,
                                               enum clau_window window, double *entropy,
                                               double *normalised) {
    const size_t frequencies = segment / 2;
    double *power = clau_allocate(frequencies + 1, sizeof *power), shannon, scale;
    if (power == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = scaled_power(series, count, segment, window, power, &scale);
    if (status == CLAU_MEASURE_OK)
        status = clau_entropy_shannon(power + 1, frequencies, &shannon);
    free(power);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (entropy != NULL)
        *entropy = shannon;
    if (normalised != NULL)
        *normalised = fmin(shannon / log((double)frequencies), 1.0);
    return CLAU_MEASURE_OK;
}
