// SPDX-License-Identifier: GPL-3.0-or-later
// Dormand-Prince 8(5,3) in Fourier space, in the interaction picture or plain.
//
// Interaction picture (Lawson 1967): in the frame that rotates with the linear flow since the
// start of the step, u_m(t) = exp(+i k^2 (t - t_old)/2) c_m(t), only the nonlinear term is left:
//   du/dt = conj(E) i F[(g |psi|^2 - V) psi],  psi = F^-1[E u],  E = exp(-i k^2 (t - t_old)/2).
// The factors E of a step's stages depend on its size alone. Steps are therefore taken from a
// ladder h = 2^(j/4), and the factors of the last few sizes are kept.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/blocks.h"
#include "numerics/dormand_prince_853.h"
#include "numerics/fft.h"
#include "numerics/memory.h"
#include "numerics/phase.h"
#include "solvers/nlse/active_modes.h"
#include "solvers/nlse/kernels.h"
#include "solvers/nlse/nonlinearity.h"
#include "solvers/nlse/problem.h"

enum {
    STAGES = CLAU_DP853_STAGES,
    END = STAGES, ///< the derivative at the end of the step
    EXTENDED_STAGES = CLAU_DP853_EXTENDED_STAGES,
    MAXIMUM_RUNGS = 12,
};

static const double RUNG_MEMORY = 512e6;  ///< bytes that cached factors may take
static const double RUNGS_PER_OCTAVE = 4; ///< finer rungs waste less of a step, but are more
static const double SAFETY = 0.9;
static const double SMALLEST_FACTOR = 1.0 / 3.0, LARGEST_FACTOR = 6.0; ///< of one step change
static const double LARGEST_STEP = 64.0; ///< for problems that are solved exactly at any step
static const double SMALLEST_STEP = 1e-14;

/// Factors E at the stages' times of one step size.
struct rung {
    double h; ///< 0: empty
    uint64_t last_use;
    double complex *factor[EXTENDED_STAGES]; ///< [band]; NULL at stage 0; 12 is 11
    bool dense;                              ///< stages 13 to 15 are there
};

struct dop853 {
    const struct nlse_problem *problem;
    struct nlse_dop853_parameters parameters;
    struct nlse_active_modes modes; ///< the band, and the modes outside of it
    struct nlse_nonlinearity term;
    double *frequency; ///< [band] k^2/2

    double t_old, t_new; ///< the last step; equal before the first
    double h, h_next;
    bool after_rejection;       ///< the step to take follows a rejected one: it may not grow
    bool first_after_rejection; ///< the same at the start of the last step, for a restart
    double complex *u;          ///< coefficients at t_old
    double complex *next;       ///< coefficients at t_new
    double complex *k[EXTENDED_STAGES]; ///< derivatives in the frame of t_old
    double complex *next_derivative;    ///< k[0] of the next step
    bool dense_ready;                   ///< k[12] to k[15] belong to the last step
    double complex *argument;           ///< plain form: argument of a stage
    double complex *scratch;            ///< [band] factors of an output time
    double *partial;                    ///< block sums
    struct rung rungs[MAXIMUM_RUNGS];
    size_t rung_limit;
    uint64_t clock, steps;
};

static size_t band(const struct dop853 *self) { return self->term.count; }

static void release_band(struct dop853 *self) {
    nlse_nonlinearity_finish(&self->term);
    free(self->frequency);
    self->frequency = NULL;
    double complex **arrays[] = {&self->u, &self->next, &self->next_derivative, &self->argument,
                                 &self->scratch};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        free(*arrays[i]);
        *arrays[i] = NULL;
    }
    for (int i = 0; i < EXTENDED_STAGES; i++) {
        free(self->k[i]);
        self->k[i] = NULL;
    }
    for (size_t r = 0; r < MAXIMUM_RUNGS; r++) {
        struct rung *rung = &self->rungs[r];
        rung->factor[END] = NULL; // the same array as stage 11's
        for (int i = 0; i < EXTENDED_STAGES; i++)
            free(rung->factor[i]);
        *rung = (struct rung){0};
    }
    free(self->partial);
    self->partial = NULL;
}

