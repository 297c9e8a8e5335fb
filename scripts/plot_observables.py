# SPDX-License-Identifier: GPL-3.0-or-later
"""The lower half of scripts/plot's picture: what stands on `observation_time`, grouped by name.

panels() claims the variables it knows group by group; whatever is left (a user's own measures)
gets a panel of its own, so that nothing in the file goes unseen.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

import plot_school
import runfile

ROUND_OFF = np.finfo(float).eps
FLOOR = 1e-17  # where exact zeros are drawn on a log axis
LINE_STYLES = ["-", "--", ":", "-."]
SYMBOLS = {
    "mass": "mass $M$",
    "energy": "energy $E$",
    "momentum": "momentum $P$",
    "momentum_x": "momentum $P_x$",
    "momentum_y": "momentum $P_y$",
    "topological_charge": "charge $Q$",
}
COUNTS = ["topological_charge", "kink_count", "bounces"]


def panels(run):
    """Functions that draw one panel each into an axis, in order of importance."""
    names = [n for n, v in run.data_vars.items() if v.dims[:1] == ("observation_time",)]
    if run.sizes.get("observation_time", 0) == 0:
        return []
    left = [name for name in names if not name.endswith("_stderr")]
    found = []
    for group in (_boltzmann, *plot_school.FIRST, _drift, _energies, _kinks, _amplitude, _spectrum,
                  _counts, _tail, _entropies, *plot_school.LAST):
        made, taken = group(run, left)
        found += made
        left = [name for name in left if name not in taken]
    # What is missing at all times, such as the speed of an escape that never came, is not drawn.
    return found + [_single(run, name) for name in left if run[name].notnull().any()]


def times(run):
    return run["observation_time"].values


def words(name):
    return name.replace("_", " ")


def curve(axis, run, name, values=None, **style):
    """One observable over time, with its standard error as a band where the file has it."""
    clock = times(run)
    values = run[name].values if values is None else values
    marker = {"marker": "o", "markersize": 3} if len(clock) < 3 else {}
    (line,) = axis.plot(clock, values, **{**marker, **style})
    error = run.get(f"{name}_stderr")
    if error is not None and error.dims == ("observation_time",):
        axis.fill_between(clock, values - error.values, values + error.values,
                          color=line.get_color(), alpha=0.25, linewidth=0)  # fmt: skip
    return line


def time_limits(axis, run):
    clock = times(run)
    if clock[-1] > clock[0]:
        axis.set_xlim(clock[0], clock[-1])


def _room(axis, values):
    """Keeps matplotlib from blowing round-off up to full height."""
    finite = values[np.isfinite(values)]
    if finite.size and np.ptp(finite) < 1e-9 * max(np.abs(finite).max(), 1e-12):
        middle = float(finite.mean())
        span = max(0.05 * abs(middle), 1e-3)
        axis.set_ylim(middle - span, middle + span)


def drift(values, scale=None):
    """|Q(t) - Q(0)| / |Q(0)|, or the absolute difference: as `scale` says ("relative" or
    "absolute"), and without it absolute where Q(0) is 0 or no more than round-off; and whether it
    is relative."""
    start = values[0]
    relative = bool(abs(start) > 1e-12) and scale != "absolute"
    return np.abs(values - start) / (abs(start) if relative else 1.0), relative


def _conserved(run, left):
    """Names of the quantities that the model conserves, as far as the file tells."""
    marked = [name for name in left if "conserved" in run[name].attrs]
    if marked:
        return marked
    if runfile.boundary(run).get("kind") == "absorbing":
        return []
    domain = runfile.configuration(run).get("domain", {})
    names = ["mass", "momentum", "energy", "topological_charge"]
    for axis in "xy":
        if domain.get(f"boundary_{axis}") == "periodic":
            names.append(f"momentum_{axis}")
    return [name for name in names if name in left and run[name].ndim == 1]


def _drift(run, left):
    names = _conserved(run, left)
    if not names:
        return [], []

    def draw(axis):
        for name, colour in zip(names, runfile.COLOURS):
            change, relative = drift(run[name].values, run[name].attrs.get("conserved"))
            text = SYMBOLS.get(name, words(name)) + ("" if relative else ", absolute")
            marker = {"marker": "o", "markersize": 3} if len(change) < 3 else {}
            axis.semilogy(times(run), np.maximum(change, FLOOR), color=colour, label=text,
                          linewidth=1.0, **marker)  # fmt: skip
        axis.axhline(ROUND_OFF, color="0.5", linewidth=0.8, linestyle="--", label="round-off")
        low, high = 0.3 * FLOOR, max(axis.get_ylim()[1], 1e-11)
        axis.set_ylim(low, high * (high / low) ** 0.35)
        time_limits(axis, run)
        axis.set_title("Conserved quantities: drift since $t = 0$")
        axis.set_ylabel(r"$|Q - Q_0|\,/\,|Q_0|$")
        axis.legend(loc="upper left", ncol=2, columnspacing=1.0, handlelength=1.4)

    # Energy and charge are also shown as themselves where their parts are.
    return [draw], [n for n in names if not (n == "energy" and "kinetic_energy" in left)]


def _energies(run, left):
    names = [n for n in left if n.endswith("_energy") and run[n].ndim == 1]
    if not names:
        return [], []
    names += ["energy"] * ("energy" in left)

    def draw(axis):
        for name in names:
            total = name == "energy"
            style = {"color": "black", "linewidth": 1.8} if total else {}
            curve(axis, run, name, label="total" if total else name[: -len("_energy")], **style)
        time_limits(axis, run)
        axis.set_title("Energy")
        legend_above(axis)

    return [draw], names


def legend_above(axis, columns=2):
    """A legend in room made for it above the curves."""
    low, high = axis.get_ylim()
    rows = -(-len(axis.get_legend_handles_labels()[0]) // columns)
    axis.set_ylim(low, high + (0.06 + 0.11 * rows) * (high - low))
    axis.legend(loc="upper left", ncol=columns, columnspacing=1.0, handlelength=1.6,
                borderaxespad=0.2)  # fmt: skip


def _kinks(run, left):
    """Where kinks (blue) and antikinks are. A line breaks where their number changes or a place
    jumps, because it then goes on as another kink's."""
    if "kink_position" not in left or run["kink_position"].ndim != 2:
        return [], []
    positions = run["kink_position"].values
    if not np.isfinite(positions).any():
        return [], ["kink_position", "kink_charge"]
    charges = np.ones_like(positions)
    if "kink_charge" in left:
        charges = run["kink_charge"].values

    length = np.ptp(run["x"].values) if "x" in run else np.inf
    jumps = np.nan_to_num(np.abs(np.diff(positions, axis=0))).max(axis=1) > 0.1 * length
    changed = (np.diff(np.isfinite(positions).sum(axis=1)) != 0) | jumps

    def draw(axis):
        clock = times(run)
        for charge, colour, label in ((1, runfile.BLUE, "kinks"), (-1, runfile.ORANGE, "antikinks")):
            for path, own in zip(positions.T, (charges * charge > 0).T):
                if not np.isfinite(path[own]).any():
                    continue
                gaps = np.flatnonzero(changed) + 1
                line = np.insert(np.where(own, path, np.nan), gaps, np.nan)
                axis.plot(np.insert(clock, gaps, clock[gaps]), line, color=colour, label=label,
                          **({"marker": "o", "markersize": 3} if len(clock) < 3 else {}))  # fmt: skip
                label = None
        low, high = np.nanmin(positions), np.nanmax(positions)
        least = 0.05 * length if np.isfinite(length) else 1.0
        if high - low < least:  # rounding or a slight drift is no motion
            axis.set_ylim(0.5 * (low + high) - least, 0.5 * (low + high) + least)
        time_limits(axis, run)
        axis.set_title("Positions of the kinks")
        axis.set_ylabel("$x$")
        legend_above(axis)

    return [draw], ["kink_position", "kink_charge"]


