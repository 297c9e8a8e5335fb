// SPDX-License-Identifier: GPL-3.0-or-later
// In three passes without branches that depend on the data, which the processor could not foresee:
// the numbers of the candidates are copied from the cells, their states are fetched and all terms
// computed in vectors, and those who can be met at all are listed.
#include "solvers/hard_discs/search.h"

#include <math.h>
#include <string.h>

#include "numerics/blocks.h"

enum {
    BATCH = 128,
    PORTION = 8, ///< numbers are copied so many at a time
    LANES = 4,   ///< and worked on
};

typedef double reals __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t masks __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef int32_t steps __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef int32_t portion __attribute__((vector_size(PORTION * sizeof(int32_t))));

/// Candidates, and their terms of the contact's equation.
struct batch {
    size_t count;
    _Alignas(64) uint32_t disc[BATCH + PORTION];
    int32_t right[BATCH + PORTION], up[BATCH + PORTION]; ///< place of their cell
    _Alignas(64) double b[BATCH + PORTION], c[BATCH + PORTION], discriminant[BATCH + PORTION];
    uint32_t listed[BATCH + PORTION];
};

/// x, y, vx, vy of a disc.
static inline reals state_of(const struct hd_engine *engine, uint32_t disc) {
    reals state;
    memcpy(&state, &engine->discs[disc], sizeof state);
    return state;
}

/// The terms of all candidates. Who cannot be met within `limit` gets b = 0: those that recede, or
/// miss, or are too far, c / (-2b) being less than the time of the contact.
static inline void compute(const struct hd_engine *engine, const struct hd_disc *self,
                           struct batch *batch, double limit) {
    const double now = engine->now, square = engine->box.diameter * engine->box.diameter;
    const double own_x = self->x + self->vx * now, own_y = self->y + self->vy * now;
    const double *width = engine->cells.width;
    for (size_t k = 0; k < batch->count; k += LANES) {
        const uint32_t *disc = batch->disc + k;
        steps right, up;
        memcpy(&right, batch->right + k, sizeof right);
        memcpy(&up, batch->up + k, sizeof up);
        // Four states, transposed.
        const reals a = state_of(engine, disc[0]), b = state_of(engine, disc[1]);
        const reals c = state_of(engine, disc[2]), d = state_of(engine, disc[3]);
        const reals ab_x = __builtin_shufflevector(a, b, 0, 4, 2, 6);
        const reals cd_x = __builtin_shufflevector(c, d, 0, 4, 2, 6);
        const reals ab_y = __builtin_shufflevector(a, b, 1, 5, 3, 7);
        const reals cd_y = __builtin_shufflevector(c, d, 1, 5, 3, 7);
        const reals vx = __builtin_shufflevector(ab_x, cd_x, 2, 3, 6, 7);
        const reals vy = __builtin_shufflevector(ab_y, cd_y, 2, 3, 6, 7);
        // The disc itself is among them: it stands still relative to itself.
        const reals x = (__builtin_shufflevector(ab_x, cd_x, 0, 1, 4, 5) + vx * now) - own_x +
                        __builtin_convertvector(right, reals) * width[0];
        const reals y = (__builtin_shufflevector(ab_y, cd_y, 0, 1, 4, 5) + vy * now) - own_y +
                        __builtin_convertvector(up, reals) * width[1];
        const reals ux = vx - self->vx, uy = vy - self->vy;
        const reals approach = x * ux + y * uy, gap = x * x + y * y - square;
        const reals cross = x * uy - y * ux;
        const reals discriminant = (ux * ux + uy * uy) * square - cross * cross;
        const masks meets =
            (approach < 0.0) & (discriminant > 0.0) & (gap < -2.0 * approach * limit);
        const reals kept = (reals)((masks)approach & meets);
        memcpy(batch->b + k, &kept, sizeof kept);
        memcpy(batch->c + k, &gap, sizeof gap);
        memcpy(batch->discriminant + k, &discriminant, sizeof discriminant);
    }
}

static inline void take_earliest(struct hd_engine *engine, struct hd_disc *self,
                                 struct batch *batch) {
    // The last four are filled up with the disc itself.
    for (size_t k = batch->count; k < batch->count + LANES; k++)
        batch->disc[k] = (uint32_t)(self - engine->discs);
    compute(engine, self, batch, self->contact - engine->now);
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

/// Candidates of one cell. Whole portions are copied, of which the next cell's overwrite the end.
static inline void add_cell(struct hd_engine *engine, struct hd_disc *self, struct batch *batch,
                            uint32_t cell, int right, int up) {
    const uint32_t *slots = engine->cells.slots + cell * engine->cells.stride, count = slots[0];
    const portion rights = (portion){0} + right, ups = (portion){0} + up;
    uint32_t rest = count;
    for (;;) {
        memcpy(batch->disc + batch->count, slots + 1, sizeof(portion));
        memcpy(batch->right + batch->count, &rights, sizeof rights);
        memcpy(batch->up + batch->count, &ups, sizeof ups);
        const bool last = __builtin_expect(rest <= PORTION, true);
        batch->count += last ? rest : PORTION;
        if (__builtin_expect(batch->count > BATCH - PORTION, false))
            take_earliest(engine, self, batch);
        if (last)
            return;
        slots += PORTION;
        rest -= PORTION;
    }
}

CLAU_MULTIVERSION void hd_search(struct hd_engine *engine, uint32_t disc,
                                 const struct hd_block *block) {
    struct hd_disc *self = &engine->discs[disc];
    const struct hd_cells *cells = &engine->cells;
    const uint32_t home = hd_cell_of(self), partner = self->partner;
    const double contact = self->contact;
    const bool inside = cells->edge[home] == 0;
    struct batch batch;
    batch.count = 0;
    for (int up = block->up[0]; up <= block->up[1]; up++)
        for (int right = block->right[0]; right <= block->right[1]; right++) {
            uint32_t cell = home + (uint32_t)(right + up * (int)cells->columns);
            if (inside || hd_cells_neighbour(cells, home, right, up, &cell))
                add_cell(engine, self, &batch, cell, right, up);
        }
    take_earliest(engine, self, &batch);
    if (self->contact < contact || self->partner != partner)
        self->partner_stamp = engine->discs[self->partner].stamp;
}
