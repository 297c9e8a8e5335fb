// SPDX-License-Identifier: GPL-3.0-or-later
// Writing to a dataset that is open, and closing it.
#include "io/dataset.h"

#include <errno.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"

static enum clau_status repeat_failure(const struct clau_dataset *dataset,
                                       struct clau_error *error) {
    return clau_error_set(error, dataset->failure.status, "%s", dataset->failure.message);
}

/// Keeps the first failure of a write. HDF5 then has in memory what may no longer fit the file:
/// anything more that it wrote could damage what the last flush left.
static enum clau_status fail(struct clau_dataset *dataset, int nc_status,
                             struct clau_error *error) {
    if (dataset->failure.status == CLAU_OK) {
        clau_netcdf_failure(&dataset->failure, dataset->path, nc_status);
    }
    dataset->broken = true;
    return repeat_failure(dataset, error);
}

/// Bytes that the records held back may take in the file: one more of each, as those of one time
/// come one by one, and a new chunk.
static size_t held_bytes(const struct clau_dataset *dataset) {
    size_t bytes = 0;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        const struct clau_column *column = &dataset->columns[i];
        const size_t size = column->single ? sizeof(float) : sizeof(double);
        if (column->capacity > 0) {
            bytes += ((column->held + 1) * column->values + CLAU_SERIES_CHUNK) * size;
        }
    }
    return bytes;
}

/// Writes `count` records that start at `first`; values are of the type in the file.
static enum clau_status write_records(struct clau_dataset *dataset,
                                      const struct clau_column *column, size_t first, size_t count,
                                      const void *values, struct clau_error *error) {
    const size_t size = column->single ? sizeof(float) : sizeof(double);
    const size_t bytes = count * column->values * size;
    // After a refusal here there must still be room for the records held back and for two flushes.
    const size_t reserve = clau_netcdf_reserve(dataset->column_count);
    const bool refused = dataset->failure.status != CLAU_OK;
    const size_t spare = refused ? reserve : 2 * reserve + held_bytes(dataset);
    if (clau_netcdf_room(dataset->path, bytes + spare, refused ? NULL : &dataset->failure) !=
        CLAU_OK) {
        return repeat_failure(dataset, error);
    }
    size_t start[CLAU_MAXIMUM_RANK] = {0}, extent[CLAU_MAXIMUM_RANK];
    memcpy(extent, column->lengths, sizeof extent);
    if (column->series) {
        start[0] = first;
        extent[0] = count;
    }
    errno = 0;
    const int status = column->single
                           ? nc_put_vara_float(dataset->file, column->id, start, extent, values)
                           : nc_put_vara_double(dataset->file, column->id, start, extent, values);
    return status == NC_NOERR ? CLAU_OK : fail(dataset, status, error);
}

/// Copies values as the file's type. Beyond the range of float they become infinite (IEEE 754).
static void copy_values(const struct clau_column *column, size_t place, const double *values) {
    const size_t n = column->values;
    if (column->single) {
        float *out = (float *)column->buffer + place * n;
        for (size_t i = 0; i < n; ++i) {
            out[i] = (float)values[i];
        }
    } else {
        memcpy((double *)column->buffer + place * n, values, n * sizeof *values);
    }
}

static enum clau_status write_held(struct clau_dataset *dataset, struct clau_column *column,
                                   struct clau_error *error) {
    const enum clau_status status = write_records(dataset, column, column->next - column->held,
                                                  column->held, column->buffer, error);
    // Refused for want of room they stay: the last flush asks for less.
    if (status == CLAU_OK) {
        column->held = 0;
    }
    return status;
}

