// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/entropy.h"

#include <float.h>
#include <stdlib.h>

#include "tests/approx.h"

// Unless said otherwise tolerances are what entropy.h promises: 1e-14, relative.
#define PROMISED 1e-14

static const double orders[] = {0.0, 0.3, 0.5, 0.75, 0.999, 1.0 - 1e-9, 1.0,  1.0 + 1e-12,
                                1.1, 1.3, 1.5, 2.0,  3.0,   7.3,        40.0, INFINITY};
enum { ORDERS = sizeof orders / sizeof orders[0] };

static double shannon(const double *weights, size_t count) {
    double entropy = NAN;
    assert_int_equal(clau_entropy_shannon(weights, count, &entropy), CLAU_MEASURE_OK);
    return entropy;
}

static double renyi(const double *weights, size_t count, double order) {
    double entropy = NAN;
    assert_int_equal(clau_entropy_renyi(weights, count, order, &entropy), CLAU_MEASURE_OK);
    return entropy;
}

static double tsallis(const double *weights, size_t count, double order) {
    double entropy = NAN;
    assert_int_equal(clau_entropy_tsallis(weights, count, order, &entropy), CLAU_MEASURE_OK);
    return entropy;
}

enum { RAMP, CONCENTRATED, SPREAD, DISTRIBUTIONS };

/// The weights of the table below; returns their number.
static size_t fill_weights(int which, double weights[300]) {
    static const double concentrated[] = {1.0, 1e-10, 3e-12, 1e-20};
    size_t count = 0;
    switch (which) {
    case RAMP:
        for (; count < 300; ++count) {
            weights[count] = (double)count + 1.0;
        }
        break;
    case CONCENTRATED:
        for (; count < 4; ++count) {
            weights[count] = concentrated[count];
        }
        break;
    default:
        for (int exponent = 0; exponent < 1000; exponent += 7) {
            weights[count++] = ldexp(1.0, -exponent);
        }
    }
    return count;
}

// mpmath with 60 digits, from the definitions: ln(sum p^q)/(1-q), (1 - sum p^q)/(q-1) with
// p = w/sum w, the weights and orders being the doubles that they are here.
static const struct {
    int weights;
    double order, renyi, tsallis;
} references[] = {
    {RAMP, 0.5, 5.5875470673700104641, 30.685145683261389397},
    {RAMP, 0.999, 5.5124109121351146445, 5.5276322049882133884},
    {RAMP, 0.999999, 5.5122860425926413289, 5.5123012352692648935},
    {RAMP, 0.999999999, 5.5122859177646322352, 5.512285932957279853},
    {RAMP, 0.999999999999, 5.5122859176398042684, 5.5122859176549965803},
    {RAMP, 1, 5.5122859176396793182, 5.5122859176396793182},
    {RAMP, 1.000000000001, 5.5122859176395543542, 5.5122859176243603555},
    {RAMP, 1.000000001, 5.5122859175147263875, 5.5122859023220771401},
    {RAMP, 1.000001, 5.5122857926868004404, 5.5122706000673869281},
    {RAMP, 1.001, 5.5121610062633330586, 5.496996921869161933},
    {RAMP, 1.25, 5.4834252351273210208, 2.9844421653237602672},
    {RAMP, 1.26, 5.4823610719843434786, 2.9215040674207786674},
    {RAMP, 2, 5.4177629129780335907, 0.99556293835363602805},
    {RAMP, 3.7, 5.3287498729392536632, 0.37037016135884262572},
    {RAMP, 30, 5.1068242310373595216, 0.034482758620689655172},
    {CONCENTRATED, 0.5, 0.000023464060972851737784, 0.000023464198613929341457},
    {CONCENTRATED, 0.999, 2.5129618091288985553e-9, 2.5129618091320560439e-9},
    {CONCENTRATED, 0.999999, 2.4852098853521182894e-9, 2.4852098853521213776e-9},
    {CONCENTRATED, 0.999999999, 2.4851823472611178946e-9, 2.4851823472611178977e-9},
    {CONCENTRATED, 0.999999999999, 2.4851823197232396607e-9, 2.4851823197232396607e-9},
    {CONCENTRATED, 1, 2.4851823196956748269e-9, 2.4851823196956748269e-9},
    {CONCENTRATED, 1.000000000001, 2.4851823196681069326e-9, 2.4851823196681069326e-9},
    {CONCENTRATED, 1.000000001, 2.4851822921302291243e-9, 2.4851822921302291212e-9},
    {CONCENTRATED, 1.000001, 2.4851547544648481291e-9, 2.4851547544648450411e-9},
    {CONCENTRATED, 1.001, 2.4578284554121371442e-9, 2.4578284554091166839e-9},
    {CONCENTRATED, 1.25, 5.1371929607125454225e-10, 5.1371929603826610285e-10},
    {CONCENTRATED, 1.26, 4.9817608940331480569e-10, 4.9817608937105148161e-10},
    {CONCENTRATED, 2, 2.0599999999938200757e-10, 2.0599999997816400757e-10},
    {CONCENTRATED, 3.7, 1.411481481545827249e-10, 1.4114814812768694527e-10},
    {CONCENTRATED, 30, 1.0655172414278845219e-10, 1.0655172397816603855e-10},
    {SPREAD, 0.5, 0.17723922130821478937, 0.18532987832533013883},
    {SPREAD, 0.999, 0.046141709452923565781, 0.04614277399797243128},
    {SPREAD, 0.999999, 0.046048233584835075215, 0.046048234645054999661},
    {SPREAD, 0.999999999, 0.046048140262469999239, 0.04604814026353021482},
    {SPREAD, 0.999999999999, 0.046048140169147788055, 0.046048140169148848247},
    {SPREAD, 1, 0.046048140169054374495, 0.046048140169054374495},
    {SPREAD, 1.000000000001, 0.046048140168960950563, 0.046048140168959890253},
    {SPREAD, 1.000000001, 0.046048140075638739685, 0.046048140074578523996},
    {SPREAD, 1.000001, 0.046048046753580613033, 0.046048045693369324484},
    {SPREAD, 1.001, 0.045954877814468601942, 0.045953821905245919069},
    {SPREAD, 1.25, 0.029914400389683194911, 0.029802819799650759336},
    {SPREAD, 1.26, 0.029489570018501486667, 0.029376805884735988374},
    {SPREAD, 2, 0.015625317903080841821, 0.015503875968992248062},
    {SPREAD, 3.7, 0.010748052087083906312, 0.010593596934111272488},
    {SPREAD, 30, 0.0081136318562336822826, 0.0072297444934893780842},
};

