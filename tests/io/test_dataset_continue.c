// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is cut back and continued holds the numbers of one that was written in one go.
#include "tests/io/dataset_fixture.h"

#include <signal.h>
#include <sys/wait.h>

static const size_t *records_of(size_t snapshots, size_t observations) {
    static size_t records[DIMENSIONS];
    records[TIME_DIMENSION] = snapshots;
    records[OBSERVED_DIMENSION] = observations;
    records[X_DIMENSION] = records[ORDER_DIMENSION] = 999; // fixed ones are ignored
    return records;
}

static struct clau_dataset *resume(const char *path, size_t snapshots, size_t observations) {
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_continue(path, TABLES, records_of(snapshots, observations), NULL,
                                        &dataset, &error),
                  CLAU_OK);
    return dataset;
}

/// Records of a run that went astray after its checkpoint.
static void put_wrong(struct clau_dataset *dataset, bool snapshots, size_t first, size_t last) {
    const double wrong[POINTS] = {-1.0, -2.0, -3.0, -4.0};
    struct clau_error error;
    for (size_t record = first; record < last; record++) {
        for (size_t v = 0; v < VARIABLES; v++) {
            if (!is_fixed(v) && is_snapshot(v) == snapshots) {
                assert_status(clau_dataset_put(dataset, v, record, wrong, &error), CLAU_OK);
            }
        }
    }
}

/// Right records up to (cut, cut), wrong ones up to (ran, ran), then right ones to (end, end).
static void continue_equals_one_go(const char *path, const struct clau_dataset_options *options,
                                   const size_t cut[2], const size_t ran[2], const size_t end[2]) {
    struct clau_error error;
    struct clau_dataset *dataset = create(path, options);
    assert_status(clau_dataset_set_text(dataset, "status", "interrupted", &error), CLAU_OK);
    put_fixed(dataset);
    put_records(dataset, true, 0, cut[0]);
    put_records(dataset, false, 0, cut[1]);
    put_wrong(dataset, true, cut[0], ran[0]);
    put_wrong(dataset, false, cut[1], ran[1]);
    close_dataset(dataset);
    dataset = resume(path, cut[0], cut[1]);
    // Already the file that was cut is whole.
    assert_status(clau_dataset_flush(dataset, &error), CLAU_OK);
    put_records(dataset, true, cut[0], end[0]);
    put_records(dataset, false, cut[1], end[1]);
    close_dataset(dataset);
    check_dataset(path, end[0], end[1]);
    const int file = open_netcdf(path);
    char status[32] = "";
    assert_int_equal(nc_get_att_text(file, NC_GLOBAL, "status", status), NC_NOERR);
    assert_string_equal(status, "interrupted");
    nc_close(file);
}

static void cut_and_continued_equals_one_go(void **state) {
    const struct folder *folder = *state;
    static const size_t cases[][3][2] = {
        // at the checkpoint, when it stopped, in the end: snapshots and observations
        {{10, 10}, {20, 20}, {30, 30}},
        {{10, 10}, {10, 10}, {30, 30}},            // nothing to cut
        {{10, 10}, {40, 40}, {10, 10}},            // nothing to add
        {{10, 10}, {40, 40}, {20, 20}},            // ends before where it had been
        {{0, 0}, {5, 5}, {7, 7}},                  // from the start
        {{1, 1024}, {1, 1024}, {3, 2048}},         // at the edge of a chunk
        {{700, 1500}, {1400, 5000}, {1500, 6000}}, // over several chunks and blocks
        {{50, 1023}, {51, 1025}, {52, 1026}},      // over the edge of a chunk
    };
    static const struct clau_dataset_options forms[] = {{.replace = true},
                                                        {.replace = true, .compression = 3}};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            continue_equals_one_go(folder->file, &forms[f], cases[i][0], cases[i][1], cases[i][2]);
        }
    }
}

static void precision_is_that_of_the_file(void **state) {
    const struct folder *folder = *state;
    const struct clau_dataset_options single = {.single_precision = true};
    write_dataset(folder->file, &single, 9, 9);
    struct clau_dataset *dataset = resume(folder->file, 4, 4);
    put_records(dataset, true, 4, 12);
    put_records(dataset, false, 4, 12);
    close_dataset(dataset);
    const int file = open_netcdf(folder->file);
    nc_type type;
    double got[12][POINTS];
    assert_int_equal(nc_inq_vartype(file, variable_id(file, RE), &type), NC_NOERR);
    assert_int_equal(type, NC_FLOAT);
    assert_int_equal(dimension_length(file, "time"), 12);
    assert_int_equal(nc_get_var_double(file, variable_id(file, RE), &got[0][0]), NC_NOERR);
    for (size_t record = 0; record < 12; record++) {
        for (size_t i = 0; i < POINTS; i++) {
            assert_true(got[record][i] == (double)(float)number(RE, record, i));
        }
    }
    assert_true(records_are_right(file, RENYI, 12));
    nc_close(file);
}

