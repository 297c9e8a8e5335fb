// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/lines.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

// ---- calendar ---------------------------------------------------------------------------------

static int next_axis(const struct hd_flight *flight) {
    return flight->next[0] <= flight->next[1] ? 0 : 1;
}

/// A disc is called up when it is listed. Where many contacts come before a line most changes of
/// its time are to a later one than that, and need no entry.
static struct hd_event event_of(const void *context, uint32_t disc) {
    const struct hd_lines *self = context;
    return (struct hd_event){self->flights[disc].listed, HD_CROSSING, disc};
}

/// At the next line.
static void list(struct hd_lines *self, uint32_t disc) {
    struct hd_flight *flight = &self->flights[disc];
    flight->listed = flight->next[next_axis(flight)];
    if (flight->listed < INFINITY)
        hd_calendar_push(&self->calendar, event_of(self, disc));
}

static void list_all(struct hd_lines *self, double now) {
    hd_calendar_reset(&self->calendar, now);
    for (size_t k = 0; k < self->count; k++)
        list(self, (uint32_t)k);
}

// ---- the next line ----------------------------------------------------------------------------

/// Whether a flight comes to a line before it comes to a wall. With a single cell there is none.
static bool has_line(const struct hd_lines *self, int axis, uint32_t cell, bool forward) {
    const size_t number = self->raster.number[axis];
    if (self->box.periodic[axis])
        return number > 1;
    return forward ? cell + 1 < number : cell > 0;
}

/// From a coordinate at the time now. It may be behind the line by round-off: the disc crosses it
/// at once then.
static void find_line(const struct hd_lines *self, struct hd_flight *flight, int axis, double x,
                      double v, double now) {
    const double width = self->raster.width[axis], span = self->box.span[axis];
    flight->next[axis] = INFINITY;
    if (v == 0.0 || !has_line(self, axis, flight->cell[axis], v > 0.0))
        return;
    flight->step[axis] = width / v;
    const double low = self->raster.start[axis] + flight->cell[axis] * width;
    double way = low + (v > 0.0 ? width : 0.0) - x;
    // The image of the disc that is in its cell.
    if (self->box.periodic[axis])
        way -= span * round((low + 0.5 * width - x) / span);
    const double wait = way / v;
    flight->next[axis] = now + (wait > 0.0 ? wait : 0.0);
}

static void find_lines(struct hd_lines *self, const struct hd_engine *engine, uint32_t i) {
    const struct hd_disc *disc = &engine->discs[i];
    const struct hd_cells *cells = &engine->cells;
    struct hd_flight *flight = &self->flights[engine->identity[i]];
    const double now = engine->now;
    const double x = hd_cells_column(cells, hd_cell_of(disc)) * cells->width[0];
    const double y = hd_cells_row(cells, hd_cell_of(disc)) * cells->width[1];
    find_line(self, flight, 0, x + (disc->x + disc->vx * now), disc->vx, now);
    find_line(self, flight, 1, y + (disc->y + disc->vy * now), disc->vy, now);
}

// ---- life -------------------------------------------------------------------------------------

/// Mean time between two lines of a disc.
static double interval_of(const struct hd_lines *self, const struct hd_engine *engine) {
    double rate = 0.0;
    for (size_t i = 0; i < engine->count; i++) {
        const double v[2] = {fabs(engine->discs[i].vx), fabs(engine->discs[i].vy)};
        for (int axis = 0; axis < 2; axis++)
            if (self->raster.number[axis] > 1)
                rate += v[axis] / self->raster.width[axis];
    }
    return rate > 0.0 ? (double)engine->count / rate : engine->period;
}

struct hd_lines *hd_lines_create(const struct hd_engine *engine, const struct hd_raster *raster,
                                 const struct hd_witness *witness, const uint64_t *place) {
    struct hd_lines *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->raster = *raster;
    self->witness = *witness;
    self->box = engine->box;
    self->count = engine->count;
    self->flights = clau_allocate(self->count, sizeof *self->flights);
    const double interval = interval_of(self, engine);
    const bool done =
        hd_calendar_init(&self->calendar, self->count, interval, engine->period) && self->flights;
    if (!done) {
        hd_lines_destroy(self);
        return NULL;
    }
    for (size_t i = 0; i < self->count; i++) {
        const uint32_t disc = engine->identity[i];
        const uint64_t at = place[disc];
        self->flights[disc].cell[0] = (uint32_t)(at % raster->number[0]);
        self->flights[disc].cell[1] = (uint32_t)(at / raster->number[0]);
        find_lines(self, engine, (uint32_t)i);
    }
    list_all(self, engine->now);
    return self;
}

