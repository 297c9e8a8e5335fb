#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the measures of time series with numpy, scipy and direct sums over all pairs.

Usage: check_series.py LIBRARY. Writes TAP.
"""
import ctypes
import itertools
import math
import sys

import numpy as np
import scipy.signal
import scipy.spatial

LIBRARY = ctypes.CDLL(sys.argv[1])
SIZE = ctypes.c_size_t


def address(values, kind=ctypes.c_double):
    return values.ctypes.data_as(ctypes.POINTER(kind))


def series(values):
    values = np.ascontiguousarray(values, dtype=np.float64)
    return values, address(values), SIZE(values.size)


def call(name, *arguments):
    status = getattr(LIBRARY, name)(*arguments)
    assert status == 0, (name, status)


class SampleEntropy(ctypes.Structure):
    _fields_ = [('entropy', ctypes.c_double), ('tolerance', ctypes.c_double),
                ('matches', ctypes.c_uint64), ('longer', ctypes.c_uint64)]


class AutocorrelationTime(ctypes.Structure):
    _fields_ = [('time', ctypes.c_double), ('window', SIZE), ('effective_size', ctypes.c_double)]


class Recurrence(ctypes.Structure):
    _fields_ = [('pairs', ctypes.c_uint64), ('recurrences', ctypes.c_uint64),
                ('rate', ctypes.c_double), ('determinism', ctypes.c_double)]


class Limits(ctypes.Structure):
    _fields_ = [('ratio', ctypes.c_double), ('size', ctypes.c_double), ('theiler', SIZE)]


def windows(x, length, delay=1):
    count = x.size - (length - 1) * delay
    return x[np.arange(count)[:, None] + delay * np.arange(length)]


def autoregressive(generator, a, count):
    noise = generator.normal(size=count)
    noise[0] /= math.sqrt(1 - a * a)
    return scipy.signal.lfilter([1.0], [1.0, -a], noise)


def lorenz(count, step=0.02, skip=1000):
    """By the classical Runge-Kutta method, from the usual parameters."""
    def slope(v):
        x, y, z = v
        return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])
    v, result = np.array([1.0, 1.0, 25.0]), np.empty(count)
    for i in range(count + skip):
        for _ in range(2):
            h = step / 2
            a = slope(v)
            b = slope(v + h / 2 * a)
            c = slope(v + h / 2 * b)
            d = slope(v + h * c)
            v = v + h / 6 * (a + 2 * b + 2 * c + d)
        if i >= skip:
            result[i - skip] = v[0]
    return result


# ---- Ordinal patterns --------------------------------------------------------------------------

def ordinal(x, order, delay, weighted):
    _, pointer, count = series(x)
    weights = np.full(math.factorial(order), np.nan)
    call('clau_ordinal_distribution', pointer, count, ctypes.c_int(order), SIZE(delay),
         ctypes.c_bool(weighted), address(weights))
    return weights


def check_ordinal_patterns(generator):
    """Ranks by a stable argsort, numbered in lexicographic order."""
    for order, delay, size in itertools.product((2, 3, 4, 5, 6, 7), (1, 2, 5), (40, 511, 1500)):
        numbers = {p: k for k, p in enumerate(itertools.permutations(range(order)))}
        for x in (generator.normal(size=size), generator.integers(0, 3, size) * 1e200,
                  generator.normal(size=size) * 1e-200, 1e6 + generator.normal(size=size)):
            parts = windows(x, order, delay)
            ranks = np.argsort(np.argsort(parts, axis=1, kind='stable'), axis=1, kind='stable')
            found = np.array([numbers[tuple(r)] for r in ranks])
            counts = np.bincount(found, minlength=len(numbers))
            assert (ordinal(x, order, delay, False) == counts).all(), (order, delay, size)
            variances = np.var(parts / np.abs(x).max(), axis=1)
            expected = np.bincount(found, variances, minlength=len(numbers))
            result = ordinal(x, order, delay, True)
            # An offset of 10^6 deviations costs as many digits of a deviation, 2e-10.
            difference = np.abs(result / result.sum() - expected / expected.sum()).max()
            assert difference < 1e-9, (order, delay, size, difference)


# ---- Sample entropy ----------------------------------------------------------------------------

def sample_entropy_counts(x, length, tolerance):
    """All pairs of the N - m templates, by scipy's tree with the Chebyshev metric."""
    templates = windows(x, length + 1)
    counts = []
    for columns in (templates[:, :length], templates):
        distances = scipy.spatial.distance.pdist(columns, 'chebyshev')
        counts.append(int((distances <= tolerance).sum()))
    return counts


