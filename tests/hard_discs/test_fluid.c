// SPDX-License-Identifier: GPL-3.0-or-later
// Equilibrium: placements at all packings, and pressure and collision rate of the fluid they make
// against established values.
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/hard_discs/placement.h"
#include "tests/approx.h"

struct fluid {
    struct hd_box box;
    size_t count;
    double *x, *y, *vx, *vy;
};

static void fluid_init(struct fluid *fluid, size_t count, double packing, bool periodic,
                       double aspect) {
    const double area = 0.25 * M_PI * (double)count / packing;
    // The walls' half diameters are outside of the centres' rectangle.
    const double rim = periodic ? 0.0 : 1.0;
    fluid->box = (struct hd_box){
        {sqrt(area * aspect) - rim, sqrt(area / aspect) - rim}, {periodic, periodic}, 1.0};
    fluid->count = count;
    double **arrays[] = {&fluid->x, &fluid->y, &fluid->vx, &fluid->vy};
    for (size_t k = 0; k < 4; k++)
        assert_non_null(*arrays[k] = clau_allocate(count, sizeof(double)));
}

static void fluid_finish(struct fluid *fluid) {
    free(fluid->x);
    free(fluid->y);
    free(fluid->vx);
    free(fluid->vy);
}

static double nearest(double x, double span, bool periodic) {
    return periodic ? x - span * round(x / span) : x;
}

static void check_placed(const struct fluid *fluid) {
    const struct hd_box *box = &fluid->box;
    for (size_t i = 0; i < fluid->count; i++) {
        assert_true(fluid->x[i] >= 0.0 && fluid->x[i] <= box->span[0]);
        assert_true(fluid->y[i] >= 0.0 && fluid->y[i] <= box->span[1]);
        for (size_t j = 0; j < i; j++) {
            const double x = nearest(fluid->x[j] - fluid->x[i], box->span[0], box->periodic[0]);
            const double y = nearest(fluid->y[j] - fluid->y[i], box->span[1], box->periodic[1]);
            assert_true(x * x + y * y > 1.0 - 1e-12);
        }
    }
}

static void placements(void **state) {
    (void)state;
    static const double packings[] = {0.001, 0.05, 0.3, 0.4, 0.41, 0.6, 0.7};
    for (size_t k = 0; k < 28; k++) {
        struct fluid fluid;
        const struct clau_random_key key = {k, 0};
        fluid_init(&fluid, 700, packings[k / 4], k % 2 == 0, k % 4 < 2 ? 1.0 : 2.7);
        // As placed, and after some collisions.
        for (int collisions = 0; collisions <= 5; collisions += 5) {
            assert_int_equal(hd_place(&fluid.box, 700, collisions, key, fluid.x, fluid.y),
                             HD_PLACED);
            check_placed(&fluid);
        }
        fluid_finish(&fluid);
    }
}

/// Few discs between walls: a little below the densest packings of equal circles in a square (E.
/// Specht, packomania.com: 0.539, 0.610, 0.785, 0.673, 0.664, 0.785 for 2, 3, 4, 5, 6, 9), and a
/// channel in which they are side by side or in zigzag.
static void few_discs_between_walls(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double packing, aspect;
    } boxes[] = {
        {1, 0.7, 1.0},  {2, 0.53, 1.0}, {3, 0.5, 1.0}, {4, 0.7, 1.0},   {5, 0.65, 1.0},
        {6, 0.65, 1.0}, {9, 0.7, 1.0},  {7, 0.7, 7.0}, {20, 0.6, 0.05}, {9, 0.5, 0.4},
    };
    for (size_t k = 0; k < sizeof boxes / sizeof *boxes; k++) {
        struct fluid fluid;
        fluid_init(&fluid, boxes[k].count, boxes[k].packing, false, boxes[k].aspect);
        const enum hd_placement placed = hd_place(&fluid.box, fluid.count, 20.0,
                                                  (struct clau_random_key){k, 0}, fluid.x, fluid.y);
        if (placed != HD_PLACED)
            fail_msg("%zu discs at %g", boxes[k].count, boxes[k].packing);
        check_placed(&fluid);
        fluid_finish(&fluid);
    }
}

static void discs_that_hardly_meet(void **state) {
    (void)state;
    struct fluid fluid;
    fluid_init(&fluid, 4, 1e-14, false, 1.0);
    assert_int_equal(
        hd_place(&fluid.box, fluid.count, 1.0, (struct clau_random_key){1, 0}, fluid.x, fluid.y),
        HD_TOO_FEW_COLLISIONS);
    fluid_finish(&fluid);
}

