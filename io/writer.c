// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/writer.h"

#include <errno.h>
#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

#include "io/netcdf_file.h"
#include "io/netcdf_image.h"

enum { MAXIMUM_RANK = 4 };

struct clau_writer {
    int file;
    char *path;
    enum clau_status status;
    struct clau_error error; ///< of the first call that failed
};

enum clau_status clau_writer_create(const char *path, struct clau_writer **writer,
                                    struct clau_error *error) {
    clau_netcdf_prepare();
    struct clau_writer *self = calloc(1, sizeof *self);
    if (self != NULL) {
        self->path = strdup(path);
    }
    if (self == NULL || self->path == NULL) {
        free(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    errno = 0;
    const int created = clau_netcdf_image_create(&self->file);
    if (created != NC_NOERR) {
        free(self->path);
        free(self);
        return clau_netcdf_failure(error, path, created);
    }
    *writer = self;
    return CLAU_OK;
}

/// Whether to go on. errno is 0 before each call that may set it.
static bool good(const struct clau_writer *self) {
    errno = 0;
    return self->status == CLAU_OK;
}

static bool check(struct clau_writer *self, int nc_status) {
    if (nc_status != NC_NOERR)
        self->status = clau_netcdf_failure(&self->error, self->path, nc_status);
    return nc_status == NC_NOERR;
}

void clau_writer_dimension(struct clau_writer *self, const char *name, size_t length) {
    int id;
    if (good(self))
        check(self, clau_netcdf_define_dimension(self->file, name, length, &id));
}

/// Defines a variable; *count is the number of its values. -1 on failure.
static int define(struct clau_writer *self, const char *name, const char *dimensions, nc_type type,
                  size_t *count) {
    int ids[MAXIMUM_RANK], rank = 0, variable = -1;
    char *names = strdup(dimensions), *place = NULL;
    if (names == NULL) {
        check(self, NC_ENOMEM);
        return -1;
    }
    *count = 1;
    for (char *one = strtok_r(names, " ", &place); one != NULL && rank < MAXIMUM_RANK;
         one = strtok_r(NULL, " ", &place)) {
        size_t length = 0;
        if (check(self, nc_inq_dimid(self->file, one, &ids[rank])))
            check(self, nc_inq_dimlen(self->file, ids[rank], &length));
        *count *= length;
        rank++;
    }
    free(names);
    if (!good(self) ||
        !check(self, clau_netcdf_define_variable(self->file, name, type, rank, ids, &variable)))
        return -1;
    return variable;
}

void clau_writer_attribute(struct clau_writer *self, const char *variable, const char *name,
                           const char *text) {
    int id = NC_GLOBAL;
    if (good(self) && (variable == NULL || check(self, nc_inq_varid(self->file, variable, &id))))
        check(self, nc_put_att_text(self->file, id, name, strlen(text), text));
}

void clau_writer_reals(struct clau_writer *self, const char *name, const char *dimensions,
                       const double *values, const char *units, const char *long_name) {
    size_t count;
    const int id = good(self) ? define(self, name, dimensions, NC_DOUBLE, &count) : -1;
    const double missing = NAN;
    if (id < 0 ||
        !check(self, nc_put_att_double(self->file, id, "_FillValue", NC_DOUBLE, 1, &missing)))
        return;
    clau_writer_attribute(self, name, "units", units);
    clau_writer_attribute(self, name, "long_name", long_name);
    if (good(self) && count > 0)
        check(self, nc_put_var_double(self->file, id, values));
}

void clau_writer_texts(struct clau_writer *self, const char *name, const char *dimensions,
                       const char *const *texts, const char *long_name) {
    size_t count = 0;
    const int id = good(self) ? define(self, name, dimensions, NC_STRING, &count) : -1;
    const char **whole = id >= 0 ? calloc(count + 1, sizeof *whole) : NULL;
    if (id >= 0 && whole == NULL)
        check(self, NC_ENOMEM);
    for (size_t i = 0; whole != NULL && i < count; i++)
        whole[i] = texts[i] != NULL ? texts[i] : "";
    clau_writer_attribute(self, name, "long_name", long_name);
    if (good(self) && count > 0)
        check(self, nc_put_var_string(self->file, id, whole));
    free(whole);
}

enum clau_status clau_writer_close(struct clau_writer *self, void **image, size_t *size,
                                   struct clau_error *error) {
    void *bytes = NULL;
    size_t count = 0;
    errno = 0;
    const int closed = clau_netcdf_image_close(self->file, &bytes, &count);
    if (self->status == CLAU_OK) {
        check(self, closed);
    }
    const enum clau_status status = self->status;
    if (status == CLAU_OK) {
        *image = bytes;
        *size = count;
    } else {
        if (closed == NC_NOERR) {
            free(bytes);
        }
        clau_error_set(error, status, "%s", self->error.message);
    }
    free(self->path);
    free(self);
    return status;
}
