// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/dataset_compare.h"

#include <netcdf.h>

#include "tests/io/folder.h"

enum { TIMES = 5, POINTS = 3 };

/// A file with a growing field, a fixed coordinate, a number and texts.
static void make(const char *path, const double *field, size_t times, const char *text,
                 const char *extra) {
    int file, dimensions[2], ids[4], id;
    const double x[POINTS] = {0.0, 0.5, 1.0}, number = 7.0;
    const char *const texts[POINTS] = {"a", text, "c"};
    const size_t start[2] = {0, 0}, extent[2] = {times, POINTS};
    assert_int_equal(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "time", NC_UNLIMITED, &dimensions[0]), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "x", POINTS, &dimensions[1]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "field", NC_DOUBLE, 2, dimensions, &ids[0]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "x", NC_FLOAT, 1, &dimensions[1], &ids[1]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "number", NC_DOUBLE, 0, NULL, &ids[2]), NC_NOERR);
    assert_int_equal(nc_def_var(file, "names", NC_STRING, 1, &dimensions[1], &ids[3]), NC_NOERR);
    if (extra != NULL) {
        assert_int_equal(nc_def_var(file, extra, NC_INT, 0, NULL, &id), NC_NOERR);
    }
    assert_int_equal(nc_put_vara_double(file, ids[0], start, extent, field), NC_NOERR);
    assert_int_equal(nc_put_var_double(file, ids[1], x), NC_NOERR);
    assert_int_equal(nc_put_var_double(file, ids[2], &number), NC_NOERR);
    assert_int_equal(nc_put_var_string(file, ids[3], (const char **)texts), NC_NOERR);
    assert_int_equal(nc_close(file), NC_NOERR);
}

/// What the comparison found last.
struct found {
    char variable[64], dimension[64];
    struct clau_difference difference;
    size_t calls;
};

static void note(void *context, const struct clau_difference *difference) {
    struct found *found = context;
    found->difference = *difference;
    snprintf(found->variable, sizeof found->variable, "%s", difference->variable);
    snprintf(found->dimension, sizeof found->dimension, "%s",
             difference->dimension != NULL ? difference->dimension : "");
    found->calls++;
}

