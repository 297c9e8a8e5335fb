// SPDX-License-Identifier: GPL-3.0-or-later
// The engine against exact collisions and against brute force: all pairs, all images, after every
// event.
#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

// ---- a few discs, exactly ---------------------------------------------------------------------

struct few {
    struct hd_engine engine;
    double x[3], y[3], vx[3], vy[3];
};

static void few_start(struct few *few, const struct hd_box *box, size_t count,
                      const double (*states)[4]) {
    for (size_t i = 0; i < count; i++) {
        few->x[i] = states[i][0];
        few->y[i] = states[i][1];
        few->vx[i] = states[i][2];
        few->vy[i] = states[i][3];
    }
    assert_true(hd_engine_init(&few->engine, box, count, 1.0));
    assert_true(hd_engine_start(&few->engine, few->x, few->y, few->vx, few->vy));
}

static void few_run(struct few *few, double time) {
    assert_int_equal(hd_engine_run(&few->engine, time, 10000), HD_REACHED);
    hd_engine_look(&few->engine, time, few->x, few->y, few->vx, few->vy);
}

static void check_state(const struct few *few, size_t i, double x, double y, double vx, double vy) {
    // Round-off of a few operations on numbers of size 10.
    assert_close(few->x[i], x, 1e-13);
    assert_close(few->y[i], y, 1e-13);
    assert_close(few->vx[i], vx, 1e-13);
    assert_close(few->vy[i], vy, 1e-13);
}

static const struct hd_box walls = {{10.0, 10.0}, {false, false}, 1.0};
static const struct hd_box torus = {{10.0, 10.0}, {true, true}, 1.0};

static void head_on(void **state) {
    (void)state;
    struct few few;
    // Gap 3, closing at 1.5: they meet at t = 2 and exchange their velocities.
    few_start(&few, &walls, 2, (const double[][4]){{3.0, 5.0, 1.0, 0.0}, {7.0, 5.0, -0.5, 0.0}});
    few_run(&few, 1.9);
    assert_int_equal(few.engine.tally.contacts, 0);
    few_run(&few, 3.0);
    assert_int_equal(few.engine.tally.contacts, 1);
    check_state(&few, 0, 4.5, 5.0, -0.5, 0.0);
    check_state(&few, 1, 7.0, 5.0, 1.0, 0.0);
    hd_engine_finish(&few.engine);
}

static void oblique(void **state) {
    (void)state;
    struct few few;
    // The line of centres is at 30 degrees when they touch at t = 2, at (4, 5) and (4, 5) + (cos,
    // sin).
    const double c = sqrt(0.75), s = 0.5;
    few_start(&few, &walls, 2, (const double[][4]){{2.0, 5.0, 1.0, 0.0}, {4.0 + c, 5.0 + s, 0, 0}});
    few_run(&few, 3.0);
    assert_int_equal(few.engine.tally.contacts, 1);
    check_state(&few, 1, 4.0 + c + c * c, 5.0 + s + c * s, c * c, c * s);
    check_state(&few, 0, 4.0 + s * s, 5.0 - c * s, s * s, -c * s);
    // d times the momentum that is passed on.
    assert_close(few.engine.tally.virial, c, 1e-13);
    hd_engine_finish(&few.engine);
}

static void miss(void **state) {
    (void)state;
    struct few few;
    // Closest distance 1 + 1e-9.
    few_start(&few, &walls, 2,
              (const double[][4]){{2.0, 5.0, 1.0, 0.0}, {5.0, 6.0 + 1e-9, 0.0, 0.0}});
    few_run(&few, 6.0);
    assert_int_equal(few.engine.tally.contacts, 0);
    hd_engine_finish(&few.engine);
    // And 1 - 1e-9: turned by an angle of about 2 sqrt(2e-9).
    few_start(&few, &walls, 2,
              (const double[][4]){{2.0, 5.0, 1.0, 0.0}, {5.0, 6.0 - 1e-9, 0.0, 0.0}});
    few_run(&few, 6.0);
    assert_int_equal(few.engine.tally.contacts, 1);
    assert_true(fabs(few.vy[0] + sqrt(2e-9)) < 1e-9);
    hd_engine_finish(&few.engine);
}

