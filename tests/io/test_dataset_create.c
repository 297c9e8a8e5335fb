// SPDX-License-Identifier: GPL-3.0-or-later
// Where a dataset may be created, and in which form its numbers are kept.
#include "tests/io/dataset_fixture.h"

#include <fcntl.h>

/* Paths */

/// Both the create and the check before it say the same.
static void refuse_path(const char *path, bool replace, const char *message) {
    struct clau_error error, checked;
    const struct clau_dataset_options options = {.replace = replace};
    struct clau_dataset *const mark = (struct clau_dataset *)&error, *dataset = mark;
    assert_status(clau_dataset_create(path, TABLES, &options, &dataset, &error), CLAU_BAD_INPUT);
    assert_ptr_equal(dataset, mark);
    assert_string_equal(error.message, message);
    assert_int_equal(clau_dataset_check_path(path, replace, &checked), CLAU_BAD_INPUT);
    assert_string_equal(checked.message, message);
}

static void refuse_path_with(const char *path, bool replace, const char *end) {
    char *message = NULL;
    assert_true(asprintf(&message, "%s: %s", path, end) > 0);
    refuse_path(path, replace, message);
    free(message);
}

static void existing_file_is_kept_unless_replaced(void **state) {
    const struct folder *folder = *state;
    write_text(folder->file, "precious");
    refuse_path_with(folder->file, false, "exists; use --force to replace it");
    char *text = read_bytes(folder->file, NULL);
    assert_string_equal(text, "precious");
    free(text);
    assert_int_equal(clau_dataset_check_path(folder->file, true, NULL), CLAU_OK);
    text = read_bytes(folder->file, NULL);
    assert_string_equal(text, "precious"); // the check writes nothing
    free(text);
    const struct clau_dataset_options replace = {.replace = true};
    write_dataset(folder->file, &replace, 3, 4);
    check_dataset(folder->file, 3, 4);
}

static void longer_file_is_replaced_whole(void **state) {
    const struct folder *folder = *state;
    const struct clau_dataset_options replace = {.replace = true};
    write_dataset(folder->file, &plain, 3000, 3000);
    write_dataset(folder->file, &replace, 2, 1);
    check_dataset(folder->file, 2, 1);
}

static void paths_that_cannot_be_used(void **state) {
    const struct folder *folder = *state;
    refuse_path("", false, "the output's path is empty");
    refuse_path_with(folder->path, false, "is a directory");
    refuse_path_with(folder->path, true, "is a directory");
    char *slash = path_in(folder, "sub/");
    refuse_path_with(slash, false, "is a directory");
    char *path = path_in(folder, "none/run.nc"), *end = NULL;
    assert_true(asprintf(&end, "folder %s/none does not exist", folder->path) > 0);
    refuse_path_with(path, false, end);
    refuse_path_with(path, true, end);
    refuse_path_with("/dev/null", true, "is not a regular file");
    char *file = path_in(folder, "file"), *below = path_in(folder, "file/run.nc");
    write_text(file, "");
    refuse_path_with(below, false, "Not a directory");
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *long_path = path_in(folder, name);
    refuse_path_with(long_path, false, "File name too long");
    free(slash);
    free(path);
    free(end);
    free(file);
    free(below);
    free(long_path);
}

static void folder_that_is_not_writable(void **state) {
    const struct folder *folder = *state;
    char *end = NULL;
    assert_int_equal(chmod(folder->path, 0555), 0);
    assert_true(asprintf(&end, "folder %s is not writable: Permission denied", folder->path) > 0);
    // Root may write anywhere: be nobody for a moment, in the sense of access(2), too.
    const bool root = geteuid() == 0;
    if (root && (setresuid(65534, 65534, 0) != 0)) {
        free(end);
        leave_out("root cannot be nobody");
    }
    refuse_path_with(folder->file, false, end);
    assert_int_equal(root ? setresuid(0, 0, 0) : 0, 0);
    assert_int_equal(chmod(folder->path, 0755), 0);
    free(end);
}

static void good_paths_leave_no_trace(void **state) {
    const struct folder *folder = *state;
    assert_int_equal(clau_dataset_check_path(folder->file, false, NULL), CLAU_OK);
    assert_false(file_exists(folder->file));
}

/// NetCDF takes some names for addresses and options, and trims others.
static void names_are_taken_as_they_are(void **state) {
    const struct folder *folder = *state;
    static const char *const names[] = {"a#mode=bytes.nc", "http:x.nc", " blank .nc ",
                                        "\u03c8 \"q\".nc", "run",       "[x]%20&y?.nc"};
    const int home = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(home >= 0);
    assert_int_equal(chdir(folder->path), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_dataset(names[i], &plain, 1, 1);
        char *path = path_in(folder, names[i]);
        double *values;
        size_t count;
        struct clau_error error;
        assert_true(file_exists(path));
        for (int k = 0; k < 2; k++) {
            assert_status(
                clau_dataset_read(k ? path : names[i], "mass", 0, &values, &count, &error),
                CLAU_OK);
            assert_true(count == 1 && values[0] == number(MASS, 0, 0));
            free(values);
        }
        free(path);
    }
    assert_int_equal(fchdir(home), 0);
    close(home);
}

