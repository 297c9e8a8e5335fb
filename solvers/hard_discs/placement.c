// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/placement.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

/// Attempts to find a free place for a disc; up to a packing of 0.4 one in some 50 succeeds.
static const uint64_t ATTEMPTS = 1000000;

double hd_packing_in(const struct hd_box *box, size_t count) {
    const double d = box->diameter;
    double area = 1.0;
    for (int k = 0; k < 2; k++)
        area *= box->span[k] + (box->periodic[k] ? 0.0 : d);
    return 0.25 * M_PI * d * d * (double)count / area;
}

// ---- one after the other ----------------------------------------------------------------------

static double nearest(double x, double span, bool periodic) {
    return periodic && fabs(x) > 0.5 * span ? x - copysign(span, x) : x;
}

static bool is_free(const struct hd_box *box, const struct hd_cells *cells, uint32_t cell,
                    const double place[2], const double *x, const double *y) {
    for (int image = 0; image < 9; image++) {
        uint32_t there;
        if (!hd_cells_neighbour(cells, cell, image % 3 - 1, image / 3 - 1, &there))
            continue;
        const uint32_t *slots = cells->slots + there * cells->stride;
        for (uint32_t k = 1; k <= slots[0]; k++) {
            const double rx = nearest(x[slots[k]] - place[0], box->span[0], box->periodic[0]);
            const double ry = nearest(y[slots[k]] - place[1], box->span[1], box->periodic[1]);
            if (rx * rx + ry * ry < box->diameter * box->diameter)
                return false;
        }
    }
    return true;
}

static uint32_t cell_at(const struct hd_cells *cells, const double place[2]) {
    const double column = fmin(floor(place[0] / cells->width[0]), (double)cells->columns - 1.0);
    const double row = fmin(floor(place[1] / cells->width[1]), (double)cells->rows - 1.0);
    return (uint32_t)row * (uint32_t)cells->columns + (uint32_t)column;
}

static enum hd_placement add_one(const struct hd_box *box, struct hd_cells *cells, size_t i,
                                 struct clau_random_key key, double *x, double *y) {
    for (uint64_t attempt = 0; attempt < ATTEMPTS; attempt++) {
        const struct clau_random_words words = clau_random_uint64x4(
            key, (struct clau_random_counter){attempt, i, HD_RANDOM_POSITION, 0});
        const double place[2] = {box->span[0] * clau_random_half_open(words.word[0]),
                                 box->span[1] * clau_random_half_open(words.word[1])};
        const uint32_t cell = cell_at(cells, place);
        if (!is_free(box, cells, cell, place, x, y))
            continue;
        x[i] = place[0];
        y[i] = place[1];
        // Points need no cells.
        return box->diameter == 0.0 || hd_cells_insert(cells, cell, (uint32_t)i)
                   ? HD_PLACED
                   : HD_PLACEMENT_NO_MEMORY;
    }
    return HD_NO_ROOM;
}

static enum hd_placement add_all(const struct hd_box *box, size_t count, struct clau_random_key key,
                                 double *x, double *y) {
    struct hd_cells cells;
    const double least = box->diameter * (1.0 + 1e-12);
    enum hd_placement placed = HD_PLACEMENT_NO_MEMORY;
    if (hd_cells_init(&cells, box->span, box->periodic, least, 1.0, count)) {
        hd_cells_clear(&cells);
        placed = HD_PLACED;
        for (size_t i = 0; i < count && placed == HD_PLACED; i++)
            placed = add_one(box, &cells, i, key, x, y);
    }
    hd_cells_finish(&cells);
    return placed;
}

// ---- lattice ----------------------------------------------------------------------------------

/// Rows of sites a step apart, odd ones moved by a part of a step.
struct lattice {
    int axis; ///< along which the rows are
    size_t columns, odd_columns, rows;
    double shift;     ///< of odd rows, in steps
    double offset[2]; ///< of the first site along a row and of the first row, in steps
    double steps[2];  ///< that the rectangle is long, along a row and across
    double nearest;   ///< smallest distance of two sites
};

