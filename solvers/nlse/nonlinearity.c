// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/nonlinearity.h"

#include <stdlib.h>
#include <string.h>

#include "numerics/memory.h"
#include "solvers/nlse/kernels.h"

// Both filters cut at two thirds of the largest wavenumber of the run's grid.
static bool make_filter(struct nlse_nonlinearity *term, const struct nlse_problem *problem,
                        enum nlse_dealias dealias) {
    term->filter = clau_allocate(term->count, sizeof *term->filter);
    if (term->filter == NULL)
        return false;
    const double cutoff = (double)problem->grid->points / 3.0;
    for (size_t i = 0; i < term->count; i++) {
        const double m = i < term->positive ? (double)i : (double)(term->count - i);
        term->filter[i] = dealias == NLSE_TWO_THIRDS ? (m <= cutoff ? 1.0 : 0.0)
                                                     : clau_exponential_filter(m, cutoff);
    }
    return true;
}

bool nlse_nonlinearity_init(struct nlse_nonlinearity *term, const struct nlse_problem *problem,
                            size_t positive, size_t negative, size_t product_points,
                            enum nlse_dealias dealias) {
    *term = (struct nlse_nonlinearity){
        .g = problem->g,
        .positive = positive,
        .negative = negative,
        .count = positive + negative,
        .product_points = product_points,
        .fft = clau_fft_create(product_points),
    };
    bool done = term->fft != NULL;
    if (done) {
        term->spectrum = clau_allocate(product_points, sizeof *term->spectrum);
        term->psi = clau_fft_in_place(term->fft) ? term->spectrum
                                                 : clau_allocate(product_points, sizeof *term->psi);
        done = term->spectrum != NULL && term->psi != NULL;
    }
    if (done && problem->trap_frequency != 0.0) {
        term->potential = nlse_potential_values(problem, product_points);
        done = term->potential != NULL;
    }
    if (done && (dealias == NLSE_TWO_THIRDS || dealias == NLSE_EXPONENTIAL))
        done = make_filter(term, problem, dealias);
    if (!done)
        nlse_nonlinearity_finish(term);
    return done;
}

void nlse_nonlinearity_finish(struct nlse_nonlinearity *term) {
    clau_fft_destroy(term->fft);
    if (term->psi != term->spectrum)
        free(term->psi);
    free(term->spectrum);
    free(term->potential);
    free(term->filter);
    *term = (struct nlse_nonlinearity){0};
}

static bool all_modes(const struct nlse_nonlinearity *term) {
    return term->count == term->product_points;
}

double complex *nlse_nonlinearity_argument(struct nlse_nonlinearity *term) {
    return term->spectrum;
}

void nlse_nonlinearity_apply(struct nlse_nonlinearity *term, const double complex *phase,
                             double complex *out) {
    const size_t points = term->product_points, gap = points - term->count;
    double complex *spectrum = term->spectrum;
    if (term->filter != NULL)
        nlse_filter(term->count, spectrum, term->filter);
    if (!all_modes(term)) {
        // The negative modes go to the end of the transform's array, zeros between.
        memmove(spectrum + term->positive + gap, spectrum + term->positive,
                term->negative * sizeof *spectrum);
        memset(spectrum + term->positive, 0, gap * sizeof *spectrum);
    }
    clau_fft_backward(term->fft, spectrum, term->psi);
    nlse_apply_nonlinearity(points, term->psi, term->g, term->potential, 1.0 / (double)points);
    clau_fft_forward(term->fft, term->psi, spectrum);
    if (all_modes(term)) {
        nlse_unphase(term->count, out, spectrum, phase);
    } else {
        // In this order: of an odd number of positive modes the first pass touches one element
        // behind them.
        nlse_unphase(term->positive, out, spectrum, phase);
        nlse_unphase(term->negative, out + term->positive, spectrum + term->positive + gap,
                     phase ? phase + term->positive : NULL);
    }
    if (term->filter != NULL)
        nlse_filter(term->count, out, term->filter);
}
