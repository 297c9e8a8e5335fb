# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints that are damaged, or of other versions, and the names of a run's files.

    test_checkpoint.py PROGRAM    clausius-hard-discs
"""

import gzip
import os
import shutil
import sys
from pathlib import Path

import netCDF4
import numpy as np

from program import attribute, expect, expect_same_numbers, read, refuse, run, values

DATA = Path(__file__).resolve().parent / "data"
CONFIG = (DATA / "v0.1.0.toml").read_text()
FILES = ("a.nc", "a.xdmf2", "a.checkpoint", "a.checkpoint.previous")


def write(folder, name="a.toml"):
    (folder / name).write_text(CONFIG)
    return name


def made(folder):
    """A run of two parts: it has a checkpoint, and one before it."""
    write(folder)
    run(folder, "a.toml", "-q")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint", "-s", "time.end=2.0")
    expect(sorted(os.listdir(folder)) == sorted(("a.toml", *FILES)), f"{os.listdir(folder)}")


def longer(folder):
    run(folder, "a.toml", "-q", "-o", "whole.nc", "-s", "time.end=3.0")
    return folder / "whole.nc"


def damage(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_damaged_ones_are_refused(folder):
    made(folder)
    checkpoint, previous = folder / "a.checkpoint", folder / "a.checkpoint.previous"
    whole = checkpoint.read_bytes()
    arguments = ("a.toml", "-q", "-r", "a.checkpoint", "-s", "time.end=3.0")
    offer = "; a.checkpoint.previous is whole: use --restart a.checkpoint.previous"
    reason = "is damaged: its checksum does not agree"
    damage(checkpoint, len(whole) // 2)
    refuse(folder, *arguments, message=f"a.checkpoint: {reason}{offer}")
    checkpoint.write_bytes(whole[:-32])
    refuse(folder, *arguments,
           message=f"a.checkpoint: is damaged: its checksum is missing{offer}")  # fmt: skip
    checkpoint.write_bytes(whole[:1000])
    refuse(folder, *arguments, message="a.checkpoint: is damaged, or no checkpoint: "
           f"its end is not its own{offer}")  # fmt: skip
    checkpoint.unlink()
    refuse(folder, *arguments, message=f"a.checkpoint: No such file or directory{offer}")
    os.mkfifo(checkpoint)
    refuse_fifo(folder, arguments, offer)
    checkpoint.unlink()
    checkpoint.write_bytes(whole)
    damage(checkpoint, 100)
    kept = previous.read_bytes()
    damage(previous, len(kept) // 3)
    refuse(folder, *arguments, message=f"a.checkpoint: {reason}")
    # What is offered works.
    previous.write_bytes(kept)
    run(folder, "a.toml", "-q", "-r", "a.checkpoint.previous", "-s", "time.end=3.0")
    expect_same_numbers(folder / "a.nc", longer(folder))


def refuse_fifo(folder, arguments, offer):
    """As refuse, which would read it."""
    _, err = run(folder, *arguments, code=2)
    expect(err == f"a.checkpoint: is not a regular file{offer}\n", err)


def unpack(folder):
    for name in ("nc", "checkpoint.nc"):
        with gzip.open(DATA / f"v0.1.0.{name}.gz") as packed:
            (folder / f"a.{name}").write_bytes(packed.read())
    return write(folder)


def expect_close(left, right):
    """Another processor's square roots and sines may end in other digits."""
    a, b = read(left), read(right)
    expect(a.keys() == b.keys(), f"variables differ: {a.keys() ^ b.keys()}")
    for name in a:
        expect(a[name][2].shape == b[name][2].shape, name)
        expect(np.allclose(a[name][2], b[name][2], rtol=1e-6, atol=1e-9, equal_nan=True), name)


def test_files_of_the_first_version_go_on(folder):
    unpack(folder)
    expect(attribute(folder / "a.nc", "source") == "clausius-hard-discs 0.1.0", "not of then")
    run(folder, "a.toml", "-q", "-r", "a.checkpoint.nc", "-s", "time.end=3.0")
    expect_close(folder / "a.nc", longer(folder))
    expect(attribute(folder / "a.nc", "source") == run(folder, "-V")[0].split("\n")[0], "source")
    expect((folder / "a.checkpoint").exists(), "no checkpoint of the new name")
    # The builds before this one are told, over restarts by this one.
    for end in ("3.0", "3.5"):
        told = attribute(folder / "a.nc", "earlier_builds")
        expect(told == "clausius-hard-discs 0.1.0", f"{end}: {told}")
        run(folder, "a.toml", "-q", "-r", "a.checkpoint", "-s", "time.end=3.5")


