# SPDX-License-Identifier: GPL-3.0-or-later
"""--dry-run of all solvers: instant at any size, and true where it can be held against a run."""

import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import program
from program import expect, one_line, run, tree, write

PROGRAMS = {Path(path).name: os.path.abspath(path) for path in sys.argv[1:]}

# Memory of an instrumented program is not its own, and that of MALLOC_PERTURB_ is touched.
INSTRUMENTED = b"__asan_init" in Path(sys.argv[1]).read_bytes()
os.environ.pop("MALLOC_PERTURB_", None)

FIELD = """
[time]
end = 0.02
snapshot_every = 0.005
[grid]
points = 1024
length = 100.0
"""

CONFIGS = {
    "clausius-nlse": f"""solver = "nlse"
{FIELD}
[integrator]
method = "dop853"
[[initial]]
kind = "plane-wave"
""",
    "clausius-klein-gordon": f"""solver = "klein-gordon"
{FIELD}
[equation]
potential = "sine-gordon"
[[initial]]
kind = "breather"
""",
    "clausius-couzin": """solver = "couzin"
[time]
end = 0.3
step = 0.1
snapshot_every = 0.1
[domain]
length = 500.0
[school]
individuals = 100
[measures]
group_distance = 3.0
""",
    "clausius-hard-discs": """solver = "hard-discs"
[time]
end = 1e-3
snapshot_every = 2e-4
[gas]
particles = 100
packing_fraction = 0.005
""",
}

SIZES = {
    "clausius-nlse": ("grid.points", 10**9),
    "clausius-klein-gordon": ("grid.points", 10**9),
    "clausius-couzin": ("school.individuals", 10**8),
    "clausius-hard-discs": ("gas.particles", 10**8),
}


def use(name, folder):
    """The program that run() and its like start, and its configuration."""
    program.PROGRAM = PROGRAMS[name]
    write(folder, CONFIGS[name])


def sets(**keys):
    return [word for key, value in keys.items() for word in ("-s", f"{key.replace('__', '.')}={value}")]


def size(name, number=None):
    key, largest = SIZES[name]
    return "-s", f"{key}={largest if number is None else number}"


# Linux counts what the parent had at the time of the exec: so there is a small one in between.
MEASURE = """
import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    print(os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime, file=file)
"""


def used(folder, *arguments, code=0):
    """(stdout, stderr, bytes at the peak, seconds of the processor) of a run."""
    with tempfile.NamedTemporaryFile("r") as report:
        words = [sys.executable, "-ISc", MEASURE, report.name, program.PROGRAM, *map(str, arguments)]
        done = subprocess.run(
            words, cwd=folder, env=program.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=True, timeout=program.PATIENCE)  # fmt: skip
        exit_code, peak, seconds = report.read().split()
    expect(int(exit_code) == code, f"{arguments}: exit code {exit_code}, not {code}: {done.stderr}")
    return done.stdout, done.stderr, 1024 * int(peak), float(seconds)


def number_in(text):
    """Of "5.8 GB"."""
    found = re.search(r"([\d.]+(?:e[+-]\d+)?) ([kMGTPE]?B)", text)
    expect(found is not None, f"no bytes in {text!r}")
    return float(found[1]) * 1000.0 ** ("B", "kB", "MB", "GB", "TB", "PB", "EB").index(found[2])


def line_of(plan, word):
    lines = [line[14:] for line in plan.splitlines() if line.startswith(f"{word:14}")]
    expect(len(lines) == 1, f"{len(lines)} lines of {word} in {plan}")
    return lines[0]


# ---- any size ---------------------------------------------------------------------------------


def test_instant_at_any_size(folder):
    for name in PROGRAMS:
        use(name, folder)
        before = tree(folder)
        plan, _, peak, seconds = used(folder, "a.toml", "-n", *size(name))
        expect(line_of(plan, "state") == "not checked: more than 100000 points", plan)
        expect(str(SIZES[name][1]) in line_of(plan, "grid"), plan)
        expect(number_in(line_of(plan, "memory")) > 1e10, plan)
        expect(number_in(line_of(plan, "output")) > 1e9, plan)
        # All of it is the program's start, 15 MB and some hundredths of a second.
        expect(seconds < 2.0, f"{name}: {seconds} s")
        expect(peak < 50e6 or INSTRUMENTED, f"{name}: {peak} bytes")
        expect(tree(folder) == before, f"{name} --dry-run writes")


