#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the measures of a school with their definitions in numpy and scipy.

Usage: check_school.py LIBRARY. Writes TAP: a test a state.
"""
import ctypes
import math
import sys

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
import scipy.spatial
import scipy.stats

LIBRARY = ctypes.CDLL(sys.argv[1])
DOUBLE, SIZE = ctypes.c_double, ctypes.c_size_t
POINTER = ctypes.POINTER(DOUBLE)
NAMES = ['cohesion', 'polarization', 'depth', 'angular_momentum', 'nearest_neighbor',
         'velocity_correlation', 'shape']
WEIGHTS = [0.18, 0.28, 0.08, 0.08, 0.10, 0.18, 0.10]
EXACT = 4096


class School(ctypes.Structure):
    _fields_ = [('count', SIZE), ('dimensions', ctypes.c_int), ('position', POINTER * 3),
                ('heading', POINTER * 3), ('length', DOUBLE), ('periodic', ctypes.c_bool),
                ('plain_centre', ctypes.c_bool)]


class Draw(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ('seed', 'stream', 'step')] + [
        ('place', ctypes.c_void_p)]


class Measures(ctypes.Structure):
    _fields_ = [('centre', DOUBLE * 3), ('direction', DOUBLE * 3), ('polarization', DOUBLE),
                ('rotation', DOUBLE), ('spread', DOUBLE), ('order_index', DOUBLE),
                ('entropy', DOUBLE * 7), ('polarization_equal_area', DOUBLE),
                ('velocity_correlation_error', DOUBLE), ('schooling_index', DOUBLE),
                ('mean', DOUBLE), ('deviation', DOUBLE), ('smallest', DOUBLE), ('largest', DOUBLE)]


class Groups(ctypes.Structure):
    _fields_ = [('count', SIZE), ('largest', SIZE), ('mean_size', DOUBLE)]


class Kind(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char_p), ('weight', DOUBLE)]


LIBRARY.clau_school_workspace_create.restype = ctypes.c_void_p
LIBRARY.clau_school_workspace_create.argtypes = [SIZE]
LIBRARY.clau_school_workspace_destroy.argtypes = [ctypes.c_void_p]
for function, arguments in (
        ('clau_school_measure', [ctypes.POINTER(Draw), ctypes.POINTER(Measures)]),
        ('clau_school_groups', [DOUBLE, ctypes.POINTER(Groups)]),
        ('clau_school_velocity_correlation', [ctypes.POINTER(Draw), DOUBLE, SIZE, POINTER, POINTER]),
        ('clau_school_angular_dispersion', [POINTER])):
    getattr(LIBRARY, function).argtypes = [
        ctypes.c_void_p, ctypes.POINTER(School)] + arguments


class State:
    """Positions and headings, arrays of [count, dimensions]."""

    def __init__(self, name, position, heading, length, periodic=True, plain_centre=False):
        self.name = name
        self.x = np.array(position, dtype=float)
        self.u = heading / np.sqrt((heading ** 2).sum(axis=1))[:, None]
        self.count, self.dimensions = self.x.shape
        self.length, self.periodic, self.plain = length, periodic, plain_centre
        if periodic:
            self.x = np.where(self.x % length < length, self.x % length, 0.0)
        self.columns = [np.ascontiguousarray(c) for c in [*self.x.T, *self.u.T]]

    def school(self):
        d = self.dimensions
        address = [c.ctypes.data_as(POINTER) for c in self.columns]
        axes = (POINTER * 3)
        return School(self.count, d, axes(*address[:d]), axes(*address[d:]), self.length,
                      self.periodic, self.plain)


# ---- The definitions, in numpy ------------------------------------------------------------------

def normalised(weights, maximum):
    weights = np.asarray(weights, dtype=float).ravel()
    if weights.sum() == 0:
        return 0.5
    p = weights[weights > 0] / weights.sum()
    return -(p * np.log(p)).sum() / maximum


def histogram_entropy(values, bins, high):
    return normalised(np.histogram(values, bins, (0.0, high))[0], math.log(bins))


def centre_of(s):
    if not s.periodic or s.plain:
        return s.x.mean(axis=0)
    mean = np.exp(2j * np.pi * s.x / s.length).mean(axis=0)
    return (np.angle(mean) / (2 * np.pi) % 1.0) * s.length


def offsets_of(s, centre):
    offset = s.x - centre
    if s.periodic and not s.plain:
        offset -= s.length * np.round(offset / s.length)
    return offset


def cross(a, b):
    c = np.cross(a, b)
    return c if c.ndim == 2 else c[:, None]


def order(s):
    centre = centre_of(s)
    offset = offsets_of(s, centre)
    norm = np.linalg.norm(offset, axis=1)
    unit = np.where(norm[:, None] < 1e-10, 0.0, offset / np.where(norm < 1e-10, 1, norm)[:, None])
    momentum = cross(unit, s.u)
    direction = s.u.mean(axis=0)
    return {'centre': centre, 'direction': direction, 'polarization': np.linalg.norm(direction),
            'rotation': np.linalg.norm(momentum.mean(axis=0)),
            'spread': math.sqrt((norm ** 2).mean())}, offset, np.linalg.norm(momentum, axis=1)


def neighbours(s, k):
    tree = scipy.spatial.cKDTree(s.x, boxsize=s.length if s.periodic else None)
    return tree.query(s.x, k=k + 1)[0][:, 1:]


def polarization(s):
    phi = np.arctan2(s.u[:, 1], s.u[:, 0]) + np.pi
    if s.dimensions == 2:
        entropy = normalised(np.histogram(phi, 24, (0, 2 * np.pi))[0], math.log(24))
        return entropy, entropy
    z = np.clip(s.u[:, 2], -1, 1)
    counts, edges, _ = np.histogram2d(np.arccos(z), phi, (12, 24), ((0, np.pi), (0, 2 * np.pi)))
    equal = np.histogram2d(z, phi, (12, 24), ((-1, 1), (0, 2 * np.pi)))[0]
    weights = counts * np.sin(0.5 * (edges[1:] + edges[:-1]))[:, None]
    return normalised(weights, math.log(288)), normalised(equal, math.log(288))


def depth(s, centre):
    if s.dimensions == 2:
        return 0.0
    z = s.x[:, 2] if s.periodic else s.x[:, 2] - centre[2] + s.length / 2
    return histogram_entropy(z, 15, s.length)


def variation(distances):
    mean = distances.mean(axis=1)
    return np.where(mean > 0, distances.std(axis=1) / np.where(mean > 0, mean, 1), 0.0)


def dots(s, i, j):
    return sum(s.u[i, d] * s.u[j, d] for d in range(s.dimensions))


def shape(s, offset):
    values = np.maximum(np.linalg.eigvalsh(np.cov(offset.T)), 1e-10)
    return normalised(values, math.log(s.dimensions))


def drawn_pairs(s, draw):
    """The same random pairs, from numpy's Philox."""
    blocks = 1 << 19
    i, j = np.empty((2, blocks, 2), dtype=np.int64)
    key = np.array([draw.seed, draw.stream], dtype=np.uint64)
    for n in range(blocks):
        word = np.random.Philox(key=key, counter=draw.step + (n << 64) + (0x5c4d << 128) - 1
                                ).random_raw(4)
        for k in range(2):
            first = int(word[2 * k]) * s.count >> 64
            second = int(word[2 * k + 1]) * (s.count - 1) >> 64
            i[n, k], j[n, k] = first, second + (second >= first)
    return i.ravel(), j.ravel()


