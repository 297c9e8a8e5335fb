// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/netcdf_file.h"
#include "io/plain_file.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <netcdf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void prepare_once(void) {
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    // At exit HDF5 would try again and again to write what a full disk did not take, and say so
    // on stderr. Whatever is opened here is closed by its owner.
    H5dont_atexit();
}

void clau_netcdf_prepare(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_once);
    // The setting belongs to a thread in some builds of HDF5.
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

char *clau_netcdf_path(const char *path) {
    char *result = NULL;
    if (asprintf(&result, "%s%s", path[0] == '/' ? "" : "./", path) < 0) {
        return NULL;
    }
    return result;
}

enum clau_status clau_netcdf_failure(struct clau_error *error, const char *path, int nc_status) {
    const int cause = errno;
    if (nc_status == NC_ENOMEM || cause == ENOMEM) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    const char *reason = nc_strerror(nc_status);
    if (cause == ENOSPC || cause == EDQUOT || cause == EIO || cause == EFBIG || cause == EROFS ||
        cause == EACCES) {
        reason = strerror(cause);
    }
    return clau_error_set(error, CLAU_IO_FAILED, "%s: %s", path, reason);
}

size_t clau_netcdf_reserve(size_t variables) {
    // A node of a variable's index of chunks takes up to 4 KiB.
    return 16384 + 4096 * variables;
}

static enum clau_status refuse(const char *path, int cause, struct clau_error *error) {
    return clau_error_set(error, CLAU_IO_FAILED, "%s: %s", path, strerror(cause));
}

enum clau_status clau_netcdf_room(const char *path, size_t bytes, struct clau_error *error) {
    struct rlimit limit;
    struct stat entry;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        const double size = stat(path, &entry) == 0 ? (double)entry.st_size : 0.0;
        if (size + (double)bytes > (double)limit.rlim_cur) {
            return refuse(path, EFBIG, error);
        }
    }
    struct statvfs system;
    char *folder = NULL;
    int failed = statvfs(path, &system);
    if (failed != 0 && (folder = clau_folder_of(path)) != NULL) {
        failed = statvfs(folder, &system);
    }
    free(folder);
    // Some network file systems do not know their size.
    if (failed != 0 || system.f_blocks == 0) {
        return CLAU_OK;
    }
    if ((double)system.f_bavail * (double)system.f_frsize < (double)bytes) {
        return refuse(path, ENOSPC, error);
    }
    return CLAU_OK;
}

/// Nothing has an id below 0, which is what it was before.
static int defined(int nc_status, int id) {
    return nc_status == NC_NOERR && id < 0 ? NC_ENOMEM : nc_status;
}

int clau_netcdf_define_dimension(int file, const char *name, size_t length, int *id) {
    *id = -1;
    const int status = nc_def_dim(file, name, length, id);
    return defined(status, *id);
}

int clau_netcdf_define_variable(int file, const char *name, int type, int rank,
                                const int *dimensions, int *id) {
    *id = -1;
    const int status = nc_def_var(file, name, type, rank, dimensions, id);
    return defined(status, *id);
}

enum clau_status clau_hdf5_failure(struct clau_error *error, const char *path, int cause) {
    errno = cause;
    return clau_netcdf_failure(error, path, NC_EHDFERR);
}
