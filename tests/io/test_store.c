// SPDX-License-Identifier: GPL-3.0-or-later
// A file that changes in whole transactions.
#include "io/store.h"
#include "tests/io/folder.h"

#include <fcntl.h>

/// The file's bytes as an array in memory has them, after each step of a random sequence.
enum { SPAN = 3 << 20, STEPS = 4000 };

struct twin {
    struct clau_store *store;
    struct clau_journal *journal;
    unsigned char *model;
    uint64_t state; ///< of the random numbers
};

static uint64_t next(struct twin *twin) {
    twin->state = twin->state * 6364136223846793005u + 1442695040888963407u;
    return twin->state >> 33;
}

static struct clau_store *open_store(const char *path, struct clau_journal *journal) {
    struct clau_error error = {.message = ""};
    struct clau_store *store = NULL;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    if (clau_store_open(path, file, journal, &store, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    return store;
}

static struct clau_journal *open_journal(const char *path) {
    struct clau_journal *journal = NULL;
    assert_int_equal(clau_journal_open(path, &journal, NULL), CLAU_OK);
    return journal;
}

/// A write anywhere up to a little behind the end, as HDF5 makes them: small ones mostly.
static void write_somewhere(struct twin *twin) {
    static unsigned char bytes[300000];
    const uint64_t end = clau_store_allocated(twin->store);
    const size_t size = next(twin) % 50 == 0 ? next(twin) % sizeof bytes : next(twin) % 3000;
    const uint64_t address = next(twin) % 3 == 0 ? end : next(twin) % (end + 1);
    if (address + size > SPAN) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)next(twin);
    }
    if (address + size > end) {
        clau_store_set_allocated(twin->store, address + size);
    }
    clau_store_write(twin->store, address, size, bytes, next(twin) % 2 == 0);
    memcpy(twin->model + address, bytes, size);
}

static void check_reading(struct twin *twin) {
    static unsigned char got[20000];
    const uint64_t end = clau_store_allocated(twin->store);
    const uint64_t address = next(twin) % (end + 1);
    size_t size = next(twin) % sizeof got;
    size = address + size > end ? (size_t)(end - address) : size;
    assert_true(clau_store_read(twin->store, address, size, got));
    assert_memory_equal(got, twin->model + address, size);
}

static void reads_give_what_was_written(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        unlink(folder->file);
        struct twin twin = {.model = calloc(SPAN, 1), .state = seed};
        twin.journal = open_journal(folder->file);
        twin.store = open_store(folder->file, twin.journal);
        unsigned char *committed = calloc(SPAN, 1);
        for (size_t step = 0; step < STEPS; step++) {
            write_somewhere(&twin);
            check_reading(&twin);
            if (step % 97 == 96) {
                assert_int_equal(clau_store_commit(twin.store, step % 2 == 0, &error), CLAU_OK);
                memcpy(committed, twin.model, SPAN);
                const uint64_t end = clau_store_allocated(twin.store);
                size_t size;
                char *file = read_bytes(folder->file, &size);
                assert_true(size >= end);
                assert_memory_equal(file, committed, end);
                free(file);
            }
        }
        assert_int_equal(clau_store_close(twin.store, &error), CLAU_OK);
        clau_journal_close(twin.journal);
        free(committed);
        free(twin.model);
    }
}

