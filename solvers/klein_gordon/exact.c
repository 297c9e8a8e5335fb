// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/klein_gordon/exact.h"

#include <math.h>

static double lorentz(double u) { return 1.0 / sqrt((1.0 - u) * (1.0 + u)); }

/// 4 arctan(a) and its derivative with respect to time, from a and a_t.
static void four_arctan(double a, double a_t, double *phi, double *phi_t) {
    *phi = 4.0 * atan(a);
    *phi_t = 4.0 * a_t / (1.0 + a * a);
}

void kg_exact_kink(const struct kg_potential *potential, const struct kg_kink *kink,
                   const struct kg_moving_kink *moving, double x, double t, double *phi,
                   double *phi_t) {
    const double gamma = lorentz(moving->velocity), charge = moving->charge < 0 ? -1.0 : 1.0;
    double slope;
    kink->profile(potential, charge * gamma * (x - moving->position - moving->velocity * t), phi,
                  &slope);
    *phi_t = -charge * gamma * moving->velocity * slope;
}

void kg_exact_breather(const struct kg_breather *b, double x, double t, double *phi,
                       double *phi_t) {
    const double gamma = lorentz(b->velocity), w = b->frequency, rate = sqrt((1.0 - w) * (1.0 + w)),
                 y = x - b->position;
    const double angle = w * gamma * (t - b->velocity * y) + b->phase,
                 place = rate * gamma * (y - b->velocity * t);
    const double sech = 1.0 / cosh(place), a = rate / w * sin(angle) * sech;
    const double a_t =
        rate / w * sech *
        (w * gamma * cos(angle) + rate * gamma * b->velocity * tanh(place) * sin(angle));
    four_arctan(a, a_t, phi, phi_t);
}

void kg_exact_sine_gordon_pair(const struct kg_sine_gordon_pair *pair, double x, double t,
                               double *phi, double *phi_t) {
    const double u = pair->velocity, gamma = lorentz(u);
    // u -> 0 has a limit: kinks that were infinitely far apart at rest.
    const double meeting = u == 0.0 ? cosh(0.5 * pair->separation)
                                    : asinh(u * cosh(0.5 * gamma * pair->separation)) / (gamma * u);
    const double sech = 1.0 / cosh(gamma * (x - pair->position)), rest = meeting - t;
    const double a = (u == 0.0 ? rest : sinh(gamma * u * rest) / u) * sech;
    const double a_t = -gamma * (u == 0.0 ? 1.0 : cosh(gamma * u * rest)) * sech;
    if (isfinite(a) && isfinite(a_t))
        four_arctan(a, a_t, phi, phi_t);
    else
        *phi = copysign(2.0 * M_PI, rest), *phi_t = 0.0; // so far apart that a overflows
}
