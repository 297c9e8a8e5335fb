// SPDX-License-Identifier: GPL-3.0-or-later
/// XDMF2 sidecar NAME.xdmf2, with which ParaView opens the NetCDF-4 file of a run.
#ifndef CLAUSIUS_IO_SIDECAR_H
#define CLAUSIUS_IO_SIDECAR_H

#include <stdbool.h>
#include <stddef.h>

#include "io/error.h"

/// What the sidecar describes. A field lives on a uniform grid of rank 1 or 2 (shape and
/// coordinates slowest first: y, x); particles are points.
struct clau_sidecar {
    const char *dataset_path; ///< the .nc file; named in the sidecar relative to it
    bool particles;
    size_t rank;     ///< field: 1 or 2; particles: number of coordinates, 2 or 3
    size_t shape[2]; ///< field: points; particles: shape[0] = their number
    double origin[2], spacing[2];
    bool single_precision;        ///< of the state variables
    const char *const *variables; ///< state variables' names in the file; for particles the
                                  ///< coordinates x, y(, z) first, then vx, vy(, vz)
    size_t variable_count;
    const double *times;
    size_t time_count;
};

/// Writes NAME.xdmf2 beside dataset_path (NAME or NAME.nc) as a whole: a
/// temporal collection of the snapshots, |psi|^2 as a function where psi_re and psi_im are there,
/// velocity vectors for particles, and for a field of rank 1 the space-time sheet as well (thinned
/// out to 512 x 512 points at most).
enum clau_status clau_sidecar_write(const struct clau_sidecar *sidecar, struct clau_error *error);

#endif
