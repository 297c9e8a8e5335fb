// SPDX-License-Identifier: GPL-3.0-or-later
// No tolerances here: the times are defined to the last bit, as i * every with one rounding.
#include "solvers/runtime/schedule.h"

#include <stdlib.h>

#include "tests/approx.h"

struct list {
    struct clau_output_time *times;
    size_t count;
};

/// All output times from where the schedule stands; fails if there are more than `most`.
static struct list collect(struct clau_schedule schedule, size_t most) {
    struct list list = {calloc(most + 1, sizeof *list.times), 0};
    assert_non_null(list.times);
    while (clau_schedule_next(&schedule, &list.times[list.count])) {
        clau_schedule_pass(&schedule, &list.times[list.count]);
        list.count++;
        assert_true(list.count <= most);
    }
    return list;
}

static void check_times(struct clau_schedule schedule, const struct clau_output_time *expected,
                        size_t count) {
    struct list list = collect(schedule, 100);
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i++) {
        if (list.times[i].time != expected[i].time) {
            fail_msg("output %zu at %.17g, expected %.17g", i, list.times[i].time,
                     expected[i].time);
        }
        assert_int_equal(list.times[i].snapshot, expected[i].snapshot);
        assert_int_equal(list.times[i].observe, expected[i].observe);
    }
    free(list.times);
}

#define CHECK_TIMES(schedule, ...)                                                                 \
    do {                                                                                           \
        const struct clau_output_time expected_[] = {__VA_ARGS__};                                 \
        check_times((schedule), expected_, sizeof expected_ / sizeof *expected_);                  \
    } while (0)

static void test_times_are_products(void **state) {
    (void)state;
    // 3 * 0.1 is not 0.3, and a sum of tenths is neither.
    assert_true(clau_cadence_time(20.0, 0.1, 3) == 3 * 0.1);
    assert_true(clau_cadence_time(20.0, 0.1, 137) == 137 * 0.1);
    assert_true(clau_cadence_time(1e6, 1.0 / 3.0, 1000001) == 1000001 * (1.0 / 3.0));
    assert_true(clau_cadence_time(20.0, 0.1, 0) == 0.0);
    assert_true(clau_cadence_time(20.0, 0.1, 200) == 20.0);
    assert_true(clau_cadence_time(20.0, 0.1, 12345) == 20.0);
}

static void test_the_end_is_always_there(void **state) {
    (void)state;
    assert_int_equal(clau_cadence_count(1.0, 0.3), 5);
    assert_int_equal(clau_cadence_count(20.0, 0.1), 201);
    assert_int_equal(clau_cadence_count(1.0, 1.0), 2);
    assert_int_equal(clau_cadence_count(1.0, 2.0), 2);
    assert_true(clau_cadence_time(1.0, 0.3, 3) == 3 * 0.3);
    assert_true(clau_cadence_time(1.0, 0.3, 4) == 1.0);
    CHECK_TIMES(((struct clau_schedule){.end = 1.0, .snapshot_every = 0.4, .observe_every = 0.4}),
                {0.0, true, true}, {0.4, true, true}, {2 * 0.4, true, true}, {1.0, true, true});
}

// "Only the ends" is asked for by a very long cadence.
static void test_a_cadence_longer_than_the_run(void **state) {
    (void)state;
    for (double every = 1.0; every < 1e300; every *= 1e7) {
        const struct clau_schedule schedule = {
            .end = 1.0, .snapshot_every = every, .observe_every = every};
        assert_int_equal(clau_cadence_count(1.0, every), 2);
        CHECK_TIMES(schedule, {0.0, true, true}, {1.0, true, true});
        struct clau_schedule sought = schedule;
        clau_schedule_seek(&sought, 0.0);
        CHECK_TIMES(sought, {1.0, true, true});
        // The short cadence sets how close two times may come.
        CHECK_TIMES(
            ((struct clau_schedule){.end = 1.0, .snapshot_every = every, .observe_every = 0.5}),
            {0.0, true, true}, {0.5, every == 0.5, true}, {1.0, true, true});
    }
}

// Whatever the roundings of end / n do, there are n intervals and no sliver at the end.
static void test_a_cadence_that_divides_the_end(void **state) {
    (void)state;
    const double ends[] = {1.0, 20.0, 0.1, M_PI, 1e-7, 3e8};
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        for (unsigned n = 1; n <= 3000; n++) {
            const double every = ends[e] / n;
            assert_int_equal(clau_cadence_count(ends[e], every), n + 1);
            assert_true(clau_cadence_time(ends[e], every, n) == ends[e]);
            assert_true(clau_cadence_time(ends[e], every, n - 1) == (n - 1) * every);
        }
    }
}

