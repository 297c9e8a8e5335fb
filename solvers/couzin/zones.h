// SPDX-License-Identifier: GPL-3.0-or-later
/// What an individual senses: sums over its neighbours in the zones of repulsion, orientation and
/// attraction (I. D. Couzin, J. Krause, R. James, G. D. Ruxton, N. R. Franks, "Collective memory
/// and spatial sorting in animal groups", J. Theor. Biol. 218, 2002).
#ifndef CLAUSIUS_COUZIN_ZONES_H
#define CLAUSIUS_COUZIN_ZONES_H

#include <stdbool.h>
#include <stddef.h>

/// Zones of one individual, by the distance d of a neighbour: repulsion d < r_r, orientation
/// r_r <= d < r_o, attraction max(r_r, r_o) <= d < r_a. All radii squared.
struct couzin_zones {
    double repulsion2, orientation2, attraction2;
    /// A neighbour in direction r is seen if r . u >= cosine: -cos of the half-angle of the cone
    /// behind in which the individual is blind.
    double cosine;
};

/// Coordinates and unit headings of `count` individuals; two dimensions: z = 0 all along. The
/// arrays may start anywhere, and may be read for up to seven numbers past the end.
struct couzin_candidates {
    size_t count;
    const double *position[3], *heading[3];
};

/// The one who senses.
struct couzin_focal {
    double position[3], heading[3];
};

/// Sums so far, to be zeroed first. Directions are unit vectors towards the neighbours.
struct couzin_sums {
    double repulsion[3];                ///< directions of those in the zone of repulsion
    double orientation[3];              ///< headings of those in the zone of orientation
    double attraction[3];               ///< directions of those in the zone of attraction
    bool repelled, oriented, attracted; ///< whether there is any
};

/// Where candidates and focal individual are, and how they see.
struct couzin_space {
    int dimensions; ///< 2 or 3
    double period;  ///< edge of the periodic box [0, period)^d, by nearest images; 0: open space
    bool blind_repulsion; ///< the blind cone hides from repulsion as well
};

/// Adds to the sums what the focal individual senses of the candidates. Those at its very place,
/// itself included, are not sensed: they have no direction. Directions are good to 4e-16.
/// Cost: some 1.5 ns a candidate with vectors of eight.
void couzin_sense(const struct couzin_candidates *candidates, const struct couzin_space *space,
                  const struct couzin_focal *focal, const struct couzin_zones *zones,
                  struct couzin_sums *sums);

/// Appends candidates, with their positions shifted, to the arrays `position` and `heading`, which
/// hold `count` already and have room for all candidates and eight more; those further than `reach`
/// from the box low ... high are left out. Returns the number that the arrays hold then.
size_t couzin_pack(const struct couzin_candidates *candidates, const double shift[3],
                   const double low[3], const double high[3], double reach, size_t count,
                   double *const position[3], double *const heading[3]);

#endif
