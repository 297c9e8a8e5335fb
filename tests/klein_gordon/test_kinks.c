// SPDX-License-Identifier: GPL-3.0-or-later
// Kinks found in fields whose kinks are known, and pairs followed through made-up collisions.
#include <stdlib.h>

#include "tests/io/folder.h"
#include "tests/klein_gordon/field.h"
#include "tests/klein_gordon/solutions.h"

static const struct potential_values phi4 = {.kind = KG_PHI4, .first = 1.0, .second = 1.0};
static const struct potential_values sine_gordon = {.kind = KG_SINE_GORDON};
static const struct kg_closing periodic = {1.0, 0.0};

enum { POINTS = 512 };
static const double LENGTH = 50.0;

/// Interpolation of degree 5 at dx = 0.098: (dx/2)^2 (3 dx/2)^2 (5 dx/2)^2/720 times the sixth
/// derivative over the slope, some 100: 4e-7 at most.
static const double SUBGRID = 4e-7;

struct scene {
    struct clau_grid grid;
    struct kg_potential potential;
    struct kg_kinks kinks;
    double phi[POINTS];
};

static void scene_init(struct scene *scene, struct potential_values values) {
    assert_true(clau_grid_init(&scene->grid, POINTS, LENGTH));
    make_potential(&scene->potential, values);
    kg_kinks_init(&scene->kinks);
}

/// phi = the left vacuum and the kinks' steps.
static void fill(struct scene *scene, size_t count, const struct kg_moving_kink *kinks,
                 double vacuum) {
    struct kg_kink kink;
    assert_true(kg_potential_kink(&scene->potential, &kink));
    for (size_t j = 0; j < POINTS; j++) {
        scene->phi[j] = vacuum;
        for (size_t i = 0; i < count; i++) {
            double phi, phi_t;
            kg_exact_kink(&scene->potential, &kink, &kinks[i], scene->grid.x[j], 0.0, &phi, &phi_t);
            scene->phi[j] += phi - (kinks[i].charge > 0 ? kink.left : kink.right);
        }
    }
}

static void find(struct scene *scene, struct kg_closing closing, double time) {
    kg_kinks_find(&scene->kinks, &scene->potential, &scene->grid, closing, scene->phi, time);
}

static void positions_between_points(void **state) {
    (void)state;
    static const struct potential_values potentials[] = {
        {KG_PHI4, 1.0, 1.0, 0, {0}},
        {KG_SINE_GORDON, 0.0, 0.0, 0, {0}},
        {KG_PHI6, 0.0, 0.0, 0, {0}},
        {KG_DOUBLE_SINE_GORDON, 0.4, 0.0, 0, {0}},
    };
    for (size_t i = 0; i < sizeof potentials / sizeof *potentials; i++) {
        struct scene scene;
        scene_init(&scene, potentials[i]);
        struct kg_kink kink;
        assert_true(kg_potential_kink(&scene.potential, &kink));
        double worst = 0.0;
        for (double shift = 0.0; shift < 0.1; shift += 0.0071) {
            // Far enough apart for each to be the kink alone.
            const struct kg_moving_kink pair[] = {{0.3, -12.0 + shift, 1}, {0.0, 12.0 - shift, -1}};
            fill(&scene, 2, pair, kink.left);
            find(&scene, periodic, 0.0);
            assert_int_equal(scene.kinks.count, 2);
            for (int k = 0; k < 2; k++) {
                worst = fmax(worst, fabs(scene.kinks.position[k] - pair[k].position));
                assert_true(scene.kinks.charge[k] == pair[k].charge);
            }
            for (int k = 2; k < KG_MAXIMUM_KINKS; k++)
                assert_true(isnan(scene.kinks.position[k]) && isnan(scene.kinks.charge[k]));
        }
        print_message("# off by %.1e\n", worst);
        assert_close(worst, 0.0, SUBGRID);
        clau_grid_finish(&scene.grid);
    }
}

