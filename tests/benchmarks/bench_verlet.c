// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of one Stormer-Verlet step of a Klein-Gordon field in units of one forward and one backward
// transform of the same plan, measured in turns. Prints a row a size and potential; exits 1 if a
// ratio is above 1.5.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "tests/benchmarks/timing.h"
#include "tests/klein_gordon/field.h"

enum { ROUNDS = 15 };

static void pulse(const void *data, double x, double t, double *phi, double *phi_t) {
    (void)data;
    (void)t;
    *phi = exp(-x * x);
    *phi_t = 0.0;
}

struct work {
    struct clau_real_fft *fft;
    double *values;
    double complex *modes;
    void *state;
};

static double time_transforms(struct work *work, int repeats) {
    const double start = seconds();
    for (int i = 0; i < repeats; i++) {
        clau_real_fft_forward(work->fft, work->values, work->modes);
        clau_real_fft_backward(work->fft, work->modes, work->values);
        // Unnormalised transforms over and over would overflow.
        if (i % 16 == 15)
            for (size_t j = 0; j < 8; j++)
                work->values[j] = 1.0;
    }
    return (seconds() - start) / repeats;
}

static double time_steps(struct work *work, int repeats) {
    const double start = seconds();
    kg_kinetic_splitting.advance(work->state, (uint64_t)repeats);
    return (seconds() - start) / repeats;
}

int main(void) {
    static const size_t sizes[] = {512, 4096, 65536};
    static const struct {
        const char *name;
        struct potential_values values;
    } potentials[] = {{"phi4", {.kind = KG_PHI4, .first = 1.0, .second = 1.0}},
                      {"sine-gordon", {.kind = KG_SINE_GORDON}}};
    int status = 0;
    puts("    points  potential    transforms [us]  step [us] (ratio)");
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t p = 0; p < sizeof potentials / sizeof *potentials; p++) {
            const size_t n = sizes[s];
            struct field field;
            field_init(&field, potentials[p].values, n, 0.1 * (double)n, KG_PERIODIC, 0);
            field_set(&field, pulse, NULL);
            struct work work = {.fft = clau_real_fft_create(n, CLAU_PERIODIC),
                                .values = clau_allocate(n, sizeof(double)),
                                .modes = clau_allocate(n / 2 + 1, sizeof(double complex))};
            work.state =
                kg_kinetic_splitting.create(&field.problem, clau_composition_find("strang"), 0.01,
                                            field.initial_u, field.initial_pi);
            if (!work.fft || !work.values || !work.modes || !work.state)
                return 1;
            const int repeats = n < 65536 ? (int)(2000000 / n) : 20;
            double fft[ROUNDS], step[ROUNDS], ratio[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                memset(work.values, 0, n * sizeof *work.values);
                fft[round] = time_transforms(&work, repeats);
                step[round] = time_steps(&work, repeats);
                ratio[round] = step[round] / fft[round];
            }
            const double a = median(ratio, ROUNDS);
            printf("%10zu  %-11s  %15.2f  %8.2f (%4.2f)\n", n, potentials[p].name,
                   1e6 * median(fft, ROUNDS), 1e6 * median(step, ROUNDS), a);
            fflush(stdout);
            if (a > 1.5)
                status = 1;
            kg_kinetic_splitting.destroy(work.state);
            clau_real_fft_destroy(work.fft);
            free(work.values);
            free(work.modes);
            field_finish(&field);
        }
    return status;
}
