// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/random.h"

#include <stdlib.h>

#include "tests/approx.h"

// Made by numpy 1.24: c being the counter as the integer step + 2^64 individual + 2^128 purpose +
// 2^192 block, and d = (c - 1) mod 2^256 cut into four words,
// numpy.random.Philox(key=[seed, stream], counter=d).random_raw(4). The first and third are also
// in Random123's file of known answers.
static void test_words_are_those_of_numpy(void **state) {
    (void)state;
    const uint64_t ones = UINT64_MAX;
    static const struct {
        struct clau_random_key key;
        struct clau_random_counter counter;
        uint64_t expected[4];
    } rows[] = {
        {{0, 0},
         {0, 0, 0, 0},
         {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{42, 0},
         {1, 2, 3, 4},
         {0x8b470057c8d6340f, 0x01ac35c49bc2b095, 0x5c32d7bc9623bf76, 0x722ca636b5faab6b}},
        {{ones, ones},
         {ones, ones, ones, ones},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{12345, 7},
         {0, 1, 0, 0},
         {0x899b18303521d6a8, 0xaa041e474ad88039, 0xef7bdf72afaad662, 0xb2941f77b2ded472}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct clau_random_words words = clau_random_uint64x4(rows[i].key, rows[i].counter);
        for (int k = 0; k < 4; ++k) {
            assert_true(words.word[k] == rows[i].expected[k]);
        }
    }
}

static void test_doubles_of_words(void **state) {
    (void)state;
    // numpy.random.Generator(Philox) of the second row above.
    assert_true(clau_random_half_open(0x8b470057c8d6340f) == 0.5440521444623634);
    assert_true(clau_random_half_open(0x01ac35c49bc2b095) == 0.0065339665413926);
    assert_true(clau_random_half_open(0) == 0.0);
    assert_true(clau_random_half_open(UINT64_MAX) == 1.0 - 0x1p-53);
    assert_true(clau_random_open(0) == 0x1p-53);
    assert_true(clau_random_open(UINT64_MAX) == 1.0 - 0x1p-53);
    assert_true(clau_random_open(UINT64_MAX / 2) == 0.5 - 0x1p-53);
}

static void test_normal_pair(void **state) {
    (void)state;
    double pair[2];
    // v = 1/8 puts both on the diagonal; u = 1/2 to 53 bits.
    clau_random_normal_pair(UINT64_MAX / 2, (uint64_t)1 << 61, pair);
    // sqrt(2 ln 2) cos(pi/4) = sqrt(ln 2); log, sqrt and cos are good to one unit each.
    assert_relative(pair[0], 0.83255461115769775635, 1e-15);
    assert_relative(pair[1], 0.83255461115769775635, 1e-15);
    clau_random_normal_pair(0, 0, pair);
    assert_relative(pair[0], sqrt(2.0 * 53.0 * log(2.0)), 1e-15);
    assert_true(pair[1] == 0.0);
}

typedef void filler(struct clau_random_key key, uint64_t step, uint64_t purpose, uint64_t start,
                    size_t count, double *values);

static void test_fills_do_not_depend_on_the_portions(void **state) {
    (void)state;
    filler *const fillers[] = {clau_random_fill_half_open, clau_random_fill_open,
                               clau_random_fill_normal};
    enum { COUNT = 101 };
    const struct clau_random_key key = {7, 1};
    for (size_t f = 0; f < 3; ++f) {
        double whole[COUNT], parts[COUNT + 1];
        fillers[f](key, 9, 2, 0, COUNT, whole);
        for (size_t portion = 1; portion <= 9; ++portion) {
            parts[COUNT] = -77.0;
            for (size_t start = 0; start < COUNT; start += portion) {
                const size_t length = COUNT - start < portion ? COUNT - start : portion;
                fillers[f](key, 9, 2, start, length, parts + start);
            }
            assert_memory_equal(whole, parts, sizeof whole);
            assert_true(parts[COUNT] == -77.0);
        }
        double other[COUNT];
        fillers[f](key, 10, 2, 0, COUNT, other);
        assert_true(other[0] != whole[0] && other[COUNT - 1] != whole[COUNT - 1]);
        fillers[f](key, 9, 3, 0, COUNT, other);
        assert_true(other[0] != whole[0] && other[COUNT - 1] != whole[COUNT - 1]);
    }
}

static void test_fills_are_the_documented_words(void **state) {
    (void)state;
    const struct clau_random_key key = {5, 0};
    double uniform[1], normal[1], pair[2];
    const struct clau_random_words words =
        clau_random_uint64x4(key, (struct clau_random_counter){3, 25, 6, 0});
    clau_random_fill_half_open(key, 3, 6, 103, 1, uniform);
    assert_true(uniform[0] == clau_random_half_open(words.word[3]));
    clau_random_fill_open(key, 3, 6, 101, 1, uniform);
    assert_true(uniform[0] == clau_random_open(words.word[1]));
    clau_random_normal_pair(words.word[2], words.word[3], pair);
    clau_random_fill_normal(key, 3, 6, 103, 1, normal);
    assert_true(normal[0] == pair[1]);
}

// Words of keys that differ in one bit, or in which of the two numbers has it, agree in none of the
// 1024 places: by chance some pair of 53-bit numbers would for one seed in 10^12.
static void test_streams_differ(void **state) {
    (void)state;
    enum { COUNT = 1024, KEYS = 5 };
    static const struct clau_random_key keys[KEYS] = {{1, 0}, {0, 1}, {1, 1}, {3, 0}, {1, 2}};
    static double values[KEYS][COUNT];
    for (size_t k = 0; k < KEYS; ++k) {
        clau_random_fill_half_open(keys[k], 4, 2, 0, COUNT, values[k]);
    }
    for (size_t a = 0; a < KEYS; ++a) {
        for (size_t b = 0; b < a; ++b) {
            double product = 0.0;
            for (size_t i = 0; i < COUNT; ++i) {
                assert_true(values[a][i] != values[b][i]);
                product += (values[a][i] - 0.5) * (values[b][i] - 0.5) / COUNT;
            }
            // 5 standard errors of a mean of products with the variance 1/144.
            assert_close(product, 0.0, 5.0 / 12.0 / sqrt((double)COUNT));
        }
    }
}

static int ascending(const void *left, const void *right) {
    const double l = *(const double *)left, r = *(const double *)right;
    return (l > r) - (l < r);
}

/// Kolmogorov's sqrt(n) sup |F_n - F| of sorted values u = F(x).
static double kolmogorov(double *uniform, size_t count) {
    double largest = 0.0;
    qsort(uniform, count, sizeof *uniform, ascending);
    for (size_t i = 0; i < count; ++i) {
        const double above = (double)(i + 1) / (double)count - uniform[i];
        const double below = uniform[i] - (double)i / (double)count;
        largest = fmax(largest, fmax(above, below));
    }
    return sqrt((double)count) * largest;
}

enum { SAMPLE = 1 << 16 };

// The seed is fixed, so that nothing here fails by chance. A good generator leaves 5 standard
// errors once in two million seeds, and 1.95 of Kolmogorov's distribution once in a thousand.
static void test_uniform_sample(void **state) {
    (void)state;
    static double u[SAMPLE];
    clau_random_fill_open((struct clau_random_key){1, 0}, 0, 0, 0, SAMPLE, u);
    double mean = 0.0, variance = 0.0, neighbours = 0.0;
    for (size_t i = 0; i < SAMPLE; ++i) {
        mean += u[i] / SAMPLE;
        variance += (u[i] - 0.5) * (u[i] - 0.5) / SAMPLE;
        neighbours += (u[i] - 0.5) * (u[(i + 1) % SAMPLE] - 0.5) / SAMPLE;
    }
    const double error = 1.0 / sqrt((double)SAMPLE);
    assert_close(mean, 0.5, 5.0 * sqrt(1.0 / 12.0) * error);
    assert_close(variance, 1.0 / 12.0, 5.0 * sqrt(1.0 / 180.0) * error);
    assert_close(neighbours, 0.0, 5.0 / 12.0 * error);
    assert_true(kolmogorov(u, SAMPLE) < 1.95);
}

static void test_normal_sample(void **state) {
    (void)state;
    static double x[SAMPLE];
    clau_random_fill_normal((struct clau_random_key){1, 0}, 0, 0, 0, SAMPLE, x);
    double moment[5] = {0.0}, pairs = 0.0;
    for (size_t i = 0; i < SAMPLE; ++i) {
        for (int k = 1; k < 5; ++k) {
            moment[k] += pow(x[i], k) / SAMPLE;
        }
        pairs += x[i] * x[i ^ 1] / SAMPLE;
    }
    // Variances of x, x^2, x^3, x^4: 1, 2, 15, 96.
    const double error = 1.0 / sqrt((double)SAMPLE);
    assert_close(moment[1], 0.0, 5.0 * error);
    assert_close(moment[2], 1.0, 5.0 * sqrt(2.0) * error);
    assert_close(moment[3], 0.0, 5.0 * sqrt(15.0) * error);
    assert_close(moment[4], 3.0, 5.0 * sqrt(96.0) * error);
    // Each pair is in the mean twice.
    assert_close(pairs, 0.0, 5.0 * sqrt(2.0) * error);
    for (size_t i = 0; i < SAMPLE; ++i) {
        x[i] = 0.5 * erfc(-x[i] / sqrt(2.0));
    }
    assert_true(kolmogorov(x, SAMPLE) < 1.95);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_those_of_numpy),
        cmocka_unit_test(test_doubles_of_words),
        cmocka_unit_test(test_normal_pair),
        cmocka_unit_test(test_fills_do_not_depend_on_the_portions),
        cmocka_unit_test(test_fills_are_the_documented_words),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_uniform_sample),
        cmocka_unit_test(test_normal_sample),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
