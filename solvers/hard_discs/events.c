// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/hard_discs/lines.h"
#include "solvers/hard_discs/pages.h"
#include "solvers/hard_discs/search.h"

/// All 9 cells; the 3 new ones behind a face.
static const struct hd_block everywhere = {
    9, {-1, 0, 1, -1, 0, 1, -1, 0, 1}, {-1, -1, -1, 0, 0, 0, 1, 1, 1}};
static const struct hd_block behind[] = {
    [HD_LEFT] = {3, {-1, -1, -1}, {-1, 0, 1}},
    [HD_RIGHT] = {3, {1, 1, 1}, {-1, 0, 1}},
    [HD_DOWN] = {3, {-1, 0, 1}, {-1, -1, -1}},
    [HD_UP] = {3, {-1, 0, 1}, {1, 1, 1}},
};

/// More events at one time than this, a disc, and the run is stuck.
static const uint64_t EVENTS_AT_ONCE = 1000;

/// Discs in a cell: near the optimum of searches, which want few, and of crossings, which want wide
/// cells and are most of the events of a dilute gas. Measured best: 1 at a packing of 0.6, 3 at
/// 0.05, 6 to 12 at 1e-4.
static double occupancy_for(double packing) { return 8.0 / (1.0 + pow(packing / 0.02, 0.56)); }

/// Periods after which the discs are sorted anew.
enum { PERIODS_UNSORTED = 16 };

/// Discs of a tile of so many cells each way are together in memory.
enum { TILE = 8 };

// ---- life -------------------------------------------------------------------------------------

/// What follows from the shape of the gas. Wider than d by more than round-off: discs of cells
/// apart cannot touch.
static double least_cell(const struct hd_box *box) { return box->diameter * (1.0 + 1e-12); }

static double packing_of(const struct hd_box *box, size_t count) {
    const double d = box->diameter, area = box->span[0] * box->span[1];
    return fmin(0.25 * M_PI * (double)count * d * d / area, 0.8);
}

static double occupancy_of(const struct hd_box *box, size_t count) {
    return box->diameter > 0.0 ? occupancy_for(packing_of(box, count)) : (double)count;
}

static double period_of(const struct hd_cells *cells, double temperature) {
    return ldexp(1.0, ilogb(2.0 * fmin(cells->width[0], cells->width[1]) / sqrt(temperature)));
}

/// Mean time between events of a disc: crossings, and collisions with Enskog's factor.
static double interval_of(const struct hd_box *box, size_t count, const struct hd_cells *cells,
                          double temperature) {
    const double d = box->diameter, area = box->span[0] * box->span[1], speed = sqrt(temperature);
    const double packing = packing_of(box, count);
    const double crossings =
        sqrt(2.0 / M_PI) * speed * (1.0 / cells->width[0] + 1.0 / cells->width[1]);
    const double enskog = (1.0 - 0.4375 * packing) / ((1.0 - packing) * (1.0 - packing));
    const double contacts = 2.0 * sqrt(M_PI) * (double)count / area * d * enskog * speed;
    return 1.0 / (crossings + contacts);
}

bool hd_engine_init(struct hd_engine *self, const struct hd_box *box, size_t count,
                    double temperature) {
    memset(self, 0, sizeof *self);
    self->box = *box;
    self->count = count;
    if (!hd_cells_init(&self->cells, box->span, box->periodic, least_cell(box),
                       occupancy_of(box, count), count))
        return false;
    self->period = period_of(&self->cells, temperature);
    self->discs = hd_allocate(count, sizeof *self->discs);
    self->identity = hd_allocate(count, sizeof *self->identity);
    return hd_calendar_init(&self->calendar, count,
                            interval_of(box, count, &self->cells, temperature), self->period) &&
           self->discs != NULL && self->identity != NULL;
}

