"""The layout of a file: the second half of the formatter.

The tokens are written one after the other. Between two of them stands nothing, a space, or a line end (and one empty line at most), as the table of
08 §15 says; comments keep their places between the tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.fmt.marks import (
    ANGLE_CLOSE,
    ANGLE_OPEN,
    BAR_CLOSE,
    BAR_OPEN,
    BINDINGS_CLOSE,
    BINDINGS_OPEN,
    EMPTY_CLOSE,
    EMPTY_OPEN,
    LITERAL_CLOSE,
    LITERAL_OPEN,
    NEGATION,
    SHIFT_MORE,
    SPACED_DOT,
)
from rusk.syntax.tokens import BYTES, CHAR, EOF, FEND, FLOAT, FSTART, IDENT, INT, STRING
from rusk.syntax.trivia import comments

if TYPE_CHECKING:
    from rusk.fmt.marks import Marks
    from rusk.syntax.tokens import Tokens

_INDENT = "    "

#: no space after these, before those
_TIGHT_AFTER = frozenset(
    ("(", "[", ".", "::", "::<", "@", "!", ANGLE_OPEN, NEGATION, BAR_OPEN, BINDINGS_OPEN, SPACED_DOT)
)
_TIGHT_BEFORE = frozenset(
    (
        *(")", "]", ",", ";", ".", "::", "::<", ":", "?"),
        *(ANGLE_OPEN, ANGLE_CLOSE, BAR_CLOSE, BINDINGS_OPEN, BINDINGS_CLOSE, SHIFT_MORE),
    )
)

#: what ends an operand or a name: a bracket after it calls or indexes
_OPERAND_END = frozenset(
    (
        *(IDENT, INT, FLOAT, CHAR, STRING, BYTES, FEND),
        *(")", "]", "}", LITERAL_CLOSE, EMPTY_CLOSE, BINDINGS_CLOSE, ANGLE_CLOSE, "fn", "cont"),
    )
)

_OPENING = frozenset(("(", "[", "{", "::<", LITERAL_OPEN, BINDINGS_OPEN, EMPTY_OPEN, ANGLE_OPEN, BAR_OPEN))
_CLOSING = frozenset((")", "]", "}", LITERAL_CLOSE, BINDINGS_CLOSE, EMPTY_CLOSE, ANGLE_CLOSE, BAR_CLOSE))


def layout(text: str, tokens: Tokens, marks: Marks) -> str:
    """The formatted text of a file without errors (08 §15).

    text: the file; tokens, marks: of it. The kinds in `marks` are changed.
    """
    return _Writer(text, tokens, marks).run()


class _Writer:
    """State of one run. ``depth``: number of open braces at which lines break."""

    __slots__ = ("depth", "ends", "kinds", "marks", "out", "source_kinds", "starts", "text")

    def __init__(self, text: str, tokens: Tokens, marks: Marks) -> None:
        self.text = text
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.source_kinds = tokens.kinds
        self.marks = marks
        self.kinds = marks.kinds
        self.out: list[str] = []
        self.depth = 0

    def run(self) -> str:
        """Write all tokens."""
        self.braces()
        text, kinds, starts, ends = self.text, self.kinds, self.starts, self.ends
        line, ended, blank = self.marks.line, self.marks.ended, self.marks.blank
        put = self.out.append
        open_brackets: list[str] = []
        before = "{"  # as after a brace, there is no empty line at the start of the file
        last_end = 0
        index = 0
        while True:
            kind = kinds[index]
            start = starts[index]
            breaks = (
                before == "{"
                or kind == "}"
                or before == ";"
                or (before == "," and open_brackets[-1] == "{")
                or index in line
                or index - 1 in ended
                or kind == EOF
            )
            if start - last_end > 1 and text.find("/", last_end, start) >= 0 or (index == 0 and start > 1):
                self.comments(last_end, index, before, breaks)
            elif breaks:
                if kind == "}":
                    self.depth -= 1
                may_blank = before != "{" and kind != "}" and kind != EOF
                self.new_line(may_blank and (index in blank or text.count("\n", last_end, start) > 1))
            elif not _tight(before, kind):
                put(" ")

            if kind == EOF:
                return "".join(self.out).rstrip("\n") + "\n"
            if kind in _OPENING:
                open_brackets.append(kind)
                if kind == "{":
                    self.depth += 1
            elif kind in _CLOSING:
                open_brackets.pop()
            elif kind == FSTART:
                index = self.formatted_end(index)
                kind = FEND
            last_end = ends[index]
            put(text[start:last_end])
            before = kind
            index += 1

    def new_line(self, blank: bool) -> None:
        """Begin a line, after an empty one if `blank`."""
        if self.out:
            self.out.append("\n\n" if blank else "\n")
            if self.depth:
                self.out.append(_INDENT * self.depth)

    def comments(self, last_end: int, index: int, before: str, breaks: bool) -> None:
        """Write what stands between two tokens if it has comments.

        last_end, before: end and kind of the token before; index: the next one; breaks: whether it begins a line.
        """
        notes, lines = comments(self.text, last_end, self.starts[index])
        kind = self.kinds[index]
        put = self.out.append
        may_blank = breaks and before != "{"
        wanted = index in self.marks.blank and lines < 2 and not any([n.lines > 1 for n in notes])
        must_break = False
        for note in notes:
            own = note.lines > 0 or not self.out
            if own and not breaks and not note.is_line and not lines and note is notes[-1]:
                own = False  # within a statement, and code follows behind it
            if own:
                self.new_line(may_blank and (wanted or note.lines > 1))
                wanted = False
                may_blank = breaks
            else:
                put(" ")
            put(note.text)
            must_break = own or note.is_line
        if kind == "}":
            self.depth -= 1
        if breaks or must_break:
            self.new_line(may_blank and kind != "}" and (wanted or lines > 1))
        elif kind not in _TIGHT_BEFORE:
            put(" ")

    # ------------------------------------------------------------ before writing

    def braces(self) -> None:
        """Settle which braces break lines: those of a literal on one line do not, nor do empty ones."""
        kinds, starts, ends, text = self.kinds, self.starts, self.ends, self.text
        opened: list[int] = []
        # number of braces that break lines, up to and with each one open
        breaking = 0
        counts: list[int] = []
        for i, kind in enumerate(kinds):
            if kind == "{" or kind == LITERAL_OPEN:
                opened.append(i)
                counts.append(breaking)
                if kind == "{" and not self.is_empty(i):
                    breaking += 1
            elif kind == "}" or kind == LITERAL_CLOSE:
                first = opened.pop()
                count = counts.pop()
                if first == i - 1 and self.is_empty(first):
                    kinds[first] = EMPTY_OPEN
                    kinds[i] = EMPTY_CLOSE
                elif kind == LITERAL_CLOSE and (
                    breaking > count or text.find("\n", starts[first], ends[i]) >= 0
                ):
                    breaking += 1
                    kinds[first] = "{"
                    kinds[i] = "}"

    def is_empty(self, index: int) -> bool:
        """Whether a brace is closed at once, without a comment before that."""
        kind = self.source_kinds[index + 1]
        return kind == "}" and "/" not in self.text[self.ends[index] : self.starts[index + 1]]

    def formatted_end(self, index: int) -> int:
        """The last token of the formatted string that begins at a token; it is kept as it is."""
        kinds = self.source_kinds
        depth = 0
        while True:
            if kinds[index] == FSTART:
                depth += 1
            elif kinds[index] == FEND:
                depth -= 1
                if not depth:
                    return index
            index += 1


def _tight(before: str, kind: str) -> bool:
    """Whether nothing stands between two tokens of these kinds on one line."""
    if before in _TIGHT_AFTER:
        # `| | { }` is a closure without parameters, `||` the operator
        return not (before == BAR_OPEN and kind == BAR_CLOSE)
    if kind in _TIGHT_BEFORE:
        return True
    if kind == "(" or kind == "[":
        return before in _OPERAND_END
    return (kind == EMPTY_CLOSE and before == EMPTY_OPEN) or (before == ".." and kind == IDENT)
