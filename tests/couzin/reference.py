#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Couzin's zone model in plain NumPy, written from its definitions and from nothing of the solver:
one step (NumPy over all pairs, or compiled by Numba), the order parameters and entropies, and the
random numbers. Tests and benchmarks hold the solver against it.

    tests/couzin/reference.py RUN.nc [--tolerance 1e-10]

repeats every recorded step of a run without noise that has each step in its file, and the
observables of each record, and exits with 1 where a difference is above the tolerance.
"""

import argparse
import dataclasses
import sys

import numpy as np

try:
    import numba
except ImportError:
    numba = None

WEIGHTS = {  # of the schooling index
    "cohesion_entropy": 0.18, "polarization_entropy": 0.28, "depth_entropy": 0.08,
    "angular_momentum_entropy": 0.08, "nearest_neighbor_entropy": 0.10,
    "velocity_correlation_entropy": 0.18, "shape_entropy": 0.10,
}  # fmt: skip


@dataclasses.dataclass
class Model:
    """Keys as in the configuration; angles in radians but the blind angle, in degrees."""

    length: float = 25.0
    periodic: bool = True
    speed: float = 1.0
    step: float = 0.1
    repulsion_radius: float = 1.0
    orientation_radius: float = 3.0
    attraction_radius: float = 10.0
    blind_angle: float = 0.0
    max_turn: float = 0.3
    noise: float = 0.0
    orientation_weight: float = 1.0
    rule: str = "couzin2002"
    informed_weight: float = 0.0
    informed_direction: tuple = (1.0, 0.0, 0.0)


def model_of(config):
    """The model of a run's effective configuration (nested dicts)."""
    domain, school, informed = (config.get(n, {}) for n in ("domain", "school", "informed"))
    names = {field.name for field in dataclasses.fields(Model)}
    known = {key: value for key, value in school.items() if key in names}
    return Model(
        length=domain["length"],
        periodic=domain.get("boundary", "periodic") == "periodic",
        step=config["time"]["step"],
        informed_weight=informed.get("weight", 0.0),
        informed_direction=tuple(informed.get("direction", (1.0, 0.0, 0.0))),
        **known,
    )


def unit(vectors, least=0.0):
    """Rows of length 1; zero where the length is not above `least`."""
    length = np.sqrt((vectors**2).sum(axis=-1, keepdims=True))
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > least)


def minimum_image(offsets, model):
    if not model.periodic:
        return offsets
    return offsets - model.length * np.rint(offsets / model.length)


def wrap(positions, length):
    """Into [0, length); np.mod alone gives `length` for -1e-17."""
    wrapped = np.mod(positions, length)
    return np.where(wrapped >= length, 0.0, wrapped)


def zones(position, heading, model):
    """Of each individual: whether any is in repulsion, orientation, attraction, and the sums
    -sum r_hat, sum u_j, sum r_hat over these."""
    count, dimensions = position.shape
    offset = [
        minimum_image(position[None, :, k] - position[:, None, k], model) for k in range(dimensions)
    ]
    distance = np.sqrt(sum(part**2 for part in offset))
    distance[distance == 0.0] = np.inf  # oneself, and who is at the same point: not sensed
    towards = [part / distance for part in offset]
    ahead = sum(part * heading[:, k, None] for k, part in enumerate(towards))
    seen = ahead >= -np.cos(np.radians(model.blind_angle))
    inner, middle = model.repulsion_radius, model.orientation_radius
    repulsion = distance < inner
    orientation = seen & (distance >= inner) & (distance < middle)
    attraction = seen & (distance >= max(inner, middle)) & (distance < model.attraction_radius)
    if model.rule == "weighted":
        repulsion &= seen

    def pull(zone):
        return np.stack([(part * zone).sum(axis=1) for part in towards], axis=1)

    occupied = [zone.any(axis=1) for zone in (repulsion, orientation, attraction)]
    return occupied, -pull(repulsion), orientation.astype(float) @ heading, pull(attraction)


def desired_directions(position, heading, model, informed=None):
    """d_hat of each individual before the error, and which are in repulsion."""
    (repelled, aligned, attracted), away, along, together = zones(position, heading, model)
    if model.rule == "couzin2002":
        along = np.where(aligned[:, None], heading + along, 0.0)
        both = (aligned & attracted)[:, None]
        social, least = np.where(both, 0.5, 1.0) * (along + together), 1e-12
    else:
        social, least = model.orientation_weight * along + together, 1e-10
    direction = unit(np.where(repelled[:, None], away, social), least)
    direction = np.where((direction == 0.0).all(axis=1)[:, None], heading, direction)
    if informed is not None and model.informed_weight != 0.0:
        goal = unit(np.array(model.informed_direction[: position.shape[1]], dtype=float))
        mixed = unit(direction + model.informed_weight * goal, 1e-12)
        chosen = (informed & ~repelled & (mixed != 0.0).any(axis=1))[:, None]
        direction = np.where(chosen, mixed, direction)
    return direction, repelled


