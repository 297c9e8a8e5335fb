# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinetic theory says of a gas that expands freely into twice its volume: shares of the
phase-space cells without collisions (exact), at large and at small Knudsen number (asymptotic), and
the entropies and sampling errors of a gas of N particles that is distributed like that.

Units: mass, temperature, Boltzmann's constant and the width L of the box are 1. The gas is at
x < 1/2 at t = 0, walls at x = 0 and 1, everything uniform in y, a square box. Shares p[i, j, k] are
of cells of column i of x and cells j, k of vx and vy.
"""

import math

import numpy as np

erf = np.vectorize(math.erf)


def maxwell(v):
    return np.exp(-0.5 * v * v) / math.sqrt(2.0 * math.pi)


def maxwell_integral(v):
    return 0.5 * erf(v / math.sqrt(2.0))


def velocity_edges(dv, limit=5.0):
    """Of the velocity cells: multiples of dv up to `limit`, rounded up. Some 1e-6 is beyond 5."""
    count = math.ceil(limit / dv * (1.0 - 1e-9))
    return dv * np.arange(-count, count + 1)


def maxwell_shares(edges):
    return np.diff(maxwell_integral(edges))


def collision_rate(kn):
    """Of a particle in equilibrium in the whole box: mean speed / mean free path."""
    return math.sqrt(0.5 * math.pi) / kn


def diameter(count, kn):
    """Mean free path 1 / (2 sqrt(2) n d) = kn in a square box; 0 for none."""
    return 1.0 / (2.0 * math.sqrt(2.0) * count * kn)


def equilibrium_shares(columns, edges):
    m = maxwell_shares(edges)
    return np.broadcast_to(m[:, None] * m / columns, (columns, len(m), len(m)))


# ---- without collisions, exactly --------------------------------------------------------------


def wave(xi):
    """Integral from 0 to xi of chi = 1 where cos(pi xi) > 0, else 0."""
    turns, rest = np.divmod(xi + 0.5, 2.0)
    return turns + np.minimum(rest, 1.0) - 0.5


def _swept(x, t, edges):
    """Integral of M(v) wave(x - v t) over each velocity cell. It is straight between the kinks
    at x - v t = 1/2 + m, where the integral is one of M (a + b v)."""
    reach = abs(t) * max(-edges[0], edges[-1]) + 1.0
    kinks = np.arange(math.floor(x - reach) + 0.5, x + reach)
    v = (x - kinks) / t if t != 0.0 else np.empty(0)
    v = np.union1d(edges, v[(v > edges[0]) & (v < edges[-1])])
    low, high = v[:-1], v[1:]
    slope = -t * (np.cos(math.pi * (x - 0.5 * (low + high) * t)) > 0.0)
    share = np.diff(maxwell_integral(v))
    pieces = wave(x - low * t) * share + slope * (-np.diff(maxwell(v)) - low * share)
    return np.add.reduceat(pieces, np.searchsorted(v, edges[:-1]))


def free_columns(t, columns, edges):
    """Shares of the cells (x, vx): method of images, f = 2 M(v) chi(x - v t)."""
    swept = np.array([_swept(x, t, edges) for x in np.linspace(0.0, 1.0, columns + 1)])
    return 2.0 * np.diff(swept, axis=0)


def free_shares(t, columns, edges):
    return free_columns(t, columns, edges)[:, :, None] * maxwell_shares(edges)


def dispersal(w):
    """Gain of entropy s(w) per particle without collisions for w = t dv, in the limit of fine cells
    and of t much longer than a thermal particle needs for the box: -2 <phi ln phi>, where phi is
    the share of a window of length w that is filled by stripes of length 1 at distances of 1."""

    def integral(phi):  # of -phi ln phi, from 0
        return 0.25 * phi**2 - 0.5 * phi**2 * np.log(np.maximum(phi, 1e-300))

    w = np.asarray(w, dtype=float)
    turns, rest = np.divmod(w, 2.0)
    short = rest <= 1.0
    low = np.where(short, turns, turns + rest - 1.0)  # least and largest content of the window
    high = np.where(short, turns + rest, turns + 1.0)
    weight = np.where(short, rest, 2.0 - rest)  # of phases at which the content is in between
    w = np.maximum(w, 1e-300)
    low, high = low / w, high / w

    def g(phi):
        return -phi * np.log(np.maximum(phi, 1e-300))

    between = (integral(high) - integral(low)) / np.maximum(high - low, 1e-300)  # weight 0 if equal
    return 2.0 * (weight * between + 0.5 * (1.0 - weight) * (g(low) + g(high)))


# ---- large Knudsen number ---------------------------------------------------------------------


def rate_at_speed(v, kn):
    """Collision rate of a particle of speed v in the equilibrium gas of the whole box."""
    z = np.asarray(v, dtype=float)[..., None] ** 2 / 4.0
    angle = math.pi * (np.arange(64) + 0.5) / 64
    # exp(-z) I_k(z) as the mean over the angle: converges faster than any power.
    falling = np.exp(z * (np.cos(angle) - 1.0))
    i0, i1 = falling.mean(axis=-1), (falling * np.cos(angle)).mean(axis=-1)
    z = z[..., 0]
    return collision_rate(kn) / math.sqrt(2.0) * ((1.0 + 2.0 * z) * i0 + 2.0 * z * i1)


_SPEEDS = np.linspace(0.0, 12.0, 2401)
_RATES = rate_at_speed(_SPEEDS, 1.0)


def _alive(t, kn, vx, vy):
    """exp(-nu(v) t), [vx][vy]; the rates are straight between speeds of 0.005: good to 1e-6."""
    return np.exp(np.interp(np.hypot(vx[:, None], vy), _SPEEDS, _RATES) * (-t / kn))


def _points(edges, number):
    """`number` in each cell: midpoint rule."""
    return edges[0] + (edges[1] - edges[0]) / number * (
        np.arange(number * (len(edges) - 1)) + 0.5)


def survival(t, kn, edges, number=4):
    """Share of the particles of each velocity cell (vx, vy) that have not collided."""
    v = _points(edges, number)
    weight = maxwell(v)[:, None] * maxwell(v)
    shape = (len(edges) - 1, number) * 2
    alive = (_alive(t, kn, v, v) * weight).reshape(shape).sum((1, 3))
    return alive / weight.reshape(shape).sum((1, 3))


def survival_along(t, kn, edges, number=4):
    """The same of the cells of vx alone."""
    v, across = _points(edges, number), np.linspace(-6.0, 6.0, 61)
    alive = (_alive(t, kn, v, across) * maxwell(across)).sum(1) / maxwell(across).sum() * maxwell(v)
    return alive.reshape(-1, number).sum(1) / maxwell(v).reshape(-1, number).sum(1)


def knudsen_shares(t, columns, edges, kn):
    """Kn -> infinity at fixed nu t: those that have collided are in equilibrium, the others fly
    freely. The entropy is wrong by O(1/kn): 0.4 / kn for nu t > 1/2, 0.1 / kn for nu t > 1."""
    alive = survival(t, kn, edges)
    return (alive * free_shares(t, columns, edges)
            + (1.0 - alive) * equilibrium_shares(columns, edges))


def knudsen_columns(t, columns, edges, kn):
    """The same of the cells (x, vx)."""
    alive = survival_along(t, kn, edges)
    return (alive * free_columns(t, columns, edges)
            + (1.0 - alive) * maxwell_shares(edges) / columns)


# ---- small Knudsen number ---------------------------------------------------------------------


def _to_conserved(rho, u, temperature):
    return np.array([rho, rho * u, rho * (0.5 * u * u + temperature)])


def _to_primitive(q):
    u = q[1] / q[0]
    return np.array([q[0], u, np.maximum(q[2] / q[0] - 0.5 * u * u, 1e-6)])


def _flux(w):
    rho, u, temperature = w
    p = rho * temperature
    return np.array([rho * u, rho * u * u + p, u * (rho * (0.5 * u * u + temperature) + p)])


def _minmod(a, b):
    return np.where(a * b > 0.0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)


def _euler_rate(q, dx):
    """Second-order finite volumes: limited slopes of density, velocity and temperature, fluxes of
    Harten, Lax and van Leer, walls by mirror images."""
    w = _to_primitive(q)
    mirror = np.array([1.0, -1.0, 1.0])[:, None]
    w = np.concatenate([mirror * w[:, 1::-1], w, mirror * w[:, :-3:-1]], axis=1)
    step = np.diff(w, axis=1)
    slope = _minmod(step[:, :-1], step[:, 1:])
    left, right = (w[:, 1:-1] + 0.5 * slope)[:, :-1], (w[:, 1:-1] - 0.5 * slope)[:, 1:]
    a, b = np.sqrt(2.0 * left[2]), np.sqrt(2.0 * right[2])  # sound: two degrees of freedom
    low = np.minimum(np.minimum(left[1] - a, right[1] - b), 0.0)
    high = np.maximum(np.maximum(left[1] + a, right[1] + b), 0.0)
    flux = (high * _flux(left) - low * _flux(right)
            + low * high * (_to_conserved(*right) - _to_conserved(*left))) / (high - low)
    return -np.diff(flux, axis=1) / dx


def euler(times, points=800):
    """Kn -> 0: density (mean 1), velocity, temperature [time][3][points] of the inviscid gas (two
    degrees of freedom: c^2 = 2 T). The empty half has a density of 1e-6. Points are centres."""
    dx = 1.0 / points
    x = (np.arange(points) + 0.5) * dx
    full = x < 0.5
    q = _to_conserved(np.where(full, 2.0, 1e-6), np.zeros(points), np.ones(points))
    now, found = 0.0, []
    for time in times:
        while now < time:
            w = _to_primitive(q)
            step = min(0.4 * dx / np.max(np.abs(w[1]) + np.sqrt(2.0 * w[2])), time - now)
            middle = q + step * _euler_rate(q, dx)  # Heun's method
            q = 0.5 * (q + middle + step * _euler_rate(middle, dx))
            now = time if time - now <= step else now + step
        found.append(_to_primitive(q))
    return np.array(found)


def local_equilibrium_shares(fields, columns, edges):
    """Maxwellians of the fields at one time, gathered in the cells."""
    rho, u, temperature = fields
    width = np.sqrt(temperature)
    # Rows: points; columns: cells.
    along = np.diff(maxwell_integral((edges - u[:, None]) / width[:, None]), axis=1)
    across = np.diff(maxwell_integral(edges / width[:, None]), axis=1)
    shape = (columns, len(rho) // columns, -1)
    weight = (rho / rho.sum())[:, None]
    return np.einsum("ipj,ipk->ijk", (weight * along).reshape(shape), across.reshape(shape))


# ---- entropies of N particles -----------------------------------------------------------------

_LOG_MEANS = np.linspace(math.log(1e-8), math.log(256.0), 6000)
_table = None


def _mean_log_factorial(mean):
    """Of a number with Poisson's distribution: E[ln n!]."""
    global _table
    if _table is None:
        k = np.arange(2, 512)
        log_factorial = np.array([math.lgamma(n + 1.0) for n in k])
        m = np.exp(_LOG_MEANS)[:, None]
        _table = np.log((np.exp(k * np.log(m) - m - log_factorial) * log_factorial).sum(axis=1))
    small = np.exp(np.interp(np.log(np.maximum(mean, 1e-300)), _LOG_MEANS, _table))
    large = np.maximum(mean, 1.0)
    large = (large * (np.log(large) - 1.0) + 0.5 * np.log(2.0 * math.pi * large) + 0.5
             - 1.0 / (12.0 * large))  # fmt: skip
    return np.where(mean < 200.0, small, large)


