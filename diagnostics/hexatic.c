// SPDX-License-Identifier: GPL-3.0-or-later
// Each particle's Voronoi cell is cut out of the rectangle by the bisectors to those around it, and
// is complete when no particle is nearer to one of its corners (C. H. Rycroft, "Voro++", Chaos 19,
// 041111 (2009), in three dimensions). Where the rectangle is periodic it starts as a whole period
// about the particle, which the particle's own images bound.
#include <math.h>
#include <stdlib.h>

#include "diagnostics/structure_workspace.h"

/// Particles to a cell of the grid; most cells are complete after the nine grid cells around.
static const double OCCUPANCY = 1.5;

/// Bisectors and corners closer than this part of the rectangle's sides are in the same place.
static const double SAME_PLACE = 1e-13;

/// Edges shorter than this part of the perimeter are corners.
static const double SHORT_EDGE = 1e-6;

struct voronoi {
    struct clau_structure_workspace *self;
    double x, y; ///< its place
    double same; ///< length
    size_t count;
    double block[2][2]; ///< low and high end of what has been searched all over, relative
};

// ---- the polygon ------------------------------------------------------------------------------

/// The whole rectangle, as seen from the particle.
static void start_polygon(struct voronoi *v) {
    const struct clau_structure_workspace *self = v->self;
    const double at[2] = {v->x, v->y};
    double low[2], high[2], bond[2];
    for (int d = 0; d < 2; d++) {
        const bool periodic = self->periodic[d];
        low[d] = periodic ? -0.5 * self->size[d] : self->low[d] - at[d];
        high[d] = periodic ? 0.5 * self->size[d] : self->low[d] + self->size[d] - at[d];
        bond[d] = periodic ? self->size[d] : 0.0;
    }
    struct clau_corner *corner = self->corners[0];
    corner[0] = (struct clau_corner){low[0], low[1], {0.0, -bond[1]}, false};
    corner[1] = (struct clau_corner){high[0], low[1], {bond[0], 0.0}, false};
    corner[2] = (struct clau_corner){high[0], high[1], {0.0, bond[1]}, false};
    corner[3] = (struct clau_corner){low[0], high[1], {-bond[0], 0.0}, false};
    v->count = 4;
}

/// How far a corner is beyond the bisector to the neighbour at q, times |q|.
static double beyond(const struct clau_corner *c, double qx, double qy) {
    return c->x * qx + c->y * qy - 0.5 * (qx * qx + qy * qy);
}

static bool make_room(struct clau_structure_workspace *self, size_t corners) {
    if (corners <= self->corner_capacity)
        return true;
    const size_t capacity = 2 * corners;
    for (int k = 0; k < 2; k++) {
        struct clau_corner *more = realloc(self->corners[k], capacity * sizeof *more);
        if (more == NULL)
            return false;
        self->corners[k] = more;
    }
    self->corner_capacity = capacity;
    return true;
}

/// Where the edge from a to b crosses the bisector, on which they are by sa and sb.
static struct clau_corner crossing(const struct clau_corner *a, const struct clau_corner *b,
                                   double sa, double sb) {
    const double t = fmin(fmax(sa / (sa - sb), 0.0), 1.0);
    return (struct clau_corner){
        a->x + t * (b->x - a->x), a->y + t * (b->y - a->y), {a->bond[0], a->bond[1]}, false};
}

/// Cuts off what is nearer to q. False when out of memory.
static bool cut(struct voronoi *v, double qx, double qy) {
    struct clau_structure_workspace *self = v->self;
    const double q = sqrt(qx * qx + qy * qy), least = v->same * q;
    bool any = false;
    for (size_t k = 0; k < v->count; k++)
        any |= beyond(&self->corners[0][k], qx, qy) > least;
    if (!any || q <= v->same)
        return true;
    if (!make_room(self, v->count + 2))
        return false;
    const struct clau_corner *old = self->corners[0];
    struct clau_corner *corner = self->corners[1];
    size_t count = 0;
    double here = beyond(&old[0], qx, qy);
    for (size_t k = 0; k < v->count; k++) {
        const struct clau_corner *a = &old[k], *b = &old[k + 1 < v->count ? k + 1 : 0];
        const double there = beyond(b, qx, qy);
        if (here <= least)
            corner[count++] = *a;
        if ((here <= least) != (there <= least)) {
            corner[count] = crossing(a, b, here, there);
            if (here <= least) {
                corner[count].bond[0] = qx;
                corner[count].bond[1] = qy;
            }
            count++;
        }
        here = there;
    }
    self->corners[1] = self->corners[0];
    self->corners[0] = corner;
    v->count = count;
    return true;
}

