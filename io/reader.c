// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/reader.h"

#include <math.h>
#include <netcdf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/netcdf_input.h"

/// How many records of a dimension are written, as found out first: series read later have as many.
struct extent {
    int dimension;
    size_t written;
};

enum { EXTENTS = 8 };

struct clau_reader {
    struct clau_netcdf_input input;
    struct extent extents[EXTENTS];
    size_t extent_count;
};

/// What is asked for: one record of a variable, -1 for the last one, or all of them.
struct request {
    const char *variable;
    bool all;
    ptrdiff_t record;
};

enum clau_status clau_reader_open(const char *path, struct clau_reader **reader,
                                  struct clau_error *error) {
    struct clau_reader *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    const enum clau_status status = clau_netcdf_input_open(&self->input, path, error);
    if (status != CLAU_OK) {
        free(self);
        return status;
    }
    *reader = self;
    return CLAU_OK;
}

void clau_reader_close(struct clau_reader *self) {
    if (self != NULL) {
        clau_netcdf_input_close(&self->input);
        free(self);
    }
}

/* Names */

static bool is_series(int file, int variable, int dimension, const char *along,
                      char name[NC_MAX_NAME + 1]) {
    int rank, id;
    nc_type type;
    return nc_inq_varndims(file, variable, &rank) == NC_NOERR && rank == 1 &&
           nc_inq_var(file, variable, name, &type, NULL, &id, NULL) == NC_NOERR &&
           clau_netcdf_is_numeric(type) && id == dimension && strcmp(name, along) != 0;
}

/// The texts, which stand one after the other in `block`, as an array and they in one block.
static char **list_of(const char *block, size_t length, size_t count) {
    char **list = malloc((count + 1) * sizeof *list + length);
    if (list == NULL) {
        return NULL;
    }
    char *text = (char *)(list + count + 1);
    if (length > 0) {
        memcpy(text, block, length);
    }
    for (size_t k = 0; k < count; k++) {
        list[k] = text;
        text += strlen(text) + 1;
    }
    list[count] = NULL;
    return list;
}

enum clau_status clau_reader_series(struct clau_reader *self, const char *dimension, char ***names,
                                    size_t *count, struct clau_error *error) {
    struct clau_netcdf_input *input = &self->input;
    int total = 0, along = -1;
    const int status = nc_inq_nvars(input->file, &total);
    if (status != NC_NOERR) {
        return clau_netcdf_input_failure(input, "the list of variables", status, error);
    }
    char name[NC_MAX_NAME + 1], *block = NULL, **list = NULL;
    size_t length = 0, found = 0;
    FILE *stream = open_memstream(&block, &length);
    if (stream != NULL) {
        const bool exists = nc_inq_dimid(input->file, dimension, &along) == NC_NOERR;
        for (int i = 0; exists && i < total; i++) {
            if (is_series(input->file, i, along, dimension, name)) {
                fwrite(name, 1, strlen(name) + 1, stream);
                found++;
            }
        }
        if (fclose(stream) == 0 && block != NULL) {
            list = list_of(block, length, found);
        }
    }
    free(block);
    if (list == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", input->path);
    }
    *names = list;
    *count = found;
    return CLAU_OK;
}

/* Records */

static bool is_unlimited(int file, int dimension) {
    int count = 0;
    if (nc_inq_unlimdims(file, &count, NULL) != NC_NOERR || count <= 0) {
        return false;
    }
    int *ids = calloc((size_t)count, sizeof *ids);
    bool found = false;
    if (ids != NULL && nc_inq_unlimdims(file, &count, ids) == NC_NOERR) {
        for (int i = 0; i < count; i++) {
            found = found || ids[i] == dimension;
        }
    }
    free(ids);
    return found;
}

static bool has_records(int file, int dimension) {
    int time;
    return (nc_inq_dimid(file, "time", &time) == NC_NOERR && time == dimension) ||
           is_unlimited(file, dimension);
}

/// Times before the first one that is not written: missing, or not later than the one before.
static size_t count_written(const double *times, size_t count) {
    size_t written = 0;
    while (written < count && isfinite(times[written]) && times[written] < 0.5 * NC_FILL_DOUBLE &&
           (written == 0 || times[written] > times[written - 1])) {
        written++;
    }
    return written;
}

/// How many records of a dimension are written, by the coordinate of its name.
static enum clau_status find_written(struct clau_reader *self, int dimension, size_t *written,
                                     struct clau_error *error) {
    struct clau_netcdf_input *input = &self->input;
    struct clau_netcdf_slab slab;
    char name[NC_MAX_NAME + 1];
    for (size_t i = 0; i < self->extent_count; i++) {
        if (self->extents[i].dimension == dimension) {
            *written = self->extents[i].written;
            return CLAU_OK;
        }
    }
    *written = SIZE_MAX;
    if (nc_inq_dimname(input->file, dimension, name) != NC_NOERR ||
        clau_netcdf_input_find(input, name, &slab, NULL) != CLAU_OK || slab.rank != 1 ||
        slab.dimensions[0] != dimension) {
        return CLAU_OK; // no coordinate
    }
    double *times;
    size_t count;
    const enum clau_status status =
        clau_netcdf_input_read(input, name, &slab, &times, &count, error);
    if (status == CLAU_OK) {
        *written = count_written(times, count);
        if (self->extent_count < EXTENTS) {
            self->extents[self->extent_count++] = (struct extent){dimension, *written};
        }
        free(times);
    }
    return status;
}

