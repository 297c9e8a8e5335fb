// SPDX-License-Identifier: GPL-3.0-or-later
/// A small dataset with a variable of every sort, whose numbers are a function of their place.
#ifndef CLAUSIUS_TESTS_IO_DATASET_FIXTURE_H
#define CLAUSIUS_TESTS_IO_DATASET_FIXTURE_H

#include <netcdf.h>

#include "io/dataset.h"
#include "tests/io/folder.h"

enum { POINTS = 12, ORDERS = 3 };
enum { TIME, X, FACTOR, RE, OBSERVED, MASS, RENYI, VARIABLES };
enum { TIME_DIMENSION, X_DIMENSION, OBSERVED_DIMENSION, ORDER_DIMENSION, DIMENSIONS };

static const struct clau_dimension dimensions[DIMENSIONS] = {
    {"time", CLAU_UNLIMITED},
    {"x", POINTS},
    {"observation_time", CLAU_UNLIMITED},
    {"order", ORDERS},
};

static const char *const more_attributes[] = {"standard_name", "wave", "comment", "", NULL};

static const struct clau_variable variables[VARIABLES] = {
    [TIME] = {"time", {"time"}, "1", "time", NULL, false},
    [X] = {"x", {"x"}, "1", "position", NULL, false},
    [FACTOR] = {"factor", {NULL}, "1", "a single number", NULL, false},
    [RE] = {"psi_re", {"time", "x"}, "1", "real part", more_attributes, true},
    [OBSERVED] = {"observation_time", {"observation_time"}, "1", "time", NULL, false},
    [MASS] = {"mass", {"observation_time"}, "1", "mass", NULL, false},
    [RENYI] = {"renyi", {"observation_time", "order"}, "1", "entropy", NULL, false},
};

static const size_t lengths[VARIABLES] = {1, POINTS, 1, POINTS, 1, 1, ORDERS};

static const struct clau_dataset_options plain = {.replace = false};

/// The tables' arguments of clau_dataset_create and clau_dataset_continue.
#define TABLES dimensions, DIMENSIONS, variables, VARIABLES

/// Needs all bits of a double, so that a rounding on the way shows.
static inline double number(size_t variable, size_t record, size_t i) {
    return sin(1.0 + 977.0 * (double)variable + 31.0 * (double)record + (double)i);
}

static inline bool is_snapshot(size_t variable) { return variable == TIME || variable == RE; }
static inline bool is_fixed(size_t variable) { return variable == X || variable == FACTOR; }

#define assert_status(result, expected)                                                            \
    do {                                                                                           \
        const enum clau_status got_ = (result);                                                    \
        if (got_ != (expected)) {                                                                  \
            print_error("%s: status %d (%s)\n", #result, (int)got_, error.message);                \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

static inline enum clau_status put_record(struct clau_dataset *dataset, size_t variable,
                                          size_t record, struct clau_error *error) {
    double values[POINTS];
    for (size_t i = 0; i < lengths[variable]; i++) {
        values[i] = number(variable, record, i);
    }
    return clau_dataset_put(dataset, variable, record, values, error);
}

/// Records [first, last) of the snapshots or of the observables. For a child process: an assertion
/// that fails there would go on with the other tests.
static inline bool try_records(struct clau_dataset *dataset, bool snapshots, size_t first,
                               size_t last) {
    for (size_t record = first; record < last; record++) {
        for (size_t v = 0; v < VARIABLES; v++) {
            if (!is_fixed(v) && is_snapshot(v) == snapshots &&
                put_record(dataset, v, record, NULL) != CLAU_OK) {
                return false;
            }
        }
    }
    return true;
}

static inline void put_records(struct clau_dataset *dataset, bool snapshots, size_t first,
                               size_t last) {
    assert_true(try_records(dataset, snapshots, first, last));
}

static inline void put_fixed(struct clau_dataset *dataset) {
    struct clau_error error;
    assert_status(put_record(dataset, X, 0, &error), CLAU_OK);
    assert_status(put_record(dataset, FACTOR, 0, &error), CLAU_OK);
}

static inline struct clau_dataset *create(const char *path,
                                          const struct clau_dataset_options *options) {
    struct clau_error error;
    struct clau_dataset *dataset = NULL;
    assert_status(clau_dataset_create(path, TABLES, options, &dataset, &error), CLAU_OK);
    assert_non_null(dataset);
    return dataset;
}

static inline void close_dataset(struct clau_dataset *dataset) {
    struct clau_error error;
    assert_status(clau_dataset_close(dataset, &error), CLAU_OK);
}

/// A whole file.
static inline void write_dataset(const char *path, const struct clau_dataset_options *options,
                                 size_t snapshots, size_t observations) {
    struct clau_dataset *dataset = create(path, options);
    put_fixed(dataset);
    put_records(dataset, true, 0, snapshots);
    put_records(dataset, false, 0, observations);
    close_dataset(dataset);
}

static inline size_t dimension_length(int file, const char *name) {
    int id;
    size_t length = 0;
    assert_int_equal(nc_inq_dimid(file, name, &id), NC_NOERR);
    assert_int_equal(nc_inq_dimlen(file, id, &length), NC_NOERR);
    return length;
}

static inline int variable_id(int file, size_t variable) {
    int id = -1;
    assert_int_equal(nc_inq_varid(file, variables[variable].name, &id), NC_NOERR);
    return id;
}

static inline int open_netcdf(const char *path) {
    int file = -1;
    assert_int_equal(nc_open(path, NC_NOWRITE, &file), NC_NOERR);
    return file;
}

/// Whether the first records of a variable are what number() says, to the bit.
static inline bool records_are_right(int file, size_t variable, size_t records) {
    const size_t count = records * lengths[variable];
    double *values = calloc(count + 1, sizeof *values);
    assert_non_null(values);
    const size_t start[2] = {0, 0};
    const size_t extent[2] = {is_fixed(variable) ? POINTS : records, lengths[variable]};
    bool right =
        nc_get_vara_double(file, variable_id(file, variable), start, extent, values) == NC_NOERR;
    for (size_t i = 0; right && i < count; i++) {
        right = values[i] == number(variable, i / lengths[variable], i % lengths[variable]);
    }
    free(values);
    return right;
}

/// The file holds exactly so many records, all of them right.
static inline void check_dataset(const char *path, size_t snapshots, size_t observations) {
    const int file = open_netcdf(path);
    assert_int_equal(dimension_length(file, "time"), snapshots);
    assert_int_equal(dimension_length(file, "observation_time"), observations);
    for (size_t v = 0; v < VARIABLES; v++) {
        const size_t records = is_fixed(v) ? 1 : is_snapshot(v) ? snapshots : observations;
        if (!records_are_right(file, v, records)) {
            fail_msg("'%s' differs from what was put", variables[v].name);
        }
    }
    nc_close(file);
}

#endif
