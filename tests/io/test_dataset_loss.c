// SPDX-License-Identifier: GPL-3.0-or-later
// What a dataset keeps when its writer is killed, or its disk is full.
#include "tests/io/dataset_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

/// How far the writer has come, in memory that it shares with the test.
struct shared {
    atomic_size_t flushed; ///< records that a flush has handed over
    atomic_size_t put;     ///< records whose put returned CLAU_OK
    atomic_bool told;      ///< the failure was reported as it should be
};

static struct shared *share(void) {
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);
    return shared;
}

/// At least `records` of everything are in the file, and right.
static void check_at_least(const char *path, size_t records) {
    const int file = open_netcdf(path);
    assert_true(dimension_length(file, "time") >= records);
    assert_true(dimension_length(file, "observation_time") >= records);
    for (size_t v = 0; v < VARIABLES; v++) {
        if (!is_fixed(v) && !records_are_right(file, v, records)) {
            fail_msg("'%s' has lost one of %zu records", variables[v].name, records);
        }
    }
    nc_close(file);
}

static bool write_loop(const char *path, size_t step, struct shared *shared) {
    struct clau_dataset *dataset = NULL;
    bool fine = clau_dataset_create(path, TABLES, &plain, &dataset, NULL) == CLAU_OK;
    for (size_t record = 0; fine; record += step) {
        fine = try_records(dataset, true, record, record + step) &&
               try_records(dataset, false, record, record + step);
        fine = fine && clau_dataset_flush(dataset, NULL) == CLAU_OK;
        shared->flushed = record + step;
    }
    return fine;
}

/// Takes up what a killed writer left, as a restart and `clausius repair` do.
static void recover(const char *path) {
    struct clau_error error;
    struct clau_journal *journal = NULL;
    size_t pages;
    assert_status(clau_journal_open(path, &journal, &error), CLAU_OK);
    assert_status(clau_journal_recover(journal, &pages, &error), CLAU_OK);
    clau_journal_close(journal);
}

static void killed_writer_leaves_all_that_was_flushed(void **state) {
    const struct folder *folder = *state;
    struct shared *shared = share();
    static const useconds_t moments[] = {1000, 4000, 9000, 17000, 40000, 100000};
    static const size_t steps[] = {1, 7, 500};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
            unlink(folder->file);
            shared->flushed = 0;
            const pid_t writer = fork();
            if (writer == 0) {
                _exit(write_loop(folder->file, steps[s], shared) ? 0 : 1);
            }
            while (shared->flushed == 0) { // the file takes its place with the first records
                usleep(100);
            }
            usleep(moments[m]);
            kill(writer, SIGKILL); // inside a flush as well
            waitpid(writer, NULL, 0);
            recover(folder->file);
            check_at_least(folder->file, shared->flushed);
        }
    }
    munmap(shared, sizeof *shared);
}

/// Many records, so that HDF5 has more to keep in mind than its cache holds and writes parts of it
/// between the flushes.
static void killed_long_run_leaves_all_that_was_flushed(void **state) {
    const struct folder *folder = *state;
    struct shared *shared = share();
    for (size_t rounds = 1; rounds <= 2; rounds++) {
        unlink(folder->file);
        const pid_t writer = fork();
        if (writer == 0) {
            struct clau_dataset *dataset = NULL;
            bool fine =
                clau_dataset_create(folder->file, TABLES, &plain, &dataset, NULL) == CLAU_OK;
            const size_t flushed = 30000 * rounds, end = flushed + 20011;
            fine = fine && try_records(dataset, true, 0, flushed) &&
                   try_records(dataset, false, 0, flushed) &&
                   clau_dataset_flush(dataset, NULL) == CLAU_OK;
            shared->flushed = flushed;
            fine = fine && try_records(dataset, true, flushed, end) &&
                   try_records(dataset, false, flushed, end);
            raise(fine ? SIGKILL : SIGABRT);
        }
        int status;
        waitpid(writer, &status, 0);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        check_at_least(folder->file, shared->flushed);
    }
    munmap(shared, sizeof *shared);
}

