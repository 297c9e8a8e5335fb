// SPDX-License-Identifier: GPL-3.0-or-later
// Writing to a dataset that is open, and closing it.
#include "io/dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"
#include "io/plain_file.h"

static enum clau_status repeat_failure(const struct clau_dataset *dataset,
                                       struct clau_error *error) {
    return clau_error_set(error, dataset->failure.status, "%s", dataset->failure.message);
}

static void keep_failure(struct clau_dataset *dataset, const struct clau_error *failure) {
    if (dataset->failure.status == CLAU_OK) {
        dataset->failure = *failure;
    }
}

/// HDF5 did not do what it was asked to: what it has in memory is not to be trusted any more, and
/// the file stays as the last commit left it.
static void give_up(struct clau_dataset *dataset) {
    struct clau_error failure;
    clau_hdf5_failure(&failure, dataset->path, errno);
    keep_failure(dataset, &failure);
    dataset->broken = true;
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
static enum clau_status write_records(struct clau_dataset *dataset, struct clau_column *column,
                                      size_t first, size_t count, const void *values,
                                      struct clau_error *error) {
    const size_t size = column->single ? sizeof(float) : sizeof(double);
    const size_t bytes = count * column->values * size;
    // After a refusal here there must still be room for the records held back and for a flush.
    const size_t reserve = clau_netcdf_reserve(dataset->column_count);
    const bool refused = dataset->failure.status != CLAU_OK;
    const size_t spare = refused ? 0 : reserve + held_bytes(dataset);
    struct clau_error no_room;
    if (dataset->broken || clau_store_reserve(dataset->store, bytes + spare, &no_room) != CLAU_OK) {
        if (!dataset->broken) {
            keep_failure(dataset, &no_room);
        }
        return repeat_failure(dataset, error);
    }
    errno = 0;
    if (!clau_column_write(column, first, count, values)) {
        give_up(dataset);
        return repeat_failure(dataset, error);
    }
    return CLAU_OK;
}

/// Copies a record as the file's type, rounded. Beyond the range of float values become infinite
/// (IEEE 754).
static void copy_values(const struct clau_column *column, size_t place, const double *values) {
    const size_t n = column->values;
    if (column->single) {
        float *out = (float *)column->buffer + place * n;
        for (size_t i = 0; i < n; ++i) {
            out[i] = (float)values[i];
        }
        clau_quantize_single(out, n, column->digits);
    } else {
        double *out = (double *)column->buffer + place * n;
        memcpy(out, values, n * sizeof *values);
        clau_quantize(out, n, column->digits);
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
    enum clau_status status = CLAU_OK;
    if (column->capacity == 0) {
        const void *out = values;
        if (column->buffer != NULL) {
            copy_values(column, 0, values);
            out = column->buffer;
        }
        status = write_records(dataset, column, record, 1, out, error);
    } else {
        copy_values(column, column->held, values);
        ++column->held;
    }
    // A fixed variable has record 0 alone, which may be written again.
    column->next += status == CLAU_OK && column->series;
    if (status == CLAU_OK && column->capacity > 0 && column->held == column->capacity) {
        status = write_held(dataset, column, error);
    }
    return status;
}

/* Attributes */

/// An attribute of the file in the place of one of that name; size 0: an empty text.
static enum clau_status put_attribute(struct clau_dataset *dataset, const char *name, hid_t type,
                                      bool empty, const void *value, struct clau_error *error) {
    if (dataset->broken) {
        return repeat_failure(dataset, error);
    }
    errno = 0;
    const hid_t root = H5Gopen2(dataset->file, "/", H5P_DEFAULT);
    const hid_t space = H5Screate(empty ? H5S_NULL : H5S_SCALAR);
    bool fine = root >= 0 && space >= 0;
    if (fine && H5Aexists(root, name) > 0) {
        fine = H5Adelete(root, name) >= 0;
    }
    const hid_t attribute =
        fine ? H5Acreate2(root, name, type, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    fine = attribute >= 0 && (empty || H5Awrite(attribute, type, value) >= 0);
    if (attribute >= 0) {
        fine = H5Aclose(attribute) >= 0 && fine;
    }
    H5Sclose(space);
    H5Gclose(root);
    return fine ? CLAU_OK : clau_hdf5_failure(error, dataset->path, errno);
}

enum clau_status clau_dataset_set_text(struct clau_dataset *dataset, const char *name,
                                       const char *text, struct clau_error *error) {
    const size_t length = strlen(text);
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0 || H5Tset_size(type, length > 0 ? length : 1) < 0) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", dataset->path);
    }
    const enum clau_status status = put_attribute(dataset, name, type, length == 0, text, error);
    H5Tclose(type);
    return status;
}

enum clau_status clau_dataset_set_integer(struct clau_dataset *dataset, const char *name,
                                          int64_t value, struct clau_error *error) {
    return put_attribute(dataset, name, H5T_NATIVE_INT64, false, &value, error);
}

enum clau_status clau_dataset_set_real(struct clau_dataset *dataset, const char *name, double value,
                                       struct clau_error *error) {
    return put_attribute(dataset, name, H5T_NATIVE_DOUBLE, false, &value, error);
}

/* Flushing */

/// Whether every series has one: the first time is whole.
static bool has_records(const struct clau_dataset *dataset) {
    bool any = false;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        if (dataset->columns[i].series && dataset->columns[i].stored == 0) {
            return false;
        }
        any = any || dataset->columns[i].series;
    }
    return any;
}

