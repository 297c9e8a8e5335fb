// SPDX-License-Identifier: GPL-3.0-or-later
// Fixed steps are those of the splitting. With `adaptive` a step h is taken once whole and once as
// two halves; their difference, divided by 2^p - 1, estimates the error of the halves, which are
// kept (E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, II.4).
#include "solvers/klein_gordon/symplectic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/blocks.h"
#include "numerics/memory.h"
#include "numerics/sums.h"

enum { POINT_STAGES_A_CALL = 1 << 18 }; ///< work of one call of advance: a few milliseconds

/// An output time this close to a step's end, in steps, is the step's end.
static const double SAME_TIME = 1e-9;

/// Rounding of a step, a few ulp of the field, relative to it.
static const double ROUNDING = 1e-14;

/// Share of the stability bound that adaptive steps stay below, and their control.
static const double ADAPTIVE_LIMIT = 0.9, SAFETY = 0.9, LEAST_FACTOR = 0.2, LARGEST_FACTOR = 4.0;

struct kg_symplectic {
    const struct kg_problem *problem;
    const struct clau_composition *method;
    const struct kg_splitting *splitting;
    void *state;
    size_t points;
    double h;     ///< of all steps, or of the next one to try
    double limit; ///< largest stable step
    uint64_t steps;
    // Adaptive:
    bool adaptive;
    double tolerance;
    double time; ///< of the last step
    double *u, *pi;
    double *whole_u, *whole_pi, *halves_u, *halves_pi; ///< one step, twice
    double *partial;
};

// ---- methods ----------------------------------------------------------------------------------

/// What an order stands for (docs/performance.md has the figures), and its default step.
static const struct {
    int order;
    const char *method[2]; ///< by enum kg_splitting_kind
    double cfl[2];
} table[] = {
    {2, {"strang", "strang"}, {0.03, 0.03}},
    {4, {"blanes-moan-rkn-6b", "blanes-moan-rkn-6b"}, {0.5, 0.5}},
    {6, {"blanes-moan-rkn-11b", "blanes-moan-rkn-14a"}, {0.5, 0.5}},
    {8, {"kahan-li-8", "kahan-li-8"}, {0.5, 0.5}},
};

static size_t row_of(int order) {
    size_t row = 0;
    while (row + 1 < sizeof table / sizeof *table && table[row].order != order)
        row++;
    return row;
}

const struct clau_composition *kg_symplectic_method(int order, int splitting) {
    return clau_composition_find(table[row_of(order)].method[splitting]);
}

/// Fastest oscillation that the kicks resolve. The linear flow leaves only V'' - m^2 to them; the
/// larger of it and V'' is safe.
static double fastest(const struct kg_problem *problem, double stiffness, int splitting) {
    const double k = splitting == KG_KINETIC ? kg_largest_wavenumber(problem) : 0.0;
    return sqrt(k * k + stiffness);
}

double kg_symplectic_stability(const struct kg_problem *problem,
                               const struct clau_composition *method, int splitting) {
    return clau_composition_stability(method) / fastest(problem, problem->stiffness, splitting);
}

bool kg_symplectic_is_stable(const struct kg_symplectic *self, double stiffness) {
    const int splitting = self->splitting == &kg_kinetic_splitting ? KG_KINETIC : KG_LINEAR_FLOW;
    const double start = self->problem->stiffness;
    // The bound itself, of the method alone, is in the limit.
    return self->h * fastest(self->problem, fmax(stiffness, start), splitting) <
           self->limit * fastest(self->problem, start, splitting);
}

double kg_symplectic_resonance(const struct kg_symplectic *self) {
    if (self->splitting == &kg_kinetic_splitting || self->problem->potential->kind == KG_LINEAR)
        return INFINITY;
    const double k = kg_largest_wavenumber(self->problem);
    return M_PI / sqrt(k * k + self->problem->mass2);
}