def _counts(run, left):
    """Whole numbers in one panel; none where all are 0 throughout."""
    names = [name for name in COUNTS if name in left and run[name].ndim == 1]
    if not any((np.nan_to_num(run[name].values) != 0).any() for name in names):
        return [], names

    def draw(axis):
        for position, name in enumerate(names):  # often equal: all of them are to be seen
            curve(axis, run, name, label=words(name), linewidth=(3.0, 1.8, 1.0)[position],
                  linestyle=("-", "-", "--")[position])  # fmt: skip
        time_limits(axis, run)
        low = min(0.0, *(np.nanmin(run[name].values) for name in names))
        high = max(1.0, *(np.nanmax(run[name].values) for name in names))
        axis.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))
        axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axis.set_title("Kinks counted" if "kink_count" in names else "Charge")
        legend_above(axis)

    return [draw], names


def _amplitude(run, left):
    if "max_amplitude" not in left:
        return [], []

    def draw(axis):
        curve(axis, run, "max_amplitude", color=runfile.BLUE)
        time_limits(axis, run)
        _room(axis, run["max_amplitude"].values)
        axis.set_title(r"Largest amplitude")
        axis.set_ylabel(r"max $|\psi|$" if runfile.is_complex(run) else r"max amplitude")

    return [draw], ["max_amplitude"]


