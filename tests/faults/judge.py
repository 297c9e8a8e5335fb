# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a run that was disturbed: whether its file can be read as it is, and whether a
restart, or a repair, makes it what an undisturbed run writes, bit for bit in every variable."""

import dataclasses
import os
import pickle
import select
import signal
import shutil
from pathlib import Path

import netCDF4

import runs

# In the order of the table. Good ones: nothing is lost. `refused`: a message, nothing changed.
GOOD = ("as is", "restart", "repair")
OUTCOMES = (*GOOD, "refused", "lost", "wrong", "leftover", "ours", "library")


@dataclasses.dataclass
class Verdict:
    outcome: str
    text: str = ""
    records: int = -1  # that could be read without a restart
    name: str = ""  # of the case


@dataclasses.dataclass
class Look:
    """What there is to be read."""

    readable: bool = False
    fits: bool = False  # the first records of the reference, nothing else
    whole: bool = False  # all of them
    status: str = ""
    records: int = -1
    why: str = ""


def guarded(function, *arguments):
    """The function's value, from a process of its own: a damaged file may crash the libraries that
    read it, or keep them busy for ever. An exception where that happens."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        code = 1
        try:
            with os.fdopen(send, "wb") as pipe:
                pickle.dump(function(*arguments), pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], runs.PATIENCE)
        if not ready:
            os.kill(child, signal.SIGKILL)
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise RuntimeError(f"the reader ended by signal {os.WTERMSIG(status)}")
    return pickle.loads(data)


def variables(path):
    """name -> (dimensions, array), bytes as they are in the file; and the attribute status."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        found = {n: (v.dimensions, v[...]) for n, v in file.variables.items()}
        return found, str(file.getncattr("status"))


def compare(path, expected):
    """A Look at the file, beside the variables of the reference."""
    try:
        found, status = variables(path)
    except Exception as problem:  # whatever the libraries throw at a damaged file
        return Look(why=f"unreadable: {problem}"[:200])
    look = Look(readable=True, fits=True, whole=True, status=status)
    if found.keys() != expected.keys():
        return Look(readable=True, status=status, why=f"lacks {expected.keys() ^ found.keys()}")
    for name, (dimensions, whole) in expected.items():
        array = found[name][1]
        if dimensions[:1] in (("time",), ("observation_time",)):
            whole = whole[: len(array)]
            look.whole = look.whole and len(array) == len(expected[name][1])
        if array.dtype != whole.dtype or array.tobytes() != whole.tobytes():
            look.fits = look.whole = False
            look.why = look.why or f"{name} is not the reference's"
    look.records = len(found["observation_time"][1])
    return look


def look(folder, expected):
    path = folder / "a.nc"
    if not path.exists():
        return Look(why="no file")
    try:
        return guarded(compare, path, expected)
    except (RuntimeError, EOFError, OSError) as problem:
        return Look(why=str(problem))


def crash(ended):
    """A verdict where the process crashed or hung, else None."""
    if ended.code is None:
        return Verdict("lost", "hangs")
    if "\nexit " in ended.log:
        ours, where = ended.place("exit")
        return Verdict("ours" if ours else "library", f"exit {ended.code} in {where}")
    if not ended.crashed:
        return None
    ours, where = ended.place()
    return Verdict("ours" if ours else "library", f"signal {-ended.code} in {where}")


def restarts(folder, solver, options, expected):
    """Goes on from the last checkpoint, else from the one before it; None if there is none."""
    problem = None
    for name in runs.checkpoints(folder):
        place = runs.copy(folder, folder.with_name(folder.name + ".restart"))
        ended = runs.run(place, solver, "-r", name, *options)
        found = look(place, expected)
        left = runs.leftovers(place)
        shutil.rmtree(place)
        verdict = crash(ended)
        if verdict is None and ended.code != 0:
            verdict = Verdict("refused", f"restart: exit {ended.code}: {ended.err.strip()}")
        elif verdict is None and not (found.whole and found.status == "complete"):
            verdict = Verdict("wrong", f"restart: {found.status}, {found.why}")
        elif verdict is None:
            return Verdict("leftover", f"{left}") if left else Verdict("restart", name)
        problem = problem or verdict
    return problem


def repairs(folder, expected):
    """A Look at a repaired copy."""
    place = runs.copy(folder, folder.with_name(folder.name + ".repair"))
    ended = runs.repair(place)
    if ended is None:
        found = Look(why="no clausius-repair")
    elif ended.code != 0:
        found = Look(why=f"repair: exit {ended.code}: {ended.err.strip()}")
    else:
        found = look(place, expected)
    shutil.rmtree(place)
    return found


def begins_again(folder, solver, options, expected):
    """Whether a new run can take the place of what is left."""
    place = runs.copy(folder, folder.with_name(folder.name + ".again"))
    ended = runs.run(place, solver, "-f", *options)
    found = look(place, expected)
    left = runs.leftovers(place)
    shutil.rmtree(place)
    if ended.code != 0 or not found.whole:
        return Verdict("lost", f"-f: exit {ended.code}: {ended.err.strip()} {found.why}")
    return Verdict("leftover", f"{left}") if left else Verdict("as is", "began again")


def mended(folder, solver, options, expected, born=True):
    """What can be made of what is left. `born`: the run had written its first flush."""
    found = look(folder, expected)
    restarted = restarts(folder, solver, options, expected)
    if found.fits:
        verdict = restarted or begins_again(folder, solver, options, expected)
        if verdict.outcome in GOOD:
            return Verdict("as is", records=found.records)
        return dataclasses.replace(verdict, records=found.records)
    if not (folder / "a.nc").exists() and restarted is None and not born:
        return begins_again(folder, solver, options, expected)
    repaired = repairs(folder, expected)
    has_repair = runs.program("repair").exists()
    if restarted is not None and (repaired.fits or not has_repair):
        if restarted.outcome == "refused":
            return Verdict("lost", f"{found.why}; {restarted.text}", repaired.records)
        return dataclasses.replace(restarted, records=repaired.records)
    if repaired.fits:
        return Verdict("repair", found.why, repaired.records)
    if restarted is None and not born:
        return begins_again(folder, solver, options, expected)
    return Verdict("lost", f"{found.why}; {repaired.why}")


def after_failure(folder, ended, journal=False):
    """A process that was to fail: whether it says so as documented. None: it does. `journal`: it may
    stay behind even if nothing else failed."""
    verdict = crash(ended)
    if verdict is not None:
        return verdict
    if ended.code not in (0, 1, 2):
        return Verdict("wrong", f"exit {ended.code}")
    if ended.code != 0 and not ended.err.strip():
        return Verdict("wrong", f"exit {ended.code} without a message")
    left = runs.leftovers(folder, journal=journal or ended.code != 0)
    return Verdict("leftover", f"{left}") if left else None


def load(path):
    return variables(path)[0]


def scratch(base, name):
    folder = Path(base) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