enum clau_status kg_symplectic_complete(struct kg_symplectic_parameters *p, bool damped,
                                        const struct clau_toml *config, struct clau_error *error) {
    if (p->order == 0)
        p->order = 2;
    if (p->order % 2 != 0)
        return clau_toml_complain(config, "integrator.order", error, "must be 2, 4, 6 or 8");
    if (!isnan(p->step) && !isnan(p->cfl))
        return clau_toml_complain(config, "integrator.step", error,
                                  "and integrator.cfl cannot both be given");
    if (isnan(p->step) && isnan(p->cfl))
        p->cfl = table[row_of((int)p->order)].cfl[p->splitting];
    if (!isnan(p->relative_tolerance) && !p->adaptive)
        return clau_toml_complain(config, "integrator.relative_tolerance", error,
                                  "needs integrator.adaptive = true");
    if (p->adaptive && isnan(p->relative_tolerance))
        p->relative_tolerance = 1e-8;
    if (p->splitting == KG_LINEAR_FLOW && p->adaptive)
        return clau_toml_complain(config, "integrator.adaptive", error,
                                  "needs integrator.splitting = \"kinetic\": the factors of the "
                                  "exact linear flow are made for one step");
    if (p->splitting == KG_LINEAR_FLOW && damped)
        return clau_toml_complain(config, "integrator.splitting", error,
                                  "must be \"kinetic\" with an absorbing boundary");
    return CLAU_OK;
}

// ---- life cycle -------------------------------------------------------------------------------

static const struct kg_splitting *splitting_of(int kind) {
    return kind == KG_KINETIC ? &kg_kinetic_splitting : &kg_linear_splitting;
}

static double step_of(const struct kg_symplectic_parameters *p, double spacing) {
    return isnan(p->step) ? p->cfl * spacing : p->step;
}

void kg_symplectic_destroy(struct kg_symplectic *self) {
    if (self == NULL)
        return;
    self->splitting->destroy(self->state);
    double *const arrays[] = {self->u,        self->pi,        self->whole_u, self->whole_pi,
                              self->halves_u, self->halves_pi, self->partial};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(self);
}

static bool allocate_adaptive(struct kg_symplectic *self, const double *u, const double *pi) {
    double **const arrays[] = {&self->u,        &self->pi,       &self->whole_u,
                               &self->whole_pi, &self->halves_u, &self->halves_pi};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = clau_allocate(self->points, sizeof **arrays[i]);
        if (*arrays[i] == NULL)
            return false;
    }
    self->partial = clau_allocate(clau_block_count(self->points), sizeof *self->partial);
    memcpy(self->u, u, self->points * sizeof *u);
    memcpy(self->pi, pi, self->points * sizeof *pi);
    return self->partial != NULL;
}

static enum clau_status check_step(const struct kg_symplectic *self,
                                   const struct kg_symplectic_parameters *p,
                                   const struct clau_toml *config, struct clau_error *error) {
    if (fabs(self->h) < self->limit)
        return CLAU_OK;
    const bool given = !isnan(p->step);
    const double scale = given ? 1.0 : self->problem->grid->spacing;
    return clau_toml_complain(config, given ? "integrator.step" : "integrator.cfl", error,
                              "must be below %.6g, the bound of stability of %s on this grid%s",
                              self->limit / scale, self->method->name,
                              given ? "" : " (step below bound times dx)");
}

enum clau_status kg_symplectic_create(const struct kg_problem *problem,
                                      const struct kg_symplectic_parameters *p,
                                      const struct clau_toml *config, const double *u,
                                      const double *pi, struct kg_symplectic **evolution,
                                      struct clau_error *error) {
    struct kg_symplectic *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->problem = problem;
    self->method = kg_symplectic_method((int)p->order, p->splitting);
    self->splitting = splitting_of(p->splitting);
    self->points = problem->grid->points;
    self->h = step_of(p, problem->grid->spacing);
    self->limit = kg_symplectic_stability(problem, self->method, p->splitting);
    self->adaptive = p->adaptive;
    self->tolerance = p->relative_tolerance;
    enum clau_status status = check_step(self, p, config, error);
    if (status == CLAU_OK) {
        self->state = self->splitting->create(problem, self->method, self->h, u, pi);
        if (self->state == NULL || (self->adaptive && !allocate_adaptive(self, u, pi)))
            status =
                clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu points", self->points);
    }
    if (status != CLAU_OK) {
        kg_symplectic_destroy(self);
        return status;
    }
    *evolution = self;
    return CLAU_OK;
}

