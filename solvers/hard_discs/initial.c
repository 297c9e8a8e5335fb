// SPDX-License-Identifier: GPL-3.0-or-later
// Initial conditions. Each kind is a row: its keys, and the function that makes the gas.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/hard_discs/hard_discs.h"
#include "solvers/hard_discs/placement.h"
#include "solvers/runtime/initial_file.h"

/// What a kind's function works on.
struct target {
    const struct hd_parameters *parameters;
    struct hd_box box;
    size_t count;
    struct clau_random_key key;
    const struct clau_toml *config;
    bool unmelted;           ///< places are not wanted in equilibrium
    double *x, *y, *vx, *vy; ///< [count] each
};

/// Above it discs placed one after the other are too far from equilibrium to be left as they are.
static const double DILUTE = 0.01;

/// Default of `collisions`.
static double melting(double packing) {
    return packing <= DILUTE ? 0.0 : (packing <= HD_SEQUENTIAL_PACKING ? 20.0 : 200.0);
}

#define COLLISIONS_ROW(type_)                                                                      \
    {                                                                                              \
        .key = "collisions", .type = CLAU_REAL, .offset = offsetof(struct type_, collisions),      \
        .computed = "0 up to a packing of 0.01, 20 up to 0.4, 200 above (of the part that is "     \
                    "filled)",                                                                     \
        .range = {true, 0.0, INFINITY, false, true},                                               \
        .description = "collisions a disc in which the places come to equilibrium before t = 0"    \
    }

// ---- places -----------------------------------------------------------------------------------

static enum clau_status complain_of_room(const struct hd_parameters *p, double packing,
                                         const struct clau_toml *config, struct clau_error *error) {
    const bool given = !isnan(p->packing_fraction);
    return clau_toml_complain(config, given ? "gas.packing_fraction" : "gas.diameter", error,
                              "there is no room for the discs: they would cover %.3g of the part "
                              "that is filled, must be at most 0.7 and fit in rows",
                              packing);
}

static enum clau_status place_in(const struct target *to, const struct hd_box *box,
                                 double collisions, struct clau_error *error) {
    const double packing = hd_packing_in(box, to->count);
    if (isnan(collisions))
        collisions = melting(packing);
    switch (hd_place(box, to->count, to->unmelted ? 0.0 : collisions, to->key, to->x, to->y)) {
    case HD_PLACED:
        return CLAU_OK;
    case HD_NO_ROOM:
        return complain_of_room(to->parameters, packing, to->config, error);
    case HD_TOO_FEW_COLLISIONS:
        return clau_toml_complain(to->config, "initial.0.collisions", error,
                                  "the discs meet too rarely to have %g each before t = 0",
                                  collisions);
    default:
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", to->count);
    }
}

// ---- velocities -------------------------------------------------------------------------------

