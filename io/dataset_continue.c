// SPDX-License-Identifier: GPL-3.0-or-later
// Taking up the file of an earlier run: compare, cut back, open.
#include <errno.h>
#include <hdf5.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"

/// The tables that the file is held against.
struct tables {
    const char *path;
    const struct clau_dimension *dimensions;
    size_t dimension_count;
    const struct clau_variable *variables;
    size_t variable_count;
    const size_t *records;
};

static enum clau_status other_dimension(const struct tables *tables, const char *name,
                                        struct clau_error *error) {
    return clau_error_set(error, CLAU_BAD_INPUT,
                          "%s: dimension '%s' is missing or has another length", tables->path,
                          name);
}

static enum clau_status compare_dimensions(int file, const struct tables *tables,
                                           struct clau_error *error) {
    int unlimited[NC_MAX_VAR_DIMS], unlimited_count = 0;
    if (nc_inq_unlimdims(file, &unlimited_count, unlimited) != NC_NOERR) {
        unlimited_count = 0;
    }
    for (size_t i = 0; i < tables->dimension_count; ++i) {
        const struct clau_dimension *dimension = &tables->dimensions[i];
        int id;
        size_t length;
        if (nc_inq_dimid(file, dimension->name, &id) != NC_NOERR ||
            nc_inq_dimlen(file, id, &length) != NC_NOERR) {
            return other_dimension(tables, dimension->name, error);
        }
        bool grows = false;
        for (int k = 0; k < unlimited_count; ++k) {
            grows = grows || unlimited[k] == id;
        }
        if (grows != (dimension->length == CLAU_UNLIMITED) ||
            (!grows && length != dimension->length)) {
            return other_dimension(tables, dimension->name, error);
        }
    }
    return CLAU_OK;
}

/// Whether the variable is in the file with these dimensions; finds its type.
static bool same_variable(int file, const struct clau_variable *variable,
                          const struct clau_column *column) {
    int id, rank, ids[NC_MAX_VAR_DIMS];
    nc_type type;
    if (nc_inq_varid(file, variable->name, &id) != NC_NOERR ||
        nc_inq_var(file, id, NULL, &type, &rank, ids, NULL) != NC_NOERR || rank != column->rank ||
        (type != NC_DOUBLE && type != NC_FLOAT)) {
        return false;
    }
    for (int k = 0; k < rank; ++k) {
        char name[NC_MAX_NAME + 1];
        if (nc_inq_dimname(file, ids[k], name) != NC_NOERR ||
            strcmp(name, variable->dimensions[k]) != 0) {
            return false;
        }
    }
    return true;
}

static enum clau_status compare(int file, const struct tables *tables, struct clau_dataset *dataset,
                                struct clau_error *error) {
    enum clau_status status = compare_dimensions(file, tables, error);
    for (size_t i = 0; status == CLAU_OK && i < tables->variable_count; ++i) {
        if (!same_variable(file, &tables->variables[i], &dataset->columns[i])) {
            status = clau_error_set(error, CLAU_BAD_INPUT,
                                    "%s: variable '%s' is missing or has other dimensions",
                                    tables->path, tables->variables[i].name);
        }
    }
    return status;
}

/// Nothing is cut before every series is known to be long enough.
static enum clau_status check_records(const struct tables *tables, struct clau_dataset *dataset,
                                      struct clau_error *error) {
    for (size_t i = 0; i < tables->variable_count; ++i) {
        struct clau_column *column = &dataset->columns[i];
        if (!column->series) {
            continue;
        }
        const size_t d = clau_dataset_dimension(tables->dimensions, tables->dimension_count,
                                                tables->variables[i].dimensions[0]);
        column->next = tables->records[d];
        if (column->stored < column->next) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: holds %zu records of '%s', the checkpoint is after %zu",
                                  tables->path, column->stored, column->name, column->next);
        }
    }
    return CLAU_OK;
}

/// NetCDF cannot shorten an unlimited dimension: HDF5 cuts every array that has it. The cut is one
/// transaction. The file is opened anew behind it, as HDF5 would otherwise fill the gaps, which
/// the journal would have to carry, before it writes at the end.
static enum clau_status cut(const struct tables *tables, struct clau_dataset *dataset,
                            struct clau_error *error) {
    errno = 0;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        struct clau_column *const column = &dataset->columns[i];
        if (column->series && column->stored != column->next) {
            if (!clau_array_set_records(column->data, column->next)) {
                return clau_hdf5_failure(error, tables->path, errno);
            }
            column->stored = column->next;
        }
    }
    if (!clau_dataset_settle(dataset) || !clau_dataset_close_arrays(dataset)) {
        return clau_hdf5_failure(error, tables->path, errno);
    }
    enum clau_status status = clau_store_commit(dataset->store, true, error);
    if (status == CLAU_OK) {
        status = clau_dataset_open_arrays(dataset, tables->dimensions, tables->dimension_count,
                                          tables->variables, error);
    }
    return status;
}

static enum clau_status compare_file(const struct tables *tables, struct clau_dataset *dataset,
                                     struct clau_error *error) {
    int file;
    if (access(tables->path, R_OK | W_OK) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", tables->path, strerror(errno));
    }
    char *file_path = clau_netcdf_path(tables->path);
    if (file_path == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", tables->path);
    }
    const int opened = nc_open(file_path, NC_NOWRITE, &file);
    free(file_path);
    if (opened != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a readable NetCDF-4 file",
                              tables->path);
    }
    // HDF5 cannot cut the classic formats, which NetCDF opens as well.
    int format;
    const bool cuttable = nc_inq_format(file, &format) == NC_NOERR &&
                          (format == NC_FORMAT_NETCDF4 || format == NC_FORMAT_NETCDF4_CLASSIC);
    const enum clau_status status =
        cuttable
            ? compare(file, tables, dataset, error)
            : clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a NetCDF-4 file", tables->path);
    nc_close(file);
    return status;
}

enum clau_status clau_dataset_continue(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       const size_t *records, struct clau_journal *journal,
                                       struct clau_dataset **dataset, struct clau_error *error) {
    clau_netcdf_prepare();
    const struct tables tables = {path,      dimensions,     dimension_count,
                                  variables, variable_count, records};
    struct clau_dataset *result = NULL;
    size_t pages;
    enum clau_status status = clau_dataset_allocate(path, dimensions, dimension_count, variables,
                                                    variable_count, journal, &result, error);
    if (status != CLAU_OK) {
        return status;
    }
    status = clau_journal_recover(result->journal, &pages, error);
    if (status == CLAU_OK) {
        status = compare_file(&tables, result, error);
    }
    if (status == CLAU_OK) {
        status = clau_netcdf_room(path, clau_netcdf_reserve(variable_count), error);
    }
    if (status == CLAU_OK) {
        status =
            clau_dataset_open_store(result, clau_journal_data_path(result->journal), true, error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_open_arrays(result, dimensions, dimension_count, variables, error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_prepare(result, error);
    }
    if (status == CLAU_OK) {
        status = check_records(&tables, result, error);
    }
    if (status == CLAU_OK) {
        status = cut(&tables, result, error);
    }
    if (status != CLAU_OK) {
        clau_dataset_free(result);
        return status;
    }
    *dataset = result;
    return CLAU_OK;
}