static void bounces(void **state) {
    (void)state;
    struct few few;
    // Unfolded: x + 300, y - 170 in a zigzag of period 20.
    few_start(&few, &walls, 1, (const double[][4]){{3.0, 6.0, 3.0, -1.7}});
    few_run(&few, 100.0);
    check_state(&few, 0, 3.0, 4.0, 3.0, 1.7);
    // 30 at x = 0 and 10, 17 at y.
    assert_int_equal(few.engine.tally.bounces, 47);
    assert_close(few.engine.tally.impulse[0], 30 * 6.0, 1e-11);
    assert_close(few.engine.tally.impulse[1], 17 * 3.4, 1e-11);
    hd_engine_finish(&few.engine);
}

static void across_the_periodic_edge(void **state) {
    (void)state;
    for (int axis = 0; axis < 2; axis++) {
        struct few few;
        const double left[4] = {0.75, 5.0, -0.5, 0.0}, right[4] = {8.25, 5.0, 0.5, 0.0};
        double states[2][4];
        for (int k = 0; k < 4; k++) {
            states[0][k] = left[axis ? k ^ 1 : k];
            states[1][k] = right[axis ? k ^ 1 : k];
        }
        // 2.5 apart across the edge, closing at 1: contact at 1.5, at 0.0 and 9.0; then apart until
        // they are 1 apart in the middle, 8 later, at 4.0 and 5.0.
        few_start(&few, &torus, 2, states);
        few_run(&few, 9.0);
        assert_int_equal(few.engine.tally.contacts, 1);
        few_run(&few, 10.5);
        assert_int_equal(few.engine.tally.contacts, 2);
        const double a[4] = {3.5, 5.0, -0.5, 0.0}, b[4] = {5.5, 5.0, 0.5, 0.0};
        check_state(&few, 0, a[axis], a[!axis], a[2 + axis], a[2 + !axis]);
        check_state(&few, 1, b[axis], b[!axis], b[2 + axis], b[2 + !axis]);
        assert_int_equal(few.engine.tally.bounces, 0);
        hd_engine_finish(&few.engine);
    }
}

static void at_rest(void **state) {
    (void)state;
    struct few few;
    // Has no event at all; the other one passes by, 400 times up and down.
    few_start(&few, &walls, 2, (const double[][4]){{2.0, 5.0, 0.0, 0.0}, {8.0, 5.0, 0.0, 4.0}});
    few_run(&few, 1000.0);
    check_state(&few, 0, 2.0, 5.0, 0.0, 0.0);
    check_state(&few, 1, 8.0, 5.0, 0.0, 4.0);
    assert_int_equal(few.engine.tally.contacts, 0);
    hd_engine_finish(&few.engine);
    few_start(&few, &walls, 2, (const double[][4]){{2.0, 5.0, 0.0, 0.0}, {8.0, 5.0, -0.01, 0.0}});
    few_run(&few, 600.0);
    assert_int_equal(few.engine.tally.contacts, 1);
    check_state(&few, 0, 1.0, 5.0, -0.01, 0.0);
    check_state(&few, 1, 3.0, 5.0, 0.0, 0.0);
    hd_engine_finish(&few.engine);
}

static void without_a_diameter(void **state) {
    (void)state;
    struct few few;
    const struct hd_box box = {{10.0, 10.0}, {false, true}, 0.0};
    few_start(&few, &box, 2, (const double[][4]){{3.0, 5.0, 1.0, 0.0}, {7.0, 5.0, -0.5, 1.0}});
    few_run(&few, 1000.0);
    check_state(&few, 0, 3.0, 5.0, 1.0, 0.0);
    // Unfolded: 25 zigzags of length 20 back to 7; once round in y a hundred times.
    check_state(&few, 1, 7.0, 5.0, -0.5, 1.0);
    hd_engine_finish(&few.engine);
}

