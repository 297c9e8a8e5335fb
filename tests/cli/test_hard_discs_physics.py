# SPDX-License-Identifier: GPL-3.0-or-later
"""Free expansion of the hard-disc gas against kinetic theory: without collisions, at large and at
small Knudsen number, and in equilibrium. The theory itself is held against direct sampling."""

import math
import sys
from pathlib import Path

import numpy as np

from program import expect, run, values, write

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import expansion_theory as theory  # noqa: E402

COLUMNS = 8

CONFIG = """\
solver = "hard-discs"

[time]
end = {end}
observe_every = {every}
snapshot_every = {every}

[output]
snapshots = {snapshots}

[gas]
particles = {count}
diameter = {diameter!r}

[domain]
boundary_y = "periodic"

[[initial]]
kind = "half-box"

[macrostate]
position_cells = [{columns}, 1]
velocity_cell = {cells}
"""


def expand(folder, count, kn, cells, end, every, seed=1, columns=COLUMNS, snapshots="false"):
    """Runs an expansion; the file."""
    diameter = theory.diameter(count, kn)
    write(folder, CONFIG.format(**locals()))
    run(folder, "a.toml", "-qf", "-t", "1", "-s", f"seed={seed}")
    return folder / "a.nc"


# ---- the theory -------------------------------------------------------------------------------


def free_sample(random, count, t):
    """Places and velocities after free flight between the walls, at a fixed energy."""
    v = random.standard_normal((2, count))
    v *= math.sqrt(2.0 * count / (v**2).sum())
    x = (0.5 * random.random(count) + v[0] * t) % 2.0
    back = x > 1.0
    return np.where(back, 2.0 - x, x), np.where(back, -v[0], v[0]), v[1]


def count_cells(x, vx, vy, columns, edges):
    grid = [np.linspace(0.0, 1.0, columns + 1), edges, edges]
    return np.histogramdd((x, vx, vy), grid)[0]


def test_theory_of_free_flight():
    random = np.random.default_rng(1)
    edges = theory.velocity_edges(0.5)
    for t in (0.0, 0.3, 2.7):
        shares = theory.free_shares(t, COLUMNS, edges)
        counts, entropies, n = 0.0, [], 20000
        for _ in range(60):
            cells = count_cells(*free_sample(random, n, t), COLUMNS, edges)
            counts = counts + cells
            entropies.append(theory.sample_entropy(cells, edges))
        filled = shares * 60 * n > 10
        chi2 = ((counts - 60 * n * shares)[filled] ** 2 / (60 * n * shares)[filled]).mean()
        # Mean 1, deviation sqrt(2 / cells) < 0.06.
        expect(abs(chi2 - 1.0) < 0.2, f"t = {t}: chi^2 = {chi2} a cell")
        mean, deviation = np.mean(entropies), np.std(entropies, ddof=1)
        known = theory.sampling_deviation(shares, edges, n)
        # The deviation of 60 samples is known to 9 %, and the formula leaves out O(1/N_a).
        expect(abs(deviation / known - 1.0) < 0.3, f"t = {t}: deviation {deviation}, not {known}")
        error = mean - theory.expected_entropy(shares, edges, n)
        expect(abs(error) < 3.5 * known / math.sqrt(60), f"t = {t}: mean entropy off by {error}")


def test_theory_of_dispersal():
    # Filled windows of stripes, counted.
    phase = (np.arange(20000) + 0.5) / 10000
    for w in (0.3, 1.0, 1.5, 2.0, 2.5, 3.7):
        phi = (theory.wave(phase + w) - theory.wave(phase)) / w
        some = phi[phi > 1e-12]
        known = -2.0 * (some * np.log(some)).sum() / phi.size
        expect(abs(theory.dispersal(w) - known) < 1e-3, f"s({w}) = {theory.dispersal(w)}")
    expect(abs(theory.dispersal(0.6) - 0.3) < 1e-14, "s(w) = w / 2 for w < 1")


