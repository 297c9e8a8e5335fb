// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/metric_tree.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "numerics/memory.h"

typedef struct clau_metric_tree tree_t;

enum { LEAF = 12 };

/// A node with its points: those of a node are halved between its children 2k + 1 and 2k + 2.
struct part {
    size_t node, first, count;
    int level; ///< above the leaves
};

static struct part root_of(const tree_t *tree) {
    return (struct part){.count = tree->count, .level = tree->depth};
}

static struct part left_of(const struct part *p) {
    return (struct part){2 * p->node + 1, p->first, p->count / 2, p->level - 1};
}

static struct part right_of(const struct part *p) {
    const size_t left = p->count / 2;
    return (struct part){2 * p->node + 2, p->first + left, p->count - left, p->level - 1};
}

static const double *row_of(const tree_t *tree, size_t place) {
    return tree->points + place * (size_t)tree->dimensions;
}

/// Lowest corner of a node's box; the highest follows it.
static double *box_of(const tree_t *tree, size_t node) {
    return tree->boxes + 2 * node * (size_t)tree->dimensions;
}

// ---- Building -----------------------------------------------------------------------------------

static void measure_box(const tree_t *tree, const struct part *p) {
    const size_t n = (size_t)tree->dimensions;
    double *low = box_of(tree, p->node), *high = low + n;
    for (size_t d = 0; d < n; d++)
        low[d] = high[d] = row_of(tree, p->first)[d];
    for (size_t i = 1; i < p->count; i++) {
        const double *row = row_of(tree, p->first + i);
        for (size_t d = 0; d < n; d++) {
            low[d] = row[d] < low[d] ? row[d] : low[d];
            high[d] = row[d] > high[d] ? row[d] : high[d];
        }
    }
}

static size_t widest_axis(const tree_t *tree, size_t node) {
    const size_t n = (size_t)tree->dimensions;
    const double *low = box_of(tree, node), *high = low + n;
    size_t axis = 0;
    for (size_t d = 1; d < n; d++) {
        if (high[d] - low[d] > high[axis] - low[axis])
            axis = d;
    }
    return axis;
}

static void swap_rows(tree_t *tree, size_t a, size_t b) {
    const size_t n = (size_t)tree->dimensions;
    double *left = tree->points + a * n, *right = tree->points + b * n;
    for (size_t d = 0; d < n; d++) {
        const double moved = left[d];
        left[d] = right[d];
        right[d] = moved;
    }
    const uint32_t number = tree->numbers[a];
    tree->numbers[a] = tree->numbers[b];
    tree->numbers[b] = number;
}

static double middle_of_three(double a, double b, double c) {
    const double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : (c > high ? high : c);
}

/// Quickselect (C. A. R. Hoare 1961): of the part's points the `left` smallest come first.
static void split(tree_t *tree, size_t first, size_t count, size_t left, size_t axis) {
    const size_t n = (size_t)tree->dimensions;
    const double *x = tree->points + axis;
    while (count > 1 && left > 0) {
        const double pivot =
            middle_of_three(x[first * n], x[(first + count / 2) * n], x[(first + count - 1) * n]);
        size_t i = first, j = first + count - 1;
        for (;;) {
            while (x[i * n] < pivot)
                i++;
            while (x[j * n] > pivot)
                j--;
            if (i >= j)
                break;
            swap_rows(tree, i++, j--);
        }
        // Before i none is larger than the pivot, from i on none is smaller. Where i has not moved
        // the pivot is the smallest and stands first.
        const size_t below = i > first ? i - first : 1;
        if (left < below && i > first) {
            count = below;
        } else {
            first += below;
            count -= below;
            left -= below < left ? below : left;
        }
    }
}

static void build(tree_t *tree, const struct part *p) {
    measure_box(tree, p);
    if (p->level == 0)
        return;
    const struct part left = left_of(p), right = right_of(p);
    split(tree, p->first, p->count, left.count, widest_axis(tree, p->node));
    build(tree, &left);
    build(tree, &right);
}

enum clau_measure_status clau_metric_tree_init(tree_t *tree, const double *points, size_t count,
                                               int dimensions, const double *periods,
                                               enum clau_norm norm) {
    int depth = 0;
    while ((count - 1) >> depth >= LEAF)
        depth++;
    const size_t values = count * (size_t)dimensions, nodes = ((size_t)2 << depth) - 1;
    *tree = (tree_t){
        .count = count,
        .dimensions = dimensions,
        .depth = depth,
        .norm = norm,
        .points = clau_allocate(values, sizeof *tree->points),
        .numbers = clau_allocate(count, sizeof *tree->numbers),
        .boxes = clau_allocate(nodes, 2 * (size_t)dimensions * sizeof *tree->boxes),
    };
    if (tree->points == NULL || tree->numbers == NULL || tree->boxes == NULL) {
        clau_metric_tree_finish(tree);
        return CLAU_MEASURE_OUT_OF_MEMORY;
    }
    for (int d = 0; d < dimensions; d++)
        tree->periods[d] = periods == NULL ? INFINITY : periods[d];
    memcpy(tree->points, points, values * sizeof *points);
    for (size_t i = 0; i < count; i++)
        tree->numbers[i] = (uint32_t)i;
    const struct part all = root_of(tree);
    build(tree, &all);
    return CLAU_MEASURE_OK;
}

