# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the file of a fast run while it is written, with HDF5's own idea of locks: by the scripts,
and by clausius-analyze (the second argument)."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
from program import CONFIG, PATIENCE, expect, finish, start, write

import runfile

ANALYZE = os.path.abspath(sys.argv[2])
RUNS, READS = 5, 20  # the files must not grow large
# A record every few steps of a tiny grid, flushed all the time.
FAST = ("-q", "-s", "time.end=1e6", "-s", "time.snapshot_every=0.2", "-s", "grid.points=64",
        "-s", 'integrator={method="split-step", step=0.001}')  # fmt: skip


def observations(path):
    with runfile.open_run(str(path)) as data:
        return data.sizes["observation_time"]


class Run:
    """A run that goes on until the end of the block."""

    def __init__(self, folder):
        self.folder, self.path = folder, folder / "a.nc"

    def __enter__(self):
        write(self.folder, CONFIG)
        self.path.unlink(missing_ok=True)
        self.process = start(self.folder, "a.toml", *FAST)
        while not self.path.exists() or observations(self.path) < 20:
            expect(self.process.poll() is None, "the run has ended")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        finish(self.process, 75)


def look(path):
    """Of one reading: how many observations there are."""
    with runfile.open_run(str(path)) as data:
        expect(data.attrs["status"] == "running", data.attrs["status"])
        for name in ("time", "observation_time"):
            expect((np.diff(data[name].values) > 0).all(), f"{name} is not increasing")
        for name in ("mass", "energy", "psi_re", "psi_im"):
            expect(np.isfinite(data[name].values).all(), f"{name} is not all there")
        return data.sizes["observation_time"]


def test_scripts_read_a_running_file(folder):
    os.environ.pop("HDF5_USE_FILE_LOCKING", None)
    for _ in range(RUNS):
        with Run(folder) as run:
            counts = [look(run.path) for _ in range(READS)]
        expect(all(a <= b for a, b in zip(counts, counts[1:])), f"records have gone: {counts}")
        expect(counts[-1] > counts[0] > 0, f"nothing was written meanwhile: {counts}")


def test_analyze_reads_a_running_file(folder):
    environment = {k: v for k, v in os.environ.items() if k != "HDF5_USE_FILE_LOCKING"}
    for _ in range(RUNS):
        with Run(folder) as run:
            for turn in range(READS):
                done = subprocess.run(
                    [ANALYZE, run.path, "-v", "max_amplitude", "-m", 'what="mean"'],
                    cwd=folder, env=environment, capture_output=True, text=True, check=False,
                    timeout=PATIENCE,
                )  # fmt: skip
                expect(done.returncode == 0, f"reading {turn}: {done.stderr}")


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
