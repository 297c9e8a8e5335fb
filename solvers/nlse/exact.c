// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/exact.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

double complex nlse_exact_soliton(const struct nlse_soliton *soliton, double x, double t) {
    const double a = soliton->amplitude, v = soliton->velocity, y = x - soliton->position;
    // t first: at t = 0 no amplitude overflows.
    const double angle = v * y + 0.5 * t * (a - v) * (a + v) + soliton->phase;
    return a / cosh(a * (y - v * t)) * cexp(I * angle);
}

/// Least ratio of two pivots at which the solution is trusted: its error is the rounding of a long
/// double (5e-20 on x86-64) over that.
static const long double SMALLEST_PIVOT = 1e-11L;

/// Solves the n x n system by elimination without pivoting: its matrix is Hermitian and positive
/// definite (a Gram matrix of exponentials). False if it is too close to singular.
static bool solve(size_t n, long double complex matrix[][NLSE_MAXIMUM_SOLITONS],
                  long double complex *values) {
    long double smallest = INFINITY, largest = 0.0L;
    for (size_t column = 0; column < n; column++) {
        smallest = fminl(smallest, creall(matrix[column][column]));
        largest = fmaxl(largest, creall(matrix[column][column]));
        for (size_t row = column + 1; row < n; row++) {
            const long double complex factor = matrix[row][column] / matrix[column][column];
            for (size_t k = column; k < n; k++)
                matrix[row][k] -= factor * matrix[column][k];
            values[row] -= factor * values[column];
        }
    }
    for (size_t row = n; row-- > 0;) {
        for (size_t k = row + 1; k < n; k++)
            values[row] -= matrix[row][k] * values[k];
        values[row] /= matrix[row][row];
    }
    return smallest > SMALLEST_PIVOT * largest;
}

double complex nlse_exact_solitons(size_t count, const struct nlse_soliton *solitons, double x,
                                   double t) {
    assert(count <= NLSE_MAXIMUM_SOLITONS);
    long double complex lambda[NLSE_MAXIMUM_SOLITONS], gamma[NLSE_MAXIMUM_SOLITONS];
    long double scale[NLSE_MAXIMUM_SOLITONS]; // min(1, 1/|gamma_j|); gamma is held times this
    for (size_t j = 0; j < count; j++) {
        const struct nlse_soliton *s = &solitons[j];
        lambda[j] = CMPLX(s->velocity, s->amplitude);
        const long double complex exponent =
            I * (lambda[j] * (x - s->position) - 0.5L * lambda[j] * lambda[j] * t + s->phase);
        const long double growth = creall(exponent);
        scale[j] = expl(-fmaxl(growth, 0.0L));
        gamma[j] = expl(fminl(growth, 0.0L)) * cexpl(I * cimagl(exponent));
    }
    // Row j times scale[j], unknown k divided by scale[k]: every entry stays below 2/(A_j + A_k).
    long double complex matrix[NLSE_MAXIMUM_SOLITONS][NLSE_MAXIMUM_SOLITONS];
    long double complex solution[NLSE_MAXIMUM_SOLITONS];
    for (size_t j = 0; j < count; j++) {
        for (size_t k = 0; k < count; k++)
            matrix[j][k] = (scale[j] * scale[k] + gamma[j] * conjl(gamma[k])) /
                           (-I * (lambda[j] - conjl(lambda[k])));
        solution[j] = gamma[j];
    }
    if (!solve(count, matrix, solution))
        return NAN;
    long double complex psi = 0.0L;
    for (size_t j = 0; j < count; j++)
        psi += scale[j] * solution[j];
    return (double complex)psi;
}

double nlse_akhmediev_period(double a) { return M_PI / sqrt(1.0 - 2.0 * a); }

double complex nlse_exact_akhmediev(double a, double x, double t) {
    const double b = sqrt(8.0 * a * (1.0 - 2.0 * a)), w = 2.0 * sqrt(1.0 - 2.0 * a);
    // Numerator and denominator divided by cosh bt.
    const double modulation = sqrt(2.0 * a) * cos(w * x) / cosh(b * t);
    const double complex numerator = CMPLX(1.0 - 4.0 * a + modulation, b * tanh(b * t));
    return cexp(I * t) * numerator / (modulation - 1.0);
}

double complex nlse_exact_kuznetsov_ma(double a, double x, double t) {
    const double b = sqrt(8.0 * a * (2.0 * a - 1.0)), w = 2.0 * sqrt(2.0 * a - 1.0);
    // Numerator and denominator divided by cosh Wx.
    const double localised = 1.0 / cosh(w * x);
    const double complex numerator = CMPLX((1.0 - 4.0 * a) * cos(b * t) * localised + sqrt(2.0 * a),
                                           -b * sin(b * t) * localised);
    return cexp(I * t) * numerator / (sqrt(2.0 * a) - cos(b * t) * localised);
}

double complex nlse_exact_peregrine(double x, double t) {
    return cexp(I * t) * (1.0 - 4.0 * CMPLX(1.0, 2.0 * t) / (1.0 + 4.0 * x * x + 4.0 * t * t));
}
