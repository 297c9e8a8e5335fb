# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are stopped, killed and continued end in the same file as an unbroken one, bit for bit
in every number of every variable."""

import functools
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from program import (
    attribute,
    expect,
    expect_same_numbers,
    finish,
    one_line,
    read,
    run,
    start,
    values,
    wait_until,
    write,
)

# Half a second to two of work, most of it between outputs. Neither cadence divides the end, and the
# noise keeps the adaptive steps short.
CONFIG = """\
solver = "nlse"
seed = 3

[time]
end = 0.08
snapshot_every = 0.003
observe_every = 0.002

[output]
checkpoint_every = 0.0

[grid]
points = 4096
length = 60.0

[integrator]
INTEGRATOR

[[initial]]
kind = "soliton"
amplitude = 2.0
velocity = 3.0

[[initial]]
kind = "noise"
level = 0.01
maximum_wavenumber = 180.0
"""

INTEGRATORS = {
    "dop853": 'method = "dop853"\nrelative_tolerance = 1e-13\nabsolute_tolerance = 1e-15',
    "split-step": 'method = "split-step"\nstep = 4e-5',
}
SCRATCH = tempfile.TemporaryDirectory()
OFTEN = ("-s", "output.checkpoint_every=0.05")


@functools.cache
def unbroken(name):
    """The output of a run that nothing stopped."""
    folder = Path(SCRATCH.name) / name
    folder.mkdir()
    write(folder, CONFIG.replace("INTEGRATOR", INTEGRATORS[name]))
    run(folder, "a.toml", "-q", "-t", "1")
    return folder / "a.nc"


def with_each_integrator(test):
    """One test for each integrator, each in a folder of its own."""

    def both(folder):
        for name, keys in INTEGRATORS.items():
            place = folder / name
            place.mkdir()
            write(place, CONFIG.replace("INTEGRATOR", keys))
            test(place, unbroken(name))

    both.__name__ = test.__name__
    return both


def start_until(folder, ready, what, *arguments):
    process = start(folder, "a.toml", "-q", "-t", "1", *arguments)
    wait_until(ready, process, what)
    return process


def start_and_wait(folder, *arguments):
    """A run that is in the middle: some frames are in the file."""
    path = folder / "a.nc"

    def has_frames():
        return path.exists() and path.stat().st_size > 400000

    return start_until(folder, has_frames, "frames", *arguments)


def go_on(folder, *arguments, checkpoint="a.checkpoint", code=0):
    return run(folder, "a.toml", "-q", "-t", "1", "-r", checkpoint, *arguments, code=code)


def check_stopped(folder, whole):
    """What a stop leaves: part of the records, a checkpoint, a status."""
    path = folder / "a.nc"
    expect(attribute(path, "status") == "interrupted", attribute(path, "status"))
    expect((folder / "a.checkpoint").exists(), "no checkpoint")
    part, all_of_it = values(path, "time"), values(whole, "time")
    expect(0 < len(part) < len(all_of_it), f"{len(part)} of {len(all_of_it)} records")
    expect((part == all_of_it[: len(part)]).all(), f"times {part}")


def check_whole(folder, whole):
    expect(attribute(folder / "a.nc", "status") == "complete", "status")
    expect_same_numbers(folder / "a.nc", whole)


@with_each_integrator
def test_sigterm(folder, whole):
    process = start_and_wait(folder)
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    check_stopped(folder, whole)
    go_on(folder)
    check_whole(folder, whole)


@with_each_integrator
def test_sigint(folder, whole):
    process = start_and_wait(folder)
    process.send_signal(signal.SIGINT)
    finish(process, 130)
    check_stopped(folder, whole)
    go_on(folder)
    check_whole(folder, whole)
    history = attribute(folder / "a.nc", "history").splitlines()
    expect(len(history) == 2 and "-r a.checkpoint" in history[1], f"{history}")


@with_each_integrator
def test_several_stops(folder, whole):
    process = start_and_wait(folder)
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    codes = []
    for _ in range(50):
        process = start(folder, "a.toml", "-q", "-t", "2", "-r", "a.checkpoint",
                        "--max-walltime", "0.4")
        process.communicate(timeout=300)
        codes.append(process.returncode)
        if process.returncode != 75:
            break
    # A slow machine may not come far in 0.4 s; the rest without a limit.
    if codes[-1] == 75:
        go_on(folder)
    else:
        expect(codes[-1] == 0, f"{codes}")
    check_whole(folder, whole)


@with_each_integrator
def test_kill_9(folder, whole):
    checkpoint = folder / "a.checkpoint"
    process = start_until(folder, checkpoint.exists, "a checkpoint", *OFTEN)
    time.sleep(0.1)  # so that the file is past the checkpoint
    process.kill()
    finish(process, -signal.SIGKILL)
    expect(attribute(folder / "a.nc", "status") == "running", "status")
    expect(len(values(folder / "a.nc", "time")) > 0, "nothing is readable")
    go_on(folder)
    check_whole(folder, whole)


@with_each_integrator
def test_the_checkpoint_before(folder, whole):
    previous = folder / "a.checkpoint.previous"
    process = start_until(folder, previous.exists, "a second checkpoint", *OFTEN)
    process.kill()
    finish(process, -signal.SIGKILL)
    go_on(folder, checkpoint="a.checkpoint.previous")
    check_whole(folder, whole)


@with_each_integrator
def test_without_the_output(folder, whole):
    process = start_and_wait(folder)
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    count = len(values(folder / "a.nc", "time"))
    (folder / "a.nc").unlink()
    go_on(folder)
    for name, (_, dimensions, rest) in read(folder / "a.nc").items():
        expected = values(whole, name)
        if "time" in dimensions[:1] or "observation_time" in dimensions[:1]:
            expected = expected[len(expected) - len(rest) :]
        expect(rest.tobytes() == expected.tobytes(), f"{name} differs")
    left = len(values(whole, "time")) - len(values(folder / "a.nc", "time"))
    expect(left == count, f"{left} times left out, {count} were written before")


@with_each_integrator
def test_max_walltime(folder, whole):
    # The limit to be in the middle of the run depends on the machine: some ten tries find it.
    limit = 0.1
    while True:
        begun = time.monotonic()
        run(folder, "a.toml", "-q", "-f", "-t", "1", "--max-walltime", f"{limit:.3f}", code=75)
        # The limit is the program's own; the rest is what a busy system takes to start and end it.
        expect(time.monotonic() - begun < limit + 1.5, "the limit is not kept")
        if len(values(folder / "a.nc", "time")) > 1:
            break
        limit *= 1.25
    check_stopped(folder, whole)
    go_on(folder)
    check_whole(folder, whole)


@with_each_integrator
def test_sigusr1(folder, whole):
    checkpoint = folder / "a.checkpoint"
    process = start_and_wait(folder)
    expect(not checkpoint.exists(), "a checkpoint before it is asked for")
    process.send_signal(signal.SIGUSR1)
    wait_until(checkpoint.exists, process, "a checkpoint")
    finish(process)
    check_whole(folder, whole)
    # The finished file is cut back and made anew.
    go_on(folder)
    check_whole(folder, whole)


@with_each_integrator
def test_a_longer_run(folder, whole):
    # 0.048 is a time of both cadences, 0.05 of one, 0.0505 of none: that output is taken back.
    for end in ("0.048", "0.05", "0.0505"):
        run(folder, "a.toml", "-q", "-t", "1", "-f", "-s", f"time.end={end}", *OFTEN)
        expect(values(folder / "a.nc", "time")[-1] == float(end), "the end is not there")
        go_on(folder)
        check_whole(folder, whole)


@with_each_integrator
def test_other_output_keys(folder, whole):
    process = start_and_wait(folder)
    process.send_signal(signal.SIGTERM)
    finish(process, 75)
    # Another file beside the first, which stays as it is.
    before = (folder / "a.nc").read_bytes()
    go_on(folder, "-o", "b.nc", "-s", "output.precision='single'", "-s", "output.compression=1")
    expect((folder / "a.nc").read_bytes() == before, "the first file is touched")
    rest = values(folder / "b.nc", "mass")
    expect(rest.tobytes() == values(whole, "mass")[-len(rest) :].tobytes(), "mass differs")
    psi = values(folder / "b.nc", "psi_re")
    expected = values(whole, "psi_re")[-len(psi) :].astype("f4")
    expect(psi.dtype == "f4" and psi.tobytes() == expected.tobytes(), "psi differs")


def stopped(folder):
    write(folder, CONFIG.replace("INTEGRATOR", INTEGRATORS["split-step"]))
    process = start_and_wait(folder)
    process.send_signal(signal.SIGTERM)
    finish(process, 75)


def test_a_changed_key_is_refused(folder):
    stopped(folder)

    for text in ("grid.points=2048", "seed=4", "initial.0.velocity=2.0", "time.snapshot_every=0.004",
                 "integrator.step=5e-5", "diagnostics.bins=32"):  # fmt: skip
        before = sorted(os.listdir(folder))
        out, err = run(folder, "a.toml", "-r", "a.checkpoint", "-s", text, code=2)
        one_line(err)
        expect(out == "" and err.startswith(f"--set {text}: {text.split('=')[0]} = "), err)
        expect("checkpoint" in err, err)
        expect(sorted(os.listdir(folder)) == before, "something is left behind")
    (folder / "x.nc").write_text("no NetCDF")
    out, err = run(folder, "a.toml", "-r", "x.nc", code=2)
    one_line(err)
    out, err = run(folder, "a.toml", "-r", "a.nc", code=2)
    one_line(err)
    # After all this it still can go on.
    go_on(folder)
    check_whole(folder, unbroken("split-step"))


def test_another_run_s_output_is_not_cut(folder):
    stopped(folder)
    shutil.copy(folder / "a.checkpoint", folder / "kept.nc")
    run(folder, "a.toml", "-q", "-t", "1", "-f", "-s", "seed=5")
    before = (folder / "a.nc").read_bytes()
    out, err = run(folder, "a.toml", "-r", "kept.nc", code=2)
    one_line(err)
    expect("is not the output of the run" in err, err)
    expect((folder / "a.nc").read_bytes() == before, "cut nevertheless")


def test_a_second_signal_quits(folder):
    write(folder, CONFIG.replace("INTEGRATOR", INTEGRATORS["split-step"]))
    process = start_and_wait(folder)
    # Stopped, so that both are there when it goes on, in whatever order.
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
        process.send_signal(number)
    process.communicate(timeout=60)
    expect(process.returncode in (130, 143), f"exit code {process.returncode}")
    expect(not (folder / "a.checkpoint").exists(), "it stayed for a checkpoint")
    expect(attribute(folder / "a.nc", "status") == "running", "status")
    read(folder / "a.nc")  # to the last flush, which may have been the first one


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