// A kink in the cell between the last point and the first one's image.
static void kinks_over_the_seam(void **state) {
    (void)state;
    const double place = 0.5 * LENGTH - 0.3 * LENGTH / POINTS;
    struct scene scene;
    // Periodic: the pair's other partner sits in the middle.
    scene_init(&scene, phi4);
    const double rate = M_SQRT1_2;
    for (size_t j = 0; j < POINTS; j++) {
        const double x = scene.grid.x[j];
        scene.phi[j] =
            tanh(rate * (x + LENGTH - place)) * -tanh(rate * x) * -tanh(rate * (x - place));
    }
    find(&scene, periodic, 0.0);
    assert_int_equal(scene.kinks.count, 2);
    assert_close(scene.kinks.position[0], 0.0, SUBGRID);
    assert_close(scene.kinks.position[1], place, SUBGRID);
    assert_true(scene.kinks.charge[0] == -scene.kinks.charge[1]);
    // Antiperiodic: the tails of a kink and of its images, which alternate in sign.
    for (size_t j = 0; j < POINTS; j++) {
        const double x = scene.grid.x[j];
        scene.phi[j] = tanh(rate * (x + LENGTH - place)) * -tanh(rate * (x - place));
    }
    find(&scene, (struct kg_closing){-1.0, 0.0}, 1.0);
    assert_int_equal(scene.kinks.count, 1);
    assert_close(scene.kinks.position[0], place, SUBGRID);
    assert_true(scene.kinks.charge[0] == -1.0);
    clau_grid_finish(&scene.grid);
    // Shifted.
    scene_init(&scene, sine_gordon);
    for (size_t j = 0; j < POINTS; j++) {
        const double x = scene.grid.x[j];
        scene.phi[j] = 4.0 * (atan(exp(x - place)) + atan(exp(x + LENGTH - place)));
    }
    find(&scene, (struct kg_closing){1.0, 2.0 * M_PI}, 0.0);
    assert_int_equal(scene.kinks.count, 1);
    assert_close(scene.kinks.position[0], place, SUBGRID);
    assert_true(scene.kinks.charge[0] == 1.0);
    clau_grid_finish(&scene.grid);
}

static void more_than_there_is_room_for(void **state) {
    (void)state;
    struct scene scene;
    scene_init(&scene, sine_gordon);
    // Twelve waves about pi, which is crossed twice in each.
    for (size_t j = 0; j < POINTS; j++)
        scene.phi[j] = 3.0 * cos(2.0 * M_PI * 12.0 * (scene.grid.x[j] / LENGTH) + 0.1) + M_PI;
    find(&scene, periodic, 0.0);
    assert_int_equal(scene.kinks.count, 24);
    for (int k = 0; k < KG_MAXIMUM_KINKS; k++) {
        assert_true(fabs(scene.kinks.charge[k]) == 1.0);
        assert_true(k == 0 || scene.kinks.position[k] > scene.kinks.position[k - 1]);
        assert_true(k == 0 || scene.kinks.charge[k] == -scene.kinks.charge[k - 1]);
    }
    // Two levels in one cell: a step of 4 pi between two points.
    for (size_t j = 0; j < POINTS; j++)
        scene.phi[j] = j < 100 || j >= 300 ? 0.0 : 4.0 * M_PI;
    find(&scene, periodic, 1.0);
    assert_int_equal(scene.kinks.count, 4);
    assert_true(scene.kinks.charge[1] == 1.0 && scene.kinks.charge[2] == -1.0);
    clau_grid_finish(&scene.grid);
}

static void no_kinks(void **state) {
    (void)state;
    struct scene scene;
    scene_init(&scene, (struct potential_values){.kind = KG_LINEAR, .first = 1.0});
    for (size_t j = 0; j < POINTS; j++)
        scene.phi[j] = 5.0 * sin(scene.grid.x[j]);
    find(&scene, periodic, 0.0);
    assert_int_equal(scene.kinks.count, 0);
    assert_true(isnan(scene.kinks.position[0]) && isnan(scene.kinks.escape_velocity));
    clau_grid_finish(&scene.grid);
}