double hd_engine_memory(const struct hd_box *box, size_t count, double temperature) {
    struct hd_cells cells;
    struct hd_calendar calendar;
    hd_cells_lay_out(&cells, box->span, box->periodic, least_cell(box), occupancy_of(box, count),
                     count);
    hd_calendar_lay_out(&calendar, count, interval_of(box, count, &cells, temperature),
                        period_of(&cells, temperature));
    return (double)count * (sizeof(struct hd_disc) + sizeof(uint32_t)) + hd_cells_memory(&cells) +
           hd_calendar_memory(&calendar, count);
}

double hd_engine_sorting_memory(size_t count) {
    return (double)count * (sizeof(struct hd_disc) + 2 * sizeof(uint32_t));
}

void hd_engine_finish(struct hd_engine *self) {
    hd_calendar_finish(&self->calendar);
    hd_cells_finish(&self->cells);
    free(self->discs);
    free(self->identity);
}

// ---- the next event of a disc -----------------------------------------------------------------

/// Without a branch, which the processor would foresee badly.
static struct hd_event event_of(const void *context, uint32_t disc) {
    const struct hd_disc *self = &((const struct hd_engine *)context)->discs[disc];
    const bool contact = self->contact < self->crossing;
    _Static_assert(HD_CROSSING == 0 && HD_CONTACT == 1, "a truth value is the type");
    return (struct hd_event){contact ? self->contact : self->crossing, contact, disc};
}

static void push(struct hd_engine *self, uint32_t disc) {
    hd_calendar_push(&self->calendar, event_of(self, disc));
}

/// Time at which a coordinate that is x at the origin leaves [0, width], not before now. Never, if
/// it rests.
static double leaves(double x, double v, double width, double now) {
    if (v == 0.0)
        return INFINITY;
    const double wait = ((v > 0.0 ? width : 0.0) - (x + v * now)) / v;
    return now + (wait > 0.0 ? wait : 0.0);
}

static void find_crossing(struct hd_engine *self, struct hd_disc *disc) {
    const double *width = self->cells.width;
    const double x = leaves(disc->x, disc->vx, width[0], self->now);
    const double y = leaves(disc->y, disc->vy, width[1], self->now);
    const enum hd_face across_x = disc->vx > 0.0 ? HD_RIGHT : HD_LEFT;
    const enum hd_face across_y = disc->vy > 0.0 ? HD_UP : HD_DOWN;
    disc->crossing = x <= y ? x : y;
    disc->place = hd_cell_of(disc) | (uint32_t)(x <= y ? across_x : across_y) << 30;
}

static void search(struct hd_engine *self, uint32_t disc, const struct hd_block *block) {
    if (self->box.diameter > 0.0)
        hd_search(self, disc, block);
    self->tally.searches++;
}

/// Everything anew.
static void predict(struct hd_engine *self, uint32_t disc) {
    self->discs[disc].contact = INFINITY;
    search(self, disc, &everywhere);
    find_crossing(self, &self->discs[disc]);
    push(self, disc);
}

// ---- what happens -----------------------------------------------------------------------------

/// Column or row of j relative to i, neighbours across a joined end included.
static double cells_apart(uint32_t i, uint32_t j, size_t number) {
    const int64_t apart = (int64_t)j - (int64_t)i;
    return (double)(apart > 1 ? apart - (int64_t)number
                              : (apart < -1 ? apart + (int64_t)number : apart));
}

void hd_engine_displacement(const struct hd_engine *self, uint32_t i, uint32_t j, double time,
                            double r[2]) {
    const struct hd_disc *a = &self->discs[i], *b = &self->discs[j];
    const struct hd_cells *cells = &self->cells;
    const uint32_t cell_a = hd_cell_of(a), cell_b = hd_cell_of(b);
    const double right =
        cells_apart(hd_cells_column(cells, cell_a), hd_cells_column(cells, cell_b), cells->columns);
    const double up =
        cells_apart(hd_cells_row(cells, cell_a), hd_cells_row(cells, cell_b), cells->rows);
    r[0] = (b->x + b->vx * time) - (a->x + a->vx * time) + right * cells->width[0];
    r[1] = (b->y + b->vy * time) - (a->y + a->vy * time) + up * cells->width[1];
}

