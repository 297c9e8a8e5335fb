// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/member.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

/// Less than a millisecond.
static const uint64_t EVENTS_AT_A_TIME = 1000;

// ---- life -------------------------------------------------------------------------------------

static void fail(struct hd_member *self) {
    self->status =
        clau_error_set(&self->error, CLAU_NO_MEMORY, "out of memory for %zu discs", self->count);
}

/// A file's temperature may be another one than the configuration's.
static bool start_engine(struct hd_member *self) {
    const struct hd_box box = hd_box_of(self->parameters);
    double square = 0.0;
    for (size_t i = 0; i < self->count; i++)
        square += self->vx[i] * self->vx[i] + self->vy[i] * self->vy[i];
    const double temperature = 0.5 * square / (double)self->count;
    return hd_engine_init(&self->engine, &box, self->count, temperature) &&
           hd_engine_start(&self->engine, self->x, self->y, self->vx, self->vy);
}

/// Positions and velocities at a time between the events, in the domain.
static void locate(struct hd_member *self, double time) {
    const struct hd_box *box = &self->engine.box;
    const double left = box->periodic[0] ? 0.0 : 0.5 * box->diameter;
    const double low = box->periodic[1] ? 0.0 : 0.5 * box->diameter;
    hd_engine_look(&self->engine, time, self->x, self->y, self->vx, self->vy);
    for (size_t i = 0; i < self->count; i++) {
        self->x[i] += left;
        self->y[i] += low;
    }
}

static bool start_moves(struct hd_member *self) {
    const struct hd_parameters *p = self->parameters;
    if (!p->split || p->velocity_cell.count == 0)
        return true;
    locate(self, 0.0);
    self->moves = hd_moves_create(p, &self->engine, self->x, self->y, self->vx, self->vy);
    return self->moves != NULL;
}

void hd_member_start(struct hd_member *self, const struct clau_setup *setup, size_t stream) {
    const struct hd_parameters *parameters = setup->parameters;
    *self = (struct hd_member){
        .parameters = parameters, .count = (size_t)parameters->particles, .out_time = NAN};
    double **const arrays[] = {&self->x, &self->y, &self->vx, &self->vy};
    for (size_t k = 0; k < 4; k++)
        if ((*arrays[k] = clau_allocate(self->count, sizeof(double))) == NULL) {
            fail(self);
            return;
        }
    self->status =
        hd_initial_fill(setup, stream, self->x, self->y, self->vx, self->vy, &self->error);
    if (self->status == CLAU_OK && !(start_engine(self) && start_moves(self)))
        fail(self);
}

void hd_member_finish(struct hd_member *self) {
    hd_moves_destroy(self->moves);
    hd_engine_finish(&self->engine);
    free(self->x);
    free(self->y);
    free(self->vx);
    free(self->vy);
}

double hd_member_memory(const struct clau_setup *setup) {
    const struct hd_parameters *p = setup->parameters;
    const struct hd_box box = hd_box_of(p);
    const size_t count = (size_t)p->particles;
    return sizeof(struct hd_member) + 4 * sizeof(double) * (double)count +
           hd_engine_memory(&box, count, p->energy) +
           (p->split && p->velocity_cell.count > 0 ? hd_moves_memory(p) : 0.0);
}

double hd_member_working_memory(const struct clau_setup *setup) {
    return hd_engine_sorting_memory(
        (size_t)((const struct hd_parameters *)setup->parameters)->particles);
}

uint64_t hd_member_steps(const struct hd_member *self) {
    const struct hd_tally *tally = &self->engine.tally;
    return tally->contacts + tally->bounces + tally->crossings;
}

// ---- evolution --------------------------------------------------------------------------------

/// The velocities are turned round between the events up to reverse_at and those after.
void hd_member_go_on(struct hd_member *self, double time) {
    const double when = self->parameters->reverse_at;
    const bool due = !self->reversed && when <= time;
    const enum hd_outcome outcome =
        hd_engine_run(&self->engine, due ? when : time, EVENTS_AT_A_TIME);
    if (outcome == HD_NO_MEMORY) {
        fail(self);
    } else if (outcome == HD_JAMMED) {
        self->status = clau_error_set(&self->error, CLAU_DIVERGED,
                                      "the discs collide without end at t = %.17g: they are jammed",
                                      hd_engine_time(&self->engine));
    } else if (outcome == HD_REACHED && due) {
        self->reversed = 1;
        if (!hd_engine_reverse(&self->engine, when))
            fail(self);
    } else if (outcome == HD_REACHED) {
        locate(self, time);
        self->out_time = time;
    }
}
