// SPDX-License-Identifier: GPL-3.0-or-later
// How a gas forgets its velocities, against kinetic theory: nu is the collision rate of a disc,
// counted in the run itself.
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "numerics/random.h"
#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

struct start {
    struct gas gas;
    double *vx, *vy; ///< velocities at time 0
};

/// A gas that has forgotten its lattice, at time 0.
static void start_init(struct start *start, size_t count, double packing) {
    gas_init(&start->gas, count, packing, true, true, 31);
    gas_run(&start->gas, 0.7 / packing); // some three collisions a disc
    assert_non_null(start->vx = clau_allocate(count, sizeof(double)));
    assert_non_null(start->vy = clau_allocate(count, sizeof(double)));
}

/// Goes on at time 0 from the gas's places and velocities.
static void start_again(struct start *start) {
    struct gas *gas = &start->gas;
    const struct hd_box box = gas->engine.box;
    memcpy(start->vx, gas->vx, gas->count * sizeof *gas->vx);
    memcpy(start->vy, gas->vy, gas->count * sizeof *gas->vy);
    hd_engine_finish(&gas->engine);
    assert_true(hd_engine_init(&gas->engine, &box, gas->count, 1.0));
    assert_true(hd_engine_start(&gas->engine, gas->x, gas->y, gas->vx, gas->vy));
}

static void start_finish(struct start *start) {
    free(start->vx);
    free(start->vy);
    gas_finish(&start->gas);
}

/// Runs until a disc has collided nu_t times on average; the number of times.
static double run_to(struct gas *gas, double nu_t) {
    const double n = (double)gas->count;
    while (2.0 * (double)gas->engine.tally.contacts < nu_t * n)
        assert_int_equal(hd_engine_run(&gas->engine, INFINITY, 100), HD_UNDERWAY);
    gas_look(gas, hd_engine_time(&gas->engine));
    return 2.0 * (double)gas->engine.tally.contacts / n;
}

/// <v(0) v(t)> / <v^2>
static double autocorrelation(const struct start *start) {
    const struct gas *gas = &start->gas;
    double sum = 0.0, square = 0.0;
    for (size_t i = 0; i < gas->count; i++) {
        sum += gas->vx[i] * start->vx[i] + gas->vy[i] * start->vy[i];
        square += start->vx[i] * start->vx[i] + start->vy[i] * start->vy[i];
    }
    return sum / square;
}

/// Collision rate and mean free path of a dilute gas, over the run so far.
static void check_rate(const struct gas *gas, double packing, double nu_t) {
    const double enskog = (1.0 - 0.4375 * packing) / ((1.0 - packing) * (1.0 - packing));
    const double known = 8.0 / sqrt(M_PI) * packing * enskog; // 2 sqrt(pi) n d chi sqrt(T)
    const double rate = nu_t / hd_engine_time(&gas->engine);
    double speed = 0.0;
    for (size_t i = 0; i < gas->count; i++)
        speed += hypot(gas->vx[i], gas->vy[i]) / (double)gas->count;
    print_message("# rate %.5f, known %.5f; mean free path %.4f d\n", rate, known, speed / rate);
    // 1e5 collisions: 0.3 %.
    assert_relative(rate, known, 0.01);
    assert_relative(speed / rate, 0.25 * M_PI / (2.0 * sqrt(2.0) * packing * enskog), 0.01);
}

/// The slope at 0 is exactly -nu: in a twentieth of a collision time, on the mean of twenty of
/// them.
static void slope_is_the_rate(void **state) {
    (void)state;
    struct start start;
    start_init(&start, 100000, 0.01);
    start_again(&start);
    double before = 0.0, lost = 0.0, known = 0.0;
    for (int k = 1; k <= 20; k++) {
        const struct gas *gas = &start.gas;
        memcpy(start.vx, gas->vx, gas->count * sizeof *gas->vx);
        memcpy(start.vy, gas->vy, gas->count * sizeof *gas->vy);
        const double nu_t = run_to(&start.gas, 0.05 * k);
        lost += 1.0 - autocorrelation(&start);
        known += 1.0 - exp(before - nu_t);
        before = nu_t;
    }
    print_message("# lost %.4f, known %.4f\n", lost, known);
    // 5e4 collisions, each of which takes its mean +- 1.5 times that: 0.7 %.
    assert_relative(lost, known, 0.02);
    start_finish(&start);
}

