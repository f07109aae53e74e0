"""Types and signatures as pieces of text of their own: for tools and hosts."""

from __future__ import annotations

from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.cursor import NestingFail, SyntaxFail
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, IDENT
from rusk.syntax.type_parser import TypeParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


class Signature:
    """``params``: the types of the parameters; ``ret``: that of the result, None if it is not written."""

    __slots__ = ("params", "ret")

    def __init__(self, params: list[ast.TypeExpr], ret: ast.TypeExpr | None) -> None:
        self.params = params
        self.ret = ret


def parse_type(text: str) -> ast.TypeExpr | str:
    """The type that ``text`` is, or what is wrong with it."""
    return _whole(text, TypeParser.type_)


def parse_signature(text: str) -> Signature | str:
    """The signature that ``text`` is, or what is wrong with it.

    ``(prompt: string) -> int``; ``fn`` may stand in front, the names of parameters may be missing, and so may ``-> unit``.
    """
    return _whole(text, _signature)


def _whole(text: str, parse: Callable[[TypeParser], T]) -> T | str:
    diags = Diagnostics()
    source = Source("<signature>", text)
    parser = TypeParser(source, tokenize(source, diags), diags)
    try:
        found = parse(parser)
        if parser.kinds[parser.i] != EOF:
            parser.expected("the end")
    except (SyntaxFail, NestingFail):
        pass
    return diags.sorted()[0].message if diags.has_errors else found


def _signature(parser: TypeParser) -> Signature:
    kinds = parser.kinds
    if kinds[parser.i] == "fn":
        parser.i += 1
    parser.expect("(")
    params = []
    while kinds[parser.i] != ")":
        if kinds[parser.i] == IDENT and kinds[parser.i + 1] == ":":
            parser.i += 2
        params.append(parser.type_())
        if kinds[parser.i] == ",":
            parser.i += 1
        elif kinds[parser.i] != ")":
            parser.expected("`,` or `)`")
    parser.i += 1
    ret = None
    if kinds[parser.i] == "->":
        parser.i += 1
        ret = parser.type_()
    return Signature(params, ret)
