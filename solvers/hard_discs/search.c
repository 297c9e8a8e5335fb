// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/search.h"

#include <math.h>

#include "numerics/blocks.h"

enum { BATCH = 64, LANES = 8 };

/// Candidates relative to the disc, and their terms of the contact's equation.
struct batch {
    size_t count;
    uint32_t disc[BATCH];
    _Alignas(64) double x[BATCH], y[BATCH], vx[BATCH], vy[BATCH];
    _Alignas(64) double b[BATCH], c[BATCH], discriminant[BATCH];
};

/// The terms of all candidates. Who cannot be met within `limit` gets b = 0: those that recede, or
/// miss, or are too far, c / (-2b) being less than the time of the contact.
CLAU_MULTIVERSION static void sift(struct batch *batch, double square, double limit) {
    const size_t count = (batch->count + LANES - 1) / LANES * LANES;
    for (size_t k = 0; k < count; k++) {
        const double x = batch->x[k], y = batch->y[k], vx = batch->vx[k], vy = batch->vy[k];
        const double b = x * vx + y * vy, c = x * x + y * y - square, cross = x * vy - y * vx;
        const double discriminant = (vx * vx + vy * vy) * square - cross * cross;
        const int meets = (b < 0.0) & (discriminant > 0.0) & (c < -2.0 * b * limit);
        batch->b[k] = meets ? b : 0.0;
        batch->c[k] = c;
        batch->discriminant[k] = discriminant;
    }
}

static void take_earliest(struct hd_engine *engine, struct hd_disc *self, struct batch *batch) {
    sift(batch, engine->box.diameter * engine->box.diameter, self->contact - engine->now);
    for (size_t k = 0; k < batch->count; k++) {
        if (!(batch->b[k] < 0.0))
            continue;
        const double wait = batch->c[k] / (sqrt(batch->discriminant[k]) - batch->b[k]);
        const double time = engine->now + fmax(0.0, wait);
        if (time < self->contact || (time == self->contact && batch->disc[k] <= self->partner)) {
            self->contact = time;
            self->partner = batch->disc[k];
            self->partner_stamp = engine->discs[self->partner].stamp;
        }
    }
    batch->count = 0;
}

void hd_search(struct hd_engine *engine, uint32_t disc, const struct hd_block *block) {
    struct hd_disc *self = &engine->discs[disc];
    const struct hd_cells *cells = &engine->cells;
    const double now = engine->now;
    const double x = self->x + self->vx * now, y = self->y + self->vy * now;
    struct batch batch;
    batch.count = 0;
    for (int up = block->up[0]; up <= block->up[1]; up++) {
        for (int right = block->right[0]; right <= block->right[1]; right++) {
            uint32_t cell;
            if (!hd_cells_neighbour(cells, hd_cell_of(self), right, up, &cell))
                continue;
            const double corner_x = right * cells->width[0], corner_y = up * cells->width[1];
            const uint32_t *slots = cells->slots + cell * cells->stride;
            for (uint32_t k = 1; k <= slots[0]; k++) {
                // The disc itself is among them: it stands still relative to itself.
                const struct hd_disc *other = &engine->discs[slots[k]];
                const size_t n = batch.count++;
                batch.disc[n] = slots[k];
                batch.x[n] = (other->x + other->vx * now) - x + corner_x;
                batch.y[n] = (other->y + other->vy * now) - y + corner_y;
                batch.vx[n] = other->vx - self->vx;
                batch.vy[n] = other->vy - self->vy;
                if (batch.count == BATCH)
                    take_earliest(engine, self, &batch);
            }
        }
    }
    take_earliest(engine, self, &batch);
}
