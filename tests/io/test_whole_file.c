// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/io/folder.h"

static enum clau_status put(const char *path, const char *previous, const char *text,
                            struct clau_error *error) {
    const size_t length = strlen(text), half = length / 2;
    const struct clau_bytes parts[] = {{text, half}, {NULL, 0}, {text + half, length - half}};
    const struct clau_whole_file file = {path, parts, 3, previous, true};
    return clau_whole_files_write(&file, 1, error);
}

static void put_well(const char *path, const char *previous, const char *text) {
    struct clau_error error = {0};
    if (put(path, previous, text, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
}

static void refuse(const char *path, const char *reason) {
    struct clau_error error = {0};
    assert_int_equal(put(path, NULL, "new", &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, path, strlen(path)), 0);
    assert_string_equal(error.message + strlen(path), reason);
}

static void holds(const char *path, const char *expected) {
    char *text = read_bytes(path, NULL);
    assert_string_equal(text, expected);
    free(text);
}

static size_t entries_in(const char *path) {
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

static void parts_follow_one_another(void **state) {
    const struct folder *folder = *state;
    put_well(folder->file, NULL, "a text in three parts");
    holds(folder->file, "a text in three parts");
    put_well(folder->file, NULL, "");
    holds(folder->file, "");
    assert_int_equal(entries_in(folder->path), 1);
}

static void previous_is_the_one_before(void **state) {
    const struct folder *folder = *state;
    char *previous = path_in(folder, "before");
    put_well(folder->file, previous, "1");
    assert_false(file_exists(previous));
    put_well(folder->file, previous, "2");
    put_well(folder->file, previous, "3");
    holds(folder->file, "3");
    holds(previous, "2");
    put_well(folder->file, NULL, "4");
    holds(previous, "2");
    assert_int_equal(entries_in(folder->path), 2);
    free(previous);
}

static void links_are_followed(void **state) {
    const struct folder *folder = *state;
    char *other = path_in(folder, "other"), *target = path_in(folder, "other/target");
    char *link_to_link = path_in(folder, "link");
    assert_int_equal(mkdir(other, 0700), 0);
    assert_int_equal(symlink("other/target", folder->file), 0); // leads nowhere yet
    assert_int_equal(symlink(folder->file, link_to_link), 0);
    for (int i = 0; i < 2; i++) {
        put_well(link_to_link, NULL, i == 0 ? "first" : "second");
        holds(target, i == 0 ? "first" : "second");
        struct stat entry;
        assert_int_equal(lstat(folder->file, &entry), 0);
        assert_true(S_ISLNK(entry.st_mode));
        assert_int_equal(lstat(link_to_link, &entry), 0);
        assert_true(S_ISLNK(entry.st_mode));
    }
    assert_int_equal(entries_in(other), 1);
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(symlink("link", folder->file), 0); // and "link" leads back
    refuse(folder->file, ": Too many levels of symbolic links");
    free(other);
    free(target);
    free(link_to_link);
}

static void what_is_no_file_is_not_replaced(void **state) {
    const struct folder *folder = *state;
    refuse(folder->path, ": Is a directory");
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    refuse(folder->file, ": File exists");
    struct stat entry;
    assert_int_equal(stat(folder->file, &entry), 0);
    assert_true(S_ISFIFO(entry.st_mode));
    assert_int_equal(entries_in(folder->path), 1);
    char *nowhere = path_in(folder, "none/file");
    refuse(nowhere, ": No such file or directory");
    free(nowhere);
}

static void permissions_stay(void **state) {
    const struct folder *folder = *state;
    struct stat entry;
    const mode_t mask = umask(022);
    put_well(folder->file, NULL, "1");
    assert_int_equal(stat(folder->file, &entry), 0);
    assert_int_equal(entry.st_mode & 0777, 0644);
    assert_int_equal(chmod(folder->file, 0660), 0);
    put_well(folder->file, NULL, "2");
    assert_int_equal(stat(folder->file, &entry), 0);
    assert_int_equal(entry.st_mode & 0777, 0660);
    umask(mask);
}

/// What killed processes have left goes away, and what one at work has stays: it holds a lock.
static void leftovers_are_removed(void **state) {
    const struct folder *folder = *state;
    char *dead = path_in(folder, "run.nc.tmp-1-0"), *old = path_in(folder, "run.nc.tmp-77-3-old");
    char *live = path_in(folder, "run.nc.tmp-2-0"), *other = path_in(folder, "run.nc.tmp-notes");
    write_text(dead, "half");
    write_text(old, "half");
    write_text(live, "half");
    write_text(other, "mine");
    const int descriptor = open(live, O_WRONLY | O_CLOEXEC);
    assert_int_equal(flock(descriptor, LOCK_EX), 0);
    put_well(folder->file, NULL, "whole");
    holds(folder->file, "whole");
    assert_false(file_exists(dead));
    assert_false(file_exists(old));
    holds(live, "half");
    holds(other, "mine");
    close(descriptor);
    free(dead);
    free(old);
    free(live);
    free(other);
}

/// Without a new file in the path's place.
static void tidying_takes_leftovers_alone(void **state) {
    const struct folder *folder = *state;
    char *old = path_in(folder, "run.nc.tmp-77-3-old"), *live = path_in(folder, "run.nc.tmp-2-0");
    write_text(folder->file, "whole");
    write_text(old, "half");
    write_text(live, "half");
    const int descriptor = open(live, O_WRONLY | O_CLOEXEC);
    assert_int_equal(flock(descriptor, LOCK_EX), 0);
    clau_whole_file_tidy(folder->file);
    holds(folder->file, "whole");
    holds(live, "half");
    assert_false(file_exists(old));
    close(descriptor);
    free(old);
    free(live);
}

/// Another machine that shares the folder may have a process of this number.
static void a_name_in_use_is_passed_over(void **state) {
    const struct folder *folder = *state;
    char name[64];
    snprintf(name, sizeof name, "run.nc.tmp-%ld-0", (long)getpid());
    char *live = path_in(folder, name);
    write_text(live, "theirs");
    const int descriptor = open(live, O_WRONLY | O_CLOEXEC);
    assert_int_equal(flock(descriptor, LOCK_EX), 0);
    put_well(folder->file, NULL, "whole");
    holds(folder->file, "whole");
    holds(live, "theirs");
    close(descriptor);
    free(live);
}

static void longest_name(void **state) {
    const struct folder *folder = *state;
    char name[256];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *path = path_in(folder, name);
    put_well(path, NULL, "long");
    holds(path, "long");
    assert_int_equal(entries_in(folder->path), 1);
    free(path);
}

static void failures_leave_the_old_ones(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    char *previous = path_in(folder, "before"), *none = path_in(folder, "none/before");
    put_well(folder->file, previous, "1");
    put_well(folder->file, previous, "2");
    // The last step fails.
    assert_int_equal(put(folder->file, none, "3", &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, none, strlen(none)), 0);
    holds(folder->file, "2");
    holds(previous, "1");
    assert_int_equal(entries_in(folder->path), 2);
    free(previous);
    free(none);
}

/// Several files: none is replaced before all are written.
static void all_are_written_before_one_is_replaced(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    char *second = path_in(folder, "second"), *nowhere = path_in(folder, "none/third");
    const struct clau_bytes text = {"new", 3};
    struct clau_whole_file files[] = {{folder->file, &text, 1, NULL, false},
                                      {second, &text, 1, NULL, false},
                                      {nowhere, &text, 1, NULL, false}};
    put_well(folder->file, NULL, "old");
    assert_int_equal(clau_whole_files_write(files, 3, &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, nowhere, strlen(nowhere)), 0);
    holds(folder->file, "old");
    assert_int_equal(entries_in(folder->path), 1);
    assert_int_equal(clau_whole_files_write(files, 2, &error), CLAU_OK);
    holds(folder->file, "new");
    holds(second, "new");
    assert_int_equal(entries_in(folder->path), 2);
    free(second);
    free(nowhere);
}

/// The kernel refuses to let the file grow beyond a limit, as a full disk or a quota would.
static void too_long_a_file_leaves_the_old_one(void **state) {
    const struct folder *folder = *state;
    put_well(folder->file, NULL, "old");
    const pid_t child = fork();
    if (child == 0) {
        enum { LONG = 100000 };
        const struct rlimit limit = {LONG / 2, LONG / 2};
        struct clau_error error;
        char *text = malloc(LONG + 1);
        memset(text, 't', LONG);
        text[LONG] = '\0';
        signal(SIGXFSZ, SIG_IGN);
        _exit(setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
                      put(folder->file, NULL, text, &error) == CLAU_IO_FAILED &&
                      strstr(error.message, ": File too large") != NULL
                  ? 0
                  : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    holds(folder->file, "old");
    assert_int_equal(entries_in(folder->path), 1);
}

/// Writers of one path, and readers of it, none of whom sees anything but a whole file.
static void readers_see_whole_files(void **state) {
    const struct folder *folder = *state;
    enum { WRITERS = 3, TIMES = 40, LENGTH = 20000 };
    char *text = malloc(LENGTH + 1);
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    put_well(folder->file, NULL, text);
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            memset(text, 'b' + i, LENGTH);
            int failures = 0;
            for (int k = 0; k < TIMES; k++) {
                failures += put(folder->file, NULL, text, NULL) != CLAU_OK;
            }
            _exit(failures);
        }
    }
    for (int k = 0; k < TIMES; k++) {
        size_t length;
        char *seen = read_bytes(folder->file, &length);
        assert_int_equal(length, LENGTH);
        memset(text, seen[0], LENGTH);
        assert_string_equal(seen, text);
        free(seen);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(entries_in(folder->path), 1);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(parts_follow_one_another),
        test_in_folder(previous_is_the_one_before),
        test_in_folder(links_are_followed),
        test_in_folder(what_is_no_file_is_not_replaced),
        test_in_folder(permissions_stay),
        test_in_folder(leftovers_are_removed),
        test_in_folder(tidying_takes_leftovers_alone),
        test_in_folder(a_name_in_use_is_passed_over),
        test_in_folder(longest_name),
        test_in_folder(failures_leave_the_old_ones),
        test_in_folder(all_are_written_before_one_is_replaced),
        test_in_folder(too_long_a_file_leaves_the_old_one),
        test_in_folder(readers_see_whole_files),
    };
    return cmocka_run_group_tests_name("io-whole_file", tests, NULL, NULL);
}