static void large_frames_continue(void **state) {
    const struct folder *folder = *state;
    enum { N = 10000 };
    static const struct clau_dimension line[] = {{"time", CLAU_UNLIMITED}, {"x", N}};
    static const struct clau_variable field = {
        .name = "phi", .dimensions = {"time", "x"}, .units = "1", .state = true};
    static double values[N];
    const size_t records[] = {3, 0};
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_create(folder->file, line, 2, &field, 1, &plain, &dataset, &error),
                  CLAU_OK);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t record = pass ? 3 : 0; record < 8; record++) {
            for (size_t i = 0; i < N; i++) {
                values[i] = number(pass && record >= 3 ? 5 : 0, record, i);
            }
            assert_status(clau_dataset_put(dataset, 0, record, values, &error), CLAU_OK);
        }
        close_dataset(dataset);
        if (pass == 0) {
            assert_status(clau_dataset_continue(folder->file, line, 2, &field, 1, records, NULL,
                                                &dataset, &error),
                          CLAU_OK);
        }
    }
    for (size_t record = 0; record < 8; record++) {
        double *got;
        size_t count;
        assert_status(
            clau_dataset_read(folder->file, "phi", (ptrdiff_t)record, &got, &count, &error),
            CLAU_OK);
        assert_int_equal(count, N);
        for (size_t i = 0; i < N; i++) {
            assert_true(got[i] == number(record >= 3 ? 5 : 0, record, i));
        }
        free(got);
    }
}

/// A dimension without a variable of its name is an array of HDF5 of its own.
static void dimension_without_a_variable_is_cut_too(void **state) {
    const struct folder *folder = *state;
    static const struct clau_dimension one[] = {{"record", CLAU_UNLIMITED}};
    static const struct clau_variable series = {
        .name = "mass", .dimensions = {"record"}, .units = "1"};
    const size_t records[] = {5};
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_create(folder->file, one, 1, &series, 1, &plain, &dataset, &error),
                  CLAU_OK);
    for (size_t record = 0; record < 9; record++) {
        const double value = number(0, record, 0);
        assert_status(clau_dataset_put(dataset, 0, record, &value, &error), CLAU_OK);
    }
    close_dataset(dataset);
    assert_status(
        clau_dataset_continue(folder->file, one, 1, &series, 1, records, NULL, &dataset, &error),
        CLAU_OK);
    close_dataset(dataset);
    const int file = open_netcdf(folder->file);
    assert_int_equal(dimension_length(file, "record"), 5);
    nc_close(file);
}

static void continuing_is_repeatable(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 1, 1);
    for (size_t n = 1; n < 20; n++) {
        struct clau_dataset *dataset = resume(folder->file, n, 3 * n - 2);
        put_records(dataset, true, n, n + 3); // two of which the next one cuts
        put_records(dataset, false, 3 * n - 2, 3 * n + 3);
        close_dataset(dataset);
    }
    struct clau_dataset *dataset = resume(folder->file, 20, 58);
    close_dataset(dataset);
    check_dataset(folder->file, 20, 58);
}

