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
    expect(result.returncode == 1, result.returncode)
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