def measures(s, pairs=None):
    result, offset, momentum = order(s)
    result['order_index'] = max(result['polarization'], result['rotation'])
    if s.count >= 2:
        nearest = neighbours(s, 1)[:, 0]
        result.update(mean=nearest.mean(), deviation=nearest.std(), smallest=nearest.min(),
                      largest=nearest.max(), cohesion=histogram_entropy(nearest, 25, s.length / 2))
    else:
        result.update(mean=math.nan, deviation=math.nan, smallest=math.nan, largest=math.nan,
                      cohesion=0.5)
    result['polarization_entropy'], result['polarization_equal_area'] = polarization(s)
    result['depth'] = depth(s, result['centre'])
    result['angular_momentum'] = (
        histogram_entropy(np.minimum(momentum, 1.0), 20, 1.0) if s.count >= 3 else 0.5)
    result['nearest_neighbor'] = (
        histogram_entropy(variation(neighbours(s, 5)), 20, 2.0) if s.count >= 6 else 0.5)
    result['shape'] = shape(s, offset) if s.count >= 4 else 0.5
    result['velocity_correlation'] = 0.5
    if s.count >= 2 and (s.count <= EXACT or pairs is not None):
        i, j = np.triu_indices(s.count, 1) if pairs is None else pairs
        values = (np.clip(dots(s, i, j), -1, 1) + 1) / 2
        counts = np.histogram(values, 20, (0, 1))[0]
        result['velocity_correlation'] = normalised(counts, math.log(20))
        if pairs is not None:
            p = counts[counts > 0] / counts.sum()
            h = -(p * np.log(p)).sum()
            bias = (p.size - 1) / (2 * i.size)
            scatter = ((p * np.log(p) ** 2).sum() - h * h) / i.size
            result['error'] = math.sqrt(scatter + bias ** 2) / math.log(20)
    return result