/// Changes the velocity at the present time, and x so that the place stays.
static void kick(struct hd_engine *self, struct hd_disc *disc, double vx, double vy) {
    disc->x -= vx * self->now;
    disc->y -= vy * self->now;
    disc->vx += vx;
    disc->vy += vy;
    disc->stamp++;
}

/// For those who watch.
static void tell(struct hd_engine *self, uint32_t disc, bool by_contact) {
    if (self->lines != NULL)
        hd_lines_turn(self->lines, self, disc, by_contact);
}

static void collide(struct hd_engine *self, uint32_t i) {
    struct hd_disc *a = &self->discs[i];
    const uint32_t j = a->partner;
    struct hd_disc *b = &self->discs[j];
    if (b->stamp != a->partner_stamp) {
        predict(self, i);
        return;
    }
    double r[2];
    hd_engine_displacement(self, i, j, self->now, r);
    const double approach = r[0] * (b->vx - a->vx) + r[1] * (b->vy - a->vy);
    if (approach >= 0.0) { // a touch that round-off has made a miss
        predict(self, i);
        return;
    }
    const double impulse = approach / (r[0] * r[0] + r[1] * r[1]);
    kick(self, a, impulse * r[0], impulse * r[1]);
    kick(self, b, -impulse * r[0], -impulse * r[1]);
    tell(self, i, true);
    tell(self, j, true);
    self->tally.contacts++;
    self->tally.virial -= approach;
    predict(self, i);
    predict(self, j);
}

static void bounce(struct hd_engine *self, uint32_t i, bool across_x) {
    struct hd_disc *disc = &self->discs[i];
    const double v = across_x ? disc->vx : disc->vy;
    self->tally.bounces++;
    self->tally.impulse[across_x ? 0 : 1] += 2.0 * fabs(v);
    kick(self, disc, across_x ? -2.0 * v : 0.0, across_x ? 0.0 : -2.0 * v);
    tell(self, i, false);
    predict(self, i);
}

static bool cross(struct hd_engine *self, uint32_t i) {
    struct hd_disc *disc = &self->discs[i];
    struct hd_cells *cells = &self->cells;
    const enum hd_face face = hd_face_of(disc);
    const bool across_x = face == HD_LEFT || face == HD_RIGHT;
    const int forward = face == HD_RIGHT || face == HD_UP ? 1 : -1;
    const uint32_t from = hd_cell_of(disc);
    uint32_t to;
    if (!hd_cells_neighbour(cells, from, across_x ? forward : 0, across_x ? 0 : forward, &to)) {
        bounce(self, i, across_x);
        return true;
    }
    if (self->box.diameter > 0.0) {
        if (!hd_cells_insert(cells, to, i))
            return false;
        hd_cells_remove(cells, from, i);
    }
    double *along = across_x ? &disc->x : &disc->y;
    *along -= forward * cells->width[across_x ? 0 : 1];
    disc->place = to;
    self->tally.crossings++;
    search(self, i, &behind[face]);
    find_crossing(self, disc);
    push(self, i);
    return true;
}

// ---- order in memory --------------------------------------------------------------------------

static bool fill_cells(struct hd_engine *self) {
    hd_cells_clear(&self->cells);
    for (size_t i = 0; i < self->count && self->box.diameter > 0.0; i++)
        if (!hd_cells_insert(&self->cells, hd_cell_of(&self->discs[i]), (uint32_t)i))
            return false;
    hd_calendar_reset(&self->calendar, self->now);
    return true;
}