/// Step sizes of which the factors are kept.
static size_t rung_limit(double modes) {
    const double affordable = RUNG_MEMORY / (modes * sizeof(double complex) * STAGES);
    return affordable < 2.0 ? 2 : affordable > MAXIMUM_RUNGS ? MAXIMUM_RUNGS : (size_t)affordable;
}

/// Makes everything that has the length of the band. u is zero afterwards.
static bool allocate_band(struct dop853 *self) {
    const struct nlse_active_modes *modes = &self->modes;
    if (!nlse_nonlinearity_init(&self->term, self->problem, modes->positive, modes->negative,
                                modes->product_points, (enum nlse_dealias)self->parameters.dealias))
        return false;
    const size_t count = band(self);
    bool done = (self->frequency = clau_allocate(count, sizeof *self->frequency)) != NULL;
    done = done && (self->partial = clau_allocate(clau_block_count(count), sizeof(double))) != NULL;
    double complex **arrays[] = {&self->u, &self->next, &self->next_derivative, &self->argument,
                                 &self->scratch};
    for (size_t i = 0; done && i < sizeof arrays / sizeof *arrays; i++)
        done = (*arrays[i] = clau_allocate(count, sizeof **arrays[i])) != NULL;
    // The stages of dense output are allocated when first needed.
    for (int i = 0; done && i <= END; i++)
        done = (self->k[i] = clau_allocate(count, sizeof *self->k[i])) != NULL;
    if (!done)
        return false;
    nlse_active_modes_gather_real(modes, self->problem->frequency, self->frequency);
    self->rung_limit = rung_limit((double)count);
    return true;
}

// ---- factors ----------------------------------------------------------------------------------

static void fill_factor(const struct dop853 *self, double time, double complex *factor) {
    clau_phase_factors(band(self), -time, self->frequency, factor);
}

static bool add_factors(struct dop853 *self, struct rung *rung, int first, int last) {
    for (int i = first; i <= last; i++) {
        if (rung->factor[i] == NULL)
            rung->factor[i] = clau_allocate(band(self), sizeof *rung->factor[i]);
        if (rung->factor[i] == NULL)
            return false;
        fill_factor(self, clau_dp853_c[i] * rung->h, rung->factor[i]);
    }
    return true;
}

/// The rung of a step size, made now or earlier; NULL when out of memory.
static struct rung *find_rung(struct dop853 *self, double h) {
    struct rung *oldest = &self->rungs[0];
    for (size_t r = 0; r < self->rung_limit; r++) {
        struct rung *rung = &self->rungs[r];
        if (rung->h == h) {
            rung->last_use = ++self->clock;
            return rung;
        }
        if (rung->last_use < oldest->last_use)
            oldest = rung;
    }
    oldest->h = h;
    oldest->dense = false;
    oldest->last_use = ++self->clock;
    if (!add_factors(self, oldest, 1, STAGES - 1))
        return NULL;
    oldest->factor[END] = oldest->factor[STAGES - 1];
    return oldest;
}

static double on_ladder(double h) {
    h = fmin(h, LARGEST_STEP);
    return exp2(floor(RUNGS_PER_OCTAVE * log2(h)) / RUNGS_PER_OCTAVE);
}

/// Largest step not above h that this evolution takes.
static double usable_step(const struct dop853 *self, double h) {
    return self->parameters.interaction_picture ? on_ladder(h) : fmin(h, LARGEST_STEP);
}

// ---- right-hand side --------------------------------------------------------------------------

/// The terms h sum_j weight[j] k[j] with weight[j] != 0.
static struct nlse_combination combination(const struct dop853 *self, double h,
                                           const double *weight, int count) {
    struct nlse_combination c = {0};
    for (int j = 0; j < count; j++)
        if (weight[j] != 0.0) {
            c.weight[c.count] = h * weight[j];
            c.term[c.count++] = self->k[j];
        }
    return c;
}

