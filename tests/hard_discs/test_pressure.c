// SPDX-License-Identifier: GPL-3.0-or-later
// The third way to the pressure (test_fluid.c has the virial and the collision rate): what the
// walls take. They keep the centres out of a layer of d/2 and attract a denser one, so that density
// and temperature are those of the middle half.
#include <stdlib.h>

#include "numerics/memory.h"
#include "solvers/hard_discs/placement.h"
#include "tests/approx.h"

enum { DISCS = 1000, EVENTS_A_LOOK = 1000 };

static const double WIDTH =
    40.0; // between the walls, in diameters; the middle is 10 away from them

struct slit {
    struct hd_box box;
    struct hd_engine engine;
    double *x, *y, *vx, *vy;
};

static void slit_init(struct slit *slit, double packing, double melting) {
    const struct clau_random_key key = {23, 0};
    const double height = 0.25 * M_PI * DISCS / packing / WIDTH;
    slit->box = (struct hd_box){{WIDTH - 1.0, height}, {false, true}, 1.0};
    double **arrays[] = {&slit->x, &slit->y, &slit->vx, &slit->vy};
    for (size_t k = 0; k < 4; k++)
        assert_non_null(*arrays[k] = clau_allocate(DISCS, sizeof(double)));
    assert_int_equal(hd_place(&slit->box, DISCS, melting, key, slit->x, slit->y), HD_PLACED);
    clau_random_fill_normal(key, 0, HD_RANDOM_VELOCITY_X, 0, DISCS, slit->vx);
    clau_random_fill_normal(key, 0, HD_RANDOM_VELOCITY_Y, 0, DISCS, slit->vy);
    assert_true(hd_engine_init(&slit->engine, &slit->box, DISCS, 1.0));
    assert_true(hd_engine_start(&slit->engine, slit->x, slit->y, slit->vx, slit->vy));
}

static void slit_finish(struct slit *slit) {
    hd_engine_finish(&slit->engine);
    free(slit->x);
    free(slit->y);
    free(slit->vx);
    free(slit->vy);
}

/// Adds the number of discs in the middle half and their kinetic energy, without the mean flow
/// along the slit, which is conserved.
static void look_at_middle(struct slit *slit, double *number, double *energy) {
    struct hd_engine from_origin = slit->engine;
    from_origin.periods = 0;
    hd_engine_look(&from_origin, from_origin.now, slit->x, slit->y, slit->vx, slit->vy);
    double flow = 0.0;
    for (size_t i = 0; i < DISCS; i++)
        flow += slit->vy[i] / DISCS;
    for (size_t i = 0; i < DISCS; i++)
        if (fabs(slit->x[i] - 0.5 * slit->box.span[0]) < 0.25 * slit->box.span[0]) {
            const double vx = slit->vx[i], vy = slit->vy[i] - flow;
            *number += 1.0;
            *energy += 0.5 * (vx * vx + vy * vy);
        }
}

/// Henderson's equation of state.
static double henderson(double packing) {
    return (1.0 + 0.125 * packing * packing) / ((1.0 - packing) * (1.0 - packing));
}

struct state_point {
    double packing, factor; ///< p / (n T)
    double melting, collisions;
};

/// p / (n T) by the walls at the middle's own packing, brought to that of the point.
static double wall_factor(const struct state_point *point) {
    struct slit slit;
    slit_init(&slit, point->packing, point->melting);
    struct hd_engine *engine = &slit.engine;
    double number = 0.0, energy = 0.0, looks = 0.0;
    while ((double)engine->tally.contacts < point->collisions) {
        assert_int_equal(hd_engine_run(engine, INFINITY, EVENTS_A_LOOK), HD_UNDERWAY);
        look_at_middle(&slit, &number, &energy);
        looks += 1.0;
    }
    const double height = slit.box.span[1], area = 0.5 * slit.box.span[0] * height * looks;
    const double pressure = engine->tally.impulse[0] / (2.0 * height * hd_engine_time(engine));
    const double packing = 0.25 * M_PI * number / area;
    energy /= 1.0 - 0.5 / DISCS; // one of 2N degrees of freedom is the flow
    slit_finish(&slit);
    print_message("# packing %.5f, p/(nT) = %.4f\n", packing, pressure * area / energy);
    return pressure * area / energy * henderson(point->packing) / henderson(packing);
}

static void pressure_on_the_walls(void **state) {
    (void)state;
    static const struct state_point points[] = {
        {0.05, 1.1084, 20, 3e6},
        {0.3, 2.0636, 20, 3e6},
        {0.6, 6.456, 200, 5e6},
    };
    for (size_t k = 0; k < sizeof points / sizeof *points; k++) {
        const double factor = wall_factor(&points[k]);
        print_message("# packing %g: p/(nT) = %.4f by the walls, known %.4f\n", points[k].packing,
                      factor, points[k].factor);
        assert_relative(factor, points[k].factor, 0.005);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pressure_on_the_walls),
    };
    return cmocka_run_group_tests_name("hard-discs-pressure", tests, NULL, NULL);
}
