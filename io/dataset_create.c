// SPDX-License-Identifier: GPL-3.0-or-later
// How a dataset comes to be: memory, path, definitions.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"
#include "io/netcdf_image.h"
#include "io/plain_file.h"

size_t clau_dataset_dimension(const struct clau_dimension *dimensions, size_t dimension_count,
                              const char *name) {
    size_t i = 0;
    while (i < dimension_count && strcmp(dimensions[i].name, name) != 0) {
        ++i;
    }
    return i;
}

void clau_dataset_free(struct clau_dataset *dataset) {
    clau_dataset_close_arrays(dataset);
    clau_store_close(dataset->store, NULL);
    if (dataset->fresh != NULL) {
        unlink(dataset->fresh);
    }
    if (dataset->owns_journal) {
        clau_journal_close(dataset->journal);
    }
    for (size_t i = 0; i < dataset->column_count; ++i) {
        free((char *)dataset->columns[i].name);
        free(dataset->columns[i].buffer);
    }
    free(dataset->columns);
    free(dataset->fresh);
    free(dataset->path);
    free(dataset);
}

/// Shape of a column from the tables.
static enum clau_status shape_column(const struct clau_dimension *dimensions,
                                     size_t dimension_count, const struct clau_variable *variable,
                                     struct clau_column *column, struct clau_error *error) {
    column->values = 1;
    for (; variable->dimensions[column->rank] != NULL; ++column->rank) {
        const char *name = variable->dimensions[column->rank];
        const size_t d = clau_dataset_dimension(dimensions, dimension_count, name);
        if (d == dimension_count || column->rank == CLAU_MAXIMUM_RANK) {
            return clau_error_set(error, CLAU_INTERNAL, "variable '%s': no dimension '%s'",
                                  variable->name, name);
        }
        size_t length = dimensions[d].length;
        if (length == CLAU_UNLIMITED) {
            if (column->rank != 0) {
                return clau_error_set(error, CLAU_INTERNAL,
                                      "variable '%s': unlimited dimension '%s' is not its first",
                                      variable->name, name);
            }
            column->series = true;
            column->dimension = d;
            length = 1;
        }
        column->lengths[column->rank] = length;
        if (__builtin_mul_overflow(column->values, length, &column->values) ||
            column->values > PTRDIFF_MAX / sizeof(double)) {
            return clau_error_set(error, CLAU_BAD_INPUT, "variable '%s' is too large",
                                  variable->name);
        }
    }
    return CLAU_OK;
}

enum clau_status clau_dataset_allocate(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       struct clau_journal *journal, struct clau_dataset **dataset,
                                       struct clau_error *error) {
    enum clau_status status = CLAU_NO_MEMORY;
    struct clau_dataset *result = calloc(1, sizeof *result);
    if (result == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    result->path = strdup(path);
    result->columns = calloc(variable_count > 0 ? variable_count : 1, sizeof *result->columns);
    if (result->path == NULL || result->columns == NULL) {
        clau_error_set(error, status, "%s: out of memory", path);
        goto fail;
    }
    result->column_count = variable_count;
    for (size_t i = 0; i < variable_count; ++i) {
        result->columns[i].name = strdup(variables[i].name);
        if (result->columns[i].name == NULL) {
            status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
            goto fail;
        }
        status =
            shape_column(dimensions, dimension_count, &variables[i], &result->columns[i], error);
        if (status != CLAU_OK) {
            goto fail;
        }
    }
    result->journal = journal;
    if (journal == NULL) {
        status = clau_journal_open(path, &result->journal, error);
        if (status != CLAU_OK) {
            goto fail;
        }
        result->owns_journal = true;
    }
    *dataset = result;
    return CLAU_OK;
fail:
    clau_dataset_free(result);
    return status;
}

enum clau_status clau_dataset_prepare(struct clau_dataset *dataset, struct clau_error *error) {
    for (size_t i = 0; i < dataset->column_count; ++i) {
        struct clau_column *column = &dataset->columns[i];
        const size_t size = column->single ? sizeof(float) : sizeof(double);
        const size_t bytes = column->values * size;
        if (column->series && bytes < CLAU_BLOCK_BYTES) {
            column->capacity = bytes == 0 ? 1 : CLAU_BLOCK_BYTES / bytes;
            if (column->capacity > CLAU_SERIES_CHUNK) {
                column->capacity = CLAU_SERIES_CHUNK;
            }
        }
        // A frame that is narrowed or rounded on the way needs a place of its own.
        const bool changed = column->single || column->digits > 0;
        const size_t frames = column->capacity > 0 ? column->capacity : changed;
        if (frames > 0) {
            column->buffer = malloc(frames * bytes + 1);
            if (column->buffer == NULL) {
                return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", dataset->path);
            }
        }
    }
    const size_t reserve = clau_netcdf_reserve(dataset->column_count);
    const int failed = clau_journal_reserve(dataset->journal, reserve);
    return failed == 0
               ? CLAU_OK
               : clau_error_set(error, CLAU_IO_FAILED, "%s: %s", dataset->path, strerror(failed));
}

static enum clau_status check_folder(const char *path, struct clau_error *error) {
    char *folder = clau_folder_of(path);
    if (folder == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    enum clau_status status = CLAU_OK;
    struct stat entry;
    if (stat(folder, &entry) != 0) {
        status = errno == ENOENT
                     ? clau_error_set(error, CLAU_BAD_INPUT, "%s: folder %s does not exist", path,
                                      folder)
                     : clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    } else if (!S_ISDIR(entry.st_mode)) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: %s is not a folder", path, folder);
    } else if (access(folder, W_OK | X_OK) != 0) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: folder %s is not writable: %s", path,
                                folder, strerror(errno));
    }
    free(folder);
    return status;
}

