// SPDX-License-Identifier: GPL-3.0-or-later
/// The header of NetCDF's classic formats, looked at before the library sees it. Internal to io/.
#ifndef CLAUSIUS_IO_CLASSIC_HEADER_H
#define CLAUSIUS_IO_CLASSIC_HEADER_H

#include <stdbool.h>
#include <stdint.h>

/// Whether the header of a file of `bytes` bytes makes sense: the library believes what it counts,
/// and copies names into room that is given for the longest one allowed.
bool clau_classic_header_is_sound(int descriptor, uint64_t bytes);

#endif