/// out = derivative at base + h sum_j weight[j] k[j], a stage with the factor E = factor.
static void evaluate(struct dop853 *self, const double complex *base,
                     const struct nlse_combination *c, const double complex *factor,
                     double complex *out) {
    double complex *argument = nlse_nonlinearity_argument(&self->term);
    const size_t bytes = band(self) * sizeof *argument;
    if (self->parameters.interaction_picture) {
        if (c != NULL)
            nlse_combine(band(self), argument, base, c, factor);
        else
            memcpy(argument, base, bytes);
        nlse_nonlinearity_apply(&self->term, factor, out);
        return;
    }
    const double complex *value = base;
    if (c != NULL) {
        nlse_combine(band(self), self->argument, base, c, NULL);
        value = self->argument;
    }
    memcpy(argument, value, bytes);
    nlse_nonlinearity_apply(&self->term, NULL, out);
    nlse_subtract_linear(band(self), out, self->frequency, value);
}

static void evaluate_stage(struct dop853 *self, int stage, double h, const struct rung *rung) {
    const struct nlse_combination c = combination(self, h, clau_dp853_a[stage], stage);
    evaluate(self, self->u, &c, rung ? rung->factor[stage] : NULL, self->k[stage]);
}

// ---- one step ---------------------------------------------------------------------------------

/// Error of the step relative to the tolerance (Hairer et al., II.10), in the L2 norm over x:
/// |e5|^2 / sqrt(|e5|^2 + 0.01 |e3|^2) / (absolute + relative |psi|). The norms of coefficients are
/// those over x divided by sqrt(length).
static double step_error(const struct dop853 *self, double h, double norm_old, double norm_new) {
    double third[STAGES];
    for (int j = 0; j < STAGES; j++)
        third[j] = clau_dp853_a[END][j] - clau_dp853_third[j];
    const struct nlse_combination c5 = combination(self, h, clau_dp853_error5, STAGES);
    const struct nlse_combination c3 = combination(self, h, third, STAGES);
    const double e5 = nlse_combination_norm2(band(self), &c5, self->partial);
    const double e3 = nlse_combination_norm2(band(self), &c3, self->partial);
    const double scale = self->parameters.absolute_tolerance / sqrt(self->problem->grid->length) +
                         self->parameters.relative_tolerance * fmax(norm_old, norm_new);
    if (e5 == 0.0)
        return 0.0;
    return e5 / sqrt(e5 + 0.01 * e3) / scale;
}

static enum clau_status underflow(const struct dop853 *self, struct clau_error *error) {
    return clau_error_set(error, CLAU_DIVERGED,
                          "t = %.9g: step size underflow (%.3g): the solution has become too "
                          "large or too steep, or is no longer finite",
                          self->t_old, self->h_next);
}

static enum clau_status out_of_memory(const struct dop853 *self, struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu modes of dop853",
                          band(self));
}

/// Computes `next` at t_old + h and the error of that step (0 with a fixed step).
static enum clau_status try_step(struct dop853 *self, double h, double norm_old, double *step_err,
                                 struct clau_error *error) {
    struct rung *rung = NULL;
    if (self->parameters.interaction_picture) {
        rung = find_rung(self, h);
        if (rung == NULL)
            return out_of_memory(self, error);
    }
    for (int stage = 1; stage < STAGES; stage++)
        evaluate_stage(self, stage, h, rung);
    const struct nlse_combination c = combination(self, h, clau_dp853_a[END], STAGES);
    nlse_combine(band(self), self->next, self->u, &c, rung ? rung->factor[END] : NULL);
    const double norm_new = sqrt(nlse_norm2(band(self), self->next, self->partial));
    if (!isfinite(norm_new))
        *step_err = INFINITY;
    else
        *step_err = self->parameters.step > 0.0 ? 0.0 : step_error(self, h, norm_old, norm_new);
    return CLAU_OK;
}

/// Makes the end of the last step the start of the next one.
static void shift(struct dop853 *self) {
    double complex *swap = self->u;
    self->u = self->next;
    self->next = swap;
    swap = self->k[0];
    self->k[0] = self->next_derivative;
    self->next_derivative = swap;
    self->t_old = self->t_new;
    self->dense_ready = false;
}

static enum clau_status widen_band(struct dop853 *self, struct clau_error *error);

