// SPDX-License-Identifier: GPL-3.0-or-later
// The search for contacts in the versions for different vectors, which must agree in every bit.
#include "solvers/hard_discs/search.c"

#include <string.h>

#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

static const struct hd_block blocks[] = {
    {9, {-1, 0, 1, -1, 0, 1, -1, 0, 1}, {-1, -1, -1, 0, 0, 0, 1, 1, 1}},
    {3, {1, 1, 1}, {-1, 0, 1}},
};

/// The disc as `look` leaves it: without a contact before, or with the one that it has.
static struct hd_disc searched(struct hd_engine *engine, uint32_t disc, search_function *look,
                               const struct hd_block *block, bool anew) {
    const struct hd_disc before = engine->discs[disc];
    if (anew)
        engine->discs[disc].contact = INFINITY;
    look(engine, disc, block);
    const struct hd_disc after = engine->discs[disc];
    engine->discs[disc] = before;
    return after;
}

static void check_versions(size_t count, double packing, bool periodic) {
    search_function *versions[3] = {search_of_2};
    size_t number = 1, found = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        versions[number++] = search_of_4;
    if (__builtin_cpu_supports("avx512f"))
        versions[number++] = search_of_8;
#endif
    struct gas gas;
    gas_init(&gas, count, packing, periodic, periodic, 5);
    for (int round = 0; round < 20; round++) {
        hd_engine_run(&gas.engine, INFINITY, count);
        for (uint32_t i = 0; i < count; i++)
            for (int way = 0; way < 4; way++) {
                const struct hd_block *block = &blocks[way / 2];
                const struct hd_disc first =
                    searched(&gas.engine, i, versions[0], block, way % 2 == 0);
                found += first.contact < INFINITY;
                for (size_t v = 1; v < number; v++) {
                    const struct hd_disc other =
                        searched(&gas.engine, i, versions[v], block, way % 2 == 0);
                    assert_memory_equal(&other, &first, sizeof first);
                }
            }
    }
    assert_true(found > count);
    gas_finish(&gas);
}

static void widths_agree(void **state) {
    (void)state;
    check_versions(500, 0.6, true);
    check_versions(500, 0.05, false);
    // Many in a cell.
    check_versions(500, 0.001, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(widths_agree)};
    return cmocka_run_group_tests_name("hard-discs-search", tests, NULL, NULL);
}
