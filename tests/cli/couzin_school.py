# SPDX-License-Identifier: GPL-3.0-or-later
"""A small school's configuration, and what the tests of the schooling solver do with it."""

import json
import sys
from pathlib import Path

import netCDF4
import numpy as np
from program import refuse, write

REFERENCE = Path(__file__).resolve().parents[1] / "couzin/reference.py"
sys.path.insert(0, str(REFERENCE.parent))

import reference  # noqa: E402

EPS = 2.0**-52

CONFIG = """\
solver = "couzin"
seed = 3

[time]
end = 1.0
step = 0.1
snapshot_every = 0.1

[domain]
length = 20.0

[school]
individuals = 50
attraction_radius = 9.0
"""

# As in INTERFACE.md.
OBSERVABLES = (
    "polarization rotation spread order_index cohesion_entropy polarization_entropy depth_entropy "
    "angular_momentum_entropy nearest_neighbor_entropy velocity_correlation_entropy shape_entropy "
    "schooling_index"
).split()
FURTHER = (
    "polarization_entropy_equal_area direction_x direction_y direction_z centre_x centre_y "
    "centre_z angular_dispersion nearest_neighbor_distance_mean nearest_neighbor_distance_std "
    "nearest_neighbor_distance_min nearest_neighbor_distance_max group_count largest_group "
    "group_size susceptibility binder_cumulant velocity_correlation correlation_length"
).split()
QUANTITIES = (
    "speed repulsion_radius orientation_radius attraction_radius blind_angle max_turn noise "
    "orientation_weight"
).split()


def table(name, **keys):
    return f"\n[[{name}]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in keys.items())


def ramp(key="speed", **changes):
    keys = {"key": key, "from": 1.0, "to": 2.0, "start": 0.0, "end": 1.0} | changes
    return table("ramp", **keys)


def sets(**changes):
    """--set for keys whose dots are written as __."""
    return [
        word
        for key, value in changes.items()
        for word in ("-s", f"{key.replace('__', '.')}={json.dumps(value)}")
    ]


def refuse_more(folder, more, message):
    """CONFIG has 14 lines; what is added begins with an empty one."""
    write(folder, CONFIG + more)
    refuse(folder, "a.toml", message="a.toml:" + message)


def refuse_set(folder, key, value, message):
    write(folder, CONFIG)
    option = f"{key}={value}"
    refuse(folder, "a.toml", "-s", option, message=f"--set {option}: {key}{message}")


def write_state(path, position, velocity):
    """A state as in an output file, one record; two dimensions get z = 0."""
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", 1)
        file.createDimension("particle", len(position))
        for name, array in (("", position), ("v", velocity)):
            for k, axis in enumerate("xyz"):
                column = array[:, k] if k < array.shape[1] else 0.0
                file.createVariable(name + axis, "f8", ("time", "particle"))[0] = column


def some_school(count=50, length=20.0, dimensions=3, seed=1):
    random = np.random.default_rng(seed)
    heading = reference.unit(random.normal(size=(count, dimensions)))
    return random.uniform(0, length, (count, dimensions)), heading
