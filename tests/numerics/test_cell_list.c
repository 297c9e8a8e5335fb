// SPDX-License-Identifier: GPL-3.0-or-later
// The neighbour search finds every pair within reach, in boxes, squares and open space, wherever
// the points are.
#include "numerics/cell_list.h"

#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/random.h"
#include "tests/approx.h"

enum { MOST = 40000 };
static double x[MOST], y[MOST], z[MOST];
static const double *const position[3] = {x, y, z};

/// Points in [0, length)^d; `clustered`: in a few tight bunches, some of them across the faces.
static void scatter(size_t count, double length, int dimensions, bool clustered) {
    const struct clau_random_key key = {7, (uint64_t)dimensions};
    double *const axis[3] = {x, y, z};
    for (int d = 0; d < 3; d++) {
        clau_random_fill_half_open(key, clustered, (uint64_t)d, 0, count, axis[d]);
        for (size_t i = 0; i < count; i++) {
            if (clustered)
                axis[d][i] =
                    fmod(0.02 * axis[d][i] + 0.13 * (double)(i % 5 * (size_t)(d + 1)) + 0.99, 1.0);
            axis[d][i] = d < dimensions ? length * axis[d][i] : 0.0;
        }
    }
}

static double squared_distance(size_t i, size_t j, struct clau_cell_space space) {
    double sum = 0.0;
    for (int d = 0; d < space.dimensions; d++) {
        double difference = position[d][j] - position[d][i];
        if (space.period > 0.0)
            difference -= space.period * nearbyint(difference / space.period);
        sum += difference * difference;
    }
    return sum;
}

/// For every point, the pairs that the runs round its cell hold are those of all pairs; no point is
/// met twice; and shifted positions are the nearest images.
static void check_pairs(struct clau_cell_list *list, struct clau_cell_space space, double reach) {
    char *met = calloc(list->count, 1);
    for (size_t cell = 0; cell < list->cell_count; cell++) {
        struct clau_cell_run runs[CLAU_CELL_RUNS];
        if (list->start[cell] == list->start[cell + 1])
            continue;
        const size_t run_count = clau_cell_list_runs(list, cell, runs);
        assert_true(run_count <= CLAU_CELL_RUNS);
        const size_t i = list->order[list->start[cell]]; // one of the cell speaks for all
        memset(met, 0, list->count);
        for (size_t r = 0; r < run_count; r++)
            for (size_t k = runs[r].first; k < runs[r].first + runs[r].count; k++) {
                const size_t j = list->order[k];
                assert_false(met[j]);
                met[j] = 1;
                double sum = 0.0;
                for (int d = 0; d < space.dimensions; d++)
                    sum += pow(position[d][j] + runs[r].shift[d] - position[d][i], 2);
                if (!list->folded && sum < reach * reach)
                    assert_close(sum, squared_distance(i, j, space), 1e-12 * reach * reach);
            }
        for (size_t j = 0; j < list->count; j++)
            assert_true(met[j] || squared_distance(i, j, space) >= reach * reach);
    }
    free(met);
}

static void check_order(const struct clau_cell_list *list) {
    char *met = calloc(list->count, 1);
    assert_true(list->start[0] == 0 && list->start[list->cell_count] == list->count);
    for (size_t k = 0; k < list->count; k++) {
        assert_true(list->order[k] < list->count && !met[list->order[k]]);
        met[list->order[k]] = 1;
    }
    for (size_t cell = 0; cell < list->cell_count; cell++) // stable
        for (size_t k = list->start[cell] + 1; k < list->start[cell + 1]; k++)
            assert_true(list->order[k] > list->order[k - 1]);
    free(met);
}

static void finds_all_pairs(void **state) {
    (void)state;
    enum { N = 1500 };
    struct clau_cell_list *list = clau_cell_list_create(N);
    int built = 0;
    for (int dimensions = 2; dimensions <= 3; dimensions++)
        for (int periodic = 0; periodic <= 1; periodic++)
            for (int clustered = 0; clustered <= 1; clustered++)
                for (int fineness = 1; fineness <= CLAU_CELL_FINENESS; fineness++)
                    for (double reach = 0.3; reach < 13.0; reach *= 1.7) {
                        const double length = 25.0;
                        const struct clau_cell_space space = {dimensions, periodic ? length : 0.0};
                        scatter(N, length, dimensions, clustered);
                        if (!clau_cell_list_build(list, space, N, position, reach, fineness))
                            continue;
                        built++;
                        check_order(list);
                        check_pairs(list, space, reach);
                    }
    // 8 reaches, up to 12.3: the last one or two are for all pairs.
    assert_true(built >= 24 * 6);
    clau_cell_list_destroy(list);
}

static void points_on_faces(void **state) {
    (void)state;
    // 0, L (which round-off may leave), the edges of cells and next to them.
    enum { N = 512 };
    const double length = 10.0,
                 at[8] = {0.0, 10.0, 2.5, 5.0, 7.5, 2.5 - 4e-16, 10.0 - 2e-15, 1e-300};
    for (size_t i = 0; i < N; i++) {
        x[i] = at[i % 8];
        y[i] = at[i / 8 % 8];
        z[i] = at[i / 64];
    }
    struct clau_cell_list *list = clau_cell_list_create(N);
    const struct clau_cell_space space = {3, length};
    assert_true(clau_cell_list_build(list, space, N, position, 2.5, 1));
    check_order(list);
    check_pairs(list, space, 2.5);
    clau_cell_list_destroy(list);
}

