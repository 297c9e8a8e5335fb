#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the hypothesis tests and effect sizes with scipy and with sums over all pairs.

Usage: check_hypotheses.py LIBRARY [--rates]. Writes TAP. --rates prints the rates of false positives
and true ones that docs/diagnostics.md quotes.
"""
import ctypes
import itertools
import math
import sys
import warnings

import numpy as np
import scipy.signal
import scipy.special
import scipy.stats

LIBRARY = ctypes.CDLL(sys.argv[1])
SIZE = ctypes.c_size_t
SMIRNOV, MANN_WHITNEY, KRUSKAL, ANOVA = range(4)
NAMES = ['Kolmogorov-Smirnov', 'Mann-Whitney', 'Kruskal-Wallis', 'ANOVA']


class Sample(ctypes.Structure):
    _fields_ = [('values', ctypes.POINTER(ctypes.c_double)), ('count', SIZE)]


class Result(ctypes.Structure):
    _fields_ = [('statistic', ctypes.c_double), ('p', ctypes.c_double),
                ('effect', ctypes.c_double), ('exact', ctypes.c_bool)]


class Effective(ctypes.Structure):
    _fields_ = [('time', ctypes.c_double), ('effective_size', ctypes.c_double),
                ('block_length', SIZE), ('kept', SIZE)]


class Cliff(ctypes.Structure):
    _fields_ = [('delta', ctypes.c_double), ('low', ctypes.c_double), ('high', ctypes.c_double),
                ('magnitude', ctypes.c_char_p)]


class Standardised(ctypes.Structure):
    _fields_ = [('cohen', ctypes.c_double), ('hedges', ctypes.c_double)]


def samples_of(groups):
    """Pointers into the arrays, which must outlive them."""
    return (Sample * len(groups))(*[
        Sample(g.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), g.size) for g in groups])


def doubles(groups):
    return [np.ascontiguousarray(g, dtype=np.float64) for g in groups]


def run(test, *groups):
    groups, result = doubles(groups), Result()
    status = LIBRARY.clau_test_samples(ctypes.c_int(test), samples_of(groups), SIZE(len(groups)),
                                       ctypes.byref(result))
    assert status == 0, (test, status)
    return result


def run_series(test, reduction, *groups):
    groups, result, effective = doubles(groups), Result(), (Effective * len(groups))()
    status = LIBRARY.clau_test_series(
        ctypes.c_int(test), ctypes.c_int(reduction), samples_of(groups), SIZE(len(groups)),
        ctypes.byref(result), effective)
    assert status == 0, (test, status)
    return result, effective


def relative(result, expected):
    return abs(result - expected) / abs(expected) if expected != 0 else abs(result)


def pairs(generator):
    for m, n in ((1, 1), (1, 7), (2, 2), (3, 8), (8, 8), (8, 300), (9, 12), (50, 60), (400, 1000)):
        for shift in (0.0, 0.7, 9.0):
            x, y = generator.normal(shift, 1, m), generator.normal(0, 1, n)
            yield x, y
            yield np.round(x), np.round(y) + (np.arange(n) == 0) * 0.5  # ties, never all equal


def check_kolmogorov_smirnov(generator):
    """Exact p-values down to 1e-290, the smallest that scipy gives with all digits."""
    for x, y in pairs(generator):
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            try:
                expected = scipy.stats.ks_2samp(x, y, method='exact')
            except RuntimeWarning:
                continue
        if expected.pvalue < 1e-290:
            continue
        result = run(SMIRNOV, x, y)
        assert result.exact and result.statistic == result.effect
        assert abs(result.statistic - expected.statistic) < 1e-15
        assert relative(result.p, expected.pvalue) < 1e-10, (x.size, y.size, result.p, expected)


def check_kolmogorov_smirnov_limit(generator):
    for shift in (0.0, 0.01, 0.03, 0.5):
        x, y = generator.normal(shift, 1, 10001), generator.normal(0, 1, 30000)
        result = run(SMIRNOV, x, y)
        distance = scipy.stats.ks_2samp(x, y, method='asymp').statistic
        expected = scipy.special.kolmogorov(distance * math.sqrt(x.size * y.size / (x.size + y.size)))
        assert not result.exact and abs(result.statistic - distance) < 1e-14
        # The exponent, -2 n D^2, holds up to hundreds of units.
        assert relative(result.p, expected) < 1e-11 or expected == result.p == 0, (shift, result.p)


def check_mann_whitney(generator):
    for x, y in pairs(generator):
        expected = scipy.stats.mannwhitneyu(x, y, alternative='two-sided')
        result = run(MANN_WHITNEY, x, y)
        assert result.statistic == expected.statistic
        tied = np.unique(np.concatenate([x, y])).size < x.size + y.size
        assert result.exact == (not tied and min(x.size, y.size) <= 8)
        # scipy 1.10 has an exact p where there are ties between the samples alone; others agree.
        method = 'exact' if result.exact else 'asymptotic'
        expected = scipy.stats.mannwhitneyu(x, y, alternative='two-sided', method=method)
        assert relative(result.p, expected.pvalue) < 1e-10, (x.size, y.size, result.p, expected)
        assert abs(result.effect - np.sign(x[:, None] - y).mean()) < 1e-13


def check_kruskal_wallis(generator):
    for sizes in ((1, 2), (5, 5), (3, 8, 4), (40, 30, 20, 10, 100)):
        for shift, digits in itertools.product((0.0, 0.5, 20.0), (0, 9)):
            groups = [np.round(generator.normal(shift * k, 1, n), digits)
                      for k, n in enumerate(sizes)]
            if np.unique(np.concatenate(groups)).size == 1:
                continue
            expected = scipy.stats.kruskal(*groups)
            result = run(KRUSKAL, *groups)
            assert relative(result.statistic, expected.statistic) < 1e-11, (sizes, shift)
            assert relative(result.p, expected.pvalue) < 1e-10, (sizes, shift, result.p)
            assert abs(result.effect - expected.statistic / (sum(sizes) - 1)) < 1e-12


def check_anova(generator):
    for sizes in ((1, 2), (5, 5), (3, 8, 4), (40, 30, 20, 10, 100)):
        for shift, offset in itertools.product((0.0, 0.5, 20.0), (0.0, 1e6)):
            groups = [offset + generator.normal(shift * k, 1, n) for k, n in enumerate(sizes)]
            expected = scipy.stats.f_oneway(*[g - offset for g in groups])
            result = run(ANOVA, *groups)
            assert relative(result.statistic, expected.statistic) < 1e-10, (sizes, shift, offset)
            assert relative(result.p, expected.pvalue) < 1e-8, (sizes, shift, offset, result.p)
            pooled = np.concatenate(groups)
            within = sum(g.size * np.var(g) for g in groups)
            assert abs(result.effect - (1 - within / (pooled.size * np.var(pooled)))) < 1e-8


def cliff(x, y, confidence=0.95):
    (x, y), result = doubles((x, y)), Cliff()
    samples = samples_of((x, y))
    status = LIBRARY.clau_cliff(ctypes.byref(samples[0]), ctypes.byref(samples[1]),
                                ctypes.c_double(confidence), ctypes.byref(result))
    assert status == 0, status
    return result


def check_cliff(generator):
    """All pairs, and Cliff's formulas as they stand."""
    for x, y in pairs(generator):
        m, n = x.size, y.size
        if min(m, n) < 2:
            continue
        d = np.sign(x[:, None] - y)
        delta, z = d.mean(), scipy.stats.norm.ppf(0.975)
        result = cliff(x, y)
        assert abs(result.delta - delta) < 1e-13
        name = 'negligible small medium large'.split()[np.searchsorted(
            [0.147, 0.33, 0.474], abs(delta), 'right')]
        assert result.magnitude.decode() == name, (delta, name)
        if abs(delta) == 1:
            end = (min(m, n) - z * z) / (min(m, n) + z * z)
            low, high = (end, 1.0) if delta > 0 else (-1.0, -end)
        else:
            variance = (m * m * ((d.mean(0) - delta) ** 2).sum() +
                        n * n * ((d.mean(1) - delta) ** 2).sum() -
                        ((d - delta) ** 2).sum()) / (m * n * (m - 1) * (n - 1))
            variance = max(variance, (1 - delta ** 2) / (m * n - 1))
            root = z * math.sqrt(variance * ((1 - delta ** 2) ** 2 + z * z * variance))
            low, high = ((delta - delta ** 3 + s * root) / (1 - delta ** 2 + z * z * variance)
                         for s in (-1, 1))
        assert abs(result.low - max(low, -1)) < 1e-11, (m, n, result.low, low)
        assert abs(result.high - min(high, 1)) < 1e-11, (m, n, result.high, high)


