// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/power_spectrum.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "diagnostics/series.h"
#include "diagnostics/transform.h"
#include "numerics/memory.h"

struct welch {
    size_t segment, modes;
    double *window, *values; ///< [segment]
    double complex *spectrum;
    struct clau_transform transform;
};

static bool welch_init(struct welch *welch, size_t segment, enum clau_window window) {
    *welch = (struct welch){.segment = segment, .modes = segment / 2 + 1};
    welch->window = clau_allocate(segment, sizeof *welch->window);
    welch->values = clau_allocate(segment, sizeof *welch->values);
    welch->spectrum = clau_allocate(welch->modes, sizeof *welch->spectrum);
    if (welch->window == NULL || welch->values == NULL || welch->spectrum == NULL ||
        !clau_transform_init(&welch->transform, segment))
        return false;
    for (size_t j = 0; j < segment; j++) {
        const double angle = 2.0 * M_PI * (double)j / (double)segment;
        welch->window[j] = window == CLAU_WINDOW_HANN ? 0.5 - 0.5 * cos(angle) : 1.0;
    }
    return true;
}

static void welch_finish(struct welch *welch) {
    clau_transform_finish(&welch->transform);
    free(welch->window);
    free(welch->values);
    free(welch->spectrum);
}

static void add_segment(struct welch *welch, const double *scaled, double *power) {
    memcpy(welch->values, scaled, welch->segment * sizeof *scaled);
    clau_series_centre(welch->values, welch->segment);
    for (size_t j = 0; j < welch->segment; j++)
        welch->values[j] *= welch->window[j];
    clau_transform_forward(&welch->transform, welch->values, welch->spectrum);
    for (size_t k = 0; k < welch->modes; k++) {
        const double re = creal(welch->spectrum[k]), im = cimag(welch->spectrum[k]);
        const bool alone = k == 0 || 2 * k == welch->segment; // -k is the same frequency
        power[k] += (alone ? 1.0 : 2.0) * (re * re + im * im);
    }
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
