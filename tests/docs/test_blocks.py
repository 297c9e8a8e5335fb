# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every code block of README, CONTRIBUTING and docs/, as a reader meets them: those of one
document one after the other, in one folder.

    test_blocks.py BUILD           all but what is marked slow
    test_blocks.py BUILD --slow    the documents that have such blocks, from their beginning
Names of documents after it: these alone.

README's reader has a checkout; the others have installed it as well. A block is one of
    sh        run by `sh -e`; folder and exports are kept for the next one
    text      what the sh block above prints; numbers are rounded, `...` is any text
    toml      `# NAME.toml` on its first line: saved, and checked by --dry-run; `# added to NAME.toml`
    c         `// NAME.c` on its first line: saved, for the sh block that compiles it
    python    in one session a document; a map and a curve have axes of their own
and any other language an error. Blocks that are not run say why (document.py).
"""

import sys
import tempfile
import types
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import tap  # noqa: E402
from document import DOCUMENTS, ROOT, blocks  # noqa: E402
from reader import Reader, agrees, search_path  # noqa: E402
from staging import stage  # noqa: E402
from tap import expect  # noqa: E402

BUILD = Path(sys.argv[1]).resolve()
SLOW = "--slow" in sys.argv[2:]
NAMES = [word for word in sys.argv[2:] if word != "--slow"]
TEMPORARY = tempfile.TemporaryDirectory()
PREFIX = stage(BUILD, f"{TEMPORARY.name}/installed")


def reader_of(path, texts):
    folder = Path(TEMPORARY.name) / path.stem
    folder.mkdir()
    if path.name == "README.md":
        builds = any("scripts/demo" in text for text in texts if text)
        return Reader(folder, search_path(), None if builds else BUILD, {})
    library = next(PREFIX.rglob("libclausius-diagnostics.so")).parent
    more = {"PKG_CONFIG_PATH": f"{library}/pkgconfig", "LD_LIBRARY_PATH": str(library)}
    return Reader(folder, search_path(PREFIX / "bin"), BUILD, more)


def run_block(reader, language, text):
    actions = {
        "sh": reader.sh,
        "text": reader.shown,
        "toml": lambda text: reader.toml(text, PREFIX / "bin/clausius"),
        "c": reader.c,
        "python": reader.session,
    }
    expect(language in actions, f"a block in {language or 'no language'}: nobody knows how to run it")
    actions[language](text)


def tests_of(path):
    """One test a block that is run; a comment says why another one is not."""
    found = blocks(path)
    texts = [block.text(SLOW) for block in found]
    if SLOW and texts == [block.text(False) for block in found]:
        return
    readers = []  # one, whom the first block makes

    def test(block, text):
        def run():
            if not readers:
                readers.append(reader_of(path, texts))
            run_block(readers[0], block.language, text)

        return run

    for block, text in zip(found, texts):
        place = f"{path.relative_to(ROOT)}:{block.line}"
        for mark in block.left_out(SLOW):
            print(f"# {place}: {mark.kind}: {mark.command or 'the block'}: {mark.reason}")
        if text is not None:
            yield f"test_{place}_{block.language}", test(block, text)


def test_comparison_of_what_is_shown():
    for shown, real, same in [
        ("H 1.03 a", "H  1.0297\na\n", True), ("H 1.03", "H 1.05", False), ("3 runs", "4 runs", False),
        ("a ... d", "a b c d", True), ("... d", "a b", False), ("a ...", "a b c", True),
        ("a ...", "b a", False), ("a", "a b", False), ("p 1.8e-4", "p 1.83e-04", True),
        ("a ... a", "a", False),
    ]:  # fmt: skip
        expect(agrees(shown, real) == same, f"{shown!r} and {real!r}")


if __name__ == "__main__":
    tests = {} if SLOW else {"test_comparison": test_comparison_of_what_is_shown}
    for path in DOCUMENTS:
        if not NAMES or path.name in NAMES:
            tests.update(tests_of(path))
    tap.main(types.SimpleNamespace(**tests))
