// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/hard_discs/pages.h"

/// Cells of one axis: as near to `wanted` wide as goes, at least `least`, and 3 where they are
/// joined.
static size_t divide(double span, bool periodic, double least, double wanted) {
    const double most = least > 0.0 ? floor(span / least) : 0x1p40;
    const double number = fmin(floor(span / fmax(least, wanted)), most);
    return (size_t)fmax(number, periodic ? 3.0 : 1.0);
}

static void set_stride(struct hd_cells *self, size_t stride) {
    self->stride = stride;
    for (int up = -1; up <= 1; up++)
        for (int right = -1; right <= 1; right++)
            self->step[1 + up][1 + right] =
                (up * (ptrdiff_t)self->columns + right) * (ptrdiff_t)stride;
}

void hd_cells_lay_out(struct hd_cells *self, const double span[2], const bool periodic[2],
                      double least, double occupancy, size_t count) {
    memset(self, 0, sizeof *self);
    double wanted = sqrt(occupancy * span[0] * span[1] / (double)count);
    do {
        self->columns = divide(span[0], periodic[0], least, wanted);
        self->rows = divide(span[1], periodic[1], least, wanted);
        wanted *= M_SQRT2; // a long and thin rectangle of very many cells
    } while ((double)self->columns * (double)self->rows > fmax(4.0 * (double)count, 64.0) &&
             wanted < span[0] + span[1]);
    const size_t total = self->columns * self->rows;
    self->width[0] = span[0] / (double)self->columns;
    self->width[1] = span[1] / (double)self->rows;
    memcpy(self->periodic, periodic, sizeof self->periodic);
    const double mean = (double)count / (double)total;
    size_t stride = 8;
    while ((double)stride < 2.0 + mean + 3.0 * sqrt(mean))
        stride += 8;
    set_stride(self, stride);
}

double hd_cells_memory(const struct hd_cells *self) {
    return (double)self->columns * (double)self->rows *
           ((double)self->stride * sizeof *self->slots + sizeof *self->edge);
}

bool hd_cells_init(struct hd_cells *self, const double span[2], const bool periodic[2],
                   double least, double occupancy, size_t count) {
    hd_cells_lay_out(self, span, periodic, least, occupancy, count);
    const size_t total = self->columns * self->rows;
    self->edge = hd_allocate(total, sizeof *self->edge);
    self->slots = hd_allocate(total, self->stride * sizeof *self->slots);
    if (self->edge == NULL || self->slots == NULL)
        return false;
    for (size_t row = 0; row < self->rows; row++)
        for (size_t column = 0; column < self->columns; column++)
            self->edge[row * self->columns + column] =
                (uint8_t)((column == 0 ? HD_EDGE_LEFT : 0) |
                          (column == self->columns - 1 ? HD_EDGE_RIGHT : 0) |
                          (row == 0 ? HD_EDGE_DOWN : 0) | (row == self->rows - 1 ? HD_EDGE_UP : 0));
    return true;
}

void hd_cells_finish(struct hd_cells *self) {
    free(self->edge);
    free(self->slots);
}

void hd_cells_clear(struct hd_cells *self) {
    for (size_t cell = 0; cell < self->columns * self->rows; cell++)
        self->slots[cell * self->stride] = 0;
}

/// More room in every cell: one of them has run full.
static bool widen(struct hd_cells *self) {
    const size_t total = self->columns * self->rows, stride = 2 * self->stride;
    uint32_t *wider = hd_allocate(total, stride * sizeof *wider);
    if (wider == NULL)
        return false;
    for (size_t cell = 0; cell < total; cell++)
        memcpy(wider + cell * stride, self->slots + cell * self->stride,
               self->stride * sizeof *wider);
    free(self->slots);
    self->slots = wider;
    set_stride(self, stride);
    return true;
}

bool hd_cells_insert(struct hd_cells *self, uint32_t cell, uint32_t disc) {
    if (self->slots[cell * self->stride] + 1 == self->stride && !widen(self))
        return false;
    uint32_t *slots = self->slots + cell * self->stride;
    slots[++slots[0]] = disc;
    return true;
}

void hd_cells_remove(struct hd_cells *self, uint32_t cell, uint32_t disc) {
    uint32_t *slots = self->slots + cell * self->stride;
    uint32_t place = 1;
    while (slots[place] != disc)
        place++;
    slots[place] = slots[slots[0]--];
}
