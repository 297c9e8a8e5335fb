// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/entropy.h"

#include <math.h>
#include <string.h>

#include "diagnostics/entropy_kernels.h"
#include "diagnostics/total.h"
#include "diagnostics/weights.h"

enum { LANES = CLAU_ENTROPY_LANES, BLOCK = CLAU_ENTROPY_BLOCK };

static size_t round_up(size_t length) { return (length + LANES - 1) / LANES * LANES; }

/// The distribution: weights with what scales them to u_i = w_i/max w <= 1, and
/// r = (sum of u_i) - 1, summed without the largest weight so that it has no rounding error of
/// the size of 1.
struct distribution {
    const double *weights;
    size_t count;
    struct clau_entropy_scale scale;
    double others_tied;   ///< number of weights that equal the maximum, without one
    double rest, log_sum; ///< r, ln(1 + r)
    double square_rest;   ///< (sum of u_i^2) - 1
};

/// A block of the weights themselves: in place, or a copy padded with zeros at the end.
static const double *block_of(const double *weights, size_t count, size_t start,
                              double buffer[static BLOCK], size_t *length) {
    const size_t left = count - start;
    if (left >= BLOCK) {
        *length = BLOCK;
        return weights + start;
    }
    *length = round_up(left);
    memcpy(buffer, weights + start, left * sizeof *buffer);
    memset(buffer + left, 0, (*length - left) * sizeof *buffer);
    return buffer;
}

enum clau_measure_status clau_weights_check(const double *weights, size_t count, double *maximum) {
    if (count == 0) {
        return CLAU_MEASURE_EMPTY;
    }
    double buffer[BLOCK], sum = 0.0, minimum = 0.0, highest = 0.0;
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length;
        const double *block = block_of(weights, count, start, buffer, &length);
        const struct clau_entropy_extent extent = clau_entropy_extent(block, length);
        sum += extent.sum;
        minimum = fmin(minimum, extent.minimum);
        highest = fmax(highest, extent.maximum);
    }
    if (isnan(sum)) {
        for (size_t i = 0; i < count; ++i) {
            if (isnan(weights[i]))
                return CLAU_MEASURE_NOT_A_NUMBER;
        }
    }
    if (minimum < 0.0)
        return CLAU_MEASURE_NEGATIVE;
    if (isinf(highest))
        return CLAU_MEASURE_INFINITE;
    if (highest == 0.0) {
        return CLAU_MEASURE_ZERO_SUM;
    }
    *maximum = highest;
    return CLAU_MEASURE_OK;
}

/// Writes the u_i of the block at start and returns its length, a multiple of LANES.
static size_t block_scale(const struct distribution *distribution, size_t start,
                          double scaled[static BLOCK]) {
    double buffer[BLOCK];
    size_t length;
    const double *block =
        block_of(distribution->weights, distribution->count, start, buffer, &length);
    clau_entropy_scale(block, length, distribution->scale, scaled);
    return length;
}

static enum clau_measure_status distribution_init(struct distribution *distribution,
                                                  const double *weights, size_t count) {
    double maximum;
    const enum clau_measure_status status = clau_weights_check(weights, count, &maximum);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    // Keeps 1/maximum a normal number; powers of two, so that nothing is rounded.
    const double prescale = maximum < 0x1p-900 ? 0x1p+200 : maximum > 0x1p+900 ? 0x1p-200 : 1.0;
    *distribution = (struct distribution){
        .weights = weights,
        .count = count,
        .scale = {maximum, prescale, 1.0 / (maximum * prescale)},
    };

    struct clau_total others = {0.0, 0.0}, squares = {0.0, 0.0};
    double ties = 0.0, buffer[BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length;
        const double *block = block_of(weights, count, start, buffer, &length);
        const struct clau_entropy_sums sums = clau_entropy_sums(block, length, distribution->scale);
        ties += sums.ties;
        clau_total_add(&others, sums.linear);
        clau_total_add(&squares, sums.square);
    }
    distribution->others_tied = ties - 1.0;
    clau_total_add(&others, distribution->others_tied);
    clau_total_add(&squares, distribution->others_tied);
    distribution->rest = clau_total_value(others);
    distribution->square_rest = clau_total_value(squares);
    distribution->log_sum = log1p(distribution->rest);
    return CLAU_MEASURE_OK;
}

static double support(const struct distribution *distribution) {
    double buffer[BLOCK], states = 0.0;
    for (size_t start = 0; start < distribution->count; start += BLOCK) {
        size_t length;
        const double *block =
            block_of(distribution->weights, distribution->count, start, buffer, &length);
        states += clau_entropy_count_positive(block, length);
    }
    return states;
}

static double shannon_of(const struct distribution *distribution) {
    struct clau_total total = {0.0, 0.0};
    double scaled[BLOCK], logs[BLOCK];
    for (size_t start = 0; start < distribution->count; start += BLOCK) {
        const size_t length = block_scale(distribution, start, scaled);
        clau_total_add(&total, clau_entropy_sum_logs(scaled, length, logs));
    }
    return distribution->log_sum - clau_total_value(total) / (1.0 + distribution->rest);
}

/// sum u^q - 1, without the largest weight.
static double power_rest(const struct distribution *distribution, double order) {
    if (order == 2.0)
        return distribution->square_rest;
    struct clau_total total = {0.0, 0.0};
    double scaled[BLOCK];
    for (size_t start = 0; start < distribution->count; start += BLOCK) {
        const size_t length = block_scale(distribution, start, scaled);
        clau_total_add(&total, clau_entropy_sum_powers(scaled, length, order));
    }
    clau_total_add(&total, distribution->others_tied);
    return clau_total_value(total);
}

