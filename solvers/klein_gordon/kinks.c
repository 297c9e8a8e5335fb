// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/klein_gordon/kinks.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

enum { NODES = 6 }; ///< of the interpolation, as many on each side of the crossing

// In units of a tail's width 1/m, m^2 = V'' in the vacuum: where tails no longer make one lump, and
// where a kink is its tail alone. Windows last so many periods of the waves of frequency m, about
// as long as those of a shape mode. Free is FREE_RATIO times the kinetic energy that the attraction
// could take back: what is left of it in the velocity is below half a percent.
static const double APART_WIDTHS = 6.0, TAIL_WIDTHS = 8.0;
static const double WINDOW_PERIODS = 2.0, FREE_RATIO = 100.0;

/// The field at a grid point of the endless line.
static double field_at(const double *phi, ptrdiff_t points, struct kg_closing closing,
                       ptrdiff_t j) {
    if (j < 0)
        return closing.sign * (phi[j + points] - closing.shift);
    return j < points ? phi[j] : closing.sign * phi[j - points] + closing.shift;
}

/// Lagrange's polynomial through value[i] at x = i, at x.
static double interpolate(const double *value, double x) {
    double sum = 0.0;
    for (int i = 0; i < NODES; i++) {
        double weight = value[i];
        for (int k = 0; k < NODES; k++)
            if (k != i)
                weight *= (x - k) / (double)(i - k);
        sum += weight;
    }
    return sum;
}

/// Where phi crosses the level between grid points j and j + 1, in grid cells from point 0.
static double crossing(const double *phi, ptrdiff_t points, struct kg_closing closing, ptrdiff_t j,
                       double level) {
    double value[NODES];
    for (ptrdiff_t i = 0; i < NODES; i++)
        value[i] = field_at(phi, points, closing, j - NODES / 2 + 1 + i) - level;
    double left = NODES / 2 - 1, right = NODES / 2; // the values here are of opposite signs
    const bool rises = value[NODES / 2 - 1] <= 0.0;
    for (int i = 0; i < 52; i++) {
        const double middle = 0.5 * (left + right);
        if ((interpolate(value, middle) <= 0.0) == rises)
            left = middle;
        else
            right = middle;
    }
    return (double)(j - NODES / 2 + 1) + 0.5 * (left + right);
}

static void find_all(struct kg_kinks *kinks, const struct kg_potential *potential,
                     const struct clau_grid *grid, struct kg_closing closing, const double *phi) {
    const ptrdiff_t points = (ptrdiff_t)grid->points;
    kinks->count = 0;
    for (size_t i = 0; i < KG_MAXIMUM_KINKS; i++)
        kinks->position[i] = kinks->charge[i] = NAN;
    ptrdiff_t sector = kg_potential_sector(potential, phi[0]);
    for (ptrdiff_t j = 0; j < points; j++) {
        const ptrdiff_t next =
            kg_potential_sector(potential, field_at(phi, points, closing, j + 1));
        const ptrdiff_t direction = next > sector ? 1 : -1;
        // A cell may hold more than one level where a field is steep.
        while (sector != next && kinks->count < KG_MAXIMUM_KINKS) {
            const double level = kg_potential_level(potential, next > sector ? sector : sector - 1);
            kinks->position[kinks->count] =
                grid->x[0] + grid->spacing * crossing(phi, points, closing, j, level);
            kinks->charge[kinks->count++] = (double)direction;
            sector += direction;
        }
        kinks->count += (size_t)(next > sector ? next - sector : sector - next);
        sector = next;
    }
}

static void forget_line(struct kg_kinks *kinks) {
    kinks->line_count = kinks->line_t = kinks->line_x = kinks->line_tt = kinks->line_tx = 0.0;
}

/// Energy with which the tails of two kinks attract each other at a distance, from above: the
/// slower tail A exp(-m x) gives 2 m A^2 exp(-m distance) (Manton, Nucl. Phys. B 150, 397 (1979)).
static double attraction(const struct kg_potential *potential, const struct kg_kink *kink, double m,
                         double distance) {
    double energy = 0.0;
    for (int side = -1; side <= 1; side += 2) {
        const double vacuum = side < 0 ? kink->left : kink->right;
        const double rate = sqrt(kg_potential_curvature(potential, vacuum));
        double phi, slope;
        kink->profile(potential, side * TAIL_WIDTHS / rate, &phi, &slope);
        const double amplitude = fabs(phi - vacuum) * exp(TAIL_WIDTHS);
        energy = fmax(energy, 2.0 * m * amplitude * amplitude * exp(-m * distance));
    }
    return energy;
}

/// Rest mass of a kink, the integral of phi_x^2.
static double rest_mass(const struct kg_potential *potential, const struct kg_kink *kink,
                        double m) {
    const double step = 0.1 / m;
    double sum = 0.0;
    for (int i = -200; i <= 200; i++) {
        double phi, slope;
        kink->profile(potential, i * step, &phi, &slope);
        sum += slope * slope;
    }
    return sum * step;
}

