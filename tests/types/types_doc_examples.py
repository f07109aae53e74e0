"""The example programs of the specification with the outcome that each states."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "language"


class Example:
    """One program. ``error``: the name of the expected compile error, "" for any, None for none."""

    def __init__(self, where: str, text: str, error: str | None) -> None:
        self.where = where
        self.text = text
        self.error = error

    def __repr__(self) -> str:
        return self.where


def blocks(file: str) -> list[tuple[int, str]]:
    """(line, text) of each ```rusk block of a chapter."""
    text = (DOCS / file).read_text()
    found = []
    for m in re.finditer(r"^```rusk\n(.*?)^```", text, re.M | re.S):
        found.append((text.count("\n", 0, m.start()) + 2, m.group(1)))
    return found


def _stated(file: str) -> list[Example]:
    """Chapters 02 and 03: the first comment states the outcome."""
    out = []
    for line, text in blocks(file):
        first = text.split("\n", 1)[0]
        if not first.startswith("// "):
            continue
        m = re.match(r"// compile error ([a-z-]+)", first)
        if m is None and not re.match(r"// (result|trap)", first):
            continue
        error = m.group(1) if m else None
        if error == "endless-instantiation":
            continue  # found by monomorphisation
        out.append(Example(f"{file}:{line}", text, error))
    return out


def _split(file: str) -> list[Example]:
    """Chapters 01 and 05: programs end with `// => V` or `// error`; several may share a block."""
    out = []
    for line, text in blocks(file):
        rows = text.split("\n")
        start = 0
        for i, row in enumerate(rows):
            m = re.search(r"// (=>|error)", row)
            if m is None:
                continue
            program = "\n".join(rows[start : i + 1])
            if "fn main" not in program:
                continue
            # the name of a wrong program's error is not stated there
            out.append(Example(f"{file}:{line + start}", program, "" if m.group(1) == "error" else None))
            start = i + 1
    return out


def _effects() -> list[Example]:
    return [
        Example(f"04-effects.md:{line}", text, None)
        for line, text in blocks("04-effects.md")
        if "fn main" in text
    ]


def _library() -> list[Example]:
    out = []
    for line, text in blocks("06-library.md"):
        if "fn main" in text:
            out.append(Example(f"06-library.md:{line}", text, "" if "//! compile error" in text else None))
    return out


def all_examples() -> list[Example]:
    """Every example program."""
    out = _stated("02-types.md") + _stated("03-interfaces.md")
    out += _split("01-syntax.md") + _split("05-modules.md") + _effects() + _library()
    return out


if __name__ == "__main__":
    for e in all_examples():
        print(e.where, e.error)
