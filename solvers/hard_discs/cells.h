// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells of a rectangle, each with the numbers of the discs whose centre is in it. Rows of cells
/// lie along x. Which cell a disc is in is decided by its crossings, never by its coordinates.
#ifndef CLAUSIUS_HARD_DISCS_CELLS_H
#define CLAUSIUS_HARD_DISCS_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Faces of a cell, also the directions in which a disc leaves it.
enum hd_face { HD_LEFT, HD_RIGHT, HD_DOWN, HD_UP };

/// A bit for each face that is part of the rectangle's edge.
enum { HD_EDGE_LEFT = 1, HD_EDGE_RIGHT = 2, HD_EDGE_DOWN = 4, HD_EDGE_UP = 8 };

enum { HD_MOST_CELLS = 1 << 30, HD_MOST_DISCS = 1 << 28 };

struct hd_cells {
    size_t columns, rows;
    double width[2];  ///< of a cell along x and y
    bool periodic[2]; ///< joined at its ends along x, y; there are at least 3 cells then
    uint8_t *edge;    ///< [rows][columns]
    uint32_t *slots;  ///< [rows][columns][stride]: number of discs, then the discs
    size_t stride;
    ptrdiff_t step[3][3]; ///< from a cell's slots to those of the 3 rows x 3 columns round it
};

/// Columns, rows, widths and stride of cells at least `least` wide for `count` discs, about
/// `occupancy` in a cell; the arrays are NULL. A periodic length must be 3 least or more.
void hd_cells_lay_out(struct hd_cells *cells, const double span[2], const bool periodic[2],
                      double least, double occupancy, size_t count);
double hd_cells_memory(const struct hd_cells *cells); ///< bytes, of cells that are laid out

/// The same with the arrays. False when out of memory (finish it all the same).
bool hd_cells_init(struct hd_cells *cells, const double span[2], const bool periodic[2],
                   double least, double occupancy, size_t count);
void hd_cells_finish(struct hd_cells *cells);
void hd_cells_clear(struct hd_cells *cells);

/// False when out of memory; the cells are as before then.
bool hd_cells_insert(struct hd_cells *cells, uint32_t cell, uint32_t disc);
/// The disc must be in the cell.
void hd_cells_remove(struct hd_cells *cells, uint32_t cell, uint32_t disc);

static inline uint32_t hd_cells_row(const struct hd_cells *cells, uint32_t cell) {
    return cell / (uint32_t)cells->columns;
}

static inline uint32_t hd_cells_column(const struct hd_cells *cells, uint32_t cell) {
    return cell % (uint32_t)cells->columns;
}

/// Neighbour of a cell at (right, up), each -1, 0 or 1. False beyond a wall.
static inline bool hd_cells_neighbour(const struct hd_cells *cells, uint32_t cell, int right,
                                      int up, uint32_t *neighbour) {
    const uint8_t edge = cells->edge[cell];
    int64_t at = (int64_t)cell + right + (int64_t)up * (int64_t)cells->columns;
    if (edge != 0) {
        const int beyond_x = (right < 0 && (edge & HD_EDGE_LEFT))    ? 1
                             : (right > 0 && (edge & HD_EDGE_RIGHT)) ? -1
                                                                     : 0;
        const int beyond_y = (up < 0 && (edge & HD_EDGE_DOWN)) ? 1
                             : (up > 0 && (edge & HD_EDGE_UP)) ? -1
                                                               : 0;
        if ((beyond_x != 0 && !cells->periodic[0]) || (beyond_y != 0 && !cells->periodic[1]))
            return false;
        at +=
            beyond_x * (int64_t)cells->columns + beyond_y * (int64_t)(cells->columns * cells->rows);
    }
    *neighbour = (uint32_t)at;
    return true;
}

#endif
