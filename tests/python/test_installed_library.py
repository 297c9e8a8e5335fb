# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed library, used by somebody else's C program through pkg-config."""

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tap import expect

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(sys.argv[1]).resolve()


def installed(folder):
    """The library and its headers as `meson install` leaves them."""
    stage = folder / "stage"
    subprocess.run(
        ["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", stage],
        check=True, capture_output=True)  # fmt: skip
    return next(stage.rglob("clausius-diagnostics.pc"))


def test_a_program_from_outside(folder):
    description = installed(folder)
    prefix = description.parent
    while not (prefix / "include").exists():
        prefix = prefix.parent
    environment = os.environ | {"PKG_CONFIG_PATH": str(description.parent)}
    flags = subprocess.run(
        ["pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs",
         "clausius-diagnostics"],
        env=environment, check=True, capture_output=True, text=True).stdout.split()  # fmt: skip
    shutil.copy(ROOT / "scripts/examples/series-measures.c", folder)
    subprocess.run(
        ["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "series-measures.c", *flags, "-o", "measures"],
        cwd=folder, check=True)  # fmt: skip
    library = next(prefix.rglob("libclausius-diagnostics.so")).parent

    def measures(text):
        output = subprocess.run(
            [folder / "measures"], input=text, text=True, check=True, capture_output=True,
            env=os.environ | {"LD_LIBRARY_PATH": str(library)}).stdout  # fmt: skip
        return {line[:24].strip(): line[25:] for line in output.splitlines()}

    # Bandt and Pompe's own series: 1.522 bits of log2(6) at order 3.
    found = measures("4 7 9 10 6 11 3")
    entropy = -2 * 0.4 * math.log(0.4) - 0.2 * math.log(0.2)
    expect(abs(float(found["permutation entropy"]) - entropy / math.log(6)) < 1e-11, f"{found}")
    # Too little is told in words.
    found = measures("1")
    expect(all(value.startswith("none: ") for value in found.values()), f"{found}")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
