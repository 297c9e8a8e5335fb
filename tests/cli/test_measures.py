# SPDX-License-Identifier: GPL-3.0-or-later
"""[[diagnostics.measure]]: measures of a run's own fields and series, against what NumPy makes of the
same numbers in the same file."""

import json
import signal
import sys
from pathlib import Path

import netCDF4
import numpy as np
from program import (
    attribute,
    expect,
    expect_same_numbers,
    finish,
    read,
    run,
    start,
    values,
    wait_until,
    write,
)
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import jensenshannon
from scipy.special import digamma
from scipy.stats import gaussian_kde, kurtosis, skew, spearmanr

CONFIG = """\
solver = "nlse"
seed = 3

[time]
end = 4.0
snapshot_every = 0.5
observe_every = 0.05

[grid]
points = 128
length = 30.0

[integrator]
method = "split-step"
step = 0.01

[[initial]]
kind = "soliton"
amplitude = 1.5
velocity = 2.0

[[initial]]
kind = "gaussian"
width = 2.0
"""


def measure(of, what, **more):
    keys = {"of": of, "what": what, **more}
    text = "".join(
        f"{key} = {value!r}\n".replace("'", '"') for key, value in keys.items()
    )
    return f"\n[[diagnostics.measure]]\n{text}"


def shannon(weights):
    p = weights[weights > 0] / weights.sum()
    return -(p * np.log(p)).sum()


def binned(numbers, bins):
    return shannon(np.histogram(numbers, bins)[0].astype(float))


def test_of_fields_and_series(folder):
    write(folder, CONFIG
        + measure("density", "shannon-entropy")
        + measure("spectrum", "renyi-entropy", q=2.0, name="purity")
        + measure("density", "tsallis-entropy", q=0.5)
        + measure("density", "statistical-complexity")
        + measure("density", "lmc-complexity")
        + measure("density", "active-states", share=0.2)
        + measure("psi_re", "histogram-entropy", bins=16)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=20)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=0, name="of_all"))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    # The same functions on the same numbers.
    expect((found["density_shannon_entropy"][2] == found["density_shannon"][2]).all(), "density")
    tsallis = found["density_tsallis_entropy"][2]
    value = found["density_statistical_complexity"][2][0]
    expected = complexity(found["psi_re"][2][0] ** 2 + found["psi_im"][2][0] ** 2)
    expect(abs(value - expected) < 1e-12, f"{value}, not {expected}")
    density = found["psi_re"][2] ** 2 + found["psi_im"][2] ** 2
    p = density[0] / density[0].sum()
    expected = shannon(p) / np.log(p.size) * ((p - 1 / p.size) ** 2).sum()
    value = found["density_lmc_complexity"][2][0]
    expect(abs(value - expected) < 1e-13, f"{value}, not {expected}")
    expected = (density > 0.2 * density.max(axis=1, keepdims=True)).sum(axis=1)
    expect((found["density_active_states"][2][::10] == expected).all(), "active states")
    expect((tsallis == found["density_tsallis"][2][:, 0]).all(), "tsallis")
    expect((found["purity"][2] == found["spectrum_renyi"][2][:, 1]).all(), "spectrum")
    psi = found["psi_re"][2]
    at_snapshots = found["psi_re_histogram_entropy"][2][::10]
    expected = [binned(row, 16) for row in psi]
    expect(np.allclose(at_snapshots, expected, rtol=0, atol=1e-13), "psi_re")
    series = found["max_amplitude"][2]
    for name, window in (("max_amplitude_histogram_entropy", 20), ("of_all", len(series))):
        for i, value in enumerate(found[name][2]):
            part = series[max(0, i + 1 - window) : i + 1]
            expected = binned(part, 8) if len(part) > 1 else 0.0
            expect(abs(value - expected) < 1e-13, f"{name}[{i}] = {value}, not {expected}")
    expect(np.ptp(found["of_all"][2]) > 0.1, "nothing happens")


# ---- each measure, from its definition --------------------------------------------------------


def permutation_entropy(x, order, delay):
    rows = np.lib.stride_tricks.sliding_window_view(x, (order - 1) * delay + 1)[:, ::delay]
    counts = np.unique(np.argsort(rows, axis=1, kind="stable"), axis=0, return_counts=True)[1]
    return shannon(counts.astype(float))


