# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` leaves, used from another folder with hardly an environment.

    test_installation.py BUILD           installs BUILD into a folder by DESTDIR, for this test alone
    test_installation.py BUILD PREFIX    BUILD is installed in PREFIX already
"""

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from staging import stage
from tap import expect

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(sys.argv[1]).resolve()
SOLVERS = ["couzin", "hard-discs", "klein-gordon", "nlse"]
SCRIPTS = ["plot", "animate", "to-csv", "compare-regimes"]

TEMPORARY = tempfile.TemporaryDirectory() if len(sys.argv) < 3 else None
PREFIX = Path(sys.argv[2]).resolve() if TEMPORARY is None else stage(BUILD, TEMPORARY.name)


def run(folder, *words, code=0, **more):
    """As in a new login, in a folder of its own."""
    result = subprocess.run(
        [str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=300,
        env={"PATH": f"{PREFIX}/bin:/usr/bin:/bin", "HOME": str(folder)}, check=False,
        **more)  # fmt: skip
    expect(result.returncode == code, f"{words}: {result.returncode}: {result.stderr}")
    return result.stdout, result.stderr


def test_programs_start(folder):
    programs = sorted((PREFIX / "bin").iterdir())
    expect({f"clausius-{name}" for name in SOLVERS} <= {path.name for path in programs}, programs)
    for path in programs:
        out, err = run(folder, path.name, "--version")
        expect(out.startswith(path.name + " ") and not err, f"{path}: {out}{err}")


def test_nothing_of_the_machine_that_built_them_is_inside(folder):
    installed = [p for p in PREFIX.rglob("*") if p.is_file() and not p.is_symlink()]
    for path in installed:
        for place in (ROOT, BUILD):
            # Not the end of another path, such as share/clausius.
            whole = rb"(?<![\w.~}-])" + re.escape(str(place).encode()) + rb"(?![\w-])"
            expect(re.search(whole, path.read_bytes()) is None, f"{path} holds {place}")


def test_help_lists_what_is_there(folder):
    out, err = run(folder, "clausius", "--help")
    solvers, _, tools = out.partition("\ntools:\n")
    for name in SOLVERS:
        expect(f"\n  {name} " in solvers, f"{name} is not in {out}")
    for name in [*SCRIPTS, "analyze", "config", "repair", "reproduce"]:
        expect(f"  {name} " in tools, f"{name} is not in {out}")
    expect("does not start" not in out and not err, out + err)


def test_help_tells_of_programs_that_do_not_start(folder):
    programs = folder / "a b [c]"
    programs.mkdir()
    shutil.copy(PREFIX / "bin/clausius", programs)
    out, _ = run(folder, programs / "clausius", "--help", code=1)
    expect("none found beside this program" in out, out)
    shutil.copy(PREFIX / "bin/clausius-nlse", programs)
    out, _ = run(folder, programs / "clausius", "--help")
    expect("\n  nlse " in out and "does not start" not in out, out)
    broken = programs / "clausius-broken"
    broken.write_text("#!/bin/sh\necho a library is missing >&2\nexit 127\n")
    broken.chmod(0o755)
    out, _ = run(folder, programs / "clausius", "--help", code=1)
    expect("  broken                does not start: a library is missing\n" in out, out)
    expect("\n  nlse " in out, out)


def test_a_shipped_configuration_becomes_a_picture(folder):
    out, _ = run(folder, "clausius", "config")
    shipped = sorted(path.relative_to(ROOT / "configs") for path in ROOT.glob("configs/**/*.toml"))
    for path in shipped:
        expect(f"  {path.with_suffix('')} " in out, f"{path} is not listed")
        text, _ = run(folder, "clausius", "config", path.with_suffix(""))
        expect(text == (ROOT / "configs" / path).read_text(), f"{path} differs")
    run(folder, "sh", "-c", "clausius config two_soliton > my.toml")
    run(folder, "clausius", "run", "my.toml", "-q", "-s", "time.end=1.0")
    out, _ = run(folder, "clausius", "plot", "my.nc")
    expect(out.strip().endswith("my.png") and (folder / "my.png").stat().st_size > 10000, out)
    run(folder, "clausius", "to-csv", "my.nc")
    expect(list(folder.glob("*.csv")) != [], "no table")
    out, _ = run(folder, "clausius", "reproduce", "my.nc")
    expect("equal bit for bit" in out, out)
    run(folder, "clausius", "analyze", "my.nc", "-v", "max_amplitude,density_shannon")


def test_names_of_configurations(folder):
    for name in ("nlse/two_soliton", "two-soliton", "two_soliton.toml"):
        out, _ = run(folder, "clausius", "config", name)
        expect('solver = "nlse"' in out, f"{name}: {out}")
    # The one in the solver's own folder, not the one of the replaced library.
    expect("replaced" not in run(folder, "clausius", "config", "torus")[0], "another torus")
    for name, message in {"two_solitn": "no such configuration; did you mean nlse/two_soliton?",
                          "nothing": "no such configuration; `clausius config` lists them"}.items():
        out, err = run(folder, "clausius", "config", name, code=2)
        expect(err == f"clausius config: {name}: {message}\n" and not out, err)
    with open("/dev/full", "w") as full:
        result = subprocess.run([PREFIX / "bin/clausius", "config", "kink"], stdout=full, check=False)
    expect(result.returncode == 1, f"a full disk: {result.returncode}")


def test_scripts_say_what_is_missing(folder):
    scripts = next(PREFIX.rglob("runfile.py")).parent
    for name in SCRIPTS:
        # Without `site` Python does not find Debian's packages.
        _, err = run(folder, "/usr/bin/python3", "-S", scripts / name, "my.nc", code=2)
        expect(err.startswith(f"{name}: Python lacks numpy, ") and err.count("\n") == 1, err)
        expect("Debian packages python3-numpy " in err, err)
        out, _ = run(folder, "clausius", name, "--help")
        expect(out.startswith(f"usage: {name} "), out)
        expect((scripts / name).read_text().startswith("#!/usr/bin/python3\n"), f"{name}: other Python")
    expect(f"(default: {PREFIX}/bin" in " ".join(out.split()), f"compare-regimes runs others: {out}")


def test_documents_are_there(folder):
    documents = next(PREFIX.rglob("doc/clausius"))
    for name in ("README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "docs/nlse.md", "docs/images/two_soliton.png"):
        expect((documents / name).exists(), f"no {name}")


def test_a_program_from_outside(folder):
    """The library and its headers, found through pkg-config by PKG_CONFIG_PATH alone."""
    description = next(PREFIX.rglob("clausius-diagnostics.pc"))
    environment = os.environ | {"PKG_CONFIG_PATH": str(description.parent)}
    # A build folder of an earlier version writes the prefix, which DESTDIR moves.
    fixed = TEMPORARY is not None and "${pcfiledir}" not in description.read_text()
    moved = [f"--define-variable=prefix={PREFIX}"] if fixed else []

    def ask(*words):
        command = ["pkg-config", *moved, *words, "clausius-diagnostics"]
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout.split()

    example = next(PREFIX.rglob("series-measures.c"))
    library = ask("--variable=libdir")[0]
    subprocess.run(
        ["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", example, *ask("--cflags", "--libs"),
         f"-Wl,-rpath,{library}", "-o", "measures"], cwd=folder, check=True)  # fmt: skip

    def measures(text):
        output, _ = run(folder, folder / "measures", input=text)
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
