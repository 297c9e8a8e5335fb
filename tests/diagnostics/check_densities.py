#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares kernel densities, bandwidths and diffusion entropies with scipy and numpy.

Usage: check_densities.py LIBRARY. Writes TAP.
"""
import ctypes
import math
import sys

import numpy as np
import scipy.fft
import scipy.integrate
import scipy.optimize
import scipy.stats

LIBRARY = ctypes.CDLL(sys.argv[1])
LIBRARY.clau_measure_status_text.restype = ctypes.c_char_p
OK, SCOTT, SILVERMAN, BOTEV = 0, 0, 1, 2
SIZE = ctypes.c_size_t


class Axis(ctypes.Structure):
    _fields_ = [('minimum', ctypes.c_double), ('maximum', ctypes.c_double), ('points', SIZE)]


def doubles(values):
    return np.ascontiguousarray(values, dtype=np.float64)


def address(values):
    return ctypes.c_void_p(values.ctypes.data)


def density(values, bandwidth, axis):
    values, result = doubles(values), np.full(axis[2], np.nan)
    status = LIBRARY.clau_kernel_density(address(values), SIZE(len(values)),
                                         ctypes.c_double(bandwidth), Axis(*axis), address(result))
    assert status == OK, status
    return result


def bandwidth(values, rule):
    values, result = doubles(values), ctypes.c_double()
    status = LIBRARY.clau_kernel_bandwidth(address(values), SIZE(len(values)), rule,
                                           ctypes.byref(result))
    assert status == OK, status
    return result.value


def entropy(values, width):
    values, result = doubles(values), ctypes.c_double()
    status = LIBRARY.clau_kernel_entropy(address(values), SIZE(len(values)),
                                         ctypes.c_double(width), ctypes.byref(result))
    assert status == OK, status
    return result.value


def samples(generator):
    yield 'normal', generator.normal(3.0, 0.1, 5000)
    yield 'two peaks', np.concatenate([generator.normal(-5, 0.5, 700), generator.normal(5, 1, 300)])
    yield 'exponential', generator.exponential(1e6, 1000)
    yield 'uniform', generator.random(100)
    yield 'a few', generator.normal(size=7)
    yield 'heavy tails', generator.standard_t(2, 400)


def check_density(generator):
    worst = 0.0
    for name, values in samples(generator):
        for rule, method in ((SCOTT, 'scott'), (SILVERMAN, 'silverman')):
            kde = scipy.stats.gaussian_kde(values, method)
            width = bandwidth(values, rule)
            expected = math.sqrt(kde.covariance[0, 0])
            assert abs(width - expected) <= 1e-13 * expected, (name, width, expected)
            low, high = values.min(), values.max()
            beyond = 4 * (high - low)
            # The whole, a part with most values outside, far more, and a coarse grid.
            for axis in ((low, high, 500), (low + 0.1 * width, low + 0.3 * width, 64),
                         (low - beyond, high + beyond, 1001), (low, high, 2)):
                expected = kde(np.linspace(*axis))
                result = density(values, width, axis)
                scale = kde(values).max()
                worst = max(worst, abs(result - expected).max() / scale)
                # sinc^4 of the splines at 32 points a bandwidth leaves about 1e-9.
                assert abs(result - expected).max() <= 1e-8 * scale, (name, method, axis)
    print(f'# density: largest difference {worst:.1e} of the maximum')


def check_density_plane(generator):
    worst = 0.0
    for size in (20, 1000):
        points = generator.normal(size=(size, 2)) @ np.array([[1.0, 2.0], [0.0, 0.5]]) + [3.0, -1]
        x, y = doubles(points[:, 0]), doubles(points[:, 1])
        kde = scipy.stats.gaussian_kde(points.T)
        covariance = np.empty(3)
        status = LIBRARY.clau_kernel_covariance(address(x), address(y), SIZE(size), SCOTT,
                                                address(covariance))
        assert status == OK, status
        expected = kde.covariance
        assert np.allclose(covariance, expected[[0, 0, 1], [0, 1, 1]], rtol=1e-12), covariance
        axes = (x.min() - 1, x.max() + 1, 37), (y.min(), y.max(), 50)
        result = np.full((37, 50), np.nan)
        status = LIBRARY.clau_kernel_density_plane(
            address(x), address(y), SIZE(size), address(covariance), Axis(*axes[0]),
            Axis(*axes[1]), address(result))
        assert status == OK, status
        grid = np.meshgrid(*(np.linspace(*a) for a in axes), indexing='ij')
        expected = kde(np.array([g.ravel() for g in grid])).reshape(37, 50)
        worst = max(worst, abs(result - expected).max() / expected.max())
        # 16 points a width, and a kernel that is narrow across its long axis.
        assert abs(result - expected).max() <= 1e-6 * expected.max(), size
    print(f'# density in the plane: largest difference {worst:.1e} of the maximum')


def check_entropy(generator):
    for name, values in samples(generator):
        width = bandwidth(values, SILVERMAN)
        kde = scipy.stats.gaussian_kde(values, 'silverman')
        points = np.linspace(values.min() - 10 * width, values.max() + 10 * width, 20001)
        f = kde(points)
        expected = scipy.integrate.simpson(-scipy.special.xlogy(f, f), x=points)
        # Simpson's steps are the larger where the range is a thousand bandwidths.
        assert abs(entropy(values, width) - expected) <= 1e-7, (name, expected)


def reference_botev(values):
    n, cells = len(values), 2**14
    span = values.max() - values.min()
    low, high = values.min() - span / 2, values.max() + span / 2
    shares = np.histogram(values, cells, (low, high))[0] / n
    powers = (scipy.fft.dct(shares, 2)[1:] / 2)**2
    squares = np.arange(1, cells, dtype=float)**2

    def excess(time):
        f = 2 * np.pi**14 * np.sum(squares**7 * powers * np.exp(-squares * np.pi**2 * time))
        for s in range(6, 1, -1):
            k0 = np.prod(np.arange(1.0, 2 * s, 2)) / math.sqrt(2 * np.pi)
            c = (1 + 0.5**(s + 0.5)) / 3
            t = (2 * c * k0 / n / f)**(2 / (3 + 2 * s))
            f = 2 * np.pi**(2 * s) * np.sum(squares**s * powers * np.exp(-squares * np.pi**2 * t))
        return time - (2 * n * math.sqrt(np.pi) * f)**-0.4
    # The same bracket: there may be more roots than one.
    bottom, top = 1e-12, 1e-12 + 0.01 * (min(max(n, 50), 1050) - 50) / 1000
    while excess(top) < 0:
        if top >= 0.1:
            return None
        bottom, top = top, min(2 * top, 0.1)
    return math.sqrt(scipy.optimize.bisect(excess, bottom, top, xtol=1e-20)) * (high - low)


def check_botev(generator):
    for name, values in samples(generator):
        expected = reference_botev(values)
        if expected is None:
            values, unused = doubles(values), ctypes.c_double()
            status = LIBRARY.clau_kernel_bandwidth(address(values), SIZE(len(values)), BOTEV,
                                                   ctypes.byref(unused))
            assert b'no root' in LIBRARY.clau_measure_status_text(status), (name, status)
            continue
        result = bandwidth(values, BOTEV)
        assert abs(result - expected) <= 1e-9 * expected, (name, result, expected)


def diffusion(points, width, time):
    points, result = doubles(points), ctypes.c_double()
    status = LIBRARY.clau_diffusion_entropy(
        address(points), SIZE(points.shape[0]), SIZE(points.shape[1]), ctypes.c_double(width),
        ctypes.c_double(time), ctypes.byref(result))
    assert status == OK, status
    return result.value


def check_diffusion(generator):
    for size, d in ((1, 1), (2, 3), (50, 2), (300, 40)):
        points = generator.normal(size=(size, d))
        for width in (0.1, 1.0, 10.0):
            far = ((points[:, None] - points)**2).sum(axis=2)
            kernel = np.exp(-far / (2 * width**2))
            # The stochastic matrix itself, not the symmetric one with the same eigenvalues.
            eigenvalues = np.linalg.eigvals(kernel / kernel.sum(axis=1, keepdims=True))
            for time in (1.0, 2.0):
                p = np.abs(eigenvalues)**time
                expected = scipy.stats.entropy(p)
                # Of eigenvalues that are 0 the general solver leaves up to 1e-15 each.
                assert abs(diffusion(points, width, time) - expected) <= 1e-10, (size, d, width)


def main():
    checks = [check_density, check_density_plane, check_entropy, check_botev, check_diffusion]
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(20100911))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
