# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a solver as its users meet it: messages, exit codes, files, restarts.

    test_command_line.py PROGRAM FRONT    PROGRAM: clausius-nlse; FRONT: clausius
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import netCDF4
import numpy as np
import tap
from tap import expect

PROGRAM, FRONT = (str(Path(path).resolve()) for path in sys.argv[1:3])

CONFIG = """solver = "nlse"
title = "a test"

[time]
end = 1.0
snapshot_every = 0.25

[grid]
points = 128
length = 30.0

[[initial]]
kind = "soliton"
amplitude = 1.0
velocity = 0.5
"""

# Some thousand short steps: a second or so, long enough to be hit by signals.
SLOW = ["-s", "grid.points=4096", "-s", "integrator.step=2e-4", "-s", "time.snapshot_every=0.05",
        "-s", "integrator.active_modes=false"]  # fmt: skip


def run(folder, *arguments, program=PROGRAM, config=CONFIG, **options):
    """Runs the program in folder on c.toml; returns exit code, stdout, stderr."""
    (folder / "c.toml").write_text(config)
    result = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True,
                            timeout=120, **options)  # fmt: skip
    return result.returncode, result.stdout, result.stderr


def refused(folder, message, *arguments, config=CONFIG):
    """Expects exit 2, that one line on stderr, and no new file."""
    (folder / "c.toml").write_text(config)
    before = sorted(folder.iterdir())
    code, out, err = run(folder, *arguments, config=config)
    expect(code == 2, f"{arguments}: exit {code}: {err}")
    expect(err == message + "\n", f"{arguments}: said {err!r}, expected {message!r}")
    expect(out == "", f"{arguments}: printed {out!r}")
    expect(sorted(folder.iterdir()) == before, f"{arguments}: left files behind")


def difference(first, second):
    """What differs between two files: dimensions, or the bits of a variable; empty if nothing."""
    found = []
    with netCDF4.Dataset(first) as a, netCDF4.Dataset(second) as b:
        if list(a.variables) != list(b.variables):
            return [f"variables {list(a.variables)} and {list(b.variables)}"]
        for name in a.variables:
            x, y = (np.ma.filled(file[name][:], np.nan) for file in (a, b))
            if x.shape != y.shape or x.tobytes() != y.tobytes():
                found.append(f"{name} {x.shape} {y.shape}")
    return found


def status(path):
    with netCDF4.Dataset(path) as file:
        return file.status


def test_a_run_writes_its_files(folder):
    code, out, err = run(folder, "c.toml")
    expect(code == 0, err)
    expect(out == "", "results go to stderr and files")
    expect("mass drift" in err and "wrote c.nc" in err, err)
    with netCDF4.Dataset(folder / "c.nc") as file:
        expect(list(file["time"][:]) == [0.0, 0.25, 0.5, 0.75, 1.0], "times are exact")
        expect(file.Conventions == "CF-1.10" and file.status == "complete", "attributes")
        expect(file.title == "a test" and file.seed == 0, "attributes")
        expect(file.source.startswith("clausius-nlse "), file.source)
        for name in ("psi_re", "psi_im"):
            expect(file[name].dimensions == ("time", "x"), name)
        for variable in file.variables.values():
            expect(variable.units == "1" and variable.long_name, variable.name)
    expect((folder / "c.xdmf2").exists(), "sidecar")