/// A pair of phi^4 whose kinks are at -+x; none where x is NaN.
static void observe(struct scene *scene, double x, double time) {
    if (isnan(x))
        for (size_t j = 0; j < POINTS; j++)
            scene->phi[j] = -1.0;
    else
        fill(scene, 2, (struct kg_moving_kink[]){{0.0, -x, 1}, {0.0, x, -1}}, -1.0);
    find(scene, periodic, time);
}

static void bounces_and_escape(void **state) {
    (void)state;
    struct scene scene;
    scene_init(&scene, phi4);
    double time = 0.0;
    // Before the first bounce there is no escape, however fast they part.
    for (double x = 8.0; x < 12.0; x += 1.0)
        observe(&scene, x, time += 1.0);
    assert_true(scene.kinks.bounces == 0.0 && isnan(scene.kinks.escape_velocity));
    observe(&scene, NAN, time += 1.0);
    assert_true(scene.kinks.bounces == 1.0);
    // They part, too near to be free, and meet again.
    observe(&scene, 1.5, time += 1.0);
    observe(&scene, 2.5, time += 1.0);
    assert_true(isnan(scene.kinks.escape_velocity));
    observe(&scene, NAN, time += 1.0);
    observe(&scene, NAN, time += 1.0);
    assert_true(scene.kinks.bounces == 2.0);
    // Now they leave at 0.25.
    const double start = time;
    for (int i = 1; i <= 40; i++) {
        observe(&scene, 2.0 + 0.25 * 0.8 * i, start + 0.8 * i);
        // Apart (6/sqrt 2) from i = 1 on. Over the window of two periods, 8.9, that begins there
        // the attraction is 0.4 of M v^2; over the next one, from i = 13 to 25, it is 4e-4.
        if (i < 25)
            assert_true(isnan(scene.kinks.escape_velocity));
        else // places are found to SUBGRID
            assert_close(scene.kinks.escape_velocity, 0.25, 5e-4);
    }
    assert_true(scene.kinks.bounces == 2.0);
    // As they come closer, by the end of a window, the line is forgotten.
    observe(&scene, 9.0, start + 39.0);
    assert_true(isnan(scene.kinks.escape_velocity) && scene.kinks.line_count == 0.0);
    clau_grid_finish(&scene.grid);
}

static void checkpoints(void **state) {
    const struct folder *folder = *state;
    struct scene scene;
    scene_init(&scene, phi4);
    observe(&scene, 4.0, 0.0);
    observe(&scene, NAN, 1.0);
    for (int i = 0; i < 12; i++) // the first window ends at i = 9, and the pair is free
        observe(&scene, 4.0 + 0.3 * i, 2.0 + i);
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    kg_kinks_save(&scene.kinks, "kinks", checkpoint);
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);
    const struct kg_kinks before = scene.kinks;
    assert_int_equal(clau_checkpoint_read(folder->file, &checkpoint, &error), CLAU_OK);
    kg_kinks_init(&scene.kinks);
    assert_int_equal(kg_kinks_restore(&scene.kinks, "kinks", checkpoint, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);
    // The same from here on, bit by bit.
    const struct kg_kinks restored = scene.kinks;
    scene.kinks = before;
    observe(&scene, 7.6, 13.5);
    const struct kg_kinks whole = scene.kinks;
    scene.kinks = restored;
    observe(&scene, 7.6, 13.5);
    assert_true(scene.kinks.escape_velocity == whole.escape_velocity);
    assert_true(scene.kinks.bounces == 1.0 && scene.kinks.line_count == 5.0);
    clau_grid_finish(&scene.grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_between_points),    cmocka_unit_test(kinks_over_the_seam),
        cmocka_unit_test(more_than_there_is_room_for), cmocka_unit_test(no_kinks),
        cmocka_unit_test(bounces_and_escape),          test_in_folder(checkpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