def perpendicular_pair(direction):
    """Two unit vectors that make a right-handed frame with each direction in space (T. Duff et
    al., J. Computer Graphics Techniques 6(1), 2017)."""
    x, y, z = direction.T
    sign = np.where(np.signbit(z), -1.0, 1.0)
    a = -1.0 / (sign + z)
    b = x * y * a
    first = np.stack([1.0 + sign * x * x * a, sign * b, -sign * x], axis=1)
    return first, np.stack([b, sign + y * y * a, -y], axis=1)


def deflect(direction, angle, azimuth):
    """Rotated by the angle, in the plane or towards the azimuth about the direction."""
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    if direction.shape[1] == 2:
        aside = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
    else:
        first, second = perpendicular_pair(direction)
        aside = np.cos(azimuth)[:, None] * first + np.sin(azimuth)[:, None] * second
    return cosine * direction + sine * aside


def turn(heading, direction, most):
    """Heading rotated towards the direction by at most `most` on the great circle."""
    cosine = (heading * direction).sum(axis=1, keepdims=True)
    aside = direction - cosine * heading
    sine = np.sqrt((aside**2).sum(axis=1, keepdims=True))
    angle = np.arctan2(sine, cosine)
    if heading.shape[1] == 2:
        any_side = np.stack([-heading[:, 1], heading[:, 0]], axis=1)
    else:
        any_side = perpendicular_pair(heading)[0]
    aside = np.where(sine > 1e-12, unit(aside), any_side)  # straight behind: any way round
    rotated = np.cos(most) * heading + np.sin(most) * aside
    return np.where(angle <= most, direction, unit(rotated))


def turn_by_chord(heading, direction, most):
    """The weighted rule's: normalise((1 - t) u + t d_hat) with t = most / angle."""
    cosine = np.clip((heading * direction).sum(axis=1, keepdims=True), -1.0, 1.0)
    angle = np.arccos(cosine)
    share = np.divide(most, angle, out=np.ones_like(angle), where=angle > most)
    mixed = unit((1.0 - share) * heading + share * direction, 1e-10)
    mixed = np.where((mixed == 0.0).all(axis=1)[:, None], heading, mixed)
    return np.where(angle <= most, direction, mixed)


def new_headings(position, heading, model, informed=None, normals=None, azimuths=None):
    """Headings after a step. `normals` (N, 3) are standard normal numbers, of which couzin2002
    takes the first; `azimuths` (N,) are uniform in [0, 2 pi). None: no noise."""
    direction, _ = desired_directions(position, heading, model, informed)
    noisy = normals is not None and model.noise != 0.0
    if model.rule == "couzin2002":
        if noisy:
            direction = deflect(direction, model.noise * normals[:, 0], azimuths)
        return turn(heading, direction, model.max_turn)
    heading = turn_by_chord(heading, direction, model.max_turn)
    if noisy:
        heading = unit(heading + model.noise * normals[:, : heading.shape[1]])
    return heading


def step(position, heading, model, informed=None, normals=None, azimuths=None):
    """Position and heading, (N, 3) or (N, 2), after one step, all from the same old state."""
    heading = new_headings(position, heading, model, informed, normals, azimuths)
    position = position + model.speed * model.step * heading
    return (wrap(position, model.length) if model.periodic else position), heading


def words(seed, step_number, count, purpose, stream=0, block=0):
    """(count, 4) words of numerics/random.h for the individuals 0 ... count - 1: Philox4x64-10 at
    the counter (step, individual, purpose, block). NumPy counts up before it generates."""
    rows = []
    for individual in range(count):
        counter = step_number + (individual << 64) + (purpose << 128) + (block << 192)
        source = np.random.Philox(key=[seed, stream], counter=(counter - 1) % 2**256)
        rows.append(source.random_raw(4))
    return np.array(rows, dtype=np.uint64)


def half_open(word):
    """Uniform in [0, 1)."""
    return (word >> np.uint64(11)).astype(float) * 2.0**-53


