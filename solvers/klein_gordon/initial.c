// SPDX-License-Identifier: GPL-3.0-or-later
// Initial conditions. Each kind is a row: its keys, and the function that adds it. All are added on
// one vacuum: that of the left end of the leftmost kink, or the potential's ground without kinks.
// A kink adds its deviation from its own left vacuum, so that a kink and an antikink at its right
// lead up and back again.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numerics/memory.h"
#include "numerics/random.h"
#include "solvers/klein_gordon/exact.h"
#include "solvers/klein_gordon/klein_gordon.h"
#include "solvers/runtime/initial_file.h"

/// What a kind's function works on.
struct target {
    const struct kg_problem *problem;
    const struct kg_potential *potential;
    int64_t seed;
    const struct clau_toml *config;
    size_t index;  ///< of the entry in [[initial]]
    double ground; ///< vacuum that phi is on already
    double *phi, *pi;
};

#define ROW(type_name, name, fallback_text, allowed, what)                                         \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = offsetof(struct type_name, name),               \
        .fallback = fallback_text, .range = allowed, .description = what                           \
    }
#define VELOCITY_ROW(type_name)                                                                    \
    ROW(type_name, velocity, "0.0", CLAU_INSIDE(-1, 1), "velocity u, below that of light, 1")

// ---- waves and pulses -------------------------------------------------------------------------

struct pulse {
    double amplitude, width, position, velocity;
};

static const struct clau_parameter gaussian_parameters[] = {
    ROW(pulse, amplitude, "1.0", CLAU_FINITE, "amplitude A"),
    ROW(pulse, width, "2.0", CLAU_ABOVE(0), "width w"),
    ROW(pulse, position, "0.0", CLAU_FINITE, "centre x0"),
    VELOCITY_ROW(pulse),
};

static enum clau_status add_gaussian(const void *values, const struct target *to,
                                     struct clau_error *error) {
    (void)error;
    const struct pulse *p = values;
    const double u = p->velocity, rate = 1.0 / (p->width * sqrt(1.0 - u * u));
    for (size_t j = 0; j < to->problem->grid->points; j++) {
        const double s = rate * (to->problem->grid->x[j] - p->position);
        const double value = p->amplitude * exp(-s * s);
        to->phi[j] += value;
        to->pi[j] += u * 2.0 * rate * s * value; // -u times the derivative
    }
    return CLAU_OK;
}

struct wave {
    double amplitude, phase;
    int64_t mode;
};

static const struct clau_parameter plane_wave_parameters[] = {
    ROW(wave, amplitude, "1.0", CLAU_FINITE, "amplitude A"),
    {.key = "mode",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct wave, mode),
     .fallback = "1",
     .description = "number of wavelengths in the box, m: k = 2 pi m / grid.length (m + 1/2 where "
                    "the boundary is antiperiodic); it travels to the right where k > 0"},
    ROW(wave, phase, "0.0", CLAU_FINITE, "phase at x = 0 [rad]"),
};

static enum clau_status add_plane_wave(const void *values, const struct target *to,
                                       struct clau_error *error) {
    (void)error;
    const struct wave *p = values;
    const struct clau_grid *grid = to->problem->grid;
    const double mode = (double)p->mode + (to->problem->closing == CLAU_ANTIPERIODIC ? 0.5 : 0.0);
    const double k = 2.0 * M_PI * mode / grid->length;
    const double omega = sqrt(fmax(k * k + kg_potential_curvature(to->potential, to->ground), 0.0));
    for (size_t j = 0; j < grid->points; j++) {
        const double angle = k * grid->x[j] + p->phase;
        to->phi[j] += p->amplitude * cos(angle);
        to->pi[j] += p->amplitude * omega * sin(angle);
    }
    return CLAU_OK;
}

// ---- kinks ------------------------------------------------------------------------------------

struct single {
    double velocity, position;
};

static const struct clau_parameter kink_parameters[] = {
    VELOCITY_ROW(single),
    ROW(single, position, "0.0", CLAU_FINITE, "centre x0"),
};

