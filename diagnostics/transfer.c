// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/transfer.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "diagnostics/draws.h"
#include "diagnostics/words.h"
#include "numerics/memory.h"

/// Sums are rounded in the order of first occurrence: surrogates this close to T are equal to it.
static const double EQUAL = 1e-12;

/// The steps with their words numbered, so that pairs of words are numbers below 2^62.
struct steps {
    size_t count;
    uint32_t *past, *next, *source, *shuffled; ///< [count] Y^k, (Y_t, Y^k), X^l
    uint64_t *codes;                           ///< [count] scratch
    size_t *order;                             ///< [count] scratch
    size_t sources;                            ///< different X^l
    double own;                                ///< H(Y_t, Y^k) - H(Y^k)
    struct clau_words words;
    enum clau_estimator estimator;
};

static enum clau_measure_status entropy_of(struct steps *steps, uint32_t *numbers,
                                           double *entropy) {
    clau_words_count(&steps->words, steps->codes, steps->count, numbers);
    return clau_entropy_estimate(steps->words.counts, steps->words.different, steps->estimator,
                                 entropy, NULL);
}

/// Codes of the words of `length` symbols that end at step first, first + 1, ...
static void encode(struct clau_symbols series, size_t first, size_t length, struct steps *steps) {
    for (size_t i = 0; i < steps->count; i++) {
        uint64_t code = 0;
        for (size_t k = 0; k < length; k++)
            code = code * series.alphabet + series.symbols[first + i - k];
        steps->codes[i] = code;
    }
}

/// What does not change with the surrogates.
static enum clau_measure_status number_words(struct steps *steps, struct clau_symbols target,
                                             struct clau_symbols source, size_t first,
                                             const struct clau_transfer_options *options) {
    double past = 0.0, next = 0.0, unused;
    encode(target, first, options->target_history + 1, steps);
    enum clau_measure_status status = entropy_of(steps, steps->next, &next);
    if (status != CLAU_MEASURE_OK)
        return status;
    encode(target, first - 1, options->target_history, steps); // all 0 without a past
    status = entropy_of(steps, steps->past, &past);
    if (status != CLAU_MEASURE_OK)
        return status;
    steps->own = next - past;
    encode(source, first - options->delay, options->source_history, steps);
    status = entropy_of(steps, steps->source, &unused);
    steps->sources = steps->words.different;
    return status;
}

/// T with the source's words as given.
static enum clau_measure_status transfer_of(struct steps *steps, const uint32_t *source,
                                            double *transfer) {
    double with_past = 0.0, with_next = 0.0;
    for (size_t i = 0; i < steps->count; i++)
        steps->codes[i] = (uint64_t)steps->past[i] * steps->sources + source[i];
    enum clau_measure_status status = entropy_of(steps, NULL, &with_past);
    if (status != CLAU_MEASURE_OK)
        return status;
    for (size_t i = 0; i < steps->count; i++)
        steps->codes[i] = (uint64_t)steps->next[i] * steps->sources + source[i];
    status = entropy_of(steps, NULL, &with_next);
    if (status != CLAU_MEASURE_OK)
        return status;
    *transfer = steps->own - (with_next - with_past);
    if (steps->estimator == CLAU_ESTIMATOR_PLUG_IN) // never below 0 but by round-off
        *transfer = fmax(*transfer, 0.0);
    return CLAU_MEASURE_OK;
}

static void reorder(struct steps *steps, const struct clau_transfer_options *options,
                    size_t surrogate) {
    const size_t count = steps->count;
    if (options->surrogate == CLAU_SURROGATE_SHUFFLE) {
        clau_draw_order(options->seed, CLAU_DRAW_SHUFFLE, surrogate, count, steps->order);
        for (size_t i = 0; i < count; i++)
            steps->shuffled[i] = steps->source[steps->order[i]];
    } else {
        const uint64_t word = clau_draw(options->seed, CLAU_DRAW_SHIFT, surrogate, 0);
        const size_t shift = count > 1 ? 1 + clau_draw_below(word, count - 1) : 0;
        for (size_t i = 0; i < count; i++)
            steps->shuffled[i] = steps->source[(i + shift) % count];
    }
}