// ---- brute force ------------------------------------------------------------------------------

/// Time from now until discs at r, with relative velocity v, touch; never if they do not.
static double meeting(const double r[2], const double v[2]) {
    const double b = r[0] * v[0] + r[1] * v[1], square = v[0] * v[0] + v[1] * v[1];
    const double c = r[0] * r[0] + r[1] * r[1] - 1.0, discriminant = b * b - square * c;
    return b < 0.0 && discriminant > 0.0 ? fmax(0.0, (-b - sqrt(discriminant)) / square) : INFINITY;
}

/// Earliest contact of all pairs with images up to three boxes away, from the positions looked at.
static double earliest_contact(const struct gas *gas, size_t pair[2]) {
    const struct hd_box *box = &gas->engine.box;
    double earliest = INFINITY;
    for (size_t i = 0; i < gas->count; i++)
        for (size_t j = i + 1; j < gas->count; j++)
            for (int image = 0; image < 49; image++) {
                const int right = image % 7 - 3, up = image / 7 - 3;
                if ((right && !box->periodic[0]) || (up && !box->periodic[1]))
                    continue;
                const double r[2] = {gas->x[j] - gas->x[i] + right * box->span[0],
                                     gas->y[j] - gas->y[i] + up * box->span[1]};
                const double v[2] = {gas->vx[j] - gas->vx[i], gas->vy[j] - gas->vy[i]};
                const double time = meeting(r, v);
                if (time < earliest) {
                    earliest = time;
                    pair[0] = i;
                    pair[1] = j;
                }
            }
    return earliest;
}

static double earliest_bounce(const struct gas *gas) {
    const struct hd_box *box = &gas->engine.box;
    double earliest = INFINITY;
    for (size_t i = 0; i < gas->count; i++) {
        const double x = gas->vx[i] > 0.0 ? box->span[0] - gas->x[i] : -gas->x[i];
        const double y = gas->vy[i] > 0.0 ? box->span[1] - gas->y[i] : -gas->y[i];
        if (!box->periodic[0])
            earliest = fmin(earliest, fmax(0.0, x / gas->vx[i]));
        if (!box->periodic[1])
            earliest = fmin(earliest, fmax(0.0, y / gas->vy[i]));
    }
    return earliest;
}

/// Deepest overlap, in diameters.
static double overlap(const struct gas *gas) {
    double deepest = 0.0, r[2];
    for (size_t i = 0; i < gas->count; i++)
        for (size_t j = i + 1; j < gas->count; j++) {
            gas_displacement(gas, i, j, r);
            deepest = fmax(deepest, 1.0 - sqrt(r[0] * r[0] + r[1] * r[1]));
        }
    return deepest;
}

struct audit {
    size_t count;
    double packing;
    bool periodic_x, periodic_y;
    uint64_t events;
};

/// Every collision of the engine is the earliest one of all, and nobody overlaps.
static void check_schedule(const struct audit *audit) {
    struct gas gas;
    gas_init(&gas, audit->count, audit->packing, audit->periodic_x, audit->periodic_y, 7);
    struct hd_engine *engine = &gas.engine;
    double deepest = 0.0, latest = 0.0;
    size_t pair[2] = {0, 0};
    gas_look(&gas, 0.0);
    for (uint64_t done = 0; done < audit->events;
         done = engine->tally.contacts + engine->tally.bounces) {
        const double start = hd_engine_time(engine);
        const double contact = start + earliest_contact(&gas, pair),
                     bounce = start + earliest_bounce(&gas);
        const struct hd_tally before = engine->tally;
        while (engine->tally.contacts + engine->tally.bounces == before.contacts + before.bounces)
            assert_int_equal(hd_engine_run(engine, INFINITY, 1), HD_UNDERWAY);
        const double time = hd_engine_time(engine);
        gas_look_now(&gas);
        // Round-off of a time of flight of some diameters; grazing contacts amplify it.
        latest = fmax(latest, fabs(time - fmin(contact, bounce)));
        assert_close(time, fmin(contact, bounce), 1e-9);
        if (fabs(contact - bounce) > 1e-9)
            assert_int_equal(engine->tally.contacts - before.contacts, contact < bounce);
        deepest = fmax(deepest, overlap(&gas));
    }
    print_message("# packing %g: %llu contacts, overlap %.1e, times within %.1e\n", audit->packing,
                  (unsigned long long)engine->tally.contacts, deepest, latest);
    assert_true(deepest < 1e-12);
    assert_true(engine->tally.contacts > audit->events / 4);
    gas_finish(&gas);
}

