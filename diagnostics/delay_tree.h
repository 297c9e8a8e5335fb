// SPDX-License-Identifier: GPL-3.0-or-later
/// Nearest neighbours among the points X_i = (x_i, x_(i+tau), ...) of a series, by a k-d tree
/// (J. L. Bentley 1975); for the inside of diagnostics, not installed. The coordinates stay in the
/// series: the tree is a permutation of the places.
#ifndef CLAUSIUS_DIAGNOSTICS_DELAY_TREE_H
#define CLAUSIUS_DIAGNOSTICS_DELAY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

struct clau_delay_tree {
    const double *series;
    size_t points, dimension, delay;
    uint32_t *places; ///< [points]: a node's middle one splits the others into halves
    uint8_t *axes;    ///< [points]: at the middle, the coordinate that splits the node
};

/// series: values 0 ... points - 1 + (dimension - 1) delay, which must outlive the tree; points
/// < 2^32, dimension <= 256. false: out of memory, and nothing is to be destroyed.
bool clau_delay_tree_init(struct clau_delay_tree *tree, const double *series, size_t points,
                          size_t dimension, size_t delay);
void clau_delay_tree_finish(struct clau_delay_tree *tree);

/// The point nearest to point i by Euclidean distance, of equally near ones the one of the
/// smallest index, among those with |j - i| > excluded; `points` if there is none. Sets the square
/// of the distance.
size_t clau_delay_tree_nearest(const struct clau_delay_tree *tree, size_t i, size_t excluded,
                               double *squared);

#pragma GCC visibility pop

#endif