static double sum_of(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static double dot(const double *a, const double *b, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void fill_maxwell(const struct target *to) {
    clau_random_fill_normal(to->key, 0, HD_RANDOM_VELOCITY_X, 0, to->count, to->vx);
    clau_random_fill_normal(to->key, 0, HD_RANDOM_VELOCITY_Y, 0, to->count, to->vy);
}

/// No momentum along an axis without walls.
static void stop_drift(const struct target *to) {
    double *const v[2] = {to->vx, to->vy};
    for (int k = 0; k < 2; k++) {
        const double mean = sum_of(v[k], to->count) / (double)to->count;
        for (size_t i = 0; i < to->count && to->box.periodic[k]; i++)
            v[k][i] -= mean;
    }
}

static double energy_of(const struct target *to) {
    return 0.5 * (dot(to->vx, to->vx, to->count) + dot(to->vy, to->vy, to->count));
}

static void scale(const struct target *to, double factor) {
    for (size_t i = 0; i < to->count; i++) {
        to->vx[i] *= factor;
        to->vy[i] *= factor;
    }
}

/// Exactly the energy that is asked for.
static enum clau_status set_energy(const struct target *to, struct clau_error *error) {
    const double energy = energy_of(to);
    if (!(energy > 0.0))
        return clau_toml_complain(
            to->config, "gas.particles", error,
            "must be at least 2 without walls: the momentum is 0, and with it "
            "the energy of a single disc");
    scale(to, sqrt((double)to->count * to->parameters->energy / energy));
    return CLAU_OK;
}

static enum clau_status make_maxwell(const struct target *to, struct clau_error *error) {
    fill_maxwell(to);
    stop_drift(to);
    return set_energy(to, error);
}

// ---- equilibrium ------------------------------------------------------------------------------

struct equilibrium {
    double collisions;
};

static const struct clau_parameter equilibrium_parameters[] = {COLLISIONS_ROW(equilibrium)};

static enum clau_status make_equilibrium(const void *values, const struct target *to,
                                         struct clau_error *error) {
    const struct equilibrium *kind = values;
    const enum clau_status status = place_in(to, &to->box, kind->collisions, error);
    return status == CLAU_OK ? make_maxwell(to, error) : status;
}

// ---- half box ---------------------------------------------------------------------------------

struct half_box {
    double fraction;
    int axis;
    double collisions;
};

static const struct clau_choice axes[] = {
    {"x", "the left part is filled"},
    {"y", "the lower part is filled"},
};

static const struct clau_parameter half_box_parameters[] = {
    {.key = "fraction",
     .type = CLAU_REAL,
     .offset = offsetof(struct half_box, fraction),
     .fallback = "0.5",
     .range = {true, 0.0, 1.0, true, false},
     .description = "part of the centres' range that is filled: the volume grows by 1/fraction"},
    {.key = "axis",
     .type = CLAU_CHOICE,
     .offset = offsetof(struct half_box, axis),
     .fallback = "\"x\"",
     .choices = axes,
     .choice_count = sizeof axes / sizeof *axes,
     .description = "across which the removed wall was"},
    COLLISIONS_ROW(half_box),
};

/// The part that is filled, with walls on both of its sides.
static struct hd_box part_of(const struct hd_box *box, const struct half_box *kind) {
    struct hd_box part = *box;
    part.span[kind->axis] *= kind->fraction;
    // The ends of a periodic axis meet: discs on either side of them must not.
    if (box->periodic[kind->axis])
        part.span[kind->axis] = fmin(part.span[kind->axis], box->span[kind->axis] - box->diameter);
    part.periodic[kind->axis] = false;
    return part;
}

static enum clau_status make_half_box(const void *values, const struct target *to,
                                      struct clau_error *error) {
    const struct half_box *kind = values;
    const struct hd_box part = part_of(&to->box, kind);
    const enum clau_status status = place_in(to, &part, kind->collisions, error);
    return status == CLAU_OK ? make_maxwell(to, error) : status;
}

// ---- two temperatures -------------------------------------------------------------------------

struct two_temperatures {
    double ratio, collisions;
};

static const struct clau_parameter two_temperatures_parameters[] = {
    {.key = "ratio",
     .type = CLAU_REAL,
     .offset = offsetof(struct two_temperatures, ratio),
     .fallback = "4.0",
     .range = CLAU_ABOVE(0),
     .description = "temperature of the left half / of the right half"},
    COLLISIONS_ROW(two_temperatures),
};

static enum clau_status make_two_temperatures(const void *values, const struct target *to,
                                              struct clau_error *error) {
    const struct two_temperatures *kind = values;
    const enum clau_status status = place_in(to, &to->box, kind->collisions, error);
    if (status != CLAU_OK)
        return status;
    fill_maxwell(to);
    for (size_t i = 0; i < to->count; i++) {
        const double factor = to->x[i] < 0.5 * to->box.span[0] ? sqrt(kind->ratio) : 1.0;
        to->vx[i] *= factor;
        to->vy[i] *= factor;
    }
    stop_drift(to);
    return set_energy(to, error);
}

// ---- shear ------------------------------------------------------------------------------------

struct shear {
    double speed, collisions;
};

static const struct clau_parameter shear_parameters[] = {
    {.key = "speed",
     .type = CLAU_REAL,
     .offset = offsetof(struct shear, speed),
     .fallback = "1.0",
     .range = CLAU_BETWEEN(0, 1.5),
     .unit = "sqrt(energy_per_particle)",
     .description =
         "amplitude U of the flow U sin(2 pi y / height) along x; the rest of the energy "
         "is heat"},
    COLLISIONS_ROW(shear),
};

static enum clau_status make_shear(const void *values, const struct target *to,
                                   struct clau_error *error) {
    const struct shear *kind = values;
    enum clau_status status = place_in(to, &to->box, kind->collisions, error);
    double *flow = clau_allocate(to->count, sizeof *flow);
    if (status == CLAU_OK && flow == NULL)
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", to->count);
    if (status == CLAU_OK)
        status = make_maxwell(to, error);
    if (status == CLAU_OK) {
        const double amplitude = kind->speed * sqrt(to->parameters->energy);
        for (size_t i = 0; i < to->count; i++)
            flow[i] = amplitude * sin(2.0 * M_PI * to->y[i] / to->box.span[1]);
        const double drift =
            to->box.periodic[0] ? sum_of(flow, to->count) / (double)to->count : 0.0;
        for (size_t i = 0; i < to->count; i++)
            flow[i] -= drift;
        // |s v + flow|^2 = 2 N energy for the scale s of the thermal velocities.
        const double total = 2.0 * (double)to->count * to->parameters->energy;
        const double cross = dot(flow, to->vx, to->count) / total;
        const double rest = 1.0 - dot(flow, flow, to->count) / total;
        scale(to, sqrt(fmax(cross * cross + rest, 0.0)) - cross);
        for (size_t i = 0; i < to->count; i++)
            to->vx[i] += flow[i];
        status = set_energy(to, error);
    }
    free(flow);
    return status;
}

// ---- file -------------------------------------------------------------------------------------

static const struct clau_parameter file_parameters[] = {CLAU_INITIAL_FILE_ROWS(
    "x, y, vx, vy of gas.particles discs; the energy is that of the file, and "
    "gas.energy_per_particle a unit only")};

static enum clau_status complain_of_file(const struct target *to, struct clau_error *error,
                                         const char *what, size_t i) {
    return clau_toml_complain(to->config, "initial.0.path", error, "disc %zu %s", i, what);
}

/// Two discs of a file nearer than a diameter, by more than round-off of a file of doubles.
static enum clau_status check_overlaps(const struct target *to, struct clau_error *error) {
    struct hd_engine engine;
    const double d = to->box.diameter;
    bool done = hd_engine_init(&engine, &to->box, to->count, 1.0) &&
                hd_engine_start(&engine, to->x, to->y, to->vx, to->vy);
    enum clau_status status = CLAU_OK;
    if (!done)
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu discs", to->count);
    for (size_t i = 0; done && i < to->count && d > 0.0 && status == CLAU_OK; i++)
        for (int image = 0; image < 9; image++) {
            uint32_t cell;
            if (!hd_cells_neighbour(&engine.cells, hd_cell_of(&engine.discs[i]), image % 3 - 1,
                                    image / 3 - 1, &cell))
                continue;
            const uint32_t *slots = engine.cells.slots + cell * engine.cells.stride;
            for (uint32_t k = 1; k <= slots[0]; k++) {
                double r[2];
                hd_engine_displacement(&engine, (uint32_t)i, slots[k], 0.0, r);
                if (slots[k] != i && hypot(r[0], r[1]) < d * (1.0 - 1e-9))
                    status = complain_of_file(to, error, "overlaps with another one", i);
            }
        }
    hd_engine_finish(&engine);
    return status;
}

static enum clau_status make_from_file(const void *values, const struct target *to,
                                       struct clau_error *error) {
    static const char *const names[] = {"x", "y", "vx", "vy"};
    double *const into[] = {to->x, to->y, to->vx, to->vy};
    for (int k = 0; k < 4; k++) {
        double *read = NULL;
        const enum clau_status status =
            clau_initial_file_read(values, 0, to->config, names[k], to->count, &read, error);
        if (status != CLAU_OK)
            return status;
        memcpy(into[k], read, to->count * sizeof *read);
        free(read);
    }
    for (size_t i = 0; i < to->count; i++)
        for (int k = 0; k < 2; k++) {
            const double span = to->box.span[k], slack = 1e-9 * span;
            double *place = &into[k][i];
            *place -= to->box.periodic[k] ? 0.0 : 0.5 * to->box.diameter;
            if (!(*place >= -slack && *place <= span + slack))
                return complain_of_file(to, error, "is not in the domain", i);
            *place = fmin(fmax(*place, 0.0), span);
        }
    if (!(energy_of(to) > 0.0))
        return complain_of_file(to, error, "stands still, as all others", 0);
    return check_overlaps(to, error);
}

// ---- the table --------------------------------------------------------------------------------

enum { EQUILIBRIUM, HALF_BOX, TWO_TEMPERATURES, SHEAR, FROM_FILE };

static const struct clau_kind kinds[] = {
    [EQUILIBRIUM] = {"equilibrium", "random places and Maxwell's velocities, in the whole domain",
                     ROWS(equilibrium_parameters), sizeof(struct equilibrium)},
    [HALF_BOX] = {"half-box", "equilibrium behind a wall that is removed at t = 0: free expansion",
                  ROWS(half_box_parameters), sizeof(struct half_box)},
    [TWO_TEMPERATURES] = {"two-temperatures", "a hot and a cold half of equal density",
                          ROWS(two_temperatures_parameters), sizeof(struct two_temperatures)},
    [SHEAR] = {"shear", "a flow along x that is a sine of y", ROWS(shear_parameters),
               sizeof(struct shear)},
    [FROM_FILE] = {"file", "a state from a NetCDF file, such as the output of an earlier run",
                   ROWS(file_parameters), sizeof(struct clau_initial_file)},
};

typedef enum clau_status make_function(const void *values, const struct target *to,
                                       struct clau_error *error);

static make_function *const make[] = {
    [EQUILIBRIUM] = make_equilibrium,
    [HALF_BOX] = make_half_box,
    [TWO_TEMPERATURES] = make_two_temperatures,
    [SHEAR] = make_shear,
    [FROM_FILE] = make_from_file,
};

static_assert(sizeof make / sizeof *make == sizeof kinds / sizeof *kinds, "one function a kind");

const struct clau_kinds hd_initial_kinds = {"initial", "kind", ROWS(kinds)};

enum clau_status hd_initial_check(const struct hd_parameters *parameters,
                                  const struct clau_toml *config, struct clau_error *error) {
    struct hd_box box = hd_box_of(parameters);
    const struct clau_variants *initial = &parameters->initial;
    if (initial->count > 0 && initial->items[0].kind == FROM_FILE)
        return parameters->runs == 1
                   ? CLAU_OK
                   : clau_toml_complain(config, "ensemble.runs", error,
                                        "must be 1 with initial.kind = \"file\": all members would "
                                        "start alike and stay so");
    if (initial->count > 0 && initial->items[0].kind == HALF_BOX)
        box = part_of(&box, initial->items[0].values);
    const double packing = hd_packing_in(&box, (size_t)parameters->particles);
    // Discs are as exact as their number and the domain: 0.7 is meant to be allowed.
    return packing <= 0.7 * (1.0 + 1e-6) ? CLAU_OK
                                         : complain_of_room(parameters, packing, config, error);
}

bool hd_initial_is_at_rest(const struct hd_parameters *parameters) {
    const struct clau_variants *initial = &parameters->initial;
    return initial->count == 0 || initial->items[0].kind != FROM_FILE;
}

enum clau_status hd_initial_fill(const struct clau_setup *setup, size_t stream, double *x,
                                 double *y, double *vx, double *vy, struct clau_error *error) {
    const struct hd_parameters *parameters = setup->parameters;
    const struct target target = {
        .parameters = parameters,
        .box = hd_box_of(parameters),
        .count = (size_t)parameters->particles,
        .key = {(uint64_t)setup->run->seed, stream},
        .config = setup->config,
        .unmelted = setup->checked_only,
        .x = x,
        .y = y,
        .vx = vx,
        .vy = vy,
    };
    static const struct equilibrium plain = {NAN};
    if (parameters->initial.count == 0)
        return make_equilibrium(&plain, &target, error);
    const struct clau_variant *item = &parameters->initial.items[0];
    return make[item->kind](item->values, &target, error);
}