// ---- fixed steps ------------------------------------------------------------------------------

/// Calls may take so many steps.
static double step_limit(const struct kg_symplectic *self) {
    const size_t work = self->points * (size_t)self->method->stages;
    return fmax(1.0, (double)(POINT_STAGES_A_CALL / work));
}

static enum clau_status advance_fixed(struct kg_symplectic *self, double time, bool *reached,
                                      double *u, double *pi, struct clau_error *error) {
    const double ahead = time / self->h + SAME_TIME - (double)self->steps;
    const double whole = floor(fmax(ahead, 0.0)), limit = step_limit(self);
    const uint64_t count = (uint64_t)fmin(whole, limit);
    self->splitting->advance(self->state, count);
    self->steps += count;
    *reached = whole <= limit;
    if (!*reached)
        return CLAU_OK;
    double rest = time - (double)self->steps * self->h;
    if (fabs(rest) <= SAME_TIME * fabs(self->h))
        rest = 0.0;
    if (!self->splitting->output(self->state, rest, u, pi))
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for an output step");
    return CLAU_OK;
}

// ---- adaptive steps ---------------------------------------------------------------------------

static void copy(const struct kg_symplectic *self, double *to_u, double *to_pi, const double *u,
                 const double *pi) {
    memcpy(to_u, u, self->points * sizeof *u);
    memcpy(to_pi, pi, self->points * sizeof *pi);
}

/// Norm of the difference of the two results, over that of the field: both L2 of (u, pi), the
/// field without its vacuum.
static double relative_difference(struct kg_symplectic *self) {
    const size_t n = self->points;
    kg_add(n, self->whole_u, -1.0, self->halves_u);
    kg_add(n, self->whole_pi, -1.0, self->halves_pi);
    const double difference = clau_dot(n, self->whole_u, self->whole_u, self->partial) +
                              clau_dot(n, self->whole_pi, self->whole_pi, self->partial);
    // The whole step's arrays hold the field itself now, without its vacuum.
    const double ground = self->problem->ground;
    for (size_t j = 0; j < n; j++) {
        self->whole_u[j] = self->halves_u[j] - ground;
        self->whole_pi[j] = self->halves_pi[j];
    }
    const double norm = clau_dot(n, self->whole_u, self->whole_u, self->partial) +
                        clau_dot(n, self->whole_pi, self->whole_pi, self->partial);
    // Differences of the size of the vacuum's rounding are no error.
    const double rounding = ROUNDING * fmax(fabs(ground), 1e-3) / self->tolerance;
    return sqrt(difference / fmax(norm, (double)n * rounding * rounding));
}

/// Tries a step; takes it if the error allows. False when the field is no longer finite.
static bool try_step(struct kg_symplectic *self) {
    const double h = self->h;
    copy(self, self->whole_u, self->whole_pi, self->u, self->pi);
    self->splitting->leap(self->state, h, self->whole_u, self->whole_pi);
    copy(self, self->halves_u, self->halves_pi, self->u, self->pi);
    self->splitting->leap(self->state, 0.5 * h, self->halves_u, self->halves_pi);
    self->splitting->leap(self->state, 0.5 * h, self->halves_u, self->halves_pi);
    // Damping is joined to the steps by a splitting of order 2.
    const int order = self->problem->damping == NULL ? self->method->order : 2;
    const double error = relative_difference(self) / (ldexp(1.0, order) - 1.0) / self->tolerance;
    if (!isfinite(error))
        return false;
    const double factor = SAFETY * pow(fmax(error, 1e-30), -1.0 / (order + 1));
    self->h =
        fmin(h * fmin(fmax(factor, LEAST_FACTOR), LARGEST_FACTOR), ADAPTIVE_LIMIT * self->limit);
    if (error > 1.0)
        return true;
    copy(self, self->u, self->pi, self->halves_u, self->halves_pi);
    self->time += h;
    self->steps++;
    return true;
}

