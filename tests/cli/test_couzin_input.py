# SPDX-License-Identifier: GPL-3.0-or-later
"""What the schooling solver is given: refusals, the command line, the edges of what is allowed."""

import json
import math
import sys
import tomllib

import netCDF4
import numpy as np
from couzin_school import (
    CONFIG,
    FURTHER,
    OBSERVABLES,
    QUANTITIES,
    ramp,
    refuse_more,
    refuse_set,
    sets,
    some_school,
    table,
    write_state,
)
from program import (
    attribute,
    expect,
    expect_same_numbers,
    one_line,
    read,
    refuse,
    run,
    tree,
    values,
    write,
)


# ---- refusals ---------------------------------------------------------------------------------



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
                units = "rad" if variable.name == "angular_dispersion" else "1"
                expect(variable.long_name != "" and variable.units == units, variable.name)
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