def test_a_damaged_one_of_the_first_version(folder):
    unpack(folder)
    whole = (folder / "a.checkpoint.nc").read_bytes()
    (folder / "a.checkpoint.previous.nc").write_bytes(whole)
    (folder / "a.checkpoint.nc").write_bytes(whole[:-1])
    refuse(folder, "a.toml", "-r", "a.checkpoint.nc", "-s", "time.end=3.0",
           message="a.checkpoint.nc: is damaged, or no checkpoint: its end is not its own; "
           "a.checkpoint.previous.nc is whole: use --restart "
           "a.checkpoint.previous.nc")  # fmt: skip


def test_formats_to_come_are_refused(folder):
    unpack(folder)
    # One without a checksum can be changed.
    with netCDF4.Dataset(folder / "a.checkpoint.nc", "a") as file:
        file.createVariable("run.format", "i8", ())[...] = 2
    version = run(folder, "-V")[0].split("\n")[0].split()[1]
    refuse(folder, "a.toml", "-r", "a.checkpoint.nc", "-s", "time.end=3.0",
           message="a.checkpoint.nc: was written by version 0.1.0, in a format that is new to "
           f"this one, {version}")  # fmt: skip


def test_points_in_names_stay(folder):
    write(folder)
    for name in ("u0.2", "u0.25", "v.nc"):
        run(folder, "a.toml", "-q", "-o", name)
    stems = ("u0.2", "u0.25", "v")
    expected = {"a.toml", "u0.2", "u0.25", "v.nc", *(f"{s}.xdmf2" for s in stems),
                *(f"{s}.checkpoint" for s in stems)}  # fmt: skip
    expect(set(os.listdir(folder)) == expected, f"{sorted(os.listdir(folder))}")
    for stem, output in zip(stems, ("u0.2", "u0.25", "v.nc")):
        expect(f"{output}:/" in (folder / f"{stem}.xdmf2").read_text(), f"{stem}.xdmf2")


def test_names_of_other_files_are_no_outputs(folder):
    made(folder)
    for name in ("a.checkpoint", "b.checkpoint", "b.checkpoint.previous", "b.xdmf2", "b.journal"):
        for force in ((), ("-f",)):
            refuse(folder, "a.toml", *force, "-o", name, message=f"{name}: is a name for what "
                   "stands beside an output; an output may be NAME.nc")  # fmt: skip
    refuse(folder, "a.toml", "-f", "-o", "a",
           message="a: would share its checkpoint, a.checkpoint, with a.nc: "
           "give it another name")  # fmt: skip


def test_no_file_takes_the_place_of_config(folder):
    for name, what in (("b.xdmf2", "sidecar"), ("b.checkpoint", "checkpoint"),
                       ("b.checkpoint.previous", "previous checkpoint"),
                       ("b.journal", "journal")):  # fmt: skip
        write(folder, name)
        refuse(folder, name, "-o", "b.nc", message=f"{name}: the {what} would replace CONFIG")
        (folder / name).unlink()
    write(folder)
    (folder / "b.checkpoint").symlink_to("a.toml")
    refuse(folder, "a.toml", "-o", "b.nc",
           message="b.checkpoint: the checkpoint would replace CONFIG")  # fmt: skip
    run(folder, "a.toml", "-q")
    (folder / "b.checkpoint").unlink()
    (folder / "b.checkpoint").symlink_to("b.nc")
    shutil.copy(folder / "a.nc", folder / "b.nc")
    refuse(folder, "a.toml", "-f", "-o", "b.nc", message="b.checkpoint: is the same file as b.nc")
    shutil.copy(folder / "a.checkpoint", folder / "c.xdmf2")
    refuse(folder, "a.toml", "-o", "c.nc", "-r", "c.xdmf2", "-s", "time.end=3.0",
           message="c.xdmf2: the sidecar would replace the checkpoint to restart "
           "from")  # fmt: skip
    expect(len(values(folder / "a.nc", "time")) == 3, "a.nc")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
