// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "diagnostics/histogram.h"
#include "diagnostics/kernel_density.h"
#include "numerics/fft.h"
#include "numerics/memory.h"

enum {
    CELLS = 1 << 14,
    STAGES = 7, ///< l of Botev et al.
};

static double mean_of(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/// Covariance (N - 1).
static double covariance_of(const double *x, const double *y, size_t count) {
    const double x_mean = mean_of(x, count), y_mean = mean_of(y, count);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (x[i] - x_mean) * (y[i] - y_mean);
    return sum / (double)(count - 1);
}

// ---- Botev's bandwidth --------------------------------------------------------------------------

/// Cosine transform of shares [CELLS], squared: (sum_j shares_j cos(pi k (j + 1/2) / CELLS))^2. By
/// a transform of the even cells followed by the odd ones backwards (J. Makhoul 1980).
static enum clau_measure_status cosine_powers(const double *shares, double *powers) {
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    struct clau_real_fft *fft = clau_real_fft_create(CELLS, CLAU_PERIODIC);
    double *folded = clau_allocate(CELLS, sizeof *folded);
    double complex *modes = clau_allocate(CELLS / 2 + 1, sizeof *modes);
    if (fft == NULL || folded == NULL || modes == NULL)
        goto out;
    for (size_t j = 0; j < CELLS / 2; j++) {
        folded[j] = shares[2 * j];
        folded[CELLS - 1 - j] = shares[2 * j + 1];
    }
    clau_real_fft_forward(fft, folded, modes);
    for (size_t k = 0; k < CELLS; k++) {
        const double complex mode = k <= CELLS / 2 ? modes[k] : conj(modes[CELLS - k]);
        const double a = creal(mode * cexp(-I * M_PI * (double)k / (2.0 * CELLS)));
        powers[k] = a * a;
    }
    status = CLAU_MEASURE_OK;
out:
    free(modes);
    free(folded);
    clau_real_fft_destroy(fft);
    return status;
}

/// Squared norm of the density's derivative of order s, smoothed for a time: 2 pi^(2s)
/// sum_k k^(2s) a_k^2 exp(-k^2 pi^2 time).
static double derivative_norm(const double *powers, int s, double time) {
    double sum = 0.0;
    for (size_t k = 1; k < CELLS; k++) {
        const double square = (double)k * (double)k, exponent = square * M_PI * M_PI * time;
        if (exponent > 745.0)
            break; // the exponential of this and all others is 0
        sum += pow(square, s) * powers[k] * exp(-exponent);
    }
    return 2.0 * pow(M_PI, 2 * s) * sum;
}

/// xi gamma^[l](t) of eq. (33), for values scaled to an interval of length 1.
static double next_time(const double *powers, double count, double time) {
    double norm = derivative_norm(powers, STAGES, time);
    for (int s = STAGES - 1; s >= 2; s--) {
        double odd = 1.0; // 1 * 3 * ... * (2s - 1)
        for (int i = 3; i < 2 * s; i += 2)
            odd *= i;
        const double factor = (1.0 + pow(0.5, s + 0.5)) / 3.0;
        const double pilot =
            pow(2.0 * factor * odd / (sqrt(2.0 * M_PI) * count * norm), 2.0 / (3.0 + 2.0 * s));
        norm = derivative_norm(powers, s, pilot);
    }
    return pow(2.0 * count * sqrt(M_PI) * norm, -0.4);
}

/// Smallest bracket by doubling, as in the authors' program, then bisection to the last digit.
static enum clau_measure_status fixed_point(const double *powers, double count, double *time) {
    const double most = 0.1;
    double low = 0.0, high = 1e-12 + 1e-5 * (fmin(fmax(count, 50.0), 1050.0) - 50.0);
    while (!(high - next_time(powers, count, high) > 0.0)) {
        if (high >= most)
            return CLAU_MEASURE_NO_ROOT;
        low = high;
        high = fmin(2.0 * high, most);
    }
    for (;;) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        if (middle - next_time(powers, count, middle) > 0.0)
            high = middle;
        else
            low = middle;
    }
    *time = high;
    return CLAU_MEASURE_OK;
}

static enum clau_measure_status botev(const double *values, size_t count, double minimum,
                                      double maximum, double *bandwidth) {
    const double range = maximum - minimum;
    double *shares = clau_allocate(CELLS, sizeof *shares), time = 0.0;
    double *powers = clau_allocate(CELLS, sizeof *powers);
    enum clau_measure_status status = CLAU_MEASURE_OUT_OF_MEMORY;
    if (shares == NULL || powers == NULL)
        goto out;
    status = clau_histogram_uniform(values, count, minimum - 0.5 * range, maximum + 0.5 * range,
                                    CELLS, shares);
    if (status != CLAU_MEASURE_OK)
        goto out;
    for (size_t j = 0; j < CELLS; j++)
        shares[j] /= (double)count;
    status = cosine_powers(shares, powers);
    if (status == CLAU_MEASURE_OK)
        status = fixed_point(powers, (double)count, &time);
    if (status == CLAU_MEASURE_OK)
        *bandwidth = sqrt(time) * 2.0 * range;
out:
    free(shares);
    free(powers);
    return status;
}

// ---- Rules --------------------------------------------------------------------------------------

enum clau_measure_status clau_kernel_bandwidth(const double *values, size_t count,
                                               enum clau_bandwidth rule, double *bandwidth) {
    double minimum, maximum;
    enum clau_measure_status status = clau_histogram_extent(values, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count < 2)
        return CLAU_MEASURE_TOO_FEW;
    if (minimum == maximum)
        return CLAU_MEASURE_CONSTANT;
    if (rule == CLAU_BANDWIDTH_BOTEV)
        return botev(values, count, minimum, maximum, bandwidth);
    if (rule != CLAU_BANDWIDTH_SCOTT && rule != CLAU_BANDWIDTH_SILVERMAN)
        return CLAU_MEASURE_BAD_OPTION;
    const double n = (double)count, spread = sqrt(covariance_of(values, values, count));
    const double h = spread * pow(rule == CLAU_BANDWIDTH_SCOTT ? n : 0.75 * n, -0.2);
    if (!(h > 0.0) || isinf(h))
        return CLAU_MEASURE_BAD_BANDWIDTH; // squares of huge or tiny values
    *bandwidth = h;
    return CLAU_MEASURE_OK;
}

enum clau_measure_status clau_kernel_covariance(const double *x, const double *y, size_t count,
                                                enum clau_bandwidth rule, double covariance[3]) {
    double minimum, maximum;
    enum clau_measure_status status = clau_histogram_extent(x, count, &minimum, &maximum);
    if (status == CLAU_MEASURE_OK)
        status = clau_histogram_extent(y, count, &minimum, &maximum);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (count < 2)
        return CLAU_MEASURE_TOO_FEW;
    if (rule != CLAU_BANDWIDTH_SCOTT && rule != CLAU_BANDWIDTH_SILVERMAN)
        return CLAU_MEASURE_BAD_OPTION;
    const double factor = pow((double)count, -1.0 / 3.0);
    const double xx = covariance_of(x, x, count), yy = covariance_of(y, y, count);
    const double xy = covariance_of(x, y, count);
    // 1 - rho^2 below its rounding error: the points lie on a line.
    if (!(xx * yy - xy * xy > 0x1p-50 * (xx * yy)))
        return CLAU_MEASURE_SINGULAR;
    covariance[0] = factor * xx;
    covariance[1] = factor * xy;
    covariance[2] = factor * yy;
    return CLAU_MEASURE_OK;
}