def check_sample_entropy(generator):
    for size, length in itertools.product((10, 300, 1500), (1, 2, 3, 5)):
        x = generator.normal(size=size)
        # Thirds of integers: distances that equal the tolerance.
        for values, tolerance in ((x, 0.2), (x, 0.7), (np.round(3 * x), 1.0), (np.round(x), 0.0),
                                  (1e200 * x, 2e199)):
            matches, longer = sample_entropy_counts(values, length, tolerance)
            result = SampleEntropy()
            _, pointer, count = series(values)
            status = LIBRARY.clau_sample_entropy(pointer, count, SIZE(length),
                                                 ctypes.c_double(tolerance), ctypes.byref(result))
            if longer == 0:
                assert status != 0, (size, length)
                continue
            assert status == 0 and (result.matches, result.longer) == (matches, longer), (
                size, length, tolerance, result.matches, matches)
            assert abs(result.entropy - math.log(matches / longer)) <= 1e-15 * abs(result.entropy)
        for ddof in (0, 1):
            values, pointer, count = series(x * 3e-7 + 1)
            result = SampleEntropy()
            call('clau_sample_entropy_relative', pointer, count, SIZE(1), ctypes.c_double(3.0),
                 SIZE(ddof), ctypes.byref(result))
            expected = 3.0 * np.std(values, ddof=ddof)
            assert abs(result.tolerance / expected - 1) < 1e-9  # the offset costs 7 digits


# ---- Spectra and autocorrelation ---------------------------------------------------------------

