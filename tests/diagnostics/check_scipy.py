#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the diagnostics library with scipy, numpy and mpmath on random and degenerate inputs.

Usage: check_scipy.py LIBRARY. Writes TAP. mpmath, which gives more than scipy's digits, is used
where it is installed.
"""
import ctypes
import math
import sys

import numpy as np
import scipy.stats

try:
    import mpmath
except ImportError:
    mpmath = None

LIBRARY = ctypes.CDLL(sys.argv[1])
ORDERS = [0.0, 0.25, 0.5, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12, 1.0, 1 + 1e-12, 1 + 1e-9,
          1 + 1e-6, 1.001, 1.2, 1.25, 1.3, 1.5, 2.0, 2.5, 3.0, 5.7, 8.0, 8.5, 50.0, math.inf]


def doubles(values):
    return np.ascontiguousarray(values, dtype=np.float64)


def address(values):
    return values.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def entropies(weights, orders):
    weights, orders = doubles(weights), doubles(orders)
    shannon = ctypes.c_double()
    renyi, tsallis = np.full((2, orders.size), np.nan)
    status = LIBRARY.clau_entropies(
        address(weights), ctypes.c_size_t(weights.size), ctypes.byref(shannon),
        address(orders), ctypes.c_size_t(orders.size), address(renyi),
        address(orders), ctypes.c_size_t(orders.size), address(tsallis))
    assert status == 0, status
    return shannon.value, renyi, tsallis


def histogram(values, minimum, maximum, bins):
    values, counts = doubles(values), np.full(bins, np.nan)
    status = LIBRARY.clau_histogram_uniform(
        address(values), ctypes.c_size_t(values.size), ctypes.c_double(minimum),
        ctypes.c_double(maximum), ctypes.c_size_t(bins), address(counts))
    assert status == 0, status
    return counts


def distributions(generator):
    for size in (1, 2, 3, 16, 17, 255, 256, 257, 512, 1000):
        yield f'uniform {size}', generator.random(size) + 1e-300
        yield f'exponents {size}', 10.0 ** generator.uniform(-40, 0, size)
        yield f'counts {size}', generator.integers(0, 4, size).astype(float) + (np.arange(size) == 0)
        yield f'one state {size}', np.where(np.arange(size) == size // 2, 1.0, 1e-17)
        yield f'tiny {size}', (1.0 + np.arange(size)) * 1e-305
        yield f'huge {size}', generator.random(size) * 1e308 + 1e300
    yield 'a million', generator.random(1000000) ** 3


def relative(result, expected):
    return abs(result - expected) / abs(expected) if expected != 0 else abs(result)


def check_against_scipy(generator):
    # Both round; scipy adds up without regard to small entropies, hence the absolute part.
    for name, weights in distributions(generator):
        scaled = weights / weights.max()
        expected = scipy.stats.entropy(scaled)
        result = entropies(weights, [1.0])[0]
        assert abs(result - expected) <= 1e-13 * abs(expected) + 2e-15, (name, result, expected)


def check_against_numpy(generator):
    """The definitions as they stand, where they lose no digits: orders away from 1."""
    for name, weights in distributions(generator):
        shares = weights / weights.max()
        shares = shares[shares > 0] / math.fsum(shares)
        orders = [0.25, 0.5, 2.0, 3.0, 5.7]
        _, renyi, tsallis = entropies(weights, orders)
        for order, r, t in zip(orders, renyi, tsallis):
            power_sum = math.fsum(shares ** order)
            # A power sum near 1 has an error of 1e-16 or two, whatever the entropy's size.
            bound = 2e-14 * abs(t) + 2e-15 / abs(order - 1)
            assert abs(t - (1 - power_sum) / (order - 1)) <= bound, (name, order, t)
            bound = 2e-14 * abs(r) + 2e-15 / abs(order - 1)
            assert abs(r - math.log(power_sum) / (1 - order)) <= bound, (name, order, r)
        _, renyi, tsallis = entropies(weights, [0.0, math.inf])
        assert relative(renyi[0], math.log(np.count_nonzero(weights))) <= 1e-15, name
        assert tsallis[0] == np.count_nonzero(weights) - 1 and tsallis[1] == 0.0, name
        assert abs(renyi[1] + math.log(shares.max())) <= 1e-14 * renyi[1] + 2e-15, name


def exact(weights, order):
    """Renyi and Tsallis entropies from their definitions with 70 digits."""
    positive = [mpmath.mpf(float(w)) for w in weights if w > 0]
    total = mpmath.fsum(positive)
    shares = [w / total for w in positive]
    if order == 1.0:
        shannon = -mpmath.fsum(p * mpmath.log(p) for p in shares)
        return shannon, shannon
    if math.isinf(order):
        return -mpmath.log(max(shares)), mpmath.mpf(0)
    q = mpmath.mpf(order)
    power_sum = mpmath.fsum(p ** q for p in shares)
    return mpmath.log(power_sum) / (1 - q), (1 - power_sum) / (q - 1)


def check_against_mpmath(generator):
    mpmath.mp.dps = 70
    for name, weights in distributions(generator):
        if weights.size > 300:
            continue
        _, renyi, tsallis = entropies(weights, ORDERS)
        for order, r, t in zip(ORDERS, renyi, tsallis):
            r_exact, t_exact = exact(weights, order)
            assert relative(r, r_exact) <= 1e-14, (name, order, r, r_exact)
            assert relative(t, t_exact) <= 1e-14, (name, order, t, t_exact)


def check_many_states(generator):
    """A million states: the exact sums by math.fsum, which rounds once."""
    weights = generator.random(1000000) ** 3
    shares = weights / math.fsum(weights)
    shannon, renyi, _ = entropies(weights, [0.5, 2.0, 3.3])
    # numpy's log and power are good to a unit in the last place of each term: 1e-15 of the sums.
    assert relative(shannon, -math.fsum(shares * np.log(shares))) <= 1e-14
    for order, result in zip([0.5, 2.0, 3.3], renyi):
        assert relative(result, math.log(math.fsum(shares ** order)) / (1 - order)) <= 1e-14


def check_histograms(generator):
    for size in (0, 1, 3, 511, 512, 513, 5000):
        for bins in (1, 2, 3, 10, 64, 255, 256, 257, 1000):
            for scale in (1.0, 1e-5, 1e-250, 1e250):
                values = scale * generator.normal(size=size)
                low, high = scale * np.sort(generator.normal(size=2))
                edges = np.linspace(low, high, bins + 1)
                on_edges = generator.choice(
                    np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)]),
                    size)
                for data in (values, on_edges, np.round(values / scale, 1) * scale):
                    expected = np.histogram(data, bins, (low, high))[0]
                    assert (histogram(data, low, high, bins) == expected).all(), (size, bins, scale)
            magnitudes = np.abs(generator.normal(size=size))
            if size > 0:
                counts = np.full(bins, np.nan)
                status = LIBRARY.clau_histogram_amplitude(
                    address(magnitudes), ctypes.c_size_t(size), ctypes.c_size_t(bins),
                    address(counts))
                expected = np.histogram(magnitudes, bins, (0.0, magnitudes.max()))[0]
                assert status == 0 and (counts == expected).all(), (size, bins, 'amplitude')
    # Edges that fall together: far from zero there are fewer doubles than bins.
    for data in (1e15 + generator.integers(0, 9, 1000) / 8.0,):
        expected = np.histogram(data, 100, (1e15, 1e15 + 1.0))[0]
        assert (histogram(data, 1e15, 1e15 + 1.0, 100) == expected).all()


def main():
    checks = [check_against_scipy, check_against_numpy, check_many_states, check_histograms]
    if mpmath is not None:
        checks.append(check_against_mpmath)
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(20020313))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
