// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/moves.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

// ---- witness ----------------------------------------------------------------------------------

static void move(struct hd_moves *self, size_t k, uint64_t *cell, uint64_t to,
                 enum clau_boltzmann_cause cause) {
    if (clau_boltzmann_tracker_move(self->trackers[k], *cell, to, cause) != CLAU_MEASURE_OK)
        self->failed = true;
    *cell = to;
}

static void crossed(void *context, uint32_t disc, uint64_t from, uint64_t to) {
    struct hd_moves *self = context;
    uint64_t *cell = self->cell + disc * self->macrostates;
    for (size_t k = 0; k < self->macrostates; k++)
        move(self, k, &cell[k], cell[k] + (to - from) * self->numbering[k].velocities,
             CLAU_BY_DISPERSAL);
}

static uint64_t cell_of(const struct hd_moves *self, size_t k, uint64_t place, double vx,
                        double vy) {
    const struct clau_boltzmann_numbering *numbering = &self->numbering[k];
    return place * numbering->velocities + clau_boltzmann_velocity(numbering, vx, vy);
}

static void turned(void *context, uint32_t disc, uint64_t place, double vx, double vy,
                   bool by_contact) {
    struct hd_moves *self = context;
    uint64_t *cell = self->cell + disc * self->macrostates;
    for (size_t k = 0; k < self->macrostates; k++)
        move(self, k, &cell[k], cell_of(self, k, place, vx, vy),
             by_contact ? CLAU_BY_COLLISION : CLAU_BY_DISPERSAL);
}

// ---- life -------------------------------------------------------------------------------------

static bool make_memory(struct hd_moves *self, const struct hd_parameters *p) {
    self->numbering = clau_allocate(self->macrostates, sizeof *self->numbering);
    self->trackers = clau_allocate(self->macrostates, sizeof(struct clau_boltzmann_tracker *));
    self->cell = clau_allocate(self->count * self->macrostates, sizeof *self->cell);
    bool done = self->numbering && self->trackers && self->cell;
    for (size_t k = 0; k < self->macrostates && done; k++) {
        const struct clau_boltzmann_cells cells = hd_macrostate(p, k);
        struct clau_boltzmann_numbering *numbering = &self->numbering[k];
        done = clau_boltzmann_number(&cells, numbering) == CLAU_MEASURE_OK;
        if (done)
            self->trackers[k] = clau_boltzmann_tracker_create(
                numbering->columns * numbering->rows * numbering->velocities, self->count);
        done = self->trackers[k] != NULL;
    }
    return done;
}

/// Counts the discs in the cells of cell[].
static bool start(struct hd_moves *self, const struct clau_boltzmann_sums *sums) {
    for (size_t k = 0; k < self->macrostates; k++)
        if (clau_boltzmann_tracker_start(self->trackers[k], self->cell + k, self->macrostates,
                                         sums != NULL ? &sums[k] : NULL) != CLAU_MEASURE_OK)
            return false;
    return true;
}

struct hd_moves *hd_moves_create(const struct hd_parameters *p, struct hd_engine *engine,
                                 const double *x, const double *y, const double *vx,
                                 const double *vy) {
    struct hd_moves *self = calloc(1, sizeof *self);
    uint64_t *place = clau_allocate(engine->count, sizeof *place);
    bool done = self != NULL && place != NULL;
    if (done) {
        self->count = engine->count;
        self->macrostates = p->velocity_cell.count;
        done = make_memory(self, p);
    }
    for (size_t i = 0; done && i < self->count; i++) {
        place[i] = clau_boltzmann_place(&self->numbering[0], x[i], y[i]);
        for (size_t k = 0; k < self->macrostates; k++)
            self->cell[i * self->macrostates + k] = cell_of(self, k, place[i], vx[i], vy[i]);
    }
    if (done && start(self, NULL)) {
        struct hd_raster raster;
        const double shut_out = 0.5 * engine->box.diameter;
        for (int axis = 0; axis < 2; axis++) {
            raster.number[axis] = (size_t)p->position_cells.values[axis];
            raster.width[axis] = p->size[axis] / (double)raster.number[axis];
            raster.start[axis] = engine->box.periodic[axis] ? 0.0 : -shut_out;
        }
        const struct hd_witness witness = {self, crossed, turned};
        self->lines = hd_lines_create(engine, &raster, &witness, place);
    }
    free(place);
    if (self == NULL || self->lines == NULL) {
        hd_moves_destroy(self);
        return NULL;
    }
    engine->lines = self->lines;
    return self;
}

void hd_moves_destroy(struct hd_moves *self) {
    if (self == NULL)
        return;
    hd_lines_destroy(self->lines);
    for (size_t k = 0; k < self->macrostates && self->trackers != NULL; k++)
        clau_boltzmann_tracker_destroy(self->trackers[k]);
    free(self->trackers);
    free(self->numbering);
    free(self->cell);
    free(self);
}

/// Whether sums are such as a tracker hands out, far from what they could grow to.
static bool are_possible(const struct clau_boltzmann_sums *sums) {
    for (size_t i = 0; i < sizeof sums->of / sizeof *sums->of; i++)
        if (sums->of[i].fraction < 0 || sums->of[i].fraction >= INT64_C(1) << 56 ||
            sums->of[i].whole > INT64_C(1) << 53 || sums->of[i].whole < -(INT64_C(1) << 53))
            return false;
    return true;
}

bool hd_moves_resume(struct hd_moves *self, const struct hd_engine *engine,
                     const struct clau_boltzmann_sums *sums) {
    if (!hd_lines_resume(self->lines, engine))
        return false;
    for (size_t k = 0; k < self->macrostates; k++)
        if (!are_possible(&sums[k]))
            return false;
    for (size_t i = 0; i < self->count; i++) {
        const uint32_t disc = engine->identity[i];
        const uint64_t place = hd_lines_place(self->lines, disc);
        for (size_t k = 0; k < self->macrostates; k++)
            self->cell[disc * self->macrostates + k] =
                cell_of(self, k, place, engine->discs[i].vx, engine->discs[i].vy);
    }
    return start(self, sums);
}

double hd_moves_memory(const struct hd_parameters *p) {
    const size_t count = (size_t)p->particles;
    const double n = (double)count;
    struct hd_calendar calendar;
    hd_calendar_lay_out(&calendar, count, 1.0, INFINITY);
    double bytes = n * sizeof(struct hd_flight) + hd_calendar_memory(&calendar, count);
    for (size_t k = 0; k < p->velocity_cell.count; k++) {
        const struct clau_boltzmann_cells cells = hd_macrostate(p, k);
        struct clau_boltzmann_numbering numbering;
        if (clau_boltzmann_number(&cells, &numbering) == CLAU_MEASURE_OK)
            bytes += n * sizeof(uint64_t) +
                     clau_boltzmann_tracker_memory_for(
                         numbering.columns * numbering.rows * numbering.velocities, count);
    }
    return bytes;
}
