# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/animate: movies of every kind of run, and clear words where there can be none."""

import os
import shutil
import subprocess
import sys

import synthetic
import tap
from tap import expect

ANIMATE = [sys.executable, str(tap.SCRIPTS / "animate")]


def run(*arguments, **options):
    return subprocess.run([*ANIMATE, *map(str, arguments)], capture_output=True, text=True,
                          check=False, **options)  # fmt: skip


def frames_of_gif(path):
    from PIL import Image

    with Image.open(path) as picture:
        return picture.n_frames


def test_gif_of_a_complex_field(folder):
    synthetic.nlse(folder / "run.nc", frames=7)
    result = run(folder / "run.nc", "-o", folder / "run.gif", "--dpi", 40)
    expect(result.returncode == 0, result.stderr)
    expect(frames_of_gif(folder / "run.gif") == 7, frames_of_gif(folder / "run.gif"))


def test_frames_are_thinned(folder):
    synthetic.klein_gordon(folder / "run.nc", frames=41)
    result = run(folder / "run.nc", "-o", folder / "run.gif", "--dpi", 40, "--frames", 5)
    expect(result.returncode == 0, result.stderr)
    expect(frames_of_gif(folder / "run.gif") == 5, frames_of_gif(folder / "run.gif"))


def test_particles_in_space_and_in_the_plane(folder):
    makers = {
        "school": lambda p: synthetic.couzin(p, frames=4, individuals=20),
        "flat": lambda p: synthetic.couzin(p, frames=4, individuals=20, dimensions=2),
        "gas": lambda p: synthetic.hard_discs(p, frames=4),
    }
    for name, make in makers.items():
        make(folder / f"{name}.nc")
        result = run(folder / f"{name}.nc", "-o", folder / f"{name}.gif", "--dpi", 40)
        expect(result.returncode == 0, result.stderr)
        expect(frames_of_gif(folder / f"{name}.gif") == 4, name)


def test_mp4_beside_the_file(folder):
    if shutil.which("ffmpeg") is None:
        return
    synthetic.nlse(folder / "run.nc", frames=5)
    result = run(folder / "run.nc")
    expect(result.returncode == 0, result.stderr)
    expect(result.stdout.strip() == str(folder / "run.mp4"), result.stdout)
    expect((folder / "run.mp4").read_bytes()[4:8] == b"ftyp", "not an MP4 file")


def test_without_ffmpeg_a_gif_is_named(folder):
    synthetic.nlse(folder / "run.nc", frames=3)
    result = run(folder / "run.nc", env={**os.environ, "PATH": str(folder)})
    expect(result.returncode == 2, result.returncode)
    expect("--for movie" in result.stderr and "--output" in result.stderr and "run.gif" in result.stderr, result.stderr)
    expect(not (folder / "run.mp4").exists(), "a movie without ffmpeg")


def test_wrong_input_is_an_error_of_the_user(folder):
    synthetic.nlse(folder / "run.nc", frames=3, snapshots=0)
    result = run(folder / "run.nc", "-o", folder / "run.gif")
    expect(result.returncode == 2 and "no snapshots" in result.stderr, result.stderr)
    result = run(folder / "run.nc", "-o", folder / "run.avi")
    expect(result.returncode == 2 and ".mp4 or .gif" in result.stderr, result.stderr)
    result = run(folder / "run.nc", "--fps", "0")
    expect(result.returncode == 2 and "--fps" in result.stderr, result.stderr)


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
