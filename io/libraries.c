// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/libraries.h"

#include <hdf5.h>
#include <netcdf.h>
#include <stdio.h>
#include <string.h>

#include "io/netcdf_file.h"

void clau_io_libraries(char *text, size_t size) {
    clau_netcdf_prepare();
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    const char *netcdf = nc_inq_libvers(); // "4.9.0 of Jan  1 2023 12:00:00 $"
    snprintf(text, size, "HDF5 %u.%u.%u, NetCDF %.*s", major, minor, release,
             (int)strcspn(netcdf, " "), netcdf);
}
