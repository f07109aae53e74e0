"""What stands between tokens: white space and comments (01 §1). The lexer skips them, the formatter and the highlighter want them."""

from __future__ import annotations

from rusk.syntax.lexer import comment_end


class Comment:
    """A comment between two tokens.

    ``text``: as written, without white space at the ends of its lines. ``is_line``: it ends with its line (`//`, and the `#!` of a first line).
    ``lines``: the line ends between what stands before it (token, comment, start of file) and itself. ``pos``, ``end``: its place.
    """

    __slots__ = ("end", "is_line", "lines", "pos", "text")

    def __init__(self, text: str, pos: int, end: int, is_line: bool, lines: int) -> None:
        self.text = text
        self.pos = pos
        self.end = end
        self.is_line = is_line
        self.lines = lines


def comments(text: str, start: int, end: int) -> tuple[list[Comment], int]:
    """The comments of the gap between two tokens, and the number of line ends after the last of them.

    text: the file; start, end: the gap (at the start of the file: from 0). A block comment that is not closed ends with the gap.
    """
    found: list[Comment] = []
    pos = start
    while True:
        slash = text.find("/", pos, end)
        if slash < 0 and not (pos == 0 and text.startswith(("#!", "\ufeff#!"))):
            return found, text.count("\n", pos, end)
        if pos == 0 and text.startswith(("#!", "\ufeff#!")):
            slash = text.index("#")
        lines = text.count("\n", pos, slash)
        if text.startswith("/*", slash):
            pos = comment_end(text, slash)
            if pos < 0:
                pos = end
            body = text[slash:pos]
            if "\n" in body:
                body = "\n".join([line.rstrip() for line in body.split("\n")])
            found.append(Comment(body, slash, pos, False, lines))
            continue
        pos = text.find("\n", slash, end)
        if pos < 0:
            pos = end
        found.append(Comment(text[slash:pos].rstrip(), slash, pos, True, lines))
