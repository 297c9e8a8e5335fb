// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of one member's output state. Rates are means over the time since the observation
// before, and NaN at t = 0.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/hard_discs/observables.h"

// ---- instruments ------------------------------------------------------------------------------

static bool has_structure(const struct clau_setup *setup) {
    return hd_has_radial(setup) || hd_has_hexatic(setup);
}

bool hd_instruments_init(struct hd_instruments *self, const struct hd_model *model) {
    const size_t cells = model->parameters->velocity_cell.count;
    const struct hd_parameters *p = model->parameters;
    const size_t bins = (size_t)p->histogram_bins, radial = (size_t)p->radial_bins;
    *self = (struct hd_instruments){
        .macrostates = clau_allocate(cells + 1, sizeof *self->macrostates),
        .velocities = clau_allocate(bins + 1, sizeof *self->velocities),
        .scratch = clau_allocate(bins + 1, sizeof *self->scratch),
        .radial = clau_allocate(radial + 1, sizeof *self->radial),
    };
    bool done = self->macrostates && self->velocities && self->scratch && self->radial;
    if (done && cells > 0)
        done = (self->workspace = clau_boltzmann_workspace_create(model->count)) != NULL;
    if (done && has_structure(&model->setup))
        done = (self->structure = clau_structure_workspace_create(model->count, radial)) != NULL;
    return done;
}

void hd_instruments_finish(struct hd_instruments *self) {
    clau_boltzmann_workspace_destroy(self->workspace);
    clau_structure_workspace_destroy(self->structure);
    free(self->macrostates);
    free(self->velocities);
    free(self->scratch);
    free(self->radial);
}

double hd_instruments_memory(const struct clau_setup *setup) {
    const struct hd_parameters *p = setup->parameters;
    const double n = (double)p->particles;
    double slots = 16.0;
    while (slots < 2.0 * n)
        slots *= 2.0;
    return (hd_has_macrostates(setup) ? 12.0 * slots + 4.0 * n : 0.0) +
           (has_structure(setup) ? 28.0 * n : 0.0) +
           16.0 * (double)(p->histogram_bins + p->radial_bins);
}

// ---- samples ----------------------------------------------------------------------------------

static void take_sums(struct hd_sample *self) {
    const struct hd_member *member = self->member;
    const double middle = 0.5 * member->parameters->size[0];
    double square = 0.0, speed = 0.0, px = 0.0, py = 0.0;
    for (size_t i = 0; i < member->count; i++) {
        const double vx = member->vx[i], vy = member->vy[i], v2 = vx * vx + vy * vy;
        square += v2;
        speed += sqrt(v2);
        px += vx;
        py += vy;
        self->left += member->x[i] < middle;
    }
    self->energy = 0.5 * square;
    self->momentum[0] = px;
    self->momentum[1] = py;
    self->mean_speed = speed / (double)member->count;
}

static void take_macrostates(struct hd_sample *self, struct hd_instruments *instruments) {
    const struct hd_member *member = self->member;
    for (size_t k = 0; k < self->macrostate_count; k++) {
        const struct clau_boltzmann_cells cells = hd_macrostate(member->parameters, k);
        if (clau_boltzmann_entropy(instruments->workspace, &cells, member->count, member->x,
                                   member->y, member->vx, member->vy,
                                   &instruments->macrostates[k]) == CLAU_MEASURE_OK)
            continue;
        self->failed = true;
        instruments->macrostates[k] =
            (struct clau_boltzmann){.exact = NAN, .stirling = NAN, .corrected = NAN};
    }
}

static void take_velocities(struct hd_sample *self, struct hd_instruments *instruments) {
    const struct hd_member *member = self->member;
    const struct hd_parameters *p = member->parameters;
    const size_t bins = (size_t)p->histogram_bins;
    if (bins == 0 || clau_velocity_distribution(member->vx, member->vy, member->count,
                                                p->histogram_range * sqrt(p->energy), bins,
                                                instruments->velocities,
                                                instruments->scratch) == CLAU_MEASURE_OK)
        return;
    self->failed = true;
    for (size_t k = 0; k < bins; k++)
        instruments->velocities[k] = NAN;
}

static void take_radial(struct hd_sample *self, struct hd_instruments *instruments) {
    const struct hd_member *member = self->member;
    const size_t bins = (size_t)member->parameters->radial_bins;
    const struct clau_rectangle rectangle = hd_rectangle_of(member->parameters);
    if (bins == 0 ||
        clau_radial_distribution(instruments->structure, &rectangle, member->count, member->x,
                                 member->y, hd_radial_reach(member->parameters), bins,
                                 instruments->radial) == CLAU_MEASURE_OK)
        return;
    self->failed = true;
    for (size_t k = 0; k < bins; k++)
        instruments->radial[k] = NAN;
}

static void take_hexatic(struct hd_sample *self, const struct hd_instruments *instruments) {
    const struct hd_member *member = self->member;
    const struct clau_rectangle rectangle = hd_rectangle_of(member->parameters);
    if (!member->parameters->hexatic_order ||
        clau_hexatic_order(instruments->structure, &rectangle, member->count, member->x, member->y,
                           NULL, &self->hexatic) == CLAU_MEASURE_OK)
        return;
    self->failed = true;
    self->hexatic = (struct clau_hexatic){NAN, NAN};
}

