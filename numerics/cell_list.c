// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/cell_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/memory.h"

enum {
    /// Parts of the points that are counted and sorted side by side, at most.
    MAXIMUM_PARTS = 16,
    /// Points below which one thread does it all.
    POINTS_OF_A_PART = 16384,
    /// Points of a cell that a search is fast with: their candidates are gathered once for all.
    GOOD_OCCUPANCY = 10,
};

/// Cells are wider than they must be by this factor, so that round-off in the assignment of a point
/// to a cell hides no pair.
static const double MARGIN = 1.0 + 1e-9;

struct clau_cell_grid {
    double period; ///< 0: open
    int dimensions;
    bool folded;
    size_t cells[3]; ///< along x, y, z
    size_t half[3];  ///< of the stencil; SIZE_MAX where all cells of the axis are neighbours
    double origin[3], inverse_side[3];
    size_t *start;
    uint32_t *order;
    uint32_t *cell_of; ///< [count]
    uint32_t *counts;  ///< [parts][cells]
    size_t counts_capacity, start_capacity;
};

struct clau_cell_list *clau_cell_list_create(size_t capacity) {
    if (capacity > INT32_MAX)
        return NULL;
    struct clau_cell_list *list = calloc(1, sizeof *list);
    struct clau_cell_grid *grid = calloc(1, sizeof *grid);
    if (list == NULL || grid == NULL) {
        free(list);
        free(grid);
        return NULL;
    }
    list->capacity = capacity;
    list->grid = grid;
    grid->start_capacity = capacity + 65;
    grid->start = clau_allocate(grid->start_capacity, sizeof *grid->start);
    grid->order = clau_allocate(capacity, sizeof *grid->order);
    grid->cell_of = clau_allocate(capacity, sizeof *grid->cell_of);
    if (grid->start == NULL || grid->order == NULL || grid->cell_of == NULL) {
        clau_cell_list_destroy(list);
        return NULL;
    }
    list->start = grid->start;
    list->order = grid->order;
    return list;
}

double clau_cell_list_memory(size_t capacity) {
    const struct clau_cell_grid *grid = NULL;
    // A counter a point about; by how many cells and threads there are it may be none, or four.
    return (double)capacity * (sizeof *grid->start + sizeof *grid->order + sizeof *grid->cell_of +
                               sizeof *grid->counts);
}

void clau_cell_list_destroy(struct clau_cell_list *list) {
    if (list == NULL)
        return;
    free(list->grid->start);
    free(list->grid->order);
    free(list->grid->cell_of);
    free(list->grid->counts);
    free(list->grid);
    free(list);
}

// ---- the grid ---------------------------------------------------------------------------------

static void extent(size_t count, const double *values, double *low, double *high) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    *low = least;
    *high = most;
}

static size_t product(const struct clau_cell_grid *grid) {
    return grid->cells[0] * grid->cells[1] * grid->cells[2];
}

/// The same before it is known to be a size.
static double product_of(const struct clau_cell_grid *grid) {
    return (double)grid->cells[0] * (double)grid->cells[1] * (double)grid->cells[2];
}

/// Cells of a periodic box; false where the stencil would meet itself. If they are more than
/// `most`, the box is folded: a whole number of times it has the cells of the grid along each axis,
/// and a cell holds the points of all places that are folded on it.
static bool lay_periodic(struct clau_cell_grid *grid, double reach, int fineness, size_t most) {
    const double length = grid->period;
    const double limit = floor(pow((double)most, 1.0 / grid->dimensions));
    const double whole = floor(length * fineness / (reach * MARGIN));
    const double cells = fmin(whole, limit);
    const double folds = floor(whole / cells);
    const double half = ceil(reach * MARGIN * folds * cells / length * (1.0 - 1e-12));
    if (!(cells >= 2.0 * half + 1.0) || !(folds * cells < 0x1p53))
        return false;
    grid->folded = folds > 1.0;
    for (int d = 0; d < grid->dimensions; d++) {
        grid->cells[d] = (size_t)cells;
        grid->half[d] = (size_t)half;
        grid->origin[d] = 0.0;
        grid->inverse_side[d] = folds * cells / length;
    }
    return true;
}

