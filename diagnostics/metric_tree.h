// SPDX-License-Identifier: GPL-3.0-or-later
/// Nearest neighbours and counts in balls by a k-d tree (J. L. Bentley 1975; J. H. Friedman,
/// J. L. Bentley, R. A. Finkel 1977) in any small number of dimensions; not installed.
/// neighbour_tree.h is for schools: three dimensions, five neighbours, connected groups.
///
/// The answers are those of comparing all pairs with distances as rounded in double: a box is
/// passed over only if its distance, rounded as those of points are, says so.
#ifndef CLAUSIUS_DIAGNOSTICS_METRIC_TREE_H
#define CLAUSIUS_DIAGNOSTICS_METRIC_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/nearest_neighbours.h"

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

/// Read-only once it is built; any number of threads may ask.
struct clau_metric_tree {
    size_t count;
    int dimensions, depth; ///< levels above the leaves
    enum clau_norm norm;
    double periods[CLAU_NEIGHBOUR_DIMENSIONS]; ///< infinite on an axis of open space
    double *points;                            ///< [count][dimensions], leaf by leaf
    uint32_t *numbers;                         ///< [count] rows of the points as they were given
    double *boxes;                             ///< [node][2][dimensions] lowest and highest
};

/// Another point: its length (the distance, squared in the Euclidean norm) and its place in the
/// tree's order.
struct clau_neighbour {
    double length;
    uint32_t place;
};

/// points: [count][dimensions], finite, count > 0; on a periodic axis from 0 to its period.
/// periods: NULL in open space. Answers CLAU_MEASURE_OK or _OUT_OF_MEMORY. O(N log N).
enum clau_measure_status clau_metric_tree_init(struct clau_metric_tree *tree, const double *points,
                                               size_t count, int dimensions, const double *periods,
                                               enum clau_norm norm);
void clau_metric_tree_finish(struct clau_metric_tree *tree);

/// The k < count points nearest to the one at that place, itself left out, nearest first; of equal
/// distances the one with the smaller row number comes first.
void clau_metric_tree_nearest(const struct clau_metric_tree *tree, size_t place, size_t k,
                              struct clau_neighbour *nearest);

/// Number of points nearer than radius to a point; of the maximum norm in open space only.
size_t clau_metric_tree_count(const struct clau_metric_tree *tree, const double *point,
                              double radius);

#pragma GCC visibility pop

#endif