def weighted_permutation_entropy(x, order, delay):
    rows = np.lib.stride_tricks.sliding_window_view(x, (order - 1) * delay + 1)[:, ::delay]
    patterns = np.argsort(rows, axis=1, kind="stable") @ 10 ** np.arange(order)
    return shannon(np.array([rows[patterns == p].var(axis=1).sum() for p in np.unique(patterns)]))


def alike(x, length, tolerance):
    rows = np.lib.stride_tricks.sliding_window_view(x, length)
    distance = abs(rows[:, None] - rows).max(axis=2)
    return np.triu(distance <= tolerance * x.std(), 1)


def sample_entropy(x, length, tolerance):
    longer = alike(x, length + 1, tolerance)
    shorter = alike(x, length, tolerance)[: len(longer), : len(longer)]
    return -np.log(longer.sum() / shorter.sum())


def recurrences(x, dimension, delay, tolerance, theiler):
    rows = np.lib.stride_tricks.sliding_window_view(x, (dimension - 1) * delay + 1)[:, ::delay]
    close = abs(rows[:, None] - rows).max(axis=2) <= tolerance * x.std()
    return [np.diagonal(close, k) for k in range(theiler, len(rows))]


def determinism(lines):
    total = on_lines = 0
    for line in lines:
        runs = np.diff(np.flatnonzero(np.diff(np.r_[0, line, 0])))[::2]
        total += runs.sum()
        on_lines += runs[runs >= 2].sum()
    return on_lines / total


def neighbour_entropy(x, k):
    distance = np.sort(abs(x[:, None] - x), axis=1)[:, k]
    return digamma(len(x)) - digamma(k) + np.log(2) + np.log(distance).mean()


def mutual_information(x, y, k):
    dx, dy = abs(x[:, None] - x), abs(y[:, None] - y)
    near = np.sort(np.maximum(dx, dy), axis=1)[:, k : k + 1]
    inside = [(d < near).sum(axis=1) for d in (dx, dy)]  # with the sample itself
    return digamma(k) + digamma(len(x)) - sum(digamma(n).mean() for n in inside)


def transfer_entropy(source, target, k):
    past, new, own = source[:-1], target[1:], target[:-1]
    distance = [abs(v[:, None] - v) for v in (past, new, own)]
    near = np.sort(np.maximum.reduce(distance), axis=1)[:, k : k + 1]

    def inside(*d):
        return digamma((np.maximum.reduce(d) < near).sum(axis=1)).mean()

    a, b, c = distance
    return digamma(k) + inside(c) - inside(a, c) - inside(b, c)


def mutual_information_2(x, y, k):
    dx, dy = abs(x[:, None] - x), abs(y[:, None] - y)
    near = np.argsort(np.maximum(dx, dy), axis=1)[:, 1 : k + 1]
    reach = [np.take_along_axis(d, near, axis=1).max(axis=1, keepdims=True) for d in (dx, dy)]
    inside = [(d <= r).sum(axis=1) - 1 for d, r in zip((dx, dy), reach)]
    return digamma(k) - 1 / k + digamma(len(x)) - sum(digamma(n).mean() for n in inside)


def plane(x, y, bins):
    return np.histogram2d(x, y, bins)[0]


def joint(x, y, bins):
    """H(X), H(Y), H(X, Y)"""
    counts = plane(x, y, bins)
    return [shannon(c) for c in (counts.sum(axis=1), counts.sum(axis=0), counts.ravel())]


def binned_information(x, y, bins):
    a, b, both = joint(x, y, bins)
    return a + b - both


def states(x, bins):
    return np.minimum(((x - x.min()) / np.ptp(x) * bins).astype(int), bins - 1)


def words(*columns):
    return shannon(np.unique(np.stack(columns), axis=1, return_counts=True)[1].astype(float))


def binned_transfer_entropy(source, target, bins):
    a, b = states(source, bins), states(target, bins)
    past, new, own = a[:-1], b[1:], b[:-1]
    return words(new, own) - words(own) - words(new, own, past) + words(own, past)


def embedding_delay(x, bins, lags):
    information = [binned_information(x[: len(x) - lag], x[lag:],
                                      [np.linspace(x.min(), x.max(), bins + 1)] * 2)
                   for lag in range(lags + 1)]  # fmt: skip
    return next(lag for lag in range(1, lags)
                if information[lag - 1] > information[lag] <= information[lag + 1])  # fmt: skip


