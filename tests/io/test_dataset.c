// SPDX-License-Identifier: GPL-3.0-or-later
// What is put into a dataset comes out of it; who may read it when; reading any NetCDF file.
#include "tests/io/dataset_fixture.h"

#include <sys/wait.h>

static void records_come_back_to_the_bit(void **state) {
    const struct folder *folder = *state;
    // More than a chunk of a scalar series, a block in memory, and one of a kind in the end.
    write_dataset(folder->file, &plain, 1500, 3001);
    check_dataset(folder->file, 1500, 3001);
}

static void dataset_of_no_records_is_whole(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 0, 0);
    check_dataset(folder->file, 0, 0);
}

static void failed_writer_leaves_no_file_without_a_whole_time(void **state) {
    const struct folder *folder = *state;
    struct clau_dataset *dataset = create(folder->file, &plain);
    put_fixed(dataset);
    put_records(dataset, true, 0, 1); // of the snapshots alone
    assert_false(clau_dataset_abandon(dataset));
    assert_int_equal(rmdir(folder->path), 0); // it is empty
    assert_int_equal(mkdir(folder->path, 0700), 0);
    dataset = create(folder->file, &plain);
    put_fixed(dataset);
    put_records(dataset, true, 0, 1);
    put_records(dataset, false, 0, 1);
    assert_true(clau_dataset_abandon(dataset));
    check_dataset(folder->file, 1, 1);
    assert_false(clau_dataset_abandon(NULL));
}

static void special_numbers_come_back(void **state) {
    const struct folder *folder = *state;
    const double put[POINTS] = {NAN, -NAN, INFINITY, -INFINITY, -0.0, 5e-324, 1.7e308};
    struct clau_error error;
    struct clau_dataset *dataset = create(folder->file, &plain);
    assert_status(clau_dataset_put(dataset, RE, 0, put, &error), CLAU_OK);
    close_dataset(dataset);
    double *got;
    size_t count;
    assert_status(clau_dataset_read(folder->file, "psi_re", 0, &got, &count, &error), CLAU_OK);
    assert_int_equal(count, POINTS);
    assert_memory_equal(got, put, sizeof put);
    free(got);
}

/// A frame beyond the size of a block goes to the file at once.
static void large_frames_come_back(void **state) {
    const struct folder *folder = *state;
    enum { NY = 96, NX = 128, FRAMES = 7 };
    static const struct clau_dimension plane[] = {{"time", CLAU_UNLIMITED}, {"y", NY}, {"x", NX}};
    static const struct clau_variable field = {
        .name = "phi", .dimensions = {"time", "y", "x"}, .units = "1", .state = true};
    double *values = malloc(NX * NY * sizeof *values);
    for (int single = 0; single < 2; single++) {
        const struct clau_dataset_options options = {.replace = true,
                                                     .single_precision = single != 0};
        struct clau_error error;
        struct clau_dataset *dataset;
        assert_status(
            clau_dataset_create(folder->file, plane, 3, &field, 1, &options, &dataset, &error),
            CLAU_OK);
        for (size_t record = 0; record < FRAMES; record++) {
            for (size_t i = 0; i < NX * NY; i++) {
                values[i] = number(0, record, i);
            }
            assert_status(clau_dataset_put(dataset, 0, record, values, &error), CLAU_OK);
            memset(values, 0, NX * NY * sizeof *values); // it was copied
        }
        close_dataset(dataset);
        for (size_t record = 0; record < FRAMES; record++) {
            double *got;
            size_t count;
            assert_status(
                clau_dataset_read(folder->file, "phi", (ptrdiff_t)record, &got, &count, &error),
                CLAU_OK);
            assert_int_equal(count, NX * NY);
            for (size_t i = 0; i < count; i++) {
                const double put = number(0, record, i);
                assert_true(got[i] == (single ? (double)(float)put : put));
            }
            free(got);
        }
    }
    free(values);
}

static void records_out_of_order_are_refused(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_dataset *dataset = create(folder->file, &plain);
    put_fixed(dataset);
    assert_status(put_record(dataset, MASS, 1, &error), CLAU_INTERNAL);
    assert_non_null(strstr(error.message, "record 1 of 'mass' where 0 is due"));
    assert_status(put_record(dataset, MASS, 0, &error), CLAU_OK);
    assert_status(put_record(dataset, MASS, 0, &error), CLAU_INTERNAL);
    assert_status(put_record(dataset, X, 1, &error), CLAU_INTERNAL);
    assert_int_equal(clau_dataset_put(dataset, VARIABLES, 0, NULL, &error), CLAU_INTERNAL);
    // None of that spoils the file.
    assert_status(put_record(dataset, OBSERVED, 0, &error), CLAU_OK);
    assert_status(put_record(dataset, RENYI, 0, &error), CLAU_OK);
    close_dataset(dataset);
    check_dataset(folder->file, 0, 1);
    assert_int_equal(clau_dataset_close(NULL, NULL), CLAU_OK);
}