static enum clau_status add_kinks(const struct target *to, const struct kg_moving_kink *kinks,
                                  size_t count) {
    struct kg_kink kink;
    if (!kg_potential_kink(to->potential, &kink))
        return CLAU_INTERNAL; // kg_initial_check has seen to it
    for (size_t i = 0; i < count; i++) {
        const double left = kinks[i].charge > 0 ? kink.left : kink.right;
        for (size_t j = 0; j < to->problem->grid->points; j++) {
            double phi, phi_t;
            kg_exact_kink(to->potential, &kink, &kinks[i], to->problem->grid->x[j], 0.0, &phi,
                          &phi_t);
            to->phi[j] += phi - left;
            to->pi[j] += phi_t;
        }
    }
    return CLAU_OK;
}

static enum clau_status add_kink(const void *values, const struct target *to,
                                 struct clau_error *error) {
    (void)error;
    const struct single *p = values;
    return add_kinks(to, &(struct kg_moving_kink){p->velocity, p->position, 1}, 1);
}

static enum clau_status add_antikink(const void *values, const struct target *to,
                                     struct clau_error *error) {
    (void)error;
    const struct single *p = values;
    return add_kinks(to, &(struct kg_moving_kink){p->velocity, p->position, -1}, 1);
}

static const struct clau_parameter pair_parameters[] = {
    ROW(kg_sine_gordon_pair, velocity, "0.3", CLAU_INSIDE(-1, 1),
        "velocity u of the kink on the left; the antikink's is -u"),
    ROW(kg_sine_gordon_pair, separation, "20.0", CLAU_ABOVE(0), "distance of the two centres"),
    ROW(kg_sine_gordon_pair, position, "0.0", CLAU_FINITE, "middle between the two"),
};

static void pair_kinks(const struct kg_sine_gordon_pair *p, struct kg_moving_kink kinks[2]) {
    const double half = 0.5 * p->separation;
    kinks[0] = (struct kg_moving_kink){p->velocity, p->position - half, 1};
    kinks[1] = (struct kg_moving_kink){-p->velocity, p->position + half, -1};
}

static enum clau_status add_pair(const void *values, const struct target *to,
                                 struct clau_error *error) {
    (void)error;
    const struct kg_sine_gordon_pair *p = values;
    if (to->potential->kind != KG_SINE_GORDON) {
        struct kg_moving_kink kinks[2];
        pair_kinks(p, kinks);
        return add_kinks(to, kinks, 2);
    }
    // The exact solution is even in the velocity up to the direction of time.
    struct kg_sine_gordon_pair pair = *p;
    pair.velocity = fabs(p->velocity);
    for (size_t j = 0; j < to->problem->grid->points; j++) {
        double phi, phi_t;
        kg_exact_sine_gordon_pair(&pair, to->problem->grid->x[j], 0.0, &phi, &phi_t);
        to->phi[j] += phi;
        to->pi[j] += p->velocity < 0.0 ? -phi_t : phi_t;
    }
    return CLAU_OK;
}

// ---- breather ---------------------------------------------------------------------------------

static const struct clau_parameter breather_parameters[] = {
    ROW(kg_breather, frequency, "0.5", CLAU_INSIDE(0, 1), "frequency omega at rest"),
    VELOCITY_ROW(kg_breather),
    ROW(kg_breather, position, "0.0", CLAU_FINITE, "centre x0"),
    ROW(kg_breather, phase, "0.0", CLAU_FINITE,
        "phase [rad]; pi/2 starts at the maximum, 0 at phi = 0"),
};

static enum clau_status add_breather(const void *values, const struct target *to,
                                     struct clau_error *error) {
    (void)error;
    for (size_t j = 0; j < to->problem->grid->points; j++) {
        double phi, phi_t;
        kg_exact_breather(values, to->problem->grid->x[j], 0.0, &phi, &phi_t);
        to->phi[j] += phi;
        to->pi[j] += phi_t;
    }
    return CLAU_OK;
}

// ---- thermal noise ----------------------------------------------------------------------------

enum random_purpose { FIELD_NOISE, MOMENTUM_NOISE };

