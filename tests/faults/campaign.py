# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault campaign: runs of all solvers that are killed, whose calls fail, whose checkpoints are
damaged, that meet each other on one file. For each case: what is left, and what a restart or a
repair makes of it. Prints TAP and a table; exits 1 where anything is lost, wrong, or crashes in our
code. docs/reliability.md says what is promised.

usage: campaign.py [options] SHIM PROGRAMS
"""

import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
# Readers are to lock as they do by default.
os.environ.pop("HDF5_USE_FILE_LOCKING", None)

import judge  # noqa: E402
import kinds  # noqa: E402
import runs  # noqa: E402

COLUMNS = {
    "cases": "cases",
    "as is": "survived as is",
    "restart": "mended by restart",
    "repair": "mended by repair",
    "refused": "refused",
    "lost": "lost",
    "wrong": "wrong",
    "leftover": "leftovers",
    "ours": "crashed, ours",
    "library": "crashed, library",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("shim", type=Path, help="the library of shim.c")
    parser.add_argument("programs", type=Path, help="folder of clausius-nlse and the others")
    parser.add_argument("--quick", action="store_true", help="a sample, in a minute")
    parser.add_argument("--kinds", default=",".join(kinds.KINDS), help="only these, by comma")
    parser.add_argument("--solvers", default=",".join(runs.SOLVERS), help="only these, by comma")
    parser.add_argument("--only", default="", help="cases whose name contains this text")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--folder", help="for the cases; default: in memory where there is room")
    parser.add_argument("--markdown", type=Path, help="file for the table as Markdown")
    parser.add_argument("--all", action="store_true", help="print every case, not only the bad")
    return parser.parse_args()


def scratch(options):
    if options.folder is not None:
        return options.folder
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and "TMPDIR" not in os.environ else None


def set_up(base, options):
    """In each process."""
    kinds.BASE = Path(base)
    runs.SHIM = options.shim.resolve()
    runs.PROGRAMS = options.programs.resolve()


def prepare(solver, chosen):
    needed = {"small", "long", "steady"}
    if "damage" in chosen and solver == "nlse":
        needed |= {"large", "short"}
    for name in sorted(needed):
        kinds.prepare(solver, name)
    kinds.prepare_birth(solver)
    kinds.prepare_cut(solver)
    kinds.prepare_restart(solver)


def name_of(kind, case):
    return " ".join([kind, *map(str, case)])


def run_case(kind, case):
    runs.usual.update(os.listdir(kinds.place(case[0], "small")))
    verdicts = kinds.KINDS[kind][2](*case)
    verdicts = verdicts if isinstance(verdicts, list) else [verdicts]
    for verdict in verdicts:
        verdict.name = name_of(kind, case)
    shutil.rmtree(kinds.BASE / "cases" / str(os.getpid()), ignore_errors=True)
    return verdicts


def is_bad(kind, verdict):
    if verdict.outcome == "refused":
        return not kinds.KINDS[kind][3]
    return verdict.outcome not in (*judge.GOOD, "library")


def lose_what_others_kept(verdicts):
    """Kills before later and later calls of one and the same run: what could be read after one must
    be there after the next. (A restart goes back to its checkpoint first.)"""
    most = {}
    for verdict in verdicts:
        series = verdict.name.rpartition(":")[0]
        if not series.endswith("small any:kill") or verdict.outcome not in judge.GOOD:
            continue
        if 0 <= verdict.records < most.get(series, 0):
            verdict.outcome = "lost"
            verdict.text = f"{verdict.records} records, {most[series]} after an earlier kill"
        most[series] = max(most.get(series, 0), verdict.records)


def table(results, markdown):
    head = ["fault", *COLUMNS.values()]
    rows = []
    for kind, verdicts in results.items():
        counts = collections.Counter(v.outcome for v in verdicts)
        counts["cases"] = len(verdicts)
        rows.append([kinds.KINDS[kind][0], *(str(counts[c]) for c in COLUMNS)])
    rows.append(["all", *(str(sum(int(r[i]) for r in rows)) for i in range(1, len(head)))])
    if markdown:
        line = "|---|" + "---:|" * len(COLUMNS)
        return "\n".join(["| " + " | ".join(r) + " |" for r in [head]] + [line]
                         + ["| " + " | ".join(r) + " |" for r in rows]) + "\n"  # fmt: skip
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]
        lines.append("# " + "  ".join(cells))
    return "\n".join(lines) + "\n"


def crashes(results):
    counts = collections.Counter(
        v.text for verdicts in results.values() for v in verdicts if v.outcome in ("ours", "library")
    )
    return [f"{number} x {text}" for text, number in counts.most_common()]


def retries(verdicts):
    told = [re.match(r"(\d+) retries, (\d+) torn", v.text) for v in verdicts]
    numbers = [(int(t[1]), int(t[2])) for t in told if t]
    most = max((n for n, _ in numbers), default=0)
    return (
        f"{len(numbers)} opens of running files, {sum(n for n, _ in numbers)} reads repeated "
        f"({sum(t for _, t in numbers)} as they saw half a flush), {most} at most for one"
    )


def campaign(options, base):
    chosen = options.kinds.split(",")
    solvers = options.solvers.split(",")
    results = {}
    with concurrent.futures.ProcessPoolExecutor(
        options.jobs, initializer=set_up, initargs=(base, options)
    ) as pool:
        list(pool.map(prepare, solvers, [chosen] * len(solvers)))
        print(f"1..{len(chosen)}", flush=True)
        for number, kind in enumerate(chosen, 1):
            begun = time.monotonic()
            cases = kinds.KINDS[kind][1](solvers, options.quick)
            cases = [c for c in cases if options.only in name_of(kind, c)]
            verdicts = sum(pool.map(run_case, [kind] * len(cases), cases), [])
            lose_what_others_kept(verdicts)
            results[kind] = verdicts
            bad = [v for v in verdicts if is_bad(kind, v)]
            for verdict in verdicts if options.all else bad:
                text = " / ".join(verdict.text.splitlines())
                print(f"# {verdict.name}: {verdict.outcome}: {text}"[:400])
            print(f"# {len(cases)} cases in {time.monotonic() - begun:.1f} s")
            print(f"{'not ok' if bad else 'ok'} {number} - {kinds.KINDS[kind][0]}", flush=True)
    return results


def main():
    options = arguments()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=scratch(options), prefix="faults-") as base:
        set_up(base, options)
        results = campaign(options, base)
    print(table(results, markdown=False), end="")
    if "readers" in results:
        print("# " + retries(results["readers"]))
    for line in crashes(results):
        print(f"# crash: {line}")
    print(f"# {time.monotonic() - begun:.0f} s")
    if options.markdown is not None:
        options.markdown.write_text(table(results, markdown=True))
    sys.exit(any(is_bad(k, v) for k, verdicts in results.items() for v in verdicts))


if __name__ == "__main__":
    main()
