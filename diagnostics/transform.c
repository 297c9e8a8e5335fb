// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/transform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"

/// Lengths up to which FFTW's plan is the slowest way: of any length, and of those with fast
/// transforms.
enum { SHORT = 512, SHORT_GOOD = 4096 };

/// Prime factors up to which GSL is quicker than sums.
enum { SMALL_FACTOR = 31 };

static size_t largest_prime_factor(size_t n) {
    size_t largest = 1;
    for (size_t factor = 2; factor * factor <= n; factor++) {
        for (; n % factor == 0; n /= factor)
            largest = factor;
    }
    return n > 1 ? n : largest;
}

static bool init_gsl(struct clau_transform *transform) {
    transform->forward = gsl_fft_real_wavetable_alloc(transform->length);
    transform->backward = gsl_fft_halfcomplex_wavetable_alloc(transform->length);
    transform->workspace = gsl_fft_real_workspace_alloc(transform->length);
    transform->packed = clau_allocate(transform->length, sizeof *transform->packed);
    return transform->forward != NULL && transform->backward != NULL &&
           transform->workspace != NULL && transform->packed != NULL;
}

static bool init_sums(struct clau_transform *transform) {
    const size_t n = transform->length;
    transform->cosines = clau_allocate(n, sizeof *transform->cosines);
    transform->sines = clau_allocate(n, sizeof *transform->sines);
    if (transform->cosines == NULL || transform->sines == NULL)
        return false;
    for (size_t j = 0; j < n; j++) {
        const double angle = 2.0 * M_PI * (double)j / (double)n;
        transform->cosines[j] = cos(angle);
        transform->sines[j] = sin(angle);
    }
    return true;
}

bool clau_transform_init(struct clau_transform *transform, size_t length) {
    *transform = (struct clau_transform){.length = length};
    const bool good = clau_fft_good_length(length) == length;
    bool complete;
    if (length > (good ? SHORT_GOOD : SHORT)) {
        transform->fft = clau_real_fft_create(length, CLAU_PERIODIC);
        complete = transform->fft != NULL;
    } else if (largest_prime_factor(length) <= SMALL_FACTOR) {
        complete = init_gsl(transform);
    } else {
        complete = init_sums(transform);
    }
    if (!complete)
        clau_transform_finish(transform);
    return complete;
}

void clau_transform_finish(struct clau_transform *transform) {
    gsl_fft_real_wavetable_free(transform->forward);
    gsl_fft_halfcomplex_wavetable_free(transform->backward);
    gsl_fft_real_workspace_free(transform->workspace);
    free(transform->packed);
    free(transform->cosines);
    free(transform->sines);
    clau_real_fft_destroy(transform->fft);
    *transform = (struct clau_transform){0};
}

/// Sums over j and n - j together.
static void sum(const struct clau_transform *transform, const double *values,
                double complex *modes) {
    const size_t n = transform->length;
    const double *cosines = transform->cosines, *sines = transform->sines;
    const double middle = n % 2 == 0 ? values[n / 2] : 0.0;
    for (size_t k = 0; k <= n / 2; k++)
        modes[k] = values[0] + (k % 2 == 0 ? middle : -middle);
    for (size_t j = 1; 2 * j < n; j++) {
        const double even = values[j] + values[n - j], odd = values[j] - values[n - j];
        for (size_t k = 0, m = 0; k <= n / 2; k++) { // m = j k modulo n
            modes[k] += CMPLX(even * cosines[m], -odd * sines[m]);
            m = m + j < n ? m + j : m + j - n;
        }
    }
}

void clau_transform_forward(const struct clau_transform *transform, const double *values,
                            double complex *modes) {
    if (transform->fft != NULL) {
        clau_real_fft_forward(transform->fft, values, modes);
        return;
    }
    if (transform->cosines != NULL) {
        sum(transform, values, modes);
        return;
    }
    const size_t n = transform->length;
    double *packed = transform->packed;
    memcpy(packed, values, n * sizeof *packed);
    gsl_fft_real_transform(packed, 1, n, transform->forward, transform->workspace);
    modes[0] = packed[0];
    for (size_t k = 1; k <= n / 2; k++)
        modes[k] = CMPLX(packed[2 * k - 1], 2 * k < n ? packed[2 * k] : 0.0);
}

void clau_transform_backward(const struct clau_transform *transform, double complex *modes,
                             double *values) {
    if (transform->fft != NULL) {
        clau_real_fft_backward(transform->fft, modes, values);
        return;
    }
    const size_t n = transform->length;
    double *packed = transform->packed;
    packed[0] = creal(modes[0]);
    for (size_t k = 1; k <= n / 2; k++) {
        packed[2 * k - 1] = creal(modes[k]);
        if (2 * k < n)
            packed[2 * k] = cimag(modes[k]);
    }
    gsl_fft_halfcomplex_transform(packed, 1, n, transform->backward, transform->workspace);
    memcpy(values, packed, n * sizeof *values);
}
