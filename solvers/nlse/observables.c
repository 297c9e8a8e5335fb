// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the output state. nlse_observe computes all of them in a few passes; the rows'
// functions hand them out.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/sums.h"
#include "solvers/nlse/kernels.h"
#include "solvers/nlse/nlse.h"

/// Norm that the uppermost eighth of the wavenumbers may hold, relative to all: above it the
/// spectrum is not resolved to where its decay ends, and aliasing changes psi by about as much.
static const double RESOLVED_TAIL = 1e-8;

// ---- state ------------------------------------------------------------------------------------

static void real_part(void *model, double *out) {
    const struct nlse_model *self = model;
    for (size_t j = 0; j < self->grid.points; j++)
        out[j] = creal(self->psi[j]);
}

static void imaginary_part(void *model, double *out) {
    const struct nlse_model *self = model;
    for (size_t j = 0; j < self->grid.points; j++)
        out[j] = cimag(self->psi[j]);
}

const struct clau_state_row nlse_state_rows[NLSE_STATE_ROWS] = {
    {"psi_re", "real part of psi", "1", NULL, real_part},
    {"psi_im", "imaginary part of psi", "1", NULL, imaginary_part},
};

// ---- fields -----------------------------------------------------------------------------------

static size_t points(const struct clau_setup *setup) {
    return (size_t)((const struct nlse_parameters *)setup->parameters)->points;
}

static void density(void *model, double *out) {
    const struct nlse_model *self = model;
    memcpy(out, self->density, self->grid.points * sizeof *out);
}

static void spectrum(void *model, double *out) {
    const struct nlse_model *self = model;
    memcpy(out, self->spectrum, self->grid.points * sizeof *out);
}

static void amplitude(void *model, double *out) {
    const struct nlse_model *self = model;
    nlse_square_root(self->grid.points, out, self->density);
}

const struct clau_field_row nlse_field_rows[NLSE_FIELD_ROWS] = {
    {"density", "|psi|^2 over x", points, density},
    {"spectrum", "|psi_k|^2 over all modes", points, spectrum},
    {"amplitude", "|psi| over x", points, amplitude},
};

// ---- entropies --------------------------------------------------------------------------------

static void compute_amplitude_entropies(struct nlse_model *self) {
    const size_t n = self->grid.points, bins = (size_t)self->run->bins;
    nlse_square_root(n, self->modulus, self->density);
    if (clau_histogram_amplitude(self->modulus, n, bins, self->counts) != CLAU_MEASURE_OK)
        memset(self->counts, 0, bins * sizeof *self->counts); // no weights: NaN below
    clau_entropy_set_compute(&self->amplitude_entropies, self->run, self->counts, bins);
}

// ---- all of them ------------------------------------------------------------------------------

bool nlse_observables_init(struct nlse_model *self) {
    const size_t n = self->grid.points;
    self->psi = clau_allocate(n, sizeof *self->psi);
    self->density = clau_allocate(n, sizeof *self->density);
    self->spectrum = clau_allocate(n, sizeof *self->spectrum);
    self->modulus = clau_allocate(n, sizeof *self->modulus);
    self->counts = clau_allocate((size_t)self->run->bins, sizeof *self->counts);
    self->partial = clau_allocate(clau_block_count(n), sizeof *self->partial);
    return self->psi && self->density && self->spectrum && self->modulus && self->counts &&
           self->partial && clau_entropy_set_init(&self->density_entropies, self->run) &&
           clau_entropy_set_init(&self->spectrum_entropies, self->run) &&
           clau_entropy_set_init(&self->amplitude_entropies, self->run);
}

void nlse_observables_finish(struct nlse_model *self) {
    free(self->psi);
    free(self->density);
    free(self->spectrum);
    free(self->modulus);
    free(self->counts);
    free(self->partial);
    clau_entropy_set_finish(&self->density_entropies);
    clau_entropy_set_finish(&self->spectrum_entropies);
    clau_entropy_set_finish(&self->amplitude_entropies);
}

static void transform(struct nlse_model *self) {
    if (clau_fft_in_place(self->fft)) {
        memcpy(self->psi, self->coefficients, self->grid.points * sizeof *self->psi);
        clau_fft_backward(self->fft, self->psi, self->psi);
    } else {
        clau_fft_backward(self->fft, self->coefficients, self->psi);
    }
}

