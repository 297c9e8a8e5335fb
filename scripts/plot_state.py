# SPDX-License-Identifier: GPL-3.0-or-later
"""The upper half of scripts/plot's picture: fields as a space-time map with snapshots beside it,
particles as four snapshots."""

import numpy as np
from matplotlib.collections import EllipseCollection
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.ticker import MaxNLocator

import runfile

SNAPSHOTS = 4
# More than a picture can show; keeps a long run's map quick to draw.
MAP_FRAMES, MAP_POINTS = 900, 1600
ARROWS = 400
SRGB_FROM_XYZ = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415],
                          [0.0557, -0.2040, 1.0570]])  # fmt: skip


def height(run, width):
    """Height that suits a figure of that width, in inches."""
    if runfile.frame_count(run) < 2 and not runfile.is_particles(run):
        return 3.0
    if not runfile.is_particles(run):
        return 4.2 if len(run[runfile.field_name(run)].dims) == 2 else 3.2
    limits = runfile.windows(run)(0)
    if len(limits) == 3:
        return 3.4
    columns = 2 if _is_wide(limits) else SNAPSHOTS
    return SNAPSHOTS / columns * (0.87 * width / columns / _ratio(limits) + 0.45) + 0.3


def draw(block, run, times):
    if runfile.is_particles(run):
        _draw_particles(block, run, choose(run, times, None))
    elif len(run[runfile.field_name(run)].dims) == 3:
        _draw_planes(block, run, choose(run, times, None))
    else:
        _draw_line_field(block, run, times)


def choose(run, times, peak):
    """Indices of the snapshots shown: those nearest to `times`, or four over the run, one of
    which moves to the frame `peak` (if not None)."""
    clock = run["time"].values
    if times:
        return sorted({int(np.abs(clock - t).argmin()) for t in times})
    span = clock[0] + (clock[-1] - clock[0]) * np.linspace(0, 1, SNAPSHOTS)
    chosen = [int(np.abs(clock - t).argmin()) for t in span]
    if peak is not None and SNAPSHOTS - 1 > 1:
        inner = min(range(1, SNAPSHOTS - 1), key=lambda i: abs(chosen[i] - peak))
        chosen[inner] = peak
    return sorted(set(chosen))


def _edges(centres):
    middle = 0.5 * (centres[1:] + centres[:-1])
    return np.concatenate([[1.5 * centres[0] - 0.5 * centres[1]], middle,
                           [1.5 * centres[-1] - 0.5 * centres[-2]]])  # fmt: skip


def symbol(run):
    return r"$|\psi|$" if runfile.is_complex(run) else _plain_symbol(run)


def _plain_symbol(run):
    name = runfile.field_name(run)
    return {"phi": r"$\varphi$", "psi_re": r"Re $\psi$"}.get(name, name)


def shown(values):
    return np.abs(values) if np.iscomplexobj(values) else values


def has_two_signs(values):
    """Negative values that can be seen, not the undershoot of a field that ends at 0."""
    return bool(np.nanmin(values) < -0.02 * np.nanmax(np.abs(values)))


