// SPDX-License-Identifier: GPL-3.0-or-later
// Splitting of H into int pi^2/2 (drift) and int phi_x^2/2 + V (kick), the field in x: one forward
// and one backward transform a kick, for phi_xx. The method of order 2 is Stormer and Verlet's.
//
// Between steps the state lacks the last flow of the step, which is done together with the first
// one of the next: for methods that begin with a kick phi is complete and pi lacks a kick, for the
// others pi is complete and phi lacks a drift.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/klein_gordon/problem.h"

struct kinetic {
    const struct kg_problem *problem;
    const struct clau_composition *method;
    size_t points, modes;
    double h;
    struct clau_real_fft *fft;
    double *u, *pi;
    bool owed; ///< the last flow of the step before is still to be done
    double *laplacian;
    bool fresh;           ///< laplacian is that of u
    double *factor;       ///< [modes] -k^2 / points
    double complex *work; ///< [modes]
    double *decay;        ///< [points] exp(-gamma h), or NULL
    double *half_decay;   ///< [points] for steps of any length
};

static void destroy(void *object) {
    struct kinetic *self = object;
    if (self == NULL)
        return;
    clau_real_fft_destroy(self->fft);
    free(self->u);
    free(self->pi);
    free(self->laplacian);
    free(self->factor);
    free(self->work);
    free(self->decay);
    free(self->half_decay);
    free(self);
}

static bool allocate(struct kinetic *self) {
    const size_t n = self->points;
    self->fft = clau_real_fft_create(n, self->problem->closing);
    if (self->fft == NULL)
        return false;
    self->modes = clau_real_fft_modes(self->fft);
    self->u = clau_allocate(n, sizeof *self->u);
    self->pi = clau_allocate(n, sizeof *self->pi);
    self->laplacian = clau_allocate(n, sizeof *self->laplacian);
    self->factor = clau_allocate(self->modes, sizeof *self->factor);
    self->work = clau_allocate(self->modes, sizeof *self->work);
    if (!self->u || !self->pi || !self->laplacian || !self->factor || !self->work)
        return false;
    if (self->problem->damping == NULL)
        return true;
    self->decay = clau_allocate(n, sizeof *self->decay);
    self->half_decay = clau_allocate(n, sizeof *self->half_decay);
    return self->decay != NULL && self->half_decay != NULL;
}

static void set(void *object, const double *u, const double *pi) {
    struct kinetic *self = object;
    memcpy(self->u, u, self->points * sizeof *u);
    memcpy(self->pi, pi, self->points * sizeof *pi);
    self->owed = self->fresh = false;
}

static void fill_decay(const struct kinetic *self, double time, double *decay) {
    for (size_t j = 0; j < self->points; j++)
        decay[j] = exp(-self->problem->damping[j] * time);
}

static void *create(const struct kg_problem *problem, const struct clau_composition *method,
                    double h, const double *u, const double *pi) {
    struct kinetic *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->problem = problem;
    self->method = method;
    self->points = problem->grid->points;
    self->h = h;
    if (!allocate(self)) {
        destroy(self);
        return NULL;
    }
    for (size_t i = 0; i < self->modes; i++) {
        const double k = clau_real_fft_wavenumber(self->fft, i, problem->grid->length);
        self->factor[i] = -k * k / (double)self->points;
    }
    if (self->decay != NULL)
        fill_decay(self, h, self->decay);
    set(self, u, pi);
    return self;
}

// ---- flows ------------------------------------------------------------------------------------

static void find_laplacian(struct kinetic *self, const double *u) {
    clau_real_fft_forward(self->fft, u, self->work);
    kg_multiply_modes(self->modes, self->work, self->factor);
    clau_real_fft_backward(self->fft, self->work, self->laplacian);
}

/// Kick by the force at u, of which the Laplacian is known, then drift.
static void kick_drift(struct kinetic *self, double kick, double drift, double *u, double *pi) {
    kg_kick_drift(self->points, &self->problem->potential->force, u, pi, self->laplacian,
                  self->problem->background, kick, drift);
}

/// The first flow of a step, after what is owed from the step before and, in between, the damping.
static void begin(struct kinetic *self, double h, double owed, const double *decay, double *u,
                  double *pi) {
    const double *a = self->method->a, *b = self->method->b;
    if (self->method->kick_first) {
        if (!self->fresh || u != self->u)
            find_laplacian(self, u);
        self->fresh = false;
        if (decay == NULL) {
            kick_drift(self, (owed + b[0]) * h, a[0] * h, u, pi);
            return;
        }
        kick_drift(self, owed * h, 0.0, u, pi);
        kg_multiply(self->points, pi, decay);
        kick_drift(self, b[0] * h, a[0] * h, u, pi);
        return;
    }
    if (decay == NULL) {
        kg_add(self->points, u, (owed + a[0]) * h, pi);
        return;
    }
    kg_add(self->points, u, owed * h, pi);
    kg_multiply(self->points, pi, decay);
    kg_add(self->points, u, a[0] * h, pi);
}

