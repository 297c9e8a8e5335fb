# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test_* functions of a module and reports in TAP. A test that takes an argument gets a
folder of its own, removed afterwards."""

import inspect
import sys
import tempfile
import traceback
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPTS))


def _call(test):
    if not inspect.signature(test).parameters:
        return test()
    with tempfile.TemporaryDirectory() as folder:
        return test(Path(folder))


def main(module):
    tests = [(n, f) for n, f in vars(module).items() if n.startswith("test_") and callable(f)]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        try:
            _call(test)
            verdict = "ok"
        except BaseException:  # an exit of the tested script is a failure, too
            verdict = "not ok"
            failed += 1
            traceback.print_exc()
        print(f"{verdict} {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)


def expect(condition, text):
    """An assertion that python -O keeps."""
    if not condition:
        raise AssertionError(text)
