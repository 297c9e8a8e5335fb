# SPDX-License-Identifier: GPL-3.0-or-later
"""The hard-disc solver from its command line: refusals, observables, entropies, restarts."""

import json
import math
import signal
import sys
from pathlib import Path

import netCDF4
import numpy as np

from program import (
    attribute,
    expect,
    expect_same_numbers,
    finish,
    read,
    refuse,
    run,
    start,
    values,
    wait_until,
    write,
)

CONFIGS = Path(__file__).resolve().parents[2] / "configs" / "hard_discs"

CONFIG = """\
solver = "hard-discs"
seed = 3

[time]
end = 4.0
snapshot_every = 0.5

[gas]
particles = 500
packing_fraction = 0.1

[domain]
width = 20.0
height = 20.0
boundary_x = "periodic"
boundary_y = "wall"
"""


def with_initial(text):
    return CONFIG + "\n[[initial]]\n" + text + "\n"


# ---- refusals ---------------------------------------------------------------------------------


def test_refusals(folder):
    def refuses(message, *settings):
        options = [word for setting in settings for word in ("-s", setting)]
        refuse(folder, "a.toml", *options, message=message)

    write(folder, CONFIG.replace("packing_fraction = 0.1\n", ""))
    refuses("a.toml:8:1: gas: needs diameter or packing_fraction")
    write(folder, CONFIG)
    refuses(
        "a.toml:10:1: gas.packing_fraction = 0.1: and gas.diameter cannot both be given",
        "gas.diameter=0.1",
    )
    refuses(
        "--set gas.packing_fraction=0.8: gas.packing_fraction = 0.8: must be between 0 and 0.7",
        "gas.packing_fraction=0.8",
    )
    # 3 sqrt(4/pi 400 phi / 5).
    refuses(
        "a.toml:13:1: domain.width = 20.0: must be more than 3 diameters of the discs, 22.5676",
        "gas.particles=5",
        "gas.packing_fraction=0.5555555555555556",
    )
    refuses(
        "--set gas.particles=1: gas.particles = 1: must be at least 2 without walls: the momentum "
        "is 0, and with it the energy of a single disc",
        "gas.particles=1",
        "gas.packing_fraction=0.01",
        'domain.boundary_y="periodic"',
    )
    refuses(
        "--set macrostate.velocity_cell=[1e-9]: macrostate.velocity_cell = [1e-9]: 1e-09 must be "
        "at least 1e-5 of macrostate.velocity_range, 5",
        "macrostate.velocity_cell=[1e-9]",
    )
    for settings in (["domain.width=1e160"], ["ensemble.runs=0"]):
        key, value = settings[0].split("=")
        _, err = run(folder, "a.toml", "-s", *settings, code=2)
        expect(f"{key} = {value}: must be between" in err, err)
    # Members that start alike stay so.
    write(folder, with_initial('kind = "file"\npath = "b.nc"'))
    refuses(
        '--set ensemble.runs=2: ensemble.runs = 2: must be 1 with initial.kind = "file": all '
        "members would start alike and stay so",
        "ensemble.runs=2",
    )
    write(folder, with_initial('kind = "equilibrium"'))
    refuses(
        "--set initial.0.collisions=1.0: initial.0.collisions = 1.0: the discs meet too rarely to "
        "have 1 each before t = 0",
        "initial.0.collisions=1.0",
        "gas.particles=4",
        "gas.packing_fraction=1e-14",
    )
    write(folder, CONFIG)
    _, err = run(folder, "a.toml", "-s", "time.step=0.1", code=2)
    expect("unknown key" in err, err)
    write(folder, with_initial('kind = "half-box"'))
    _, err = run(folder, "a.toml", "-s", "gas.packing_fraction=0.5", code=2)
    expect("gas.packing_fraction = 0.5: there is no room for the discs" in err, err)


# ---- runs -------------------------------------------------------------------------------------


