// SPDX-License-Identifier: GPL-3.0-or-later
// Work and precision of the time evolutions on the replaced library's two solitons (length 50, to
// t = 20): prints `method parameter steps error seconds` a row, the least time of some runs. The
// error is relative, in L2, against the same grid with the step refined until converged: it is
// that of the time integration alone.
//
//     work_precision POINTS [REFERENCE]
//
// REFERENCE: a file to which psi at t = 20 is written, lines of real and imaginary part, for
// other programs to be held against.
#include "numerics/complex_numbers.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numerics/memory.h"
#include "solvers/nlse/exact.h"
#include "tests/nlse/field.h"

enum { RUNS = 3 };
static const double END = 20.0;

// As in the replaced library: the sum of two solitons, not the exact state of both.
static double complex two_pulses(double x, const void *data) {
    (void)data;
    return nlse_exact_soliton(&(struct nlse_soliton){2.0, 2.0, -10.0, 0.0}, x, 0.0) +
           nlse_exact_soliton(&(struct nlse_soliton){1.5, -2.0, 10.0, 0.0}, x, 0.0);
}

static void measure(struct field *field, const char *name, double parameter,
                    const struct nlse_method *method, const void *parameters,
                    const double complex *reference) {
    double least = INFINITY;
    for (int run = 0; run < RUNS; run++) {
        field_run(field, method, parameters, END, 1);
        least = fmin(least, field->seconds);
    }
    printf("%s %g %llu %.3e %.6f\n", name, parameter, (unsigned long long)field->steps,
           field_error(field, reference), least);
    fflush(stdout);
}

static double complex *take_result(struct field *field) {
    double complex *result = field->result;
    field->result = clau_allocate(field->grid.points, sizeof *result);
    if (field->result == NULL)
        exit(1);
    return result;
}

static void write_reference(const char *path, struct field *field, double complex *reference) {
    double complex *saved = field->result;
    field->result = reference;
    double complex *psi = field_psi(field);
    field->result = saved;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (size_t j = 0; j < field->grid.points; j++)
        fprintf(file, "%.17g %.17g\n", creal(psi[j]), cimag(psi[j]));
    if (fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    free(psi);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s POINTS [REFERENCE]\n", argv[0]);
        return 2;
    }
    struct field field;
    field_init(&field, (size_t)atol(argv[1]), 50.0, 1.0, 0.0);
    field_set(&field, two_pulses, NULL);
    // On over-resolved grids splitting is the better reference: it has no resonances of empty
    // modes.
    const struct nlse_split_step_parameters splitting = {6, 0.0025};
    const struct nlse_dop853_parameters adaptive = {1e-13, 1e-15, true, NLSE_FULL, false, 0.0};
    if (field.grid.points > 1024)
        field_run(&field, &nlse_split_step, &splitting, END, 1);
    else
        field_run(&field, &nlse_dop853, &adaptive, END, 1);
    double complex *reference = take_result(&field);
    if (argc > 2)
        write_reference(argv[2], &field, reference);

    for (int exponent = -6; exponent >= -12; exponent--) {
        struct nlse_dop853_parameters parameters = {
            .relative_tolerance = pow(10.0, exponent),
            .absolute_tolerance = pow(10.0, exponent - 2),
            .interaction_picture = true,
            .active_modes = true,
        };
        measure(&field, "dop853", parameters.relative_tolerance, &nlse_dop853, &parameters,
                reference);
    }
    static const struct {
        int order;
        double largest_step;
        int halvings;
    } splittings[] = {{2, 0.002, 4}, {4, 0.02, 5}, {6, 0.04, 5}};
    for (size_t i = 0; i < sizeof splittings / sizeof *splittings; i++)
        for (int halving = 0; halving < splittings[i].halvings; halving++) {
            char name[32];
            snprintf(name, sizeof name, "split-step-%d", splittings[i].order);
            const struct nlse_split_step_parameters parameters = {
                splittings[i].order, ldexp(splittings[i].largest_step, -halving)};
            measure(&field, name, parameters.step, &nlse_split_step, &parameters, reference);
        }
    free(reference);
    field_finish(&field);
    return 0;
}
