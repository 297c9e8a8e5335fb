// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/active_modes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/fft.h"
#include "numerics/memory.h"
#include "numerics/phase.h"

static const double PRODUCT_FACTOR = 2.5; ///< product points per mode of one sign
static const double MARGIN = 1.1;         ///< room to grow before the first widening
static const double WIDENING = 1.3;
static const double ROUND_OFF = 1e-14; ///< smallest threshold
/// What the band leaves out changes the nonlinear term by as much, relative to it, at phases that
/// mostly average out; a single step may err by the whole tolerance.
static const double TOLERANCE_SHARE = 0.3;

static double norm2(const double complex *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += creal(values[i]) * creal(values[i]) + cimag(values[i]) * cimag(values[i]);
    return sum;
}

static bool takes_all(const struct nlse_active_modes *modes) {
    return modes->positive + modes->negative == modes->points;
}

static void take_all(struct nlse_active_modes *modes) {
    modes->positive = (modes->points + 1) / 2;
    modes->negative = modes->points / 2;
    modes->product_points = modes->points;
}

/// Takes the smallest good product grid for modes up to `needed`, and as many modes as it serves.
static void take_band(struct nlse_active_modes *modes, double needed) {
    const size_t product = clau_fft_good_length((size_t)(PRODUCT_FACTOR * needed) + 16);
    if (product >= modes->points) {
        take_all(modes);
        return;
    }
    modes->product_points = product;
    modes->negative = (size_t)((double)product / PRODUCT_FACTOR);
    modes->positive = modes->negative + 1;
}

/// Smallest M such that the modes |m| > M hold no more than the threshold allows.
static size_t highest_mode(const struct nlse_active_modes *modes, const double complex *all) {
    const size_t n = modes->points;
    const double limit = modes->threshold * modes->threshold * norm2(all, n);
    double tail = 0.0;
    for (size_t m = n / 2; m > 0; m--) {
        tail += norm2(all + m, 1) + (2 * m == n ? 0.0 : norm2(all + n - m, 1));
        if (tail > limit)
            return m;
    }
    return 0;
}

/// Largest distance of neighbouring modes, in the order of m, that are above the threshold.
static size_t largest_gap(const struct nlse_active_modes *modes, const double complex *all) {
    const size_t n = modes->points;
    const double limit = modes->threshold * modes->threshold * norm2(all, n);
    size_t gap = 0, last = n;
    for (size_t i = 0; i < n; i++) {
        const size_t m = (i + n - n / 2) % n; // from the lowest mode to the highest
        if (norm2(all + m, 1) <= limit)
            continue;
        if (last < n && i - last > gap)
            gap = i - last;
        last = i;
    }
    return gap;
}

bool nlse_active_modes_init(struct nlse_active_modes *modes, const struct nlse_problem *problem,
                            const double complex *coefficients, size_t product_points,
                            double relative_tolerance) {
    const size_t points = problem->grid->points;
    *modes = (struct nlse_active_modes){
        .problem = problem,
        .points = points,
        .outside = clau_allocate(points, sizeof *modes->outside),
    };
    if (modes->outside == NULL)
        return false;
    memcpy(modes->outside, coefficients, points * sizeof *modes->outside);
    take_all(modes);
    modes->product_points = product_points;
    if (relative_tolerance > 0.0) {
        modes->threshold = fmax(ROUND_OFF, TOLERANCE_SHARE * relative_tolerance);
        modes->gap = largest_gap(modes, coefficients);
        const double highest = (double)highest_mode(modes, coefficients);
        take_band(modes, fmax(MARGIN * highest, highest + 2.0 * (double)modes->gap));
    }
    return true;
}

void nlse_active_modes_finish(struct nlse_active_modes *modes) {
    free(modes->outside);
    *modes = (struct nlse_active_modes){0};
}

void nlse_active_modes_gather(const struct nlse_active_modes *modes, const double complex *all,
                              double complex *band) {
    memcpy(band, all, modes->positive * sizeof *band);
    memcpy(band + modes->positive, all + modes->points - modes->negative,
           modes->negative * sizeof *band);
}