/// How rows may be: the loose kind is good for many discs, the others are for few between walls,
/// where they begin and end.
struct lattice_kind {
    double shift;
    bool tight;     ///< to the walls
    bool alternate; ///< odd rows have a site less
};

static const struct lattice_kind loose = {0.5, false, false};
static const struct lattice_kind tight[] = {
    {0.5, true, false}, {0.5, true, true}, {0.0, true, false}, // rectangular
};

/// Of so many rows, with sites for count discs or a few more.
static struct lattice lattice_of(const struct hd_box *box, size_t count,
                                 const struct lattice_kind *kind, int axis, size_t rows) {
    const bool walls[2] = {kind->tight && !box->periodic[axis],
                           kind->tight && !box->periodic[!axis]};
    struct lattice self = {.axis = axis, .rows = rows, .shift = kind->shift};
    const size_t fewer = kind->alternate ? rows / 2 : 0;
    self.columns = (count + fewer + rows - 1) / rows;
    self.odd_columns = self.columns - (kind->alternate ? 1 : 0);
    const double columns = (double)self.columns;
    self.offset[0] = walls[0] ? 0.0 : 0.5 * (1.0 - kind->shift);
    self.offset[1] = walls[1] ? 0.0 : 0.5;
    self.steps[0] = walls[0] ? columns - 1.0 + (kind->alternate ? 0.0 : kind->shift) : columns;
    self.steps[1] = walls[1] ? (double)rows - 1.0 : (double)rows;
    const bool one = self.steps[0] == 0.0, one_row = self.steps[1] == 0.0;
    self.steps[0] = one ? 1.0 : self.steps[0];
    self.steps[1] = one_row ? 1.0 : self.steps[1];
    const double a = box->span[axis] / self.steps[0], b = box->span[!axis] / self.steps[1];
    self.nearest = fmin(one ? INFINITY : a, one_row ? INFINITY : hypot(kind->shift * a, b));
    self.nearest = fmin(self.nearest, rows > 2 ? 2.0 * b : INFINITY);
    return self;
}

static struct lattice best_of(const struct hd_box *box, size_t count,
                              const struct lattice_kind *kind, int axis) {
    struct lattice best = {.nearest = 0.0};
    // Across joined ends, odd rows must meet even ones; along them, rows must be alike.
    const bool even = box->periodic[!axis] && kind->shift > 0.0;
    if (kind->alternate && box->periodic[axis])
        return best;
    for (size_t rows = even ? 2 : 1; rows <= count; rows += even ? 2 : 1) {
        const struct lattice lattice = lattice_of(box, count, kind, axis, rows);
        if (lattice.nearest > best.nearest)
            best = lattice;
    }
    return best;
}

static struct lattice best_lattice(const struct hd_box *box, size_t count) {
    struct lattice best = best_of(box, count, &loose, 0);
    for (size_t k = 0; k < 6 && !(best.nearest > box->diameter); k++) {
        const struct lattice lattice = best_of(box, count, &tight[k / 2], k % 2);
        if (lattice.nearest > best.nearest)
            best = lattice;
    }
    return best;
}

/// Coordinates of a site along and across the rows, in steps.
static void site_at(const struct lattice *self, size_t site, double at[2]) {
    const size_t two_rows = self->columns + self->odd_columns, column = site % two_rows;
    const bool odd = column >= self->columns;
    at[0] = (double)(odd ? column - self->columns : column);
    at[0] += self->offset[0] + (odd ? self->shift : 0.0);
    at[1] = (double)(2 * (site / two_rows) + (odd ? 1 : 0)) + self->offset[1];
}

