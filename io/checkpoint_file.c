// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints on disk. Each value is a variable of its name; reals are NC_DOUBLE, integers
// NC_INT64, texts NC_CHAR; a single number has no dimension, nothing at all has the unlimited
// dimension `count-0`, of which no record is ever written. The '-' sets dimensions apart from all
// values: HDF5 keeps both under their names.
#include "io/checkpoint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/netcdf_file.h"

static const char marker[] = "clausius_checkpoint"; ///< global attribute: version of the layout
enum { LAYOUT = 1 };

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
    return nc_def_dim(file, name, count > 0 ? count : NC_UNLIMITED, id);
}

static int define_entry(int file, const struct clau_entry *entry, int *id) {
    static const nc_type types[] = {NC_DOUBLE, NC_INT64, NC_CHAR};
    const bool single = entry->count == 1 && entry->type != CLAU_ENTRY_TEXT;
    int dimension = -1;
    int status = single ? NC_NOERR : dimension_of(file, entry->count, &dimension);
    if (status == NC_NOERR) {
        status = nc_def_var(file, entry->name, types[entry->type], single ? 0 : 1, &dimension, id);
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

static bool sync_path(const char *path, int flags) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (descriptor < 0) {
        return false;
    }
    const bool done = fsync(descriptor) == 0;
    const int cause = errno;
    close(descriptor);
    errno = cause;
    return done;
}

static enum clau_status system_failure(const char *path, struct clau_error *error) {
    return clau_error_set(error, CLAU_IO_FAILED, "%s: %s", path, strerror(errno));
}

/// The whole checkpoint in a file of its own, synced.
static enum clau_status write_file(const struct clau_checkpoint *checkpoint, const char *path,
                                   struct clau_error *error) {
    size_t bytes = 0;
    for (size_t i = 0; i < checkpoint->count; ++i) {
        bytes += checkpoint->entries[i].count * clau_entry_size(checkpoint->entries[i].type);
    }
    enum clau_status status =
        clau_netcdf_room(path, bytes + clau_netcdf_reserve(checkpoint->count), error);
    if (status != CLAU_OK) {
        return status;
    }
    char *file_path = clau_netcdf_path(path);
    int *ids = calloc(checkpoint->count + 1, sizeof *ids);
    if (file_path == NULL || ids == NULL) {
        status = no_memory(path, error);
        goto done;
    }
    int file;
    errno = 0;
    int nc_status = nc_create(file_path, NC_NETCDF4 | NC_CLOBBER, &file);
    if (nc_status == NC_NOERR) {
        nc_status = write_entries(file, checkpoint, ids);
        const int closed = nc_close(file);
        nc_status = nc_status != NC_NOERR ? nc_status : closed;
    }
    if (nc_status != NC_NOERR) {
        status = clau_netcdf_failure(error, path, nc_status);
    } else if (!sync_path(path, 0)) {
        status = system_failure(path, error);
    }
done:
    free(file_path);
    free(ids);
    return status;
}

/// Puts `fresh` in the place of path, and what was there in the place of previous, by way of
/// `keep`. path exists at every moment where the file system has hard links.
static enum clau_status take_place(const char *fresh, const char *path, const char *previous,
                                   const char *keep, struct clau_error *error) {
    const bool keeps = previous != NULL && access(path, F_OK) == 0;
    if (keeps) {
        unlink(keep); // left by a crash
        if (link(path, keep) != 0 && rename(path, keep) != 0) {
            return system_failure(path, error);
        }
    }
    if (rename(fresh, path) != 0) {
        system_failure(path, error);
        if (keeps) {
            rename(keep, path);
            unlink(keep); // rename does nothing between two links of one file
        }
        return CLAU_IO_FAILED;
    }
    if (keeps && rename(keep, previous) != 0) {
        system_failure(previous, error);
        rename(keep, path);
        return CLAU_IO_FAILED;
    }
    return CLAU_OK;
}

enum clau_status clau_checkpoint_write(const struct clau_checkpoint *checkpoint, const char *path,
                                       const char *previous, struct clau_error *error) {
    clau_netcdf_prepare();
    if (checkpoint->failure.status != CLAU_OK) {
        return clau_error_set(error, checkpoint->failure.status, "%s", checkpoint->failure.message);
    }
    enum clau_status status = CLAU_NO_MEMORY;
    char *fresh = NULL, *keep = NULL, *folder = clau_folder_of(path);
    if (folder == NULL || asprintf(&fresh, "%s.tmp", path) < 0) {
        fresh = NULL;
        status = no_memory(path, error);
        goto done;
    }
    if (asprintf(&keep, "%s.keep", path) < 0) {
        keep = NULL;
        status = no_memory(path, error);
        goto done;
    }
    status = write_file(checkpoint, fresh, error);
    if (status == CLAU_OK) {
        status = take_place(fresh, path, previous, keep, error);
    }
    if (status != CLAU_OK) {
        unlink(fresh);
    } else if (!sync_path(folder, O_DIRECTORY)) {
        status = system_failure(folder, error);
    }
done:
    free(folder);
    free(fresh);
    free(keep);
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

static enum clau_status read_entries(int file, const char *path, struct clau_checkpoint *checkpoint,
                                     struct clau_error *error) {
    int layout = 0, count = 0;
    if (nc_get_att_int(file, NC_GLOBAL, marker, &layout) != NC_NOERR || layout != LAYOUT ||
        nc_inq_nvars(file, &count) != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
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
    if (access(path, R_OK) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    char *file_path = clau_netcdf_path(path);
    struct clau_checkpoint *result = clau_checkpoint_create();
    enum clau_status status = CLAU_OK;
    int file;
    if (file_path == NULL || result == NULL) {
        status = no_memory(path, error);
    } else if (nc_open(file_path, NC_NOWRITE, &file) != NC_NOERR) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a checkpoint", path);
    } else {
        status = read_entries(file, path, result, error);
        nc_close(file);
    }
    free(file_path);
    if (status != CLAU_OK) {
        clau_checkpoint_destroy(result);
        return status;
    }
    *checkpoint = result;
    return CLAU_OK;
}
