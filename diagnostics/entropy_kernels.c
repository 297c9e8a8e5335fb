// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/entropy_kernels.h"

#include <float.h>
#include <math.h>

#include "diagnostics/simd.h"

enum { LANES = CLAU_ENTROPY_LANES, VECTORS = LANES / 4 };

static inline double lanes_sum(const clau_double4 lane[static VECTORS]) {
    const clau_double4 four = (lane[0] + lane[2]) + (lane[1] + lane[3]);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

CLAU_CLONES struct clau_entropy_extent clau_entropy_extent(const double *weights, size_t length) {
    // In any order, two chains at once: extremes are exact, and of the sum it matters only whether
    // it is NaN.
    const size_t half = length / 2;
    double low = 0.0, high = 0.0, sum = 0.0, low_b = 0.0, high_b = 0.0, sum_b = 0.0;
    CLAU_REDUCTION(reduction(min : low, low_b) reduction(max : high, high_b)
                       reduction(+ : sum, sum_b))
    for (size_t i = 0; i < half; ++i) {
        const double a = weights[i], b = weights[half + i];
        low = a < low ? a : low;
        low_b = b < low_b ? b : low_b;
        high = a > high ? a : high;
        high_b = b > high_b ? b : high_b;
        sum += a;
        sum_b += b;
    }
    return (struct clau_entropy_extent){
        .minimum = low_b < low ? low_b : low,
        .maximum = high_b > high ? high_b : high,
        .sum = sum + sum_b,
    };
}

#define SCALE4(w, scale)                                                                           \
    CLAU_ZERO_UNLESS4((w) < (scale).maximum, (w) * (scale).prescale * (scale).inverse)

CLAU_CLONES void clau_entropy_scale(const double *weights, size_t length,
                                    struct clau_entropy_scale scale, double *scaled) {
    for (size_t i = 0; i < length; i += 4) {
        const clau_double4 w = CLAU_LOAD4(weights + i);
        CLAU_STORE4(scaled + i, SCALE4(w, scale));
    }
}

CLAU_CLONES struct clau_entropy_sums clau_entropy_sums(const double *weights, size_t length,
                                                       struct clau_entropy_scale scale) {
    clau_double4 linear[VECTORS] = {0}, square[VECTORS] = {0}, ties[VECTORS] = {0};
    for (size_t i = 0; i < length; i += LANES) {
        for (size_t k = 0; k < VECTORS; ++k) {
            const clau_double4 w = CLAU_LOAD4(weights + i + 4 * k);
            const clau_double4 u = SCALE4(w, scale);
            linear[k] += u;
            square[k] += u * u;
            ties[k] += CLAU_ZERO_UNLESS4(w == scale.maximum, CLAU_SPLAT4(1.0));
        }
    }
    return (struct clau_entropy_sums){lanes_sum(linear), lanes_sum(square), lanes_sum(ties)};
}

static double sum_of(const double *terms, size_t length) {
    clau_double4 sum[VECTORS] = {0};
    for (size_t i = 0; i < length; i += LANES) {
        for (size_t k = 0; k < VECTORS; ++k)
            sum[k] += CLAU_LOAD4(terms + i + 4 * k);
    }
    return lanes_sum(sum);
}

CLAU_CLONES double clau_entropy_count_positive(const double *weights, size_t length) {
    clau_double4 sum[VECTORS] = {0};
    for (size_t i = 0; i < length; i += LANES) {
        for (size_t k = 0; k < VECTORS; ++k) {
            const clau_double4 w = CLAU_LOAD4(weights + i + 4 * k);
            sum[k] += CLAU_ZERO_UNLESS4(w > 0.0, CLAU_SPLAT4(1.0));
        }
    }
    return lanes_sum(sum);
}

// The logarithm of four normal numbers, as a macro because a function could not return a vector
// without AVX in its ABI. x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), and with
// s = f/(2 + f): ln(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)). R is the minimax polynomial, ln 2
// the two-part constant, of P. T. P. Tang's scheme as in the Sun libm (e_log.c); the error is
// below one unit in the last place.
#define SQRT_HALF_BITS 0x3fe6a09e00000000u
#define ONE_BITS 0x3ff0000000000000u
#define TWO_52_BITS 0x4330000000000000u
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

#define LOG4(x, result)                                                                            \
    do {                                                                                           \
        const clau_bits4 shifted = (clau_bits4)(x) + (ONE_BITS - SQRT_HALF_BITS);                  \
        const clau_bits4 biased = shifted >> 52;                                                   \
        const clau_double4 mantissa =                                                              \
            (clau_double4)((shifted & 0x000fffffffffffffu) + SQRT_HALF_BITS);                      \
        /* The exponent is small, so that it can be made a double by writing it there. */          \
        const clau_double4 exponent = (clau_double4)(biased | TWO_52_BITS) - (0x1p52 + 1023.0);    \
        const clau_double4 f = mantissa - 1.0;                                                     \
        const clau_double4 half_square = 0.5 * f * f;                                              \
        const clau_double4 s = f / (2.0 + f);                                                      \
        const clau_double4 z = s * s;                                                              \
        const clau_double4 w = z * z;                                                              \
        const clau_double4 even =                                                                  \
            w * (3.999999999940941908e-01 +                                                        \
                 w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));                   \
        const clau_double4 odd =                                                                   \
            z * (6.666666666666735130e-01 +                                                        \
                 w * (2.857142874366239149e-01 +                                                   \
                      w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));             \
        const clau_double4 correction = s * (half_square + (even + odd)) + exponent * LN2_LOW;     \
        (result) = exponent * LN2_HIGH - ((half_square - correction) - f);                         \
    } while (0)