void hd_lines_destroy(struct hd_lines *self) {
    if (self == NULL)
        return;
    hd_calendar_finish(&self->calendar);
    free(self->flights);
    free(self);
}

/// Whether a flight is one along an axis at a velocity v: in a cell, to a line that is not long
/// past, and from one line to the next in the time that this takes.
static bool is_possible(const struct hd_lines *self, const struct hd_engine *engine,
                        const struct hd_flight *flight, int axis, double v) {
    const double next = flight->next[axis];
    return flight->cell[axis] < self->raster.number[axis] && next >= engine->now - engine->period &&
           (next == INFINITY || flight->step[axis] == self->raster.width[axis] / v);
}

bool hd_lines_resume(struct hd_lines *self, const struct hd_engine *engine) {
    for (size_t i = 0; i < self->count; i++) {
        const struct hd_flight *flight = &self->flights[engine->identity[i]];
        if (!is_possible(self, engine, flight, 0, engine->discs[i].vx) ||
            !is_possible(self, engine, flight, 1, engine->discs[i].vy))
            return false;
    }
    list_all(self, engine->now);
    return !hd_lines_out_of_memory(self);
}

// ---- what happens -----------------------------------------------------------------------------

static void cross(struct hd_lines *self, uint32_t disc) {
    struct hd_flight *flight = &self->flights[disc];
    const int axis = next_axis(flight);
    const uint32_t number = (uint32_t)self->raster.number[axis];
    const uint64_t from = hd_lines_place(self, disc);
    uint32_t *cell = &flight->cell[axis];
    const bool forward = flight->step[axis] > 0.0;
    if (forward)
        *cell = *cell + 1 == number ? 0 : *cell + 1;
    else
        *cell = *cell == 0 ? number - 1 : *cell - 1;
    const double wait = has_line(self, axis, *cell, forward) ? fabs(flight->step[axis]) : INFINITY;
    flight->next[axis] += wait;
    list(self, disc);
    self->witness.crossed(self->witness.context, disc, from, hd_lines_place(self, disc));
}

/// A disc is called up.
static void answer(struct hd_lines *self, uint32_t disc) {
    const struct hd_flight *flight = &self->flights[disc];
    if (flight->listed < flight->next[next_axis(flight)])
        list(self, disc);
    else
        cross(self, disc);
}

void hd_lines_reach(struct hd_lines *self, double time) {
    struct hd_calendar *calendar = &self->calendar;
    for (;;) {
        while (calendar->open_count > 0) {
            const struct hd_event event = calendar->open[calendar->open_count - 1];
            if (event.time > time)
                return;
            calendar->open_count--;
            if (self->flights[event.disc].listed == event.time)
                answer(self, event.disc);
        }
        if (calendar->current >= hd_calendar_bucket(calendar, time))
            return;
        hd_calendar_turn(calendar, event_of, self);
    }
}

void hd_lines_turn(struct hd_lines *self, const struct hd_engine *engine, uint32_t i,
                   bool by_contact) {
    const uint32_t disc = engine->identity[i];
    hd_lines_reach(self, engine->now);
    find_lines(self, engine, i);
    const struct hd_flight *flight = &self->flights[disc];
    if (flight->next[next_axis(flight)] < flight->listed)
        list(self, disc);
    self->witness.turned(self->witness.context, disc, hd_lines_place(self, disc),
                         engine->discs[i].vx, engine->discs[i].vy, by_contact);
}

void hd_lines_rebase(struct hd_lines *self, double period) {
    // The lines up to its end, so that what is subtracted from the others' times is not above them:
    // they stay exact.
    hd_lines_reach(self, nextafter(period, 0.0));
    for (size_t k = 0; k < self->count; k++) {
        struct hd_flight *flight = &self->flights[k];
        flight->next[0] -= period;
        flight->next[1] -= period;
        flight->listed -= period;
    }
    hd_calendar_rebase(&self->calendar, (int64_t)(period * self->calendar.per_time));
}
