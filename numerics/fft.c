// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/fft.h"

#include <assert.h>
#include <fftw3.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "numerics/spectral_grid.h"

enum {
    /// From this length on transforms work in place (docs/performance.md has the figures).
    IN_PLACE_POINTS = 1 << 14,
    /// From this length on they are cut for PLANNED_THREADS threads.
    THREADED_POINTS = 1 << 16,
    PLANNED_THREADS = 4,
};

const char *clau_fft_library(void) {
    static const char prefix[] = "fftw-";
    const bool begins = strncmp(fftw_version, prefix, strlen(prefix)) == 0;
    return begins ? fftw_version + strlen(prefix) : fftw_version;
}

struct clau_fft {
    size_t points;
    bool in_place;
    fftw_plan forward, backward;
};

/// Makes the next plans for the number of threads that goes with the length. FFTW's planner is no
/// thread's own: it is entered by one thread at a time.
static bool cut_for_threads(size_t points) {
#ifdef _OPENMP
    if (fftw_init_threads() == 0)
        return false;
    fftw_plan_with_nthreads(points >= THREADED_POINTS ? PLANNED_THREADS : 1);
#else
    (void)points;
#endif
    return true;
}

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
#pragma omp critical(clau_fftw_planner)
    if (cut_for_threads(points)) {
        const unsigned flags = FFTW_ESTIMATE;
        fft->forward = fftw_plan_dft_1d((int)points, from, to, FFTW_FORWARD, flags);
        fft->backward = fftw_plan_dft_1d((int)points, from, to, FFTW_BACKWARD, flags);
    }
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

static void destroy_plans(fftw_plan forward, fftw_plan backward) {
#pragma omp critical(clau_fftw_planner)
    {
        if (forward != NULL)
            fftw_destroy_plan(forward);
        if (backward != NULL)
            fftw_destroy_plan(backward);
    }
}

