// SPDX-License-Identifier: GPL-3.0-or-later
/// What the files of school.h share; not installed.
#ifndef CLAUSIUS_DIAGNOSTICS_SCHOOL_WORKSPACE_H
#define CLAUSIUS_DIAGNOSTICS_SCHOOL_WORKSPACE_H

#include "diagnostics/neighbour_tree.h"
#include "diagnostics/school.h"

// Not part of the shared library's interface.
#pragma GCC visibility push(hidden)

enum { CLAU_SCHOOL_SUMS = 9, CLAU_SCHOOL_ANGLES = 24, CLAU_SCHOOL_LATITUDES = 12 };

/// Arrays of capacity elements, if nothing else is said.
struct clau_school_workspace {
    size_t capacity;
    struct clau_tree_point *points;
    struct clau_tree_box *boxes; ///< [nodes]
    uint8_t *joined;             ///< [nodes]
    double *distance, *variation;
    uint32_t *parent;
    double *partial; ///< [blocks][CLAU_SCHOOL_SUMS]
    /// [at most CLAU_SCHOOL_EXACT_PAIRS, and a vector past them] for loops over all pairs
    double *pair_heading[3];
};

/// What the pass over offsets finds, besides the order parameters.
struct clau_school_moments {
    double covariance[3][3];
};

/// Status of the arguments, which all functions look at first.
enum clau_measure_status clau_school_check(const struct clau_school_workspace *workspace,
                                           const struct clau_school *school);

/// Order parameters; angular (if not NULL) receives |c x u| of each individual, moments the
/// covariance of the offsets (n - 1; 0 where N = 1).
void clau_school_find_order(struct clau_school_workspace *workspace,
                            const struct clau_school *school, struct clau_school_order *order,
                            double *angular, struct clau_school_moments *moments);

/// Copies the positions into the workspace's points.
void clau_school_fill_points(struct clau_school_workspace *workspace,
                             const struct clau_school *school);
/// The tree of the workspace's arrays over them: not built.
struct clau_tree clau_school_tree(const struct clau_school_workspace *workspace,
                                  const struct clau_school *school);

/// Counts of (u_i . u_j + 1) / 2 in `bins` (at most 31) equal bins on [0, 1]; returns their sum.
double clau_school_count_pairs(struct clau_school_workspace *workspace,
                               const struct clau_school *school,
                               const struct clau_school_draw *draw, size_t bins, double *counts);

/// Everything in entropies but what needs neighbours and pairs.
void clau_school_heading_entropies(const struct clau_school *school,
                                   struct clau_school_entropies *entropies);
void clau_school_shape_entropy(const struct clau_school *school,
                               const struct clau_school_moments *moments,
                               struct clau_school_entropies *entropies);
/// Shannon entropy of the weights over `maximum`; 0.5 where all are zero.
double clau_school_normalised_entropy(const double *weights, size_t count, double maximum);

#pragma GCC visibility pop

#endif