struct noise {
    double temperature, maximum_wavenumber;
};

static const struct clau_parameter noise_parameters[] = {
    ROW(noise, temperature, "0.01", CLAU_AT_LEAST(0),
        "T: each mode of the linearised field has the energy T on the mean"),
    {.key = "maximum_wavenumber",
     .type = CLAU_REAL,
     .offset = offsetof(struct noise, maximum_wavenumber),
     .fallback = "inf",
     .range = {.given = true, .maximum = INFINITY, .above_minimum = true},
     .description = "modes with a larger |k| stay empty"},
};

/// White noise of variance 1 a point, its modes weighted by 1/omega (by 1 for the momentum), added
/// to the values. A mode without a restoring force, omega = 0, has no thermal amplitude.
static void add_modes(const struct target *to, const struct noise *noise, bool field,
                      struct clau_real_fft *fft, double *values, double complex *modes,
                      double *out) {
    const size_t n = to->problem->grid->points;
    const struct clau_random_key key = {(uint64_t)to->seed, to->index};
    clau_random_fill_normal(key, 0, field ? FIELD_NOISE : MOMENTUM_NOISE, 0, n, values);
    clau_real_fft_forward(fft, values, modes);
    const double mass2 = fmax(kg_potential_curvature(to->potential, to->ground), 0.0);
    for (size_t i = 0; i < clau_real_fft_modes(fft); i++) {
        const double k = clau_real_fft_wavenumber(fft, i, to->problem->grid->length);
        const double omega = sqrt(k * k + mass2);
        const bool kept = fabs(k) <= noise->maximum_wavenumber && (!field || omega > 0.0);
        modes[i] *= (kept ? 1.0 : 0.0) / ((field && kept ? omega : 1.0) * (double)n);
    }
    clau_real_fft_backward(fft, modes, values);
    // <pi_j^2> dx / 2 = T / 2.
    const double scale = sqrt(noise->temperature / to->problem->grid->spacing);
    for (size_t j = 0; j < n; j++)
        out[j] += scale * values[j];
}

