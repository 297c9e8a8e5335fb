# SPDX-License-Identifier: GPL-3.0-or-later
"""The two pictures of scripts/examples/free-expansion."""

import math
from pathlib import Path

import expansion_theory as theory
import numpy as np
import runfile

TIME = r"time $t$  [$L/\sqrt{T}$]"
GAIN = r"entropy gain $\Delta S_B/N$  [$k_B$]"


def draw_free(axes, curve):
    for k, (dv, colour) in enumerate(zip(curve.cells, (runfile.RED, runfile.GREEN, runfile.BLUE))):
        axes.plot(curve.time, curve.free_gain(k), color=colour, linewidth=1.3)
        axes.plot(curve.time[::4], curve.gain[::4, k], "o", color=colour, markersize=3,
                  label=rf"$\Delta v = {dv:g}\,\sqrt{{T}}$")  # fmt: skip
        axes.plot(curve.time, theory.dispersal(curve.time * dv), ":", color=colour, linewidth=1)
    axes.set(title="No collisions: dispersal alone makes entropy", xlim=(0, 8), xlabel=TIME,
             ylabel=GAIN)  # fmt: skip
    axes.plot([], [], "k-", linewidth=1.3, label="exact")
    axes.plot([], [], "k:", linewidth=1, label="fine cells, $s(w)$")


def draw_sweep(axes, runs, colours):
    k = runs.free.cells.index(0.5)
    axes.plot(runs.inviscid_time, runs.inviscid[:, k], "--", color="0.35", linewidth=1.1,
              label=r"$\mathrm{Kn}\to 0$ (inviscid)")  # fmt: skip
    for curve, colour in zip(runs.sweep, colours):
        axes.plot(curve.time, curve.gain[:, k], color=colour, linewidth=1.4,
                  label=f"Kn = {curve.kn:g}")  # fmt: skip
    axes.plot(runs.free.time, runs.free.free_gain(k), "k:", linewidth=1.2, label="no collisions")
    axes.set(title=r"From a fluid to free flight, $\Delta v = 0.5\,\sqrt{T}$",
             xlim=(0, runs.sweep[0].time[-1]), xlabel=TIME, ylabel=GAIN)  # fmt: skip


def draw_cells(axes, runs):
    for curve, colour in ((runs.sweep[0], runfile.BLUE), (runs.sweep[-1], runfile.RED)):
        for k, (dv, style) in enumerate(zip(curve.cells, ("-", "--", ":"))):
            axes.plot(curve.time, curve.gain[:, k], style, color=colour, linewidth=1.4,
                      label=rf"Kn = {curve.kn:g}, $\Delta v = {dv:g}\,\sqrt{{T}}$")  # fmt: skip
    axes.set(title="The cells' size matters only where discs hardly collide",
             xlim=(0, runs.sweep[0].time[-1]), xlabel=TIME, ylabel=GAIN)  # fmt: skip


def draw_scaling(axes, pools):
    colours = (runfile.RED, runfile.GREEN, runfile.BLUE)
    largest = max(pool.kn for pool in pools)
    for pool, marker in zip(sorted(pools, key=lambda p: -p.kn), ("o", "x", "+")):
        for ratio, gain, known, colour in zip(pool.ratios, pool.gain, pool.theory, colours):
            if pool.kn == largest:
                axes.plot(pool.nu_t, known, color=colour, linewidth=1.2, label=f"$R$ = {ratio:g}")
            axes.plot(pool.nu_t, gain, marker, color=colour, markersize=4, fillstyle="none")
        axes.plot([], [], marker, color="0.3", markersize=4, fillstyle="none",
                  label=f"Kn = {pool.kn:g}")  # fmt: skip
    axes.set(title=r"Scaling with $R = \Delta v/(L\nu)$; lines: $\mathrm{Kn}\to\infty$",
             xlim=(0, 2), xlabel=r"collisions a disc $\nu t$", ylabel=GAIN)  # fmt: skip


def draw_expansion(plt, runs, output):
    figure, grid = plt.subplots(2, 2, figsize=(11, 8), layout="constrained", sharey=True)
    colours = [plt.get_cmap("viridis")(x) for x in np.linspace(0.0, 0.92, len(runs.sweep))]
    draw_free(grid[0, 0], runs.free)
    draw_sweep(grid[0, 1], runs, colours)
    draw_cells(grid[1, 0], runs)
    draw_scaling(grid[1, 1], runs.pools)
    for axes in grid.flat:
        axes.axhline(math.log(2.0), color="0.6", linewidth=0.8, zorder=0)
        axes.set_ylim(-0.01, 0.74)
        axes.legend(loc="lower right", fontsize=8)
        axes.tick_params(labelleft=True)
    grid[0, 0].annotate(r"$\ln 2$", (0.1, math.log(2.0)), xytext=(0, 3),
                        textcoords="offset points")  # fmt: skip
    figure.savefig(output, dpi=110)
    print(output)


def draw_reversal(plt, runs, output):
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    longest = runs.reversals[-1]
    way = longest.nu_t <= longest.turn
    left.plot(longest.nu_t[way], longest.gain[way], color="0.5", linewidth=3, alpha=0.5,
              label="on the way out")  # fmt: skip
    colours = [runfile.BLUE, runfile.SKY, runfile.GREEN, runfile.ORANGE, runfile.RED]
    for reversal, colour in zip(runs.reversals, colours):
        back = reversal.nu_t >= reversal.turn * (1.0 - 1e-9)
        left.plot(reversal.nu_t[back], reversal.gain[back], color=colour, linewidth=1.5,
                  label=rf"turned round at $\nu T$ = {reversal.turn:g}")  # fmt: skip
        left.plot(reversal.turn, reversal.gain[back][0], "o", color=colour, markersize=4)
    left.set(title=f"Free expansion, Kn = {longest.kn:g}: all velocities turned round",
             xlim=(0, None), ylim=(-0.01, 0.74), xlabel=r"collisions a disc $\nu t$",
             ylabel=GAIN)  # fmt: skip
    left.legend(fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 0.08))
    for (packing, points), colour in zip(sorted(runs.errors.items()),
                                         (runfile.RED, runfile.BLUE, runfile.GREEN)):  # fmt: skip
        turns, errors = zip(*(point for point in points if point[1] > 0.0))
        right.semilogy(turns, errors, "o-", color=colour, markersize=4, linewidth=1.2,
                       label=rf"packing {packing:g}")  # fmt: skip
    right.set(title="Gas in equilibrium: error of the places after the way back",
              xlabel=r"collisions a disc before the turn $\nu T$",
              ylabel="median distance from the start  [diameters]")  # fmt: skip
    right.axhline(1.0, color="0.6", linewidth=0.8, zorder=0)
    right.legend(fontsize=8, loc="lower right")
    figure.savefig(output, dpi=110)
    print(output)


def draw(runs, folder):
    """free_expansion.png and loschmidt.png."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9,
                         "axes.titlesize": 9.5, "axes.titlelocation": "left",
                         "legend.frameon": False})  # fmt: skip
    draw_expansion(plt, runs, Path(folder) / "free_expansion.png")
    draw_reversal(plt, runs, Path(folder) / "loschmidt.png")