// A multiple within 1e-9 of the cadence is the end, one further away is an output of its own.
static void test_how_near_is_the_end(void **state) {
    (void)state;
    assert_int_equal(clau_cadence_count(1.0, 0.1 * (1 - 0.9e-10)), 11);
    assert_int_equal(clau_cadence_count(1.0, 0.1 * (1 + 0.9e-10)), 11);
    assert_int_equal(clau_cadence_count(1.0, 0.1 * (1 - 1.1e-10)), 12);
    assert_int_equal(clau_cadence_count(1.0, 0.1 * (1 + 1.1e-10)), 11);
    assert_true(clau_cadence_time(1.0, 0.1 * (1 + 1.1e-10), 10) == 1.0);
}

static void test_two_cadences(void **state) {
    (void)state;
    CHECK_TIMES(((struct clau_schedule){.end = 1.0, .snapshot_every = 0.5, .observe_every = 0.4}),
                {0.0, true, true}, {0.4, false, true}, {0.5, true, false}, {2 * 0.4, false, true},
                {1.0, true, true});
    CHECK_TIMES(((struct clau_schedule){.end = 0.7, .snapshot_every = 0.3, .observe_every = 0.6}),
                {0.0, true, true}, {0.3, true, false}, {0.6, true, true}, {0.7, true, true});
}

// Three tenths are not 0.3: one output time nevertheless, with the snapshot's number.
static void test_cadences_that_meet_up_to_rounding(void **state) {
    (void)state;
    assert_true(3 * 0.1 != 0.3);
    CHECK_TIMES(((struct clau_schedule){.end = 0.65, .snapshot_every = 0.3, .observe_every = 0.1}),
                {0.0, true, true}, {0.1, false, true}, {0.2, false, true}, {0.3, true, true},
                {4 * 0.1, false, true}, {0.5, false, true}, {2 * 0.3, true, true},
                {0.65, true, true});
    for (unsigned ratio = 2; ratio <= 60; ratio++) {
        const double coarse = 0.7;
        const struct clau_schedule schedule = {
            .end = 20 * coarse, .snapshot_every = coarse, .observe_every = coarse / ratio};
        struct list list = collect(schedule, 2000);
        assert_int_equal(list.count, 20 * ratio + 1);
        for (size_t i = 0; i < list.count; i++) {
            assert_true(list.times[i].observe);
            assert_int_equal(list.times[i].snapshot, i % ratio == 0);
        }
        free(list.times);
    }
}

static void test_without_snapshots(void **state) {
    (void)state;
    CHECK_TIMES(((struct clau_schedule){.end = 1.0, .snapshot_every = 0.0, .observe_every = 0.4}),
                {0.0, false, true}, {0.4, false, true}, {2 * 0.4, false, true}, {1.0, false, true});
}

static void test_a_million_outputs_do_not_drift(void **state) {
    (void)state;
    enum { COUNT = 1000000 };
    const struct clau_schedule start = {
        .end = 1e5, .snapshot_every = 1e5 / 1000, .observe_every = 0.1};
    struct clau_schedule schedule = start;
    struct clau_output_time next;
    size_t snapshots = 0;
    for (size_t i = 0; i <= COUNT; i++) {
        assert_true(clau_schedule_next(&schedule, &next));
        assert_true(next.observe);
        // At a common time the snapshot's number counts, here exact.
        const double expected = next.snapshot ? 100.0 * (double)snapshots
                                : i < COUNT   ? (double)i * 0.1
                                              : 1e5;
        assert_true(next.time == expected);
        assert_int_equal(next.snapshot, i % 1000 == 0);
        snapshots += next.snapshot;
        clau_schedule_pass(&schedule, &next);
    }
    assert_false(clau_schedule_next(&schedule, &next));
    assert_int_equal(snapshots, 1001);
    assert_int_equal(clau_cadence_count(1e5, 0.1), COUNT + 1);
    assert_int_equal(clau_cadence_count(1e5, 1e5 / 999999.0), COUNT);
}