def colour_scale(values):
    """Map and norm: perceptually uniform for one sign, diverging and symmetric for two."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    if low < 0 < high and min(-low, high) > 0.05 * max(-low, high):
        limit = max(-low, high)
        return "RdBu_r", Normalize(-limit, limit)
    if low >= 0:
        low = min(low, 0.0) if low < 0.5 * high else low
    if high - low < 1e-9 * max(abs(high), 1e-300):  # a constant: room round it
        low, high = low - 0.5 * abs(high) - 0.5, high + 0.5 * abs(high) + 0.5
    return "viridis" if low < -1e-6 * high else "inferno", Normalize(low, high)


def _field_map(run):
    """Times and the field over (time, x), thinned to what can be seen."""
    count, points = runfile.frame_count(run), run.sizes["x"]
    every, stride = max(1, -(-count // MAP_FRAMES)), max(1, -(-points // MAP_POINTS))
    picked = np.unique(np.append(np.arange(0, count, every), count - 1))
    values = np.stack([shown(runfile.frame(run, i))[::stride] for i in picked])
    return picked, run["x"].values[::stride], values


def _peak(picked, values):
    """The frame of the highest amplitude, where it stands out from the regular snapshots."""
    height = np.nanmax(np.abs(np.where(np.isfinite(values), values, 0.0)), axis=1)
    regular = height[np.linspace(0, len(height) - 1, SNAPSHOTS).astype(int)]
    best = int(height.argmax())
    return int(picked[best]) if height[best] > 1.05 * regular.max() else None


def _draw_line_field(block, run, times):
    picked, x, values = _field_map(run)
    clock = run["time"].values
    if len(picked) < 2:
        axis = block.subplots(1, 1)
        _draw_profile(axis, run, 0, runfile.BLUE)
        axis.set(title=f"$t = {clock[0]:.4g}$", xlabel="$x$", xlim=(x[0], x[-1]))
        axis.legend(loc="upper right", ncol=2)
        return
    chosen = choose(run, times, _peak(picked, values))
    left, right = block.subfigures(1, 2, width_ratios=[1, 1])
    axis = left.subplots(1, 1)
    colours, norm = colour_scale(values)
    image = axis.pcolorfast(_edges(x), _edges(clock[picked]), values, cmap=colours, norm=norm)
    axis.spines[:].set_visible(True)
    axis.set(xlabel="$x$", ylabel="$t$", title=f"{symbol(run)} in space and time")
    axis.set_ylim(clock[0], clock[-1])
    left.colorbar(image, ax=axis, pad=0.02, aspect=30)
    for index in chosen:  # where the snapshots stand
        axis.plot([-0.012, 0], [clock[index]] * 2, transform=axis.get_yaxis_transform(),
                  color=runfile.RED, linewidth=2.5, clip_on=False)  # fmt: skip
    _draw_profiles(right, run, chosen, values)


def _draw_profiles(block, run, chosen, values):
    axes = block.subplots(len(chosen), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axis, index in zip(axes, chosen):
        _draw_profile(axis, run, index, runfile.BLUE)
        axis.text(0.012, 0.94, f"$t = {run['time'].values[index]:.4g}$",
                  transform=axis.transAxes, va="top", fontsize=8.5, color=runfile.RED)  # fmt: skip
    top = float(np.nanmax(np.abs(values[np.isfinite(values)]), initial=0.0)) or 1.0
    both = runfile.is_complex(run) or has_two_signs(values)
    axes[0].set_ylim(-1.12 * top if both else -0.05 * top, 1.3 * top)
    axes[0].set_xlim(run["x"].values[0], run["x"].values[-1])
    axes[0].set_title("Snapshots" if runfile.is_complex(run) else f"Snapshots of {symbol(run)}")
    axes[-1].set_xlabel("$x$")
    if runfile.is_complex(run):
        axes[0].legend(loc="upper right", ncol=2, borderaxespad=0.1)


def _draw_profile(axis, run, index, colour):
    values, x = runfile.frame(run, index), run["x"].values
    if np.iscomplexobj(values):
        axis.plot(x, values.real, color=runfile.ORANGE, linewidth=0.8, label=r"Re $\psi$")
        axis.plot(x, np.abs(values), color=colour, label=r"$|\psi|$")
    else:
        axis.plot(x, values, color=colour, label=_plain_symbol(run))
    axis.axhline(0, color="0.8", linewidth=0.6, zorder=0)


def _draw_planes(block, run, chosen):
    """Fields on (time, y, x): four snapshots with one colour scale."""
    frames = [shown(runfile.frame(run, index)) for index in chosen]
    colours, norm = colour_scale(np.stack(frames))
    axes = block.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for axis, index, values in zip(axes, chosen, frames):
        image = axis.pcolorfast(
            _edges(run["x"].values), _edges(run["y"].values), values, cmap=colours, norm=norm
        )
        axis.set(aspect="equal", xlabel="$x$", title=f"$t = {run['time'].values[index]:.4g}$")
    axes[0].set_ylabel("$y$")
    block.colorbar(image, ax=axes, label=symbol(run), shrink=0.8)


def headings(run, index):
    """Velocities of one snapshot, (3, particle); zeros where there are none."""
    shape = run.sizes["particle"]
    rows = [run[n][index].values if n in run else np.zeros(shape) for n in ("vx", "vy", "vz")]
    return np.stack(rows)


def particle_colours(run, index, top_speed=None):
    """What colour tells: speed where speeds differ, else the direction in the plane.
    Returns values, colour map, norm, label and the largest speed (to keep a common scale)."""
    velocity = headings(run, index)
    speed = np.sqrt((velocity**2).sum(axis=0))
    if top_speed is None:
        finite = speed[np.isfinite(speed)]
        varied = finite.size and finite.std() > 1e-6 * max(finite.mean(), 1e-300)
        top_speed = float(np.quantile(finite, 0.99)) if varied else 0.0
    if top_speed > 0:
        return speed, "viridis", Normalize(0, top_speed), "speed", top_speed
    direction = np.degrees(np.arctan2(velocity[1], velocity[0]))
    return direction, _compass(), Normalize(-180, 180), "direction in the plane [°]", 0.0


def _compass():
    """A cyclic map of one lightness: a circle in the CIELAB plane L = 58, chroma 42."""
    hue = np.linspace(0, 2 * np.pi, 256)
    l_star, a_star, b_star = 58.0, 42 * np.cos(hue), 42 * np.sin(hue)
    y = (l_star + 16) / 116
    lab = np.stack([y + a_star / 500, y + 0 * hue, y - b_star / 200])
    xyz = np.where(lab > 6 / 29, lab**3, 3 * (6 / 29) ** 2 * (lab - 4 / 29))
    xyz *= np.array([[0.9505], [1.0], [1.0891]])  # D65
    linear = np.clip(SRGB_FROM_XYZ @ xyz, 0, 1)
    rgb = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return ListedColormap(rgb.T, "compass")


def _draw_particles(block, run, chosen):
    window = runfile.windows(run)
    solid = len(window(0)) == 3
    options = {"projection": "3d"} if solid else {}
    shape = (2, 2) if len(chosen) == SNAPSHOTS and _is_wide(window(0)) else (1, len(chosen))
    alone = solid or runfile.is_open(run)
    shared = {} if alone else {"sharex": True, "sharey": True}
    axes = np.ravel(block.subplots(*shape, squeeze=False, subplot_kw=options, **shared))
    top_speed = None
    for axis, index in zip(axes, chosen):
        draw_one = draw_solid if solid else draw_flat
        image, label, top_speed = draw_one(axis, run, index, window(index), top_speed)
        axis.set_title(f"$t = {run['time'].values[index]:.4g}$")
        if not alone:
            axis.label_outer()
    bar = block.colorbar(image, ax=list(axes), label=label, shrink=0.75, pad=0.02, aspect=25)
    tick_directions(bar, label)


def tick_directions(bar, label):
    if label.startswith("direction"):
        bar.set_ticks([-180, -90, 0, 90, 180])


def _ratio(limits):
    (left, right), (low, high) = limits[:2]
    return (right - left) / (high - low)


def _is_wide(limits):
    return len(limits) == 2 and _ratio(limits) > 1.6


def draw_flat(axis, run, index, limits, top_speed):
    """Discs to scale, or arrows; returns what a colour bar needs."""
    x, y = run["x"][index].values, run["y"][index].values
    values, colours, norm, label, top_speed = particle_colours(run, index, top_speed)
    size = runfile.diameter(run)
    span = limits[0][1] - limits[0][0]
    if size is not None:
        size = np.full(len(x), max(size, 0.004 * span))  # smaller would not be seen
        image = EllipseCollection(size, size, 0 * size, units="xy", offsets=np.column_stack([x, y]),
                                  offset_transform=axis.transData, array=values, cmap=colours,
                                  norm=norm, linewidth=0)  # fmt: skip
        axis.add_collection(image)
    else:
        velocity = headings(run, index)
        length = np.maximum(np.sqrt((velocity**2).sum(axis=0)), 1e-300)
        image = axis.quiver(x, y, velocity[0] / length, velocity[1] / length, values, cmap=colours,
                            norm=norm, pivot="mid", scale=28, width=0.007, headwidth=4)  # fmt: skip
    axis.set(xlim=limits[0], ylim=limits[1], aspect="equal", xlabel="$x$", ylabel="$y$")
    axis.spines[:].set_visible(True)
    return image, label, top_speed


def draw_solid(axis, run, index, limits, top_speed):
    """Heads with short tails behind them, in a box."""
    position = np.stack([run[name][index].values for name in "xyz"])
    values, colours, norm, label, top_speed = particle_colours(run, index, top_speed)
    image = axis.scatter(*position, c=values, cmap=colours, norm=norm, s=9, depthshade=False,
                         linewidth=0)  # fmt: skip
    velocity = headings(run, index)
    length = np.maximum(np.sqrt((velocity**2).sum(axis=0)), 1e-300)
    tail = 0.045 * (limits[0][1] - limits[0][0])
    some = slice(None, None, max(1, -(-position.shape[1] // ARROWS)))
    arrows = axis.quiver(*position[:, some], *(velocity / length)[:, some], length=tail,
                         linewidth=0.9, arrow_length_ratio=0, pivot="tip")  # fmt: skip
    arrows.set_color(ScalarMappable(norm, colours).to_rgba(values[some]))
    axis.set(xlim=limits[0], ylim=limits[1], zlim=limits[2])
    axis.set_xlabel("$x$", labelpad=-6)
    axis.set_ylabel("$y$", labelpad=-6)
    axis.set_zlabel("$z$", labelpad=-6)
    axis.patch.set_visible(False)  # it would hide the label of the axis to its left
    axis.tick_params(labelsize=6.5, pad=-3)
    for ruler in (axis.xaxis, axis.yaxis, axis.zaxis):
        ruler.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        ruler.set_pane_color((0.97, 0.97, 0.97))
    axis.set_box_aspect([high - low for low, high in limits], zoom=1.0)
    return image, label, top_speed

