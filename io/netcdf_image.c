// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/netcdf_image.h"

#include <endian.h>
#include <hdf5.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int clau_netcdf_image_create(int *file) {
    // Not nc_create_mem: its files are of an older format, that keeps neither the order of
    // variables nor long attributes. HDF5 tells its files in memory apart by their names.
    char name[64];
    snprintf(name, sizeof name, "image-%p", (void *)file);
    return nc_create(name, NC_NETCDF4 | NC_DISKLESS, file);
}

/// HDF5's number of a file that NetCDF has open, or -1.
static hid_t find_file(const char *path) {
    const ssize_t count = H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_FILE);
    hid_t *const files = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof *files);
    hid_t found = -1;
    if (files == NULL || count < 0) {
        free(files);
        return -1;
    }
    const ssize_t got = H5Fget_obj_ids((hid_t)H5F_OBJ_ALL, H5F_OBJ_FILE, (size_t)count, files);
    for (ssize_t i = 0; i < got && found < 0; ++i) {
        char name[128];
        if (H5Fget_name(files[i], name, sizeof name) >= 0 && strcmp(name, path) == 0) {
            found = files[i];
        }
    }
    free(files);
    return found;
}

int clau_netcdf_image_bytes(int file, const void **bytes, size_t *size) {
    char name[128];
    size_t length = 0;
    int status = nc_sync(file);
    if (status == NC_NOERR) {
        status = nc_inq_path(file, &length, NULL);
    }
    if (status != NC_NOERR || length >= sizeof name) {
        return status != NC_NOERR ? status : NC_EHDFERR;
    }
    nc_inq_path(file, NULL, name);
    const hid_t id = find_file(name);
    void **memory = NULL;
    hsize_t allocated = 0;
    uint64_t end = 0;
    // The memory grows by pieces of 64 KiB; the file ends where it says.
    if (id < 0 || H5Fget_vfd_handle(id, H5P_DEFAULT, (void **)&memory) < 0 || memory == NULL ||
        H5Fget_filesize(id, &allocated) < 0 || !clau_hdf5_end(*memory, (size_t)allocated, &end) ||
        end > allocated) {
        return NC_EHDFERR;
    }
    *bytes = *memory;
    *size = (size_t)end;
    return NC_NOERR;
}

int clau_netcdf_image_close(int file, void **image, size_t *size) {
    const void *bytes = NULL;
    size_t count = 0;
    int status = clau_netcdf_image_bytes(file, &bytes, &count);
    void *copy = status == NC_NOERR ? malloc(count) : NULL;
    if (copy != NULL) {
        memcpy(copy, bytes, count);
    } else if (status == NC_NOERR) {
        status = NC_ENOMEM;
    }
    // Not nc_abort, which ends the process where something has failed before.
    nc_close(file);
    if (status == NC_NOERR) {
        *image = copy;
        *size = count;
    }
    return status;
}

bool clau_is_hdf5(const void *bytes, size_t count) {
    static const unsigned char signature[8] = "\211HDF\r\n\032\n";
    return count >= sizeof signature && memcmp(bytes, signature, sizeof signature) == 0;
}

bool clau_hdf5_end(const void *bytes, size_t count, uint64_t *end) {
    // Where the superblock's versions 0 to 3 keep the size of an address, and the first address:
    // of the file's base. The end is the third.
    static const struct {
        size_t width, addresses;
    } places[] = {{13, 24}, {13, 28}, {9, 12}, {9, 12}};
    const unsigned char *const block = bytes;
    if (count < 64 || !clau_is_hdf5(bytes, count) || block[8] >= sizeof places / sizeof *places ||
        block[places[block[8]].width] != 8) {
        return false;
    }
    uint64_t little;
    memcpy(&little, block + places[block[8]].addresses + 16, sizeof little);
    *end = le64toh(little);
    return true;
}
