// SPDX-License-Identifier: GPL-3.0-or-later
/// What the measures of structure.h share, not installed: particles sorted into the cells of a
/// grid, row by row, so that a stretch of a row is one run of the sorted particles.
#ifndef CLAUSIUS_DIAGNOSTICS_STRUCTURE_WORKSPACE_H
#define CLAUSIUS_DIAGNOSTICS_STRUCTURE_WORKSPACE_H

#include <stdint.h>

#include "diagnostics/structure.h"

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

/// A corner of a Voronoi cell, relative to its particle, and the edge from it to the next corner.
struct clau_corner {
    double x, y;
    double bond[2]; ///< to the neighbour behind the edge; 0, 0: a wall
    bool empty;     ///< no particle is nearer to the corner
};

struct clau_structure_workspace {
    size_t capacity, bins;
    uint32_t *cell, *order; ///< [capacity] cell of each particle; which one stands k-th
    double *x, *y;          ///< [capacity] in sorted order
    uint32_t *start;        ///< [most cells + 1] first particle of each cell
    uint64_t *pairs;        ///< [bins]

    struct clau_corner *corners[2]; ///< [corner_capacity] the cell, and the one that is cut from it
    size_t corner_capacity;

    ptrdiff_t cells[2];
    double low[2], size[2], per_length[2]; ///< [2] cells per length
    bool periodic[2];
};

/// Sorts the particles into cells of about the edge, or larger. Errors as in structure.h.
enum clau_measure_status clau_structure_sort(struct clau_structure_workspace *self,
                                             const struct clau_rectangle *rectangle, size_t count,
                                             const double *x, const double *y, double edge);

/// Cells first ... last along an axis of which all coordinates from low to high are; in a periodic
/// axis they are numbered on beyond its ends.
static inline void clau_structure_stretch(const struct clau_structure_workspace *self, int axis,
                                          double low, double high, ptrdiff_t *first,
                                          ptrdiff_t *last) {
    const double a = (low - self->low[axis]) * self->per_length[axis];
    const double b = (high - self->low[axis]) * self->per_length[axis];
    *first = (ptrdiff_t)a - (a < 0.0);
    *last = (ptrdiff_t)b - (b < 0.0);
    // What lies beyond an end by round-off is in the cell at the end.
    const ptrdiff_t end = self->cells[axis] - 1;
    if (!self->periodic[axis]) {
        *first = *first < 0 ? 0 : (*first > end ? end : *first);
        *last = *last < 0 ? 0 : (*last > end ? end : *last);
    }
}

/// How many whole periods a cell's number is beyond the grid.
static inline ptrdiff_t clau_structure_image(ptrdiff_t number, ptrdiff_t cells) {
    if (number >= 0 && number < cells)
        return 0;
    return number / cells - (number % cells < 0);
}

#pragma GCC visibility pop

#endif
