# SPDX-License-Identifier: GPL-3.0-or-later
"""clausius-reproduce: runs made again are equal bit for bit, and what is not is told.

    test_reproduce.py PROGRAM    clausius-reproduce, with the solvers beside it
"""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import netCDF4
import numpy as np

from program import (
    PROGRAM,
    attribute,
    environment,
    expect,
    finish,
    one_line,
    read,
    refuse,
    run,
    start,
    values,
    wait_until,
)

DATA = Path(__file__).resolve().parent / "data"
FIELD = '[grid]\npoints = 64\nlength = 20.0\n[[initial]]\nkind = "KIND"\n'
CONFIGS = {
    "nlse": FIELD.replace("KIND", "soliton")
    + '[[initial]]\nkind = "noise"\nlevel = 0.01\n[integrator]\nmethod = "dop853"\n',
    "klein-gordon": FIELD.replace("KIND", "kink-antikink") + '[equation]\npotential = "phi4"\n',
    "couzin": '[school]\nindividuals = 20\n[domain]\nlength = 10.0\n[[initial]]\nkind = "uniform"\n',
    "hard-discs": (DATA / "v0.1.0.toml").read_text().split("[gas]")[1].join(("[gas]", "")),
}
TIME = '[time]\nend = 1.0\nsnapshot_every = 0.5\nobserve_every = 0.25\n'
SAME = "  nothing: version, revision, compiler, libraries and CPU are the same\n"


