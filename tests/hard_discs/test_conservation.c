// SPDX-License-Identifier: GPL-3.0-or-later
// Energy and momentum over ten million collisions.
#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

static void check_run(double packing, bool periodic) {
    struct gas gas;
    gas_init(&gas, 1000, packing, periodic, periodic, 29);
    const double energy = gas_energy(&gas);
    while (gas.engine.tally.contacts < 10000000)
        assert_int_equal(hd_engine_run(&gas.engine, INFINITY, 100003), HD_UNDERWAY);
    gas_look_now(&gas);
    double momentum[2] = {0.0, 0.0};
    for (size_t i = 0; i < gas.count; i++) {
        momentum[0] += gas.vx[i];
        momentum[1] += gas.vy[i];
    }
    print_message("# packing %g: energy off by %.1e, momentum by %.1e, %.1e\n", packing,
                  gas_energy(&gas) / energy - 1.0, momentum[0], momentum[1]);
    assert_relative(gas_energy(&gas), energy, 1e-12);
    // 1e7 roundings of 1e-16 of random signs: 3e-13, beside the sum of the speeds of 1000.
    if (periodic) {
        assert_close(momentum[0], 0.0, 1e-12 * 1000.0);
        assert_close(momentum[1], 0.0, 1e-12 * 1000.0);
    }
    gas_finish(&gas);
}

static void ten_million_collisions(void **state) {
    (void)state;
    check_run(0.05, true);
    check_run(0.3, false);
    check_run(0.6, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_million_collisions),
    };
    return cmocka_run_group_tests_name("hard-discs-conservation", tests, NULL, NULL);
}