/// Discs of the cells of a tile, those of a cell by number: the order must not depend on that of
/// the cells' lists, which an interrupted run does not keep.
static size_t list_tile(const struct hd_cells *cells, size_t row, size_t column, uint32_t *order) {
    size_t listed = 0;
    for (size_t r = row; r < row + TILE && r < cells->rows; r++)
        for (size_t c = column; c < column + TILE && c < cells->columns; c++) {
            const uint32_t *slots = cells->slots + (r * cells->columns + c) * cells->stride;
            const size_t first = listed;
            for (uint32_t k = 1; k <= slots[0]; k++) {
                size_t place = listed++;
                for (; place > first && order[place - 1] > slots[k]; place--)
                    order[place] = order[place - 1];
                order[place] = slots[k];
            }
        }
    return listed;
}

/// Puts neighbours in space next to each other in memory, and fills cells and calendar with their
/// new numbers.
static bool sort(struct hd_engine *self) {
    const size_t count = self->count;
    uint32_t *order = malloc(count * sizeof *order), *numbers = malloc(count * sizeof *numbers);
    struct hd_disc *discs = hd_allocate(count, sizeof *discs);
    const bool done = order != NULL && numbers != NULL && discs != NULL;
    if (done) {
        size_t listed = 0;
        for (size_t row = 0; row < self->cells.rows; row += TILE)
            for (size_t column = 0; column < self->cells.columns; column += TILE)
                listed += list_tile(&self->cells, row, column, order + listed);
        for (size_t k = 0; k < count; k++)
            numbers[order[k]] = (uint32_t)k;
        for (size_t k = 0; k < count; k++) {
            discs[k] = self->discs[order[k]];
            discs[k].partner = numbers[discs[k].partner];
        }
        for (size_t k = 0; k < count; k++)
            order[k] = self->identity[order[k]];
        memcpy(self->identity, order, count * sizeof *order);
        struct hd_disc *const old = self->discs;
        self->discs = discs;
        discs = old;
    }
    free(order);
    free(numbers);
    free(discs);
    return done && fill_cells(self);
}

static bool push_all(struct hd_engine *self) {
    for (size_t i = 0; i < self->count; i++)
        push(self, (uint32_t)i);
    return !self->calendar.out_of_memory;
}

// ---- time -------------------------------------------------------------------------------------

/// Moves the time origin on by a period. What is subtracted from event times is a power of two not
/// above them: they stay exact. False when out of memory.
static bool rebase(struct hd_engine *self) {
    const double period = self->period;
    if (self->lines != NULL)
        hd_lines_rebase(self->lines, period);
    for (size_t i = 0; i < self->count; i++) {
        struct hd_disc *disc = &self->discs[i];
        disc->x += disc->vx * period;
        disc->y += disc->vy * period;
        disc->contact -= period;
        disc->crossing -= period;
    }
    self->now -= period;
    self->periods++;
    hd_calendar_rebase(&self->calendar, (int64_t)(period * self->calendar.per_time));
    if (self->periods % PERIODS_UNSORTED != 0 || self->box.diameter == 0.0)
        return true;
    return sort(self) && push_all(self);
}

static bool do_event(struct hd_engine *self, const struct hd_event *event) {
    self->at_once = event->time == self->now ? self->at_once + 1 : 0;
    self->now = event->time;
    if (event->type == HD_CROSSING)
        return cross(self, event->disc);
    collide(self, event->disc);
    return true;
}

/// Whether an entry of the calendar is still the disc's event.
static bool is_valid(const struct hd_engine *self, const struct hd_event *event) {
    const struct hd_event present = event_of(self, event->disc);
    return present.time == event->time && present.type == event->type;
}

/// More discs than this do not fit into a second-level cache: what the next events need is asked
/// for in advance.
enum { CACHED_DISCS = 16000 };

