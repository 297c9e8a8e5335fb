# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/plot: a picture for every kind of run, and for runs that are not as they should be."""

import importlib.machinery
import importlib.util
import subprocess
import sys

import netCDF4
import numpy as np
import synthetic
import tap
from tap import expect

import plot_observables
import plot_state
import runfile

LOADER = importlib.machinery.SourceFileLoader("plot", str(tap.SCRIPTS / "plot"))
plot = importlib.util.module_from_spec(importlib.util.spec_from_loader("plot", LOADER))
LOADER.exec_module(plot)


def titles(path, times=None):
    """Draws the picture; the titles of its panels. A blank picture fails."""
    import matplotlib.pyplot as plt

    with runfile.open_run(str(path)) as run:
        figure = plot.lay_out(run, str(path), times)
        figure.savefig(path.with_suffix(".png"), dpi=50)
    picture = plt.imread(path.with_suffix(".png"))
    # Text alone has a few hundred non-white pixels; every panel adds frames and curves.
    expect((picture[..., :3].min(axis=-1) < 0.95).sum() > 5000, "hardly anything was drawn")
    found = [axis.get_title("left") or axis.get_title() for axis in figure.axes]
    plt.close("all")
    return [text for text in found if text]


def test_command_makes_a_png_beside_the_file(folder):
    synthetic.nlse(folder / "run.nc", frames=21)
    script = [sys.executable, str(tap.SCRIPTS / "plot")]
    result = subprocess.run([*script, str(folder / "run.nc")], capture_output=True, text=True,
                            check=False)  # fmt: skip
    expect(result.returncode == 0, result.stderr)
    expect(result.stderr == "", result.stderr)
    expect(result.stdout.strip() == str(folder / "run.png"), result.stdout)
    expect((folder / "run.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG")


def test_nlse(folder):
    synthetic.nlse(folder / "run.nc", frames=41)
    found = " | ".join(titles(folder / "run.nc"))
    for text in ["in space and time", "Snapshots", "Conserved quantities", "Largest amplitude",
                 "Power spectrum", "Shannon", "Rényi", "Tsallis"]:  # fmt: skip
        expect(text in found, f"no panel {text!r} in {found}")


def test_klein_gordon(folder):
    synthetic.klein_gordon(folder / "run.nc", frames=41)
    found = " | ".join(titles(folder / "run.nc"))
    for text in [r"\varphi", "Conserved quantities", "Energy", "Shannon", "Positions of the kinks",
                 "Kinks counted"]:  # fmt: skip
        expect(text in found, f"no panel {text!r} in {found}")
    # In one panel with others, not worth one, or missing at all times.
    for text in ["Kink charge", "Bounces", "outermost modes", "Escape velocity"]:
        expect(text not in found, f"a panel {text!r} in {found}")


def lines_of(path, title):
    """(x, y) of each line of a panel."""
    import matplotlib.pyplot as plt

    with runfile.open_run(str(path)) as run:
        figure = plot.lay_out(run, str(path), None)
    (axis,) = [axis for axis in figure.axes if title in (axis.get_title("left"), axis.get_title())]
    lines = [np.asarray(line.get_data(), dtype=float) for line in axis.get_lines()]
    plt.close("all")
    return lines


def test_kinks_are_told_apart_and_lines_break_where_they_meet(folder):
    synthetic.klein_gordon(folder / "run.nc", frames=81)
    lines = lines_of(folder / "run.nc", "Positions of the kinks")
    # Two places, each held by a kink and an antikink in turn; six empty ones are not drawn.
    expect(len(lines) == 4, f"{len(lines)} lines")
    with netCDF4.Dataset(folder / "run.nc") as data:
        position = data["kink_position"][:].filled(np.nan)
        changes = (np.diff(np.isfinite(position).sum(axis=1)) != 0).sum()
        expect(changes > 4, "a breather whose kinks do not merge")
        drawn = sum(np.isfinite(y).sum() for _, y in lines)
        expect(drawn == np.isfinite(position).sum(), "not every position is drawn once")
    # Another kink takes the first place at t = 20, far away.
    with netCDF4.Dataset(folder / "run.nc", "a") as data:
        data["kink_position"][:] = np.nan
        data["kink_charge"][:, 0] = 1.0
        data["kink_position"][:, 0] = np.where(np.arange(81) < 40, -12.0, 12.0)
    ((_, y),) = lines_of(folder / "run.nc", "Positions of the kinks")
    expect(len(y) == 82 and np.isnan(y[40]), f"no gap at the jump: {y}")
    for clock, y in lines:
        expect(len(y) == 81 + changes and (np.diff(clock) >= 0).all(), "no gap at each change")


def test_nothing_is_conserved_with_absorbing_ends(folder):
    synthetic.klein_gordon(folder / "run.nc", frames=9)
    with netCDF4.Dataset(folder / "run.nc", "a") as data:
        data.config += "boundary = { kind = 'absorbing', width = 4.0 }\n"
    found = titles(folder / "run.nc")
    expect(not any("Conserved" in text for text in found), found)
    expect("Momentum" in found and "Energy" in found, found)


def test_spectrum_of_a_field_that_closes_otherwise(folder):
    for kind in ("antiperiodic", "shifted"):
        path = folder / f"{kind}.nc"
        synthetic.kink(path, kind)
        titles(path)
        with runfile.open_run(str(path)) as run:
            k, power = plot_observables.spectrum(run, 0)
            expect((np.diff(k) > 0).all() and abs(power.sum() - 1) < 1e-12, "not normalised")
            number = k * 80 / (2 * np.pi)
            half = 0.5 if kind == "antiperiodic" else 0.0
            # Rounding of numbers up to 256.
            expect(np.abs(number - half - np.round(number - half)).max() < 1e-12, "modes")
            # Periodic modes would fall as 1/k only, to 1e-6 of the power; rounding is 1e-32.
            expect(power[np.abs(k) > 18].max() < 1e-25, f"{kind}: {power[np.abs(k) > 18].max()}")


def test_couzin_in_space_and_in_the_plane(folder):
    for dimensions in (3, 2):
        path = folder / f"school{dimensions}.nc"
        synthetic.couzin(path, frames=9, individuals=30, dimensions=dimensions)
        found = titles(path)
        expect(sum(text.startswith("$t =") for text in found) == 4, found)
        for text in ["Order parameters", "Entropies of places, over their maxima",
                     "Entropies of headings, over their maxima", "Spread"]:  # fmt: skip
            expect(text in found, f"no panel {text!r} in {found}")


def test_school_with_all_its_measures(folder):
    for dimensions in (3, 2):
        path = folder / f"school{dimensions}.nc"
        synthetic.couzin(path, frames=9, individuals=30, dimensions=dimensions, measures=True,
                         ramp=True)  # fmt: skip
        found = titles(path)
        for text in ["Order over the orientation radius", "Mean heading", "Centre", "Lengths",
                     "Groups", "Distance to the nearest neighbour", "Correlation of velocities",
                     "Susceptibility", "Orientation radius"]:  # fmt: skip
            expect(found.count(text) == 1, f"not one panel {text!r} in {found}")
        # In panels with others.
        for text in ["Spread", "Direction x", "Centre x", "Largest group", "Accuracy",
                     "Schooling index", "Polarization entropy equal area",
                     "Velocity correlation"]:  # fmt: skip
            expect(text not in found, f"a panel {text!r} in {found}")
        names = "xyz"[:dimensions]
        expect(len(lines_of(path, "Mean heading")) == len(names), "not a line a component")


def test_a_centre_that_crosses_the_boundary_breaks_its_line(folder):
    synthetic.couzin(folder / "run.nc", frames=61, individuals=10, measures=True)
    for _, y in lines_of(folder / "run.nc", "Centre"):
        jumps = np.abs(np.diff(y))
        expect(np.isnan(y).any() and np.nanmax(jumps) < 10, f"a line across the box: {y}")


def test_hysteresis_is_drawn_in_two_branches(folder):
    path = folder / "run.nc"
    synthetic.couzin(path, frames=21, individuals=10, measures=True, ramp=True)
    lines = lines_of(path, "Order over the orientation radius")
    expect(len(lines) == 4, f"{len(lines)} lines")
    for (x, _), grows in zip(lines, (True, False) * 2):
        change = np.diff(x[np.isfinite(x)])
        expect(((change > 0) == grows).all() and len(change) == 10, f"branch {x}")


def test_tails_in_space_are_behind_the_heads(folder):
    import matplotlib.pyplot as plt

    synthetic.couzin(folder / "run.nc", frames=2, individuals=5)
    with runfile.open_run(str(folder / "run.nc")) as run:
        axis = plt.figure().add_subplot(projection="3d")
        plot_state.draw_solid(axis, run, 0, runfile.box(run), None)
        tails = np.array(axis.collections[1]._segments3d)[:5]  # then come arrow heads of length 0
        head = np.stack([run[name][0].values for name in "xyz"], axis=1)
        heading = np.stack([run[name][0].values for name in ("vx", "vy", "vz")], axis=1)
    plt.close("all")
    ahead = ((tails - head[:, None]) * heading[:, None]).sum(axis=-1)
    # A tail of 0.045 of the box, up to rounding.
    expect(abs(ahead.max()) < 1e-9 and np.allclose(ahead.min(axis=1), -0.9), ahead)


def test_hard_discs_with_and_without_an_ensemble(folder):
    for ensemble in (True, False):
        path = folder / f"gas{ensemble:d}.nc"
        synthetic.hard_discs(path, frames=9, ensemble=ensemble)
        found = titles(path)
        for text in ["Boltzmann entropy per particle", "Entropy made by moves and by collisions",
                     "Collisions", "Fraction left"]:  # fmt: skip
            expect(text in found, f"no panel {text!r} in {found}")
        expect(not any("stderr" in text.lower() for text in found), found)


def test_observables_only(folder):
    synthetic.nlse(folder / "run.nc", frames=21, snapshots=0)
    found = " | ".join(titles(folder / "run.nc"))
    expect("Conserved quantities" in found and "Snapshots" not in found, found)


def test_single_snapshot(folder):
    synthetic.nlse(folder / "one.nc", frames=21, snapshots=1)
    expect(any("t = 0" in text for text in titles(folder / "one.nc")), "no profile")
    synthetic.nlse(folder / "first.nc", frames=1)
    titles(folder / "first.nc")
    synthetic.couzin(folder / "school.nc", frames=1)
    expect("$t = 0$" in titles(folder / "school.nc"), "no snapshot of the particles")


def test_run_under_way_or_failed_with_gaps(folder):
    synthetic.nlse(folder / "run.nc", frames=12, status="running", missing=True)
    titles(folder / "run.nc")
    synthetic.nlse(folder / "failed.nc", frames=12, status="failed")
    with netCDF4.Dataset(folder / "failed.nc", "a") as data:
        data["psi_re"][-1] = np.nan
        data["psi_im"][-2, ::3] = np.inf
        data["energy"][-2:] = np.nan
        data["density_shannon"][:] = np.nan
    titles(folder / "failed.nc")


def test_empty_file_is_said_to_be_empty(folder):
    synthetic.nlse(folder / "run.nc", frames=12, snapshots=0)
    script = [sys.executable, str(tap.SCRIPTS / "plot")]
    with netCDF4.Dataset(folder / "empty.nc", "w") as data:
        data.createDimension("time", None)
        data.createDimension("observation_time", None)
        data.createVariable("phi", "f8", ("time",))
    result = subprocess.run([*script, str(folder / "empty.nc")], capture_output=True, text=True,
                            check=False)  # fmt: skip
    expect(result.returncode == 2, result.returncode)
    expect("neither snapshots nor observables" in result.stderr, result.stderr)


def test_plane_field(folder):
    path = folder / "plane.nc"
    with netCDF4.Dataset(path, "w") as data:
        for name, count in {"time": 6, "y": 16, "x": 32}.items():
            data.createDimension(name, count)
            data.createVariable(name, "f8", (name,))[:] = np.linspace(0, 1, count)
        wave = np.sin(np.arange(6 * 16 * 32)).reshape(6, 16, 32)
        data.createVariable("phi", "f8", ("time", "y", "x"))[:] = wave
    expect(sum(text.startswith("$t =") for text in titles(path)) == 4, "not four snapshots")


def test_unknown_measures_get_a_panel(folder):
    synthetic.klein_gordon(folder / "run.nc", frames=9)
    with netCDF4.Dataset(folder / "run.nc", "a") as data:
        data.createDimension("lag", 3)
        data.createVariable("centre", "f8", ("observation_time",))[:] = np.arange(9)
        variable = data.createVariable("correlation", "f8", ("observation_time", "lag"))
        variable[:] = np.ones((9, 3))
    found = titles(folder / "run.nc")
    expect("Centre" in found and "Correlation" in found, found)


def test_chosen_times(folder):
    synthetic.nlse(folder / "run.nc", frames=13)
    with runfile.open_run(str(folder / "run.nc")) as run:
        expect(plot_state.choose(run, [11.9, 3.2], None) == [3, 12], "not the nearest frames")
        expect(plot_state.choose(run, None, None) == [0, 4, 8, 12], "not evenly spread")
        expect(plot_state.choose(run, None, 5) == [0, 5, 8, 12], "the peak is not shown")


def test_drift_is_relative_or_absolute():
    change, relative = plot_observables.drift(np.array([2.0, 2.2, 1.9]))
    # Exact up to the rounding of 2.2 - 2 and of the division.
    expect(relative and np.allclose(change, [0, 0.1, 0.05], rtol=1e-14, atol=0), change)
    change, relative = plot_observables.drift(np.array([0.0, -1e-3]))
    expect(not relative and np.array_equal(change, [0, 1e-3]), change)


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
