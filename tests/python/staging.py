# SPDX-License-Identifier: GPL-3.0-or-later
"""A build folder installed somewhere, for a test alone."""

import json
import subprocess
from pathlib import Path


def stage(build, folder):
    """PREFIX below a folder, as packagers install by DESTDIR."""
    subprocess.run(
        ["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder],
        check=True, capture_output=True)  # fmt: skip
    options = json.loads((Path(build) / "meson-info/intro-buildoptions.json").read_text())
    prefix = next(option["value"] for option in options if option["name"] == "prefix")
    return Path(folder) / Path(prefix).relative_to("/")
