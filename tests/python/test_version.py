# SPDX-License-Identifier: GPL-3.0-or-later
"""The version is the same wherever it is written, and the revision is known where it can be.

    test_version.py VERSION    as the build has it
"""

import re
import subprocess
import sys
from pathlib import Path

import tap
from tap import expect

ROOT = Path(__file__).resolve().parents[2]
VERSION = sys.argv[1]
NUMBER = r"\d+\.\d+\.\d+"


def found(name, pattern):
    match = re.search(pattern, (ROOT / name).read_text(), re.MULTILINE)
    expect(match, f"{name} has no version")
    return match[1]


def test_the_files_agree():
    for name, pattern in (
        ("meson.build", rf"^  version: '({NUMBER})',$"),
        ("CHANGELOG.md", rf"^## \[({NUMBER})\]"),  # the first one
        ("CITATION.cff", rf"^version: ({NUMBER})$"),
    ):
        expect(found(name, pattern) == VERSION, f"{name}: {found(name, pattern)}, not {VERSION}")


def revision(folder, **more):
    return subprocess.run([folder / "scripts/revision"], check=True, capture_output=True, text=True,
                          **more).stdout.strip()  # fmt: skip


def copy_of_script(folder, text):
    (folder / "scripts").mkdir()
    script = folder / "scripts/revision"
    script.write_text(text)
    script.chmod(0o755)


def git(folder, *arguments):
    quiet = ("-c", "user.name=n", "-c", "user.email=e", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *quiet, *arguments], cwd=folder, check=True, capture_output=True,
                          text=True).stdout  # fmt: skip


def test_revision_of_a_repository_and_its_archive(folder):
    source = folder / "source"
    source.mkdir()
    copy_of_script(source, (ROOT / "scripts/revision").read_text())
    expect(revision(source) == "unknown", "without a repository")
    (source / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    git(source, "init")
    git(source, "add", ".")
    git(source, "commit", "-m", "first")
    commit = git(source, "rev-parse", "HEAD").strip()
    git(source, "tag", "-a", "v1", "-m", "a tag")
    expect(revision(source) == commit[:12], f"{revision(source)}, not {commit}")
    archive = folder / "archive"
    archive.mkdir()
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=source, check=True, capture_output=True)
    subprocess.run(["tar", "x"], cwd=archive, input=packed.stdout, check=True)
    expect(revision(archive) == commit[:12], f"{revision(archive)}, not {commit}")
    # A change, and an archive inside another project's repository.
    (source / ".gitattributes").write_text("# changed\n")
    expect(revision(source) == commit[:12] + "+", revision(source))
    git(folder, "init")
    expect(revision(archive) == commit[:12], "another project's revision")


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
