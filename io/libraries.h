// SPDX-License-Identifier: GPL-3.0-or-later
/// Which versions of the libraries for files are in use, which need not be those of the build.
#ifndef CLAUSIUS_IO_LIBRARIES_H
#define CLAUSIUS_IO_LIBRARIES_H

#include <stddef.h>

/// "HDF5 1.10.8, NetCDF 4.9.0"
void clau_io_libraries(char *text, size_t size);

#endif
