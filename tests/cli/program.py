# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tested program, and looks at what it leaves behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import netCDF4

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from tap import expect  # noqa: E402

# Runs have folders of their own, from where a relative path leads elsewhere.
PROGRAM = os.path.abspath(sys.argv[1])
# Generous: an instrumented build on a busy machine is some thirty times slower.
PATIENCE = 300

CONFIG = """\
solver = "nlse"
seed = 3

[time]
end = 1.0
snapshot_every = 0.25

[grid]
points = 256
length = 40.0

[[initial]]
kind = "soliton"
velocity = 0.5
"""


def environment():
    # A user's own settings would change what is tested.
    return {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "CLAUSIUS"))}


def write(folder, text=CONFIG, name="a.toml"):
    (folder / name).write_text(text)
    return name


def start(folder, *arguments, **more):
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def finish(process, code=0):
    """Waits for the end; the process's (stdout, stderr)."""
    out, err = process.communicate(timeout=PATIENCE)
    expect(
        process.returncode == code,
        f"{process.args[1:]}: exit code {process.returncode}, not {code}: {err}",
    )
    return out, err


def run(folder, *arguments, code=0, **more):
    return finish(start(folder, *arguments, **more), code)


def one_line(text, expected=None):
    expect(text.endswith("\n") and text.count("\n") == 1, f"one line expected: {text!r}")
    if expected is not None:
        expect(text == expected + "\n", f"got      {text}expected {expected}")


def refuse(folder, *arguments, message):
    """Exit code 2, one line, and not a file more or less, or other, than before."""
    before = tree(folder)
    out, err = run(folder, *arguments, code=2)
    one_line(err, message)
    expect(out == "", f"{arguments}: prints {out!r}")
    expect(tree(folder) == before, f"{arguments}: leaves {set(tree(folder)) ^ set(before)}")


def tree(folder):
    """What is in a folder: each file's content, None for a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def read(path):
    """All variables: name -> (type, dimensions, array). Bytes as they are in the file."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        return {n: (v.dtype, v.dimensions, v[...]) for n, v in file.variables.items()}


def values(path, name):
    return read(path)[name][2]


def attribute(path, name):
    with netCDF4.Dataset(path) as file:
        return file.getncattr(name)


def expect_same_numbers(left, right):
    """Bit for bit, in every variable: no tolerance."""
    a, b = read(left), read(right)
    expect(a.keys() == b.keys(), f"variables differ: {a.keys() ^ b.keys()}")
    for name in a:
        expect(a[name][:2] == b[name][:2], f"{name}: {a[name][:2]} and {b[name][:2]}")
        x, y = a[name][2], b[name][2]
        expect(x.shape == y.shape, f"{name}: shapes {x.shape} and {y.shape}")
        expect(x.tobytes() == y.tobytes(), f"{name}: numbers differ")


def wait_until(condition, process, what):
    limit = time.monotonic() + PATIENCE
    while not condition():
        expect(process.poll() is None, f"the run ended before there was {what}")
        expect(time.monotonic() < limit, f"waited in vain for {what}")
        time.sleep(0.002)
