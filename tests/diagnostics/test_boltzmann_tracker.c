// SPDX-License-Identifier: GPL-3.0-or-later
// Counts and sums of moves against plain counting.
#include "diagnostics/boltzmann_tracker.h"
#include "tests/approx.h"

static void by_hand(void **state) {
    (void)state;
    // Once with a counter a cell, once with more cells than there is memory for.
    const uint64_t numbers[] = {4, UINT64_C(1) << 62};
    for (size_t k = 0; k < 2; k++) {
        struct clau_boltzmann_tracker *tracker = clau_boltzmann_tracker_create(numbers[k], 3);
        const uint64_t cells[] = {2, 99, 2, 99, 3};
        assert_non_null(tracker);
        assert_int_equal(clau_boltzmann_tracker_start(tracker, cells, 2, NULL), CLAU_MEASURE_OK);
        assert_int_equal(clau_boltzmann_tracker_count(tracker, 2), 2);
        // 2, 0, 1 -> 1, 0, 2 -> 0, 0, 3 -> 0, 1, 2.
#define MOVE(from, to, cause)                                                                      \
    assert_int_equal(clau_boltzmann_tracker_move(tracker, from, to, cause), CLAU_MEASURE_OK)
        MOVE(2, 3, CLAU_BY_DISPERSAL); // ln 2 - ln 2
        assert_true(clau_boltzmann_tracker_entropy(tracker, CLAU_BY_DISPERSAL) == 0.0);
        MOVE(2, 3, CLAU_BY_DISPERSAL); // ln 1 - ln 3
        MOVE(3, 1, CLAU_BY_COLLISION); // ln 3 - ln 1
        MOVE(3, 3, CLAU_BY_COLLISION); // none
        assert_int_equal(clau_boltzmann_tracker_count(tracker, 3), 2);
        assert_int_equal(clau_boltzmann_tracker_count(tracker, 2), 0);
        assert_close(clau_boltzmann_tracker_entropy(tracker, CLAU_BY_DISPERSAL), -log(3.0) / 3.0,
                     1e-16);
        assert_close(clau_boltzmann_tracker_entropy(tracker, CLAU_BY_COLLISION), log(3.0) / 3.0,
                     1e-16);
        // Refusals change nothing.
        assert_int_equal(clau_boltzmann_tracker_move(tracker, 2, 1, CLAU_BY_COLLISION),
                         CLAU_MEASURE_BAD_CELL);
        assert_int_equal(clau_boltzmann_tracker_move(tracker, 3, numbers[k], CLAU_BY_COLLISION),
                         CLAU_MEASURE_BAD_CELL);
        assert_int_equal(clau_boltzmann_tracker_count(tracker, 1), 1);
        assert_close(clau_boltzmann_tracker_entropy(tracker, CLAU_BY_COLLISION), log(3.0) / 3.0,
                     1e-16);
        clau_boltzmann_tracker_destroy(tracker);
    }
    struct clau_boltzmann_tracker *tracker = clau_boltzmann_tracker_create(4, 1);
    const uint64_t beyond = 4;
    assert_int_equal(clau_boltzmann_tracker_start(tracker, &beyond, 1, NULL),
                     CLAU_MEASURE_BAD_CELL);
    clau_boltzmann_tracker_destroy(tracker);
    assert_null(clau_boltzmann_tracker_create(4, 0));
    assert_null(clau_boltzmann_tracker_create(0, 4));
}

enum { PARTICLES = 300, CELLS = 400, MOVES = 10000000, BATCH = 100000 };

/// SplitMix64.
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/// Entropy without ln |D|, per particle.
static double entropy(const uint32_t found[CELLS]) {
    double sum = 0.0;
    for (size_t a = 0; a < CELLS; a++)
        sum -= lgamma(found[a] + 1.0);
    return sum / PARTICLES;
}

