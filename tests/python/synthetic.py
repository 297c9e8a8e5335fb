# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files in the layout of docs/output-format.md, made without a solver.

Each maker writes one NetCDF-4 file of a kind of run; its keyword arguments make the variants that
the scripts must cope with (observables only, one snapshot, a run that is under way, ...).
"""

import sys

import netCDF4
import numpy as np

ORDERS = [0.5, 2.0]


def _create(path, title, config, status):
    data = netCDF4.Dataset(path, "w", format="NETCDF4")
    data.setncatts(
        {
            "Conventions": "CF-1.10",
            "title": title,
            "source": "clausius 0.1.0",
            "history": "synthetic",
            "config": config,
            "seed": np.int64(0),
            "status": status,
            "wall_time_s": 1.5,
        }
    )
    return data


def _coordinate(data, name, values, long_name, unlimited=False):
    data.createDimension(name, None if unlimited else len(values))
    variable = data.createVariable(name, "f8", (name,))
    variable.setncatts({"units": "1", "long_name": long_name})
    variable[:] = values


def _variable(data, name, dimensions, values, long_name=None, **attributes):
    variable = data.createVariable(name, "f8", dimensions)
    variable.setncatts({"units": "1", "long_name": long_name or name.replace("_", " ")})
    variable.setncatts(attributes)
    variable[:] = values


def _times(data, times, snapshots):
    if snapshots:
        _coordinate(data, "time", times[:snapshots], "time", unlimited=True)
    _coordinate(data, "observation_time", times, "time of the observables", unlimited=True)


def entropy_of(p, kind, order=1.0):
    """Entropy of each row of p; zero terms are dropped (PHYSICS: natural logarithm)."""
    p = p / p.sum(axis=-1, keepdims=True)
    safe = np.where(p > 0, p, 1.0)
    if kind == "shannon":
        return -(p * np.log(safe)).sum(axis=-1)
    power = np.where(p > 0, safe**order, 0.0).sum(axis=-1)
    return np.log(power) / (1 - order) if kind == "renyi" else (1 - power) / (order - 1)


def _entropies(data, what, p, missing=False):
    for kind in ["shannon", "renyi", "tsallis"]:
        if kind == "shannon":
            values, dimensions = entropy_of(p, kind), ("observation_time",)
        else:
            values = np.stack([entropy_of(p, kind, q) for q in ORDERS], axis=-1)
            dimensions = ("observation_time", f"{kind}_order")
        if missing:
            values = np.where(np.arange(len(values)) % 3 == 1, np.nan, values.T).T
        _variable(data, f"{what}_{kind}", dimensions, values, f"{kind} entropy of the {what}")


def _histograms(rows, bins=64):
    low, high = rows.min(axis=1, initial=0.0), rows.max(axis=1)
    return np.stack([np.histogram(r, bins, (a, b))[0] for r, a, b in zip(rows, low, high)])


def n_solitons(x, t, amplitude, velocity, position, phase):
    """Exact N-soliton state of i psi_t + psi_xx/2 + |psi|^2 psi = 0 (scaled: no overflow)."""
    eigenvalue = np.array(velocity) + 1j * np.array(amplitude)
    exponent = 1j * (
        eigenvalue * (x[:, None] - np.array(position)) - eigenvalue**2 * t / 2 + np.array(phase)
    )
    scale = np.exp(-np.maximum(exponent.real, 0.0))
    gamma = np.exp(exponent - np.maximum(exponent.real, 0.0))
    denominator = -1j * (eigenvalue[:, None] - eigenvalue.conj()[None, :])
    outer = gamma[:, :, None] * gamma.conj()[:, None, :]
    matrix = (scale[:, :, None] * scale[:, None, :] + outer) / denominator
    solution = np.linalg.solve(matrix, gamma[..., None])[..., 0]
    return (scale * solution).sum(axis=1)


def nlse(path, frames=201, snapshots=None, status="complete", missing=False, end=12.0):
    """Two solitons that pass through each other; snapshots=0: observables only."""
    config = (
        'solver = "nlse"\ntitle = "Two-soliton collision"\n'
        f"[time]\nend = {end}\n[grid]\npoints = 1024\nlength = 60.0\n"
        "[equation]\nnonlinearity = 1.0\n[integrator]\nmethod = 'dop853'\n"
    )
    points, length = 1024, 60.0
    x = -length / 2 + length / points * np.arange(points)
    k = 2 * np.pi * np.fft.fftfreq(points, length / points)
    times = np.linspace(0, end, frames)
    psi = np.stack([n_solitons(x, t, [2, 1.5], [2, -2], [-10, 10], [0, 0]) for t in times])
    slope = np.fft.ifft(1j * k * np.fft.fft(psi))
    density = np.abs(psi) ** 2
    step = length / points
    with _create(path, "Two-soliton collision", config, status) as data:
        count = frames if snapshots is None else snapshots
        _times(data, times, count)
        _coordinate(data, "x", x, "position")
        _coordinate(data, "renyi_order", ORDERS, "order of the Rényi entropy")
        _coordinate(data, "tsallis_order", ORDERS, "order of the Tsallis entropy")
        if count:
            _variable(data, "psi_re", ("time", "x"), psi.real[:count], "real part of the wave")
            _variable(data, "psi_im", ("time", "x"), psi.imag[:count], "imaginary part of the wave")
        numbers = ("observation_time",)
        _variable(data, "mass", numbers, density.sum(1) * step)
        _variable(data, "momentum", numbers, (psi.conj() * slope).imag.sum(1) * step)
        energy = 0.5 * np.abs(slope) ** 2 - 0.5 * density**2
        _variable(data, "energy", numbers, energy.sum(1) * step)
        _variable(data, "max_amplitude", numbers, np.abs(psi).max(1), "largest |psi|")
        _entropies(data, "density", density, missing)
        _entropies(data, "spectrum", np.abs(np.fft.fft(psi)) ** 2, missing)
        _entropies(data, "amplitude", _histograms(np.abs(psi)), missing)


KINKS = 8


def _kinks(data, x, phi):
    """Where phi crosses -pi or pi, up or down, as the solver has it, by linear interpolation."""
    frames = len(phi)
    position, charge = np.full((2, frames, KINKS), np.nan)
    count = np.zeros(frames)
    for frame, row in enumerate(phi):
        sector = np.floor((row + np.pi) / (2 * np.pi))
        places = np.flatnonzero(np.diff(sector))
        level = np.pi * (sector[places] + sector[places + 1])
        count[frame] = len(places)
        part = (level - row[places]) / (row[places + 1] - row[places])
        position[frame, : len(places)] = x[places] + part * (x[1] - x[0])
        charge[frame, : len(places)] = np.sign(np.diff(sector)[places])
    numbers, by_kink = ("observation_time",), ("observation_time", "kink")
    _coordinate(data, "kink", np.arange(KINKS), "number of the kink")
    _variable(data, "kink_count", numbers, count)
    _variable(data, "kink_position", by_kink, position)
    _variable(data, "kink_charge", by_kink, charge)
    met = np.cumsum(np.diff(count, prepend=count[0]) < 0)
    _variable(data, "bounces", numbers, met)
    # Of a breather none: its kinks never part.
    _variable(data, "escape_velocity", numbers, np.full(frames, np.nan))


def kink(path, kind, frames=21, points=512):
    """A kink at rest; `kind` of the boundary: "antiperiodic" (phi^4) or "shifted" (sine-Gordon)."""
    boundary = {"antiperiodic": 'kind = "antiperiodic"', "shifted": 'kind = "shifted", turns = 1'}
    length = 80.0
    config = (
        'solver = "klein-gordon"\n[grid]\npoints = 512\nlength = 80.0\n'
        f"boundary = {{ {boundary[kind]} }}\n"
    )
    x = -length / 2 + length / points * np.arange(points)
    phi = {"antiperiodic": np.tanh(x / 2**0.5), "shifted": 4 * np.arctan(np.exp(x))}[kind]
    with _create(path, "Kink", config, "complete") as data:
        _times(data, np.linspace(0, 1, frames), frames)
        _coordinate(data, "x", x, "position")
        _variable(data, "phi", ("time", "x"), np.tile(phi, (frames, 1)), "field")
        _kinks(data, x, np.tile(phi + (np.pi if kind == "antiperiodic" else 0), (frames, 1)))
        _variable(data, "topological_charge", ("observation_time",), np.ones(frames))


def klein_gordon(path, frames=201, points=512):
    """A breather of the sine-Gordon equation."""
    config = 'solver = "klein-gordon"\n[grid]\npoints = 512\nlength = 40.0\n'
    length, frequency, end = 40.0, 0.6, 40.0
    x = -length / 2 + length / points * np.arange(points)
    times = np.linspace(0, end, frames)[:, None]
    width = np.sqrt(1 - frequency**2)

    def breather(t):
        return 4 * np.arctan(width / frequency * np.cos(frequency * t) / np.cosh(width * x))

    phi = breather(times)
    phi_t = (breather(times + 1e-5) - breather(times - 1e-5)) / 2e-5
    step = length / points
    parts = {
        "kinetic_energy": 0.5 * phi_t**2,
        "gradient_energy": 0.5 * np.gradient(phi, step, axis=1) ** 2,
        "potential_energy": 1 - np.cos(phi),
    }
    with _create(path, "Sine-Gordon breather", config, "complete") as data:
        _times(data, times[:, 0], frames)
        _coordinate(data, "x", x, "position")
        _coordinate(data, "renyi_order", ORDERS, "order of the Rényi entropy")
        _coordinate(data, "tsallis_order", ORDERS, "order of the Tsallis entropy")
        _variable(data, "phi", ("time", "x"), phi, "field")
        _variable(data, "phi_t", ("time", "x"), phi_t, "time derivative of the field")
        numbers = ("observation_time",)
        for name, density in parts.items():
            _variable(data, name, numbers, density.sum(1) * step)
        total = sum(parts.values())
        _variable(data, "energy", numbers, total.sum(1) * step)
        momentum = -(phi_t * np.gradient(phi, step, axis=1)).sum(1) * step
        _variable(data, "momentum", numbers, momentum)
        _variable(data, "topological_charge", numbers, np.zeros(frames))
        _kinks(data, x, phi)
        _variable(data, "spectral_tail", numbers, np.full(frames, 1e-15))
        _entropies(data, "energy_density", total)
        _entropies(data, "field", phi**2 + 1e-300)
        _entropies(data, "spectrum", np.abs(np.fft.fft(phi)) ** 2 + 1e-300)


def _school_measures(data, times, dimensions, ramp):
    """What a school's file may hold besides: each with values that the name allows."""
    numbers, part = ("observation_time",), times / times[-1] if times[-1] > 0 else times
    for axis, name in enumerate("xyz"[:dimensions]):
        _variable(data, f"direction_{name}", numbers, 0.9 * np.cos(0.1 * times + axis))
        _variable(data, f"centre_{name}", numbers, (5 * axis + 2 + times) % 20)
    groups = 1 + (10 * part).round()
    for name, values in {
        "polarization_entropy_equal_area": 0.75 + 0.1 * part,
        "velocity_correlation_entropy_stderr": 0.02 + 0 * times,
        "group_count": groups, "largest_group": 150 - (90 * part).round(),
        "group_size": 150 / groups, "susceptibility": 2 + part, "binder_cumulant": 0.6 - 0.1 * part,
        "correlation_length": 4 + part, "angular_dispersion": 0.3 + part,
        "nearest_neighbor_distance_mean": 1 + 0.1 * part,
        "nearest_neighbor_distance_std": 0.2 + 0.1 * part,
        "nearest_neighbor_distance_min": 0.4 + 0.1 * part,
        "nearest_neighbor_distance_max": 2.5 + part, "accuracy": 0.4 + 0.3 * part,
    }.items():  # fmt: skip
        _variable(data, name, numbers, values)
    distance = 0.5 + np.arange(20) / 2
    _coordinate(data, "distance", distance, "distance of a pair")
    correlation = np.cos(distance / (2 + part[:, None])) * np.exp(-distance / 6)
    _variable(data, "velocity_correlation", ("observation_time", "distance"), correlation)
    if ramp:
        radius = 2 + 10 * (1 - np.abs(2 * part - 1))
        _variable(data, "orientation_radius", numbers, radius)
        data["polarization"][:] = 1 / (1 + np.exp(np.where(part < 0.5, 9, 5) - radius))
        data["rotation"][:] = 0.8 - 0.7 * data["polarization"][:]


