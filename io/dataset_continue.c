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
                          struct clau_column *column) {
    int rank, ids[NC_MAX_VAR_DIMS];
    nc_type type;
    if (nc_inq_varid(file, variable->name, &column->id) != NC_NOERR ||
        nc_inq_var(file, column->id, NULL, &type, &rank, ids, NULL) != NC_NOERR ||
        rank != column->rank || (type != NC_DOUBLE && type != NC_FLOAT)) {
        return false;
    }
    for (int k = 0; k < rank; ++k) {
        char name[NC_MAX_NAME + 1];
        if (nc_inq_dimname(file, ids[k], name) != NC_NOERR ||
            strcmp(name, variable->dimensions[k]) != 0) {
            return false;
        }
    }
    column->single = type == NC_FLOAT;
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

/// Number of records of a dataset of HDF5, or -1.
static long long stored_records(hid_t file, const char *name) {
    hsize_t extent[CLAU_MAXIMUM_RANK] = {0};
    long long result = -1;
    const hid_t data = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t space = data >= 0 ? H5Dget_space(data) : H5I_INVALID_HID;
    if (space >= 0 && H5Sget_simple_extent_ndims(space) <= CLAU_MAXIMUM_RANK &&
        H5Sget_simple_extent_dims(space, extent, NULL) > 0) {
        result = (long long)extent[0];
    }
    H5Sclose(space);
    H5Dclose(data);
    return result;
}

static bool set_records(hid_t file, const char *name, size_t records) {
    hsize_t extent[CLAU_MAXIMUM_RANK] = {0};
    const hid_t data = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t space = data >= 0 ? H5Dget_space(data) : H5I_INVALID_HID;
    bool done = space >= 0 && H5Sget_simple_extent_dims(space, extent, NULL) > 0;
    if (done && extent[0] != records) {
        extent[0] = records;
        done = H5Dset_extent(data, extent) >= 0;
    }
    H5Sclose(space);
    return H5Dclose(data) >= 0 && done;
}

/// Nothing is cut before every series is known to be long enough.
static enum clau_status check_records(hid_t file, const struct tables *tables,
                                      struct clau_dataset *dataset, struct clau_error *error) {
    for (size_t i = 0; i < tables->variable_count; ++i) {
        struct clau_column *column = &dataset->columns[i];
        if (!column->series) {
            continue;
        }
        const size_t d = clau_dataset_dimension(tables->dimensions, tables->dimension_count,
                                                tables->variables[i].dimensions[0]);
        const long long stored = stored_records(file, column->name);
        column->next = tables->records[d];
        if (stored < 0 || (size_t)stored < column->next) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: holds %lld records of '%s', the checkpoint is after %zu",
                                  tables->path, stored < 0 ? 0 : stored, column->name,
                                  column->next);
        }
    }
    return CLAU_OK;
}

/// NetCDF cannot shorten an unlimited dimension: HDF5 cuts every dataset that has it, and the
/// dimension's own where no variable stands for it.
static enum clau_status cut(hid_t file, const struct tables *tables,
                            const struct clau_dataset *dataset, struct clau_error *error) {
    bool done = true;
    for (size_t i = 0; done && i < tables->variable_count; ++i) {
        if (dataset->columns[i].series) {
            done = set_records(file, dataset->columns[i].name, dataset->columns[i].next);
        }
    }
    for (size_t d = 0; done && d < tables->dimension_count; ++d) {
        bool has_variable = false;
        for (size_t i = 0; i < tables->variable_count; ++i) {
            has_variable =
                has_variable || strcmp(tables->variables[i].name, tables->dimensions[d].name) == 0;
        }
        if (tables->dimensions[d].length == CLAU_UNLIMITED && !has_variable) {
            done = set_records(file, tables->dimensions[d].name, tables->records[d]);
        }
    }
    done = done && H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    return done ? CLAU_OK : clau_netcdf_failure(error, tables->path, NC_EHDFERR);
}

static enum clau_status cut_file(const char *file_path, const struct tables *tables,
                                 struct clau_dataset *dataset, struct clau_error *error) {
    errno = 0;
    const hid_t file = H5Fopen(file_path, H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0) {
        return clau_netcdf_failure(error, tables->path, NC_EHDFERR);
    }
    enum clau_status status = check_records(file, tables, dataset, error);
    if (status == CLAU_OK) {
        status = cut(file, tables, dataset, error);
    }
    if (H5Fclose(file) < 0 && status == CLAU_OK) {
        status = clau_netcdf_failure(error, tables->path, NC_EHDFERR);
    }
    return status;
}

static enum clau_status compare_file(const char *file_path, const struct tables *tables,
                                     struct clau_dataset *dataset, struct clau_error *error) {
    int file;
    if (access(tables->path, R_OK | W_OK) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", tables->path, strerror(errno));
    }
    if (nc_open(file_path, NC_NOWRITE, &file) != NC_NOERR) {
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

/// Opens the cut file for writing, as clau_dataset_create leaves it.
static enum clau_status open_file(const char *file_path, struct clau_dataset *dataset,
                                  struct clau_error *error) {
    errno = 0;
    int old_mode, status = nc_open(file_path, NC_WRITE, &dataset->file);
    if (status != NC_NOERR) {
        return clau_netcdf_failure(error, dataset->path, status);
    }
    status = nc_set_fill(dataset->file, NC_NOFILL, &old_mode);
    for (size_t i = 0; status == NC_NOERR && i < dataset->column_count; ++i) {
        struct clau_column *column = &dataset->columns[i];
        status = nc_inq_varid(dataset->file, column->name, &column->id);
        if (status == NC_NOERR && column->series) {
            status = nc_set_var_chunk_cache(dataset->file, column->id, 1, 1, 0.0F);
        }
    }
    if (status != NC_NOERR) {
        nc_close(dataset->file);
        return clau_netcdf_failure(error, dataset->path, status);
    }
    return CLAU_OK;
}

enum clau_status clau_dataset_continue(const char *path, const struct clau_dimension *dimensions,
                                       size_t dimension_count,
                                       const struct clau_variable *variables, size_t variable_count,
                                       const size_t *records, struct clau_dataset **dataset,
                                       struct clau_error *error) {
    clau_netcdf_prepare();
    const struct tables tables = {path,      dimensions,     dimension_count,
                                  variables, variable_count, records};
    struct clau_dataset *result = NULL;
    enum clau_status status = clau_dataset_allocate(path, dimensions, dimension_count, variables,
                                                    variable_count, &result, error);
    if (status != CLAU_OK) {
        return status;
    }
    char *file_path = clau_netcdf_path(path);
    if (file_path == NULL) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
        goto done;
    }
    status = compare_file(file_path, &tables, result, error);
    if (status == CLAU_OK) {
        status = clau_netcdf_room(path, clau_netcdf_reserve(variable_count), error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_prepare(result, error);
    }
    if (status == CLAU_OK) {
        status = cut_file(file_path, &tables, result, error);
    }
    if (status == CLAU_OK) {
        status = open_file(file_path, result, error);
    }
    if (status == CLAU_OK) {
        *dataset = result;
        result = NULL;
    }
done:
    if (result != NULL) {
        clau_dataset_free(result);
    }
    free(file_path);
    return status;
}
