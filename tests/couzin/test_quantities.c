// SPDX-License-Identifier: GPL-3.0-or-later
// Ramps, against straight lines.
#include "solvers/couzin/quantities.h"

#include "tests/approx.h"

static double speed(double time, size_t count, const struct couzin_ramp *const *ramps) {
    return couzin_quantity_at(COUZIN_SPEED, 3.0, ramps, count, time);
}

static void names(void **state) {
    (void)state;
    for (enum couzin_quantity q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
        char name[64];
        assert_int_equal(couzin_quantity_find(couzin_quantity_rows[q].key), q);
        snprintf(name, sizeof name, "school.%s", couzin_quantity_rows[q].key);
        assert_int_equal(couzin_quantity_find(name), q);
    }
    static const char *const none[] = {"",
                                       "school.",
                                       "speeds",
                                       "spee",
                                       "School.speed",
                                       "school.school.speed",
                                       "individuals",
                                       "informed.weight"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(couzin_quantity_find(none[i]), COUZIN_QUANTITY_COUNT);
    assert_int_equal(couzin_quantity_find("blind_angle"), COUZIN_BLIND_ANGLE);
    assert_close(couzin_quantity_rows[COUZIN_BLIND_ANGLE].largest, 180.0, 0.0);
    assert_true(isinf(couzin_quantity_rows[COUZIN_SPEED].largest));
}

/// All numbers are exact in binary: no tolerance.
static void one_ramp(void **state) {
    (void)state;
    const struct couzin_ramp ramp = {"speed", 1.0, 2.0, 4.0, 8.0};
    const struct couzin_ramp *const ramps[] = {&ramp};
    static const struct {
        double time, value;
    } expected[] = {{-1.0, 3.0}, {0.0, 3.0},   {3.999, 3.0}, {4.0, 1.0}, {5.0, 1.25},
                    {6.0, 1.5},  {7.5, 1.875}, {8.0, 2.0},   {8.5, 2.0}, {1e300, 2.0}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_close(speed(expected[i].time, 1, ramps), expected[i].value, 0.0);
    assert_close(speed(5.0, 0, NULL), 3.0, 0.0);
    // Another quantity's.
    assert_close(couzin_quantity_at(COUZIN_NOISE, 0.1, ramps, 1, 5.0), 0.1, 0.0);
}

static void downwards_with_a_prefix_and_at_once(void **state) {
    (void)state;
    const struct couzin_ramp down = {"school.speed", 2.0, 0.0, -1.0, 1.0};
    const struct couzin_ramp jump = {"speed", 7.0, 5.0, 2.0, 2.0};
    const struct couzin_ramp *const ramps[] = {&down, &jump};
    assert_close(speed(-2.0, 2, ramps), 3.0, 0.0);
    assert_close(speed(0.0, 2, ramps), 1.0, 0.0);
    assert_close(speed(1.5, 2, ramps), 0.0, 0.0);
    assert_close(speed(2.0, 2, ramps), 5.0, 0.0);
    assert_close(speed(9.0, 2, ramps), 5.0, 0.0);
}

/// Up and down again; the one that started last holds, whatever their order in the list, and of
/// two that start together the later one in it.
static void two_ramps(void **state) {
    (void)state;
    const struct couzin_ramp up = {"speed", 0.0, 8.0, 0.0, 8.0};
    const struct couzin_ramp back = {"speed", 8.0, 0.0, 16.0, 24.0};
    const struct couzin_ramp other = {"noise", 0.5, 0.25, 0.0, 1.0};
    const struct couzin_ramp *const ramps[] = {&up, &other, &back}, *const backwards[] = {
                                                                        &back, &other, &up};
    static const struct {
        double time, value;
    } expected[] = {{-1.0, 3.0}, {0.0, 0.0},  {4.0, 4.0},  {8.0, 8.0}, {12.0, 8.0},
                    {16.0, 8.0}, {20.0, 4.0}, {24.0, 0.0}, {30.0, 0.0}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_close(speed(expected[i].time, 3, ramps), expected[i].value, 0.0);
        assert_close(speed(expected[i].time, 3, backwards), expected[i].value, 0.0);
    }
    // The second begins before the first has ended.
    const struct couzin_ramp early = {"speed", 1.0, 2.0, 4.0, 6.0};
    const struct couzin_ramp *const crossing[] = {&early, &up};
    assert_close(speed(3.0, 2, crossing), 3.0, 0.0);
    assert_close(speed(5.0, 2, crossing), 1.5, 0.0);
    assert_close(speed(7.0, 2, crossing), 2.0, 0.0);
    const struct couzin_ramp flat = {"speed", 9.0, 9.0, 0.0, 1.0};
    const struct couzin_ramp *const together[] = {&up, &flat}, *const swapped[] = {&flat, &up};
    assert_close(speed(0.5, 2, together), 9.0, 0.0);
    assert_close(speed(0.5, 2, swapped), 0.5, 0.0);
}

static void own_values(void **state) {
    (void)state;
    assert_close(couzin_own_value(COUZIN_SPEED, 3.0, 0.5), 3.5, 0.0);
    assert_close(couzin_own_value(COUZIN_SPEED, 3.0, -4.0), 0.0, 0.0);
    assert_close(couzin_own_value(COUZIN_BLIND_ANGLE, 170.0, 20.0), 180.0, 0.0);
    assert_close(couzin_own_value(COUZIN_BLIND_ANGLE, 170.0, -20.0), 150.0, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(one_ramp),
        cmocka_unit_test(downwards_with_a_prefix_and_at_once),
        cmocka_unit_test(two_ramps),
        cmocka_unit_test(own_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
