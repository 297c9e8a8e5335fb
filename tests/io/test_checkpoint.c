// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/checkpoint.h"

#include <netcdf.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "io/crc32c.h"
#include "tests/io/folder.h"

static struct clau_checkpoint *read_checkpoint(const char *path) {
    struct clau_error error;
    struct clau_checkpoint *checkpoint = NULL;
    if (clau_checkpoint_read(path, &checkpoint, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    return checkpoint;
}

/// A checkpoint that holds one integer.
static enum clau_status write_one(const char *path, const char *previous, int64_t value,
                                  struct clau_error *error) {
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_integer(checkpoint, "value", value);
    const enum clau_status status = clau_checkpoint_write(checkpoint, path, previous, error);
    clau_checkpoint_destroy(checkpoint);
    return status;
}

static void holds_one(const char *path, int64_t expected) {
    struct clau_checkpoint *checkpoint = read_checkpoint(path);
    int64_t value = 0;
    assert_int_equal(clau_checkpoint_get_integer(checkpoint, "value", &value, NULL), CLAU_OK);
    assert_true(value == expected);
    clau_checkpoint_destroy(checkpoint);
}

/// No file in the folder but those that are named.
static void folder_holds(const struct folder *folder, size_t expected) {
    struct stat entry;
    assert_int_equal(stat(folder->path, &entry), 0);
    char *command = NULL, line[16] = "";
    assert_true(asprintf(&command, "ls -A '%s' | wc -l", folder->path) > 0);
    FILE *list = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, list));
    pclose(list);
    free(command);
    assert_int_equal(strtoul(line, NULL, 10), expected);
}

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void every_bit_comes_back(void **state) {
    const struct folder *folder = *state;
    const double reals[] = {
        from_bits(0x7ff8dead0000beefULL), // a quiet NaN with a payload,
        from_bits(0xfff0000000000001ULL), // a signalling one with a sign
        -0.0,
        INFINITY,
        -INFINITY,
        from_bits(1), // the least number above 0
        1.7976931348623157e308,
        0.1,
    };
    const int64_t integers[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 9007199254740993, INT64_MAX};
    enum { REALS = sizeof reals / sizeof *reals, INTEGERS = sizeof integers / sizeof *integers };
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_reals(checkpoint, "reals", reals, REALS);
    clau_checkpoint_put_integers(checkpoint, "integers", integers, INTEGERS);
    for (size_t i = 0; i < REALS; i++) {
        char name[32];
        snprintf(name, sizeof name, "real.%zu", i);
        clau_checkpoint_put_real(checkpoint, name, reals[i]);
    }
    clau_checkpoint_put_integer(checkpoint, "least", INT64_MIN);
    clau_checkpoint_put_integer(checkpoint, "greatest", INT64_MAX);
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);

    checkpoint = read_checkpoint(folder->file);
    double got[REALS];
    int64_t whole[INTEGERS], one;
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "reals", got, REALS, &error), CLAU_OK);
    assert_memory_equal(got, reals, sizeof reals);
    assert_int_equal(clau_checkpoint_get_integers(checkpoint, "integers", whole, INTEGERS, &error),
                     CLAU_OK);
    assert_memory_equal(whole, integers, sizeof integers);
    for (size_t i = 0; i < REALS; i++) {
        char name[32];
        double value;
        snprintf(name, sizeof name, "real.%zu", i);
        assert_int_equal(clau_checkpoint_get_real(checkpoint, name, &value, &error), CLAU_OK);
        assert_memory_equal(&value, &reals[i], sizeof value);
    }
    assert_int_equal(clau_checkpoint_get_integer(checkpoint, "least", &one, &error), CLAU_OK);
    assert_true(one == INT64_MIN);
    assert_int_equal(clau_checkpoint_get_integer(checkpoint, "greatest", &one, &error), CLAU_OK);
    assert_true(one == INT64_MAX);
    clau_checkpoint_destroy(checkpoint);
}