/// D = sum u (u^(q-1) - 1): what sum u^q is apart from sum u, without subtracting the two.
static double power_excess(const struct distribution *distribution, double order) {
    struct clau_total total = {0.0, 0.0};
    double scaled[BLOCK], logs[BLOCK];
    for (size_t start = 0; start < distribution->count; start += BLOCK) {
        const size_t length = block_scale(distribution, start, scaled);
        clau_entropy_sum_logs(scaled, length, logs);
        clau_total_add(&total, clau_entropy_sum_excess(scaled, logs, length, order - 1.0));
    }
    return clau_total_value(total);
}

static double renyi_of(const struct distribution *distribution, double order) {
    if (order == 0.0) {
        return log(support(distribution));
    }
    if (order == 1.0) {
        return shannon_of(distribution);
    }
    if (isinf(order)) {
        return distribution->log_sum;
    }
    if (fabs(order - 1.0) <= 0.25) {
        // Further away 1 + D/(1+r) may cancel for q > 1, and the quotient below is as good.
        const double excess = power_excess(distribution, order);
        return distribution->log_sum + log1p(excess / (1.0 + distribution->rest)) / (1.0 - order);
    }
    const double log_power_sum = log1p(power_rest(distribution, order));
    // Written so that a huge order does not overflow.
    return order / (order - 1.0) * distribution->log_sum - log_power_sum / (order - 1.0);
}

/// T_q from R_q: sum p^q = exp((1-q) R_q).
static double tsallis_from_renyi(double renyi, double order) {
    if (order == 1.0) {
        return renyi;
    }
    return expm1((1.0 - order) * renyi) / (1.0 - order);
}

static double tsallis_of(const struct distribution *distribution, double order,
                         const double *renyi_orders, size_t renyi_count, const double *renyi) {
    if (order == 0.0) {
        return support(distribution) - 1.0;
    }
    if (isinf(order)) {
        return 0.0;
    }
    for (size_t i = 0; i < renyi_count; ++i) {
        if (renyi_orders[i] == order) {
            return tsallis_from_renyi(renyi[i], order);
        }
    }
    return tsallis_from_renyi(renyi_of(distribution, order), order);
}

static bool orders_are_valid(const double *orders, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (!(orders[i] >= 0.0)) {
            return false;
        }
    }
    return true;
}

enum clau_measure_status clau_entropies(const double *weights, size_t count, double *shannon,
                                        const double *renyi_orders, size_t renyi_count,
                                        double *renyi, const double *tsallis_orders,
                                        size_t tsallis_count, double *tsallis) {
    if (!orders_are_valid(renyi_orders, renyi_count) ||
        !orders_are_valid(tsallis_orders, tsallis_count)) {
        return CLAU_MEASURE_BAD_ORDER;
    }
    struct distribution distribution;
    const enum clau_measure_status status = distribution_init(&distribution, weights, count);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (shannon != NULL) {
        *shannon = shannon_of(&distribution);
    }
    for (size_t i = 0; i < renyi_count; ++i) {
        renyi[i] = renyi_of(&distribution, renyi_orders[i]);
    }
    for (size_t i = 0; i < tsallis_count; ++i) {
        tsallis[i] = tsallis_of(&distribution, tsallis_orders[i], renyi_orders, renyi_count, renyi);
    }
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_entropy_shannon(const double *weights, size_t count,
                                              double *entropy) {
    return clau_entropies(weights, count, entropy, NULL, 0, NULL, NULL, 0, NULL);
}

enum clau_measure_status clau_entropy_renyi(const double *weights, size_t count, double order,
                                            double *entropy) {
    return clau_entropies(weights, count, NULL, &order, 1, entropy, NULL, 0, NULL);
}

enum clau_measure_status clau_entropy_tsallis(const double *weights, size_t count, double order,
                                              double *entropy) {
    return clau_entropies(weights, count, NULL, NULL, 0, NULL, &order, 1, entropy);
}

static bool width_is_valid(double width) { return width > 0.0 && isfinite(width); }

enum clau_measure_status clau_entropy_shannon_differential(const double *weights, size_t count,
                                                           double width, double *entropy) {
    return clau_entropy_renyi_differential(weights, count, 1.0, width, entropy);
}

enum clau_measure_status clau_entropy_renyi_differential(const double *weights, size_t count,
                                                         double order, double width,
                                                         double *entropy) {
    if (!width_is_valid(width)) {
        return CLAU_MEASURE_BAD_WIDTH;
    }
    double discrete;
    const enum clau_measure_status status = clau_entropy_renyi(weights, count, order, &discrete);
    if (status == CLAU_MEASURE_OK) {
        *entropy = discrete + log(width);
    }
    return status;
}

enum clau_measure_status clau_entropy_tsallis_differential(const double *weights, size_t count,
                                                           double order, double width,
                                                           double *entropy) {
    double renyi;
    const enum clau_measure_status status =
        clau_entropy_renyi_differential(weights, count, order, width, &renyi);
    if (status != CLAU_MEASURE_OK) {
        return status;
    }
    if (isinf(order)) {
        *entropy = renyi >= 0.0 ? 0.0 : -INFINITY;
    } else {
        *entropy = tsallis_from_renyi(renyi, order);
    }
    return status;
}

enum clau_measure_status clau_active_states(const double *weights, size_t count, double share,
                                            size_t *states) {
    double maximum;
    const enum clau_measure_status status = clau_weights_check(weights, count, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (!(share >= 0.0 && share <= 1.0))
        return CLAU_MEASURE_BAD_OPTION;
    *states = 0;
    for (size_t i = 0; i < count; i++)
        *states += weights[i] > share * maximum;
    return CLAU_MEASURE_OK;
}
