#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares measures of symbols and resampling with the definitions, random draws included.

Usage: check_symbols.py LIBRARY. Writes TAP, and the largest difference of each check.
"""
import ctypes
import math
import sys
from collections import Counter
from ctypes import byref, c_size_t, c_uint64

import numpy as np
import scipy.sparse.csgraph
import scipy.stats

from discrete_calls import (Bootstrap, BootstrapOptions, Consistency, ESTIMATORS, Irreversibility,
                            MEASURE, Symbols, Transfer, TransferOptions, address, call, close,
                            estimate_by_definition, integers, run)

SHUFFLE, SHIFT, BLOCK, CHAIN, DEAL = range(5)  # purposes of draws.h


# ---- Random numbers as the library draws them ---------------------------------------------------

def draw(seed, purpose, repetition, individual):
    """The word of draws.h, from numpy's own Philox."""
    counter = repetition + (individual << 64) + (purpose << 128) - 1
    counter %= 1 << 256
    return int(np.random.Philox(key=[seed, 0], counter=counter).random_raw(4)[0])


def draw_below(seed, purpose, repetition, individual, limit):
    return draw(seed, purpose, repetition, individual) * limit >> 64


def draw_order(seed, purpose, repetition, count):
    order = []
    for i in range(count):
        j = draw_below(seed, purpose, repetition, i, i + 1)
        order.append(i)
        order[i], order[j] = order[j], i
    return order


# ---- Transfer entropy ---------------------------------------------------------------------------

def transfer(target, source, alphabets, **options):
    options = TransferOptions(**options)
    target, source, result = integers(target), integers(source), Transfer()
    call('clau_transfer_entropy', Symbols(target.ctypes.data, alphabets[0]),
         Symbols(source.ctypes.data, alphabets[1]), c_size_t(target.size), byref(options),
         byref(result))
    return result


def entropy_of_words(words, estimator):
    return estimate_by_definition(list(Counter(words).values()), estimator)


def transfer_of_words(past, now, source, estimator):
    def entropy(*columns):
        return entropy_of_words(list(zip(*columns)), estimator)
    return (entropy(now, past) - entropy(past) - entropy(now, past, source) + entropy(past, source))


def check_transfer(generator):
    for count, k, l, delay, alphabets in ((60, 1, 1, 1, (2, 2)), (200, 2, 1, 1, (3, 2)),
                                          (200, 1, 3, 2, (2, 3)), (150, 0, 1, 4, (4, 4))):
        source = generator.integers(0, alphabets[1], count)
        target = (np.roll(source, delay) + generator.integers(0, 2, count)) % alphabets[0]
        first = max(k, l + delay - 1)
        steps = range(first, count)
        past = [tuple(target[t - k:t]) for t in steps]
        now = [target[t] for t in steps]
        words = [tuple(source[t - delay - l + 1:t - delay + 1]) for t in steps]
        for estimator in ESTIMATORS:
            for surrogate in (0, 1):
                result = transfer(target, source, alphabets, target_history=k, source_history=l,
                                  delay=delay, estimator=estimator, surrogate=surrogate,
                                  surrogates=9, seed=77)
                expected = transfer_of_words(past, now, words, estimator)
                close(result.entropy, expected, 1e-12, count, k, l, estimator)
                values = []
                for s in range(9):
                    if surrogate == 0:
                        order = draw_order(77, SHUFFLE, s, len(words))
                    else:
                        shift = 1 + draw_below(77, SHIFT, s, 0, len(words) - 1)
                        order = [(i + shift) % len(words) for i in range(len(words))]
                    values.append(transfer_of_words(past, now, [words[i] for i in order], estimator))
                close(result.surrogate_mean, np.mean(values), 1e-12, count, surrogate)
                close(result.surrogate_deviation, np.std(values, ddof=1), 1e-12, count, surrogate)
                close(result.effective, expected - np.mean(values), 1e-12)
                as_large = sum(value >= expected - 1e-12 for value in values)
                assert result.p_value == (1 + as_large) / 10 and result.steps == len(words)


# ---- Irreversibility ----------------------------------------------------------------------------

def irreversibility(symbols, alphabet, surrogates=0, seed=0):
    symbols, result = integers(np.atleast_2d(symbols)), Irreversibility()
    call('clau_irreversibility', address(symbols), c_size_t(symbols.shape[0]),
         c_size_t(symbols.shape[1]), c_size_t(alphabet), c_size_t(surrogates), c_uint64(seed),
         byref(result))
    return result


