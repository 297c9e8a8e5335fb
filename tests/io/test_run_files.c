// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/run_files.h"

#include <stdlib.h>

#include "tests/approx.h"

static void only_nc_is_cut(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"run.nc", "run.xdmf2"},
        {"run", "run.xdmf2"},
        {"u0.2", "u0.2.xdmf2"},
        {"u0.25.nc", "u0.25.xdmf2"},
        {"run.nc4", "run.nc4.xdmf2"},
        {"runnc", "runnc.xdmf2"},
        {".nc", ".nc.xdmf2"},
        {"a/.nc", "a/.nc.xdmf2"},
        {"run.nc.nc", "run.nc.xdmf2"},
        {"a.nc/run", "a.nc/run.xdmf2"},
        {"/tmp/a.b/c.nc", "/tmp/a.b/c.xdmf2"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *path = clau_file_beside(pairs[i][0], CLAU_SIDECAR_SUFFIX);
        assert_string_equal(path, pairs[i][1]);
        free(path);
    }
}

static void names_of_other_files_are_known(void **state) {
    (void)state;
    static const char *const others[] = {"run.xdmf2", "a/run.checkpoint", "run.checkpoint.previous",
                                         "run.journal"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_true(clau_is_file_beside(others[i]));
    }
    static const char *const datasets[] = {
        "run.nc", "run", "run.checkpoint.nc", "a.xdmf2/run", "previous", "run.previous", ""};
    for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
        assert_false(clau_is_file_beside(datasets[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_nc_is_cut),
        cmocka_unit_test(names_of_other_files_are_known),
    };
    return cmocka_run_group_tests_name("io-run_files", tests, NULL, NULL);
}
