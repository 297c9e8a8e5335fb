# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/runfile.py: opening a run's file and reading its attributes."""

import os
import subprocess
import sys

import numpy as np
import synthetic
import tap
from tap import expect

import runfile

PLOT = str(tap.SCRIPTS / "plot")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_missing_file_is_an_error_of_the_user():
    result = run(sys.executable, PLOT, "no-such-file.nc")
    expect(result.returncode == 2, result.returncode)
    expect(result.stderr == "plot: no-such-file.nc: no such file\n", result.stderr)


def test_file_that_is_no_netcdf_is_an_error_of_the_user(folder):
    path = folder / "text.nc"
    path.write_text("not a dataset\n", encoding="utf-8")
    result = run(sys.executable, PLOT, str(path))
    expect(result.returncode == 2, result.returncode)
    expect("not a readable NetCDF file" in result.stderr, result.stderr)
    expect(result.stderr.count("\n") == 1, "more than one line: " + result.stderr)


def test_only_regular_files_are_opened(folder):
    os.mkfifo(folder / "run.nc")
    for path in (folder / "run.nc", folder):
        result = run(sys.executable, PLOT, str(path), timeout=60)
        expect(result.returncode == 2, result.returncode)
        expect(result.stderr == f"plot: {path}: is not a regular file\n", result.stderr)


def age(path):
    """Makes the file look as if nobody had touched it for a while."""
    os.utime(path, (1000, 1000))


def test_damage_is_told_with_what_may_mend_it(folder):
    path = folder / "run.nc"
    synthetic.couzin(path, frames=3, individuals=5)
    os.truncate(path, 5000)
    age(path)
    result = run(sys.executable, PLOT, str(path))
    expect(result.returncode == 2, result.returncode)
    expect(result.stderr.endswith(f"; `clausius repair {path}` may mend it\n"), result.stderr)


def running(path, clock, name="observation_time"):
    """A running file of which some times are not written."""
    import netCDF4

    synthetic.nlse(path, frames=6, status="running")
    with netCDF4.Dataset(path, "a") as data:
        data[name][: len(clock)] = clock
        return {n: len(data.dimensions[n]) for n in ("time", "observation_time")}


def test_a_running_file_ends_at_its_first_unwritten_time(folder):
    path = folder / "run.nc"
    fill = 9.969209968386869e36
    for clock, count in {
        (0.0, 1.0, np.nan): 2,
        (0.0, 1.0, 2.0, fill, fill, fill): 3,
        (0.0, 1.0, 0.0): 2,
        (0.0, 1.0, 1.0): 2,
        (np.nan,): 0,
    }.items():
        for name in ("time", "observation_time"):
            sizes = running(path, clock, name)
            with runfile.open_run(str(path)) as data:
                got = {n: data.sizes[n] for n in sizes}
                expect(got == {**sizes, name: count}, f"{clock}: {got}")
                expect(data["mass"].shape == (got["observation_time"],), "mass")
                expect(data["psi_re"].shape[0] == got["time"], "psi_re")
    sizes = running(path, (0.0, 1.0, np.nan))
    import netCDF4

    with netCDF4.Dataset(path, "a") as data:
        data.status = "complete"
    with runfile.open_run(str(path)) as data:
        expect(data.sizes["observation_time"] == sizes["observation_time"], "a finished file is cut")


def test_large_running_files_stay_in_the_file(folder):
    path = folder / "run.nc"
    sizes = running(path, (0.0, 1.0, np.nan), "time")
    whole, runfile.AT_ONCE = runfile.AT_ONCE, 0
    try:
        with runfile.open_run(str(path)) as data:
            expect(data.sizes["time"] == 2, data.sizes)
            expect(not data["psi_re"].variable._in_memory, "the state is in memory")
            expect(data["mass"].variable._in_memory, "the series is not")
            expect(data["psi_re"].values.shape[0] == 2, "not to be read")
            expect(data.sizes["observation_time"] == sizes["observation_time"], data.sizes)
    finally:
        runfile.AT_ONCE = whole


# Holds a run's lock, and makes the file whole after a while.
WRITER = """
import fcntl, struct, sys, time
journal = open(sys.argv[1], "w")
fcntl.fcntl(journal, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
if len(sys.argv) > 3:
    content = open(sys.argv[3], "rb").read()
    with open(sys.argv[4], "r+b") as file:
        file.write(content)
"""


