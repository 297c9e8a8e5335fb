# SPDX-License-Identifier: GPL-3.0-or-later
"""A FIFO that nobody writes, as a configuration: given up after ten seconds."""

import os
import sys
import time

from program import expect, refuse


def test_a_pipe_that_gives_nothing_is_given_up(folder):
    os.mkfifo(folder / "fifo")
    begun = time.monotonic()
    refuse(folder, "fifo", message="fifo: is a pipe, and nothing came for 10 s")
    expect(9 < time.monotonic() - begun < 30, time.monotonic() - begun)


if __name__ == "__main__":
    import tap

    tap.main(sys.modules[__name__])