def test_conserved_quantities(folder):
    for initial in ("equilibrium", "half-box", "two-temperatures", "shear"):
        write(folder, with_initial(f'kind = "{initial}"'))
        run(folder, "a.toml", "-qf")
        energy = values(folder / "a.nc", "energy")
        # Scaled to the energy that is asked for; thousands of collisions of 1e-16 each.
        expect(np.abs(energy / 500 - 1).max() < 1e-13, f"{initial}: {energy}")
        momentum = values(folder / "a.nc", "momentum_x")
        expect(np.abs(momentum).max() < 1e-11, f"{initial}: {momentum}")
        expect(np.abs(values(folder / "a.nc", "momentum_y")[1:]).max() > 1, "walls keep momentum")
        x, y = (values(folder / "a.nc", name) for name in "xy")
        expect(x.min() >= 0 and x.max() <= 20, "x outside")
        d = math.sqrt(0.1 * 400 / 500 * 4 / math.pi)
        expect(abs(y.min() - d / 2) < 1e-2 and abs(y.max() - 20 + d / 2) < 1e-2, "walls elsewhere")
        expect(values(folder / "a.nc", "collisions")[-1] > 1000, "hardly any collisions")


def test_initial_states(folder):
    write(folder, with_initial('kind = "half-box"\naxis = "y"\nfraction = 0.25'))
    run(folder, "a.toml", "-q")
    d = math.sqrt(0.1 * 400 / 500 * 4 / math.pi)
    y = values(folder / "a.nc", "y")
    expect(d / 2 <= y[0].min() and y[0].max() <= d / 2 + (20 - d) / 4, f"{y[0].max()}")
    expect(y[-1].max() > 15, "no expansion")

    write(folder, with_initial('kind = "two-temperatures"\nratio = 9.0'))
    run(folder, "a.toml", "-qf", "-s", "gas.particles=20000", "-s", "time.end=0.01")
    x, vx, vy = (values(folder / "a.nc", name)[0] for name in ("x", "vx", "vy"))
    hot = x < 10
    ratio = (vx[hot] ** 2 + vy[hot] ** 2).mean() / (vx[~hot] ** 2 + vy[~hot] ** 2).mean()
    # Each mean is within 1/sqrt(10000): 3 standard deviations of 1.4 %.
    expect(abs(ratio / 9 - 1) < 0.042, f"{ratio}")

    write(folder, with_initial('kind = "shear"\nspeed = 1.2'))
    run(folder, "a.toml", "-qf", "-s", "gas.particles=20000", "-s", "time.end=0.01")
    y, vx = (values(folder / "a.nc", name)[0] for name in ("y", "vx"))
    d = math.sqrt(0.1 * 400 / 20000 * 4 / math.pi)
    wave = np.sin(2 * math.pi * (y - d / 2) / (20 - d))
    # Thermal noise sqrt(2 T / N) of a Fourier component.
    expect(abs(2 * (wave * vx).mean() - 1.2) < 0.04, f"{2 * (wave * vx).mean()}")

    write(folder, with_initial('kind = "file"\npath = "a.nc"'), "b.toml")
    run(folder, "b.toml", "-q", "-s", "gas.particles=20000", "-s", "time.end=0.01")
    for name in ("x", "y", "vx", "vy"):
        a, b = (values(folder / f"{n}.nc", name) for n in "ab")
        # Positions lose their last bits by the rim.
        expect(np.abs(a[-1] - b[0]).max() < 1e-14 * 20, f"{name} from a file")
    wider = ("gas.particles=20000", "gas.packing_fraction=0.11", 'domain.boundary_y="periodic"')
    _, err = run(folder, "b.toml", "-f", *(w for s in wider for w in ("-s", s)), code=2)
    expect("overlaps with another one" in err, err)


def test_reversal(folder):
    write(folder, with_initial('kind = "half-box"'))
    settings = ("time.reverse_at=3.0", "time.end=6.0", "gas.packing_fraction=0.001")
    run(folder, "a.toml", "-q", *(word for s in settings for word in ("-s", s)))
    x, s = (values(folder / "a.nc", name) for name in ("x", "boltzmann_entropy"))
    away = np.abs(x[-1] - x[0])
    away = np.minimum(away, 20 - away)
    collisions = values(folder / "a.nc", "collisions")
    expect(collisions[-1] > 20, f"{collisions}")
    expect(np.median(away) < 1e-9, f"{np.median(away)}")
    # Half a collision a disc; a dilute gas forgets in two.
    expect(s[:, 0].max() > s[0, 0] + 0.03, "no entropy was made")
    # All are back in their cells.
    expect(np.abs(s[-1] - s[0]).max() < 1e-6, f"{s[-1] - s[0]}")


