// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the nonlinear Klein-Gordon solver: its keys, its integrators, its life cycle.
#include "solvers/klein_gordon/klein_gordon.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numerics/memory.h"
#include "numerics/sums.h"

// ---- integrators and boundaries ---------------------------------------------------------------

static const struct clau_kind method_kinds[] = {
    {"stormer-verlet", "Stormer and Verlet's kick-drift-kick, order 2, symplectic",
     ROWS(kg_stormer_verlet_rows), sizeof(struct kg_symplectic_parameters)},
    {"symplectic", "symmetric compositions of higher order (Blanes & Moan 2002, Kahan & Li 1997)",
     ROWS(kg_symplectic_rows), sizeof(struct kg_symplectic_parameters)},
};

static const struct clau_kinds methods = {"integrators", "method", ROWS(method_kinds)};

static const struct clau_parameter shifted_parameters[] = {
    {.key = "turns",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct kg_shifted, turns),
     .computed = "charge of the initial kinks",
     .description = "n, may be negative"},
};

static const struct clau_parameter absorbing_parameters[] = {
    {.key = "width",
     .type = CLAU_REAL,
     .offset = offsetof(struct kg_absorbing, width),
     .computed = "grid.length / 10",
     .range = CLAU_ABOVE(0),
     .description = "width w of the layer at each end"},
    {.key = "strength",
     .type = CLAU_REAL,
     .offset = offsetof(struct kg_absorbing, strength),
     .fallback = "2.0",
     .range = CLAU_ABOVE(0),
     .description = "gamma at the ends, in phi_tt + gamma phi_t = ...; it falls to 0 as the cube "
                    "of the distance from the layer's edge"},
};

static const struct clau_kind boundary_kinds[] = {
    [KG_PERIODIC] = {"periodic", "phi(x + L) = phi(x)", NULL, 0, 0},
    [KG_ANTIPERIODIC] = {"antiperiodic", "phi(x + L) = -phi(x): a single kink of phi4", NULL, 0, 0},
    [KG_SHIFTED] = {"shifted", "phi(x + L) = phi(x) + 2 pi n: a single kink of sine-gordon",
                    ROWS(shifted_parameters), sizeof(struct kg_shifted)},
    [KG_ABSORBING] = {"absorbing", "periodic, with a layer at each end that damps waves",
                      ROWS(absorbing_parameters), sizeof(struct kg_absorbing)},
};

static const struct clau_kinds boundaries = {"boundaries", "kind", ROWS(boundary_kinds)};

// ---- keys -------------------------------------------------------------------------------------

#define OFFSET(member) offsetof(struct kg_parameters, member)

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
     .required = true,
     .range = CLAU_ABOVE(0),
     .description = "length L of the interval [-L/2, L/2)"},
    {.key = "grid.boundary",
     .type = CLAU_VARIANT,
     .offset = OFFSET(boundary),
     .fallback = "periodic",
     .kinds = &boundaries,
     .description = "how the field goes on at the ends"},
    {.key = "equation.potential",
     .type = CLAU_VARIANT,
     .offset = OFFSET(potential),
     .fallback = "phi4",
     .kinds = &kg_potentials,
     .description = "V in phi_tt - phi_xx + V'(phi) = 0"},
    {.key = "integrator",
     .type = CLAU_VARIANT,
     .offset = OFFSET(integrator),
     .fallback = "stormer-verlet",
     .kinds = &methods,
     .description = "time evolution"},
    {.key = "initial",
     .type = CLAU_VARIANTS,
     .offset = OFFSET(initial),
     .required = true,
     .minimum_count = 1,
     .kinds = &kg_initial_kinds,
     .description = "initial conditions; several are superposed on one vacuum"},
};

// ---- checks -----------------------------------------------------------------------------------

static bool is_even(const struct kg_potential *potential) {
    for (size_t i = 1; potential->kind == KG_POLYNOMIAL && i <= potential->degree; i += 2)
        if (potential->coefficients[i] != 0.0)
            return false;
    return true;
}

