// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the output state. kg_observe computes all of them in a few passes; the rows'
// functions hand them out.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/sums.h"
#include "solvers/klein_gordon/klein_gordon.h"

/// Norm that the uppermost eighth of the wavenumbers may hold, relative to all but the mean: above
/// it the spectrum is not resolved to where its decay ends.
static const double RESOLVED_TAIL = 1e-8;

// ---- state ------------------------------------------------------------------------------------

static void field(void *model, double *out) {
    const struct kg_model *self = model;
    memcpy(out, self->phi, self->grid.points * sizeof *out);
}

static void field_rate(void *model, double *out) {
    const struct kg_model *self = model;
    memcpy(out, self->pi, self->grid.points * sizeof *out);
}

const struct clau_state_row kg_state_rows[KG_STATE_ROWS] = {
    {"phi", "field phi", "1", NULL, field},
    {"phi_t", "time derivative of phi", "1", NULL, field_rate},
};

// ---- memory -----------------------------------------------------------------------------------

bool kg_observables_init(struct kg_model *self) {
    const size_t n = self->grid.points;
    self->fft = clau_real_fft_create(n, self->problem.closing);
    if (self->fft == NULL)
        return false;
    self->modes = clau_real_fft_modes(self->fft);
    self->phi = clau_allocate(n, sizeof *self->phi);
    self->gradient = clau_allocate(n, sizeof *self->gradient);
    self->weights = clau_allocate(n, sizeof *self->weights);
    self->spectrum = clau_allocate(self->modes, sizeof *self->spectrum);
    self->coefficients = clau_allocate(self->modes, sizeof *self->coefficients);
    self->counts = clau_allocate((size_t)self->run->bins, sizeof *self->counts);
    self->partial = clau_allocate(clau_block_count(n), sizeof *self->partial);
    kg_kinks_init(&self->kinks);
    self->kinks_before = self->kinks;
    return self->phi && self->gradient && self->weights && self->spectrum && self->coefficients &&
           self->counts && self->partial &&
           clau_entropy_set_init(&self->energy_density_entropies, self->run) &&
           clau_entropy_set_init(&self->field_entropies, self->run) &&
           clau_entropy_set_init(&self->spectrum_entropies, self->run) &&
           clau_entropy_set_init(&self->amplitude_entropies, self->run);
}

void kg_observables_finish(struct kg_model *self) {
    clau_real_fft_destroy(self->fft);
    free(self->phi);
    free(self->gradient);
    free(self->weights);
    free(self->spectrum);
    free(self->coefficients);
    free(self->counts);
    free(self->partial);
    clau_entropy_set_finish(&self->energy_density_entropies);
    clau_entropy_set_finish(&self->field_entropies);
    clau_entropy_set_finish(&self->spectrum_entropies);
    clau_entropy_set_finish(&self->amplitude_entropies);
}

// ---- all of them ------------------------------------------------------------------------------

static void find_phi(struct kg_model *self) {
    memcpy(self->phi, self->u, self->grid.points * sizeof *self->phi);
    if (self->background != NULL)
        kg_add(self->grid.points, self->phi, 1.0, self->background);
}

/// Slope of the background.
static double background_slope(const struct kg_model *self) {
    return 2.0 * M_PI * self->turns / self->grid.length;
}

/// Power of the modes of u, phi_x, and what follows from the modes: the gradient energy, with the
/// Nyquist mode (of which the first derivative is not defined), as the equation on the grid
/// conserves it; and the tail of the spectrum.
static void transform(struct kg_model *self) {
    const double n = (double)self->grid.points, k_max = kg_largest_wavenumber(&self->problem);
    const double slope = background_slope(self);
    double gradient = 0.0, all = 0.0, tail = 0.0;
    clau_real_fft_forward(self->fft, self->u, self->coefficients);
    for (size_t i = 0; i < self->modes; i++) {
        const double k = clau_real_fft_wavenumber(self->fft, i, self->grid.length);
        const double multiplicity = clau_real_fft_multiplicity(self->fft, i);
        const double complex c = self->coefficients[i] / n;
        const double power = creal(c) * creal(c) + cimag(c) * cimag(c);
        self->spectrum[i] = power;
        gradient += multiplicity * k * k * power;
        all += k != 0.0 ? multiplicity * power : 0.0;
        tail += fabs(k) > 0.875 * k_max ? multiplicity * power : 0.0;
        const bool nyquist = multiplicity == 1.0;
        self->coefficients[i] = nyquist ? 0.0 : CMPLX(-k * cimag(c), k * creal(c));
    }
    clau_real_fft_backward(self->fft, self->coefficients, self->gradient);
    for (size_t j = 0; slope != 0.0 && j < self->grid.points; j++)
        self->gradient[j] += slope;
    self->gradient_energy = 0.5 * self->grid.length * (gradient + slope * slope);
    self->spectral_tail = all > 0.0 ? sqrt(tail / all) : 0.0;
    // What the rounding of phi itself spreads over the modes is no sign of a coarse grid.
    const double rounding = 16.0 * DBL_EPSILON * fmax(fabs(self->minimum), fabs(self->maximum));
    self->tail_is_high =
        self->tail_is_high || (self->spectral_tail > RESOLVED_TAIL && tail > rounding * rounding);
}

