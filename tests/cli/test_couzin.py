# SPDX-License-Identifier: GPL-3.0-or-later
"""The schooling solver from its command line: refusals, observables and steps against an
independent model, restarts, threads."""

import json
import math
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import netCDF4
import numpy as np
import xarray

from program import (
    attribute,
    expect,
    expect_same_numbers,
    finish,
    one_line,
    read,
    refuse,
    run,
    start,
    tree,
    values,
    wait_until,
    write,
)

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


# ---- refusals ---------------------------------------------------------------------------------


def refuse_more(folder, more, message):
    """CONFIG has 14 lines; what is added begins with an empty one."""
    write(folder, CONFIG + more)
    refuse(folder, "a.toml", message="a.toml:" + message)


def refuse_set(folder, key, value, message):
    write(folder, CONFIG)
    option = f"{key}={value}"
    refuse(folder, "a.toml", "-s", option, message=f"--set {option}: {key}{message}")


def test_unknown_keys(folder):
    for key, meant in (
        ("school.spead", "school.speed"),
        ("school.spread.sped", "school.spread.speed"),
        ("domain.dimension", "domain.dimensions"),
        ("informed.weigth", "informed.weight"),
    ):
        refuse_set(folder, key, "1.0", f": unknown key; did you mean {meant}?")
    more = ramp().replace("from", "form")
    refuse_more(folder, more, "18:1: ramp.0.form: unknown key; did you mean ramp.0.from?")


def test_values_out_of_range(folder):
    for key, value, message in (
        ("domain.dimensions", "4", "must be between 2 and 3"),
        ("domain.dimensions", "1", "must be between 2 and 3"),
        ("domain.length", "0.0", "must be above 0 and at most 1e100"),
        ("domain.boundary", '"wall"', 'must be one of "periodic", "open"'),
        ("school.individuals", "0", "must be between 1 and 100000000"),
        ("school.blind_angle", "181.0", "must be between 0 and 180"),
        ("school.noise", "-0.1", "must be at least 0"),
        ("school.spread.speed", "-1.0", "must be at least 0"),
        ("school.rule", '"couzin2005"',
         'must be one of "couzin2002", "weighted"; did you mean "couzin2002"?'),
        ("school.centre", '"mean"', 'must be one of "circular", "plain"'),
        ("school.search", '"tree"', 'must be one of "auto", "pairs", "cells"'),
        ("informed.fraction", "1.5", "must be between 0 and 1"),
        ("time.step", "0.0", "must be above 0"),
    ):  # fmt: skip
        refuse_set(folder, key, value, f" = {value}: {message}")


def test_radii_out_of_order(folder):
    refuse_set(
        folder,
        "school.orientation_radius",
        "0.5",
        " = 0.5: 0.5 must be at least school.repulsion_radius, 1 (equal: no zone of orientation)",
    )
    refuse_set(
        folder,
        "school.attraction_radius",
        "4.0",
        " = 4.0: 4 must be at least school.orientation_radius, 5 (equal: no zone of attraction)",
    )
    run(folder, "a.toml", "-n", *sets(school__orientation_radius=1.0, school__attraction_radius=1.0))


def test_ramps(folder):
    refuse_more(
        folder,
        ramp(key="orientation"),
        '17:1: ramp.0.key = "orientation": must be one of ' + ", ".join(QUANTITIES),
    )
    refuse_more(
        folder,
        ramp() + ramp(start=2.0),
        "28:1: ramp.1.end = 1.0: must not be before the start, 2",
    )
    for name in ("from", "to"):
        refuse_more(
            folder,
            ramp(key="school.blind_angle", **{name: 200.0}),
            f"{18 if name == 'from' else 19}:1: ramp.0.{name} = 200.0: must be at most 180, as "
            "blind_angle",
        )
    refuse_more(folder, ramp(to=-1.0), "19:1: ramp.0.to = -1.0: must be at least 0")
    more = ramp().replace("end = 1.0\n", "")
    refuse_more(folder, more, "16:1: ramp.0.end: required (time at which it ends)")


def test_preferred_directions(folder):
    for value in ("[0.0, 0.0, 0.0]", "[1.0, 0.0]"):
        refuse_set(
            folder,
            "informed.direction",
            value,
            f" = {value}: must be a direction of 3 numbers, such as [1.0, 0.0, 0.0]",
        )
    refuse_set(folder, "informed.direction", "[1.0]", " = [1.0]: must have at least 2 entries")
    write(folder, CONFIG)
    arguments = ("a.toml", "-n", "-s", "domain.dimensions=2", "-s")
    refuse(
        folder,
        *arguments,
        "informed.direction=[0.0, 0.0, 1.0]",
        message="--set informed.direction=[0.0, 0.0, 1.0]: informed.direction = [0.0, 0.0, 1.0]: "
        "must be a direction of 2 numbers, such as [1.0, 0.0]",
    )
    run(folder, *arguments, "informed.direction=[0.0, 1.0]")


