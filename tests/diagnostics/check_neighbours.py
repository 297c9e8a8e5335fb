#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the nearest-neighbour estimators with ones of a dozen lines over scipy's cKDTree.

Usage: check_neighbours.py LIBRARY [time]. Writes TAP; `time` prints the time per sample instead.
"""
import ctypes
import statistics
import sys
import time

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln

LIBRARY = ctypes.CDLL(sys.argv[1])
OK, MAXIMUM, EUCLIDEAN = 0, 0, 1


class Options(ctypes.Structure):
    _fields_ = [('neighbours', ctypes.c_size_t), ('algorithm', ctypes.c_int),
                ('norm', ctypes.c_int), ('standardize', ctypes.c_bool),
                ('jitter', ctypes.c_double), ('seed', ctypes.c_uint64), ('subsets', ctypes.c_int)]


class Samples(ctypes.Structure):
    _fields_ = [('x', ctypes.c_void_p), ('y', ctypes.c_void_p), ('z', ctypes.c_void_p),
                ('x_dimensions', ctypes.c_int), ('y_dimensions', ctypes.c_int),
                ('z_dimensions', ctypes.c_int), ('count', ctypes.c_size_t)]


class History(ctypes.Structure):
    _fields_ = [('target', ctypes.c_size_t), ('source', ctypes.c_size_t),
                ('delay', ctypes.c_size_t)]


def rows(values):
    values = np.ascontiguousarray(values, dtype=np.float64)
    return values if values.ndim == 2 else values.reshape(len(values), -1)


def information(x, y, z=None, **options):
    x, y = rows(x), rows(y)
    z = np.empty((len(x), 0)) if z is None else rows(z)
    samples = Samples(x.ctypes.data, y.ctypes.data, z.ctypes.data, x.shape[1], y.shape[1],
                      z.shape[1], len(x))
    result = ctypes.c_double()
    status = LIBRARY.clau_neighbour_information(
        ctypes.byref(samples), ctypes.byref(Options(**options)), ctypes.byref(result))
    assert status == OK, status
    return result.value


def entropy(points, periods=None, **options):
    points = rows(points)
    periods = None if periods is None else np.array(periods, dtype=np.float64)
    result = ctypes.c_double()
    status = LIBRARY.clau_neighbour_entropy(
        ctypes.c_void_p(points.ctypes.data), ctypes.c_size_t(len(points)), points.shape[1],
        None if periods is None else ctypes.c_void_p(periods.ctypes.data),
        ctypes.byref(Options(**options)), ctypes.byref(result))
    assert status == OK, status
    return result.value


def transfer(source, target, history, **options):
    source, target = (np.ascontiguousarray(s, dtype=np.float64) for s in (source, target))
    result = ctypes.c_double()
    status = LIBRARY.clau_neighbour_transfer(
        ctypes.c_void_p(source.ctypes.data), ctypes.c_void_p(target.ctypes.data),
        ctypes.c_size_t(len(source)), History(*history), ctypes.byref(Options(**options)),
        ctypes.byref(result))
    assert status == OK, status
    return result.value


def others(variable, radius):
    """Samples within the radius, itself left out."""
    tree = cKDTree(variable)
    return tree.query_ball_point(variable, radius, p=np.inf, return_length=True) - 1


def reference(x, y, z=None, k=4, algorithm=1):
    x, y = rows(x), rows(y)
    joint = np.column_stack([x, y] if z is None else [x, y, rows(z)])
    distances, numbers = cKDTree(joint).query(joint, k + 1, p=np.inf)
    if algorithm == 2:
        reach = [np.abs(v[numbers[:, 1:]] - v[:, None]).max(axis=(1, 2)) for v in (x, y)]
        counts = [digamma(others(v, r)) for v, r in zip((x, y), reach)]
        return digamma(k) - 1 / k + digamma(len(x)) - np.mean(counts[0] + counts[1])
    radius = np.nextafter(distances[:, -1], 0)
    if z is None:
        return digamma(k) + digamma(len(x)) - np.mean(
            digamma(others(x, radius) + 1) + digamma(others(y, radius) + 1))
    z = rows(z)
    xz, yz = np.column_stack([x, z]), np.column_stack([y, z])
    return digamma(k) + np.mean(digamma(others(z, radius) + 1) - digamma(others(xz, radius) + 1) -
                                digamma(others(yz, radius) + 1))


def reference_entropy(points, periods, k, norm):
    points = rows(points)
    d = points.shape[1]
    tree = cKDTree(points, boxsize=periods)
    distances = tree.query(points, k + 1, p=np.inf if norm == MAXIMUM else 2)[0][:, -1]
    ball = d * np.log(2) if norm == MAXIMUM else d / 2 * np.log(np.pi) - gammaln(1 + d / 2)
    return digamma(len(points)) - digamma(k) + ball + d * np.mean(np.log(distances))


# The counts are the same; sums of 5000 terms and digamma differ in the last digits.
TOLERANCE = 1e-12


def gaussian(generator, size, dimensions):
    mixing = generator.normal(size=(dimensions, dimensions))
    return generator.normal(size=(size, dimensions)) @ mixing


def check_entropy(generator):
    for size in (2, 3, 13, 200, 5000):
        for d in (1, 2, 3, 5):
            points = gaussian(generator, size, d)
            for k in (1, 4, 20):
                for norm in (MAXIMUM, EUCLIDEAN):
                    if k < size:
                        expected = reference_entropy(points, None, k, norm)
                        result = entropy(points, neighbours=k, norm=norm)
                        assert abs(result - expected) <= TOLERANCE, (size, d, k, norm)


def check_periodic_entropy(generator):
    for d in (1, 2, 3):
        periods = np.array([1.0, 2.5, 0.3])[:d]
        points = generator.random((3000, d)) * periods
        for norm in (MAXIMUM, EUCLIDEAN):
            expected = reference_entropy(points, periods, 3, norm)
            # Distances round the box are rounded in another order.
            assert abs(entropy(points, periods, neighbours=3, norm=norm) - expected) <= TOLERANCE
            moved = points + periods * generator.integers(-3, 4, (3000, d))
            # Taken modulo the period, positions lose a few of their last digits.
            assert abs(entropy(moved, periods, neighbours=3, norm=norm) - expected) <= 1e-9


def check_information(generator):
    for size in (6, 30, 1000, 5000):
        for dx, dy in ((1, 1), (2, 1), (1, 3), (3, 3)):
            points = gaussian(generator, size, dx + dy)
            x, y = points[:, :dx], points[:, dx:]
            for k in (1, 4, 5):
                for algorithm in (1, 2):
                    expected = reference(x, y, k=k, algorithm=algorithm)
                    result = information(x, y, neighbours=k, algorithm=algorithm - 1)
                    assert abs(result - expected) <= TOLERANCE, (size, dx, dy, k, algorithm)
            scaled = [(v - v.mean(0)) / v.std(0, ddof=1) for v in (x, y)]
            result = information(x * 100, y, neighbours=4, standardize=True)
            # Rounding moves values by 1e-16, which may move one of the counts.
            assert abs(result - reference(*scaled)) <= 1e-3 / size, (size, dx, dy)


def check_condition(generator):
    for size in (6, 30, 1000, 5000):
        for dx, dy, dz in ((1, 1, 1), (2, 1, 1), (1, 1, 3), (2, 2, 2)):
            points = gaussian(generator, size, dx + dy + dz)
            x, y, z = points[:, :dx], points[:, dx:dx + dy], points[:, dx + dy:]
            for k in (1, 4):
                result = information(x, y, z, neighbours=k)
                assert abs(result - reference(x, y, z, k)) <= TOLERANCE, (size, dx, dy, dz, k)


def check_transfer(generator):
    source, target = generator.normal(size=(2, 3000))
    for t in range(2, 3000):
        source[t] += 0.5 * source[t - 1]
        target[t] += 0.3 * target[t - 1] + 0.6 * source[t - 2]
    for targets, sources, delay in ((1, 1, 1), (2, 3, 1), (1, 2, 2), (3, 1, 5)):
        first = max(targets, sources + delay - 1)
        times = np.arange(first, 3000)
        x = np.column_stack([source[times - delay - h] for h in range(sources)])
        z = np.column_stack([target[times - 1 - h] for h in range(targets)])
        result = transfer(source, target, (targets, sources, delay), neighbours=4)
        assert abs(result - reference(x, target[times], z)) <= TOLERANCE, (targets, sources, delay)


def brute(x, y, k, algorithm):
    """All pairs, neighbours by distance and then number."""
    apart = [np.abs(rows(v)[:, None] - rows(v)).max(axis=2) for v in (x, y)]
    far, sum_of_digammas = np.maximum(*apart), 0.0
    for i in range(len(x)):
        near = np.delete(np.argsort(far[i], kind='stable'), 0)
        near = [j for j in np.argsort(far[i], kind='stable') if j != i][:k]
        for pairs in apart:
            if algorithm == 1:
                sum_of_digammas += digamma((pairs[i] < far[i, near[-1]]).sum())
            else:
                sum_of_digammas += digamma((pairs[i] <= pairs[i, near].max()).sum() - 1)
    constant = digamma(k) + digamma(len(x)) - (1 / k if algorithm == 2 else 0)
    return constant - sum_of_digammas / len(x)


def check_ties(generator):
    """Values on a coarse lattice: nearly all distances are tied."""
    tried = 0
    while tried < 30:
        x, y = generator.integers(0, 40, (2, 300)) / 8.0
        if np.unique(np.column_stack([x, y]), axis=0, return_counts=True)[1].max() > 3:
            continue
        tried += 1
        for algorithm in (1, 2):
            result = information(x, y, neighbours=4, algorithm=algorithm - 1)
            assert abs(result - brute(x, y, 4, algorithm)) <= TOLERANCE, algorithm


def time_of(function):
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def print_times():
    generator = np.random.default_rng(1)
    for size in (1000, 10000, 100000):
        x, y = generator.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size).T
        own, scipys = [], []
        for _ in range(5):
            own.append(time_of(lambda: information(x, y, neighbours=4)))
            scipys.append(time_of(lambda: reference(x, y)))
        own, scipys = statistics.median(own), statistics.median(scipys)
        print(f'N {size}: {1e6 * own / size:.3f} us a sample, scipy {1e6 * scipys / size:.3f}, '
              f'{1e9 * own / size / np.log2(size):.1f} ns / (N log2 N)')


def main():
    if 'time' in sys.argv[2:]:
        print_times()
        return 0
    checks = [check_entropy, check_periodic_entropy, check_information, check_condition,
              check_transfer, check_ties]
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(20041223))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