def test_reversal_and_momentum(folder):
    """Turned round, no momentum stays none; a file's momentum does not stay."""
    write(folder, CONFIG)
    _, err = run(folder, "a.toml", "-s", "time.reverse_at=2.0")
    expect("momentum_x drift" in err and "warning" not in err, err)
    _, err = run(folder, "a.toml", "-f", "-s", "time.reverse_at=4.5")
    told = "warning: time.reverse_at = 4.5 is after time.end = 4: the velocities are not turned"
    expect(err.count(told) == 1 and "momentum_x drift" in err, err)
    write(folder, with_initial('kind = "file"\npath = "a.nc"'), "b.toml")
    _, err = run(folder, "b.toml", "-s", "time.reverse_at=2.0")
    expect("energy drift" in err and "momentum_x drift" not in err, err)


def test_outputs_do_not_matter(folder):
    write(folder, CONFIG)
    run(folder, "a.toml", "-q")
    finer = ("-s", "time.snapshot_every=0.0625", "-s", "time.end=4.0625")
    run(folder, "a.toml", "-q", "-o", "b.nc", *finer)
    a, b = (read(folder / f"{n}.nc") for n in "ab")
    for name in ("x", "y", "vx", "vy"):
        expect((a[name][2] == b[name][2][:65:8]).all(), f"{name} depends on the cadence")
    run(folder, "a.toml", "-q", "-t", "2", "-o", "c.nc")
    expect_same_numbers(folder / "a.nc", folder / "c.nc")
    # And one more seed is another gas.
    run(folder, "a.toml", "-q", "-o", "d.nc", "-s", "seed=4")
    expect((values(folder / "d.nc", "x") != a["x"][2]).all(), "the seed does nothing")


def test_restart(folder):
    options = ("-s", "time.reverse_at=2.2", "-s", "gas.packing_fraction=0.3")
    write(folder, with_initial('kind = "equilibrium"'))
    run(folder, "a.toml", "-q", *options)
    for cut in ("1.5", "2.5"):
        run(folder, "a.toml", "-qf", "-o", "b.nc", *options, "-s", f"time.end={cut}")
        run(folder, "a.toml", "-q", "-o", "b.nc", *options, "-r", "b.checkpoint")
        expect_same_numbers(folder / "a.nc", folder / "b.nc")


def test_restart_after_a_signal(folder):
    settings = ("time.end=600.0", "gas.packing_fraction=0.3", "time.snapshot_every=1.0")
    options = [word for setting in settings for word in ("-s", setting)]
    write(folder, CONFIG)
    run(folder, "a.toml", "-q", *options)
    process = start(folder, "a.toml", "-q", "-o", "b.nc", *options)
    path = folder / "b.nc"
    wait_until(lambda: path.exists() and path.stat().st_size > 400000, process, "frames")
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    run(folder, "a.toml", "-q", "-o", "b.nc", *options, "-r", "b.checkpoint")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")


# ---- ensembles --------------------------------------------------------------------------------


def observables(path):
    with netCDF4.Dataset(path) as file:
        names = [n for n, v in file.variables.items() if v.dimensions[0] == "observation_time"]
        return {n: np.ma.getdata(file[n][:]) for n in names if n != "observation_time"}


def test_ensemble(folder):
    """Of the runs with 1, 2 and 3 members the members' own values follow, and from them all else."""
    write(folder, with_initial('kind = "half-box"'))
    for runs in (1, 2, 3):
        run(folder, "a.toml", "-q", "-o", f"{runs}.nc", "-s", f"ensemble.runs={runs}", "-t", "2")
    one, two, three = (observables(folder / f"{runs}.nc") for runs in (1, 2, 3))
    expect(not any(name.endswith("_stderr") for name in one), f"{one.keys()}")
    expect(set(two) == set(one) | {f"{name}_stderr" for name in one}, f"{two.keys()}")
    for name, a in one.items():
        # Differences of means lose some digits of the largest of them.
        scale = np.nanmax(np.abs(three[name])) + 1.0
        b = 2 * two[name] - a
        c = 3 * three[name] - 2 * two[name]
        expect((np.isnan(two[f"{name}_stderr"]) == np.isnan(a)).all(), f"{name}: NaN")
        off = np.abs(two[f"{name}_stderr"] - np.abs(a - b) / 2)
        expect(np.nanmax(off) < 1e-14 * scale, f"{name}: {off}")
        error = np.std([a, b, c], axis=0, ddof=1) / math.sqrt(3)
        off = np.abs(three[f"{name}_stderr"] - error)
        expect(np.nanmax(off) < 1e-14 * scale, f"{name}: {off}")
    expect(np.isnan(two["pressure_stderr"]).tolist() == [True] + 8 * [False], "pressure at t = 0")
    # Other gases of the same energy.
    expect((two["fraction_left_stderr"][1:] > 0).any(), "members alike")
    expect(two["energy_stderr"].max() < 1e-11, f"{two['energy_stderr']}")
    for name in ("x", "y", "vx", "vy"):
        expect((values(folder / "3.nc", name) == values(folder / "1.nc", name)).all(), name)
    for threads in (1, 3, 5):
        run(folder, "a.toml", "-qf", "-o", "b.nc", "-s", "ensemble.runs=3", "-t", threads)
        expect_same_numbers(folder / "3.nc", folder / "b.nc")


