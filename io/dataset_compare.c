// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/dataset_compare.h"

#include <errno.h>
#include <math.h>
#include <netcdf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/netcdf_file.h"

enum {
    FIRST,
    SECOND,
    FILES,
    RANK = 8,       ///< more dimensions than that has no variable of ours
    ROOM = 1 << 22, ///< bytes that are read at a time, unless a record is longer
};

struct file {
    const char *path;
    int id;
    bool open;
};

/// A variable in one of the files.
struct shape {
    int id, rank;
    nc_type type;
    char dimensions[RANK][NC_MAX_NAME + 1];
    size_t lengths[RANK];
    bool grows; ///< the first dimension is unlimited
};

/// Two arrays of values that are compared, and where they stand.
struct part {
    nc_type type;
    size_t size;   ///< of a value
    size_t length; ///< values in a record
    size_t first, records;
    char *values[FILES];
};

static enum clau_status open_file(struct file *file, const char *path, struct clau_error *error) {
    char *name = clau_netcdf_path(path);
    if (name == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    const int status = nc_open(name, NC_NOWRITE, &file->id);
    free(name);
    if (status != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: cannot be read: %s", path,
                              nc_strerror(status));
    }
    file->path = path;
    file->open = true;
    return CLAU_OK;
}

static enum clau_status unreadable(const struct file *file, const char *variable, int nc_status,
                                   struct clau_error *error) {
    if (nc_status == NC_ENOMEM) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", file->path);
    }
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: variable '%s' cannot be read: %s", file->path,
                          variable, nc_strerror(nc_status));
}

/// Returns NetCDF's status; NC_ENOTVAR where there is no such variable.
static int inquire(const struct file *file, const char *name, struct shape *shape) {
    int ids[NC_MAX_VAR_DIMS], unlimited[NC_MAX_DIMS], unlimited_count = 0;
    *shape = (struct shape){0};
    int status = nc_inq_varid(file->id, name, &shape->id);
    if (status == NC_NOERR) {
        status = nc_inq_var(file->id, shape->id, NULL, &shape->type, &shape->rank, ids, NULL);
    }
    if (status == NC_NOERR && (shape->rank > RANK || shape->type > NC_STRING)) {
        status = NC_EBADTYPE;
    }
    for (int k = 0; k < shape->rank && status == NC_NOERR; ++k) {
        status = nc_inq_dim(file->id, ids[k], shape->dimensions[k], &shape->lengths[k]);
    }
    if (status == NC_NOERR) {
        status = nc_inq_unlimdims(file->id, &unlimited_count, unlimited);
    }
    for (int k = 0; k < unlimited_count && status == NC_NOERR; ++k) {
        shape->grows = shape->grows || (shape->rank > 0 && unlimited[k] == ids[0]);
    }
    return status;
}

static bool same_shape(const struct shape *first, const struct shape *second, bool first_is_cut) {
    if (first->type != second->type || first->rank != second->rank) {
        return false;
    }
    for (int k = 0; k < first->rank; ++k) {
        const bool may_be_less = k == 0 && first_is_cut && first->grows;
        if (strcmp(first->dimensions[k], second->dimensions[k]) != 0 ||
            (may_be_less ? first->lengths[k] > second->lengths[k]
                         : first->lengths[k] != second->lengths[k])) {
            return false;
        }
    }
    return true;
}

/// A value as a number; NaN if it is none.
static double number(nc_type type, const char *place) {
#define CLAU_NUMBER(nc, c)                                                                         \
    case nc: {                                                                                     \
        c value;                                                                                   \
        memcpy(&value, place, sizeof value);                                                       \
        return (double)value;                                                                      \
    }
    switch (type) {
        CLAU_NUMBER(NC_BYTE, int8_t)
        CLAU_NUMBER(NC_UBYTE, uint8_t)
        CLAU_NUMBER(NC_SHORT, int16_t)
        CLAU_NUMBER(NC_USHORT, uint16_t)
        CLAU_NUMBER(NC_INT, int32_t)
        CLAU_NUMBER(NC_UINT, uint32_t)
        CLAU_NUMBER(NC_INT64, int64_t)
        CLAU_NUMBER(NC_UINT64, uint64_t)
        CLAU_NUMBER(NC_FLOAT, float)
        CLAU_NUMBER(NC_DOUBLE, double)
    default:
        return NAN;
    }
#undef CLAU_NUMBER
}

static bool equal(const struct part *part, size_t i) {
    const char *places[FILES];
    for (int k = 0; k < FILES; ++k) {
        places[k] = part->values[k] + i * part->size;
    }
    if (part->type != NC_STRING) {
        return memcmp(places[FIRST], places[SECOND], part->size) == 0;
    }
    const char *texts[FILES];
    for (int k = 0; k < FILES; ++k) {
        memcpy(&texts[k], places[k], sizeof texts[k]);
    }
    return strcmp(texts[FIRST] != NULL ? texts[FIRST] : "",
                  texts[SECOND] != NULL ? texts[SECOND] : "") == 0;
}

static void look(const struct part *part, struct clau_difference *difference) {
    const size_t count = part->records * part->length;
    difference->total += count;
    if (part->type != NC_STRING &&
        memcmp(part->values[FIRST], part->values[SECOND], count * part->size) == 0) {
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        if (equal(part, i)) {
            continue;
        }
        if (difference->count++ == 0) {
            difference->record = part->first + i / part->length;
        }
        const double distance = fabs(number(part->type, part->values[FIRST] + i * part->size) -
                                     number(part->type, part->values[SECOND] + i * part->size));
        // A NaN is larger than any number, and stays.
        if (!(distance <= difference->largest)) {
            difference->largest = distance;
        }
    }
}

