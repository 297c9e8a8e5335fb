// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/boltzmann_tracker.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Fraction bits of the sums. The logarithm of any whole number above 1 is a multiple of 2^-53.
enum { FRACTION = 56 };

/// Up to so many cells a particle every cell has a counter of its own.
enum { MOST_CELLS_A_PARTICLE = 8 };

/// Logarithms of larger numbers are computed when they are needed.
static const size_t MOST_LOGARITHMS = (size_t)1 << 20;

struct slot {
    uint64_t cell;
    uint32_t particles; ///< 0: the slot is free
};

struct clau_boltzmann_tracker {
    size_t count;
    uint64_t cells;
    int64_t *logarithm; ///< [logarithms] of n, times 2^FRACTION
    size_t logarithms;
    struct clau_boltzmann_sums sums;

    // One of the two: a counter for every cell, or the occupied ones in a hash table with open
    // addresses, a free slot behind every run of them.
    uint32_t *particles; ///< [cells]
    struct slot *slots;  ///< [1 << bits], at least 2 count
    unsigned bits;
};

// ---- life -------------------------------------------------------------------------------------

static int64_t logarithm_of(double n) { return (int64_t)ldexp(log(n), FRACTION); }

static bool counts_every_cell(const struct clau_boltzmann_tracker *self) {
    return self->cells / MOST_CELLS_A_PARTICLE <= self->count;
}

/// Sizes of the arrays, which are not there yet.
static struct clau_boltzmann_tracker lay_out(uint64_t cells, size_t count) {
    struct clau_boltzmann_tracker self = {
        .count = count,
        .cells = cells,
        .logarithms = count < MOST_LOGARITHMS ? count + 1 : MOST_LOGARITHMS,
    };
    if (!counts_every_cell(&self))
        for (self.bits = 4; ((size_t)1 << self.bits) < 2 * count;)
            self.bits++;
    return self;
}

static bool make_memory(struct clau_boltzmann_tracker *self) {
    self->logarithm = malloc(self->logarithms * sizeof *self->logarithm);
    if (counts_every_cell(self))
        self->particles = malloc((size_t)self->cells * sizeof *self->particles);
    else
        self->slots = malloc(sizeof *self->slots << self->bits);
    return self->logarithm != NULL && (self->particles != NULL || self->slots != NULL);
}

struct clau_boltzmann_tracker *clau_boltzmann_tracker_create(uint64_t cells, size_t count) {
    struct clau_boltzmann_tracker *self = calloc(1, sizeof *self);
    if (self == NULL || cells == 0 || count == 0 || count > UINT32_MAX / 4) {
        free(self);
        return NULL;
    }
    *self = lay_out(cells, count);
    if (!make_memory(self)) {
        clau_boltzmann_tracker_destroy(self);
        return NULL;
    }
    self->logarithm[0] = 0;
    for (size_t n = 1; n < self->logarithms; n++)
        self->logarithm[n] = logarithm_of((double)n);
    return self;
}

void clau_boltzmann_tracker_destroy(struct clau_boltzmann_tracker *self) {
    if (self == NULL)
        return;
    free(self->logarithm);
    free(self->particles);
    free(self->slots);
    free(self);
}

double clau_boltzmann_tracker_memory(const struct clau_boltzmann_tracker *self) {
    const double counts = counts_every_cell(self)
                              ? (double)self->cells * sizeof *self->particles
                              : ldexp((double)sizeof *self->slots, (int)self->bits);
    return sizeof *self + (double)self->logarithms * sizeof *self->logarithm + counts;
}

double clau_boltzmann_tracker_memory_for(uint64_t cells, size_t count) {
    const struct clau_boltzmann_tracker self = lay_out(cells, count);
    return clau_boltzmann_tracker_memory(&self);
}

// ---- counts -----------------------------------------------------------------------------------

static size_t first_slot(const struct clau_boltzmann_tracker *self, uint64_t cell) {
    return (size_t)((cell * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - self->bits));
}

/// Slot of a cell, or the free one where it would be.
static size_t find(const struct clau_boltzmann_tracker *self, uint64_t cell) {
    const size_t mask = ((size_t)1 << self->bits) - 1;
    size_t slot = first_slot(self, cell);
    while (self->slots[slot].particles != 0 && self->slots[slot].cell != cell)
        slot = (slot + 1) & mask;
    return slot;
}

