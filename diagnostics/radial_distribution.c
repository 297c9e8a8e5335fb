// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>

#include "diagnostics/simd.h"
#include "diagnostics/structure_workspace.h"

enum { CHUNK = 64 };

/// Cells to the range: finer ones have fewer candidates, and shorter runs.
static const double FINENESS = 3.0;

double clau_radial_distribution_limit(const struct clau_rectangle *rectangle) {
    double limit = INFINITY;
    for (int d = 0; d < 2; d++) {
        const double side = rectangle->high[d] - rectangle->low[d];
        limit = fmin(limit, rectangle->periodic[d] ? 0.5 * side : side);
    }
    return limit;
}

/// F(r) of structure.h.
static double nearer_share(const struct clau_structure_workspace *self, double r) {
    double a[2], b[2];
    for (int d = 0; d < 2; d++) {
        a[d] = 2.0 / self->size[d];
        b[d] = self->periodic[d] ? 0.0 : a[d] / self->size[d];
    }
    return r * r *
           (M_PI / 4.0 * a[0] * a[1] - r * (b[0] * a[1] + a[0] * b[1]) / 3.0 +
            r * r * b[0] * b[1] / 8.0);
}

/// Counts the particles of a run by their distance from a place.
CLAU_CLONES static void count_run(const double *x, const double *y, size_t count, double x0,
                                  double y0, double per_length, int32_t bins, uint64_t *pairs) {
    int32_t bin[CHUNK];
    for (size_t first = 0; first < count; first += CHUNK) {
        const size_t length = count - first < CHUNK ? count - first : CHUNK;
        for (size_t k = 0; k < length; k++) {
            const double dx = x[first + k] - x0, dy = y[first + k] - y0;
            const double at = sqrt(dx * dx + dy * dy) * per_length;
            bin[k] = (int32_t)(at < (double)bins ? at : (double)bins);
        }
        // The bin after the last one takes what is beyond the range.
        for (size_t k = 0; k < length; k++)
            pairs[bin[k]]++;
    }
}

struct search {
    struct clau_structure_workspace *self;
    double range, per_length;
    int32_t bins;
};

static void count_piece(const struct search *search, size_t first, size_t last, double x0,
                        double y0) {
    const struct clau_structure_workspace *self = search->self;
    if (last > first)
        count_run(self->x + first, self->y + first, last - first, x0, y0, search->per_length,
                  search->bins, self->pairs);
}

/// Particle i with those of the columns first ... last of a row not below its own; of its own row
/// with those that come later in the order.
static void count_row(const struct search *search, size_t i, ptrdiff_t row, ptrdiff_t first,
                      ptrdiff_t last) {
    const struct clau_structure_workspace *self = search->self;
    const ptrdiff_t nx = self->cells[0], ny = self->cells[1];
    const ptrdiff_t image_y = clau_structure_image(row, ny);
    const uint32_t *start = self->start + (row - image_y * ny) * nx;
    const bool own = image_y == 0 && i >= start[0] && i < start[nx];
    const double y0 = self->y[i] - (double)image_y * self->size[1];
    // Left of its own row's beginning are images that count this particle's image themselves.
    for (ptrdiff_t image = own ? 0 : clau_structure_image(first, nx); image * nx <= last; image++) {
        const ptrdiff_t a = first - image * nx, b = last - image * nx + 1;
        const size_t from = own && image == 0 ? i + 1 : start[a < 0 ? 0 : a];
        count_piece(search, from, start[b < nx ? b : nx],
                    self->x[i] - (double)image * self->size[0], y0);
    }
}

/// Each pair is counted from one side: with those later in the same row, or in a row above.
static void count_pairs(const struct search *search) {
    const struct clau_structure_workspace *self = search->self;
    const double range = search->range, height = self->size[1] / (double)self->cells[1];
    for (ptrdiff_t row = 0; row < self->cells[1]; row++) {
        const size_t end = self->start[(row + 1) * self->cells[0]];
        for (size_t i = self->start[row * self->cells[0]]; i < end; i++) {
            const double x = self->x[i], y = self->y[i];
            ptrdiff_t first, last, low, high;
            clau_structure_stretch(self, 1, y, y + range, &low, &high);
            for (ptrdiff_t k = row; k <= high; k++) {
                const double gap = k == row ? 0.0 : self->low[1] + (double)k * height - y;
                const double chord = sqrt(fmax(range * range - gap * gap, 0.0));
                clau_structure_stretch(self, 0, x - chord, x + chord, &first, &last);
                count_row(search, i, k, first, last);
            }
        }
    }
}

enum clau_measure_status clau_radial_distribution(struct clau_structure_workspace *workspace,
                                                  const struct clau_rectangle *rectangle,
                                                  size_t count, const double *x, const double *y,
                                                  double range, size_t bins, double *g) {
    if (count < 2)
        return CLAU_MEASURE_EMPTY;
    if (bins == 0 || bins > workspace->bins)
        return CLAU_MEASURE_BAD_BINS;
    const enum clau_measure_status status =
        clau_structure_sort(workspace, rectangle, count, x, y, range / FINENESS);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (!(range > 0.0) || !(range <= clau_radial_distribution_limit(rectangle)))
        return CLAU_MEASURE_BAD_REACH;
    const struct search search = {workspace, range, (double)bins / range, (int32_t)bins};
    memset(workspace->pairs, 0, (bins + 1) * sizeof *workspace->pairs);
    count_pairs(&search);
    const double all = 0.5 * (double)count * (double)(count - 1);
    double nearer = 0.0;
    for (size_t k = 0; k < bins; k++) {
        const double share = nearer_share(workspace, range * (double)(k + 1) / (double)bins);
        g[k] = (double)workspace->pairs[k] / (all * (share - nearer));
        nearer = share;
    }
    return CLAU_MEASURE_OK;
}