/// Takes the records asked for out of a whole variable.
static enum clau_status choose(struct clau_reader *self, const struct request *request,
                               struct clau_netcdf_slab *slab, struct clau_error *error) {
    struct clau_netcdf_input *input = &self->input;
    if (slab->rank == 0 || !has_records(input->file, slab->dimensions[0])) {
        return CLAU_OK;
    }
    if (input->running) {
        size_t written;
        const enum clau_status status = find_written(self, slab->dimensions[0], &written, error);
        if (status != CLAU_OK) {
            return status;
        }
        slab->extent[0] = written < slab->extent[0] ? written : slab->extent[0];
    }
    if (request->all) {
        return CLAU_OK;
    }
    const ptrdiff_t record = request->record;
    const size_t records = slab->extent[0];
    const size_t chosen = record < 0 ? records - 1 : (size_t)record;
    if (record < -1 || records == 0 || chosen >= records) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: variable '%s' has %zu records, not record %td", input->path,
                              request->variable, records, record);
    }
    slab->start[0] = chosen;
    slab->extent[0] = 1;
    return CLAU_OK;
}

/* Values */

struct result {
    double *values;
    size_t count;
};

static enum clau_status read_once(struct clau_reader *self, const struct request *request,
                                  struct result *result, struct clau_error *error) {
    struct clau_netcdf_slab slab;
    if (!self->input.open) {
        return clau_netcdf_input_failure(&self->input, NULL, NC_EHDFERR, error);
    }
    enum clau_status status = clau_netcdf_input_find(&self->input, request->variable, &slab, error);
    if (status == CLAU_OK) {
        status = choose(self, request, &slab, error);
    }
    if (status == CLAU_OK) {
        status = clau_netcdf_input_read(&self->input, request->variable, &slab, &result->values,
                                        &result->count, error);
    }
    return status;
}

static bool has_gaps(const struct result *result) {
    for (size_t i = 0; i < result->count; i++) {
        if (isnan(result->values[i])) {
            return true;
        }
    }
    return false;
}

static bool are_equal(const struct result *a, const struct result *b) {
    return a->values != NULL && a->count == b->count &&
           memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

/// Reads until it succeeds, or nobody writes, or patience ends. In the middle of a flush a record
/// may seem to be missing: what is not a number is believed when it is seen twice.
static enum clau_status read_values(struct clau_reader *self, const struct request *request,
                                    double **values, size_t *count, struct clau_error *error) {
    struct result last = {0};
    double since = 0.0;
    for (;;) {
        struct result result = {0};
        const enum clau_status status = read_once(self, request, &result, error);
        const bool sure = status == CLAU_OK &&
                          (!self->input.running || !has_gaps(&result) || are_equal(&last, &result));
        free(last.values);
        last = result;
        const bool settled = status == CLAU_OK ? sure : !self->input.failed;
        if (settled || !clau_netcdf_input_again(&self->input, &since)) {
            if (status == CLAU_OK) {
                *values = last.values;
                *count = last.count;
            }
            return status;
        }
    }
}

enum clau_status clau_reader_values(struct clau_reader *self, const char *variable, double **values,
                                    size_t *count, struct clau_error *error) {
    return read_values(self, &(struct request){.variable = variable, .all = true}, values, count,
                       error);
}

enum clau_status clau_reader_record(struct clau_reader *self, const char *variable,
                                    ptrdiff_t record, double **values, size_t *count,
                                    struct clau_error *error) {
    return read_values(self, &(struct request){.variable = variable, .record = record}, values,
                       count, error);
}

char *clau_reader_text(const struct clau_reader *self, const char *variable, const char *name) {
    const int file = self->input.file;
    int id = NC_GLOBAL;
    nc_type type;
    size_t length;
    if (!self->input.open || (variable != NULL && nc_inq_varid(file, variable, &id) != NC_NOERR) ||
        nc_inq_att(file, id, name, &type, &length) != NC_NOERR) {
        return NULL;
    }
    if (type == NC_STRING && length == 1) {
        char *borrowed = NULL, *text = NULL;
        if (nc_get_att_string(file, id, name, &borrowed) == NC_NOERR) {
            text = borrowed != NULL ? strdup(borrowed) : NULL;
            nc_free_string(1, &borrowed);
        }
        return text;
    }
    char *text = type == NC_CHAR ? calloc(length + 1, 1) : NULL;
    if (text != NULL && nc_get_att_text(file, id, name, text) != NC_NOERR) {
        free(text);
        return NULL;
    }
    return text;
}