static void empty_and_large_values_come_back(void **state) {
    const struct folder *folder = *state;
    enum { MANY = 1 << 20, LETTERS = 100000 };
    double *many = malloc(MANY * sizeof *many), *got = malloc(MANY * sizeof *got);
    char *letters = malloc(LETTERS + 1);
    for (size_t i = 0; i < MANY; i++) {
        many[i] = sin((double)i);
    }
    memset(letters, 'x', LETTERS);
    letters[LETTERS] = '\0';
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_reals(checkpoint, "no_reals", NULL, 0);
    clau_checkpoint_put_integers(checkpoint, "no_integers", NULL, 0);
    clau_checkpoint_put_text(checkpoint, "no_text", "");
    clau_checkpoint_put_text(checkpoint, "letter", "a");
    clau_checkpoint_put_text(checkpoint, "text", "[time]\n\t\"\u03c8\" = 1 # \\\r\n");
    clau_checkpoint_put_text(checkpoint, "letters", letters);
    clau_checkpoint_put_reals(checkpoint, "many", many, MANY);
    clau_checkpoint_put_reals(checkpoint, "one", many + 1, 1);
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);

    checkpoint = read_checkpoint(folder->file);
    const char *text = NULL;
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "no_reals", NULL, 0, &error), CLAU_OK);
    assert_int_equal(clau_checkpoint_get_integers(checkpoint, "no_integers", NULL, 0, &error),
                     CLAU_OK);
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "no_text", &text, &error), CLAU_OK);
    assert_string_equal(text, "");
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "letter", &text, &error), CLAU_OK);
    assert_string_equal(text, "a");
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "text", &text, &error), CLAU_OK);
    assert_string_equal(text, "[time]\n\t\"\u03c8\" = 1 # \\\r\n");
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "letters", &text, &error), CLAU_OK);
    assert_string_equal(text, letters);
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "many", got, MANY, &error), CLAU_OK);
    assert_memory_equal(got, many, MANY * sizeof *many);
    // An array of one is a single number, either way.
    assert_int_equal(clau_checkpoint_get_real(checkpoint, "one", got, &error), CLAU_OK);
    assert_true(got[0] == many[1]);
    clau_checkpoint_destroy(checkpoint);
    free(letters);
    free(many);
    free(got);
}

static void scalars_and_texts_are_copied_at_once(void **state) {
    const struct folder *folder = *state;
    char text[] = "first", name[] = "text";
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_text(checkpoint, name, text);
    memcpy(text, "other", sizeof text);
    memcpy(name, "next", sizeof name);
    clau_checkpoint_put_text(checkpoint, name, text);
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);
    checkpoint = read_checkpoint(folder->file);
    const char *got = NULL;
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "text", &got, &error), CLAU_OK);
    assert_string_equal(got, "first");
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "next", &got, &error), CLAU_OK);
    assert_string_equal(got, "other");
    clau_checkpoint_destroy(checkpoint);
}

static void values_of_another_sort_are_refused(void **state) {
    (void)state;
    const double pair[] = {1.0, 2.0};
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_reals(checkpoint, "pair", pair, 2);
    clau_checkpoint_put_text(checkpoint, "text", "t");
    double reals[3] = {7.0, 7.0, 7.0};
    int64_t integer = 7;
    const char *text = "kept";
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "pair", reals, 3, &error),
                     CLAU_BAD_INPUT);
    assert_string_equal(error.message, "'pair' in the checkpoint has 2 values, not 3");
    assert_int_equal(clau_checkpoint_get_real(checkpoint, "pair", reals, &error), CLAU_BAD_INPUT);
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "pears", reals, 2, &error),
                     CLAU_BAD_INPUT);
    assert_string_equal(error.message, "the checkpoint has no 'pears'");
    assert_int_equal(clau_checkpoint_get_integer(checkpoint, "pair", &integer, &error),
                     CLAU_BAD_INPUT);
    assert_string_equal(error.message, "'pair' in the checkpoint is reals, not integers");
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "pair", &text, &error), CLAU_BAD_INPUT);
    assert_int_equal(clau_checkpoint_get_text(checkpoint, "none", &text, NULL), CLAU_BAD_INPUT);
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "text", reals, 1, &error),
                     CLAU_BAD_INPUT);
    assert_true(reals[0] == 7.0 && integer == 7);
    assert_string_equal(text, "kept");
    clau_checkpoint_destroy(checkpoint);
    clau_checkpoint_destroy(NULL);
}