def groups(s, link):
    tree = scipy.spatial.cKDTree(s.x, boxsize=s.length if s.periodic else None)
    pairs = tree.query_pairs(link, output_type='ndarray')
    matrix = scipy.sparse.coo_matrix((np.ones(len(pairs)), pairs.T), (s.count, s.count))
    labels = scipy.sparse.csgraph.connected_components(matrix, directed=False)[1]
    sizes = np.bincount(labels).astype(float)
    return len(sizes), sizes.max(), (sizes ** 2).sum() / s.count


def correlation(s, reach, bins, i, j):
    w = s.u - s.u.mean(axis=0)
    dx = s.x[i] - s.x[j]
    if s.periodic:
        dx -= s.length * np.round(dx / s.length)
    r = np.sqrt((dx ** 2).sum(axis=1))
    norm = (w ** 2).sum() / s.count
    sums = np.histogram(r, bins, (0, reach), weights=(w[i] * w[j]).sum(axis=1))[0]
    pairs = np.histogram(r, bins, (0, reach))[0]
    with np.errstate(all='ignore'):
        c = np.where((pairs > 0) & (norm >= 1e-24), sums / pairs / norm, np.nan)
    centres = (np.arange(bins) + 0.5) * reach / bins
    known = np.flatnonzero(~np.isnan(c))
    for a, b in zip(known[:-1], known[1:]):
        if c[a] > 0 >= c[b]:
            return c, np.interp(0.0, [c[b], c[a]], [centres[b], centres[a]])
    return c, math.nan


# ---- States ---------------------------------------------------------------------------------------

def directions(rng, count, dimensions=3):
    return rng.normal(size=(count, dimensions))


