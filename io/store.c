// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/crc32c.h"
#include "io/netcdf_file.h"
#include "io/plain_file.h"

/// Room is taken in strides: a call of the system for each record would cost more than the record.
/// Likewise what is appended is gathered: HDF5 writes a small frame at a time.
enum { STRIDE = 1 << 20, TAIL = 1 << 18 };

struct clau_store {
    char *path;
    int descriptor;
    struct clau_journal *journal;
    uint64_t protect_to; ///< bytes before this are committed; a multiple of CLAU_PAGE
    uint64_t allocated;  ///< HDF5's end of what is allocated
    uint64_t size;       ///< of the file
    uint64_t reserved;   ///< bytes before this are sure to have room
    bool pretends;       ///< to be as long as it can be
    struct clau_error failure;

    uint64_t tail_address; ///< where `tail` belongs, behind all that is committed
    size_t tail_count;     ///< bytes in it
    char *tail;            ///< appended, and not in the file yet; of TAIL bytes

    size_t page_count, slot_count; ///< slots: a power of 2, open addressing
    struct clau_page **slots;
};

static enum clau_status repeat(const struct clau_store *store, struct clau_error *error) {
    return clau_error_set(error, store->failure.status, "%s", store->failure.message);
}

static void fail(struct clau_store *store, int cause) {
    if (store->failure.status != CLAU_OK) {
        return;
    }
    if (cause == ENOMEM) {
        clau_error_set(&store->failure, CLAU_NO_MEMORY, "%s: out of memory", store->path);
    } else {
        clau_error_set(&store->failure, CLAU_IO_FAILED, "%s: %s", store->path, strerror(cause));
    }
}

static uint64_t round_up(uint64_t address) {
    return (address + CLAU_PAGE - 1) / CLAU_PAGE * CLAU_PAGE;
}

enum clau_status clau_store_open(const char *path, int descriptor, struct clau_journal *journal,
                                 struct clau_store **store, struct clau_error *error) {
    struct clau_store *self = calloc(1, sizeof *self);
    struct stat file;
    if (self != NULL) {
        self->path = strdup(path);
        self->tail = malloc(TAIL);
    }
    if (self == NULL || self->path == NULL || self->tail == NULL) {
        close(descriptor);
        if (self != NULL) {
            free(self->path);
            free(self->tail);
        }
        free(self);
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
    }
    self->descriptor = descriptor;
    if (fstat(descriptor, &file) != 0) {
        const enum clau_status status =
            clau_error_set(error, CLAU_IO_FAILED, "%s: %s", path, strerror(errno));
        clau_store_close(self, NULL);
        return status;
    }
    self->size = (uint64_t)file.st_size;
    self->journal = journal;
    self->protect_to = journal != NULL ? round_up(self->size) : 0;
    *store = self;
    return CLAU_OK;
}

void clau_store_protect(struct clau_store *store, struct clau_journal *journal) {
    store->journal = journal;
    store->protect_to = round_up(store->allocated);
}

void clau_store_settle(struct clau_store *store) {
    if (store->journal != NULL && store->allocated < store->protect_to) {
        store->protect_to = round_up(store->allocated);
    }
}

uint64_t clau_store_allocated(const struct clau_store *store) { return store->allocated; }

void clau_store_set_allocated(struct clau_store *store, uint64_t end) { store->allocated = end; }

uint64_t clau_store_size(const struct clau_store *store) {
    return store->pretends ? INT64_MAX / 2 : store->size;
}

void clau_store_pretend(struct clau_store *store, bool on) { store->pretends = on; }

bool clau_store_pretends(const struct clau_store *store) { return store->pretends; }

/* Pages that are held */