def test_beyond_every_size(folder):
    for name in PROGRAMS:
        use(name, folder)
        _, err, peak, seconds = used(folder, "a.toml", "-n", *size(name, 10**18), code=2)
        one_line(err)
        expect(f"{SIZES[name][0]} = {10**18}: must be" in err, err)
        expect(seconds < 2.0 and (peak < 50e6 or INSTRUMENTED), f"{name}: {seconds} s, {peak}")


def test_members_of_an_ensemble_count(folder):
    use("clausius-hard-discs", folder)
    plan, err, peak, _ = used(
        folder, "a.toml", "-n", *size("clausius-hard-discs"), *sets(ensemble__runs=10**6)
    )
    expect(number_in(line_of(plan, "memory")) > 1e16, plan)
    expect(err.startswith("warning: does not fit: gas.particles needs "), err)
    expect(peak < 50e6 or INSTRUMENTED, f"{peak} bytes")
    # 1001 discs in 100 gases are too many to be looked at, 1000 are not.
    for particles, made in ((1001, False), (1000, True)):
        plan, _ = run(
            folder, "a.toml", "-n", *size("clausius-hard-discs", particles), *sets(ensemble__runs=100)
        )
        expect(("not checked" not in plan) == made, plan)


def test_out_of_reach_is_refused_at_once(folder):
    use("clausius-hard-discs", folder)
    arguments = (*size("clausius-hard-discs"), *sets(ensemble__runs=10**6))
    _, err, peak, seconds = used(folder, "a.toml", *arguments, code=2)
    one_line(err)
    expect(re.search(r"gas\.particles = 100000000: needs [\d.]+ [PE]B of memory, this machine", err), err)
    expect(seconds < 2.0 and (peak < 50e6 or INSTRUMENTED), f"{seconds} s, {peak} bytes")
    expect(list(tree(folder)) == ["a.toml"], "files are left")


def test_memory_that_is_not_given(folder):
    """Below what the machine has, but more than the process may have."""
    if INSTRUMENTED:
        return

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, 400 * 2**20))

    for name in PROGRAMS:
        use(name, folder)
        _, err = run(folder, "a.toml", "-q", *size(name, 4 * 10**6), "-t", "1", code=1, preexec_fn=limit)
        one_line(err)
        expect("out of memory" in err, err)
        expect(list(tree(folder)) == ["a.toml"], f"{name} leaves {tree(folder).keys()}")


# ---- checks -----------------------------------------------------------------------------------


def test_state_is_checked_up_to_a_size(folder):
    missing = "-s", 'initial=[{kind="file", path="none.nc"}]'
    for name in PROGRAMS:
        use(name, folder)
        _, err = run(folder, "a.toml", "-n", *size(name, 100000), *missing, code=2)
        expect("initial.0.path" in err and "none.nc" in err, err)
        plan, _ = run(folder, "a.toml", "-n", *size(name, 100002), *missing)
        expect(line_of(plan, "state").startswith("not checked"), plan)


def test_keys_are_checked_at_any_size(folder):
    measure = "-s", 'diagnostics.measure=[{what="permutation-entropy", of="nothing"}]'
    for name in PROGRAMS:
        use(name, folder)
        _, err = run(folder, "a.toml", "-n", *size(name), *measure, code=2)
        one_line(err)
        expect("diagnostics.measure.0.of" in err and "none of this run's variables" in err, err)
    measure = "-s", 'diagnostics.measure=[{what="permutation-entropy", of="density"}]'
    use("clausius-nlse", folder)
    with_it, without = (
        number_in(line_of(used(folder, "a.toml", "-n", *size("clausius-nlse"), *more)[0], "memory"))
        for more in (measure, ())
    )
    expect(with_it >= without, f"{with_it}, {without}")


def test_existing_output(folder):
    use("clausius-nlse", folder)
    expect("exists" not in run(folder, "a.toml", "-n")[0], "there is no output yet")
    run(folder, "a.toml", "-q")
    before = tree(folder)
    cases = {
        (): "(exists; --force would replace it)",
        ("-f",): "(exists; it would be replaced)",
        ("-r", next(n for n in before if "checkpoint" in n)): "(exists; it would be continued)",
    }
    for arguments, text in cases.items():
        plan, err = run(folder, "a.toml", "-n", *arguments)
        expect(line_of(plan, "output").endswith(text) and err == "", plan + err)
    expect(tree(folder) == before, "--dry-run writes")


