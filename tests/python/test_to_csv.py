# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/to-csv: the replaced library's tables of a school, and tables of every other run."""

import csv
import subprocess
import sys

import netCDF4
import numpy as np
import synthetic
import tap
from tap import expect

TO_CSV = [sys.executable, str(tap.SCRIPTS / "to-csv")]
MEASURES = (
    "Polarization,Rotation,Spread,Order_Index,School_Cohesion_Entropy,Polarization_Entropy,"
    "Depth_Stratification_Entropy,Angular_Momentum_Entropy,Nearest_Neighbor_Entropy,"
    "Velocity_Correlation_Entropy,School_Shape_Entropy,Oceanic_Schooling_Index"
)
ROWS = [
    "polarization", "rotation", "spread", "order_index", "school_cohesion_entropy",
    "polarization_entropy", "depth_stratification_entropy", "angular_momentum_entropy",
    "nearest_neighbor_entropy", "velocity_correlation_entropy", "school_shape_entropy",
    "oceanic_schooling_index",
]  # fmt: skip
VARIABLES = [
    "polarization", "rotation", "spread", "order_index", "cohesion_entropy",
    "polarization_entropy", "depth_entropy", "angular_momentum_entropy",
    "nearest_neighbor_entropy", "velocity_correlation_entropy", "shape_entropy", "schooling_index",
]  # fmt: skip


def run(*arguments):
    return subprocess.run([*TO_CSV, *map(str, arguments)], capture_output=True, text=True,
                          check=False)  # fmt: skip


def convert(*arguments):
    result = run(*arguments)
    expect(result.returncode == 0, result.stderr)
    expect(result.stderr == "", result.stderr)
    return result.stdout.split()


