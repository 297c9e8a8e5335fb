// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/irreversibility.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/draws.h"
#include "diagnostics/total.h"
#include "diagnostics/words.h"
#include "numerics/memory.h"

/// A surrogate's S this close to the series' is equal to it.
static const double EQUAL = 1e-12;

/// The series as numbered states, their steps, and the reversible chain with the same traffic.
struct chain {
    size_t series, count, states;
    uint32_t *path;  ///< [series][count]
    uint64_t *codes; ///< [steps] from * states + to
    struct clau_words states_found, steps;
    size_t *row;              ///< [states + 1] where a state's ways begin
    uint32_t *way;            ///< [ways] state that it leads to
    double *traffic;          ///< [ways] n_ij + n_ji, summed up along the row
    uint32_t *parent, *drawn; ///< [states] union of connected states; [series][count]
};

static size_t step_count(const struct chain *chain) { return chain->series * (chain->count - 1); }

static void count_steps(struct chain *chain, const uint32_t *path) {
    size_t step = 0;
    for (size_t s = 0; s < chain->series; s++) {
        const uint32_t *one = path + s * chain->count;
        for (size_t t = 0; t + 1 < chain->count; t++)
            chain->codes[step++] = (uint64_t)one[t] * chain->states + one[t + 1];
    }
    clau_words_count(&chain->steps, chain->codes, step, NULL);
}

struct step {
    size_t from, to;
    double forth, back; ///< n_ij, n_ji
};

static struct step step_of(const struct chain *chain, size_t k) {
    const uint64_t code = chain->steps.word[k];
    struct step step = {.from = code / chain->states, .to = code % chain->states};
    step.forth = chain->steps.counts[k];
    step.back = clau_words_find(&chain->steps, (uint64_t)step.to * chain->states + step.from);
    return step;
}

/// S of the steps last counted: each pair of states once, from its direction with the lower start,
/// or from the only one there is.
static double rate_of(const struct chain *chain) {
    struct clau_total sum = {0.0, 0.0};
    for (size_t k = 0; k < chain->steps.different; k++) {
        const struct step step = step_of(chain, k);
        if (step.from < step.to || step.back == 0.0)
            clau_total_add(&sum,
                           (step.forth - step.back) * log((step.forth + 0.5) / (step.back + 0.5)));
    }
    return clau_total_value(sum) / (double)step_count(chain);
}

static uint32_t root_of(uint32_t *parent, size_t state) {
    while (parent[state] != state)
        state = parent[state] = parent[parent[state]];
    return (uint32_t)state;
}

static void describe(struct chain *chain, struct clau_irreversibility *result) {
    size_t parts = chain->states;
    for (size_t i = 0; i < chain->states; i++)
        chain->parent[i] = (uint32_t)i;
    for (size_t k = 0; k < chain->steps.different; k++) {
        const struct step step = step_of(chain, k);
        if (step.from == step.to)
            continue;
        result->unpaired += step.back == 0.0 ? step.forth : 0.0;
        result->pairs += step.from < step.to || step.back == 0.0;
        const uint32_t a = root_of(chain->parent, step.from), b = root_of(chain->parent, step.to);
        parts -= a != b;
        chain->parent[a] = b;
    }
    result->states = chain->states;
    result->cycles = result->pairs + parts - chain->states;
    result->steps = (double)step_count(chain);
    result->bias = 2.0 * (double)result->cycles / result->steps;
}

/// Lists each state's ways with the traffic of both directions.
static bool build_ways(struct chain *chain) {
    const size_t different = chain->steps.different;
    for (size_t k = 0; k < different; k++) {
        const struct step step = step_of(chain, k);
        chain->row[step.from + 1]++;
        chain->row[step.to + 1] += step.back == 0.0;
    }
    for (size_t i = 0; i < chain->states; i++)
        chain->row[i + 1] += chain->row[i];
    const size_t ways = chain->row[chain->states];
    chain->way = clau_allocate(ways, sizeof *chain->way);
    chain->traffic = clau_allocate(ways, sizeof *chain->traffic);
    size_t *filled = clau_allocate(chain->states, sizeof *filled);
    if (chain->way == NULL || chain->traffic == NULL || filled == NULL) {
        free(filled);
        return false;
    }
    for (size_t k = 0; k < different; k++) {
        const struct step step = step_of(chain, k);
        const size_t ends[2][2] = {{step.from, step.to}, {step.to, step.from}};
        for (size_t end = 0; end < (step.back == 0.0 ? 2 : 1); end++) {
            const size_t i = ends[end][0], first = chain->row[i];
            const size_t place = first + filled[i]++;
            chain->way[place] = (uint32_t)ends[end][1];
            chain->traffic[place] =
                step.forth + step.back + (place > first ? chain->traffic[place - 1] : 0.0);
        }
    }
    free(filled);
    return true;
}