static void find_integrals(struct kg_model *self) {
    const size_t n = self->grid.points;
    const double dx = self->grid.spacing;
    kg_potential_values(&self->potential, n, self->phi, self->weights);
    self->potential_energy = dx * clau_dot(n, self->weights, NULL, self->partial);
    self->kinetic_energy = 0.5 * dx * clau_dot(n, self->pi, self->pi, self->partial);
    self->energy = self->kinetic_energy + self->gradient_energy + self->potential_energy;
    self->momentum = -dx * clau_dot(n, self->pi, self->gradient, self->partial);
}

static struct kg_closing closing(const struct kg_model *self) {
    return (struct kg_closing){
        .sign = self->problem.closing == CLAU_ANTIPERIODIC ? -1.0 : 1.0,
        .shift = 2.0 * M_PI * self->turns,
    };
}

/// From one end of the box to the other: phi(L/2) is the closing's image of phi(-L/2).
static void find_charge(struct kg_model *self) {
    const double distance = kg_potential_vacuum_distance(&self->potential);
    const struct kg_closing ends = closing(self);
    const double rise = ends.sign * self->phi[0] + ends.shift - self->phi[0];
    self->topological_charge = distance > 0.0 ? rise / distance : 0.0;
}

// ---- fields -----------------------------------------------------------------------------------

static size_t points(const struct clau_setup *setup) {
    return (size_t)((const struct kg_parameters *)setup->parameters)->points;
}

static void energy_density(void *model, double *out) {
    const struct kg_model *self = model;
    kg_potential_values(&self->potential, self->grid.points, self->phi, out);
    for (size_t j = 0; j < self->grid.points; j++)
        out[j] += 0.5 * (self->pi[j] * self->pi[j] + self->gradient[j] * self->gradient[j]);
}

static void field_square(void *model, double *out) {
    const struct kg_model *self = model;
    for (size_t j = 0; j < self->grid.points; j++)
        out[j] = self->phi[j] * self->phi[j];
}

static void gradient(void *model, double *out) {
    const struct kg_model *self = model;
    memcpy(out, self->gradient, self->grid.points * sizeof *out);
}

/// Modes that stand for two are two: there are as many as points.
static void spectrum(void *model, double *out) {
    const struct kg_model *self = model;
    for (size_t i = 0; i < self->modes; i++)
        for (double m = clau_real_fft_multiplicity(self->fft, i); m > 0.0; m--)
            *out++ = self->spectrum[i];
}

const struct clau_field_row kg_field_rows[KG_FIELD_ROWS] = {
    {"energy_density", "energy per dx over x", points, energy_density},
    {"field", "phi^2 over x", points, field_square},
    {"gradient", "phi_x over x", points, gradient},
    {"spectrum", "|phi_k|^2 over all two-sided modes", points, spectrum},
};

// ---- entropies --------------------------------------------------------------------------------

/// An entropy is missing where some energy is negative.
static void find_entropies(struct kg_model *self) {
    const size_t n = self->grid.points, bins = (size_t)self->run->bins;
    double *weights = self->weights;
    energy_density(self, weights);
    clau_entropy_set_compute(&self->energy_density_entropies, self->run, weights, n);
    spectrum(self, weights);
    clau_entropy_set_compute(&self->spectrum_entropies, self->run, weights, n);
    field_square(self, weights);
    clau_entropy_set_compute(&self->field_entropies, self->run, weights, n);
    if (clau_histogram_uniform(self->phi, n, self->minimum, self->maximum, bins, self->counts) !=
        CLAU_MEASURE_OK)
        memset(self->counts, 0, bins * sizeof *self->counts); // no weights: NaN below
    clau_entropy_set_compute(&self->amplitude_entropies, self->run, self->counts, bins);
}

bool kg_observe(void *model, bool observe) {
    struct kg_model *self = model;
    find_phi(self);
    if (!observe)
        return true;
    if (clau_histogram_extent(self->phi, self->grid.points, &self->minimum, &self->maximum) !=
        CLAU_MEASURE_OK)
        self->minimum = self->maximum = 0.0; // not finite: the run ends with that
    transform(self);
    find_integrals(self);
    find_charge(self);
    self->kinks_before = self->kinks;
    if (kg_potential_has_levels(&self->potential))
        kg_kinks_find(&self->kinks, &self->potential, &self->grid, closing(self), self->phi,
                      self->time);
    if (self->run->entropies != 0)
        find_entropies(self);
    return true;
}

