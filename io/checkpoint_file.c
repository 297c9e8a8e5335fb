// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints on disk: a NetCDF-4 file, and behind it a trailer with its checksum, which is
// verified before HDF5 sees a byte. HDF5 takes most damaged bytes for numbers, and crashes on some.
//
// Each value is a variable of its name; reals are NC_DOUBLE, integers NC_INT64, texts NC_CHAR; a
// single number has no dimension, nothing at all has the unlimited dimension `count-0`, of which no
// record is ever written. The '-' sets dimensions apart from all values: HDF5 keeps both under
// their names.
#include "io/checkpoint_file.h"

#include <endian.h>
#include <errno.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crc32c.h"
#include "io/netcdf_file.h"
#include "io/netcdf_image.h"
#include "io/whole_file.h"

static const char marker[] = "clausius_checkpoint"; ///< global attribute: version of the layout

/// The layout of version 0.1.0 is without a trailer.
enum { BARE_LAYOUT = 1, LAYOUT = 2 };

/// The end of the file. All numbers are little-endian; the checksum is that of all bytes before it.
struct trailer {
    char magic[8];
    uint32_t layout, reserved;
    uint64_t length; ///< of the NetCDF-4 file before the trailer
    uint32_t reserved_too, checksum;
};
static const char magic[8] = "ClauCkpt";
_Static_assert(sizeof(struct trailer) == 32, "there are no gaps");

static enum clau_status no_memory(const char *path, struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
}

/// The dimension of `count` values: one per length that occurs.
static int dimension_of(int file, size_t count, int *id) {
    char name[64];
    snprintf(name, sizeof name, "count-%zu", count);
    if (nc_inq_dimid(file, name, id) == NC_NOERR) {
        return NC_NOERR;
    }
    return clau_netcdf_define_dimension(file, name, count > 0 ? count : NC_UNLIMITED, id);
}

static int define_entry(int file, const struct clau_entry *entry, int *id) {
    static const nc_type types[] = {NC_DOUBLE, NC_INT64, NC_CHAR};
    const bool single = entry->count == 1 && entry->type != CLAU_ENTRY_TEXT;
    int dimension = -1;
    int status = single ? NC_NOERR : dimension_of(file, entry->count, &dimension);
    if (status == NC_NOERR) {
        status = clau_netcdf_define_variable(file, entry->name, types[entry->type], single ? 0 : 1,
                                             &dimension, id);
    }
    return status;
}

static int write_entries(int file, const struct clau_checkpoint *checkpoint, int *ids) {
    const int layout = LAYOUT;
    int old_mode;
    int status = nc_set_fill(file, NC_NOFILL, &old_mode);
    if (status == NC_NOERR) {
        status = nc_put_att_int(file, NC_GLOBAL, marker, NC_INT, 1, &layout);
    }
    for (size_t i = 0; status == NC_NOERR && i < checkpoint->count; ++i) {
        status = define_entry(file, &checkpoint->entries[i], &ids[i]);
    }
    if (status == NC_NOERR) {
        status = nc_enddef(file);
    }
    for (size_t i = 0; status == NC_NOERR && i < checkpoint->count; ++i) {
        if (checkpoint->entries[i].count > 0) {
            status = nc_put_var(file, ids[i], checkpoint->entries[i].values);
        }
    }
    return status;
}

static uint32_t checksum(const void *image, size_t size, const struct trailer *trailer) {
    return clau_crc32c(clau_crc32c(0, image, size), trailer, offsetof(struct trailer, checksum));
}

static enum clau_status write_image(const void *image, size_t size, const char *path,
                                    const char *previous, struct clau_error *error) {
    struct trailer trailer = {.layout = htole32(LAYOUT), .length = htole64(size)};
    memcpy(trailer.magic, magic, sizeof magic);
    trailer.checksum = htole32(checksum(image, size, &trailer));
    const struct clau_bytes parts[] = {{image, size}, {&trailer, sizeof trailer}};
    const struct clau_whole_file file = {path, parts, 2, previous, true};
    return clau_whole_files_write(&file, 1, error);
}

enum clau_status clau_checkpoint_write(const struct clau_checkpoint *checkpoint, const char *path,
                                       const char *previous, struct clau_error *error) {
    clau_netcdf_prepare();
    if (checkpoint->failure.status != CLAU_OK) {
        return clau_error_set(error, checkpoint->failure.status, "%s", checkpoint->failure.message);
    }
    int *ids = calloc(checkpoint->count + 1, sizeof *ids);
    if (ids == NULL) {
        return no_memory(path, error);
    }
    const void *image = NULL;
    size_t size = 0;
    int file;
    errno = 0;
    int made = clau_netcdf_image_create(&file);
    if (made != NC_NOERR) {
        free(ids);
        return clau_netcdf_failure(error, path, made);
    }
    made = write_entries(file, checkpoint, ids);
    if (made == NC_NOERR) {
        made = clau_netcdf_image_bytes(file, &image, &size);
    }
    const enum clau_status status = made == NC_NOERR
                                        ? write_image(image, size, path, previous, error)
                                        : clau_netcdf_failure(error, path, made);
    nc_close(file);
    free(ids);
    return status;
}

