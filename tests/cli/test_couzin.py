# SPDX-License-Identifier: GPL-3.0-or-later
"""The schooling solver from its command line: initial schools, observables and steps against an
independent model, restarts, threads."""

import signal
import subprocess
import sys
import tomllib

import numpy as np
import xarray
from couzin_school import (
    CONFIG,
    EPS,
    OBSERVABLES,
    REFERENCE,
    ramp,
    reference,
    sets,
    some_school,
    table,
    write_state,
)
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
            run(place, "a.toml", "-q", "-r", "a.checkpoint", *more, *sets(time__end=2.1))
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
        again = start(place, "a.toml", "-q", "-r", "a.checkpoint", *limited, *more)
        again.communicate(timeout=300)
        expect(again.returncode in (0, 75), f"exit code {again.returncode}")
        if again.returncode == 75:
            run(place, "a.toml", "-q", "-r", "a.checkpoint", *more)
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


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
