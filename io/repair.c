// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/repair.h"

#include <errno.h>
#include <hdf5.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"

/* Opening */

static bool is_readable(const char *path) {
    char *file_path = clau_netcdf_path(path);
    int file;
    const bool opened = file_path != NULL && nc_open(file_path, NC_NOWRITE, &file) == NC_NOERR;
    free(file_path);
    return opened && nc_close(file) == NC_NOERR;
}

static enum clau_status damaged(const char *path, struct clau_error *error) {
    return clau_error_set(error, CLAU_BAD_INPUT,
                          "%s: is damaged: neither its journal nor its length makes it readable",
                          path);
}

/// A dataset without tables, to open the store with.
static enum clau_status open_bare_store(const char *path, struct clau_journal *journal,
                                        struct clau_dataset **dataset, struct clau_error *error) {
    enum clau_status status =
        clau_dataset_allocate(path, NULL, 0, NULL, 0, journal, dataset, error);
    if (status == CLAU_OK) {
        status = clau_dataset_open_store(*dataset, clau_journal_data_path(journal), true, error);
        if (status != CLAU_OK) {
            clau_dataset_free(*dataset);
        }
    }
    return status;
}

/// What HDF5 has allocated ends where the file ends: a writer that was killed, or a file that was
/// cut off, had one of the two ahead of the other.
static enum clau_status correct_length(const char *path, struct clau_journal *journal,
                                       struct clau_error *error) {
    struct clau_dataset *dataset;
    enum clau_status status = open_bare_store(path, journal, &dataset, error);
    if (status != CLAU_OK) {
        return status;
    }
    clau_store_pretend(dataset->store, true);
    const hid_t access = clau_store_access(dataset->store);
    const hid_t file = access >= 0 ? H5Fopen(path, H5F_ACC_RDWR, access) : -1;
    H5Pclose(access);
    clau_store_pretend(dataset->store, false);
    bool fine = file >= 0 && H5Fincrement_filesize(file, 0) >= 0;
    if (file >= 0) {
        fine = H5Fclose(file) >= 0 && fine;
    }
    status = fine ? clau_store_commit(dataset->store, true, error) : damaged(path, error);
    clau_dataset_free(dataset);
    return status;
}

enum clau_status clau_repair_mend(const char *path, struct clau_journal *journal, bool thorough,
                                  struct clau_repair *what, struct clau_error *error) {
    clau_netcdf_prepare();
    struct stat entry;
    size_t pages = 0;
    enum clau_status status = clau_journal_recover(journal, &pages, error);
    what->pages += pages;
    if (status != CLAU_OK || stat(path, &entry) != 0) {
        return status;
    }
    if (!S_ISREG(entry.st_mode)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a regular file", path);
    }
    if (is_readable(path) && !thorough) {
        return CLAU_OK;
    }
    status = correct_length(path, journal, error);
    if (status == CLAU_OK) {
        what->lengthened = true;
        status = is_readable(path) ? CLAU_OK : damaged(path, error);
    }
    return status;
}

/* Tables, from the file itself */

struct tables {
    struct clau_dimension *dimensions;
    struct clau_variable *variables;
    size_t *records;
    int dimension_count, variable_count;
};

static void tables_finish(struct tables *tables) {
    for (int i = 0; tables->dimensions != NULL && i < tables->dimension_count; ++i) {
        free((char *)tables->dimensions[i].name);
    }
    for (int i = 0; tables->variables != NULL && i < tables->variable_count; ++i) {
        free((char *)tables->variables[i].name);
    }
    free(tables->dimensions);
    free(tables->variables);
    free(tables->records);
}

static bool is_unlimited(int file, int dimension) {
    int count = 0, ids[NC_MAX_VAR_DIMS];
    if (nc_inq_unlimdims(file, &count, ids) != NC_NOERR) {
        return false;
    }
    for (int i = 0; i < count; ++i) {
        if (ids[i] == dimension) {
            return true;
        }
    }
    return false;
}

static bool read_dimensions(int file, struct tables *tables) {
    char name[NC_MAX_NAME + 1];
    for (int i = 0; i < tables->dimension_count; ++i) {
        size_t length;
        if (nc_inq_dim(file, i, name, &length) != NC_NOERR) {
            return false;
        }
        tables->dimensions[i].name = strdup(name);
        tables->dimensions[i].length = is_unlimited(file, i) ? CLAU_UNLIMITED : length;
        if (tables->dimensions[i].name == NULL) {
            return false;
        }
    }
    return true;
}