static size_t slot_of(const struct clau_store *store, uint64_t number) {
    const size_t mask = store->slot_count - 1;
    size_t slot = (size_t)((number * 0x9E3779B97F4A7C15u) >> 32) & mask;
    while (store->slots[slot] != NULL && store->slots[slot]->number != number) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static struct clau_page *held_page(const struct clau_store *store, uint64_t number) {
    return store->page_count > 0 ? store->slots[slot_of(store, number)] : NULL;
}

static bool grow(struct clau_store *store) {
    if (store->slots != NULL && 2 * (store->page_count + 1) <= store->slot_count) {
        return true;
    }
    struct clau_page **const old = store->slots;
    const size_t old_count = store->slot_count, count = old_count > 0 ? 2 * old_count : 64;
    struct clau_page **slots = calloc(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    store->slots = slots;
    store->slot_count = count;
    for (size_t i = 0; i < old_count; ++i) {
        if (old[i] != NULL) {
            slots[slot_of(store, old[i]->number)] = old[i];
        }
    }
    free(old);
    return true;
}

/// What of the tail lies in [address, address + size).
static void read_tail(const struct clau_store *store, uint64_t address, size_t size, char *bytes) {
    const uint64_t begin = address > store->tail_address ? address : store->tail_address;
    const uint64_t tail_end = store->tail_address + store->tail_count;
    const uint64_t end = address + size < tail_end ? address + size : tail_end;
    if (begin < end) {
        memcpy(bytes + (begin - address), store->tail + (begin - store->tail_address),
               (size_t)(end - begin));
    }
}

/// The held page of a number, made from the file where there is none yet. NULL: the store has
/// failed.
static struct clau_page *hold_page(struct clau_store *store, uint64_t number) {
    struct clau_page *page = held_page(store, number);
    if (page != NULL) {
        return page;
    }
    size_t got = 0;
    page = grow(store) ? calloc(1, sizeof *page) : NULL;
    int failed = page == NULL ? ENOMEM
                              : clau_read_fully(store->descriptor, page->bytes, CLAU_PAGE,
                                                number * CLAU_PAGE, &got);
    if (failed != 0) {
        fail(store, failed);
        free(page);
        return NULL;
    }
    read_tail(store, number * CLAU_PAGE, CLAU_PAGE, (char *)page->bytes);
    page->number = number;
    page->before = clau_crc32c(0, page->bytes, CLAU_PAGE);
    store->slots[slot_of(store, number)] = page;
    store->page_count++;
    return page;
}

static void drop_pages(struct clau_store *store) {
    for (size_t i = 0; i < store->slot_count; ++i) {
        free(store->slots[i]);
        store->slots[i] = NULL;
    }
    store->page_count = 0;
}

/* Bytes */

/// The part of [address, address + size) that lies in one page.
static size_t part_in_page(uint64_t address, size_t size) {
    const size_t rest = CLAU_PAGE - (size_t)(address % CLAU_PAGE);
    return size < rest ? size : rest;
}

/// Appended bytes to the file: false on failure, after which they are still held.
static bool write_tail(struct clau_store *store) {
    const uint64_t end = store->tail_address + store->tail_count;
    if (store->tail_count == 0) {
        return true;
    }
    const int failed =
        clau_write_fully(store->descriptor, store->tail, store->tail_count, store->tail_address);
    if (failed != 0) {
        fail(store, failed);
        return false;
    }
    store->tail_count = 0;
    store->size = end > store->size ? end : store->size;
    return true;
}

bool clau_store_read(struct clau_store *store, uint64_t address, size_t size, void *bytes) {
    size_t got;
    const int failed = clau_read_fully(store->descriptor, bytes, size, address, &got);
    if (failed != 0) {
        return false;
    }
    memset((char *)bytes + got, 0, size - got);
    read_tail(store, address, size, bytes);
    for (size_t done = 0, part; done < size && store->page_count > 0; done += part) {
        const uint64_t place = address + done;
        const struct clau_page *page = held_page(store, place / CLAU_PAGE);
        part = part_in_page(place, size - done);
        if (page != NULL) {
            memcpy((char *)bytes + done, page->bytes + place % CLAU_PAGE, part);
        }
    }
    return true;
}

static void write_to_pages(struct clau_store *store, uint64_t address, size_t size,
                           const char *bytes, bool metadata) {
    for (size_t done = 0, part; done < size; done += part) {
        const uint64_t place = address + done;
        struct clau_page *page = hold_page(store, place / CLAU_PAGE);
        part = part_in_page(place, size - done);
        if (page == NULL) {
            return;
        }
        memcpy(page->bytes + place % CLAU_PAGE, bytes + done, part);
        page->metadata = page->metadata || metadata;
    }
}

/// Bytes behind all that is committed: gathered while each follows, or overwrites, the one before.
static void append(struct clau_store *store, uint64_t address, size_t size, const char *bytes) {
    const bool follows = store->tail_count > 0 && address >= store->tail_address &&
                         address <= store->tail_address + store->tail_count &&
                         address - store->tail_address + size <= TAIL;
    if (!follows && !write_tail(store)) {
        write_to_pages(store, address, size, bytes, true);
        return;
    }
    if (size > TAIL) {
        const int failed = clau_write_fully(store->descriptor, bytes, size, address);
        if (failed != 0) {
            fail(store, failed);
            write_to_pages(store, address, size, bytes, true);
        }
        store->size = address + size > store->size ? address + size : store->size;
        return;
    }
    if (!follows) {
        store->tail_address = address;
    }
    const size_t place = (size_t)(address - store->tail_address);
    memcpy(store->tail + place, bytes, size);
    store->tail_count = place + size > store->tail_count ? place + size : store->tail_count;
}

void clau_store_write(struct clau_store *store, uint64_t address, size_t size, const void *bytes,
                      bool metadata) {
    size_t held = 0;
    if (store->failure.status != CLAU_OK) {
        held = size; // HDF5 must read what it wrote until it is closed
    } else if (address < store->protect_to) {
        const uint64_t before = store->protect_to - address;
        held = before < size ? (size_t)before : size;
    }
    write_to_pages(store, address, held, bytes, metadata);
    if (held < size) {
        append(store, address + held, size - held, (const char *)bytes + held);
    }
}

/* Room */

/// Whether the process may write so far.
static int check_limit(uint64_t end) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
                   end > limit.rlim_cur
               ? EFBIG
               : 0;
}

/// Takes the room up to `end` from the file system, where it can do that: 0 or errno.
static int take(struct clau_store *store, uint64_t end) {
    const int limited = check_limit(end);
    if (limited != 0) {
        return limited;
    }
    const uint64_t from = store->reserved > store->size ? store->reserved : store->size;
    if (end <= from) {
        return 0;
    }
    if (fallocate(store->descriptor, FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(end - from)) == 0) {
        store->reserved = end;
        return 0;
    }
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
        return errno;
    }
    // A file system that cannot promise: what it says is free must do.
    struct clau_error none;
    return clau_netcdf_room(store->path, (size_t)(end - store->size), &none) == CLAU_OK ? 0
                                                                                        : ENOSPC;
}

