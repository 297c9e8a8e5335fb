# SPDX-License-Identifier: GPL-3.0-or-later
"""The output in the hands of xarray: decoded without a word, and as tables of a size that a machine
has (docs/output-format.md)."""

import math
import sys
import warnings

import numpy as np
import xarray

from program import expect, run, write

SCHOOL = """\
solver = "couzin"
seed = 1

[time]
end = 20.0
snapshot_every = 1.0
observe_every = 0.5

[domain]
length = 10.0

[school]
individuals = 500

[[initial]]
kind = "uniform"
"""


def opened(folder):
    write(folder, SCHOOL)
    run(folder, "a.toml", "-q")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return xarray.open_dataset(folder / "a.nc")  # with its times decoded


def test_xarray_decodes_a_school(folder):
    with opened(folder) as school:
        for name in ("time", "observation_time"):
            expect(school[name].dtype == np.float64, f"{name}: {school[name].dtype}")
            expect(school[name].attrs["axis"] == "T", f"{name}: {school[name].attrs}")
        expect(school["angular_dispersion"].attrs["units"] == "rad", "units of an angle")
        expect(list(school["time"].values) == list(np.arange(21.0)), "time")


def test_tables_of_a_school(folder):
    with opened(folder) as school:
        # What a table of everything would be: 8 bytes a variable for each combination.
        bytes_of_all = 8 * len(school.data_vars) * math.prod(school.sizes.values())
        expect(bytes_of_all > 2**30, f"{bytes_of_all} bytes: no example")
        series = school.drop_dims(set(school.dims) - {"observation_time"}).to_dataframe()
        expect(len(series) == school.sizes["observation_time"] == 41, f"{len(series)} rows")
        same = series["polarization"].to_numpy() == school["polarization"].values
        expect(same.all(), "other numbers")
        expect(series.memory_usage().sum() < 2**20, "large")
        last = school.drop_dims(set(school.dims) - {"time", "particle"}).isel(time=-1)
        last = last.to_dataframe()
        expect(len(last) == 500, f"{len(last)} rows")
        expect((last["vx"].to_numpy() == school["vx"][-1].values).all(), "other numbers")


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
