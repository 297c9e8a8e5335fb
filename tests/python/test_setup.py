# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/install-deps, scripts/quietly, and what every script says of itself."""

import os
import subprocess
import sys
import time

import tap
from tap import SCRIPTS, expect


def run(*words, code=0, **more):
    result = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=120, **more
    )
    expect(result.returncode == code, f"{words}: {result.returncode}: {result.stderr}")
    return result.stdout, result.stderr


def packages(*groups):
    words = [word for group in groups for word in ("--for", group)]
    return set(run(SCRIPTS / "install-deps", "--list", *words)[0].split())


def test_the_demo_fetches_no_more_than_it_needs():
    demo = packages("build", "run")
    expect(demo == packages("build,run") == packages(), "the default is another list")
    expect({"gcc", "python3-matplotlib"} <= demo, f"{demo}")
    for heavy in ("ffmpeg", "libcmocka-dev", "python3-h5netcdf", "clang"):
        expect(heavy not in demo, f"{heavy} is fetched for the demo")
    expect(packages("movie") == {"ffmpeg"}, "for a movie")
    expect(demo | {"ffmpeg", "libcmocka-dev", "python3-scipy"} <= packages("test"), "for the tests")
    _, err = run(SCRIPTS / "install-deps", "--for", "nothing", code=1)
    expect("must be build, run, movie, test, check or slow" in err, err)


def test_a_long_command_says_how_it_goes_on(folder):
    log = folder / "log"
    command = "echo first; sleep 5.6; echo '[2/3] second'; sleep 5.6; echo third; exit 7"
    process = subprocess.Popen(
        [SCRIPTS / "quietly", "working", log, "sh", "-c", command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    lines, last = [], time.monotonic()
    for line in process.stdout:
        # Not on a terminal: a line every 5 s. The rest is for a busy machine.
        expect(time.monotonic() - last < 10, f"silence before {line}")
        last = time.monotonic()
        lines.append(line)
    err = process.stderr.read()
    expect(process.wait() == 7, f"exit code {process.returncode}")
    expect(len(lines) >= 2 and lines[0].startswith("working, ") and "first" in lines[0], f"{lines}")
    expect("[2/3] second" in lines[-1], f"{lines}")
    # What it wrote is shown when it fails.
    expect("first\n[2/3] second\nthird\n" in err and str(log) in err, err)


def test_a_short_command_is_told_once(folder):
    out, err = run(SCRIPTS / "quietly", "working", folder / "log", "echo", "hidden")
    expect(out.startswith("working: done in ") and out.count("\n") == 1 and not err, out + err)
    expect((folder / "log").read_text() == "hidden\n", "the log")


def test_every_script_says_what_it_does_in_whole_sentences(folder):
    programs = [path for path in sorted(SCRIPTS.glob("**/*")) if path.is_file() and os.access(path, os.X_OK)]
    python = [path for path in programs if path.read_bytes().startswith(b"#!/usr/bin/python3\n")]
    expect(len(python) >= 11, f"{python}")
    for path in programs:
        expect(not path.read_bytes().startswith(b"#!/usr/bin/env python"), f"{path}: another Python")
    for path in python:
        out, _ = run(sys.executable, "-B", path, "--help", cwd=folder)
        paragraphs = out.split("\n\n")
        expect(paragraphs[0].startswith("usage: ") and "options:" in out, f"{path}: {out}")
        expect(paragraphs[1].rstrip()[-1] in ".", f"{path}: ends in mid-sentence: {paragraphs[1]}")
        expect("docs/images" not in out, f"{path} writes into the sources")


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
