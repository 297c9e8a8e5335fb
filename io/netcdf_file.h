// SPDX-License-Identifier: GPL-3.0-or-later
/// What dataset and checkpoint share in their dealings with NetCDF-C and HDF5. Internal to io/.
///
/// Neither library is safe to use from several threads at a time; nor are the functions that are
/// built on them.
#ifndef CLAUSIUS_IO_NETCDF_FILE_H
#define CLAUSIUS_IO_NETCDF_FILE_H

#include <stddef.h>

#include "io/error.h"

/// To be called before any call of NetCDF or HDF5: no file locks (unless the user's environment
/// says otherwise), no messages on stderr, and no attempt of HDF5 at exit to write what could not
/// be written before.
void clau_netcdf_prepare(void);

/// A path that NetCDF cannot take for a URL or trim. malloc'ed; NULL when out of memory.
char *clau_netcdf_path(const char *path);

/// Fails with `path: reason`: CLAU_NO_MEMORY if NetCDF says so, else CLAU_IO_FAILED. The reason is
/// errno's where it names an error of the device (a full disk), else NetCDF's. errno should be set
/// to 0 before the call that failed.
enum clau_status clau_netcdf_failure(struct clau_error *error, const char *path, int nc_status);

/// nc_def_dim and nc_def_var, but failing with NC_ENOMEM where those of NetCDF 4.9 say that all is
/// well and have defined nothing for want of memory.
int clau_netcdf_define_dimension(int file, const char *name, size_t length, int *id);
int clau_netcdf_define_variable(int file, const char *name, int type, int rank,
                                const int *dimensions, int *id);

/// Bytes that NetCDF's own records of so many variables may need at the next flush.
size_t clau_netcdf_reserve(size_t variables);

/// CLAU_IO_FAILED with `path: No space left on device` (or `File too large`) unless the file system
/// of path, and the process's limit of a file's size, have room for so many bytes more. HDF5 cannot
/// take back half of a failed write; asking first keeps the file whole.
enum clau_status clau_netcdf_room(const char *path, size_t bytes, struct clau_error *error);

/// The same for a call of HDF5 that failed; cause: errno after it, which was 0 before.
enum clau_status clau_hdf5_failure(struct clau_error *error, const char *path, int cause);

/// `path: exists; use --force to replace it`
enum clau_status clau_path_exists(const char *path, struct clau_error *error);

#endif
