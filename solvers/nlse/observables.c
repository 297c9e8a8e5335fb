// SPDX-License-Identifier: GPL-3.0-or-later
// Observables of the output state. nlse_observe computes all of them in a few passes; the rows'
// functions hand them out.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"
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

// ---- entropies --------------------------------------------------------------------------------

static bool entropies_init(struct nlse_entropies *entropies,
                           const struct clau_run_parameters *run) {
    entropies->renyi = clau_allocate(run->renyi_orders.count, sizeof(double));
    entropies->tsallis = clau_allocate(run->tsallis_orders.count, sizeof(double));
    return entropies->renyi != NULL && entropies->tsallis != NULL;
}

static void entropies_finish(struct nlse_entropies *entropies) {
    free(entropies->renyi);
    free(entropies->tsallis);
    *entropies = (struct nlse_entropies){0};
}

static bool wanted(const struct clau_run_parameters *run, enum clau_entropy entropy) {
    return (run->entropies >> entropy & 1) != 0;
}

/// A distribution without an entropy (psi = 0 everywhere) has NaN, the file's mark of a missing
/// value.
static void compute_entropies(const struct clau_run_parameters *run, const double *weights,
                              size_t count, struct nlse_entropies *out) {
    const size_t renyi = wanted(run, CLAU_RENYI) ? run->renyi_orders.count : 0;
    const size_t tsallis = wanted(run, CLAU_TSALLIS) ? run->tsallis_orders.count : 0;
    const enum clau_measure_status status = clau_entropies(
        weights, count, wanted(run, CLAU_SHANNON) ? &out->shannon : NULL, run->renyi_orders.values,
        renyi, out->renyi, run->tsallis_orders.values, tsallis, out->tsallis);
    if (status == CLAU_MEASURE_OK)
        return;
    out->shannon = NAN;
    for (size_t i = 0; i < renyi; i++)
        out->renyi[i] = NAN;
    for (size_t i = 0; i < tsallis; i++)
        out->tsallis[i] = NAN;
}

static void compute_amplitude_entropies(struct nlse_model *self) {
    const size_t n = self->grid.points, bins = (size_t)self->run->bins;
    nlse_square_root(n, self->modulus, self->density);
    if (clau_histogram_amplitude(self->modulus, n, bins, self->counts) != CLAU_MEASURE_OK)
        memset(self->counts, 0, bins * sizeof *self->counts); // no weights: NaN below
    compute_entropies(self->run, self->counts, bins, &self->amplitude_entropies);
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
           self->partial && entropies_init(&self->density_entropies, self->run) &&
           entropies_init(&self->spectrum_entropies, self->run) &&
           entropies_init(&self->amplitude_entropies, self->run);
}

void nlse_observables_finish(struct nlse_model *self) {
    free(self->psi);
    free(self->density);
    free(self->spectrum);
    free(self->modulus);
    free(self->counts);
    free(self->partial);
    entropies_finish(&self->density_entropies);
    entropies_finish(&self->spectrum_entropies);
    entropies_finish(&self->amplitude_entropies);
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
    self->mass = dx * nlse_dot(n, self->density, NULL, self->partial);
    self->momentum = length * nlse_dot(n, self->wavenumber, self->spectrum, self->partial);
    self->energy =
        length * nlse_dot(n, self->frequency, self->spectrum, self->partial) -
        0.5 * self->problem.g * dx * nlse_dot(n, self->density, self->density, self->partial);
    if (self->potential != NULL)
        self->energy += dx * nlse_dot(n, self->potential, self->density, self->partial);
    self->maximum_amplitude = sqrt(nlse_largest(n, self->density));
}

static void compute_tail(struct nlse_model *self) {
    const size_t n = self->grid.points, first = 7 * n / 16 + 1, last = n - 7 * n / 16;
    const double all = nlse_dot(n, self->spectrum, NULL, self->partial);
    double tail = 0.0;
    for (size_t i = first; i < last; i++)
        tail += self->spectrum[i];
    self->spectral_tail = all > 0.0 ? sqrt(tail / all) : 0.0;
    self->tail_is_high = self->tail_is_high || self->spectral_tail > RESOLVED_TAIL;
}

void nlse_observe(void *model, bool observe) {
    struct nlse_model *self = model;
    const size_t n = self->grid.points;
    transform(self);
    if (!observe)
        return;
    nlse_density(n, self->density, self->psi);
    nlse_density(n, self->spectrum, self->coefficients);
    compute_invariants(self);
    compute_tail(self);
    if (self->run->entropies != 0) {
        compute_entropies(self->run, self->density, n, &self->density_entropies);
        compute_entropies(self->run, self->spectrum, n, &self->spectrum_entropies);
        compute_amplitude_entropies(self);
    }
}

// ---- rows -------------------------------------------------------------------------------------

static bool has_shannon(const void *model) {
    return wanted(((const struct nlse_model *)model)->run, CLAU_SHANNON);
}

static bool has_renyi(const void *model) {
    return wanted(((const struct nlse_model *)model)->run, CLAU_RENYI);
}

static bool has_tsallis(const void *model) {
    return wanted(((const struct nlse_model *)model)->run, CLAU_TSALLIS);
}

static bool is_free(const void *model) {
    return ((const struct nlse_model *)model)->potential == NULL;
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

/// Functions that hand out the entropies of one distribution.
#define ENTROPIES(what)                                                                            \
    NUMBER(what##_shannon, what##_entropies.shannon)                                               \
    static void what##_renyi(void *model, double *out) {                                           \
        const struct nlse_model *self = model;                                                     \
        memcpy(out, self->what##_entropies.renyi, self->run->renyi_orders.count * sizeof *out);    \
    }                                                                                              \
    static void what##_tsallis(void *model, double *out) {                                         \
        const struct nlse_model *self = model;                                                     \
        memcpy(out, self->what##_entropies.tsallis,                                                \
               self->run->tsallis_orders.count * sizeof *out);                                     \
    }

ENTROPIES(density)
ENTROPIES(spectrum)
ENTROPIES(amplitude)

#define ENTROPY_ROW(name_text, of, dimension_name, condition, function)                            \
    {                                                                                              \
        .name = name_text, .long_name = of, .units = "1", .dimension = dimension_name,             \
        .enabled = condition, .compute = function                                                  \
    }

#define ENTROPY_ROWS(what, of)                                                                     \
    ENTROPY_ROW(#what "_shannon", "Shannon entropy of " of, NULL, has_shannon, what##_shannon),    \
        ENTROPY_ROW(#what "_renyi", "Renyi entropy of " of, "renyi_order", has_renyi,              \
                    what##_renyi),                                                                 \
        ENTROPY_ROW(#what "_tsallis", "Tsallis entropy of " of, "tsallis_order", has_tsallis,      \
                    what##_tsallis)

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
    ENTROPY_ROWS(density, "|psi|^2 over x"),
    ENTROPY_ROWS(spectrum, "|psi_k|^2 over all modes"),
    ENTROPY_ROWS(amplitude, "the histogram of |psi| on [0, max |psi|]"),
};
