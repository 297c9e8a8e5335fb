// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/neighbour_tree.h"

#include <math.h>
#include <string.h>

#include "numerics/blocks.h"

#define INLINE static inline __attribute__((always_inline))

typedef struct clau_tree_point point;
typedef struct clau_tree_box box;

enum {
    LANES = CLAU_TREE_LEAF,
    KEPT = CLAU_TREE_NEAREST + 1, ///< the individual itself, at distance 0, is one of them
    DEEPEST = 32,
    PARALLEL_POINTS = 4096, ///< below, a parallel region costs more than it gains
};

static int depth_of(size_t count) {
    int depth = 0;
    while ((count - 1) >> depth >= CLAU_TREE_LEAF)
        depth++;
    return depth;
}

size_t clau_tree_node_count(size_t count) {
    return count == 0 ? 0 : ((size_t)2 << depth_of(count)) - 1;
}

// ---- Building -----------------------------------------------------------------------------------

static box box_of(const point *points, size_t count) {
    box all;
    for (int d = 0; d < 3; d++)
        all.low[d] = all.high[d] = points[0].x[d];
    for (size_t i = 1; i < count; i++) {
        for (int d = 0; d < 3; d++) {
            const double x = points[i].x[d];
            all.low[d] = x < all.low[d] ? x : all.low[d];
            all.high[d] = x > all.high[d] ? x : all.high[d];
        }
    }
    return all;
}

static int widest_axis(const box *b) {
    int axis = 0;
    for (int d = 1; d < 3; d++) {
        if (b->high[d] - b->low[d] > b->high[axis] - b->low[axis])
            axis = d;
    }
    return axis;
}

static double middle_of_three(double a, double b, double c) {
    const double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : (c > high ? high : c);
}

/// Quickselect (C. A. R. Hoare 1961): the `left` smallest on the axis come first.
static void split(point *points, size_t count, size_t left, int axis) {
    while (count > 1) {
        const double pivot = middle_of_three(points[0].x[axis], points[count / 2].x[axis],
                                             points[count - 1].x[axis]);
        size_t i = 0, j = count - 1;
        for (;;) {
            while (points[i].x[axis] < pivot)
                i++;
            while (points[j].x[axis] > pivot)
                j--;
            if (i >= j)
                break;
            const point swapped = points[i];
            points[i++] = points[j];
            points[j--] = swapped;
        }
        // Before i none is larger than the pivot, and from i on none is smaller. At i = 0 the pivot
        // itself is the smallest and stands first.
        if (left < i) {
            count = i;
        } else {
            const size_t done = i > 0 ? i : 1;
            points += done;
            count -= done;
            left -= done;
        }
        if (left == 0)
            return;
    }
}

static void build(struct clau_tree *tree, size_t node, size_t first, size_t count, int level) {
    tree->boxes[node] = box_of(tree->points + first, count);
    if (level == 0)
        return;
    const size_t left = count / 2;
    const int axis = widest_axis(&tree->boxes[node]);
    if (tree->boxes[node].high[axis] > tree->boxes[node].low[axis])
        split(tree->points + first, count, left, axis);
    build(tree, 2 * node + 1, first, left, level - 1);
    build(tree, 2 * node + 2, first + left, count - left, level - 1);
}

void clau_tree_build(struct clau_tree *tree) {
    tree->depth = depth_of(tree->count);
    build(tree, 0, 0, tree->count, tree->depth);
}

// ---- Distances ----------------------------------------------------------------------------------

INLINE double smaller(double a, double b) { return a < b ? a : b; }

INLINE double image(double dx, double period) {
    const double distance = fabs(dx);
    return smaller(period - distance, distance);
}

INLINE double distance_squared(const point *a, const point *b, double period) {
    const double x = image(a->x[0] - b->x[0], period);
    const double y = image(a->x[1] - b->x[1], period);
    const double z = image(a->x[2] - b->x[2], period);
    return x * x + y * y + z * z;
}

/// No two points of the boxes are nearer: roundings are monotonic, and the same as of points.
INLINE double least_squared(const box *a, const box *b, double period) {
    double square[3];
    for (int d = 0; d < 3; d++) {
        const double right = b->low[d] - a->high[d], left = a->low[d] - b->high[d];
        const double inner = right > left ? right : left;
        const double outer =
            smaller(period - (a->high[d] - b->low[d]), period - (b->high[d] - a->low[d]));
        const double gap = smaller(inner, outer);
        const double nearest = gap > 0.0 ? gap : 0.0;
        square[d] = nearest * nearest;
    }
    return square[0] + square[1] + square[2];
}

/// No two points of the boxes are farther apart.
static double most_squared(const box *a, const box *b, double period) {
    double square[3];
    for (int d = 0; d < 3; d++) {
        const double right = b->high[d] - a->low[d], left = a->high[d] - b->low[d];
        const double most = smaller(right > left ? right : left, 0.5 * period);
        square[d] = most * most;
    }
    return square[0] + square[1] + square[2];
}

// ---- Nearest neighbours -------------------------------------------------------------------------

/// LANES individuals side by side, and the smallest squared distances that each has met.
struct block {
    double x[3][LANES];
    double best[KEPT][LANES];
};