/// Asks for the list of each cell that the search after a disc's event needs and for the partner;
/// or, these being there, for the discs in the lists.
static void prefetch_search(const struct hd_engine *self, uint32_t disc, bool lists) {
    const struct hd_event event = event_of(self, disc);
    const struct hd_disc *own = &self->discs[disc];
    const struct hd_block *block =
        event.type == HD_CROSSING ? &behind[hd_face_of(own)] : &everywhere;
    if (lists && event.type == HD_CONTACT)
        __builtin_prefetch(&self->discs[own->partner]);
    for (int k = 0; k < block->count; k++) {
        uint32_t cell;
        if (!hd_cells_neighbour(&self->cells, hd_cell_of(own), block->right[k], block->up[k],
                                &cell))
            continue;
        const uint32_t *slots = self->cells.slots + cell * self->cells.stride;
        if (lists)
            __builtin_prefetch(slots);
        else
            for (uint32_t n = 1; n <= slots[0]; n++)
                __builtin_prefetch(&self->discs[slots[n]]);
    }
}

/// Discs of the next bucket whose event is in it.
struct soon {
    uint32_t disc[HD_CHUNK];
    size_t count;
};

/// A bucket has been opened. Each of the next ones is asked for one step more of what its events
/// will need: its list, its discs, the cells round these.
static void prefetch_buckets(const struct hd_engine *self, struct soon *soon) {
    const struct hd_calendar *calendar = &self->calendar;
    size_t count;
    __builtin_prefetch(hd_calendar_ahead(calendar, 4, &count));
    const uint32_t *disc = hd_calendar_ahead(calendar, 3, &count);
    for (size_t k = 0; k < count; k++)
        __builtin_prefetch(&self->discs[disc[k]]);
    disc = hd_calendar_ahead(calendar, 2, &count);
    for (size_t k = 0; k < count; k++)
        if (hd_calendar_bucket(calendar, event_of(self, disc[k]).time) == calendar->current + 2)
            prefetch_search(self, disc[k], true);
    soon->count = 0;
    disc = hd_calendar_ahead(calendar, 1, &count);
    for (size_t k = 0; k < count; k++)
        if (hd_calendar_bucket(calendar, event_of(self, disc[k]).time) == calendar->current + 1)
            soon->disc[soon->count++] = disc[k];
}

static enum hd_outcome run(struct hd_engine *self, double time, uint64_t most) {
    struct hd_calendar *calendar = &self->calendar;
    const int64_t last_of_period = (int64_t)(self->period * calendar->per_time) - 1;
    // Where many are in a cell the search itself has enough to ask for at once.
    const bool ahead = self->count > CACHED_DISCS && self->cells.stride <= 16;
    struct soon soon = {.count = 0};
    for (;;) {
        const double until = time - (double)self->periods * self->period;
        while (calendar->open_count > 0) {
            const struct hd_event event = calendar->open[calendar->open_count - 1];
            if (event.time > until)
                return HD_REACHED;
            calendar->open_count--;
            if (!is_valid(self, &event))
                continue;
            if (ahead && soon.count > 0)
                prefetch_search(self, soon.disc[--soon.count], false);
            if (most-- == 0) {
                calendar->open[calendar->open_count++] = event;
                return HD_UNDERWAY;
            }
            if (!do_event(self, &event) || calendar->out_of_memory)
                return HD_NO_MEMORY;
            if (self->at_once > EVENTS_AT_ONCE * (self->count + 1))
                return HD_JAMMED;
        }
        if (calendar->current >= hd_calendar_bucket(calendar, until))
            return HD_REACHED;
        if (calendar->current == last_of_period) {
            if (!rebase(self))
                return HD_NO_MEMORY;
            continue;
        }
        hd_calendar_turn(calendar, event_of, self);
        if (self->count > CACHED_DISCS)
            prefetch_buckets(self, &soon);
    }
}

enum hd_outcome hd_engine_run(struct hd_engine *self, double time, uint64_t most) {
    const enum hd_outcome outcome = run(self, time, most);
    if (self->lines == NULL)
        return outcome;
    const bool reached = outcome == HD_REACHED;
    hd_lines_reach(self->lines, reached ? time - (double)self->periods * self->period : self->now);
    return hd_lines_out_of_memory(self->lines) ? HD_NO_MEMORY : outcome;
}