/// Random moves between cells with the numbers name[], few of which are empty or full.
static void check_many(uint64_t total, const uint64_t name[CELLS]) {
    struct clau_boltzmann_tracker *tracker = clau_boltzmann_tracker_create(total, PARTICLES);
    uint64_t cell[PARTICLES], random = 0;
    size_t at[PARTICLES], first[PARTICLES];
    uint32_t found[CELLS] = {0};
    assert_non_null(tracker);
    for (size_t i = 0; i < PARTICLES; i++) {
        first[i] = at[i] = i % 7;
        cell[i] = name[at[i]];
        found[at[i]]++;
    }
    const double before = entropy(found);
    assert_int_equal(clau_boltzmann_tracker_start(tracker, cell, 1, NULL), CLAU_MEASURE_OK);
    for (uint64_t done = 0; done < MOVES; done += BATCH) {
        for (size_t k = 0; k < BATCH; k++) {
            const size_t i = next(&random) % PARTICLES;
            // More often into low cells, which fill up.
            const size_t to = next(&random) % CELLS * (next(&random) % 8) / 8;
            MOVE(name[at[i]], name[to], (enum clau_boltzmann_cause)(next(&random) & 1));
            found[at[i]]--;
            found[at[i] = to]++;
        }
        for (size_t a = 0; a < CELLS; a++)
            assert_int_equal(clau_boltzmann_tracker_count(tracker, name[a]), found[a]);
    }
    const double dispersal = clau_boltzmann_tracker_entropy(tracker, CLAU_BY_DISPERSAL);
    const double collision = clau_boltzmann_tracker_entropy(tracker, CLAU_BY_COLLISION);
    print_message("# %d moves: %.17g + %.17g, change %.17g\n", MOVES, dispersal, collision,
                  entropy(found) - before);
    assert_true(fabs(dispersal) > 0.1 && fabs(collision) > 0.1);
    // The sums are exact but for the logarithms, some 1e-16 each; this is the round-off of the two
    // numbers of order 1 to 1e3 that are read, and of lgamma.
    assert_close(dispersal + collision, entropy(found) - before, 1e-12);
    // All the way back: nothing is left of either sum, not a bit of it.
    for (size_t i = 0; i < PARTICLES; i++)
        MOVE(name[at[i]], name[first[i]], CLAU_BY_COLLISION);
    const struct clau_boltzmann_sums sums = clau_boltzmann_tracker_sums(tracker);
    const int64_t rest = (sums.of[0].whole + sums.of[1].whole) * (INT64_C(1) << 56);
    assert_true(sums.of[0].fraction + sums.of[1].fraction + rest == 0);
    clau_boltzmann_tracker_destroy(tracker);
}

static void many_moves(void **state) {
    (void)state;
    uint64_t name[CELLS];
    for (size_t a = 0; a < CELLS; a++)
        name[a] = a;
    check_many(CELLS, name);
    // Two thirds of them near to each other and to one end of the hash table, where runs are long
    // and go round: multiples of the inverse of its factor.
    const uint64_t inverse = UINT64_C(0xf1de83e19937733d);
    for (size_t a = 0; a < CELLS; a++)
        name[a] = a % 3 != 0 ? (inverse * (UINT64_MAX - (uint64_t)a * (UINT64_C(1) << 50))) >> 1
                             : a * UINT64_C(1234567891011);
    check_many(UINT64_C(1) << 63, name);
}

static void goes_on(void **state) {
    (void)state;
    const uint64_t cells[] = {0, 0, 0, 1};
    struct clau_boltzmann_tracker *a = clau_boltzmann_tracker_create(3, 4);
    struct clau_boltzmann_tracker *b = clau_boltzmann_tracker_create(3, 4);
    clau_boltzmann_tracker_start(a, cells, 1, NULL);
    clau_boltzmann_tracker_move(a, 0, 2, CLAU_BY_DISPERSAL);
    clau_boltzmann_tracker_move(a, 0, 1, CLAU_BY_COLLISION);
    const uint64_t then[] = {0, 2, 1, 1};
    const struct clau_boltzmann_sums sums = clau_boltzmann_tracker_sums(a);
    assert_int_equal(clau_boltzmann_tracker_start(b, then, 1, &sums), CLAU_MEASURE_OK);
    clau_boltzmann_tracker_move(a, 2, 1, CLAU_BY_COLLISION);
    clau_boltzmann_tracker_move(b, 2, 1, CLAU_BY_COLLISION);
    for (int cause = 0; cause < CLAU_BOLTZMANN_CAUSES; cause++) {
        const enum clau_boltzmann_cause by = (enum clau_boltzmann_cause)cause;
        assert_true(clau_boltzmann_tracker_entropy(a, by) == clau_boltzmann_tracker_entropy(b, by));
    }
    assert_close(clau_boltzmann_tracker_entropy(b, CLAU_BY_DISPERSAL), log(3.0) / 4.0, 1e-16);
    assert_close(clau_boltzmann_tracker_entropy(b, CLAU_BY_COLLISION), -log(3.0) / 4.0, 1e-16);
    clau_boltzmann_tracker_destroy(a);
    clau_boltzmann_tracker_destroy(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(many_moves),
        cmocka_unit_test(goes_on),
    };
    return cmocka_run_group_tests_name("diagnostics-boltzmann-tracker", tests, NULL, NULL);
}