static void schedule(void **state) {
    (void)state;
    static const struct audit audits[] = {
        {40, 0.05, true, true, 2000},  {40, 0.3, true, true, 2000},  {40, 0.6, true, true, 2000},
        {40, 0.05, false, true, 2000}, {40, 0.3, true, false, 2000}, {40, 0.6, false, false, 2000},
        {12, 0.5, true, true, 10000},  {200, 0.3, true, true, 300},  {10, 0.05, true, true, 10000},
        {40, 0.001, true, true, 500},
    };
    for (size_t i = 0; i < sizeof audits / sizeof *audits; i++)
        check_schedule(&audits[i]);
}

// ---- conservation and overlap over many collisions --------------------------------------------

static void check_long_run(double packing, bool periodic) {
    struct gas gas;
    gas_init(&gas, 500, packing, periodic, periodic, 11);
    const double energy = gas_energy(&gas);
    double deepest = 0.0, time = 0.0, momentum[2] = {0.0, 0.0};
    while (gas.engine.tally.contacts < 1200000) {
        assert_int_equal(hd_engine_run(&gas.engine, INFINITY, 20011), HD_UNDERWAY);
        gas_look_now(&gas);
        deepest = fmax(deepest, overlap(&gas));
    }
    for (size_t i = 0; i < gas.count; i++) {
        momentum[0] += gas.vx[i];
        momentum[1] += gas.vy[i];
    }
    time = hd_engine_time(&gas.engine);
    print_message("# packing %g: t = %g, energy off by %.1e, momentum %.1e %.1e, overlap %.1e\n",
                  packing, time, gas_energy(&gas) / energy - 1.0, momentum[0], momentum[1],
                  deepest);
    // 1e-16 of a random walk of 5000 collisions a disc.
    assert_relative(gas_energy(&gas), energy, 1e-12);
    if (periodic) {
        // 1.2e6 roundings of 1e-16, of random signs: 1e-13.
        assert_close(momentum[0], 0.0, 1e-11);
        assert_close(momentum[1], 0.0, 1e-11);
    }
    assert_true(deepest < 1e-12);
    gas_finish(&gas);
}

static void long_runs(void **state) {
    (void)state;
    check_long_run(0.05, true);
    check_long_run(0.3, false);
    check_long_run(0.6, true);
}

// ---- determinism ------------------------------------------------------------------------------

static void check_same(const struct gas *a, const struct gas *b) {
    for (size_t i = 0; i < a->count; i++) {
        assert_true(a->x[i] == b->x[i] && a->y[i] == b->y[i]);
        assert_true(a->vx[i] == b->vx[i] && a->vy[i] == b->vy[i]);
    }
    assert_int_equal(a->engine.tally.contacts, b->engine.tally.contacts);
}

/// Looking, and stopping on the way, changes nothing.
static void looks_do_not_matter(void **state) {
    (void)state;
    struct gas a, b;
    gas_init(&a, 300, 0.3, true, false, 3);
    gas_init(&b, 300, 0.3, true, false, 3);
    gas_run(&a, 40.0);
    for (int k = 1; k < 400; k++) {
        assert_true(hd_engine_run(&b.engine, 0.1 * k, 100) != HD_JAMMED);
        gas_run(&b, 0.1 * k);
    }
    gas_run(&b, 40.0);
    check_same(&a, &b);
    gas_finish(&a);
    gas_finish(&b);
}