// ---- rows -------------------------------------------------------------------------------------

static bool is_undamped(const struct clau_setup *setup) {
    return ((const struct kg_parameters *)setup->parameters)->boundary.kind != KG_ABSORBING;
}

static bool has_levels(const struct clau_setup *setup) { return kg_has_levels(setup->parameters); }

/// Function that hands out one number of the model.
#define NUMBER(name, member)                                                                       \
    static void name(void *model, double *out) { *out = ((const struct kg_model *)model)->member; }

NUMBER(energy, energy)
NUMBER(kinetic_energy, kinetic_energy)
NUMBER(gradient_energy, gradient_energy)
NUMBER(potential_energy, potential_energy)
NUMBER(momentum, momentum)
NUMBER(topological_charge, topological_charge)
NUMBER(spectral_tail, spectral_tail)
NUMBER(bounces, kinks.bounces)
NUMBER(escape_velocity, kinks.escape_velocity)

static void kink_count(void *model, double *out) {
    *out = (double)((const struct kg_model *)model)->kinks.count;
}

static void kink_position(void *model, double *out) {
    memcpy(out, ((const struct kg_model *)model)->kinks.position, KG_MAXIMUM_KINKS * sizeof *out);
}

static void kink_charge(void *model, double *out) {
    memcpy(out, ((const struct kg_model *)model)->kinks.charge, KG_MAXIMUM_KINKS * sizeof *out);
}

CLAU_ENTROPY_FUNCTIONS(struct kg_model, energy_density)
CLAU_ENTROPY_FUNCTIONS(struct kg_model, field)
CLAU_ENTROPY_FUNCTIONS(struct kg_model, spectrum)
CLAU_ENTROPY_FUNCTIONS(struct kg_model, amplitude)

const struct clau_observable_row kg_observable_rows[KG_OBSERVABLE_ROWS] = {
    {.name = "energy",
     .long_name = "energy, integral of phi_t^2/2 + phi_x^2/2 + V(phi)",
     .units = "1",
     .conserved = CLAU_CONSERVED,
     .conserved_here = is_undamped,
     .compute = energy},
    {.name = "kinetic_energy",
     .long_name = "kinetic energy, integral of phi_t^2/2",
     .units = "1",
     .compute = kinetic_energy},
    {.name = "gradient_energy",
     .long_name = "gradient energy, integral of phi_x^2/2",
     .units = "1",
     .compute = gradient_energy},
    {.name = "potential_energy",
     .long_name = "potential energy, integral of V(phi)",
     .units = "1",
     .compute = potential_energy},
    {.name = "momentum",
     .long_name = "momentum, -integral of phi_t phi_x",
     .units = "1",
     .conserved = CLAU_CONSERVED_ABSOLUTE,
     .conserved_here = is_undamped,
     .compute = momentum},
    {.name = "topological_charge",
     .long_name = "topological charge, rise of phi over the box / distance of the vacua",
     .units = "1",
     .compute = topological_charge},
    {.name = "kink_count",
     .long_name = "number of kinks and antikinks",
     .units = "1",
     .enabled = has_levels,
     .compute = kink_count},
    {.name = "kink_position",
     .long_name = "centres of the first kinks, from left to right",
     .units = "1",
     .dimension = "kink",
     .enabled = has_levels,
     .compute = kink_position},
    {.name = "kink_charge",
     .long_name = "charge of the first kinks: 1, or -1 of an antikink",
     .units = "1",
     .dimension = "kink",
     .enabled = has_levels,
     .compute = kink_charge},
    {.name = "bounces",
     .long_name = "collisions in which a kink and an antikink merged, so far",
     .units = "1",
     .enabled = has_levels,
     .compute = bounces},
    {.name = "escape_velocity",
     .long_name = "speed of either kink of a pair that separates after a collision",
     .units = "1",
     .enabled = has_levels,
     .compute = escape_velocity},
    {.name = "spectral_tail",
     .long_name = "norm of the modes above 7/8 of the largest k, over all but the mean",
     .units = "1",
     .compute = spectral_tail},
    CLAU_ENTROPY_ROWS(energy_density, "the energy density over x"),
    CLAU_ENTROPY_ROWS(field, "phi^2 over x"),
    CLAU_ENTROPY_ROWS(spectrum, "|phi_k|^2 over all modes"),
    CLAU_ENTROPY_ROWS(amplitude, "the histogram of phi on [min phi, max phi]"),
};
