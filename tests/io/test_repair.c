// SPDX-License-Identifier: GPL-3.0-or-later
// What a killed run left is made whole, and what was done is said.
#include "io/repair.h"
#include "tests/io/dataset_fixture.h"

#include <signal.h>
#include <sys/wait.h>

static enum clau_status repair(const char *path, struct clau_repair *what,
                               struct clau_error *error) {
    struct clau_journal *journal = NULL;
    *what = (struct clau_repair){0};
    assert_int_equal(clau_journal_open(path, &journal, error), CLAU_OK);
    const enum clau_status status = clau_repair_file(path, journal, what, error);
    clau_journal_close(journal);
    return status;
}

static void repair_well(const char *path, struct clau_repair *what) {
    struct clau_error error = {.message = ""};
    if (repair(path, what, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
}

static char *status_of(const char *path) {
    static char text[32];
    size_t length = 0;
    const int file = open_netcdf(path);
    assert_int_equal(nc_inq_attlen(file, NC_GLOBAL, "status", &length), NC_NOERR);
    assert_int_equal(nc_get_att_text(file, NC_GLOBAL, "status", text), NC_NOERR);
    text[length] = '\0';
    nc_close(file);
    return text;
}

/// A writer that is killed with some series ahead of others: those are cut, the status is told.
static void series_are_cut_to_what_all_have(void **state) {
    const struct folder *folder = *state;
    const pid_t writer = fork();
    if (writer == 0) {
        struct clau_error error;
        struct clau_dataset *dataset = NULL;
        bool fine = clau_dataset_create(folder->file, TABLES, &plain, &dataset, NULL) == CLAU_OK &&
                    clau_dataset_set_text(dataset, "status", "running", &error) == CLAU_OK &&
                    put_record(dataset, X, 0, &error) == CLAU_OK &&
                    put_record(dataset, FACTOR, 0, &error) == CLAU_OK &&
                    try_records(dataset, true, 0, 20) && try_records(dataset, false, 0, 1030);
        for (size_t i = 1030; fine && i < 1040; i++) {
            fine = put_record(dataset, MASS, i, &error) == CLAU_OK;
        }
        for (size_t i = 20; fine && i < 23; i++) {
            fine = put_record(dataset, TIME, i, &error) == CLAU_OK;
        }
        fine = fine && clau_dataset_flush(dataset, &error) == CLAU_OK;
        raise(fine ? SIGKILL : SIGABRT);
    }
    int status;
    waitpid(writer, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    struct clau_repair what;
    repair_well(folder->file, &what);
    // The fixture's times do not rise: the first record is before the first that does not.
    assert_int_equal(what.cut_count, 2);
    assert_string_equal(what.cuts[0].dimension, "time");
    assert_int_equal(what.cuts[0].before, 23);
    assert_string_equal(what.cuts[1].dimension, "observation_time");
    assert_int_equal(what.cuts[1].before, 1040);
    assert_true(what.status);
    check_dataset(folder->file, what.cuts[0].after, what.cuts[1].after);
    assert_string_equal(status_of(folder->file), "interrupted");
    repair_well(folder->file, &what);
    assert_true(what.cut_count == 0 && !what.status); // once is enough
}

/* Files whose times rise, as those of a run */

static const struct clau_dimension line[] = {{"time", CLAU_UNLIMITED}, {"x", 2000}};
static const struct clau_variable columns[] = {
    {.name = "time", .dimensions = {"time"}, .units = "1"},
    {.name = "mass", .dimensions = {"time"}, .units = "1"},
    {.name = "phi", .dimensions = {"time", "x"}, .units = "1", .state = true},
};

/// With a time that is not as it should be; the last frames have no mass.
static void write_frames(const char *path, size_t frames, size_t bad, double bad_time,
                         size_t without_mass) {
    static double values[2000];
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    const struct clau_dataset_options options = {.replace = true};
    assert_status(clau_dataset_create(path, line, 2, columns, 3, &options, &dataset, &error),
                  CLAU_OK);
    for (size_t record = 0; record < frames; record++) {
        const double time = record == bad ? bad_time : 0.5 * (double)record;
        for (size_t i = 0; i < 2000; i++) {
            values[i] = number(1, record, i);
        }
        assert_status(clau_dataset_put(dataset, 2, record, values, &error), CLAU_OK);
        if (record + without_mass < frames) {
            assert_status(clau_dataset_put(dataset, 1, record, values, &error), CLAU_OK);
        }
        assert_status(clau_dataset_put(dataset, 0, record, &time, &error), CLAU_OK);
    }
    close_dataset(dataset);
}

static size_t right_frames(const char *path) {
    const int file = open_netcdf(path);
    const size_t stored = dimension_length(file, "time");
    nc_close(file);
    for (size_t frame = 0; frame < stored; frame++) {
        double *values;
        size_t count;
        struct clau_error error;
        assert_status(clau_dataset_read(path, "phi", (ptrdiff_t)frame, &values, &count, &error),
                      CLAU_OK);
        for (size_t i = 0; i < count; i++) {
            assert_true(values[i] == number(1, frame, i));
        }
        free(values);
    }
    return stored;
}

static void whole_file_is_left_alone(void **state) {
    const struct folder *folder = *state;
    struct clau_repair what;
    size_t before, after;
    write_frames(folder->file, 70, 99, 0.0, 0);
    char *bytes = read_bytes(folder->file, &before);
    repair_well(folder->file, &what);
    char *again = read_bytes(folder->file, &after);
    assert_int_equal(before, after);
    assert_memory_equal(bytes, again, before);
    assert_true(what.pages == 0 && !what.lengthened && !what.leftover && !what.status &&
                what.cut_count == 0);
    free(bytes);
    free(again);
}

static void unwritten_time_ends_the_records(void **state) {
    const struct folder *folder = *state;
    // No number, what NetCDF fills gaps with, and one that does not rise; at the start, too.
    static const double times[] = {NAN, NC_FILL_DOUBLE, 2.5, 0.0, NAN};
    static const size_t places[] = {6, 6, 6, 6, 0};
    struct clau_repair what;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        write_frames(folder->file, 9, places[i], times[i], 0);
        repair_well(folder->file, &what);
        assert_int_equal(what.cut_count, 1);
        assert_int_equal(what.cuts[0].before, 9);
        assert_int_equal(what.cuts[0].after, places[i]);
        assert_int_equal(right_frames(folder->file), places[i]);
    }
}

/// A series that ends before the others, whatever its place among them.
static void shortest_series_counts(void **state) {
    const struct folder *folder = *state;
    struct clau_repair what;
    write_frames(folder->file, 9, 99, 0.0, 2);
    repair_well(folder->file, &what);
    assert_int_equal(what.cut_count, 1);
    assert_int_equal(what.cuts[0].after, 7);
    assert_int_equal(right_frames(folder->file), 7);
}

/// HDF5 refuses a file that is shorter than it says. What was cut off is lost, not the rest.
static void file_that_was_cut_off_can_be_opened(void **state) {
    const struct folder *folder = *state;
    struct clau_repair what;
    write_frames(folder->file, 9, 99, 0.0, 0);
    struct stat entry;
    assert_int_equal(stat(folder->file, &entry), 0);
    assert_int_equal(truncate(folder->file, entry.st_size - 100), 0);
    int file;
    assert_int_not_equal(nc_open(folder->file, NC_NOWRITE, &file), NC_NOERR);
    repair_well(folder->file, &what);
    assert_true(what.lengthened);
    file = open_netcdf(folder->file);
    assert_int_equal(dimension_length(file, "time"), 9);
    nc_close(file);
}

static void other_files_are_refused_untouched(void **state) {
    const struct folder *folder = *state;
    struct clau_repair what;
    struct clau_error error = {.message = ""};
    write_text(folder->file, "no file of this kind");
    assert_int_equal(repair(folder->file, &what, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: is damaged"));
    char *text = read_bytes(folder->file, NULL);
    assert_string_equal(text, "no file of this kind");
    free(text);
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(repair(folder->file, &what, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: No such file"));
    // Killed before its first record.
    char *fresh = path_in(folder, "run.nc.new");
    write_text(fresh, "half a file");
    repair_well(folder->file, &what);
    assert_true(what.leftover);
    assert_false(file_exists(fresh));
    free(fresh);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(whole_file_is_left_alone),
        test_in_folder(series_are_cut_to_what_all_have),
        test_in_folder(unwritten_time_ends_the_records),
        test_in_folder(shortest_series_counts),
        test_in_folder(file_that_was_cut_off_can_be_opened),
        test_in_folder(other_files_are_refused_untouched),
    };
    return cmocka_run_group_tests_name("io-repair", tests, NULL, NULL);
}
