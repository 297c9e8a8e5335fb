// SPDX-License-Identifier: GPL-3.0-or-later
// Symmetric splitting with a fixed step: the drift is the linear flow, exact in Fourier space, and
// the kick the nonlinear and potential flow, exact in x because it leaves |psi| alone:
//   c_m   -> c_m exp(-i k^2/2 a h),   psi_j -> psi_j exp(i (g |psi_j|^2 - V_j) b h).
//
// Both flows are unitary, but the rounding of the transforms makes the mass grow a little with each
// of them (about 5e-17 relative); psi is therefore rescaled to its initial norm now and then.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/blocks.h"
#include "numerics/composition.h"
#include "numerics/fft.h"
#include "numerics/memory.h"
#include "numerics/phase.h"
#include "solvers/nlse/kernels.h"
#include "solvers/nlse/problem.h"

enum {
    RESCALE_STEPS = 16,           ///< steps from one rescaling to the next
    POINT_STEPS_A_CALL = 1 << 18, ///< work of one call of advance: a few milliseconds
};

/// A rescaling by more than this is not rounding: the run has broken down.
static const double LARGEST_RESCALING = 1e-9;

/// An output time this close to a step's end, in steps, is the step's end.
static const double SAME_TIME = 1e-9;

/// Factors of the drifts of one step size.
struct drifts {
    double h;
    /// [stages + 1][points] exp(-i k^2/2 a_i h) / points; arrays of equal a_i are shared.
    double complex *factor[CLAU_COMPOSITION_MAX_STAGES + 1];
    /// Drift-first methods: that of a_0 without the 1 / points, before any transform.
    double complex *first;
};

struct split_step {
    const struct nlse_problem *problem;
    const struct clau_composition *method;
    size_t points;
    double h;
    uint64_t steps;
    double norm2; ///< initial sum of |state|^2
    struct clau_fft *fft;
    struct drifts whole; ///< for h
    /// Between steps the state is psi in x for methods that start with a kick, and the
    /// coefficients for those that start with a drift.
    double complex *state;
    double complex *branch, *other; ///< work of one step: both spaces; one array if in place
    double *angle;                  ///< [points] g |psi|^2 - V, or |psi|^2
    double *potential;              ///< [points] or NULL
    double *partial;
};

// ---- factors ----------------------------------------------------------------------------------

static void drifts_finish(struct drifts *drifts, int stages) {
    for (int i = 0; i <= stages; i++) {
        bool shared = false;
        for (int j = 0; j < i; j++)
            shared = shared || drifts->factor[j] == drifts->factor[i];
        if (!shared)
            continue;
        drifts->factor[i] = NULL;
    }
    for (int i = 0; i <= stages; i++)
        free(drifts->factor[i]);
    free(drifts->first);
    *drifts = (struct drifts){0};
}

static int drift_count(const struct clau_composition *method) {
    return method->kick_first ? method->stages : method->stages + 1;
}

static bool drifts_init(struct drifts *drifts, const struct split_step *self, double h) {
    const struct clau_composition *method = self->method;
    const size_t n = self->points;
    *drifts = (struct drifts){.h = h};
    for (int i = 0; i < drift_count(method); i++) {
        for (int j = 0; j < i && drifts->factor[i] == NULL; j++)
            if (method->a[j] == method->a[i])
                drifts->factor[i] = drifts->factor[j];
        if (drifts->factor[i] != NULL)
            continue;
        drifts->factor[i] = clau_allocate(n, sizeof *drifts->factor[i]);
        if (drifts->factor[i] == NULL)
            return false;
        clau_phase_factors(n, -method->a[i] * h, self->problem->frequency, drifts->factor[i]);
        for (size_t m = 0; m < n; m++)
            drifts->factor[i][m] /= (double)n;
    }
    if (!method->kick_first) {
        drifts->first = clau_allocate(n, sizeof *drifts->first);
        if (drifts->first == NULL)
            return false;
        clau_phase_factors(n, -method->a[0] * h, self->problem->frequency, drifts->first);
    }
    return true;
}

// ---- one step ---------------------------------------------------------------------------------

static void kick(struct split_step *self, double time, double complex *psi) {
    const size_t n = self->points;
    nlse_density(n, self->angle, psi);
    double scale = time * self->problem->g;
    if (self->potential != NULL) {
        for (size_t j = 0; j < n; j++)
            self->angle[j] = self->problem->g * self->angle[j] - self->potential[j];
        scale = time;
    }
    clau_phase_rotate(n, scale, self->angle, psi);
}