static void velocities_are_forgotten(void **state) {
    (void)state;
    struct start start;
    start_init(&start, 100000, 0.01);
    start_again(&start);
    double nu_t = 0.0;
    // exp(-nu t) is the first term of Sonine's expansion, known to be some 0.007 low at nu t = 2;
    // 1e5 discs give an error of 1 / sqrt(2e5) = 0.002.
    for (int k = 1; k <= 4; k++) {
        nu_t = run_to(&start.gas, 0.5 * k);
        print_message("# nu t = %.3f: %.4f, exp(-nu t) = %.4f\n", nu_t, autocorrelation(&start),
                      exp(-nu_t));
        assert_close(autocorrelation(&start), exp(-nu_t), 0.007 + 3 * 0.0022);
    }
    check_rate(&start.gas, 0.01, nu_t);
    start_finish(&start);
}

/// (Tx - Ty) / (Tx + Ty)
static double anisotropy(const struct gas *gas) {
    double x = 0.0, y = 0.0;
    for (size_t i = 0; i < gas->count; i++) {
        x += gas->vx[i] * gas->vx[i];
        y += gas->vy[i] * gas->vy[i];
    }
    return (x - y) / (x + y);
}

static void temperatures_become_equal(void **state) {
    (void)state;
    struct start start;
    start_init(&start, 200000, 0.01);
    for (size_t i = 0; i < start.gas.count; i++) {
        start.gas.vx[i] *= sqrt(1.2);
        start.gas.vy[i] *= sqrt(0.8);
    }
    start_again(&start);
    const double first = anisotropy(&start.gas);
    for (int k = 1; k <= 3; k++) {
        // The rate is nu / 1.022 (first correction of Sonine's expansion; 1 in its first term).
        // The anisotropy of 2e5 discs fluctuates by 1 / sqrt(2e5) = 0.0022, here and at the start.
        const double nu_t = run_to(&start.gas, 0.5 * k), known = first * exp(-nu_t / 1.022);
        print_message("# nu t = %.3f: %.4f, known %.4f\n", nu_t, anisotropy(&start.gas), known);
        assert_close(anisotropy(&start.gas), known, 4 * 0.0022);
    }
    start_finish(&start);
}

/// a2 = <v^4> / (2 <v^2>^2) - 1: 0 for Maxwell's velocities.
static double kurtosis(const struct gas *gas) {
    const double n = (double)gas->count;
    double square = 0.0, fourth = 0.0;
    for (size_t i = 0; i < gas->count; i++) {
        const double v2 = gas->vx[i] * gas->vx[i] + gas->vy[i] * gas->vy[i];
        square += v2 / n;
        fourth += v2 * v2 / n;
    }
    return fourth / (2.0 * square * square) - 1.0;
}

static void equal_speeds_become_maxwells(void **state) {
    (void)state;
    // Boltzmann's equation from equal speeds, by direct simulation of it: +- 0.001. Near
    // equilibrium the rate is nu / 2.
    static const double known[][2] = {{0.5, -0.4311}, {1.0, -0.3679}, {1.5, -0.3107},
                                      {2.0, -0.2598}, {3.0, -0.1805}, {4.0, -0.1225}};
    struct start start;
    start_init(&start, 200000, 0.01);
    clau_random_fill_half_open((struct clau_random_key){37, 0}, 0, 1, 0, start.gas.count,
                               start.gas.vx);
    for (size_t i = 0; i < start.gas.count; i++) {
        const double angle = 2.0 * M_PI * start.gas.vx[i];
        start.gas.vx[i] = sqrt(2.0) * cos(angle);
        start.gas.vy[i] = sqrt(2.0) * sin(angle);
    }
    start_again(&start);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        // In equilibrium a2 fluctuates by 1 / sqrt(N) = 0.0022 at a given energy; less before. The
        // table counts collisions at the rate of equilibrium, which is what this gas has within 1 %
        // after the first few, so that 0.01 in nu t may be missing: 0.0012.
        const double nu_t = run_to(&start.gas, known[k][0]);
        print_message("# nu t = %.3f: %.4f, known %.4f\n", nu_t, kurtosis(&start.gas), known[k][1]);
        assert_close(kurtosis(&start.gas), known[k][1], 0.001 + 3 * 0.0022 + 0.0012);
    }
    start_finish(&start);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slope_is_the_rate),
        cmocka_unit_test(velocities_are_forgotten),
        cmocka_unit_test(temperatures_become_equal),
        cmocka_unit_test(equal_speeds_become_maxwells),
    };
    return cmocka_run_group_tests_name("hard-discs-relaxation", tests, NULL, NULL);
}
