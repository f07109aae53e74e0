"""Comments of a source text by place: what the lexer skips, found between its tokens."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF
from rusk.syntax.trivia import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.source import Source
    from rusk.syntax.trivia import Comment


class Comments:
    """The comments of a file. ``kinds`` and ``starts``: its tokens."""

    __slots__ = ("text", "kinds", "starts", "ends")

    def __init__(self, source: Source) -> None:
        tokens = tokenize(source, Diagnostics())
        self.text = source.text
        self.kinds = tokens.kinds
        self.starts = tokens.starts
        self.ends = tokens.ends

    def before(self, n: int) -> tuple[list[Comment], int]:
        """The comments between token ``n`` and the one before it, and the number of line ends after the last."""
        return comments(self.text, self.ends[n - 1] if n else 0, self.starts[n])

    def above(self, pos: int) -> tuple[str, bool]:
        """The `///` text right above the token at ``pos``, and whether it is marked ``//! addition``."""
        lines: list[str] = []
        addition = False
        found, after = self.before(bisect_left(self.starts, pos))
        for comment in reversed(found):
            if after != 1 or not (
                comment.lines or comment.pos == 0
            ):  # not on the line above, or behind something
                break
            if comment.text.startswith("///"):
                lines.insert(0, comment.text[3:].removeprefix(" "))
            elif comment.text == "//! addition":
                addition = True
            else:
                break
            after = comment.lines
        return "\n".join(lines), addition

    def first(self) -> str:
        """The comment that begins the file: lines of `//` without a break."""
        out: list[str] = []
        for comment in self.before(0)[0]:
            if not comment.is_line or comment.text[2:3] in ("/", "!") or comment.lines != (1 if out else 0):
                break
            out.append(comment.text[2:].removeprefix(" "))
        return "\n".join(out)

    def all(self) -> Iterator[str]:
        """The text of every line comment, from its `//` on, in order."""
        for n in range(self.kinds.index(EOF) + 1):
            for comment in self.before(n)[0]:
                if comment.is_line:
                    yield comment.text