/// Cells over the extent of the points in open space, fewer (and then used over and over) where
/// they would be more than `most`; false where all are neighbours.
static bool lay_open(struct clau_cell_grid *grid, size_t count, const double *const position[3],
                     double reach, int fineness, size_t most) {
    const size_t whole = 2 * (size_t)fineness + 1;
    const double side = reach * MARGIN / fineness;
    bool narrow = true;
    for (int d = 0; d < grid->dimensions; d++) {
        double low, high;
        extent(count, position[d], &low, &high);
        grid->origin[d] = low;
        grid->inverse_side[d] = 1.0 / side;
        grid->cells[d] = (size_t)fmin((high - low) / side, (double)most) + 1;
    }
    while (product_of(grid) > (double)most) {
        size_t *widest = &grid->cells[0];
        for (int d = 1; d < grid->dimensions; d++)
            if (grid->cells[d] > *widest)
                widest = &grid->cells[d];
        if (*widest <= whole)
            return false;
        *widest = *widest / 2 > whole ? *widest / 2 : whole;
    }
    for (int d = 0; d < grid->dimensions; d++) {
        grid->half[d] = grid->cells[d] > whole ? (size_t)fineness : SIZE_MAX;
        narrow = narrow && grid->half[d] == SIZE_MAX;
    }
    return !narrow;
}

static inline size_t index_along(const struct clau_cell_grid *grid, int axis, double x) {
    const size_t cells = grid->cells[axis];
    const double place = (x - grid->origin[axis]) * grid->inverse_side[axis];
    if (place < (double)cells)
        return place > 0.0 ? (size_t)place : 0;
    if (grid->period > 0.0 && !grid->folded)
        return cells - 1;
    const double turns = floor(place / (double)cells);
    const size_t wrapped = (size_t)(floor(place) - turns * (double)cells);
    return wrapped < cells ? wrapped : 0;
}

static inline uint32_t cell_at(const struct clau_cell_grid *grid, const double *const position[3],
                               size_t i) {
    size_t cell = 0;
    for (int d = grid->dimensions - 1; d >= 0; d--)
        cell = cell * grid->cells[d] + index_along(grid, d, position[d][i]);
    return (uint32_t)cell;
}

// ---- sorting ----------------------------------------------------------------------------------

static int part_count(size_t count, size_t cells) {
#ifdef _OPENMP
    size_t parts = MAXIMUM_PARTS;
    const size_t threads = (size_t)omp_get_max_threads();
    parts = threads < parts ? threads : parts;
    parts = count / POINTS_OF_A_PART < parts ? count / POINTS_OF_A_PART : parts;
    parts = 4 * count / cells < parts ? 4 * count / cells : parts; // counters stay O(points)
    return parts > 1 ? (int)parts : 1;
#else
    (void)count;
    (void)cells;
    return 1;
#endif
}

/// Counting sort, stable, in parts: each part counts its own points, and then knows where those of
/// every cell begin. The result is the same for any number of parts.
static void sort_points(struct clau_cell_list *list, const double *const position[3], int parts) {
    struct clau_cell_grid *grid = list->grid;
    const size_t cells = list->cell_count, count = list->count;
    const size_t length = (count + (size_t)parts - 1) / (size_t)parts;
    memset(grid->counts, 0, (size_t)parts * cells * sizeof *grid->counts);
#define FIRST (length * (size_t)part < count ? length * (size_t)part : count)
#define LAST (length * (size_t)(part + 1) < count ? length * (size_t)(part + 1) : count)
#pragma omp parallel for num_threads(parts) schedule(static) if (parts > 1)
    for (int part = 0; part < parts; part++) {
        uint32_t *counts = grid->counts + (size_t)part * cells;
        for (size_t i = FIRST; i < LAST; i++) {
            grid->cell_of[i] = cell_at(grid, position, i);
            counts[grid->cell_of[i]]++;
        }
    }
    size_t sum = 0;
    for (size_t cell = 0; cell < cells; cell++) {
        grid->start[cell] = sum;
        for (int part = 0; part < parts; part++) {
            uint32_t *counts = grid->counts + (size_t)part * cells;
            const uint32_t own = counts[cell];
            counts[cell] = (uint32_t)sum;
            sum += own;
        }
    }
    grid->start[cells] = sum;
#pragma omp parallel for num_threads(parts) schedule(static) if (parts > 1)
    for (int part = 0; part < parts; part++) {
        uint32_t *next = grid->counts + (size_t)part * cells;
        for (size_t i = FIRST; i < LAST; i++)
            grid->order[next[grid->cell_of[i]]++] = (uint32_t)i;
    }
#undef FIRST
#undef LAST
}

