// SPDX-License-Identifier: GPL-3.0-or-later
// Looking through files of others, and writing tables: what the one writes the other reads.
#include "io/reader.h"
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
    refuse_values(folder->file, "mass", "'mass' claims 2147483647 values, in a file of 20096 bytes");
    write_classic(folder->file, "mass", 1, 2000);
    refuse_values(folder->file, "mass", "'mass' cannot be read: NetCDF: ");
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

/// The library copies such a name into whatever room it is given.
static void names_of_any_length_have_room(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_reader *reader;
    char **names, name[3001] = "";
    size_t count;
    memset(name, 'n', sizeof name - 1);
    write_classic(folder->file, name, 8, 1);
    assert_status(clau_reader_open(folder->file, &reader, &error), CLAU_OK);
    assert_status(clau_reader_series(reader, "observation_time", &names, &count, &error), CLAU_OK);
    assert_int_equal(count, 1);
    assert_string_equal(names[0], name);
    free(names);
    clau_reader_close(reader);
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
    assert_status(clau_writer_close(writer, &error), CLAU_OK);
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
    assert_int_equal(clau_writer_close(writer, &error), CLAU_IO_FAILED);
    assert_non_null(strstr(error.message, "run.nc: NetCDF: Invalid dimension"));
    char *nowhere = path_in(folder, "none/run.nc");
    assert_int_equal(clau_writer_create(nowhere, &writer, &error), CLAU_IO_FAILED);
    free(nowhere);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(series_are_the_numeric_variables_of_one_dimension),
        test_in_folder(values_of_any_type_and_shape_are_read),
        test_in_folder(texts_of_both_kinds_are_read),
        test_in_folder(what_is_no_file_is_refused),
        test_in_folder(only_regular_files_are_opened),
        test_in_folder(claims_are_held_against_the_file),
        test_in_folder(names_of_any_length_have_room),
        test_in_folder(damage_is_told_with_what_may_mend_it),
        test_in_folder(what_is_written_is_read),
        test_in_folder(a_failed_write_is_reported_at_the_end),
    };
    return cmocka_run_group_tests_name("io-reader", tests, NULL, NULL);
}