/// One step of `state`, in the representation it has between steps, with `other` as the other space
/// (the same array if transforms are in place).
static void step(struct split_step *self, const struct drifts *drifts, double complex *state,
                 double complex *other) {
    const struct clau_composition *method = self->method;
    const size_t n = self->points;
    if (method->kick_first) {
        kick(self, method->b[0] * drifts->h, state);
        for (int i = 0; i < method->stages; i++) {
            clau_fft_forward(self->fft, state, other);
            nlse_multiply(n, other, other, drifts->factor[i]);
            clau_fft_backward(self->fft, other, state);
            kick(self, method->b[i + 1] * drifts->h, state);
        }
        return;
    }
    nlse_multiply(n, state, state, drifts->first);
    for (int i = 0; i < method->stages; i++) {
        clau_fft_backward(self->fft, state, other);
        kick(self, method->b[i] * drifts->h, other);
        clau_fft_forward(self->fft, other, state);
        nlse_multiply(n, state, state, drifts->factor[i + 1]);
    }
}

static enum clau_status rescale(struct split_step *self, struct clau_error *error) {
    const double factor = sqrt(self->norm2 / nlse_norm2(self->points, self->state, self->partial));
    if (self->norm2 == 0.0)
        return CLAU_OK;
    if (!(fabs(factor - 1.0) < LARGEST_RESCALING))
        return clau_error_set(error, CLAU_DIVERGED,
                              "t = %.9g: the solution broke down (the norm of psi changed by a "
                              "factor of %g in %d steps)",
                              (double)self->steps * self->h, 1.0 / factor, RESCALE_STEPS);
    for (size_t j = 0; j < self->points; j++)
        self->state[j] *= factor;
    return CLAU_OK;
}

static enum clau_status take_steps(struct split_step *self, uint64_t count,
                                   struct clau_error *error) {
    double complex *other = clau_fft_in_place(self->fft) ? self->state : self->other;
    enum clau_status status = CLAU_OK;
    for (uint64_t i = 0; i < count && status == CLAU_OK; i++) {
        step(self, &self->whole, self->state, other);
        self->steps++;
        if (self->steps % RESCALE_STEPS == 0)
            status = rescale(self, error);
    }
    return status;
}

/// Coefficients at time past the last whole step, by a step of that length on a copy.
static enum clau_status output(struct split_step *self, double time, double complex *coefficients,
                               struct clau_error *error) {
    const size_t n = self->points;
    const double rest = time - (double)self->steps * self->h;
    memcpy(self->branch, self->state, n * sizeof *self->state);
    if (fabs(rest) > SAME_TIME * self->h) {
        struct drifts drifts;
        const bool done = drifts_init(&drifts, self, rest);
        if (done)
            step(self, &drifts, self->branch, self->other);
        drifts_finish(&drifts, self->method->stages);
        if (!done)
            return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for an output step");
    }
    if (!self->method->kick_first) {
        memcpy(coefficients, self->branch, n * sizeof *coefficients);
        return CLAU_OK;
    }
    clau_fft_forward(self->fft, self->branch, self->other);
    for (size_t m = 0; m < n; m++)
        coefficients[m] = self->other[m] / (double)n;
    return CLAU_OK;
}

// ---- life cycle -------------------------------------------------------------------------------

static void destroy(void *evolution) {
    struct split_step *self = evolution;
    if (self == NULL)
        return;
    drifts_finish(&self->whole, self->method->stages);
    clau_fft_destroy(self->fft);
    if (self->other != self->branch)
        free(self->other);
    free(self->branch);
    free(self->state);
    free(self->angle);
    free(self->potential);
    free(self->partial);
    free(self);
}

/// Step whose error after a time of ten nonlinear periods is about 1e-5 (measured on two solitons).
static double default_step(const struct nlse_problem *problem, int order) {
    const double fraction = order == 2 ? 0.002 : order == 4 ? 0.05 : 0.1;
    const double amplitude = problem->maximum_amplitude;
    const double rate = fabs(problem->g) * amplitude * amplitude + problem->trap_frequency;
    return fraction / fmax(rate, 0.1);
}

static bool allocate(struct split_step *self) {
    const size_t n = self->points;
    self->fft = clau_fft_create(n);
    self->state = clau_allocate(n, sizeof *self->state);
    self->branch = clau_allocate(n, sizeof *self->branch);
    self->angle = clau_allocate(n, sizeof *self->angle);
    self->partial = clau_allocate(clau_block_count(n), sizeof *self->partial);
    if (!self->fft || !self->state || !self->branch || !self->angle || !self->partial)
        return false;
    self->other =
        clau_fft_in_place(self->fft) ? self->branch : clau_allocate(n, sizeof *self->other);
    if (self->other == NULL)
        return false;
    if (self->problem->trap_frequency != 0.0) {
        self->potential = nlse_potential_values(self->problem, n);
        if (self->potential == NULL)
            return false;
    }
    return drifts_init(&self->whole, self, self->h);
}

