# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line answers: exit codes and the exact text of every refusal."""

import json
import os
import resource
import shutil
import subprocess
import sys

from program import (
    CONFIG,
    PROGRAM,
    attribute,
    expect,
    one_line,
    read,
    refuse,
    run,
    tree,
    values,
    write,
)

KINDS = (
    '"soliton", "n-soliton", "akhmediev", "kuznetsov-ma", "peregrine", "plane-wave", "noise", '
    '"gaussian", "sech", "file"'
)


def refuse_file(folder, old, new, message):
    expect(CONFIG.count(old) == 1, f"{old!r} must be in the file once")
    write(folder, CONFIG.replace(old, new))
    refuse(folder, "a.toml", message=message)


def refuse_set(folder, text, message):
    write(folder)
    refuse(folder, "a.toml", "--set", text, message=f"--set {text}: {message}")


def test_wrong_type(folder):
    refuse_file(
        folder,
        "points = 256",
        'points = "256"',
        'a.toml:9:1: grid.points = "256": must be an integer',
    )
    refuse_file(folder, "end = 1.0", "end = true", "a.toml:5:1: time.end = true: must be a number")


def test_unknown_key(folder):
    refuse_file(
        folder,
        "length",
        "lenght",
        "a.toml:10:1: grid.lenght: unknown key; did you mean grid.length?",
    )
    refuse_file(
        folder,
        "velocity",
        "velosity",
        "a.toml:14:1: initial.0.velosity: unknown key; did you mean initial.0.velocity?",
    )


def test_missing_keys(folder):
    refuse_file(
        folder,
        "end = 1.0\n",
        "",
        "a.toml: time.end: required (simulated time at which to stop)",
    )
    refuse_file(
        folder,
        "length = 40.0\n",
        "",
        "a.toml: grid.length: required (length L of the periodic interval)",
    )


def test_out_of_range(folder):
    refuse_file(
        folder, "points = 256", "points = 7", "a.toml:9:1: grid.points = 7: must be at least 8"
    )
    refuse_file(
        folder, "points = 256", "points = -4", "a.toml:9:1: grid.points = -4: must be at least 8"
    )
    refuse_file(
        folder, "length = 40.0", "length = -1", "a.toml:10:1: grid.length = -1: must be above 0"
    )
    refuse_file(folder, "end = 1.0", "end = 0", "a.toml:5:1: time.end = 0: must be above 0")


def test_unknown_kind(folder):
    refuse_file(
        folder,
        '"soliton"',
        '"solitn"',
        f'a.toml:13:1: initial.0.kind = "solitn": must be one of {KINDS}; did you mean "soliton"?',
    )


def test_wrong_solver(folder):
    refuse_file(
        folder,
        '"nlse"',
        '"couzin"',
        'a.toml:1:1: solver = "couzin": this is clausius-nlse, the file is for clausius-couzin',
    )


def test_syntax_error(folder):
    write(folder, 'solver = "nlse"\n[time\nend = 3\n')
    refuse(
        folder,
        "a.toml",
        message="a.toml:2:6: Error while parsing table header: expected ']', saw '\\n'",
    )


def test_files_that_are_not_there(folder):
    write(folder)
    refuse(folder, "none.toml", message="none.toml: no such file")
    refuse(folder, "a.toml", "-o", "none/x.nc", message="none/x.nc: folder none does not exist")
    refuse(folder, "a.toml", "-r", "none.nc", message="none.nc: No such file or directory")
    (folder / "d").mkdir()
    refuse(folder, "d", message="d: is a directory")
    refuse(folder, "a.toml", "-o", "d", message="d: is a directory")
    refuse(folder, "a.toml", "-f", "-o", "d", message="d: is a directory")
    refuse(
        folder, "a.toml", "-f", "-o", "a.toml", message="a.toml: the output would replace CONFIG"
    )