/// Takes h_next, or a smaller step where the error asks for it.
static enum clau_status take_step(struct dop853 *self, struct clau_error *error) {
    if (self->t_new > self->t_old)
        shift(self);
    enum clau_status status = CLAU_OK;
    for (;;) {
        // Anew in each turn: the band may have become wider.
        const double norm_old = sqrt(nlse_norm2(band(self), self->u, self->partial));
        const double h = self->h_next;
        if (!(h > SMALLEST_STEP * fmax(1.0, self->t_old)))
            return underflow(self, error);
        double err;
        status = try_step(self, h, norm_old, &err, error);
        if (status != CLAU_OK)
            return status;
        if (self->parameters.step > 0.0) {
            if (!isfinite(err))
                return clau_error_set(error, CLAU_DIVERGED,
                                      "t = %.9g: the solution is no longer finite (fixed step "
                                      "%.3g)",
                                      self->t_old, h);
        } else {
            // NaN and infinity end in the smallest factor.
            double factor = SAFETY * pow(err, -1.0 / 8.0);
            factor = fmin(fmax(SMALLEST_FACTOR, factor), LARGEST_FACTOR);
            if (!(err <= 1.0)) {
                self->after_rejection = true;
                self->h_next = usable_step(self, 0.999 * h * fmin(factor, 1.0));
                continue;
            }
            self->first_after_rejection = self->after_rejection;
            if (self->after_rejection)
                factor = fmin(factor, 1.0);
            self->after_rejection = false;
            // A rung is h exactly: without the margin it could fall off by rounding.
            self->h_next = usable_step(self, h * factor * (1.0 + 1e-12));
        }
        // What the step has brought to the edge of the band was cut off on the way: again, wider.
        if (nlse_active_modes_too_narrow(&self->modes, self->next)) {
            status = widen_band(self, error);
            if (status != CLAU_OK)
                return status;
            self->h_next = h;
            continue;
        }
        self->h = h;
        self->t_new = self->t_old + h;
        self->steps++;
        evaluate(self, self->next, NULL, NULL, self->next_derivative);
        return CLAU_OK;
    }
}

// ---- dense output -----------------------------------------------------------------------------

static enum clau_status prepare_dense(struct dop853 *self, struct clau_error *error) {
    for (int stage = END + 1; stage < EXTENDED_STAGES; stage++)
        if (self->k[stage] == NULL) {
            self->k[stage] = clau_allocate(band(self), sizeof *self->k[stage]);
            if (self->k[stage] == NULL)
                return out_of_memory(self, error);
        }
    struct rung *rung = NULL;
    if (self->parameters.interaction_picture) {
        rung = find_rung(self, self->h);
        if (rung == NULL ||
            (!rung->dense && !add_factors(self, rung, END + 1, EXTENDED_STAGES - 1)))
            return out_of_memory(self, error);
        rung->dense = true;
    }
    nlse_unphase(band(self), self->k[END], self->next_derivative, rung ? rung->factor[END] : NULL);
    for (int stage = END + 1; stage < EXTENDED_STAGES; stage++)
        evaluate_stage(self, stage, self->h, rung);
    self->dense_ready = true;
    return CLAU_OK;
}

/// Coefficients of all modes at a time within the last step.
static enum clau_status output(struct dop853 *self, double time, double complex *coefficients,
                               struct clau_error *error) {
    const double complex *inside = self->t_new > self->t_old ? self->next : self->u;
    if (time < self->t_new) {
        if (!self->dense_ready) {
            enum clau_status status = prepare_dense(self, error);
            if (status != CLAU_OK)
                return status;
        }
        double weights[EXTENDED_STAGES];
        clau_dp853_dense_weights((time - self->t_old) / self->h, weights);
        const struct nlse_combination c = combination(self, self->h, weights, EXTENDED_STAGES);
        double complex *factor = NULL;
        if (self->parameters.interaction_picture) {
            factor = self->scratch;
            fill_factor(self, time - self->t_old, factor);
        }
        double complex *value = nlse_nonlinearity_argument(&self->term);
        nlse_combine(band(self), value, self->u, &c, factor);
        inside = value;
    }
    nlse_active_modes_scatter(&self->modes, inside, time, coefficients);
    return CLAU_OK;
}

// ---- band -------------------------------------------------------------------------------------

static void start_derivative(struct dop853 *self) {
    evaluate(self, self->u, NULL, NULL, self->k[0]);
    self->dense_ready = false;
}