// ---- states -----------------------------------------------------------------------------------

/// Cell along one axis of a coordinate, and what is left of the coordinate in it.
static size_t cell_along(double *x, double width, size_t number) {
    const double cell = fmin(fmax(floor(*x / width), 0.0), (double)(number - 1));
    *x -= cell * width;
    return (size_t)cell;
}

static bool predict_all(struct hd_engine *self) {
    hd_calendar_reset(&self->calendar, self->now);
    for (size_t i = 0; i < self->count; i++)
        predict(self, (uint32_t)i);
    return !self->calendar.out_of_memory;
}

bool hd_engine_start(struct hd_engine *self, const double *x, const double *y, const double *vx,
                     const double *vy) {
    self->periods = 0;
    self->now = 0.0;
    self->at_once = 0;
    memset(&self->tally, 0, sizeof self->tally);
    for (size_t i = 0; i < self->count; i++) {
        double place[2] = {x[i], y[i]};
        const size_t column = cell_along(&place[0], self->cells.width[0], self->cells.columns);
        const size_t row = cell_along(&place[1], self->cells.width[1], self->cells.rows);
        self->discs[i] = (struct hd_disc){.x = place[0],
                                          .y = place[1],
                                          .vx = vx[i],
                                          .vy = vy[i],
                                          .place = (uint32_t)(row * self->cells.columns + column)};
        self->identity[i] = (uint32_t)i;
    }
    const bool sorted = fill_cells(self) && (self->box.diameter == 0.0 || sort(self));
    return sorted && predict_all(self);
}

/// Whether a disc's numbers are such as an engine leaves behind: what is an index is one, and
/// nothing is due long ago, which would take as long to catch up with.
static bool is_possible(const struct hd_engine *self, const struct hd_disc *disc) {
    const size_t cells = self->cells.columns * self->cells.rows;
    const double earliest = self->now - self->period;
    // A disc that has all of a million others' energy is a thousand times faster than they.
    const double fastest = 1e6 * (self->box.span[0] + self->box.span[1]) / self->period;
    return hd_cell_of(disc) < cells && disc->partner < self->count && isfinite(disc->x) &&
           isfinite(disc->y) && fabs(disc->vx) <= fastest && fabs(disc->vy) <= fastest &&
           disc->contact >= earliest && disc->crossing >= earliest;
}

bool hd_engine_resume(struct hd_engine *self) {
    if (self->periods < 0 || !(fabs(self->now) <= 2.0 * self->period))
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (!is_possible(self, &self->discs[i]) || self->identity[i] >= self->count)
            return false;
    return fill_cells(self) && push_all(self);
}

void hd_engine_look(const struct hd_engine *self, double time, double *x, double *y, double *vx,
                    double *vy) {
    const double since = time - (double)self->periods * self->period;
    const struct hd_cells *cells = &self->cells;
    for (size_t i = 0; i < self->count; i++) {
        const struct hd_disc *disc = &self->discs[i];
        const double column = hd_cells_column(cells, hd_cell_of(disc));
        const double row = hd_cells_row(cells, hd_cell_of(disc));
        const double at_x = column * cells->width[0] + (disc->x + disc->vx * since);
        const double at_y = row * cells->width[1] + (disc->y + disc->vy * since);
        const size_t k = self->identity[i];
        x[k] = fmin(fmax(at_x, 0.0), self->box.span[0]);
        y[k] = fmin(fmax(at_y, 0.0), self->box.span[1]);
        vx[k] = disc->vx;
        vy[k] = disc->vy;
    }
}

bool hd_engine_reverse(struct hd_engine *self, double time) {
    self->now = time - (double)self->periods * self->period;
    for (size_t i = 0; i < self->count; i++) {
        struct hd_disc *disc = &self->discs[i];
        kick(self, disc, -2.0 * disc->vx, -2.0 * disc->vy);
        tell(self, (uint32_t)i, false);
    }
    return predict_all(self);
}