def normal_pair(first, second):
    """Box and Muller's normal numbers of two words, as in numerics/random.h."""
    uniform = ((first >> np.uint64(12)).astype(float) + 0.5) * 2.0**-52
    radius, angle = np.sqrt(-2.0 * np.log(uniform)), 2.0 * np.pi * half_open(second)
    return radius * np.cos(angle), radius * np.sin(angle)


def compiled_step():
    """The same step compiled by Numba, in space and without informed individuals: a function of
    (x, y, z, ux, uy, uz, model, normals, azimuths) that returns six new arrays, or None without
    Numba. One thread, plain scalars."""
    if numba is None:
        return None
    kernel = numba.njit(fastmath=False)(_all_pairs)

    def advance(x, y, z, ux, uy, uz, model, normals, azimuths):
        new = tuple(np.empty_like(x) for _ in range(6))
        kernel(x, y, z, ux, uy, uz, *new, model.length, model.periodic,
               model.speed * model.step, model.repulsion_radius, model.orientation_radius,
               model.attraction_radius, -np.cos(np.radians(model.blind_angle)), model.max_turn,
               model.noise, model.orientation_weight, model.rule == "weighted", normals,
               azimuths)  # fmt: skip
        return new

    return advance


def _all_pairs(x, y, z, ux, uy, uz, new_x, new_y, new_z, new_ux, new_uy, new_uz, length, periodic,
               path, r_r, r_o, r_a, least_cosine, most, noise, weight, weighted, normals,
               azimuths):  # fmt: skip
    count, half = len(x), 0.5 * length
    r_r2, r_o2, r_a2 = r_r * r_r, r_o * r_o, r_a * r_a
    reach2 = max(r_r2, r_o2, r_a2)
    vanishing = 1e-10 if weighted else 1e-12
    for i in range(count):
        xi, yi, zi, hx, hy, hz = x[i], y[i], z[i], ux[i], uy[i], uz[i]
        rx = ry = rz = ox = oy = oz = ax = ay = az = 0.0
        repelled = aligned = attracted = 0
        for j in range(count):
            dx, dy, dz = x[j] - xi, y[j] - yi, z[j] - zi
            if periodic:  # positions are in [0, length)
                if dx > half:
                    dx -= length
                elif dx < -half:
                    dx += length
                if dy > half:
                    dy -= length
                elif dy < -half:
                    dy += length
                if dz > half:
                    dz -= length
                elif dz < -half:
                    dz += length
            d2 = dx * dx + dy * dy + dz * dz
            if d2 >= reach2 or d2 == 0.0:
                continue
            inverse = 1.0 / np.sqrt(d2)
            dx, dy, dz = dx * inverse, dy * inverse, dz * inverse
            seen = dx * hx + dy * hy + dz * hz >= least_cosine
            if d2 < r_r2:
                if seen or not weighted:
                    repelled += 1
                    rx, ry, rz = rx - dx, ry - dy, rz - dz
            elif seen and d2 < r_o2:
                aligned += 1
                ox, oy, oz = ox + ux[j], oy + uy[j], oz + uz[j]
            elif seen and d2 < r_a2:
                attracted += 1
                ax, ay, az = ax + dx, ay + dy, az + dz
        if repelled > 0:
            dx, dy, dz = rx, ry, rz
        elif weighted:
            dx, dy, dz = weight * ox + ax, weight * oy + ay, weight * oz + az
        else:
            if aligned > 0:
                ox, oy, oz = ox + hx, oy + hy, oz + hz
            share = 0.5 if aligned > 0 and attracted > 0 else 1.0
            dx, dy, dz = share * (ox + ax), share * (oy + ay), share * (oz + az)
        norm = np.sqrt(dx * dx + dy * dy + dz * dz)
        if norm > vanishing:
            dx, dy, dz = dx / norm, dy / norm, dz / norm
        else:
            dx, dy, dz = hx, hy, hz
        if noise != 0.0 and not weighted:
            sign = -1.0 if dz < 0.0 else 1.0
            a = -1.0 / (sign + dz)
            b = dx * dy * a
            angle = noise * normals[i, 0]
            s, c = np.sin(angle), np.cos(angle)
            p, q = s * np.cos(azimuths[i]), s * np.sin(azimuths[i])
            dx, dy, dz = (
                c * dx + p * (1.0 + sign * dx * dx * a) + q * b,
                c * dy + p * sign * b + q * (sign + dy * dy * a),
                c * dz - p * sign * dx - q * dy,
            )
        cosine = hx * dx + hy * dy + hz * dz
        sx, sy, sz = dx - cosine * hx, dy - cosine * hy, dz - cosine * hz
        sine = np.sqrt(sx * sx + sy * sy + sz * sz)
        angle = np.arctan2(sine, cosine)
        if angle > most:
            if weighted:
                share = most / angle
                dx = (1.0 - share) * hx + share * dx
                dy = (1.0 - share) * hy + share * dy
                dz = (1.0 - share) * hz + share * dz
            else:
                if sine > 1e-12:
                    sx, sy, sz = sx / sine, sy / sine, sz / sine
                else:
                    sign = -1.0 if hz < 0.0 else 1.0
                    a = -1.0 / (sign + hz)
                    sx, sy, sz = 1.0 + sign * hx * hx * a, sign * hx * hy * a, -sign * hx
                s, c = np.sin(most), np.cos(most)
                dx, dy, dz = c * hx + s * sx, c * hy + s * sy, c * hz + s * sz
            norm = np.sqrt(dx * dx + dy * dy + dz * dz)
            if norm > vanishing:
                dx, dy, dz = dx / norm, dy / norm, dz / norm
            else:
                dx, dy, dz = hx, hy, hz
        if noise != 0.0 and weighted:
            dx += noise * normals[i, 0]
            dy += noise * normals[i, 1]
            dz += noise * normals[i, 2]
            norm = np.sqrt(dx * dx + dy * dy + dz * dz)
            dx, dy, dz = dx / norm, dy / norm, dz / norm
        new_ux[i], new_uy[i], new_uz[i] = dx, dy, dz
        px, py, pz = xi + path * dx, yi + path * dy, zi + path * dz
        if periodic:
            px -= length * np.floor(px / length)
            py -= length * np.floor(py / length)
            pz -= length * np.floor(pz / length)
            px = 0.0 if px >= length else px
            py = 0.0 if py >= length else py
            pz = 0.0 if pz >= length else pz
        new_x[i], new_y[i], new_z[i] = px, py, pz


