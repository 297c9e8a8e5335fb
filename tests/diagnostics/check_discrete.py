#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the measures of counts, tables and matrices with numpy, scipy and the definitions.

Usage: check_discrete.py LIBRARY. Writes TAP, and the largest difference of each check.
"""
import ctypes
import math
import sys
from ctypes import byref, c_double, c_int, c_size_t

import numpy as np
import scipy.spatial.distance
import scipy.special
import scipy.stats

from discrete_calls import (Bins, CHAO_SHEN, Complexity, ESTIMATORS, GRASSBERGER, Joint, LIBRARY,
                            MILLER_MADOW, PLUG_IN, address, call, close, doubles,
                            estimate_by_definition, note, run)


# ---- Entropy of counts --------------------------------------------------------------------------

def estimate(counts, estimator, with_error=False):
    counts, entropy, error = doubles(counts), c_double(), c_double()
    call('clau_entropy_estimate', address(counts), c_size_t(counts.size), c_int(estimator),
         byref(entropy), byref(error) if with_error else None)
    return (entropy.value, error.value) if with_error else entropy.value


def samples_of_counts(generator):
    for states in (2, 5, 30, 200):
        uniform = np.full(states, 1 / states)
        geometric = 0.5 ** np.arange(1, states + 1)
        zipf = 1 / np.arange(1, states + 1)
        for shares in (uniform, geometric, zipf):
            for size in (2, 3, 10, 100, 3000):
                yield generator.multinomial(size, shares / shares.sum())
    yield [1, 2, 3, 4, 5]
    yield [7]
    yield [10 ** 6, 3, 1]


def check_estimators(generator):
    for counts in samples_of_counts(generator):
        for estimator in ESTIMATORS:
            # 1 - (1-q)^N loses digits in the definition where q N is small.
            close(estimate(counts, estimator), estimate_by_definition(counts, estimator), 1e-12,
                  counts, estimator)


def check_standard_errors(generator):
    for counts in samples_of_counts(generator):
        counts = np.asarray(counts)
        size = counts.sum()
        for estimator in ESTIMATORS:
            values = []
            for state in np.flatnonzero(counts):
                fewer = counts.copy()
                fewer[state] -= 1
                values += [(estimate_by_definition(fewer, estimator), counts[state])]
            value, number = np.transpose(values)
            mean = (number * value).sum() / size
            error = math.sqrt((size - 1) / size * (number * (value - mean) ** 2).sum())
            if estimator == GRASSBERGER:
                n = np.repeat(counts, counts).astype(float)
                psi = scipy.special.digamma
                g = psi(n) + 0.5 * (-1.0) ** n * (psi((n + 1) / 2) - psi(n / 2))
                error = np.std(g) / math.sqrt(size)
            # Differences of estimates, times up to the root of N.
            close(estimate(counts, estimator, True)[1], error, 1e-11, counts, estimator)


def check_published_constants(_):
    close(estimate([1, 2, 3, 4, 5], MILLER_MADOW) -
          estimate([1, 2, 3, 4, 5], PLUG_IN), 4 / 30, 1e-15)
    # infomeasure's tests: the series [1, 2, 3, 4, 5], and [1, 0, 1, 0] in bits.
    close(estimate([1, 1, 1, 1, 1], MILLER_MADOW), math.log(5) + 0.4, 1e-15)
    close(estimate([2, 2], MILLER_MADOW) / math.log(2), 1 + 1 / (8 * math.log(2)), 1e-15)


# ---- Histograms ---------------------------------------------------------------------------------

def check_bin_rules(generator):
    for size in (1, 2, 3, 4, 5, 8, 100, 101, 102, 103, 1024, 5000):
        for values in (generator.normal(size=size), generator.random(size) * 1e-250,
                       np.arange(size) % 7, np.round(generator.normal(size=size), 1) * 1e200,
                       np.full(size, 3.0), np.sort(generator.exponential(size=size)),
                       np.where(np.arange(size) % 5 == 0, 1.0, 0.0)):
            values = doubles(values)
            for rule, name in enumerate(('sturges', 'scott', 'fd')):
                bins = Bins()
                call('clau_histogram_bins', address(values), c_size_t(size), c_int(rule),
                     byref(bins))
                if values.max() > values.min():
                    # numpy's squares would overflow and its widths underflow.
                    scaled = np.ldexp(values, -np.frexp(np.abs(values).max())[1])
                    expected = np.histogram_bin_edges(scaled, name)
                    assert bins.count == expected.size - 1, (size, name, bins.count, expected.size)
                    edges = np.full(bins.count + 1, np.nan)
                    call('clau_histogram_edges', bins, address(edges))
                    expected = np.linspace(values.min(), values.max(), bins.count + 1)
                    assert (edges == expected).all(), (size, name)
                else:
                    assert (bins.minimum, bins.maximum, bins.count) == (values[0], values[0], 1)


def check_planes(generator):
    for size in (0, 1, 511, 512, 513, 3000):
        for columns, rows in ((1, 1), (3, 7), (40, 20)):
            x, y = generator.normal(size=size), np.round(generator.normal(size=size), 1)
            counts = np.full((columns, rows), np.nan)
            call('clau_histogram_plane', address(x), Bins(-1.5, 2.0, columns), address(y),
                 Bins(-2.0, 2.0, rows), c_size_t(size), address(counts))
            expected = np.histogram2d(x, y, (columns, rows), ((-1.5, 2.0), (-2.0, 2.0)))[0]
            assert (counts == expected).all(), (size, columns, rows)
            numbers = np.full(size, 99, dtype=np.uint32)
            call('clau_histogram_plane_numbers', address(x), Bins(-1.5, 2.0, columns), address(y),
                 Bins(-2.0, 2.0, rows), c_size_t(size), address(numbers))
            again = np.bincount(numbers, minlength=columns * rows + 1)
            assert (again[:-1] == expected.ravel()).all() and again[-1] == size - expected.sum()
            call('clau_histogram_numbers', address(y), c_size_t(size), Bins(-2.0, 2.0, rows),
                 address(numbers))
            edges = np.linspace(-2.0, 2.0, rows + 1)
            place = np.searchsorted(edges, y, 'right') - 1
            place = np.where(y == 2.0, rows - 1, place)
            place = np.where((y < -2.0) | (y > 2.0), rows, place)
            assert (numbers == place).all(), (size, rows)


# ---- Two distributions --------------------------------------------------------------------------

def divergence(name, first, second):
    first, second, result = doubles(first), doubles(second), c_double()
    call('clau_divergence_' + name, address(first), address(second), c_size_t(first.size),
         byref(result))
    return result.value


def check_divergences(generator):
    for count in (1, 2, 3, 10, 1000):
        for scale in (1.0, 1e-300, 1e300):
            p, q = generator.random(count) + 1e-3, generator.random(count) + 1e-3
            close(divergence('kullback_leibler', scale * p, q), scipy.stats.entropy(p, q), 1e-14)
            p[::3] = 0.0
            p[-1] = 1.0
            close(divergence('kullback_leibler', scale * p, q), scipy.stats.entropy(p, q), 1e-14)
            q[1::3] = 0.0
            if q.sum() > 0:
                expected = scipy.spatial.distance.jensenshannon(p, q) ** 2
                close(divergence('jensen_shannon', scale * p, q), expected, 1e-14)


def check_close_distributions(_):
    """p = (1 + e) / 2, q = (1 - e) / 2: D = 2 e artanh e, J = e artanh e + ln(1 - e^2) / 2."""
    for e in (2.0 ** -k for k in range(2, 40)):
        p, q = [1 + e, 1 - e], [1 - e, 1 + e]
        kullback = 2 * e * math.atanh(e)
        # The header's promise: some 1e-16 times the difference, here 2 e; that is 1e-16 / e of D.
        assert abs(divergence('kullback_leibler', p, q) / kullback - 1) <= 5e-16 / e + 1e-15, e
        expected = math.fsum(e ** (2 * k) / (2 * k * (2 * k - 1)) for k in range(1, 40))
        difference = abs(divergence('jensen_shannon', p, q) / expected - 1)
        assert difference <= 5e-16 / e + 1e-15, (e, difference)
        note(difference * e)


# ---- Two variables ------------------------------------------------------------------------------

def joint_of(table, estimator):
    table, joint = doubles(table), Joint()
    call('clau_joint_table', address(table), c_size_t(table.shape[0]), c_size_t(table.shape[1]),
         c_int(estimator), byref(joint))
    return joint


def check_joint(generator):
    for shape in ((1, 1), (1, 5), (2, 2), (7, 3), (30, 40)):
        for mean in (0.7, 5.0, 200.0):
            table = generator.poisson(mean, shape)
            table[0, 0] += 2
            total, rows, columns = table.sum(), table.sum(1), table.sum(0)
            for estimator in ESTIMATORS:
                joint = joint_of(table, estimator)
                x, y, both = (estimate_by_definition(t.ravel(), estimator)
                              for t in (rows, columns, table))
                for name, expected in (('x', x), ('y', y), ('both', both),
                                       ('x_given_y', both - y), ('y_given_x', both - x),
                                       ('information', x + y - both),
                                       ('shannon_distance', 2 * both - x - y)):
                    close(getattr(joint, name), expected, 1e-12, shape, estimator, name)
                if both > 0:
                    close(joint.rajski_distance, 1 - (x + y - both) / both, 1e-12, shape)
            p = table / total
            independent = np.outer(rows, columns) / total ** 2
            with np.errstate(divide='ignore', invalid='ignore'):
                local = np.where(p > 0, np.log(p / independent), 0.0)
            variance = (p * local ** 2).sum() - (p * local).sum() ** 2
            close(joint.information_error, math.sqrt(max(variance, 0) / total), 1e-8, shape)
    x, y = generator.normal(size=(2, 4000))
    y += x
    joint = Joint()
    call('clau_joint_series', address(x), Bins(-3, 3, 12), address(y), Bins(-4, 4, 9),
         c_size_t(x.size), c_int(MILLER_MADOW), byref(joint))
    table = np.histogram2d(x, y, (12, 9), ((-3, 3), (-4, 4)))[0]
    assert joint.information == joint_of(table, MILLER_MADOW).information


# ---- Complexity and matrices --------------------------------------------------------------------

def complexity(weights):
    weights, result = doubles(weights), Complexity()
    call('clau_complexity', address(weights), c_size_t(weights.size), byref(result))
    return result


def check_complexity(generator):
    for n in (2, 3, 6, 24, 720):
        for weights in (generator.random(n), np.arange(n) == 1, np.ones(n), generator.random(n) ** 9):
            p = weights / weights.sum()
            h = scipy.stats.entropy(p) / math.log(n)
            largest_divergence = -0.5 * ((n + 1) / n * math.log(n + 1) - 2 * math.log(2 * n) +
                                         math.log(n))
            divergence = scipy.spatial.distance.jensenshannon(p, np.full(n, 1 / n)) ** 2
            result = complexity(weights)
            close(result.entropy, h, 1e-14, n)
            close(result.jensen_shannon, h * divergence / largest_divergence, 2e-14, n)
            close(result.lmc, h * ((p - 1 / n) ** 2).sum(), 1e-14, n)
    # Limiting curves for 6! states, statcomp's values as ComplexityMeasures.jl's tests quote them:
    # one state against equal others; and m empty states, one state against equal others.
    n = 720
    least = max(complexity(np.r_[p, np.full(n - 1, (1 - p) / (n - 1))]).jensen_shannon
                for p in np.linspace(1 / n, 1, 10000))
    close(least, 0.197402387702839, 1e-12)
    most = max(complexity(np.r_[np.zeros(m), p, np.full(n - m - 1, (1 - p) / (n - m - 1))])
               .jensen_shannon for m in range(n - 1) for p in np.linspace(0, 1 / (n - m), 7))
    close(most, 0.496700423446187, 1e-12)


def check_matrices(generator):
    for n in (1, 2, 3, 10, 60):
        for rank in {1, (n + 1) // 2, n}:
            for imaginary in (0, 1):
                vectors = generator.normal(size=(n, rank)) + 1j * imaginary * generator.normal(
                    size=(n, rank))
                matrix = vectors @ vectors.conj().T * 10.0 ** generator.integers(-200, 200)
                # Sums in another order: Hermitian to rounding only.
                p = np.clip(np.linalg.eigvalsh(matrix / np.abs(matrix).max()), 0, None)
                p = p[p > 1e-13] / p[p > 1e-13].sum()
                for order in (0.5, 1.0, 2.0, 2.01, math.inf):
                    expected = (scipy.stats.entropy(p) if order == 1 else -math.log(p.max())
                                if math.isinf(order) else math.log((p ** order).sum()) / (1 - order))
                    result = c_double()
                    if imaginary:
                        data = np.ascontiguousarray(matrix).view(np.float64)
                        name = 'clau_matrix_entropy_hermitian'
                    else:
                        data, name = doubles(matrix.real), 'clau_matrix_entropy'
                    call(name, address(data), c_size_t(n), c_double(order), byref(result))
                    # Eigenvalues have an error of n times 1e-16 of the largest.
                    close(result.value, expected, 1e-12, n, rank, imaginary, order)


if __name__ == '__main__':
    sys.exit(run([check_estimators, check_standard_errors, check_published_constants,
                  check_bin_rules, check_planes, check_divergences, check_close_distributions,
                  check_joint, check_complexity, check_matrices]))
