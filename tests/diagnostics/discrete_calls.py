# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls into the diagnostics library, for the checks of discrete measures beside this file."""
import ctypes
import math
import sys
from ctypes import POINTER, c_double, c_int, c_size_t, c_uint64, c_void_p

import numpy as np
import scipy.special
import scipy.stats

LIBRARY = ctypes.CDLL(sys.argv[1])
PLUG_IN, MILLER_MADOW, GRASSBERGER, CHAO_SHEN = ESTIMATORS = range(4)

largest = 0.0  # difference of the check under way


def structure(*fields):
    return type('Structure', (ctypes.Structure,), {'_fields_': list(fields)})


def reals(*names):
    return [(name, c_double) for name in names]


Bins = structure(('minimum', c_double), ('maximum', c_double), ('count', c_size_t))
Joint = structure(*reals('x', 'y', 'both', 'x_given_y', 'y_given_x', 'information',
                         'information_error', 'shannon_distance', 'rajski_distance'))
Complexity = structure(*reals('entropy', 'jensen_shannon', 'lmc'))
Symbols = structure(('symbols', c_void_p), ('alphabet', c_size_t))
TransferOptions = structure(
    ('target_history', c_size_t), ('source_history', c_size_t), ('delay', c_size_t),
    ('estimator', c_int), ('surrogate', c_int), ('surrogates', c_size_t), ('seed', c_uint64))
Transfer = structure(*reals('entropy', 'surrogate_mean', 'surrogate_deviation', 'effective',
                            'p_value'), ('steps', c_size_t))
Irreversibility = structure(
    *reals('rate', 'bias', 'surrogate_mean', 'surrogate_deviation', 'p_value'),
    ('states', c_size_t), ('pairs', c_size_t), ('cycles', c_size_t), *reals('steps', 'unpaired'))
BootstrapOptions = structure(('repetitions', c_size_t), ('block', c_size_t),
                             ('confidence', c_double), ('seed', c_uint64))
Bootstrap = structure(*reals('estimate', 'standard_error', 'bias', 'lower', 'upper'))
Consistency = structure(('size', c_size_t * 4), ('mean', c_double * 4), ('deviation', c_double * 4),
                        *reals('slope', 'limit', 'standard_error'))
MEASURE = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(c_size_t), c_size_t, POINTER(c_double))


def doubles(values):
    return np.ascontiguousarray(values, dtype=np.float64)


def integers(values):
    return np.ascontiguousarray(values, dtype=np.uint32)


def address(values):
    return c_void_p(values.ctypes.data)


def note(difference):
    """For the largest difference of a check."""
    global largest
    largest = max(largest, difference)


def call(name, *arguments):
    status = getattr(LIBRARY, name)(*arguments)
    assert status == 0, (name, status)


def close(result, expected, tolerance, *what):
    """Within the tolerance, relative or (below 1) absolute; NaN is not."""
    difference = abs(result - expected) / max(1.0, abs(expected))
    assert difference <= tolerance, (*what, result, expected)
    note(difference)


def estimate_by_definition(counts, estimator):
    n = np.asarray([c for c in counts if c > 0], dtype=float)
    size = n.sum()
    if estimator == PLUG_IN:
        return scipy.stats.entropy(n)
    if estimator == MILLER_MADOW:
        return scipy.stats.entropy(n) + (n.size - 1) / (2 * size)
    if estimator == GRASSBERGER:
        psi = scipy.special.digamma
        g = psi(n) + 0.5 * (-1.0) ** n * (psi((n + 1) / 2) - psi(n / 2))
        return math.log(size) - (n * g).sum() / size
    singles = np.count_nonzero(n == 1)
    coverage = 1 - (size - 1 if singles == size else singles) / size
    q = coverage * n / size
    return -math.fsum(scipy.special.xlogy(q, q) / (1 - (1 - q) ** size))


def run(checks):
    global largest
    print(f'1..{len(checks)}')
    failed = False
    for number, check in enumerate(checks, 1):
        largest = 0.0
        try:
            check(np.random.default_rng(20030710))
            print(f'# largest difference {largest:.1e}\nok {number} {check.__name__}')
        except AssertionError as error:
            failed = True
            print(f'not ok {number} {check.__name__}\n# {error}')
    return 1 if failed else 0
