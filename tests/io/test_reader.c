// SPDX-License-Identifier: GPL-3.0-or-later
// Looking through files of others, and writing tables: what the one writes the other reads.
#include "io/reader.h"
#include "io/whole_file.h"
#include "io/writer.h"
#include "tests/io/folder.h"

#include <fcntl.h>
#include <math.h>
#include <netcdf.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define assert_status(result, expected)                                                            \
    do {                                                                                           \
        const enum clau_status got_ = (result);                                                    \
        if (got_ != (expected)) {                                                                  \
            print_error("%s: status %d (%s)\n", #result, (int)got_, error.message);                \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

enum { TIMES = 3 };

/// A file that no solver wrote: single precision, integers, texts, other dimensions.
static void write_foreign(const char *path) {
    int file, time, x, id;
    const float single[TIMES] = {0.5F, 1.5F, 2.5F};
    const int whole[TIMES] = {1, 2, 3}, both[] = {TIMES, 2};
    const double plain[TIMES] = {0.1, 0.2, 0.3};
    const char *text = "a string";
    assert_int_equal(nc_create(path, NC_NETCDF4, &file), NC_NOERR);
    nc_def_dim(file, "observation_time", NC_UNLIMITED, &time);
    nc_def_dim(file, "x", (size_t)both[1], &x);
    const int dimensions[] = {time, x};
    static const struct {
        const char *name;
        nc_type type;
        int rank;
    } rows[] = {{"observation_time", NC_DOUBLE, 1},
                {"single", NC_FLOAT, 1},
                {"field", NC_DOUBLE, 2},
                {"letters", NC_CHAR, 1},
                {"whole", NC_INT, 1},
                {"x", NC_DOUBLE, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            nc_def_var(file, rows[i].name, rows[i].type, rows[i].rank, dimensions, &id), NC_NOERR);
    nc_put_att_text(file, 1, "long_name", 6, "seldom");
    nc_put_att_string(file, NC_GLOBAL, "title", 1, &text);
    nc_put_att_int(file, NC_GLOBAL, "seed", NC_INT, 1, whole);
    const size_t start[2] = {0, 0}, counts[2] = {TIMES, 2};
    const double field[] = {1, 2, 3, 4, 5, 6};
    nc_put_vara_double(file, 0, start, counts, plain);
    nc_put_vara_float(file, 1, start, counts, single);
    nc_put_vara_double(file, 2, start, counts, field);
    nc_put_vara_text(file, 3, start, counts, "abc");
    nc_put_vara_int(file, 4, start, counts, whole);
    assert_int_equal(nc_close(file), NC_NOERR);
}

static void series_are_the_numeric_variables_of_one_dimension(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    char **names;
    size_t count;
    write_foreign(folder->file);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    assert_status(clau_reader_series(reader, "observation_time", &names, &count, &error), CLAU_OK);
    assert_int_equal(count, 2); // not the coordinate, the field, the letters, the scalar
    assert_string_equal(names[0], "single");
    assert_string_equal(names[1], "whole");
    assert_null(names[2]);
    free(names);
    assert_status(clau_reader_series(reader, "elsewhere", &names, &count, &error), CLAU_OK);
    assert_int_equal(count, 0);
    free(names);
    clau_reader_close(reader);
    clau_reader_close(NULL);
}

static void expect_values(struct clau_reader *reader, const char *name, const double *wanted,
                          size_t wanted_count) {
    struct clau_error error;
    double *values;
    size_t count;
    assert_status(clau_reader_values(reader, name, &values, &count, &error), CLAU_OK);
    assert_int_equal(count, wanted_count);
    assert_memory_equal(values, wanted, count * sizeof *values); // all are exact in either type
    free(values);
}

static void values_of_any_type_and_shape_are_read(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    double *const mark = (double *)&error, *values = mark;
    size_t count;
    write_foreign(folder->file);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    expect_values(reader, "single", (const double[]){0.5, 1.5, 2.5}, TIMES);
    expect_values(reader, "whole", (const double[]){1, 2, 3}, TIMES);
    expect_values(reader, "field", (const double[]){1, 2, 3, 4, 5, 6}, 6);
    assert_int_equal(clau_reader_values(reader, "none", &values, &count, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: has no variable 'none'"));
    assert_int_equal(clau_reader_values(reader, "letters", &values, &count, NULL), CLAU_BAD_INPUT);
    assert_ptr_equal(values, mark);
    clau_reader_close(reader);
}

static void expect_text(const struct clau_reader *reader, const char *variable, const char *name,
                        const char *wanted) {
    char *text = clau_reader_text(reader, variable, name);
    if (wanted == NULL)
        assert_null(text);
    else
        assert_string_equal(text, wanted);
    free(text);
}

static void texts_of_both_kinds_are_read(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    write_foreign(folder->file);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    expect_text(reader, "single", "long_name", "seldom");
    expect_text(reader, NULL, "title", "a string");
    expect_text(reader, NULL, "seed", NULL); // no text
    expect_text(reader, NULL, "none", NULL);
    expect_text(reader, "none", "long_name", NULL);
    clau_reader_close(reader);
}

static void what_is_no_file_is_refused(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *const mark = (struct clau_reader *)&error, *reader = mark;
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: No such file or directory"));
    write_text(folder->file, "CDF no more");
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: is not a readable NetCDF file"));
    assert_ptr_equal(reader, mark);
}

/// Nothing hangs: a FIFO that nobody writes, what never ends, what is no file.
static void only_regular_files_are_opened(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: is not a regular file"));
    assert_int_equal(clau_reader_open("/dev/zero", &reader, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, "/dev/zero: is not a regular file");
    assert_int_equal(clau_reader_open(folder->path, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, ": is a directory"));
}

/// Makes a file look as if nobody had touched it for a while: there is no sign of a writer.
static void age(const char *path) {
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/// Appends a number as classic files hold it, most significant byte first.
static void put_number(FILE *file, uint64_t number, int bytes) {
    while (bytes-- > 0)
        putc((int)(number >> (8 * bytes) & 0xff), file);
}

static void put_name(FILE *file, const char *name) {
    const size_t length = strlen(name);
    put_number(file, length, 4);
    fwrite(name, 1, length, file);
    for (size_t i = length; i % 4 != 0; i++)
        putc(0, file);
}

/// A classic file (64-bit offsets) by hand, of a few numbers of which the header claims `length`.
static void write_classic(const char *path, const char *name, uint32_t length, int dimensions) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("CDF\2", file);
    put_number(file, 0, 4);                          // records
    put_number(file, 10, 4), put_number(file, 1, 4); // dimensions
    put_name(file, "observation_time");
    put_number(file, length, 4);
    put_number(file, 0, 8);                          // no attributes
    put_number(file, 11, 4), put_number(file, 1, 4); // variables
    put_name(file, name);
    put_number(file, (uint64_t)dimensions, 4);
    for (int i = 0; i < dimensions; i++)
        put_number(file, 0, 4);
    put_number(file, 0, 8);
    put_number(file, NC_DOUBLE, 4);
    put_number(file, UINT32_MAX, 4);
    put_number(file, 16384, 8);
    for (int i = 0; i < 20000; i++)
        putc(0, file);
    assert_int_equal(fclose(file), 0);
    age(path);
}

static void refuse_values(const char *path, const char *name, const char *part) {
    struct clau_error error;
    struct clau_reader *reader;
    double *const mark = (double *)&error, *values = mark;
    size_t count = 77;
    assert_status(clau_reader_open(path, &reader, &error), CLAU_OK);
    assert_int_equal(clau_reader_values(reader, name, &values, &count, &error), CLAU_BAD_INPUT);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" holds no \"%s\"", error.message, part);
    assert_ptr_equal(values, mark);
    assert_int_equal(count, 77);
    clau_reader_close(reader);
}

/// What a damaged file says of sizes is not believed: neither memory nor time is spent on it.
static void claims_are_held_against_the_file(void **state) {
    const struct folder *folder = *state;
    write_classic(folder->file, "mass", 0x7fffffff, 1);
    refuse_values(folder->file, "mass",
                  "'mass' claims 2147483647 values, in a file of 20096 bytes");
    // 2^60 of them, and more than a size can count, in files that never were written to.
    int file, dimensions[2], id;
    assert_int_equal(nc_create(folder->file, NC_NETCDF4, &file), NC_NOERR);
    nc_def_dim(file, "observation_time", (size_t)1 << 60, &dimensions[0]);
    nc_def_dim(file, "x", (size_t)1 << 40, &dimensions[1]);
    const size_t chunks[2] = {16, 16};
    nc_def_var(file, "mass", NC_DOUBLE, 1, dimensions, &id);
    nc_def_var_chunking(file, id, NC_CHUNKED, chunks);
    nc_def_var(file, "phi", NC_DOUBLE, 2, dimensions, &id);
    nc_def_var_chunking(file, id, NC_CHUNKED, chunks);
    assert_int_equal(nc_close(file), NC_NOERR);
    age(folder->file);
    refuse_values(folder->file, "mass", "claims 1152921504606846976 values");
    refuse_values(folder->file, "phi", "claims 18446744073709551615 values");
}

/// The library copies such a name into whatever room it is given, and believes what is counted.
static void classic_headers_must_make_sense(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    char name[3001] = "";
    memset(name, 'n', sizeof name - 1);
    write_classic(folder->file, name, 8, 1);
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "run.nc: is not a readable NetCDF file"));
    name[NC_MAX_NAME] = '\0';
    write_classic(folder->file, name, 8, 1);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    clau_reader_close(reader);
    write_classic(folder->file, "mass", 8, 2000);
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    // Each byte of a header in turn, with all bits set: refused or read, but nothing worse.
    write_classic(folder->file, "mass", 8, 1);
    size_t length;
    char *bytes = read_bytes(folder->file, &length);
    for (size_t i = 0; i < 100; i++) {
        FILE *file = fopen(folder->file, "w");
        fwrite(bytes, 1, i, file);
        putc(0xff, file);
        fwrite(bytes + i + 1, 1, length - i - 1, file);
        fclose(file);
        age(folder->file);
        if (clau_reader_open(folder->file, &reader, &error) == CLAU_OK) {
            double *values;
            size_t count;
            if (clau_reader_values(reader, "mass", &values, &count, &error) == CLAU_OK)
                free(values);
            clau_reader_close(reader);
        }
    }
    free(bytes);
}

static void damage_is_told_with_what_may_mend_it(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    write_foreign(folder->file);
    assert_int_equal(truncate(folder->file, 5000), 0);
    age(folder->file);
    const time_t begun = time(NULL);
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(
        strstr(error.message, "run.nc: is not a readable NetCDF file; `clausius repair "));
    assert_non_null(strstr(error.message, "run.nc` may mend it"));
    assert_true(time(NULL) - begun < 2); // nobody writes: there is nothing to wait for
}

enum { RECORDS = 6 };

/// The output of a run: times as given, a series and a state with numbers of their records.
static void write_run(const char *path, const char *status, const double times[RECORDS]) {
    int file, dimensions[2], ids[3];
    const double missing = (double)NAN;
    assert_int_equal(nc_create(path, NC_NETCDF4, &file), NC_NOERR);
    nc_def_dim(file, "observation_time", NC_UNLIMITED, &dimensions[0]);
    nc_def_dim(file, "x", 2, &dimensions[1]);
    nc_def_var(file, "observation_time", NC_DOUBLE, 1, dimensions, &ids[0]);
    nc_def_var(file, "mass", NC_DOUBLE, 1, dimensions, &ids[1]);
    nc_def_var(file, "phi", NC_DOUBLE, 2, dimensions, &ids[2]);
    nc_def_var_fill(file, ids[1], NC_FILL, &missing);
    nc_put_att_text(file, NC_GLOBAL, "status", strlen(status), status);
    for (size_t i = 0; i < RECORDS; i++) {
        const size_t start[2] = {i, 0}, counts[2] = {1, 2};
        const double mass = 10.0 + (double)i, phi[2] = {mass, -mass};
        nc_put_vara_double(file, ids[0], start, counts, &times[i]);
        nc_put_vara_double(file, ids[1], start, counts, &mass);
        nc_put_vara_double(file, ids[2], start, counts, phi);
    }
    assert_int_equal(nc_close(file), NC_NOERR);
}

static void expect_count(const struct folder *folder, const char *status,
                         const double times[RECORDS], size_t expected) {
    struct clau_error error;
    struct clau_reader *reader;
    double *values;
    size_t count;
    write_run(folder->file, status, times);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    // Whichever is read first.
    static const char *const names[] = {"mass", "observation_time", "phi"};
    for (size_t i = 0; i < 3; i++) {
        assert_status(clau_reader_values(reader, names[i], &values, &count, &error), CLAU_OK);
        assert_int_equal(count, expected * (i == 2 ? 2 : 1));
        assert_true(count == 0 || i == 1 || values[0] == 10.0);
        free(values);
    }
    const enum clau_status status_of_last =
        clau_reader_record(reader, "phi", -1, &values, &count, &error);
    assert_int_equal(status_of_last, expected > 0 ? CLAU_OK : CLAU_BAD_INPUT);
    if (expected > 0) {
        assert_int_equal(count, 2);
        assert_true(values[0] == 9.0 + (double)expected);
        free(values);
    }
    clau_reader_close(reader);
}

static void a_running_file_ends_at_its_first_unwritten_time(void **state) {
    const struct folder *folder = *state;
    const double whole[] = {0, 1, 2, 3, 4, 5}, gap[] = {0, 1, NAN, 3, 4, 5},
                 fill[] = {0, 1, 2, NC_FILL_DOUBLE, NC_FILL_DOUBLE, NC_FILL_DOUBLE},
                 zero[] = {0, 1, 2, 3, 0, 0}, none[] = {NAN, 1, 2, 3, 4, 5},
                 again[] = {0, 1, 2, 2, 3, 4};
    expect_count(folder, "running", whole, 6);
    expect_count(folder, "running", gap, 2);
    expect_count(folder, "running", fill, 3);
    expect_count(folder, "running", zero, 4);
    expect_count(folder, "running", none, 0);
    expect_count(folder, "running", again, 3);
    // A finished one is what it is.
    expect_count(folder, "complete", zero, 6);
    expect_count(folder, "interrupted", again, 6);
}

/// Holds a run's lock in another process, which makes the file whole after a while.
static pid_t write_later(const struct folder *folder, const char *bytes, size_t length,
                         unsigned microseconds) {
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        char *path = path_in(folder, "run.journal");
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        const int journal = open(path, O_RDWR | O_CREAT, 0600);
        const bool locked = fcntl(journal, F_OFD_SETLK, &whole) == 0;
        const bool told = write(ready[1], "x", 1) == 1;
        usleep(microseconds);
        const int file = open(folder->file, O_WRONLY);
        const bool written = bytes == NULL || write(file, bytes, length) == (ssize_t)length;
        _exit(locked && told && written ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return writer;
}

static void end(pid_t writer) {
    int result;
    assert_int_equal(waitpid(writer, &result, 0), writer);
    assert_int_equal(result, 0);
}

/// A file that cannot be opened, or read, in the middle of a flush.
static void a_read_that_falls_into_a_flush_is_repeated(void **state) {
    const struct folder *folder = *state;
    const double times[RECORDS] = {0, 1, 2, 3, 4, 5};
    struct clau_error error;
    struct clau_reader *reader;
    size_t length, count;
    double *values;
    write_run(folder->file, "running", times);
    char *bytes = read_bytes(folder->file, &length);
    assert_int_equal(truncate(folder->file, (off_t)length / 2), 0);
    age(folder->file); // the lock alone tells that there is a writer
    pid_t writer = write_later(folder, bytes, length, 300000);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    end(writer);
    // Opened well, and then the values are not where they are said to be.
    FILE *file = fopen(folder->file, "r+");
    for (size_t i = 0; i < length; i++)
        putc(0x5a, file);
    fclose(file);
    writer = write_later(folder, bytes, length, 300000);
    assert_status(clau_reader_values(reader, "phi", &values, &count, &error), CLAU_OK);
    assert_int_equal(count, 2 * RECORDS);
    assert_true(values[2 * RECORDS - 2] == 15.0);
    free(values);
    end(writer);
    clau_reader_close(reader);
    free(bytes);
}

static void patience_ends(void **state) {
    const struct folder *folder = *state;
    const double times[RECORDS] = {0, 1, 2, 3, 4, 5};
    struct clau_error error;
    struct clau_reader *reader;
    write_run(folder->file, "running", times);
    assert_int_equal(truncate(folder->file, 3000), 0);
    age(folder->file);
    const pid_t writer = write_later(folder, NULL, 0, 3000000);
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "is being written, and could not be read meanwhile"));
    end(writer);
    // The writer is dead, its journal is still there.
    assert_int_equal(clau_reader_open(folder->file, &reader, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "may mend it"));
}

/// Somebody else's file in somebody else's folder.
static void no_right_to_write_is_needed(void **state) {
    const struct folder *folder = *state;
    const double times[RECORDS] = {0, 1, 2, NAN, NAN, NAN};
    write_run(folder->file, "running", times);
    char *journal = path_in(folder, "run.journal");
    write_text(journal, "process 1 on host since now\n");
    assert_int_equal(chmod(journal, 0444) + chmod(folder->file, 0444) + chmod(folder->path, 0555),
                     0);
    free(journal);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct clau_reader *reader;
        double *values = NULL;
        size_t count = 0;
        // The superuser may write anywhere.
        const bool plain = geteuid() != 0 || seteuid(65534) == 0;
        _exit(plain && clau_reader_open(folder->file, &reader, NULL) == CLAU_OK &&
                      clau_reader_values(reader, "mass", &values, &count, NULL) == CLAU_OK &&
                      count == 3
                  ? 0
                  : 1);
    }
    end(child);
    assert_int_equal(chmod(folder->path, 0755), 0);
}

static void what_is_written_is_read(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_writer *writer;
    struct clau_reader *reader;
    const double numbers[6] = {0.1, -2.0, 3e300, 4.0, 5.0, 6.0}, one = 7.0;
    const char *const texts[2] = {"first", NULL};
    assert_status(clau_writer_create(folder->file, &writer, &error), CLAU_OK);
    clau_writer_dimension(writer, "row", 3);
    clau_writer_dimension(writer, "column", 2);
    clau_writer_reals(writer, "table", "row column", numbers, "nat", "some numbers");
    clau_writer_reals(writer, "single", "", &one, "1", "one number");
    clau_writer_texts(writer, "column", "column", texts, "names");
    clau_writer_attribute(writer, NULL, "title", "a table");
    void *image;
    size_t size;
    assert_status(clau_writer_close(writer, &image, &size, &error), CLAU_OK);
    const struct clau_bytes bytes = {image, size};
    const struct clau_whole_file file = {folder->file, &bytes, 1, NULL, false};
    assert_status(clau_whole_files_write(&file, 1, &error), CLAU_OK);
    free(image);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    expect_values(reader, "table", numbers, 6);
    expect_values(reader, "single", &one, 1);
    expect_text(reader, "table", "units", "nat");
    expect_text(reader, "column", "long_name", "names");
    expect_text(reader, NULL, "title", "a table");
    clau_reader_close(reader);
}

/// The first failure is what the close reports.
static void a_failed_write_is_reported_at_the_end(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_writer *writer;
    const double number = 1.0;
    assert_status(clau_writer_create(folder->file, &writer, &error), CLAU_OK);
    clau_writer_reals(writer, "table", "nowhere", &number, "1", "of no dimension");
    clau_writer_dimension(writer, "row", 1);
    clau_writer_reals(writer, "other", "row", &number, "1", "after that");
    void *const mark = &error, *image = mark;
    size_t size = 5;
    assert_int_equal(clau_writer_close(writer, &image, &size, &error), CLAU_IO_FAILED);
    assert_non_null(strstr(error.message, "run.nc: NetCDF: Invalid dimension"));
    assert_true(image == mark && size == 5);
    assert_false(file_exists(folder->file));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(series_are_the_numeric_variables_of_one_dimension),
        test_in_folder(values_of_any_type_and_shape_are_read),
        test_in_folder(texts_of_both_kinds_are_read),
        test_in_folder(what_is_no_file_is_refused),
        test_in_folder(only_regular_files_are_opened),
        test_in_folder(claims_are_held_against_the_file),
        test_in_folder(classic_headers_must_make_sense),
        test_in_folder(damage_is_told_with_what_may_mend_it),
        test_in_folder(a_running_file_ends_at_its_first_unwritten_time),
        test_in_folder(a_read_that_falls_into_a_flush_is_repeated),
        test_in_folder(patience_ends),
        test_in_folder(no_right_to_write_is_needed),
        test_in_folder(what_is_written_is_read),
        test_in_folder(a_failed_write_is_reported_at_the_end),
    };
    return cmocka_run_group_tests_name("io-reader", tests, NULL, NULL);
}
