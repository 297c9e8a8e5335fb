// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/netcdf_image.h"

#include <endian.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdlib.h>
#include <string.h>

int clau_netcdf_image_create(size_t bytes, int *file) {
    // The name is one for messages: nothing is written there.
    return nc_create_mem("image", NC_NETCDF4, bytes, file);
}

int clau_netcdf_image_close(int file, void **image, size_t *size) {
    // Not nc_abort, which ends the process where a write has failed before.
    NC_memio memory = {0};
    const int status = nc_close_memio(file, &memory);
    uint64_t end = 0;
    if (status == NC_NOERR && clau_hdf5_end(memory.memory, memory.size, &end) &&
        end <= memory.size) {
        *image = memory.memory;
        *size = (size_t)end; // the memory grows by 64 KiB
        return NC_NOERR;
    }
    free(memory.memory);
    return status != NC_NOERR ? status : NC_EHDFERR;
}

bool clau_hdf5_end(const void *bytes, size_t count, uint64_t *end) {
    static const unsigned char signature[8] = "\211HDF\r\n\032\n";
    // Where the superblock's versions 0 to 3 keep the size of an address, and the first address:
    // of the file's base. The end is the third.
    static const struct {
        size_t width, addresses;
    } places[] = {{13, 24}, {13, 28}, {9, 12}, {9, 12}};
    const unsigned char *const block = bytes;
    if (count < 64 || memcmp(block, signature, sizeof signature) != 0 ||
        block[8] >= sizeof places / sizeof *places || block[places[block[8]].width] != 8) {
        return false;
    }
    uint64_t little;
    memcpy(&little, block + places[block[8]].addresses + 16, sizeof little);
    *end = le64toh(little);
    return true;
}