static bool is_turning(const struct kg_potential *potential) {
    return potential->kind == KG_SINE_GORDON || potential->kind == KG_DOUBLE_SINE_GORDON;
}

/// Fills turns, and checks that kinks of a rise in turns of 2 pi go with it.
static enum clau_status complete_turns(struct kg_shifted *shifted, const struct kg_ends *ends,
                                       const struct clau_toml *config, struct clau_error *error) {
    const int64_t rise = (int64_t)llround((ends->right - ends->left) / (2.0 * M_PI));
    if (shifted->turns == 0)
        shifted->turns = rise;
    if (shifted->turns == 0 || (!ends->from_file && rise == 0))
        return clau_toml_complain(config, "grid.boundary", error,
                                  ends->from_file
                                      ? "needs turns, or initial kinks with a charge other than 0"
                                      : "needs initial kinks with a charge other than 0");
    if (!ends->from_file && shifted->turns != rise)
        return clau_toml_complain(config, "grid.boundary.turns", error,
                                  "must be %lld, the charge of the initial kinks", (long long)rise);
    return CLAU_OK;
}

/// Whether the field between those ends closes on the grid.
static enum clau_status check_ends(struct kg_parameters *p, const struct kg_potential *potential,
                                   const struct kg_ends *ends, const struct clau_toml *config,
                                   struct clau_error *error) {
    const double rounding = 1e-9;
    switch ((enum kg_boundary)p->boundary.kind) {
    case KG_PERIODIC:
    case KG_ABSORBING:
        if (ends->from_file || fabs(ends->right - ends->left) < rounding)
            return CLAU_OK;
        return clau_toml_complain(
            config, "grid.boundary", error,
            "the initial kinks lead from phi = %g to %g, which needs %s", ends->left, ends->right,
            is_turning(potential) ? "\"shifted\", or as many antikinks as kinks"
            : fabs(ends->left + ends->right) < rounding
                ? "\"antiperiodic\", or as many antikinks as kinks"
                : "as many antikinks as kinks");
    case KG_ANTIPERIODIC:
        if (!is_even(potential))
            return clau_toml_complain(config, "grid.boundary", error,
                                      "\"antiperiodic\" needs a potential with V(-phi) = V(phi)");
        if (p->points % 2 != 0)
            return clau_toml_complain(config, "grid.points", error,
                                      "must be even where grid.boundary is \"antiperiodic\"");
        if (ends->from_file || fabs(ends->left + ends->right) < rounding)
            return CLAU_OK;
        return clau_toml_complain(config, "grid.boundary", error,
                                  "the initial field leads from phi = %g to %g, not to %g",
                                  ends->left, ends->right, -ends->left);
    case KG_SHIFTED:
        if (!is_turning(potential))
            return clau_toml_complain(config, "grid.boundary", error,
                                      "\"shifted\" needs a potential of period 2 pi: sine-gordon "
                                      "or double-sine-gordon");
        return complete_turns(p->boundary.values, ends, config, error);
    }
    return CLAU_OK;
}

static enum clau_status complete(void *values, const struct clau_run_parameters *run,
                                 const struct clau_toml *config, struct clau_error *error) {
    struct kg_parameters *p = values;
    (void)run;
    // FFTW counts in int.
    if (p->points > INT_MAX / 2)
        return clau_toml_complain(config, "grid.points", error, "must be at most %d", INT_MAX / 2);
    if (p->boundary.kind == KG_ABSORBING) {
        struct kg_absorbing *layer = p->boundary.values;
        if (isnan(layer->width))
            layer->width = 0.1 * p->length;
        if (layer->width > 0.5 * p->length)
            return clau_toml_complain(config, "grid.boundary.width", error,
                                      "must be at most half of grid.length");
    }
    struct kg_potential potential;
    kg_potential_init(&potential, &p->potential);
    if (!kg_potential_is_bounded(&potential))
        return clau_toml_complain(config, "equation.potential.coefficients", error,
                                  "the highest power must be even, and its coefficient positive: "
                                  "V is not bounded from below");
    struct kg_ends ends;
    enum clau_status status = kg_initial_check(p, &potential, config, &ends, error);
    if (status == CLAU_OK)
        status = check_ends(p, &potential, &ends, config, error);
    if (status == CLAU_OK)
        status = kg_symplectic_complete(p->integrator.values, p->boundary.kind == KG_ABSORBING,
                                        config, error);
    return status;
}

