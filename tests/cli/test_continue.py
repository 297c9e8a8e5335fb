# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that a stopped run prints, pasted into a shell in the same folder, continues it.

    test_continue.py FRONT    the program `clausius`, with clausius-nlse beside it
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import tap  # noqa: E402
from program import environment, expect_same_numbers  # noqa: E402
from tap import expect  # noqa: E402

FRONT = Path(sys.argv[1]).resolve()
SOLVER = FRONT.with_name("clausius-nlse")
PATIENCE = 300
SHELL = shutil.which("sh")
# The end is set when it is known how far the stopped run came.
CONFIG = """\
solver = "nlse"
[time]
end = 1e6
snapshot_every = 0.5
[grid]
points = 128
length = 40.0
[integrator]
method = "split-step"
step = 0.01
[[initial]]
kind = "soliton"
velocity = 0.5
"""


def search_path(*folders):
    return environment() | {"PATH": ":".join(map(str, [*folders, *os.get_exec_path()]))}


def stop(folder, words, output, env):
    """Starts a run and stops it as soon as it writes; what it says, and the command it prints."""
    process = subprocess.Popen(
        words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + PATIENCE
    before = output.stat().st_mtime_ns if output.exists() else 0
    while not (output.exists() and output.stat().st_mtime_ns > before):
        expect(process.poll() is None, f"{words}: ended: {process.returncode}")
        expect(time.monotonic() < until, f"{words}: no {output}")
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=PATIENCE)[1]
    expect(process.returncode == 75, f"{words}: {process.returncode}: {err}")
    expect("\ncontinue with: " in err, err)
    return err, err.split("\ncontinue with: ", 1)[1].rstrip("\n")


def shell(folder, line, env):
    result = subprocess.run(
        [SHELL, "-c", line], cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    expect(result.returncode == 0, f"{line}: {result.returncode}: {result.stderr}")


def check(folder, words, config="a.toml", output="a.nc", env=None, program=None):
    """Stops a run twice, each time by the printed command, then lets it come to its end: the numbers
    are those of a run that was not stopped. The commands, for more to look at."""
    env = env or environment()
    (folder / config).write_text(CONFIG)
    (folder / output).parent.mkdir(exist_ok=True)
    _, first = stop(folder, words, folder / output, env)
    err, second = stop(folder, [SHELL, "-c", "exec " + first], folder / output, env)
    expect(first == second and first.count("--restart") == 1, f"{first}\n{second}")
    if program is not None:
        expect(first.startswith(f"{program} "), f"{program}: {first}")
    reached = float(re.search(r"stopped early at t = (\S+):", err)[1])
    (folder / config).write_text(CONFIG.replace("1e6", str(reached + 2.0)))
    shell(folder, second, env)
    whole = folder / "whole"
    whole.mkdir()
    shutil.copy(folder / config, whole / "whole.toml")
    settings = [word for word in words if word.startswith("grid.")]
    settings = [text for word in settings for text in ("-s", word)]
    subprocess.run([SOLVER, "whole.toml", "-q", *settings], cwd=whole, env=environment(), check=True)
    expect_same_numbers(folder / output, whole / "whole.nc")
    return first


def test_plain(folder):
    first = check(folder, [str(SOLVER), "a.toml"], program=SOLVER)
    expect(re.search(r" a\.toml --restart a\.checkpoint\S*$", first), first)


def test_words_that_a_shell_would_split(folder):
    title = "title=\"it's $HOME, `date` \\\\ *\""
    words = [str(SOLVER), "-fo", "out of it's/b c.nc", "two words.toml", "-s", title,
             "--set=time.observe_every=0.5", "--set", "grid.points=64", "-t1",
             "--max-walltime", "1:00:00"]  # fmt: skip
    first = check(folder, words, config="two words.toml", output="out of it's/b c.nc")
    expect("--max-walltime 1:00:00" in first and " -t 1" in first, first)
    expect("force" not in first and " -f" not in first, first)


def test_names_like_options(folder):
    first = check(folder, [str(SOLVER), "-o", "-b.nc", "--", "-a.toml"], "-a.toml", "-b.nc")
    expect(first.endswith(" -- -a.toml"), first)


def test_front_command_on_the_path(folder):
    env = search_path(FRONT.parent)
    check(folder, ["clausius", "run", "a.toml"], env=env, program="clausius-nlse")


def test_front_command_by_a_relative_path(folder):
    (folder / "programs").symlink_to(FRONT.parent)
    check(folder, ["programs/clausius", "nlse", "a.toml"], program="programs/clausius-nlse")


def test_front_command_by_a_link_beside_which_no_solver_is(folder):
    links = folder / "links"
    links.mkdir()
    (links / "clausius").symlink_to(FRONT)
    check(folder, ["clausius", "run", "a.toml"], env=search_path(links), program=SOLVER)


def test_a_name_that_another_program_has(folder):
    """The name that the program was given does not lead to it."""
    (folder / "wrong").mkdir()
    wrong = folder / "wrong" / "clausius-nlse"
    wrong.write_text("#!/bin/sh\nexit 9\n")
    wrong.chmod(0o755)
    env = search_path(folder / "wrong", FRONT.parent)
    check(folder, [str(FRONT), "nlse", "a.toml"], env=env, program=SOLVER)
    shutil.rmtree(folder / "whole")
    (folder / "a.nc").unlink()
    (folder / "links").mkdir()
    (folder / "links" / "clausius").symlink_to(FRONT)
    env = search_path(folder / "links", folder / "wrong", FRONT.parent)
    check(folder, ["clausius", "nlse", "a.toml"], env=env, program=SOLVER)


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