def test_theory_of_rates():
    # Over Maxwell's speeds the rate is mean speed / mean free path.
    v = (np.arange(8000) + 0.5) / 1000
    weight = v * np.exp(-0.5 * v * v) / 1000
    mean = (weight * theory.rate_at_speed(v, 0.3)).sum()
    expect(abs(mean / theory.collision_rate(0.3) - 1.0) < 1e-5, f"{mean}")
    # And a fast disc sweeps 2 d v n.
    expect(abs(theory.rate_at_speed(10.0, 1.0) / (10.0 / math.sqrt(2.0)) - 1.0) < 0.02, "fast")


# ---- without collisions -----------------------------------------------------------------------


def test_collisionless_expansion_is_exact(folder):
    n, cells = 100000, [1.0, 0.5, 0.25]
    path = expand(folder, n, math.inf, cells, 4.0, 0.25)
    s, time = values(path, "boltzmann_entropy"), values(path, "observation_time")
    expect(values(path, "collisions")[-1] == 0, "points collide")
    for k, dv in enumerate(cells):
        edges = theory.velocity_edges(dv)
        for t, measured in zip(time, s[:, k]):
            shares = theory.free_shares(t, COLUMNS, edges)
            exact = theory.expected_entropy(shares, edges, n)
            deviation = theory.sampling_deviation(shares, edges, n)
            # 51 values, some thirty of them independent.
            expect(abs(measured - exact) < 4.0 * deviation,
                   f"t = {t}, dv = {dv}: {measured}, not {exact} +- {deviation}")  # fmt: skip


def test_dispersal_is_proportional_to_the_velocity_cell(folder):
    n, cells, columns = 200000, [1.0, 0.5, 0.25], 32
    path = expand(folder, n, math.inf, cells, 3.0, 0.25, columns=columns)
    gain = values(path, "boltzmann_entropy_corrected")
    for k, dv in enumerate(cells):
        early, late = int(1.0 / dv), int(3.0 / dv)  # w = t dv = 1/4 and 3/4
        rate = (gain[late, k] - gain[early, k]) / (0.5 / dv)
        # dv / 2 to first order in dv and the columns' width, which leaves 5 % at dv = 1; the
        # sampling error of the gain is 0.0011, that of the estimate's bias as much: 1 % of 1/4.
        expect(abs(rate / (0.5 * dv) - 1.0) < 0.02 + 0.05 * dv, f"dv = {dv}: {rate / dv}")
        exact = [theory.limit_entropy(theory.free_shares(w / dv, columns, edges), edges)
                 for edges in [theory.velocity_edges(dv)] for w in (0.25, 0.75)]  # fmt: skip
        expect(abs(rate / ((exact[1] - exact[0]) / (0.5 / dv)) - 1.0) < 0.02,
               f"dv = {dv}: {rate}, exact {(exact[1] - exact[0]) * 2 * dv}")  # fmt: skip


# ---- with collisions --------------------------------------------------------------------------


def test_plateau(folder):
    n, cells, members = 10000, [1.0, 0.5], 8
    raw, corrected = [], []
    for seed in range(members):
        path = expand(folder, n, 0.3, cells, 4.0, 0.25, seed=seed)
        for name, gains in (("boltzmann_entropy", raw), ("boltzmann_entropy_corrected", corrected)):
            s = values(path, name)
            gains.append(s[-4:].mean(axis=0) - s[0])
        occupied = values(path, "occupied_cells")[-1]
    for k, dv in enumerate(cells):
        edges = theory.velocity_edges(dv)
        both = (theory.free_shares(0.0, COLUMNS, edges), theory.equilibrium_shares(COLUMNS, edges))
        start, end = (theory.expected_entropy(p, edges, n) for p in both)
        deviation = math.hypot(*(theory.sampling_deviation(p, edges, n) for p in both))
        error = 3.5 * deviation / math.sqrt(members)
        filling = n / occupied[k]
        expect(filling >= 10.0, f"dv = {dv}: only {filling} discs a cell")
        mean = np.mean(raw, axis=0)[k]
        expect(abs(mean - (end - start)) < error, f"dv = {dv}: raw {mean}, not {end - start}")
        expect(end - start < math.log(2.0) - error, "the bias is too small to be seen")
        # Grassberger's estimate is 0.05 / filling low, computed for Poisson's numbers.
        mean = np.mean(corrected, axis=0)[k] + 0.05 / filling
        expect(abs(mean - math.log(2.0)) < error + 0.01 / filling, f"dv = {dv}: gain {mean}")


