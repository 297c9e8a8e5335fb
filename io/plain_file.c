// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/plain_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS = 40 }; // as the kernel has it

char *clau_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return strdup(".");
    }
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/// The target of a link, as seen from the link's folder. NULL: errno.
static char *target_of(const char *link) {
    char target[PATH_MAX];
    const ssize_t length = readlink(link, target, sizeof target - 1);
    if (length < 0) {
        return NULL;
    }
    target[length] = '\0';
    if (target[0] == '/') {
        return strdup(target);
    }
    char *folder = clau_folder_of(link), *path = NULL;
    if (folder == NULL || asprintf(&path, "%s/%s", folder, target) < 0) {
        path = NULL;
    }
    free(folder);
    return path;
}

char *clau_resolve_path(const char *path) {
    char *result = strdup(path);
    struct stat entry;
    for (int links = 0; result != NULL && lstat(result, &entry) == 0 && S_ISLNK(entry.st_mode);
         ++links) {
        char *next = links < LINKS ? target_of(result) : NULL;
        if (links >= LINKS) {
            errno = ELOOP;
        }
        free(result);
        result = next;
    }
    return result;
}

int clau_write_fully(int descriptor, const void *bytes, size_t count, uint64_t address) {
    const char *next = bytes;
    while (count > 0) {
        const ssize_t written = pwrite(descriptor, next, count, (off_t)address);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written < 0 ? errno : EIO;
        }
        next += written;
        count -= (size_t)written;
        address += (uint64_t)written;
    }
    return 0;
}

int clau_read_fully(int descriptor, void *bytes, size_t size, uint64_t address, size_t *count) {
    char *next = bytes;
    *count = 0;
    while (*count < size) {
        const ssize_t got = pread(descriptor, next + *count, size - *count, (off_t)address);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return errno;
        }
        if (got == 0) {
            break;
        }
        *count += (size_t)got;
        address += (uint64_t)got;
    }
    return 0;
}

int clau_sync_descriptor(int descriptor) {
    int failed;
    do {
        failed = fsync(descriptor) != 0 ? errno : 0;
    } while (failed == EINTR);
    return failed;
}

int clau_sync_folder(const char *folder) {
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == EACCES ? 0 : errno; // a folder to write in, but not to look into
    }
    const int failed = clau_sync_descriptor(descriptor);
    close(descriptor);
    return failed == EINVAL ? 0 : failed; // some know no such thing
}