static uint32_t next_state(const struct chain *chain, uint32_t state, uint64_t word) {
    size_t low = chain->row[state], high = chain->row[state + 1] - 1;
    const double target = clau_random_half_open(word) * chain->traffic[high];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (chain->traffic[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return chain->way[low];
}

static void draw_chains(struct chain *chain, uint64_t seed, size_t surrogate) {
    for (size_t s = 0; s < chain->series; s++) {
        uint32_t *drawn = chain->drawn + s * chain->count;
        drawn[0] = chain->path[s * chain->count];
        // A state at the end of a series has a way at least: the one back.
        for (size_t t = 1; t < chain->count; t++)
            drawn[t] =
                next_state(chain, drawn[t - 1],
                           clau_draw(seed, CLAU_DRAW_CHAIN, surrogate, s * chain->count + t));
    }
}

static enum clau_measure_status measure(struct chain *chain, size_t surrogates, uint64_t seed,
                                        struct clau_irreversibility *result) {
    struct clau_irreversibility measured = {0};
    count_steps(chain, chain->path);
    measured.rate = rate_of(chain);
    describe(chain, &measured);
    if (surrogates > 0 && !build_ways(chain))
        return CLAU_MEASURE_OUT_OF_MEMORY;
    double mean = 0.0, squares = 0.0;
    size_t as_large = 0;
    for (size_t s = 0; s < surrogates; s++) {
        draw_chains(chain, seed, s);
        count_steps(chain, chain->drawn);
        const double rate = rate_of(chain), apart = rate - mean;
        as_large += rate >= measured.rate - EQUAL;
        mean += apart / (double)(s + 1);
        squares += apart * (rate - mean);
    }
    measured.surrogate_mean = mean;
    if (surrogates > 1)
        measured.surrogate_deviation = sqrt(squares / (double)(surrogates - 1));
    measured.p_value = (double)(1 + as_large) / (double)(1 + surrogates);
    *result = measured;
    return CLAU_MEASURE_OK;
}

static bool number_states(struct chain *chain, const uint32_t *symbols) {
    const size_t count = chain->series * chain->count;
    uint64_t *words = clau_allocate(count, sizeof *words);
    if (words == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        words[i] = symbols[i];
    clau_words_count(&chain->states_found, words, count, chain->path);
    chain->states = chain->states_found.different;
    free(words);
    return true;
}

enum clau_measure_status clau_irreversibility(const uint32_t *symbols, size_t series, size_t count,
                                              size_t alphabet, size_t surrogates, uint64_t seed,
                                              struct clau_irreversibility *result) {
    if (series == 0 || count == 0)
        return CLAU_MEASURE_EMPTY;
    if (count < 2)
        return CLAU_MEASURE_TOO_FEW;
    if (series > SIZE_MAX / count)
        return CLAU_MEASURE_OUT_OF_MEMORY;
    const size_t values = series * count;
    for (size_t i = 0; i < values; i++) {
        if (symbols[i] >= alphabet)
            return CLAU_MEASURE_BAD_SYMBOL;
    }
    struct chain chain = {.series = series, .count = count};
    chain.path = clau_allocate(values, 2 * sizeof *chain.path);
    chain.codes = clau_allocate(values, sizeof *chain.codes);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (chain.path == NULL || chain.codes == NULL ||
        !clau_words_init(&chain.states_found, values) ||
        !clau_words_init(&chain.steps, step_count(&chain)) || !number_states(&chain, symbols))
        goto out;
    chain.drawn = chain.path + values;
    chain.row = clau_allocate(chain.states + 1, sizeof *chain.row);
    chain.parent = clau_allocate(chain.states, sizeof *chain.parent);
    if (chain.row != NULL && chain.parent != NULL)
        status = measure(&chain, surrogates, seed, result);
out:
    clau_words_finish(&chain.states_found);
    clau_words_finish(&chain.steps);
    free(chain.path);
    free(chain.codes);
    free(chain.row);
    free(chain.way);
    free(chain.traffic);
    free(chain.parent);
    return status;
}
