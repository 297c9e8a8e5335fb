// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/turning.h"

#include <math.h>

/// Sums of unit vectors shorter than this have no direction but that of round-off.
static const double VANISHES = 1e-12;

static double dot(const double a[3], const double b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

bool couzin_unit(const double a[3], double out[3]) {
    double largest = 0.0, scaled[3];
    for (int d = 0; d < 3; d++)
        largest = fmax(largest, fabs(a[d]));
    if (!(largest > 0.0) || !isfinite(a[0]) || !isfinite(a[1]) || !isfinite(a[2]))
        return false;
    for (int d = 0; d < 3; d++)
        scaled[d] = a[d] / largest;
    const double norm = sqrt(dot(scaled, scaled));
    for (int d = 0; d < 3; d++)
        out[d] = scaled[d] / norm;
    return true;
}

/// a/|a|; false, and out untouched, where a vanishes.
static bool normalise(const double a[3], double out[3]) {
    const double norm = sqrt(dot(a, a));
    if (!(norm > VANISHES))
        return false;
    if (!(norm < 1e100)) // it may have overflowed
        return couzin_unit(a, out);
    const double scale = 1.0 / norm;
    for (int d = 0; d < 3; d++)
        out[d] = scale * a[d];
    return true;
}

/// A unit vector across the unit vector a, at an azimuth given by v in [0, 1): in two dimensions
/// the one to the left. (Basis: T. Duff et al., "Building an orthonormal basis, revisited", 2017.)
static void across(int dimensions, const double a[3], double v, double out[3]) {
    if (dimensions == 2) {
        out[0] = -a[1];
        out[1] = a[0];
        out[2] = 0.0;
        return;
    }
    const double sign = copysign(1.0, a[2]), p = -1.0 / (sign + a[2]), q = a[0] * a[1] * p;
    const double first[3] = {1.0 + sign * a[0] * a[0] * p, sign * q, -sign * a[0]};
    const double second[3] = {q, sign + a[1] * a[1] * p, -a[1]};
    double sine, cosine;
    sincos(2.0 * M_PI * v, &sine, &cosine);
    for (int d = 0; d < 3; d++)
        out[d] = cosine * first[d] + sine * second[d];
}

/// The unit vector at an angle from a towards b, which stands across it.
static void rotate(const double a[3], const double b[3], double sine, double cosine,
                   double out[3]) {
    double sum[3];
    for (int d = 0; d < 3; d++)
        sum[d] = cosine * a[d] + sine * b[d];
    // Takes away the round-off that would add up over the steps; first order is enough for it.
    const double scale = 1.5 - 0.5 * dot(sum, sum);
    for (int d = 0; d < 3; d++)
        out[d] = scale * sum[d];
}

/// Turns towards the unit vector `wish` on the great circle, by max_turn at most. If it is just
/// behind, any way round is as good: v says which (in two dimensions to the left).
static void turn_towards(const struct couzin_decision *by, const double heading[3],
                         const double wish[3], double v, double out[3]) {
    const double cosine = dot(heading, wish);
    double aside[3];
    for (int d = 0; d < 3; d++)
        aside[d] = wish[d] - cosine * heading[d];
    // Small angles by their sine: the cosine does not tell them from 0.
    const double sine2 = dot(aside, aside);
    if (by->max_turn < M_PI_2 ? cosine > 0.0 && sine2 <= by->sin_max_turn * by->sin_max_turn
                              : by->max_turn >= M_PI || cosine >= by->cos_max_turn) {
        for (int d = 0; d < 3; d++)
            out[d] = wish[d];
        return;
    }
    if (!normalise(aside, aside))
        across(by->dimensions, heading, v, aside);
    if (sine2 < 1e-4) { // little was left of the wish: what stands across is freed of round-off
        const double along = dot(heading, aside);
        for (int d = 0; d < 3; d++)
            aside[d] -= along * heading[d];
        normalise(aside, aside);
    }
    rotate(heading, aside, by->sin_max_turn, by->cos_max_turn, out);
}

/// Unit vector of the wished direction: of `social`, or of the heading where that vanishes, with
/// the preferred direction of an informed individual mixed in unless it is repelled.
static void wish_for(const struct couzin_decision *by, const double social[3], bool repelled,
                     const double heading[3], double wish[3]) {
    if (!normalise(social, wish))
        for (int d = 0; d < 3; d++)
            wish[d] = heading[d];
    if (by->preferred != NULL && !repelled) {
        double mixed[3];
        for (int d = 0; d < 3; d++)
            mixed[d] = wish[d] + by->preference * by->preferred[d];
        normalise(mixed, wish);
    }
}

static void turn_2002(const struct couzin_decision *by, const struct couzin_sums *sums,
                      const double heading[3], double turned[3]) {
    double social[3] = {0.0, 0.0, 0.0}, wish[3];
    for (int d = 0; d < 3; d++) {
        if (sums->repelled) {
            social[d] = -sums->repulsion[d];
            continue;
        }
        if (sums->oriented)
            social[d] += heading[d] + sums->orientation[d];
        if (sums->attracted)
            social[d] += sums->attraction[d];
    }
    wish_for(by, social, sums->repelled, heading, wish);
    if (by->noise > 0.0) {
        double normal[2], aside[3], sine, cosine;
        clau_random_normal_pair(by->words.word[0], by->words.word[1], normal);
        across(by->dimensions, wish, clau_random_half_open(by->words.word[2]), aside);
        sincos(by->noise * normal[0], &sine, &cosine);
        rotate(wish, aside, sine, cosine, wish);
    }
    turn_towards(by, heading, wish, clau_random_half_open(by->words.word[3]), turned);
}

static void turn_weighted(const struct couzin_decision *by, const struct couzin_sums *sums,
                          const double heading[3], double turned[3]) {
    double social[3], wish[3], sum[3], normal[4];
    for (int d = 0; d < 3; d++)
        social[d] = sums->repelled
                        ? -sums->repulsion[d]
                        : by->orientation_weight * sums->orientation[d] + sums->attraction[d];
    wish_for(by, social, sums->repelled, heading, wish);
    const double angle = acos(fmax(-1.0, fmin(1.0, dot(heading, wish))));
    const double way = angle <= by->max_turn ? 1.0 : by->max_turn / angle;
    for (int d = 0; d < 3; d++) {
        sum[d] = (1.0 - way) * heading[d] + way * wish[d];
        turned[d] = heading[d];
    }
    normalise(sum, turned);
    if (by->noise > 0.0) {
        clau_random_normal_pair(by->words.word[0], by->words.word[1], normal);
        clau_random_normal_pair(by->words.word[2], by->words.word[3], normal + 2);
        for (int d = 0; d < by->dimensions; d++)
            sum[d] = turned[d] + by->noise * normal[d];
        for (int d = by->dimensions; d < 3; d++)
            sum[d] = 0.0;
        normalise(sum, turned);
    }
}

void couzin_turn(enum couzin_rule rule, const struct couzin_decision *decision,
                 const struct couzin_sums *sums, const double heading[3], double turned[3]) {
    if (rule == COUZIN_WEIGHTED)
        turn_weighted(decision, sums, heading, turned);
    else
        turn_2002(decision, sums, heading, turned);
}