enum clau_status clau_path_exists(const char *path, struct clau_error *error) {
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: exists; use --force to replace it", path);
}

enum clau_status clau_dataset_check_path(const char *path, bool replace, struct clau_error *error) {
    const size_t length = strlen(path);
    if (length == 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "the output's path is empty");
    }
    if (strchr(path, '\\') != NULL) { // NetCDF reads it as '/', and would write elsewhere
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: NetCDF takes no \\ in a path", path);
    }
    struct stat entry;
    if (stat(path, &entry) == 0) {
        if (S_ISDIR(entry.st_mode)) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: is a directory", path);
        }
        if (!S_ISREG(entry.st_mode)) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a regular file", path);
        }
        if (!replace) {
            return clau_path_exists(path, error);
        }
        if (access(path, W_OK) != 0) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
        }
        return CLAU_OK;
    }
    if (errno != ENOENT) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    if (path[length - 1] == '/') {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is a directory", path);
    }
    return check_folder(path, error);
}

/// One frame of the state a chunk; a frame beyond 1 GiB is divided along its slowest dimensions, as
/// HDF5 takes no chunk of 4 GiB. Small records of other series share one, as an entry in HDF5's
/// index of chunks takes longer to make than such a record to write. (Not the state: a compressed
/// chunk that grows would move, away from what a kill leaves behind.)
static void chunk_shape(const struct clau_column *column, bool state, size_t *chunk) {
    size_t values = column->values;
    memcpy(chunk, column->lengths, (size_t)column->rank * sizeof *chunk);
    if (!state && values > 0 && values < CLAU_SERIES_CHUNK) {
        chunk[0] = CLAU_SERIES_CHUNK / values;
    }
    for (int k = 1; k < column->rank && values > ((size_t)1 << 27); ++k) {
        const size_t inner = values / chunk[k];
        const size_t fits = ((size_t)1 << 27) / inner;
        chunk[k] = fits > 0 ? fits : 1;
        values = inner * chunk[k];
    }
}

/// Filters and chunks of a variable that has been defined.
static int define_storage(int file, int id, const struct clau_column *column, bool state,
                          const struct clau_dataset_options *options) {
    int status = NC_NOERR;
    if (column->series) {
        size_t chunk[CLAU_MAXIMUM_RANK];
        chunk_shape(column, state, chunk);
        status = nc_def_var_chunking(file, id, NC_CHUNKED, chunk);
    }
    const bool single = state && options->single_precision;
    const int digits = options->significant_digits;
    const int all_digits = single ? NC_QUANTIZE_MAX_FLOAT_NSD : NC_QUANTIZE_MAX_DOUBLE_NSD;
    if (status == NC_NOERR && state && digits > 0 && digits <= all_digits) {
        status = nc_def_var_quantize(file, id, NC_QUANTIZE_BITGROOM, digits);
    }
    if (status == NC_NOERR && state && options->compression > 0) {
        status = nc_def_var_deflate(file, id, 1, 1, options->compression);
    }
    return status;
}

static int put_text(int file, int variable, const char *name, const char *text) {
    return text == NULL ? NC_NOERR : nc_put_att_text(file, variable, name, strlen(text), text);
}

static int define_attributes(int file, int id, const struct clau_column *column, bool single,
                             bool coordinate, const struct clau_variable *variable) {
    int status = put_text(file, id, "long_name", variable->long_name);
    if (status == NC_NOERR) {
        status = put_text(file, id, "units", variable->units);
    }
    for (const char *const *pair = variable->attributes;
         status == NC_NOERR && pair != NULL && pair[0] != NULL; pair += 2) {
        status = put_text(file, id, pair[0], pair[1]);
    }
    // Records of a shorter series are missing values to whoever reads a file in the making.
    if (status == NC_NOERR && column->series && !coordinate) {
        const double missing = (double)NAN;
        const float missing_single = NAN;
        status =
            nc_def_var_fill(file, id, NC_FILL, single ? (const void *)&missing_single : &missing);
    }
    return status;
}

