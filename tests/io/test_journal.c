// SPDX-License-Identifier: GPL-3.0-or-later
// Who may write to a file, and how a transaction that was left half done is ended.
#include "io/journal.h"

#include "io/crc32c.h"
#include "io/plain_file.h"
#include "tests/io/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static struct clau_journal *open_journal(const char *path) {
    struct clau_error error = {.message = ""};
    struct clau_journal *journal = NULL;
    if (clau_journal_open(path, &journal, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    return journal;
}

/* The lock */

static void one_writer_at_a_time(void **state) {
    const struct folder *folder = *state;
    char expected[64];
    struct clau_error error;
    struct clau_journal *journal = open_journal(folder->file), *second = NULL;
    assert_true(clau_journal_is_locked(journal));
    snprintf(expected, sizeof expected, ": is being written by process %ld on ", (long)getpid());
    // Open-file-description locks hold between two openings of one process, too.
    assert_int_equal(clau_journal_open(folder->file, &second, &error), CLAU_BAD_INPUT);
    assert_null(second);
    assert_non_null(strstr(error.message, expected));
    assert_int_equal(clau_journal_probe(folder->file, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, expected));
    clau_journal_close(journal);
    assert_int_equal(clau_journal_probe(folder->file, &error), CLAU_OK);
    clau_journal_close(open_journal(folder->file));
    char *path = path_in(folder, "run.journal");
    assert_false(file_exists(path)); // neither left behind, nor made by the probe
    free(path);
}

/// Two names of one file are one file; a link may lead to a file that is to be made.
static void links_lead_to_the_same_lock(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_journal *journal = open_journal(folder->file), *second = NULL;
    char *link = path_in(folder, "link.nc"), *round = path_in(folder, "round.nc");
    assert_int_equal(symlink("run.nc", link), 0);
    assert_int_equal(clau_journal_open(link, &second, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "link.nc: is being written by process "));
    clau_journal_close(journal);
    assert_int_equal(symlink("round.nc", round), 0);
    assert_int_equal(clau_journal_open(round, &second, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "round.nc: Too many levels of symbolic links"));
    free(link);
    free(round);
}

static void lock_ends_with_its_process(void **state) {
    const struct folder *folder = *state;
    int ends[2], status;
    char byte;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        struct clau_journal *journal = NULL;
        _exit(clau_journal_open(folder->file, &journal, NULL) == CLAU_OK &&
                      write(ends[1], "x", 1) == 1 && pause() == 0
                  ? 0
                  : 1);
    }
    struct clau_error error;
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(clau_journal_probe(folder->file, &error), CLAU_BAD_INPUT);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    assert_int_equal(clau_journal_probe(folder->file, &error), CLAU_OK);
    clau_journal_close(open_journal(folder->file));
    close(ends[0]);
    close(ends[1]);
}

/* Records */

enum { PAGES = 5 };

static void fill(unsigned char *bytes, int seed) {
    for (size_t i = 0; i < CLAU_PAGE; i++) {
        bytes[i] = (unsigned char)((size_t)seed * 31 + i * 7 + i / 251);
    }
}

/// A data file of PAGES pages of the old seeds, and a record that changes pages 0, 2 and 4.
struct change {
    struct clau_page pages[3];
    const struct clau_page *list[3];
};

static void write_data(const char *path, int first_seed) {
    unsigned char bytes[CLAU_PAGE];
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    for (int i = 0; i < PAGES; i++) {
        fill(bytes, first_seed + i);
        assert_int_equal(clau_write_fully(file, bytes, CLAU_PAGE, (uint64_t)i * CLAU_PAGE), 0);
    }
    close(file);
}

static uint32_t checksum_of_page(const char *path, size_t number) {
    unsigned char bytes[CLAU_PAGE] = {0};
    size_t got;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(clau_read_fully(file, bytes, CLAU_PAGE, number * CLAU_PAGE, &got), 0);
    close(file);
    return clau_crc32c(0, bytes, CLAU_PAGE);
}

static void make_change(const char *path, struct change *change) {
    for (size_t i = 0; i < 3; i++) {
        change->pages[i].number = 2 * i;
        change->pages[i].before = checksum_of_page(path, 2 * i);
        fill(change->pages[i].bytes, 100 + (int)i);
        change->list[i] = &change->pages[i];
    }
}

static bool page_is(const char *path, size_t number, int seed) {
    unsigned char bytes[CLAU_PAGE];
    fill(bytes, seed);
    return checksum_of_page(path, number) == clau_crc32c(0, bytes, CLAU_PAGE);
}