INLINE void block_start(struct block *block, const point *points, size_t count) {
    for (size_t l = 0; l < LANES; l++) {
        const point *own = points + (l < count ? l : count - 1);
        for (int d = 0; d < 3; d++)
            block->x[d][l] = own->x[d];
        for (int k = 0; k < KEPT; k++)
            block->best[k][l] = INFINITY;
    }
}

/// Every individual of the block meets the points: each squared distance goes down the sorted list
/// of those kept and pushes the larger ones on, without a branch.
INLINE void block_meet(struct block *block, const point *points, size_t count, double period) {
    for (size_t j = 0; j < count; j++) {
        const double x = points[j].x[0], y = points[j].x[1], z = points[j].x[2];
        for (size_t l = 0; l < LANES; l++) {
            const double dx = image(block->x[0][l] - x, period);
            const double dy = image(block->x[1][l] - y, period);
            const double dz = image(block->x[2][l] - z, period);
            double square = dx * dx + dy * dy + dz * dz;
            for (int k = 0; k < KEPT; k++) {
                const double best = block->best[k][l];
                // Two comparisons, of which gcc makes a minimum and a maximum, and not of one.
                block->best[k][l] = best < square ? best : square;
                square = square < best ? best : square;
            }
        }
    }
}

INLINE double block_worst(const struct block *block) {
    double worst = 0.0;
    for (size_t l = 0; l < LANES; l++)
        worst = block->best[KEPT - 1][l] > worst ? block->best[KEPT - 1][l] : worst;
    return worst;
}

INLINE void block_finish(const struct block *block, const point *points, size_t count,
                         double *distance, double *variation) {
    double nearest[LANES], ratio[LANES];
    for (size_t l = 0; l < LANES; l++) {
        double d[KEPT], sum = 0.0, squares = 0.0;
        for (int k = 1; k < KEPT; k++) {
            d[k] = sqrt(block->best[k][l]);
            sum += d[k];
        }
        const double mean = sum / (KEPT - 1);
        for (int k = 1; k < KEPT; k++)
            squares += (d[k] - mean) * (d[k] - mean);
        nearest[l] = d[1];
        ratio[l] = mean > 0.0 ? sqrt(squares / (KEPT - 1)) / mean : 0.0;
    }
    for (size_t l = 0; l < count; l++) {
        distance[points[l].number] = nearest[l];
        variation[points[l].number] = ratio[l];
    }
}

/// Points first ... first + count - 1, count <= LANES, against all.
CLAU_MULTIVERSION static void nearest_of_all(const struct clau_tree *tree, size_t first,
                                             size_t count, double *distance, double *variation) {
    struct block block;
    block_start(&block, tree->points + first, count);
    block_meet(&block, tree->points, tree->count, tree->period);
    block_finish(&block, tree->points + first, count, distance, variation);
}

struct part {
    size_t node, first, count;
    int level; ///< 0: a leaf
    double least;
};

INLINE void children(const struct clau_tree *tree, const struct part *parent, const box *own,
                     struct part child[2]) {
    const size_t left = parent->count / 2;
    for (size_t side = 0; side < 2; side++) {
        const size_t node = 2 * parent->node + 1 + side;
        child[side] = (struct part){
            .node = node,
            .first = side ? parent->first + left : parent->first,
            .count = side ? parent->count - left : left,
            .level = parent->level - 1,
            .least = own ? least_squared(own, &tree->boxes[node], tree->period) : 0.0,
        };
    }
}

/// The individuals of a leaf against what the tree has near it: nearer halves first.
CLAU_MULTIVERSION static void nearest_of_leaf(const struct clau_tree *tree, size_t node,
                                              size_t first, size_t count, double *distance,
                                              double *variation) {
    struct block block;
    block_start(&block, tree->points + first, count);
    struct part stack[DEEPEST + 2];
    size_t height = 0;
    stack[height++] = (struct part){.count = tree->count, .level = tree->depth};
    double worst = INFINITY;
    while (height > 0) {
        const struct part part = stack[--height];
        if (part.least >= worst)
            continue;
        if (part.level == 0) {
            block_meet(&block, tree->points + part.first, part.count, tree->period);
            worst = block_worst(&block);
            continue;
        }
        struct part child[2];
        children(tree, &part, &tree->boxes[node], child);
        // Equal distances occur where both halves overlap the leaf: its own half first.
        size_t near = child[1].least < child[0].least;
        if (child[1].least == child[0].least)
            near = first >= child[1].first;
        stack[height++] = child[1 - near];
        stack[height++] = child[near];
    }
    block_finish(&block, tree->points + first, count, distance, variation);
}

/// Leaf number `leaf` from the left: its first point and their number.
static void leaf_extent(const struct clau_tree *tree, size_t leaf, size_t *first, size_t *count) {
    *first = 0;
    *count = tree->count;
    for (int level = tree->depth; level-- > 0;) {
        const size_t left = *count / 2;
        const bool right = (leaf >> level) & 1;
        *first += right ? left : 0;
        *count = right ? *count - left : left;
    }
}

