// SPDX-License-Identifier: GPL-3.0-or-later
/// Nearest neighbours and connected groups of points by a k-d tree (J. L. Bentley 1975; J. H.
/// Friedman, J. L. Bentley, R. A. Finkel 1977), in open space or in a periodic box; not installed.
///
/// A tree and not cells of a fixed width: its boxes follow the points, so that the cost is
/// O(N log N) for dense clusters in a large box too. The answers are exact: a box is passed over
/// only if its distance, rounded as those of points are, shows that no point in it matters.
///
/// A distance is the smaller of |dx| and period - |dx| on each axis; the period of open space is
/// infinite.
#ifndef CLAUSIUS_DIAGNOSTICS_NEIGHBOUR_TREE_H
#define CLAUSIUS_DIAGNOSTICS_NEIGHBOUR_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

enum { CLAU_TREE_LEAF = 8, CLAU_TREE_NEAREST = 5 };

struct clau_tree_point {
    double x[3];
    uint64_t number; ///< of the individual
};

struct clau_tree_box {
    double low[3], high[3];
};

/// All points of a node are points[first ... first + count - 1]. Node k has the children 2k + 1 and
/// 2k + 2, which share its points by halves; the nodes of the last level are leaves, of up to
/// CLAU_TREE_LEAF points.
struct clau_tree {
    size_t count;
    int depth; ///< levels above the leaves
    double period;
    struct clau_tree_point *points; ///< [count]
    struct clau_tree_box *boxes;    ///< [clau_tree_node_count(count)]
};

size_t clau_tree_node_count(size_t count);

/// Sorts tree->points, of which there are count > 0, and fills the boxes; sets depth.
void clau_tree_build(struct clau_tree *tree);

/// Of each individual the distance to the nearest other, and standard deviation (of the
/// population) over mean of the distances to the 5 nearest others (0 if the mean is 0); infinite
/// or NaN where there are not so many. all_pairs: compares all pairs, and needs no built tree.
void clau_tree_nearest(const struct clau_tree *tree, bool all_pairs, double *distance,
                       double *variation);

/// Connects points nearer than link. parent: [count] receives a forest, parent[k] <= k, over the
/// points in the tree's order: the root of each is its group. joined: scratch of a byte a node.
void clau_tree_connect(const struct clau_tree *tree, double link, uint32_t *parent,
                       uint8_t *joined);

/// Root of a point in the forest, whose paths are shortened.
uint32_t clau_tree_root(uint32_t *parent, uint32_t k);

#pragma GCC visibility pop

#endif
