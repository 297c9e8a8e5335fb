# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/count_tests.py: the closing line of scripts/test."""

import json
import subprocess
import sys

import tap
from tap import expect

import count_tests


def program(result, stdout=""):
    return {"name": "clausius:unit / some", "result": result, "stdout": stdout}


def counted(*programs):
    counts, _ = count_tests.count(programs)
    return counts["passed"], counts["failed"], counts["skipped"]


def test_subtests_are_counted():
    stdout = "1..4\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP no network\nok 4 - okay\nnoise ok\n"
    expect(counted(program("FAIL", stdout)) == (2, 1, 1), counted(program("FAIL", stdout)))


def test_crash_after_passed_subtests_is_a_failure():
    result = counted(program("ERROR", "1..2\nok 1 - a\n"))
    expect(result == (1, 1, 0), result)
    result = counted(program("TIMEOUT", ""))
    expect(result == (0, 1, 0), result)


def test_programs_without_tap_count_as_one():
    result = counted(program("OK"), program("FAIL"), program("SKIP"), program("EXPECTEDFAIL"))
    expect(result == (2, 1, 1), result)


def closing(folder, code, *programs):
    log = folder / "testlog.json"
    log.write_text("".join(json.dumps(p) + "\n" for p in programs), encoding="utf-8")
    script = [sys.executable, str(tap.SCRIPTS / "count_tests.py"), str(log), str(code)]
    result = subprocess.run(script, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout.splitlines()[-1]


def test_closing_line_and_exit_code(folder):
    good = program("OK", "1..2\nok 1 - a\nok 2 - b\n")
    expect(closing(folder, 0, good) == (0, "2 passed, 0 failed"), "good run")
    bad = program("FAIL", "1..2\nok 1 - a\nnot ok 2 - b\n")
    expect(closing(folder, 1, good, bad) == (1, "3 passed, 1 failed"), "failed subtest")
    expect(closing(folder, 1, good) == (1, "2 passed, 1 failed"), "meson itself failed")
    expect(closing(folder, 0)[0] == 1, "no test at all passes")
    (folder / "testlog.json").unlink()


if __name__ == "__main__":
    tap.main(sys.modules["__main__"])