static void check_bad_put(const struct folder *folder, const char *first, const char *second,
                          const char *message) {
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    clau_checkpoint_put_real(checkpoint, first, 1.0);
    clau_checkpoint_put_text(checkpoint, second, "2");
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_INTERNAL);
    assert_string_equal(error.message, message);
    clau_checkpoint_destroy(checkpoint);
    folder_holds(folder, 0);
}

static void bad_names_are_reported_by_the_write(void **state) {
    const struct folder *folder = *state;
    check_bad_put(folder, "a", "a", "checkpoint value 'a': is put twice");
    check_bad_put(folder, "a b", "b", "checkpoint value 'a b': is no valid name");
    check_bad_put(folder, "a", "", "checkpoint value '': is no valid name");
    check_bad_put(folder, "a/b", "a", "checkpoint value 'a/b': is no valid name");
    check_bad_put(folder, ".a", "a", "checkpoint value '.a': is no valid name");
}

/// Letters, digits, '_' and '.' in any place that NetCDF knows, and as many as 100 values.
static void good_names_come_back(void **state) {
    const struct folder *folder = *state;
    static const char *const names[] = {"a",     "Z9",   "_a",        "9",         "0_x",
                                        "a.b.c", "time", "count_100", "random.01", "empty"};
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        clau_checkpoint_put_integer(checkpoint, names[i], (int64_t)i);
    }
    double hundred[100];
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        hundred[i] = i;
        clau_checkpoint_put_reals(checkpoint, name, hundred, (size_t)i);
    }
    if (clau_checkpoint_write(checkpoint, folder->file, NULL, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    clau_checkpoint_destroy(checkpoint);
    checkpoint = read_checkpoint(folder->file);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t value = -1;
        assert_int_equal(clau_checkpoint_get_integer(checkpoint, names[i], &value, &error),
                         CLAU_OK);
        assert_int_equal(value, i);
    }
    for (int i = 0; i < 100; i++) {
        char name[16];
        double got[100];
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(clau_checkpoint_get_reals(checkpoint, name, got, (size_t)i, &error),
                         CLAU_OK);
        assert_memory_equal(got, hundred, (size_t)i * sizeof *got);
    }
    clau_checkpoint_destroy(checkpoint);
}

static void previous_is_the_one_before(void **state) {
    const struct folder *folder = *state;
    char *previous = path_in(folder, "run.previous.nc");
    struct clau_error error;
    assert_int_equal(write_one(folder->file, previous, 1, &error), CLAU_OK);
    assert_false(file_exists(previous));
    for (int64_t value = 2; value < 5; value++) {
        assert_int_equal(write_one(folder->file, previous, value, &error), CLAU_OK);
        holds_one(folder->file, value);
        holds_one(previous, value - 1);
        folder_holds(folder, 2);
    }
    // Without a name for it none is kept, and an older one is left alone.
    assert_int_equal(write_one(folder->file, NULL, 9, &error), CLAU_OK);
    holds_one(folder->file, 9);
    holds_one(previous, 3);
    folder_holds(folder, 2);
    free(previous);
}

/// What a crash between two steps may leave does not stand in the way, and goes.
static void leftovers_of_a_crash_are_overwritten(void **state) {
    const struct folder *folder = *state;
    char *previous = path_in(folder, "run.previous.nc");
    char *fresh = path_in(folder, "run.nc.tmp-1-0"), *keep = path_in(folder, "run.nc.tmp-1-0-old");
    struct clau_error error;
    assert_int_equal(write_one(folder->file, previous, 1, &error), CLAU_OK);
    write_text(fresh, "half of a checkpoint");
    assert_int_equal(link(folder->file, keep), 0);
    assert_int_equal(write_one(folder->file, previous, 2, &error), CLAU_OK);
    holds_one(folder->file, 2);
    holds_one(previous, 1);
    folder_holds(folder, 2);
    free(previous);
    free(fresh);
    free(keep);
}