// ---- life cycle -------------------------------------------------------------------------------

static void destroy(void *model) {
    struct kg_model *self = model;
    if (self == NULL)
        return;
    kg_symplectic_destroy(self->evolution);
    kg_observables_finish(self);
    free(self->background);
    free(self->damping);
    free(self->u);
    free(self->pi);
    clau_grid_finish(&self->grid);
    free(self);
}

static bool make_background(struct kg_model *self) {
    const struct clau_variant *boundary = &self->parameters->boundary;
    if (boundary->kind != KG_SHIFTED)
        return true;
    self->turns = (double)((const struct kg_shifted *)boundary->values)->turns;
    self->background = clau_allocate(self->grid.points, sizeof *self->background);
    for (size_t j = 0; self->background != NULL && j < self->grid.points; j++)
        self->background[j] = 2.0 * M_PI * self->turns * (self->grid.x[j] / self->grid.length);
    return self->background != NULL;
}

static bool make_damping(struct kg_model *self) {
    const struct clau_variant *boundary = &self->parameters->boundary;
    if (boundary->kind != KG_ABSORBING)
        return true;
    const struct kg_absorbing *layer = boundary->values;
    self->damping = clau_allocate(self->grid.points, sizeof *self->damping);
    for (size_t j = 0; self->damping != NULL && j < self->grid.points; j++) {
        const double from_end = 0.5 * self->grid.length - fabs(self->grid.x[j]);
        const double depth = fmax(0.0, 1.0 - from_end / layer->width);
        self->damping[j] = layer->strength * depth * depth * depth;
    }
    return self->damping != NULL;
}

static enum clau_closing closing_of(const struct kg_parameters *p) {
    return p->boundary.kind == KG_ANTIPERIODIC ? CLAU_ANTIPERIODIC : CLAU_PERIODIC;
}

/// Grid, boundary and potential; false when out of memory.
static bool make_grid(struct kg_model *self) {
    const struct kg_parameters *p = self->parameters;
    const size_t n = (size_t)p->points;
    if (!clau_grid_init(&self->grid, n, p->length))
        return false;
    kg_potential_init(&self->potential, &p->potential);
    self->u = clau_allocate(n, sizeof *self->u);
    self->pi = clau_allocate(n, sizeof *self->pi);
    if (self->u == NULL || self->pi == NULL || !make_background(self) || !make_damping(self))
        return false;
    self->problem = (struct kg_problem){
        .grid = &self->grid,
        .potential = &self->potential,
        .closing = closing_of(p),
        .background = self->background,
        .damping = self->damping,
    };
    return kg_observables_init(self);
}

/// Vacuum for the exact linear flow, and the stiffest V'' that the field may come to.
static void complete_problem(struct kg_model *self, const struct kg_ends *ends) {
    double minimum = ends->left, maximum = ends->left;
    for (size_t j = 0; j < self->grid.points; j++) {
        minimum = fmin(minimum, self->u[j]);
        maximum = fmax(maximum, self->u[j]);
    }
    const double room = 0.5 * (maximum - minimum);
    self->problem.stiffness =
        kg_potential_stiffness(&self->potential, minimum - room, maximum + room);
    // About the vacuum at the ends; where that is not the same at both, about phi = 0, with the
    // mass of the vacua all the same: V'' - m^2 is then 0 in them, and only the kinks are kicked.
    if (fabs(ends->right - ends->left) < 1e-9 && !ends->from_file)
        self->problem.ground = ends->left;
    self->problem.mass2 = fmax(0.0, kg_potential_curvature(&self->potential, ends->left));
}

