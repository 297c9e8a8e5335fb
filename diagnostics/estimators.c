// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/estimators.h"

#include <math.h>
#include <stdlib.h>

#include "diagnostics/entropy.h"
#include "diagnostics/total.h"
#include "diagnostics/weights.h"
#include "numerics/memory.h"

/// What an estimate depends on besides the sum over states.
struct sample {
    double size, states, singletons; ///< N, K, f_1
};

/// An estimate as a sum of term() over the states, what value() makes of the sum, and its error.
struct form {
    double (*term)(const struct sample *sample, double n);
    double (*value)(const struct sample *sample, double sum);
    enum clau_measure_status (*error)(const struct form *form, const struct sample *sample,
                                      const double *counts, size_t states, double *error);
};

static double logarithm_term(const struct sample *sample, double n) {
    (void)sample;
    return n * log(n);
}

static double plug_in_value(const struct sample *sample, double sum) {
    return log(sample->size) - sum / sample->size;
}

static double miller_madow_value(const struct sample *sample, double sum) {
    return plug_in_value(sample, sum) + (sample->states - 1.0) / (2.0 * sample->size);
}

static double grassberger_term(const struct sample *sample, double n) {
    (void)sample;
    return n * clau_grassberger(n);
}

static double chao_shen_term(const struct sample *sample, double n) {
    const double size = sample->size;
    const double unseen = sample->singletons == size ? size - 1.0 : sample->singletons;
    // Above 1 only where the jackknife left out one of the only state, and takes the term off
    // again.
    const double q = fmin((1.0 - unseen / size) * (n / size), 1.0);
    // 1 - (1-q)^N is the chance that the state is found at all; 1 where q = 1.
    return -q * log(q) / -expm1(size * log1p(-q));
}

static double chao_shen_value(const struct sample *sample, double sum) {
    (void)sample;
    return sum;
}

static double estimate(const struct form *form, const struct sample *sample, const double *counts,
                       size_t states) {
    struct clau_total sum = {0.0, 0.0};
    for (size_t i = 0; i < states; i++) {
        if (counts[i] > 0.0)
            clau_total_add(&sum, form->term(sample, counts[i]));
    }
    return form->value(sample, clau_total_value(sum));
}

// ---- Jackknife ----------------------------------------------------------------------------------

/// How many states were found how often.
struct tally {
    double count, states;
};

static int compare(const void *a, const void *b) {
    const struct tally *x = a, *y = b;
    return (x->count > y->count) - (x->count < y->count);
}

static size_t tally_counts(const double *counts, size_t states, struct tally *tally) {
    size_t found = 0, different = 0;
    for (size_t i = 0; i < states; i++) {
        if (counts[i] > 0.0)
            tally[found++] = (struct tally){counts[i], 1.0};
    }
    qsort(tally, found, sizeof *tally, compare);
    for (size_t i = 0; i < found; i++) {
        if (different > 0 && tally[different - 1].count == tally[i].count)
            tally[different - 1].states += 1.0;
        else
            tally[different++] = tally[i];
    }
    return different;
}

/// The sample without one of a state found n times.
static struct sample without_one(struct sample sample, double n) {
    sample.size -= 1.0;
    sample.states -= n == 1.0;
    sample.singletons += (n == 2.0) - (n == 1.0);
    return sample;
}

static double tally_sum(const struct form *form, const struct sample *sample,
                        const struct tally *tally, size_t different) {
    struct clau_total sum = {0.0, 0.0};
    for (size_t i = 0; i < different; i++)
        clau_total_add(&sum, tally[i].states * form->term(sample, tally[i].count));
    return clau_total_value(sum);
}