static bool make_room(struct clau_cell_grid *grid, size_t length) {
    if (length <= grid->counts_capacity)
        return true;
    uint32_t *counts = realloc(grid->counts, length * sizeof *counts);
    if (counts == NULL)
        return false;
    grid->counts = counts;
    grid->counts_capacity = length;
    return true;
}

bool clau_cell_list_build(struct clau_cell_list *list, struct clau_cell_space space, size_t count,
                          const double *const position[3], double reach, int fineness) {
    struct clau_cell_grid *grid = list->grid;
    list->count = 0;
    list->cell_count = 0;
    if (count == 0 || count > list->capacity || !(reach > 0.0) || !isfinite(reach))
        return false;
    const size_t most = grid->start_capacity - 1;
    grid->period = space.period;
    grid->dimensions = space.dimensions;
    grid->folded = false;
    for (int d = 0; d < 3; d++) {
        grid->cells[d] = 1;
        grid->half[d] = SIZE_MAX;
    }
    if (!(space.period > 0.0 ? lay_periodic(grid, reach, fineness, most)
                             : lay_open(grid, count, position, reach, fineness, most)))
        return false;
    int parts = part_count(count, product(grid));
    if (!make_room(grid, (size_t)parts * product(grid))) {
        parts = 1;
        if (!make_room(grid, product(grid)))
            return false;
    }
    list->count = count;
    list->cell_count = product(grid);
    list->folded = grid->folded;
    sort_points(list, position, parts);
    return true;
}

// ---- searching --------------------------------------------------------------------------------

/// A stretch of cells along one axis, and how far their images are shifted.
struct stretch {
    size_t first, count;
    double shift;
};

/// The stencil's cells along an axis, as at most two stretches. Returns their number.
static int stretches(const struct clau_cell_grid *grid, int axis, size_t centre,
                     struct stretch out[2]) {
    const size_t cells = grid->cells[axis], half = grid->half[axis];
    const double period = grid->folded ? 0.0 : grid->period;
    if (half == SIZE_MAX) {
        out[0] = (struct stretch){0, cells, 0.0};
        return 1;
    }
    if (centre < half) {
        out[0] = (struct stretch){cells + centre - half, half - centre, -period};
        out[1] = (struct stretch){0, centre + half + 1, 0.0};
        return 2;
    }
    if (centre + half >= cells) {
        out[0] = (struct stretch){centre - half, cells + half - centre, 0.0};
        out[1] = (struct stretch){0, centre + half + 1 - cells, period};
        return 2;
    }
    out[0] = (struct stretch){centre - half, 2 * half + 1, 0.0};
    return 1;
}

size_t clau_cell_list_runs(const struct clau_cell_list *list, size_t cell,
                           struct clau_cell_run runs[CLAU_CELL_RUNS]) {
    const struct clau_cell_grid *grid = list->grid;
    const size_t nx = grid->cells[0], ny = grid->cells[1];
    struct stretch x[2], y[2], z[2];
    const int x_count = stretches(grid, 0, cell % nx, x);
    const int y_count = stretches(grid, 1, cell / nx % ny, y);
    const int z_count = stretches(grid, 2, cell / nx / ny, z);
    size_t count = 0;
    for (int k = 0; k < z_count; k++)
        for (size_t plane = z[k].first; plane < z[k].first + z[k].count; plane++)
            for (int j = 0; j < y_count; j++)
                for (size_t row = y[j].first; row < y[j].first + y[j].count; row++)
                    for (int i = 0; i < x_count; i++) {
                        const size_t *start = list->start + (plane * ny + row) * nx + x[i].first;
                        if (start[x[i].count] > start[0])
                            runs[count++] =
                                (struct clau_cell_run){start[0],
                                                       start[x[i].count] - start[0],
                                                       {x[i].shift, y[j].shift, z[k].shift}};
                    }
    return count;
}

int clau_cell_list_fineness(struct clau_cell_space space, size_t count,
                            const double *const position[3], double reach) {
    double points = (double)count; // in a cell of the width of the reach
    for (int d = 0; d < space.dimensions; d++) {
        double low = 0.0, high = space.period;
        if (!(space.period > 0.0))
            extent(count, position[d], &low, &high);
        points *= fmin(1.0, reach / (high - low));
    }
    const double fineness = floor(pow(points / GOOD_OCCUPANCY, 1.0 / space.dimensions));
    return (int)fmin(fmax(fineness, 1.0), CLAU_CELL_FINENESS);
}
