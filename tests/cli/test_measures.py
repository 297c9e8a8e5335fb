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
from scipy.special import digamma
from scipy.stats import gaussian_kde

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
        + measure("psi_re", "histogram-entropy", bins=16)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=20)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=0, name="of_all"))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    # The same functions on the same numbers.
    expect((found["density_shannon_entropy"][2] == found["density_shannon"][2]).all(), "density")
    tsallis = found["density_tsallis_entropy"][2]
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


def kernel_entropy(x):
    density = gaussian_kde(x, "silverman")
    width = x.std(ddof=1) * density.factor
    grid = np.linspace(x.min() - 9 * width, x.max() + 9 * width, 4001)
    f = density(grid)
    return -np.trapz(f * np.log(np.maximum(f, 1e-300)), grid)


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
        "histogram-entropy": (dict(bins=9), lambda x: binned(x, 9)),
    }  # fmt: skip
    pairs = {
        "mutual-information": (dict(neighbours=3), lambda x, y: mutual_information(x, y, 3)),
        "transfer-entropy": (dict(neighbours=3), lambda x, y: transfer_entropy(x, y, 3)),
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
    y = x - x.mean()
    rho = np.correlate(y, y, "full")[len(y) - 1 :] / (y @ y)
    tau = 0.5
    for window in range(1, len(y)):
        tau += rho[window]
        if window >= 6 * tau:
            break
    value = found["max_amplitude_autocorrelation_time"][2][-1]
    expect(abs(value - 2 * tau) < 1e-9, f"{value}, not {2 * tau}")


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
    text = CONFIG + measure("max_amplitude", "histogram-entropy", window=30)
    write(folder, text.replace("end = 4.0", "end = 400.0"))
    run(folder, "a.toml", "-q", "-o", "whole.nc")
    process = start(folder, "a.toml", "-q")
    path = folder / "a.nc"
    wait_until(lambda: path.exists() and path.stat().st_size > 300000, process, "frames")
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    expect(len(values(path, "time")) < len(values(folder / "whole.nc", "time")), "not cut short")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint.nc")
    expect_same_numbers(path, folder / "whole.nc")
    # An end that is no time of the cadence is taken back by a longer run.
    run(folder, "a.toml", "-qf", "-s", "time.end=100.02")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint.nc")
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
