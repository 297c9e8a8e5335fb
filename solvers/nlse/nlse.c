// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the nonlinear Schrodinger solver: its keys, its integrators, its life cycle.
#include "solvers/nlse/nlse.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/nlse/kernels.h"

// ---- integrators ------------------------------------------------------------------------------

static const struct clau_choice dealias_choices[] = {
    [NLSE_FULL] = {"none", "all modes; a warning tells when the spectrum is not resolved"},
    [NLSE_TWO_THIRDS] = {"two-thirds", "modes above 2/3 of the largest wavenumber left out"},
    [NLSE_EXPONENTIAL] = {"exponential", "modes damped by exp(-36 (k/k_c)^36), k_c = 2/3 k_max"},
    [NLSE_PADDED] = {"padded", "product on the doubled grid: a cubic term without any aliasing"},
};

static const struct clau_parameter dop853_parameters[] = {
    {.key = "relative_tolerance",
     .type = CLAU_REAL,
     .offset = offsetof(struct nlse_dop853_parameters, relative_tolerance),
     .fallback = "1e-10",
     .range = CLAU_BETWEEN(1e-15, 0.1),
     .description = "error allowed in a step, relative to the L2 norm of psi, sqrt(mass)"},
    {.key = "absolute_tolerance",
     .type = CLAU_REAL,
     .offset = offsetof(struct nlse_dop853_parameters, absolute_tolerance),
     .fallback = "1e-12",
     .range = CLAU_ABOVE(0),
     .description = "error allowed in a step besides, in the L2 norm over x"},
    {.key = "interaction_picture",
     .type = CLAU_BOOLEAN,
     .offset = offsetof(struct nlse_dop853_parameters, interaction_picture),
     .fallback = "true",
     .description = "solve the linear term exactly; steps are then not limited by k^2"},
    {.key = "dealias",
     .type = CLAU_CHOICE,
     .offset = offsetof(struct nlse_dop853_parameters, dealias),
     .fallback = "\"none\"",
     .choices = dealias_choices,
     .choice_count = sizeof dealias_choices / sizeof *dealias_choices,
     .description = "treatment of aliasing, in the nonlinear term only"},
    {.key = "active_modes",
     .type = CLAU_BOOLEAN,
     .offset = offsetof(struct nlse_dop853_parameters, active_modes),
     .fallback = "true",
     .description = "leave the empty modes of an over-resolved grid out of the nonlinear term"},
    {.key = "step",
     .type = CLAU_REAL,
     .offset = offsetof(struct nlse_dop853_parameters, step),
     .fallback = "0.0",
     .range = CLAU_AT_LEAST(0),
     .description = "fixed step without error control; 0: adaptive"},
};

enum { DOP853, SPLIT_STEP };

static const struct clau_kind method_kinds[] = {
    [DOP853] = {"dop853",
                "Dormand-Prince 8(5,3), adaptive, dense output of order 7 (Hairer et al. 1993)",
                ROWS(dop853_parameters), sizeof(struct nlse_dop853_parameters)},
    [SPLIT_STEP] = {"split-step",
                    "symmetric splitting of the linear and nonlinear flow, fixed step",
                    ROWS(nlse_split_step_rows), sizeof(struct nlse_split_step_parameters)},
};

static const struct nlse_method *const methods[] = {
    [DOP853] = &nlse_dop853,
    [SPLIT_STEP] = &nlse_split_step,
};

static const struct clau_kinds nlse_methods = {"integrators", "method", ROWS(method_kinds)};

// ---- keys -------------------------------------------------------------------------------------

static const struct clau_parameter harmonic_parameters[] = {
    {.key = "frequency",
     .type = CLAU_REAL,
     .offset = offsetof(struct nlse_harmonic, frequency),
     .required = true,
     .range = CLAU_ABOVE(0),
     .description = "frequency omega of the trap"},
};

static const struct clau_kind potential_kinds[] = {
    [NLSE_NO_POTENTIAL] = {"none", "V = 0", NULL, 0, 0},
    [NLSE_HARMONIC] = {"harmonic", "V = omega^2 x^2 / 2", ROWS(harmonic_parameters),
                       sizeof(struct nlse_harmonic)},
};

static const struct clau_kinds potentials = {"potentials", "kind", ROWS(potential_kinds)};

#define OFFSET(member) offsetof(struct nlse_parameters, member)