/// Starts the next window of time here.
static void begin_window(struct kg_kinks *kinks, double time, double distance) {
    kinks->window_start = time;
    kinks->window_distance = distance;
}

static void extend_line(struct kg_kinks *kinks, double time, double distance) {
    if (kinks->line_count == 0.0)
        kinks->line_start = time;
    const double t = time - kinks->line_start, x = 0.5 * distance;
    kinks->line_count += 1.0;
    kinks->line_t += t;
    kinks->line_x += x;
    kinks->line_tt += t * t;
    kinks->line_tx += t * x;
}

/// A pair is free when its kinetic energy M v^2, with v the mean over a window of time, is far
/// above the attraction: a captured pair turns round where the two are equal, so it never is.
static void follow_pair(struct kg_kinks *kinks, const struct kg_potential *potential, double time) {
    struct kg_kink kink;
    const double distance = kinks->count == 2 ? kinks->position[1] - kinks->position[0] : NAN;
    kinks->escape_velocity = NAN;
    if (kinks->bounces == 0.0 || !kg_potential_kink(potential, &kink))
        return;
    // A kink's tail falls off as exp(-m x).
    const double m = sqrt(fmin(kg_potential_curvature(potential, kink.left),
                               kg_potential_curvature(potential, kink.right)));
    if (!(distance * m > APART_WIDTHS)) {
        forget_line(kinks);
        begin_window(kinks, NAN, NAN);
        return;
    }
    if (isnan(kinks->window_start))
        begin_window(kinks, time, distance);
    const double window = WINDOW_PERIODS * 2.0 * M_PI / m;
    const double passed = time - kinks->window_start;
    if (passed >= window * (1.0 - 1e-9)) {
        const double v = 0.5 * (distance - kinks->window_distance) / passed;
        const double energy = rest_mass(potential, &kink, m) * v * v;
        const bool free = v > 0.0 && energy > FREE_RATIO * attraction(potential, &kink, m,
                                                                      kinks->window_distance);
        if (!free)
            forget_line(kinks);
        else if (kinks->line_count == 0.0)
            extend_line(kinks, kinks->window_start, kinks->window_distance);
        begin_window(kinks, time, distance);
    }
    if (kinks->line_count == 0.0)
        return;
    extend_line(kinks, time, distance);
    const double n = kinks->line_count;
    kinks->escape_velocity = (n * kinks->line_tx - kinks->line_t * kinks->line_x) /
                             (n * kinks->line_tt - kinks->line_t * kinks->line_t);
}

void kg_kinks_init(struct kg_kinks *kinks) {
    *kinks = (struct kg_kinks){.previous_count = NAN, .escape_velocity = NAN};
    begin_window(kinks, NAN, NAN);
}

void kg_kinks_find(struct kg_kinks *kinks, const struct kg_potential *potential,
                   const struct clau_grid *grid, struct kg_closing closing, const double *phi,
                   double time) {
    find_all(kinks, potential, grid, closing, phi);
    const double count = (double)kinks->count;
    if (count < kinks->previous_count)
        kinks->bounces += floor(0.5 * (kinks->previous_count - count));
    kinks->previous_count = count;
    follow_pair(kinks, potential, time);
}

// ---- checkpoints ------------------------------------------------------------------------------

/// What is kept from one observation to the next.
static const struct {
    const char *name;
    size_t offset;
} kept[] = {
#define KEPT(member)                                                                               \
    { #member, offsetof(struct kg_kinks, member) }
    KEPT(previous_count), KEPT(bounces),    KEPT(window_start), KEPT(window_distance),
    KEPT(line_start),     KEPT(line_count), KEPT(line_t),       KEPT(line_x),
    KEPT(line_tt),        KEPT(line_tx),
#undef KEPT
};

enum { KEPT_COUNT = sizeof kept / sizeof *kept };

enum { NAME_LENGTH = 64 };

static double *kept_member(struct kg_kinks *kinks, size_t i) {
    return (double *)(void *)((char *)kinks + kept[i].offset);
}

void kg_kinks_save(const struct kg_kinks *kinks, const char *name,
                   struct clau_checkpoint *checkpoint) {
    struct kg_kinks copy = *kinks;
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        char text[NAME_LENGTH];
        snprintf(text, sizeof text, "%s.%s", name, kept[i].name);
        clau_checkpoint_put_real(checkpoint, text, *kept_member(&copy, i));
    }
}

enum clau_status kg_kinks_restore(struct kg_kinks *kinks, const char *name,
                                  const struct clau_checkpoint *checkpoint,
                                  struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < KEPT_COUNT && status == CLAU_OK; i++) {
        char text[NAME_LENGTH];
        snprintf(text, sizeof text, "%s.%s", name, kept[i].name);
        status = clau_checkpoint_get_real(checkpoint, text, kept_member(kinks, i), error);
    }
    return status;
}
