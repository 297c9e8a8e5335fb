// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/fft.h"

#include <assert.h>
#include <fftw3.h>
#include <limits.h>
#include <stdlib.h>

#include "numerics/memory.h"

enum {
    /// From this length on transforms work in place (docs/performance.md has the figures).
    IN_PLACE_POINTS = 1 << 14,
    /// From this length on they are cut for PLANNED_THREADS threads.
    THREADED_POINTS = 1 << 16,
    PLANNED_THREADS = 4,
};

struct clau_fft {
    size_t points;
    bool in_place;
    fftw_plan forward, backward;
};

struct clau_fft *clau_fft_create(size_t points) {
    if (points == 0 || points > INT_MAX)
        return NULL;
    struct clau_fft *fft = calloc(1, sizeof *fft);
    if (fft == NULL)
        return NULL;
    fft->points = points;
    fft->in_place = points >= IN_PLACE_POINTS;
    // The planner is given real arrays: it looks at their alignment.
    double complex *from = clau_allocate(points, sizeof *from);
    double complex *to = fft->in_place ? from : clau_allocate(points, sizeof *to);
    if (from == NULL || to == NULL)
        goto out;
#ifdef _OPENMP
    if (fftw_init_threads() == 0)
        goto out;
    fftw_plan_with_nthreads(points >= THREADED_POINTS ? PLANNED_THREADS : 1);
#endif
    const unsigned flags = FFTW_ESTIMATE;
    fft->forward = fftw_plan_dft_1d((int)points, from, to, FFTW_FORWARD, flags);
    fft->backward = fftw_plan_dft_1d((int)points, from, to, FFTW_BACKWARD, flags);
out:
    if (to != from)
        free(to);
    free(from);
    if (fft->forward == NULL || fft->backward == NULL) {
        clau_fft_destroy(fft);
        return NULL;
    }
    return fft;
}

void clau_fft_destroy(struct clau_fft *fft) {
    if (fft == NULL)
        return;
    if (fft->forward != NULL)
        fftw_destroy_plan(fft->forward);
    if (fft->backward != NULL)
        fftw_destroy_plan(fft->backward);
    free(fft);
}

bool clau_fft_in_place(const struct clau_fft *fft) { return fft->in_place; }

void clau_fft_forward(const struct clau_fft *fft, double complex *in, double complex *out) {
    assert((in == out) == fft->in_place);
    fftw_execute_dft(fft->forward, in, out);
}

void clau_fft_backward(const struct clau_fft *fft, double complex *in, double complex *out) {
    assert((in == out) == fft->in_place);
    fftw_execute_dft(fft->backward, in, out);
}

size_t clau_fft_good_length(size_t minimum) {
    size_t best = 1;
    while (best < minimum)
        best *= 2;
    // Between n/2 and n = 2^a lie 5 n/8 and 3 n/4.
    if (best >= 8 && best / 8 * 5 >= minimum)
        return best / 8 * 5;
    if (best >= 4 && best / 4 * 3 >= minimum)
        return best / 4 * 3;
    return best;
}
