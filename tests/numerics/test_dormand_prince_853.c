// SPDX-License-Identifier: GPL-3.0-or-later
// The tableau against the order conditions, every rooted tree up to order 8 (Hairer, Norsett &
// Wanner, II.2), and the dense output against those of order 7: nothing here was taken from the
// place where the coefficients come from.
#include "numerics/dormand_prince_853.h"
#include "tests/approx.h"

enum { STAGES = CLAU_DP853_EXTENDED_STAGES, MAXIMUM_ORDER = 8, MAXIMUM_TREES = 200 };

/// A rooted tree by what its condition needs: the order, gamma, and at each stage the elementary
/// weight of the tree (the product over its branches).
struct tree {
    int order;
    double gamma;
    double weight[STAGES];
};

static struct tree trees[MAXIMUM_TREES];
static int tree_count;

/// Adds every tree of an order: all multisets of smaller trees, of `left` nodes, as branches. The
/// branches come in order of their index, so that each multiset is made once.
static void add_trees(const struct tree *so_far, int first_branch, int left) {
    if (left == 0) {
        struct tree tree = *so_far;
        tree.gamma *= tree.order;
        trees[tree_count++] = tree;
        return;
    }
    const int smaller = tree_count;
    for (int branch = first_branch; branch < smaller; branch++) {
        if (trees[branch].order > left || trees[branch].order >= so_far->order)
            continue;
        struct tree next = *so_far;
        next.gamma *= trees[branch].gamma;
        for (int i = 0; i < STAGES; i++) {
            double inner = 0.0;
            for (int j = 0; j < i; j++)
                inner += clau_dp853_a[i][j] * trees[branch].weight[j];
            next.weight[i] *= inner;
        }
        add_trees(&next, branch, left - trees[branch].order);
    }
}

static int grow_trees(void **state) {
    (void)state;
    for (int order = 1; order <= MAXIMUM_ORDER; order++) {
        struct tree root = {.order = order, .gamma = 1.0};
        for (int i = 0; i < STAGES; i++)
            root.weight[i] = 1.0;
        add_trees(&root, 0, order - 1);
    }
    return 0;
}

static void number_of_trees(void **state) {
    (void)state;
    // 1 + 1 + 2 + 4 + 9 + 20 + 48 + 115 rooted trees.
    assert_int_equal(tree_count, 200);
}

static double worst_condition(const double *weights, int count, int order, double s) {
    double worst = 0.0;
    for (int t = 0; t < tree_count; t++) {
        if (trees[t].order > order)
            continue;
        double sum = 0.0;
        for (int i = 0; i < count; i++)
            sum += weights[i] * trees[t].weight[i];
        worst = fmax(worst, fabs(sum - pow(s, trees[t].order) / trees[t].gamma));
    }
    return worst;
}

static void order_eight(void **state) {
    (void)state;
    // Round-off of sums with coefficients up to 43.
    assert_close(worst_condition(clau_dp853_a[12], 12, 8, 1.0), 0.0, 1e-13);
}

static void embedded_orders(void **state) {
    (void)state;
    double fifth[STAGES];
    for (int j = 0; j < 12; j++)
        fifth[j] = clau_dp853_a[12][j] - clau_dp853_error5[j];
    assert_close(worst_condition(fifth, 12, 5, 1.0), 0.0, 1e-13);
    assert_true(worst_condition(fifth, 12, 6, 1.0) > 1e-6);
    assert_close(worst_condition(clau_dp853_third, 12, 3, 1.0), 0.0, 1e-14);
    assert_true(worst_condition(clau_dp853_third, 12, 4, 1.0) > 1e-3);
}

static void dense_output_has_order_seven(void **state) {
    (void)state;
    for (double s = 0.0; s <= 1.0; s += 0.0625) {
        double weights[STAGES];
        clau_dp853_dense_weights(s, weights);
        assert_close(worst_condition(weights, STAGES, 7, s), 0.0, 1e-12);
    }
}

static void dense_output_ends_at_the_steps_ends(void **state) {
    (void)state;
    double weights[STAGES];
    clau_dp853_dense_weights(0.0, weights);
    for (int j = 0; j < STAGES; j++)
        assert_true(weights[j] == 0.0);
    clau_dp853_dense_weights(1.0, weights);
    for (int j = 0; j < STAGES; j++)
        assert_close(weights[j], clau_dp853_a[12][j], 0.0);
}

static void rows_sum_to_nodes(void **state) {
    (void)state;
    for (int i = 0; i < STAGES; i++) {
        double sum = 0.0;
        for (int j = 0; j < i; j++)
            sum += clau_dp853_a[i][j];
        assert_close(sum, clau_dp853_c[i], 2e-14); // coefficients up to 43 cancel
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_of_trees),
        cmocka_unit_test(rows_sum_to_nodes),
        cmocka_unit_test(order_eight),
        cmocka_unit_test(embedded_orders),
        cmocka_unit_test(dense_output_has_order_seven),
        cmocka_unit_test(dense_output_ends_at_the_steps_ends),
    };
    return cmocka_run_group_tests(tests, grow_trees, NULL);
}