static enum clau_status read_part(const struct file *files, const struct shape *shapes,
                                  const char *name, const struct part *part,
                                  struct clau_error *error) {
    size_t start[RANK] = {part->first}, extent[RANK] = {part->records};
    for (int k = 1; k < shapes[FIRST].rank; ++k) {
        extent[k] = shapes[FIRST].lengths[k];
    }
    for (int k = 0; k < FILES; ++k) {
        const int status = nc_get_vara(files[k].id, shapes[k].id, start, extent, part->values[k]);
        if (status != NC_NOERR) {
            return unreadable(&files[k], name, status, error);
        }
    }
    return CLAU_OK;
}

static void free_texts(const struct part *part) {
    for (int k = 0; k < FILES && part->type == NC_STRING; ++k) {
        nc_free_string(part->records * part->length, (char **)(void *)part->values[k]);
    }
}

/// Compares the values of a variable that is of the same shape in both.
static enum clau_status compare_values(const struct file *files, const struct shape *shapes,
                                       const char *name, const struct clau_comparison *comparison,
                                       struct clau_difference *difference,
                                       struct clau_error *error) {
    const struct shape *const shape = &shapes[FIRST];
    struct part part = {.type = shape->type, .length = 1};
    nc_inq_type(files[FIRST].id, shape->type, NULL, &part.size);
    for (int k = 1; k < shape->rank; ++k) {
        part.length *= shape->lengths[k];
    }
    const size_t records = shape->rank > 0 ? shape->lengths[0] : 1;
    if (records == 0 || part.length == 0) {
        return CLAU_OK;
    }
    const size_t bytes = part.length * part.size, room = bytes < ROOM ? ROOM / bytes : 1;
    const size_t most = records < room ? records : room;
    enum clau_status status = CLAU_OK;
    for (int k = 0; k < FILES; ++k) {
        part.values[k] = calloc(most, bytes);
    }
    if (part.values[FIRST] == NULL || part.values[SECOND] == NULL) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory to compare '%s'", name);
    }
    while (status == CLAU_OK && part.first < records &&
           (comparison->go_on == NULL || comparison->go_on(comparison->context))) {
        part.records = records - part.first < most ? records - part.first : most;
        status = read_part(files, shapes, name, &part, error);
        if (status == CLAU_OK) {
            look(&part, difference);
            free_texts(&part);
            part.first += part.records;
        }
    }
    free(part.values[FIRST]);
    free(part.values[SECOND]);
    return status;
}

static void tell(struct clau_comparison *comparison, const struct clau_difference *difference) {
    comparison->different++;
    if (comparison->found != NULL) {
        comparison->found(comparison->context, difference);
    }
}

static enum clau_status compare_variable(const struct file *files, const char *name,
                                         struct clau_comparison *comparison,
                                         struct clau_error *error) {
    struct shape shapes[FILES];
    struct clau_difference difference = {.variable = name};
    comparison->variables++;
    const int found = inquire(&files[FIRST], name, &shapes[FIRST]);
    const int other = inquire(&files[SECOND], name, &shapes[SECOND]);
    if (found != NC_NOERR) {
        return unreadable(&files[FIRST], name, found, error);
    }
    if (other != NC_NOERR && other != NC_ENOTVAR) {
        return unreadable(&files[SECOND], name, other, error);
    }
    difference.dimension = shapes[FIRST].rank > 0 ? shapes[FIRST].dimensions[0] : NULL;
    if (other == NC_ENOTVAR) {
        difference.kind = CLAU_ONLY_IN_FIRST;
        tell(comparison, &difference);
        return CLAU_OK;
    }
    if (!same_shape(&shapes[FIRST], &shapes[SECOND], comparison->first_is_cut)) {
        difference.kind = CLAU_DIFFERENT_SHAPE;
        tell(comparison, &difference);
        return CLAU_OK;
    }
    const enum clau_status status =
        compare_values(files, shapes, name, comparison, &difference, error);
    if (status == CLAU_OK && difference.count > 0) {
        tell(comparison, &difference);
    }
    return status;
}

/// Variables that only the second file has.
static void compare_names(const struct file *files, struct clau_comparison *comparison) {
    char name[NC_MAX_NAME + 1];
    int count = 0, id;
    nc_inq_nvars(files[SECOND].id, &count);
    for (int i = 0; i < count; ++i) {
        if (nc_inq_varname(files[SECOND].id, i, name) == NC_NOERR &&
            nc_inq_varid(files[FIRST].id, name, &id) == NC_ENOTVAR) {
            const struct clau_difference difference = {.variable = name,
                                                       .kind = CLAU_ONLY_IN_SECOND};
            comparison->variables++;
            tell(comparison, &difference);
        }
    }
}

enum clau_status clau_datasets_compare(const char *first, const char *second,
                                       struct clau_comparison *comparison,
                                       struct clau_error *error) {
    struct file files[FILES] = {0};
    char name[NC_MAX_NAME + 1];
    int count = 0;
    comparison->variables = comparison->different = 0;
    clau_netcdf_prepare();
    enum clau_status status = open_file(&files[FIRST], first, error);
    if (status == CLAU_OK) {
        status = open_file(&files[SECOND], second, error);
    }
    if (status == CLAU_OK) {
        nc_inq_nvars(files[FIRST].id, &count);
    }
    for (int i = 0; i < count && status == CLAU_OK; ++i) {
        nc_inq_varname(files[FIRST].id, i, name);
        status = compare_variable(files, name, comparison, error);
    }
    if (status == CLAU_OK) {
        compare_names(files, comparison);
    }
    for (int k = 0; k < FILES; ++k) {
        if (files[k].open) {
            nc_close(files[k].id);
        }
    }
    return status;
}
