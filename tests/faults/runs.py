# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the solvers that the campaign disturbs: configurations, processes under the shim, and
where a process crashed."""

import dataclasses
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

SHIM = Path()  # both set by campaign.py
PROGRAMS = Path()
# Nothing here works for longer than seconds; a busy machine with an instrumented build may.
PATIENCE = 120
# What a run may leave, beside the configuration: with the last one only where it was killed.
NAMES = frozenset(("a.nc", "a.xdmf2", "a.checkpoint", "a.checkpoint.previous"))
usual = set(NAMES)  # and what an undisturbed run leaves, whose verdict is its own
JOURNAL = "a.journal"

COMMON = """\
seed = 3

[time]
end = 1.0
snapshot_every = {every}

[output]
checkpoint_every = 0.02

"""
# For each solver: time between two records, and the rest of the configuration. 200 records take some
# 0.3 s.
SOLVERS = {
    "nlse": (
        0.005,
        """\
[grid]
points = 128
length = 20.0

[integrator]
method = "split-step"
step = 1e-4

[[initial]]
kind = "soliton"
amplitude = 2.0

[[initial]]
kind = "noise"
level = 0.001
maximum_wavenumber = 4.0

[[diagnostics.measure]]
of = "density"
what = "lempel-ziv-complexity"
""",
    ),
    "klein-gordon": (
        0.5,
        """\
[grid]
points = 128
length = 40.0

[equation]
potential = { kind = "sine-gordon" }

[integrator]
step = 5e-4

[[initial]]
kind = "breather"
frequency = 0.6
""",
    ),
    "couzin": (
        1.0,
        """\
[domain]
length = 20.0

[school]
individuals = 32
repulsion_radius = 1.0
orientation_radius = 4.0
attraction_radius = 8.0
max_turn = 0.17
noise = 0.1

[[initial]]
kind = "uniform"
""",
    ),
    "hard-discs": (
        0.5,
        """\
[gas]
particles = 64
diameter = 0.03

[domain]
width = 1.0
height = 1.0
boundary_x = "wall"
boundary_y = "periodic"

[[initial]]
kind = "half-box"

[macrostate]
position_cells = [4, 1]
split = true
""",
    ),
}


def setting(key, value):
    return ("-s", f"{key}={value}")


def until(solver, records):
    """The options of a run that writes that many records behind its first one."""
    return setting("time.end", records * SOLVERS[solver][0])


# A checkpoint after every call of the model: what a run does no longer depends on the clock.
ALWAYS = setting("output.checkpoint_every", "1e-9")
AT_THE_END = setting("output.checkpoint_every", "1e9")
NEVER = setting("output.checkpoint_every", "0.0")


def write_config(folder, solver):
    every, text = SOLVERS[solver]
    head = f'solver = "{solver}"\n' + COMMON.format(every=every)
    (folder / "a.toml").write_text(head + text)


@dataclasses.dataclass
class Ended:
    """A process that has ended: its exit code (-N: signal N; None: it hung), its messages, the
    number of its calls that concern files, and of its allocations, and where it crashed."""

    code: int | None
    err: str
    log: str = ""

    @property
    def calls(self):
        return re.findall(r"^([a-z]+) (\d+) (\d+) (\S+) ?(.*)$", self.log, re.M)

    def count(self, call):
        if call == "malloc":
            found = re.search(r"^malloc (\d+)$", self.log, re.M)
            return int(found[1]) if found else 0
        return sum(1 for c in self.calls if call in ("any", c[0]))

    @property
    def own(self):
        """The numbers of the allocations that are the program's own."""
        return [int(n) for n in re.findall(r"^own (\d+)$", self.log, re.M)]

    @property
    def reached(self):
        """The number of calls at the fault, or at all."""
        return len(re.findall(r"^[a-z]+ \d+ \d+ ", self.log.split("\nfault ")[0], re.M))

    @property
    def crashed(self):
        return self.code is not None and self.code < 0 and self.code not in (-2, -9, -10, -15)

    def place(self, of="crash"):
        """(whether it is ours, where). Frames of the C library and of the shim are passed over: who
        called it is meant. Libraries hide most names: the nearest one that they show."""
        found = re.search(rf"^{of} .*\n((?:/.*\n)*)", self.log, re.M)
        guilty = None
        for frame in found[1].splitlines() if found else ():
            module, name, offset = re.match(r"([^(]*)\(([^+)]*)\+?([^)]*)\)", frame).groups()
            base = os.path.basename(module)
            if re.match(r"(libc\.|ld-|libpthread|libm\.|libstdc|libgcc|libfaults_shim)", base):
                continue
            if guilty is None and base.startswith(("clausius", "libclausius")):
                return True, f"{base}: {name or symbol(module, offset)}"
            guilty = guilty or base
            if base != guilty:
                break
            if name:
                return False, f"{base.split('.')[0]}: {plain(name)}"
        return guilty is None, guilty.split(".")[0] if guilty else "an unknown place"


def symbol(module, offset):
    told = subprocess.run(
        ["addr2line", "-f", "-e", module, offset], capture_output=True, text=True, check=False
    )
    return told.stdout.split("\n")[0] or "?"


def plain(name):
    """A C++ name without its arguments."""
    told = subprocess.run(["c++filt", name], capture_output=True, text=True, check=False)
    return told.stdout.strip().split("(")[0] or name


def environment(folder, fault, log):
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "CLAUSIUS", "HDF5_"))}
    mine |= {
        "LD_PRELOAD": str(SHIM),
        "CLAUSIUS_FAULT_FOLDER": str(folder),
        "CLAUSIUS_FAULT_LOG": str(log),
    }
    return mine | ({"CLAUSIUS_FAULT": fault} if fault else {})


def program(name):
    return PROGRAMS / f"clausius-{name}"


class Process:
    """A process that goes on. Its log lies beside its folder, which it has for itself."""

    number = 0

    def __init__(self, folder, command, fault=None, before=(), **more):
        Process.number += 1
        self.log = folder.parent / f"{folder.name}.{Process.number}.log"
        self.process = subprocess.Popen(
            [*map(str, before), *map(str, command)],
            cwd=folder,
            env=environment(folder, fault, self.log),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            **more,
        )
        self.pid = self.process.pid

    def goes(self):
        return self.process.poll() is None

    def end(self):
        try:
            code, err = None, ""
            _, err = self.process.communicate(timeout=PATIENCE)
            code = self.process.returncode
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        log = self.log.read_text(errors="replace") if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return Ended(code, err, log)


def start(folder, solver, *options, **more):
    return Process(folder, [program(solver), "a.toml", "-q", "-t", "1", *options], **more)


def run(folder, solver, *options, **more):
    return start(folder, solver, *options, **more).end()


def repair(folder):
    """clausius-repair on the output; None where there is no such program."""
    if not program("repair").exists():
        return None
    return Process(folder, [program("repair"), "a.nc"]).end()


def checkpoints(folder):
    """The last one first; under their present names, and those of earlier versions."""
    names = ("checkpoint", "checkpoint.nc", "checkpoint.previous", "checkpoint.previous.nc")
    return [f"a.{name}" for name in names if (folder / f"a.{name}").exists()]


def leftovers(folder, journal=False):
    allowed = usual | {"a.toml"} | ({JOURNAL} if journal else set())
    return sorted(set(os.listdir(folder)) - allowed)


def copy(source, target):
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    return target


def wait_until(condition, process, limit=30.0):
    """Whether it came true while the process went on."""
    end = time.monotonic() + limit
    while not condition():
        if not process.goes() or time.monotonic() > end:
            return condition()
        time.sleep(0.001)
    return True
