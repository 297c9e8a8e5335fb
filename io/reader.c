// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/reader.h"

#include <errno.h>
#include <netcdf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/netcdf_file.h"

struct clau_reader {
    int file;
    char *path;
};

enum clau_status clau_reader_open(const char *path, struct clau_reader **reader,
                                  struct clau_error *error) {
    clau_netcdf_prepare();
    if (access(path, R_OK) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    struct clau_reader *self = calloc(1, sizeof *self);
    char *file_path = clau_netcdf_path(path);
    if (self != NULL) {
        self->path = strdup(path);
    }
    if (self == NULL || file_path == NULL || self->path == NULL) {
        free(file_path);
        free(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    const int opened = nc_open(file_path, NC_NOWRITE, &self->file);
    free(file_path);
    if (opened != NC_NOERR) {
        free(self->path);
        free(self);
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a readable NetCDF file", path);
    }
    *reader = self;
    return CLAU_OK;
}

void clau_reader_close(struct clau_reader *self) {
    if (self != NULL) {
        nc_close(self->file);
        free(self->path);
        free(self);
    }
}

static bool is_numeric(nc_type type) {
    return type != NC_CHAR && type != NC_STRING && type <= NC_MAX_ATOMIC_TYPE;
}

static bool is_series(int file, int variable, const char *dimension, char name[NC_MAX_NAME + 1]) {
    char along[NC_MAX_NAME + 1];
    int rank, id;
    nc_type type;
    return nc_inq_varndims(file, variable, &rank) == NC_NOERR && rank == 1 &&
           nc_inq_var(file, variable, name, &type, NULL, &id, NULL) == NC_NOERR &&
           is_numeric(type) && nc_inq_dimname(file, id, along) == NC_NOERR &&
           strcmp(along, dimension) == 0 && strcmp(name, dimension) != 0;
}

enum clau_status clau_reader_series(const struct clau_reader *self, const char *dimension,
                                    char ***names, size_t *count, struct clau_error *error) {
    int total = 0;
    char name[NC_MAX_NAME + 1];
    nc_inq_nvars(self->file, &total);
    size_t found = 0, length = 0;
    for (int i = 0; i < total; i++) {
        if (is_series(self->file, i, dimension, name)) {
            found++;
            length += strlen(name) + 1;
        }
    }
    char **result = malloc((found + 1) * sizeof *result + length);
    if (result == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", self->path);
    }
    char *text = (char *)(result + found + 1);
    size_t k = 0;
    for (int i = 0; i < total; i++) {
        if (is_series(self->file, i, dimension, name)) {
            result[k++] = strcpy(text, name);
            text += strlen(name) + 1;
        }
    }
    result[k] = NULL;
    *names = result;
    *count = found;
    return CLAU_OK;
}

enum clau_status clau_reader_values(const struct clau_reader *self, const char *variable,
                                    double **values, size_t *count, struct clau_error *error) {
    int id, rank, dimensions[NC_MAX_VAR_DIMS];
    nc_type type;
    if (nc_inq_varid(self->file, variable, &id) != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: has no variable '%s'", self->path,
                              variable);
    }
    if (nc_inq_var(self->file, id, NULL, &type, &rank, dimensions, NULL) != NC_NOERR ||
        !is_numeric(type)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: variable '%s' is not numeric", self->path,
                              variable);
    }
    size_t total = 1;
    for (int k = 0; k < rank; k++) {
        size_t length = 0;
        nc_inq_dimlen(self->file, dimensions[k], &length);
        total *= length;
    }
    double *result = calloc(total + 1, sizeof *result);
    if (result == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", self->path);
    }
    errno = 0;
    const int status = total > 0 ? nc_get_var_double(self->file, id, result) : NC_NOERR;
    if (status != NC_NOERR) {
        free(result);
        return clau_netcdf_failure(error, self->path, status);
    }
    *values = result;
    *count = total;
    return CLAU_OK;
}

char *clau_reader_text(const struct clau_reader *self, const char *variable, const char *name) {
    int id = NC_GLOBAL;
    nc_type type;
    size_t length;
    if ((variable != NULL && nc_inq_varid(self->file, variable, &id) != NC_NOERR) ||
        nc_inq_att(self->file, id, name, &type, &length) != NC_NOERR) {
        return NULL;
    }
    if (type == NC_STRING && length == 1) {
        char *borrowed = NULL, *text = NULL;
        if (nc_get_att_string(self->file, id, name, &borrowed) == NC_NOERR) {
            text = borrowed != NULL ? strdup(borrowed) : NULL;
            nc_free_string(1, &borrowed);
        }
        return text;
    }
    char *text = type == NC_CHAR ? calloc(length + 1, 1) : NULL;
    if (text != NULL && nc_get_att_text(self->file, id, name, text) != NC_NOERR) {
        free(text);
        return NULL;
    }
    return text;
}