static void test_against_many_digits(void **state) {
    (void)state;
    double weights[300];
    for (size_t i = 0; i < sizeof references / sizeof references[0]; ++i) {
        const size_t count = fill_weights(references[i].weights, weights);
        assert_relative(renyi(weights, count, references[i].order), references[i].renyi, PROMISED);
        assert_relative(tsallis(weights, count, references[i].order), references[i].tsallis,
                        PROMISED);
    }
}

static void test_uniform_distribution(void **state) {
    (void)state;
    static const size_t counts[] = {1, 2, 3, 15, 16, 17, 255, 256, 257, 1000, 1000000};
    double *weights = calloc(1000000, sizeof *weights);
    assert_non_null(weights);
    for (size_t i = 0; i < 1000000; ++i) {
        weights[i] = 0.1;
    }
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; ++c) {
        const size_t n = counts[c];
        assert_relative(shannon(weights, n), log((double)n), 1e-15);
        for (size_t k = 0; k < ORDERS; ++k) {
            const double q = orders[k];
            assert_relative(renyi(weights, n, q), log((double)n), PROMISED);
            const double exact = q == 1.0   ? log((double)n)
                                 : isinf(q) ? 0.0
                                            : expm1((1.0 - q) * log((double)n)) / (1.0 - q);
            assert_relative(tsallis(weights, n, q), exact, PROMISED);
        }
    }
    free(weights);
}

// p_i = (1-x) x^i: H = -ln(1-x) - x/(1-x) ln x, sum p^q = (1-x)^q/(1-x^q).
static void test_geometric_distribution(void **state) {
    (void)state;
    const double x = 0.875;
    double weights[700];
    for (int i = 0; i < 700; ++i) {
        weights[i] = pow(x, i); // the rest, x^700, is 1e-41
    }
    assert_relative(shannon(weights, 700), -log(0.125) - 7.0 * log(x), PROMISED);
    for (size_t k = 1; k < ORDERS - 1; ++k) {
        const double q = orders[k];
        if (fabs(q - 1.0) > 0.01) {
            // At q = 0.3 the rest is x^(0.3 * 700) = 7e-13 of the sum.
            const double tolerance = q < 0.5 ? 1e-11 : q < 0.8 ? 5e-14 : PROMISED;
            const double power_sum = pow(0.125, q) / (1.0 - pow(x, q));
            assert_relative(renyi(weights, 700, q), log(power_sum) / (1.0 - q), tolerance);
            assert_relative(tsallis(weights, 700, q), (1.0 - power_sum) / (q - 1.0), tolerance);
        }
    }
    assert_relative(renyi(weights, 700, INFINITY), -log(0.125), PROMISED);
}