struct hd_sample hd_sample_take(const struct hd_model *model, const struct hd_member *member,
                                struct hd_instruments *instruments) {
    const struct hd_tally *tally = &member->engine.tally;
    struct hd_sample self = {
        .model = model,
        .member = member,
        .now = {member->out_time, (int64_t)tally->contacts, tally->virial,
                tally->impulse[0] + tally->impulse[1]},
        .since = member->last,
        .macrostates = instruments->macrostates,
        .macrostate_count = member->parameters->velocity_cell.count,
        .velocities = instruments->velocities,
        .radial = instruments->radial,
    };
    take_sums(&self);
    take_macrostates(&self, instruments);
    take_velocities(&self, instruments);
    take_radial(&self, instruments);
    take_hexatic(&self, instruments);
    self.failed = self.failed || (member->moves != NULL && member->moves->failed);
    return self;
}

// ---- rates ------------------------------------------------------------------------------------

/// NaN at t = 0.
static double time_of(const struct hd_sample *sample) {
    const double time = sample->now.time - sample->since.time;
    return time > 0.0 ? time : NAN;
}

static double area_of(const struct hd_sample *sample) {
    const double *size = sample->member->parameters->size;
    return size[0] * size[1];
}

static double rate_of(const struct hd_sample *sample) {
    const double contacts = (double)(sample->now.contacts - sample->since.contacts);
    return 2.0 * contacts / ((double)sample->member->count * time_of(sample));
}

static double pressure_of(const struct hd_sample *sample) {
    const double virial = 0.5 * (sample->now.virial - sample->since.virial) / time_of(sample);
    return (sample->energy + virial) / area_of(sample);
}

void hd_measure_collisions(const struct hd_sample *sample, double *out) {
    *out = (double)sample->now.contacts;
}

void hd_measure_collision_rate(const struct hd_sample *sample, double *out) {
    *out = rate_of(sample);
}

void hd_measure_mean_free_path(const struct hd_sample *sample, double *out) {
    *out = sample->mean_speed / rate_of(sample);
}

void hd_measure_pressure(const struct hd_sample *sample, double *out) {
    *out = pressure_of(sample);
}

/// Momentum that a unit of wall takes in a unit of time.
void hd_measure_wall_pressure(const struct hd_sample *sample, double *out) {
    const struct hd_box *box = &sample->member->engine.box;
    const double *size = sample->member->parameters->size;
    double length = 0.0;
    for (int k = 0; k < 2; k++)
        length += box->periodic[k] ? 0.0 : 2.0 * size[!k];
    *out = (sample->now.impulse - sample->since.impulse) / (length * time_of(sample));
}

void hd_measure_compressibility_factor(const struct hd_sample *sample, double *out) {
    *out = pressure_of(sample) * area_of(sample) / sample->energy;
}

// ---- sums -------------------------------------------------------------------------------------

void hd_measure_energy(const struct hd_sample *sample, double *out) { *out = sample->energy; }

void hd_measure_momentum_x(const struct hd_sample *sample, double *out) {
    *out = sample->momentum[0];
}

void hd_measure_momentum_y(const struct hd_sample *sample, double *out) {
    *out = sample->momentum[1];
}

void hd_measure_fraction_left(const struct hd_sample *sample, double *out) {
    *out = (double)sample->left / (double)sample->member->count;
}

// ---- macrostates ------------------------------------------------------------------------------

#define MACROSTATE(name, field)                                                                    \
    void hd_measure_##name(const struct hd_sample *sample, double *out) {                          \
        for (size_t k = 0; k < sample->macrostate_count; k++)                                      \
            out[k] = (double)sample->macrostates[k].field;                                         \
    }

MACROSTATE(boltzmann_entropy, exact)
MACROSTATE(boltzmann_entropy_stirling, stirling)
MACROSTATE(boltzmann_entropy_corrected, corrected)
MACROSTATE(occupied_cells, occupied)
MACROSTATE(overflow_particles, overflow)

// ---- structure --------------------------------------------------------------------------------

void hd_measure_velocity_distribution(const struct hd_sample *sample, double *out) {
    const size_t bins = (size_t)sample->member->parameters->histogram_bins;
    memcpy(out, sample->velocities, bins * sizeof *out);
}

void hd_measure_radial_distribution(const struct hd_sample *sample, double *out) {
    const size_t bins = (size_t)sample->member->parameters->radial_bins;
    memcpy(out, sample->radial, bins * sizeof *out);
}

void hd_measure_hexatic_order(const struct hd_sample *sample, double *out) {
    *out = sample->hexatic.global;
}

void hd_measure_hexatic_order_local(const struct hd_sample *sample, double *out) {
    *out = sample->hexatic.local;
}

#define SPLIT(name, cause)                                                                         \
    void hd_measure_##name(const struct hd_sample *sample, double *out) {                          \
        const struct hd_moves *moves = sample->member->moves;                                      \
        for (size_t k = 0; k < moves->macrostates; k++)                                            \
            out[k] =                                                                               \
                moves->failed ? NAN : clau_boltzmann_tracker_entropy(moves->trackers[k], cause);   \
    }

SPLIT(boltzmann_entropy_dispersal, CLAU_BY_DISPERSAL)
SPLIT(boltzmann_entropy_collision, CLAU_BY_COLLISION)
