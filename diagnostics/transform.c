// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/transform.h"

#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"

/// Lengths up to which GSL is the quicker one with its set-up: of any length, where primes cost
/// most, and of those with fast transforms.
enum { SHORT = 512, SHORT_GOOD = 4096 };

bool clau_transform_init(struct clau_transform *transform, size_t length) {
    *transform = (struct clau_transform){.length = length};
    const bool good = length <= SHORT_GOOD && clau_fft_good_length(length) == length;
    if (length > SHORT && !good) {
        transform->fft = clau_real_fft_create(length, CLAU_PERIODIC);
        return transform->fft != NULL;
    }
    transform->forward = gsl_fft_real_wavetable_alloc(length);
    transform->backward = gsl_fft_halfcomplex_wavetable_alloc(length);
    transform->workspace = gsl_fft_real_workspace_alloc(length);
    transform->packed = clau_allocate(length, sizeof *transform->packed);
    if (transform->forward == NULL || transform->backward == NULL ||
        transform->workspace == NULL || transform->packed == NULL) {
        clau_transform_finish(transform);
        return false;
    }
    return true;
}

void clau_transform_finish(struct clau_transform *transform) {
    gsl_fft_real_wavetable_free(transform->forward);
    gsl_fft_halfcomplex_wavetable_free(transform->backward);
    gsl_fft_real_workspace_free(transform->workspace);
    free(transform->packed);
    clau_real_fft_destroy(transform->fft);
    *transform = (struct clau_transform){0};
}

void clau_transform_forward(const struct clau_transform *transform, const double *values,
                            double complex *modes) {
    if (transform->fft != NULL) {
        clau_real_fft_forward(transform->fft, values, modes);
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