static void test_times_increase(void **state) {
    (void)state;
    const double cadences[] = {0.1, 1.0 / 3.0, 0.7, M_PI / 10, 1.1, 0.30000000000000004};
    enum { CADENCES = sizeof cadences / sizeof *cadences };
    for (size_t i = 0; i < CADENCES * CADENCES; i++) {
        const struct clau_schedule schedule = {.end = 33.3,
                                               .snapshot_every = cadences[i % CADENCES],
                                               .observe_every = cadences[i / CADENCES]};
        struct list list = collect(schedule, 1000);
        const struct clau_output_time *last = &list.times[list.count - 1];
        assert_true(list.times[0].time == 0.0 && list.times[0].snapshot && list.times[0].observe);
        assert_true(last->time == 33.3 && last->snapshot && last->observe);
        uint64_t snapshots = 1;
        uint64_t observations = 1;
        for (size_t k = 1; k < list.count; k++) {
            assert_true(list.times[k].time > list.times[k - 1].time);
            assert_true(list.times[k].snapshot || list.times[k].observe);
            snapshots += list.times[k].snapshot;
            observations += list.times[k].observe;
        }
        assert_int_equal(snapshots, clau_cadence_count(33.3, schedule.snapshot_every));
        assert_int_equal(observations, clau_cadence_count(33.3, schedule.observe_every));
        free(list.times);
    }
}

static void check_seek(const struct clau_schedule *start, double time,
                       const struct clau_schedule *expected) {
    struct clau_schedule sought = *start;
    clau_schedule_seek(&sought, time);
    assert_int_equal(sought.observation, expected->observation);
    assert_int_equal(sought.snapshot, expected->snapshot);
}

static void test_seek_comes_out_where_passing_does(void **state) {
    (void)state;
    const struct clau_schedule start = {.end = 10.05, .snapshot_every = 0.3, .observe_every = 0.1};
    struct clau_schedule schedule = start;
    struct clau_output_time next;
    while (clau_schedule_next(&schedule, &next)) {
        if (next.time > 0.0) {
            check_seek(&start, next.time - 0.01, &schedule);
        }
        clau_schedule_pass(&schedule, &next);
        check_seek(&start, next.time, &schedule);
    }
    struct clau_schedule sought = start;
    clau_schedule_seek(&sought, 10.05);
    assert_false(clau_schedule_next(&sought, &next));
    // Into another schedule: a longer run after the end that was no multiple.
    sought.end = 10.35;
    clau_schedule_seek(&sought, 10.05);
    CHECK_TIMES(sought, {101 * 0.1, false, true}, {34 * 0.3, true, true}, {103 * 0.1, false, true},
                {10.35, true, true});
}

static void test_an_end_that_is_rounded_up(void **state) {
    (void)state;
    struct clau_output_time next;
    // 0.7 / 7 * 7 < 0.7 for some ends: look for one, and for one where nothing is rounded.
    size_t rounded = 0;
    size_t exact = 0;
    for (unsigned n = 2; n < 200; n++) {
        struct clau_schedule schedule = {.end = 1.0, .observe_every = 1.0 / n};
        while (clau_schedule_next(&schedule, &next)) {
            const bool short_of = next.time == 1.0 && n * schedule.observe_every < 1.0;
            assert_int_equal(clau_schedule_end_is_rounded_up(&schedule), short_of);
            rounded += short_of;
            exact += next.time == 1.0 && !short_of;
            clau_schedule_pass(&schedule, &next);
        }
        assert_false(clau_schedule_end_is_rounded_up(&schedule));
    }
    assert_true(rounded > 0 && exact > 0);
    // An end between two multiples is none that rounding made.
    struct clau_schedule schedule = {.end = 1.0, .observe_every = 0.4};
    clau_schedule_seek(&schedule, 0.9);
    assert_false(clau_schedule_end_is_rounded_up(&schedule));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_products),
        cmocka_unit_test(test_the_end_is_always_there),
        cmocka_unit_test(test_a_cadence_longer_than_the_run),
        cmocka_unit_test(test_a_cadence_that_divides_the_end),
        cmocka_unit_test(test_how_near_is_the_end),
        cmocka_unit_test(test_two_cadences),
        cmocka_unit_test(test_cadences_that_meet_up_to_rounding),
        cmocka_unit_test(test_without_snapshots),
        cmocka_unit_test(test_a_million_outputs_do_not_drift),
        cmocka_unit_test(test_times_increase),
        cmocka_unit_test(test_seek_comes_out_where_passing_does),
        cmocka_unit_test(test_an_end_that_is_rounded_up),
    };
    return cmocka_run_group_tests_name("runtime-schedule", tests, NULL, NULL);
}