/// The flows between the first and the last one.
static void go_on(struct kinetic *self, double h, double *u, double *pi) {
    const struct clau_composition *method = self->method;
    if (method->kick_first) {
        for (int i = 1; i < method->stages; i++) {
            find_laplacian(self, u);
            kick_drift(self, method->b[i] * h, method->a[i] * h, u, pi);
        }
        return;
    }
    for (int i = 0; i < method->stages; i++) {
        find_laplacian(self, u);
        kick_drift(self, method->b[i] * h, i + 1 < method->stages ? method->a[i + 1] * h : 0.0, u,
                   pi);
    }
}

/// The last flow of a step.
static void end(struct kinetic *self, double h, double *u, double *pi) {
    const struct clau_composition *method = self->method;
    if (method->kick_first) {
        find_laplacian(self, u);
        kick_drift(self, method->b[method->stages] * h, 0.0, u, pi);
    } else {
        kg_add(self->points, u, method->a[method->stages] * h, pi);
    }
}

static void advance(void *object, uint64_t steps) {
    struct kinetic *self = object;
    const struct clau_composition *method = self->method;
    const double last = method->kick_first ? method->b[method->stages] : method->a[method->stages];
    for (uint64_t i = 0; i < steps; i++) {
        const double *decay = self->decay;
        if (decay != NULL && !self->owed) {
            fill_decay(self, 0.5 * self->h, self->half_decay);
            decay = self->half_decay;
        }
        begin(self, self->h, self->owed ? last : 0.0, decay, self->u, self->pi);
        go_on(self, self->h, self->u, self->pi);
        self->owed = true;
    }
}

static void leap(void *object, double h, double *u, double *pi) {
    struct kinetic *self = object;
    if (self->half_decay != NULL)
        fill_decay(self, 0.5 * h, self->half_decay);
    begin(self, h, 0.0, self->half_decay, u, pi);
    go_on(self, h, u, pi);
    end(self, h, u, pi);
    if (self->half_decay != NULL)
        kg_multiply(self->points, pi, self->half_decay);
    self->fresh = false;
}

static bool output(void *object, double rest, double *u, double *pi) {
    struct kinetic *self = object;
    memcpy(u, self->u, self->points * sizeof *u);
    memcpy(pi, self->pi, self->points * sizeof *pi);
    if (self->owed) {
        end(self, self->h, u, pi);
        if (self->half_decay != NULL) {
            fill_decay(self, 0.5 * self->h, self->half_decay);
            kg_multiply(self->points, pi, self->half_decay);
        }
        // A kick leaves u alone: the next step begins with the Laplacian found here.
        self->fresh = self->method->kick_first;
    }
    if (rest != 0.0)
        leap(self, rest, u, pi);
    return true;
}

// ---- the rest ---------------------------------------------------------------------------------

static double memory_bytes(const struct clau_composition *method, double points,
                           enum clau_closing closing, bool damped) {
    (void)method;
    // u, pi, Laplacian and decays; factors and work of half as many modes.
    return points * (4.5 + (damped ? 2.0 : 0.0)) * sizeof(double) +
           clau_real_fft_plan_bytes(points, closing);
}

static void save(const void *object, struct clau_checkpoint *checkpoint) {
    const struct kinetic *self = object;
    clau_checkpoint_put_integer(checkpoint, "kinetic.owed", self->owed);
    clau_checkpoint_put_reals(checkpoint, "kinetic.u", self->u, self->points);
    clau_checkpoint_put_reals(checkpoint, "kinetic.pi", self->pi, self->points);
}

static enum clau_status restore(void *object, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct kinetic *self = object;
    int64_t owed = 0;
    enum clau_status status = clau_checkpoint_get_integer(checkpoint, "kinetic.owed", &owed, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_reals(checkpoint, "kinetic.u", self->u, self->points, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_reals(checkpoint, "kinetic.pi", self->pi, self->points, error);
    self->owed = owed != 0;
    self->fresh = false;
    return status;
}

const struct kg_splitting kg_kinetic_splitting = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .output = output,
    .leap = leap,
    .memory_bytes = memory_bytes,
    .save = save,
    .restore = restore,
};