static void text_attribute(int file, int variable, const char *name, const char *expected) {
    size_t length;
    char text[256] = "";
    assert_int_equal(nc_inq_attlen(file, variable, name, &length), NC_NOERR);
    assert_true(length < sizeof text);
    assert_int_equal(nc_get_att_text(file, variable, name, text), NC_NOERR);
    assert_string_equal(text, expected);
}

static void global_attributes_come_back(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_dataset *dataset = create(folder->file, &plain);
    assert_status(clau_dataset_set_text(dataset, "status", "running", &error), CLAU_OK);
    assert_status(clau_dataset_set_text(dataset, "title", "\u03c8 \"x\"\nline", &error), CLAU_OK);
    assert_status(clau_dataset_set_text(dataset, "history", "", &error), CLAU_OK);
    assert_status(clau_dataset_set_integer(dataset, "seed", INT64_MIN, &error), CLAU_OK);
    assert_status(clau_dataset_set_real(dataset, "wall_time_s", 0.0, &error), CLAU_OK);
    put_records(dataset, true, 0, 2);
    assert_status(clau_dataset_flush(dataset, &error), CLAU_OK);
    // They change in the course of a run, in length, too.
    assert_status(clau_dataset_set_text(dataset, "status", "complete", &error), CLAU_OK);
    assert_status(clau_dataset_set_integer(dataset, "seed", INT64_MAX, &error), CLAU_OK);
    assert_status(clau_dataset_set_real(dataset, "wall_time_s", 0.1, &error), CLAU_OK);
    close_dataset(dataset);
    const int file = open_netcdf(folder->file);
    text_attribute(file, NC_GLOBAL, "status", "complete");
    text_attribute(file, NC_GLOBAL, "title", "\u03c8 \"x\"\nline");
    text_attribute(file, NC_GLOBAL, "history", "");
    long long seed = 0;
    double wall = 0.0;
    assert_int_equal(nc_get_att_longlong(file, NC_GLOBAL, "seed", &seed), NC_NOERR);
    assert_true(seed == INT64_MAX);
    assert_int_equal(nc_get_att_double(file, NC_GLOBAL, "wall_time_s", &wall), NC_NOERR);
    assert_true(wall == 0.1);
    nc_close(file);
}

static void variables_describe_themselves(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 2, 2);
    const int file = open_netcdf(folder->file);
    for (size_t v = 0; v < VARIABLES; v++) {
        const int id = variable_id(file, v);
        text_attribute(file, id, "long_name", variables[v].long_name);
        text_attribute(file, id, "units", variables[v].units);
        // CF 2.5.1: coordinates have no missing values.
        const bool may_miss = v == RE || v == MASS || v == RENYI;
        double fill = 0.0;
        assert_int_equal(nc_get_att_double(file, id, "_FillValue", &fill),
                         may_miss ? NC_NOERR : NC_ENOTATT);
        assert_true(!may_miss || isnan(fill));
        nc_type type;
        assert_int_equal(nc_inq_vartype(file, id, &type), NC_NOERR);
        assert_int_equal(type, NC_DOUBLE);
    }
    text_attribute(file, variable_id(file, RE), "standard_name", "wave");
    text_attribute(file, variable_id(file, RE), "comment", "");
    nc_close(file);
}

/// A series shorter than its dimension reads as missing, not as zeros or old memory.
static void records_not_yet_put_are_missing(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_dataset *dataset = create(folder->file, &plain);
    for (size_t record = 0; record < 3; record++) {
        assert_status(put_record(dataset, TIME, record, &error), CLAU_OK);
    }
    assert_status(put_record(dataset, RE, 0, &error), CLAU_OK);
    close_dataset(dataset);
    double *values;
    size_t count;
    assert_status(clau_dataset_read(folder->file, "psi_re", -1, &values, &count, &error), CLAU_OK);
    assert_int_equal(count, POINTS);
    for (size_t i = 0; i < count; i++) {
        assert_true(isnan(values[i]));
    }
    free(values);
}