CLAU_CLONES double clau_entropy_sum_logs(const double *scaled, size_t length, double *logs) {
    clau_double4 sum[VECTORS] = {0};
    for (size_t i = 0; i < length; i += LANES) {
        for (size_t k = 0; k < VECTORS; ++k) {
            const clau_double4 u = CLAU_LOAD4(scaled + i + 4 * k);
            const clau_double4 x = CLAU_SELECT4(u >= DBL_MIN, u, CLAU_SPLAT4(1.0));
            clau_double4 log_u;
            LOG4(x, log_u);
            CLAU_STORE4(logs + i + 4 * k, log_u);
            sum[k] += u * log_u;
        }
    }
    return lanes_sum(sum);
}

/// u^(twice/2), by multiplication.
CLAU_CLONES static void half_integer_powers(const double *scaled, size_t length, int twice,
                                            double *powers) {
    for (size_t i = 0; i < length; ++i) {
        powers[i] = sqrt(scaled[i]);
    }
    if (twice % 2 == 0) {
        for (size_t i = 0; i < length; ++i) {
            powers[i] = 1.0;
        }
    }
    for (int factor = 0; factor < twice / 2; ++factor) {
        for (size_t i = 0; i < length; i += 4) {
            CLAU_STORE4(powers + i, CLAU_LOAD4(powers + i) * CLAU_LOAD4(scaled + i));
        }
    }
}

double clau_entropy_sum_powers(const double *scaled, size_t length, double order) {
    double powers[CLAU_ENTROPY_BLOCK];
    const int twice = order <= 8.0 ? (int)(2.0 * order) : 0;
    if (twice > 0 && (double)twice == 2.0 * order) {
        half_integer_powers(scaled, length, twice, powers);
    } else {
        for (size_t i = 0; i < length; ++i) {
            powers[i] = scaled[i] > 0.0 ? pow(scaled[i], order) : 0.0;
        }
    }
    return sum_of(powers, length);
}

double clau_entropy_sum_excess(const double *scaled, const double *logs, size_t length,
                               double distance) {
    double terms[CLAU_ENTROPY_BLOCK];
    for (size_t i = 0; i < length; ++i) {
        terms[i] = scaled[i] * expm1(distance * logs[i]);
    }
    return sum_of(terms, length);
}
