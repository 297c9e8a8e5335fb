# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands by which docs/output-format.md makes a copy of an output for CDO, and what CDO then
says of it."""

import re
import subprocess
import sys
from pathlib import Path

from program import expect, run, values, write

DOCS = Path(__file__).resolve().parents[2] / "docs" / "output-format.md"


def commands():
    """The block of the documentation that calls cdo."""
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    found = [block.splitlines() for block in blocks if "cdo " in block]
    expect(len(found) == 1, f"{len(found)} blocks with cdo")
    return found[0]


def shell(folder, command):
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"{command}: {done.stderr}")
    expect("Unsupported" not in done.stderr + done.stdout, f"{command}: {done.stderr}")
    return done.stdout


def times(text, name):
    """Of the lines `number : date time level gridsize miss : ... : name`, in days since 2000."""
    pattern = rf": 2000-01-(\d\d) (\d\d):(\d\d):(\d\d) .*: {name}\s*$"
    return [
        int(day) - 1 + int(hour) / 24 + int(minute) / 1440 + int(second) / 86400
        for day, hour, minute, second in re.findall(pattern, text, re.MULTILINE)
    ]


def test_documented_copies_are_read_by_cdo(folder):
    write(folder)
    run(folder, "a.toml", "-q", "-o", "run.nc", "-s", "time.observe_every=0.125")
    output = "".join(shell(folder, command) for command in commands())
    for name, clock in (("psi_re", "time"), ("mass", "observation_time")):
        expected = list(values(folder / "run.nc", clock))
        got = times(output, name)
        expect(len(got) == len(expected), f"{name}: {output}")
        # CDO prints whole seconds, of which a day has 86400.
        expect(all(abs(a - b) < 1e-5 for a, b in zip(got, expected)), f"{name}: {got}")


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
