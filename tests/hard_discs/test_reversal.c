// SPDX-License-Identifier: GPL-3.0-or-later
// Reversal of all velocities: round-off grows by a factor a collision time, which is that of the
// gas and not of the program.
#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

enum { DISCS = 4000 };

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Median distance from the start, in diameters, after the gas has moved for `time` and back. It
/// has come to equilibrium before.
static double way_back(double packing, double time) {
    struct gas gas;
    static double x[DISCS], y[DISCS], away[DISCS];
    const double start = 20.0;
    gas_init(&gas, DISCS, packing, true, true, 5);
    gas_run(&gas, start);
    memcpy(x, gas.x, sizeof x);
    memcpy(y, gas.y, sizeof y);
    gas_run(&gas, start + time);
    assert_true(hd_engine_reverse(&gas.engine, start + time));
    gas_run(&gas, start + 2.0 * time);
    const double *span = gas.engine.box.span;
    for (size_t i = 0; i < DISCS; i++) {
        const double right = fabs(gas.x[i] - x[i]), up = fabs(gas.y[i] - y[i]);
        away[i] = hypot(fmin(right, span[0] - right), fmin(up, span[1] - up));
    }
    gas_finish(&gas);
    qsort(away, DISCS, sizeof *away, compare);
    return away[DISCS / 2];
}

/// Collisions of a disc in a unit of time, with Enskog's factor.
static double rate(double packing, double factor) {
    return 2.0 * sqrt(M_PI) * (4.0 / M_PI * packing) * factor;
}

/// Growth of the error a collision time, from those after `from` and `to` collision times.
static double growth(double packing, double factor, double from, double to) {
    const double nu = rate(packing, factor);
    const double early = way_back(packing, from / nu), late = way_back(packing, to / nu);
    const double found = pow(late / early, 1.0 / (to - from));
    print_message("# packing %g: %.1e d at %g collision times, %.1e d at %g: x%.3g each\n", packing,
                  early, from, late, to, found);
    return found;
}

// 65 and 1.6 by an independent program, from errors at other times: the median of one run scatters
// by a factor of 2 or so, over four or ten collision times.
static void errors_grow_exponentially(void **state) {
    (void)state;
    const double dilute = growth(0.05, 1.084, 3.0, 7.0);
    assert_true(dilute > 65.0 / 1.35 && dilute < 65.0 * 1.35);
    const double dense = growth(0.6, 4.547, 16.0, 32.0);
    assert_true(dense > 1.6 / 1.15 && dense < 1.6 * 1.15);
}

static void little_is_lost_in_three_collision_times(void **state) {
    (void)state;
    assert_true(way_back(0.05, 3.0 / rate(0.05, 1.084)) < 1e-10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_grow_exponentially),
        cmocka_unit_test(little_is_lost_in_three_collision_times),
    };
    return cmocka_run_group_tests_name("hard-discs-reversal", tests, NULL, NULL);
}
