// SPDX-License-Identifier: GPL-3.0-or-later
// Work and precision of all splitting methods on a Klein-Gordon field: prints
// `splitting method step transforms error seconds` a row, the least time of some runs.
//
//     klein_gordon_work_precision CASE POINTS
//
// CASE: breather (sine-Gordon, omega = 0.5, length 80, t = 80, against the exact solution) or
// collision (phi^4 kink and antikink, u = 0.3, separation 20, length 100, t = 100, against a fine
// step). The error is the largest one of phi on the grid. A transform is one forward or backward.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/klein_gordon/exact.h"
#include "tests/benchmarks/timing.h"
#include "tests/klein_gordon/field.h"

enum { RUNS = 2 };
static const double FINER = 0.84089641525371454; ///< 2^(-1/4), from one step to the next

static const struct kg_breather breather = {.frequency = 0.5, .phase = M_PI_2};

static void breather_at(const void *data, double x, double t, double *phi, double *phi_t) {
    kg_exact_breather(data, x, t, phi, phi_t);
}

/// The collision's start, which is the sum of two kinks.
static void pair_at(const void *data, double x, double t, double *phi, double *phi_t) {
    const struct kg_potential *potential = data;
    struct kg_kink kink;
    kg_potential_kink(potential, &kink);
    double left, left_t, right, right_t;
    kg_exact_kink(potential, &kink, &(struct kg_moving_kink){0.3, -10.0, 1}, x, t, &left, &left_t);
    kg_exact_kink(potential, &kink, &(struct kg_moving_kink){-0.3, 10.0, -1}, x, t, &right,
                  &right_t);
    *phi = left + right - kink.right;
    *phi_t = left_t + right_t;
}

/// Evolves by steps as near to `step` as divide the time; returns the seconds, or NaN.
static double run(struct field *field, const struct kg_splitting *splitting,
                  const struct clau_composition *method, double step, double end, uint64_t *steps) {
    *steps = (uint64_t)ceil(end / step - 1e-9);
    double least = INFINITY;
    for (int i = 0; i < RUNS; i++) {
        const double start = seconds();
        void *state = splitting->create(&field->problem, method, end / (double)*steps,
                                        field->initial_u, field->initial_pi);
        if (state == NULL)
            exit(1);
        splitting->advance(state, *steps);
        if (!splitting->output(state, 0.0, field->u, field->pi))
            exit(1);
        splitting->destroy(state);
        least = fmin(least, seconds() - start);
    }
    return least;
}

static double largest_error(const struct field *field, const double *reference) {
    double largest = 0.0;
    for (size_t j = 0; j < field->grid.points; j++)
        if (!(fabs(field->u[j] - reference[j]) <= largest))
            largest = fabs(field->u[j] - reference[j]); // NaN, too
    return largest;
}

static void study(struct field *field, const double *reference, double end) {
    static const struct {
        const char *name;
        const struct kg_splitting *splitting;
    } splittings[] = {{"kinetic", &kg_kinetic_splitting}, {"linear", &kg_linear_splitting}};
    size_t count;
    const struct clau_composition *methods = clau_compositions(&count);
    for (size_t s = 0; s < 2; s++)
        for (size_t m = 0; m < count; m++) {
            // From the bound of the modes (or, without one, of the slow motion) downwards.
            const double k = s == 0 ? kg_largest_wavenumber(&field->problem) : 0.0;
            double step = 0.99 * clau_composition_stability(&methods[m]) /
                          sqrt(k * k + field->problem.stiffness);
            for (int rung = 0; rung < 80; rung++, step *= FINER) {
                uint64_t steps;
                const double time =
                    run(field, splittings[s].splitting, &methods[m], step, end, &steps);
                const double error = largest_error(field, reference);
                printf("%s %s %.6g %llu %.3e %.6f\n", splittings[s].name, methods[m].name,
                       end / (double)steps, 2ULL * (unsigned)methods[m].stages * steps, error,
                       time);
                fflush(stdout);
                // Order 2 is followed to 1e-6, where it is the measure of the others.
                if (error < (methods[m].order == 2 ? 1e-6 : 2e-11) ||
                    time > (methods[m].order == 2 ? 2.0 : 0.4))
                    break;
            }
        }
}

int main(int argc, char **argv) {
    if (argc != 3 || (strcmp(argv[1], "breather") != 0 && strcmp(argv[1], "collision") != 0)) {
        fprintf(stderr, "usage: %s breather|collision POINTS\n", argv[0]);
        return 2;
    }
    const size_t points = (size_t)atol(argv[2]);
    const bool collides = argv[1][0] == 'c';
    const double length = collides ? 100.0 : 80.0, end = collides ? 100.0 : 80.0;
    const struct potential_values potential = {
        .kind = collides ? KG_PHI4 : KG_SINE_GORDON, .first = 1.0, .second = 1.0};
    struct field field;
    field_init(&field, potential, points, length, KG_PERIODIC, 0);
    double *reference = clau_allocate(points, sizeof *reference);
    if (reference == NULL)
        return 1;
    if (collides) {
        field_set(&field, pair_at, &field.potential);
        uint64_t steps;
        run(&field, &kg_kinetic_splitting, clau_composition_find("kahan-li-8"),
            0.1 * field.grid.spacing, end, &steps);
        memcpy(reference, field.u, points * sizeof *reference);
    } else {
        field_set(&field, breather_at, &breather);
        double phi_t;
        for (size_t j = 0; j < points; j++)
            kg_exact_breather(&breather, field.grid.x[j], end, &reference[j], &phi_t);
    }
    study(&field, reference, end);
    free(reference);
    field_finish(&field);
    return 0;
}