def start_writer(folder, *arguments):
    command = [sys.executable, "-c", WRITER, folder / "run.journal", *map(str, arguments)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    expect(writer.stdout.readline() == "locked\n", "no lock")
    return writer


def test_a_read_that_falls_into_a_flush_is_repeated(folder):
    path, whole = folder / "run.nc", folder / "whole"
    synthetic.nlse(path, frames=6, status="running")
    whole.write_bytes(path.read_bytes())
    os.truncate(path, path.stat().st_size // 2)
    age(path)
    with start_writer(folder, 0.5, whole, path) as writer:
        with runfile.open_run(str(path)) as data:
            expect(data.sizes["time"] == 6, data.sizes)
    expect(writer.returncode == 0, writer.returncode)


def test_patience_ends(folder):
    path = folder / "run.nc"
    synthetic.nlse(path, frames=6, status="running")
    os.truncate(path, 3000)
    age(path)
    with start_writer(folder, 8):
        result = run(sys.executable, PLOT, str(path))
    expect(result.returncode == 2, result.returncode)
    expect(result.stderr.endswith(": it is being written\n"), result.stderr)
    expect(result.stderr.count("\n") == 1, "more than one line: " + result.stderr)


def test_input_is_not_overwritten(folder):
    path = folder / "run.nc"
    synthetic.couzin(path, frames=3, individuals=5)
    before = path.read_bytes()
    result = run(sys.executable, PLOT, str(path), "-o", str(path))
    expect(result.returncode == 2, result.returncode)
    expect(path.read_bytes() == before, "the data file has changed")


def test_missing_modules_are_named_with_their_packages(folder):
    # -S hides Debian's modules; a python3 elsewhere than /usr/bin must not find them either.
    result = run("/usr/bin/python3", "-S", PLOT, "run.nc", cwd=folder)
    expect(result.returncode == 2, result.returncode)
    expect("python3-xarray" in result.stderr and "Traceback" not in result.stderr, result.stderr)
    expect(result.stderr.count("\n") == 1, "more than one line: " + result.stderr)


def test_bare_python_on_the_path_hands_over_to_debians(folder):
    probe = run("/usr/bin/python3", "-c", "import numpy, xarray, matplotlib, netCDF4")
    if probe.returncode != 0:
        return  # the modules are not Debian's here: nothing to hand over to
    (folder / "bin").mkdir()
    bare = folder / "bin" / "python3"
    bare.symlink_to("/usr/bin/python3")
    settings = "home = /usr/bin\ninclude-system-site-packages = false\n"
    (folder / "pyvenv.cfg").write_text(settings, encoding="utf-8")
    expect(run(bare, "-c", "import numpy").returncode != 0, "the bare interpreter has NumPy")
    synthetic.couzin(folder / "run.nc", frames=3, individuals=5)
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    result = run(PLOT, str(folder / "run.nc"), env=environment)
    expect(result.returncode == 0, result.stderr)
    expect((folder / "run.png").stat().st_size > 10000, "no picture")


def test_file_can_be_read_while_it_is_written(folder):
    import netCDF4

    path = folder / "run.nc"
    synthetic.nlse(path, frames=5, status="running")
    with netCDF4.Dataset(path, "a") as writer:
        writer.setncattr("history", "still writing")
        writer.sync()
        result = run(sys.executable, "-c",
                     f"import sys; sys.path.insert(0, {str(tap.SCRIPTS)!r}); import runfile\n"
                     f"with runfile.open_run({str(path)!r}) as r: print(runfile.subtitle(r))",
                     env={k: v for k, v in os.environ.items() if k != "HDF5_USE_FILE_LOCKING"},
                     )  # fmt: skip
    expect(result.returncode == 0, result.stderr)
    expect("nlse" in result.stdout and "status: running" in result.stdout, result.stdout)


def test_frames_of_a_complex_field(folder):
    synthetic.nlse(folder / "run.nc", frames=4)
    with runfile.open_run(str(folder / "run.nc")) as data:
        psi = runfile.frame(data, 0)
        x = data["x"].values
    exact = synthetic.n_solitons(x, 0.0, [2, 1.5], [2, -2], [-10, 10], [0, 0])
    expect(np.array_equal(psi, exact), "the state is not what was written")


def test_domain_and_diameter_come_from_the_configuration(folder):
    synthetic.hard_discs(folder / "gas.nc", frames=3)
    synthetic.couzin(folder / "school.nc", frames=3)
    with runfile.open_run(str(folder / "gas.nc")) as data:
        expect(runfile.box(data) == [(0.0, 2.0), (0.0, 1.0)], runfile.box(data))
        expect(runfile.diameter(data) == 0.02, runfile.diameter(data))
        packed = "[gas]\npacking_fraction = 0.1\n[domain]\nwidth = 2.0\nheight = 1.0\n"
        data.attrs["config"] = packed
        # N pi d^2 / 4 = 0.1 * 2 with N = 400; equal up to rounding.
        area = 400 * np.pi * runfile.diameter(data) ** 2 / 4
        expect(abs(area - 0.2) < 1e-14, area)
        data.attrs["config"] = "not = = toml"
        expect(runfile.diameter(data) is None, "a diameter from a broken configuration")
        low, high = runfile.box(data)[0]
        expect(low < 0.1 and high > 1.9, (low, high))
    with runfile.open_run(str(folder / "school.nc")) as data:
        expect(runfile.box(data) == [(0.0, 20.0)] * 3, runfile.box(data))


def test_window_goes_with_a_school_in_the_open(folder):
    import netCDF4

    synthetic.couzin(folder / "run.nc", frames=5)
    with netCDF4.Dataset(folder / "run.nc", "a") as data:
        data.config = data.config.replace("'periodic'", "'open'")
        data["x"][:] = data["x"][:] + 1000.0 * np.arange(5)[:, None]
    with runfile.open_run(str(folder / "run.nc")) as data:
        window = runfile.windows(data)
        for index in range(5):
            for name, (low, high) in zip("xyz", window(index)):
                values = data[name][index].values
                expect(low < values.min() and values.max() < high, f"{name} outside")
                # A ring of radius 6 with a spread of 0.7.
                expect(12 < high - low < 30, (low, high))
        data.attrs["config"] = data.attrs["config"].replace("'open'", "'periodic'")
        expect(runfile.windows(data)(4) == [(0.0, 20.0)] * 3, "not the box")


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