def embedding_dimension(x, delay, theiler, threshold):
    """The first with a share of false neighbours within the threshold (Kennel et al.)"""
    dimension = 0
    while True:
        dimension += 1
        rows = np.lib.stride_tricks.sliding_window_view(x, dimension * delay + 1)[:, ::delay]
        square = ((rows[:, None, :-1] - rows[:, :-1]) ** 2).sum(axis=2)
        index = np.arange(len(rows))
        square[abs(index[:, None] - index) <= theiler] = np.inf
        nearest = square.argmin(axis=1)
        distance = np.sqrt(square[index, nearest])
        further = abs(rows[:, -1] - rows[nearest, -1])
        false = (further / distance > 15) | (np.hypot(distance, further) / x.std() > 2)
        if false.mean() <= threshold:
            return dimension


def trajectory_kernel(x, dimension, delay, width):
    rows = np.lib.stride_tricks.sliding_window_view(x, (dimension - 1) * delay + 1)[:, ::delay]
    square = ((rows[:, None] - rows) ** 2).sum(axis=2)
    return np.exp(-square / (2 * (width * x.std()) ** 2))


def matrix_entropy(x, dimension, delay, width, q):
    shares = np.linalg.eigvalsh(trajectory_kernel(x, dimension, delay, width))
    shares = np.maximum(shares, 0) / shares.sum()
    return shannon(shares) if q == 1 else np.log((shares**q).sum()) / (1 - q)


def diffusion_entropy(x, dimension, delay, width, steps):
    kernel = trajectory_kernel(x, dimension, delay, width)
    degree = kernel.sum(axis=1)
    eigenvalues = np.linalg.eigvalsh(kernel / np.sqrt(np.outer(degree, degree)))
    return shannon(abs(eigenvalues) ** steps)


def correlated_time(x):
    y = x - x.mean()
    rho = np.correlate(y, y, "full")[len(y) - 1 :] / (y @ y)
    tau = 0.5
    for lag in range(1, len(y)):
        tau += rho[lag]
        if lag >= 6 * tau:
            break
    return 2 * tau


def kernel_entropy(x, rule="silverman"):
    density = gaussian_kde(x, rule)
    width = x.std(ddof=1) * density.factor
    grid = np.linspace(x.min() - 9 * width, x.max() + 9 * width, 4001)
    f = density(grid)
    return -np.trapz(f * np.log(np.maximum(f, 1e-300)), grid)


def complexity(weights):
    """Jensen-Shannon complexity, from Rosso et al., Phys. Rev. Lett. 99, 154102 (2007)."""
    p, n = weights / weights.sum(), len(weights)
    middle = (p + 1 / n) / 2
    distance = shannon(middle) - shannon(p) / 2 - np.log(n) / 2
    largest = -((n + 1) / n * np.log(n + 1) - 2 * np.log(2 * n) + np.log(n)) / 2
    return distance / largest * shannon(p) / np.log(n)


def permutation_complexity(x):
    patterns = np.argsort(np.lib.stride_tricks.sliding_window_view(x, 3), axis=1, kind="stable")
    counts = np.unique(patterns @ [100, 10, 1], return_counts=True)[1]
    return complexity(np.pad(counts.astype(float), (0, 6 - len(counts))))


def irreversibility(x, bins):
    state = np.minimum(((x - x.min()) / np.ptp(x) * bins).astype(int), bins - 1)
    steps = np.zeros((bins, bins))
    np.add.at(steps, (state[:-1], state[1:]), 1)
    rate = ((steps - steps.T) * np.log((steps + 0.5) / (steps.T + 0.5))).sum() / 2 / steps.sum()
    links = np.triu((steps + steps.T) > 0, 1)
    visited = np.unique(state)
    parts = connected_components(links)[0] - (bins - len(visited))
    cycles = links.sum() - len(visited) + parts
    return rate - 2 * cycles / steps.sum()