def spectrum(run, index):
    """Wavenumbers, ascending, and the power of a snapshot's modes over their sum: of that part of
    the field that closes at the ends, as the run's boundary has it."""
    values, x = runfile.frame(run, index), run["x"].values
    step = x[1] - x[0]
    length, boundary = step * len(x), runfile.boundary(run)
    shift = 0.0
    if boundary.get("kind") == "shifted":  # a straight line and a periodic rest
        values = values - 2 * np.pi * boundary.get("turns", 0) * x / length
    elif boundary.get("kind") == "antiperiodic":  # modes of half-integer number
        shift = 0.5
        values = values * np.exp(-1j * np.pi * x / length)
    k = 2 * np.pi * np.fft.fftshift(np.fft.fftfreq(len(x), step) + shift / length)
    power = np.abs(np.fft.fftshift(np.fft.fft(values))) ** 2
    return k, power / max(power.sum(), 1e-300)


def _spectrum(run, left):
    """Power over wavenumber, first and last snapshot: shows whether the grid resolves the run."""
    name = runfile.field_name(run)
    if name is None or runfile.frame_count(run) == 0 or run[name].dims != ("time", "x"):
        return [], []

    def draw(axis):
        count, half = runfile.frame_count(run), runfile.is_complex(run)
        for index, colour in zip(sorted({0, count - 1}), (runfile.SKY, runfile.BLUE)):
            k, power = spectrum(run, index)
            shown = slice(None) if half else k >= 0  # a real field's is even in k
            label = f"$t = {run['time'].values[index]:.4g}$"
            axis.semilogy(k[shown], np.maximum(power, 1e-36)[shown], color=colour, label=label,
                          linewidth=1.0)  # fmt: skip
        axis.set(title="Power spectrum, normalised", xlabel="$k$")
        axis.set_ylabel(r"$|\hat\psi_k|^2$" if half else r"$|\hat\varphi_k|^2$")
        low, high = axis.get_ylim()
        axis.set_ylim(low, high * (high / low) ** 0.15)
        axis.legend(loc="upper right", ncol=2, columnspacing=1.0, borderaxespad=0.2)

    return [draw], []


def _tail(run, left):
    """How much the outermost modes hold: a panel only where that is more than rounding."""
    if "spectral_tail" not in left:
        return [], []
    values = run["spectral_tail"].values
    if not (values > 1e-9).any():
        return [], ["spectral_tail"]

    def draw(axis):
        axis.semilogy(times(run), np.maximum(values, FLOOR), color=runfile.BLUE)
        time_limits(axis, run)
        axis.set_title("Share of the outermost modes")

    return [draw], ["spectral_tail"]