static enum clau_measure_status measure(struct steps *steps,
                                        const struct clau_transfer_options *options,
                                        struct clau_transfer *transfer) {
    struct clau_transfer result = {.steps = steps->count};
    enum clau_measure_status status = transfer_of(steps, steps->source, &result.entropy);
    double mean = 0.0, squares = 0.0;
    size_t as_large = 0;
    for (size_t s = 0; s < options->surrogates && status == CLAU_MEASURE_OK; s++) {
        double value = 0.0;
        reorder(steps, options, s);
        status = transfer_of(steps, steps->shuffled, &value);
        as_large += value >= result.entropy - EQUAL;
        // B. P. Welford's recurrence: no memory for the values.
        const double apart = value - mean;
        mean += apart / (double)(s + 1);
        squares += apart * (value - mean);
    }
    if (status != CLAU_MEASURE_OK)
        return status;
    result.surrogate_mean = mean;
    if (options->surrogates > 1)
        result.surrogate_deviation = sqrt(squares / (double)(options->surrogates - 1));
    result.effective = result.entropy - mean;
    result.p_value = (double)(1 + as_large) / (double)(1 + options->surrogates);
    *transfer = result;
    return CLAU_MEASURE_OK;
}

/// Whether alphabet^length is below 2^63.
static bool words_fit(size_t alphabet, size_t length) {
    return (double)length * log2((double)alphabet) < 63.0;
}

static enum clau_measure_status check(struct clau_symbols target, struct clau_symbols source,
                                      size_t count, const struct clau_transfer_options *options) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (options->source_history == 0 || options->delay == 0 ||
        (options->surrogate != CLAU_SURROGATE_SHUFFLE &&
         options->surrogate != CLAU_SURROGATE_SHIFT) ||
        options->source_history >= SIZE_MAX - options->delay || options->target_history == SIZE_MAX)
        return CLAU_MEASURE_BAD_OPTION;
    for (size_t i = 0; i < count; i++) {
        if (target.symbols[i] >= target.alphabet || source.symbols[i] >= source.alphabet)
            return CLAU_MEASURE_BAD_SYMBOL;
    }
    if (!words_fit(target.alphabet, options->target_history + 1) ||
        !words_fit(source.alphabet, options->source_history))
        return CLAU_MEASURE_BAD_OPTION;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_transfer_entropy(struct clau_symbols target,
                                               struct clau_symbols source, size_t count,
                                               const struct clau_transfer_options *options,
                                               struct clau_transfer *transfer) {
    enum clau_measure_status status = check(target, source, count, options);
    if (status != CLAU_MEASURE_OK)
        return status;
    const size_t reach = options->source_history + options->delay - 1;
    const size_t first = reach > options->target_history ? reach : options->target_history;
    if (first >= count)
        return CLAU_MEASURE_TOO_FEW;
    const size_t n = count - first;
    struct steps steps = {.count = n, .estimator = options->estimator};
    if (!clau_words_init(&steps.words, n))
        return CLAU_MEASURE_OUT_OF_MEMORY;
    uint32_t *numbers = clau_allocate(n, 4 * sizeof *numbers);
    steps.codes = clau_allocate(n, sizeof *steps.codes);
    steps.order = clau_allocate(n, sizeof *steps.order);
    status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (numbers != NULL && steps.codes != NULL && steps.order != NULL) {
        steps.past = numbers;
        steps.next = numbers + n;
        steps.source = numbers + 2 * n;
        steps.shuffled = numbers + 3 * n;
        status = number_words(&steps, target, source, first, options);
        if (status == CLAU_MEASURE_OK)
            status = measure(&steps, options, transfer);
    }
    clau_words_finish(&steps.words);
    free(numbers);
    free(steps.codes);
    free(steps.order);
    return status;
}

enum clau_measure_status clau_transfer_series(const double *target, struct clau_bins target_bins,
                                              const double *source, struct clau_bins source_bins,
                                              size_t count,
                                              const struct clau_transfer_options *options,
                                              struct clau_transfer *transfer) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    uint32_t *numbers = clau_allocate(count, 2 * sizeof *numbers);
    if (numbers == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    enum clau_measure_status status = clau_histogram_numbers(target, count, target_bins, numbers);
    if (status == CLAU_MEASURE_OK)
        status = clau_histogram_numbers(source, count, source_bins, numbers + count);
    if (status == CLAU_MEASURE_OK)
        status = clau_transfer_entropy((struct clau_symbols){numbers, target_bins.count},
                                       (struct clau_symbols){numbers + count, source_bins.count},
                                       count, options, transfer);
    free(numbers);
    return status;
}
