// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5's view of a store: a file driver that hands every byte on.
#include <hdf5.h>
#include <pthread.h>
#include <stdlib.h>
#if H5_VERSION_GE(1, 13, 2)
#include <H5FDdevelop.h>
#endif

#include "io/store.h"

/// What the property list carries, and what HDF5 holds of an open file.
struct access {
    struct clau_store *store;
};

struct file {
    H5FD_t common; ///< HDF5's own; must be first
    struct clau_store *store;
};

static struct clau_store *store_of(const H5FD_t *file) {
    return ((const struct file *)(const void *)file)->store;
}

static H5FD_t *open_file(const char *name, unsigned flags, hid_t list, haddr_t maximum) {
    (void)name;
    (void)flags;
    (void)maximum;
    const struct access *access = H5Pget_driver_info(list);
    struct file *file = access != NULL ? calloc(1, sizeof *file) : NULL;
    if (file != NULL) {
        file->store = access->store;
    }
    return (H5FD_t *)file;
}

static herr_t close_file(H5FD_t *file) {
    free(file);
    return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b) {
    const struct clau_store *const left = store_of(a), *const right = store_of(b);
    return left < right ? -1 : left > right;
}

/// As the driver that HDF5 takes for files, so that what it writes can be read by that one.
static herr_t query(const H5FD_t *file, unsigned long *flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    // Asked for by H5Fincrement_filesize.
    if (file != NULL && clau_store_pretends(store_of(file))) {
        *flags |= H5FD_FEAT_SUPPORTS_SWMR_IO;
    }
    return 0;
}

static haddr_t get_allocated(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return clau_store_allocated(store_of(file));
}

static herr_t set_allocated(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
    (void)type;
    clau_store_set_allocated(store_of(file), end);
    return 0;
}

static haddr_t get_size(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return clau_store_size(store_of(file));
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t address, size_t size,
                         void *bytes) {
    (void)type;
    (void)list;
    return clau_store_read(store_of(file), address, size, bytes) ? 0 : -1;
}

static herr_t write_bytes(H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t address, size_t size,
                          const void *bytes) {
    (void)list;
    clau_store_write(store_of(file), address, size, bytes, type != H5FD_MEM_DRAW);
    return 0;
}

static herr_t do_nothing(H5FD_t *file, hid_t list, hbool_t closing) {
    (void)file;
    (void)list;
    (void)closing;
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 2)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600, // of those that need not be registered
#endif
    .name = "clausius",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(struct access),
    .open = open_file,
    .close = close_file,
    .cmp = compare,
    .query = query,
    .get_eoa = get_allocated,
    .set_eoa = set_allocated,
    .get_eof = get_size,
    .read = read_bytes,
    .write = write_bytes,
    .flush = do_nothing,
    .truncate = do_nothing,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

static hid_t driver_id; ///< set once, by the first store

static void register_once(void) { driver_id = H5FDregister(&driver); }

hid_t clau_store_access(struct clau_store *store) {
    // For good: HDF5 looks at the driver once more after it has given it up with its last file.
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
    const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    const struct access access = {store};
    if (list >= 0 && (driver_id < 0 || H5Pset_driver(list, driver_id, &access) < 0 ||
                      H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) < 0)) {
        H5Pclose(list);
        return -1;
    }
    return list;
}