/// A second engine goes on from the first one's discs, taken between two events or between buckets
/// of the calendar.
static void resumes(void **state) {
    (void)state;
    for (int stop = 0; stop < 50; stop++) {
        struct gas a, b;
        const double packing = stop % 2 ? 0.05 : 0.55;
        gas_init(&a, 100, packing, true, true, 3);
        gas_init(&b, 100, packing, true, true, 4);
        if (stop % 4 < 2)
            gas_run(&a, 0.37 * stop);
        else
            hd_engine_run(&a.engine, INFINITY, (uint64_t)(97 * stop));
        memcpy(b.engine.discs, a.engine.discs, 100 * sizeof *b.engine.discs);
        memcpy(b.engine.identity, a.engine.identity, 100 * sizeof *b.engine.identity);
        b.engine.periods = a.engine.periods;
        b.engine.now = a.engine.now;
        b.engine.tally = a.engine.tally;
        assert_true(hd_engine_resume(&b.engine));
        gas_run(&a, 100.0);
        gas_run(&b, 100.0);
        check_same(&a, &b);
        gas_finish(&a);
        gas_finish(&b);
    }
}

// ---- reversal ---------------------------------------------------------------------------------

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Median distance from the start, in diameters, after `times` collision times and back.
static double way_back(double packing, double times) {
    struct gas gas;
    gas_init(&gas, 4000, packing, true, true, 5);
    gas_run(&gas, 20.0);
    double *x = malloc(2 * gas.count * sizeof *x), *y = x + gas.count;
    assert_non_null(x);
    memcpy(x, gas.x, gas.count * sizeof *x);
    memcpy(y, gas.y, gas.count * sizeof *y);
    const struct hd_box *box = &gas.engine.box;
    const double density = (double)gas.count / (box->span[0] * box->span[1]);
    const double enskog = (1.0 - 0.4375 * packing) / ((1.0 - packing) * (1.0 - packing));
    const double time = times / (2.0 * sqrt(M_PI) * density * enskog);
    gas_run(&gas, 20.0 + time);
    assert_true(hd_engine_reverse(&gas.engine, 20.0 + time));
    gas_run(&gas, 20.0 + 2.0 * time);
    double r[2];
    for (size_t i = 0; i < gas.count; i++) {
        const double now[2] = {gas.x[i], gas.y[i]};
        r[0] = fabs(now[0] - x[i]);
        r[1] = fabs(now[1] - y[i]);
        x[i] = hypot(fmin(r[0], box->span[0] - r[0]), fmin(r[1], box->span[1] - r[1]));
    }
    qsort(x, gas.count, sizeof *x, compare);
    const double middle = x[gas.count / 2];
    print_message("# packing %g: %g collision times and back: %.1e d\n", packing, times, middle);
    free(x);
    gas_finish(&gas);
    return middle;
}

static void reverses(void **state) {
    (void)state;
    assert_true(way_back(0.05, 3.0) < 1e-9);
    // Chaos: round-off has grown to the size of everything, or time was not reversed at all.
    assert_true(way_back(0.05, 12.0) > 1e-2);
    assert_true(way_back(0.6, 10.0) < 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_on),
        cmocka_unit_test(oblique),
        cmocka_unit_test(miss),
        cmocka_unit_test(bounces),
        cmocka_unit_test(across_the_periodic_edge),
        cmocka_unit_test(at_rest),
        cmocka_unit_test(without_a_diameter),
        cmocka_unit_test(schedule),
        cmocka_unit_test(long_runs),
        cmocka_unit_test(looks_do_not_matter),
        cmocka_unit_test(resumes),
        cmocka_unit_test(reverses),
    };
    return cmocka_run_group_tests_name("hard-discs-events", tests, NULL, NULL);
}