def test_members_are_independent(folder):
    """Points in equilibrium are in the left half or not: a mean of 400 x 100 coins."""
    write(folder, CONFIG.replace("packing_fraction = 0.1", "diameter = 0.0"))
    settings = ("ensemble.runs=400", "gas.particles=100", "output.snapshots=false")
    run(folder, "a.toml", "-q", *(word for s in settings for word in ("-s", s)))
    of = observables(folder / "a.nc")
    exact = 0.5 / math.sqrt(400 * 100)
    # Four standard deviations: those of the error are 1 / sqrt(2 x 399) of it.
    expect(np.abs(of["fraction_left_stderr"] / exact - 1).max() < 4 / math.sqrt(798), "stderr")
    expect(np.abs(of["fraction_left"] - 0.5).max() < 4 * exact, f"{of['fraction_left']}")


def test_restart_of_an_ensemble(folder):
    settings = ("ensemble.runs=3", "time.end=150.0", "time.snapshot_every=1.0")
    settings += ("gas.packing_fraction=0.3", "time.reverse_at=100.0")
    options = [word for setting in settings for word in ("-s", setting)]
    write(folder, CONFIG)
    run(folder, "a.toml", "-q", *options)
    process = start(folder, "a.toml", "-q", "-o", "b.nc", *options, "-t", "2")
    path = folder / "b.nc"
    wait_until(lambda: path.exists() and path.stat().st_size > 400000, process, "frames")
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    run(folder, "a.toml", "-q", "-o", "b.nc", *options, "-r", "b.checkpoint", "-t", "1")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    more = ("-s", "ensemble.runs=4", "-r", "b.checkpoint")
    _, err = run(folder, "a.toml", "-q", "-o", "b.nc", *options, *more, code=2)
    expect("ensemble.runs" in err, err)


def test_memory_of_an_ensemble(folder):
    write(folder, CONFIG)

    def memory(runs):
        plan, _ = run(folder, "a.toml", "-n", "-t", "1", "-s", f"ensemble.runs={runs}")
        line = next(line for line in plan.splitlines() if line.startswith("memory"))
        number, unit = line.split()[1:3]
        expect(unit == "kB", line)
        return float(number), plan

    one, _ = memory(1)
    eight, plan = memory(8)
    expect("8 members of 500 discs" in plan, plan)
    # One macrostate's workspace, one room to sort discs in and one frame, but eight gases.
    expect(5 < eight / one < 8, f"{eight} kB, {one} kB")


# ---- split ------------------------------------------------------------------------------------

SPLIT = ("-s", "macrostate.split=true", "-s", "macrostate.position_cells=[4, 2]")


def test_split(folder):
    write(folder, with_initial('kind = "half-box"'))
    dilute = ("-s", "gas.packing_fraction=0.01", "-s", "time.end=40.0")
    run(folder, "a.toml", "-q", *dilute, *SPLIT)
    run(folder, "a.toml", "-q", "-o", "b.nc", *dilute, *SPLIT, "-s", "macrostate.split=false")
    a, b = (observables(folder / f"{n}.nc") for n in "ab")
    new = {"boltzmann_entropy_dispersal", "boltzmann_entropy_collision"}
    expect(set(a) == set(b) | new, f"{set(a) ^ set(b)}")
    for name in b:
        expect(np.array_equal(a[name], b[name], equal_nan=True), f"{name} depends on the split")
    for name in ("x", "y", "vx", "vy"):
        same = values(folder / "a.nc", name) == values(folder / "b.nc", name)
        expect(same.all(), f"{name} depends on the split")
    s, dispersal, collision = (
        a[f"boltzmann_entropy{of}"] for of in ("", "_dispersal", "_collision")
    )
    # Round-off of the entropies.
    expect(np.abs(dispersal + collision - (s - s[0])).max() < 1e-13, "they do not add up")
    expect((dispersal[0] == 0).all() and (collision[0] == 0).all(), "the start")
    expect((np.abs(collision[-1]) > 0.01).all(), f"{collision[-1]}")
    # No sums without macrostates.
    run(folder, "a.toml", "-qf", *SPLIT, "-s", "macrostate.velocity_cell=[]")
    expect("boltzmann_entropy_collision" not in observables(folder / "a.nc"), "sums of no cells")