// p = (1 - x, x): the definitions as they stand, with ln(1 - x) = log1p(-x). They lose no digits
// for these x and orders, but for the sum of powers near 1, whence the bounds on x and q.
static void test_two_points(void **state) {
    (void)state;
    static const double shares[] = {0.5, 0.375, 0.25, 0.1, 0.03125};
    static const double far_orders[] = {0.3, 0.5, 2.0, 3.0, 7.3};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; ++i) {
        const double x = shares[i], weights[] = {3.0 * x, 3.0 * (1.0 - x)};
        assert_relative(shannon(weights, 2), -x * log(x) - (1.0 - x) * log1p(-x), PROMISED);
        for (size_t k = 0; k < sizeof far_orders / sizeof far_orders[0]; ++k) {
            const double q = far_orders[k], power_sum = pow(x, q) + pow(1.0 - x, q);
            assert_relative(renyi(weights, 2, q), log(power_sum) / (1.0 - q), PROMISED);
            assert_relative(tsallis(weights, 2, q), (1.0 - power_sum) / (q - 1.0), PROMISED);
        }
        assert_relative(renyi(weights, 2, 0.0), log(2.0), 1e-15);
        assert_true(tsallis(weights, 2, 0.0) == 1.0);
        assert_relative(renyi(weights, 2, INFINITY), -log1p(-x), PROMISED);
    }
}

// Towards order 1, with d = q - 1 and H, V, K the mean, variance and third cumulant of -ln p under
// p:
//     R_q = H - d V/2 + d^2 K/6 + ...
//     T_q = H - d (V + H^2)/2 + d^2 (K/6 + H V/2 + H^3/6) + ...
// Here H = 3.29, V = 0.93, K = 1.56: the terms in d^2 are 0.079 d^2 H and 2.35 d^2 H.
static void test_both_sides_of_order_one(void **state) {
    (void)state;
    enum { COUNT = 64 };
    double weights[COUNT], sum = 0.0, mean = 0.0, variance = 0.0;
    for (int i = 0; i < COUNT; ++i) {
        weights[i] = exp(-0.1 * i);
        sum += weights[i];
    }
    for (int i = 0; i < COUNT; ++i) {
        mean -= weights[i] / sum * log(weights[i] / sum);
    }
    for (int i = 0; i < COUNT; ++i) {
        const double surprise = -log(weights[i] / sum);
        variance += weights[i] / sum * (surprise - mean) * (surprise - mean);
    }
    const double h = shannon(weights, COUNT);
    // 64 rounded terms in a plain sum.
    assert_relative(h, mean, 2 * PROMISED);
    for (int exponent = 6; exponent <= 12; ++exponent) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const double q = 1.0 + sign * pow(10.0, -exponent), d = q - 1.0;
            assert_relative(renyi(weights, COUNT, q), h - 0.5 * d * variance,
                            PROMISED + 0.08 * d * d);
            assert_relative(tsallis(weights, COUNT, q), h - 0.5 * d * (variance + h * h),
                            PROMISED + 2.4 * d * d);
        }
    }
}

// One state of weight 1 and n of weight x, r = nx small: H = ln(1+r) - r ln x / (1+r),
// R_q = (q ln(1+r) - ln(1 + n x^q)) / (q-1). The entropy is tiny and in proportion to the sum over
// a million terms, so that thousands of equal blocks added up with a rounding each would show. Both
// sides round a dozen times: 3e-15.
static void test_a_million_rare_states(void **state) {
    (void)state;
    enum { RARE = 1000000 };
    static const double shares[] = {0.7e-12, 1.3e-11, 1.0 / 3e10};
    double *weights = malloc((RARE + 1) * sizeof *weights);
    assert_non_null(weights);
    for (size_t s = 0; s < sizeof shares / sizeof shares[0]; ++s) {
        const double x = shares[s], r = RARE * x;
        for (size_t i = 0; i <= RARE; ++i) {
            weights[i] = i == 777 ? 1.0 : x;
        }
        assert_relative(shannon(weights, RARE + 1), log1p(r) - r * log(x) / (1.0 + r), 3e-15);
        assert_relative(renyi(weights, RARE + 1, 2.0), 2.0 * log1p(r) - log1p(RARE * x * x), 3e-15);
        assert_relative(renyi(weights, RARE + 1, 0.5), 2.0 * log1p(RARE * sqrt(x)) - log1p(r),
                        3e-15);
    }
    free(weights);
}

