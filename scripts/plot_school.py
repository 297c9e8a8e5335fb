# SPDX-License-Identifier: GPL-3.0-or-later
"""A school's panels of scripts/plot's picture, as plot_observables has them: functions that take
the run and the names left over, and return the panels made and the names they show."""

import numpy as np

import plot_observables as over_time
import runfile

ORDER_PARAMETERS = ["polarization", "rotation", "order_index", "accuracy"]
# Entropies of a school, with labels that fit; an index that is their weighted mean.
ENTROPIES_OF_PLACES = {
    "cohesion_entropy": "nearest distance",
    "nearest_neighbor_entropy": "variation of 5",
    "depth_entropy": "depth",
    "shape_entropy": "shape",
}
ENTROPIES_OF_HEADINGS = {
    "polarization_entropy": "headings",
    "polarization_entropy_equal_area": "on equal areas",
    "angular_momentum_entropy": "angular mom.",
    "velocity_correlation_entropy": "pairs",
}
INDEX = "schooling_index"
RADII = ["repulsion_radius", "orientation_radius", "attraction_radius"]
GROUPS = ["group_count", "largest_group", "group_size"]


def _known(run, left, names):
    """Those of the names that are there over time alone, and not missing throughout."""
    return [n for n in names if n in left and run[n].ndim == 1 and run[n].notnull().any()]


def _order(run, left):
    names = _known(run, left, ORDER_PARAMETERS)
    if not names:
        return [], []

    def draw(axis):
        for name in names:  # the index is one of the others: both are to be seen
            style = {"color": "black", "linestyle": ":"} if name == "order_index" else {}
            over_time.curve(axis, run, name, label=over_time.words(name), **style)
        _unit_interval(axis, run, "Order parameters")

    return [draw], names


def _unit_interval(axis, run, title):
    axis.set_ylim(0, 1)
    over_time.time_limits(axis, run)
    axis.set_title(title)
    over_time.legend_above(axis)
    axis.set_yticks([0, 0.25, 0.5, 0.75, 1])


def _hysteresis(run, left):
    """Order over a ramped radius; solid as it grows, dashed as it shrinks."""
    ramped = [n for n in _known(run, left, RADII) if np.ptp(run[n].values) > 0]
    orders = _known(run, left, ORDER_PARAMETERS[:2]) or _known(run, run, ORDER_PARAMETERS[:2])
    if not ramped or not orders:
        return [], []
    radius = run[ramped[0]].values  # of several that go together, the innermost

    def draw(axis):
        change = np.diff(radius, append=radius[-1])
        for name, colour in zip(orders, runfile.COLOURS):
            for sign, style in ((1, "-"), (-1, "--")):
                own = (change * sign > 0) | (np.append(0.0, change[:-1]) * sign > 0)
                if own.any():
                    label = over_time.words(name) + (", growing" if sign > 0 else ", shrinking")
                    axis.plot(np.where(own, radius, np.nan), run[name].values, style, color=colour,
                              label=label, linewidth=1.0)  # fmt: skip
        _unit_interval(axis, run, f"Order over the {over_time.words(ramped[0])}")
        axis.set(xlabel=over_time.words(ramped[0]), xlim=(radius.min(), radius.max()))

    return [draw], []


def _normalised(run, left):
    """The entropies of places and of headings, a panel each, and the index in both."""
    made, taken = [], []
    for title, labels in {"places": ENTROPIES_OF_PLACES, "headings": ENTROPIES_OF_HEADINGS}.items():
        names = _known(run, left, labels)
        if names:
            made.append(_normalised_panel(run, f"Entropies of {title}, over their maxima", names,
                                          labels))  # fmt: skip
            taken += names
    return made, taken + [INDEX] * bool(made)


def _normalised_panel(run, title, names, labels):
    def draw(axis):
        for name in names:
            equal_area = name.endswith("_equal_area")
            style = {"color": runfile.BLUE, "linestyle": "--"} if equal_area else {}
            over_time.curve(axis, run, name, label=labels[name], linewidth=1.1, **style)
        if INDEX in run:
            over_time.curve(axis, run, INDEX, color="black", linewidth=1.8, label="schooling index")
        _unit_interval(axis, run, title)

    return draw


def _vectors(run, left):
    """Mean heading and centre, each with its components in one panel."""
    made, taken = [], []
    for stem, title in {"direction": "Mean heading", "centre": "Centre"}.items():
        names = _known(run, left, [f"{stem}_{axis}" for axis in "xyz"])
        if names:
            made.append(_vector_panel(run, names, title))
            taken += names
    return made, taken