static void no_room(void **state) {
    (void)state;
    struct fluid fluid;
    fluid_init(&fluid, 100, 0.95, true, 1.0);
    const struct clau_random_key key = {0, 0};
    assert_int_equal(hd_place(&fluid.box, 100, 0.0, key, fluid.x, fluid.y), HD_NO_ROOM);
    fluid_finish(&fluid);
}

static void make_velocities(const struct fluid *fluid, struct clau_random_key key) {
    clau_random_fill_normal(key, 0, HD_RANDOM_VELOCITY_X, 0, fluid->count, fluid->vx);
    clau_random_fill_normal(key, 0, HD_RANDOM_VELOCITY_Y, 0, fluid->count, fluid->vy);
    double mean[2] = {0.0, 0.0}, square = 0.0;
    for (size_t i = 0; i < fluid->count; i++) {
        mean[0] += fluid->vx[i] / (double)fluid->count;
        mean[1] += fluid->vy[i] / (double)fluid->count;
    }
    for (size_t i = 0; i < fluid->count; i++) {
        fluid->vx[i] -= mean[0];
        fluid->vy[i] -= mean[1];
        square += fluid->vx[i] * fluid->vx[i] + fluid->vy[i] * fluid->vy[i];
    }
    // Without the centre of mass there are 2N - 2 degrees of freedom: T = 1.
    const double scale = sqrt(2.0 * (double)(fluid->count - 1) / square);
    for (size_t i = 0; i < fluid->count; i++) {
        fluid->vx[i] *= scale;
        fluid->vy[i] *= scale;
    }
}

struct state_point {
    double packing, factor; ///< p / (n T)
    double tolerance;
    size_t count;
    double melting; ///< collisions a disc
    double collisions;
};

/// Factor from the virial and from the collision rate, 1 + nu d sqrt(pi / T) / 4; and the rate
/// against 2 sqrt(pi) n d chi sqrt(T), chi = (Z - 1) / (2 packing).
static void check_point(const struct state_point *point) {
    struct fluid fluid;
    struct hd_engine engine;
    const struct clau_random_key key = {17, 0};
    fluid_init(&fluid, point->count, point->packing, true, 1.0);
    assert_int_equal(hd_place(&fluid.box, point->count, point->melting, key, fluid.x, fluid.y),
                     HD_PLACED);
    make_velocities(&fluid, key);
    assert_true(hd_engine_init(&engine, &fluid.box, point->count, 1.0));
    assert_true(hd_engine_start(&engine, fluid.x, fluid.y, fluid.vx, fluid.vy));
    while ((double)engine.tally.contacts < point->collisions)
        assert_int_equal(hd_engine_run(&engine, INFINITY, 1000), HD_UNDERWAY);
    const double n = (double)point->count, time = hd_engine_time(&engine);
    const double virial = 1.0 + engine.tally.virial / (2.0 * n * time);
    const double rate = 2.0 * (double)engine.tally.contacts / (n * time);
    const double from_rate = 1.0 + 0.25 * rate * sqrt(M_PI);
    const double enskog = (point->factor - 1.0) / (2.0 * point->packing);
    const double density = n / (fluid.box.span[0] * fluid.box.span[1]);
    print_message("# packing %g: p/(nT) = %.4f by the virial, %.4f by the rate, known %.4f\n",
                  point->packing, virial, from_rate, point->factor);
    assert_relative(virial, point->factor, point->tolerance);
    assert_relative(from_rate, point->factor, point->tolerance);
    assert_relative(rate, 2.0 * sqrt(M_PI) * density * enskog,
                    point->tolerance * point->factor / (point->factor - 1.0));
    hd_engine_finish(&engine);
    fluid_finish(&fluid);
}

// Two standard deviations or more, estimated from runs with several seeds.
static void pressure_of_the_fluid(void **state) {
    (void)state;
    static const struct state_point points[] = {
        {0.05, 1.1084, 0.0006, 1000, 20, 1e6},
        {0.3, 2.0636, 0.003, 1000, 20, 1e6},
        {0.6, 6.456, 0.003, 1000, 200, 1.5e6},
    };
    for (size_t k = 0; k < sizeof points / sizeof *points; k++)
        check_point(&points[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placements),
        cmocka_unit_test(few_discs_between_walls),
        cmocka_unit_test(discs_that_hardly_meet),
        cmocka_unit_test(no_room),
        cmocka_unit_test(pressure_of_the_fluid),
    };
    return cmocka_run_group_tests_name("hard-discs-fluid", tests, NULL, NULL);
}
