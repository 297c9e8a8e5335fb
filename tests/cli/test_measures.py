# SPDX-License-Identifier: GPL-3.0-or-later
"""[[diagnostics.measure]]: measures of a run's own fields and series, against what NumPy makes of the
same numbers in the same file."""

import signal
import sys

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
        + measure("psi_re", "histogram-entropy", bins=16)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=20)
        + measure("max_amplitude", "histogram-entropy", bins=8, window=0, name="of_all"))  # fmt: skip
    run(folder, "a.toml", "-q")
    found = read(folder / "a.nc")
    # The same functions on the same numbers.
    expect((found["density_shannon_entropy"][2] == found["density_shannon"][2]).all(), "density")
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
