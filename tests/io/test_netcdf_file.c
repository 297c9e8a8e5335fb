// SPDX-License-Identifier: GPL-3.0-or-later
// Paths, room on the disk, and what becomes of a dataset whose device takes no more.
#include "io/netcdf_file.h"
#include "io/plain_file.h"
#include "tests/io/dataset_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void folders_of_paths(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"run.nc", "."}, {"/run.nc", "/"}, {"a/run.nc", "a"}, {"/a/b c/run.nc", "/a/b c"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *folder = clau_folder_of(pairs[i][0]);
        assert_string_equal(folder, pairs[i][1]);
        free(folder);
    }
}

/// Names that NetCDF would trim, or take for the address of a server.
static void odd_names_are_names_of_files(void **state) {
    const struct folder *folder = *state;
    static const char *const names[] = {" run.nc", "file:run.nc", "http:run.nc#mode=bytes",
                                        "\u03c8&.nc"};
    char *here = getcwd(NULL, 0);
    assert_int_equal(chdir(folder->path), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_dataset(names[i], &plain, 1, 1);
        assert_true(file_exists(names[i]));
        struct clau_error error;
        double *values;
        size_t count;
        assert_status(clau_dataset_read(names[i], "x", -1, &values, &count, &error), CLAU_OK);
        free(values);
    }
    struct clau_error error;
    assert_int_equal(clau_dataset_check_path("a\\b.nc", true, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, "a\\b.nc: NetCDF takes no \\ in a path");
    assert_int_equal(chdir(here), 0);
    free(here);
}

static void failures_have_the_systems_reason(void **state) {
    (void)state;
    struct clau_error error;
    errno = ENOSPC;
    assert_int_equal(clau_netcdf_failure(&error, "a.nc", NC_EHDFERR), CLAU_IO_FAILED);
    assert_string_equal(error.message, "a.nc: No space left on device");
    errno = EAGAIN; // says nothing about the device
    assert_int_equal(clau_netcdf_failure(&error, "a.nc", NC_EHDFERR), CLAU_IO_FAILED);
    assert_string_equal(error.message, "a.nc: NetCDF: HDF error");
    errno = 0;
    assert_int_equal(clau_netcdf_failure(&error, "a.nc", NC_ENOMEM), CLAU_NO_MEMORY);
    assert_string_equal(error.message, "a.nc: out of memory");
}

static void room_is_what_the_disk_has(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    write_text(folder->file, "1234567890");
    assert_int_equal(clau_netcdf_room(folder->file, 1000, &error), CLAU_OK);
    assert_int_equal(clau_netcdf_room(folder->file, (size_t)1 << 62, &error), CLAU_IO_FAILED);
    assert_non_null(strstr(error.message, "run.nc: No space left on device"));
    // A file that is not there yet: its folder counts.
    char *other = path_in(folder, "other.nc");
    assert_int_equal(clau_netcdf_room(other, 1000, &error), CLAU_OK);
    assert_int_equal(clau_netcdf_room(other, (size_t)1 << 62, &error), CLAU_IO_FAILED);
    free(other);

    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 110;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const enum clau_status fits = clau_netcdf_room(folder->file, 100, &error);
    const enum clau_status exceeds = clau_netcdf_room(folder->file, 101, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(fits, CLAU_OK);
    assert_int_equal(exceeds, CLAU_IO_FAILED);
    assert_non_null(strstr(error.message, "run.nc: File too large"));
}

/// What a child tells of the end of its run.
struct report {
    size_t records; ///< flushed
    bool right;     ///< the failure stays and its text is right
};

/// The end of a child whose dataset has failed, and of the program with it.
static void end_child(struct clau_dataset *dataset, size_t records, const struct clau_error *error,
                      const char *message) {
    const struct report report = {
        records, error->status == CLAU_IO_FAILED && strstr(error->message, message) != NULL &&
                     put_record(dataset, MASS, records, NULL) == CLAU_IO_FAILED &&
                     clau_dataset_flush(dataset, NULL) == CLAU_IO_FAILED &&
                     clau_dataset_close(dataset, NULL) == CLAU_IO_FAILED};
    (void)!write(STDERR_FILENO, &report, sizeof report);
    exit(0);
}

/// Runs body in a child. It ends well and quietly, and what it had flushed is in the file.
static void in_child(void (*body)(const char *, size_t), const char *path, size_t argument) {
    int ends[2], status;
    struct report report = {0, false};
    char rest;
    remove(path);
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        body(path, argument);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &report, sizeof report), sizeof report);
    // The libraries have nothing to add on stderr, not even at exit.
    assert_int_equal(read(ends[0], &rest, 1), 0);
    close(ends[0]);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_true(report.right);
    assert_true(report.records > 0);
    const int file = open_netcdf(path);
    for (size_t v = 0; v < VARIABLES; v++) {
        assert_true(records_are_right(file, v, is_fixed(v) ? 1 : report.records));
    }
    nc_close(file);
}