static enum clau_status advance_adaptive(struct kg_symplectic *self, double time, bool *reached,
                                         double *u, double *pi, struct clau_error *error) {
    const double limit = fmax(1.0, step_limit(self) / 3.0);
    *reached = false;
    for (double done = 0.0; done < limit; done++) {
        // Steps must not depend on output times: the last one before `time` is followed by a step
        // aside, shorter than the next step would be.
        if (self->time + self->h > time * (1.0 + 1e-15)) {
            copy(self, u, pi, self->u, self->pi);
            const double rest = time - self->time;
            if (rest > 0.0) {
                // In halves, as the steps that are kept.
                self->splitting->leap(self->state, 0.5 * rest, u, pi);
                self->splitting->leap(self->state, 0.5 * rest, u, pi);
            }
            *reached = true;
            return CLAU_OK;
        }
        if (!try_step(self))
            return clau_error_set(error, CLAU_DIVERGED,
                                  "t = %.9g: the numerical solution broke down", self->time);
        if (self->h < 1e-12 * (1.0 + self->time))
            return clau_error_set(error, CLAU_DIVERGED,
                                  "t = %.9g: the step fell to %.3g without reaching "
                                  "integrator.relative_tolerance = %g",
                                  self->time, self->h, self->tolerance);
    }
    return CLAU_OK;
}

enum clau_status kg_symplectic_advance(struct kg_symplectic *self, double time, bool *reached,
                                       double *u, double *pi, struct clau_error *error) {
    return self->adaptive ? advance_adaptive(self, time, reached, u, pi, error)
                          : advance_fixed(self, time, reached, u, pi, error);
}

// ---- the rest ---------------------------------------------------------------------------------

double kg_symplectic_step(const struct kg_symplectic *self) { return self->h; }

uint64_t kg_symplectic_steps(const struct kg_symplectic *self) { return self->steps; }

void kg_symplectic_estimate(const struct kg_symplectic_parameters *p, double points, double spacing,
                            enum clau_closing closing, bool damped,
                            const struct kg_symplectic *self, struct clau_estimate *result) {
    const struct clau_composition *method = kg_symplectic_method((int)p->order, p->splitting);
    const double h = step_of(p, spacing);
    char bound[48] = "";
    if (self != NULL)
        snprintf(bound, sizeof bound, ", stable below %.4g", self->limit);
    if (p->adaptive)
        snprintf(result->step, sizeof result->step,
                 "order %d (%s), adaptive from %.4g, relative tolerance %g%s", method->order,
                 method->name, h, p->relative_tolerance, bound);
    else
        snprintf(result->step, sizeof result->step, "order %d (%s), fixed step %.6g%s",
                 method->order, method->name, h, bound);
    result->steps = p->adaptive ? NAN : 1.0 / h;
    result->memory_bytes =
        splitting_of(p->splitting)->memory_bytes(method, points, closing, damped) +
        (p->adaptive ? 6.0 * sizeof(double) * points : 0.0);
    result->checkpoint_bytes = 2.0 * sizeof(double) * points;
}

void kg_symplectic_save(const struct kg_symplectic *self, struct clau_checkpoint *checkpoint) {
    clau_checkpoint_put_integer(checkpoint, "symplectic.steps", (int64_t)self->steps);
    clau_checkpoint_put_real(checkpoint, "symplectic.step", self->h);
    if (self->adaptive) {
        clau_checkpoint_put_real(checkpoint, "symplectic.time", self->time);
        clau_checkpoint_put_reals(checkpoint, "symplectic.u", self->u, self->points);
        clau_checkpoint_put_reals(checkpoint, "symplectic.pi", self->pi, self->points);
    } else {
        self->splitting->save(self->state, checkpoint);
    }
}

