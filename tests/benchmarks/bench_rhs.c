// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of one right-hand side of the NLSE in units of one forward and one backward transform with
// the same plan, measured in turns. Prints a row a size; exits 1 if a ratio is above 1.5.
#include "numerics/complex_numbers.h"
#include <stdio.h>

#include "numerics/memory.h"
#include "numerics/phase.h"
#include "solvers/nlse/kernels.h"
#include "solvers/nlse/nonlinearity.h"
#include "tests/benchmarks/timing.h"
#include "tests/nlse/field.h"

enum { ROUNDS = 15 };

static double complex pulse(double x, const void *data) {
    (void)data;
    return exp(-x * x);
}

struct work {
    struct nlse_nonlinearity term;
    const struct field *field;
    double complex *phase, *out;
};

static void transforms(struct work *work) {
    clau_fft_backward(work->term.fft, work->term.spectrum, work->term.psi);
    clau_fft_forward(work->term.fft, work->term.psi, work->term.spectrum);
}

// conj(E) i F[g |psi|^2 psi], psi = F^-1[E u]. In the evolution the factor E is part of the pass
// that adds up the stages; here it is a pass of its own.
static void interaction_picture(struct work *work) {
    const size_t n = work->field->grid.points;
    nlse_multiply(n, nlse_nonlinearity_argument(&work->term), work->field->initial, work->phase);
    nlse_nonlinearity_apply(&work->term, work->phase, work->out);
}

static void plain(struct work *work) {
    const size_t n = work->field->grid.points;
    double complex *argument = nlse_nonlinearity_argument(&work->term);
    nlse_unphase(n, argument, work->field->initial, NULL);
    nlse_nonlinearity_apply(&work->term, NULL, work->out);
    nlse_subtract_linear(n, work->out, work->field->frequency, work->field->initial);
}

static double time_of(void (*function)(struct work *), struct work *work, int repeats) {
    const double start = seconds();
    for (int i = 0; i < repeats; i++) {
        // Unnormalised transforms over and over would overflow; the state is put back each time.
        function(work);
        if (function == transforms && i % 8 == 7)
            nlse_unphase(work->field->grid.points, work->term.spectrum, work->field->initial, NULL);
    }
    return (seconds() - start) / repeats;
}

int main(void) {
    static const size_t sizes[] = {512, 4096, 65536, 1 << 20};
    int status = 0;
    puts("    points  transforms [us]  interaction picture (ratio)  plain (ratio)");
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];
        struct field field;
        field_init(&field, n, 50.0, 1.0, 0.0);
        field_set(&field, pulse, NULL);
        struct work work = {.field = &field};
        if (!nlse_nonlinearity_init(&work.term, &field.problem, n / 2, n / 2, n, NLSE_FULL))
            return 1;
        work.phase = clau_allocate(n, sizeof *work.phase);
        work.out = clau_allocate(n, sizeof *work.out);
        clau_phase_factors(n, -0.01, field.frequency, work.phase);
        const int repeats = n < 65536 ? (int)(2000000 / n) : 4;
        double fft[ROUNDS], picture[ROUNDS], direct[ROUNDS], ratio[2][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            fft[round] = time_of(transforms, &work, repeats);
            picture[round] = time_of(interaction_picture, &work, repeats);
            direct[round] = time_of(plain, &work, repeats);
            ratio[0][round] = picture[round] / fft[round];
            ratio[1][round] = direct[round] / fft[round];
        }
        const double a = median(ratio[0], ROUNDS), b = median(ratio[1], ROUNDS);
        printf("%10zu  %15.2f  %17.2f (%4.2f)     %8.2f (%4.2f)\n", n, 1e6 * median(fft, ROUNDS),
               1e6 * median(picture, ROUNDS), a, 1e6 * median(direct, ROUNDS), b);
        fflush(stdout);
        if (a > 1.5 || b > 1.5)
            status = 1;
        free(work.phase);
        free(work.out);
        nlse_nonlinearity_finish(&work.term);
        field_finish(&field);
    }
    return status;
}
