"""Places in texts as editors count them: lines from 0, columns in UTF-16 code units (or what the client has asked for)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.source import Source


class Encoding:
    """How columns are counted. ``name``: "utf-16", "utf-8" or "utf-32"."""

    def __init__(self, name: str = "utf-16") -> None:
        self.name = name

    def units(self, text: str) -> int:
        """The length of a text."""
        if text.isascii() or self.name == "utf-32":
            return len(text)
        if self.name == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum([c > "\uffff" for c in text])

    def position(self, source: Source, offset: int) -> lsp.Position:
        """The position of a character offset."""
        offset = min(max(offset, 0), len(source.text))
        line, col = source.line_col(offset)
        return lsp.Position(line - 1, self.units(source.text[offset - col + 1 : offset]))

    def range(self, source: Source, pos: int, end: int) -> lsp.Range:
        """The range of a stretch of text."""
        return lsp.Range(self.position(source, pos), self.position(source, max(pos, end)))

    def offset(self, source: Source, position: lsp.Position) -> int:
        """The character offset of a position; positions beyond a line or the text mean their ends."""
        if position.line >= source.line_count:
            return len(source.text)
        start = source.line_start(position.line + 1)
        text = source.line_text(position.line + 1)
        wanted = position.character
        if text.isascii() or self.name == "utf-32":
            return start + min(wanted, len(text))
        at = 0
        for i, char in enumerate(text):
            if at >= wanted:
                return start + i
            at += self.units(char)
        return start + len(text)


def change(old: str, new: str) -> tuple[int, int, int]:
    """Where two texts differ: start, end in the old and end in the new one, as narrow as may be."""
    least = min(len(old), len(new))
    start = _common(least, lambda n: old.startswith(new[:n]))
    rest = least - start
    tail = _common(rest, lambda n: n == 0 or old.endswith(new[len(new) - n :]))
    return start, len(old) - tail, len(new) - tail


def _common(most: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to ``most`` for which ``holds``, which holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low