static const struct clau_parameter parameters[] = {
    {.key = "grid.points",
     .type = CLAU_INTEGER,
     .offset = OFFSET(points),
     .required = true,
     .range = CLAU_AT_LEAST(8),
     .description = "number of points N (powers of two are fastest)"},
    {.key = "grid.length",
     .type = CLAU_REAL,
     .offset = OFFSET(length),
     .computed = "required, but for an Akhmediev breather with periods",
     .range = CLAU_ABOVE(0),
     .description = "length L of the periodic interval [-L/2, L/2)"},
    {.key = "equation.nonlinearity",
     .type = CLAU_REAL,
     .offset = OFFSET(nonlinearity),
     .fallback = "1.0",
     .range = CLAU_FINITE,
     .description = "g in i psi_t + psi_xx/2 + g |psi|^2 psi - V psi = 0; g > 0 focuses"},
    {.key = "equation.potential",
     .type = CLAU_VARIANT,
     .offset = OFFSET(potential),
     .fallback = "none",
     .kinds = &potentials,
     .description = "external potential V(x)"},
    {.key = "integrator",
     .type = CLAU_VARIANT,
     .offset = OFFSET(integrator),
     .fallback = "dop853",
     .kinds = &nlse_methods,
     .description = "time evolution"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(initial),
     .required = true,
     .minimum_count = 1,
     .kinds = &nlse_initial_kinds,
     .description = "initial conditions; several are superposed"},
};

// ---- life cycle -------------------------------------------------------------------------------

static enum clau_status complete_length(struct nlse_parameters *p, const struct clau_toml *config,
                                        struct clau_error *error) {
    const double implied = nlse_initial_length(p);
    if (isnan(p->length) && isnan(implied))
        return clau_toml_complain(config, "grid.length", error,
                                  "required (length L of the periodic interval)");
    if (isnan(p->length))
        p->length = implied;
    return CLAU_OK;
}

static enum clau_status complete(void *values, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error) {
    struct nlse_parameters *p = values;
    (void)run;
    // FFTW counts in int, and padded transforms are twice as long.
    if (p->points > INT_MAX / 2)
        return clau_toml_complain(config, "grid.points", error, "must be at most %d", INT_MAX / 2);
    enum clau_status status = complete_length(p, config, error);
    if (status == CLAU_OK && p->integrator.kind == SPLIT_STEP) {
        const struct nlse_split_step_parameters *split = p->integrator.values;
        if (split->order % 2 != 0)
            return clau_toml_complain(config, "integrator.order", error, "must be 2, 4 or 6");
    }
    if (status == CLAU_OK)
        status = nlse_initial_check(p, config, error);
    return status;
}

static void destroy(void *model) {
    struct nlse_model *self = model;
    if (self == NULL)
        return;
    if (self->method != NULL)
        self->method->destroy(self->evolution);
    nlse_observables_finish(self);
    clau_fft_destroy(self->fft);
    free(self->coefficients);
    free(self->wavenumber);
    free(self->frequency);
    free(self->potential);
    clau_grid_finish(&self->grid);
    free(self);
}

/// Grid, wavenumbers and potential; false when out of memory.
static bool make_grid(struct nlse_model *self) {
    const struct nlse_parameters *p = self->parameters;
    const size_t n = (size_t)p->points;
    if (!clau_grid_init(&self->grid, n, p->length))
        return false;
    self->wavenumber = clau_allocate(n, sizeof *self->wavenumber);
    self->frequency = clau_allocate(n, sizeof *self->frequency);
    self->coefficients = clau_allocate(n, sizeof *self->coefficients);
    self->fft = clau_fft_create(n);
    if (!self->wavenumber || !self->frequency || !self->coefficients || !self->fft)
        return false;
    for (size_t i = 0; i < n; i++) {
        const double k = clau_wavenumber(i, n, p->length);
        self->wavenumber[i] = 2 * i == n ? 0.0 : k;
        self->frequency[i] = 0.5 * k * k;
    }
    self->problem = (struct nlse_problem){
        .grid = &self->grid,
        .g = p->nonlinearity,
        .frequency = self->frequency,
    };
    if (p->potential.kind == NLSE_HARMONIC) {
        self->problem.trap_frequency =
            ((const struct nlse_harmonic *)p->potential.values)->frequency;
        self->potential = nlse_potential_values(&self->problem, n);
        if (self->potential == NULL)
            return false;
    }
    return nlse_observables_init(self);
}

/// Coefficients of the initial state.
static enum clau_status make_initial(struct nlse_model *self, const struct clau_setup *setup,
                                     struct clau_error *error) {
    const size_t n = self->grid.points;
    const enum clau_status status = nlse_initial_fill(self->parameters, setup->run->seed,
                                                      setup->config, &self->grid, self->psi, error);
    if (status != CLAU_OK)
        return status;
    for (size_t j = 0; j < n; j++)
        if (!isfinite(creal(self->psi[j])) || !isfinite(cimag(self->psi[j])))
            return clau_toml_complain(setup->config, "initial", error,
                                      "psi is not finite at x = %g", self->grid.x[j]);
    nlse_density(n, self->density, self->psi);
    self->problem.maximum_amplitude = sqrt(nlse_largest(n, self->density));
    double complex *to = clau_fft_in_place(self->fft) ? self->psi : self->coefficients;
    clau_fft_forward(self->fft, self->psi, to);
    for (size_t i = 0; i < n; i++)
        self->coefficients[i] = to[i] / (double)n;
    return CLAU_OK;
}

