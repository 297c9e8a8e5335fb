# SPDX-License-Identifier: GPL-3.0-or-later
"""S(t) of free expansions with collisions, where there is no exact solution: against curves made
with another program."""

import sys

import numpy as np

from program import expect, run, values, write

CONFIG = """\
solver = "hard-discs"

[time]
end = 2.0
snapshot_every = 0.25
observe_every = 0.02

[gas]
particles = {count}
diameter = {diameter!r}

[domain]
boundary_y = "periodic"

[[initial]]
kind = "half-box"

[macrostate]
velocity_cell = []
"""

# S_B(t) - S_B(0) per disc of 1e5 discs, cells of 1/16 in x and 1/2 in vx and vy up to 5: +- 0.002,
# one run; and the collisions of a disc up to t = 1.
TIMES = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0]
CURVES = {
    0.1: ([0.1148, 0.3442, 0.5323, 0.6220, 0.6560, 0.6588], 14.4),
    3.0: ([0.0747, 0.1649, 0.2783, 0.3770, 0.5142, 0.5929], 0.483),
}
COUNT, MEMBERS = 10000, 10  # in one macrostate: as many discs as the curves have


def entropy(x, vx, vy):
    """S_B / N but for a constant."""
    edges = np.linspace(-5.0, 5.0, 21)
    counts = np.histogramdd((x, vx, vy), [np.linspace(0.0, 1.0, 17), edges, edges])[0].astype(int)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, counts.max() + 1)))])
    return -log_factorial[counts].sum() / x.size


def check_curve(folder, kn):
    known, collisions = CURVES[kn]
    diameter = 1.0 / (2.0 * 2.0**0.5 * COUNT * kn)
    write(folder, CONFIG.format(count=COUNT, diameter=diameter))
    members, collided = [], []
    for seed in range(MEMBERS):
        run(folder, "a.toml", "-qf", "-t", "1", "-s", f"seed={seed}")
        members.append([values(folder / "a.nc", name) for name in ("x", "vx", "vy")])
        collided.append(2.0 * values(folder / "a.nc", "collisions")[50] / COUNT)
    time = values(folder / "a.nc", "time")
    states = np.concatenate(members, axis=2)  # [variable][time][disc]
    s = np.array([entropy(*states[:, i]) for i in range(len(time))])
    gain = np.interp(TIMES, time, s - s[0])
    # Sampling errors of both gains, some 0.0016 each: 2.5 deviations.
    worst = np.abs(gain - known).max()
    expect(worst < 0.004 + 0.002, f"Kn = {kn}: {gain - known}")
    expect(abs(np.mean(collided) / collisions - 1.0) < 0.01, f"Kn = {kn}: {np.mean(collided)}")


def test_curve_of_a_fluid(folder):
    check_curve(folder, 0.1)


def test_curve_of_a_rarefied_gas(folder):
    check_curve(folder, 3.0)


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