/// Variables of real numbers: all that this suite writes.
static bool read_variables(int file, struct tables *tables) {
    const int total = tables->variable_count;
    tables->variable_count = 0;
    for (int id = 0; id < total; ++id) {
        char name[NC_MAX_NAME + 1];
        int rank, ids[NC_MAX_VAR_DIMS];
        nc_type type;
        if (nc_inq_var(file, id, name, &type, &rank, ids, NULL) != NC_NOERR ||
            rank > CLAU_MAXIMUM_RANK || (type != NC_DOUBLE && type != NC_FLOAT)) {
            return false;
        }
        struct clau_variable *const variable = &tables->variables[tables->variable_count];
        variable->name = strdup(name);
        if (variable->name == NULL) {
            return false;
        }
        tables->variable_count++;
        for (int k = 0; k < rank; ++k) {
            if (ids[k] < 0 || ids[k] >= tables->dimension_count) {
                return false;
            }
            variable->dimensions[k] = tables->dimensions[ids[k]].name;
        }
    }
    return true;
}

static enum clau_status read_tables(const char *path, struct tables *tables,
                                    struct clau_error *error) {
    char *file_path = clau_netcdf_path(path);
    int file = -1;
    const bool opened = file_path != NULL && nc_open(file_path, NC_NOWRITE, &file) == NC_NOERR;
    free(file_path);
    bool fine = opened && nc_inq_ndims(file, &tables->dimension_count) == NC_NOERR &&
                nc_inq_nvars(file, &tables->variable_count) == NC_NOERR;
    if (fine) {
        const size_t dimensions = (size_t)tables->dimension_count + 1;
        tables->dimensions = calloc(dimensions, sizeof *tables->dimensions);
        tables->records = calloc(dimensions, sizeof *tables->records);
        tables->variables = calloc((size_t)tables->variable_count + 1, sizeof *tables->variables);
        fine = tables->dimensions != NULL && tables->records != NULL && tables->variables != NULL &&
               read_dimensions(file, tables) && read_variables(file, tables);
    }
    if (opened) {
        nc_close(file);
    }
    return fine ? CLAU_OK
                : clau_error_set(error, CLAU_BAD_INPUT, "%s: is not an output of this suite", path);
}

/* Whole records */

/// Whether the chunk of a record is in the file. Where that cannot be told, it is.
static bool has_chunk(const struct clau_column *column, const hsize_t *chunk, size_t record) {
    hsize_t offset[CLAU_MAXIMUM_RANK] = {record / chunk[0] * chunk[0]}, size = 1;
    unsigned filters;
    haddr_t address = 0;
    return H5Dget_chunk_info_by_coord(column->data, offset, &filters, &address, &size) < 0 ||
           address != HADDR_UNDEF;
}

/// Records up to the last one that was written; only the end of a series can be missing.
static size_t written_records(const struct clau_column *column) {
    hsize_t chunk[CLAU_MAXIMUM_RANK];
    size_t records = column->stored;
    const hid_t list = H5Dget_create_plist(column->data);
    if (list >= 0 && H5Pget_layout(list) == H5D_CHUNKED &&
        H5Pget_chunk(list, CLAU_MAXIMUM_RANK, chunk) > 0 && chunk[0] > 0) {
        while (records > 0 && !has_chunk(column, chunk, records - 1)) {
            records = (records - 1) / chunk[0] * chunk[0];
        }
    }
    H5Pclose(list);
    return records;
}

/// Records before the first time that is not written: no number, a filling value, or not later than
/// the one before it.
static enum clau_status times_that_rise(const struct clau_dataset *dataset,
                                        const struct clau_column *times, size_t *records,
                                        struct clau_error *error) {
    double *values = calloc(times->stored + 1, sizeof *values);
    if (values == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", dataset->path);
    }
    size_t rising = 0;
    if (H5Dread(times->data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0) {
        while (rising < times->stored && values[rising] < NC_FILL_DOUBLE &&
               (rising == 0 || values[rising] > values[rising - 1])) {
            rising++;
        }
    }
    free(values);
    *records = rising < *records ? rising : *records;
    return CLAU_OK;
}

/// The number of records that all series along an unlimited dimension have.
static enum clau_status count_records(const struct clau_dataset *dataset,
                                      const struct tables *tables, size_t dimension,
                                      size_t *longest, struct clau_error *error) {
    size_t *const records = &tables->records[dimension];
    enum clau_status status = CLAU_OK;
    *records = SIZE_MAX;
    *longest = 0;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        const struct clau_column *const column = &dataset->columns[i];
        if (column->series && column->dimension == dimension) {
            const size_t written = written_records(column);
            *records = written < *records ? written : *records;
            *longest = column->stored > *longest ? column->stored : *longest;
        }
    }
    *records = *records == SIZE_MAX ? 0 : *records;
    for (size_t i = 0; i < dataset->column_count && status == CLAU_OK; ++i) {
        const struct clau_column *const column = &dataset->columns[i];
        if (column->series && column->dimension == dimension && column->rank == 1 &&
            strcmp(column->name, tables->dimensions[dimension].name) == 0) {
            status = times_that_rise(dataset, column, records, error);
        }
    }
    return status;
}

