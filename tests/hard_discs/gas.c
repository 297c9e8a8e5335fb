// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/hard_discs/gas.h"

#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "numerics/random.h"
#include "tests/approx.h"

static void centre(double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    for (size_t i = 0; i < count; i++)
        values[i] -= sum / (double)count;
}

static void make_velocities(struct gas *gas, struct clau_random_key key) {
    clau_random_fill_normal(key, 0, 1, 0, gas->count, gas->vx);
    clau_random_fill_normal(key, 0, 2, 0, gas->count, gas->vy);
    centre(gas->vx, gas->count);
    centre(gas->vy, gas->count);
    const double scale = sqrt((double)gas->count / gas_energy(gas));
    for (size_t i = 0; i < gas->count; i++) {
        gas->vx[i] *= scale;
        gas->vy[i] *= scale;
    }
}

void gas_init(struct gas *gas, size_t count, double packing, bool periodic_x, bool periodic_y,
              uint64_t seed) {
    gas->count = count;
    double **arrays[] = {&gas->x, &gas->y, &gas->vx, &gas->vy};
    for (size_t k = 0; k < 4; k++)
        assert_non_null(*arrays[k] = clau_allocate(count, sizeof(double)));
    const struct clau_random_key key = {seed, 0};
    const double area = 0.25 * M_PI * (double)count / packing;
    // Rows of a triangular lattice of distance a.
    const size_t columns = (size_t)ceil(sqrt((double)count * sqrt(0.75)));
    const size_t rows = (count + columns - 1) / columns, even = rows + rows % 2;
    const double a = sqrt(area / ((double)columns * (double)even * sqrt(0.75)));
    const struct hd_box box = {
        {(double)columns * a, (double)even * a * sqrt(0.75)}, {periodic_x, periodic_y}, 1.0};
    const double free = fmin(0.4 * (a - 1.0), 0.1 * a);
    assert_true(free > 0.0);
    clau_random_fill_half_open(key, 0, 3, 0, count, gas->x);
    clau_random_fill_half_open(key, 0, 4, 0, count, gas->y);
    for (size_t i = 0; i < count; i++) {
        const size_t row = i / columns, column = i % columns;
        gas->x[i] =
            a * ((double)column + 0.25 + 0.5 * (double)(row % 2)) + (gas->x[i] - 0.5) * free;
        gas->y[i] = a * sqrt(0.75) * ((double)row + 0.5) + (gas->y[i] - 0.5) * free;
    }
    make_velocities(gas, key);
    assert_true(hd_engine_init(&gas->engine, &box, count, 1.0));
    assert_true(hd_engine_start(&gas->engine, gas->x, gas->y, gas->vx, gas->vy));
}

void gas_finish(struct gas *gas) {
    hd_engine_finish(&gas->engine);
    free(gas->x);
    free(gas->y);
    free(gas->vx);
    free(gas->vy);
}

void gas_look(struct gas *gas, double time) {
    hd_engine_look(&gas->engine, time, gas->x, gas->y, gas->vx, gas->vy);
}

void gas_look_now(struct gas *gas) {
    struct hd_engine from_origin = gas->engine;
    from_origin.periods = 0;
    hd_engine_look(&from_origin, from_origin.now, gas->x, gas->y, gas->vx, gas->vy);
}

void gas_run(struct gas *gas, double time) {
    assert_int_equal(hd_engine_run(&gas->engine, time, UINT64_MAX), HD_REACHED);
    gas_look(gas, time);
}

double gas_energy(const struct gas *gas) {
    double sum = 0.0;
    for (size_t i = 0; i < gas->count; i++)
        sum += gas->vx[i] * gas->vx[i] + gas->vy[i] * gas->vy[i];
    return 0.5 * sum;
}

static double nearest(double x, double span, bool periodic) {
    return periodic ? x - span * round(x / span) : x;
}

void gas_displacement(const struct gas *gas, size_t i, size_t j, double r[2]) {
    const struct hd_box *box = &gas->engine.box;
    r[0] = nearest(gas->x[j] - gas->x[i], box->span[0], box->periodic[0]);
    r[1] = nearest(gas->y[j] - gas->y[i], box->span[1], box->periodic[1]);
}
