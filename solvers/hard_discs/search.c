// SPDX-License-Identifier: GPL-3.0-or-later
// In four passes without branches that depend on the data, which the processor could not foresee:
// the numbers of the candidates are copied from the cells, their states are fetched, all terms are
// computed in vectors, and those who can be met at all are listed.
#include "solvers/hard_discs/search.h"

#include <math.h>
#include <string.h>

#include "numerics/blocks.h"

enum {
    BATCH = 128,
    LANES = 8, ///< numbers are copied, and terms computed, so many at a time
};

/// Candidates, relative to the disc, and their terms of the contact's equation.
struct batch {
    size_t count;
    _Alignas(64) uint32_t disc[BATCH + LANES];
    uint8_t cell[BATCH + LANES]; ///< which of the 9
    _Alignas(64) double x[BATCH], y[BATCH], vx[BATCH], vy[BATCH];
    _Alignas(64) double b[BATCH], c[BATCH], discriminant[BATCH];
    uint32_t listed[BATCH];
};

/// Corners of the 9 cells relative to that of the disc's own, less the disc's place.
struct corners {
    double x[9], y[9];
};

static inline void fetch(const struct hd_engine *engine, const struct hd_disc *self,
                         const struct corners *corners, struct batch *batch) {
    const double now = engine->now, vx = self->vx, vy = self->vy;
    for (size_t k = 0; k < batch->count; k++) {
        // The disc itself is among them: it stands still relative to itself.
        const struct hd_disc *other = &engine->discs[batch->disc[k]];
        const unsigned cell = batch->cell[k];
        batch->x[k] = (other->x + other->vx * now) + corners->x[cell];
        batch->y[k] = (other->y + other->vy * now) + corners->y[cell];
        batch->vx[k] = other->vx - vx;
        batch->vy[k] = other->vy - vy;
    }
}

/// The terms of all candidates. Who cannot be met within `limit` gets b = 0: those that recede, or
/// miss, or are too far, c / (-2b) being less than the time of the contact.
static inline void compute(struct batch *batch, double square, double limit) {
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

static inline void take_earliest(struct hd_engine *engine, struct hd_disc *self,
                                 const struct corners *corners, struct batch *batch) {
    fetch(engine, self, corners, batch);
    compute(batch, engine->box.diameter * engine->box.diameter, self->contact - engine->now);
    size_t listed = 0;
    for (uint32_t k = 0; k < batch->count; k++) {
        batch->listed[listed] = k;
        listed += batch->b[k] < 0.0;
    }
    for (size_t n = 0; n < listed; n++) {
        const uint32_t k = batch->listed[n], disc = batch->disc[k];
        const double wait = batch->c[k] / (sqrt(batch->discriminant[k]) - batch->b[k]);
        const double time = engine->now + (wait > 0.0 ? wait : 0.0);
        if (time < self->contact || (time == self->contact && disc <= self->partner)) {
            self->contact = time;
            self->partner = disc;
        }
    }
    batch->count = 0;
}

CLAU_MULTIVERSION void hd_search(struct hd_engine *engine, uint32_t disc,
                                 const struct hd_block *block) {
    struct hd_disc *self = &engine->discs[disc];
    const struct hd_cells *cells = &engine->cells;
    const uint32_t home = hd_cell_of(self), partner = self->partner;
    const double x = self->x + self->vx * engine->now, y = self->y + self->vy * engine->now;
    const double contact = self->contact;
    struct corners corners;
    struct batch batch;
    batch.count = 0;
    for (int up = block->up[0]; up <= block->up[1]; up++) {
        for (int right = block->right[0]; right <= block->right[1]; right++) {
            uint32_t cell;
            if (!hd_cells_neighbour(cells, home, right, up, &cell))
                continue;
            const unsigned name = (unsigned)(3 * up + right + 4);
            corners.x[name] = right * cells->width[0] - x;
            corners.y[name] = up * cells->width[1] - y;
            const uint32_t *slots = cells->slots + cell * cells->stride, count = slots[0];
            // Whole portions, of which the next cell's overwrites the end.
            for (uint32_t k = 0; k < count; k += LANES) {
                const uint32_t some = count - k < LANES ? count - k : LANES;
                memcpy(batch.disc + batch.count, slots + 1 + k, LANES * sizeof *batch.disc);
                memset(batch.cell + batch.count, (int)name, LANES);
                batch.count += some;
                if (batch.count > BATCH - LANES)
                    take_earliest(engine, self, &corners, &batch);
            }
        }
    }
    take_earliest(engine, self, &corners, &batch);
    if (self->contact < contact || self->partner != partner)
        self->partner_stamp = engine->discs[self->partner].stamp;
}
