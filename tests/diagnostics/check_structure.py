#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the structure of fluids in the plane with numpy, all pairs and scipy's Voronoi diagram.

Usage: check_structure.py LIBRARY. Writes TAP.
"""
import ctypes
import sys

import numpy as np
import scipy.spatial
import scipy.special

LIBRARY = ctypes.CDLL(sys.argv[1])
SIZE, DOUBLE, POINTER = ctypes.c_size_t, ctypes.c_double, ctypes.POINTER(ctypes.c_double)
LIBRARY.clau_structure_workspace_create.restype = ctypes.c_void_p
LIBRARY.clau_structure_workspace_create.argtypes = [SIZE, SIZE]
LIBRARY.clau_structure_workspace_destroy.argtypes = [ctypes.c_void_p]
LIBRARY.clau_radial_distribution_limit.restype = DOUBLE
EVERY_BOUNDARY = [(a, b) for a in (False, True) for b in (False, True)]


class Rectangle(ctypes.Structure):
    _fields_ = [('low', DOUBLE * 2), ('high', DOUBLE * 2), ('periodic', ctypes.c_bool * 2)]


class Hexatic(ctypes.Structure):
    _fields_ = [('global_', DOUBLE), ('local', DOUBLE)]


def address(values):
    return values.ctypes.data_as(POINTER)


class Fluid:
    """Points [count, 2] in low ... low + sides."""

    def __init__(self, points, sides, periodic, low=(0.0, 0.0)):
        self.points, self.sides = np.asarray(points, float), np.asarray(sides, float)
        self.periodic, self.low = np.asarray(periodic), np.asarray(low, float)
        self.x, self.y = (np.ascontiguousarray(c) for c in self.points.T)
        self.count = len(self.points)
        self.rectangle = Rectangle(tuple(self.low), tuple(self.low + self.sides), tuple(periodic))

    def call(self, bins, measure, *arguments):
        workspace = LIBRARY.clau_structure_workspace_create(self.count, bins)
        status = measure(ctypes.c_void_p(workspace), ctypes.byref(self.rectangle), SIZE(self.count),
                         address(self.x), address(self.y), *arguments)
        LIBRARY.clau_structure_workspace_destroy(workspace)
        assert status == 0, status

    def g(self, reach, bins):
        result = np.full(bins, np.nan)
        self.call(bins, LIBRARY.clau_radial_distribution, DOUBLE(reach), SIZE(bins), address(result))
        return result

    def limit(self):
        return LIBRARY.clau_radial_distribution_limit(ctypes.byref(self.rectangle))

    def hexatic(self):
        psi, sums = np.full((self.count, 2), np.nan), Hexatic()
        self.call(0, LIBRARY.clau_hexatic_order, address(psi), ctypes.byref(sums))
        return psi @ [1, 1j], sums


def uniform(rng, count, sides, periodic, low=(0.0, 0.0)):
    return Fluid(low + rng.random((count, 2)) * sides, sides, periodic, low)


# ---- by definition ---------------------------------------------------------------------------

def distances(fluid):
    i, j = np.triu_indices(fluid.count, 1)
    d = np.abs(fluid.points[i] - fluid.points[j])
    return np.hypot(*np.where(fluid.periodic, np.minimum(d, fluid.sides - d), d).T)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def share(fluid, r):
    """Of pairs nearer than r, by quadrature of the densities of |dx| and |dy|."""
    def density(u, axis):
        side = fluid.sides[axis]
        return 2 / side if fluid.periodic[axis] else 2 * (side - u) / side ** 2

    def below(u, axis):
        side = fluid.sides[axis]
        return 2 * u / side if fluid.periodic[axis] else u * (2 * side - u) / side ** 2
    # u = r sin(angle): smooth up to the end.
    angle = np.pi / 4 * (NODES + 1)
    return np.sum(np.pi / 4 * WEIGHTS * r * np.cos(angle) * density(r * np.sin(angle), 0)
                  * below(r * np.cos(angle), 1))


def voronoi_psi(fluid):
    """Copies make a rectangle's cells those of the plane: periods, or mirror images at walls."""
    copies, own = [fluid.points], [np.arange(fluid.count)]
    moves = []
    for axis in (0, 1):
        if fluid.periodic[axis]:
            moves.append([lambda p, a=axis, s=s: p + s * fluid.sides[a] * np.eye(2)[a]
                          for s in (0, -1, 1)])
        else:
            def mirror(p, a=axis, end=0.0):
                q = p.copy()
                q[:, a] = 2 * (fluid.low[a] + end * fluid.sides[a]) - q[:, a]
                return q
            moves.append([lambda p: p, mirror, lambda p, m=mirror: m(p, end=1.0)])
    real = [True]
    for a, one in enumerate(moves[0]):
        for b, two in enumerate(moves[1]):
            if a == b == 0:
                continue
            copies.append(two(one(fluid.points)))
            real.append((a == 0 or fluid.periodic[0]) and (b == 0 or fluid.periodic[1]))
    points = np.concatenate(copies)
    real = np.repeat(real, fluid.count)
    diagram = scipy.spatial.Voronoi(points)
    ends = diagram.vertices[np.array(diagram.ridge_vertices)]
    lengths = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    pairs = diagram.ridge_points
    perimeter = np.bincount(pairs.ravel(), np.repeat(lengths, 2), len(points))
    sums, number = np.zeros(fluid.count, complex), np.zeros(fluid.count)
    for i, j in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        use = (i < fluid.count) & real[j] & (lengths > 1e-6 * perimeter[i])
        bond = points[j[use]] - points[i[use]]
        np.add.at(sums, i[use], np.exp(6j * np.arctan2(bond[:, 1], bond[:, 0])))
        np.add.at(number, i[use], 1)
    return sums / np.maximum(number, 1)