uint32_t clau_boltzmann_tracker_count(const struct clau_boltzmann_tracker *self, uint64_t cell) {
    if (cell >= self->cells)
        return 0;
    return self->particles != NULL ? self->particles[cell]
                                   : self->slots[find(self, cell)].particles;
}

/// One particle more; the number before.
static uint32_t enter(struct clau_boltzmann_tracker *self, uint64_t cell) {
    if (self->particles != NULL)
        return self->particles[cell]++;
    struct slot *slot = &self->slots[find(self, cell)];
    slot->cell = cell;
    return slot->particles++;
}

/// Frees a slot. Later ones of the same run close up, so that all are found from their first slot
/// on without passing a free one.
static void vacate(struct clau_boltzmann_tracker *self, size_t free_slot) {
    const size_t mask = ((size_t)1 << self->bits) - 1;
    for (size_t slot = (free_slot + 1) & mask; self->slots[slot].particles != 0;
         slot = (slot + 1) & mask) {
        const size_t from_first = (slot - first_slot(self, self->slots[slot].cell)) & mask;
        if (from_first < ((slot - free_slot) & mask))
            continue;
        self->slots[free_slot] = self->slots[slot];
        free_slot = slot;
    }
    self->slots[free_slot].particles = 0;
}

/// One particle less; the number before, 0 if there was none.
static uint32_t leave(struct clau_boltzmann_tracker *self, uint64_t cell) {
    if (self->particles != NULL)
        return self->particles[cell] == 0 ? 0 : self->particles[cell]--;
    const size_t slot = find(self, cell);
    const uint32_t before = self->slots[slot].particles;
    if (before == 1)
        vacate(self, slot);
    else if (before > 1)
        self->slots[slot].particles--;
    return before;
}

// ---- moves ------------------------------------------------------------------------------------

enum clau_measure_status clau_boltzmann_tracker_start(struct clau_boltzmann_tracker *self,
                                                      const uint64_t *cell, size_t stride,
                                                      const struct clau_boltzmann_sums *sums) {
    for (size_t k = 0; k < self->count; k++)
        if (cell[k * stride] >= self->cells)
            return CLAU_MEASURE_BAD_CELL;
    if (self->particles != NULL)
        memset(self->particles, 0, (size_t)self->cells * sizeof *self->particles);
    else
        memset(self->slots, 0, sizeof *self->slots << self->bits);
    for (size_t k = 0; k < self->count; k++)
        enter(self, cell[k * stride]);
    self->sums = sums != NULL ? *sums : (struct clau_boltzmann_sums){0};
    return CLAU_MEASURE_OK;
}

static inline int64_t logarithm(const struct clau_boltzmann_tracker *self, uint32_t n) {
    return n < self->logarithms ? self->logarithm[n] : logarithm_of(n);
}

enum clau_measure_status clau_boltzmann_tracker_move(struct clau_boltzmann_tracker *self,
                                                     uint64_t from, uint64_t to,
                                                     enum clau_boltzmann_cause cause) {
    if (from >= self->cells || to >= self->cells)
        return CLAU_MEASURE_BAD_CELL;
    if (from == to)
        return CLAU_MEASURE_OK;
    const uint32_t left = leave(self, from);
    if (left == 0)
        return CLAU_MEASURE_BAD_CELL;
    const int64_t fraction = self->sums.of[cause].fraction + logarithm(self, left) -
                             logarithm(self, enter(self, to) + 1);
    // Carried over downwards also where it is negative.
    self->sums.of[cause].whole += fraction >> FRACTION;
    self->sums.of[cause].fraction = fraction & ((INT64_C(1) << FRACTION) - 1);
    return CLAU_MEASURE_OK;
}

struct clau_boltzmann_sums clau_boltzmann_tracker_sums(const struct clau_boltzmann_tracker *self) {
    return self->sums;
}

double clau_boltzmann_tracker_entropy(const struct clau_boltzmann_tracker *self,
                                      enum clau_boltzmann_cause cause) {
    const double fraction = ldexp((double)self->sums.of[cause].fraction, -FRACTION);
    return ((double)self->sums.of[cause].whole + fraction) / (double)self->count;
}
