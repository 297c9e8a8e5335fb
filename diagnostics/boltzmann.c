// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/boltzmann.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/weights.h"

/// Velocity cells each way from 0.
static const double MOST_VELOCITIES = 0x1p20;

/// Occupied cells in a hash table with open addresses; counts of 0 are free slots.
struct clau_boltzmann_workspace {
    size_t count; ///< of particles that there is room for
    size_t slots; ///< a power of two, at least 2 count
    unsigned bits;
    uint64_t *cell;  ///< [slots]
    uint32_t *found; ///< [slots] particles in it
    uint32_t *tally; ///< [count + 1] number of cells with n particles, zero between two calls
};

struct clau_boltzmann_workspace *clau_boltzmann_workspace_create(size_t count) {
    struct clau_boltzmann_workspace *self = calloc(1, sizeof *self);
    if (self == NULL || count > UINT32_MAX / 4) {
        free(self);
        return NULL;
    }
    self->count = count;
    for (self->bits = 4; ((size_t)1 << self->bits) < 2 * count;)
        self->bits++;
    self->slots = (size_t)1 << self->bits;
    self->cell = malloc(self->slots * sizeof *self->cell);
    self->found = malloc(self->slots * sizeof *self->found);
    self->tally = calloc(count + 1, sizeof *self->tally);
    if (self->cell == NULL || self->found == NULL || self->tally == NULL) {
        clau_boltzmann_workspace_destroy(self);
        return NULL;
    }
    return self;
}

void clau_boltzmann_workspace_destroy(struct clau_boltzmann_workspace *self) {
    if (self == NULL)
        return;
    free(self->cell);
    free(self->found);
    free(self->tally);
    free(self);
}

static bool is_length(double x) { return x > 0.0 && isfinite(x); }

enum clau_measure_status clau_boltzmann_number(const struct clau_boltzmann_cells *cells,
                                               struct clau_boltzmann_numbering *result) {
    if (!is_length(cells->width) || !is_length(cells->height))
        return CLAU_MEASURE_BAD_LENGTH;
    if (!is_length(cells->velocity_cell))
        return CLAU_MEASURE_BAD_WIDTH;
    const double each_way = ceil(cells->velocity_range / cells->velocity_cell);
    if (!is_length(cells->velocity_range) || !(each_way <= MOST_VELOCITIES))
        return CLAU_MEASURE_BAD_RANGE;
    const double places = (double)cells->columns * (double)cells->rows;
    if (!(places >= 1.0) || places * (4.0 * each_way * each_way + 1.0) >= 0x1p63)
        return CLAU_MEASURE_BAD_BINS;
    const uint64_t across = 2 * (uint64_t)each_way;
    *result = (struct clau_boltzmann_numbering){
        .columns = cells->columns,
        .rows = cells->rows,
        .columns_per_length = (double)cells->columns / cells->width,
        .rows_per_length = (double)cells->rows / cells->height,
        .velocity_cell = cells->velocity_cell,
        .each_way = each_way,
        .across = across,
        .velocities = across * across + 1,
    };
    return CLAU_MEASURE_OK;
}

static void count_one(struct clau_boltzmann_workspace *self, uint64_t cell) {
    size_t slot = (size_t)((cell * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - self->bits));
    while (self->found[slot] != 0 && self->cell[slot] != cell)
        slot = (slot + 1) & (self->slots - 1);
    self->cell[slot] = cell;
    self->found[slot]++;
}

/// Fills the table; CLAU_MEASURE_NOT_A_NUMBER for the first particle that has none.
static enum clau_measure_status count_all(struct clau_boltzmann_workspace *self,
                                          const struct clau_boltzmann_numbering *numbering,
                                          size_t count, const double *x, const double *y,
                                          const double *vx, const double *vy, size_t *overflow) {
    const struct clau_boltzmann_numbering cells = *numbering;
    memset(self->found, 0, self->slots * sizeof *self->found);
    *overflow = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i]) || isnan(vx[i]) || isnan(vy[i]))
            return CLAU_MEASURE_NOT_A_NUMBER;
        const uint64_t velocity = clau_boltzmann_velocity(&cells, vx[i], vy[i]);
        *overflow += velocity == cells.velocities - 1;
        count_one(self, clau_boltzmann_place(&cells, x[i], y[i]) * cells.velocities + velocity);
    }
    return CLAU_MEASURE_OK;
}

/// Cells by the number of their particles: tally, and that of the fullest one.
static size_t tally_cells(struct clau_boltzmann_workspace *self) {
    size_t most = 0;
    for (size_t slot = 0; slot < self->slots; slot++) {
        self->tally[self->found[slot]]++;
        most = self->found[slot] > most ? self->found[slot] : most;
    }
    self->tally[0] = 0;
    return most;
}

enum clau_measure_status clau_boltzmann_entropy(struct clau_boltzmann_workspace *workspace,
                                                const struct clau_boltzmann_cells *cells,
                                                size_t count, const double *x, const double *y,
                                                const double *vx, const double *vy,
                                                struct clau_boltzmann *result) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (count > workspace->count)
        return CLAU_MEASURE_TOO_MANY;
    struct clau_boltzmann_numbering numbering;
    struct clau_boltzmann sums = {0};
    enum clau_measure_status status = clau_boltzmann_number(cells, &numbering);
    if (status == CLAU_MEASURE_OK)
        status = count_all(workspace, &numbering, count, x, y, vx, vy, &sums.overflow);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t most = tally_cells(workspace);
    double log_factorial = 0.0;
    for (size_t n = 1; n <= most; n++) {
        const double log_n = log((double)n);
        log_factorial += log_n;
        const double number = workspace->tally[n], particles = number * (double)n;
        workspace->tally[n] = 0;
        sums.occupied += (size_t)number;
        sums.exact += number * log_factorial;
        sums.stirling += particles * log_n;
        sums.corrected += particles * clau_grassberger((double)n);
    }
    const double total = (double)count;
    const double log_cell = log(cells->width / (double)cells->columns) +
                            log(cells->height / (double)cells->rows) +
                            2.0 * log(cells->velocity_cell);
    sums.exact = log_cell - sums.exact / total;
    sums.stirling = log_cell - sums.stirling / total + 1.0;
    sums.corrected = log_cell + log(total) - sums.corrected / total;
    *result = sums;
    return CLAU_MEASURE_OK;
}