def test_each_measure_of_a_field(folder):
    cases = {
        "permutation-entropy": (dict(order=4, delay=2), lambda x: permutation_entropy(x, 4, 2)),
        "weighted-permutation-entropy": (
            dict(order=3, delay=3), lambda x: weighted_permutation_entropy(x, 3, 3)),
        "sample-entropy": (dict(length=1, tolerance=0.3), lambda x: sample_entropy(x, 1, 0.3)),
        "spectral-entropy": ({}, lambda x: shannon(abs(np.fft.rfft(x)[1:]) ** 2
                                                   * np.r_[2 * np.ones(len(x) // 2 - 1), 1])),
        "recurrence-rate": (
            dict(dimension=2, delay=3, theiler=4, tolerance=0.5),
            lambda x: np.concatenate(recurrences(x, 2, 3, 0.5, 4)).mean()),
        "determinism": (
            dict(dimension=2, delay=3, theiler=4, tolerance=0.5),
            lambda x: determinism(recurrences(x, 2, 3, 0.5, 4))),
        "neighbour-entropy": (dict(neighbours=3), lambda x: neighbour_entropy(x, 3)),
        "kernel-entropy": ({}, kernel_entropy),
        "histogram-entropy": (
            dict(bins=9, estimator="miller-madow"),
            lambda x: binned(x, 9) + (np.count_nonzero(np.histogram(x, 9)[0]) - 1) / (2 * len(x))),
        "mean": ({}, np.mean),
        "standard-deviation": ({}, lambda x: np.std(x, ddof=1)),
        "skewness": ({}, skew),
        "excess-kurtosis": ({}, kurtosis),
        "quantile": (dict(fraction=0.3), lambda x: np.quantile(x, 0.3)),
        "permutation-complexity": (dict(order=3), permutation_complexity),
        "effective-sample-size": ({}, lambda x: len(x) / max(correlated_time(x), 1)),
        "embedding-delay": (dict(bins=8, lags=40), lambda x: embedding_delay(x, 8, 40)),
        "embedding-dimension": (
            dict(dimension=9, delay=3, theiler=6, threshold=0.2),
            lambda x: embedding_dimension(x, 3, 6, 0.2)),
        "matrix-entropy": (
            dict(dimension=2, delay=3, width=0.7, q=2.5),
            lambda x: matrix_entropy(x, 2, 3, 0.7, 2.5)),
        "diffusion-entropy": (
            dict(dimension=2, delay=3, width=0.4, steps=2.0),
            lambda x: diffusion_entropy(x, 2, 3, 0.4, 2.0)),
        "irreversibility": (dict(bins=4), lambda x: irreversibility(x, 4)),
    }  # fmt: skip
    pairs = {
        "mutual-information": (dict(neighbours=3), lambda x, y: mutual_information(x, y, 3)),
        "transfer-entropy": (dict(neighbours=3), lambda x, y: transfer_entropy(x, y, 3)),
        "correlation": ({}, lambda x, y: np.corrcoef(x, y)[0, 1]),
        "rank-correlation": ({}, lambda x, y: spearmanr(x, y).statistic),
        "joint-entropy": (dict(bins=5), lambda x, y: joint(x, y, 5)[2]),
        "conditional-entropy": (
            dict(bins=5), lambda x, y: joint(x, y, 5)[2] - joint(x, y, 5)[1]),
        "binned-mutual-information": (
            dict(bins=5, estimator="miller-madow"),
            lambda x, y: binned_information(x, y, 5) - (
                np.count_nonzero(plane(x, y, 5)) - np.count_nonzero(plane(x, y, 5).sum(axis=0))
                - np.count_nonzero(plane(x, y, 5).sum(axis=1)) + 1) / (2 * len(x))),
        "shannon-distance": (
            dict(bins=5), lambda x, y: 2 * joint(x, y, 5)[2] - sum(joint(x, y, 5)[:2])),
        "rajski-distance": (
            dict(bins=5), lambda x, y: 1 - binned_information(x, y, 5) / joint(x, y, 5)[2]),
        "binned-transfer-entropy": (
            dict(bins=4), lambda x, y: binned_transfer_entropy(x, y, 4)),
        "gaussian-mutual-information": (
            {}, lambda x, y: -np.log(1 - np.corrcoef(x, y)[0, 1] ** 2) / 2),
    }
    noise = CONFIG.replace("end = 4.0", "end = 0.5") + (
        '\n[[initial]]\nkind = "noise"\nlevel = 0.05\nmaximum_wavenumber = 8.0\n'
    )
    write(folder, noise
        + "".join(measure("psi_re", what, **keys) for what, (keys, _) in cases.items())
        + "".join(measure("psi_re", what, **{"with": "psi_im"}, **keys)
                  for what, (keys, _) in pairs.items()))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    for row, at in ((0, 0), (1, 10)):
        x, y = (found[name][2][row] for name in ("psi_re", "psi_im"))
        for what, (_, function) in cases.items():
            value = found["psi_re_" + what.replace("-", "_")][2][at]
            # The kernel density of the program is on a grid, to some 1e-9 of its maximum.
            tolerance = 1e-6 if what == "kernel-entropy" else 1e-11
            expect(abs(value - function(x)) < tolerance, f"{what}: {value}, not {function(x)}")
        for what, (_, function) in pairs.items():
            value = found["psi_re_psi_im_" + what.replace("-", "_")][2][at]
            expect(abs(value - function(x, y)) < 1e-11, f"{what}: {value}, not {function(x, y)}")


def test_rules_of_bins_and_widths(folder):
    bins = {"fixed": 7, "sturges": "sturges", "scott": "scott", "freedman-diaconis": "fd"}
    write(folder, CONFIG.replace("end = 4.0", "end = 0.5")
        + "".join(measure("psi_re", "histogram-entropy", bins=7, rule=rule, name=f"bins_{i}")
                  for i, rule in enumerate(bins))
        + "".join(measure("psi_re", "kernel-entropy", bandwidth=rule, name=f"width_{rule}")
                  for rule in ("scott", "silverman", "botev"))
        + measure("psi_re", "mutual-information", **{"with": "psi_im"}, algorithm="ksg2",
                  name="second")
        + measure("density", "renyi-entropy", q=float("inf"), name="least"))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    x, y = found["psi_re"][2][1], found["psi_im"][2][1]
    for i, rule in enumerate(bins.values()):
        value = found[f"bins_{i}"][2][10]
        expect(abs(value - binned(x, rule)) < 1e-13, f"{rule}: {value}, not {binned(x, rule)}")
    for rule in ("scott", "silverman"):
        value = found[f"width_{rule}"][2][10]
        expect(abs(value - kernel_entropy(x, rule)) < 1e-6, f"{rule}: {value}")
    # A field that is near 0 in most of the box: the widths of one peak are far too wide for it.
    expect(found["width_botev"][2][10] < found["width_silverman"][2][10] - 0.1, "botev")
    value, expected = found["second"][2][10], mutual_information_2(x, y, 4)
    expect(abs(value - expected) < 1e-11, f"ksg2: {value}, not {expected}")
    density = x**2 + y**2
    expect(abs(found["least"][2][10] + np.log(density.max() / density.sum())) < 1e-13, "q = inf")


def test_divergences(folder):
    write(folder, CONFIG.replace("end = 4.0", "end = 0.5")
        + measure("density", "kullback-leibler-divergence", **{"with": "amplitude"})
        + measure("density", "jensen-shannon-divergence", **{"with": "amplitude"}))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    density = found["psi_re"][2][1] ** 2 + found["psi_im"][2][1] ** 2
    p = density / density.sum()
    q = np.sqrt(density) / np.sqrt(density).sum()
    value = found["density_amplitude_kullback_leibler_divergence"][2][10]
    expect(abs(value - (p * np.log(p / q)).sum()) < 1e-13, f"Kullback-Leibler {value}")
    value = found["density_amplitude_jensen_shannon_divergence"][2][10]
    expect(abs(value - jensenshannon(p, q) ** 2) < 1e-13, f"Jensen-Shannon {value}")


def test_every_measure_is_tested(folder):
    """The rest is compared with its own options in the other tests, or with known values."""
    out, _ = run(folder, "--list", "measures", "--json")
    names = {kind["name"] for kind in json.loads(out)["kinds"]}
    text = Path(__file__).read_text()
    missing = {name for name in names if f'"{name}"' not in text}
    expect(not missing, f"{missing}")


def test_series_that_are_known(folder):
    # The whole energy of a soliton pair is nearly constant, its amplitude beats: something to count.
    write(folder, CONFIG
        + measure("max_amplitude", "lempel-ziv-complexity", window=0)
        + measure("max_amplitude", "autocorrelation-time", window=0))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    x = found["max_amplitude"][2]
    value = found["max_amplitude_lempel_ziv_complexity"][2][-1]
    text = "".join("1" if v > np.median(x) else "0" for v in x)
    phrases, start = 0, 0
    while start < len(text):
        stop = start + 1
        while stop < len(text) and text[start:stop] in text[: stop - 1]:
            stop += 1
        phrases, start = phrases + 1, stop
    expect(abs(value - phrases * np.log2(len(x)) / len(x)) < 1e-12, f"{value}, {phrases} phrases")
    value = found["max_amplitude_autocorrelation_time"][2][-1]
    expect(abs(value - correlated_time(x)) < 1e-9, f"{value}, not {correlated_time(x)}")


# ---- in the file, and over restarts -----------------------------------------------------------


def test_what_a_reader_is_told(folder):
    write(folder, CONFIG + measure("max_amplitude", "histogram-entropy", bins=8, window=20))
    run(folder, "a.toml", "-q")
    with netCDF4.Dataset(folder / "a.nc") as file:
        text = file["max_amplitude_histogram_entropy"].long_name
    for word in ("histogram-entropy", "max_amplitude", "window = 20", "bins = 8"):
        expect(word in text, f"{word!r} is not in {text!r}")
    # The effective configuration makes the same file.
    (folder / "b.toml").write_text(attribute(folder / "a.nc", "config"))
    run(folder, "b.toml", "-q")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")


def test_restart(folder):
    text = (CONFIG + measure("max_amplitude", "histogram-entropy", window=30)
        + measure("spectral_tail", "binned-mutual-information", **{"with": "max_amplitude"},
                  window=50))  # fmt: skip
    write(folder, text.replace("end = 4.0", "end = 400.0"))
    run(folder, "a.toml", "-q", "-o", "whole.nc")
    process = start(folder, "a.toml", "-q")
    path = folder / "a.nc"
    wait_until(lambda: path.exists() and path.stat().st_size > 300000, process, "frames")
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    expect(len(values(path, "time")) < len(values(folder / "whole.nc", "time")), "not cut short")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint")
    expect_same_numbers(path, folder / "whole.nc")
    # An end that is no time of the cadence is taken back by a longer run.
    run(folder, "a.toml", "-qf", "-s", "time.end=100.02")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint")
    expect_same_numbers(path, folder / "whole.nc")


def test_a_missing_value(folder):
    # The real part has both signs: no distribution.
    write(folder, CONFIG + measure("psi_re", "shannon-entropy"))
    _, err = run(folder, "a.toml", "-q")
    expect(err.count("psi_re_shannon_entropy has no value") == 1, err)
    expect("a weight is negative" in err, err)
    expect(np.isnan(values(folder / "a.nc", "psi_re_shannon_entropy")[-1]), "a value")


def test_bad_input(folder):
    for text, message in (
        (measure("densty", "shannon-entropy"), "diagnostics.measure.0.of = \"densty\": is none of "
         "this run's variables: density, spectrum,"),
        (measure("density", "jensen-shannon-divergence", **{"with": "mass"}), "diagnostics.measure"
         ".0.with = \"mass\": is one number an observation: not a pair of distributions, which needs "
         "an array"),
        (measure("density", "histogram-entropy", rule="rice"), "diagnostics.measure.0.rule = "
         "\"rice\": must be one of \"fixed\", \"sturges\", \"scott\", \"freedman-diaconis\""),
        (measure("mass", "shannon-entropy"), "diagnostics.measure.0.of = \"mass\": is one number an "
         "observation: not a distribution, which needs an array"),
        (measure("density", "renyi-entropy", q=-1.0), "diagnostics.measure.0.q = -1.0: must be at "
         "least 0"),
        (measure("density", "shannon-entropy", bins=3), "diagnostics.measure.0.bins: not a key of "
         "what = \"shannon-entropy\""),
        (measure("density", "shannon-entropy", name="mass"), "diagnostics.measure.0.name = "
         "\"mass\": makes a second variable mass"),
    ):  # fmt: skip
        write(folder, CONFIG + text)
        _, err = run(folder, "a.toml", code=2)
        expect(err.startswith("a.toml:") and err.count("\n") == 1, err)
        expect(message in err, f"{err!r} has no {message!r}")
        expect(not (folder / "a.nc").exists(), "something is written")


def test_list(folder):
    out, _ = run(folder, "--list", "measures")
    expect("histogram-entropy" in out and "window" in out, out)
    out, _ = run(folder, "--list", "fields")
    expect("|psi|^2" in out, out)


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