static void failure_leaves_the_old_ones(void **state) {
    const struct folder *folder = *state;
    char *previous = path_in(folder, "run.previous.nc");
    char *nowhere = path_in(folder, "none/run.nc"), *none = path_in(folder, "none/previous.nc");
    struct clau_error error;
    assert_int_equal(write_one(nowhere, NULL, 1, &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, nowhere, strlen(nowhere)), 0);
    assert_int_equal(write_one(folder->file, previous, 1, &error), CLAU_OK);
    assert_int_equal(write_one(folder->file, previous, 2, &error), CLAU_OK);
    // The place of the previous one cannot be reached: it is the last step that fails.
    assert_int_equal(write_one(folder->file, none, 3, &error), CLAU_IO_FAILED);
    holds_one(folder->file, 2);
    holds_one(previous, 1);
    folder_holds(folder, 2);
    // A folder stands in its place: what was written goes away.
    assert_int_equal(unlink(folder->file), 0);
    assert_int_equal(mkdir(folder->file, 0700), 0);
    assert_int_equal(write_one(folder->file, NULL, 3, &error), CLAU_IO_FAILED);
    assert_int_equal(strncmp(error.message, folder->file, strlen(folder->file)), 0);
    holds_one(previous, 1);
    folder_holds(folder, 2);
    free(previous);
    free(nowhere);
    free(none);
}

/// The kernel refuses to let the file grow beyond a limit, as a full disk or a quota would.
static void file_that_does_not_fit_leaves_the_old_ones(void **state) {
    const struct folder *folder = *state;
    enum { MANY = 100000 };
    char *previous = path_in(folder, "run.previous.nc");
    struct clau_error error;
    assert_int_equal(write_one(folder->file, previous, 1, &error), CLAU_OK);
    assert_int_equal(write_one(folder->file, previous, 2, &error), CLAU_OK);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit limit = {MANY, MANY};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            _exit(2);
        }
        double *many = calloc(MANY, sizeof *many);
        struct clau_checkpoint *checkpoint = clau_checkpoint_create();
        clau_checkpoint_put_reals(checkpoint, "many", many, MANY);
        const bool told =
            clau_checkpoint_write(checkpoint, folder->file, previous, &error) == CLAU_IO_FAILED &&
            strncmp(error.message, folder->file, strlen(folder->file)) == 0;
        clau_checkpoint_destroy(checkpoint);
        free(many);
        _exit(told ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    holds_one(folder->file, 2);
    holds_one(previous, 1);
    folder_holds(folder, 2);
    free(previous);
}

static void refuse(const char *path, const char *message) {
    struct clau_error error;
    struct clau_checkpoint *const mark = (struct clau_checkpoint *)&error, *checkpoint = mark;
    assert_int_equal(clau_checkpoint_read(path, &checkpoint, &error), CLAU_BAD_INPUT);
    assert_int_equal(strncmp(error.message, path, strlen(path)), 0);
    if (strcmp(error.message + strlen(path), message) != 0) {
        fail_msg("\"%s\" where \"%s\" is due", error.message, message);
    }
    assert_ptr_equal(checkpoint, mark); // outputs on success only
}

static void other_files_are_no_checkpoints(void **state) {
    const struct folder *folder = *state;
    refuse(folder->file, ": No such file or directory");
    refuse(folder->path, ": is not a regular file");
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    refuse(folder->file, ": is not a regular file"); // and does not wait for a writer
    assert_int_equal(unlink(folder->file), 0);
    write_text(folder->file, "");
    refuse(folder->file, ": is not a checkpoint");
    write_text(folder->file, "[time]\nend = 1.0\n");
    refuse(folder->file, ": is not a checkpoint");
    // NetCDF, but without the mark; then with that of another layout.
    for (int layout = 0; layout < 2; layout++) {
        int file, id;
        assert_int_equal(nc_create(folder->file, NC_NETCDF4 | NC_CLOBBER, &file), NC_NOERR);
        assert_int_equal(nc_def_var(file, "value", NC_INT64, 0, NULL, &id), NC_NOERR);
        if (layout > 0) {
            const int number = 12345;
            assert_int_equal(
                nc_put_att_int(file, NC_GLOBAL, "clausius_checkpoint", NC_INT, 1, &number),
                NC_NOERR);
        }
        assert_int_equal(nc_close(file), NC_NOERR);
        refuse(folder->file,
               layout > 0 ? ": is damaged: its checksum is missing" : ": is not a checkpoint");
    }
}

enum { POINTS = 32768 };

