// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/klein_gordon/potential.h"

#include <math.h>
#include <string.h>

#include "solvers/klein_gordon/klein_gordon.h"

// ---- keys -------------------------------------------------------------------------------------

struct linear {
    double mass;
};

struct phi4 {
    double lambda, vacuum;
};

struct double_sine_gordon {
    double epsilon;
};

struct polynomial {
    struct clau_reals coefficients;
};

static const struct clau_parameter linear_parameters[] = {
    {.key = "mass",
     .type = CLAU_REAL,
     .offset = offsetof(struct linear, mass),
     .fallback = "1.0",
     .range = {true, 0.0, INFINITY, false, true},
     .description = "m: waves have omega^2 = k^2 + m^2"},
};

static const struct clau_parameter phi4_parameters[] = {
    {.key = "lambda",
     .type = CLAU_REAL,
     .offset = offsetof(struct phi4, lambda),
     .fallback = "1.0",
     .range = CLAU_ABOVE(0),
     .description = "strength of the self-interaction"},
    {.key = "vacuum",
     .type = CLAU_REAL,
     .offset = offsetof(struct phi4, vacuum),
     .fallback = "1.0",
     .range = CLAU_ABOVE(0),
     .description = "v: the vacua are phi = -v and v"},
};

static const struct clau_parameter double_sine_gordon_parameters[] = {
    {.key = "epsilon",
     .type = CLAU_REAL,
     .offset = offsetof(struct double_sine_gordon, epsilon),
     .fallback = "0.5",
     .range = {true, -0.5, INFINITY, true, true},
     .description = "weight of the second harmonic; phi = 0 is a vacuum for epsilon > -1/2"},
};

static const struct clau_parameter polynomial_parameters[] = {
    {.key = "coefficients",
     .type = CLAU_REALS,
     .offset = offsetof(struct polynomial, coefficients),
     .required = true,
     .range = CLAU_FINITE,
     .minimum_count = 3,
     .maximum_count = KG_MAXIMUM_DEGREE + 1,
     .description = "[c0, c1, c2, ...]; the highest power must be even, its coefficient positive"},
};

static const struct clau_kind kinds[] = {
    [KG_LINEAR] = {"linear", "V = m^2 phi^2 / 2", ROWS(linear_parameters), sizeof(struct linear)},
    [KG_PHI4] = {"phi4", "V = (lambda/4) (phi^2 - v^2)^2, kinks between -v and v",
                 ROWS(phi4_parameters), sizeof(struct phi4)},
    [KG_SINE_GORDON] = {"sine-gordon", "V = 1 - cos(phi), kinks between multiples of 2 pi", NULL, 0,
                        0},
    [KG_PHI6] = {"phi6", "V = phi^2 (1 - phi^2)^2 / 2, kinks between -1, 0 and 1", NULL, 0, 0},
    [KG_DOUBLE_SINE_GORDON] = {"double-sine-gordon",
                               "V = (1 - cos(phi)) + (epsilon/2) (1 - cos(2 phi))",
                               ROWS(double_sine_gordon_parameters),
                               sizeof(struct double_sine_gordon)},
    [KG_POLYNOMIAL] = {"polynomial", "V = c0 + c1 phi + c2 phi^2 + ...",
                       ROWS(polynomial_parameters), sizeof(struct polynomial)},
};

const struct clau_kinds kg_potentials = {"potentials", "kind", ROWS(kinds)};

// ---- polynomials ------------------------------------------------------------------------------

/// The polynomial's derivative of an order, by Horner's rule.
static double horner(const struct kg_potential *p, size_t order, double phi) {
    double sum = 0.0;
    for (size_t i = p->degree + 1; i-- > order;) {
        double factor = p->coefficients[i];
        for (size_t j = 0; j < order; j++)
            factor *= (double)(i - j);
        sum = sum * phi + factor;
    }
    return sum;
}

static double bisect(const struct kg_potential *p, size_t order, double left, double right) {
    const bool rises = horner(p, order, left) < 0.0;
    for (int i = 0; i < 200 && left < right; i++) {
        const double middle = 0.5 * (left + right);
        if (middle <= left || middle >= right)
            break;
        if ((horner(p, order, middle) < 0.0) == rises)
            left = middle;
        else
            right = middle;
    }
    return 0.5 * (left + right);
}

/// Real roots, with a change of sign, of the derivative of an order, ascending: each lies between
/// two neighbouring roots of the next derivative, or outside of them all.
static size_t roots(const struct kg_potential *p, size_t order, double *result) {
    if (order >= p->degree)
        return 0;
    double turns[KG_MAXIMUM_DEGREE + 2];
    const size_t count = roots(p, order + 1, turns + 1);
    // Cauchy's bound of all roots of all derivatives (those of a derivative lie in the convex hull
    // of the polynomial's).
    double bound = 0.0;
    for (size_t i = 0; i < p->degree; i++)
        bound = fmax(bound, fabs(p->coefficients[i] / p->coefficients[p->degree]));
    turns[0] = -1.0 - bound;
    turns[count + 1] = 1.0 + bound;
    size_t found = 0;
    for (size_t i = 0; i <= count; i++) {
        const double left = horner(p, order, turns[i]), right = horner(p, order, turns[i + 1]);
        if ((left < 0.0) != (right < 0.0))
            result[found++] = bisect(p, order, turns[i], turns[i + 1]);
    }
    return found;
}

