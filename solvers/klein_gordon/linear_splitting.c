// SPDX-License-Identifier: GPL-3.0-or-later
// Splitting into the linear equation u_tt = u_xx - m^2 u, of which the flow is a rotation of each
// mode (drift), and the rest of V' (kick). The state is held as coefficients of the transform; a
// kick costs one backward and one forward transform, as in the other splitting, and the step is not
// bound by the largest wavenumber.
//
// Between steps the state lacks the last flow of the step, as in kinetic_splitting.c.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/klein_gordon/problem.h"

/// Rotations of one step; those of equal coefficients are shared.
struct rotations {
    struct kg_rotation drift[CLAU_COMPOSITION_MAX_STAGES + 1];
    struct kg_rotation joined; ///< the last and the first drift, of methods that begin with one
    double *owned[3 * (CLAU_COMPOSITION_MAX_STAGES + 2)];
    size_t owned_count;
};

struct linear {
    const struct kg_problem *problem;
    const struct clau_composition *method;
    size_t points, modes;
    double h;
    struct clau_real_fft *fft;
    double complex *u, *pi; ///< [modes] coefficients F/points of u - ground, and of pi
    bool owed;              ///< the last flow of the step before is still to be done
    double complex *copy;   ///< [modes] of u
    double complex *kicks;  ///< [modes]
    double *values;         ///< [points]
    double *frequency;      ///< [modes] omega
    struct rotations rotations;
};

// ---- rotations --------------------------------------------------------------------------------

static void rotations_finish(struct rotations *rotations) {
    for (size_t i = 0; i < rotations->owned_count; i++)
        free(rotations->owned[i]);
    *rotations = (struct rotations){0};
}

static double *take(struct rotations *rotations, size_t count) {
    double *memory = clau_allocate(count, sizeof *memory);
    if (memory != NULL)
        rotations->owned[rotations->owned_count++] = memory;
    return memory;
}

/// The rotation by omega t of every mode; false when out of memory.
static bool rotation_init(struct rotations *rotations, const struct linear *self, double t,
                          struct kg_rotation *out) {
    *out = (struct kg_rotation){take(rotations, self->modes), take(rotations, self->modes),
                                take(rotations, self->modes)};
    if (out->tangent == NULL || out->sine == NULL || out->sign == NULL)
        return false;
    for (size_t i = 0; i < self->modes; i++) {
        const double omega = self->frequency[i], turns = nearbyint(omega * t / M_PI);
        const double angle = omega * t - turns * M_PI;
        out->tangent[i] = omega == 0.0 ? 0.5 * t : tan(0.5 * angle) / omega;
        out->sine[i] = omega * sin(angle);
        out->sign[i] = fmod(turns, 2.0) == 0.0 ? 1.0 : -1.0;
    }
    return true;
}

static int drift_count(const struct clau_composition *method) {
    return method->kick_first ? method->stages : method->stages + 1;
}

static bool rotations_init(struct rotations *rotations, const struct linear *self, double h) {
    const struct clau_composition *method = self->method;
    *rotations = (struct rotations){0};
    for (int i = 0; i < drift_count(method); i++) {
        for (int j = 0; j < i && rotations->drift[i].sign == NULL; j++)
            if (method->a[j] == method->a[i])
                rotations->drift[i] = rotations->drift[j];
        if (rotations->drift[i].sign == NULL &&
            !rotation_init(rotations, self, method->a[i] * h, &rotations->drift[i]))
            return false;
    }
    return method->kick_first ||
           rotation_init(rotations, self, (method->a[method->stages] + method->a[0]) * h,
                         &rotations->joined);
}

// ---- flows ------------------------------------------------------------------------------------

/// kicks = - time times the coefficients of V'(phi) - m^2 (u - ground). Uses the copy of u up.
static void find_kicks(struct linear *self, double time) {
    const struct kg_problem *problem = self->problem;
    clau_real_fft_backward(self->fft, self->copy, self->values);
    kg_slope(self->points, &problem->potential->force, self->values, problem->ground,
             problem->background, problem->mass2, -time / (double)self->points, self->values);
    clau_real_fft_forward(self->fft, self->values, self->kicks);
}