// Integrals over x are sums times dx, and by Parseval L times sums over the modes. The kinetic
// energy is -1/2 int psi* psi_xx, with the Nyquist mode (of which the first derivative is not
// defined): this is the form that the equation on the grid conserves.
static void compute_invariants(struct nlse_model *self) {
    const size_t n = self->grid.points;
    const double dx = self->grid.spacing, length = self->grid.length;
    self->mass = dx * clau_dot(n, self->density, NULL, self->partial);
    self->momentum = length * clau_dot(n, self->wavenumber, self->spectrum, self->partial);
    self->energy =
        length * clau_dot(n, self->frequency, self->spectrum, self->partial) -
        0.5 * self->problem.g * dx * clau_dot(n, self->density, self->density, self->partial);
    if (self->potential != NULL)
        self->energy += dx * clau_dot(n, self->potential, self->density, self->partial);
    self->maximum_amplitude = sqrt(nlse_largest(n, self->density));
}

static void compute_tail(struct nlse_model *self) {
    const size_t n = self->grid.points, first = 7 * n / 16 + 1, last = n - 7 * n / 16;
    const double all = clau_dot(n, self->spectrum, NULL, self->partial);
    double tail = 0.0;
    for (size_t i = first; i < last; i++)
        tail += self->spectrum[i];
    self->spectral_tail = all > 0.0 ? sqrt(tail / all) : 0.0;
    self->tail_is_high = self->tail_is_high || self->spectral_tail > RESOLVED_TAIL;
}

bool nlse_observe(void *model, bool observe) {
    struct nlse_model *self = model;
    const size_t n = self->grid.points;
    transform(self);
    if (!observe)
        return true;
    nlse_density(n, self->density, self->psi);
    nlse_density(n, self->spectrum, self->coefficients);
    compute_invariants(self);
    compute_tail(self);
    if (self->run->entropies != 0) {
        clau_entropy_set_compute(&self->density_entropies, self->run, self->density, n);
        clau_entropy_set_compute(&self->spectrum_entropies, self->run, self->spectrum, n);
        compute_amplitude_entropies(self);
    }
    return true;
}

// ---- rows -------------------------------------------------------------------------------------

static bool is_free(const struct clau_setup *setup) {
    return ((const struct nlse_parameters *)setup->parameters)->potential.kind == NLSE_NO_POTENTIAL;
}

/// Function that hands out one number of the model.
#define NUMBER(name, member)                                                                       \
    static void name(void *model, double *out) {                                                   \
        *out = ((const struct nlse_model *)model)->member;                                         \
    }

NUMBER(mass, mass)
NUMBER(momentum, momentum)
NUMBER(energy, energy)
NUMBER(maximum_amplitude, maximum_amplitude)
NUMBER(spectral_tail, spectral_tail)

CLAU_ENTROPY_FUNCTIONS(struct nlse_model, density)
CLAU_ENTROPY_FUNCTIONS(struct nlse_model, spectrum)
CLAU_ENTROPY_FUNCTIONS(struct nlse_model, amplitude)

const struct clau_observable_row nlse_observable_rows[NLSE_OBSERVABLE_ROWS] = {
    {.name = "mass",
     .long_name = "mass, integral of |psi|^2",
     .units = "1",
     .conserved = CLAU_CONSERVED,
     .compute = mass},
    {.name = "momentum",
     .long_name = "momentum, integral of Im(psi* psi_x)",
     .units = "1",
     .conserved = CLAU_CONSERVED_ABSOLUTE,
     .conserved_here = is_free,
     .compute = momentum},
    {.name = "energy",
     .long_name = "energy, integral of |psi_x|^2/2 - g |psi|^4/2 + V |psi|^2",
     .units = "1",
     .conserved = CLAU_CONSERVED,
     .compute = energy},
    {.name = "max_amplitude",
     .long_name = "largest |psi| on the grid",
     .units = "1",
     .compute = maximum_amplitude},
    {.name = "spectral_tail",
     .long_name = "norm of the modes above 7/8 of the largest wavenumber, relative to all",
     .units = "1",
     .compute = spectral_tail},
    CLAU_ENTROPY_ROWS(density, "|psi|^2 over x"),
    CLAU_ENTROPY_ROWS(spectrum, "|psi_k|^2 over all modes"),
    CLAU_ENTROPY_ROWS(amplitude, "the histogram of |psi| on [0, max |psi|]"),
};
