# SPDX-License-Identifier: GPL-3.0-or-later
"""Configurations and initial files that are no files, or hostile: a line that says so, and nothing
hangs."""

import os
import subprocess
import sys

from program import CONFIG, PATIENCE, PROGRAM, environment, expect, one_line, refuse, run, tree, write

FILE = CONFIG.replace('kind = "soliton"\nvelocity = 0.5', 'kind = "file"\npath = "state.nc"')


def through_a_pipe(folder, text, *arguments):
    """The program on <(echo TEXT), as the shell hands it over."""
    reader, writer = os.pipe()
    with subprocess.Popen(
        [PROGRAM, f"/dev/fd/{reader}", *arguments], cwd=folder, env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        pass_fds=(reader,),
    ) as process:  # fmt: skip
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            pipe.write(text)
        out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def test_a_configuration_from_a_pipe(folder):
    code, _, err = through_a_pipe(folder, CONFIG, "-q", "-o", "a.nc")
    expect(code == 0 and (folder / "a.nc").exists(), f"{code}: {err}")
    # Paths in it start at the present folder.
    run(folder, write(folder), "-q", "-o", "state.nc")
    code, _, err = through_a_pipe(folder, FILE, "-q", "-o", "b.nc")
    expect(code == 0 and (folder / "b.nc").exists(), f"{code}: {err}")
    code, _, err = through_a_pipe(folder, CONFIG + "a" + ".a" * 200000 + " = 1\n", "-q")
    expect(code == 2 and err.endswith(": a key of more than 32 parts\n"), f"{code}: {err}")


def test_an_initial_file_is_not_replaced(folder):
    run(folder, write(folder), "-q", "-o", "state.nc")
    (folder / "link.nc").symlink_to("state.nc")
    config = write(folder, FILE, "b.toml")
    line = FILE[: FILE.index('path = "state.nc"')].count("\n") + 1
    for name in ("state.nc", "link.nc"):
        for more in (("-f",), ("-f", "-n")):
            refuse(
                folder, config, "-o", name, *more,
                message=f'b.toml:{line}:1: initial.0.path = "state.nc": the run would replace it: '
                "give -o another name",
            )  # fmt: skip
    run(folder, config, "-q", "-f", "-o", "b.nc")


def test_hostile_configurations(folder):
    line = CONFIG.count("\n") + 1
    cases = {
        "a" + ".a" * 200000 + " = 1": f"a.toml:{line}:64: a key of more than 32 parts",
        "[a" + ".a" * 200000 + "]": f"a.toml:{line}:65: a key of more than 32 parts",
        "a = " + "[" * 200000: f"a.toml:{line}:69: is nested more than 64 deep",
        "a = " + "{a=" * 200000: f"a.toml:{line}:197: is nested more than 64 deep",
        "größe = 1": f"a.toml:{line}:3: a character outside ASCII, which needs quotes around it",
        "a = '\0'": f"a.toml:{line}:6: holds a NUL byte: not a text",
    }
    for text, message in cases.items():
        write(folder, CONFIG + text + "\n")
        refuse(folder, "a.toml", message=message)
    write(folder)
    for arguments in (("-s", "a" + ".a" * 60000 + "=1"), ("-s", "a=" + "[" * 100000)):
        before = tree(folder)
        _, err = run(folder, "a.toml", *arguments, code=2)
        one_line(err)
        expect(err.startswith("--set a") and len(err) < 1100, err)
        expect(tree(folder) == before, "something was written")
    with open(folder / "a.toml", "a", encoding="ascii") as file:
        file.write("\n" * (16 << 20))
    refuse(folder, "a.toml", message="a.toml: is longer than 16 MiB: not a configuration")


def test_what_is_no_configuration(folder):
    cases = {
        "/dev/null": "/dev/null: is neither a file nor a pipe",
        ".": ".: is a directory",
        "none.toml": "none.toml: no such file",
    }
    for path, message in cases.items():
        refuse(folder, path, message=message)


def test_initial_files_that_are_none(folder):
    write(folder, FILE)
    os.mkfifo(folder / "state.nc")
    _, err = run(folder, "a.toml", code=2)
    one_line(err)
    expect(err.endswith("state.nc: is not a regular file\n"), err)
    os.unlink(folder / "state.nc")
    os.mkdir(folder / "state.nc")
    _, err = run(folder, "a.toml", code=2)
    one_line(err)
    expect(err.endswith("state.nc: is a directory\n"), err)
    # Longer than any path: told, not cut.
    write(folder, FILE.replace("state.nc", "x" * 5000))
    _, err = run(folder, "a.toml", code=2)
    one_line(err)
    expect(": initial.0.path = " in err, err)


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