static void write_beyond_limit(const char *path, size_t limit) {
    const struct rlimit file_size = {limit, limit};
    struct clau_error error = {.message = ""};
    signal(SIGXFSZ, SIG_IGN);
    struct clau_dataset *dataset = create(path, &plain);
    put_fixed(dataset);
    setrlimit(RLIMIT_FSIZE, &file_size);
    enum clau_status status = clau_dataset_flush(dataset, &error);
    size_t record = 0;
    for (; record < 100000 && status == CLAU_OK; record += status == CLAU_OK) {
        for (size_t v = 0; v < VARIABLES && status == CLAU_OK; v++) {
            status = is_fixed(v) ? CLAU_OK : put_record(dataset, v, record, &error);
        }
        if (status == CLAU_OK) {
            status = clau_dataset_flush(dataset, &error);
        }
    }
    end_child(dataset, record, &error, "run.nc: File too large");
}

/// At sizes that fall on different writes.
static void a_limited_file_keeps_what_was_flushed(void **state) {
    const struct folder *folder = *state;
    for (size_t limit = 400000; limit < 500000; limit += 14321) {
        in_child(write_beyond_limit, folder->file, limit);
    }
}

/// All writes to the file fail once so many records have been flushed.
static void write_to_broken_device(const char *path, size_t records) {
    struct clau_error error = {.message = ""};
    struct clau_dataset *dataset = create(path, &plain);
    put_fixed(dataset);
    put_records(dataset, true, 0, records);
    put_records(dataset, false, 0, records);
    clau_dataset_flush(dataset, &error);
    struct stat file, entry;
    const int full = open("/dev/full", O_RDWR);
    stat(path, &file);
    for (int descriptor = 3; descriptor < full; descriptor++) {
        if (fstat(descriptor, &entry) == 0 && entry.st_ino == file.st_ino &&
            entry.st_dev == file.st_dev) {
            dup2(full, descriptor);
        }
    }
    put_records(dataset, true, records, records + 1);
    clau_dataset_flush(dataset, &error);
    end_child(dataset, records, &error, "run.nc: No space left on device");
}

/// Before and after a split of HDF5's index of 64 chunks.
static void a_broken_device_leaves_what_was_flushed(void **state) {
    const struct folder *folder = *state;
    in_child(write_to_broken_device, folder->file, 1);
    in_child(write_to_broken_device, folder->file, 64);
    in_child(write_to_broken_device, folder->file, 1024);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_of_paths),
        test_in_folder(odd_names_are_names_of_files),
        cmocka_unit_test(failures_have_the_systems_reason),
        test_in_folder(room_is_what_the_disk_has),
        test_in_folder(a_limited_file_keeps_what_was_flushed),
        test_in_folder(a_broken_device_leaves_what_was_flushed),
    };
    return cmocka_run_group_tests_name("io-netcdf-file", tests, NULL, NULL);
}