def centre(position, model, kind="circular"):
    """Of the school: the circular mean of each axis in a periodic box; in the open, or with
    kind "plain", the mean."""
    if kind == "plain" or not model.periodic:
        return position.mean(axis=0)
    angle = 2.0 * np.pi * position / model.length
    mean = np.arctan2(np.sin(angle).mean(axis=0), np.cos(angle).mean(axis=0))
    return wrap(model.length * mean / (2.0 * np.pi), model.length)


def offsets(position, model, kind="circular"):
    """From the centre; minimum image but for the plain centre."""
    difference = position - centre(position, model, kind)
    return difference if kind == "plain" else minimum_image(difference, model)


def normalised_entropy(counts, bins=None):
    """Shannon's entropy of counts over the logarithm of the number of bins; 0.5 of none."""
    counts = np.ravel(counts).astype(float)
    if counts.sum() == 0.0:
        return 0.5
    share = counts[counts > 0] / counts.sum()
    return abs(float((share * np.log(share)).sum())) / np.log(bins or counts.size)


def histogram_entropy(values, bins, top):
    return normalised_entropy(np.histogram(values, bins, (0.0, top))[0])


def _in_space(vectors):
    return np.pad(vectors, ((0, 0), (0, 3 - vectors.shape[1])))


def _sphere_counts(heading, equal_area):
    """Headings on 12 x 24 cells, equal in theta or in cos theta."""
    azimuth = np.arctan2(heading[:, 1], heading[:, 0]) + np.pi
    height, limits = np.clip(heading[:, 2], -1.0, 1.0), (-1.0, 1.0)
    if not equal_area:
        height, limits = np.arccos(height), (0.0, np.pi)
    return np.histogram2d(height, azimuth, (12, 24), (limits, (0.0, 2.0 * np.pi)))[0]