def test_existing_output(folder):
    write(folder)
    run(folder, "a.toml", "-q", "-s", "seed=1")
    refuse(folder, "a.toml", message="a.nc: exists; use --force to replace it")
    expect(attribute(folder / "a.nc", "seed") == 1, "replaced nevertheless")
    run(folder, "a.toml", "-q", "--force")
    expect(attribute(folder / "a.nc", "seed") == 3, "--force does not replace")
    # Wrong input must not cost the earlier result.
    refuse(
        folder,
        "a.toml",
        "-f",
        "-s",
        "grid.points=7",
        message="--set grid.points=7: grid.points = 7: must be at least 8",
    )


def test_wrong_words(folder):
    write(folder)
    refuse(
        folder, message="clausius-nlse: CONFIG.toml is missing, see clausius-nlse --help"
    )
    refuse(
        folder,
        "a.toml",
        "--outptu",
        message="clausius-nlse: --outptu: no such option; did you mean --output? "
        "See clausius-nlse --help",
    )
    refuse(
        folder,
        "a.toml",
        "-t",
        "0",
        message="clausius-nlse: --threads = 0: must be an integer from 1 to 4096",
    )
    refuse(
        folder,
        "--list",
        "nothing",
        message="--list nothing: no such topic; there are keys, potentials, integrators, initial, "
        "measures, fields, state, observables",
    )


def test_wrong_set(folder):
    refuse_set(folder, "foo", "must be KEY=VALUE")
    refuse_set(folder, "=3", "the key must be a dotted path such as grid.points")
    refuse_set(folder, "a b=3", "the key must be a dotted path such as grid.points")
    refuse_set(folder, "grid.points=3e3", "grid.points = 3000.0: must be an integer")
    refuse_set(folder, "grid.point=9", "grid.point: unknown key; did you mean grid.points?")
    refuse_set(
        folder,
        "initial.velocity=1",
        "initial is an array of 1: velocity is no index of it, nor the next one",
    )
    refuse_set(folder, "initial.1.velocity=1", f"initial.1.kind: required (one of {KINDS})")


def config_of(folder, *arguments):
    out, err = run(folder, "a.toml", "--print-config", *arguments)
    expect(err == "", err)
    return out


def test_set_reaches_everywhere(folder):
    write(folder)
    plain = config_of(folder)

    def changed(old, new, *sets):
        words = [word for text in sets for word in ("-s", text)]
        expect(plain.count(old) == 1, f"{old!r} is not in {plain}")
        got = config_of(folder, *words)
        expect(got == plain.replace(old, new), f"{sets} makes {got}")

    changed("points = 256", "points = 512", "grid.points=512")
    changed("points = 256", "points = 512", "grid.points = 512")
    changed("\nvelocity = 0.5", "\nvelocity = 1.5", "initial.0.velocity=1.5")
    changed("points = 256", "points = 32", "grid.points=16", "grid.points=32")  # the last one counts
    changed('kind = "none"', 'kind = "harmonic", frequency = 2.0',
            'equation.potential={kind="harmonic",frequency=2.0}')
    changed("renyi_orders = [0.5, 2.0]", "renyi_orders = [1.0, 3.0]",
            "diagnostics.renyi_orders=[1.0, 3.0]")
    both = config_of(folder, "-s", 'initial.1.kind="noise"', "-s", "initial.1.level=0.5")
    expect(both.startswith(plain) and 'kind = "noise"\nlevel = 0.5\n' in both, both)
    expect(
        'title = "a = b"' in config_of(folder, "-s", 'title="a = b"'), "only the first = divides"
    )


def test_print_config_repeats_itself(folder):
    write(folder)
    first = config_of(folder, "-s", 'initial.1.kind="noise"', "-s", "time.end=0.1")
    write(folder, first)
    expect(config_of(folder) == first, "the configuration printed is another when read")
    expect(list(tree(folder)) == ["a.toml"], "--print-config writes")


