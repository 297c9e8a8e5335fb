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

/// ln cosh(x) and ln sinh(x), x > 0, of any size.
static double log_cosh(double x) { return fabs(x) + log1p(exp(-2.0 * fabs(x))) - M_LN2; }
static double log_sinh(double x) { return x + log(-expm1(-2.0 * x)) - M_LN2; }

/// Time until the two meet: gamma u T = asinh(u cosh(gamma separation/2)). As u goes to 0 it has a
/// limit: kinks that come from infinity with no speed left there.
static double meeting_time(double u, double gamma, double half) {
    const double log_argument = log(u) + log_cosh(gamma * half);
    if (u == 0.0)
        return cosh(half);
    const double angle = log_argument > 20.0 ? log_argument + M_LN2 : asinh(u * cosh(gamma * half));
    return angle / (gamma * u);
}

void kg_exact_sine_gordon_pair(const struct kg_sine_gordon_pair *pair, double x, double t,
                               double *phi, double *phi_t) {
    const double u = fabs(pair->velocity), gamma = lorentz(u); // even in the velocity
    const double rest = meeting_time(u, gamma, 0.5 * pair->separation) - t;
    const double fall = log_cosh(gamma * (x - pair->position)), angle = gamma * u * fabs(rest);
    // 4 arctan a with a = sinh(angle)/(u cosh(...)), from logarithms: either may overflow alone.
    const double a = u == 0.0      ? rest * exp(-fall)
                     : rest == 0.0 ? 0.0
                                   : copysign(exp(log_sinh(angle) - log(u) - fall), rest);
    const double a_t = -gamma * exp((u == 0.0 ? 0.0 : log_cosh(angle)) - fall);
    *phi = 4.0 * atan(a);
    // a_t/(1 + a^2), where a^2 may overflow.
    *phi_t = fabs(a) < 1.0 ? 4.0 * a_t / (1.0 + a * a) : 4.0 * (a_t / a) / (a + 1.0 / a);
    if (!isfinite(*phi_t))
        *phi_t = 0.0; // both overflow: deep between the two
}