// Density A/2 sech^2(Ax) of a soliton on a grid: the rectangle rule is spectrally exact, so that
// H + ln dx is the differential entropy 2 - 2 ln 2 - ln(A/2), and
// int f^2 = A/3 gives R_2 = ln(3/A) and T_2 = 1 - A/3.
static void test_soliton(void **state) {
    (void)state;
    enum { POINTS = 512 };
    const double amplitude = 1.5, step = 60.0 / POINTS;
    double weights[POINTS], result;
    for (int i = 0; i < POINTS; ++i) {
        const double cosine = cosh(amplitude * (-30.0 + i * step));
        weights[i] = 1.0 / (cosine * cosine);
    }
    const double exact = 2.0 - 2.0 * log(2.0) - log(amplitude / 2.0);
    // The rule's error falls like exp(-pi^2/(A dx)) = 1e-24; ln dx = -2.1 is added to H = 3.
    assert_relative(shannon(weights, POINTS), exact - log(step), PROMISED);
    clau_entropy_shannon_differential(weights, POINTS, step, &result);
    assert_relative(result, exact, 3e-14);
    clau_entropy_renyi_differential(weights, POINTS, 2.0, step, &result);
    assert_relative(result, log(3.0 / amplitude), 3e-14);
    clau_entropy_tsallis_differential(weights, POINTS, 2.0, step, &result);
    assert_relative(result, 1.0 - amplitude / 3.0, 3e-14);
    clau_entropy_tsallis_differential(weights, POINTS, 1.0, step, &result);
    assert_relative(result, exact, 3e-14);
    // The largest density is 3/4 at x = 0.
    clau_entropy_renyi_differential(weights, POINTS, INFINITY, step, &result);
    assert_relative(result, -log(0.75), 3e-14);
    clau_entropy_tsallis_differential(weights, POINTS, INFINITY, step, &result);
    assert_true(result == 0.0);
    clau_entropy_tsallis_differential(weights, POINTS, INFINITY, step / 2.0, &result);
    assert_true(result == -INFINITY);
}

static void test_independent_systems(void **state) {
    (void)state;
    enum { LEFT = 23, RIGHT = 31 };
    double left[LEFT], right[RIGHT], both[LEFT * RIGHT];
    for (int i = 0; i < LEFT; ++i) {
        left[i] = 1.0 + sin(i);
    }
    for (int j = 0; j < RIGHT; ++j) {
        right[j] = exp(-0.2 * j);
    }
    for (int i = 0; i < LEFT; ++i) {
        for (int j = 0; j < RIGHT; ++j) {
            both[i * RIGHT + j] = left[i] * right[j];
        }
    }
    for (size_t k = 0; k < ORDERS - 1; ++k) {
        const double q = orders[k];
        assert_relative(renyi(both, LEFT * RIGHT, q), renyi(left, LEFT, q) + renyi(right, RIGHT, q),
                        2 * PROMISED);
        const double a = tsallis(left, LEFT, q), b = tsallis(right, RIGHT, q);
        assert_relative(tsallis(both, LEFT * RIGHT, q), a + b + (1.0 - q) * a * b, 5 * PROMISED);
    }
}

static void test_zeros_and_scale_change_nothing(void **state) {
    (void)state;
    enum { COUNT = 40 };
    double plain[COUNT], padded[3 * COUNT] = {0.0}, scaled[COUNT];
    // The extremes leave no room for a sum, and hardly for an inverse of the largest weight.
    static const double scales[] = {3.0, 1e-290, 1e-307, 1e300, DBL_MAX / 40.0};
    for (int i = 0; i < COUNT; ++i) {
        plain[i] = 1.0 + i;
        padded[3 * i + 1] = plain[i];
        padded[3 * i + 2] = -0.0;
    }
    for (size_t k = 0; k < ORDERS; ++k) {
        const double exact = renyi(plain, COUNT, orders[k]);
        assert_relative(renyi(padded, sizeof padded / sizeof padded[0], orders[k]), exact,
                        PROMISED);
        for (size_t s = 0; s < sizeof scales / sizeof scales[0]; ++s) {
            for (int i = 0; i < COUNT; ++i) {
                scaled[i] = plain[i] * scales[s];
            }
            assert_relative(renyi(scaled, COUNT, orders[k]), exact, PROMISED);
        }
    }
    const double subnormal[] = {0x1p-1074, 0x1p-1074, 0.0};
    assert_relative(shannon(subnormal, 3), log(2.0), 1e-15);
}

