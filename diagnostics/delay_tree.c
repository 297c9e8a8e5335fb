// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/delay_tree.h"

#include <math.h>
#include <stdlib.h>

#include "numerics/memory.h"

enum { LEAF = 12 };

static double coordinate(const struct clau_delay_tree *tree, size_t place, size_t axis) {
    return tree->series[place + axis * tree->delay];
}

static size_t widest_axis(const struct clau_delay_tree *tree, size_t first, size_t count) {
    size_t widest = 0;
    double largest = -1.0;
    for (size_t axis = 0; axis < tree->dimension; axis++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = first; i < first + count; i++) {
            const double x = coordinate(tree, tree->places[i], axis);
            low = x < low ? x : low;
            high = x > high ? x : high;
        }
        if (high - low > largest) {
            largest = high - low;
            widest = axis;
        }
    }
    return widest;
}

/// Quickselect (C. A. R. Hoare 1961, in N. Wirth's form): places[middle] gets the place it has in
/// the sorted order, what comes before is not larger and what comes after not smaller.
static void split(const struct clau_delay_tree *tree, uint32_t *places, size_t count, size_t middle,
                  size_t axis) {
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
    const ptrdiff_t wanted = (ptrdiff_t)middle;
    while (low < high) {
        const double pivot = coordinate(tree, places[wanted], axis);
        ptrdiff_t i = low, j = high;
        do {
            while (coordinate(tree, places[i], axis) < pivot)
                i++;
            while (coordinate(tree, places[j], axis) > pivot)
                j--;
            if (i <= j) {
                const uint32_t swapped = places[i];
                places[i++] = places[j];
                places[j--] = swapped;
            }
        } while (i <= j);
        if (j < wanted)
            low = i;
        if (wanted < i)
            high = j;
    }
}

static void build(struct clau_delay_tree *tree, size_t first, size_t count) {
    if (count <= LEAF)
        return;
    const size_t axis = widest_axis(tree, first, count), left = count / 2;
    split(tree, tree->places + first, count, left, axis);
    tree->axes[first + left] = (uint8_t)axis;
    build(tree, first, left);
    build(tree, first + left + 1, count - left - 1);
}

bool clau_delay_tree_init(struct clau_delay_tree *tree, const double *series, size_t points,
                          size_t dimension, size_t delay) {
    *tree = (struct clau_delay_tree){
        .series = series,
        .points = points,
        .dimension = dimension,
        .delay = delay,
        .places = clau_allocate(points, sizeof *tree->places),
        .axes = clau_allocate(points, sizeof *tree->axes),
    };
    if (tree->places == NULL || tree->axes == NULL) {
        clau_delay_tree_finish(tree);
        return false;
    }
    for (size_t i = 0; i < points; i++)
        tree->places[i] = (uint32_t)i;
    build(tree, 0, points);
    return true;
}

void clau_delay_tree_finish(struct clau_delay_tree *tree) {
    free(tree->places);
    free(tree->axes);
}

struct search {
    size_t i, excluded;
    size_t nearest;
    double squared;
};

static double distance_squared(const struct clau_delay_tree *tree, size_t i, size_t j) {
    double sum = 0.0;
    for (size_t axis = 0; axis < tree->dimension; axis++) {
        const double difference = coordinate(tree, i, axis) - coordinate(tree, j, axis);
        sum += difference * difference;
    }
    return sum;
}

static void search_leaf(const struct clau_delay_tree *tree, size_t first, size_t count,
                        struct search *search) {
    for (size_t k = first; k < first + count; k++) {
        const size_t j = tree->places[k];
        const size_t apart = j > search->i ? j - search->i : search->i - j;
        if (apart <= search->excluded)
            continue;
        const double squared = distance_squared(tree, search->i, j);
        if (squared < search->squared || (squared == search->squared && j < search->nearest)) {
            search->squared = squared;
            search->nearest = j;
        }
    }
}

static void search_node(const struct clau_delay_tree *tree, size_t first, size_t count,
                        struct search *search) {
    if (count <= LEAF) {
        search_leaf(tree, first, count, search);
        return;
    }
    const size_t left = count / 2, middle = first + left, axis = tree->axes[middle];
    const size_t right = count - left - 1;
    const double offset =
        coordinate(tree, search->i, axis) - coordinate(tree, tree->places[middle], axis);
    const bool is_left = offset < 0.0;
    search_leaf(tree, middle, 1, search);
    search_node(tree, is_left ? first : middle + 1, is_left ? left : right, search);
    // Roundings are monotonic: no point beyond the middle is nearer than this.
    if (offset * offset <= search->squared)
        search_node(tree, is_left ? middle + 1 : first, is_left ? right : left, search);
}

size_t clau_delay_tree_nearest(const struct clau_delay_tree *tree, size_t i, size_t excluded,
                               double *squared) {
    struct search search = {
        .i = i, .excluded = excluded, .nearest = tree->points, .squared = INFINITY};
    search_node(tree, 0, tree->points, &search);
    *squared = search.squared;
    return search.nearest;
}