static enum clau_status create(const struct clau_setup *setup, void **model,
                               struct clau_error *error) {
    struct nlse_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->parameters = setup->parameters;
    self->run = setup->run;
    const struct clau_variant *integrator = &self->parameters->integrator;
    enum clau_status status = CLAU_OK;
    if (!make_grid(self))
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %lld points",
                                (long long)self->parameters->points);
    if (status == CLAU_OK)
        status = make_initial(self, setup, error);
    if (status == CLAU_OK) {
        const struct nlse_method *method = methods[integrator->kind];
        status = method->create(&self->problem, integrator->values, self->coefficients,
                                &self->evolution, error);
        if (status == CLAU_OK)
            self->method = method;
    }
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    *model = self;
    return CLAU_OK;
}

static void layout(const struct clau_setup *setup, const void *model, struct clau_layout *result) {
    const struct nlse_parameters *p = setup->parameters;
    const struct nlse_model *self = model;
    *result = (struct clau_layout){
        .state_dimensions = {"x"},
        .coordinates = {{"x", "position", "1", (size_t)p->points,
                         self != NULL ? self->grid.x : NULL}},
        .coordinate_count = 1,
    };
}

static void estimate(const struct clau_setup *setup, const void *model,
                     struct clau_estimate *result) {
    const struct nlse_parameters *p = setup->parameters;
    const struct nlse_model *self = model;
    const struct nlse_extent extent = {(double)p->points, p->potential.kind != NLSE_NO_POTENTIAL};
    const double n = extent.points, dx = p->length / n;
    snprintf(result->grid, sizeof result->grid, "%lld points, dx = %.4g, length %g, k_max = %.4g",
             (long long)p->points, dx, p->length, M_PI / dx);
    methods[p->integrator.kind]->estimate(&extent, p->integrator.values,
                                          self != NULL ? self->evolution : NULL, result);
    result->steps *= setup->run->end;
    result->size_key = "grid.points";
    result->size = n;
    // Coefficients and psi; x, k, k^2/2, density, spectrum, modulus and V.
    const double own =
        n * (2.0 * sizeof(double complex) + (extent.trapped ? 7.0 : 6.0) * sizeof(double)) +
        clau_fft_plan_bytes(n);
    result->memory_bytes += own;
    result->least_memory_bytes += result->least_memory_bytes > 0.0 ? own : 0.0;
}

static enum clau_status advance(void *model, double time, bool *reached, struct clau_error *error) {
    struct nlse_model *self = model;
    return self->method->advance(self->evolution, time, reached, self->coefficients, error);
}

static uint64_t steps(const void *model) {
    const struct nlse_model *self = model;
    return self->method->steps(self->evolution);
}

static bool warning(void *model, char text[CLAU_ERROR_LENGTH]) {
    struct nlse_model *self = model;
    if (!self->tail_is_high || self->tail_reported)
        return false;
    self->tail_reported = true;
    snprintf(text, CLAU_ERROR_LENGTH,
             "the spectrum is not resolved: modes above 7/8 of the largest wavenumber (%.4g) hold "
             "%.1e of the norm of psi; more grid.points, or a smaller grid.length, would help",
             M_PI / self->grid.spacing, self->spectral_tail);
    return true;
}

static void save(const void *model, struct clau_checkpoint *checkpoint) {
    const struct nlse_model *self = model;
    self->method->save(self->evolution, checkpoint);
}

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct nlse_model *self = model;
    return self->method->restore(self->evolution, checkpoint, error);
}

const struct clau_solver nlse_solver = {
    .name = "nlse",
    .description = "nonlinear Schrodinger field, pseudo-spectral",
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .parameters_size = sizeof(struct nlse_parameters),
    .state = nlse_state_rows,
    .state_count = NLSE_STATE_ROWS,
    .observables = nlse_observable_rows,
    .observable_count = NLSE_OBSERVABLE_ROWS,
    .fields = nlse_field_rows,
    .field_count = NLSE_FIELD_ROWS,
    .complete = complete,
    .create = create,
    .destroy = destroy,
    .layout = layout,
    .estimate = estimate,
    .advance = advance,
    .prepare = nlse_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
};
