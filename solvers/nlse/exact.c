// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/exact.h"

#include <assert.h>
#include <math.h>

double complex nlse_exact_soliton(const struct nlse_soliton *soliton, double x, double t) {
    const double a = soliton->amplitude, v = soliton->velocity, y = x - soliton->position;
    const double angle = v * y + 0.5 * (a * a - v * v) * t + soliton->phase;
    return a / cosh(a * (y - v * t)) * cexp(I * angle);
}

/// Solves the n x n system by elimination without pivoting: its matrix is Hermitian and positive
/// definite (a Gram matrix of exponentials).
static void solve(size_t n, double complex matrix[][NLSE_MAXIMUM_SOLITONS],
                  double complex *values) {
    for (size_t column = 0; column < n; column++)
        for (size_t row = column + 1; row < n; row++) {
            const double complex factor = matrix[row][column] / matrix[column][column];
            for (size_t k = column; k < n; k++)
                matrix[row][k] -= factor * matrix[column][k];
            values[row] -= factor * values[column];
        }
    for (size_t row = n; row-- > 0;) {
        for (size_t k = row + 1; k < n; k++)
            values[row] -= matrix[row][k] * values[k];
        values[row] /= matrix[row][row];
    }
}

double complex nlse_exact_solitons(size_t count, const struct nlse_soliton *solitons, double x,
                                   double t) {
    assert(count <= NLSE_MAXIMUM_SOLITONS);
    double complex lambda[NLSE_MAXIMUM_SOLITONS], gamma[NLSE_MAXIMUM_SOLITONS];
    double scale[NLSE_MAXIMUM_SOLITONS]; // min(1, 1/|gamma_j|); gamma is held times this
    for (size_t j = 0; j < count; j++) {
        const struct nlse_soliton *s = &solitons[j];
        lambda[j] = CMPLX(s->velocity, s->amplitude);
        const double complex exponent =
            I * (lambda[j] * (x - s->position) - 0.5 * lambda[j] * lambda[j] * t + s->phase);
        const double growth = creal(exponent);
        scale[j] = exp(-fmax(growth, 0.0));
        gamma[j] = exp(fmin(growth, 0.0)) * cexp(I * cimag(exponent));
    }
    // Row j times scale[j], unknown k divided by scale[k]: every entry stays below 2/(A_j + A_k).
    double complex matrix[NLSE_MAXIMUM_SOLITONS][NLSE_MAXIMUM_SOLITONS];
    double complex solution[NLSE_MAXIMUM_SOLITONS];
    for (size_t j = 0; j < count; j++) {
        for (size_t k = 0; k < count; k++)
            matrix[j][k] = (scale[j] * scale[k] + gamma[j] * conj(gamma[k])) /
                           (-I * (lambda[j] - conj(lambda[k])));
        solution[j] = gamma[j];
    }
    solve(count, matrix, solution);
    double complex psi = 0.0;
    for (size_t j = 0; j < count; j++)
        psi += scale[j] * solution[j];
    return psi;
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