def test_dry_run_writes_nothing(folder):
    write(folder)
    before = tree(folder)
    out, _ = run(folder, "a.toml", "--dry-run")
    expect(tree(folder) == before, "--dry-run writes")
    for word in ("grid ", "step ", "steps ", "snapshots ", "memory ", "output ", "256 points"):
        expect(word in out, f"{word!r} is not in {out}")
    expect("snapshots     5, every 0.25" in out, out)
    refuse(
        folder,
        "a.toml",
        "-n",
        "-s",
        "grid.points=7",
        message="--set grid.points=7: grid.points = 7: must be at least 8",
    )


def test_list(folder):
    out, err = run(folder, "--list")
    expect(err == "" and "grid" in out, err)
    listed = json.loads(run(folder, "--list", "--json")[0])
    expect(len(listed) > 0, "an empty list")
    for topic in ("keys", "potentials", "integrators", "initial", "state", "observables"):
        text = run(folder, "--list", topic)[0]
        expect(text.count("\n") > 2, f"--list {topic}: {text}")
        expect(max(map(len, text.splitlines())) <= 100, f"--list {topic}: long lines")
        parsed = json.loads(run(folder, "--list", topic, "--json")[0])
        expect(len(parsed) > 0, f"--list {topic} --json is empty")
    kinds = json.loads(run(folder, "--list", "initial", "--json")[0])["kinds"]
    expect(", ".join(f'"{kind["name"]}"' for kind in kinds) == KINDS, f"{kinds}")
    expect(tree(folder) == {}, "--list writes")


def test_list_is_a_screen_and_leads_on(folder):
    listed = json.loads(run(folder, "--list", "--json")[0])
    text = run(folder, "--list")[0]
    expect(text.count("\n") <= 40, f"{text.count(chr(10))} lines")
    expect(max(map(len, text.splitlines())) <= 100, text)
    topics = {line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] > " "}
    expect(set(listed) <= topics and "--list" in topics, f"{topics}")
    expect(json.loads(run(folder, "--list", "all", "--json")[0]) == listed, "all differs")
    whole = run(folder, "--list", "all")[0]
    # Once for [[diagnostics.measure]], in the table of measures.
    for text in ('"sample-entropy"', '"soliton"', '"dop853"', "tolerance"):
        expect(whole.count(text) >= 1, f"{text} is not listed")
    for kind in listed["measures"]["kinds"] + listed["initial"]["kinds"]:
        found = whole.count(f'\n  "{kind["name"]}"')
        expect(found == 1 or kind["name"] == "file", f"{kind['name']}: listed {found} times")


def test_list_of_one_entry(folder):
    for name, words in {
        "grid.points": "integer, at least 8; required",
        "initial.soliton": "amplitude A\n",
        "initial.0.velocity": 'of "n-soliton"',
        "integrators.dop853": "relative_tolerance",
        "time": "[time]\n  end ",
        "density_renyi": "by renyi_order",
        "state.psi_re": "real part",
    }.items():
        text = run(folder, "--list", name)[0]
        expect(words in text and text.count("\n") <= 40, f"{name}: {text}")
    for name, near in {"grid.point": "grid.points", "inital": "initial", "mas": "mass",
                       "initial.solitn": "initial.soliton"}.items():  # fmt: skip
        out, err = run(folder, "--list", name, code=2)
        expect(out == "" and f"did you mean {near}?" in err and err.count("\n") == 1, err)
    # Machines ask for tables.
    _, err = run(folder, "--list", "grid.points", "--json", code=2)
    one_line(err)