void nlse_active_modes_gather_real(const struct nlse_active_modes *modes, const double *all,
                                   double *band) {
    memcpy(band, all, modes->positive * sizeof *band);
    memcpy(band + modes->positive, all + modes->points - modes->negative,
           modes->negative * sizeof *band);
}

void nlse_active_modes_scatter(const struct nlse_active_modes *modes, const double complex *band,
                               double time, double complex *all) {
    const size_t first = modes->positive, last = modes->points - modes->negative;
    memcpy(all, band, modes->positive * sizeof *all);
    memcpy(all + last, band + modes->positive, modes->negative * sizeof *all);
    memcpy(all + first, modes->outside + first, (last - first) * sizeof *all);
    clau_phase_rotate(last - first, -(time - modes->outside_time),
                      modes->problem->frequency + first, all + first);
}

bool nlse_active_modes_too_narrow(const struct nlse_active_modes *modes,
                                  const double complex *band) {
    const size_t count = modes->positive + modes->negative;
    if (takes_all(modes))
        return false;
    const size_t sixteenth = modes->negative / 16 + 2;
    const size_t edge = modes->gap > sixteenth ? modes->gap : sixteenth;
    // The edge lies in the middle of the band order: the last positive, the first negative modes.
    return norm2(band + modes->positive - edge, 2 * edge) >
           modes->threshold * modes->threshold * norm2(band, count);
}

void nlse_active_modes_widen(struct nlse_active_modes *modes, const double complex *all,
                             double time) {
    memcpy(modes->outside, all, modes->points * sizeof *all);
    modes->outside_time = time;
    const double band = (double)modes->negative;
    take_band(modes, fmax(WIDENING * band, band + (double)modes->gap));
}

void nlse_active_modes_save(const struct nlse_active_modes *modes,
                            struct clau_checkpoint *checkpoint) {
    clau_checkpoint_put_integer(checkpoint, "modes.positive", (int64_t)modes->positive);
    clau_checkpoint_put_integer(checkpoint, "modes.negative", (int64_t)modes->negative);
    clau_checkpoint_put_integer(checkpoint, "modes.product_points", (int64_t)modes->product_points);
    clau_checkpoint_put_real(checkpoint, "modes.outside_time", modes->outside_time);
    if (!takes_all(modes))
        clau_checkpoint_put_reals(checkpoint, "modes.outside", (const double *)modes->outside,
                                  2 * modes->points);
}

/// Whether numbers are those of a band that take_band or take_all could have made, or the present
/// ones: the rest relies on its shape.
static bool is_band(const struct nlse_active_modes *modes, int64_t positive, int64_t negative,
                    int64_t product_points) {
    const int64_t points = (int64_t)modes->points;
    if (positive == (points + 1) / 2 && negative == points / 2)
        return product_points == points || product_points == (int64_t)modes->product_points;
    return modes->threshold > 0.0 && product_points >= 16 && product_points < points &&
           negative == (int64_t)((double)product_points / PRODUCT_FACTOR) &&
           positive == negative + 1 && positive >= 6;
}

enum clau_status nlse_active_modes_restore(struct nlse_active_modes *modes,
                                           const struct clau_checkpoint *checkpoint,
                                           struct clau_error *error) {
    int64_t positive = 0, negative = 0, product_points = 0;
    enum clau_status status =
        clau_checkpoint_get_integer(checkpoint, "modes.positive", &positive, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integer(checkpoint, "modes.negative", &negative, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_integer(checkpoint, "modes.product_points", &product_points, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_real(checkpoint, "modes.outside_time", &modes->outside_time, error);
    if (status != CLAU_OK)
        return status;
    if (!is_band(modes, positive, negative, product_points))
        return clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint's band of modes is damaged");
    modes->positive = (size_t)positive;
    modes->negative = (size_t)negative;
    modes->product_points = (size_t)product_points;
    // It belongs to the initial state; a file with another one may stand in its place now.
    modes->gap = modes->gap < modes->negative ? modes->gap : modes->negative;
    return takes_all(modes)
               ? CLAU_OK
               : clau_checkpoint_get_reals(checkpoint, "modes.outside", (double *)modes->outside,
                                           2 * modes->points, error);
}