def states():
    rng = np.random.default_rng(20020313)
    for count in (1, 2, 3, 5, 6, 7, 8, 9, 17, 50, 200, 512, 513, 1000):
        yield State(f'random {count}', rng.random((count, 3)) * 10, directions(rng, count), 10.0)
    yield State('biased', rng.random((300, 3)) * 10, directions(rng, 300) + [1, 2, 0.5], 10.0)
    yield State('aligned', rng.random((100, 3)) * 10, np.tile([0.6, 0.48, 0.64], (100, 1)), 10.0)
    yield State('one point', np.full((50, 3), 3.3), directions(rng, 50), 10.0)
    yield State('two points', np.repeat([[1., 2, 3], [9.5, 2, 3]], 20, 0), directions(rng, 40), 10.0)
    yield State('corner', rng.normal(size=(200, 3)) * 0.3, directions(rng, 200) + [1, 0, 0], 10.0)
    yield State('face', rng.normal(size=(200, 3)) * 0.3 + [0, 5, 5], directions(rng, 200), 10.0)
    yield State('line', np.outer(rng.random(100), [3, 2, 1.]) + 1, directions(rng, 100), 10.0)
    yield State('plane', np.c_[rng.random((100, 2)) * 4, np.full(100, 2.)], directions(rng, 100), 10.)
    yield State('line across', np.outer(rng.random(100) - 0.4, [3, 2, 1.]), directions(rng, 100), 10.0)
    mixed = np.r_[rng.normal(size=(700, 3)) * 1e-3 + 9.999, rng.random((300, 3)) * 10]
    yield State('clustered', mixed, directions(rng, 1000) + [0.5, 0, 0], 10.0)
    for periodic in (True, False):
        for count in (1, 2, 4, 6, 100, 700):
            flat = rng.normal(size=(count, 2)) * (3 if count > 2 else 0.1) + [0.2, 5]
            yield State(f'flat {count} {periodic}', flat, directions(rng, count, 2), 10.0, periodic)
    for count in (1, 2, 5, 6, 300, 1000):
        far = rng.normal(size=(count, 3)) * 2 + [100, -50, 7]
        yield State(f'open {count}', far, directions(rng, count), 10.0, periodic=False)
    yield State('open aligned', far, np.tile([0., 0.6, 0.8], (1000, 1)), 10.0, periodic=False)
    yield State('plain', rng.random((200, 3)) * 10, directions(rng, 200), 10.0, plain_centre=True)
    yield State('plain corner', rng.normal(size=(200, 3)), directions(rng, 200), 10.0,
                plain_centre=True)
    yield State('random 5000', rng.random((5000, 3)) * 10, directions(rng, 5000) + 0.3, 10.0)
    yield State('random 20000', rng.random((20000, 3)) * 10, directions(rng, 20000), 10.0)
    for periodic in (True, False):
        where = rng.choice(4, 20000)
        centres = np.array([[0., 0, 0], [9.99, 5, 0], [2, 3, 4], [2, 3.1, 4]])[where]
        widths = np.array([1e-4, 1e-2, 0.5, 3.0])[where][:, None]
        yield State(f'clusters 20000 {periodic}', centres + widths * rng.normal(size=(20000, 3)),
                    directions(rng, 20000), 10.0, periodic)


# ---- Comparisons ----------------------------------------------------------------------------------

def close(name, result, expected, scale=1.0):
    """To 1e-12: the sums and the logarithms round, 1e-16 a term; and NaN where NaN is due."""
    bound = 1e-12 * max(scale, 1.0)
    result, expected = np.atleast_1d(result), np.atleast_1d(expected)
    same = np.where(np.isnan(expected), np.isnan(result), np.abs(result - expected) <= bound)
    assert same.all(), (name, result, expected)


def check_measures(s, workspace, school):
    draw, found = Draw(7, 1, 42), Measures()
    assert LIBRARY.clau_school_measure(workspace, school, draw, found) == 0
    pairs = drawn_pairs(s, draw) if s.name == 'random 5000' else None
    expected = measures(s, pairs)
    d = s.dimensions
    # The centre's error is that of the angle of a mean, which is worse for a shorter mean.
    sharp = 1.0
    if s.periodic and not s.plain:
        sharp = s.length / np.abs(np.exp(2j * np.pi * s.x / s.length).mean(axis=0)).min()
    sharp = max(sharp, np.abs(s.x).max())
    close('centre', found.centre[:d], expected['centre'], sharp)
    close('direction', found.direction[:d], expected['direction'])
    for name in ('polarization', 'rotation', 'order_index', 'spread', 'mean', 'deviation',
                 'smallest', 'largest'):
        close(name, getattr(found, name), expected[name], sharp if name == 'spread' else s.length)
    close('equal area', found.polarization_equal_area, expected['polarization_equal_area'])
    entropies = []
    for k, name in enumerate(NAMES):
        due = expected['polarization_entropy' if name == 'polarization' else name]
        if name == 'velocity_correlation' and s.count > EXACT and pairs is None:
            due = found.entropy[k]
        close(name + ' entropy', found.entropy[k], due)
        entropies.append(due)
    close('index', found.schooling_index, np.dot(WEIGHTS, entropies))
    if s.count <= EXACT:
        assert found.velocity_correlation_error == 0.0
    elif pairs is not None:
        # A difference of numbers near 7 under a root: 1e-14 of about 1e-4 is left.
        close('error', found.velocity_correlation_error, expected['error'])
        check_correlation(s, workspace, school, draw, pairs)
        exact = State(s.name, s.x[:EXACT], s.u[:EXACT], s.length)
        true = measures(exact)['velocity_correlation']
        # Individuals that are alike: a sample of them has the same entropy to some 1e-3.
        assert abs(true - found.entropy[5]) < 5e-3


