// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/netcdf_input.h"

#include <errno.h>
#include <fcntl.h>
#include <netcdf.h>
#include <netcdf_filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/classic_header.h"
#include "io/netcdf_file.h"
#include "io/progress.h"
#include "io/run_files.h"

/// A file that changed within so many seconds may have a writer that leaves no other sign.
enum { RECENTLY = 2 };

/// What is taken for possible: more bytes of values than this for a byte of the file are not in it,
/// be it compressed (deflate makes a thousandth at best) or not (then some may be unwritten).
enum { MOST_COMPRESSED = 2000, MOST_PLAIN = 4, ALWAYS_FINE = 64 << 20 };

/* Is there a writer? */

/// The journal beside the file that a path leads to; free(). NULL when out of memory.
static char *journal_of(const char *path) {
    char *file = realpath(path, NULL);
    char *journal = file != NULL ? clau_file_beside(file, CLAU_JOURNAL_SUFFIX) : NULL;
    free(file);
    return journal;
}

/// Whether a process has the journal's lock, which needs no right to write to find out.
static bool has_writer(const char *path) {
    char *journal = journal_of(path);
    const int descriptor = journal != NULL ? open(journal, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    free(journal);
    if (descriptor < 0) {
        return false;
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    // A file system without locks cannot tell: there may be one.
    const bool held = fcntl(descriptor, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
    close(descriptor);
    return held;
}

static bool is_recent(const char *path) {
    struct stat about;
    const time_t now = time(NULL);
    return stat(path, &about) == 0 && about.st_mtime >= now - RECENTLY && about.st_mtime <= now + 1;
}

/// Whether there is a sign of a writer, and time left; if so a short time has passed.
static bool wait_for_writer(struct clau_netcdf_input *input, double *since) {
    const double now = clau_wall_clock();
    const bool first = *since == 0.0;
    *since = first ? now : *since;
    if (now - *since > CLAU_INPUT_PATIENCE ||
        !(input->running || has_writer(input->path) || is_recent(input->path))) {
        return false;
    }
    const struct timespec pause = {.tv_nsec = first ? 5000000 : 30000000};
    nanosleep(&pause, NULL);
    return true;
}

/* Opening */

/// A regular file that can be read, of what size, and whether it starts as HDF5 or NetCDF do.
/// Opening a FIFO with O_NONBLOCK does not wait.
static enum clau_status look_at(struct clau_netcdf_input *input, const char *path,
                                struct clau_error *error) {
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat about;
    if (descriptor < 0 || fstat(descriptor, &about) != 0) {
        const int cause = errno;
        if (descriptor >= 0) {
            close(descriptor);
        }
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(cause));
    }
    char start[8] = "";
    const bool regular = S_ISREG(about.st_mode);
    const ssize_t got = regular ? pread(descriptor, start, sizeof start, 0) : 0;
    const bool classic = got >= 4 && memcmp(start, "CDF", 3) == 0;
    const bool sound =
        !classic || clau_classic_header_is_sound(descriptor, (uint64_t)about.st_size);
    close(descriptor);
    if (!regular) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is %s", path,
                              S_ISDIR(about.st_mode) ? "a directory" : "not a regular file");
    }
    input->bytes = (size_t)about.st_size;
    input->hdf5 = got == sizeof start && memcmp(start, "\211HDF\r\n\032\n", sizeof start) == 0;
    if (!(input->hdf5 || classic) || !sound) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a readable NetCDF file", path);
    }
    return CLAU_OK;
}

/// Files without the attribute are not ours, and taken as complete.
static bool says_running(int file) {
    char status[32] = "";
    size_t length;
    nc_type type;
    return nc_inq_att(file, NC_GLOBAL, "status", &type, &length) == NC_NOERR && type == NC_CHAR &&
           length < sizeof status &&
           nc_get_att_text(file, NC_GLOBAL, "status", status) == NC_NOERR &&
           strcmp(status, "running") == 0;
}

/// One attempt.
static enum clau_status open_once(struct clau_netcdf_input *input, struct clau_error *error) {
    enum clau_status status = look_at(input, input->path, error);
    if (status != CLAU_OK) {
        return status;
    }
    char *path = clau_netcdf_path(input->path);
    if (path == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", input->path);
    }
    const int opened = nc_open(path, NC_NOWRITE, &input->file);
    free(path);
    if (opened != NC_NOERR) {
        return clau_netcdf_input_failure(input, NULL, opened, error);
    }
    input->open = true;
    input->running = says_running(input->file);
    return CLAU_OK;
}

enum clau_status clau_netcdf_input_open(struct clau_netcdf_input *input, const char *path,
                                        struct clau_error *error) {
    clau_netcdf_prepare();
    *input = (struct clau_netcdf_input){.path = strdup(path)};
    enum clau_status status =
        input->path != NULL ? open_once(input, error)
                            : clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    double since = 0.0;
    // What does not even start as such a file is none, whoever writes it.
    while (status != CLAU_OK && input->failed && wait_for_writer(input, &since)) {
        input->failed = false;
        status = open_once(input, error);
    }
    if (status != CLAU_OK) {
        clau_netcdf_input_close(input);
    }
    return status;
}

void clau_netcdf_input_close(struct clau_netcdf_input *input) {
    if (input->open) {
        nc_close(input->file);
    }
    free(input->path);
    *input = (struct clau_netcdf_input){0};
}