/// Everything that was put becomes part of the file.
static void commit(struct clau_dataset *dataset, bool sync) {
    struct clau_error failure;
    errno = 0;
    if (!clau_dataset_settle(dataset)) {
        give_up(dataset);
    } else if (clau_store_commit(dataset->store, sync, &failure) != CLAU_OK) {
        keep_failure(dataset, &failure);
        dataset->broken = true;
    }
}

/// After a refusal: what was put of the last time, before its last variable had no room, goes.
static void trim(struct clau_dataset *dataset) {
    for (size_t i = 0; i < dataset->column_count && !dataset->broken; ++i) {
        struct clau_column *const column = &dataset->columns[i];
        size_t shortest = column->stored;
        for (size_t k = 0; k < dataset->column_count; ++k) {
            const struct clau_column *const other = &dataset->columns[k];
            if (other->series && other->dimension == column->dimension &&
                other->stored < shortest) {
                shortest = other->stored;
            }
        }
        if (column->series && shortest < column->stored) {
            if (!clau_array_set_records(column->data, shortest)) {
                give_up(dataset);
            }
            column->stored = shortest;
        }
    }
}

/// Gives a new file its name, in the place of an old one if that is to be replaced.
static void publish(struct clau_dataset *dataset) {
    const char *const path = clau_journal_data_path(dataset->journal);
    struct clau_error failure;
    enum clau_status status = CLAU_OK;
    int failed = renameat2(AT_FDCWD, dataset->fresh, AT_FDCWD, path,
                           dataset->replace ? 0 : RENAME_NOREPLACE);
    if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) {
        failed = rename(dataset->fresh, path); // a file system that cannot look first
    }
    if (failed != 0 && errno == EEXIST) {
        status = clau_path_exists(dataset->path, &failure);
    } else if (failed != 0) {
        status = clau_error_set(&failure, CLAU_IO_FAILED, "%s: %s", dataset->path, strerror(errno));
    }
    if (status != CLAU_OK) {
        keep_failure(dataset, &failure);
        dataset->broken = true;
        return;
    }
    free(dataset->fresh);
    dataset->fresh = NULL;
    // A record that was pending is of the file that was there before.
    clau_journal_discard(dataset->journal);
    clau_store_protect(dataset->store, dataset->journal);
}

static void write_all_held(struct clau_dataset *dataset) {
    for (size_t i = 0; i < dataset->column_count && !dataset->broken; ++i) {
        if (dataset->columns[i].held > 0) {
            write_held(dataset, &dataset->columns[i], NULL);
        }
    }
}

static enum clau_status flush(struct clau_dataset *dataset, bool sync, bool name,
                              struct clau_error *error) {
    // After a refusal for want of room, too: what came before it becomes readable.
    write_all_held(dataset);
    if (dataset->failure.status != CLAU_OK) {
        // What was refused here has the room that was kept for it.
        write_all_held(dataset);
        trim(dataset);
    }
    if (!dataset->broken) {
        commit(dataset, sync);
    }
    if (!dataset->broken && dataset->fresh != NULL && (name || has_records(dataset))) {
        publish(dataset);
    }
    return dataset->failure.status == CLAU_OK ? CLAU_OK : repeat_failure(dataset, error);
}

enum clau_status clau_dataset_flush(struct clau_dataset *dataset, struct clau_error *error) {
    return flush(dataset, false, false, error);
}

enum clau_status clau_dataset_sync(struct clau_dataset *dataset, struct clau_error *error) {
    enum clau_status status = flush(dataset, true, false, error);
    char *folder =
        status == CLAU_OK ? clau_folder_of(clau_journal_data_path(dataset->journal)) : NULL;
    if (folder != NULL) {
        const int failed = clau_sync_folder(folder);
        if (failed != 0) {
            status = clau_error_set(error, CLAU_IO_FAILED, "%s: %s", folder, strerror(failed));
        }
    }
    free(folder);
    return status;
}

/// `name`: a new file gets its name without a record, too. `kept`: whether there is a file.
static enum clau_status close_file(struct clau_dataset *dataset, bool name, bool *kept,
                                   struct clau_error *error) {
    enum clau_status status = flush(dataset, false, name, error);
    struct clau_error failure;
    const bool written = clau_dataset_close_arrays(dataset);
    if (!dataset->broken && !written) {
        give_up(dataset);
    }
    // HDF5 may have written more on closing.
    if (!dataset->broken && clau_store_commit(dataset->store, true, &failure) != CLAU_OK) {
        keep_failure(dataset, &failure);
    }
    if (clau_store_close(dataset->store, &failure) != CLAU_OK) {
        keep_failure(dataset, &failure);
    }
    dataset->store = NULL;
    if (dataset->failure.status != CLAU_OK) {
        status = repeat_failure(dataset, error);
    }
    *kept = dataset->fresh == NULL;
    clau_dataset_free(dataset);
    return status;
}

enum clau_status clau_dataset_close(struct clau_dataset *dataset, struct clau_error *error) {
    if (dataset == NULL) {
        return CLAU_OK;
    }
    // A run that failed before its first record leaves nothing behind.
    const bool name = dataset->failure.status == CLAU_OK;
    bool kept = false;
    return close_file(dataset, name, &kept, error);
}

bool clau_dataset_abandon(struct clau_dataset *dataset) {
    bool kept = false;
    if (dataset != NULL) {
        close_file(dataset, false, &kept, NULL);
    }
    return kept;
}