/// A checkpoint of POINTS numbers, its bytes, and what is read from bytes changed.
struct subject {
    const char *path;
    char *bytes;
    size_t size;
    double values[POINTS];
};

static void write_bytes(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static struct subject *make_subject(const struct folder *folder) {
    struct subject *subject = malloc(sizeof *subject);
    struct clau_error error;
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    for (size_t i = 0; i < POINTS; i++) {
        subject->values[i] = sin(0.01 * (double)i);
    }
    clau_checkpoint_put_reals(checkpoint, "values", subject->values, POINTS);
    clau_checkpoint_put_text(checkpoint, "text", "solver = \"none\"");
    clau_checkpoint_put_integer(checkpoint, "steps", 12345);
    assert_int_equal(clau_checkpoint_write(checkpoint, folder->file, NULL, &error), CLAU_OK);
    clau_checkpoint_destroy(checkpoint);
    subject->path = folder->file;
    subject->bytes = read_bytes(folder->file, &subject->size);
    return subject;
}

static void free_subject(struct subject *subject) {
    free(subject->bytes);
    free(subject);
}

/// What is in the file now must be refused, in one sentence.
static void must_be_refused(const struct subject *subject, const char *what, size_t place) {
    struct clau_error error = {CLAU_OK, ""};
    struct clau_checkpoint *checkpoint = NULL;
    const enum clau_status status = clau_checkpoint_read(subject->path, &checkpoint, &error);
    const bool named = strncmp(error.message, subject->path, strlen(subject->path)) == 0;
    if (status != CLAU_BAD_INPUT || checkpoint != NULL || !named ||
        (strstr(error.message, ": is damaged") == NULL &&
         strstr(error.message, ": is not a checkpoint") == NULL)) {
        fail_msg("%s at %zu: status %d, %s", what, place, (int)status, error.message);
    }
}

static void flipped_bits_are_found(void **state) {
    struct subject *subject = make_subject(*state);
    uint64_t random = 20240607;
    for (size_t i = 0; i < 200 + 8 * 96; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        size_t bit = (size_t)(random >> 16) % (8 * subject->size);
        if (i >= 200) { // every bit of the first 64 bytes and of the trailer
            bit = i - 200 < 512 ? i - 200 : 8 * subject->size - (i - 200 - 512) - 1;
        }
        const char mask = (char)(1 << bit % 8);
        FILE *file = fopen(subject->path, "r+");
        assert_int_equal(fseek(file, (long)(bit / 8), SEEK_SET), 0);
        putc(subject->bytes[bit / 8] ^ mask, file);
        assert_int_equal(fclose(file), 0);
        must_be_refused(subject, "flipped bit", bit);
        file = fopen(subject->path, "r+");
        assert_int_equal(fseek(file, (long)(bit / 8), SEEK_SET), 0);
        putc(subject->bytes[bit / 8], file);
        assert_int_equal(fclose(file), 0);
    }
    // And it is whole again: it is the bits that were refused.
    struct clau_checkpoint *checkpoint = read_checkpoint(subject->path);
    double *got = malloc(sizeof subject->values);
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "values", got, POINTS, NULL), CLAU_OK);
    assert_memory_equal(got, subject->values, sizeof subject->values);
    clau_checkpoint_destroy(checkpoint);
    free(got);
    free_subject(subject);
}

static void zeroed_sectors_are_found(void **state) {
    enum { SECTOR = 512 };
    static const char zeros[SECTOR];
    struct subject *subject = make_subject(*state);
    char *bytes = malloc(subject->size);
    size_t zeroed = 0;
    for (size_t place = 0; place < subject->size; place += SECTOR) {
        const size_t left = subject->size - place, count = left < SECTOR ? left : SECTOR;
        memcpy(bytes, subject->bytes, subject->size);
        memset(bytes + place, 0, count);
        if (memcmp(subject->bytes + place, zeros, count) != 0) {
            write_bytes(subject->path, bytes, subject->size);
            must_be_refused(subject, "zeroed sector", place);
            zeroed++;
        }
    }
    assert_true(zeroed > POINTS * sizeof(double) / SECTOR);
    free(bytes);
    free_subject(subject);
}