def test_initial_tables(folder):
    for keys, message in (
        ({"kind": "mill"}, '17:1: initial.0.kind = "mill": must be one of "uniform", "torus", "file"'),
        ({"kind": "torus", "radius": 0.0}, "18:1: initial.0.radius = 0.0: must be above 0"),
        ({"kind": "uniform", "heading": [0.0, 0.0, 0.0]},
         "18:1: initial.0.heading = [0.0, 0.0, 0.0]: must be a direction of 3 numbers, such as [1.0, 0.0, 0.0]"),
        ({"kind": "file", "path": "none.nc"},
         '18:1: initial.0.path = "none.nc": none.nc: No such file or directory'),
    ):  # fmt: skip
        refuse_more(folder, table("initial", **keys), message)
    two = table("initial", kind="uniform") + table("initial", kind="torus")
    refuse_more(folder, two, "16:1: initial: must have at most 1 table")


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


def test_files_that_do_not_fit(folder):
    from_file = table("initial", kind="file", path="s.nc")
    asked = '18:1: initial.0.path = "s.nc": '
    for index, value in ((7, 20.5), (0, -0.25)):
        position, heading = some_school()
        position[index, 1] = value
        write_state(folder / "s.nc", position, heading)
        message = f"y of particle {index} is {value:.17g}, outside of the periodic box [0, 20]"
        refuse_more(folder, from_file, asked + message)
        run(folder, "a.toml", "-nq", *sets(domain__boundary="open"))
    position, heading = some_school()
    position[0, 0] = 20.0  # on the upper face is on the lower one
    heading[3] *= 1e-300
    write_state(folder / "s.nc", position, heading)
    run(folder, "a.toml", "-q", *sets(time__end=0.001))
    expect(values(folder / "a.nc", "x")[0, 0] == 0.0, "not wrapped")
    v = [values(folder / "a.nc", "v" + axis)[0, 3] for axis in "xyz"]
    expect(np.abs(v - 3e300 * heading[3]).max() < 1e-14, f"heading lost: {v}")
    (folder / "a.nc").unlink()
    heading[3] = 0.0
    write_state(folder / "s.nc", position, heading)
    refuse_more(folder, from_file, asked + "particle 3 stands still: it has no heading")
    heading[3] = np.nan
    write_state(folder / "s.nc", position, heading)
    refuse_more(folder, from_file, asked + "vx[3] is not finite")
    write_state(folder / "s.nc", *some_school(count=49))
    refuse_more(folder, from_file, asked + "x has 49 values, not 50")


# ---- the command line -------------------------------------------------------------------------


def test_list_has_all_observables(folder):
    text, err = run(folder, "--list", "observables")
    listed = {line.split()[0] for line in text.splitlines() if line.startswith("  ")}
    sorting = [f"{q}_sorting_{to}" for q in QUANTITIES for to in ("centre", "front")]
    conditional = ["accuracy", "velocity_correlation_entropy_stderr"]
    for name in OBSERVABLES + FURTHER + QUANTITIES + sorting + conditional:
        expect(name in listed, f"{name} is not listed")
    expect(err == "", err)
    found = json.loads(run(folder, "--list", "observables", "--json")[0])
    expect(len(found) > 0, "no JSON")
    for topic in ("keys", "initial"):
        expect(run(folder, "--list", topic)[0].count("\n") > 2, topic)


def test_defaults(folder):
    # Neither [domain] nor [school] nor [[initial]].
    write(folder, 'solver = "couzin"\n\n[time]\nend = 1.0\n')
    out, err = run(folder, "a.toml", "-q")
    expect(out == "" and err == "", f"{out}{err}")
    file = read(folder / "a.nc")
    expect(file["x"][2].shape == (101, 100), f"{file['x'][2].shape}")
    for axis in "xyz":
        place = file[axis][2]
        expect(((place >= 0) & (place < 50)).all(), f"{axis} is outside of the box")
        # 100 uniform numbers: mean 25 within five of its standard errors, 50/sqrt(12)/10.
        expect(abs(place[0].mean() - 25) < 5 * 1.45, f"{axis} is not all over the box")


def test_a_trajectory_of_the_conventions(folder):
    write(folder, CONFIG)
    run(folder, "a.toml", "-q")
    run(folder, "a.toml", "-q", "-o", "flat.nc", *sets(domain__dimensions=2))
    for name in ("a.nc", "flat.nc"):
        with netCDF4.Dataset(folder / name) as file:
            expect(file.Conventions == "CF-1.10" and file.featureType == "trajectory", name)
            expect(file["particle"].cf_role == "trajectory_id", "no mark of the trajectories")
            for state in ("x", "y", "z", "vx", "vy", "vz"):
                expect(file[state].dimensions == ("time", "particle"), state)
            for observable in OBSERVABLES + FURTHER:
                bins = ("distance",) if observable == "velocity_correlation" else ()
                expect(file[observable].dimensions == ("observation_time", *bins), observable)
                expect(np.isfinite(file[observable][0]).all(), f"{observable} is missing")
            for variable in file.variables.values():
                expect(variable.long_name != "" and variable.units == "1", variable.name)
            v = np.stack([file["v" + axis][:] for axis in "xyz"])
            # Speed is 3: some roundings of it.
            speed = np.sqrt((v**2).sum(axis=0))
            expect(np.abs(speed - 3.0).max() <= 1e-14, f"speed off by {abs(speed - 3).max()}")
            for axis in "xyz":
                expect(((file[axis][:] >= 0) & (file[axis][:] < 20)).all(), f"{axis} outside")
            flat = name == "flat.nc"
            for axis in ("z", "vz", "direction_z"):
                expect((file[axis][:] == 0).all() == flat, f"{axis} in {name}")