static enum clau_status read_entry(int file, const char *path, int id,
                                   struct clau_checkpoint *checkpoint, struct clau_error *error) {
    char name[NC_MAX_NAME + 1];
    nc_type type;
    int rank, dimensions[NC_MAX_VAR_DIMS];
    size_t count = 1;
    int status = nc_inq_var(file, id, name, &type, &rank, dimensions, NULL);
    if (status == NC_NOERR && rank > 0) {
        status = nc_inq_dimlen(file, dimensions[0], &count);
    }
    if (status != NC_NOERR || rank > 1 ||
        (type != NC_DOUBLE && type != NC_INT64 && type != NC_CHAR)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
    }
    const enum clau_entry_type kind = type == NC_DOUBLE  ? CLAU_ENTRY_REALS
                                      : type == NC_INT64 ? CLAU_ENTRY_INTEGERS
                                                         : CLAU_ENTRY_TEXT;
    // One value more: the end of a text.
    char *values = calloc(count + 1, clau_entry_size(kind));
    if (values == NULL) {
        return no_memory(path, error);
    }
    errno = 0;
    status = count > 0 ? nc_get_var(file, id, values) : NC_NOERR;
    if (status != NC_NOERR) {
        free(values);
        return clau_netcdf_failure(error, path, status);
    }
    clau_checkpoint_add(checkpoint, name, kind, values, values, count);
    return checkpoint->failure.status == CLAU_OK
               ? CLAU_OK
               : clau_error_set(error, checkpoint->failure.status, "%s: %s", path,
                                checkpoint->failure.message);
}

/// Checks the bytes of a file: *size becomes the length of the NetCDF-4 file among them, *layout
/// the layout that it must have.
static enum clau_status verify(const char *path, const char *bytes, size_t *size, int *layout,
                               struct clau_error *error) {
    static const char damaged[] = "is damaged: its checksum does not agree";
    struct trailer trailer;
    uint64_t end = 0;
    const bool whole = *size >= sizeof trailer;
    if (whole) {
        memcpy(&trailer, bytes + *size - sizeof trailer, sizeof trailer);
    }
    if (whole && memcmp(trailer.magic, magic, sizeof magic) == 0) {
        const size_t length = *size - sizeof trailer;
        if (le32toh(trailer.checksum) != checksum(bytes, length, &trailer) ||
            le64toh(trailer.length) != length) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, damaged);
        }
        if (le32toh(trailer.layout) != LAYOUT) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: was written by a later version: its layout is %u, this "
                                  "version reads those up to %d",
                                  path, le32toh(trailer.layout), LAYOUT);
        }
        *size = length;
        *layout = LAYOUT;
        return CLAU_OK;
    }
    if (!clau_is_hdf5(bytes, *size)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
    }
    if (!clau_hdf5_end(bytes, *size, &end) || end != *size) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: is damaged, or no checkpoint: its end is not its own", path);
    }
    *layout = BARE_LAYOUT;
    return CLAU_OK;
}

static enum clau_status read_entries(int file, const char *path, int layout,
                                     struct clau_checkpoint *checkpoint, struct clau_error *error) {
    int marked = 0, count = 0;
    if (nc_get_att_int(file, NC_GLOBAL, marker, &marked) != NC_NOERR ||
        nc_inq_nvars(file, &count) != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
    }
    if (marked != layout) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is damaged: its checksum is missing",
                              path);
    }
    enum clau_status status = CLAU_OK;
    for (int id = 0; status == CLAU_OK && id < count; ++id) {
        status = read_entry(file, path, id, checkpoint, error);
    }
    return status;
}

enum clau_status clau_checkpoint_read(const char *path, struct clau_checkpoint **checkpoint,
                                      struct clau_error *error) {
    clau_netcdf_prepare();
    void *bytes = NULL;
    size_t size = 0;
    int layout = 0, file;
    struct clau_checkpoint *result = NULL;
    enum clau_status status = clau_whole_file_read(path, &bytes, &size, error);
    if (status == CLAU_OK) {
        status = verify(path, bytes, &size, &layout, error);
    }
    if (status == CLAU_OK && (result = clau_checkpoint_create()) == NULL) {
        status = no_memory(path, error);
    }
    if (status == CLAU_OK) {
        errno = 0;
        if (nc_open_mem(path, NC_NOWRITE, size, bytes, &file) != NC_NOERR) {
            status = clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
        } else {
            status = read_entries(file, path, layout, result, error);
            nc_close(file);
        }
    }
    free(bytes);
    if (status != CLAU_OK) {
        clau_checkpoint_destroy(result);
        return status;
    }
    *checkpoint = result;
    return CLAU_OK;
}