void clau_tree_nearest(const struct clau_tree *tree, bool all_pairs, double *distance,
                       double *variation) {
    if (all_pairs) {
        for (size_t first = 0; first < tree->count; first += LANES) {
            const size_t rest = tree->count - first;
            nearest_of_all(tree, first, rest < LANES ? rest : LANES, distance, variation);
        }
        return;
    }
    const size_t leaves = (size_t)1 << tree->depth;
#pragma omp parallel for schedule(dynamic, 64) if (tree->count >= PARALLEL_POINTS)
    for (size_t leaf = 0; leaf < leaves; leaf++) {
        size_t first, count;
        leaf_extent(tree, leaf, &first, &count);
        nearest_of_leaf(tree, leaves - 1 + leaf, first, count, distance, variation);
    }
}

// ---- Groups -------------------------------------------------------------------------------------

struct forest {
    const struct clau_tree *tree;
    double link_squared;
    uint32_t *parent;
    uint8_t *joined; ///< [node] all its points are known to be in one group
};

uint32_t clau_tree_root(uint32_t *parent, uint32_t k) {
    while (parent[k] != k) {
        parent[k] = parent[parent[k]];
        k = parent[k];
    }
    return k;
}

static void join(struct forest *forest, size_t a, size_t b) {
    const uint32_t root_a = clau_tree_root(forest->parent, (uint32_t)a);
    const uint32_t root_b = clau_tree_root(forest->parent, (uint32_t)b);
    if (root_a < root_b)
        forest->parent[root_b] = root_a;
    else
        forest->parent[root_a] = root_b;
}

static void join_all(struct forest *forest, const struct part *part) {
    for (size_t i = 1; i < part->count && !forest->joined[part->node]; i++)
        join(forest, part->first, part->first + i);
    forest->joined[part->node] = 1;
}

static bool in_one_group(const struct forest *forest, const struct part *a, const struct part *b) {
    return forest->joined[a->node] && forest->joined[b->node] &&
           clau_tree_root(forest->parent, (uint32_t)a->first) ==
               clau_tree_root(forest->parent, (uint32_t)b->first);
}

static void connect_leaves(struct forest *forest, const struct part *a, const struct part *b) {
    const struct clau_tree *tree = forest->tree;
    for (size_t i = a->first; i < a->first + a->count; i++) {
        for (size_t j = b->first; j < b->first + b->count; j++) {
            if (distance_squared(&tree->points[i], &tree->points[j], tree->period) <
                forest->link_squared)
                join(forest, i, j);
        }
    }
}

/// Notes when all of a leaf have come to be in one group.
static void note_if_joined(struct forest *forest, const struct part *leaf) {
    if (forest->joined[leaf->node])
        return;
    const uint32_t root = clau_tree_root(forest->parent, (uint32_t)leaf->first);
    size_t i = leaf->first + 1;
    while (i < leaf->first + leaf->count && clau_tree_root(forest->parent, (uint32_t)i) == root)
        i++;
    forest->joined[leaf->node] = i == leaf->first + leaf->count;
}

/// Points of one part with those of another, at the same level.
static void connect_two(struct forest *forest, const struct part *a, const struct part *b) {
    const struct clau_tree *tree = forest->tree;
    const box *box_a = &tree->boxes[a->node], *box_b = &tree->boxes[b->node];
    if (least_squared(box_a, box_b, tree->period) >= forest->link_squared ||
        in_one_group(forest, a, b))
        return;
    if (most_squared(box_a, box_b, tree->period) < forest->link_squared) {
        // All of a are linked to each of b and so to one another.
        join_all(forest, a);
        join_all(forest, b);
        join(forest, a->first, b->first);
    } else if (a->level == 0) {
        connect_leaves(forest, a, b);
        note_if_joined(forest, a);
        note_if_joined(forest, b);
    } else {
        struct part of_a[2], of_b[2];
        children(tree, a, NULL, of_a);
        children(tree, b, NULL, of_b);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++)
                connect_two(forest, &of_a[i], &of_b[j]);
        }
    }
}

static void connect_one(struct forest *forest, const struct part *part) {
    const struct clau_tree *tree = forest->tree;
    const box *own = &tree->boxes[part->node];
    if (most_squared(own, own, tree->period) < forest->link_squared) {
        join_all(forest, part);
    } else if (part->level == 0) {
        connect_leaves(forest, part, part);
        note_if_joined(forest, part);
    } else {
        struct part child[2];
        children(tree, part, NULL, child);
        connect_one(forest, &child[0]);
        connect_one(forest, &child[1]);
        connect_two(forest, &child[0], &child[1]);
        forest->joined[part->node] = in_one_group(forest, &child[0], &child[1]);
    }
}

void clau_tree_connect(const struct clau_tree *tree, double link, uint32_t *parent,
                       uint8_t *joined) {
    struct forest forest = {tree, link * link, parent, joined};
    for (size_t i = 0; i < tree->count; i++)
        parent[i] = (uint32_t)i;
    memset(joined, 0, clau_tree_node_count(tree->count));
    connect_one(&forest, &(struct part){.count = tree->count, .level = tree->depth});
}
