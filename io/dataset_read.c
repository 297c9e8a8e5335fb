// SPDX-License-Identifier: GPL-3.0-or-later
// Reading one variable of any NetCDF file.
#include <errno.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dataset.h"
#include "io/netcdf_file.h"

/// What is to be read.
struct slab {
    int variable, rank;
    size_t start[NC_MAX_VAR_DIMS], extent[NC_MAX_VAR_DIMS];
    size_t count;
};

static bool has_records(int file, int dimension) {
    char name[NC_MAX_NAME + 1];
    int count, unlimited[NC_MAX_VAR_DIMS];
    if (nc_inq_dimname(file, dimension, name) == NC_NOERR && strcmp(name, "time") == 0) {
        return true;
    }
    if (nc_inq_unlimdims(file, &count, unlimited) == NC_NOERR) {
        for (int i = 0; i < count; ++i) {
            if (unlimited[i] == dimension) {
                return true;
            }
        }
    }
    return false;
}

static enum clau_status find_slab(int file, const char *path, const char *variable,
                                  ptrdiff_t record, struct slab *slab, struct clau_error *error) {
    int ids[NC_MAX_VAR_DIMS];
    nc_type type;
    if (nc_inq_varid(file, variable, &slab->variable) != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: has no variable '%s'", path, variable);
    }
    if (nc_inq_var(file, slab->variable, NULL, &type, &slab->rank, ids, NULL) != NC_NOERR ||
        type == NC_CHAR || type == NC_STRING || type > NC_MAX_ATOMIC_TYPE) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: variable '%s' is not numeric", path,
                              variable);
    }
    slab->count = 1;
    for (int k = 0; k < slab->rank; ++k) {
        slab->start[k] = 0;
        if (nc_inq_dimlen(file, ids[k], &slab->extent[k]) != NC_NOERR) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: variable '%s' cannot be read", path,
                                  variable);
        }
        if (k == 0 && has_records(file, ids[0])) {
            const size_t records = slab->extent[0];
            const size_t chosen = record < 0 ? records - 1 : (size_t)record;
            if (record < -1 || records == 0 || chosen >= records) {
                return clau_error_set(error, CLAU_BAD_INPUT,
                                      "%s: variable '%s' has %zu records, not record %td", path,
                                      variable, records, record);
            }
            slab->start[0] = chosen;
            slab->extent[0] = 1;
        }
        slab->count *= slab->extent[k];
    }
    return CLAU_OK;
}

enum clau_status clau_dataset_read(const char *path, const char *variable, ptrdiff_t record,
                                   double **values, size_t *count, struct clau_error *error) {
    clau_netcdf_prepare();
    if (access(path, R_OK) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    char *file_path = clau_netcdf_path(path);
    if (file_path == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    int file;
    const int opened = nc_open(file_path, NC_NOWRITE, &file);
    free(file_path);
    if (opened != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a readable NetCDF file", path);
    }
    struct slab slab;
    double *result = NULL;
    enum clau_status status = find_slab(file, path, variable, record, &slab, error);
    if (status == CLAU_OK) {
        result = calloc(slab.count > 0 ? slab.count : 1, sizeof *result);
        if (result == NULL) {
            status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
        }
    }
    if (status == CLAU_OK) {
        errno = 0;
        const int nc_status =
            nc_get_vara_double(file, slab.variable, slab.start, slab.extent, result);
        if (nc_status != NC_NOERR) {
            status = clau_netcdf_failure(error, path, nc_status);
        }
    }
    nc_close(file);
    if (status != CLAU_OK) {
        free(result);
        return status;
    }
    *values = result;
    *count = slab.count;
    return CLAU_OK;
}
