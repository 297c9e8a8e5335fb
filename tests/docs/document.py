# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of a document in Markdown, and what is to be done with them.

A block is run unless a comment that readers do not see stands right before it:

    <!-- not run: REASON -->                of the whole block
    <!-- not run "COMMAND": REASON -->      of the lines that begin with COMMAND
    <!-- slow: REASON -->                   in suite `slow` alone; lines as above
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# CHANGELOG.md tells of the past.
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]

MARK = re.compile(r'<!-- (not run|slow)(?: "([^"]+)")?: (.+) -->$')


@dataclass
class Mark:
    kind: str  # "not run" or "slow"
    command: str  # "" of a whole block
    reason: str

    def covers(self, line):
        return bool(self.command) and line.lstrip().startswith(self.command)


@dataclass
class Block:
    line: int  # of the opening fence
    language: str
    lines: list = field(default_factory=list)
    marks: list = field(default_factory=list)

    def left_out(self, slow):
        """The marks that hold in this suite; each line of a command must be there to be marked."""
        for mark in self.marks:
            if mark.command and not any(map(mark.covers, self.lines)):
                raise ValueError(f"line {self.line}: no line begins with {mark.command}")
        return [mark for mark in self.marks if mark.kind == "not run" or not slow]

    def text(self, slow):
        """What is run; None if nothing of it is."""
        marks = self.left_out(slow)
        if any(not mark.command for mark in marks):
            return None
        kept = [line for line in self.lines if not any(mark.covers(line) for mark in marks)]
        return "\n".join(kept) + "\n" if any(line.strip() for line in kept) else None


def blocks(path):
    """Fenced blocks in the order in which they stand."""
    found, marks, block = [], [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if block is not None:
            if line.strip() == "```":
                block = None
            else:
                block.lines.append(line)
        elif line.startswith("```"):
            block = Block(number, line[3:].strip(), [], marks)
            found.append(block)
            marks = []
        elif line.startswith(("<!-- not run", "<!-- slow")):
            mark = MARK.match(line)
            if mark is None:
                raise ValueError(f"{path.name}:{number}: a mark without its reason: {line}")
            marks.append(Mark(mark[1], mark[2] or "", mark[3]))
        elif line.strip():
            if marks:
                raise ValueError(f"{path.name}:{number}: a mark stands before no block")
            if line.lstrip().startswith(("```", "~~~")):
                raise ValueError(f"{path.name}:{number}: blocks begin with ``` in the first column")
    if block is not None:
        raise ValueError(f"{path.name}:{block.line}: the block has no end")
    return found