def test_split_and_restart(folder):
    options = ("-s", "time.reverse_at=2.2", "-s", "ensemble.runs=2", *SPLIT)
    write(folder, CONFIG)
    run(folder, "a.toml", "-q", *options)
    expect(np.abs(values(folder / "a.nc", "boltzmann_entropy_collision")[-1]).min() > 0, "no sums")
    for cut in ("1.5", "2.5"):
        run(folder, "a.toml", "-qf", "-o", "b.nc", *options, "-s", f"time.end={cut}")
        run(folder, "a.toml", "-q", "-o", "b.nc", *options, "-r", "b.checkpoint")
        expect_same_numbers(folder / "a.nc", folder / "b.nc")


# ---- entropy ----------------------------------------------------------------------------------

FREE = """\
solver = "hard-discs"
seed = 5

[time]
end = 3.0
snapshot_every = 3.0
observe_every = 0.125

[gas]
particles = 100000
diameter = 0.0

[domain]
boundary_y = "periodic"

[[initial]]
kind = "half-box"

[macrostate]
position_cells = [16, 1]
velocity_cell = [1.0, 0.5, 0.25]
"""


def wave(xi):
    """Integral of the square wave 1[cos(pi xi) > 0] from 0 to xi."""
    turns, rest = np.divmod(xi + 0.5, 2.0)
    return turns + np.minimum(rest, 1.0) - 0.5


def cell_probabilities(t, cells, dv, points=2000):
    """Of the cells (x, vx) by the method of images, f = 2 M(v) chi(x - v t), midpoint rule in v."""
    edges = np.arange(-5.0, 5.0 + dv / 2, dv)
    nodes = (np.arange(points) + 0.5) / points
    v = edges[:-1, None] + dv * nodes
    maxwell = np.exp(-0.5 * v**2) / math.sqrt(2 * math.pi) * dv / points
    x = np.linspace(0.0, 1.0, cells + 1)
    inside = wave(x[1:, None, None] - v * t) - wave(x[:-1, None, None] - v * t)
    marginal = maxwell.sum(axis=1)
    return 2 * (maxwell * inside).sum(axis=2), marginal


def expected_entropy(t, n, cells, dv):
    """Mean of ln|D| - sum ln N_a! / N over Poisson occupations."""
    p, marginal = cell_probabilities(t, cells, dv)
    mean = n * (p[:, :, None] * marginal).ravel()
    mean = mean[mean > 1e-6]
    k = np.arange(1, int(mean.max() + 12 * math.sqrt(mean.max()) + 20))
    log_factorial = np.cumsum(np.log(k))
    total = 0.0
    for start in range(0, mean.size, 500):
        m = mean[start : start + 500, None]
        total += (np.exp(k * np.log(m) - m - log_factorial) * log_factorial).sum()
    return math.log(dv * dv / cells) - total / n


def test_collisionless_expansion(folder):
    write(folder, FREE)
    run(folder, "a.toml", "-q")
    s = values(folder / "a.nc", "boltzmann_entropy")
    t = values(folder / "a.nc", "observation_time")
    expect(values(folder / "a.nc", "collisions")[-1] == 0, "points collide")
    for k, dv in enumerate((1.0, 0.5)):
        for i in (0, 2, 4, 8, 16, 24):
            exact = expected_entropy(t[i], 100000, 16, dv)
            # A deviation of ln f of about 1 over sqrt(N): three standard deviations.
            expect(abs(s[i, k] - exact) < 0.0095, f"t = {t[i]}, dv = {dv}: {s[i, k]} not {exact}")
    # While it holds the sampling errors of two times nearly cancel: dS/dt = dv / 2L.
    rise = s[:, 0] - s[0, 0]
    for w in (0.5, 1.0):
        i = int(round(8 * w))
        expect(abs(rise[i] - w / 2) < 0.1, f"w = {w}: {rise[i]}")
    # w = 2: all phases alike, and the finite filling costs 0.011.
    expect(abs(rise[16] - math.log(2)) < 0.03, f"{rise[16]}")