/// Lays the evolution out anew for the band in `modes`, with u taken from all coefficients.
static enum clau_status rebuild(struct dop853 *self, const double complex *coefficients,
                                struct clau_error *error) {
    release_band(self);
    if (!allocate_band(self))
        return out_of_memory(self, error);
    nlse_active_modes_gather(&self->modes, coefficients, self->u);
    start_derivative(self);
    return CLAU_OK;
}

/// Takes more modes into the band, at t_old.
static enum clau_status widen_band(struct dop853 *self, struct clau_error *error) {
    double complex *all = clau_allocate(self->problem->grid->points, sizeof *all);
    if (all == NULL)
        return out_of_memory(self, error);
    nlse_active_modes_scatter(&self->modes, self->u, self->t_old, all);
    nlse_active_modes_widen(&self->modes, all, self->t_old);
    const enum clau_status status = rebuild(self, all, error);
    free(all);
    return status;
}

// ---- life cycle -------------------------------------------------------------------------------

static bool takes_a_band(const struct nlse_dop853_parameters *p, bool trapped) {
    // Other grids for the product, and a potential that is no finite sum of modes, want all modes.
    return p->active_modes && p->interaction_picture && p->dealias == NLSE_FULL && !trapped;
}

static void destroy(void *evolution) {
    struct dop853 *self = evolution;
    if (self == NULL)
        return;
    release_band(self);
    nlse_active_modes_finish(&self->modes);
    free(self);
}

/// First step of an adaptive run: a hundredth of the time in which the state changes (the
/// controller makes it six times larger a step if that was too cautious).
static double first_step(const struct dop853 *self) {
    const double value = sqrt(nlse_norm2(band(self), self->u, self->partial));
    const double slope = sqrt(nlse_norm2(band(self), self->k[0], self->partial));
    return usable_step(self, slope > 0.0 ? 0.01 * value / slope : LARGEST_STEP);
}

