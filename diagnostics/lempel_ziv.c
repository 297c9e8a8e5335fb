// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/lempel_ziv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/histogram.h"
#include "numerics/memory.h"

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare_doubles);
    return 0.5 * values[(count - 1) / 2] + 0.5 * values[count / 2];
}

static double mean_of(const double *values, size_t count) {
    double sum = 0.0, mean = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        mean += values[i] / (double)count; // less exact, but does not overflow
    }
    return isfinite(sum) ? sum / (double)count : mean;
}

enum clau_measure_status clau_binarise(const double *series, size_t count,
                                       enum clau_threshold threshold, uint8_t *symbols) {
    double minimum, maximum;
    const enum clau_measure_status status =
        clau_histogram_extent(series, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    double *sorted = clau_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    memcpy(sorted, series, count * sizeof *sorted);
    // The mean of equal values may be rounded to less than they are.
    const double level = minimum == maximum                 ? minimum
                         : threshold == CLAU_THRESHOLD_MEAN ? mean_of(series, count)
                                                            : median_of(sorted, count);
    for (size_t i = 0; i < count; i++)
        symbols[i] = series[i] > level;
    free(sorted);
    return CLAU_MEASURE_OK;
}

/// Suffix automaton of what has been read: a state stands for parts of the text that end at the
/// same places, the longest of them `length` long; `link` leads to the state of shorter ones. State
/// 0 is the start, and a missing transition.
struct automaton {
    size_t alphabet;
    uint32_t states, last;
    uint32_t *length, *link;
    uint32_t *next; ///< [state][alphabet]
};

static bool automaton_init(struct automaton *a, size_t count, size_t alphabet) {
    const size_t most = 2 * count;
    *a = (struct automaton){.alphabet = alphabet, .states = 1};
    a->length = clau_allocate(most, sizeof *a->length);
    a->link = clau_allocate(most, sizeof *a->link);
    a->next = clau_allocate(most, alphabet * sizeof *a->next);
    return a->length != NULL && a->link != NULL && a->next != NULL;
}

static void automaton_finish(struct automaton *a) {
    free(a->length);
    free(a->link);
    free(a->next);
}

static uint32_t *transition(struct automaton *a, uint32_t state, uint8_t symbol) {
    return &a->next[state * a->alphabet + symbol];
}

/// Splits the state that `from` leads to, so that its shorter parts can end at more places.
static uint32_t split(struct automaton *a, uint32_t from, uint8_t symbol) {
    const uint32_t whole = *transition(a, from, symbol), part = a->states++;
    a->length[part] = a->length[from] + 1;
    a->link[part] = a->link[whole];
    memcpy(transition(a, part, 0), transition(a, whole, 0), a->alphabet * sizeof *a->next);
    a->link[whole] = part;
    for (uint32_t s = from; *transition(a, s, symbol) == whole; s = a->link[s]) {
        *transition(a, s, symbol) = part;
        if (s == 0)
            break;
    }
    return part;
}

static void append(struct automaton *a, uint8_t symbol) {
    const uint32_t fresh = a->states++;
    a->length[fresh] = a->length[a->last] + 1;
    uint32_t s = a->last;
    a->last = fresh;
    for (; *transition(a, s, symbol) == 0; s = a->link[s]) {
        *transition(a, s, symbol) = fresh;
        if (s == 0)
            return; // a new symbol: its link is the start
    }
    const uint32_t known = *transition(a, s, symbol);
    const bool longest = a->length[known] == a->length[s] + 1;
    a->link[fresh] = longest ? known : split(a, s, symbol);
}

static size_t count_phrases(struct automaton *a, const uint8_t *symbols, size_t count) {
    size_t phrases = 0;
    uint32_t phrase = 0; // state of what there is of the present one
    for (size_t j = 0; j < count; j++) {
        // Has it occurred with s_j in s_0 ... s_(j-1)? A state that was split since the last step
        // leads where its parts lead.
        phrase = *transition(a, phrase, symbols[j]);
        phrases += phrase == 0;
        append(a, symbols[j]);
    }
    return phrases + (phrase != 0);
}

enum clau_measure_status clau_lempel_ziv(const uint8_t *symbols, size_t count, int alphabet,
                                         size_t *phrases, double *normalised) {
    if (count == 0)
        return CLAU_MEASURE_EMPTY;
    if (alphabet < 2 || alphabet > 256)
        return CLAU_MEASURE_BAD_SYMBOL;
    for (size_t i = 0; i < count; i++) {
        if (symbols[i] >= alphabet)
            return CLAU_MEASURE_BAD_SYMBOL;
    }
    if (count < 2)
        return CLAU_MEASURE_TOO_SHORT;
    struct automaton automaton;
    const bool complete = count <= INT32_MAX && automaton_init(&automaton, count, (size_t)alphabet);
    if (complete) {
        const double n = (double)count;
        const size_t found = count_phrases(&automaton, symbols, count);
        if (phrases != NULL)
            *phrases = found;
        if (normalised != NULL)
            *normalised = (double)found * log(n) / (log(alphabet) * n);
    }
    if (count <= INT32_MAX)
        automaton_finish(&automaton);
    return complete ? CLAU_MEASURE_OK : CLAU_MEASURE_OUT_OF_MEMORY;
}
