# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the subtests of a `meson test` run: count_tests.py testlog.json EXIT_CODE_OF_MESON.

Prints what failed, and as the last line `N passed, N failed` (and `, N skipped`); exits with 1
unless something passed and nothing failed. A program without TAP output counts as one test; one
that ends badly without a failed subtest (a crash, a wrong plan, a time limit) as one failure more.
"""

import json
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b(?:\s+\d+)?\s*-?\s*(.*)$", re.MULTILINE)
GOOD = {"OK", "EXPECTEDFAIL"}


def count(programs):
    """Counts by verdict, and the names of what failed."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failures = []
    for program in programs:
        name, result = program["name"], program["result"]
        subtests = TAP_LINE.findall(program.get("stdout") or "")
        before = counts["failed"]
        for bad, text in subtests:
            if re.search(r"#\s*SKIP", text, re.IGNORECASE):
                counts["skipped"] += 1
            elif bad:
                counts["failed"] += 1
                failures.append(f"{name}: {text}")
            else:
                counts["passed"] += 1
        if not subtests and result in GOOD:
            counts["passed"] += 1
        elif not subtests and result == "SKIP":
            counts["skipped"] += 1
        elif result not in GOOD | {"SKIP"} and counts["failed"] == before:
            counts["failed"] += 1
            failures.append(f"{name}: {result.lower()}")
    return counts, failures


def main():
    path, code = sys.argv[1], int(sys.argv[2])
    try:
        with open(path, encoding="utf-8") as log:
            counts, failures = count(json.loads(line) for line in log)
    except (OSError, ValueError) as error:
        counts, failures = {"passed": 0, "failed": 0, "skipped": 0}, [f"no test log: {error}"]
    if code != 0 and counts["failed"] == 0:
        counts["failed"] = 1
        failures.append(f"meson test ended with exit code {code}")
    for line in failures:
        print("failed:", line)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 0 if counts["failed"] == 0 and counts["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