/// Levels at the maxima of V, ground state at its lowest minimum (of equals the leftmost, up to
/// rounding).
static void find_vacua(struct kg_potential *p) {
    double extrema[KG_MAXIMUM_DEGREE + 1];
    const size_t count = roots(p, 1, extrema);
    double lowest = INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (i % 2 == 1) { // V comes from +infinity: minimum, maximum, minimum, ...
            p->levels[p->level_count++] = extrema[i];
            continue;
        }
        const double value = horner(p, 0, extrema[i]);
        if (value < lowest - 1e-12 * (1.0 + fabs(value))) {
            lowest = value;
            p->ground = extrema[i];
        }
    }
}

// ---- making -----------------------------------------------------------------------------------

static void init_polynomial(struct kg_potential *p, const struct polynomial *from) {
    p->degree = from->coefficients.count - 1;
    memcpy(p->coefficients, from->coefficients.values, (p->degree + 1) * sizeof(double));
    p->force.form = KG_FORCE_POLYNOMIAL;
    p->force.terms = p->degree;
    for (size_t i = 1; i <= p->degree; i++)
        p->force.c[i - 1] = (double)i * p->coefficients[i];
    if (kg_potential_is_bounded(p))
        find_vacua(p);
}

void kg_potential_init(struct kg_potential *p, const struct clau_variant *parameters) {
    *p = (struct kg_potential){.kind = (enum kg_potential_kind)parameters->kind};
    switch (p->kind) {
    case KG_LINEAR:
        p->mass = ((const struct linear *)parameters->values)->mass;
        p->force = (struct kg_force){.form = KG_FORCE_ODD, .c = {p->mass * p->mass}};
        break;
    case KG_PHI4:
        p->lambda = ((const struct phi4 *)parameters->values)->lambda;
        p->vacuum = ((const struct phi4 *)parameters->values)->vacuum;
        p->force = (struct kg_force){.form = KG_FORCE_ODD,
                                     .c = {-p->lambda * p->vacuum * p->vacuum, p->lambda}};
        p->level_count = 1;
        p->ground = -p->vacuum;
        break;
    case KG_SINE_GORDON:
        p->force = (struct kg_force){.form = KG_FORCE_SINE};
        break;
    case KG_PHI6:
        p->force = (struct kg_force){.form = KG_FORCE_ODD, .c = {1.0, -4.0, 3.0}};
        p->level_count = 2;
        p->levels[0] = -M_SQRT1_2;
        p->levels[1] = M_SQRT1_2;
        break;
    case KG_DOUBLE_SINE_GORDON:
        p->epsilon = ((const struct double_sine_gordon *)parameters->values)->epsilon;
        p->force = (struct kg_force){.form = KG_FORCE_DOUBLE_SINE, .c = {2.0 * p->epsilon}};
        break;
    case KG_POLYNOMIAL:
        init_polynomial(p, parameters->values);
        break;
    }
}

bool kg_potential_is_bounded(const struct kg_potential *p) {
    return p->kind != KG_POLYNOMIAL || (p->degree % 2 == 0 && p->coefficients[p->degree] > 0.0);
}

// ---- values -----------------------------------------------------------------------------------

double kg_potential_value(const struct kg_potential *p, double phi) {
    switch (p->kind) {
    case KG_LINEAR:
        return 0.5 * p->mass * p->mass * phi * phi;
    case KG_PHI4: {
        const double d = phi * phi - p->vacuum * p->vacuum;
        return 0.25 * p->lambda * d * d;
    }
    case KG_SINE_GORDON: {
        const double s = sin(0.5 * phi);
        return 2.0 * s * s;
    }
    case KG_PHI6: {
        const double d = phi * (1.0 - phi * phi);
        return 0.5 * d * d;
    }
    case KG_DOUBLE_SINE_GORDON: {
        const double s = sin(0.5 * phi), c = cos(0.5 * phi);
        return 2.0 * s * s * (1.0 + 2.0 * p->epsilon * c * c);
    }
    case KG_POLYNOMIAL:
        return horner(p, 0, phi);
    }
    return NAN;
}

double kg_potential_slope(const struct kg_potential *p, double phi) {
    double slope;
    kg_slope(1, &p->force, &phi, 0.0, NULL, 0.0, 1.0, &slope);
    return slope;
}