static enum clau_status restore_adaptive(struct kg_symplectic *self, double h,
                                         const struct clau_checkpoint *checkpoint,
                                         struct clau_error *error) {
    self->h = h;
    enum clau_status status =
        clau_checkpoint_get_real(checkpoint, "symplectic.time", &self->time, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_reals(checkpoint, "symplectic.u", self->u, self->points, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_reals(checkpoint, "symplectic.pi", self->pi, self->points, error);
    return status;
}

enum clau_status kg_symplectic_restore(struct kg_symplectic *self,
                                       const struct clau_checkpoint *checkpoint,
                                       struct clau_error *error) {
    int64_t steps = 0;
    double h = 0.0;
    enum clau_status status =
        clau_checkpoint_get_integer(checkpoint, "symplectic.steps", &steps, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_real(checkpoint, "symplectic.step", &h, error);
    if (status != CLAU_OK)
        return status;
    self->steps = (uint64_t)steps;
    if (self->adaptive)
        return restore_adaptive(self, h, checkpoint, error);
    if (h != self->h)
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "the checkpoint was written with a step of %.17g, not %.17g", h,
                              self->h);
    return self->splitting->restore(self->state, checkpoint, error);
}

// ---- keys -------------------------------------------------------------------------------------

static const struct clau_choice splittings[] = {
    [KG_KINETIC] = {"kinetic", "drift pi, kick phi_xx - V'"},
    [KG_LINEAR_FLOW] = {"linear", "exact linear flow, kick by the rest of V'; not bound by k_max"},
};

#define OFFSET(member) offsetof(struct kg_symplectic_parameters, member)

#define COMMON_ROWS(default_cfl)                                                                   \
    {.key = "step",                                                                                \
     .type = CLAU_REAL,                                                                            \
     .offset = OFFSET(step),                                                                       \
     .computed = "cfl times dx",                                                                   \
     .range = CLAU_ABOVE(0),                                                                       \
     .description = "time step; of an adaptive run the first one to try"},                         \
        {.key = "cfl",                                                                             \
         .type = CLAU_REAL,                                                                        \
         .offset = OFFSET(cfl),                                                                    \
         .computed = default_cfl,                                                                  \
         .range = CLAU_ABOVE(0),                                                                   \
         .description = "step / dx, instead of step"},                                             \
        {.key = "adaptive",                                                                        \
         .type = CLAU_BOOLEAN,                                                                     \
         .offset = OFFSET(adaptive),                                                               \
         .fallback = "false",                                                                      \
         .description = "choose steps from an error estimate; symplecticity is given up"},         \
    {                                                                                              \
        .key = "relative_tolerance", .type = CLAU_REAL, .offset = OFFSET(relative_tolerance),      \
        .computed = "1e-8 where adaptive", .range = CLAU_BETWEEN(1e-14, 0.1),                      \
        .description = "error allowed in an adaptive step, relative to the L2 norm of the field"   \
    }

const struct clau_parameter kg_stormer_verlet_rows[KG_STORMER_VERLET_ROWS] = {COMMON_ROWS("0.03")};

const struct clau_parameter kg_symplectic_rows[KG_SYMPLECTIC_ROWS] = {
    {.key = "order",
     .type = CLAU_INTEGER,
     .offset = OFFSET(order),
     .fallback = "6",
     .range = CLAU_BETWEEN(2, 8),
     .description = "2, 4, 6 or 8"},
    {.key = "splitting",
     .type = CLAU_CHOICE,
     .offset = OFFSET(splitting),
     .fallback = "\"kinetic\"",
     .choices = splittings,
     .choice_count = sizeof splittings / sizeof *splittings,
     .description = "the two parts of the equation that are solved in turn"},
    COMMON_ROWS("0.5; 0.03 of order 2")};
