# SPDX-License-Identifier: GPL-3.0-or-later
"""The front command, `clausius SOLVER CONFIG` and `clausius run CONFIG`.

    test_front.py FRONT    the program `clausius`, with clausius-nlse beside it
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import tap
from tap import expect

FRONT = str(Path(sys.argv[1]).resolve())
CONFIG = """solver = "nlse"
[time]
end = 0.1
[grid]
points = 64
length = 20.0
[[initial]]
kind = "soliton"
"""


def front(folder, *arguments, config=CONFIG):
    (folder / "c.toml").write_text(config)
    result = subprocess.run([FRONT, *arguments], cwd=folder, capture_output=True, text=True,
                            timeout=60)  # fmt: skip
    return result.returncode, result.stdout, result.stderr


def test_help_lists_the_solvers(folder):
    for arguments in (["--help"], ["run", "--help"]):
        code, out, err = front(folder, *arguments)
        expect(code == 0 and "nlse " in out and not err, out + err)


def test_tools_are_no_solvers(folder):
    _, out, _ = front(folder, "--help")
    solvers, _, tools = out.partition("tools:")
    expect("analyze" in tools and "analyze" not in solvers.split("solvers:")[1], out)
    code, out, err = front(folder, "analyze", "--description")
    expect(code == 0 and out.count("\n") == 1 and not err, out + err)


def test_solver_by_name_and_from_the_file(folder):
    for arguments in (["nlse", "c.toml"], ["run", "c.toml", "-f"], ["run", "-qfo", "c.nc", "c.toml"],
                      ["run", "--set", "seed=1", "-f", "--", "c.toml"]):  # fmt: skip
        code, _, err = front(folder, *arguments)
        expect(code == 0 and (folder / "c.nc").exists(), f"{arguments}: {err}")


def test_the_solver_s_options_are_understood(folder):
    """Each of these words once stood where the front command took it for the configuration."""
    shown = front(folder, "nlse", "--list", "keys")[1]
    for arguments in (["--list", "keys", "c.toml"], ["c.toml", "--list", "keys"],
                      ["--list=keys", "c.toml"], ["-q", "--list", "keys", "--", "c.toml"]):  # fmt: skip
        code, out, err = front(folder, "run", *arguments)
        expect(code == 0 and out == shown and not err, f"{arguments}: {code} {err}")
    overview = front(folder, "nlse", "--list")[1]
    for arguments in (["--list", "c.toml"], ["--list", "./c.toml"], ["c.toml", "--list"]):
        code, out, err = front(folder, "run", *arguments)
        expect(code == 0 and out == overview and not err, f"{arguments}: {code} {err}")
    for arguments in (["-fqo", "other.nc", "c.toml"], ["-foother.nc", "-t1", "c.toml"],
                      ["--output=other.nc", "--max-walltime", "9", "-f", "c.toml"]):  # fmt: skip
        (folder / "other.nc").unlink(missing_ok=True)
        code, _, err = front(folder, "run", *arguments)
        expect(code == 0 and (folder / "other.nc").exists(), f"{arguments}: {err}")


def test_wrong_input(folder):
    for arguments, config, message in (
        (["nothing", "c.toml"], CONFIG, "clausius: no solver 'nothing'"),
        (["../nlse", "c.toml"], CONFIG, "clausius: no solver '../nlse'"),
        (["run"], CONFIG, "clausius run: CONFIG.toml is missing"),
        (["run", "--list", "keys"], CONFIG, "clausius run: CONFIG.toml is missing"),
        (["run", "--outptu", "c.toml"], CONFIG,
         "clausius run: --outptu: no such option; did you mean --output?"),
        (["run", "-t", "0", "c.toml"], CONFIG, "clausius run: --threads = 0: must be"),
        (["run", "c.toml", "c.toml"], CONFIG, "clausius run: one CONFIG.toml at a time"),
        (["--verison"], CONFIG, "clausius: --verison: no such option; did you mean --version?"),
        (["run", "none.toml"], CONFIG, "none.toml: no such file"),
        (["run", "c.toml"], "x = 1\n", "c.toml: solver: required"),
        (["run", "c.toml"], 'solver = "chess"\n', "clausius: no solver 'chess'"),
    ):
        code, out, err = front(folder, *arguments, config=config)
        expect(code == 2 and err.startswith(message) and not out, f"{arguments}: {code} {err!r}")
        expect(err.count("\n") == 1, err)


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