def test_bad_values(folder):
    def edited(old, new):
        return CONFIG.replace(old, new)

    refused(folder, 'c.toml:9:1: grid.points = "many": must be an integer', "c.toml",
            config=edited("= 128", '= "many"'))  # fmt: skip
    refused(folder, "c.toml:9:1: grid.points = 7: must be at least 8", "c.toml",
            config=edited("= 128", "= 7"))  # fmt: skip
    refused(folder, "c.toml:10:1: grid.length = -30.0: must be above 0", "c.toml",
            config=edited("= 30.0", "= -30.0"))  # fmt: skip
    refused(folder, "c.toml:9:1: grid.pionts: unknown key; did you mean grid.points?", "c.toml",
            config=edited("points", "pionts"))  # fmt: skip
    refused(folder, '--set integrator.order=4: integrator.order: not a key of method = "dop853"; '
            'it belongs to "split-step"', "c.toml", "-s", "integrator.order=4")  # fmt: skip
    code, _, err = run(folder, "c.toml", config=edited('"soliton"', '"solitn"'))
    expect(code == 2 and err.endswith('did you mean "soliton"?\n'), err)
    code, _, err = run(folder, "c.toml", config=edited("end = 1.0", "end = 1.0.0"))
    expect(code == 2 and err.startswith("c.toml:5:10: "), err)
    code, _, err = run(folder, "c.toml", config=edited("end = 1.0\n", ""))
    expect(code == 2 and err.startswith("c.toml: time.end: required"), err)


def test_bad_paths(folder):
    refused(folder, "none.toml: no such file", "none.toml")
    (folder / "there").mkdir()
    refused(folder, "there: is a directory", "c.toml", "-o", "there")
    refused(folder, "gone/x.nc: folder gone does not exist", "c.toml", "-o", "gone/x.nc")
    (folder / "c.nc").write_text("mine")
    refused(folder, "c.nc: exists; use --force to replace it", "c.toml")
    expect((folder / "c.nc").read_text() == "mine", "the existing file is untouched")
    code, _, err = run(folder, "c.toml", "--force")
    expect(code == 0 and status(folder / "c.nc") == "complete", err)


def test_bad_command_lines(folder):
    for arguments in ([], ["--frobnicate"], ["c.toml", "d.toml"], ["c.toml", "-t", "0"],
                      ["c.toml", "-s", "grid.points"], ["c.toml", "--max-walltime", "1:2"],
                      ["--list", "nothing"]):  # fmt: skip
        code, out, err = run(folder, *arguments)
        expect(code == 2 and err.count("\n") == 1 and not out, f"{arguments}: {code} {err!r}")
    refused(folder, '--set solver="couzin": solver = "couzin": this is clausius-nlse, '
            "the file is for clausius-couzin", "c.toml", "-s", 'solver="couzin"')  # fmt: skip


def test_information(folder):
    code, out, _ = run(folder, "--version")
    expect(code == 0 and out.startswith("clausius-nlse "), out)
    code, out, _ = run(folder, "--help")
    expect(code == 0 and "--max-walltime" in out, out)
    for topic in ("keys", "initial", "integrators", "observables"):
        code, out, _ = run(folder, "--list", topic)
        expect(code == 0 and out, topic)
        code, out, _ = run(folder, "--list", topic, "--json")
        expect(code == 0 and json.loads(out), topic)
    code, out, _ = run(folder, "--list", "--json")
    expect({"keys", "initial", "integrators"} <= set(json.loads(out)), "all topics")
    code, out, err = run(folder, "c.toml", "--dry-run")
    expect(code == 0 and "128 points" in out and not (folder / "c.nc").exists(), out + err)


def test_effective_configuration_runs_to_the_same_numbers(folder):
    code, first, err = run(folder, "c.toml", "--print-config", "-s", "initial.0.velocity=0.7")
    expect(code == 0 and "velocity = 0.7" in first, err)
    code, second, _ = run(folder, "c.toml", "--print-config", config=first)
    expect(first == second, "printing is the identity on what it prints")
    run(folder, "c.toml", "-q", "-o", "a.nc", "-s", "initial.0.velocity=0.7")
    with netCDF4.Dataset(folder / "a.nc") as file:
        attribute = file.config
    expect(attribute == first, "the attribute is the effective configuration")
    run(folder, "c.toml", "-q", "-o", "b.nc", config=attribute)
    expect(not difference(folder / "a.nc", folder / "b.nc"), "same numbers")