/// A killed writer: the journal is left as it is, without its lock.
static void leave_record(const char *path, const struct change *change) {
    int status;
    const pid_t child = fork();
    if (child == 0) {
        struct clau_journal *journal = NULL;
        _exit(clau_journal_open(path, &journal, NULL) == CLAU_OK &&
                      clau_journal_write(journal, change->list, 3, false) == 0
                  ? 0
                  : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static size_t recover(const char *path) {
    struct clau_error error = {.message = ""};
    size_t pages = 99;
    struct clau_journal *journal = open_journal(path);
    if (clau_journal_recover(journal, &pages, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    assert_false(clau_journal_is_pending(journal));
    clau_journal_close(journal);
    return pages;
}

/// Killed before the first page, between pages, in the middle of one, and after the last.
static void record_is_applied_from_wherever_it_stopped(void **state) {
    const struct folder *folder = *state;
    struct change change;
    for (size_t done = 0; done <= 6; done++) {
        write_data(folder->file, 1);
        make_change(folder->file, &change);
        leave_record(folder->file, &change);
        const int file = open(folder->file, O_WRONLY | O_CLOEXEC);
        for (size_t half = 0; half < done; half++) {
            const struct clau_page *page = change.list[half / 2];
            assert_int_equal(clau_write_fully(file, page->bytes, CLAU_PAGE / 2 * (half % 2 + 1),
                                              page->number * CLAU_PAGE),
                             0);
        }
        close(file);
        assert_int_equal(recover(folder->file), 3);
        for (size_t i = 0; i < PAGES; i++) {
            assert_true(page_is(folder->file, i, i % 2 == 0 ? 100 + (int)i / 2 : 1 + (int)i));
        }
        assert_int_equal(recover(folder->file), 0); // nothing is pending any more
    }
}

/// Another file that took the name meanwhile is not touched.
static void record_of_another_file_is_forgotten(void **state) {
    const struct folder *folder = *state;
    struct change change;
    write_data(folder->file, 1);
    make_change(folder->file, &change);
    leave_record(folder->file, &change);
    write_data(folder->file, 50);
    assert_int_equal(recover(folder->file), 0);
    for (size_t i = 0; i < PAGES; i++) {
        assert_true(page_is(folder->file, i, 50 + (int)i));
    }
    leave_record(folder->file, &change);
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(recover(folder->file), 0);
    assert_false(file_exists(folder->file));
}

/// A record that was not written to its end, or has a bit flipped, is none: the data are as they
/// were before the transaction.
static void damaged_record_is_none(void **state) {
    const struct folder *folder = *state;
    struct change change;
    char *path = path_in(folder, "run.journal");
    write_data(folder->file, 1);
    make_change(folder->file, &change);
    leave_record(folder->file, &change);
    size_t size;
    char *bytes = read_bytes(path, &size);
    for (size_t k = 0; k < 60; k++) {
        const size_t place = CLAU_PAGE + k * 205;
        const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
        assert_int_equal(clau_write_fully(file, bytes, size, 0), 0);
        if (k % 2 == 0) {
            const char flipped = (char)(bytes[place] ^ 4);
            assert_int_equal(clau_write_fully(file, &flipped, 1, place), 0);
        } else {
            assert_int_equal(ftruncate(file, (off_t)place), 0);
        }
        close(file);
        assert_int_equal(recover(folder->file), 0);
        assert_true(page_is(folder->file, 0, 1));
    }
    free(bytes);
    free(path);
}

/// Closing does not throw away what still has to be done.
static void pending_record_outlives_a_closed_journal(void **state) {
    const struct folder *folder = *state;
    struct change change;
    write_data(folder->file, 1);
    make_change(folder->file, &change);
    leave_record(folder->file, &change);
    struct clau_journal *journal = open_journal(folder->file);
    assert_true(clau_journal_is_pending(journal));
    clau_journal_close(journal);
    assert_int_equal(recover(folder->file), 3);
}

/// A record whose pages are in the file, but that cannot be struck out, goes with the journal.
static void spent_record_goes_with_the_journal(void **state) {
    const struct folder *folder = *state;
    struct change change;
    char *path = path_in(folder, "run.journal");
    write_data(folder->file, 1);
    make_change(folder->file, &change);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {1, 1};
        struct clau_journal *journal = NULL;
        const bool fine = clau_journal_open(folder->file, &journal, NULL) == CLAU_OK &&
                          clau_journal_write(journal, change.list, 3, false) == 0;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &none);
        clau_journal_discard(journal);
        const bool kept = clau_journal_is_pending(journal);
        clau_journal_close(journal);
        _exit(fine && kept ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_false(file_exists(path));
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(one_writer_at_a_time),
        test_in_folder(links_lead_to_the_same_lock),
        test_in_folder(lock_ends_with_its_process),
        test_in_folder(record_is_applied_from_wherever_it_stopped),
        test_in_folder(record_of_another_file_is_forgotten),
        test_in_folder(damaged_record_is_none),
        test_in_folder(pending_record_outlives_a_closed_journal),
        test_in_folder(spent_record_goes_with_the_journal),
    };
    return cmocka_run_group_tests_name("io-journal", tests, NULL, NULL);
}