def couzin(path, frames=60, individuals=150, dimensions=3, status="complete", measures=False,
           ramp=False):  # fmt: skip
    """A torus that turns round the middle of a periodic box."""
    length = 20.0
    config = (
        'solver = "couzin"\n[domain]\nlength = 20.0\n'
        f"dimensions = {dimensions}\nboundary = 'periodic'\n[school]\nspeed = 1.0\n"
    )
    random = np.random.default_rng(1)
    times = np.linspace(0, 30, frames)
    radius = random.normal(6, 0.7, individuals)
    angle = random.uniform(0, 2 * np.pi, individuals) + times[:, None] / radius
    state = {
        "x": length / 2 + radius * np.cos(angle),
        "y": length / 2 + radius * np.sin(angle),
        "z": length / 2 + random.normal(0, 1, individuals) + 0 * angle,
        "vx": -np.sin(angle),
        "vy": np.cos(angle),
        "vz": 0 * angle,
    }
    if dimensions == 2:
        del state["z"], state["vz"]
    with _create(path, "A milling torus", config, status) as data:
        _times(data, times, frames)
        _coordinate(data, "particle", np.arange(individuals), "individual")
        coordinates = " ".join("xyz"[:dimensions])
        for name, values in state.items():
            extra = {"coordinates": coordinates} if name.startswith("v") else {}
            _variable(data, name, ("time", "particle"), values, **extra)
        wobble = 0.02 * np.sin(times)
        for name, level in {
            "polarization": 0.05, "rotation": 0.97, "order_index": 0.92, "schooling_index": 0.55,
            "cohesion_entropy": 0.3, "polarization_entropy": 0.7, "depth_entropy": 0.6,
            "angular_momentum_entropy": 0.2, "nearest_neighbor_entropy": 0.5,
            "velocity_correlation_entropy": 0.9, "shape_entropy": 0.8,
        }.items():  # fmt: skip
            _variable(data, name, ("observation_time",), level + wobble)
        _variable(data, "spread", ("observation_time",), 6 + 10 * wobble)
        if measures:
            _school_measures(data, times, dimensions, ramp)


