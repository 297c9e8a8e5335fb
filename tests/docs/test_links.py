# SPDX-License-Identifier: GPL-3.0-or-later
"""Every link of the documents leads somewhere: files, headings, and paths that are named in the
text. Addresses of the web are not asked."""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import tap  # noqa: E402
from document import DOCUMENTS, ROOT  # noqa: E402
from tap import expect  # noqa: E402

ALL = [*DOCUMENTS, ROOT / "CHANGELOG.md"]
LINK = re.compile(r"\]\(([^()\s]+)\)")
# Paths from the checkout's top, in `code` or plain; what is made (build, results) is not there.
PATH = re.compile(r"(?<![\w/.-])((?:configs|docs|scripts|tests|tools)/[\w./-]*\w)")


def prose(path):
    """Without code blocks, whose commands tests/docs/test_blocks.py runs."""
    return re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))


def anchors(path):
    """As GitHub and Gitea make them of headings: lower case, no punctuation, hyphens for spaces."""
    found = {}
    for heading in re.findall(r"(?m)^#+ (.+?)\s*$", prose(path)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        yield slug if count == 0 else f"{slug}-{count}"


def links(path):
    return [link for link in LINK.findall(prose(path)) if not re.match(r"[a-z]+:", link)]


def test_links_lead_to_files_and_headings():
    wrong, count = [], 0
    for path in ALL:
        for link in links(path):
            count += 1
            name, _, anchor = link.partition("#")
            target = path.parent / name if name else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                wrong.append(f"{path.relative_to(ROOT)}: {link}")
    expect(count > 40, f"only {count} links are seen")
    expect(not wrong, "these lead nowhere:\n" + "\n".join(wrong))


def test_paths_in_the_text_are_there():
    wrong, count = [], 0
    for path in ALL:
        for name in PATH.findall(LINK.sub("]", prose(path))):
            count += 1
            if not (ROOT / name).exists():
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    expect(count > 10, f"only {count} paths are seen")
    expect(not wrong, "not in the repository:\n" + "\n".join(wrong))


def test_readme_leads_to_every_document():
    named = {(ROOT / link).resolve() for link in links(ROOT / "README.md")}
    missing = [path.name for path in [*ALL[1:]] if path not in named]
    expect(not missing, f"README does not name {missing}")


def test_every_picture_is_shown():
    shown = {(path.parent / link).resolve() for path in ALL for link in links(path)}
    spare = [path.name for path in ROOT.glob("docs/images/*") if path not in shown]
    expect(not spare, f"in no document: {spare}")


if __name__ == "__main__":
    tap.main(sys.modules[__name__])
