# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of faults. Each has a function that lists its cases, with seeds that are given, and one
that runs a case in a folder of its own and returns a verdict on it, or a list of verdicts."""

import functools
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import judge
import runs
from judge import Verdict

BASE = Path()  # set by campaign.py
SMALL, LONG, STEADY = 3, 72, 200  # records
CALLS = ("open", "write", "fsync", "rename", "truncate", "close")
# Worst first: a case has one verdict.
SEVERITY = ("lost", "wrong", "ours", "library", "refused", "leftover", "repair", "restart", "as is")


def worst(*verdicts):
    return min((v for v in verdicts if v), key=lambda v: SEVERITY.index(v.outcome))


def place(solver, name):
    return BASE / "reference" / solver / name


@functools.cache
def reference(solver, name):
    return judge.load(place(solver, name) / "a.nc")


def options(solver, name):
    return {
        "small": (*runs.until(solver, SMALL), *runs.ALWAYS),
        "long": (*runs.until(solver, LONG), *runs.AT_THE_END),
        "steady": runs.until(solver, STEADY),
        "large": ("-s", "grid.points=32768", *runs.until(solver, 2), *runs.AT_THE_END),
        "short": ("-s", "grid.points=32768", *runs.until(solver, 1), *runs.AT_THE_END),
    }[name]


def prepare(solver, name):
    """A run that nothing disturbs, and its calls."""
    folder = judge.scratch(BASE / "reference" / solver, name)
    runs.write_config(folder, solver)
    begun = time.monotonic()
    ended = runs.run(folder, solver, *options(solver, name), fault="own" if name == "small" else None)
    if ended.code != 0:
        raise SystemExit(f"clausius-{solver} fails undisturbed: {ended.code}: {ended.err}")
    (folder / "log").write_text(ended.log)
    (folder / "log").rename(folder.with_suffix(".log"))
    folder.with_suffix(".seconds").write_text(str(time.monotonic() - begun))


def seconds(solver, name):
    return float(place(solver, name).with_suffix(".seconds").read_text())


def undisturbed_run(solver, name):
    return runs.Ended(0, "", place(solver, name).with_suffix(".log").read_text())


@functools.cache
def count(solver, name, call):
    return undisturbed_run(solver, name).count(call)


def prepare_cut(solver):
    """A run whose file went past its checkpoint when it was killed: where restarts begin."""
    start = judge.scratch(BASE / "reference" / solver, "start")
    runs.write_config(start, solver)
    runs.run(start, solver, *runs.until(solver, 2), *runs.AT_THE_END)
    options = ("-r", runs.checkpoints(start)[0], *runs.until(solver, LONG), *runs.NEVER)
    rng = random.Random(f"cut {solver}")
    for _ in range(100):
        folder = runs.copy(start, place(solver, "cut"))
        untouched = (folder / "a.nc").stat().st_mtime_ns
        process = runs.start(folder, solver, *options)
        runs.wait_until(lambda: (folder / "a.nc").stat().st_mtime_ns != untouched, process)
        time.sleep(rng.random() * seconds(solver, "long"))
        # Stopped for longer than the time between two flushes.
        process.process.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        process.process.send_signal(signal.SIGCONT)
        time.sleep(0.01)
        process.process.kill()
        process.end()
        found = judge.look(folder, reference(solver, "long"))
        repaired = judge.repairs(folder, reference(solver, "long"))
        if (
            found.fits
            and found.status == "running"
            and 5 < found.records < LONG
            and repaired.records in (-1, found.records)
        ):
            return
    raise SystemExit(f"clausius-{solver}: no state past its checkpoint")


def prepare_restart(solver):
    """The calls of a restart of it that nothing disturbs."""
    folder = runs.copy(place(solver, "cut"), place(solver, "restart"))
    more = ("-r", runs.checkpoints(folder)[0])
    ended = runs.run(folder, solver, *more, *options(solver, "long"))
    folder.with_suffix(".log").write_text(ended.log)


def prepare_birth(solver):
    """The numbers of the first call before which a kill leaves a file that can be read, and one with
    a record: from there on there is something to lose."""

    @functools.cache
    def records(number):
        folder = judge.scratch(BASE / "reference" / solver, "try")
        runs.write_config(folder, solver)
        runs.run(folder, solver, *options(solver, "small"), fault=f"any:kill:{number}")
        found = judge.look(folder, reference(solver, "small"))
        return found.records if found.fits else -1

    def first(least):
        low, high = 0, 1
        while records(high) < least:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if records(middle) >= least else (middle, high)
        return high

    place(solver, "births").write_text(f"{first(0)} {first(1)}")


@functools.cache
def birth(solver):
    return tuple(map(int, place(solver, "births").read_text().split()))


def born(folder, solver, ended):
    """Whether there was something to lose when the fault came: a file that is there is to be one
    that can be read from the first flush on; one without a record may have been taken away."""
    readable, fed = birth(solver)
    return ended.reached >= (readable if (folder / "a.nc").exists() else fed)


def fresh(solver, case):
    folder = judge.scratch(BASE / "cases" / str(os.getpid()), re.sub(r"\W+", "-", case))
    runs.write_config(folder, solver)
    return folder


def some(cases, number, seed):
    """All, or as many as asked for, spread at random; the order stays."""
    if number is None or number >= len(cases):
        return cases
    chosen = set(random.Random(seed).sample(range(len(cases)), number))
    return [c for i, c in enumerate(cases) if i in chosen]


def share(number, solvers):
    return max(1, round(number / len(solvers)))


# A run that nothing disturbs leaves the documented files.


def undisturbed_cases(solvers, quick):
    return [(solver, "") for solver in solvers]


def undisturbed(solver, _):
    left = sorted(set(os.listdir(place(solver, "small"))) - runs.NAMES - {"a.toml"})
    return Verdict("leftover", f"{left}") if left else Verdict("as is")


# Kill -9 at random moments, of a run and of a restart.


def random_kill_cases(solvers, quick):
    cases = []
    for solver in solvers:
        rng = random.Random(f"kill {solver}")
        for i in range(3 if quick else 63):
            what = ("often", "never", "restart")[i % 3]
            cases.append((solver, what, rng.random()))
    return cases


def random_kill(solver, what, moment):
    folder = fresh(solver, f"kill {what} {moment}")
    chosen = options(solver, "steady")
    expected = reference(solver, "steady")
    duration = seconds(solver, "steady")
    more = ()
    if what == "never":
        chosen += runs.AT_THE_END
    if what == "restart":
        first = runs.start(folder, solver, *chosen)
        runs.wait_until(lambda: runs.checkpoints(folder), first)
        time.sleep(0.2 * duration)
        first.process.kill()
        first.end()
        if runs.checkpoints(folder):
            more = ("-r", runs.checkpoints(folder)[0])
        duration *= 0.8
    process = runs.start(folder, solver, *(more or (() if what != "restart" else ("-f",))), *chosen)
    time.sleep(moment * duration)
    process.process.kill()
    ended = process.end()
    something = bool(more) or born(folder, solver, ended)
    return judge.mended(folder, solver, chosen, expected, something)


# The k-th call of a sort: a kill before it, or a failure of it.


def call_cases(solvers, name, number):
    """All of the first solver, a sample of the others: what writes is the same for all. With a number,
    as many in all."""
    cases = []
    for solver in solvers:
        mine = [
            (solver, name, f"any:kill:{k}") for k in range(1, count(solver, name, "any") + 1)
        ]
        for call in CALLS:
            kinds = {
                "open": ("eio", "enospc"),
                "write": ("eio", "enospc", "short", "enospc+"),
                "fsync": ("eio", "enospc", "eio+"),
                "rename": ("eio", "enospc"),
                "truncate": ("eio", "enospc"),
                "close": ("eio", "enospc"),
            }[call]
            for k in range(1, count(solver, name, call) + 1):
                mine += [
                    (solver, name, f"{call}:{kind.rstrip('+')}:{k}{'+' * kind.endswith('+')}")
                    for kind in kinds
                ]
        rest = None if solver == solvers[0] else 80
        cases += some(mine, share(number, solvers) if number else rest, f"calls {name} {solver}")
    return cases


def run_cases(solvers, quick):
    return call_cases(solvers, "small", 60 if quick else None)


def restart_cases(solvers, quick):
    return call_cases(solvers, "restart", 40 if quick else None)


def unfed(folder, solver, ended, found):
    """A run that failed before its first record leaves no file that -f would be needed for."""
    fed = found.records > 0 or ended.reached >= birth(solver)[1]
    if fed or not (folder / "a.nc").exists() or runs.checkpoints(folder):
        return None
    return Verdict("leftover", f"a file without a record; {ended.err.strip()}")


def call(solver, name, fault):
    folder = fresh(solver, f"{name} {fault}")
    more = ()
    if name == "restart":
        runs.copy(place(solver, "cut"), folder)
        more = ("-r", runs.checkpoints(folder)[0])
        name = "long"
    chosen, expected = options(solver, name), reference(solver, name)
    ended = runs.run(folder, solver, *more, *chosen, fault=fault)
    killed = ":kill:" in fault
    # What cannot be removed stays.
    said = None if killed else judge.after_failure(folder, ended, journal=fault.startswith("rename"))
    found = judge.look(folder, expected)
    if ended.code == 0 and said is None:
        whole = found.whole and found.status == "complete"
        return Verdict("as is" if whole else "wrong", f"exit 0: {found.status}, {found.why}")
    if found.status == "complete" and not found.whole:
        return Verdict("wrong", f"said to be complete: {found.why}")
    if not killed and not more:
        said = said or unfed(folder, solver, ended, found)
    something = bool(more) or born(folder, solver, ended)
    return worst(said, judge.mended(folder, solver, chosen, expected, something))


# An allocation that fails.


def malloc_cases(solvers, quick):
    cases = []
    for solver in solvers:
        own = undisturbed_run(solver, "small").own
        others = sorted(set(range(1, count(solver, "small", "malloc") + 1)) - set(own))
        # The program's own are all tried: what they are for is to be done, or told to be undone.
        numbers = (10, 4) if quick else (None, 40)
        chosen = some(own, numbers[0], f"own {solver}") + some(others, numbers[1], f"malloc {solver}")
        cases += [(solver, "small", f"malloc:fail:{k}") for k in sorted(chosen)]
    return cases


def malloc(solver, name, fault):
    return call(solver, name, fault)


# Damaged checkpoints.


def damage_cases(solvers, quick):
    solver = "nlse" if "nlse" in solvers else solvers[0]
    if solver not in ("nlse", "klein-gordon"):
        return []
    rng = random.Random("damage")
    plan = {"none": (1, 1), "flip": (12, 200), "zero": (4, 40), "cut": (4, 40)}
    return [
        (solver, what, rng.random(), rng.randrange(8))
        for what, numbers in plan.items()
        for _ in range(numbers[0 if quick else 1])
    ]


def damage(solver, what, where, bit):
    folder = runs.copy(place(solver, "short"), fresh(solver, f"{what} {where}"))
    name = runs.checkpoints(folder)[0]
    data = bytearray((folder / name).read_bytes())
    at = int(where * len(data))
    if what == "flip":
        data[at] ^= 1 << bit
    elif what == "zero":
        at -= at % 512
        changed = len(data[at : at + 512].strip(b"\0")) > 0
        data[at : at + 512] = bytes(len(data[at : at + 512]))
        if not changed:
            return Verdict("as is", "zeros already")
    elif what == "cut":
        del data[at:]
    (folder / name).write_bytes(data)
    before = (folder / "a.nc").read_bytes()
    ended = runs.run(folder, solver, "-r", name, *options(solver, "large"))
    crashed = judge.crash(ended)
    if crashed is not None:
        return crashed
    if ended.code != 0 and what != "none":
        same = (folder / "a.nc").read_bytes() == before and ended.err.strip()
        return Verdict("refused" if same else "wrong", ended.err.strip())
    found = judge.look(folder, reference(solver, "large"))
    return Verdict("as is" if found.whole else "wrong", f"exit 0: {found.why}")


# Two processes, one file.


def pair_cases(solvers, quick):
    return [
        (solver, what, i)
        for what in ("restarts", "replacing", "restart of a running one")
        for i, solver in enumerate(list(solvers) * (1 if quick else 5))
    ]


def busy(ended, other):
    return ended.code == 2 and f"is being written by process {other.pid}" in ended.err


def pair(solver, what, number):
    folder = fresh(solver, f"{what} {number}")
    chosen = options(solver, "steady")
    if what == "restarts":
        first = runs.start(folder, solver, *chosen)
        runs.wait_until(lambda: runs.checkpoints(folder), first)
        first.process.kill()
        first.end()
        more = ("-r", runs.checkpoints(folder)[0])
    else:
        more = ("-f",)
    one = runs.start(folder, solver, *more, *chosen)
    if what == "restart of a running one":
        runs.wait_until(lambda: runs.checkpoints(folder), one)
        more = ("-r", runs.checkpoints(folder)[0])
        one.process.send_signal(signal.SIGSTOP)  # or it might end before the other begins
    time.sleep(random.Random(f"{what} {number}").choice((0.0, 0.002, 0.02)))
    other = runs.start(folder, solver, *more, *chosen)
    second = other.end()
    if one.goes():
        one.process.send_signal(signal.SIGCONT)
    ends = one.end(), second
    crashed = [judge.crash(e) for e in ends]
    found = judge.look(folder, reference(solver, "steady"))
    codes = f"exits {ends[0].code}, {ends[1].code}"
    if not (found.whole and found.status == "complete"):
        return worst(Verdict("lost", f"{codes}; {found.status}, {found.why}"), *crashed)
    if any(crashed):
        return worst(*crashed)
    if not (
        (ends[0].code == 0 and busy(ends[1], one)) or (ends[1].code == 0 and busy(ends[0], other))
    ):
        return Verdict("wrong", f"{codes}; {ends[0].err.strip()}; {ends[1].err.strip()}")
    left = runs.leftovers(folder)
    return Verdict("leftover", f"{left}") if left else Verdict("as is")


# A full disk: a small file system of its own where that is allowed, and a limit for files.


@functools.cache
def may_mount():
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def disk_cases(solvers, quick):
    cases = []
    for solver in solvers:
        rng = random.Random(f"disk {solver}")
        ways = ("disk", "limit") if may_mount() else ("limit",)
        size = sum(f.stat().st_size for f in place(solver, "steady").iterdir())
        for way in ways:
            for _ in range(1 if quick else 12):
                cases.append((solver, way, 4096 * int(1 + 1.2 * size * rng.random() / 4096)))
    return cases


def on_small_disk(folder, solver, size):
    """Runs there, and brings back what is left of it."""
    script = """
        mkdir "$0.disk" && mount -t tmpfs -o size="$1" none "$0.disk" && cp a.toml "$0.disk"
        cd "$0.disk" && shift && LD_PRELOAD=$SHIM CLAUSIUS_FAULT_FOLDER=$PWD "$@"
        code=$?
        LD_PRELOAD='' cp -a . "$0" || exit 99
        exit $code"""
    command = [runs.program(solver), "a.toml", "-q", "-t", "1", *options(solver, "steady")]
    before = ["env", "-u", "LD_PRELOAD", f"SHIM={runs.SHIM}", "unshare", "-rm", "sh", "-c", script]
    ended = runs.Process(folder, [folder, size, *command], before=before).end()
    folder.with_name(folder.name + ".disk").rmdir()
    return ended


def disk(solver, way, size):
    folder = fresh(solver, f"{way} {size}")
    chosen, expected = options(solver, "steady"), reference(solver, "steady")
    if way == "disk":
        ended = on_small_disk(folder, solver, size)
    else:
        ended = runs.run(
            folder,
            solver,
            *chosen,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )
    said = judge.after_failure(folder, ended)
    found = judge.look(folder, expected)
    if ended.code == 0:
        whole = found.whole and found.status == "complete"
        return worst(said, Verdict("as is" if whole else "wrong", f"exit 0: {found.why}"))
    said = said or unfed(folder, solver, ended, found)
    something = born(folder, solver, ended)
    return worst(said, judge.mended(folder, solver, chosen, expected, something))


# Signals in bursts.


def signal_cases(solvers, quick):
    cases = []
    for solver in solvers:
        rng = random.Random(f"signals {solver}")
        for i in range(4 if quick else 40):
            burst = [
                (
                    rng.choice((signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR1)),
                    rng.choice((0.0, 1e-5, 1e-4, 1e-3, 5e-3)),
                )
                for _ in range(rng.randint(1, 6))
            ]
            # The end of a run, too, where its last checkpoint is written.
            cases.append((solver, i, rng.choice((rng.random(), rng.uniform(0.9, 1.05))), burst))
    return cases


def signals(solver, number, moment, burst):
    folder = fresh(solver, f"signals {number}")
    chosen, expected = options(solver, "steady"), reference(solver, "steady")
    process = runs.start(folder, solver, *chosen)
    # Not before there are handlers: a run that has not begun is ended by a signal like any other.
    if not runs.wait_until((folder / "a.nc").exists, process):
        return Verdict("lost", "no file")
    time.sleep(0.01 + moment * seconds(solver, "steady"))
    for sent, pause in burst:
        process.process.send_signal(sent)
        time.sleep(pause)
    ended = process.end()
    crashed = judge.crash(ended)
    if crashed is not None:
        return crashed
    stops = [s for s, _ in burst if s != signal.SIGUSR1]
    quits = len(stops) > 1 and ended.code not in (0, 75)
    documented = {0, 75, 130, 143} if stops else {0}
    found = judge.look(folder, expected)
    text = f"exit {ended.code}, {found.status}: {found.why}"
    if ended.code not in documented:
        return Verdict("wrong", f"{text}{ended.err.strip()}")
    # A second signal quits at once, and leaves what a kill leaves.
    left = [] if quits else runs.leftovers(folder)
    if left:
        return Verdict("leftover", f"{left}")
    if (ended.code == 0 or found.status == "complete") and not found.whole:
        return Verdict("wrong", text)
    if ended.code == 75 and (found.status != "interrupted" or not runs.checkpoints(folder)):
        return Verdict("wrong", text)
    if ended.code == 0:
        return Verdict("as is")
    return judge.mended(folder, solver, chosen, expected, born(folder, solver, ended))


# Readers with the locks that HDF5 takes by default.


def reader_cases(solvers, quick):
    return [(solver, 5 if quick else 100) for solver in solvers]


def read_running(folder, expected, wanted, going):
    """Opens the file that often, each time as often as it takes: a verdict for each. A read that
    falls into a flush may fail, or see some of it only, and succeeds when repeated."""
    verdicts = []
    while len(verdicts) < wanted and going():
        looks = [look_at_running(folder / "a.nc", expected)]
        while not looks[-1].fits and len(looks) < 200 and going():
            time.sleep(0.005)
            looks.append(look_at_running(folder / "a.nc", expected))
        last, tries = looks[-1], len(looks) - 1
        torn = sum(look.readable for look in looks[:-1])
        if not last.fits and not going():
            break  # its end is looked at by itself
        outcome = "as is" if last.fits else "wrong" if last.readable else "lost"
        verdicts.append(Verdict(outcome, f"{tries} retries, {torn} torn {last.why}".strip()))
        time.sleep(0.001)
    return verdicts


def look_at_running(path, expected):
    try:
        return judge.guarded(compare_written, path, expected)
    except (RuntimeError, EOFError) as problem:
        return judge.Look(why=str(problem))


def compare_written(path, expected):
    """As judge.compare, up to the first time that is not written yet in each dimension."""
    try:
        found, status = judge.variables(path)
        counts = {
            name: next((i for i, t in enumerate(found[name][1]) if not t <= 1e30), None)
            for name in ("time", "observation_time")
        }
    except Exception as problem:  # whatever the libraries throw
        return judge.Look(why=f"{problem}"[:100])
    look = judge.Look(readable=True, fits=True, status=status)
    for name, (dimensions, array) in found.items():
        whole = expected[name][1]
        if dimensions[:1] and dimensions[0] in counts:
            length = len(found[dimensions[0]][1]) if counts[dimensions[0]] is None else counts[dimensions[0]]
            array, whole = array[:length], whole[:length]
        if array.tobytes() != whole.tobytes():
            look.fits, look.why = False, f"{name} is not the reference's"
    return look


def reader(solver, wanted):
    folder = fresh(solver, "reader")
    expected = reference(solver, "steady")
    verdicts = []
    while len(verdicts) < wanted:
        process = runs.start(folder, solver, "-f", *options(solver, "steady"))
        runs.wait_until((folder / "a.nc").exists, process)
        verdicts += read_running(folder, expected, wanted - len(verdicts), process.goes)
        ended = process.end()
        found = judge.look(folder, expected)
        if ended.code != 0 or not found.whole:
            verdicts.append(
                Verdict("lost", f"disturbed by its reader: {ended.code} {ended.err} {found.why}")
            )
    return verdicts


# name -> (what the table calls it, cases, run a case, whether a refusal is as it should be)
KINDS = {
    "undisturbed": ("nothing", undisturbed_cases, undisturbed, False),
    "kill": ("kill -9 at a random moment", random_kill_cases, random_kill, False),
    "calls": ("kill or error at each call, run", run_cases, call, False),
    "restart": ("kill or error at each call, restart", restart_cases, call, False),
    "malloc": ("failing allocation", malloc_cases, malloc, False),
    "damage": ("damaged checkpoint", damage_cases, damage, True),
    "pairs": ("two processes on one file", pair_cases, pair, False),
    "disk": ("full disk", disk_cases, disk, False),
    "signals": ("signals in bursts", signal_cases, signals, False),
    "readers": ("readers of a running file", reader_cases, reader, False),
}