double kg_potential_curvature(const struct kg_potential *p, double phi) {
    const double square = phi * phi;
    switch (p->kind) {
    case KG_LINEAR:
    case KG_PHI4:
    case KG_PHI6:
        return p->force.c[0] + square * (3.0 * p->force.c[1] + square * 5.0 * p->force.c[2]);
    case KG_SINE_GORDON:
        return cos(phi);
    case KG_DOUBLE_SINE_GORDON:
        return cos(phi) + 2.0 * p->epsilon * cos(2.0 * phi);
    case KG_POLYNOMIAL:
        return horner(p, 2, phi);
    }
    return NAN;
}

double kg_potential_stiffness(const struct kg_potential *p, double minimum, double maximum) {
    enum { SAMPLES = 256 };
    double largest = 0.0;
    for (int i = 0; i <= SAMPLES; i++)
        largest = fmax(largest, kg_potential_curvature(p, minimum + (maximum - minimum) *
                                                                        (double)i / SAMPLES));
    return largest;
}

void kg_potential_values(const struct kg_potential *p, size_t count, const double *phi,
                         double *out) {
    for (size_t j = 0; j < count; j++)
        out[j] = kg_potential_value(p, phi[j]);
}

// ---- vacua ------------------------------------------------------------------------------------

static bool is_periodic(const struct kg_potential *p) {
    return p->kind == KG_SINE_GORDON || p->kind == KG_DOUBLE_SINE_GORDON;
}

bool kg_potential_has_levels(const struct kg_potential *p) {
    return is_periodic(p) || p->level_count > 0;
}

ptrdiff_t kg_potential_sector(const struct kg_potential *p, double phi) {
    if (is_periodic(p))
        return (ptrdiff_t)fmin(fmax(floor((phi + M_PI) / (2.0 * M_PI)), -0x1p53), 0x1p53);
    ptrdiff_t sector = 0;
    while ((size_t)sector < p->level_count && phi > p->levels[sector])
        sector++;
    return sector;
}

double kg_potential_level(const struct kg_potential *p, ptrdiff_t sector) {
    return is_periodic(p) ? M_PI * (2.0 * (double)sector + 1.0) : p->levels[sector];
}

double kg_potential_vacuum_distance(const struct kg_potential *p) {
    switch (p->kind) {
    case KG_PHI4:
        return 2.0 * p->vacuum;
    case KG_SINE_GORDON:
    case KG_DOUBLE_SINE_GORDON:
        return 2.0 * M_PI;
    case KG_PHI6:
        return 1.0;
    case KG_LINEAR:
    case KG_POLYNOMIAL:
        break;
    }
    return 0.0;
}

// ---- kinks ------------------------------------------------------------------------------------
// All solve the first-order equation phi_x = sqrt(2 V) and are exact.

static double sech(double x) { return 1.0 / cosh(x); }

static void phi4_kink(const struct kg_potential *p, double x, double *phi, double *slope) {
    const double rate = p->vacuum * sqrt(0.5 * p->lambda), s = sech(rate * x);
    *phi = p->vacuum * tanh(rate * x);
    *slope = p->vacuum * rate * s * s;
}

static void sine_gordon_kink(const struct kg_potential *p, double x, double *phi, double *slope) {
    (void)p;
    *phi = 4.0 * atan(exp(x));
    *slope = 2.0 * sech(x);
}

static void phi6_kink(const struct kg_potential *p, double x, double *phi, double *slope) {
    (void)p;
    *phi = 1.0 / sqrt(1.0 + exp(-2.0 * x));
    *slope = *phi / (1.0 + exp(2.0 * x)); // phi (1 - phi^2)
}

// With y = cot(phi/2) the equation becomes y_x = -sqrt(1 + (1 + 2 epsilon) y^2).
static void double_sine_gordon_kink(const struct kg_potential *p, double x, double *phi,
                                    double *slope) {
    const double rate = sqrt(1.0 + 2.0 * p->epsilon), y = sinh(rate * x) / rate;
    *phi = M_PI + 2.0 * atan(y);
    *slope = 2.0 * cosh(rate * x) / (1.0 + y * y);
    if (!isfinite(*slope)) // cosh and y^2 overflow: the tail is 0 long before
        *slope = 0.0;
}

bool kg_potential_kink(const struct kg_potential *p, struct kg_kink *kink) {
    switch (p->kind) {
    case KG_PHI4:
        *kink = (struct kg_kink){-p->vacuum, p->vacuum, phi4_kink};
        return true;
    case KG_SINE_GORDON:
        *kink = (struct kg_kink){0.0, 2.0 * M_PI, sine_gordon_kink};
        return true;
    case KG_PHI6:
        *kink = (struct kg_kink){0.0, 1.0, phi6_kink};
        return true;
    case KG_DOUBLE_SINE_GORDON:
        *kink = (struct kg_kink){0.0, 2.0 * M_PI, double_sine_gordon_kink};
        return true;
    case KG_LINEAR:
    case KG_POLYNOMIAL:
        break;
    }
    return false;
}