/// Until the commit nobody sees a change of what was committed; what is appended is behind its end.
static void nothing_committed_changes_before_a_commit(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_journal *journal = open_journal(folder->file);
    struct clau_store *store = open_store(folder->file, journal);
    static char first[300000], second[600000]; // more than is gathered before it is written
    memset(first, 'a', sizeof first);
    memset(second, 'b', sizeof second);
    clau_store_set_allocated(store, sizeof first);
    clau_store_write(store, 0, sizeof first, first, false);
    assert_int_equal(clau_store_commit(store, false, &error), CLAU_OK);
    clau_store_set_allocated(store, sizeof second);
    clau_store_write(store, 0, sizeof second, second, false);
    size_t size;
    char *file = read_bytes(folder->file, &size);
    assert_memory_equal(file, first, sizeof first);
    free(file);
    assert_int_equal(clau_store_commit(store, false, &error), CLAU_OK);
    file = read_bytes(folder->file, &size);
    assert_memory_equal(file, second, sizeof second);
    free(file);
    // Closed without a commit: as if it had not been written.
    clau_store_write(store, 0, sizeof first, first, false);
    assert_int_equal(clau_store_close(store, &error), CLAU_OK);
    clau_journal_close(journal);
    file = read_bytes(folder->file, &size);
    assert_int_equal(size, sizeof second); // what was taken in advance is given back
    assert_memory_equal(file, second, sizeof second);
    free(file);
}

/// The pages of the last record in the journal, in their order.
static void read_order(const char *path, uint64_t *numbers, size_t count) {
    enum { RECORD = 24, ENTRY = 16 };
    size_t size;
    char *bytes = read_bytes(path, &size);
    for (size_t i = 0; i < count; i++) {
        memcpy(&numbers[i], bytes + CLAU_PAGE + RECORD + i * (ENTRY + CLAU_PAGE),
               sizeof numbers[i]);
    }
    free(bytes);
}

/// A reader that comes in between finds what the metadata point at: values first, then the
/// superblock, the objects' headers at the file's start last.
static void values_are_written_before_what_points_at_them(void **state) {
    const struct folder *folder = *state;
    static const struct {
        uint64_t page;
        bool metadata;
    } writes[] = {{0, true}, {3, true}, {4, false}, {7, true}, {9, false}};
    static const uint64_t expected[] = {9, 4, 0, 7, 3};
    static char bytes[10 * CLAU_PAGE];
    uint64_t numbers[5];
    struct clau_error error;
    char *path = path_in(folder, "run.journal");
    struct clau_journal *journal = open_journal(folder->file);
    struct clau_store *store = open_store(folder->file, journal);
    clau_store_set_allocated(store, sizeof bytes);
    clau_store_write(store, 0, sizeof bytes, bytes, false);
    assert_int_equal(clau_store_commit(store, false, &error), CLAU_OK);
    for (size_t i = 0; i < 5; i++) {
        clau_store_write(store, writes[i].page * CLAU_PAGE + 7, 5, "words", writes[i].metadata);
    }
    assert_int_equal(clau_store_commit(store, false, &error), CLAU_OK);
    read_order(path, numbers, 5);
    assert_memory_equal(numbers, expected, sizeof expected);
    clau_store_close(store, NULL);
    clau_journal_close(journal);
    free(path);
}

/// An error of the device: nothing more reaches the file, and it is told from then on.
static void failure_is_kept(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_store *store = NULL;
    const int full = open("/dev/full", O_RDWR | O_CLOEXEC);
    assert_int_equal(clau_store_open(folder->file, full, NULL, &store, &error), CLAU_OK);
    static char bytes[400000];
    clau_store_set_allocated(store, sizeof bytes);
    clau_store_write(store, 0, sizeof bytes, bytes, false);
    char expected[PATH_MAX];
    snprintf(expected, sizeof expected, "%s: No space left on device", folder->file);
    for (int turn = 0; turn < 2; turn++) {
        assert_int_equal(clau_store_commit(store, true, &error), CLAU_IO_FAILED);
        assert_string_equal(error.message, expected);
    }
    bytes[77] = 'x'; // HDF5 may still read what it wrote, while it is being closed
    clau_store_write(store, 77, 1, bytes + 77, true);
    char got = 0;
    assert_true(clau_store_read(store, 77, 1, &got));
    assert_int_equal(got, 'x');
    clau_store_close(store, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(reads_give_what_was_written),
        test_in_folder(nothing_committed_changes_before_a_commit),
        test_in_folder(values_are_written_before_what_points_at_them),
        test_in_folder(failure_is_kept),
    };
    return cmocka_run_group_tests_name("io-store", tests, NULL, NULL);
}