def test_seeds(folder):
    write(folder, CONFIG)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(folder, "a.toml", "-q", "-o", f"{name}.nc", *sets(seed=seed))
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    first, other = read(folder / "a.nc"), read(folder / "c.nc")
    for name in ("x", "y", "z", "vx", "vy", "vz"):
        expect((first[name][2] != other[name][2]).all(), f"another seed, the same {name}")


def test_the_printed_configuration_makes_the_same_numbers(folder):
    more = ramp(key="noise", to=0.5) + table("initial", kind="torus")
    write(folder, CONFIG + more)
    changes = sets(school__spread__speed=0.3, informed__fraction=0.2, school__rule="weighted")
    printed, _ = run(folder, "a.toml", "--print-config", *changes)
    write(folder, printed, "b.toml")
    expect(run(folder, "b.toml", "--print-config")[0] == printed, "read back, it is another")
    run(folder, "a.toml", "-q", *changes)
    run(folder, "b.toml", "-q")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    expect(attribute(folder / "a.nc", "config") == printed, "another one in the file")


# ---- initial schools --------------------------------------------------------------------------


def start_of(folder, dimensions, individuals=1500, **initial):
    """Offsets from the middle of the domain, of length 20, and headings at t = 0."""
    write(folder, CONFIG + table("initial", **initial))
    changes = sets(domain__dimensions=dimensions, school__individuals=individuals,
                   time__end=1e-3, output__sidecar=False)  # fmt: skip
    run(folder, "a.toml", "-qf", *changes)
    file = read(folder / "a.nc")
    place = np.stack([file[axis][2][0] for axis in "xyz"[:dimensions]], axis=1)
    heading = np.stack([file["v" + axis][2][0] for axis in "xyz"[:dimensions]], axis=1) / 3.0
    return place - 10.0, heading


def expect_mean(values, mean, spread, what):
    """Within five standard errors of the mean, where the values' standard deviation is `spread`."""
    error = spread / np.sqrt(len(values))
    expect(np.abs(values.mean(axis=0) - mean).max() < 5 * error, f"{what}: {values.mean(axis=0)}")


def test_uniform_schools(folder):
    for d in (2, 3):
        place, heading = start_of(folder, d, kind="uniform")
        # Even on [-10, 10]: moments 0 and 100/3, of deviations 5.77 and 29.8.
        expect_mean(place, 0.0, 5.78, f"{d}-D box")
        expect_mean(place**2, 100 / 3, 29.9, f"{d}-D box")
        # Components of isotropic unit vectors: 0 and 1/d, whose deviations are below 1/sqrt(d).
        for axis in range(d):
            for power, mean in ((1, 0.0), (2, 1 / d)):
                expect_mean(heading[:, axis] ** power, mean, d**-0.5, f"{d}-D headings")
        place, heading = start_of(folder, d, kind="uniform", radius=3.0, heading=[1.0, 2.0, 2.0][:d])
        distance = np.sqrt((place**2).sum(axis=1))
        expect(distance.max() <= 3.0, f"out of the ball: {distance.max()}")
        # (r/R)^d is even on [0, 1]; the direction from the middle is isotropic.
        expect_mean((distance / 3.0) ** d, 0.5, 0.29, f"{d}-D ball")
        expect_mean(place / distance[:, None], 0.0, d**-0.5, f"{d}-D ball, directions")
        expect_mean((place / distance[:, None]) ** 2, 1 / d, d**-0.5, f"{d}-D ball, directions")
        common = reference.unit(np.array([1.0, 2.0, 2.0][:d]))
        expect(np.abs(heading - common).max() < 4 * EPS, f"headings {heading}")


def test_tori(folder):
    for d in (2, 3):
        for keys, radius in (({}, 5.0), ({"radius": 3.0}, 3.0)):
            place, heading = start_of(folder, d, kind="torus", **keys)
            along, ahead = place[:, :2], reference.unit(heading[:, :2])
            distance = np.sqrt((along**2).sum(axis=1))
            expect_mean(distance, radius, 0.15 * radius, "radius")
            expect_mean((distance - radius) ** 2, (0.15 * radius) ** 2,
                        1.5 * (0.15 * radius) ** 2, "its spread")  # fmt: skip
            # All round, and everyone at a right angle to the radius, counter-clockwise.
            expect_mean(along / distance[:, None], 0.0, 0.71, "round the axis")
            across = along[:, 0] * ahead[:, 1] - along[:, 1] * ahead[:, 0]
            expect(np.abs(across / distance - 1).max() < 1e-12, "not along the ring")
            if d == 3:
                expect_mean(place[:, 2], 0.0, 0.3 * radius, "height")
                expect_mean(place[:, 2] ** 2, (0.3 * radius) ** 2, 1.5 * (0.3 * radius) ** 2, "height")
                climb = heading[:, 2] / np.sqrt(1 - heading[:, 2] ** 2)
                expect_mean(climb, 0.0, 0.1, "climb")
                expect_mean(climb**2, 0.01, 0.015, "climb")


# ---- observables ------------------------------------------------------------------------------


def groups_of(distance, link):
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(distance < link, directed=False)
    sizes = np.bincount(label)
    return {
        "group_count": count,
        "largest_group": sizes.max(),
        "group_size": (sizes**2).sum() / len(distance),
    }