static enum clau_status make_initial(struct kg_model *self, const struct clau_setup *setup,
                                     struct clau_error *error) {
    struct kg_ends ends;
    enum clau_status status =
        kg_initial_check(self->parameters, &self->potential, setup->config, &ends, error);
    if (status == CLAU_OK)
        status = kg_initial_fill(self->parameters, &self->problem, setup->run->seed, setup->config,
                                 &ends, self->u, self->pi, error);
    if (status != CLAU_OK)
        return status;
    for (size_t j = 0; j < self->grid.points; j++)
        if (!isfinite(self->u[j]) || !isfinite(self->pi[j]))
            return clau_toml_complain(setup->config, "initial", error,
                                      "phi is not finite at x = %g", self->grid.x[j]);
    complete_problem(self, &ends);
    if (self->background != NULL)
        kg_add(self->grid.points, self->u, -1.0, self->background);
    return CLAU_OK;
}

static enum clau_status create(const struct clau_setup *setup, void **model,
                               struct clau_error *error) {
    struct kg_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->parameters = setup->parameters;
    self->run = setup->run;
    enum clau_status status = CLAU_OK;
    if (!make_grid(self))
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %lld points",
                                (long long)self->parameters->points);
    if (status == CLAU_OK)
        status = make_initial(self, setup, error);
    if (status == CLAU_OK)
        status = kg_symplectic_create(&self->problem, self->parameters->integrator.values,
                                      setup->config, self->u, self->pi, &self->evolution, error);
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    *model = self;
    return CLAU_OK;
}

bool kg_has_levels(const struct kg_parameters *p) {
    struct kg_potential potential;
    kg_potential_init(&potential, &p->potential);
    return kg_potential_has_levels(&potential);
}

static void layout(const struct clau_setup *setup, const void *model, struct clau_layout *result) {
    const struct kg_parameters *p = setup->parameters;
    const struct kg_model *self = model;
    *result = (struct clau_layout){
        .state_dimensions = {"x"},
        .coordinates = {{"x", "position", "1", (size_t)p->points,
                         self != NULL ? self->grid.x : NULL},
                        {"kink", "number of the kink", "1", KG_MAXIMUM_KINKS, NULL}},
        .coordinate_count = kg_has_levels(p) ? 2 : 1,
    };
}

/// Numbers a point that are the model's own.
static double numbers_a_point(const struct kg_parameters *p) {
    // x, u, pi, phi, gradient, weights; spectrum and coefficients of half as many modes.
    return 7.5 + (p->boundary.kind == KG_SHIFTED) + (p->boundary.kind == KG_ABSORBING);
}

static void estimate(const struct clau_setup *setup, const void *model,
                     struct clau_estimate *result) {
    const struct kg_parameters *p = setup->parameters;
    const struct kg_model *self = model;
    const double n = (double)p->points, dx = p->length / n;
    const struct clau_grid grid = {(size_t)p->points, p->length, dx, NULL};
    const struct kg_problem problem = {.grid = &grid, .closing = closing_of(p)};
    snprintf(result->grid, sizeof result->grid, "%lld points, dx = %.4g, length %g, k_max = %.4g",
             (long long)p->points, dx, p->length, kg_largest_wavenumber(&problem));
    kg_symplectic_estimate(p->integrator.values, n, dx, closing_of(p),
                           p->boundary.kind == KG_ABSORBING, self != NULL ? self->evolution : NULL,
                           result);
    result->steps *= setup->run->end;
    result->size_key = "grid.points";
    result->size = n;
    result->memory_bytes +=
        numbers_a_point(p) * n * sizeof(double) + clau_real_fft_plan_bytes(n, closing_of(p));
}