static void rotate(struct linear *self, const struct kg_rotation *rotation, bool kick,
                   double complex *u, double complex *pi) {
    kg_rotate(self->modes, rotation, u, pi, kick ? self->kicks : NULL, self->copy);
}

static void copy_modes(const struct linear *self, double complex *to, const double complex *from) {
    memcpy(to, from, self->modes * sizeof *to);
}

static void add_kicks(struct linear *self, double complex *pi) {
    kg_add(2 * self->modes, (double *)pi, 1.0, (const double *)self->kicks);
}

/// A step of (u, pi), whose copy is that of u, without its last flow.
static void step(struct linear *self, const struct rotations *rotations, double h, bool owed,
                 double complex *u, double complex *pi) {
    const struct clau_composition *method = self->method;
    const double *b = method->b;
    if (method->kick_first) {
        for (int i = 0; i < method->stages; i++) {
            find_kicks(self, (b[i] + (i == 0 && owed ? b[method->stages] : 0.0)) * h);
            rotate(self, &rotations->drift[i], true, u, pi);
        }
        return;
    }
    for (int i = 0; i < method->stages; i++) {
        rotate(self, i == 0 && owed ? &rotations->joined : &rotations->drift[i], i > 0, u, pi);
        find_kicks(self, b[i] * h);
    }
    add_kicks(self, pi);
}

/// The last flow of a step.
static void end(struct linear *self, const struct rotations *rotations, double h, double complex *u,
                double complex *pi) {
    const struct clau_composition *method = self->method;
    if (method->kick_first) {
        copy_modes(self, self->copy, u);
        find_kicks(self, method->b[method->stages] * h);
        add_kicks(self, pi);
    } else {
        rotate(self, &rotations->drift[method->stages], false, u, pi);
    }
}

static void advance(void *object, uint64_t steps) {
    struct linear *self = object;
    copy_modes(self, self->copy, self->u);
    for (uint64_t i = 0; i < steps; i++) {
        step(self, &self->rotations, self->h, self->owed, self->u, self->pi);
        self->owed = true;
    }
}

static void to_modes(struct linear *self, double offset, const double *values,
                     double complex *modes) {
    for (size_t j = 0; j < self->points; j++)
        self->values[j] = (values[j] - offset) / (double)self->points;
    clau_real_fft_forward(self->fft, self->values, modes);
}

static bool output(void *object, double rest, double *u, double *pi) {
    struct linear *self = object;
    struct rotations aside = {0};
    double complex *branch_u = clau_allocate(self->modes, sizeof *branch_u);
    double complex *branch_pi = clau_allocate(self->modes, sizeof *branch_pi);
    bool done = branch_u != NULL && branch_pi != NULL;
    if (done) {
        copy_modes(self, branch_u, self->u);
        copy_modes(self, branch_pi, self->pi);
        if (self->owed)
            end(self, &self->rotations, self->h, branch_u, branch_pi);
    }
    if (done && rest != 0.0) {
        done = rotations_init(&aside, self, rest);
        if (done) {
            copy_modes(self, self->copy, branch_u);
            step(self, &aside, rest, false, branch_u, branch_pi);
            end(self, &aside, rest, branch_u, branch_pi);
        }
    }
    if (done) {
        clau_real_fft_backward(self->fft, branch_u, u);
        for (size_t j = 0; j < self->points; j++)
            u[j] += self->problem->ground;
        clau_real_fft_backward(self->fft, branch_pi, pi);
    }
    rotations_finish(&aside);
    free(branch_u);
    free(branch_pi);
    return done;
}

// ---- life cycle -------------------------------------------------------------------------------

