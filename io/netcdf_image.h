// SPDX-License-Identifier: GPL-3.0-or-later
/// NetCDF-4 files in memory: made there, to be written by our own writes, whose failures we can
/// tell; and looked at before HDF5 sees them. Internal to io/.
#ifndef CLAUSIUS_IO_NETCDF_IMAGE_H
#define CLAUSIUS_IO_NETCDF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A new file in memory; *file is NetCDF's number. Returns NetCDF's status. `bytes` is a guess of
/// its size, or 0.
int clau_netcdf_image_create(size_t bytes, int *file);

/// Closes it: *image is malloc'ed, its *size what HDF5 has used. Returns NetCDF's status; on
/// failure there is no image, and the file is closed as well.
int clau_netcdf_image_close(int file, void **image, size_t *size);

/// Whether the bytes begin as an HDF5 file does; *end is where the file says that it ends. A file
/// of another length is cut off, or has something behind it.
bool clau_hdf5_end(const void *bytes, size_t count, uint64_t *end);

#endif