enum clau_status clau_store_reserve(struct clau_store *store, size_t bytes,
                                    struct clau_error *error) {
    if (store->failure.status != CLAU_OK) {
        return repeat(store, error);
    }
    const uint64_t end = store->allocated + bytes;
    if (end <= store->reserved) {
        return CLAU_OK;
    }
    int failed = take(store, end + STRIDE);
    if (failed != 0) {
        failed = take(store, end);
    }
    return failed == 0
               ? CLAU_OK
               : clau_error_set(error, CLAU_IO_FAILED, "%s: %s", store->path, strerror(failed));
}

/* Commit */

/// Values before metadata; of these the superblock, which knows how long the file is, first, and
/// the objects' headers, which say how many records there are and lie at the file's start, last.
static int by_order(const void *left, const void *right) {
    const struct clau_page *a = *(const struct clau_page *const *)left;
    const struct clau_page *b = *(const struct clau_page *const *)right;
    if (a->metadata != b->metadata) {
        return a->metadata ? 1 : -1;
    }
    if ((a->number == 0) != (b->number == 0)) {
        return a->number == 0 ? -1 : 1;
    }
    return a->number > b->number ? -1 : a->number < b->number;
}

static struct clau_page **sorted_pages(const struct clau_store *store) {
    struct clau_page **pages = calloc(store->page_count + 1, sizeof *pages);
    size_t count = 0;
    for (size_t i = 0; pages != NULL && i < store->slot_count; ++i) {
        if (store->slots[i] != NULL) {
            pages[count++] = store->slots[i];
        }
    }
    if (pages != NULL) {
        qsort(pages, count, sizeof *pages, by_order);
    }
    return pages;
}