def test_small_knudsen_number_does_not_see_the_velocity_cell(folder):
    cells = [1.0, 0.5]
    path = expand(folder, 20000, 0.02, cells, 1.5, 0.125)
    s, time = values(path, "boltzmann_entropy_corrected"), values(path, "observation_time")
    gain = s - s[0]
    inviscid = []
    for dv in cells:
        edges = theory.velocity_edges(dv)
        entropy = [theory.limit_entropy(theory.local_equilibrium_shares(f, COLUMNS, edges), edges)
                   for f in theory.euler(time, 200)]  # fmt: skip
        inviscid.append(np.array(entropy) - entropy[0])
    late = time >= 0.25
    spread, known = (gain[:, 0] - gain[:, 1])[late], (inviscid[0] - inviscid[1])[late]
    # Wide cells see less of the narrow Maxwellians of the cold gas, dv^2/12 (1/T - 1): the inviscid
    # gas has that too, and is a little colder than this one. The gain's sampling error is 0.003.
    expect(np.abs(spread).max() < 0.06, f"{spread}")
    expect(np.abs(spread - known).max() < 0.03, f"{spread - known}")
    # Without collisions it is another matter.
    at = [theory.limit_entropy(theory.free_shares(1.0, COLUMNS, e), e)
          - theory.limit_entropy(theory.free_shares(0.0, COLUMNS, e), e)
          for e in map(theory.velocity_edges, cells)]  # fmt: skip
    expect(at[0] - at[1] > 0.2, f"{at}")


def test_scaling_at_large_knudsen_number(folder):
    n, members, kn = 5000, 8, 30.0
    rate = theory.collision_rate(kn)
    places = []
    for seed in range(members):
        path = expand(folder, n, kn, [], 1.5 / rate, 0.125 / rate, seed=seed, snapshots="true")
        places.append([values(path, name) for name in ("x", "vx")])
    x, v = (np.concatenate([p[k] for p in places], axis=1) for k in (0, 1))
    time = values(path, "time")
    for ratio in (3.0, 1.0):
        edges = theory.velocity_edges(ratio * rate)
        grid = [np.linspace(0.0, 1.0, COLUMNS + 1), edges]
        entropy = [theory.sample_entropy(np.histogram2d(a, b, grid)[0], edges)
                   for a, b in zip(x, v)]  # fmt: skip
        shares = [theory.knudsen_columns(t, COLUMNS, edges, kn) for t in time]
        known = [theory.expected_entropy(p, edges, n * members) for p in shares]
        away = np.abs(np.array(entropy) - known)
        # Sampling: 1 / (2 sqrt(discs)) for vx alone, of which the energy is not fixed. Those that
        # have collided take O(1/Kn) to spread over the box.
        sampling = 1.5 / math.sqrt(n * members)
        late, later = away[rate * time > 0.5].max(), away[rate * time > 0.99].max()
        expect(late < 0.4 / kn + sampling, f"R = {ratio}: off by {late} for nu t > 1/2")
        expect(later < 0.1 / kn + sampling, f"R = {ratio}: off by {later} for nu t > 1")
    # The columns' edges of the last ratio, 1: free flight alone is far from it.
    half = np.argmin(np.abs(rate * time - 0.5))
    free = theory.free_columns(time[half], COLUMNS, edges)
    above = entropy[half] - theory.expected_entropy(free, edges, n * members)
    expect(above > 0.15, f"R = 1, nu t = 1/2: {above} above free flight")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