bool clau_netcdf_input_again(struct clau_netcdf_input *input, double *since) {
    if (!wait_for_writer(input, since)) {
        return false;
    }
    if (input->open) {
        nc_close(input->file);
        input->open = false;
    }
    open_once(input, NULL);
    input->failed = false;
    return true;
}

/* Variables */

enum clau_status clau_netcdf_input_failure(struct clau_netcdf_input *input, const char *what,
                                           int nc_status, struct clau_error *error) {
    const int cause = errno;
    input->failed = true;
    const bool device = cause == EIO && what != NULL;
    const char *space = what != NULL ? " " : "", *object = what != NULL ? what : "";
    if (nc_status == NC_ENOMEM) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", input->path);
    }
    if (has_writer(input->path)) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s:%s%s is being written, and could not be read meanwhile",
                              input->path, space, object);
    }
    char advice[1024] = "";
    if (input->hdf5) {
        snprintf(advice, sizeof advice, "; `clausius repair %s` may mend it", input->path);
    }
    if (what == NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a readable NetCDF file%s",
                              input->path, advice);
    }
    return clau_error_set(error, device ? CLAU_IO_FAILED : CLAU_BAD_INPUT,
                          "%s: %s cannot be read: %s%s", input->path, what,
                          device ? strerror(cause) : nc_strerror(nc_status), advice);
}

bool clau_netcdf_is_numeric(int type) {
    return type > NC_NAT && type != NC_CHAR && type != NC_STRING && type <= NC_MAX_ATOMIC_TYPE;
}

static enum clau_status unreadable(struct clau_netcdf_input *input, const char *variable,
                                   int nc_status, struct clau_error *error) {
    char what[128];
    snprintf(what, sizeof what, "variable '%.100s'", variable);
    return clau_netcdf_input_failure(input, what, nc_status, error);
}

enum clau_status clau_netcdf_input_find(struct clau_netcdf_input *input, const char *variable,
                                        struct clau_netcdf_slab *slab, struct clau_error *error) {
    nc_type type;
    *slab = (struct clau_netcdf_slab){0};
    if (nc_inq_varid(input->file, variable, &slab->id) != NC_NOERR) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: has no variable '%s'", input->path,
                              variable);
    }
    errno = 0;
    int status = nc_inq_vartype(input->file, slab->id, &type);
    if (status == NC_NOERR && !clau_netcdf_is_numeric(type)) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: variable '%s' is not numeric",
                              input->path, variable);
    }
    if (status == NC_NOERR) {
        status = nc_inq_varndims(input->file, slab->id, &slab->rank);
    }
    if (status == NC_NOERR && (slab->rank < 0 || slab->rank > CLAU_INPUT_RANK)) {
        status = NC_EMAXDIMS;
    }
    if (status == NC_NOERR) {
        status = nc_inq_vardimid(input->file, slab->id, slab->dimensions);
    }
    for (int k = 0; k < slab->rank && status == NC_NOERR; k++) {
        status = nc_inq_dimlen(input->file, slab->dimensions[k], &slab->extent[k]);
    }
    return status == NC_NOERR ? CLAU_OK : unreadable(input, variable, status, error);
}

/// How many values; false where the file cannot hold them.
static bool count_values(const struct clau_netcdf_input *input, const struct clau_netcdf_slab *slab,
                         size_t *count) {
    nc_type type;
    size_t width, filters = 0, bytes;
    *count = 1;
    for (int k = 0; k < slab->rank; k++) {
        if (__builtin_mul_overflow(*count, slab->extent[k], count)) {
            *count = SIZE_MAX;
            return false;
        }
    }
    if (nc_inq_vartype(input->file, slab->id, &type) != NC_NOERR ||
        nc_inq_type(input->file, type, NULL, &width) != NC_NOERR ||
        __builtin_mul_overflow(*count, width, &bytes) || *count >= SIZE_MAX / sizeof(double)) {
        return false;
    }
    if (input->hdf5) {
        nc_inq_var_filter_ids(input->file, slab->id, &filters, NULL);
    }
    const size_t most = filters > 0 ? MOST_COMPRESSED : MOST_PLAIN;
    return bytes <= ALWAYS_FINE || (bytes - ALWAYS_FINE) / most <= input->bytes;
}

enum clau_status clau_netcdf_input_read(struct clau_netcdf_input *input, const char *variable,
                                        const struct clau_netcdf_slab *slab, double **values,
                                        size_t *count, struct clau_error *error) {
    size_t total;
    if (!count_values(input, slab, &total)) {
        input->failed = true;
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: variable '%s' claims %zu values, in a file of %zu bytes",
                              input->path, variable, total, input->bytes);
    }
    double *result = calloc(total + 1, sizeof *result);
    if (result == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", input->path);
    }
    errno = 0;
    const int status =
        total > 0 ? nc_get_vara_double(input->file, slab->id, slab->start, slab->extent, result)
                  : NC_NOERR;
    // A value of a wider type that no double holds is infinite then: not an error of the file.
    if (status != NC_NOERR && status != NC_ERANGE) {
        free(result);
        return unreadable(input, variable, status, error);
    }
    *values = result;
    *count = total;
    return CLAU_OK;
}
