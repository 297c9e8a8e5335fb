// SPDX-License-Identifier: GPL-3.0-or-later
// Looking through files of others, and writing tables: what the one writes the other reads.
#include "io/reader.h"
#include "io/whole_file.h"
#include "io/writer.h"
#include "tests/io/folder.h"

#include <netcdf.h>
#include <string.h>

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

static void expect_values(const struct clau_reader *reader, const char *name, const double *wanted,
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
        test_in_folder(what_is_written_is_read),
        test_in_folder(a_failed_write_is_reported_at_the_end),
    };
    return cmocka_run_group_tests_name("io-reader", tests, NULL, NULL);
}