/// A file takes its place with its first records: until then the one before it stays.
static void killed_before_a_flush_leaves_the_old_file(void **state) {
    const struct folder *folder = *state;
    const struct clau_dataset_options replace = {.replace = true};
    write_text(folder->file, "precious");
    const pid_t writer = fork();
    if (writer == 0) {
        struct clau_dataset *dataset = NULL;
        const bool fine =
            clau_dataset_create(folder->file, TABLES, &replace, &dataset, NULL) == CLAU_OK &&
            clau_dataset_flush(dataset, NULL) == CLAU_OK && try_records(dataset, true, 0, 3);
        raise(fine ? SIGKILL : SIGABRT);
    }
    int status;
    waitpid(writer, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    char *text = read_bytes(folder->file, NULL);
    assert_string_equal(text, "precious");
    free(text);
    // What it left does not disturb the next one.
    write_dataset(folder->file, &replace, 3, 4);
    check_dataset(folder->file, 3, 4);
    char *rest = path_in(folder, "run.nc.new"), *journal = path_in(folder, "run.journal");
    assert_false(file_exists(rest));
    assert_false(file_exists(journal));
    free(rest);
    free(journal);
}

/* Full disks */

enum { LONG = 16384 }; // a frame of 128 KiB, written at once

static const struct clau_dimension line[] = {{"time", CLAU_UNLIMITED}, {"x", LONG}};
static const struct clau_variable columns[] = {
    {.name = "time", .dimensions = {"time"}, .units = "1"},
    {.name = "phi", .dimensions = {"time", "x"}, .units = "1", .state = true},
};

/// The file's path, then the reason.
static bool says(const struct clau_error *error, const char *path, const char *reason) {
    const size_t length = strlen(path);
    return error->status == CLAU_IO_FAILED && strncmp(error->message, path, length) == 0 &&
           strcmp(error->message + length, reason) == 0;
}

/// Writes frames until one is refused; flushes every so many (0: never).
static void fill_up(const char *path, size_t flush_every, const char *reason,
                    struct shared *shared) {
    static double values[LONG];
    struct clau_dataset *dataset = NULL;
    struct clau_error error = {CLAU_OK, ""};
    bool fine = clau_dataset_create(path, line, 2, columns, 2, &plain, &dataset, NULL) == CLAU_OK;
    for (size_t record = 0; fine; record++) {
        const double time = number(0, record, 0);
        for (size_t i = 0; i < LONG; i++) {
            values[i] = number(1, record, i);
        }
        fine = clau_dataset_put(dataset, 1, record, values, &error) == CLAU_OK &&
               clau_dataset_put(dataset, 0, record, &time, &error) == CLAU_OK;
        shared->put += fine;
        if (fine && flush_every > 0 && (record + 1) % flush_every == 0) {
            fine = clau_dataset_flush(dataset, &error) == CLAU_OK;
            shared->flushed = fine ? record + 1 : shared->flushed;
        }
    }
    shared->told = dataset != NULL && says(&error, path, reason);
    // The failure is remembered: no record may be missing in the middle.
    shared->told =
        shared->told &&
        clau_dataset_put(dataset, 1, shared->put, values, &error) == CLAU_IO_FAILED &&
        says(&error, path, reason) && clau_dataset_flush(dataset, &error) == CLAU_IO_FAILED &&
        clau_dataset_close(dataset, &error) == CLAU_IO_FAILED && says(&error, path, reason);
}

/// Frames in the file, all of them right.
static size_t right_frames(const char *path) {
    size_t frames = 0, count;
    const int file = open_netcdf(path);
    const size_t stored = dimension_length(file, "time");
    nc_close(file);
    for (; frames < stored; frames++) {
        double *values;
        struct clau_error error;
        assert_status(clau_dataset_read(path, "phi", (ptrdiff_t)frames, &values, &count, &error),
                      CLAU_OK);
        bool right = count == LONG;
        for (size_t i = 0; right && i < count; i++) {
            right = values[i] == number(1, frames, i);
        }
        free(values);
        if (!right) {
            break;
        }
    }
    return frames;
}

/// A process that fills the disk, exits as any other, and writes nothing on its stderr.
static void run_quietly(const struct folder *folder, const char *path, size_t flush_every,
                        const char *reason, rlim_t limit, struct shared *shared) {
    char *log = path_in(folder, "stderr");
    fflush(NULL);
    const pid_t writer = fork();
    if (writer == 0) {
        const int descriptor = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(descriptor, STDERR_FILENO);
        if (limit > 0) {
            const struct rlimit size = {limit, limit};
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &size);
        }
        fill_up(path, flush_every, reason, shared);
        exit(0);
    }
    int status;
    waitpid(writer, &status, 0);
    assert_int_equal(status, 0);
    char *text = read_bytes(log, NULL);
    assert_string_equal(text, "");
    free(text);
    free(log);
    assert_true(shared->told);
}

/// A file system of 2 MiB over the folder, for this process alone; false where that is forbidden.
static bool mount_small(const char *path) {
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", path, "tmpfs", 0, "size=2m") == 0;
}

