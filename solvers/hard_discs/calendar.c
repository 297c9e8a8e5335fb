// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/hard_discs/pages.h"

/// Events of a bucket when it is opened, at most and about; with the stale ones it mostly fits into
/// its first chunk.
static const double EVENTS_A_BUCKET = 12.0;

static double power_of_two_below(double x) { return ldexp(1.0, ilogb(x)); }

void hd_calendar_lay_out(struct hd_calendar *self, size_t discs, double interval, double longest) {
    memset(self, 0, sizeof *self);
    self->width = fmin(power_of_two_below(EVENTS_A_BUCKET * interval / (double)discs), longest);
    self->per_time = 1.0 / self->width;
    self->buckets = 16;
    while ((double)self->buckets * self->width < 2.0 * interval && self->buckets < 2 * discs)
        self->buckets *= 2;
}

double hd_calendar_memory(const struct hd_calendar *self, size_t discs) {
    return (double)self->buckets *
               (sizeof *self->fill + HD_CHUNK * sizeof *self->disc + sizeof *self->more) +
           (double)discs * (sizeof *self->far + sizeof *self->is_far);
}

bool hd_calendar_init(struct hd_calendar *self, size_t discs, double interval, double longest) {
    hd_calendar_lay_out(self, discs, interval, longest);
    self->pool_size = 64;
    self->open_size = 256;
    self->fill = hd_allocate(self->buckets, sizeof *self->fill);
    self->disc = hd_allocate(self->buckets, HD_CHUNK * sizeof *self->disc);
    self->more = hd_allocate(self->buckets, sizeof *self->more);
    self->far = hd_allocate(discs, sizeof *self->far);
    self->is_far = hd_allocate(discs, sizeof *self->is_far);
    self->pool = malloc(self->pool_size * sizeof *self->pool);
    self->open = malloc(self->open_size * sizeof *self->open);
    return self->fill != NULL && self->disc != NULL && self->more != NULL && self->far != NULL &&
           self->is_far != NULL && self->pool != NULL && self->open != NULL;
}

void hd_calendar_finish(struct hd_calendar *self) {
    free(self->fill);
    free(self->disc);
    free(self->more);
    free(self->far);
    free(self->is_far);
    free(self->pool);
    free(self->open);
}

void hd_calendar_reset(struct hd_calendar *self, double now) {
    memset(self->fill, 0, self->buckets * sizeof *self->fill);
    memset(self->more, 0, self->buckets * sizeof *self->more);
    for (size_t i = 0; i < self->far_count; i++)
        self->is_far[self->far[i]] = 0;
    self->far_count = 0;
    self->pool_used = self->free = 0;
    self->open_count = 0;
    self->shift = 0;
    self->current = hd_calendar_bucket(self, now);
}

static bool is_before(const struct hd_event *a, const struct hd_event *b) {
    if (a->time != b->time)
        return a->time < b->time;
    return a->type != b->type ? a->type < b->type : a->disc < b->disc;
}

/// Into the open bucket, which is short: sorted by insertion from its early end.
static void insert(struct hd_calendar *self, struct hd_event event) {
    if (self->open_count == self->open_size) {
        struct hd_event *longer = realloc(self->open, 2 * self->open_size * sizeof *self->open);
        if (longer == NULL) {
            self->out_of_memory = true;
            return;
        }
        self->open = longer;
        self->open_size *= 2;
    }
    size_t place = self->open_count++;
    for (; place > 0 && is_before(&self->open[place - 1], &event); place--)
        self->open[place] = self->open[place - 1];
    self->open[place] = event;
}

/// Number of a free chunk, plus 1; 0 when out of memory.
static uint32_t take_chunk(struct hd_calendar *self) {
    if (self->free != 0) {
        const uint32_t taken = self->free;
        self->free = self->pool[taken - 1].next;
        return taken;
    }
    if (self->pool_used == self->pool_size) {
        struct hd_chunk *longer = realloc(self->pool, 2 * self->pool_size * sizeof *self->pool);
        if (longer == NULL)
            return 0;
        self->pool = longer;
        self->pool_size *= 2;
    }
    return ++self->pool_used;
}

/// Into the further chunks of a bucket whose first one is full.
static void push_more(struct hd_calendar *self, size_t place, uint32_t disc) {
    uint32_t chunk = self->more[place];
    if (chunk == 0 || self->pool[chunk - 1].fill == HD_CHUNK - 2) {
        const uint32_t taken = take_chunk(self);
        if (taken == 0) {
            self->out_of_memory = true;
            return;
        }
        self->pool[taken - 1].next = chunk;
        self->pool[taken - 1].fill = 0;
        self->more[place] = chunk = taken;
    }
    struct hd_chunk *to = &self->pool[chunk - 1];
    to->disc[to->fill++] = disc;
}

static size_t place_of(const struct hd_calendar *self, int64_t bucket) {
    return (size_t)((uint64_t)bucket + self->shift) & (self->buckets - 1);
}

void hd_calendar_push(struct hd_calendar *self, struct hd_event event) {
    const int64_t bucket = hd_calendar_bucket(self, event.time);
    if (bucket <= self->current) {
        insert(self, event);
    } else if (bucket - self->current < (int64_t)self->buckets) {
        const size_t place = place_of(self, bucket);
        if (self->fill[place] < HD_CHUNK)
            self->disc[place * HD_CHUNK + self->fill[place]++] = event.disc;
        else
            push_more(self, place, event.disc);
    } else if (!self->is_far[event.disc]) {
        self->is_far[event.disc] = 1;
        self->far[self->far_count++] = event.disc;
    }
}

typedef struct hd_event event_function(const void *context, uint32_t disc);

/// Into the ring with those whose event has come near.
static void fetch_far(struct hd_calendar *self, event_function *event_of, const void *context) {
    const size_t count = self->far_count;
    self->far_count = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t disc = self->far[i];
        self->is_far[disc] = 0;
        hd_calendar_push(self, event_of(context, disc)); // far again: at a place already read
    }
}

static void open_disc(struct hd_calendar *self, struct hd_event event) {
    if (hd_calendar_bucket(self, event.time) == self->current)
        insert(self, event);
}

void hd_calendar_turn(struct hd_calendar *self, event_function *event_of, const void *context) {
    self->current++;
    const size_t place = place_of(self, self->current);
    // What was beyond the ring when it was pushed is at least half of a turn away by now.
    if ((place & (self->buckets / 2 - 1)) == 0)
        fetch_far(self, event_of, context);
    for (size_t i = 0; i < self->fill[place]; i++)
        open_disc(self, event_of(context, self->disc[place * HD_CHUNK + i]));
    self->fill[place] = 0;
    while (self->more[place] != 0) {
        const uint32_t chunk = self->more[place];
        struct hd_chunk *from = &self->pool[chunk - 1];
        for (uint32_t i = 0; i < from->fill; i++)
            open_disc(self, event_of(context, from->disc[i]));
        self->more[place] = from->next;
        from->next = self->free;
        self->free = chunk;
    }
}