# ---- checks ----------------------------------------------------------------------------------

def fluids(rng, counts=(2, 3, 7, 50, 700)):
    for periodic in EVERY_BOUNDARY:
        for count in counts:
            for sides in ((1.0, 1.0), (3.0, 1.1), (0.2, 5.0)):
                yield uniform(rng, count, np.array(sides), periodic, (-0.3, 40.0))
        cluster = rng.normal(scale=0.01, size=(300, 2)) + [0.3, 0.6]
        lonely = rng.random((20, 2))
        yield Fluid(np.concatenate([cluster, lonely]), (1.0, 1.0), periodic)
        # A gas in one half, the other empty; and in one corner.
        yield Fluid(rng.random((500, 2)) * [0.5, 1.0], (1.0, 1.0), periodic)
        yield Fluid(rng.random((500, 2)) * 0.1, (1.0, 1.0), periodic)


def check_pairs(rng):
    """Counts of all pairs. A pair at a bin's edge may be in the next bin by round-off: none is."""
    for fluid in fluids(rng):
        every = distances(fluid)
        for part, bins in ((1.0, 37), (0.31, 200), (0.05, 10)):
            reach = part * fluid.limit()
            edges = np.linspace(0.0, reach, bins + 1)
            counts = np.histogram(every, edges)[0]
            expected = np.diff([share(fluid, r) for r in edges]) * len(every)
            # The quadrature is good to 1e-14 of F, of which a bin holds 1e-5 and more.
            np.testing.assert_allclose(fluid.g(reach, bins), counts / expected, rtol=1e-8)


def check_ideal_gas(rng):
    """g = 1 in every bin: mean over gases within five of its own standard errors; and no bin is
    allowed to be noisy, so that the bound means something."""
    for periodic in EVERY_BOUNDARY:
        for sides in ((1.0, 1.0), (2.5, 1.0), (0.7, 8.0)):
            runs = np.array([uniform(rng, 60, np.array(sides), periodic) for _ in range(400)])
            g = np.array([gas.g(gas.limit(), 12) for gas in runs])
            error = g.std(axis=0, ddof=1) / np.sqrt(len(g))
            assert (error[3:] < 0.03).all(), (periodic, sides, error)
            assert (np.abs(g.mean(axis=0) - 1.0) < 5.0 * error).all(), (periodic, sides, g.mean(0))


def check_velocities(rng):
    """Maxwell's distribution, and numpy's histogram. 100 bins x 5 standard deviations: a false
    alarm in 2e4."""
    count, bins, reach = 200000, 100, 3.0
    v = rng.normal(scale=1.3, size=(2, count))
    density, scratch = np.full(bins, np.nan), np.empty(bins)
    assert LIBRARY.clau_velocity_distribution(address(v[0]), address(v[1]), SIZE(count),
                                              DOUBLE(reach), SIZE(bins), address(density),
                                              address(scratch)) == 0
    edges = np.linspace(-reach, reach, bins + 1)
    width = 2 * reach / bins
    counts = np.histogram(v.ravel(), edges)[0]
    np.testing.assert_allclose(density, counts / (2 * count * width), rtol=1e-13)
    p = np.diff(0.5 * (1 + scipy.special.erf(edges / 1.3 / np.sqrt(2))))
    sigma = np.sqrt(p * (1 - p) / (2 * count)) / width
    assert (np.abs(density - p / width) < 5 * sigma).all()
    # What is beyond the range is missing in the sum.
    beyond = 1 - scipy.special.erf(reach / 1.3 / np.sqrt(2))
    assert abs(1 - density.sum() * width - beyond) < 5 * np.sqrt(beyond / (2 * count))


def check_voronoi(rng):
    """Of each particle: directions of 1e-16 times the 6th power, of bonds that may be 1e-3 of the
    coordinates, in copies that numpy rounds."""
    for fluid in fluids(rng, counts=(3, 4, 7, 50, 2000)):
        # Nine copies are enough where cells are smaller than the rectangle is narrow.
        if fluid.sides.min() == 0.2 and fluid.count < 700:
            continue
        psi, sums = fluid.hexatic()
        expected = voronoi_psi(fluid)
        worst = np.abs(psi - expected).max()
        assert worst < 1e-9, (fluid.count, fluid.sides, fluid.periodic, worst)
        assert abs(sums.global_ - abs(expected.mean())) < 1e-9
        assert abs(sums.local - np.abs(expected).mean()) < 1e-9


def check_wheel(rng):
    """A particle with 500 neighbours, more than there is room for at first: the mean of exp(6 i
    theta) over equal angles is 0, and scipy's."""
    angle = 2 * np.pi * np.arange(500) / 500 + 0.001
    wheel = np.concatenate([[[0.0, 0.0]], 0.3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)])
    fluid = Fluid(wheel, (1.0, 1.0), (False, False), (-0.5, -0.5))
    psi, _ = fluid.hexatic()
    assert abs(psi[0]) < 1e-12, psi[0]
    assert np.abs(psi - voronoi_psi(fluid))[0] < 1e-9


def main():
    checks = [check_pairs, check_ideal_gas, check_velocities, check_voronoi, check_wheel]
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(20260101))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            text = str(error).replace('\n', ' ')
            print(f'not ok {number} {check.__name__}\n# {text}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