static void full_disk_keeps_what_was_put(void **state) {
    const struct folder *folder = *state;
    char *disk = path_in(folder, "disk"), *path = path_in(folder, "disk/run.nc");
    assert_int_equal(mkdir(disk, 0700), 0);
    if (!mount_small(disk)) {
        rmdir(disk);
        free(disk);
        free(path);
        leave_out("mounting is forbidden");
    }
    struct shared *shared = share();
    for (size_t flush_every = 0; flush_every < 3; flush_every++) {
        memset(shared, 0, sizeof *shared);
        run_quietly(folder, path, flush_every, ": No space left on device", 0, shared);
        // 16 frames fill the disk; two may have to give way to the file's own bookkeeping.
        assert_true(shared->put >= 12);
        assert_true(right_frames(path) >= shared->put);
        unlink(path);
    }
    // No room from the start: nothing is left, and nothing was there to be damaged.
    char *other = path_in(folder, "disk/fill");
    const int fill = open(other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fill >= 0);
    assert_int_equal(posix_fallocate(fill, 0, (2 << 20) - 8192), 0);
    struct clau_dataset *dataset = NULL;
    struct clau_error error;
    assert_status(clau_dataset_create(path, line, 2, columns, 2, &plain, &dataset, &error),
                  CLAU_IO_FAILED);
    assert_true(says(&error, path, ": No space left on device"));
    assert_false(file_exists(path));
    close(fill);
    munmap(shared, sizeof *shared);
    assert_int_equal(umount(disk), 0);
    free(other);
    free(disk);
    free(path);
}

/// A limit of the file's size stands for whatever stops a write, without a mount.
static void limited_file_keeps_what_was_flushed(void **state) {
    const struct folder *folder = *state;
    struct shared *shared = share();
    for (rlim_t limit = 1000000; limit < 1300000; limit += 74000) {
        memset(shared, 0, sizeof *shared);
        run_quietly(folder, folder->file, 1, ": File too large", limit, shared);
        assert_true(shared->flushed >= 5);
        assert_true(right_frames(folder->file) >= shared->flushed);
        unlink(folder->file);
    }
    munmap(shared, sizeof *shared);
}

/// A record put and flushed after another, many short series, until something fails.
static void put_until_refused(const char *path, rlim_t limit, struct shared *shared) {
    enum { RECORDS = 40 };
    const struct rlimit size = {limit, limit};
    struct clau_dataset *dataset = NULL;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &size);
    bool fine = clau_dataset_create(path, TABLES, &plain, &dataset, NULL) == CLAU_OK &&
                put_record(dataset, X, 0, NULL) == CLAU_OK &&
                put_record(dataset, FACTOR, 0, NULL) == CLAU_OK;
    for (size_t record = 0; fine && record < RECORDS; record++) {
        fine = try_records(dataset, true, record, record + 1) &&
               try_records(dataset, false, record, record + 1);
        shared->put += fine;
        fine = fine && clau_dataset_flush(dataset, NULL) == CLAU_OK;
    }
    shared->told = clau_dataset_close(dataset, NULL) != CLAU_OK;
}

/// Wherever in a flush the room ends, the first one included, every record that was put is kept.
static void flush_that_lacks_room_keeps_all_series(void **state) {
    const struct folder *folder = *state;
    struct shared *shared = share();
    unsigned refused = 0;
    for (rlim_t limit = 16384; limit < 400000; limit += 4096) {
        memset(shared, 0, sizeof *shared);
        fflush(NULL);
        const pid_t writer = fork();
        if (writer == 0) {
            put_until_refused(folder->file, limit, shared);
            _exit(0);
        }
        int status;
        waitpid(writer, &status, 0);
        assert_int_equal(status, 0);
        if (shared->put > 0) {
            check_dataset(folder->file, shared->put, shared->put);
            refused += shared->told;
        }
        unlink(folder->file);
    }
    assert_true(refused > 0);
    munmap(shared, sizeof *shared);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(killed_writer_leaves_all_that_was_flushed),
        test_in_folder(killed_long_run_leaves_all_that_was_flushed),
        test_in_folder(killed_before_a_flush_leaves_the_old_file),
        test_in_folder(full_disk_keeps_what_was_put),
        test_in_folder(limited_file_keeps_what_was_flushed),
        test_in_folder(flush_that_lacks_room_keeps_all_series),
    };
    return cmocka_run_group_tests_name("io-dataset_loss", tests, NULL, NULL);
}