static enum hd_placement place_lattice(const struct hd_box *box, size_t count,
                                       struct clau_random_key key, double *x, double *y) {
    const struct lattice lattice = best_lattice(box, count);
    const double spare = lattice.nearest - box->diameter;
    if (!(spare > 1e-9 * box->diameter))
        return HD_NO_ROOM;
    // Two sites come nearer by at most 2 sqrt(2) times this.
    const double jitter = fmin(spare, box->diameter) / 3.0;
    clau_random_fill_half_open(key, 0, HD_RANDOM_JITTER_X, 0, count, x);
    clau_random_fill_half_open(key, 0, HD_RANDOM_JITTER_Y, 0, count, y);
    const size_t two_rows = lattice.columns + lattice.odd_columns;
    const size_t sites = lattice.rows / 2 * two_rows + lattice.rows % 2 * lattice.columns;
    size_t site = 0;
    for (size_t i = 0; i < count; site++) {
        // Takes count - i of the sites that are left, each set of them alike.
        const struct clau_random_words words =
            clau_random_uint64x4(key, (struct clau_random_counter){0, site, HD_RANDOM_SITE, 0});
        if (clau_random_half_open(words.word[0]) * (double)(sites - site) >= (double)(count - i))
            continue;
        double at[2];
        site_at(&lattice, site, at);
        double *const places[2] = {&x[i], &y[i]};
        for (int k = 0; k < 2; k++) {
            const int along = k == lattice.axis ? 0 : 1;
            const double place =
                box->span[k] * at[along] / lattice.steps[along] + (2.0 * *places[k] - 1.0) * jitter;
            *places[k] = fmin(fmax(place, 0.0), box->span[k]);
        }
        i++;
    }
    return HD_PLACED;
}

// ---- melting ----------------------------------------------------------------------------------

static enum hd_placement melt(const struct hd_box *box, size_t count, double collisions,
                              struct clau_random_key key, double *x, double *y) {
    struct hd_engine engine;
    double *vx = clau_allocate(count, sizeof *vx), *vy = clau_allocate(count, sizeof *vy);
    bool done = hd_engine_init(&engine, box, count, 1.0) && vx != NULL && vy != NULL;
    if (done) {
        clau_random_fill_normal(key, 0, HD_RANDOM_MELT_X, 0, count, vx);
        clau_random_fill_normal(key, 0, HD_RANDOM_MELT_Y, 0, count, vy);
        done = hd_engine_start(&engine, x, y, vx, vy);
    }
    const double contacts = 0.5 * collisions * (double)count;
    const uint64_t portion = 100 + count / 4;
    // Two discs may miss each other for ever.
    double patience = 1e4 * (contacts + (double)count);
    enum hd_outcome outcome = HD_UNDERWAY;
    while (done && outcome == HD_UNDERWAY && (double)engine.tally.contacts < contacts &&
           patience > 0.0) {
        outcome = hd_engine_run(&engine, INFINITY, portion);
        patience -= (double)portion;
    }
    if (done)
        hd_engine_look(&engine, hd_engine_time(&engine), x, y, vx, vy);
    hd_engine_finish(&engine);
    free(vx);
    free(vy);
    if (!done || outcome == HD_NO_MEMORY)
        return HD_PLACEMENT_NO_MEMORY;
    if (outcome == HD_JAMMED)
        return HD_NO_ROOM;
    return patience > 0.0 ? HD_PLACED : HD_TOO_FEW_COLLISIONS;
}

enum hd_placement hd_place(const struct hd_box *box, size_t count, double collisions,
                           struct clau_random_key key, double *x, double *y) {
    enum hd_placement placed = hd_packing_in(box, count) <= HD_SEQUENTIAL_PACKING
                                   ? add_all(box, count, key, x, y)
                                   : place_lattice(box, count, key, x, y);
    // A single disc in a box without walls meets nobody.
    if (placed == HD_PLACED && collisions > 0.0 && box->diameter > 0.0 && count > 1)
        placed = melt(box, count, collisions, key, x, y);
    return placed;
}
