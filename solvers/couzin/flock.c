// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/flock.h"

#include <stdlib.h>

#include "numerics/blocks.h"
#include "numerics/memory.h"

bool couzin_flock_init(struct couzin_flock *flock, size_t count) {
    flock->count = count;
    bool done = true;
    for (int d = 0; d < 3; d++) {
        flock->position[d] = clau_allocate(count, sizeof *flock->position[d]);
        flock->heading[d] = clau_allocate(count, sizeof *flock->heading[d]);
        done = done && flock->position[d] != NULL && flock->heading[d] != NULL;
    }
    flock->identity = clau_allocate(count, sizeof *flock->identity);
    for (size_t i = 0; i < count && flock->identity != NULL; i++)
        flock->identity[i] = (uint32_t)i;
    return done && flock->identity != NULL;
}

void couzin_flock_finish(struct couzin_flock *flock) {
    for (int d = 0; d < 3; d++) {
        free(flock->position[d]);
        free(flock->heading[d]);
    }
    free(flock->identity);
}

void couzin_flock_permute(const struct couzin_flock *from, const uint32_t *order,
                          struct couzin_flock *to) {
    CLAU_FOR_BLOCKS(from->count, {
        for (size_t k = start; k < start + length; k++) {
            for (int d = 0; d < 3; d++) {
                to->position[d][k] = from->position[d][order[k]];
                to->heading[d][k] = from->heading[d][order[k]];
            }
            to->identity[k] = from->identity[order[k]];
        }
    });
}