static void cut_ones_are_found(void **state) {
    struct subject *subject = make_subject(*state);
    static const size_t from_start[] = {0, 1, 7, 8, 9, 32, 63, 64, 95, 96, 512, 4096, 65536};
    static const size_t from_end[] = {1, 4, 8, 16, 31, 33, 40, 64, 512, 4096, 65536};
    for (size_t i = 0; i < sizeof from_start / sizeof *from_start; i++) {
        write_bytes(subject->path, subject->bytes, from_start[i]);
        must_be_refused(subject, "length", from_start[i]);
    }
    for (size_t i = 0; i < sizeof from_end / sizeof *from_end; i++) {
        write_bytes(subject->path, subject->bytes, subject->size - from_end[i]);
        must_be_refused(subject, "length less", from_end[i]);
    }
    for (size_t i = 1; i < 97; i++) {
        write_bytes(subject->path, subject->bytes, i * subject->size / 97);
        must_be_refused(subject, "length", i * subject->size / 97);
    }
    // Without the trailer it is what version 0.1.0 wrote, but for the number of its layout.
    write_bytes(subject->path, subject->bytes, subject->size - 32);
    refuse(subject->path, ": is damaged: its checksum is missing");
    char *longer = calloc(subject->size + 9, 1);
    memcpy(longer, subject->bytes, subject->size);
    write_bytes(subject->path, longer, subject->size + 9);
    must_be_refused(subject, "length more", 9);
    free(longer);
    free_subject(subject);
}

/// A whole file, but of a layout that is not known here.
static void later_layouts_are_told(void **state) {
    struct subject *subject = make_subject(*state);
    subject->bytes[subject->size - 32 + 8] = 3;
    const uint32_t checksum = clau_crc32c(0, subject->bytes, subject->size - 4);
    memcpy(subject->bytes + subject->size - 4, &checksum, sizeof checksum);
    write_bytes(subject->path, subject->bytes, subject->size);
    refuse(subject->path, ": was written by a later version: its layout is 3, this version reads "
                          "those up to 2");
    free_subject(subject);
}

/// As version 0.1.0 wrote them: no trailer, and the other number.
static void the_first_layout_is_read(void **state) {
    struct subject *subject = make_subject(*state);
    const int layout = 1;
    int file;
    write_bytes(subject->path, subject->bytes, subject->size - 32);
    assert_int_equal(nc_open(subject->path, NC_WRITE, &file), NC_NOERR);
    assert_int_equal(nc_put_att_int(file, NC_GLOBAL, "clausius_checkpoint", NC_INT, 1, &layout),
                     NC_NOERR);
    assert_int_equal(nc_close(file), NC_NOERR);
    struct clau_checkpoint *checkpoint = read_checkpoint(subject->path);
    double *got = malloc(sizeof subject->values);
    assert_int_equal(clau_checkpoint_get_reals(checkpoint, "values", got, POINTS, NULL), CLAU_OK);
    assert_memory_equal(got, subject->values, sizeof subject->values);
    clau_checkpoint_destroy(checkpoint);
    size_t size;
    char *bytes = read_bytes(subject->path, &size);
    write_bytes(subject->path, bytes, size - 1);
    refuse(subject->path, ": is damaged, or no checkpoint: its end is not its own");
    free(bytes);
    free(got);
    free_subject(subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(every_bit_comes_back),
        test_in_folder(empty_and_large_values_come_back),
        test_in_folder(scalars_and_texts_are_copied_at_once),
        cmocka_unit_test(values_of_another_sort_are_refused),
        test_in_folder(bad_names_are_reported_by_the_write),
        test_in_folder(good_names_come_back),
        test_in_folder(previous_is_the_one_before),
        test_in_folder(leftovers_of_a_crash_are_overwritten),
        test_in_folder(failure_leaves_the_old_ones),
        test_in_folder(file_that_does_not_fit_leaves_the_old_ones),
        test_in_folder(other_files_are_no_checkpoints),
        test_in_folder(flipped_bits_are_found),
        test_in_folder(zeroed_sectors_are_found),
        test_in_folder(cut_ones_are_found),
        test_in_folder(later_layouts_are_told),
        test_in_folder(the_first_layout_is_read),
    };
    return cmocka_run_group_tests_name("io-checkpoint", tests, NULL, NULL);
}
