// SPDX-License-Identifier: GPL-3.0-or-later
// Initial conditions. Each kind is a row: its keys, and the function that places the school.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numerics/random.h"
#include "solvers/couzin/couzin.h"
#include "solvers/runtime/initial_file.h"

/// What a kind's function works on.
struct target {
    const struct couzin_parameters *parameters;
    int dimensions;
    double length;
    struct clau_random_key key;
    const struct clau_toml *config;
    struct couzin_flock *flock;
};

static struct clau_random_words draw(const struct target *to, enum couzin_purpose purpose,
                                     size_t i) {
    return clau_random_uint64x4(to->key, (struct clau_random_counter){0, i, purpose, 0});
}

/// Heads along v; false where that has no direction.
static bool set_heading(const struct target *to, size_t i, const double v[3]) {
    double unit[3];
    if (!couzin_unit(v, unit))
        return false;
    for (int d = 0; d < 3; d++)
        to->flock->heading[d][i] = unit[d];
    return true;
}

static void set_position(const struct target *to, size_t i, const double x[3]) {
    const double period = to->parameters->boundary == COUZIN_PERIODIC ? to->length : 0.0;
    for (int d = 0; d < to->dimensions; d++)
        to->flock->position[d][i] = couzin_wrap(x[d], period);
}

/// A direction from everywhere alike.
static void isotropic(int dimensions, const struct clau_random_words *words, double out[3]) {
    const double z = dimensions == 3 ? 2.0 * clau_random_open(words->word[0]) - 1.0 : 0.0;
    double sine, cosine;
    sincos(2.0 * M_PI * clau_random_half_open(words->word[1]), &sine, &cosine);
    const double across = sqrt((1.0 - z) * (1.0 + z));
    out[0] = across * cosine;
    out[1] = across * sine;
    out[2] = z;
}

// ---- uniform ----------------------------------------------------------------------------------

struct uniform {
    double radius;
    struct clau_reals heading;
};

static const struct clau_parameter uniform_parameters[] = {
    {.key = "radius",
     .type = CLAU_REAL,
     .offset = offsetof(struct uniform, radius),
     .fallback = "0.0",
     .range = {true, 0.0, INFINITY, false, true},
     .unit = "length",
     .description = "of the ball (disc) round the middle of the domain; 0: the whole domain"},
    {.key = "heading",
     .type = CLAU_REALS,
     .offset = offsetof(struct uniform, heading),
     .range = CLAU_FINITE,
     .maximum_count = 3,
     .description = "common heading [x, y, z]; none: random ones, from everywhere alike"},
};

static enum clau_status place_uniform(const void *values, const struct target *to,
                                      struct clau_error *error) {
    (void)error;
    const struct uniform *uniform = values;
    double common[3] = {0.0, 0.0, 0.0};
    for (size_t d = 0; d < uniform->heading.count && d < (size_t)to->dimensions; d++)
        common[d] = uniform->heading.values[d];
    for (size_t i = 0; i < to->flock->count; i++) {
        const struct clau_random_words place = draw(to, COUZIN_RANDOM_POSITION, i);
        const struct clau_random_words turn = draw(to, COUZIN_RANDOM_HEADING, i);
        double x[3], heading[3];
        for (int d = 0; d < 3; d++)
            x[d] = to->length * clau_random_half_open(place.word[d]);
        if (uniform->radius > 0.0) {
            isotropic(to->dimensions, &place, x);
            const double share = clau_random_half_open(place.word[2]);
            const double distance = uniform->radius * pow(share, 1.0 / to->dimensions);
            for (int d = 0; d < 3; d++)
                x[d] = 0.5 * to->length + distance * x[d];
        }
        isotropic(to->dimensions, &turn, heading);
        set_position(to, i, x);
        set_heading(to, i, uniform->heading.count > 0 ? common : heading);
    }
    return CLAU_OK;
}

// ---- torus ------------------------------------------------------------------------------------

struct torus {
    double radius;
};

static const struct clau_parameter torus_parameters[] = {
    {.key = "radius",
     .type = CLAU_REAL,
     .offset = offsetof(struct torus, radius),
     .computed = "domain.length / 4",
     .range = CLAU_ABOVE(0),
     .unit = "length",
     .description = "mean distance R from the axis"},
};

static enum clau_status place_torus(const void *values, const struct target *to,
                                    struct clau_error *error) {
    (void)error;
    const struct torus *torus = values;
    const double mean = isnan(torus->radius) ? 0.25 * to->length : torus->radius;
    const double middle = 0.5 * to->length;
    for (size_t i = 0; i < to->flock->count; i++) {
        const struct clau_random_words place = draw(to, COUZIN_RANDOM_POSITION, i);
        const struct clau_random_words turn = draw(to, COUZIN_RANDOM_HEADING, i);
        double normal[4], climb[2];
        clau_random_normal_pair(place.word[0], place.word[1], normal);
        clau_random_normal_pair(place.word[2], place.word[3], normal + 2);
        clau_random_normal_pair(turn.word[0], turn.word[1], climb);
        const double angle = 2.0 * M_PI * (double)i / (double)to->flock->count + 0.1 * normal[0];
        const double radius = mean * (1.0 + 0.15 * normal[1]);
        const double planar = to->dimensions == 2 ? 0.0 : 1.0;
        set_position(to, i,
                     (const double[3]){middle + radius * cos(angle), middle + radius * sin(angle),
                                       middle + planar * 0.3 * mean * normal[2]});
        set_heading(to, i, (const double[3]){-sin(angle), cos(angle), planar * 0.1 * climb[0]});
    }
    return CLAU_OK;
}