static enum clau_status create(const struct nlse_problem *problem, const void *parameters,
                               const double complex *coefficients, void **evolution,
                               struct clau_error *error) {
    const struct nlse_split_step_parameters *p = parameters;
    struct split_step *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->problem = problem;
    self->method = clau_composition_of_order((int)p->order, true);
    self->points = problem->grid->points;
    self->h = isnan(p->step) ? default_step(problem, (int)p->order) : p->step;
    if (!allocate(self)) {
        destroy(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu points",
                              problem->grid->points);
    }
    memcpy(self->branch, coefficients, self->points * sizeof *self->branch);
    if (self->method->kick_first)
        clau_fft_backward(self->fft, self->branch, self->other);
    memcpy(self->state, self->method->kick_first ? self->other : self->branch,
           self->points * sizeof *self->state);
    self->norm2 = nlse_norm2(self->points, self->state, self->partial);
    *evolution = self;
    return CLAU_OK;
}

static enum clau_status advance(void *evolution, double time, bool *reached,
                                double complex *coefficients, struct clau_error *error) {
    struct split_step *self = evolution;
    const double ahead = time / self->h + SAME_TIME - (double)self->steps;
    const double whole = floor(fmax(ahead, 0.0));
    const double limit = fmax(1.0, (double)(POINT_STEPS_A_CALL / self->points));
    enum clau_status status = take_steps(self, (uint64_t)fmin(whole, limit), error);
    *reached = status == CLAU_OK && whole <= limit;
    if (*reached)
        status = output(self, time, coefficients, error);
    return status;
}

static uint64_t steps(const void *evolution) {
    return ((const struct split_step *)evolution)->steps;
}

/// Different factors among the drifts: arrays of equal ones are shared.
static double different_drifts(const struct clau_composition *method) {
    double different = method->kick_first ? 0.0 : 1.0;
    for (int i = 0; i < drift_count(method); i++) {
        bool seen = false;
        for (int j = 0; j < i; j++)
            seen = seen || method->a[j] == method->a[i];
        different += !seen;
    }
    return different;
}

/// An output time between two steps needs the factors of a step of its own.
static double memory_of(const struct clau_composition *method, const struct nlse_extent *extent) {
    const double n = extent->points;
    const double arrays = 1.0 + clau_fft_arrays(n) + 2.0 * different_drifts(method);
    return n * (sizeof(double complex) * arrays + sizeof(double) * (extent->trapped ? 2.0 : 1.0)) +
           clau_fft_plan_bytes(n);
}

static void estimate(const struct nlse_extent *extent, const void *parameters,
                     const void *evolution, struct clau_estimate *result) {
    const struct nlse_split_step_parameters *p = parameters;
    const struct split_step *self = evolution;
    const struct clau_composition *method = clau_composition_of_order((int)p->order, true);
    const double h = self != NULL ? self->h : p->step; // NaN: from the state
    char step[64] = "from the initial amplitude";
    if (!isnan(h))
        snprintf(step, sizeof step, "%g", h);
    snprintf(result->step, sizeof result->step, "split-step of order %d (%s), fixed step %s",
             method->order, method->source, step);
    result->steps = 1.0 / h;
    result->memory_bytes = memory_of(method, extent);
    result->checkpoint_bytes = sizeof(double complex) * extent->points;
}

static void save(const void *evolution, struct clau_checkpoint *checkpoint) {
    const struct split_step *self = evolution;
    clau_checkpoint_put_integer(checkpoint, "split_step.steps", (int64_t)self->steps);
    clau_checkpoint_put_real(checkpoint, "split_step.step", self->h);
    clau_checkpoint_put_real(checkpoint, "split_step.norm2", self->norm2);
    clau_checkpoint_put_reals(checkpoint, "split_step.state", (const double *)self->state,
                              2 * self->points);
}

static enum clau_status restore(void *evolution, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct split_step *self = evolution;
    int64_t step_count = 0;
    double h = 0.0;
    enum clau_status status =
        clau_checkpoint_get_integer(checkpoint, "split_step.steps", &step_count, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "split_step.step", &h, error);
    if (status == CLAU_OK && h != self->h)
        status = clau_error_set(error, CLAU_BAD_INPUT,
                                "the checkpoint was written with a step of %.17g, not %.17g", h,
                                self->h);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "split_step.norm2", &self->norm2, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_reals(checkpoint, "split_step.state", (double *)self->state,
                                           2 * self->points, error);
    self->steps = (uint64_t)step_count;
    return status;
}

const struct clau_parameter nlse_split_step_rows[NLSE_SPLIT_STEP_ROWS] = {
    {.key = "order",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct nlse_split_step_parameters, order),
     .fallback = "4",
     .range = CLAU_BETWEEN(2, 6),
     .description = "2 (Strang), 4 or 6 (Blanes & Moan 2002)"},
    {.key = "step",
     .type = CLAU_REAL,
     .offset = offsetof(struct nlse_split_step_parameters, step),
     .computed = "from the initial amplitude, for an error of about 1e-5",
     .range = CLAU_ABOVE(0),
     .description = "time step"},
};

const struct nlse_method nlse_split_step = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .steps = steps,
    .estimate = estimate,
    .save = save,
    .restore = restore,
};