static enum clau_status create(const struct nlse_problem *problem, const void *parameters,
                               const double complex *coefficients, void **evolution,
                               struct clau_error *error) {
    struct dop853 *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->problem = problem;
    self->parameters = *(const struct nlse_dop853_parameters *)parameters;
    const struct nlse_dop853_parameters *p = &self->parameters;
    const bool narrow = takes_a_band(p, problem->trap_frequency != 0.0);
    const size_t product_points = problem->grid->points * (p->dealias == NLSE_PADDED ? 2 : 1);
    if (!nlse_active_modes_init(&self->modes, problem, coefficients, product_points,
                                narrow ? p->relative_tolerance : 0.0)) {
        destroy(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    enum clau_status status = rebuild(self, coefficients, error);
    if (status == CLAU_OK) {
        self->h_next = p->step > 0.0 ? p->step : first_step(self);
        if (!isfinite(self->h_next) || self->h_next <= 0.0)
            status = underflow(self, error);
    }
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    *evolution = self;
    return CLAU_OK;
}

static enum clau_status advance(void *evolution, double time, bool *reached,
                                double complex *coefficients, struct clau_error *error) {
    struct dop853 *self = evolution;
    enum clau_status status = CLAU_OK;
    if (time > self->t_new)
        status = take_step(self, error);
    *reached = time <= self->t_new;
    if (status == CLAU_OK && *reached)
        status = output(self, time, coefficients, error);
    return status;
}

static uint64_t steps(const void *evolution) { return ((const struct dop853 *)evolution)->steps; }

/// With the factors of so many step sizes.
static double memory_of(const struct nlse_dop853_parameters *p, const struct nlse_extent *extent,
                        double rungs) {
    const double n = extent->points, product = n * (p->dealias == NLSE_PADDED ? 2.0 : 1.0);
    // The factors of a size are 14 arrays, as stage 0 has none and 12 those of 11.
    const double factors = p->interaction_picture ? (EXTENDED_STAGES - 2.0) * rungs : 0.0;
    // Stages and states; the modes outside; the spectrum of the product.
    const double arrays = (EXTENDED_STAGES + 5.0 + factors + 1.0) * n;
    const bool filtered = p->dealias == NLSE_TWO_THIRDS || p->dealias == NLSE_EXPONENTIAL;
    return sizeof(double complex) * (arrays + clau_fft_arrays(product) * product) +
           sizeof(double) * (n + (filtered ? n : 0.0) + (extent->trapped ? product : 0.0)) +
           clau_fft_plan_bytes(product);
}

/// What is needed depends on the state: on how many modes are active, and how many step sizes come
/// up.
static void estimate_memory(const struct nlse_dop853_parameters *p,
                            const struct nlse_extent *extent, struct clau_estimate *result) {
    const bool adaptive = p->step == 0.0 && p->interaction_picture;
    const double rungs = adaptive ? (double)rung_limit(extent->points) : 1.0;
    result->memory_bytes = memory_of(p, extent, rungs);
    result->checkpoint_bytes = sizeof(double complex) * extent->points;
    if (adaptive)
        result->least_memory_bytes = memory_of(p, extent, 1.0);
    if (takes_a_band(p, extent->trapped)) {
        result->least_memory_bytes = sizeof(double complex) * extent->points; // the modes outside
        result->checkpoint_bytes *= 2.0;
    }
}

static void estimate(const struct nlse_extent *extent, const void *parameters,
                     const void *evolution, struct clau_estimate *result) {
    const struct nlse_dop853_parameters *p = parameters;
    const struct dop853 *self = evolution;
    const char *picture = p->interaction_picture ? "interaction picture" : "plain";
    char first[32] = "";
    if (self != NULL)
        snprintf(first, sizeof first, ", first step %.3g", self->h_next);
    if (p->step > 0.0)
        snprintf(result->step, sizeof result->step, "dop853 (%s), fixed step %g", picture, p->step);
    else
        snprintf(result->step, sizeof result->step,
                 "dop853 (%s), adaptive, relative tolerance %g%s", picture, p->relative_tolerance,
                 first);
    result->steps = p->step > 0.0 ? 1.0 / p->step : NAN;
    estimate_memory(p, extent, result);
}

// A checkpoint holds the start of the last step and its size: taking that step again gives its
// end and its dense output in every bit.
static void save(const void *evolution, struct clau_checkpoint *checkpoint) {
    const struct dop853 *self = evolution;
    const bool stepped = self->t_new > self->t_old;
    clau_checkpoint_put_real(checkpoint, "dop853.time", self->t_old);
    clau_checkpoint_put_real(checkpoint, "dop853.step", stepped ? self->h : self->h_next);
    clau_checkpoint_put_integer(checkpoint, "dop853.stepped", stepped);
    clau_checkpoint_put_integer(checkpoint, "dop853.after_rejection",
                                stepped ? self->first_after_rejection : self->after_rejection);
    clau_checkpoint_put_integer(checkpoint, "dop853.steps",
                                (int64_t)(stepped ? self->steps - 1 : self->steps));
    clau_checkpoint_put_reals(checkpoint, "dop853.state", (const double *)self->u, 2 * band(self));
    nlse_active_modes_save(&self->modes, checkpoint);
}

static enum clau_status restore(void *evolution, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct dop853 *self = evolution;
    int64_t stepped = 0, after_rejection = 0, step_count = 0;
    enum clau_status status = nlse_active_modes_restore(&self->modes, checkpoint, error);
    if (status == CLAU_OK) {
        release_band(self);
        status = allocate_band(self) ? CLAU_OK : out_of_memory(self, error);
    }
    if (status == CLAU_OK)
        status = clau_checkpoint_get_reals(checkpoint, "dop853.state", (double *)self->u,
                                           2 * band(self), error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "dop853.time", &self->t_old, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "dop853.step", &self->h_next, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integer(checkpoint, "dop853.stepped", &stepped, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integer(checkpoint, "dop853.after_rejection", &after_rejection,
                                             error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_integer(checkpoint, "dop853.steps", &step_count, error);
    if (status != CLAU_OK)
        return status;
    self->t_new = self->t_old;
    self->after_rejection = after_rejection != 0;
    self->steps = (uint64_t)step_count;
    start_derivative(self);
    return stepped ? take_step(self, error) : CLAU_OK;
}

const struct nlse_method nlse_dop853 = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .steps = steps,
    .estimate = estimate,
    .save = save,
    .restore = restore,
};