static void note_cut(struct clau_repair *what, const char *dimension, size_t before, size_t after) {
    if (before != after && what->cut_count < CLAU_REPAIR_DIMENSIONS) {
        snprintf(what->cuts[what->cut_count].dimension, CLAU_REPAIR_NAME, "%s", dimension);
        what->cuts[what->cut_count].before = before;
        what->cuts[what->cut_count].after = after;
        what->cut_count++;
    }
}

/// Finds tables->records, and what is to be cut.
static enum clau_status count_all(const char *path, struct clau_journal *journal,
                                  const struct tables *tables, struct clau_repair *what,
                                  struct clau_error *error) {
    const size_t dimensions = (size_t)tables->dimension_count;
    struct clau_dataset *dataset;
    enum clau_status status =
        clau_dataset_allocate(path, tables->dimensions, dimensions, tables->variables,
                              (size_t)tables->variable_count, journal, &dataset, error);
    if (status != CLAU_OK) {
        return status;
    }
    status = clau_dataset_open_store(dataset, clau_journal_data_path(journal), true, error);
    if (status == CLAU_OK) {
        status = clau_dataset_open_arrays(dataset, tables->dimensions, dimensions,
                                          tables->variables, error);
    }
    for (size_t d = 0; d < dimensions && status == CLAU_OK; ++d) {
        size_t longest = 0;
        if (tables->dimensions[d].length == CLAU_UNLIMITED) {
            status = count_records(dataset, tables, d, &longest, error);
            note_cut(what, tables->dimensions[d].name, longest, tables->records[d]);
        }
    }
    clau_dataset_free(dataset);
    return status;
}

static bool is_running(const char *path) {
    char *file_path = clau_netcdf_path(path);
    char text[16] = "";
    size_t length = 0;
    int file;
    if (file_path != NULL && nc_open(file_path, NC_NOWRITE, &file) == NC_NOERR) {
        if (nc_inq_attlen(file, NC_GLOBAL, "status", &length) == NC_NOERR && length < sizeof text) {
            nc_get_att_text(file, NC_GLOBAL, "status", text);
        }
        nc_close(file);
    }
    free(file_path);
    return strcmp(text, "running") == 0;
}

static enum clau_status cut(const char *path, struct clau_journal *journal,
                            const struct tables *tables, bool running, struct clau_error *error) {
    struct clau_dataset *dataset;
    enum clau_status status = clau_dataset_continue(
        path, tables->dimensions, (size_t)tables->dimension_count, tables->variables,
        (size_t)tables->variable_count, tables->records, journal, &dataset, error);
    if (status != CLAU_OK) {
        return status;
    }
    if (running) {
        status = clau_dataset_set_text(dataset, "status", "interrupted", error);
    }
    const enum clau_status closed = clau_dataset_close(dataset, status == CLAU_OK ? error : NULL);
    return status == CLAU_OK ? closed : status;
}

/// A run that is killed before its first record leaves its file under another name.
static bool remove_leftover(const struct clau_journal *journal) {
    char *fresh = clau_dataset_fresh_name(journal);
    const bool removed = fresh != NULL && unlink(fresh) == 0;
    free(fresh);
    return removed;
}

enum clau_status clau_repair_file(const char *path, struct clau_journal *journal,
                                  struct clau_repair *what, struct clau_error *error) {
    struct tables tables = {0};
    struct stat entry;
    what->leftover = remove_leftover(journal);
    if (stat(path, &entry) != 0) {
        return what->leftover
                   ? CLAU_OK
                   : clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    enum clau_status status = clau_repair_mend(path, journal, false, what, error);
    if (status == CLAU_OK) {
        status = read_tables(path, &tables, error);
    }
    if (status == CLAU_OK) {
        status = count_all(path, journal, &tables, what, error);
    }
    if (status == CLAU_OK) {
        what->status = is_running(path);
        if (what->status || what->cut_count > 0) {
            status = cut(path, journal, &tables, what->status, error);
        }
    }
    tables_finish(&tables);
    return status;
}
