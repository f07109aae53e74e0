"""The entry point of the parser.

The parser itself is `rusk.syntax.item_parser.ItemParser`, built up from `cursor`, `type_parser`,
`pattern_parser`, `expr_parser`, `block_parser` and `item_parser`.
"""

from __future__ import annotations

import sys
from _thread import allocate_lock
from typing import TYPE_CHECKING

from rusk.limits import DEFAULT, MOST
from rusk.syntax import ast
from rusk.syntax.cursor import NestingFail
from rusk.syntax.item_parser import ItemParser
from rusk.syntax.lexer import tokenize

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source
    from rusk.syntax.tokens import Tokens

#: Python frames a level of nesting may take: all levels of precedence, and the functions of one construct.
_FRAMES_PER_LEVEL = 24


class _RecursionLimit:
    """Raises Python's recursion limit while parsers run, in whatever threads."""

    __slots__ = ("before", "lock", "users")

    def __init__(self) -> None:
        self.lock = allocate_lock()
        self.users = 0
        self.before = 0

    def __enter__(self) -> None:
        with self.lock:
            if not self.users:
                self.before = sys.getrecursionlimit()
                sys.setrecursionlimit(self.before + MOST["nesting"] * _FRAMES_PER_LEVEL)
            self.users += 1

    def __exit__(self, *exc: object) -> None:
        with self.lock:
            self.users -= 1
            if not self.users:
                sys.setrecursionlimit(self.before)


raised_limit = _RecursionLimit()


def parse_file(source: Source, diags: Diagnostics, nesting: int = DEFAULT.nesting) -> ast.File:
    """Lex and parse a file (01).

    source: the file; diags: where errors go; nesting: how deep constructs may be nested.
    Result: the tree; what was wrong is left out of it. `intrinsic fn` is accepted everywhere (whoever knows
    which files belong to the library has to reject it elsewhere).
    Errors: E0101 to E0122, `nesting-limit` and `effect-bindings`, in `diags`; none is raised.
    """
    return parse_tokens(source, tokenize(source, diags), diags, nesting)


def parse_tokens(
    source: Source, tokens: Tokens, diags: Diagnostics, nesting: int = DEFAULT.nesting
) -> ast.File:
    """As `parse_file`, for who needs the tokens too: those that `rusk.syntax.lexer.tokenize` has made of the file."""
    parser = ItemParser(source, tokens, diags, nesting)
    with raised_limit:
        try:
            return parser.file()
        except NestingFail:
            return ast.File(source, [], 0, len(source.text))