/// All dimensions and variables of a file that is open and empty.
static int define(int file, struct clau_dataset *dataset, const struct clau_dimension *dimensions,
                  size_t dimension_count, const struct clau_variable *variables, int *ids,
                  const struct clau_dataset_options *options) {
    int old_mode;
    int status = nc_set_fill(file, NC_NOFILL, &old_mode);
    for (size_t i = 0; status == NC_NOERR && i < dimension_count; ++i) {
        status =
            clau_netcdf_define_dimension(file, dimensions[i].name, dimensions[i].length, &ids[i]);
    }
    for (size_t i = 0; status == NC_NOERR && i < dataset->column_count; ++i) {
        const struct clau_variable *variable = &variables[i];
        const struct clau_column *column = &dataset->columns[i];
        const bool single = variable->state && options->single_precision;
        int own[CLAU_MAXIMUM_RANK], id = -1;
        for (int k = 0; k < column->rank; ++k) {
            own[k] =
                ids[clau_dataset_dimension(dimensions, dimension_count, variable->dimensions[k])];
        }
        status = clau_netcdf_define_variable(file, variable->name, single ? NC_FLOAT : NC_DOUBLE,
                                             column->rank, own, &id);
        if (status == NC_NOERR) {
            status = define_storage(file, id, column, variable->state, options);
        }
        if (status == NC_NOERR) {
            const bool coordinate = clau_dataset_dimension(dimensions, dimension_count,
                                                           variable->name) < dimension_count;
            status = define_attributes(file, id, column, single, coordinate, variable);
        }
    }
    return status == NC_NOERR ? nc_enddef(file) : status;
}

struct image {
    void *memory; ///< malloc'ed, or NULL
    size_t size;
};

/// The file without a record, made in memory: what fails on the disk then fails in our own calls.
static enum clau_status make_image(struct clau_dataset *dataset,
                                   const struct clau_dimension *dimensions, size_t dimension_count,
                                   const struct clau_variable *variables,
                                   const struct clau_dataset_options *options, struct image *image,
                                   struct clau_error *error) {
    int *ids = calloc(dimension_count + 1, sizeof *ids);
    if (ids == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", dataset->path);
    }
    int file;
    errno = 0;
    int status = clau_netcdf_image_create(&file);
    if (status == NC_NOERR) {
        status = define(file, dataset, dimensions, dimension_count, variables, ids, options);
        const int closed = clau_netcdf_image_close(file, &image->memory, &image->size);
        status = status != NC_NOERR ? status : closed;
    }
    free(ids);
    return status == NC_NOERR ? CLAU_OK : clau_netcdf_failure(error, dataset->path, status);
}

char *clau_dataset_fresh_name(const struct clau_journal *journal) {
    char *fresh = NULL;
    return asprintf(&fresh, "%s.new", clau_journal_data_path(journal)) < 0 ? NULL : fresh;
}

/// Writes the image under a name of its own, from which it takes its place with the first records.
static enum clau_status write_image(struct clau_dataset *dataset, const struct image *image,
                                    struct clau_error *error) {
    const char *const path = clau_journal_data_path(dataset->journal);
    struct stat old;
    char *fresh = clau_dataset_fresh_name(dataset->journal);
    if (fresh == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", dataset->path);
    }
    // Only a process that was killed leaves one, as the lock is ours.
    unlink(fresh);
    const int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        const enum clau_status status =
            clau_error_set(error, CLAU_IO_FAILED, "%s: %s", dataset->path, strerror(errno));
        free(fresh);
        return status;
    }
    dataset->fresh = fresh;
    int failed = clau_write_fully(descriptor, image->memory, image->size, 0);
    if (failed == 0 && stat(path, &old) == 0 && fchmod(descriptor, old.st_mode & 0777) != 0) {
        failed = errno;
    }
    if (close(descriptor) != 0 && failed == 0) {
        failed = errno;
    }
    return failed == 0
               ? CLAU_OK
               : clau_error_set(error, CLAU_IO_FAILED, "%s: %s", dataset->path, strerror(failed));
}

enum clau_status clau_dataset_create(const char *path, const struct clau_dimension *dimensions,
                                     size_t dimension_count, const struct clau_variable *variables,
                                     size_t variable_count,
                                     const struct clau_dataset_options *options,
                                     struct clau_dataset **dataset, struct clau_error *error) {
    clau_netcdf_prepare();
    struct image image = {0};
    struct clau_dataset *result = NULL;
    enum clau_status status = clau_dataset_check_path(path, options->replace, error);
    if (status == CLAU_OK) {
        status = clau_netcdf_room(path, 2 * clau_netcdf_reserve(variable_count), error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_allocate(path, dimensions, dimension_count, variables, variable_count,
                                       options->journal, &result, error);
    }
    if (status != CLAU_OK) {
        return status;
    }
    result->replace = options->replace;
    status = make_image(result, dimensions, dimension_count, variables, options, &image, error);
    if (status == CLAU_OK) {
        status = write_image(result, &image, error);
    }
    free(image.memory);
    if (status == CLAU_OK) {
        status = clau_dataset_open_store(result, result->fresh, false, error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_open_arrays(result, dimensions, dimension_count, variables, error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_prepare(result, error);
    }
    if (status != CLAU_OK) {
        clau_dataset_free(result);
        return status;
    }
    *dataset = result;
    return CLAU_OK;
}