static enum clau_status add_noise(const void *values, const struct target *to,
                                  struct clau_error *error) {
    const size_t n = to->problem->grid->points;
    struct clau_real_fft *fft = clau_real_fft_create(n, to->problem->closing);
    double *draws = clau_allocate(n, sizeof *draws);
    double complex *modes = clau_allocate(n / 2 + 1, sizeof *modes);
    const bool allocated = fft != NULL && draws != NULL && modes != NULL;
    if (allocated) {
        add_modes(to, values, true, fft, draws, modes, to->phi);
        add_modes(to, values, false, fft, draws, modes, to->pi);
    }
    clau_real_fft_destroy(fft);
    free(draws);
    free(modes);
    return allocated ? CLAU_OK : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

// ---- file -------------------------------------------------------------------------------------

static const struct clau_parameter file_parameters[] = {
    CLAU_INITIAL_FILE_ROWS("phi and phi_t on grid.points points")};

static enum clau_status add_file(const void *values, const struct target *to,
                                 struct clau_error *error) {
    const size_t n = to->problem->grid->points;
    double *phi = NULL, *phi_t = NULL;
    enum clau_status status =
        clau_initial_file_read(values, to->index, to->config, "phi", n, &phi, error);
    if (status == CLAU_OK)
        status = clau_initial_file_read(values, to->index, to->config, "phi_t", n, &phi_t, error);
    if (status == CLAU_OK)
        status = clau_initial_file_check_axis(values, to->index, to->config, "x",
                                              to->problem->grid->x, n, error);
    for (size_t j = 0; j < n && status == CLAU_OK; j++) {
        to->phi[j] += phi[j] - to->ground;
        to->pi[j] += phi_t[j];
    }
    free(phi);
    free(phi_t);
    return status;
}

// ---- the table --------------------------------------------------------------------------------

enum { GAUSSIAN, PLANE_WAVE, KINK, ANTIKINK, KINK_ANTIKINK, BREATHER, NOISE, FROM_FILE };

static const struct clau_kind kinds[] = {
    [GAUSSIAN] = {"gaussian", "A exp(-(gamma (x - x0) / w)^2), phi_t = -u phi_x",
                  ROWS(gaussian_parameters), sizeof(struct pulse)},
    [PLANE_WAVE] = {"plane-wave", "A cos(k x + phase - omega t), omega^2 = k^2 + V''(vacuum)",
                    ROWS(plane_wave_parameters), sizeof(struct wave)},
    [KINK] = {"kink", "kink of the potential, moving at u", ROWS(kink_parameters),
              sizeof(struct single)},
    [ANTIKINK] = {"antikink", "antikink of the potential, moving at u", ROWS(kink_parameters),
                  sizeof(struct single)},
    [KINK_ANTIKINK] = {"kink-antikink",
                       "kink at the left and antikink at the right that approach each other; of "
                       "sine-gordon the exact solution",
                       ROWS(pair_parameters), sizeof(struct kg_sine_gordon_pair)},
    [BREATHER] = {"breather", "breather of sine-gordon, exact, moving at u",
                  ROWS(breather_parameters), sizeof(struct kg_breather)},
    [NOISE] = {"noise", "thermal noise on the vacuum, from the run's seed", ROWS(noise_parameters),
               sizeof(struct noise)},
    [FROM_FILE] = {"file", "phi and phi_t from a NetCDF file, such as the output of an earlier run",
                   ROWS(file_parameters), sizeof(struct clau_initial_file)},
};

static enum clau_status (*const add[])(const void *values, const struct target *to,
                                       struct clau_error *error) = {
    [GAUSSIAN] = add_gaussian, [PLANE_WAVE] = add_plane_wave, [KINK] = add_kink,
    [ANTIKINK] = add_antikink, [KINK_ANTIKINK] = add_pair,    [BREATHER] = add_breather,
    [NOISE] = add_noise,       [FROM_FILE] = add_file,
};

static_assert(sizeof add / sizeof *add == sizeof kinds / sizeof *kinds, "one function a kind");

const struct clau_kinds kg_initial_kinds = {"initial", "kind", ROWS(kinds)};

// ---- ends -------------------------------------------------------------------------------------

static enum clau_status complain(const struct clau_toml *config, size_t index, const char *key,
                                 struct clau_error *error, const char *what) {
    char path[64];
    snprintf(path, sizeof path, "initial.%zu.%s", index, key);
    return clau_toml_complain(config, path, error, "%s", what);
}

/// Kinks of one entry, at most two; how many.
static size_t kinks_of(const struct clau_variant *item, struct kg_moving_kink kinks[2]) {
    if (item->kind == KINK || item->kind == ANTIKINK) {
        const struct single *p = item->values;
        kinks[0] = (struct kg_moving_kink){p->velocity, p->position, item->kind == KINK ? 1 : -1};
        return 1;
    }
    if (item->kind == KINK_ANTIKINK) {
        pair_kinks(item->values, kinks);
        return 2;
    }
    return 0;
}

/// Kinks and antikinks at or left of a place, as a net number; with the leftmost kink's charge.
static int64_t charge_up_to(const struct kg_parameters *parameters, double place, int *first) {
    int64_t charge = 0;
    double leftmost = INFINITY;
    for (size_t i = 0; i < parameters->initial.count; i++) {
        struct kg_moving_kink kinks[2];
        const size_t count = kinks_of(&parameters->initial.items[i], kinks);
        for (size_t k = 0; k < count; k++) {
            charge += kinks[k].position <= place ? kinks[k].charge : 0;
            if (kinks[k].position < leftmost) {
                leftmost = kinks[k].position;
                *first = kinks[k].charge;
            }
        }
    }
    return charge;
}

/// The kinks of an entry: on the grid, and between two vacua that there are. Kinks lead from vacuum
/// 0 to 1, a second one to 2: only a potential that is periodic in phi has it.
static enum clau_status check_kinks(const struct kg_parameters *parameters,
                                    const struct kg_potential *potential, size_t index,
                                    const struct clau_toml *config, struct clau_error *error) {
    const struct clau_variant *item = &parameters->initial.items[index];
    const bool endless =
        potential->kind == KG_SINE_GORDON || potential->kind == KG_DOUBLE_SINE_GORDON;
    struct kg_moving_kink kinks[2];
    const size_t count = kinks_of(item, kinks);
    for (size_t k = 0; k < count; k++) {
        if (fabs(kinks[k].position) > 0.5 * parameters->length)
            return complain(config, index, item->kind == KINK_ANTIKINK ? "separation" : "position",
                            error, "puts a kink outside of the grid");
        int first = 0;
        const int64_t charge = charge_up_to(parameters, kinks[k].position, &first);
        if (!endless && charge != 0 && charge != first)
            return complain(config, index, "kind", error,
                            "kinks and antikinks of this potential must alternate from left to "
                            "right");
    }
    return CLAU_OK;
}

static enum clau_status check_entry(const struct kg_parameters *parameters,
                                    const struct kg_potential *potential, size_t index,
                                    const struct clau_toml *config, struct clau_error *error) {
    const struct clau_variant *item = &parameters->initial.items[index];
    struct kg_moving_kink kinks[2];
    struct kg_kink kink;
    if (kinks_of(item, kinks) > 0 && !kg_potential_kink(potential, &kink))
        return complain(config, index, "kind", error,
                        "needs a potential whose kinks are known in closed form: phi4, "
                        "sine-gordon, phi6 or double-sine-gordon");
    if (item->kind == BREATHER && potential->kind != KG_SINE_GORDON)
        return complain(config, index, "kind", error, "needs equation.potential = \"sine-gordon\"");
    const double centre = item->kind == GAUSSIAN ? ((const struct pulse *)item->values)->position
                          : item->kind == BREATHER
                              ? ((const struct kg_breather *)item->values)->position
                              : 0.0;
    if (fabs(centre) > 0.5 * parameters->length)
        return complain(config, index, "position", error, "is outside of the grid");
    if (item->kind == PLANE_WAVE) {
        const int64_t mode = ((const struct wave *)item->values)->mode;
        if (mode > (parameters->points - 1) / 2 || mode < -(parameters->points - 1) / 2)
            return complain(config, index, "mode", error, "must be below half of grid.points");
    }
    return check_kinks(parameters, potential, index, config, error);
}

enum clau_status kg_initial_check(const struct kg_parameters *parameters,
                                  const struct kg_potential *potential,
                                  const struct clau_toml *config, struct kg_ends *ends,
                                  struct clau_error *error) {
    *ends = (struct kg_ends){.left = potential->ground};
    for (size_t i = 0; i < parameters->initial.count; i++) {
        const enum clau_status status = check_entry(parameters, potential, i, config, error);
        if (status != CLAU_OK)
            return status;
        ends->from_file = ends->from_file || parameters->initial.items[i].kind == FROM_FILE;
    }
    int first = 0;
    const int64_t charge = charge_up_to(parameters, INFINITY, &first);
    struct kg_kink kink = {0};
    if (first != 0 && kg_potential_kink(potential, &kink))
        ends->left = first > 0 ? kink.left : kink.right;
    ends->right = ends->left + (double)charge * (kink.right - kink.left);
    return CLAU_OK;
}

enum clau_status kg_initial_fill(const struct kg_parameters *parameters,
                                 const struct kg_problem *problem, int64_t seed,
                                 const struct clau_toml *config, const struct kg_ends *ends,
                                 double *phi, double *pi, struct clau_error *error) {
    struct target target = {.problem = problem,
                            .potential = problem->potential,
                            .seed = seed,
                            .config = config,
                            .ground = ends->left,
                            .phi = phi,
                            .pi = pi};
    for (size_t j = 0; j < problem->grid->points; j++) {
        phi[j] = ends->left;
        pi[j] = 0.0;
    }
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < parameters->initial.count && status == CLAU_OK; i++) {
        const struct clau_variant *item = &parameters->initial.items[i];
        target.index = i;
        status = add[item->kind](item->values, &target, error);
    }
    return status;
}