def check_cliff_covers(generator):
    """The interval of normal samples contains the truth, 2 Phi(shift/sqrt 2) - 1."""
    for shift in (0.0, 0.5, 1.0):
        truth = 2 * scipy.stats.norm.cdf(shift / math.sqrt(2)) - 1
        inside = 0
        for _ in range(1000):
            result = cliff(generator.normal(shift, 1, 30), generator.normal(0, 1, 25))
            inside += result.low <= truth <= result.high
        # 95 % +- 0.7 % by chance, and 2 % since the interval is an approximation.
        assert 0.95 - 0.03 <= inside / 1000 <= 0.95 + 0.03, (shift, inside)


def check_standardised(generator):
    for m, n in ((2, 2), (10, 7), (300, 200)):
        x, y = generator.normal(1e6 + 1, 2, m), generator.normal(1e6, 2, n)
        result, samples = Standardised(), samples_of(doubles((x, y)))
        assert LIBRARY.clau_standardised_difference(
            ctypes.byref(samples[0]), ctypes.byref(samples[1]), ctypes.byref(result)) == 0
        # t = d sqrt(mn/(m+n)) is Student's statistic.
        expected = scipy.stats.ttest_ind(x - 1e6, y - 1e6).statistic / math.sqrt(m * n / (m + n))
        # An offset of 10^6 costs scipy's side digits when it is taken away: 1e-10 of a deviation.
        assert abs(result.cohen - expected) < 1e-9, (m, n, result.cohen, expected)
        f = m + n - 2
        bias = math.sqrt(2 / f) * scipy.special.poch((f - 1) / 2, 0.5)
        assert abs(result.hedges - expected * bias) < 1e-9, (m, n, result.hedges)