// ---- file -------------------------------------------------------------------------------------

static const struct clau_parameter file_parameters[] = {
    CLAU_INITIAL_FILE_ROWS("x, y, z, vx, vy, vz of school.individuals particles")};

/// Beyond the box by a hundredth is taken for the rounding of `output.significant_digits`.
static enum clau_status check_place(const struct target *to, const char *name, size_t i, double x,
                                    struct clau_error *error) {
    const double slack = 0.01 * to->length;
    if (to->parameters->boundary == COUZIN_OPEN || (x >= -slack && x <= to->length + slack))
        return CLAU_OK;
    return clau_toml_complain(to->config, "initial.0.path", error,
                              "%s of particle %zu is %.17g, outside of the periodic box [0, %g]",
                              name, i, x, to->length);
}

static enum clau_status place_from_file(const void *values, const struct target *to,
                                        struct clau_error *error) {
    static const char *const places[3] = {"x", "y", "z"}, *const speeds[3] = {"vx", "vy", "vz"};
    const size_t count = to->flock->count;
    double *x[3] = {NULL}, *v[3] = {NULL};
    enum clau_status status = CLAU_OK;
    for (int d = 0; d < to->dimensions && status == CLAU_OK; d++) {
        status = clau_initial_file_read(values, 0, to->config, places[d], count, &x[d], error);
        if (status == CLAU_OK)
            status = clau_initial_file_read(values, 0, to->config, speeds[d], count, &v[d], error);
        for (size_t i = 0; i < count && status == CLAU_OK; i++)
            status = check_place(to, places[d], i, x[d][i], error);
    }
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        double place[3] = {0.0}, velocity[3] = {0.0};
        for (int d = 0; d < to->dimensions; d++) {
            place[d] = x[d][i];
            velocity[d] = v[d][i];
        }
        set_position(to, i, place);
        if (!set_heading(to, i, velocity))
            status = clau_toml_complain(to->config, "initial.0.path", error,
                                        "particle %zu stands still: it has no heading", i);
    }
    for (int d = 0; d < 3; d++) {
        free(x[d]);
        free(v[d]);
    }
    return status;
}

// ---- the table --------------------------------------------------------------------------------

enum { UNIFORM, TORUS, FROM_FILE };

static const struct clau_kind kinds[] = {
    [UNIFORM] = {"uniform", "random places, all alike, in the domain or in a ball",
                 ROWS(uniform_parameters), sizeof(struct uniform)},
    [TORUS] = {"torus", "a mill: a ring round the vertical axis, everyone along it",
               ROWS(torus_parameters), sizeof(struct torus)},
    [FROM_FILE] = {"file", "a state from a NetCDF file, such as the output of an earlier run",
                   ROWS(file_parameters), sizeof(struct clau_initial_file)},
};

static enum clau_status (*const place[])(const void *values, const struct target *to,
                                         struct clau_error *error) = {
    [UNIFORM] = place_uniform, [TORUS] = place_torus, [FROM_FILE] = place_from_file};

static_assert(sizeof place / sizeof *place == sizeof kinds / sizeof *kinds, "one function a kind");

const struct clau_kinds couzin_initial_kinds = {"initial", "kind", ROWS(kinds)};

enum clau_status couzin_initial_check(const struct couzin_parameters *parameters,
                                      const struct clau_toml *config, struct clau_error *error) {
    if (parameters->initial.count == 0)
        return CLAU_OK;
    const struct clau_variant *item = &parameters->initial.items[0];
    const double half = 0.5 * parameters->length;
    double radius = 0.0;
    if (item->kind == TORUS) {
        struct torus *torus = item->values;
        if (isnan(torus->radius))
            torus->radius = 0.25 * parameters->length;
        radius = torus->radius;
    }
    if (item->kind == UNIFORM) {
        const struct uniform *uniform = item->values;
        double heading[3] = {0.0, 0.0, 0.0};
        for (size_t d = 0; d < uniform->heading.count && d < (size_t)parameters->dimensions; d++)
            heading[d] = uniform->heading.values[d];
        if (uniform->heading.count > 0 &&
            (uniform->heading.count < (size_t)parameters->dimensions ||
             !couzin_unit(heading, heading)))
            return clau_toml_complain(config, "initial.0.heading", error,
                                      "must be a direction of %lld numbers, such as [1.0, 0.0%s]",
                                      (long long)parameters->dimensions,
                                      parameters->dimensions == 3 ? ", 0.0" : "");
        radius = uniform->radius;
    }
    if (parameters->boundary == COUZIN_PERIODIC && radius > half)
        return clau_toml_complain(config, "initial.0.radius", error,
                                  "must be at most half of the periodic box, %g", half);
    return CLAU_OK;
}

enum clau_status couzin_initial_fill(const struct couzin_parameters *parameters, int64_t seed,
                                     const struct clau_toml *config, struct couzin_flock *flock,
                                     struct clau_error *error) {
    const struct target target = {
        parameters, (int)parameters->dimensions, parameters->length, {(uint64_t)seed, 0}, config,
        flock};
    static const struct uniform everywhere = {0};
    if (parameters->initial.count == 0)
        return place_uniform(&everywhere, &target, error);
    const struct clau_variant *item = &parameters->initial.items[0];
    return place[item->kind](item->values, &target, error);
}