def test_split_of_the_collisionless_expansion(folder):
    n = 400000
    write(folder, FREE.replace("100000", str(n)).replace("[1.0, 0.5, 0.25]", "[0.5, 0.25]"))
    run(folder, "a.toml", "-q", "-s", "macrostate.split=true", "-s", "output.snapshots=false")
    of = observables(folder / "a.nc")
    dispersal, s = of["boltzmann_entropy_dispersal"], of["boltzmann_entropy"]
    expect((of["boltzmann_entropy_collision"] == 0).all(), "points collide")
    expect(np.abs(dispersal - (s - s[0])).max() < 1e-13, "they do not add up")
    t = values(folder / "a.nc", "observation_time")
    for k, dv in enumerate((0.5, 0.25)):
        # From t = 1 on, when the discs have gone over many cells, until w = t dv = 1.
        i, j = (int(round(8 * x)) for x in (1.0, min(3.0, 1.0 / dv)))
        rate = (dispersal[j, k] - dispersal[i, k]) / (t[j] - t[i])
        exact = expected_entropy(t[j], n, 16, dv) - expected_entropy(t[i], n, 16, dv)
        # A change of ln f of about 0.7 a disc over sqrt(N): three standard deviations.
        expect(abs(dispersal[j, k] - dispersal[i, k] - exact) < 0.0035, f"dv = {dv}: {rate}")
        # dv / 2L: cells with few discs take 2 and 5 %, and their width 1 %.
        expect(abs(rate / (dv / 2) - 1) < 0.08, f"dv = {dv}: {rate}")


def test_expansion_with_collisions(folder):
    text = (CONFIGS / "free_expansion.toml").read_text()
    write(folder, text)
    run(
        folder,
        "a.toml",
        "-q",
        *("-s", "gas.particles=20000", "-s", "gas.diameter=1.7677669529663689e-4"),
        *("-s", "output.snapshots=false", "-s", "macrostate.velocity_cell=[1.0, 0.5]"),
    )
    s = values(folder / "a.nc", "boltzmann_entropy_corrected")
    gain = s[-20:].mean(axis=0) - s[0]
    # The start is one sample: its ln f has a deviation of 1, and N = 20000; 2 standard deviations.
    expect(np.abs(gain - math.log(2)).max() < 0.014, f"{gain}")
    path = values(folder / "a.nc", "mean_free_path")[-20:].mean()
    expect(abs(path / 0.1 - 1) < 0.01, f"{path}")
    # Both are p = n T (1 + 2e-4): 20 intervals in which some 1e4 discs meet a wall.
    virial, walls = (values(folder / "a.nc", f"{n}pressure")[-20:].mean() for n in ("", "wall_"))
    expect(abs(virial / 20000 - 1) < 1e-3, f"{virial}")
    expect(abs(walls / 20000 - 1) < 0.03, f"{walls}")


def test_output(folder):
    write(folder, CONFIG)
    run(folder, "a.toml", "-q", "-s", "time.observe_every=0.25")
    with netCDF4.Dataset(folder / "a.nc") as file:
        shape = file["boltzmann_entropy"].dimensions
        expect(shape == ("observation_time", "velocity_cell"), f"{shape}")
        expect(file["vx"].dimensions == ("time", "particle"), "state")
        expect("z" not in file.variables, "z in two dimensions")
        for name, variable in file.variables.items():
            expect(variable.long_name and variable.units == "1", name)
    pressure = values(folder / "a.nc", "pressure")
    expect(np.isnan(pressure[0]) and np.isfinite(pressure[1:]).all(), f"{pressure}")
    # Printed and read again.
    out, _ = run(folder, "a.toml", "--print-config")
    write(folder, out, "b.toml")
    run(folder, "b.toml", "-q", "-s", "time.observe_every=0.25")
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    expect("packing_fraction = 0.1" in attribute(folder / "a.nc", "config"), "config")
    # Without macrostates.
    run(folder, "a.toml", "-qf", "-s", "macrostate.velocity_cell=[]")
    expect("boltzmann_entropy" not in read(folder / "a.nc"), "entropies of no cells")


def test_tables(folder):
    out, _ = run(folder, "--list", "--json")
    text = json.dumps(json.loads(out))
    for name in ("gas.packing_fraction", "half-box", "boltzmann_entropy_corrected", "reverse_at"):
        expect(name in text, f"--list has no {name}")


def test_shipped_configurations(folder):
    for path in sorted(CONFIGS.glob("*.toml")):
        run(folder, path, "-n")
    expect(len(list(CONFIGS.glob("*.toml"))) >= 2, "no configurations")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
