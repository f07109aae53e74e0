"""The token cursor: the state all parts of the parser share, reporting, and recovery.

The parser is one class, built up in layers (cursor, types, patterns, expressions, blocks, items, each a
module), so that every layer reaches the ones below through `self`.

A function that cannot go on reports an error and raises `SyntaxFail`. The loops over statements, arms,
fields, members and items catch it, skip to a place where they can go on, and do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rusk.limits import DEFAULT
from rusk.syntax.tokens import EOF, FCLOSE, FOPEN, IDENT, Tokens

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source

#: Tokens that start an item, for recovery; `fn` only before a name.
ITEM_START = frozenset(
    ("fn", "pub", "extern", "struct", "enum", "interface", "impl", "mod", "use", "derive", "intrinsic")
)

#: Where a wrong statement ends at the latest, beside `}`.
STATEMENT_STOPS = frozenset((";", "let", "const"))

#: Bounds of what recovery looks at, so that it stays linear: indentation, tokens ahead.
_MAX_INDENT = 200
_MAX_AHEAD = 40

#: Tokens that cannot stand directly in parentheses or square brackets.
_LINE_STOPS = frozenset((";", "=>", "let", "const"))

_OPEN = {"(": ")", "[": "]", "{": "}", FOPEN: FCLOSE}
_CLOSE = frozenset((")", "]", "}", FCLOSE))


class SyntaxFail(Exception):
    """The construct being parsed is wrong; reported already."""


class NestingFail(Exception):
    """The source is nested too deeply; reported already. Ends the parsing of the file."""


class MissingBrace(Exception):
    """A block is not closed before the next item of an outer level; reported already."""


class Cursor:
    """Tokens and the place in them.

    ``i``: index of the current token; ``depth``: number of open nested constructs, at most ``nesting``; ``height``: height of the
    tree of the expression parsed last, in links of chains; ``trial``: errors are not wanted, only the fact.
    """

    __slots__ = (
        "after_error",
        "broken",
        "depth",
        "diags",
        "ends",
        "garbage",
        "height",
        "i",
        "item_start",
        "kinds",
        "last_error",
        "nesting",
        "paren_end",
        "reported",
        "source",
        "starts",
        "trial",
        "values",
    )

    def __init__(
        self, source: Source, tokens: Tokens, diags: Diagnostics, nesting: int = DEFAULT.nesting
    ) -> None:
        self.source = source
        self.diags = diags
        self.kinds = tokens.kinds
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.values = tokens.values
        self.after_error = tokens.after_error
        self.broken = tokens.broken
        self.i = 0
        self.depth = 0
        self.nesting = nesting
        self.height = 0
        self.trial = False
        #: Index of the first token of the innermost item or member.
        self.item_start = 0
        #: The value of `i` directly after the last parenthesised expression.
        self.paren_end = -1
        #: Was something between items skipped? Then a closing brace too many is no news.
        self.garbage = False
        #: Index of the token at which the last error was found.
        self.last_error = -1
        #: Number of errors found by the parser, those not shown included.
        self.reported = 0

    # ------------------------------------------------------------ errors

    def report(self, name: str, message: str, start: int, end: int, help: str | None = None) -> None:
        """Report an error at a place; it does not stop the parser."""
        self.reported += 1
        # With a quote or comment mark missing, or one too many, nothing after the first surprise can be
        # trusted.
        if self.broken < 0 or (self.reported == 1 and start < self.broken):
            self.diags.error(name, message, self.source, start, end, help=help)

    def complain(self, name: str, message: str, index: int = -1, help: str | None = None) -> None:
        """Report an error at a token (the current one, or that of the given index), but not a second one
        there, nor one that only follows from what the lexer has reported.
        """
        if index < 0:
            index = self.i
        if index in self.after_error or index == self.last_error:
            self.reported += 1
            return
        self.last_error = index
        self.report(name, message, self.starts[index], self.ends[index], help)

    def fail(self, name: str, message: str, index: int = -1, help: str | None = None) -> NoReturn:
        """`complain` and give up."""
        if not self.trial:
            self.complain(name, message, index, help)
        raise SyntaxFail

    def expected(self, what: str) -> NoReturn:
        """Fail: a certain token, or one of some, is required here."""
        self.fail("expected-token", f"expected {what}")

    def expected_construct(self, what: str) -> NoReturn:
        """Fail: an identifier, type, pattern, expression or item is required here."""
        self.fail("expected-construct", f"expected {what}")

    def too_deep(self, index: int = -1) -> NoReturn:
        """Report that a token (the current one) is nested too deeply, and end the parsing of the file."""
        if index < 0:
            index = self.i
        self.report("nesting-limit", "nested too deeply", self.starts[index], self.ends[index])
        raise NestingFail

    # ------------------------------------------------------------ tokens

    def expect(self, kind: str) -> None:
        """Take the token of this kind, whose text is its kind, or fail."""
        if self.kinds[self.i] != kind:
            self.expected(f"`{kind}`")
        self.i += 1

    def name(self, what: str = "identifier") -> str:
        """Take an identifier, or fail."""
        i = self.i
        if self.kinds[i] != IDENT:
            self.expected_construct(what)
        self.i = i + 1
        return self.values[i]  # type: ignore[return-value]

    def last_end(self) -> int:
        """The end of the token taken last."""
        return self.ends[self.i - 1]

    def enter(self) -> None:
        """One more level of nesting begins at the current token."""
        self.depth += 1
        if self.depth > self.nesting:
            self.too_deep()

    # ------------------------------------------------------------ recovery

    def starts_item(self, index: int) -> bool:
        """Does an item start at the token?"""
        kind = self.kinds[index]
        if kind not in ITEM_START:
            return False
        return kind != "fn" or self.kinds[index + 1] == IDENT

    def column(self, index: int) -> int:
        """The column (from 0) of a token; -1 if it is not the first of its line."""
        start = self.starts[index]
        text = self.source.text
        least = max(0, start - _MAX_INDENT)
        line = text.rfind("\n", least, start) + 1
        if line == 0 and least > 0:
            return -1
        return start - line if not text[line:start].strip() else -1

    def ends_outer(self, index: int) -> bool:
        """Does an item start at the token that, by its indentation, stands outside the item being parsed?
        Then a closing brace is missing before it.
        """
        if not self.starts_item(index):
            return False
        column = self.column(index)
        return 0 <= column <= max(0, self.column(self.item_start))

    def open_brackets(self, start: int) -> list[str]:
        """The closers of the brackets opened, and not closed, from token `start` up to the current one."""
        kinds = self.kinds
        stack: list[str] = []
        for index in range(start, self.i):
            kind = kinds[index]
            if kind in _OPEN:
                stack.append(_OPEN[kind])
            elif kind in _CLOSE and kind in stack:
                while stack.pop() != kind:
                    pass
        return stack

    def skip_to(self, start: int, stops: frozenset[str], closer: str) -> None:
        """After an error in the construct that began at token `start`: skip to a token of `stops` that
        belongs to the construct around it (in no bracket opened since `start`), or to that construct's
        `closer`, or to the end of the file, or to an item that cannot be inside.
        """
        kinds = self.kinds
        stack = self.open_brackets(start)
        i = self.i
        while True:
            kind = kinds[i]
            if kind == EOF:
                break
            if kind in _OPEN:
                stack.append(_OPEN[kind])
            elif kind in _CLOSE:
                if kind in stack:
                    while stack.pop() != kind:
                        pass
                elif kind == closer or kind == "}" or kind == FCLOSE:
                    break
            elif kind in stops and not stack:
                break
            elif kind in stops and kind in _LINE_STOPS and "}" not in stack and FCLOSE not in stack:
                if kind != ";" or not self.closed_on_line(i, stack[0]):
                    break
            elif kind in ITEM_START and self.ends_outer(i):
                break
            i += 1
        self.i = i

    def closed_on_line(self, index: int, closer: str) -> bool:
        """Does a closing bracket follow on the line of the token? Then a `;` between brackets is a slip such
        as `[0; 10]`, and not the end of a statement with a missing bracket.
        """
        text = self.source.text
        start = self.starts[index]
        kinds = self.kinds
        for i in range(index, min(index + _MAX_AHEAD, len(kinds))):
            if kinds[i] == closer:
                return "\n" not in text[start : self.starts[i]]
        return False