/// Writes the estimates without one sample, one for each count.
static void leave_one_out(const struct form *form, const struct sample *all,
                          const struct tally *tally, size_t different, double *estimates) {
    double sum = 0.0;
    for (size_t i = 0; i < different; i++) {
        const double n = tally[i].count;
        const struct sample sample = without_one(*all, n);
        // The sum over all states is a new one for n = 1, 2 and 3 or more.
        if (i == 0 || tally[i - 1].count < 3.0)
            sum = tally_sum(form, &sample, tally, different);
        const double fewer = n > 1.0 ? form->term(&sample, n - 1.0) : 0.0;
        estimates[i] = form->value(&sample, sum - form->term(&sample, n) + fewer);
    }
}

static double scatter(const struct sample *sample, const struct tally *tally, size_t different,
                      const double *estimates) {
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < different; i++)
        mean += tally[i].states * tally[i].count / sample->size * estimates[i];
    for (size_t i = 0; i < different; i++) {
        const double apart = estimates[i] - mean;
        squares += tally[i].states * tally[i].count * apart * apart;
    }
    return sqrt((sample->size - 1.0) / sample->size * squares);
}

static enum clau_measure_status jackknife(const struct form *form, const struct sample *sample,
                                          const double *counts, size_t states, double *error) {
    const size_t found = (size_t)sample->states;
    struct tally *tally = clau_allocate(found, sizeof *tally);
    double *estimates = clau_allocate(found, sizeof *estimates);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (tally != NULL && estimates != NULL) {
        const size_t different = tally_counts(counts, states, tally);
        leave_one_out(form, sample, tally, different, estimates);
        *error = scatter(sample, tally, different, estimates);
        status = CLAU_MEASURE_OK;
    }
    free(tally);
    free(estimates);
    return status;
}

/// The form is a mean of term(n)/n over the samples: their deviation over sqrt(N).
static enum clau_measure_status scatter_of_terms(const struct form *form,
                                                 const struct sample *sample, const double *counts,
                                                 size_t states, double *error) {
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < states; i++)
        mean += counts[i] > 0.0 ? form->term(sample, counts[i]) / sample->size : 0.0;
    for (size_t i = 0; i < states; i++) {
        const double apart =
            counts[i] > 0.0 ? form->term(sample, counts[i]) / counts[i] - mean : 0.0;
        squares += counts[i] * apart * apart;
    }
    *error = sqrt(squares) / sample->size;
    return CLAU_MEASURE_OK;
}

static const struct form forms[] = {
    [CLAU_ESTIMATOR_PLUG_IN] = {logarithm_term, plug_in_value, jackknife},
    [CLAU_ESTIMATOR_MILLER_MADOW] = {logarithm_term, miller_madow_value, jackknife},
    // G(n) goes up in steps of two, which the jackknife takes for scatter.
    [CLAU_ESTIMATOR_GRASSBERGER] = {grassberger_term, plug_in_value, scatter_of_terms},
    [CLAU_ESTIMATOR_CHAO_SHEN] = {chao_shen_term, chao_shen_value, jackknife},
};

enum clau_measure_status clau_entropy_estimate(const double *counts, size_t states,
                                               enum clau_estimator estimator, double *entropy,
                                               double *standard_error) {
    if ((size_t)estimator >= sizeof forms / sizeof forms[0])
        return CLAU_MEASURE_BAD_OPTION;
    if (estimator == CLAU_ESTIMATOR_PLUG_IN && standard_error == NULL)
        return clau_entropy_shannon(counts, states, entropy);
    struct sample sample = {0.0, 0.0, 0.0};
    enum clau_measure_status status = clau_counts_check(counts, states, &sample.size);
    if (status != CLAU_MEASURE_OK)
        return status;
    for (size_t i = 0; i < states; i++) {
        sample.states += counts[i] > 0.0;
        sample.singletons += counts[i] == 1.0;
    }
    if (standard_error != NULL) {
        if (sample.size < 2.0)
            return CLAU_MEASURE_TOO_FEW;
        const struct form *form = &forms[estimator];
        status = form->error(form, &sample, counts, states, standard_error);
        if (status != CLAU_MEASURE_OK)
            return status;
    }
    *entropy = estimate(&forms[estimator], &sample, counts, states);
    return CLAU_MEASURE_OK;
}
