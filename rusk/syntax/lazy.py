"""Library files: the bodies of functions are parsed when something looks into them.

A program uses few of the functions of the library modules that it reaches, and most of the text of those is bodies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.syntax.item_parser import ItemParser
from rusk.syntax.lexer import tokenize
from rusk.syntax.parser import raised_limit
from rusk.syntax.tokens import EOF

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source


class LazyBlock(ast.Block):
    """A body not parsed yet; becomes an ordinary block when its statements are asked for.

    Until then `res` holds the parser and the index of the opening brace.
    """

    __slots__ = ()

    def __init__(self, parser: LibraryParser, index: int, pos: int, end: int) -> None:
        self.ty = None
        self.res = (parser, index)
        self.pos = pos
        self.end = end

    def __getattr__(self, name: str) -> Any:
        if name != "stmts" and name != "tail":
            raise AttributeError(name)
        parser, index = self.res
        block = parser.body(index)
        self.res = None
        self.stmts = block.stmts
        self.tail = block.tail
        self.__class__ = ast.Block  # type: ignore[assignment]
        return getattr(self, name)


class LibraryParser(ItemParser):
    """The parser that leaves bodies for later. ``whole``: a body is being parsed."""

    __slots__ = ("whole",)

    def block(self) -> ast.Block:
        """Block; outside of one only its place."""
        if self.whole:
            return super().block()
        kinds = self.kinds
        first = self.i
        i = first + 1
        depth = 1
        while depth:
            kind = kinds[i]
            if kind == "{":
                depth += 1
            elif kind == "}":
                depth -= 1
            elif kind == EOF:
                self.i = i
                self.expected("`}`")
            i += 1
        self.i = i
        return LazyBlock(self, first, self.starts[first], self.ends[i - 1])

    def body(self, index: int) -> ast.Block:
        """The block that begins at token `index`."""
        self.i = index
        self.whole = True
        with raised_limit:
            block = super().block()
        self.whole = False
        return block


def parse_library(source: Source, diags: Diagnostics) -> ast.File:
    """As `rusk.syntax.parse_file`, for a file of the library, which has no syntax errors."""
    parser = LibraryParser(source, tokenize(source, diags), diags)
    parser.whole = False
    with raised_limit:
        return parser.file()