def hard_discs(path, frames=81, particles=400, ensemble=True):
    """A gas let out of the left half of its box, without collisions."""
    config = (
        'solver = "hard-discs"\n[gas]\nparticles = 400\ndiameter = 0.02\n'
        "[domain]\nwidth = 2.0\nheight = 1.0\nboundary_x = 'wall'\nboundary_y = 'periodic'\n"
        "[macrostate]\nvelocity_cell = [0.25, 0.5, 1.0]\n"
    )
    random = np.random.default_rng(2)
    times = np.linspace(0, 4, frames)
    x0, y0 = random.uniform(0, 1, particles), random.uniform(0, 1, particles)
    vx, vy = random.normal(0, 1, particles), random.normal(0, 1, particles)
    x = np.abs((x0 + vx * times[:, None] + 2) % 4 - 2)
    y = (y0 + vy * times[:, None]) % 1
    cells = [0.25, 0.5, 1.0]
    with _create(path, "Free expansion into twice the volume", config, "complete") as data:
        _times(data, times, frames)
        _coordinate(data, "particle", np.arange(particles), "particle")
        _coordinate(data, "velocity_cell", cells, "edge of a velocity cell in units of sqrt(T)")
        for name, values in {"x": x, "y": y, "vx": vx + 0 * x, "vy": vy + 0 * x}.items():
            extra = {"coordinates": "x y"} if name.startswith("v") else {}
            _variable(data, name, ("time", "particle"), values, **extra)
        numbers = ("observation_time",)
        grown = np.log(2) * (1 - np.exp(-times))
        entropy = np.stack([grown * (1 - 0.1 * c) - 2 * np.log(c) for c in cells], axis=-1)
        by_cell = ("observation_time", "velocity_cell")
        _variable(data, "boltzmann_entropy", by_cell, entropy, "Boltzmann entropy per particle")
        _variable(data, "boltzmann_entropy_dispersal", by_cell, 0.8 * (entropy - entropy[0]))
        _variable(data, "boltzmann_entropy_collision", by_cell, 0.2 * (entropy - entropy[0]))
        left = (x < 1).mean(axis=1)
        series = {"collisions": 400 * times, "fraction_left": left, "pressure": 1 + 0 * times}
        series["pressure"][0] = np.nan
        for name, values in series.items():
            _variable(data, name, numbers, values)
        _variable(data, "energy", numbers, 400.0 + 1e-13 * np.sin(times))
        _variable(data, "momentum_x", numbers, np.sin(times))
        _variable(data, "momentum_y", numbers, 1e-14 * times)
        if ensemble:
            _variable(data, "fraction_left_stderr", numbers, 0.02 + 0 * times)
            _variable(data, "boltzmann_entropy_stderr", by_cell, 0.03 + 0 * entropy)


MAKERS = {
    "nlse": nlse,
    "klein_gordon": klein_gordon,
    "couzin": couzin,
    "hard_discs": hard_discs,
}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](sys.argv[2])