static void bad_tables_leave_no_file(void **state) {
    const struct folder *folder = *state;
    static const struct clau_variable wrong[][2] = {
        {{.name = "a", .dimensions = {"time"}}, {.name = "a", .dimensions = {"time"}}},
        {{.name = "a", .dimensions = {"time"}}, {.name = "b", .dimensions = {"y"}}},
        {{.name = "a", .dimensions = {"time"}}, {.name = "b", .dimensions = {"x", "time"}}},
        {{.name = "a", .dimensions = {"time"}}, {.name = "a/b", .dimensions = {"x"}}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct clau_error error = {CLAU_OK, ""};
        struct clau_dataset *dataset = NULL;
        assert_int_not_equal(clau_dataset_create(folder->file, dimensions, DIMENSIONS, wrong[i], 2,
                                                 &plain, &dataset, &error),
                             CLAU_OK);
        assert_null(dataset);
        assert_int_not_equal(error.status, CLAU_OK);
        assert_true(strlen(error.message) > 0);
        assert_false(file_exists(folder->file));
    }
    static const struct clau_dimension huge[] = {{"x", SIZE_MAX / 8}, {"y", 1000}};
    static const struct clau_variable plane = {.name = "phi", .dimensions = {"x", "y"}};
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_create(folder->file, huge, 2, &plane, 1, &plain, &dataset, &error),
                  CLAU_BAD_INPUT);
    assert_string_equal(error.message, "variable 'phi' is too large");
    assert_false(file_exists(folder->file));
}

/* Forms */

static void storage_follows_the_frames(void **state) {
    const struct folder *folder = *state;
    write_dataset(folder->file, &plain, 1, 1);
    const int file = open_netcdf(folder->file);
    int contiguous, shuffle, deflate, level;
    size_t chunk[2];
    assert_int_equal(nc_inq_var_chunking(file, variable_id(file, RE), &contiguous, chunk),
                     NC_NOERR);
    assert_int_equal(contiguous, NC_CHUNKED);
    assert_int_equal(chunk[0], 1);
    assert_int_equal(chunk[1], POINTS);
    assert_int_equal(nc_inq_var_chunking(file, variable_id(file, MASS), &contiguous, chunk),
                     NC_NOERR);
    assert_int_equal(contiguous, NC_CHUNKED);
    assert_int_equal(chunk[0], 1024);
    assert_int_equal(nc_inq_var_deflate(file, variable_id(file, RE), &shuffle, &deflate, &level),
                     NC_NOERR);
    assert_false(deflate);
    nc_close(file);
}

static void compression_keeps_every_bit(void **state) {
    const struct folder *folder = *state;
    for (int level = 1; level <= 9; level += 4) {
        const struct clau_dataset_options options = {.replace = true, .compression = level};
        write_dataset(folder->file, &options, 20, 5);
        check_dataset(folder->file, 20, 5);
        const int file = open_netcdf(folder->file);
        int shuffle = 0, deflate = 0, stored = 0;
        assert_int_equal(
            nc_inq_var_deflate(file, variable_id(file, RE), &shuffle, &deflate, &stored), NC_NOERR);
        assert_true(shuffle && deflate);
        assert_int_equal(stored, level);
        // Only the state: small series would grow.
        assert_int_equal(
            nc_inq_var_deflate(file, variable_id(file, MASS), &shuffle, &deflate, &stored),
            NC_NOERR);
        assert_false(deflate);
        nc_close(file);
    }
}

static void single_precision_is_of_the_state_alone(void **state) {
    const struct folder *folder = *state;
    const struct clau_dataset_options options = {.single_precision = true};
    const double extremes[POINTS] = {1e39, -1e39, 1e-50, NAN, INFINITY, -0.0, 3.4028235e38};
    struct clau_error error;
    struct clau_dataset *dataset = create(folder->file, &options);
    put_fixed(dataset);
    put_records(dataset, true, 0, 4);
    put_records(dataset, false, 0, 4);
    assert_status(clau_dataset_put(dataset, RE, 4, extremes, &error), CLAU_OK);
    assert_status(put_record(dataset, TIME, 4, &error), CLAU_OK);
    close_dataset(dataset);
    const int file = open_netcdf(folder->file);
    for (size_t v = 0; v < VARIABLES; v++) {
        nc_type type;
        assert_int_equal(nc_inq_vartype(file, variable_id(file, v), &type), NC_NOERR);
        assert_int_equal(type, v == RE ? NC_FLOAT : NC_DOUBLE);
        if (v != RE) {
            assert_true(records_are_right(file, v, is_fixed(v) ? 1 : 4));
        }
    }
    double got[5][POINTS];
    assert_int_equal(nc_get_var_double(file, variable_id(file, RE), &got[0][0]), NC_NOERR);
    for (size_t record = 0; record < 4; record++) {
        for (size_t i = 0; i < POINTS; i++) {
            assert_true(got[record][i] == (double)(float)number(RE, record, i));
        }
    }
    // As IEEE 754 narrows them: beyond the range is infinite.
    assert_true(got[4][0] == INFINITY && got[4][1] == -INFINITY && got[4][2] == 0.0);
    assert_true(isnan(got[4][3]) && got[4][4] == INFINITY);
    assert_true(got[4][5] == 0.0 && signbit(got[4][5]));
    assert_true(got[4][6] == (double)3.4028235e38F);
    nc_close(file);
}

