// SPDX-License-Identifier: GPL-3.0-or-later
// At no event do discs overlap, from a gas in a box of thousands of diameters to a packing of 0.7.
#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

/// Deepest overlap of a disc with the others, in diameters.
static double overlap_of(const struct gas *gas, size_t i) {
    double deepest = -INFINITY, r[2];
    for (size_t j = 0; j < gas->count; j++) {
        gas_displacement(gas, i, j, r);
        if (j != i)
            deepest = fmax(deepest, 1.0 - sqrt(r[0] * r[0] + r[1] * r[1]));
    }
    return deepest;
}

struct run {
    size_t count;
    double packing;
    bool periodic;
    uint64_t contacts;
};

static void check_run(const struct run *run) {
    struct gas gas;
    gas_init(&gas, run->count, run->packing, run->periodic, run->periodic, 19);
    struct hd_engine *engine = &gas.engine;
    double deepest = -INFINITY;
    while (engine->tally.contacts < run->contacts) {
        const uint64_t before = engine->tally.contacts;
        while (engine->tally.contacts == before)
            assert_int_equal(hd_engine_run(engine, INFINITY, 1), HD_UNDERWAY);
        // Only now can a pair that was missed have come closer: a later collision would part it.
        gas_look_now(&gas);
        for (size_t i = 0; i < gas.count; i++)
            deepest = fmax(deepest, overlap_of(&gas, i));
    }
    // Places in the box, as they are looked at here, are rounded to those of its length.
    const double length = fmax(engine->box.span[0], engine->box.span[1]);
    const double ulp = nextafter(length, INFINITY) - length;
    print_message("# packing %g, box of %.3g: overlap %.1e\n", run->packing, length, deepest);
    assert_true(deepest < fmax(1e-12, 4.0 * ulp));
    // They do touch.
    assert_true(deepest > -1e-9);
    gas_finish(&gas);
}

static void no_overlap_at_any_event(void **state) {
    (void)state;
    static const struct run runs[] = {
        {200, 1e-6, true, 300},   {200, 1e-4, true, 1000}, {200, 1e-4, false, 1000},
        {200, 1e-3, false, 2000}, {200, 0.45, true, 2000}, {200, 0.7, true, 4000},
        {200, 0.7, false, 4000},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        check_run(&runs[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_overlap_at_any_event),
    };
    return cmocka_run_group_tests_name("hard-discs-overlap", tests, NULL, NULL);
}