def table(path):
    """The header line, and the cells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[0], list(csv.reader(lines[1:]))


def numbers(cells):
    return np.array(cells, dtype=float)


def close(cells, exact):
    """Nine digits are written: half a unit of the last one."""
    return np.allclose(numbers(cells), exact, rtol=5.1e-9, atol=0, equal_nan=True)


def school(path, **options):
    """A school whose measures all differ and vary in their own way."""
    synthetic.couzin(path, **options)
    with netCDF4.Dataset(path, "a") as data:
        count = len(data["observation_time"])
        for number, name in enumerate(VARIABLES):
            data[name][:] = 0.05 * number + 1e-3 * np.arange(count) ** (1 + 0.1 * number)


def test_order_parameters_and_time_series(folder):
    school(folder / "run.nc", frames=9, individuals=12)
    written = convert(folder / "run.nc")
    names = ["order_parameters", "entropy_timeseries", "entropy_summary", "final_state"]
    expect(written == [str(folder / f"run_{name}.csv") for name in names], written)
    header, rows = table(folder / "run_order_parameters.csv")
    expect(header == "Time,Polarization,Rotation", header)
    series_header, series = table(folder / "run_entropy_timeseries.csv")
    expect(series_header == "Time," + MEASURES, series_header)
    with netCDF4.Dataset(folder / "run.nc") as data:
        exact = [data[name][:] for name in ["observation_time", *VARIABLES]]
    expect(close(series, np.column_stack(exact)), "not what is in the file")
    expect(rows == [row[:3] for row in series], "the tables differ")
    expect(series[1][0] == "3.75000000e+00", series[1][0])


def test_summary_is_of_the_second_half(folder):
    school(folder / "run.nc", frames=7, individuals=12)
    convert(folder / "run.nc")
    header, rows = table(folder / "run_entropy_summary.csv")
    expect(header == "Metric,Mean_2nd_Half,Std_2nd_Half,Final_Value,Min,Max", header)
    expect([row[0] for row in rows] == ROWS, [row[0] for row in rows])
    # 0.001 n of n = 3, 4, 5, 6, by hand: mean 4.5, population variance 1.25.
    mean, deviation = 4.5e-3, 1e-3 * 1.25**0.5
    expect(close(rows[0][1:], [mean, deviation, 6e-3, 0.0, 6e-3]), rows[0])
    with netCDF4.Dataset(folder / "run.nc") as data:
        for row, name in zip(rows, VARIABLES):
            values = data[name][:].data
            expect(close(row[3:], [values[-1], values.min(), values.max()]), row)


def test_final_state(folder):
    school(folder / "run.nc", frames=4, individuals=12)
    convert(folder / "run.nc")
    header, rows = table(folder / "run_final_state.csv")
    expect(header == "Fish_ID,x,y,z,vx,vy,vz", header)
    expect([row[0] for row in rows] == [str(i) for i in range(12)], "not numbered from 0")
    with netCDF4.Dataset(folder / "run.nc") as data:
        exact = np.stack([data[name][-1] for name in header.split(",")[1:]], axis=1)
    expect(close([row[1:] for row in rows], exact), "not the last snapshot")


def test_school_in_the_plane_has_the_same_columns(folder):
    school(folder / "run.nc", frames=4, individuals=12, dimensions=2)
    convert(folder / "run.nc")
    header, rows = table(folder / "run_final_state.csv")
    expect(header == "Fish_ID,x,y,z,vx,vy,vz", header)
    cells = numbers(rows)
    expect((cells[:, [3, 6]] == 0).all() and (cells[:, [1, 4]] != 0).any(), "no flat school")


def test_trajectory_on_demand_in_a_folder(folder):
    school(folder / "run.nc", frames=3, individuals=5)
    tables = folder / "new" / "tables"
    written = convert(folder / "run.nc", "-o", tables, "--all-frames")
    expect(str(tables / "run_trajectory.csv") in written, written)
    expect(not list(folder.glob("*.csv")), "tables outside of the folder")
    header, rows = table(tables / "run_trajectory.csv")
    expect(header == "Time,Fish_ID,x,y,z,vx,vy,vz" and len(rows) == 15, header)
    expect(close([row[0] for row in rows], np.repeat([0.0, 15.0, 30.0], 5)), "times")
    with netCDF4.Dataset(folder / "run.nc") as data:
        expect(close([row[2] for row in rows], data["x"][:].ravel()), "positions")


def test_other_runs(folder):
    synthetic.nlse(folder / "wave.nc", frames=5)
    written = convert(folder / "wave.nc")
    names = ["observables", "final_state"]
    expect(written == [str(folder / f"wave_{name}.csv") for name in names], written)
    header, rows = table(folder / "wave_observables.csv")
    header = header.split(",")
    expect(header[:3] == ["Time", "mass", "momentum"], header)
    with netCDF4.Dataset(folder / "wave.nc") as data:
        second = data["density_renyi"][:, 1]
        psi_im = data["psi_im"][-1]
    place = header.index("density_renyi[2]")
    expect(header[place - 1] == "density_renyi[0.5]", header)
    expect(close([row[place] for row in rows], second), "an order's column")
    header, rows = table(folder / "wave_final_state.csv")
    expect(header == "x,psi_re,psi_im" and len(rows) == 1024, header)
    expect(close([row[2] for row in rows], psi_im), "the last snapshot")
    synthetic.hard_discs(folder / "gas.nc", frames=3)
    convert(folder / "gas.nc")
    header, rows = table(folder / "gas_final_state.csv")
    expect(header == "Particle,x,y,vx,vy" and len(rows) == 400, header)
    header, rows = table(folder / "gas_observables.csv")
    expect("boltzmann_entropy[0.25]" in header and "fraction_left_stderr" in header, header)
    expect(rows[0][header.split(",").index("pressure")] == "nan", "what is missing is nan")


def test_only_a_final_nc_is_cut_from_the_name(folder):
    synthetic.nlse(folder / "u0.2", frames=5, snapshots=0)
    expect(convert(folder / "u0.2") == [str(folder / "u0.2_observables.csv")], "another run's")


def test_observables_only(folder):
    synthetic.nlse(folder / "run.nc", frames=5, snapshots=0)
    written = convert(folder / "run.nc")
    expect(written == [str(folder / "run_observables.csv")], written)
    result = run(folder / "run.nc", "--all-frames")
    expect(result.returncode == 2 and "no snapshots" in result.stderr, result.stderr)


def test_wrong_input_is_an_error_of_the_user(folder):
    school(folder / "run.nc", frames=3, individuals=5)
    with netCDF4.Dataset(folder / "run.nc", "a") as data:
        data.renameVariable("depth_entropy", "deep")
    synthetic.nlse(folder / "wave.nc", frames=5, snapshots=0)
    with netCDF4.Dataset(folder / "empty.nc", "w") as data:
        data.createDimension("observation_time", None)
    for arguments, text in {
        ("no-such-file.nc",): "to-csv: no-such-file.nc: no such file\n",
        (folder / "run.nc",): "has no variable depth_entropy",
        (folder / "run.nc", "-o", folder / "new"): "has no variable depth_entropy",
        (folder / "wave.nc", "-o", folder / "run.nc"): "run.nc",
        (folder / "empty.nc",): "neither snapshots nor observables",
    }.items():
        result = run(*arguments)
        expect(result.returncode == 2 and text in result.stderr, result.stderr)
        expect(result.stderr.count("\n") == 1, "more than one line: " + result.stderr)
    expect(not list(folder.glob("*.csv")), "tables of wrong input")
    expect(not (folder / "new").exists(), "a folder for nothing")


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
