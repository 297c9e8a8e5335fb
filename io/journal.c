// SPDX-License-Identifier: GPL-3.0-or-later
// The lock on a file that is being written, and the redo record of its transactions.
#include "io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/crc32c.h"
#include "io/plain_file.h"
#include "io/run_files.h"

enum { RECORD_AT = CLAU_PAGE };

static const char magic[8] = "CLAUJNL1";

/// What stands before the pages of a record. A page is a struct entry, then its bytes.
struct record {
    char magic[8];
    uint64_t count;
    uint32_t checksum; ///< of the entries and bytes that follow
    uint32_t own;      ///< of this struct up to here
};

struct entry {
    uint64_t number;
    uint32_t before, after; ///< CRC-32C of the page
};

struct clau_journal {
    int descriptor;
    bool locked, pending;
    bool spent;        ///< pending, but of no use any more: its pages are in the file
    uint64_t reserved; ///< bytes of the journal that are sure to have room
    char *path;        ///< of the journal
    char *data_path;
};

/* The lock */

/// 0 with the lock, EAGAIN where another has it, or an errno value.
static int lock(int descriptor) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_SETLK, &whole) == 0) {
        return 0;
    }
    return errno == EACCES ? EAGAIN : errno;
}

static enum clau_status busy(const char *path, int descriptor, struct clau_error *error) {
    char text[256] = "";
    size_t length = 0;
    // The owner has the lock a moment before its name is in the file.
    for (int turn = 0; turn < 100 && strncmp(text, "process ", 8) != 0; ++turn) {
        if (turn > 0) {
            usleep(1000);
        }
        clau_read_fully(descriptor, text, sizeof text - 1, 0, &length);
        text[length] = '\0';
    }
    text[strcspn(text, "\n")] = '\0';
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: is being written by %s", path,
                          text[0] != '\0' ? text : "another process");
}