def test_outputs_are_as_asked(folder):
    run(folder, "c.toml", "-q", "-s", "output.snapshots=false", "-s", "time.observe_every=0.3")
    with netCDF4.Dataset(folder / "c.nc") as file:
        expect("psi_re" not in file.variables and "time" not in file.dimensions, "no snapshots")
        # 3 * 0.3 in double precision, and the end though 0.3 does not divide it.
        expect(list(file["observation_time"][:]) == [0.0, 0.3, 0.6, 3 * 0.3, 1.0], "times")
    run(folder, "c.toml", "-q", "-f", "-s", 'output.precision="single"')
    with netCDF4.Dataset(folder / "c.nc") as file:
        expect(file["psi_re"].dtype == "f4" and file["mass"].dtype == "f8", "single is for psi")


def test_threads_change_no_bit(folder):
    for points, end in (("128", "1.0"), ("131072", "0.001")):
        for threads in "123":
            code, _, err = run(folder, "c.toml", "-q", "-f", "-t", threads, "-o", f"{threads}.nc",
                               "-s", f"grid.points={points}", "-s", f"time.end={end}",
                               "-s", "time.snapshot_every=1.0",
                               "-s", "integrator.active_modes=false")  # fmt: skip
            expect(code == 0, err)
        for threads in "23":
            expect(not difference(folder / "1.nc", folder / f"{threads}.nc"), f"{threads} threads")


def test_noise_follows_the_seed(folder):
    noisy = CONFIG + '[[initial]]\nkind = "noise"\nlevel = 0.01\nmaximum_wavenumber = 3.0\n'
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(folder, "c.toml", "-q", "-o", f"{name}.nc", "-s", f"seed={seed}", config=noisy)
    expect(not difference(folder / "a.nc", folder / "b.nc"), "same seed")
    expect("psi_re (5, 128) (5, 128)" in difference(folder / "a.nc", folder / "c.nc"), "other seed")


def test_start_from_a_file(folder):
    run(folder, "c.toml", "-q", "-o", "first.nc")
    start = CONFIG.split("[[initial]]")[0] + '[[initial]]\nkind = "file"\npath = "first.nc"\n'
    code, _, err = run(folder, "c.toml", "-q", config=start)
    expect(code == 0, err)
    with netCDF4.Dataset(folder / "first.nc") as a, netCDF4.Dataset(folder / "c.nc") as b:
        # There and back through a transform of 128 points: a few ulp.
        expect(np.abs(a["psi_re"][-1] - b["psi_re"][0]).max() < 1e-15, "same state")
    code, _, err = run(folder, "c.toml", "-f", "-s", "grid.points=64", config=start)
    expect(code == 2 and "has 128 values; must be grid.points (64)" in err, err)


def test_blow_up(folder):
    code, _, err = run(folder, "c.toml", "-q", "-s", "initial.0.amplitude=1e160")
    expect(code == 1 and err.count("\n") == 1 and err.startswith("c.nc: t = 0: "), err)
    expect(status(folder / "c.nc") == "failed", "readable")


def test_full_disk(folder):
    disk = folder / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode  # fmt: skip
    if not mounted:
        print("# skipped: may not mount a small disk", flush=True)
        return
    try:
        code, _, err = run(folder, "c.toml", "-q", "-o", "disk/x.nc", "-s", "grid.points=8192",
                           "-s", "time.snapshot_every=0.01")  # fmt: skip
        expect(code == 1 and err == "disk/x.nc: No space left on device\n", f"{code} {err!r}")
        with netCDF4.Dataset(disk / "x.nc") as file:
            file["psi_re"][:]
    finally:
        subprocess.run(["umount", disk], check=True)


def stopped(folder, how, *arguments):
    """Starts a slow run, does `how` to it when its file has three records, returns its exit code."""
    process = subprocess.Popen([PROGRAM, "c.toml", "-q", "-o", "part.nc", *SLOW, *arguments],
                               cwd=folder, stderr=subprocess.PIPE)  # fmt: skip
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        ready = folder / "part.checkpoint.nc" if how == signal.SIGKILL else folder / "part.nc"
        if ready.exists() and ready.stat().st_size > 60000:
            break
    expect(process.poll() is None, "the run was too short to be stopped")
    process.send_signal(how)
    process.communicate(timeout=60)
    return process.returncode


