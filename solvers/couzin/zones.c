// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/zones.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// What the passes of a loop have in common. With constants for the first three it is compiled for
/// each case by itself.
struct view {
    int dimensions;
    bool periodic, blind_repulsion;
    struct couzin_focal focal;
    struct couzin_zones zones;
    /// In a periodic box, the image of the focal individual that is nearest to a candidate: on the
    /// far side of the seam, half a period off, it is `above`, on the near side `below`.
    double seam[3], below[3], above[3];
};

static inline void set_images(struct view *view, double period) {
    for (int d = 0; d < view->dimensions && view->periodic; d++) {
        const double place = view->focal.position[d];
        const bool low = place < 0.5 * period;
        view->seam[d] = low ? place + 0.5 * period : place - 0.5 * period;
        view->below[d] = low ? place : place - period;
        view->above[d] = low ? place + period : place;
    }
}

typedef void sense_function(const struct couzin_candidates *candidates, double period,
                            const struct couzin_focal *focal, const struct couzin_zones *zones,
                            struct couzin_sums *sums);

typedef size_t pack_function(const struct couzin_candidates *from, const double shift[3],
                             const double low[3], const double high[3], double reach, size_t count,
                             double *const position[3], double *const heading[3]);

/// The functions for one instruction set; sense[planar][periodic][blind_repulsion].
struct version {
    sense_function *sense[2][2][2];
    pack_function *pack;
};

#define LANES 2
#define TARGET
#define NAME(name) name##_of_2
#include "solvers/couzin/zones_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME

#if defined(__x86_64__)
#define LANES 4
#define TARGET __attribute__((target("avx2")))
#define NAME(name) name##_of_4
#include "solvers/couzin/zones_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME

#define LANES 8
#define TARGET __attribute__((target("avx512f")))
#define NAME(name) name##_of_8
#include "solvers/couzin/zones_kernel.inc"
#undef LANES
#undef TARGET
#undef NAME
#endif

/// The version for this machine.
static const struct version *version(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return &version_of_8;
    if (__builtin_cpu_supports("avx2"))
        return &version_of_4;
#endif
    return &version_of_2;
}

void couzin_sense(const struct couzin_candidates *candidates, const struct couzin_space *space,
                  const struct couzin_focal *focal, const struct couzin_zones *zones,
                  struct couzin_sums *sums) {
    version()->sense[space->dimensions == 2][space->period > 0.0][space->blind_repulsion](
        candidates, space->period, focal, zones, sums);
}

size_t couzin_pack(const struct couzin_candidates *candidates, const double shift[3],
                   const double low[3], const double high[3], double reach, size_t count,
                   double *const position[3], double *const heading[3]) {
    return version()->pack(candidates, shift, low, high, reach, count, position, heading);
}
