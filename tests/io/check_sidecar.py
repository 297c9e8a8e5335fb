#!/usr/bin/env pvpython
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ParaView reads through a sidecar: times, coordinates and values.

usage: xvfb-run -a pvpython check_sidecar.py WRITE_SIDECARS

Runs the program, which writes small runs by formula, and opens each NAME.xdmf2 as a user would.
Prints TAP; exits 1 if anything differs.
"""

import subprocess
import sys
import tempfile

import numpy as np
from paraview import servermanager
from paraview.simple import Delete, XDMFReader
from vtkmodules.util.numpy_support import vtk_to_numpy

TIMES = [0.0, 0.1, 0.25, 0.7, 1.0]
NX, NY, PARTICLES = 24, 7, 9
X = -3.0 + 0.25 * np.arange(NX)
Y = 5.0 + 0.5 * np.arange(NY)


def value(variable, time, count):
    """The formula of write_sidecars.c."""
    return np.sin(1.0 + 10.0 * variable + 100.0 * time + np.arange(count))


def leaves(block):
    if block is None:
        return
    if block.IsA("vtkMultiBlockDataSet"):
        for i in range(block.GetNumberOfBlocks()):
            yield from leaves(block.GetBlock(i))
    else:
        yield block


def coordinates(leaf):
    return np.array([leaf.GetPoint(i) for i in range(leaf.GetNumberOfPoints())])


def compare(result, expected, what, tolerance=4e-16):
    """Two libraries' sines, squares and sums differ in the last bits: one unit in the last place
    of 1 is 2.2e-16. Floats (and what ParaView keeps as such) are asked for 1e-7."""
    result = np.asarray(result, dtype=float)
    expected = np.asarray(expected, dtype=float)
    if result.shape != expected.shape:
        raise AssertionError(f"{what}: shape {result.shape}, not {expected.shape}")
    off = np.max(np.abs(result - expected) / np.maximum(1.0, np.abs(expected)), initial=0.0)
    if not off <= tolerance:
        raise AssertionError(f"{what}: off by {off:g}")


def array(leaf, name):
    found = leaf.GetPointData().GetArray(name)
    if found is None:
        raise AssertionError(f"no array {name}")
    return vtk_to_numpy(found)


def snapshots(path):
    """Yields (index, leaves) of each time; the times are compared."""
    reader = XDMFReader(FileNames=[path])
    reader.UpdatePipelineInformation()
    compare(list(reader.TimestepValues), TIMES, "times", 0.0)
    # Backwards as well: whoever drags the slider does not go in order.
    for index in [*range(len(TIMES)), *reversed(range(len(TIMES)))]:
        reader.UpdatePipeline(TIMES[index])
        yield index, list(leaves(servermanager.Fetch(reader)))
    Delete(reader)


def check_line(path, tolerance=4e-16):
    for index, found in snapshots(path):
        field, sheet = sorted(found, key=lambda leaf: leaf.GetNumberOfPoints())
        points = coordinates(field)
        compare(points[:, 0], X, "x")
        compare(points[:, 1:], np.zeros((NX, 2)), "y, z")
        re, im = value(0, index, NX), value(1, index, NX)
        compare(array(field, "psi_re"), re, "psi_re", tolerance)
        compare(array(field, "psi_im"), im, "psi_im", tolerance)
        compare(array(field, "|psi|^2"), re**2 + im**2, "|psi|^2", 4 * tolerance)
        points = coordinates(sheet)
        compare(points[:, 0], np.tile(X, len(TIMES)), "x of the sheet")
        compare(points[:, 1], np.repeat(TIMES, NX), "time of the sheet")
        every = [np.concatenate([value(v, t, NX) for t in range(len(TIMES))]) for v in (0, 1)]
        compare(array(sheet, "psi_re"), every[0], "psi_re of the sheet", tolerance)
        compare(
            array(sheet, "|psi|^2"),
            every[0] ** 2 + every[1] ** 2,
            "|psi|^2 of the sheet",
            4 * tolerance,
        )


def check_single(path):
    # Half a unit in the last place of a float is 6e-8.
    check_line(path, 1e-7)


def check_plane(path):
    for index, (field,) in snapshots(path):
        points = coordinates(field)
        compare(points[:, 0], np.tile(X, NY), "x")
        compare(points[:, 1], np.repeat(Y, NX), "y")
        re, im = value(0, index, NX * NY), value(1, index, NX * NY)
        compare(array(field, "psi_re"), re, "psi_re")
        compare(array(field, "psi_im"), im, "psi_im")
        compare(array(field, "|psi|^2"), re**2 + im**2, "|psi|^2", 16e-16)


def check_particles(path, rank):
    for index, (points,) in snapshots(path):
        places, velocities = np.zeros((PARTICLES, 3)), np.zeros((PARTICLES, 3))
        for k in range(rank):
            places[:, k] = value(k, index, PARTICLES)
            velocities[:, k] = value(rank + k, index, PARTICLES)
        # ParaView keeps points and joined vectors as it likes, floats at the least.
        compare(coordinates(points), places, "places", 1e-7)
        compare(array(points, "velocity"), velocities, "velocity", 1e-7)


def check_swarm(path):
    check_particles(path, 3)


def check_discs(path):
    check_particles(path, 2)


def main():
    checks = [check_line, check_single, check_plane, check_swarm, check_discs]
    failed = False
    print(f"1..{len(checks)}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        for number, check in enumerate(checks, 1):
            name = check.__name__.removeprefix("check_")
            try:
                check(f"{folder}/{name}.xdmf2")
                print(f"ok {number} - sidecar_opens_{name}", flush=True)
            except Exception as error:
                failed = True
                print(f"not ok {number} - sidecar_opens_{name}\n# {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
