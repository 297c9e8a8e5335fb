// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/random.h"

#include <math.h>
#include <string.h>

#include <Random123/philox.h>

struct clau_random_words clau_random_uint64x4(struct clau_random_key key,
                                              struct clau_random_counter counter) {
    const philox4x64_ctr_t block = {
        {counter.step, counter.individual, counter.purpose, counter.block}};
    const philox4x64_key_t words = {{key.seed, key.stream}};
    const philox4x64_ctr_t result = philox4x64_R(10, block, words);
    return (struct clau_random_words){{result.v[0], result.v[1], result.v[2], result.v[3]}};
}

void clau_random_normal_pair(uint64_t first, uint64_t second, double normal[2]) {
    const double pi = 3.14159265358979323846;
    const double radius = sqrt(-2.0 * log(clau_random_open(first)));
    double sine, cosine;
    sincos(2.0 * pi * clau_random_half_open(second), &sine, &cosine);
    normal[0] = radius * cosine;
    normal[1] = radius * sine;
}

typedef void convert(const struct clau_random_words *words, double values[4]);

static void to_half_open(const struct clau_random_words *words, double values[4]) {
    for (int k = 0; k < 4; ++k) {
        values[k] = clau_random_half_open(words->word[k]);
    }
}

static void to_open(const struct clau_random_words *words, double values[4]) {
    for (int k = 0; k < 4; ++k) {
        values[k] = clau_random_open(words->word[k]);
    }
}

static void to_normal(const struct clau_random_words *words, double values[4]) {
    clau_random_normal_pair(words->word[0], words->word[1], values);
    clau_random_normal_pair(words->word[2], words->word[3], values + 2);
}

static inline void fill(struct clau_random_key key, uint64_t step, uint64_t purpose, uint64_t start,
                        size_t count, double *values, convert *to_values) {
    for (size_t done = 0; done < count;) {
        const struct clau_random_counter counter = {
            .step = step, .individual = (start + done) / 4, .purpose = purpose};
        const struct clau_random_words words = clau_random_uint64x4(key, counter);
        double four[4];
        to_values(&words, four);
        const size_t offset = (size_t)((start + done) % 4);
        const size_t wanted = count - done < 4 - offset ? count - done : 4 - offset;
        memcpy(values + done, four + offset, wanted * sizeof *values);
        done += wanted;
    }
}

void clau_random_fill_half_open(struct clau_random_key key, uint64_t step, uint64_t purpose,
                                uint64_t start, size_t count, double *values) {
    fill(key, step, purpose, start, count, values, to_half_open);
}

void clau_random_fill_open(struct clau_random_key key, uint64_t step, uint64_t purpose,
                           uint64_t start, size_t count, double *values) {
    fill(key, step, purpose, start, count, values, to_open);
}

void clau_random_fill_normal(struct clau_random_key key, uint64_t step, uint64_t purpose,
                             uint64_t start, size_t count, double *values) {
    fill(key, step, purpose, start, count, values, to_normal);
}