def log_volume(shares, edges):
    """ln of a cell's volume, of a box of height 1."""
    dv = edges[1] - edges[0]
    return math.log(dv * dv / shares.shape[0])


def sample_entropy(counts, edges):
    """S_B / N of the numbers N_a in cells like the shares."""
    table = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, counts.max() + 1)))])
    return log_volume(counts, edges) - table[counts.astype(int)].sum() / counts.sum()


def expected_entropy(shares, edges, count):
    """E[S_B] / N = ln |D| - (1/N) sum E[ln N_a!] of `count` independent particles, the numbers of
    which are Poisson's to O(1/N)."""
    p = shares[shares > 1e-9 / count]
    return log_volume(shares, edges) - _mean_log_factorial(count * p).sum() / count


def limit_entropy(shares, edges):
    """-sum p ln (p / |D|): what boltzmann_entropy_corrected estimates."""
    p = shares[shares > 0.0]
    return log_volume(shares, edges) - (p * np.log(p)).sum()


def sampling_deviation(shares, edges, count):
    """Standard deviation of S_B / N over independent samples of one and the same total energy: that
    of -ln p over the particles less what goes with v^2 (mean 2, variance 4), and to second order
    1/2 of variance for each occupied cell."""
    square = 1.0 - np.diff(edges * maxwell(edges)) / maxwell_shares(edges)  # of vx, given the cell
    square = np.broadcast_to(square[:, None] + square, shares.shape)
    some = shares > 0.0
    p, square = shares[some], square[some]
    log = np.log(p) - (p * np.log(p)).sum()
    along = (p * log * (square - 2.0)).sum() / 4.0
    occupied = np.sum(-np.expm1(-count * p))
    return math.sqrt(((p * log**2).sum() - 4.0 * along**2) / count + 0.5 * occupied / count**2)