def observables(position, heading, model, kind="circular"):
    """Order parameters, entropies and index of one state by their names in the output file."""
    from scipy.spatial.distance import pdist, squareform

    dimensions = position.shape[1]
    position, heading = _in_space(position), unit(_in_space(heading))
    count = len(position)
    from_centre = offsets(position, model, kind)
    circulation = np.cross(unit(from_centre, 1e-10), heading)
    pairs = np.sqrt(sum(
        minimum_image(pdist(position[:, k, None], "cityblock"), model) ** 2 for k in range(3)
    ))  # fmt: skip
    distance = np.sort(squareform(pairs), axis=1)[:, 1:]  # to the others, ascending
    depth = position[:, 2]
    if not model.periodic:
        depth = depth - centre(position, model, kind)[2] + model.length / 2
    found = {
        "polarization": np.sqrt((heading.mean(axis=0) ** 2).sum()),
        "rotation": np.sqrt((circulation.mean(axis=0) ** 2).sum()),
        "spread": np.sqrt((from_centre**2).sum(axis=1).mean()),
    }
    found["order_index"] = max(found["polarization"], found["rotation"])
    # The replaced library's counts carry sin theta twice; the second variant not at all.
    theta = (np.arange(12) + 0.5) * np.pi / 12
    weighted = _sphere_counts(heading, False) * np.sin(theta)[:, None]
    even = _sphere_counts(heading, True)
    if dimensions == 2:  # the azimuth's bins alone
        weighted = even = even.sum(axis=0)
    found["polarization_entropy"] = normalised_entropy(weighted)
    found["polarization_entropy_equal_area"] = normalised_entropy(even)
    found["depth_entropy"] = histogram_entropy(depth, 15, model.length)
    for name in ("cohesion", "angular_momentum", "nearest_neighbor", "velocity_correlation",
                 "shape"):  # fmt: skip
        found[f"{name}_entropy"] = 0.5  # of too few
    if count >= 2:
        found["cohesion_entropy"] = histogram_entropy(distance[:, 0], 25, model.length / 2)
        cosine = (heading @ heading.T)[np.triu_indices(count, 1)]
        found["velocity_correlation_entropy"] = histogram_entropy(
            (np.clip(cosine, -1.0, 1.0) + 1.0) / 2.0, 20, 1.0
        )
    if count >= 3:
        momentum = np.minimum(np.sqrt((circulation**2).sum(axis=1)), 1.0)
        found["angular_momentum_entropy"] = histogram_entropy(momentum, 20, 1.0)
    if count >= 6:
        nearest = distance[:, :5]
        mean = nearest.mean(axis=1)
        variation = np.divide(nearest.std(axis=1), mean, out=np.zeros(count), where=mean > 0)
        found["nearest_neighbor_entropy"] = histogram_entropy(variation, 20, 2.0)
    if count >= 4:
        covariance = np.cov(from_centre[:, :dimensions].T)
        values = np.maximum(np.linalg.eigvalsh(covariance), 1e-10)
        found["shape_entropy"] = normalised_entropy(values)
    found["schooling_index"] = sum(weight * found[name] for name, weight in WEIGHTS.items())
    return {name: float(value) for name, value in found.items()}


def compare(run, config):
    """{name: largest difference} between a run's records and this reference."""
    if config["school"].get("noise", 0.0) != 0.0:
        sys.exit("reference.py: the run has noise: --set school.noise=0.0")
    if config.get("ramp") or config.get("informed", {}).get("fraction", 0.0) > 0.0:
        sys.exit("reference.py: ramps and informed individuals are not recorded in the file")
    model = model_of(config)
    axes = "xyz"[: config["domain"].get("dimensions", 3)]  # the file has a z = 0 of two
    place = np.stack([run[name].values for name in axes], axis=-1)
    velocity = np.stack([run["v" + name].values for name in axes], axis=-1)
    clock, found = run["time"].values, {"position": 0.0, "heading": 0.0}
    steps = 0
    for k in range(len(clock) - 1):
        if abs(clock[k + 1] - clock[k] - model.step) > 1e-6 * model.step:
            continue
        steps += 1
        new_place, new_heading = step(place[k], unit(velocity[k]), model)
        apart = np.abs(minimum_image(new_place - place[k + 1], model)).max()
        found["position"] = max(found["position"], apart)
        apart = np.abs(new_heading - unit(velocity[k + 1])).max()
        found["heading"] = max(found["heading"], apart)
    if steps == 0:
        sys.exit("reference.py: no two snapshots one step apart: time.snapshot_every = time.step")
    kind = config["school"].get("centre", "circular")
    for k, time in enumerate(run["observation_time"].values):
        at = int(np.abs(clock - time).argmin())
        if abs(clock[at] - time) > 1e-9 * max(1.0, abs(time)):
            continue
        for name, value in observables(place[at], velocity[at], model, kind).items():
            if name in run:
                found[name] = max(found.get(name, 0.0), abs(value - float(run[name][k])))
    return found


def main():
    import tomllib

    import xarray

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", metavar="RUN.nc")
    parser.add_argument("--tolerance", type=float, default=1e-10)
    options = parser.parse_args()
    with xarray.open_dataset(options.file, engine="netcdf4", decode_times=False) as run:
        found = compare(run, tomllib.loads(run.attrs["config"]))
    bad = {name for name, apart in found.items() if not apart <= options.tolerance}
    for name, apart in found.items():
        print(f"{name:34s} {apart:8.1e}{'  above the tolerance' if name in bad else ''}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
