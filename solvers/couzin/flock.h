// SPDX-License-Identifier: GPL-3.0-or-later
/// State of all individuals, as arrays. Their order in memory changes as they are sorted in space;
/// who is who stands in `identity`.
#ifndef CLAUSIUS_COUZIN_FLOCK_H
#define CLAUSIUS_COUZIN_FLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct couzin_flock {
    size_t count;
    double *position[3]; ///< [count] each; z = 0 in two dimensions
    double *heading[3];  ///< [count] each, unit vectors
    uint32_t *identity;  ///< [count] number of the individual, 0 ... count - 1
};

/// Of one individual.
enum { COUZIN_FLOCK_BYTES = 6 * sizeof(double) + sizeof(uint32_t) };

/// Room for count individuals, all at the origin, with identities 0, 1, 2, ...; false when out of
/// memory (finish it all the same).
bool couzin_flock_init(struct couzin_flock *flock, size_t count);
void couzin_flock_finish(struct couzin_flock *flock);

/// to[k] = from[order[k]]
void couzin_flock_permute(const struct couzin_flock *from, const uint32_t *order,
                          struct couzin_flock *to);

#endif