def check_restarts(folder, *arguments):
    code, _, err = run(folder, "c.toml", "-q", "-o", "whole.nc", *SLOW, *arguments)
    expect(code == 0, err)
    often = ("-s", "output.checkpoint_every=0.05")
    for how, expected in ((signal.SIGTERM, 75), (signal.SIGINT, 130), (signal.SIGKILL, -9)):
        code = stopped(folder, how, *arguments, *often)
        expect(code == expected, f"{how}: exit {code}")
        checkpoint = "part.checkpoint.nc"
        if how == signal.SIGKILL and (folder / "part.checkpoint.previous.nc").exists():
            checkpoint = "part.checkpoint.previous.nc"
        code, _, err = run(folder, "c.toml", "-q", "-o", "part.nc", "-r", checkpoint, *SLOW,
                           *arguments)  # fmt: skip
        expect(code == 0, err)
        expect(not difference(folder / "whole.nc", folder / "part.nc"), f"{how}: numbers")
        expect(status(folder / "part.nc") == "complete", "status")
        for left in folder.glob("part.*"):
            left.unlink()


def test_restart_of_dop853(folder):
    check_restarts(folder)


def test_restart_of_split_step(folder):
    check_restarts(folder, "-s", 'integrator={method = "split-step", step = 1e-4}')


def test_restart_of_adaptive_steps_with_a_longer_end(folder):
    noisy = CONFIG + '[[initial]]\nkind = "noise"\nlevel = 0.01\nmaximum_wavenumber = 3.0\n'
    run(folder, "c.toml", "-q", "-o", "whole.nc", "-s", "time.end=3.0", config=noisy)
    # 1.6 is no multiple of the cadence: its records must not stay in the longer run.
    run(folder, "c.toml", "-q", "-o", "part.nc", "-s", "time.end=1.6", config=noisy)
    code, _, err = run(folder, "c.toml", "-q", "-o", "part.nc", "-r", "part.checkpoint.nc",
                       "-s", "time.end=3.0", config=noisy)  # fmt: skip
    expect(code == 0, err)
    expect(not difference(folder / "whole.nc", folder / "part.nc"), "numbers")
    code, _, err = run(folder, "c.toml", "-o", "part.nc", "-r", "part.checkpoint.nc",
                       "-s", "time.end=4.0", "-s", "initial.0.velocity=0.6",
                       config=noisy)  # fmt: skip
    expect(code == 2 and "initial.0.velocity" in err and err.count("\n") == 1, err)


def test_walltime_limit(folder):
    code, _, err = run(folder, "c.toml", "-q", "-o", "part.nc", "--max-walltime", "0.3", *SLOW,
                       "-s", "time.end=50.0")  # fmt: skip
    expect(code == 75, f"exit {code}: {err}")
    expect(status(folder / "part.nc") == "interrupted", "status")
    expect((folder / "part.checkpoint.nc").exists(), "checkpoint")


def test_front_command(folder):
    code, out, err = run(folder, "--help", program=FRONT)
    expect(code == 0 and "nlse" in out, out + err)
    code, _, err = run(folder, "run", "c.toml", "-q", program=FRONT)
    expect(code == 0 and (folder / "c.nc").exists(), err)
    code, _, err = run(folder, "nlse", "c.toml", "-q", "-f", program=FRONT)
    expect(code == 0, err)
    code, _, err = run(folder, "nothing", "c.toml", program=FRONT)
    expect(code == 2 and "no solver 'nothing'" in err, err)
    code, _, err = run(folder, "run", "c.toml", program=FRONT, config="x = 1\n")
    expect(code == 2 and err.startswith("c.toml: solver: required"), err)


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