def _boltzmann(run, left):
    names = [n for n in left if n.startswith("boltzmann_entropy")]
    if "boltzmann_entropy" not in names:
        return [], []
    entropy = run["boltzmann_entropy"]
    cells = _columns(run, "boltzmann_entropy")

    def draw(axis):
        error = run.get("boltzmann_entropy_stderr")
        for position, (label, values) in enumerate(cells):
            (line,) = axis.plot(times(run), values - values[0], label=label)
            if error is not None and error.dims == entropy.dims:
                band = _columns(run, "boltzmann_entropy_stderr")[position][1]
                axis.fill_between(times(run), values - values[0] - band, values - values[0] + band,
                                  color=line.get_color(), alpha=0.2, linewidth=0)  # fmt: skip
        _guide(axis, run, np.log(2), r"$\ln 2$", [v - v[0] for _, v in cells])
        time_limits(axis, run)
        axis.set_title("Boltzmann entropy per particle")
        axis.set_ylabel("$S - S(0)$")
        axis.legend(loc="lower right")

    def draw_split(axis):
        label, total = cells[0]
        dispersal = _columns(run, "boltzmann_entropy_dispersal")[0][1]
        collision = _columns(run, "boltzmann_entropy_collision")[0][1]
        axis.plot(times(run), total - total[0], color="black", linewidth=1.8, label="total")
        axis.plot(times(run), dispersal, label="dispersal")
        axis.plot(times(run), collision, label="collisions")
        time_limits(axis, run)
        axis.set_title("Entropy made by moves and by collisions")
        axis.set_ylabel(f"$S - S(0)$, {label}")
        axis.legend(loc="center right")

    parts = {"boltzmann_entropy_dispersal", "boltzmann_entropy_collision"}
    known = ["boltzmann_entropy", *(parts if parts <= set(names) else ())]
    return [draw] + ([draw_split] if len(known) > 1 else []), known


def _guide(axis, run, level, text, curves):
    """A level line, where the curves come near it."""
    top = max((np.nanmax(c) for c in curves if np.isfinite(c).any()), default=0.0)
    if 0.5 * level < top < 2 * level:
        axis.axhline(level, color="0.5", linewidth=0.8, linestyle="--")
        axis.annotate(text, (0.005, level), xycoords=("axes fraction", "data"), xytext=(2, 2),
                      textcoords="offset points", fontsize=8, color="0.4")  # fmt: skip


def _columns(run, name):
    """(label, series) of each entry of an observable's own dimension."""
    variable = run[name]
    if variable.ndim == 1:
        return [("", variable.values)]
    dimension = variable.dims[1]
    values = run[dimension].values if dimension in run else np.arange(variable.shape[1])
    symbol = {
        "velocity_cell": r"\Delta v",
        "renyi_order": r"\alpha",
        "tsallis_order": "q",
    }.get(dimension)
    sign = f"${symbol} = {{}}$" if symbol else f"{words(dimension)} {{}}"
    return [(sign.format(_number(v)), variable.values[:, i]) for i, v in enumerate(values)]


def _number(value):
    return r"\infty" if np.isinf(value) else f"{value:g}"


def _entropies(run, left):
    """One panel for each kind of entropy: colour tells the distribution, line style the order."""
    made, taken = [], []
    distributions = []
    kinds = ("shannon", "renyi", "tsallis")
    for name in left:
        what, _, kind = name.rpartition("_")
        if kind in kinds and what not in distributions:
            distributions.append(what)
    for kind in kinds:
        names = {what: f"{what}_{kind}" for what in distributions if f"{what}_{kind}" in left}
        if names:
            made.append(_entropy_panel(run, kind, names, distributions))
            taken += names.values()
    return made, taken