void clau_metric_tree_finish(tree_t *tree) {
    free(tree->points);
    free(tree->numbers);
    free(tree->boxes);
    *tree = (tree_t){0};
}

// ---- Nearest neighbours -------------------------------------------------------------------------

struct search {
    const tree_t *tree;
    const double *from;
    size_t itself, k, found;
    struct clau_neighbour *nearest;
};

static double combine(enum clau_norm norm, double length, double apart) {
    if (norm == CLAU_NORM_EUCLIDEAN)
        return length + apart * apart;
    return apart > length ? apart : length;
}

static double axis_distance(double a, double b, double period) {
    const double direct = fabs(a - b), around = period - direct;
    return around < direct ? around : direct;
}

static double length_between(const tree_t *tree, const double *a, const double *b) {
    double length = 0.0;
    for (int d = 0; d < tree->dimensions; d++)
        length = combine(tree->norm, length, axis_distance(a[d], b[d], tree->periods[d]));
    return length;
}

/// Least length from a point to a box.
static double length_to_box(const tree_t *tree, const double *from, size_t node) {
    const double *low = box_of(tree, node), *high = low + tree->dimensions;
    double length = 0.0;
    for (int d = 0; d < tree->dimensions; d++) {
        if (from[d] < low[d] || from[d] > high[d]) {
            const double to_low = axis_distance(from[d], low[d], tree->periods[d]);
            const double to_high = axis_distance(from[d], high[d], tree->periods[d]);
            length = combine(tree->norm, length, to_low < to_high ? to_low : to_high);
        }
    }
    return length;
}

static bool precedes(const tree_t *tree, struct clau_neighbour a, struct clau_neighbour b) {
    if (a.length != b.length)
        return a.length < b.length;
    return tree->numbers[a.place] < tree->numbers[b.place];
}

static void offer(struct search *search, struct clau_neighbour other) {
    size_t at = search->found;
    if (at == search->k) {
        if (!precedes(search->tree, other, search->nearest[--at]))
            return;
    } else {
        search->found++;
    }
    for (; at > 0 && precedes(search->tree, other, search->nearest[at - 1]); at--)
        search->nearest[at] = search->nearest[at - 1];
    search->nearest[at] = other;
}

/// Whether a box at this length can hold one of the k nearest.
static bool matters(const struct search *search, double length) {
    return search->found < search->k || length <= search->nearest[search->k - 1].length;
}

static void search_leaf(struct search *search, const struct part *p) {
    for (size_t place = p->first; place < p->first + p->count; place++) {
        if (place == search->itself)
            continue;
        const double *row = row_of(search->tree, place);
        const double length = length_between(search->tree, search->from, row);
        if (matters(search, length))
            offer(search, (struct clau_neighbour){length, (uint32_t)place});
    }
}

static void search_part(struct search *search, const struct part *p) {
    if (p->level == 0) {
        search_leaf(search, p);
        return;
    }
    struct part near = left_of(p), far = right_of(p);
    double to_near = length_to_box(search->tree, search->from, near.node);
    double to_far = length_to_box(search->tree, search->from, far.node);
    if (to_far < to_near) {
        const struct part moved = near;
        near = far;
        far = moved;
        const double length = to_near;
        to_near = to_far;
        to_far = length;
    }
    if (matters(search, to_near))
        search_part(search, &near);
    if (matters(search, to_far))
        search_part(search, &far);
}

void clau_metric_tree_nearest(const tree_t *tree, size_t place, size_t k,
                              struct clau_neighbour *nearest) {
    struct search search = {
        .tree = tree, .from = row_of(tree, place), .itself = place, .k = k, .nearest = nearest};
    const struct part all = root_of(tree);
    search_part(&search, &all);
}

// ---- Counts -------------------------------------------------------------------------------------

static size_t count_leaf(const tree_t *tree, const struct part *p, const double *from,
                         double radius) {
    size_t inside = 0;
    for (size_t place = p->first; place < p->first + p->count; place++)
        inside += length_between(tree, from, row_of(tree, place)) < radius;
    return inside;
}

static size_t count_part(const tree_t *tree, const struct part *p, const double *from,
                         double radius) {
    const double *low = box_of(tree, p->node), *high = low + tree->dimensions;
    bool all = true;
    for (int d = 0; d < tree->dimensions; d++) {
        const double below = from[d] - low[d], above = high[d] - from[d];
        if (-below >= radius || -above >= radius)
            return 0;
        all = all && below < radius && above < radius;
    }
    if (all)
        return p->count;
    if (p->level == 0)
        return count_leaf(tree, p, from, radius);
    const struct part left = left_of(p), right = right_of(p);
    return count_part(tree, &left, from, radius) + count_part(tree, &right, from, radius);
}

size_t clau_metric_tree_count(const tree_t *tree, const double *point, double radius) {
    const struct part all = root_of(tree);
    return count_part(tree, &all, point, radius);
}