def check_groups(s, workspace, school):
    for link in (1e-4, 0.01, 0.3, 1.0, 4.9, 20.0):
        if s.count > 2000 and link > 0.3 or 'clusters' in s.name and link > 0.01:
            continue  # too many pairs for scipy
        found = Groups()
        assert LIBRARY.clau_school_groups(workspace, school, link, found) == 0
        result = (found.count, found.largest, found.mean_size)
        close(f'groups {link}', result, groups(s, link), s.count)


def check_correlation(s, workspace, school, draw, pairs):
    for reach, bins in ((s.length / 2, 10), (3 * s.length, 40), (0.5, 7)):
        found, zero = np.full(bins, 7.0), DOUBLE()
        assert LIBRARY.clau_school_velocity_correlation(
            workspace, school, draw, reach, bins, found.ctypes.data_as(POINTER), zero) == 0
        c, crossing = correlation(s, reach, bins, *pairs)
        # Where |w|^2 is rounding alone, so is its ratio.
        if np.isnan(c).all() or ((s.u - s.u.mean(axis=0)) ** 2).sum() / s.count > 1e-20:
            close('C(r)', found, c, 100)
            close('correlation length', zero.value, crossing, 100 * reach)


def check_dispersion(s, workspace, school):
    found, mean = DOUBLE(), s.u.mean(axis=0)
    assert LIBRARY.clau_school_angular_dispersion(workspace, school, found) == 0
    cosines = s.u @ mean / np.linalg.norm(mean)
    # The arc cosine of a number near 1 has half of its digits.
    assert abs(found.value - np.arccos(np.clip(cosines, -1, 1)).mean()) <= 1e-7


def check_state(s):
    workspace, school = LIBRARY.clau_school_workspace_create(s.count), s.school()
    try:
        check_measures(s, workspace, school)
        check_groups(s, workspace, school)
        check_dispersion(s, workspace, school)
        if s.count <= 1000:
            check_correlation(s, workspace, school, Draw(), np.triu_indices(s.count, 1))
    finally:
        LIBRARY.clau_school_workspace_destroy(workspace)


def check_table():
    table = (Kind * 7).in_dll(LIBRARY, 'clau_school_entropy_kinds')
    assert [kind.name.decode() for kind in table] == NAMES
    assert [kind.weight for kind in table] == WEIGHTS


def check_ranks():
    rng = np.random.default_rng(1)
    for count in (2, 3, 10, 1000):
        for levels in (2, 5, 10 ** 6):
            x, y = rng.integers(0, levels, (2, count)).astype(float)
            y += 0.5 * x
            found = DOUBLE(7.0)
            assert LIBRARY.clau_rank_correlation(x.ctypes.data_as(POINTER), y.ctypes.data_as(POINTER),
                                                 SIZE(count), ctypes.byref(found)) == 0
            constant = np.ptp(x) == 0 or np.ptp(y) == 0
            close('ranks', found.value, math.nan if constant else scipy.stats.spearmanr(x, y)[0])


def main():
    checks = [('table', check_table), ('ranks', check_ranks)]
    checks += [(s.name, lambda s=s: check_state(s)) for s in states()]
    print(f'1..{len(checks)}')
    failed = False
    for number, (name, check) in enumerate(checks, 1):
        try:
            check()
            print(f'ok {number} {name}')
        except AssertionError as error:
            failed = True
            text = str(error).replace('\n', ' ')
            print(f'not ok {number} {name}\n# {text}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