enum clau_status clau_dataset_put(struct clau_dataset *dataset, size_t variable, size_t record,
                                  const double *values, struct clau_error *error) {
    if (dataset->failure.status != CLAU_OK) {
        return repeat_failure(dataset, error);
    }
    if (variable >= dataset->column_count) {
        return clau_error_set(error, CLAU_INTERNAL, "%s: no variable %zu", dataset->path, variable);
    }
    struct clau_column *column = &dataset->columns[variable];
    if (record != column->next) {
        return clau_error_set(error, CLAU_INTERNAL, "%s: record %zu of '%s' where %zu is due",
                              dataset->path, record, column->name, column->next);
    }
    // A fixed variable has record 0 alone, which may be written again.
    column->next += column->series;
    if (column->capacity == 0) {
        if (!column->single) {
            return write_records(dataset, column, record, 1, values, error);
        }
        copy_values(column, 0, values);
        return write_records(dataset, column, record, 1, column->buffer, error);
    }
    copy_values(column, column->held, values);
    if (++column->held < column->capacity) {
        return CLAU_OK;
    }
    return write_held(dataset, column, error);
}

enum clau_status clau_dataset_set_text(struct clau_dataset *dataset, const char *name,
                                       const char *text, struct clau_error *error) {
    errno = 0;
    const int status = nc_put_att_text(dataset->file, NC_GLOBAL, name, strlen(text), text);
    return status == NC_NOERR ? CLAU_OK : clau_netcdf_failure(error, dataset->path, status);
}

enum clau_status clau_dataset_set_integer(struct clau_dataset *dataset, const char *name,
                                          int64_t value, struct clau_error *error) {
    const long long number = value;
    errno = 0;
    const int status = nc_put_att_longlong(dataset->file, NC_GLOBAL, name, NC_INT64, 1, &number);
    return status == NC_NOERR ? CLAU_OK : clau_netcdf_failure(error, dataset->path, status);
}

enum clau_status clau_dataset_set_real(struct clau_dataset *dataset, const char *name, double value,
                                       struct clau_error *error) {
    errno = 0;
    const int status = nc_put_att_double(dataset->file, NC_GLOBAL, name, NC_DOUBLE, 1, &value);
    return status == NC_NOERR ? CLAU_OK : clau_netcdf_failure(error, dataset->path, status);
}

/// Whether NetCDF may write to the file: not after a write that failed, nor where the disk lacks
/// room even for the bookkeeping, as half of that would spoil the whole of the last flush.
static bool may_write(struct clau_dataset *dataset) {
    struct clau_error no_room = {.status = CLAU_OK};
    const size_t reserve = clau_netcdf_reserve(dataset->column_count);
    if (!dataset->broken &&
        (clau_netcdf_room(dataset->path, reserve, &no_room) != CLAU_OK ||
         clau_netcdf_take_room(dataset->descriptor, dataset->path, reserve, &no_room) != CLAU_OK)) {
        dataset->broken = true;
        if (dataset->failure.status == CLAU_OK) {
            dataset->failure = no_room;
        }
    }
    return !dataset->broken;
}

enum clau_status clau_dataset_flush(struct clau_dataset *dataset, struct clau_error *error) {
    // After a refusal for want of room, too: what came before it becomes readable.
    for (size_t i = 0; i < dataset->column_count && !dataset->broken; ++i) {
        if (dataset->columns[i].held > 0) {
            write_held(dataset, &dataset->columns[i], NULL);
        }
    }
    if (may_write(dataset)) {
        errno = 0;
        const int status = nc_sync(dataset->file);
        if (status != NC_NOERR) {
            fail(dataset, status, NULL);
        }
    }
    return dataset->failure.status == CLAU_OK ? CLAU_OK : repeat_failure(dataset, error);
}

enum clau_status clau_dataset_close(struct clau_dataset *dataset, struct clau_error *error) {
    if (dataset == NULL) {
        return CLAU_OK;
    }
    enum clau_status status = clau_dataset_flush(dataset, error);
    // Closing writes: a broken file is left to the end of the process instead.
    if (!dataset->broken) {
        errno = 0;
        const int nc_status = nc_close(dataset->file);
        if (nc_status != NC_NOERR && status == CLAU_OK) {
            status = clau_netcdf_failure(error, dataset->path, nc_status);
        }
        // Gives back what was taken beyond the end.
        struct stat entry;
        if (fstat(dataset->descriptor, &entry) == 0 && nc_status == NC_NOERR) {
            (void)!ftruncate(dataset->descriptor, entry.st_size);
        }
    }
    clau_dataset_free(dataset);
    return status;
}