// ---- the search -------------------------------------------------------------------------------

/// A run of the sorted particles, whose images are at their place - (x, y) from the particle.
struct run {
    size_t first, last;
    double x, y;
};

/// The part of columns first ... last in a row that is in one image of the grid.
static struct run run_of(const struct voronoi *v, ptrdiff_t row, ptrdiff_t first, ptrdiff_t last,
                         ptrdiff_t image) {
    const struct clau_structure_workspace *self = v->self;
    const ptrdiff_t nx = self->cells[0], ny = self->cells[1];
    const ptrdiff_t image_y = clau_structure_image(row, ny);
    const uint32_t *start = self->start + (row - image_y * ny) * nx;
    const ptrdiff_t a = first - image * nx, b = last - image * nx + 1;
    return (struct run){start[a < 0 ? 0 : a], start[b < nx ? b : nx],
                        v->x - (double)image * self->size[0],
                        v->y - (double)image_y * self->size[1]};
}

#define FOR_IMAGES(image, self, first, last)                                                       \
    for (ptrdiff_t image = clau_structure_image(first, (self)->cells[0]);                          \
         image * (self)->cells[0] <= (last); image++)

/// Cuts with all particles of the nine grid cells around.
static bool cut_by_block(struct voronoi *v) {
    const struct clau_structure_workspace *self = v->self;
    const double at[2] = {v->x, v->y};
    ptrdiff_t first[2], last[2];
    for (int d = 0; d < 2; d++) {
        const double cell = self->size[d] / (double)self->cells[d];
        clau_structure_stretch(self, d, at[d] - cell, at[d] + cell, &first[d], &last[d]);
        v->block[d][0] = self->low[d] + (double)first[d] * cell - at[d];
        v->block[d][1] = self->low[d] + (double)(last[d] + 1) * cell - at[d];
        // There is nothing behind a wall.
        if (!self->periodic[d] && first[d] == 0)
            v->block[d][0] = -INFINITY;
        if (!self->periodic[d] && last[d] == self->cells[d] - 1)
            v->block[d][1] = INFINITY;
    }
    for (ptrdiff_t row = first[1]; row <= last[1]; row++)
        FOR_IMAGES(image, self, first[0], last[0]) {
            const struct run run = run_of(v, row, first[0], last[0], image);
            for (size_t k = run.first; k < run.last; k++)
                if (!cut(v, self->x[k] - run.x, self->y[k] - run.y))
                    return false;
        }
    return true;
}

static bool in_block(const struct voronoi *v, const struct clau_corner *c) {
    const double radius = sqrt(c->x * c->x + c->y * c->y);
    return c->x - radius >= v->block[0][0] && c->x + radius <= v->block[0][1] &&
           c->y - radius >= v->block[1][0] && c->y + radius <= v->block[1][1];
}

/// Of a row the particle nearest to the corner, if it is nearer than the cell's own.
static bool nearest_in_row(const struct voronoi *v, const struct clau_corner *c, ptrdiff_t row,
                           double q[2]) {
    const struct clau_structure_workspace *self = v->self;
    const double height = self->size[1] / (double)self->cells[1];
    const double low = self->low[1] + (double)row * height - v->y;
    const double gap = fmax(fmax(low - c->y, c->y - low - height), 0.0);
    const double chord = sqrt(fmax(c->x * c->x + c->y * c->y - gap * gap, 0.0));
    ptrdiff_t first, last;
    clau_structure_stretch(self, 0, v->x + c->x - chord, v->x + c->x + chord, &first, &last);
    double most = 0.0;
    FOR_IMAGES(image, self, first, last) {
        const struct run run = run_of(v, row, first, last, image);
        for (size_t k = run.first; k < run.last; k++) {
            const double qx = self->x[k] - run.x, qy = self->y[k] - run.y;
            const double far = beyond(c, qx, qy), length = sqrt(qx * qx + qy * qy);
            if (far > most && far > v->same * length && length > v->same) {
                most = far;
                q[0] = qx;
                q[1] = qy;
            }
        }
    }
    return most > 0.0;
}

