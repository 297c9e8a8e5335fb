// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/run_files.h"

#include "tests/io/folder.h"

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

static void twins_share_their_names(void **state) {
    const struct folder *folder = *state;
    char *bare = path_in(folder, "run");
    assert_null(clau_twin_of(folder->file));
    assert_null(clau_twin_of(bare));
    write_text(bare, "solver = \"none\"\n"); // a configuration may have that name
    assert_null(clau_twin_of(folder->file));
    write_text(bare, "\211HDF\r\n\032\n");
    char *twin = clau_twin_of(folder->file);
    assert_string_equal(twin, bare);
    free(twin);
    assert_null(clau_twin_of(bare));
    assert_int_equal(rename(bare, folder->file), 0);
    twin = clau_twin_of(bare);
    assert_string_equal(twin, folder->file);
    free(twin);
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    assert_null(clau_twin_of(bare));
    free(bare);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_nc_is_cut),
        cmocka_unit_test(names_of_other_files_are_known),
        test_in_folder(twins_share_their_names),
    };
    return cmocka_run_group_tests_name("io-run_files", tests, NULL, NULL);
}