static void test_a_single_state_has_no_entropy(void **state) {
    (void)state;
    const double weights[] = {0.0, 3.0, 0.0};
    for (size_t k = 0; k < ORDERS; ++k) {
        assert_true(renyi(weights, 3, orders[k]) == 0.0);
        assert_true(tsallis(weights, 3, orders[k]) == 0.0);
    }
}

static void test_all_at_once_is_one_by_one(void **state) {
    (void)state;
    double weights[300], h, r[ORDERS], t[ORDERS];
    for (int which = 0; which < DISTRIBUTIONS; ++which) {
        const size_t count = fill_weights(which, weights);
        assert_int_equal(clau_entropies(weights, count, &h, orders, ORDERS, r, orders, ORDERS, t),
                         CLAU_MEASURE_OK);
        assert_true(h == shannon(weights, count));
        for (size_t k = 0; k < ORDERS; ++k) {
            assert_true(r[k] == renyi(weights, count, orders[k]));
            assert_true(t[k] == tsallis(weights, count, orders[k]));
        }
    }
}

static void check_error(const double *weights, size_t count, double order,
                        enum clau_measure_status expected) {
    double h = 77.0, r = 77.0, t = 77.0;
    assert_int_equal(clau_entropies(weights, count, &h, &order, 1, &r, &order, 1, &t), expected);
    assert_int_equal(clau_entropy_tsallis_differential(weights, count, order, 1.0, &t), expected);
    assert_true(h == 77.0 && r == 77.0 && t == 77.0);
}

static void test_errors(void **state) {
    (void)state;
    double weights[300];
    for (size_t place = 0; place < 300; place += 23) {
        fill_weights(RAMP, weights);
        weights[place] = NAN;
        check_error(weights, 300, 2.0, CLAU_MEASURE_NOT_A_NUMBER);
        weights[place] = -1e-300;
        check_error(weights, 300, 2.0, CLAU_MEASURE_NEGATIVE);
        weights[place] = -INFINITY;
        check_error(weights, 300, 2.0, CLAU_MEASURE_NEGATIVE);
        weights[place] = INFINITY;
        check_error(weights, 300, 2.0, CLAU_MEASURE_INFINITE);
    }
    fill_weights(RAMP, weights);
    check_error(weights, 0, 2.0, CLAU_MEASURE_EMPTY);
    check_error(weights, 300, -0.5, CLAU_MEASURE_BAD_ORDER);
    check_error(weights, 300, NAN, CLAU_MEASURE_BAD_ORDER);
    const double zeros[3] = {0.0, -0.0, 0.0};
    check_error(zeros, 3, 2.0, CLAU_MEASURE_ZERO_SUM);
    double result = 77.0;
    const double widths[] = {0.0, -1.0, NAN, INFINITY};
    for (size_t i = 0; i < 4; ++i) {
        assert_int_equal(clau_entropy_shannon_differential(weights, 300, widths[i], &result),
                         CLAU_MEASURE_BAD_WIDTH);
    }
    assert_true(result == 77.0);
}

static void test_active_states(void **state) {
    (void)state;
    const double weights[] = {0.0, 4.0, 0.4, 0.041, 0.04, 4.0};
    size_t states = 99;
    assert_int_equal(clau_active_states(weights, 6, 0.01, &states), CLAU_MEASURE_OK);
    assert_int_equal(states, 4); // 0.04 is just the share
    assert_int_equal(clau_active_states(weights, 6, 0.0, &states), CLAU_MEASURE_OK);
    assert_int_equal(states, 5);
    assert_int_equal(clau_active_states(weights, 6, 1.0, &states), CLAU_MEASURE_OK);
    assert_int_equal(states, 0);
    assert_int_equal(clau_active_states(weights, 1, 0.5, &states), CLAU_MEASURE_ZERO_SUM);
    assert_int_equal(clau_active_states(weights, 6, -0.1, &states), CLAU_MEASURE_BAD_OPTION);
    assert_int_equal(clau_active_states(weights, 6, NAN, &states), CLAU_MEASURE_BAD_OPTION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_active_states),
        cmocka_unit_test(test_against_many_digits),
        cmocka_unit_test(test_uniform_distribution),
        cmocka_unit_test(test_geometric_distribution),
        cmocka_unit_test(test_two_points),
        cmocka_unit_test(test_both_sides_of_order_one),
        cmocka_unit_test(test_a_million_rare_states),
        cmocka_unit_test(test_soliton),
        cmocka_unit_test(test_independent_systems),
        cmocka_unit_test(test_zeros_and_scale_change_nothing),
        cmocka_unit_test(test_a_single_state_has_no_entropy),
        cmocka_unit_test(test_all_at_once_is_one_by_one),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("entropy", tests, NULL, NULL);
}
