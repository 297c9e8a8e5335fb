# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader who tries what a document says: a folder, a shell, and a session of Python."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

from document import ROOT
from tap import expect

# A block of suite `slow` builds everything and takes minutes.
PATIENCE = 1500

# Blocks come as lines of JSON; what they draw is looked at and closed.
SESSION = """
import json, os, sys, traceback
def drawn_over():
    import matplotlib.pyplot as plt
    axes = [a for number in plt.get_fignums() for a in plt.figure(number).axes]
    plt.close("all")
    return any(a.lines and (a.images or any("Mesh" in type(c).__name__ for c in a.collections))
               for a in axes)
names, answers = {"__name__": "__main__"}, sys.stdout
sys.stdout = open(os.devnull, "w")
for line in sys.stdin:
    failure = ""
    try:
        exec(compile(json.loads(line), "block", "exec"), names)
        if "matplotlib" in sys.modules and drawn_over():
            failure = "a curve and a map share one pair of axes"
    except BaseException:
        failure = traceback.format_exc()
    print(json.dumps(failure), file=answers, flush=True)
"""


def not_in_a_checkout(folder, names):
    made = ["__pycache__"]
    if folder == str(ROOT):
        made += [name for name in names if name.startswith("build") or name in ("results", ".git")]
    return made


class Reader:
    """In a checkout: scripts, configurations and the programs of a build folder; with nothing more
    than `search` as PATH. `build` None: the reader is to build."""

    def __init__(self, folder, search, build, more):
        self.folder = folder / "clausius"
        self.state = folder / "state"
        self.output = None  # of the latest shell block
        self.python = None
        shutil.copytree(ROOT, self.folder, ignore=not_in_a_checkout)
        if build is not None:
            # Its two folders and not itself: scripts/build would begin it anew.
            (self.folder / "build").mkdir()
            for name in ("solvers", "share"):
                (self.folder / "build" / name).symlink_to(build / name)
        home = folder / "home"
        home.mkdir()
        # Python that has what the documents use.
        (home / "python3").symlink_to(sys.executable)
        search = os.pathsep.join([str(home), search])
        self.environment = {"PATH": search, "HOME": str(home), "MPLBACKEND": "Agg", "LANG": "C.UTF-8"}
        self.environment |= more
        self.state.write_text(f"cd {shlex.quote(str(self.folder))}\n")

    def sh(self, text):
        """In the folder and with the exports that the block before has left."""
        script = self.state.with_name("block.sh")
        script.write_text(text)
        saved, block = shlex.quote(str(self.state)), shlex.quote(str(script))
        done = subprocess.run(
            ["sh", "-ec", f". {saved}; set -v; . {block}; set +v; {{ export -p; echo cd "
             f"\\'\"$PWD\"\\'; }} >{saved}"],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE, check=False)  # fmt: skip
        self.output = done.stdout
        expect(done.returncode == 0, f"exit code {done.returncode}:\n{done.stdout}{done.stderr}")

    def run(self, *words):
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)  # fmt: skip
        expect(done.returncode == 0, f"{words}: {done.returncode}: {done.stderr}")

    def toml(self, text, program):
        """`# NAME.toml` on the first line is a file, `# added to NAME.toml` the end of one."""
        name = re.match(r"# (added to )?([\w.-]+\.toml)\b", text)
        expect(name is not None, "the first line does not say `# NAME.toml`")
        path = self.folder / name[2]
        expect(path.exists() == bool(name[1]), f"{name[2]}: {'missing' if name[1] else 'exists'}")
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        self.run(program, "run", name[2], "--dry-run")

    def c(self, text):
        """`// NAME.c` on the first line; a shell block compiles it."""
        name = re.match(r"// ([\w-]+\.c)\n", text)
        expect(name is not None, "the first line does not say `// NAME.c`")
        (self.folder / name[1]).write_text(text, encoding="utf-8")

    def session(self, text):
        if self.python is None:
            self.python = subprocess.Popen(
                [sys.executable, "-B", "-W", "ignore", "-c", SESSION], cwd=self.folder,
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True)  # fmt: skip
        self.python.stdin.write(json.dumps(text) + "\n")
        self.python.stdin.flush()
        failure = json.loads(self.python.stdout.readline())
        expect(not failure, failure)

    def shown(self, text):
        """What a document shows is what the block above has printed."""
        expect(self.output is not None, "stands below no shell block that is run")
        expect(agrees(text, self.output), f"shown:\n{text}printed:\n{self.output}")


NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def same_number(shown, real):
    """To the digits that are shown, the last one up or down by one."""
    mantissa, _, exponent = shown.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    exact = "." not in shown and not exponent
    return shown == real if exact else abs(float(shown) - float(real)) <= 1.001 * unit


def same_word(shown, real):
    a, b = NUMBER.findall(shown), NUMBER.findall(real)
    return (
        NUMBER.sub("0", shown) == NUMBER.sub("0", real)
        and len(a) == len(b)
        and all(map(same_number, a, b))
    )


def agrees(shown, real):
    """Word by word; `...` stands for any number of words."""
    parts = [part.split() for part in re.split(r"(?<!\S)\.\.\.(?!\S)", shown)]
    words, place = real.split(), 0
    for number, part in enumerate(parts):
        last = len(words) - len(part)
        first = last if number == len(parts) - 1 and number > 0 else place
        starts = range(first, (place if number == 0 else last) + 1)
        fits = [s for s in starts if s >= place and len(words) - s >= len(part)
                and all(map(same_word, part, words[s:]))]  # fmt: skip
        if not fits:
            return False
        place = fits[0] + len(part)
    return place == len(words)


def search_path(*first):
    """The system's programs, and `first` before them."""
    return os.pathsep.join([*map(str, first), "/usr/local/bin", "/usr/bin", "/bin"])
