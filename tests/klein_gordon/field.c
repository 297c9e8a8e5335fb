// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/klein_gordon/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numerics/memory.h"

static void *allocate(size_t count, size_t size) {
    void *memory = clau_allocate(count, size);
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void fail_with(const struct clau_error *error) {
    fprintf(stderr, "%s\n", error->message);
    exit(1);
}

void make_potential(struct kg_potential *potential, struct potential_values values) {
    // The parameters' structs are the potentials' own: reals in the order of their keys.
    double numbers[] = {values.first, values.second};
    struct clau_reals coefficients = {values.count, values.coefficients};
    void *members = values.kind == KG_POLYNOMIAL ? (void *)&coefficients : (void *)numbers;
    kg_potential_init(potential, &(struct clau_variant){(int)values.kind, members});
}

void field_init(struct field *field, struct potential_values values, size_t points, double length,
                enum kg_boundary boundary, int turns) {
    *field = (struct field){.turns = boundary == KG_SHIFTED ? turns : 0};
    if (!clau_grid_init(&field->grid, points, length))
        exit(1);
    make_potential(&field->potential, values);
    if (boundary == KG_SHIFTED) {
        field->background = allocate(points, sizeof *field->background);
        for (size_t j = 0; j < points; j++)
            field->background[j] = 2.0 * M_PI * turns * (field->grid.x[j] / length);
    }
    field->problem = (struct kg_problem){
        .grid = &field->grid,
        .potential = &field->potential,
        .closing = boundary == KG_ANTIPERIODIC ? CLAU_ANTIPERIODIC : CLAU_PERIODIC,
        .background = field->background,
    };
    if (boundary == KG_PERIODIC) {
        const double ground = field->potential.ground;
        field->problem.ground = ground;
        field->problem.mass2 = fmax(0.0, kg_potential_curvature(&field->potential, ground));
    }
    field->initial_u = allocate(points, sizeof *field->initial_u);
    field->initial_pi = allocate(points, sizeof *field->initial_pi);
    field->u = allocate(points, sizeof *field->u);
    field->pi = allocate(points, sizeof *field->pi);
}

void field_finish(struct field *field) {
    free(field->background);
    free(field->damping);
    free(field->initial_u);
    free(field->initial_pi);
    free(field->u);
    free(field->pi);
    clau_grid_finish(&field->grid);
}

void field_damp(struct field *field, double width, double strength) {
    field->damping = allocate(field->grid.points, sizeof *field->damping);
    for (size_t j = 0; j < field->grid.points; j++) {
        const double from_end = 0.5 * field->grid.length - fabs(field->grid.x[j]);
        field->damping[j] = strength * pow(fmax(0.0, 1.0 - from_end / width), 3.0);
    }
    field->problem.damping = field->damping;
}

void field_set(struct field *field, kg_solution *solution, const void *data) {
    double minimum = INFINITY, maximum = -INFINITY;
    for (size_t j = 0; j < field->grid.points; j++) {
        double phi;
        solution(data, field->grid.x[j], 0.0, &phi, &field->initial_pi[j]);
        minimum = fmin(minimum, phi);
        maximum = fmax(maximum, phi);
        field->initial_u[j] = phi - (field->background == NULL ? 0.0 : field->background[j]);
    }
    const double room = 0.5 * (maximum - minimum);
    field->problem.stiffness =
        kg_potential_stiffness(&field->potential, minimum - room, maximum + room);
}

void field_turn(struct field *field) {
    memcpy(field->initial_u, field->u, field->grid.points * sizeof *field->u);
    for (size_t j = 0; j < field->grid.points; j++)
        field->initial_pi[j] = -field->pi[j];
}

struct kg_symplectic_parameters parameters_of(int order, enum kg_splitting_kind splitting,
                                              double cfl) {
    struct kg_symplectic_parameters parameters = {.order = order,
                                                  .splitting = (int)splitting,
                                                  .step = NAN,
                                                  .cfl = cfl == 0.0 ? NAN : cfl,
                                                  .relative_tolerance = NAN};
    struct clau_error error;
    if (kg_symplectic_complete(&parameters, false, NULL, &error) != CLAU_OK)
        fail_with(&error);
    return parameters;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct kg_symplectic *field_start(const struct field *field,
                                  const struct kg_symplectic_parameters *parameters) {
    struct clau_error error;
    struct kg_symplectic *evolution = NULL;
    if (kg_symplectic_create(&field->problem, parameters, NULL, field->initial_u, field->initial_pi,
                             &evolution, &error) != CLAU_OK)
        fail_with(&error);
    return evolution;
}

void field_go(struct field *field, struct kg_symplectic *evolution, double time) {
    struct clau_error error;
    bool reached = false;
    while (!reached)
        if (kg_symplectic_advance(evolution, time, &reached, field->u, field->pi, &error) !=
            CLAU_OK)
            fail_with(&error);
}

void field_run(struct field *field, const struct kg_symplectic_parameters *parameters, double end,
               int outputs) {
    const double start = seconds();
    struct kg_symplectic *evolution = field_start(field, parameters);
    for (int i = 1; i <= outputs; i++)
        field_go(field, evolution, i == outputs ? end : end * i / outputs);
    field->seconds = seconds() - start;
    field->steps = kg_symplectic_steps(evolution);
    kg_symplectic_destroy(evolution);
}

double field_phi(const struct field *field, size_t j) {
    return field->u[j] + (field->background == NULL ? 0.0 : field->background[j]);
}

double field_error(const struct field *field, kg_solution *solution, const void *data, double t) {
    double difference = 0.0, norm = 0.0;
    for (size_t j = 0; j < field->grid.points; j++) {
        double phi, phi_t;
        solution(data, field->grid.x[j], t, &phi, &phi_t);
        const double d = field_phi(field, j) - phi;
        difference += d * d;
        norm += phi * phi;
    }
    return sqrt(difference / norm);
}

double field_distance(const struct field *field, const double *u, const double *pi,
                      const double *other_u, const double *other_pi) {
    double difference = 0.0, norm = 0.0;
    for (size_t j = 0; j < field->grid.points; j++) {
        const double du = u[j] - other_u[j], dpi = pi[j] - other_pi[j];
        difference += du * du + dpi * dpi;
        norm += other_u[j] * other_u[j] + other_pi[j] * other_pi[j];
    }
    return sqrt(difference / norm);
}

struct invariants field_invariants(const struct field *field, const double *u, const double *pi) {
    const size_t n = field->grid.points;
    const double dx = field->grid.spacing, slope = 2.0 * M_PI * field->turns / field->grid.length;
    struct clau_real_fft *fft = clau_real_fft_create(n, field->problem.closing);
    if (fft == NULL)
        exit(1);
    const size_t modes = clau_real_fft_modes(fft);
    double complex *coefficients = allocate(modes, sizeof *coefficients);
    double *gradient = allocate(n, sizeof *gradient);
    struct invariants sum = {0};
    clau_real_fft_forward(fft, u, coefficients);
    for (size_t i = 0; i < modes; i++) {
        const double k = clau_real_fft_wavenumber(fft, i, field->grid.length);
        const double multiplicity = clau_real_fft_multiplicity(fft, i);
        const double complex c = coefficients[i] / (double)n;
        sum.energy += 0.5 * field->grid.length * multiplicity * k * k * creal(c * conj(c));
        coefficients[i] = multiplicity == 1.0 ? 0.0 : I * k * c;
    }
    sum.energy += 0.5 * field->grid.length * slope * slope;
    clau_real_fft_backward(fft, coefficients, gradient);
    for (size_t j = 0; j < n; j++) {
        const double phi = u[j] + (field->background == NULL ? 0.0 : field->background[j]);
        sum.energy += dx * (0.5 * pi[j] * pi[j] + kg_potential_value(&field->potential, phi));
        sum.momentum -= dx * pi[j] * (gradient[j] + slope);
    }
    clau_real_fft_destroy(fft);
    free(coefficients);
    free(gradient);
    return sum;
}