def test_output_that_cannot_be(folder):
    use("clausius-nlse", folder)
    (folder / "d").mkdir()
    for path in ("none/a.nc", "d", "a.toml"):
        _, err = run(folder, "a.toml", "-n", "-o", path, code=2)
        one_line(err)
        expect(err.startswith(path), err)


def test_disk_that_is_too_small(folder):
    use("clausius-nlse", folder)
    # 5 10^8 snapshots of 10^9 points: no disk has 8 EB.
    _, err = run(folder, "a.toml", "-n", *size("clausius-nlse"), *sets(time__snapshot_every=4e-11))
    expect(re.search(r"warning: does not fit: a\.nc needs 8\.?\d* EB, its disk has room for ", err), err)


# ---- truth ------------------------------------------------------------------------------------

# Sizes at which the arrays are most of the memory.
POINTS = sets(grid__points=2**18, grid__length=2.0**18 / 10)
MORE = sets(grid__points=2**19, grid__length=2.0**19 / 10)
RUNS = [
    ("clausius-nlse", *POINTS, "-s", 'integrator={method="dop853",active_modes=false,step=0.01}'),
    ("clausius-nlse", *POINTS, "-s", 'integrator={method="dop853",dealias="padded",step=0.01}'),
    ("clausius-nlse", *POINTS, "-s", 'integrator={method="split-step",step=0.003}'),
    ("clausius-nlse", *POINTS, "-s", 'integrator={method="split-step",step=0.01,order=2}',
     "-s", 'output.precision="single"'),
    ("clausius-klein-gordon", *MORE),
    ("clausius-klein-gordon", *MORE, "-s", 'grid.boundary="absorbing"'),
    ("clausius-klein-gordon", *MORE, "-s",
     'integrator={method="symplectic",order=4,step=0.003,splitting="linear"}'),
    ("clausius-klein-gordon", *MORE, "-s", 'integrator={method="symplectic",adaptive=true}'),
    ("clausius-couzin", *sets(school__individuals=200000)),
    ("clausius-couzin", *sets(school__individuals=200000, school__spread__speed=0.1, domain__dimensions=2)),
    ("clausius-hard-discs", *sets(gas__particles=200000)),
    ("clausius-hard-discs", *sets(gas__particles=200000, macrostate__split="true")),
    ("clausius-hard-discs", *sets(gas__particles=50000, ensemble__runs=4), "-t", "2"),
]  # fmt: skip


def test_estimates_are_true(folder):
    start_up = {}
    for name, *arguments in RUNS:
        use(name, folder)
        if name not in start_up:
            start_up[name] = used(folder, "a.toml", "-q", "-f")[2]
        plan, _ = run(folder, "a.toml", "-n", *arguments)
        _, err, peak, _ = used(folder, "a.toml", "-f", *arguments)
        told = start_up[name] + number_in(line_of(plan, "memory"))
        expect(peak > 2 * start_up[name], f"{arguments}: too small to say anything")
        # Transforms, threads and the library of files take what they like.
        expect(abs(told / peak - 1) < 0.25 or INSTRUMENTED, f"{name} {arguments}: {told} for {peak}")
        told, real = number_in(line_of(plan, "output")), (folder / "a.nc").stat().st_size
        expect(abs(told / real - 1) < 0.05, f"{name} {arguments}: {told} for {real} in the file")
        steps = line_of(plan, "steps")
        if steps.isdigit():
            done = int(re.search(r": (\d+) steps in ", err)[1])
            # The last step goes up to the end or is one aside.
            expect(abs(int(steps) - done) <= 1, f"{name} {arguments}: {steps} steps, {done} done")


def test_at_most_is_at_most(folder):
    """How many modes are active, and how many step sizes are used, the state decides."""
    use("clausius-nlse", folder)
    for active in ("true", "false"):
        arguments = (*POINTS, *sets(integrator__active_modes=active))
        text = line_of(run(folder, "a.toml", "-n", *arguments)[0], "memory")
        expect(text.startswith("up to "), text)
        peak = used(folder, "a.toml", "-q", "-f", *arguments)[2]
        expect(peak < 1.1 * number_in(text) or INSTRUMENTED, f"{peak} bytes, {text}")


def test_small_files_are_true_too(folder):
    """Where chunks that are hardly filled, and the tables, are most of the file."""
    for name in PROGRAMS:
        use(name, folder)
        plan, _ = run(folder, "a.toml", "-n")
        run(folder, "a.toml", "-q", "-f")
        told, real = number_in(line_of(plan, "output")), (folder / "a.nc").stat().st_size
        expect(abs(told / real - 1) < 0.05, f"{name}: {told} for {real}")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
