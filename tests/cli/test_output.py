# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run writes: attributes, times, precision, and numbers that depend on the configuration
alone."""

import sys

import netCDF4
import numpy as np

from program import CONFIG, attribute, expect, expect_same_numbers, read, run, values, write

NOISE = ("-s", 'initial.1.kind="noise"', "-s", "initial.1.level=0.01")


def test_attributes(folder):
    write(folder)
    run(folder, "a.toml", "-q", "-s", 'title="A title"')
    with netCDF4.Dataset(folder / "a.nc") as file:
        got = {name: file.getncattr(name) for name in file.ncattrs()}
        for name, variable in file.variables.items():
            expect(variable.long_name != "" and variable.units != "", f"{name} is not described")
            # xarray would take these for durations.
            expect(variable.units not in ("s", "seconds"), f"{name}: {variable.units}")
            # ParaView wraps plain coordinates with an axis X or Y round a sphere.
            axis = "T" if name in ("time", "observation_time") else None
            expect(getattr(variable, "axis", None) == axis, f"{name}: axis")
    expect(got["Conventions"] == "CF-1.10" and got["title"] == "A title", f"{got}")
    told = run(folder, "--version")[0].splitlines()
    expect(got["source"] == told[0], f"{got['source']}, {told}")
    # What else makes the numbers is told by the program and stands in file and checkpoint.
    builds = dict(line.split(maxsplit=1) for line in told[1:])
    kept = netCDF4.Dataset(folder / "a.checkpoint")
    for name in ("revision", "compiler", "libraries", "cpu"):
        attribute_name = "clausius_revision" if name == "revision" else name
        expect(got[attribute_name] == builds[name] != "", f"{name}: {got}")
        stored = b"".join(kept.variables[f"run.{name}"][:].filled()).decode()
        expect(stored == builds[name], f"{name} in the checkpoint: {stored}")
    kept.close()
    for library in ("HDF5 1", "NetCDF 4", "FFTW 3", "GSL 2"):
        expect(library in builds["libraries"], builds["libraries"])
    expect("earlier_builds" not in got, f"{got}")
    expect(got["seed"] == 3 and got["status"] == "complete", f"{got}")
    expect(got["wall_time_s"] > 0, f"{got['wall_time_s']}")
    expect("a.toml -q -s title=" in got["history"], got["history"])


def test_other_programs_may_add_to_the_file(folder):
    write(folder)
    run(folder, "a.toml", "-q")
    before = read(folder / "a.nc")
    expect(list(before)[:3] == ["time", "observation_time", "x"], f"order: {list(before)}")
    with netCDF4.Dataset(folder / "a.nc", "a") as file:
        file.note = "seen"
        file.createVariable("twice_mass", "f8", ("observation_time",))[:] = 2 * file["mass"][:]
    after = read(folder / "a.nc")
    expect(after.pop("twice_mass")[2].shape == before["mass"][2].shape, "not added")
    expect(all(after[n][2].tobytes() == before[n][2].tobytes() for n in before), "changed")


def test_variables(folder):
    write(folder)
    run(folder, "a.toml", "-q")
    file = read(folder / "a.nc")
    for name in ("psi_re", "psi_im"):
        expect(file[name][0] == "f8" and file[name][1] == ("time", "x"), f"{name}: {file[name]}")
    for name in ("mass", "momentum", "energy", "max_amplitude"):
        expect(file[name][1] == ("observation_time",), name)
    for what in ("density", "spectrum", "amplitude"):
        expect(file[f"{what}_shannon"][1] == ("observation_time",), what)
        for kind in ("renyi", "tsallis"):
            dimensions = ("observation_time", f"{kind}_order")
            expect(file[f"{what}_{kind}"][1] == dimensions, f"{what}_{kind}")
    # From -length/2, all exact in binary.
    expect((file["x"][2] == -20 + 40 / 256 * np.arange(256)).all(), "x")
    expect(list(file["renyi_order"][2]) == [0.5, 2.0], "orders")
    expect((folder / "a.xdmf2").exists(), "no sidecar")
    run(folder, "a.toml", "-q", "-o", "b.nc", "-s", "output.sidecar=false")
    expect(not (folder / "b.xdmf2").exists(), "a sidecar")


def test_times(folder):
    write(folder)
    run(folder, "a.toml", "-q", "-s", "time.snapshot_every=0.3", "-s", "time.observe_every=0.4")
    expect(list(values(folder / "a.nc", "time")) == [0.0, 0.3, 2 * 0.3, 3 * 0.3, 1.0], "time")
    expect(list(values(folder / "a.nc", "observation_time")) == [0.0, 0.4, 2 * 0.4, 1.0], "other")
    # Only the ends.
    run(folder, "a.toml", "-q", "-f", "-s", "time.snapshot_every=1e12")
    expect(list(values(folder / "a.nc", "time")) == [0.0, 1.0], "only the ends")
    expect(list(values(folder / "a.nc", "observation_time")) == [0.0, 1.0], "only the ends")
    # A hundred intervals where nothing is said.
    write(folder, CONFIG.replace("snapshot_every = 0.25\n", ""))
    run(folder, "a.toml", "-q", "-f")
    expect(len(values(folder / "a.nc", "time")) == 101, "default cadence")


def test_no_snapshots(folder):
    write(folder)
    run(folder, "a.toml", "-q")
    run(folder, "a.toml", "-q", "-o", "b.nc", "-s", "output.snapshots=false")
    all_of_it, less = read(folder / "a.nc"), read(folder / "b.nc")
    expect(all_of_it.keys() - less.keys() == {"time", "psi_re", "psi_im"}, f"{less.keys()}")
    for name, (_, _, numbers) in less.items():
        expect(numbers.tobytes() == all_of_it[name][2].tobytes(), f"{name} differs")


def test_storage_of_the_state(folder):
    write(folder)
    run(folder, "a.toml", "-q", *NOISE)
    run(folder, "a.toml", "-q", *NOISE, "-o", "b.nc", "-s", 'output.precision="single"')
    run(folder, "a.toml", "-q", *NOISE, "-o", "c.nc", "-s", "output.compression=3")
    run(folder, "a.toml", "-q", *NOISE, "-o", "d.nc", "-s", "output.compression=3",
        "-s", "output.significant_digits=4")  # fmt: skip
    expect_same_numbers(folder / "a.nc", folder / "c.nc")
    psi = values(folder / "a.nc", "psi_re")
    expect(values(folder / "b.nc", "psi_re").tobytes() == psi.astype("f4").tobytes(), "single")
    # Four significant decimal digits kept: half a unit of the fourth, at a leading digit of 1.
    error = np.abs(values(folder / "d.nc", "psi_re") - psi)
    expect(error.max() > 0 and (error <= 5e-4 * np.abs(psi)).all(), f"{error.max()}")
    for name in ("mass", "density_renyi", "time"):
        for other in "bd":
            same = values(folder / f"{other}.nc", name).tobytes()
            expect(same == values(folder / "a.nc", name).tobytes(), f"{name} of {other}.nc")


def test_the_config_attribute_makes_the_same_numbers(folder):
    write(folder)
    run(folder, "a.toml", "-q", *NOISE, "-s", "time.end=0.7", "-s", "initial.0.velocity=1.5")
    config = attribute(folder / "a.nc", "config")
    expect("end = 0.7" in config and "velocity = 1.5" in config, config)
    write(folder, config, "b.toml")
    run(folder, "b.toml", "-q")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    expect(attribute(folder / "b.nc", "config") == config, "another configuration")


def check_threads(folder, *arguments):
    for threads in "123":
        run(folder, "a.toml", "-q", "-t", threads, "-o", f"{threads}.nc", "-f", *arguments)
    for threads in "23":
        expect_same_numbers(folder / "1.nc", folder / f"{threads}.nc")


def test_threads(folder):
    write(folder)
    check_threads(folder, *NOISE)
    check_threads(folder, *NOISE, "-s", 'integrator={method="split-step",step=0.01}')


def test_threads_with_many_points(folder):
    write(folder)
    large = (*NOISE, "-s", "grid.points=262144", "-s", "time.end=2e-4",
             "-s", "time.snapshot_every=1.0", "-s", "output.sidecar=false")  # fmt: skip
    check_threads(folder, *large, "-s", 'integrator={method="dop853",step=1e-4}')
    check_threads(folder, *large, "-s", 'integrator={method="split-step",step=1e-4}')


def test_noise_follows_the_seed(folder):
    write(folder)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(folder, "a.toml", "-q", "-o", f"{name}.nc", *NOISE, "-s", f"seed={seed}")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    first, other = (values(folder / f"{name}.nc", "psi_re")[0] for name in "ac")
    # At each of the 256 points: equal ones would be a chance of 1e-14.
    expect((first != other).all(), "another seed, the same noise")
    # Two independent draws differ by sqrt(2) times their deviation; 256 of them have it to 5 %,
    # so that 25 % is five of its own deviations.
    deviation = (first - other).std() / 2**0.5
    expect(abs(deviation / 0.01 - 1) < 0.25, f"standard deviation {deviation}")


def test_start_from_a_file(folder):
    write(folder)
    run(folder, "a.toml", "-q", *NOISE)
    start = CONFIG.split("[[initial]]")[0] + '[[initial]]\nkind = "file"\npath = "a.nc"\n'
    write(folder, start, "b.toml")
    for record in (-1, 1):
        run(folder, "b.toml", "-q", "-f", "-s", f"initial.0.record={record}")
        for name in ("psi_re", "psi_im"):
            there = values(folder / "a.nc", name)[record]
            here = values(folder / "b.nc", name)[0]
            # Through a transform of 256 points and back: a few roundings of the largest value.
            expect(np.abs(here - there).max() < 16 * 2.0**-52, f"{name} of record {record}")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