static const char *comment(const void *model) {
    const struct kg_model *self = model;
    const struct kg_symplectic_parameters *p = self->parameters->integrator.values;
    return p->adaptive ? "Steps were chosen from an error estimate: the evolution is not "
                         "symplectic, and the energy may drift with time."
                       : NULL;
}

static enum clau_status advance(void *model, double time, bool *reached, struct clau_error *error) {
    struct kg_model *self = model;
    const enum clau_status status =
        kg_symplectic_advance(self->evolution, time, reached, self->u, self->pi, error);
    if (status != CLAU_OK || !*reached)
        return status;
    self->time = time;
    const double sum = clau_dot(self->grid.points, self->u, NULL, self->partial) +
                       clau_dot(self->grid.points, self->pi, NULL, self->partial);
    if (!isfinite(sum))
        return clau_error_set(error, CLAU_DIVERGED, "t = %.9g: the numerical solution broke down",
                              time);
    return CLAU_OK;
}

static uint64_t steps(const void *model) {
    return kg_symplectic_steps(((const struct kg_model *)model)->evolution);
}

static bool warning(void *model, char text[CLAU_ERROR_LENGTH]) {
    struct kg_model *self = model;
    const double resonance = kg_symplectic_resonance(self->evolution);
    if (!self->resonance_reported && kg_symplectic_step(self->evolution) >= resonance) {
        self->resonance_reported = true;
        snprintf(text, CLAU_ERROR_LENGTH,
                 "steps from %.4g on can resonate with the shortest waves of this grid, of which "
                 "the energy's drift and spectral_tail tell",
                 resonance);
        return true;
    }
    const double stiffness = kg_potential_stiffness(&self->potential, self->minimum, self->maximum);
    if (!self->stiffness_reported && !kg_symplectic_is_stable(self->evolution, stiffness)) {
        self->stiffness_reported = true;
        snprintf(text, CLAU_ERROR_LENGTH,
                 "the field has grown to phi = %.4g ... %.4g: for V'' = %.4g there the step is "
                 "beyond the bound of stability",
                 self->minimum, self->maximum, stiffness);
        return true;
    }
    if (!self->tail_is_high || self->tail_reported)
        return false;
    self->tail_reported = true;
    snprintf(text, CLAU_ERROR_LENGTH,
             "the spectrum is not resolved: modes above 7/8 of the largest wavenumber (%.4g) hold "
             "%.1e of the norm of phi; more grid.points, or a smaller grid.length, would help",
             kg_largest_wavenumber(&self->problem), self->spectral_tail);
    return true;
}

static void save(const void *model, struct clau_checkpoint *checkpoint) {
    const struct kg_model *self = model;
    kg_kinks_save(&self->kinks, "kinks", checkpoint);
    kg_kinks_save(&self->kinks_before, "kinks_before", checkpoint);
    kg_symplectic_save(self->evolution, checkpoint);
}

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct kg_model *self = model;
    enum clau_status status = kg_kinks_restore(&self->kinks, "kinks", checkpoint, error);
    if (status == CLAU_OK)
        status = kg_kinks_restore(&self->kinks_before, "kinks_before", checkpoint, error);
    return status == CLAU_OK ? kg_symplectic_restore(self->evolution, checkpoint, error) : status;
}

static void take_back(void *model) {
    struct kg_model *self = model;
    self->kinks = self->kinks_before;
}

const struct clau_solver kg_solver = {
    .name = "klein-gordon",
    .description = "nonlinear Klein-Gordon field, pseudo-spectral",
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .parameters_size = sizeof(struct kg_parameters),
    .state = kg_state_rows,
    .state_count = KG_STATE_ROWS,
    .observables = kg_observable_rows,
    .observable_count = KG_OBSERVABLE_ROWS,
    .fields = kg_field_rows,
    .field_count = KG_FIELD_ROWS,
    .complete = complete,
    .create = create,
    .destroy = destroy,
    .layout = layout,
    .estimate = estimate,
    .comment = comment,
    .advance = advance,
    .prepare = kg_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
    .take_back = take_back,
};
