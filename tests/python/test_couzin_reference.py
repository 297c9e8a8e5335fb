# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/couzin/reference.py, against values worked out by hand: what the solver is held against
must be right by itself."""

import sys
from pathlib import Path

import numpy as np
import tap
from tap import expect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "couzin"))
import reference  # noqa: E402
from reference import Model  # noqa: E402

ROUNDING = 1e-14  # some operations on numbers of order 1
X, Y, Z = np.eye(3)


def directions(places, headings, model, informed=None):
    found = reference.desired_directions(np.array(places, dtype=float), np.array(headings), model,
                                         informed)  # fmt: skip
    return found[0]


def near(found, exact, tolerance=ROUNDING):
    return bool(np.abs(np.asarray(found) - np.asarray(exact)).max() <= tolerance)


def random_school(count, length, dimensions=3, seed=3):
    random = np.random.default_rng(seed)
    place = random.uniform(0, length, (count, dimensions))
    return place, reference.unit(random.normal(size=(count, dimensions)))


def test_repulsion_goes_before_all_else():
    # 0 has 1 at distance 0.5 along x, and 2 in orientation: it flees along -x.
    places = [[5, 5, 5], [5.5, 5, 5], [5, 7, 5]]
    found = directions(places, [Y, Z, Z], Model())
    expect(near(found[0], -X), found[0])
    # 2 has 0 (distance 2) and 1 (distance sqrt 4.25) in orientation, and its own heading.
    expect(near(found[2], reference.unit(Y + Z + Z)), found[2])


def test_zones_close_below_and_open_above():
    for distance, exact in {
        1.0: reference.unit(Y + Z),  # r_r: orientation, not repulsion
        3.0: X,  # r_o: attraction, not orientation
        10.0: Y,  # r_a: out of reach
    }.items():
        found = directions([[1, 5, 5], [1 + distance, 5, 5]], [Y, Z], Model())
        expect(near(found[0], exact), f"at {distance}: {found[0]}")


def test_both_zones_weigh_the_same_in_couzins_rule_only():
    places = [[5, 5, 5], [5, 7, 5], [10, 5, 5]]
    headings = [Z, Y, Y]
    # d_o = Z + Y, d_a = X: the mean of both points along X + Y + Z.
    found = directions(places, headings, Model())
    expect(near(found[0], (X + Y + Z) / 3**0.5), found[0])
    # 0.5 Y + X, without the own heading.
    found = directions(places, headings, Model(rule="weighted", orientation_weight=0.5))
    expect(near(found[0], reference.unit(X + 0.5 * Y)), found[0])


def test_blind_cone_does_not_hide_repulsion_in_couzins_rule():
    behind = [[5, 5, 5], [4.5, 5, 5]]
    heading = reference.unit(X + 0.1 * Y)  # 1 is 6 degrees from straight behind
    for rule, exact in {"couzin2002": X, "weighted": heading}.items():
        found = directions(behind, [heading, Z], Model(rule=rule, blind_angle=30.0))
        expect(near(found[0], exact), f"{rule}: {found[0]}")
    # In attraction: seen when the cone is narrower than 90 degrees, at 91 degrees from ahead.
    angle = np.radians(91.0)
    places = [[5, 5, 5], 5 + 5 * np.array([np.cos(angle), np.sin(angle), 0])]
    found = directions(places, [X, X], Model(blind_angle=88.0))
    expect(near(found[0], [np.cos(angle), np.sin(angle), 0]), found[0])
    found = directions(places, [X, X], Model(blind_angle=90.0))
    expect(near(found[0], X), found[0])


def test_neighbours_through_the_boundary():
    places = [[0.2, 5, 5], [24.9, 5, 5]]
    expect(near(directions(places, [Y, Y], Model())[0], X), "not by the shorter way")
    expect(near(directions(places, [Y, Z], Model(periodic=False))[0], Y), "a box in the open")


def test_sums_that_vanish_and_coincident_points_leave_the_heading():
    # Neighbours to both sides in repulsion; one at the same point is not sensed.
    found = directions([[5, 5, 5], [5.5, 5, 5], [4.5, 5, 5]], [Z, X, X], Model())
    expect(near(found[0], Z), found[0])
    found = directions([[5, 5, 5], [5, 5, 5]], [Z, X], Model())
    expect(near(found, [Z, X]), found)
    found = directions([[5, 5, 5], [5, 5, 5], [5, 5, 10]], [X, X, X], Model())
    expect(near(found, [Z, Z, -Z]), found)


def test_informed_individuals():
    model = Model(informed_weight=0.5, informed_direction=(0.0, 0.0, 2.0))
    places = [[5, 5, 5], [10, 5, 5], [5, 5, 15.5], [5.5, 5, 15.5]]
    found = directions(places, [Y, Y, Y, Y], model, np.array([True, False, True, True]))
    expect(near(found[0], reference.unit(X + 0.5 * Z)), found[0])
    expect(near(found[1], -X), "not informed")
    expect(near(found[2], -X), "repelled")


def test_turn_is_exactly_the_largest():
    random = np.random.default_rng(5)
    for dimensions in (2, 3):
        heading, goal = (reference.unit(random.normal(size=(500, dimensions))) for _ in range(2))
        goal[0] = -heading[0]  # straight behind
        new = reference.turn(heading, goal, 0.3)
        turned = 2 * np.arcsin(np.sqrt(((new - heading) ** 2).sum(axis=1)) / 2)
        full = 2 * np.arcsin(np.sqrt(((goal - heading) ** 2).sum(axis=1)).clip(max=2) / 2)
        expect(near(turned, np.minimum(full, 0.3)), "not turned by min(angle, 0.3)")
        rest = 2 * np.arcsin(np.sqrt(((goal - new) ** 2).sum(axis=1)).clip(max=2) / 2)
        # arcsin near 1 loses half of the digits.
        expect(near(turned + rest, full, 1e-7), "off the great circle")
    # The replaced library's chord, t = 0.4 / angle: .402, .340, .134, .026 (measured there).
    angle = np.array([0.5, 1.5, 2.5, 3.0])
    goal = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    new = reference.turn_by_chord(np.tile(X, (4, 1)), goal, 0.4)
    turned = np.arctan2(new[:, 1], new[:, 0])
    expect(near(turned, [0.402, 0.340, 0.134, 0.026], 5e-4), turned)


def test_error_is_a_rotation_by_the_angle():
    random = np.random.default_rng(6)
    start = reference.unit(random.normal(size=(4000, 3)))
    start[:2] = Z, -Z
    azimuth = random.uniform(0, 2 * np.pi, 4000)
    new = reference.deflect(start, np.full(4000, 0.2), azimuth)
    expect(near((new * start).sum(axis=1), np.cos(0.2)), "not rotated by 0.2")
    # Azimuths are uniform: the mean of the parts aside is 0 within 5 of its standard errors.
    aside = reference.deflect(np.tile(X, (4000, 1)), np.full(4000, 0.2), azimuth).mean(axis=0)
    expect(np.abs(aside[1:]).max() < 5 * np.sin(0.2) * (0.5 / 4000) ** 0.5, aside)
    new = reference.deflect(np.array([[1.0, 0.0]]), np.array([0.2]), None)
    expect(near(new, [[np.cos(0.2), np.sin(0.2)]]), new)


def test_step_moves_along_the_new_heading_and_wraps():
    model = Model(length=10.0, speed=2.0, step=0.25, noise=0.3)
    place, heading = step = reference.step(np.array([[9.8, 0.1, 5.0]]), np.array([X]), model)
    expect(near(place, [[0.3, 0.1, 5.0]]) and near(heading, [X]), step)
    expect(reference.wrap(np.array([-1e-17]), 10.0) == 0.0, "not in [0, length)")
    noisy = np.array([[0.5, 1.0, -1.0]])
    model.rule = "weighted"
    _, heading = reference.step(np.array([[9.8, 0.1, 5.0]]), np.array([X]), model, None, noisy)
    expect(near(heading, [reference.unit(X + 0.3 * noisy[0])]), heading)


def test_compiled_step_is_the_same():
    advance = reference.compiled_step()
    if advance is None:
        # Without Numba the loop itself, which is ordinary Python.
        reference.numba = type("Plain", (), {"njit": lambda fastmath: lambda f: f})
        advance = reference.compiled_step()
    random = np.random.default_rng(8)
    for rule in ("couzin2002", "weighted"):
        for periodic in (True, False):
            model = Model(length=12.0, periodic=periodic, rule=rule, blind_angle=40.0, noise=0.1,
                          attraction_radius=5.0, orientation_weight=0.6)  # fmt: skip
            place, heading = random_school(60, model.length)
            normals, azimuths = random.normal(size=(60, 3)), random.uniform(0, 6.28, 60)
            arrays = [np.ascontiguousarray(part) for part in (*place.T, *heading.T)]
            compiled = np.stack(advance(*arrays, model, normals, azimuths))
            exact = reference.step(place, heading, model, None, normals, azimuths)
            # Sums of up to 60 terms in another order; positions of up to 12.
            expect(near(compiled.T, np.hstack(exact), 1e-13), f"{rule}, periodic {periodic}")


def test_random_words_are_philox():
    # Random123's known answer of philox4x64-10 for the zero key and counter.
    found = reference.words(0, 0, 2, 0)
    answer = [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
    expect([int(word) for word in found[0]] == answer, [hex(int(word)) for word in found[0]])
    expect((found[0] != found[1]).all(), "two individuals with the same words")
    words = reference.words(7, 3, 2000, 1)
    normals = np.concatenate(reference.normal_pair(words[:, 0], words[:, 1]))
    # 4000 numbers: five standard errors of the mean and of the variance.
    expect(abs(normals.mean()) < 5 / 4000**0.5, normals.mean())
    expect(abs(normals.var() - 1) < 5 * (2 / 4000) ** 0.5, normals.var())


def test_order_parameters_of_a_mill_across_a_corner():
    angle = 2 * np.pi * np.arange(24) / 24
    ring = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    headings = np.stack([-np.sin(angle), np.cos(angle), 0 * angle], axis=1)
    places = reference.wrap(np.array([0.5, 0.5, 12.5]) + 3 * ring, 25.0)
    found = reference.observables(places, headings, Model())
    expect(near([found["polarization"], found["rotation"]], [0, 1], 1e-13), found)
    expect(near([found["spread"], found["order_index"]], [3, 1], 1e-13), found)
    # One distance, one bin; |c x u| = 1 all over; a disc has two equal eigenvalues and none.
    for name in ("cohesion", "angular_momentum", "nearest_neighbor", "depth"):
        expect(near(found[f"{name}_entropy"], 0, 1e-12), f"{name}: {found[f'{name}_entropy']}")
    # The floor of 1e-10 over 4.7 adds 2e-11 ln.
    expect(near(found["shape_entropy"], np.log(2) / np.log(3), 1e-8), found["shape_entropy"])
    plain = reference.observables(places, headings, Model(), "plain")
    expect(plain["spread"] > 10 and plain["rotation"] < 0.9, "the plain mean sees the box")


def test_entropies_of_few_and_of_two_halves():
    few = reference.observables(np.array([[5.0, 5, 5]]), np.array([X]), Model())
    for name in ("cohesion", "angular_momentum", "nearest_neighbor", "velocity_correlation",
                 "shape"):  # fmt: skip
        expect(few[f"{name}_entropy"] == 0.5, f"{name} of one")
    place, _ = random_school(20, 25.0)
    headings = np.where(np.arange(20)[:, None] < 10, X, -X)
    found = reference.observables(place, headings, Model())
    # 2 * 45 equal pairs and 100 opposite ones; headings in two of 288 cells.
    p = np.array([90, 100]) / 190
    expect(near(found["velocity_correlation_entropy"], -(p @ np.log(p)) / np.log(20)), found)
    expect(near(found["polarization_entropy"], np.log(2) / np.log(288)), found)
    # A quarter each along x, -x, in the cells next to the equator, and z, in the polar ones,
    # whose weight sin(pi / 24) is small against sin(13 pi / 24).
    headings[::2] = Z
    found = reference.observables(place, headings, Model())
    weight = np.array([2 * np.sin(np.pi / 24), *[np.sin(13 * np.pi / 24)] * 2])
    p = weight / weight.sum()
    expect(near(found["polarization_entropy"], -(p @ np.log(p)) / np.log(288)), found)
    p = np.array([0.5, 0.25, 0.25])
    expect(near(found["polarization_entropy_equal_area"], -(p @ np.log(p)) / np.log(288)), found)


def test_nearest_neighbours_and_the_closed_last_bin():
    # Five at one point and one at distance 5: of the five 0, 0, 0, 0, 5, that is mean 1, deviation
    # 2 and the edge of the last bin; of the one 0.
    place = np.array([[5.0, 5, 5]] * 5 + [[10.0, 5, 5]])
    found = reference.observables(place, np.tile(X, (6, 1)), Model())
    p = np.array([5, 1]) / 6
    expect(near(found["nearest_neighbor_entropy"], -(p @ np.log(p)) / np.log(20)), found)
    # Nearest at 0 and at 5, bins of 0.5.
    expect(near(found["cohesion_entropy"], -(p @ np.log(p)) / np.log(25)), found)
    # All pairs are parallel: the edge again, and one bin.
    expect(found["velocity_correlation_entropy"] == 0.0, found)


def test_schooling_index_is_the_weighted_sum():
    found = reference.observables(*random_school(50, 25.0), Model())
    expect(abs(sum(reference.WEIGHTS.values()) - 1) < ROUNDING, "weights that do not add up to 1")
    names = ["cohesion", "polarization", "depth", "angular_momentum", "nearest_neighbor",
             "velocity_correlation", "shape"]  # fmt: skip
    index = np.dot([0.18, 0.28, 0.08, 0.08, 0.10, 0.18, 0.10],
                   [found[f"{name}_entropy"] for name in names])  # fmt: skip
    expect(near(found["schooling_index"], index), found)


def test_depth_in_the_open_is_from_the_centre():
    place, heading = random_school(40, 25.0)
    model = Model(periodic=False)
    first = reference.observables(place, heading, model)["depth_entropy"]
    moved = reference.observables(place + [0, 0, 1000.0], heading, model)["depth_entropy"]
    expect(first == moved and first > 0.8, (first, moved))


def recorded(path, model, steps=4, count=30):
    """A file of a run of that many steps, made by the reference."""
    import netCDF4

    place, heading = random_school(count, model.length)
    with netCDF4.Dataset(path, "w") as data:
        data.config = (
            'solver = "couzin"\n[time]\nstep = 0.1\n[domain]\nlength = 25.0\n'
            f"[school]\nspeed = {model.speed}\nmax_turn = {model.max_turn}\nnoise = 0.0\n"
        )
        for name in ("time", "observation_time"):
            data.createDimension(name, steps + 1)
            data.createVariable(name, "f8", (name,))[:] = 0.1 * np.arange(steps + 1)
        data.createDimension("particle", count)
        for name in ("x", "y", "z", "vx", "vy", "vz"):
            data.createVariable(name, "f8", ("time", "particle"))
        for k in range(steps + 1):
            for axis, name in enumerate("xyz"):
                data[name][k] = place[:, axis]
                data["v" + name][k] = model.speed * heading[:, axis]
            for name, value in reference.observables(place, heading, model).items():
                if name not in data.variables:
                    data.createVariable(name, "f8", ("observation_time",))
                data[name][k] = value
            place, heading = reference.step(place, heading, model)


def test_a_run_is_repeated_from_its_file(folder):
    import subprocess

    import netCDF4

    path = folder / "run.nc"
    recorded(path, Model(speed=3.0, max_turn=0.07))
    command = [sys.executable, "-B", reference.__file__, str(path)]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    expect(good.returncode == 0 and "shape_entropy" in good.stdout, good.stdout + good.stderr)
    for name in ("y", "vz", "rotation"):  # a millionth is seen, in each
        with netCDF4.Dataset(path, "a") as data:
            data[name][-1] = data[name][-1] + 1e-6
        bad = subprocess.run(command, capture_output=True, text=True, check=False)
        what = {"y": "position", "vz": "heading"}.get(name, name)
        (line,) = [line for line in bad.stdout.splitlines() if line.startswith(what + " ")]
        expect(bad.returncode == 1 and "above" in line, bad.stdout + bad.stderr)


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