/// Whether the descriptor is still what the path leads to: its owner may have ended and removed it
/// between our open and our lock.
static bool is_current(int descriptor, const char *path) {
    struct stat mine, there;
    return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0 &&
           mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

static enum clau_status cannot_open(const char *path, struct clau_error *error) {
    const int cause = errno;
    const bool user = cause == ENOENT || cause == EACCES || cause == ENOTDIR ||
                      cause == ENAMETOOLONG || cause == EISDIR || cause == EROFS || cause == ELOOP;
    return clau_error_set(error, user ? CLAU_BAD_INPUT : CLAU_IO_FAILED, "%s: %s", path,
                          strerror(cause));
}

/// Opens and locks the journal's file.
static enum clau_status open_locked(struct clau_journal *journal, const char *path,
                                    struct clau_error *error) {
    for (;;) {
        journal->descriptor = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (journal->descriptor < 0) {
            return cannot_open(journal->path, error);
        }
        const int failed = lock(journal->descriptor);
        if (failed == EAGAIN) {
            return busy(path, journal->descriptor, error);
        }
        journal->locked = failed == 0;
        if (!journal->locked || is_current(journal->descriptor, journal->path)) {
            return CLAU_OK;
        }
        close(journal->descriptor);
    }
}

/// The first page: who has the lock.
static int sign(const struct clau_journal *journal) {
    char text[CLAU_PAGE] = "", host[128] = "unknown", when[32] = "";
    const time_t now = time(NULL);
    struct tm utc;
    gethostname(host, sizeof host - 1);
    if (gmtime_r(&now, &utc) != NULL) {
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    snprintf(text, sizeof text, "process %ld on %s since %s\n", (long)getpid(), host, when);
    return clau_write_fully(journal->descriptor, text, sizeof text, 0);
}

/* Records */

/// The record in the file, checked: its pages in one block of `*count`, or NULL where none is
/// valid (or there is no memory for it: *no_memory).
static unsigned char *read_record(const struct clau_journal *journal, size_t *count,
                                  bool *no_memory) {
    struct record record;
    struct stat file;
    size_t got;
    *no_memory = false;
    if (clau_read_fully(journal->descriptor, &record, sizeof record, RECORD_AT, &got) != 0 ||
        got != sizeof record || memcmp(record.magic, magic, sizeof magic) != 0 ||
        record.own != clau_crc32c(0, &record, offsetof(struct record, own)) ||
        fstat(journal->descriptor, &file) != 0 ||
        record.count > (uint64_t)file.st_size / CLAU_PAGE) {
        return NULL;
    }
    const size_t bytes = (size_t)record.count * (sizeof(struct entry) + CLAU_PAGE);
    unsigned char *pages = malloc(bytes + 1);
    if (pages == NULL) {
        *no_memory = true;
        return NULL;
    }
    if (clau_read_fully(journal->descriptor, pages, bytes, RECORD_AT + sizeof record, &got) != 0 ||
        got != bytes || clau_crc32c(0, pages, bytes) != record.checksum) {
        free(pages);
        return NULL;
    }
    *count = (size_t)record.count;
    return pages;
}

static const unsigned char *page_at(const unsigned char *pages, size_t i, struct entry *entry) {
    const unsigned char *place = pages + i * (sizeof *entry + CLAU_PAGE);
    memcpy(entry, place, sizeof *entry);
    return place + sizeof *entry;
}

/// Whether the pages may be of this file: all but at most one (the one in whose middle the process
/// was killed) hold what they held before or after. Another file of the same name does not.
static bool belongs(int file, const unsigned char *pages, size_t count) {
    size_t strange = 0;
    for (size_t i = 0; i < count; ++i) {
        unsigned char there[CLAU_PAGE] = {0};
        struct entry entry;
        size_t got;
        page_at(pages, i, &entry);
        if (clau_read_fully(file, there, sizeof there, entry.number * CLAU_PAGE, &got) != 0) {
            return false;
        }
        const uint32_t checksum = clau_crc32c(0, there, sizeof there);
        strange += checksum != entry.before && checksum != entry.after;
    }
    return strange <= 1 && strange < count;
}

static int apply(int file, const unsigned char *pages, size_t count) {
    int failed = 0;
    for (size_t i = 0; i < count && failed == 0; ++i) {
        struct entry entry;
        const unsigned char *bytes = page_at(pages, i, &entry);
        failed = clau_write_fully(file, bytes, CLAU_PAGE, entry.number * CLAU_PAGE);
    }
    return failed == 0 && fsync(file) != 0 ? errno : failed;
}

enum clau_status clau_journal_recover(struct clau_journal *journal, size_t *pages,
                                      struct clau_error *error) {
    *pages = 0;
    if (!journal->pending) {
        return CLAU_OK;
    }
    size_t count = 0;
    bool no_memory;
    unsigned char *record = read_record(journal, &count, &no_memory);
    if (no_memory) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", journal->path);
    }
    const int file = open(journal->data_path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    enum clau_status status = CLAU_OK;
    if (record != NULL && file < 0 && errno != ENOENT) {
        status = cannot_open(journal->data_path, error);
    } else if (record != NULL && file >= 0 && belongs(file, record, count)) {
        const int failed = apply(file, record, count);
        if (failed != 0) {
            status = clau_error_set(error, CLAU_IO_FAILED, "%s: %s", journal->data_path,
                                    strerror(failed));
        }
        *pages = count;
    }
    if (file >= 0 && close(file) != 0 && status == CLAU_OK) {
        status =
            clau_error_set(error, CLAU_IO_FAILED, "%s: %s", journal->data_path, strerror(errno));
    }
    free(record);
    if (status == CLAU_OK) {
        clau_journal_discard(journal);
    }
    return status;
}

void clau_journal_discard(struct clau_journal *journal) {
    static const char none[sizeof magic] = "";
    journal->spent = clau_write_fully(journal->descriptor, none, sizeof none, RECORD_AT) != 0;
    journal->pending = journal->pending && journal->spent;
}

int clau_journal_reserve(struct clau_journal *journal, size_t bytes) {
    const uint64_t end =
        RECORD_AT + sizeof(struct record) + bytes + (bytes / CLAU_PAGE + 1) * sizeof(struct entry);
    if (end <= journal->reserved) {
        return 0;
    }
    if (fallocate(journal->descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)end) != 0 &&
        (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
        return errno;
    }
    journal->reserved = end;
    return 0;
}

int clau_journal_write(struct clau_journal *journal, const struct clau_page *const *pages,
                       size_t count, bool sync) {
    const size_t each = sizeof(struct entry) + CLAU_PAGE;
    unsigned char *whole = malloc(sizeof(struct record) + count * each);
    if (whole == NULL) {
        return ENOMEM;
    }
    unsigned char *body = whole + sizeof(struct record);
    for (size_t i = 0; i < count; ++i) {
        const struct entry entry = {pages[i]->number, pages[i]->before,
                                    clau_crc32c(0, pages[i]->bytes, CLAU_PAGE)};
        memcpy(body + i * each, &entry, sizeof entry);
        memcpy(body + i * each + sizeof entry, pages[i]->bytes, CLAU_PAGE);
    }
    struct record record = {.count = count, .checksum = clau_crc32c(0, body, count * each)};
    memcpy(record.magic, magic, sizeof magic);
    record.own = clau_crc32c(0, &record, offsetof(struct record, own));
    memcpy(whole, &record, sizeof record);
    int failed =
        clau_write_fully(journal->descriptor, whole, sizeof record + count * each, RECORD_AT);
    free(whole);
    if (failed == 0 && sync && fdatasync(journal->descriptor) != 0) {
        failed = errno;
    }
    journal->pending = failed == 0;
    journal->spent = false;
    if (failed != 0) {
        clau_journal_discard(journal);
    }
    return failed;
}

/* Life */

static void release(struct clau_journal *journal) {
    if (journal->descriptor >= 0) {
        close(journal->descriptor);
    }
    free(journal->path);
    free(journal->data_path);
    free(journal);
}

enum clau_status clau_journal_open(const char *path, struct clau_journal **journal,
                                   struct clau_error *error) {
    struct clau_journal *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    self->descriptor = -1;
    errno = 0;
    self->data_path = clau_resolve_path(path);
    if (self->data_path == NULL && errno != 0 && errno != ENOMEM) {
        const enum clau_status status = cannot_open(path, error);
        release(self);
        return status;
    }
    self->path =
        self->data_path != NULL ? clau_file_beside(self->data_path, CLAU_JOURNAL_SUFFIX) : NULL;
    if (self->path == NULL) {
        release(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    const enum clau_status status = open_locked(self, path, error);
    if (status != CLAU_OK) {
        release(self);
        return status;
    }
    size_t count;
    bool no_memory;
    unsigned char *record = read_record(self, &count, &no_memory);
    self->pending = record != NULL || no_memory;
    free(record);
    const int failed = sign(self);
    if (failed != 0) {
        clau_error_set(error, CLAU_IO_FAILED, "%s: %s", self->path, strerror(failed));
        clau_journal_close(self);
        return CLAU_IO_FAILED;
    }
    *journal = self;
    return CLAU_OK;
}

enum clau_status clau_journal_probe(const char *path, struct clau_error *error) {
    char *data_path = clau_resolve_path(path);
    char *journal = data_path != NULL ? clau_file_beside(data_path, CLAU_JOURNAL_SUFFIX) : NULL;
    const int descriptor = journal != NULL ? open(journal, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
    enum clau_status status = CLAU_OK;
    if (descriptor >= 0) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(descriptor, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK) {
            status = busy(path, descriptor, error);
        }
        close(descriptor);
    }
    free(data_path);
    free(journal);
    return status;
}

bool clau_journal_is_locked(const struct clau_journal *journal) { return journal->locked; }

bool clau_journal_is_pending(const struct clau_journal *journal) { return journal->pending; }

const char *clau_journal_data_path(const struct clau_journal *journal) {
    return journal->data_path;
}

void clau_journal_close(struct clau_journal *journal) {
    if (journal == NULL) {
        return;
    }
    if (!journal->pending || journal->spent) {
        unlink(journal->path);
    }
    release(journal);
}
