// SPDX-License-Identifier: GPL-3.0-or-later
// A process that writes a file holds a lock on its temporary one, from the first byte until it has
// its name: so a leftover of a process that is gone is told from the file of one that is at work,
// on this machine or on another that shares the folder.
#include "io/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/plain_file.h"

static enum clau_status fail(const char *path, int cause, struct clau_error *error) {
    return clau_error_set(error, cause == ENOMEM ? CLAU_NO_MEMORY : CLAU_IO_FAILED, "%s: %s", path,
                          cause == ENOMEM ? "out of memory" : strerror(cause));
}

/// The path behind all links: of a regular file, or of none yet. malloc'ed; NULL: errno says why.
static char *resolve(const char *path) {
    char *result = clau_resolve_path(path);
    struct stat entry;
    if (result != NULL && stat(result, &entry) == 0 && !S_ISREG(entry.st_mode)) {
        free(result);
        errno = S_ISDIR(entry.st_mode) ? EISDIR : EEXIST;
        return NULL;
    }
    return result; // the folder may be missing: the open will tell
}

/// Where a file is written, and under which names on the way.
struct place {
    char *path;     ///< behind all links
    char *folder;   ///< of that
    char *stem;     ///< with which temporary names begin
    char *fresh;    ///< the new file
    char *keep;     ///< the old one
    int descriptor; ///< of `fresh`, or -1
    int guard;      ///< a second one, that holds the lock on it, or -1
    bool made;      ///< there is a file `fresh` to be removed
};

static void finish(struct place *place) {
    if (place->made) {
        unlink(place->fresh);
    }
    if (place->guard >= 0) {
        close(place->guard);
    }
    free(place->path);
    free(place->folder);
    free(place->stem);
    free(place->fresh);
    free(place->keep);
}

/// "FOLDER/NAME.tmp-": a long name is cut, so that what follows fits into a name.
static char *make_stem(const char *path) {
    enum { LONGEST = 200 };
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    char *stem = NULL;
    return asprintf(&stem, "%.*s%.*s.tmp-", folder, path, LONGEST, path + folder) < 0 ? NULL : stem;
}

static bool init(struct place *place, const char *path) {
    *place = (struct place){.descriptor = -1, .guard = -1, .path = resolve(path)};
    if (place->path == NULL) {
        return false;
    }
    place->folder = clau_folder_of(place->path);
    place->stem = make_stem(place->path);
    errno = ENOMEM;
    return place->folder != NULL && place->stem != NULL;
}

/// Locks the new file. false if another writer took it for a leftover before.
static bool hold(struct place *place) {
    struct stat entry;
    // File systems without locks are taken for what they are.
    flock(place->descriptor, LOCK_EX);
    return fstat(place->descriptor, &entry) != 0 || entry.st_nlink > 0;
}

/// Makes the temporary file, under a name that nobody has: PIDs are those of one machine, and the
/// folder may be shared by several.
static bool open_fresh(struct place *place) {
    enum { TRIES = 1000 };
    for (int number = 0; number < TRIES && place->descriptor < 0; ++number) {
        free(place->fresh);
        if (asprintf(&place->fresh, "%s%ld-%d", place->stem, (long)getpid(), number) < 0) {
            place->fresh = NULL;
            errno = ENOMEM;
            return false;
        }
        place->descriptor = open(place->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (place->descriptor < 0 && errno != EEXIST && errno != EINTR) {
            return false;
        }
        if (place->descriptor >= 0 && !hold(place)) {
            close(place->descriptor);
            place->descriptor = -1;
            errno = EEXIST;
        }
    }
    place->made = place->descriptor >= 0;
    if (place->made && asprintf(&place->keep, "%s-old", place->fresh) < 0) {
        place->keep = NULL;
        errno = ENOMEM;
        return false;
    }
    if (place->made) {
        place->guard = fcntl(place->descriptor, F_DUPFD_CLOEXEC, 0);
    }
    return place->made;
}

/// Removes a temporary file if nobody holds its lock.
static void remove_leftover(int folder, const char *name) {
    const int descriptor =
        openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    struct stat entry;
    if (descriptor < 0) {
        return;
    }
    if (fstat(descriptor, &entry) == 0 && S_ISREG(entry.st_mode) &&
        flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        unlinkat(folder, name, 0);
    }
    close(descriptor);
}

/// Removes what processes that were killed have left. What cannot be removed stays.
static void remove_leftovers(const struct place *place) {
    const char *slash = strrchr(place->stem, '/');
    const char *prefix = slash != NULL ? slash + 1 : place->stem;
    DIR *folder = opendir(place->folder);
    if (folder == NULL) {
        return;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const size_t length = strlen(prefix);
        const char *rest = entry->d_name + length;
        if (strncmp(entry->d_name, prefix, length) == 0 && rest[0] >= '0' && rest[0] <= '9' &&
            rest[strspn(rest, "0123456789-old")] == '\0') {
            remove_leftover(dirfd(folder), entry->d_name);
        }
    }
    closedir(folder);
}

/// Keeps an errno value for the message.
static bool succeeds(int cause) {
    errno = cause;
    return cause == 0;
}

/// A full disk is met before the first byte where the file system can tell.
static bool take_room(int descriptor, const struct clau_bytes *parts, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count; ++i) {
        total += parts[i].count;
    }
    return total == 0 || fallocate(descriptor, 0, 0, (off_t)total) == 0 ||
           (errno != ENOSPC && errno != EDQUOT && errno != EFBIG);
}