void clau_fft_destroy(struct clau_fft *fft) {
    if (fft == NULL)
        return;
    destroy_plans(fft->forward, fft->backward);
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

// ---- real values ------------------------------------------------------------------------------

struct clau_real_fft {
    size_t points, modes;
    enum clau_closing closing;
    fftw_plan forward, backward; ///< periodic
    // Antiperiodic. The modes k + 1/2 of f with even k are those of
    //   z_j = (f_j - i f_(j + n/2)) exp(-i pi j / n),  j < n/2,
    // periodic with n/2 points: f_(j + n/2) = sum_k F_k exp(2 pi i k j / n) exp(i pi k) has the
    // factor +i for k = 2p + 1/2 and -i for the others, which the difference cancels.
    struct clau_fft *half;
    double complex *twiddle; ///< [n/2] exp(-i pi j / n)
    double complex *left;    ///< [n/2] z, where transforms do not work in place
};

static bool plan_periodic(struct clau_real_fft *fft) {
    const size_t n = fft->points;
    double *values = clau_allocate(n, sizeof *values);
    double complex *modes = clau_allocate(fft->modes, sizeof *modes);
    const bool allocated = values != NULL && modes != NULL;
#pragma omp critical(clau_fftw_planner)
    if (allocated && cut_for_threads(n)) {
        fft->forward = fftw_plan_dft_r2c_1d((int)n, values, modes, FFTW_ESTIMATE);
        fft->backward = fftw_plan_dft_c2r_1d((int)n, modes, values, FFTW_ESTIMATE);
    }
    free(values);
    free(modes);
    return fft->forward != NULL && fft->backward != NULL;
}

static bool plan_antiperiodic(struct clau_real_fft *fft) {
    const size_t half = fft->points / 2;
    if (fft->points % 2 != 0)
        return false;
    fft->half = clau_fft_create(half);
    fft->twiddle = clau_allocate(half, sizeof *fft->twiddle);
    fft->left = clau_allocate(half, sizeof *fft->left);
    if (fft->half == NULL || fft->twiddle == NULL || fft->left == NULL)
        return false;
    for (size_t j = 0; j < half; j++)
        fft->twiddle[j] = cexp(-I * M_PI * (double)j / (double)fft->points);
    return true;
}

struct clau_real_fft *clau_real_fft_create(size_t points, enum clau_closing closing) {
    if (points < 2 || points > INT_MAX)
        return NULL;
    struct clau_real_fft *fft = calloc(1, sizeof *fft);
    if (fft == NULL)
        return NULL;
    fft->points = points;
    fft->closing = closing;
    fft->modes = closing == CLAU_PERIODIC ? points / 2 + 1 : points / 2;
    if (closing == CLAU_PERIODIC ? plan_periodic(fft) : plan_antiperiodic(fft))
        return fft;
    clau_real_fft_destroy(fft);
    return NULL;
}

void clau_real_fft_destroy(struct clau_real_fft *fft) {
    if (fft == NULL)
        return;
    destroy_plans(fft->forward, fft->backward);
    clau_fft_destroy(fft->half);
    free(fft->twiddle);
    free(fft->left);
    free(fft);
}

size_t clau_real_fft_modes(const struct clau_real_fft *fft) { return fft->modes; }

double clau_real_fft_wavenumber(const struct clau_real_fft *fft, size_t i, double length) {
    if (fft->closing == CLAU_PERIODIC)
        return 2.0 * M_PI * (double)i / length;
    return 2.0 * M_PI * (2.0 * (double)clau_mode_index(i, fft->modes) + 0.5) / length;
}

double clau_real_fft_multiplicity(const struct clau_real_fft *fft, size_t i) {
    return fft->closing == CLAU_PERIODIC && (i == 0 || 2 * i == fft->points) ? 1.0 : 2.0;
}

void clau_real_fft_forward(struct clau_real_fft *fft, const double *values, double complex *modes) {
    if (fft->closing == CLAU_PERIODIC) {
        // FFTW does not write to the input of this plan, though its type does not say so.
        fftw_execute_dft_r2c(fft->forward, (double *)(uintptr_t)values, modes);
        return;
    }
    const size_t half = fft->modes;
    double complex *left = clau_fft_in_place(fft->half) ? modes : fft->left;
    for (size_t j = 0; j < half; j++)
        left[j] = CMPLX(values[j], -values[j + half]) * fft->twiddle[j];
    clau_fft_forward(fft->half, left, modes);
}

void clau_real_fft_backward(struct clau_real_fft *fft, double complex *modes, double *values) {
    if (fft->closing == CLAU_PERIODIC) {
        fftw_execute_dft_c2r(fft->backward, modes, values);
        return;
    }
    const size_t half = fft->modes;
    double complex *left = clau_fft_in_place(fft->half) ? modes : fft->left;
    clau_fft_backward(fft->half, modes, left);
    for (size_t j = 0; j < half; j++) {
        const double complex z = 2.0 * left[j] * conj(fft->twiddle[j]);
        values[j] = creal(z);
        values[j + half] = -cimag(z);
    }
}

// ---- estimates --------------------------------------------------------------------------------

double clau_fft_arrays(double points) { return points >= IN_PLACE_POINTS ? 1.0 : 2.0; }

/// Whether a length has small factors alone: others take Rader's or Bluestein's way, which is a
/// transform of a longer array.
static bool is_smooth(double points) {
    static const double factors[] = {2.0, 3.0, 5.0, 7.0, 11.0, 13.0};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        while (points > 1.0 && fmod(points, factors[i]) == 0.0) {
            points /= factors[i];
        }
    }
    return points <= 1.0;
}

// Bytes a point as measured with FFTW 3.3.10 at lengths of a million and two.
double clau_fft_plan_bytes(double points) { return points * (is_smooth(points) ? 4.0 : 98.0); }

double clau_real_fft_plan_bytes(double points, enum clau_closing closing) {
    if (closing == CLAU_PERIODIC) {
        return points * (is_smooth(points) ? 17.0 : 35.0);
    }
    // The twiddle factors, and z where transforms do not work in place.
    const double arrays = clau_fft_arrays(0.5 * points);
    return clau_fft_plan_bytes(0.5 * points) + 0.5 * points * sizeof(double complex) * arrays;
}

// ---- lengths ----------------------------------------------------------------------------------

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