def _entropy_panel(run, kind, names, distributions):
    def draw(axis):
        drawn, styles = [], {}
        for what, name in names.items():
            colour = runfile.COLOURS[distributions.index(what) % len(runfile.COLOURS)]
            for position, (label, values) in enumerate(_columns(run, name)):
                style = LINE_STYLES[position % len(LINE_STYLES)]
                drawn.append(values)
                styles[label] = style
                axis.plot(times(run), values, color=colour, linestyle=style, linewidth=1.1,
                          label=words(what) if position == 0 else None)  # fmt: skip
        time_limits(axis, run)
        title = {"shannon": "Shannon", "renyi": "Rényi", "tsallis": "Tsallis"}[kind]
        axis.set_title(f"{title} entropy")
        axis.set_ylabel("$S$ [nats]" if kind != "tsallis" else "$S_q$")
        everything = np.concatenate(drawn)
        positive = everything[np.isfinite(everything) & (everything > 0)]
        lowest = everything[np.isfinite(everything)].min(initial=1.0)
        if kind == "tsallis" and lowest > 0 and positive.size and np.ptp(np.log(positive)) > 2.5:
            axis.set_yscale("log")
        else:
            _room(axis, everything)
        _entropy_legends(axis, styles, kind)

    return draw


def _entropy_legends(axis, styles, kind):
    """The distributions under the Shannon panel's title, the orders under the others'."""
    from matplotlib.lines import Line2D

    low, high = axis.get_ylim()
    # More than three names do not fit on one row.
    rows = 2 if kind == "shannon" and len(axis.get_legend_handles_labels()[0]) > 3 else 1
    if axis.get_yscale() == "log":
        axis.set_ylim(low, high * (high / low) ** 0.2)
    else:
        axis.set_ylim(low, high + (0.06 + 0.11 * rows) * (high - low))
    options = {"loc": "upper left", "columnspacing": 1.0, "borderaxespad": 0.2}
    if kind == "shannon":
        axis.legend(handlelength=1.4, ncol=3 if rows == 1 else 2, **options)
    else:
        handles = [Line2D([], [], color="0.3", linestyle=style) for style in styles.values()]
        axis.legend(handles, list(styles), handlelength=2.0, ncol=4, **options)


def _profile(run, name):
    """A function of its own coordinate, such as g(r): at the start, at the end, and the mean of the
    second half, which a single observation scatters about."""
    variable = run[name]
    dimension = variable.dims[1]

    def draw(axis):
        place = run[dimension].values
        values = variable.values
        clock = times(run)
        for index, colour in ((0, runfile.SKY), (-1, runfile.ORANGE)):
            axis.plot(place, values[index], color=colour, linewidth=0.8,
                      label=f"$t = {clock[index]:.4g}$")  # fmt: skip
        if len(clock) > 3:
            axis.plot(place, np.nanmean(values[len(values) // 2 :], axis=0), color="black",
                      linewidth=1.2, label="mean of the second half")  # fmt: skip
        axis.set_xlim(place.min(), place.max())
        axis.set_title(words(name).capitalize())
        axis.set_xlabel(words(dimension))
        legend_above(axis)

    return draw


def _single(run, name):
    variable = run[name]
    if variable.ndim == 2 and variable.shape[1] > 8 and variable.dims[1] in run:
        return _profile(run, name)

    def draw(axis):
        if variable.ndim > 2:
            values = variable.values.reshape(variable.shape[0], -1)
            axis.plot(times(run), values, linewidth=0.7)
        else:
            for label, values in _columns(run, name):
                if np.isfinite(values).any():
                    curve(axis, run, name, values, label=label or None)
            if variable.ndim == 2 and variable.shape[1] <= 8:
                axis.legend()
        _room(axis, variable.values)
        time_limits(axis, run)
        axis.set_title(words(name).capitalize())
        units = variable.attrs.get("units", "1")
        if units not in ("1", ""):
            axis.set_ylabel(f"[{units}]")

    return draw
