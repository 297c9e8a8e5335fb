// SPDX-License-Identifier: GPL-3.0-or-later
/// Neighbour search: points sorted into the cells of a grid, so that all points within a distance
/// of one are found in the cells around it (R. W. Hockney and J. W. Eastwood, "Computer simulation
/// using particles", 1981, section 8.4).
///
/// The grid covers a periodic box, or wraps round an open space: there, and in a periodic box of
/// more cells than points, the index of a cell is taken modulo the number of cells, so that the
/// void needs no cells of its own. Cells may then hold points that are nowhere near one another;
/// whoever searches tests true distances anyhow. Memory is O(points) whatever the space between
/// them.
///
/// The order of points is a function of their positions and of their order before, never of the
/// number of threads.
#ifndef CLAUSIUS_NUMERICS_CELL_LIST_H
#define CLAUSIUS_NUMERICS_CELL_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What to search in. All lengths in the same unit.
struct clau_cell_space {
    int dimensions; ///< 2 or 3
    double period;  ///< edge L of the periodic square or cube [0, L]^d; 0: open space
};

enum {
    CLAU_CELL_FINENESS = 3, ///< most cells to a search distance
    /// Most runs round a cell: rows of the stencil, each in two pieces where it wraps.
    CLAU_CELL_RUNS = 2 * (2 * CLAU_CELL_FINENESS + 1) * (2 * CLAU_CELL_FINENESS + 1),
};

/// Points number first ... first + count - 1 of the sorted order. In a periodic box, shift added to
/// their positions is their image next to the cell that was asked about (0 in open space, and where
/// the list is folded: images are then the searcher's).
struct clau_cell_run {
    size_t first, count;
    double shift[3];
};

struct clau_cell_list {
    size_t capacity;       ///< points it has room for
    size_t count;          ///< points in it
    size_t cell_count;     ///< of the grid, at most capacity + 64
    bool folded;           ///< a cell of a periodic box holds points of several places
    const size_t *start;   ///< [cell_count + 1] first point of each cell in the sorted order
    const uint32_t *order; ///< [count] which of the points given stands k-th in the sorted order
    struct clau_cell_grid *grid; ///< private
};

/// Room for so many points, at most 2^31 - 1. NULL when out of memory.
struct clau_cell_list *clau_cell_list_create(size_t capacity);
/// Bytes of a list for so many points, with the counters of a build.
double clau_cell_list_memory(size_t capacity);
void clau_cell_list_destroy(struct clau_cell_list *list); ///< NULL is fine

/// Sorts `count` points into cells. reach > 0: the largest distance that will be searched.
/// position[d] are coordinates, [count] each, finite (position[2] is not looked at in two
/// dimensions); in a periodic space within [0, period]. fineness 1 ... CLAU_CELL_FINENESS: a cell
/// is about reach / fineness wide; fine cells have fewer candidates around them, and more runs.
///
/// False, and no cells, where all pairs are the better or only search: a periodic box fewer than
/// 2 fineness + 1 cells wide (reach > about L fineness / (2 fineness + 1)), where one image a point
/// is not enough or nearly all cells are neighbours; or an open space no wider than that.
bool clau_cell_list_build(struct clau_cell_list *list, struct clau_cell_space space, size_t count,
                          const double *const position[3], double reach, int fineness);

/// Runs of all points that may be within reach of a point in the cell (itself included), each
/// point once. Returns their number. Order: z, y, x.
size_t clau_cell_list_runs(const struct clau_cell_list *list, size_t cell,
                           struct clau_cell_run runs[CLAU_CELL_RUNS]);

/// Fineness at which a search of every point costs least, for points spread evenly: cells of some
/// ten points where that many are within reach.
int clau_cell_list_fineness(struct clau_cell_space space, size_t count,
                            const double *const position[3], double reach);

#ifdef __cplusplus
}
#endif

#endif