def power_spectrum(x, segment, window):
    _, pointer, count = series(x)
    power = np.full(segment // 2 + 1, np.nan)
    call('clau_power_spectrum', pointer, count, SIZE(segment), ctypes.c_int(window),
         address(power))
    return power


def spectral_entropy(x, segment, window):
    _, pointer, count = series(x)
    entropy, normalised = ctypes.c_double(), ctypes.c_double()
    call('clau_spectral_entropy', pointer, count, SIZE(segment), ctypes.c_int(window),
         ctypes.byref(entropy), ctypes.byref(normalised))
    return entropy.value, normalised.value


def check_spectra(generator):
    # Lengths of small factors, primes, twice and five times a prime, and long ones.
    for size, segment in ((4, 4), (5, 5), (251, 251), (502, 502), (155, 155), (512, 512),
                          (513, 513), (1000, 1000), (1000, 256), (1001, 255), (5000, 64),
                          (20000, 20000)):
        x = 3.0 + 2e-3 * generator.normal(size=size)
        for window, name in ((0, 'boxcar'), (1, 'hann')):
            _, expected = scipy.signal.welch(x, 1.0, name, segment)
            result = power_spectrum(x, segment, window)
            # A mean of 1500 deviations costs 3 or 4 digits.
            error = np.abs(result - expected).max() / expected.max()
            assert error < 1e-11, (size, segment, name, error)
            p = expected[1:] / expected[1:].sum()
            p = p[p > 0]
            entropy, normalised = spectral_entropy(x, segment, window)
            assert abs(entropy + (p * np.log(p)).sum()) < 1e-10, (size, segment, name)
            assert abs(normalised - entropy / math.log(segment // 2)) < 1e-14


def autocorrelation(x, lags):
    _, pointer, count = series(x)
    result = np.full(lags + 1, np.nan)
    call('clau_autocorrelation', pointer, count, SIZE(lags), address(result))
    return result


def autocorrelation_time(x):
    _, pointer, count = series(x)
    result = AutocorrelationTime()
    call('clau_autocorrelation_time', pointer, count, ctypes.byref(result))
    return result


def check_autocorrelation(generator):
    for size, lags in ((2, 1), (3, 2), (100, 99), (512, 511), (513, 511), (1000, 37),
                       (5000, 4999)):
        for x in (generator.normal(size=size), np.cumsum(generator.normal(size=size)) * 1e180):
            deviations = (x - x.mean()) / np.abs(x).max()
            expected = np.correlate(deviations, deviations, 'full')[size - 1:size + lags]
            difference = np.abs(autocorrelation(x, lags) - expected / expected[0]).max()
            assert difference < 1e-13, (size, lags, difference)
            result = autocorrelation_time(x)
            times = 1 + 2 * np.concatenate(
                [[0.0], np.cumsum(autocorrelation(x, size - 1)[1:])])
            ended = np.arange(size) >= 3 * np.maximum(times, 1)
            window = np.argmax(ended) if ended.any() else size - 1
            assert result.window == window and abs(result.time - times[window]) < 1e-12


def check_autoregressive_time(generator):
    """tau = (1+a)/(1-a), in the mean of 50 series; Sokal's standard error of one of them."""
    size, repetitions = 50000, 50
    for a in (0.0, 0.5, 0.9, 0.98):
        expected = (1 + a) / (1 - a)
        results = [autocorrelation_time(autoregressive(generator, a, size))
                   for _ in range(repetitions)]
        mean = np.mean([r.time for r in results])
        error = max(expected, 1) * math.sqrt(2 * (2 * 3 * max(expected, 1) + 1) / size)
        # Four standard errors, and 2 % for the window's cut and the mean that is subtracted.
        allowed = 4 * error / math.sqrt(repetitions) + 0.02 * expected
        assert abs(mean - expected) < allowed, (a, mean, expected)
        assert autocorrelation_time(autoregressive(generator, -0.5, size)).effective_size == size
        assert abs(results[0].effective_size * max(results[0].time, 1) - size) < 1e-6


# ---- Lempel-Ziv --------------------------------------------------------------------------------

def lempel_ziv(symbols, alphabet=2):
    symbols = np.ascontiguousarray(symbols, dtype=np.uint8)
    phrases, normalised = SIZE(), ctypes.c_double()
    call('clau_lempel_ziv', address(symbols, ctypes.c_uint8), SIZE(symbols.size),
         ctypes.c_int(alphabet), ctypes.byref(phrases), ctypes.byref(normalised))
    return phrases.value, normalised.value


def count_phrases(text):
    phrases = first = 0
    while first < len(text):
        length = 1
        while first + length <= len(text) and text[first:first + length] in text[:first + length - 1]:
            length += 1
        phrases += 1
        first += length
    return phrases


def check_lempel_ziv(generator):
    """Phrases searched for as the definition says."""
    for length in range(2, 11):
        for number in range(2 ** length):
            text = format(number, f'0{length}b')
            assert lempel_ziv([int(c) for c in text])[0] == count_phrases(text), text
    for size, alphabet, share in itertools.product((50, 700, 3000), (2, 3, 7, 256), (0.02, 0.3, 1)):
        change = generator.random(size) < share
        symbols = np.where(change, generator.integers(0, alphabet, size), 0)
        phrases, normalised = lempel_ziv(symbols, alphabet)
        assert phrases == count_phrases(bytes(symbols.astype(np.uint8))), (size, alphabet, share)
        assert abs(normalised - phrases * math.log(size, alphabet) / size) < 1e-14 * normalised
        period = np.tile(symbols[:20], size)[:size]
        assert lempel_ziv(period, alphabet)[0] == count_phrases(bytes(period.astype(np.uint8)))


def check_binarise(generator):
    for size in (1, 2, 7, 1000):
        for x in (generator.normal(size=size), np.round(generator.normal(size=size)),
                  np.sort(generator.integers(0, 9, size)) * 1.0):
            values, pointer, count = series(x)
            for threshold, level in ((0, np.median(values)), (1, None)):
                level = math.fsum(values) / size if level is None else level
                symbols = np.full(size, 9, np.uint8)
                call('clau_binarise', pointer, count, ctypes.c_int(threshold),
                     address(symbols, ctypes.c_uint8))
                assert (symbols == (values > level)).all(), (size, threshold)


# ---- Reconstruction ----------------------------------------------------------------------------

def delayed_information(x, bins, lags):
    _, pointer, count = series(x)
    result = np.full(lags + 1, np.nan)
    call('clau_delayed_information', pointer, count, SIZE(bins), SIZE(lags), address(result))
    return result


def check_delayed_information(generator):
    for size, bins, lags in ((2, 3, 1), (100, 1, 5), (1000, 16, 30), (1000, 300, 3)):
        x = np.cumsum(generator.normal(size=size))
        result = delayed_information(x, bins, lags)
        for lag in range(lags + 1):
            box = (x.min(), x.max())
            joint = np.histogram2d(x[:size - lag], x[lag:], bins, (box, box))[0] / (size - lag)
            product = np.outer(joint.sum(1), joint.sum(0))
            some = joint > 0
            expected = (joint[some] * np.log(joint[some] / product[some])).sum()
            assert abs(result[lag] - expected) < 1e-12, (size, bins, lag)


def false_neighbours(x, delay, dimensions, limits):
    _, pointer, count = series(x)
    fraction = np.full(dimensions, np.nan)
    call('clau_false_neighbours', pointer, count, SIZE(delay), SIZE(dimensions),
         ctypes.byref(limits), address(fraction))
    return fraction


def false_fraction(x, delay, dimension, ratio, size, theiler):
    """All distances. numpy's argmin takes the first of equals too."""
    points = windows(x[:x.size - delay], dimension, delay)
    distances = scipy.spatial.distance.cdist(points, points)
    i = np.arange(points.shape[0])
    distances[np.abs(i[:, None] - i) <= theiler] = np.inf
    nearest = distances.argmin(axis=1)
    near = distances[i, nearest]
    step = np.abs(x[i + dimension * delay] - x[nearest + dimension * delay])
    return ((step > ratio * near) | (np.hypot(near, step) > size * np.std(x))).mean()


def check_false_neighbours(generator):
    flow = lorenz(1200, 0.05)
    # Integers have many equal distances, and distances 0.
    for x in (generator.normal(size=700), flow, np.round(flow)):
        for delay, theiler in ((1, 0), (3, 20)):
            limits = Limits(15.0, 2.0, theiler)
            result = false_neighbours(x, delay, 6, limits)
            for dimension in range(1, 7):
                expected = false_fraction(x, delay, dimension, 15.0, 2.0, theiler)
                assert abs(result[dimension - 1] - expected) < 1e-14, (delay, theiler, dimension)


def check_recurrence(generator):
    for x in (lorenz(400, 0.1), np.round(4 * generator.normal(size=700))):
        for dimension, delay, theiler, line in ((1, 1, 0, 2), (3, 2, 1, 3), (2, 5, 30, 2),
                                                (2, 1, 5, 1)):
            points = windows(x, dimension, delay)
            count = points.shape[0]
            tolerance = 2.0
            close = np.abs(points[:, None] - points[None]).max(axis=2) <= tolerance
            pairs = recurrences = on_lines = 0
            for lag in range(max(theiler, 1), count):
                diagonal = np.diagonal(close, lag)
                pairs += diagonal.size
                recurrences += int(diagonal.sum())
                on_lines += sum(n for n in (len(list(g)) for k, g in itertools.groupby(diagonal) if k)
                                if n >= line)
            result = Recurrence()
            _, pointer, size = series(x)
            call('clau_recurrence', pointer, size, SIZE(dimension), SIZE(delay),
                 ctypes.c_double(tolerance), SIZE(theiler), SIZE(line), ctypes.byref(result))
            assert (result.pairs, result.recurrences) == (pairs, recurrences), (dimension, delay)
            assert result.rate == recurrences / pairs and recurrences > 0
            assert abs(result.determinism - on_lines / recurrences) < 1e-15, (dimension, delay)


def check_lorenz(generator):
    """Delay and dimension of the Lorenz system's x at intervals of 0.02.

    The first minimum of the mutual information is known to be at a delay of about 0.16 to 0.18,
    8 or 9 samples, and the dimension is 3 (Kennel et al. 1992).
    """
    x = lorenz(20000)
    _, pointer, count = series(x)
    delay, dimension = SIZE(), SIZE()
    call('clau_embedding_delay', pointer, count, SIZE(32), SIZE(50), ctypes.byref(delay))
    assert 7 <= delay.value <= 10, delay.value
    limits = Limits(15.0, 2.0, 50)
    call('clau_embedding_dimension', pointer, count, SIZE(delay.value), SIZE(6),
         ctypes.byref(limits), ctypes.c_double(0.01), ctypes.byref(dimension))
    assert dimension.value == 3, (dimension.value, false_neighbours(x, delay.value, 6, limits))


def main():
    checks = [check for name, check in globals().items() if name.startswith('check_')]
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(19760175))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
