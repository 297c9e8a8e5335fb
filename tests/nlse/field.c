// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nlse/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numerics/fft.h"
#include "numerics/memory.h"

static void *allocate(size_t count, size_t size) {
    void *memory = clau_allocate(count, size);
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void field_init(struct field *field, size_t points, double length, double g,
                double trap_frequency) {
    *field = (struct field){0};
    if (!clau_grid_init(&field->grid, points, length))
        exit(1);
    field->frequency = allocate(points, sizeof *field->frequency);
    for (size_t i = 0; i < points; i++) {
        const double k = clau_wavenumber(i, points, length);
        field->frequency[i] = 0.5 * k * k;
    }
    field->problem = (struct nlse_problem){
        .grid = &field->grid,
        .g = g,
        .trap_frequency = trap_frequency,
        .frequency = field->frequency,
    };
    field->initial = allocate(points, sizeof *field->initial);
    field->result = allocate(points, sizeof *field->result);
}

void field_finish(struct field *field) {
    free(field->frequency);
    free(field->initial);
    free(field->result);
    clau_grid_finish(&field->grid);
}

/// Transforms values in x (lost) to coefficients, or coefficients to values.
static double complex *transform(size_t n, double complex *values, bool forward) {
    struct clau_fft *fft = clau_fft_create(n);
    if (fft == NULL)
        exit(1);
    double complex *out = clau_fft_in_place(fft) ? values : allocate(n, sizeof *out);
    if (forward)
        clau_fft_forward(fft, values, out);
    else
        clau_fft_backward(fft, values, out);
    for (size_t i = 0; forward && i < n; i++)
        out[i] /= (double)n;
    clau_fft_destroy(fft);
    if (out != values)
        free(values);
    return out;
}

double complex *field_sample(const struct field *field,
                             double complex (*psi)(double x, const void *data), const void *data) {
    double complex *values = allocate(field->grid.points, sizeof *values);
    for (size_t j = 0; j < field->grid.points; j++)
        values[j] = psi(field->grid.x[j], data);
    return transform(field->grid.points, values, true);
}

void field_set(struct field *field, double complex (*psi)(double x, const void *data),
               const void *data) {
    free(field->initial);
    field->initial = field_sample(field, psi, data);
    field->problem.maximum_amplitude = 0.0;
    for (size_t j = 0; j < field->grid.points; j++)
        field->problem.maximum_amplitude =
            fmax(field->problem.maximum_amplitude, cabs(psi(field->grid.x[j], data)));
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void field_run(struct field *field, const struct nlse_method *method, const void *parameters,
               double end, int outputs) {
    struct clau_error error;
    void *evolution = NULL;
    const double start = seconds();
    enum clau_status status =
        method->create(&field->problem, parameters, field->initial, &evolution, &error);
    for (int i = 1; status == CLAU_OK && i <= outputs; i++) {
        bool reached = false;
        while (status == CLAU_OK && !reached)
            status = method->advance(evolution, end * i / outputs, &reached, field->result, &error);
    }
    if (status != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    field->seconds = seconds() - start;
    field->steps = method->steps(evolution);
    method->destroy(evolution);
}

double field_error(const struct field *field, const double complex *reference) {
    double difference = 0.0, norm = 0.0;
    for (size_t i = 0; i < field->grid.points; i++) {
        const double complex d = field->result[i] - reference[i];
        difference += creal(d * conj(d));
        norm += creal(reference[i] * conj(reference[i]));
    }
    return sqrt(difference / norm);
}

double complex *field_psi(const struct field *field) {
    double complex *values = allocate(field->grid.points, sizeof *values);
    memcpy(values, field->result, field->grid.points * sizeof *values);
    return transform(field->grid.points, values, false);
}

struct invariants field_invariants(const struct field *field, const double complex *coefficients) {
    const size_t n = field->grid.points;
    const double length = field->grid.length;
    struct invariants sum = {0};
    double complex *values = allocate(n, sizeof *values);
    memcpy(values, coefficients, n * sizeof *values);
    values = transform(n, values, false);
    for (size_t i = 0; i < n; i++) {
        const double spectrum = creal(coefficients[i] * conj(coefficients[i]));
        const double density = creal(values[i] * conj(values[i]));
        const double k = 2 * i == n ? 0.0 : clau_wavenumber(i, n, length);
        sum.mass += length * spectrum;
        sum.momentum += length * k * spectrum;
        sum.energy +=
            length * field->frequency[i] * spectrum +
            field->grid.spacing * (nlse_potential(&field->problem, field->grid.x[i]) * density -
                                   0.5 * field->problem.g * density * density);
    }
    free(values);
    return sum;
}