/// Killed with series of different lengths in the file.
static void killed_file_is_continued(void **state) {
    const struct folder *folder = *state;
    const pid_t writer = fork();
    if (writer == 0) {
        struct clau_error error;
        struct clau_dataset *dataset = NULL;
        bool fine =
            clau_dataset_create(folder->file, TABLES, &plain, &dataset, &error) == CLAU_OK &&
            put_record(dataset, X, 0, &error) == CLAU_OK &&
            put_record(dataset, FACTOR, 0, &error) == CLAU_OK &&
            try_records(dataset, true, 0, 10) && try_records(dataset, false, 0, 2000) &&
            clau_dataset_flush(dataset, &error) == CLAU_OK;
        for (size_t record = 2000; fine && record < 2500; record++) {
            // Longer than 'renyi' and its time.
            fine = put_record(dataset, MASS, record, &error) == CLAU_OK;
        }
        fine = fine && put_record(dataset, RE, 10, &error) == CLAU_OK &&
               clau_dataset_flush(dataset, &error) == CLAU_OK &&
               put_record(dataset, RENYI, 2000, &error) == CLAU_OK;
        raise(fine ? SIGKILL : SIGABRT);
    }
    int status;
    waitpid(writer, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    struct clau_dataset *dataset = resume(folder->file, 8, 1990);
    put_records(dataset, true, 8, 11);
    put_records(dataset, false, 1990, 2600);
    close_dataset(dataset);
    check_dataset(folder->file, 11, 2600);
}

/* Refusals */

static void refuse(const char *path, const size_t *records, const struct clau_dimension *table,
                   const struct clau_variable *columns, const char *message) {
    struct clau_error error;
    struct clau_dataset *const mark = (struct clau_dataset *)&error, *dataset = mark;
    assert_status(clau_dataset_continue(path, table, DIMENSIONS, columns, VARIABLES, records, NULL,
                                        &dataset, &error),
                  CLAU_BAD_INPUT);
    assert_ptr_equal(dataset, mark); // outputs on success only
    if (strncmp(error.message, path, strlen(path)) != 0 || !strstr(error.message, message)) {
        fail_msg("\"%s\" where \"%s\" is due", error.message, message);
    }
}

static void shorter_file_is_refused_untouched(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 10, 20);
    size_t before, after;
    char *bytes = read_bytes(folder->file, &before);
    refuse(folder->file, records_of(11, 20), dimensions, variables,
           "holds 10 records of 'time', the checkpoint is after 11");
    refuse(folder->file, records_of(5, 21), dimensions, variables,
           "holds 20 records of 'observation_time', the checkpoint is after 21");
    refuse(folder->file, records_of(SIZE_MAX, 20), dimensions, variables, "holds 10 records");
    char *again = read_bytes(folder->file, &after);
    assert_int_equal(before, after);
    assert_memory_equal(bytes, again, before);
    free(bytes);
    free(again);
    check_dataset(folder->file, 10, 20);
}

static void other_tables_are_refused(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 3, 3);
    struct clau_dimension table[DIMENSIONS];
    struct clau_variable columns[VARIABLES];
    memcpy(table, dimensions, sizeof table);
    table[X_DIMENSION].length = POINTS + 1;
    refuse(folder->file, records_of(2, 2), table, variables,
           "dimension 'x' is missing or has another length");
    table[X_DIMENSION].length = CLAU_UNLIMITED;
    memcpy(columns, variables, sizeof columns);
    columns[X].dimensions[0] = "order";
    columns[RE].dimensions[1] = "order";
    refuse(folder->file, records_of(2, 2), table, columns, "dimension 'x'");
    memcpy(table, dimensions, sizeof table);
    table[TIME_DIMENSION].length = 3;
    refuse(folder->file, records_of(2, 2), table, variables, "dimension 'time'");
    memcpy(columns, variables, sizeof columns);
    columns[MASS].name = "momentum";
    refuse(folder->file, records_of(2, 2), dimensions, columns,
           "variable 'momentum' is missing or has other dimensions");
    memcpy(columns, variables, sizeof columns);
    columns[MASS].dimensions[0] = "time";
    refuse(folder->file, records_of(2, 2), dimensions, columns, "variable 'mass'");
    check_dataset(folder->file, 3, 3);
}

static void other_files_are_refused(void **state) {
    const struct folder *folder = *state;
    refuse(folder->file, records_of(0, 0), dimensions, variables, "No such file or directory");
    refuse(folder->path, records_of(0, 0), dimensions, variables, "");
    write_text(folder->file, "no file of this kind");
    refuse(folder->file, records_of(0, 0), dimensions, variables,
           "is not a readable NetCDF-4 file");
    // The classic format holds the same tables, but cannot be cut.
    int file, ids[DIMENSIONS], id;
    assert_int_equal(nc_create(folder->file, NC_CLOBBER, &file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "time", NC_UNLIMITED, &ids[0]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "time", NC_DOUBLE, 1, ids, &id), NC_NOERR);
    assert_int_equal(nc_close(file), NC_NOERR);
    static const struct clau_variable time = {.name = "time", .dimensions = {"time"}, .units = "1"};
    const size_t none[] = {0};
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(
        clau_dataset_continue(folder->file, dimensions, 1, &time, 1, none, NULL, &dataset, &error),
        CLAU_BAD_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(cut_and_continued_equals_one_go),
        test_in_folder(precision_is_that_of_the_file),
        test_in_folder(large_frames_continue),
        test_in_folder(dimension_without_a_variable_is_cut_too),
        test_in_folder(continuing_is_repeatable),
        test_in_folder(killed_file_is_continued),
        test_in_folder(shorter_file_is_refused_untouched),
        test_in_folder(other_tables_are_refused),
        test_in_folder(other_files_are_refused),
    };
    return cmocka_run_group_tests_name("io-dataset_continue", tests, NULL, NULL);
}