/// Searches the circle round a corner, row by row from the particle's own on.
static bool find_nearer(const struct voronoi *v, const struct clau_corner *c, double q[2]) {
    const double radius = sqrt(c->x * c->x + c->y * c->y);
    ptrdiff_t low, high, up, down;
    clau_structure_stretch(v->self, 1, v->y + c->y - radius, v->y + c->y + radius, &low, &high);
    clau_structure_stretch(v->self, 1, v->y, v->y, &down, &up);
    for (down = up - 1; up <= high || down >= low; up++, down--)
        if ((up <= high && nearest_in_row(v, c, up, q)) ||
            (down >= low && nearest_in_row(v, c, down, q)))
            return true;
    return false;
}

/// False when out of memory.
static bool make_cell(struct voronoi *v) {
    start_polygon(v);
    if (!cut_by_block(v))
        return false;
    for (size_t k = 0; k < v->count;) {
        struct clau_corner *corner = &v->self->corners[0][k];
        double q[2];
        if (!corner->empty && !in_block(v, corner) && find_nearer(v, corner, q)) {
            if (!cut(v, q[0], q[1]))
                return false;
            k = 0;
        } else {
            corner->empty = true;
            k++;
        }
    }
    return true;
}

// ---- order ------------------------------------------------------------------------------------

/// Mean of exp(6 i theta) over the edges.
static void order_of(const struct voronoi *v, double psi[2]) {
    const struct clau_corner *corner = v->self->corners[0];
    double perimeter = 0.0, re = 0.0, im = 0.0;
    size_t neighbours = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < v->count; k++) {
            const struct clau_corner *a = &corner[k], *b = &corner[k + 1 < v->count ? k + 1 : 0];
            const double length = hypot(b->x - a->x, b->y - a->y);
            if (pass == 0) {
                perimeter += length;
                continue;
            }
            const double x = a->bond[0], y = a->bond[1], square = x * x + y * y;
            if (square == 0.0 || length <= SHORT_EDGE * perimeter)
                continue;
            const double c = (x * x - y * y) / square, s = 2.0 * x * y / square; // of 2 theta
            re += c * (4.0 * c * c - 3.0);
            im += s * (3.0 - 4.0 * s * s);
            neighbours++;
        }
    psi[0] = neighbours > 0 ? re / (double)neighbours : 0.0;
    psi[1] = neighbours > 0 ? im / (double)neighbours : 0.0;
}

enum clau_measure_status clau_hexatic_order(struct clau_structure_workspace *workspace,
                                            const struct clau_rectangle *rectangle, size_t count,
                                            const double *x, const double *y, double *psi,
                                            struct clau_hexatic *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    const double width = rectangle->high[0] - rectangle->low[0];
    const double height = rectangle->high[1] - rectangle->low[1];
    const double edge = sqrt(OCCUPANCY * width / (double)count) * sqrt(height);
    const enum clau_measure_status status =
        clau_structure_sort(workspace, rectangle, count, x, y, edge);
    if (status != CLAU_MEASURE_OK)
        return status;
    double re = 0.0, im = 0.0, sum = 0.0;
    for (size_t k = 0; k < count; k++) {
        struct voronoi v = {.self = workspace,
                            .x = workspace->x[k],
                            .y = workspace->y[k],
                            .same = SAME_PLACE * (width + height)};
        double own[2];
        if (!make_cell(&v))
            return CLAU_MEASURE_OUT_OF_MEMORY;
        order_of(&v, own);
        re += own[0];
        im += own[1];
        sum += hypot(own[0], own[1]);
        if (psi != NULL) {
            psi[2 * workspace->order[k]] = own[0];
            psi[2 * workspace->order[k] + 1] = own[1];
        }
    }
    *result = (struct clau_hexatic){hypot(re, im) / (double)count, sum / (double)count};
    return CLAU_MEASURE_OK;
}