static size_t file_size(const char *path) {
    struct stat entry;
    assert_int_equal(stat(path, &entry), 0);
    return (size_t)entry.st_size;
}

/// Half a unit of the last digit that is kept.
static double half_digit(double value, int digits) {
    return value == 0.0 ? 0.0 : 0.5 * pow(10.0, floor(log10(fabs(value))) + 1 - digits);
}

static void check_digits(const struct folder *folder, int digits, bool single) {
    enum { LONG = 4096, FRAMES = 4 };
    static const struct clau_dimension line[] = {{"time", CLAU_UNLIMITED}, {"x", LONG}};
    static const struct clau_variable both[] = {
        {.name = "phi", .dimensions = {"time", "x"}, .units = "1", .state = true},
        {.name = "energy", .dimensions = {"time", "x"}, .units = "1"}};
    const struct clau_dataset_options options = {.replace = true,
                                                 .single_precision = single,
                                                 .compression = 1,
                                                 .significant_digits = digits};
    static double values[FRAMES * LONG], got[FRAMES * LONG];
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_create(folder->file, line, 2, both, 2, &options, &dataset, &error),
                  CLAU_OK);
    for (size_t record = 0; record < FRAMES; record++) {
        for (size_t i = 0; i < LONG; i++) {
            values[record * LONG + i] = number(0, record, i) * pow(10.0, (double)(i % 21) - 10.0);
        }
        assert_status(clau_dataset_put(dataset, 0, record, values + record * LONG, &error),
                      CLAU_OK);
        assert_status(clau_dataset_put(dataset, 1, record, values + record * LONG, &error),
                      CLAU_OK);
    }
    close_dataset(dataset);
    const int file = open_netcdf(folder->file);
    int id;
    assert_int_equal(nc_inq_varid(file, "phi", &id), NC_NOERR);
    assert_int_equal(nc_get_var_double(file, id, got), NC_NOERR);
    size_t changed = 0;
    for (size_t i = 0; i < FRAMES * LONG; i++) {
        const double put = single ? (double)(float)values[i] : values[i];
        changed += got[i] != put;
        // Half a digit is what BitGroom promises; the rounding to float comes on top of it.
        assert_close(got[i], values[i],
                     half_digit(values[i], digits) + (single ? 6e-8 * fabs(values[i]) : 0));
    }
    assert_true(changed > FRAMES * LONG / 2); // it was quantized
    assert_int_equal(nc_inq_varid(file, "energy", &id), NC_NOERR);
    assert_int_equal(nc_get_var_double(file, id, got), NC_NOERR);
    assert_memory_equal(got, values, sizeof got); // and only the state was
    nc_close(file);
}

static void significant_digits_hold(void **state) {
    const struct folder *folder = *state;
    size_t size = 0;
    for (int digits = 2; digits <= 10; digits += 4) {
        check_digits(folder, digits, false);
        assert_true(file_size(folder->file) > size); // fewer digits, smaller files
        size = file_size(folder->file);
    }
    check_digits(folder, 3, true);
}

/// As many as the type has, or more, are all of them.
static void all_digits_are_exact(void **state) {
    const struct folder *folder = *state;
    for (int digits = 16; digits < 20; digits++) {
        const struct clau_dataset_options options = {.replace = true, .significant_digits = digits};
        write_dataset(folder->file, &options, 9, 2);
        check_dataset(folder->file, 9, 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(existing_file_is_kept_unless_replaced),
        test_in_folder(longer_file_is_replaced_whole),
        test_in_folder(paths_that_cannot_be_used),
        test_in_folder(folder_that_is_not_writable),
        test_in_folder(good_paths_leave_no_trace),
        test_in_folder(names_are_taken_as_they_are),
        test_in_folder(bad_tables_leave_no_file),
        test_in_folder(storage_follows_the_frames),
        test_in_folder(compression_keeps_every_bit),
        test_in_folder(single_precision_is_of_the_state_alone),
        test_in_folder(significant_digits_hold),
        test_in_folder(all_digits_are_exact),
    };
    return cmocka_run_group_tests_name("io-dataset_create", tests, NULL, NULL);
}