static void says_when_all_pairs_are_better(void **state) {
    (void)state;
    enum { N = 100 };
    scatter(N, 10.0, 3, false);
    struct clau_cell_list *list = clau_cell_list_create(N);
    const struct clau_cell_space box = {3, 10.0}, open = {3, 0.0};
    assert_true(clau_cell_list_build(list, box, N, position, 3.3, 1));
    assert_false(clau_cell_list_build(list, box, N, position, 3.4, 1));
    assert_true(clau_cell_list_build(list, box, N, position, 3.9, 2));
    assert_false(clau_cell_list_build(list, box, N, position, 4.1, 2));
    assert_false(clau_cell_list_build(list, open, N, position, 11.0, 1));
    assert_false(clau_cell_list_build(list, box, N, position, 0.0, 1));
    assert_false(clau_cell_list_build(list, box, 0, position, 1.0, 1));
    clau_cell_list_destroy(list);
}

static void far_off_points_need_no_memory(void **state) {
    (void)state;
    // Two swarms 10^9 apart, and one that went off alone.
    enum { N = 600 };
    scatter(N, 10.0, 3, false);
    for (size_t i = N / 2; i < N; i++)
        x[i] += 1e9;
    y[N - 1] = -1e12;
    struct clau_cell_list *list = clau_cell_list_create(N);
    const struct clau_cell_space space = {3, 0.0};
    assert_true(clau_cell_list_build(list, space, N, position, 1.0, 1));
    assert_true(list->cell_count <= N + 64);
    check_order(list);
    check_pairs(list, space, 1.0);
    clau_cell_list_destroy(list);
}

static void a_school_in_a_large_box_costs_no_more(void **state) {
    (void)state;
    // All within a twentieth of the box across its corner; the box has 10^6 cells and more.
    enum { N = 2000 };
    const double length = 1000.0;
    scatter(N, length, 3, false);
    for (size_t i = 0; i < N; i++) {
        x[i] = fmod(0.05 * x[i] + 0.97 * length, length);
        y[i] = fmod(0.05 * y[i] + 0.97 * length, length);
        z[i] = fmod(0.05 * z[i] + 0.97 * length, length);
    }
    x[0] = 500.0; // and one that went off alone
    struct clau_cell_list *list = clau_cell_list_create(N);
    const struct clau_cell_space space = {3, length};
    for (double reach = 2.0; reach < 10.0; reach *= 1.3) {
        assert_true(clau_cell_list_build(list, space, N, position, reach, 1));
        assert_true(list->folded && list->cell_count <= N + 64);
        check_order(list);
        check_pairs(list, space, reach);
        // Cells of up to twice the reach, 27 of them: (6 reach)^3 of the school's 50^3.
        size_t most = 0;
        for (size_t cell = 0; cell < list->cell_count; cell++) {
            const size_t own = list->start[cell + 1] - list->start[cell];
            most = own > most ? own : most;
        }
        assert_true((double)most < 10.0 + 4.0 * N * pow(2.0 * reach / 50.0, 3));
    }
    clau_cell_list_destroy(list);
}

static void same_for_any_number_of_threads(void **state) {
    (void)state;
    scatter(MOST, 40.0, 3, false);
    const struct clau_cell_space space = {3, 40.0};
    struct clau_cell_list *list = clau_cell_list_create(MOST);
    uint32_t *first = malloc(MOST * sizeof *first);
    for (int threads = 1; threads <= 4; threads++) {
#ifdef _OPENMP
        omp_set_num_threads(threads);
#endif
        assert_true(clau_cell_list_build(list, space, MOST, position, 2.0, 1));
        check_order(list);
        if (threads == 1)
            memcpy(first, list->order, MOST * sizeof *first);
        assert_memory_equal(first, list->order, MOST * sizeof *first);
    }
    free(first);
    clau_cell_list_destroy(list);
}

static void fineness_follows_the_density(void **state) {
    (void)state;
    enum { N = 20000 };
    scatter(N, 20.0, 3, false); // 2.5 a unit volume
    const struct clau_cell_space box = {3, 20.0}, open = {3, 0.0};
    assert_int_equal(clau_cell_list_fineness(box, N, position, 1.0), 1);  // 2.5 in a cell
    assert_int_equal(clau_cell_list_fineness(box, N, position, 3.2), 2);  // 82: 10.2 in an eighth
    assert_int_equal(clau_cell_list_fineness(open, N, position, 3.2), 2); // the same extent
    assert_int_equal(clau_cell_list_fineness(box, N, position, 8.0), CLAU_CELL_FINENESS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_all_pairs),
        cmocka_unit_test(points_on_faces),
        cmocka_unit_test(says_when_all_pairs_are_better),
        cmocka_unit_test(far_off_points_need_no_memory),
        cmocka_unit_test(a_school_in_a_large_box_costs_no_more),
        cmocka_unit_test(same_for_any_number_of_threads),
        cmocka_unit_test(fineness_follows_the_density),
    };
    return cmocka_run_group_tests_name("cell_list", tests, NULL, NULL);
}
