# SPDX-License-Identifier: GPL-3.0-or-later
"""The optional observables of hard discs: distribution of velocities, g(r), hexatic order."""

import sys

import numpy as np
from program import expect, expect_same_numbers, read, run, write

CONFIG = """\
solver = "hard-discs"
seed = 4

[time]
end = 40.0
snapshot_every = 40.0
observe_every = 0.5

[gas]
particles = 1000
packing_fraction = 0.3

[domain]
width = 30.0
height = 30.0
boundary_x = "periodic"
boundary_y = "periodic"

[measures]
velocity_bins = 40
velocity_range = 4.0
radial_bins = 200
radial_range = 4.0
hexatic_order = true
"""
DIAMETER = np.sqrt(4 / np.pi * 0.3 * 900 / 1000)


def test_a_fluid(folder):
    write(folder, CONFIG)
    run(folder, "a.toml", "-q")
    found = {name: values for name, (_, _, values) in read(folder / "a.nc").items()}
    # Velocities: T = 1. A bin holds 2N p values of 81 observations, of which at least every third
    # is new (4 collisions a unit of time): five standard deviations.
    velocity, density = found["velocity"], found["velocity_distribution"]
    width = velocity[1] - velocity[0]
    maxwell = np.exp(-(velocity**2) / 2) / np.sqrt(2 * np.pi)
    error = np.sqrt(maxwell / width / (2 * 1000 * 27)) + width**2 / 24
    deviation = abs(density.mean(axis=0) - maxwell) / error
    expect(deviation.max() < 5, f"Maxwell: {deviation.max()} standard deviations")
    expect(abs(density[-1].sum() * width - 1) < 1e-3, "not normalised")
    # g(r): none below d; its value at contact, from a parabola through the bins up to 1.2 d, is
    # chi of Z = 1 + 2 eta (1 - 1/N) chi. 1000 discs for 40 units of time give Z to half a percent
    # either way, and the parabola is good to 1 %.
    r, g = found["distance"], found["radial_distribution"].mean(axis=0)
    step = r[1] - r[0]
    expect((g[r + step / 2 < DIAMETER] == 0).all(), "discs overlap")
    near = (r - step / 2 > DIAMETER) & (r < 1.2 * DIAMETER)
    contact = np.polyval(np.polyfit(r[near] - DIAMETER, g[near], 2), 0)
    virial = found["compressibility_factor"][1:].mean()
    z = 1 + 2 * 0.3 * (1 - 1 / 1000) * contact
    expect(abs(z / virial - 1) < 0.02, f"Z = {z} by contact, {virial} by virial")
    far = g[r > 3 * DIAMETER].mean()
    expect(abs(far - 1) < 0.01, f"g far away: {far}")
    # A fluid has no direction of its own: |sum of N random phases| / N.
    expect(found["hexatic_order"].mean() < 3 / np.sqrt(1000), "order in a fluid")
    local = found["hexatic_order_local"]
    expect((local > found["hexatic_order"]).all() and (local < 0.6).all(), f"{local}")


def test_off_by_default(folder):
    write(folder, CONFIG[: CONFIG.index("[measures]")])
    run(folder, "a.toml", "-q", "-s", "time.end=0.5")
    extra = {"velocity_distribution", "radial_distribution", "hexatic_order", "distance"}
    expect(not extra & read(folder / "a.nc").keys(), "something is measured")


def test_restart_and_ensemble(folder):
    write(folder, CONFIG)
    short = ("-s", "gas.particles=100", "-s", "ensemble.runs=3")
    run(folder, "a.toml", "-q", *short, "-s", "time.end=8.0", "-o", "whole.nc")
    # An end that is no time of the cadence: what was observed there is taken back.
    run(folder, "a.toml", "-q", *short, "-s", "time.end=4.2")
    run(folder, "a.toml", "-q", *short, "-s", "time.end=8.0", "-r", "a.checkpoint")
    expect_same_numbers(folder / "a.nc", folder / "whole.nc")
    found = read(folder / "a.nc")
    for name in ("velocity_distribution", "radial_distribution", "hexatic_order"):
        kind, dimensions, values = found[name + "_stderr"]
        expect(dimensions == found[name][1], f"{name}: {dimensions}")
        expect((values >= 0).all() and (values > 0).any(), f"{name}: {values}")


def test_refusals(folder):
    write(folder, CONFIG)
    for key, value in (("velocity_bins", -1), ("radial_bins", -1), ("radial_range", 0.0),
                       ("velocity_range", 0.0), ("hexatic_order", 1)):  # fmt: skip
        _, err = run(folder, "a.toml", "-s", f"measures.{key}={value}", code=2)
        expect(err.count("\n") == 1 and f"measures.{key} = " in err, err)
    expect(not (folder / "a.nc").exists(), "something is written")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