def _vector_panel(run, names, title):
    domain = runfile.configuration(run).get("domain", {})
    wrapped = domain.get("boundary", "periodic") == "periodic" and title == "Centre"
    length = float(domain.get("length", np.inf)) if wrapped else np.inf

    def draw(axis):
        times = over_time.times(run)
        for name in names:  # a line breaks where the centre crosses a face
            gaps = np.flatnonzero(np.abs(np.diff(run[name].values)) > 0.5 * length) + 1
            axis.plot(np.insert(times, gaps, times[gaps]),
                      np.insert(run[name].values, gaps, np.nan), label=f"${name[-1]}$",
                      marker="o" if len(times) < 3 else None, markersize=3)  # fmt: skip
        if title == "Mean heading":
            axis.set_ylim(-1.05, 1.05)
        elif np.isfinite(length):
            axis.set_ylim(0, length)
        over_time.time_limits(axis, run)
        axis.set_title(title)
        over_time.legend_above(axis, columns=3)

    return draw


def _lengths(run, left):
    names = _known(run, left, ["spread", "correlation_length"])
    return ([_several(run, names, "Lengths")], names) if len(names) > 1 else ([], [])


def _radii(run, left):
    names = _known(run, left, RADII)
    return ([_several(run, names, "Ramped radii")], names) if len(names) > 1 else ([], [])


def _groups(run, left):
    names = _known(run, left, GROUPS)
    return ([_several(run, names, "Groups", log=True)], names) if len(names) > 1 else ([], [])


def _several(run, names, title, log=False):
    """Quantities of one kind from 0 on, or on a log axis where they are far apart."""

    def draw(axis):
        values = np.concatenate([run[name].values for name in names])
        for name, style in zip(names, over_time.LINE_STYLES if log else ["-"] * len(names)):
            over_time.curve(axis, run, name, label=over_time.words(name), linestyle=style)
        low, high = np.nanmin(values), np.nanmax(values)
        if log and low > 0 and high > 20 * low:
            axis.set_yscale("log")
            axis.set_ylim(0.8 * low, 2 * high * (high / low) ** 0.2)
            axis.legend(loc="upper left", ncol=2, columnspacing=1.0, borderaxespad=0.2)
        else:
            axis.set_ylim(min(0.0, low), 1.05 * high or 1.0)
            over_time.legend_above(axis)
        over_time.time_limits(axis, run)
        axis.set_title(title)

    return draw


def _neighbours(run, left):
    """Distance to the nearest neighbour: mean, its deviation as a band, and the extremes."""
    stem = "nearest_neighbor_distance_"
    names = _known(run, left, [stem + what for what in ("mean", "std", "min", "max")])
    if stem + "mean" not in names:
        return [], []

    def draw(axis):
        mean = run[stem + "mean"].values
        axis.plot(over_time.times(run), mean, color=runfile.BLUE, label="mean")
        if stem + "std" in names:
            deviation = run[stem + "std"].values
            axis.fill_between(over_time.times(run), mean - deviation, mean + deviation, linewidth=0,
                              color=runfile.BLUE, alpha=0.2, label="± deviation")  # fmt: skip
        for what in ("min", "max"):
            if stem + what in names:
                over_time.curve(axis, run, stem + what, color="0.4", linewidth=1.0,
                                linestyle=":" if what == "min" else "--",
                                label=f"{what}imum")  # fmt: skip
        axis.set_ylim(bottom=0)
        over_time.time_limits(axis, run)
        axis.set_title("Distance to the nearest neighbour")
        over_time.legend_above(axis)

    return [draw], names


def _correlation_map(run, left):
    """Correlation over (time, distance), and the correlation length as a line on it."""
    name = "velocity_correlation"
    if name not in left or run[name].ndim != 2 or min(run[name].shape) < 2:
        return [], []
    dimension = run[name].dims[1]
    if dimension not in run or not run[name].notnull().any():
        return [], []

    def draw(axis):
        distance, clock = run[dimension].values, over_time.times(run)
        top = np.nanmax(np.abs(run[name].values)) or 1.0
        image = axis.pcolormesh(clock, distance, run[name].values.T, cmap="RdBu_r", vmin=-top,
                                vmax=top, shading="nearest", rasterized=True)  # fmt: skip
        axis.figure.colorbar(image, ax=axis, pad=0.02, aspect=25)
        if "correlation_length" in run:
            over_time.curve(axis, run, "correlation_length", color="black", linewidth=1.0,
                            label="correlation length")  # fmt: skip
            axis.legend(loc="upper right", borderaxespad=0.2, frameon=True, framealpha=0.8)
        axis.set(ylabel="distance", title="Correlation of velocities")
        axis.set_ylim(0, distance[-1])
        over_time.time_limits(axis, run)

    return [draw], [name]


FIRST = [_order, _hysteresis, _normalised]
LAST = [_vectors, _lengths, _neighbours, _groups, _radii, _correlation_map]