/// The whole content, under the temporary name.
static bool write_fresh(const struct place *place, const struct clau_whole_file *file) {
    struct stat old;
    if (stat(place->path, &old) == 0) {
        // Where it cannot be done, the new file is as any new file.
        (void)!fchmod(place->descriptor, old.st_mode & 0777);
    }
    bool good = take_room(place->descriptor, file->parts, file->part_count);
    uint64_t end = 0;
    for (size_t i = 0; i < file->part_count && good; ++i) {
        good = succeeds(
            clau_write_fully(place->descriptor, file->parts[i].bytes, file->parts[i].count, end));
        end += file->parts[i].count;
    }
    return good && (!file->durable || succeeds(clau_sync_descriptor(place->descriptor)));
}

static bool make_fresh(struct place *place, const struct clau_whole_file *file) {
    bool good = open_fresh(place) && write_fresh(place, file);
    const int cause = errno;
    // Linux has closed it even where it says EINTR.
    if (place->descriptor >= 0 && close(place->descriptor) != 0 && errno != EINTR && good) {
        return false;
    }
    errno = cause;
    return good;
}

/// Puts `fresh` in the place of path, and what was there in the place of previous. *failed is the
/// path that was in the way.
static bool take_place(struct place *place, const char *previous, const char **failed) {
    const bool keeps = previous != NULL && access(place->path, F_OK) == 0;
    *failed = NULL;
    if (keeps && link(place->path, place->keep) != 0 && rename(place->path, place->keep) != 0) {
        return false;
    }
    if (rename(place->fresh, place->path) != 0) {
        const int cause = errno;
        if (keeps) {
            rename(place->keep, place->path);
            unlink(place->keep); // rename does nothing between two links of one file
        }
        errno = cause;
        return false;
    }
    place->made = false;
    if (keeps && rename(place->keep, previous) != 0) {
        const int cause = errno;
        rename(place->keep, place->path);
        *failed = previous;
        errno = cause;
        return false;
    }
    return true;
}

static enum clau_status write_beside(struct place *place, const struct clau_whole_file *file,
                                     struct clau_error *error) {
    if (!init(place, file->path)) {
        return fail(file->path, errno, error);
    }
    remove_leftovers(place);
    return make_fresh(place, file) ? CLAU_OK : fail(file->path, errno, error);
}

void clau_whole_file_tidy(const char *path) {
    struct place place;
    if (init(&place, path)) {
        remove_leftovers(&place);
    }
    finish(&place);
}

static enum clau_status put_in_place(struct place *place, const struct clau_whole_file *file,
                                     struct clau_error *error) {
    const char *failed = NULL;
    if (!take_place(place, file->previous, &failed)) {
        return fail(failed != NULL ? failed : file->path, errno, error);
    }
    if (file->durable && !succeeds(clau_sync_folder(place->folder))) {
        return fail(place->folder, errno, error);
    }
    return CLAU_OK;
}

enum clau_status clau_whole_files_write(const struct clau_whole_file *files, size_t count,
                                        struct clau_error *error) {
    struct place *places = calloc(count + 1, sizeof *places);
    if (places == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    enum clau_status status = CLAU_OK;
    size_t begun = 0;
    for (; begun < count && status == CLAU_OK; ++begun) {
        status = write_beside(&places[begun], &files[begun], error);
    }
    for (size_t i = 0; i < count && status == CLAU_OK; ++i) {
        status = put_in_place(&places[i], &files[i], error);
    }
    for (size_t i = 0; i < begun; ++i) {
        finish(&places[i]);
    }
    free(places);
    return status;
}

enum clau_status clau_whole_file_read(const char *path, void **bytes, size_t *count,
                                      struct clau_error *error) {
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
    }
    enum clau_status status = CLAU_OK;
    struct stat entry;
    char *result = NULL;
    size_t got = 0;
    if (fstat(descriptor, &entry) != 0) {
        status = fail(path, errno, error);
    } else if (!S_ISREG(entry.st_mode)) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: is not a regular file", path);
    } else if ((result = malloc((size_t)entry.st_size + 1)) == NULL) {
        status = fail(path, ENOMEM, error);
    } else if (!succeeds(clau_read_fully(descriptor, result, (size_t)entry.st_size, 0, &got))) {
        status = fail(path, errno, error);
    }
    close(descriptor);
    if (status != CLAU_OK) {
        free(result);
        return status;
    }
    *bytes = result;
    *count = got;
    return CLAU_OK;
}