static int apply(struct clau_store *store, struct clau_page *const *pages) {
    int failed = 0;
    for (size_t i = 0; i < store->page_count && failed == 0; ++i) {
        const uint64_t address = pages[i]->number * CLAU_PAGE;
        failed = clau_write_fully(store->descriptor, pages[i]->bytes, CLAU_PAGE, address);
        if (failed == 0 && address + CLAU_PAGE > store->size) {
            store->size = address + CLAU_PAGE;
        }
    }
    return failed;
}

static int sync_file(const struct clau_store *store, bool sync) {
    return sync && fdatasync(store->descriptor) != 0 ? errno : 0;
}

/// The pages by way of the journal.
static int write_pages(struct clau_store *store, struct clau_page *const *pages, bool sync) {
    struct clau_journal *const journal = store->journal;
    int failed = 0;
    if (journal != NULL) {
        failed = clau_journal_reserve(journal, store->page_count * CLAU_PAGE);
        if (failed == 0) {
            failed = clau_journal_write(journal, (const struct clau_page *const *)pages,
                                        store->page_count, sync);
        }
        if (failed != 0) {
            return failed;
        }
    }
    failed = apply(store, pages);
    if (failed != 0) {
        failed = apply(store, pages); // a signal of the device may have passed
    }
    if (failed == 0) {
        failed = sync_file(store, sync);
    }
    if (failed == 0 && journal != NULL) {
        clau_journal_discard(journal);
    }
    return failed;
}

static int commit(struct clau_store *store, bool sync) {
    if (!write_tail(store)) {
        return EIO; // the cause is kept already
    }
    if (store->allocated > store->size) {
        if (ftruncate(store->descriptor, (off_t)store->allocated) != 0) {
            return errno;
        }
        store->size = store->allocated;
    }
    if (store->page_count == 0) {
        return sync_file(store, sync);
    }
    struct clau_page **pages = sorted_pages(store);
    if (pages == NULL) {
        return ENOMEM;
    }
    // What the pages refer to must be on the disk before them.
    int failed = sync_file(store, sync);
    if (failed == 0) {
        failed = write_pages(store, pages, sync);
    }
    free(pages);
    return failed;
}

enum clau_status clau_store_commit(struct clau_store *store, bool sync, struct clau_error *error) {
    if (store->failure.status == CLAU_OK) {
        const int failed = commit(store, sync);
        if (failed != 0) {
            fail(store, failed);
        } else {
            drop_pages(store);
            store->protect_to = store->journal != NULL ? round_up(store->allocated) : 0;
        }
    }
    return store->failure.status == CLAU_OK ? CLAU_OK : repeat(store, error);
}

enum clau_status clau_store_close(struct clau_store *store, struct clau_error *error) {
    if (store == NULL) {
        return CLAU_OK;
    }
    enum clau_status status = CLAU_OK;
    // A file that failed may hold more than its last commit knows of; that does no harm.
    if (store->failure.status == CLAU_OK && store->allocated > 0 &&
        (store->reserved > store->allocated || store->size > store->allocated) &&
        ftruncate(store->descriptor, (off_t)store->allocated) != 0) {
        status = clau_error_set(error, CLAU_IO_FAILED, "%s: %s", store->path, strerror(errno));
    }
    if (close(store->descriptor) != 0 && status == CLAU_OK) {
        status = clau_error_set(error, CLAU_IO_FAILED, "%s: %s", store->path, strerror(errno));
    }
    drop_pages(store);
    free(store->slots);
    free(store->tail);
    free(store->path);
    free(store);
    return status;
}