def check_holm(generator):
    for count in (1, 2, 5, 40):
        p = generator.random(count) ** 3
        p[count // 2] = p[0]
        expected, order = np.empty(count), np.argsort(p, kind='stable')
        for rank, place in enumerate(order):
            expected[place] = max(min(1, (count - k) * p[order[k]]) for k in range(rank + 1))
        adjusted = np.ascontiguousarray(p)
        pointer = adjusted.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        assert LIBRARY.clau_holm(pointer, SIZE(count), pointer) == 0
        assert np.abs(adjusted - expected).max() < 1e-15


# ---- Autocorrelated series ---------------------------------------------------------------------

def autoregressive(generator, a, count):
    noise = generator.normal(size=count) * math.sqrt(1 - a * a)
    noise[0] /= math.sqrt(1 - a * a)
    return scipy.signal.lfilter([1.0], [1.0, -a], noise)


def rejections(generator, test, reduction, a, count, repetitions, shift=0.0):
    """Share of p <= 5 %. reduction None: the plain test."""
    groups, found = 2 if test in (SMIRNOV, MANN_WHITNEY) else 3, 0
    for _ in range(repetitions):
        series = [autoregressive(generator, a, count) for _ in range(groups)]
        series[0] = series[0] + shift
        if reduction is None:
            p = run(test, *series).p
        else:
            p = run_series(test, reduction, *series)[0].p
        found += p <= 0.05
    return found / repetitions


def check_false_positives(generator):
    """Series of 5000 values with tau = 1, 3 and 19: 5 % of the tests of equal series may reject."""
    repetitions = 400
    noise = math.sqrt(0.05 * 0.95 / repetitions)
    for test, reduction, a in itertools.product(range(4), (0, 1), (0.0, 0.5, 0.9)):
        rate = rejections(generator, test, reduction, a, 5000, repetitions)
        # Four standard errors of the 24 rates; what correlation is left adds 2 %.
        assert 0.05 - 4 * noise <= rate <= 0.07 + 4 * noise, (NAMES[test], reduction, a, rate)
    # What it is about: the plain test would reject half of them.
    assert rejections(generator, ANOVA, None, 0.9, 5000, 100) > 0.3


def check_reduction(generator):
    x = [autoregressive(generator, a, 20000) + 7 for a in (0.5, 0.9)]
    for reduction in (0, 1):
        values, found = np.full(40000, np.nan), (Effective * 2)()
        samples = (Sample * 2)()
        assert LIBRARY.clau_effective_samples(
            ctypes.c_int(reduction), samples_of(x), SIZE(2),
            values.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), samples, found) == 0
        for series, sample, e in zip(x, samples, found):
            b, result = e.block_length, np.ctypeslib.as_array(sample.values, (sample.count,))
            assert e.kept == sample.count == 20000 // b
            assert abs(e.effective_size * e.time - 20000) < 1e-6
            lag = math.log(0.02) / math.log((e.time - 1) / (e.time + 1))
            if reduction == 0:
                assert b == round(lag) and (result == series[:b * e.kept:b]).all()
            else:
                assert b == found[0].block_length
                expected = series[:b * e.kept].reshape(-1, b).mean(axis=1)
                assert np.abs(result - expected).max() < 1e-13


def print_rates(generator):
    repetitions, power_repetitions = 1000, 200
    for count, a in ((5000, 0.0), (5000, 0.5), (5000, 0.9)):
        for test in range(4):
            # All pairs of 5000 values take the plain exact test long.
            plain = rejections(generator, test, None, a, count,
                               100 if test == SMIRNOV else repetitions)
            rates = [rejections(generator, test, r, a, count, repetitions) for r in (0, 1)]
            shift = 3 * math.sqrt(2 * (1 + a) / (1 - a) / count)
            power = [rejections(generator, test, r, a, count, power_repetitions, shift)
                     for r in (0, 1)]
            print(f'| {count} | {a} | {NAMES[test]} | ' +
                  ' | '.join(f'{100 * r:.1f}' for r in [plain] + rates) + ' | ' +
                  ' | '.join(f'{100 * r:.0f}' for r in power) + ' |', flush=True)


def main():
    if '--rates' in sys.argv:
        print_rates(np.random.default_rng(19470101))
        return 0
    checks = [check for name, check in globals().items() if name.startswith('check_')]
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        try:
            check(np.random.default_rng(19520583))
            print(f'ok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