/// A reader in another process sees each flush of a writer that goes on.
static void flushed_records_are_seen_from_outside(void **state) {
    const struct folder *folder = *state;
    int go[2], done[2];
    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(done), 0);
    enum { ROUNDS = 5, STEP = 300 };
    const pid_t writer = fork();
    if (writer == 0) {
        char byte = 0;
        struct clau_error error;
        struct clau_dataset *dataset = NULL;
        bool fine =
            clau_dataset_create(folder->file, TABLES, &plain, &dataset, &error) == CLAU_OK &&
            put_record(dataset, X, 0, &error) == CLAU_OK &&
            put_record(dataset, FACTOR, 0, &error) == CLAU_OK;
        for (size_t round = 0; fine && round < ROUNDS; round++) {
            for (size_t r = round * STEP; r < (round + 1) * STEP; r++) {
                for (size_t v = 0; v < VARIABLES; v++) {
                    fine = fine && (is_fixed(v) || put_record(dataset, v, r, &error) == CLAU_OK);
                }
            }
            fine = fine && clau_dataset_flush(dataset, &error) == CLAU_OK &&
                   write(done[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1;
        }
        fine = fine && clau_dataset_close(dataset, &error) == CLAU_OK;
        _exit(fine ? 0 : 1);
    }
    close(done[1]);
    for (size_t round = 0; round < ROUNDS; round++) {
        char byte = 0;
        assert_int_equal(read(done[0], &byte, 1), 1);
        check_dataset(folder->file, (round + 1) * STEP, (round + 1) * STEP);
        assert_int_equal(write(go[1], &byte, 1), 1);
    }
    int status;
    waitpid(writer, &status, 0);
    assert_int_equal(status, 0);
    close(done[0]);
    close(go[0]);
    close(go[1]);
    check_dataset(folder->file, ROUNDS * STEP, ROUNDS * STEP);
}

/* Reading */

static void check_read(const char *path, const char *variable, ptrdiff_t record, size_t which,
                       size_t expected_record) {
    struct clau_error error;
    double *values = NULL;
    size_t count = 0;
    assert_status(clau_dataset_read(path, variable, record, &values, &count, &error), CLAU_OK);
    assert_int_equal(count, lengths[which]);
    for (size_t i = 0; i < count; i++) {
        assert_true(values[i] == number(which, expected_record, i));
    }
    free(values);
}

static void refuse_read(const char *path, const char *variable, ptrdiff_t record,
                        const char *message) {
    struct clau_error error;
    double mark = 0.0, *values = &mark;
    size_t count = 77;
    assert_status(clau_dataset_read(path, variable, record, &values, &count, &error),
                  CLAU_BAD_INPUT);
    if (strncmp(error.message, path, strlen(path)) != 0 || !strstr(error.message, message)) {
        fail_msg("\"%s\" where \"%s\" is due", error.message, message);
    }
    assert_ptr_equal(values, &mark); // outputs on success only
    assert_int_equal(count, 77);
}

static void reading_takes_one_record_or_all(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 5, 1030);
    check_read(folder->file, "psi_re", 0, RE, 0);
    check_read(folder->file, "psi_re", 3, RE, 3);
    check_read(folder->file, "psi_re", -1, RE, 4);
    check_read(folder->file, "mass", 1029, MASS, 1029);
    check_read(folder->file, "renyi", -1, RENYI, 1029);
    check_read(folder->file, "x", -1, X, 0);
    check_read(folder->file, "x", 4, X, 0);
    check_read(folder->file, "factor", -1, FACTOR, 0);
}

static void reading_says_what_is_missing(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 5, 0);
    refuse_read(folder->file, "phi", 0, "has no variable 'phi'");
    refuse_read(folder->file, "psi_re", 5, "'psi_re' has 5 records, not record 5");
    refuse_read(folder->file, "psi_re", -2, "'psi_re' has 5 records, not record -2");
    refuse_read(folder->file, "mass", -1, "'mass' has 0 records, not record -1");
    refuse_read(folder->path, "x", -1, "is a directory");
    char *other = path_in(folder, "other.nc");
    refuse_read(other, "x", -1, "No such file or directory");
    write_text(other, "");
    refuse_read(other, "x", -1, "is not a readable NetCDF file");
    write_text(other, "\x89HDF\r\n\x1a\nand no more");
    refuse_read(other, "x", -1, "is not a readable NetCDF file");
    free(other);
}

/// Files of other programs: classic format, other types, a fixed dimension called time.
static void reading_takes_files_of_others(void **state) {
    const struct folder *folder = *state;
    int file, ids[2], short_id, text_id;
    assert_int_equal(nc_create(folder->file, NC_CLOBBER, &file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "time", 3, &ids[0]), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "y", 2, &ids[1]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "depth", NC_SHORT, 2, ids, &short_id), NC_NOERR);
    assert_int_equal(nc_def_var(file, "name", NC_CHAR, 1, &ids[1], &text_id), NC_NOERR);
    assert_int_equal(nc_enddef(file), NC_NOERR);
    const short depths[] = {1, -2, 3, 4, 5, -32768};
    assert_int_equal(nc_put_var_short(file, short_id, depths), NC_NOERR);
    assert_int_equal(nc_close(file), NC_NOERR);
    struct clau_error error;
    double *values;
    size_t count;
    assert_status(clau_dataset_read(folder->file, "depth", -1, &values, &count, &error), CLAU_OK);
    assert_int_equal(count, 2);
    assert_true(values[0] == 5.0 && values[1] == -32768.0);
    free(values);
    refuse_read(folder->file, "name", -1, "'name' is not numeric");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(records_come_back_to_the_bit),
        test_in_folder(dataset_of_no_records_is_whole),
        test_in_folder(failed_writer_leaves_no_file_without_a_whole_time),
        test_in_folder(special_numbers_come_back),
        test_in_folder(large_frames_come_back),
        test_in_folder(records_out_of_order_are_refused),
        test_in_folder(global_attributes_come_back),
        test_in_folder(variables_describe_themselves),
        test_in_folder(records_not_yet_put_are_missing),
        test_in_folder(flushed_records_are_seen_from_outside),
        test_in_folder(reading_takes_one_record_or_all),
        test_in_folder(reading_says_what_is_missing),
        test_in_folder(reading_takes_files_of_others),
    };
    return cmocka_run_group_tests_name("io-dataset", tests, NULL, NULL);
}