static void set(void *object, const double *u, const double *pi) {
    struct linear *self = object;
    to_modes(self, self->problem->ground, u, self->u);
    to_modes(self, 0.0, pi, self->pi);
    self->owed = false;
}

static void destroy(void *object) {
    struct linear *self = object;
    if (self == NULL)
        return;
    rotations_finish(&self->rotations);
    clau_real_fft_destroy(self->fft);
    free(self->u);
    free(self->pi);
    free(self->copy);
    free(self->kicks);
    free(self->values);
    free(self->frequency);
    free(self);
}

static bool allocate(struct linear *self) {
    self->fft = clau_real_fft_create(self->points, self->problem->closing);
    if (self->fft == NULL)
        return false;
    self->modes = clau_real_fft_modes(self->fft);
    self->u = clau_allocate(self->modes, sizeof *self->u);
    self->pi = clau_allocate(self->modes, sizeof *self->pi);
    self->copy = clau_allocate(self->modes, sizeof *self->copy);
    self->kicks = clau_allocate(self->modes, sizeof *self->kicks);
    self->values = clau_allocate(self->points, sizeof *self->values);
    self->frequency = clau_allocate(self->modes, sizeof *self->frequency);
    return self->u && self->pi && self->copy && self->kicks && self->values && self->frequency;
}

static void *create(const struct kg_problem *problem, const struct clau_composition *method,
                    double h, const double *u, const double *pi) {
    struct linear *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->problem = problem;
    self->method = method;
    self->points = problem->grid->points;
    self->h = h;
    bool done = allocate(self);
    for (size_t i = 0; done && i < self->modes; i++) {
        const double k = clau_real_fft_wavenumber(self->fft, i, problem->grid->length);
        self->frequency[i] = sqrt(k * k + problem->mass2);
    }
    if (!done || !rotations_init(&self->rotations, self, h)) {
        destroy(self);
        return NULL;
    }
    set(self, u, pi);
    return self;
}

/// Arrays that the rotations of a step take.
static double rotation_arrays(const struct clau_composition *method) {
    double rotations = method->kick_first ? 0.0 : 1.0;
    for (int i = 0; i < drift_count(method); i++) {
        bool seen = false;
        for (int j = 0; j < i; j++)
            seen = seen || method->a[j] == method->a[i];
        rotations += !seen;
    }
    return 3.0 * rotations;
}

static double memory_bytes(const struct clau_composition *method, double points,
                           enum clau_closing closing, bool damped) {
    (void)damped;
    const double modes = 0.5 * points;
    // Six complex arrays with the two of an output, which lies between two steps as a rule and has
    // rotations of its own then; values and frequency.
    return modes * (6.0 * sizeof(double complex) + 3.0 * sizeof(double)) +
           modes * 2.0 * rotation_arrays(method) * sizeof(double) +
           clau_real_fft_plan_bytes(points, closing);
}

static void save(const void *object, struct clau_checkpoint *checkpoint) {
    const struct linear *self = object;
    clau_checkpoint_put_integer(checkpoint, "linear.owed", self->owed);
    clau_checkpoint_put_reals(checkpoint, "linear.u", (const double *)self->u, 2 * self->modes);
    clau_checkpoint_put_reals(checkpoint, "linear.pi", (const double *)self->pi, 2 * self->modes);
}

static enum clau_status restore(void *object, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct linear *self = object;
    const size_t parts = 2 * self->modes;
    int64_t owed = 0;
    enum clau_status status = clau_checkpoint_get_integer(checkpoint, "linear.owed", &owed, error);
    if (status == CLAU_OK)
        status = clau_checkpoint_get_reals(checkpoint, "linear.u", (double *)self->u, parts, error);
    if (status == CLAU_OK)
        status =
            clau_checkpoint_get_reals(checkpoint, "linear.pi", (double *)self->pi, parts, error);
    self->owed = owed != 0;
    return status;
}

const struct kg_splitting kg_linear_splitting = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .output = output,
    .memory_bytes = memory_bytes,
    .save = save,
    .restore = restore,
};
