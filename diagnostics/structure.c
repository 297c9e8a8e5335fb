// SPDX-License-Identifier: GPL-3.0-or-later
// Velocities, and the cells that the other measures search.
#include "diagnostics/structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "diagnostics/structure_workspace.h"

enum { FIRST_CORNERS = 64, SPARE_CELLS = 64 };

/// How far beyond the rectangle a position may be, in parts of the side: far above round-off.
static const double ROUND_OFF = 1e-9;

enum clau_measure_status clau_velocity_distribution(const double *vx, const double *vy,
                                                    size_t count, double range, size_t bins,
                                                    double *density, double *scratch) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (!(range > 0.0))
        return CLAU_MEASURE_BAD_RANGE;
    enum clau_measure_status status =
        clau_histogram_uniform(vx, count, -range, range, bins, scratch);
    if (status == CLAU_MEASURE_OK)
        status = clau_histogram_uniform(vy, count, -range, range, bins, density);
    if (status != CLAU_MEASURE_OK)
        return status;
    const double width = 2.0 * range / (double)bins;
    for (size_t k = 0; k < bins; k++)
        density[k] = (density[k] + scratch[k]) / (2.0 * (double)count * width);
    return CLAU_MEASURE_OK;
}

// ---- workspace --------------------------------------------------------------------------------

struct clau_structure_workspace *clau_structure_workspace_create(size_t count, size_t bins) {
    struct clau_structure_workspace *self = calloc(1, sizeof *self);
    if (self == NULL || count > INT32_MAX || bins > INT32_MAX) {
        free(self);
        return NULL;
    }
    self->capacity = count;
    self->bins = bins;
    self->corner_capacity = FIRST_CORNERS;
    self->cell = malloc((count + 1) * sizeof *self->cell);
    self->order = malloc((count + 1) * sizeof *self->order);
    self->x = malloc((count + 1) * sizeof *self->x);
    self->y = malloc((count + 1) * sizeof *self->y);
    self->start = malloc((count + SPARE_CELLS + 1) * sizeof *self->start);
    self->pairs = malloc((bins + 1) * sizeof *self->pairs);
    for (int k = 0; k < 2; k++)
        self->corners[k] = malloc(FIRST_CORNERS * sizeof *self->corners[k]);
    if (self->cell == NULL || self->order == NULL || self->x == NULL || self->y == NULL ||
        self->start == NULL || self->pairs == NULL || self->corners[0] == NULL ||
        self->corners[1] == NULL) {
        clau_structure_workspace_destroy(self);
        return NULL;
    }
    return self;
}

void clau_structure_workspace_destroy(struct clau_structure_workspace *self) {
    if (self == NULL)
        return;
    free(self->cell);
    free(self->order);
    free(self->x);
    free(self->y);
    free(self->start);
    free(self->pairs);
    free(self->corners[0]);
    free(self->corners[1]);
    free(self);
}

// ---- cells ------------------------------------------------------------------------------------

/// Grid of cells of about the edge, of no more than the workspace has room for.
static enum clau_measure_status lay_grid(struct clau_structure_workspace *self,
                                         const struct clau_rectangle *rectangle, double edge) {
    const double most = (double)(self->capacity + SPARE_CELLS);
    for (int d = 0; d < 2; d++) {
        self->low[d] = rectangle->low[d];
        self->size[d] = rectangle->high[d] - rectangle->low[d];
        self->periodic[d] = rectangle->periodic[d];
        if (!(self->size[d] > 0.0) || !isfinite(self->size[d]))
            return CLAU_MEASURE_BAD_LENGTH;
    }
    edge = fmax(edge, sqrt(self->size[0] / most) * sqrt(self->size[1]));
    for (int d = 0; d < 2; d++) {
        self->cells[d] = (ptrdiff_t)fmin(fmax(floor(self->size[d] / edge), 1.0), most);
        self->per_length[d] = (double)self->cells[d] / self->size[d];
    }
    return CLAU_MEASURE_OK;
}

static size_t cell_along(const struct clau_structure_workspace *self, int axis, double x) {
    const double cell = (x - self->low[axis]) * self->per_length[axis];
    const ptrdiff_t last = self->cells[axis] - 1;
    return (size_t)(cell >= (double)last ? last : (cell > 0.0 ? (ptrdiff_t)cell : 0));
}

static enum clau_measure_status check_position(const struct clau_structure_workspace *self,
                                               int axis, double x) {
    if (isnan(x))
        return CLAU_MEASURE_NOT_A_NUMBER;
    const double part = (x - self->low[axis]) / self->size[axis];
    return fabs(part - 0.5) <= 0.5 + ROUND_OFF ? CLAU_MEASURE_OK : CLAU_MEASURE_OUTSIDE;
}

enum clau_measure_status clau_structure_sort(struct clau_structure_workspace *self,
                                             const struct clau_rectangle *rectangle, size_t count,
                                             const double *x, const double *y, double edge) {
    if (count > self->capacity)
        return CLAU_MEASURE_TOO_MANY;
    enum clau_measure_status status = lay_grid(self, rectangle, edge);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t cells = (size_t)(self->cells[0] * self->cells[1]);
    memset(self->start, 0, (cells + 1) * sizeof *self->start);
    for (size_t i = 0; i < count; i++) {
        status = check_position(self, 0, x[i]);
        if (status == CLAU_MEASURE_OK)
            status = check_position(self, 1, y[i]);
        if (status != CLAU_MEASURE_OK)
            return status;
        const size_t cell =
            cell_along(self, 1, y[i]) * (size_t)self->cells[0] + cell_along(self, 0, x[i]);
        self->cell[i] = (uint32_t)cell;
        self->start[cell + 1]++;
    }
    for (size_t c = 0; c < cells; c++)
        self->start[c + 1] += self->start[c];
    // From the last one on, each cell's end moves down to its beginning.
    for (size_t i = count; i-- > 0;) {
        const uint32_t k = --self->start[self->cell[i] + 1];
        self->order[k] = (uint32_t)i;
        self->x[k] = x[i];
        self->y[k] = y[i];
    }
    memmove(self->start, self->start + 1, cells * sizeof *self->start);
    self->start[cells] = (uint32_t)count;
    return CLAU_MEASURE_OK;
}
