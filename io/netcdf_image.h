// SPDX-License-Identifier: GPL-3.0-or-later
/// NetCDF-4 files in memory: made there, to be written by our own writes, whose failures we can
/// tell; and looked at before HDF5 sees them. Internal to io/.
#ifndef CLAUSIUS_IO_NETCDF_IMAGE_H
#define CLAUSIUS_IO_NETCDF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A new file in memory; *file is NetCDF's number, to be closed with nc_close. Returns NetCDF's
/// status.
int clau_netcdf_image_create(int *file);

/// What nc_close would leave on a disk: *bytes are lent until then, or until the file is changed.
/// Returns NetCDF's status.
int clau_netcdf_image_bytes(int file, const void **bytes, size_t *size);

/// Closes it; *image is a malloc'ed copy of those bytes. Returns NetCDF's status; on failure there
/// is no image, and the file is closed as well.
int clau_netcdf_image_close(int file, void **image, size_t *size);

/// Whether the bytes begin as those of an HDF5 file.
bool clau_is_hdf5(const void *bytes, size_t count);

/// Where an HDF5 file says that it ends: one of another length is cut off, or has something behind
/// it. false if it does not say.
bool clau_hdf5_end(const void *bytes, size_t count, uint64_t *end);

#endif