def correlation_of(distance, heading, top, bins=25):
    """C(r) and its length, as diagnostics/school.h has them."""
    w = heading - heading.mean(axis=0)
    power = (w**2).sum(axis=1).mean()
    pair = np.triu_indices(len(heading), 1)
    count, edges = np.histogram(distance[pair], bins, (0.0, top))
    total = np.histogram(distance[pair], bins, (0.0, top), weights=(w @ w.T)[pair])[0]
    if power < 1e-24:
        return np.full(bins, np.nan), np.nan
    c = np.divide(total, count, out=np.full(bins, np.nan), where=count > 0) / power
    filled = np.flatnonzero(count)
    middle = (edges[1:] + edges[:-1]) / 2
    for i, j in zip(filled, filled[1:]):
        if c[i] > 0 >= c[j]:
            return c, middle[i] + (middle[j] - middle[i]) * c[i] / (c[i] - c[j])
    return c, np.nan


def further_observables(position, heading, model, kind):
    count = len(position)
    mean, centre = heading.mean(axis=0), reference.centre(position, model, kind)
    apart = reference.minimum_image(position[:, None] - position[None], model)
    distance = np.sqrt((apart**2).sum(axis=2))
    nearest = np.full(1, np.nan)
    if count > 1:
        nearest = (distance + np.diag(np.full(count, np.inf))).min(axis=1)
    correlation, length = correlation_of(distance, heading, model.length / 2)
    polarization = np.sqrt((mean**2).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        sine = np.sqrt(np.maximum(0, ((heading - np.outer(heading @ mean, mean) / (mean @ mean)) ** 2)
                                  .sum(axis=1)))  # fmt: skip
        angles = np.arctan2(sine, heading @ mean / polarization)
    found = {
        "angular_dispersion": angles.mean(),
        "nearest_neighbor_distance_mean": nearest.mean(),
        "nearest_neighbor_distance_std": nearest.std(),
        "nearest_neighbor_distance_min": nearest.min(),
        "nearest_neighbor_distance_max": nearest.max(),
        "velocity_correlation": correlation,
        "correlation_length": length,
        "susceptibility": 0.0,  # of one step
        "binder_cumulant": 2 / 3,
    } | groups_of(distance, model.attraction_radius)
    for k, axis in enumerate("xyz"[: position.shape[1]]):
        found |= {f"direction_{axis}": mean[k], f"centre_{axis}": centre[k]}
    return found


def states():
    """name: (position, heading, keys of the run)."""
    result = {}
    for count in (1, 2, 3, 5, 6, 7, 50, 300):
        result[f"{count} in a box"] = (*some_school(count, seed=count), {})
        result[f"{count} in the open"] = (*some_school(count, seed=count), {"boundary": "open"})
        result[f"{count} in the plane"] = (
            *some_school(count, dimensions=2, seed=count),
            {"dimensions": 2},
        )
    place, heading = some_school(60)
    random = np.random.default_rng(4)
    ahead = np.tile(heading[0], (60, 1))
    result["all aligned"] = (place, ahead, {})
    result["all at one point"] = (np.full((60, 3), 7.25), heading, {})
    result["all at one point, aligned"] = (np.full((60, 3), 7.25), ahead, {})
    tight = random.normal(size=(60, 3))
    for name, middle in {"a face": (0.1, 9, 7), "a corner": (19.9, 0.2, 0)}.items():
        across = reference.wrap(tight + np.array(middle), 20.0)
        result[f"tight, across {name}"] = (across, heading, {})
        result[f"tight, across {name}, plain"] = (across, heading, {"centre": "plain"})
    result["in a flat layer"] = (place * [1, 1, 0] + [0, 0, 3.3], heading, {})
    flat, aside = some_school(40, dimensions=2)
    result["open plane"] = (100 * (flat - 3), aside, {"dimensions": 2, "boundary": "open"})
    result["open, far off"] = (300 + 4 * tight, heading, {"boundary": "open"})
    result["open, wide"] = (40 * tight, heading, {"boundary": "open", "centre": "plain"})
    angle = np.arange(60) * 2 * np.pi / 60 + 0.01
    ring = np.stack([10 + 5 * np.cos(angle), 10 + 5 * np.sin(angle), 8 + 0.2 * tight[:, 2]], axis=1)
    along = np.stack([-np.sin(angle), np.cos(angle), 0.1 * tight[:, 0]], axis=1)
    result["a mill"] = (ring, reference.unit(along), {})
    return result


def test_observables(folder):
    for name, (position, heading, keys) in states().items():
        write_state(folder / "s.nc", position, 1.7 * heading)
        write(folder, CONFIG + table("initial", kind="file", path="s.nc"))
        changes = {f"school.{k}" if k == "centre" else f"domain.{k}": v for k, v in keys.items()}
        changes |= {"school.individuals": len(position), "time.end": 1e-3, "output.sidecar": False}
        run(folder, "a.toml", "-qf", *sets(**changes))
        model = reference.Model(
            length=20.0, periodic=keys.get("boundary") != "open", attraction_radius=9.0
        )
        kind = keys.get("centre", "circular")
        expected = reference.observables(position, heading, model, kind)
        expected |= further_observables(position, heading, model, kind)
        found = read(folder / "a.nc")
        for observable, value in expected.items():
            value, here = np.asarray(value), found[observable][2][0]
            same = np.isnan(value) & np.isnan(here)
            # Hundreds of roundings of coordinates up to 1e3, in C(r) over few pairs' mean.
            close = np.abs(value - here) <= 1e-12 * np.maximum(1.0, np.abs(value))
            expect((same | close).all(), f"{name}: {observable} is {here}, not {value}")
        for k, axis in enumerate("xyz"[: position.shape[1]]):
            expect((found[axis][2][0] == position[:, k]).all(), f"{name}: {axis} is not the file's")


def test_moments(folder):
    write(folder, CONFIG)
    changes = dict(measures__average_start=0.2, measures__average_every=0.4)
    run(folder, "a.toml", "-q", *sets(time__end=1.4, **changes))
    p = values(folder / "a.nc", "polarization")
    for name in ("susceptibility", "binder_cumulant"):
        found = values(folder / "a.nc", name)
        expect(np.isnan(found[:2]).all(), f"{name} before the start: {found[:2]}")
        for k in range(2, 15):
            # Windows of the steps 2 ... 6, 7 ... 10, 11 ... 14.
            first = max(2, 3 + 4 * ((k - 3) // 4)) if k > 6 else 2
            part = p[first : k + 1]
            exact = {
                "susceptibility": 50 * ((part**2).mean() - part.mean() ** 2),
                "binder_cumulant": 1 - (part**4).mean() / (3 * (part**2).mean() ** 2),
            }[name]
            # P is of order 0.1 to 1: 50 roundings.
            expect(abs(found[k] - exact) <= 50 * EPS, f"{name}[{k}] is {found[k]}, not {exact}")


def test_large_schools_draw_their_pairs(folder):
    write(folder, CONFIG)
    changes = dict(school__individuals=5000, domain__length=60.0, time__end=1e-3)
    run(folder, "a.toml", "-q", *sets(**changes))
    file = read(folder / "a.nc")
    position = np.stack([file[axis][2][0] for axis in "xyz"], axis=1)
    heading = reference.unit(np.stack([file["v" + axis][2][0] for axis in "xyz"], axis=1))
    cosine = np.concatenate([heading[i + 1 :] @ heading[i] for i in range(4999)])
    exact = reference.histogram_entropy((cosine.clip(-1, 1) + 1) / 2, 20, 1.0)
    error = file["velocity_correlation_entropy_stderr"][2][0]
    here = file["velocity_correlation_entropy"][2][0]
    # A nearly flat histogram of 2^20 pairs is biased by 19/2 2^-20 / ln 20 besides.
    expect(abs(here - exact) < 5 * error + 4e-6, f"{here}, not {exact}, within {error}")
    exact = np.sqrt((heading.mean(axis=0) ** 2).sum())
    expect(abs(file["polarization"][2][0] - exact) < 1e-12, "polarization")
    centre = reference.centre(position, reference.Model(length=60.0))
    # The mean of 5000 phases is 0.01 long, and the angle amplifies by its inverse.
    expect(abs(file["centre_x"][2][0] - centre[0]) < 1e-10, "centre")


# ---- steps against the independent model ------------------------------------------------------


def test_steps_without_noise(folder):
    write(folder, CONFIG)
    number = 0
    for rule in ("couzin2002", "weighted"):
        for dimensions in (2, 3):
            for boundary in ("periodic", "open"):
                for search in ("pairs", "cells"):
                    number += 1
                    changes = sets(
                        school__noise=0.0, school__rule=rule, domain__dimensions=dimensions,
                        domain__boundary=boundary, school__search=search, seed=number,
                        school__individuals=(2, 40, 150)[number % 3], domain__length=14.0,
                        school__attraction_radius=4.0, school__orientation_radius=2.5,
                        school__orientation_weight=0.7,
                    )  # fmt: skip
                    run(folder, "a.toml", "-qf", *changes)
                    case = f"{rule} {dimensions}-D {boundary} {search}"
                    # One step has errors of some 1e-15 over the length of a sum that may nearly
                    # vanish; a rotation by an arc cosine in the weighted rule some more.
                    with xarray.open_dataset(folder / "a.nc", decode_times=False) as file:
                        found = reference.compare(file, tomllib.loads(file.attrs["config"]))
                    for name in ["position", "heading", *OBSERVABLES]:
                        expect(found[name] <= 1e-10, f"{case}: {name} is off by {found[name]}")
    # Its command line says the same of the last of them.
    command = [sys.executable, "-B", REFERENCE, folder / "a.nc"]
    done = subprocess.run(command, capture_output=True, text=True)
    expect(done.returncode == 0 and "above" not in done.stdout, f"{done.stdout}{done.stderr}")


def mask_of_informed(seed, count, fraction):
    """D. E. Knuth's selection sampling of round(fraction N) individuals."""
    word = reference.half_open(reference.words(seed, 0, count, 3)[:, 0])
    left, chosen = round(fraction * count), np.zeros(count, dtype=bool)
    for i in range(count):
        chosen[i] = word[i] * (count - i) < left
        left -= chosen[i]
    return chosen


def test_steps_with_noise_and_informed_individuals(folder):
    write(folder, CONFIG)
    for rule in ("couzin2002", "weighted"):
        for dimensions in (2, 3):
            changes = dict(school__rule=rule, domain__dimensions=dimensions, seed=11,
                           informed__fraction=0.3, informed__direction=[2.0, -1.0, 3.0],
                           informed__weight=0.6, school__noise=0.2, time__end=0.5)  # fmt: skip
            run(folder, "a.toml", "-qf", *sets(**changes))
            config = tomllib.loads(attribute(folder / "a.nc", "config"))
            model = reference.model_of(config)
            file, axes = read(folder / "a.nc"), "xyz"[:dimensions]
            place = np.stack([file[axis][2] for axis in axes], axis=-1)
            heading = reference.unit(np.stack([file["v" + axis][2] for axis in axes], axis=-1))
            informed = mask_of_informed(11, 50, 0.3)
            expect(informed.sum() == 15, "not 15 informed individuals")
            for k in range(5):
                word = reference.words(11, k, 50, 0)
                normals = np.stack(reference.normal_pair(word[:, 0], word[:, 1])
                                   + reference.normal_pair(word[:, 2], word[:, 3]), axis=1)  # fmt: skip
                azimuth = 2 * np.pi * reference.half_open(word[:, 2])
                new_place, new_heading = reference.step(
                    place[k], heading[k], model, informed, normals[:, :3], azimuth
                )
                apart = reference.minimum_image(new_place - place[k + 1], model)
                # As without noise.
                expect(np.abs(apart).max() < 1e-10, f"{rule} {dimensions}-D: {np.abs(apart).max()}")
                turned = np.abs(new_heading - heading[k + 1]).max()
                expect(turned < 1e-10, f"{rule} {dimensions}-D: headings {turned}")
            goal = np.array([2.0, -1.0, 3.0][:dimensions])
            mean = heading.mean(axis=1)
            exact = mean @ goal / np.sqrt((mean**2).sum(axis=1) * (goal @ goal))
            here = file["accuracy"][2]
            expect(np.abs(here - exact).max() < 1e-12, f"accuracy {here}, not {exact}")


def test_individuals_that_differ(folder):
    write(folder, CONFIG + ramp(key="school.noise", to=0.0) + ramp(key="speed", start=0.45))
    changes = {f"school__spread__{q}": s for q, s in (("speed", 0.5), ("max_turn", 0.02))}
    run(folder, "a.toml", "-q", *sets(**changes))
    file = read(folder / "a.nc")
    time = file["time"][2]
    expect(np.abs(file["noise"][2] - (1.0 - np.minimum(time, 1.0))).max() < 4 * EPS, "noise")
    ramped = np.where(time < 0.45, 3.0, 1.0 + (time - 0.45) / 0.55)
    expect(np.abs(file["speed"][2] - ramped).max() < 16 * EPS, f"{file['speed'][2]}")
    # The deviations are a sequence of normal numbers, four to a block; purpose 4 and the number of
    # the quantity.
    normal = {}
    for name, number in (("speed", 0), ("max_turn", 5)):
        word = reference.words(3, 0, 13, 4 + number)
        normal[name] = np.stack(reference.normal_pair(word[:, 0], word[:, 1])
                                + reference.normal_pair(word[:, 2], word[:, 3]),
                                axis=1).ravel()[:50]  # fmt: skip
    own = np.maximum(0.0, ramped[:, None] + 0.5 * normal["speed"])
    v = np.sqrt(sum(file["v" + axis][2] ** 2 for axis in "xyz"))
    expect(np.abs(v - own).max() < 1e-14, f"speeds differ by {np.abs(v - own).max()}")
    from scipy.stats import spearmanr

    model = reference.Model(length=20.0)
    for k in (0, 5, 10):
        place = np.stack([file[axis][2][k] for axis in "xyz"], axis=1)
        mean = [file[f"direction_{axis}"][2][k] for axis in "xyz"]
        offset = reference.offsets(place, model)
        for name, where in (("centre", np.sqrt((offset**2).sum(axis=1))), ("front", offset @ mean)):
            for quantity, trait in (("speed", own[k]), ("max_turn", normal["max_turn"])):
                exact = spearmanr(trait, where).statistic
                here = file[f"{quantity}_sorting_{name}"][2][k]
                expect(abs(here - exact) < 1e-12, f"{quantity}, {name}: {here}, not {exact}")
            expect(f"noise_sorting_{name}" not in file, "noise_sorting without a spread")


# ---- output times -----------------------------------------------------------------------------


def test_outputs_between_steps(folder):
    write(folder, CONFIG + ramp(start=-1.0, end=2.0))
    for search, individuals in (("pairs", 50), ("cells", 400)):
        changes = sets(school__search=search, school__individuals=individuals,
                       school__attraction_radius=3.0, school__orientation_radius=2.0)  # fmt: skip
        run(folder, "a.toml", "-qf", "-o", "every.nc", *changes)
        run(folder, "a.toml", "-qf", "-o", "few.nc", *changes, *sets(time__snapshot_every=0.25))
        every, few = read(folder / "every.nc"), read(folder / "few.nc")
        expect(list(few["time"][2]) == [0.0, 0.25, 0.5, 0.75, 1.0], "times")
        for name in every:
            if every[name][1][0] in ("time", "observation_time"):
                at_steps = every[name][2][[0, 5, 10]], few[name][2][[0, 2, 4]]
                expect(at_steps[0].tobytes() == at_steps[1].tobytes(), f"{search}: {name} differs")
        for k, (before, after) in ((1, (2, 3)), (3, (7, 8))):
            speed = few["speed"][2][k]
            # The ramp is at the output's time, not at the step's.
            expect(abs(speed - (1 + (few["time"][2][k] + 1) / 3)) < 4 * EPS, f"speed is {speed}")
            for axis in "xyz":
                x, v = (every[n][2] for n in (axis, "v" + axis))
                whole = x[after] - x[before]
                whole -= 20 * np.rint(whole / 20)
                half = few[axis][2][k] - x[before]
                half -= 20 * np.rint(half / 20)
                # Roundings of coordinates up to 20.
                expect(np.abs(half - 0.5 * whole).max() < 1e-14, f"{axis} is off the straight line")
                heading = v[after] / every["speed"][2][after]
                there = few["v" + axis][2][k] / speed
                expect(np.abs(heading - there).max() < 1e-14, f"v{axis} is not on the way")
            swift = np.sqrt(sum(few["v" + axis][2][k] ** 2 for axis in "xyz"))
            expect(np.abs(swift - speed).max() < 1e-14, "not at the ramp's speed")


# ---- restarts and threads ---------------------------------------------------------------------

EVERYTHING = (
    ramp(key="orientation_radius", to=3.0, end=150.0)
    + ramp(key="noise", **{"from": 0.3, "to": 0.05}, start=1.0, end=90.0)
    + "\n[informed]\nfraction = 0.2\n"
    + "\n[school.spread]\nspeed = 0.3\nattraction_radius = 0.2\n"
    + "\n[measures]\naverage_every = 0.7\naverage_start = 0.3\n"
)
RESTARTS = {
    "pairs": sets(school__search="pairs", school__individuals=200),
    "cells": sets(school__search="cells", school__individuals=600, domain__length=40.0),
    "open": sets(school__search="cells", school__individuals=300, domain__boundary="open",
                 school__rule="weighted"),
    "flat": sets(domain__dimensions=2),
}  # fmt: skip


def test_a_longer_run_goes_on(folder):
    for name, changes in RESTARTS.items():
        place = folder / name
        place.mkdir()
        write(place, CONFIG + EVERYTHING)
        more = ("-t", "1", *changes, *sets(time__snapshot_every=0.35))
        run(place, "a.toml", "-q", "-o", "whole.nc", *more, *sets(time__end=2.1))
        # An output time at a step, one between two, and none at all.
        for end in (0.7, 1.05, 1.23)[:: 1 if name == "cells" else 2]:
            run(place, "a.toml", "-qf", *more, *sets(time__end=end))
            run(place, "a.toml", "-q", "-r", "a.checkpoint.nc", *more, *sets(time__end=2.1))
            expect_same_numbers(place / "a.nc", place / "whole.nc")


def test_stopped_by_a_signal_or_the_clock(folder):
    # More than a second of work, of which the file shows the first after a third of a second.
    for name, end in (("pairs", 600.3), ("cells", 100.3)):
        place = folder / name
        place.mkdir()
        write(place, CONFIG + EVERYTHING)
        more = ("-t", "1", *RESTARTS[name], *sets(time__end=end, time__snapshot_every=3.75,
                                                  output__sidecar=False))  # fmt: skip
        run(place, "a.toml", "-q", "-o", "whole.nc", *more)
        process = start(place, "a.toml", "-q", *more)
        path = place / "a.nc"
        wait_until(lambda p=path: p.exists() and p.stat().st_size > 100000, process, "frames")
        process.send_signal(signal.SIGTERM)
        finish(process, 75)
        expect(attribute(path, "status") == "interrupted", "status")
        expect(len(values(path, "time")) < len(values(place / "whole.nc", "time")), "not cut short")
        limited = ("--max-walltime", "0.2")
        again = start(place, "a.toml", "-q", "-r", "a.checkpoint.nc", *limited, *more)
        again.communicate(timeout=300)
        expect(again.returncode in (0, 75), f"exit code {again.returncode}")
        if again.returncode == 75:
            run(place, "a.toml", "-q", "-r", "a.checkpoint.nc", *more)
        expect_same_numbers(path, place / "whole.nc")


def test_threads(folder):
    write(folder, CONFIG + EVERYTHING)
    cases = (("pairs", 300, 20.0), ("cells", 2000, 30.0))
    for search, individuals, length in cases:
        changes = sets(school__search=search, school__individuals=individuals,
                       domain__length=length, school__attraction_radius=5.0)  # fmt: skip
        for threads in "123":
            run(folder, "a.toml", "-qf", "-t", threads, "-o", f"{threads}.nc", *changes)
        for threads in "23":
            expect_same_numbers(folder / "1.nc", folder / f"{threads}.nc")


# ---- the edges of what is allowed -------------------------------------------------------------


def test_extreme_values(folder):
    write(folder, CONFIG)
    for changes in (
        dict(school__individuals=1),
        dict(school__speed=0.0),
        dict(school__repulsion_radius=0.0, school__orientation_radius=0.0,
             school__attraction_radius=0.0, school__search="cells"),
        dict(school__max_turn=0.0),
        dict(school__max_turn=10.0, school__noise=100.0),
        dict(school__blind_angle=180.0),
        dict(school__blind_angle=0.0, school__rule="weighted", school__noise=50.0),
        dict(domain__length=1e-6),
        dict(domain__length=1e-150, domain__boundary="open"),
        dict(domain__length=1e9, school__search="cells"),
        dict(school__attraction_radius=1e200),
        dict(school__attraction_radius=1e200, domain__boundary="open", school__search="cells"),
        dict(school__speed=1e-300),
        dict(school__spread__speed=1e3, school__spread__blind_angle=1e3),
        dict(informed__fraction=1.0, informed__weight=1e9),
    ):  # fmt: skip
        _, err = run(folder, "a.toml", "-qf", *sets(**changes))
        expect("could not be computed" not in err, f"{changes}: {err}")
        file = read(folder / "a.nc")
        for name in ("x", "y", "z", "vx", "vy", "vz", "polarization", "spread", "schooling_index"):
            expect(np.isfinite(file[name][2]).all(), f"{changes}: {name}")
        for axis in "xyz":
            inside = (file[axis][2] >= 0) & (file[axis][2] < changes.get("domain__length", 20.0))
            expect(inside.all() or changes.get("domain__boundary") == "open", f"{changes}: {axis}")


def test_numbers_with_no_squares(folder):
    write(folder, CONFIG)
    config = sets(informed__fraction=1.0, time__end=10.0, time__snapshot_every=1.0,
                  school__repulsion_radius=0.0)  # fmt: skip
    for weight in (1e100, 1e200):  # all but the own preference is forgotten
        run(folder, "a.toml", "-qf", *config, *sets(informed__weight=weight))
        expect(values(folder / "a.nc", "accuracy")[-1] > 0.99, f"weight {weight}")
    weighted = sets(school__rule="weighted", school__noise=0.0, school__orientation_radius=8.0)
    ordered = []
    for weight in (1e100, 1e200):
        extreme = sets(school__orientation_weight=weight)
        run(folder, "a.toml", "-qf", *weighted, *extreme)
        ordered.append(values(folder / "a.nc", "polarization"))
    expect(np.abs(ordered[0] - ordered[1]).max() < 1e-12, "headings overflow")
    run(folder, "a.toml", "-qf", *sets(school__rule="weighted", school__noise=1e300))
    v = [values(folder / "a.nc", "v" + axis)[-1] for axis in "xyz"]
    expect(np.abs(np.linalg.norm(v, axis=0) - 3.0).max() < 1e-14, "headings are no unit vectors")
    for axes in ([1e-200, 1e-200, 0.0], [1e200, 1e200, 0.0]):
        write(folder, CONFIG + table("initial", kind="uniform", heading=axes))
        run(folder, "a.toml", "-qf", *sets(time__end=0.1, school__noise=0.0))
        v = values(folder / "a.nc", "vx")[0]
        expect(np.abs(v - 3 * math.sqrt(0.5)).max() < 1e-14, f"{axes}: {v}")
    write(folder, CONFIG)
    for changes in (
        dict(school__speed=1e300),
        dict(school__speed=1e300, domain__boundary="open"),
    ):
        _, err = run(folder, "a.toml", "-qf", *sets(**changes), code=1)
        expect("is lost" in err, f"{changes}: {err}")


def test_the_search_changes_round_off_only(folder):
    write(folder, CONFIG)
    more = sets(school__individuals=4100, domain__length=60.0, time__end=0.2)
    for search in ("pairs", "cells"):
        options = [*more, *sets(school__search=search)]
        run(folder, "a.toml", "-qf", "-o", f"{search}.nc", *options)
    for name in ("x", "vz", "velocity_correlation", "velocity_correlation_entropy", "group_size"):
        pairs, cells = (values(folder / f"{search}.nc", name) for search in ("pairs", "cells"))
        expect(np.nanmax(np.abs(pairs - cells)) < 1e-11, f"{name} depends on the search")


def test_ramps_and_places_that_make_no_sense(folder):
    more = ramp("orientation_radius", **{"from": 5.0, "to": 12.0})
    expected = (
        "16:1: ramp.0: at t = 1 the radii of repulsion, orientation and attraction are 1, 12 and 9: "
        "they must not decrease"
    )
    refuse_more(folder, more, expected)
    more += ramp("attraction_radius", **{"from": 9.0, "to": 12.0})
    write(folder, CONFIG + more)
    run(folder, "a.toml", "-nq")
    for kind in ("uniform", "torus"):
        message = "18:1: initial.0.radius = 10.5: must be at most half of the periodic box, 10"
        refuse_more(folder, table("initial", kind=kind, radius=10.5), message)
        run(folder, "a.toml", "-nq", *sets(domain__boundary="open"))
    write(folder, CONFIG)
    message = "--set time.step=1e-20: time.step = 1e-20: makes more than 2^53 steps to time.end, 1"
    refuse(folder, "a.toml", "-s", "time.step=1e-20", message=message)


def test_zones_beyond_half_of_the_box_are_warned_of(folder):
    write(folder, CONFIG)
    _, err = run(folder, "a.toml", "-q", *sets(school__attraction_radius=10.5))
    one_line(err)
    expect("attraction_radius comes to 10.5, more than half of the periodic box, 10" in err, err)
    ramp = '[{key = "attraction_radius", from = 8.0, to = 10.25, start = 0.0, end = 1.0}]'
    _, err = run(folder, "a.toml", "-qf", "-s", f"ramp={ramp}")
    one_line(err)
    expect("comes to 10.25" in err, err)
    link = tomllib.loads(attribute(folder / "a.nc", "config"))["measures"]["group_distance"]
    expect(link == 10.25, f"groups are connected over {link}")
    _, err = run(folder, "a.toml", "-qf", *sets(school__attraction_radius=10.0))
    expect(err == "", err)
    expect("a.nc" in tree(folder), "no output")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