static struct found compare(const char *first, const char *second, bool first_is_cut,
                            size_t different) {
    struct found found = {.calls = 0};
    struct clau_error error = {0};
    struct clau_comparison comparison = {
        .first_is_cut = first_is_cut, .found = note, .context = &found};
    if (clau_datasets_compare(first, second, &comparison, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(comparison.different, different);
    assert_int_equal(found.calls, different);
    assert_int_equal(comparison.variables >= 4, true);
    return found;
}

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void fill(double *field) {
    for (int i = 0; i < TIMES * POINTS; i++) {
        field[i] = sin(i);
    }
    field[4] = from_bits(0x7ff8dead0000beefULL);
}

static void every_bit_counts(void **state) {
    const struct folder *folder = *state;
    char *other = path_in(folder, "other.nc");
    double field[TIMES * POINTS];
    fill(field);
    make(folder->file, field, TIMES, "b", NULL);
    make(other, field, TIMES, "b", NULL);
    compare(folder->file, other, false, 0);
    // The last bit of two numbers, in records 2 and 3.
    field[7] = nextafter(field[7], 2.0);
    field[11] += 0.25;
    make(other, field, TIMES, "b", NULL);
    struct found found = compare(folder->file, other, false, 1);
    assert_string_equal(found.variable, "field");
    assert_string_equal(found.dimension, "time");
    assert_int_equal(found.difference.kind, CLAU_DIFFERENT_VALUES);
    assert_int_equal(found.difference.record, 2);
    assert_int_equal(found.difference.count, 2);
    assert_int_equal(found.difference.total, TIMES * POINTS);
    assert_close(found.difference.largest, 0.25, 1e-12);
    // The payload of a NaN, and the sign of 0.
    fill(field);
    field[4] = from_bits(0x7ff8dead0000beeeULL);
    make(other, field, TIMES, "b", NULL);
    found = compare(folder->file, other, false, 1);
    assert_int_equal(found.difference.record, 1);
    assert_true(isnan(found.difference.largest));
    fill(field);
    field[0] = -0.0;
    make(other, field, TIMES, "b", NULL);
    found = compare(folder->file, other, false, 1);
    assert_int_equal(found.difference.count, 1);
    assert_true(found.difference.largest == 0.0);
    free(other);
}

static void texts_shapes_and_names_count(void **state) {
    const struct folder *folder = *state;
    char *other = path_in(folder, "other.nc");
    double field[TIMES * POINTS];
    fill(field);
    make(folder->file, field, TIMES, "b", "extra");
    make(other, field, TIMES, "B", "extra");
    struct found found = compare(folder->file, other, false, 1);
    assert_string_equal(found.variable, "names");
    assert_int_equal(found.difference.record, 1);
    make(other, field, TIMES, "b", NULL);
    found = compare(folder->file, other, false, 1);
    assert_string_equal(found.variable, "extra");
    assert_int_equal(found.difference.kind, CLAU_ONLY_IN_FIRST);
    found = compare(other, folder->file, false, 1);
    assert_int_equal(found.difference.kind, CLAU_ONLY_IN_SECOND);
    make(other, field, TIMES - 1, "b", "extra");
    found = compare(folder->file, other, false, 1);
    assert_string_equal(found.variable, "field");
    assert_int_equal(found.difference.kind, CLAU_DIFFERENT_SHAPE);
    free(other);
}

/// The records of a run that was stopped are the first ones of the whole run.
static void a_cut_file_is_compared_as_far_as_it_goes(void **state) {
    const struct folder *folder = *state;
    char *whole = path_in(folder, "whole.nc");
    double field[TIMES * POINTS];
    fill(field);
    make(whole, field, TIMES, "b", NULL);
    field[(TIMES - 1) * POINTS] = 1.0; // in a record that the cut file does not have
    make(folder->file, field, TIMES - 1, "b", NULL);
    compare(folder->file, whole, true, 0);
    compare(folder->file, whole, false, 1);
    compare(whole, folder->file, true, 1); // more records than the whole one: not its beginning
    free(whole);
}

static void make_axis(const char *path, size_t points) {
    const double values[2 * POINTS] = {0.0};
    int file, dimension, id;
    assert_int_equal(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "x", points, &dimension), NC_NOERR);
    for (int i = 0; i < 4; i++) {
        const char name[] = {"xyzw"[i], '\0'};
        assert_int_equal(nc_def_var(file, name, NC_DOUBLE, 1, &dimension, &id), NC_NOERR);
        assert_int_equal(nc_put_var_double(file, id, values), NC_NOERR);
    }
    assert_int_equal(nc_close(file), NC_NOERR);
}

/// A grid of fewer points is another grid, however the run ended.
static void a_shorter_axis_is_no_cut(void **state) {
    const struct folder *folder = *state;
    char *other = path_in(folder, "other.nc");
    make_axis(folder->file, POINTS);
    make_axis(other, 2 * POINTS);
    assert_int_equal(compare(folder->file, other, true, 4).difference.kind, CLAU_DIFFERENT_SHAPE);
    free(other);
}

static void what_cannot_be_read_is_told(void **state) {
    const struct folder *folder = *state;
    struct clau_error error;
    struct clau_comparison comparison = {0};
    double field[TIMES * POINTS];
    fill(field);
    make(folder->file, field, TIMES, "b", NULL);
    char *other = path_in(folder, "other.nc");
    assert_int_equal(clau_datasets_compare(folder->file, other, &comparison, &error),
                     CLAU_BAD_INPUT);
    assert_int_equal(strncmp(error.message, other, strlen(other)), 0);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(every_bit_counts),
        test_in_folder(texts_shapes_and_names_count),
        test_in_folder(a_cut_file_is_compared_as_far_as_it_goes),
        test_in_folder(a_shorter_axis_is_no_cut),
        test_in_folder(what_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests_name("io-dataset_compare", tests, NULL, NULL);
}