def solver(folder, name, *arguments, code=0):
    """Runs a solver of the folder in which the tested program is."""
    result = subprocess.run(
        [str(Path(PROGRAM).parent / f"clausius-{name}"), *arguments, "-q"],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    expect(result.returncode == code, f"{name}: {result.returncode}: {result.stderr}")


def made(folder, name="hard-discs", *arguments, code=0):
    (folder / "a.toml").write_text(f'solver = "{name}"\nseed = 3\n' + TIME + CONFIGS[name])
    solver(folder, name, "a.toml", *arguments, code=code)
    return folder / "a.nc"


def entries(folder):
    return sorted(os.listdir(folder))


def test_each_solver(folder):
    for name in CONFIGS:
        place = folder / name
        place.mkdir()
        path = made(place, name)
        before = entries(place)
        out, err = run(place, "a.nc")
        count = len(read(path))
        expect(out == f"a.nc: equal bit for bit: {count} variables\nwhat else differs:\n{SAME}"
               and not err, f"{name}: {out}{err}")  # fmt: skip
        expect(entries(place) == before, f"{name}: leaves {entries(place)}")
        # One bit of one value of a state and of an observable.
        with netCDF4.Dataset(path, "a") as file:
            file.set_auto_maskandscale(False)
            changed = [v for v in file.variables.values()
                       if v.dimensions[:1] in (("time",), ("observation_time",))
                       and v.name not in ("time", "observation_time") and v.dtype == "f8"]  # fmt: skip
            state = next(v for v in changed if v.dimensions[0] == "time")
            observable = next(v for v in changed if v.dimensions == ("observation_time",))
            for variable, record in ((state, 1), (observable, 3)):
                values_there = variable[record]
                flat = np.array(values_there, ndmin=1).reshape(-1).view("u8")
                flat[-1] ^= np.uint64(1)
                variable[record] = flat.view("f8").reshape(np.shape(values_there))
            names = {state.name: ("time", 1), observable.name: ("observation_time", 3)}
        out, err = run(place, "a.nc", code=1)
        lines = out.splitlines()
        expect(lines[0] == f"a.nc: 2 of {count} variables differ" and not err, f"{name}: {out}{err}")
        expect(out.endswith(SAME), out)
        for line in lines[1:3]:
            variable, told = line.strip().split(": ", 1)
            dimension, record = names.pop(variable)
            expect(told.startswith(f"first at {dimension} {record}; 1 of "), line)
            expect(0 <= float(told.rsplit(" ", 1)[1]) < 1e-9, line)
        expect(not names and lines[3] == "what else differs:", out)


def test_nan_and_zero(folder):
    path = made(folder)
    with netCDF4.Dataset(path, "a") as file:
        file["energy"][1] = np.nan
        file["x"][0, 0] = np.inf
    out, _ = run(folder, "a.nc", code=1)
    expect("  energy: first at observation_time 1; 1 of 5 values, one of them not a number\n" in out,
           out)  # fmt: skip
    expect("  x: first at time 0; 1 of 27 values, largest difference inf\n" in out, out)


def test_other_builds_are_told(folder):
    path = made(folder)
    with netCDF4.Dataset(path, "a") as file:
        file.source = "clausius-hard-discs 0.1.9"
        file.cpu = "an abacus"
        file.delncattr("compiler")
    out, _ = run(folder, "a.nc")
    version, *_, cpu = run(folder, "-V")[0].splitlines()
    expect(out.splitlines()[0].startswith("a.nc: equal bit for bit"), out)
    wanted = ("  version    clausius-hard-discs 0.1.9\n"
              f"    now      clausius-hard-discs {version.split()[1]}\n"
              "  compiler   not told\n")  # fmt: skip
    expect(wanted in out, out)
    expect(f"  cpu        an abacus\n    now      {cpu.split(maxsplit=1)[1]}\n" in out, out)
    expect("revision" not in out and "libraries" not in out, out)


def test_files_of_the_first_version(folder):
    with gzip.open(DATA / "v0.1.0.nc.gz") as packed:
        (folder / "a.nc").write_bytes(packed.read())
    with gzip.open(DATA / "v0.1.0.checkpoint.nc.gz") as packed:
        (folder / "a.checkpoint.nc").write_bytes(packed.read())
    (folder / "a.toml").write_text((DATA / "v0.1.0.toml").read_text())
    solver(folder, "hard-discs", "a.toml", "-r", "a.checkpoint.nc", "-s", "time.end=2.0")
    # Digits may be others on another processor.
    result = subprocess.run([PROGRAM, "a.nc"], cwd=folder, env=environment(), capture_output=True,
                            text=True, timeout=300)  # fmt: skip
    expect(result.returncode in (0, 1) and not result.stderr, result.stderr)
    expect("  the run was continued with --restart; other builds had begun it:\n"
           "    clausius-hard-discs 0.1.0\n" in result.stdout, result.stdout)  # fmt: skip


def test_restarted_and_stopped_runs(folder):
    made(folder)
    solver(folder, "hard-discs", "a.toml", "-r", "a.checkpoint", "-s", "time.end=2.0")
    out, _ = run(folder, "a.nc")
    expect(out.startswith("a.nc: equal bit for bit") and out.endswith(SAME), out)
    # As a stopped run leaves it: fewer records than its configuration says.
    with netCDF4.Dataset(folder / "a.nc", "a") as file:
        file.status = "interrupted"
        file.config = file.config.replace("end = 2.0", "end = 2000000.0")
    expect("end = 2000000.0" in attribute(folder / "a.nc", "config"), "the configuration is as it was")
    out, _ = run(folder, "a.nc")
    expect(out.startswith("a.nc: its status is interrupted; the records to t = 2 are compared\n"
                          "a.nc: equal bit for bit"), out)  # fmt: skip
    # A restart without the output: the beginning is not there.
    (folder / "a.nc").unlink()
    solver(folder, "hard-discs", "a.toml", "-r", "a.checkpoint", "-s", "time.end=3.0")
    refuse(folder, "a.nc", message="a.nc: begins at t = 2.25: it was continued from a checkpoint "
           "without the records before, and cannot be repeated by itself")  # fmt: skip


def test_files_that_a_run_began_with(folder):
    (folder / "runs").mkdir()
    made(folder / "runs", "klein-gordon")
    config = (folder / "runs/a.toml").read_text()
    start = config.index("[[initial]]")
    rest = config[config.index("[equation]"):]
    (folder / "runs/b.toml").write_text(config[:start] + '[[initial]]\nkind = "file"\n'
                                        'path = "a.nc"\n' + rest)  # fmt: skip
    solver(folder, "klein-gordon", "runs/b.toml", "-o", "runs/b.nc")
    for place, name in ((folder, "runs/b.nc"), (folder / "runs", "b.nc")):
        out, _ = run(place, name)
        expect(out.startswith(f"{name}: equal bit for bit"), out)
    (folder / "runs/a.nc").unlink()
    refuse(folder, "runs/b.nc", message="runs/b.nc: its run began with the file a.nc, which is "
           "neither here nor beside it")  # fmt: skip


def test_a_failed_run(folder):
    path = made(folder)
    with netCDF4.Dataset(path, "a") as file:
        file.status = "failed"
    out, _ = run(folder, "a.nc")
    expect(out.startswith("a.nc: its status is failed; the records to t = 1 are compared\n"), out)


def test_keep(folder):
    path = made(folder)
    run(folder, "a.nc", "--keep", "again.nc", "-t", "1")
    expect(values(folder / "again.nc", "x").tobytes() == values(path, "x").tobytes(), "other numbers")
    expect(entries(folder) == ["a.checkpoint", "a.nc", "a.toml", "a.xdmf2", "again.nc"],
           f"{entries(folder)}")  # fmt: skip
    refuse(folder, "a.nc", "-k", "again.nc", message="a.nc: clausius-hard-discs does not take its "
           "configuration: again.nc: exists; use --force to replace it")  # fmt: skip


def test_wrong_input(folder):
    path = made(folder)
    refuse(folder, "none.nc", message="none.nc: No such file or directory")
    for arguments in ((), ("a.nc", "b.nc"), ("a.nc", "-t", "0"), ("a.nc", "--nothing")):
        out, err = run(folder, *arguments, code=2)
        one_line(err)
    with netCDF4.Dataset(path, "a") as file:
        file.config = file.config.replace("particles", "articles")
    out, err = run(folder, "a.nc", code=2)
    one_line(err)
    expect(err.startswith("a.nc: clausius-hard-discs does not take its configuration: gas.articles"),
           err)  # fmt: skip
    with netCDF4.Dataset(path, "a") as file:
        file.source = "clausius-chess 1.0"
    out, err = run(folder, "a.nc", code=2)
    expect(err.endswith("clausius-chess: No such file or directory\n"), err)
    with netCDF4.Dataset(path, "a") as file:
        file.source = "another program"
    refuse(folder, "a.nc", message="a.nc: is not the output of a run: it has no configuration")
    with netCDF4.Dataset(folder / "table.nc", "w") as file:
        file.createDimension("x", 3)
    refuse(folder, "table.nc",
           message="table.nc: is not the output of a run: it has no configuration")  # fmt: skip


def test_signals_leave_nothing(folder):
    path = made(folder)
    with netCDF4.Dataset(path, "a") as file:
        file.config = file.config.replace("end = 1.0", "end = 1e7")
    before = entries(folder)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process = start(folder, "a.nc")
        wait_until(lambda: any((p / "again.nc").exists() for p in folder.glob("clausius-*")),
                   process, "a new run")  # fmt: skip
        process.send_signal(number)
        begun = time.monotonic()
        finish(process, 128 + number)
        expect(time.monotonic() - begun < 10, "it went on")
        expect(entries(folder) == before, f"leaves {entries(folder)}")


if __name__ == "__main__":
    from tap import main

    # Where the program makes its folder is part of what is tested.
    os.environ.pop("TMPDIR", None)
    main(sys.modules[__name__])
