"""Source texts and the places in them.

A place is a character offset into the text; lines and columns exist only for people, are counted from 1, and
are computed when somebody asks for them.
"""

from __future__ import annotations

import os
from bisect import bisect_right


class Source:
    """The text of one file.

    ``path`` is the name shown to people. Lines end at LF only; a text that ends in LF has an empty last line.
    """

    __slots__ = ("path", "text", "_starts")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    def _line_starts(self) -> list[int]:
        starts = self._starts
        if starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return starts

    @property
    def line_count(self) -> int:
        """The number of lines; at least 1."""
        return len(self._line_starts())

    def line_col(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset (one past the end of the text is allowed)."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        if line == 0:
            return 1, 1
        return line, offset - starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        """The offset of the first character of a line (from 1)."""
        return self._line_starts()[line - 1]

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line end (LF or CR LF)."""
        starts = self._line_starts()
        begin = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        text = self.text[begin:end]
        return text.removesuffix("\r")


def load_source(path: str, shown: str | None = None) -> Source:
    """Read a file.

    path: the file; shown: the name to show for it, if another one.
    Result: its text without a leading byte-order mark, line ends as they are.
    Errors: OSError if it cannot be read, UnicodeDecodeError if it is not UTF-8 (05 §1.1 `unreadable-file`).
    """
    with open(path, "rb") as file:
        data = file.read()
    text = data.decode("utf-8")
    text = text.removeprefix("\ufeff")
    return Source(path if shown is None else shown, text)


class Files:
    """Where the compiler finds source files: on disk. A language server puts the buffers of its editor in their place."""

    __slots__ = ()

    def exists(self, path: str) -> bool:
        """Whether there is something at ``path``."""
        return os.path.lexists(path)

    def load(self, path: str, shown: str | None = None) -> Source:
        """As `load_source`."""
        return load_source(path, shown)