def test_every_kind_has_defaults_that_pass(folder):
    required = {"amplitude": "[1.0, 2.0]", "path": '"n.nc"', "frequency": "1.0"}
    write(folder)
    topics = {"initial": "initial.0", "integrators": "integrator", "potentials": "equation.potential"}
    for topic, path in topics.items():
        listed = json.loads(run(folder, "--list", topic, "--json")[0])
        for kind in listed["kinds"]:
            keys = [f'{listed["selector"]} = "{kind["name"]}"']
            keys += [
                f'{key["key"]} = {required[key["key"]]}' for key in kind["keys"] if key["required"]
            ]
            config_of(folder, "-s", f"{path}={{{', '.join(keys)}}}")


def test_help_and_version(folder):
    for word in ("-h", "--help"):
        out, err = run(folder, word)
        expect(err == "" and out.startswith("clausius-nlse: ") and "--max-walltime" in out, out)
    short, long = run(folder, "-V"), run(folder, "--version")
    expect(short == long and short[1] == "", f"{short} {long}")
    first, *more = short[0].splitlines()
    name, version = first.split()
    expect(name == "clausius-nlse" and version.count(".") == 2, first)
    told = [line.split()[0] for line in more]
    expect(told == ["revision", "compiler", "libraries", "cpu"], short[0])


def test_messages_go_to_stderr(folder):
    write(folder)
    out, err = run(folder, "a.toml")
    expect(out == "", out)
    for text in ("complete at t = 1", "steps in", "mass drift", "energy drift", "wrote a.nc"):
        expect(text in err, f"{text!r} is not in {err}")
    _, err = run(folder, "a.toml", "-q", "-f")
    expect("complete" not in err and "drift" not in err, f"-q is not quiet: {err}")


def test_output_that_cannot_be_printed(folder):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    expect(done.returncode == 1, f"exit code {done.returncode}")
    one_line(done.stderr, "clausius-nlse: standard output: write error")


# Some MB of state, against room for one.
LARGE = ("-s", "grid.points=4096", "-s", "time.snapshot_every=0.005", "-s", "output.sidecar=false")


def check_broken_off(path, err, whole):
    one_line(err)
    expect(err.startswith(f"{path.name}: "), err)
    expect(attribute(path, "status") == "failed", attribute(path, "status"))
    # What was computed before is there, without a hole and without half a record.
    for name, (_, dimensions, expected) in read(whole).items():
        part = values(path, name)
        if dimensions[0] in ("time", "observation_time"):
            count = len(values(path, dimensions[0]))
            expect(len(part) == count, f"{name}: {len(part)} records of {count}")
            expect(3 < count < 200, f"{name}: {count} records")
            part, expected = part[:count], expected[:count]
        expect(part.tobytes() == expected.tobytes(), f"{name} differs")


def test_a_limit_of_the_file_size(folder):
    write(folder)
    size = 1 << 20
    run(folder, "a.toml", "-q", *LARGE, "-o", "whole.nc")
    _, err = run(
        folder,
        "a.toml",
        "-q",
        *LARGE,
        code=1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    check_broken_off(folder / "a.nc", err, folder / "whole.nc")


def test_a_full_disk(folder):
    write(folder)
    disk = folder / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        print("# a disk of its own cannot be mounted here: not tested")
        return
    try:
        run(folder, "a.toml", "-q", *LARGE, "-o", "whole.nc")
        _, err = run(folder, "a.toml", "-q", *LARGE, "-o", "disk/a.nc", code=1)
        expect(err.startswith("disk/a.nc: "), err)
        check_broken_off(disk / "a.nc", err.removeprefix("disk/"), folder / "whole.nc")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_blow_up(folder):
    write(folder)
    for integrator in ('{method="dop853"}', '{method="split-step",step=0.01}'):
        name = f"{integrator[9:12]}.nc"
        _, err = run(
            folder,
            "a.toml",
            "-q",
            *("-s", "initial.0.amplitude=1e160", "-s", f"integrator={integrator}", "-o", name),
            code=1,
        )
        one_line(err)
        expect("t = 0" in err and "-nan" not in err, err)
        if (folder / name).exists():
            expect(attribute(folder / name, "status") == "failed", name)
            read(folder / name)


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