def check_irreversibility(generator):
    for series, count, alphabet in ((1, 2, 3), (1, 50, 4), (3, 200, 5), (2, 3000, 30)):
        symbols = np.cumsum(generator.integers(-1, 3, (series, count)), axis=1) % alphabet
        table = np.zeros((alphabet, alphabet))
        for row in symbols:
            np.add.at(table, (row[:-1], row[1:]), 1)
        steps = table.sum()
        seen = table + table.T > 0
        terms = np.where(seen, (table - table.T) * np.log((table + 0.5) / (table.T + 0.5)), 0.0)
        result = irreversibility(symbols, alphabet)
        close(result.rate, 0.5 * terms.sum() / steps, 1e-13, series, count)
        states = len(set(symbols.ravel()))
        off = seen & ~np.eye(alphabet, dtype=bool)
        parts = scipy.sparse.csgraph.connected_components(off)[0] - (alphabet - states)
        cycles = off.sum() // 2 - states + parts
        assert (result.states, result.pairs, result.cycles) == (states, off.sum() // 2, cycles)
        assert result.steps == steps and result.p_value == 1.0 and result.surrogate_mean == 0.0
        assert result.unpaired == table[(table.T == 0)].sum()
        close(result.bias, 2 * cycles / steps, 1e-15)


# ---- Bootstrap and consistency ------------------------------------------------------------------

def measure_of(function):
    def measure(_, numbers, count, value):
        value[0] = function(np.ctypeslib.as_array(numbers, (count,)))
        return 0
    return MEASURE(measure)


def check_bootstrap(generator):
    values = generator.exponential(size=53)
    measure = measure_of(lambda numbers: np.median(values[numbers]) + values[numbers].std())
    for block in (1, 7):
        options, result = BootstrapOptions(40, block, 0.9, 5), Bootstrap()
        call('clau_bootstrap', measure, None, c_size_t(53), byref(options), byref(result))
        resamples = []
        for r in range(40):
            starts = [draw_below(5, BLOCK, r, b, 53 - block + 1) for b in range(-(-53 // block))]
            numbers = np.concatenate([np.arange(s, s + block) for s in starts])[:53]
            resamples.append(np.median(values[numbers]) + values[numbers].std())
        estimate_of_all = np.median(values) + values.std()
        close(result.estimate, estimate_of_all, 1e-14)
        close(result.standard_error, np.std(resamples, ddof=1), 1e-13)
        close(result.bias, np.mean(resamples) - estimate_of_all, 1e-13)
        low, high = np.quantile(resamples, [0.05, 0.95])
        close(result.lower, 2 * estimate_of_all - high, 1e-13)
        close(result.upper, 2 * estimate_of_all - low, 1e-13)
    # scipy's own draws: the two intervals' ends differ by their scatter alone, about 1/30 of the
    # interval at 4000 resamples.
    measure = measure_of(lambda numbers: values[numbers].mean())
    options, result = BootstrapOptions(4000, 1, 0.95, 9), Bootstrap()
    call('clau_bootstrap', measure, None, c_size_t(53), byref(options), byref(result))
    theirs = scipy.stats.bootstrap((values,), np.mean, n_resamples=4000, method='basic',
                                   random_state=generator)
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert abs(result.lower - theirs.confidence_interval.low) < 0.07 * width
    assert abs(result.upper - theirs.confidence_interval.high) < 0.07 * width
    assert abs(result.standard_error / theirs.standard_error - 1) < 0.07


def check_consistency(generator):
    values = generator.random(83)
    measure = measure_of(lambda numbers: values[numbers].var())
    for random in (False, True):
        result = Consistency()
        call('clau_consistency', measure, None, c_size_t(83), ctypes.c_bool(random), c_uint64(3),
             byref(result))
        order = draw_order(3, DEAL, 0, 83) if random else range(83)
        sizes, means = [], []
        for k, parts in enumerate((8, 4, 2, 1)):
            size = 80 // parts
            each = [values[order[i * size:(i + 1) * size]].var() for i in range(parts)]
            sizes.append(size)
            means.append(np.mean(each))
            assert result.size[k] == size
            close(result.mean[k], np.mean(each), 1e-14)
            close(result.deviation[k], np.std(each, ddof=1) if parts > 1 else 0.0, 1e-14)
        slope, limit = np.polyfit(1 / np.array(sizes), means, 1)
        close(result.slope, slope, 1e-12)
        close(result.limit, limit, 1e-12)
        close(result.standard_error, result.deviation[0] / math.sqrt(8), 1e-14)


if __name__ == '__main__':
    sys.exit(run([check_transfer, check_irreversibility, check_bootstrap, check_consistency]))
