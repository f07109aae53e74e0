"""Patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.syntax.ast.nodes import Node, Pattern

if TYPE_CHECKING:
    from rusk.syntax.ast.types import PathSegment


class PatWild(Pattern):
    """`_`"""

    __slots__ = ()

    def __init__(self, pos: int, end: int) -> None:
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatBind(Pattern):
    """A single name: a binding, or a payload-free variant in scope (the checker decides)."""

    __slots__ = ("name",)

    def __init__(self, name: str, pos: int, end: int) -> None:
        self.name = name
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatLit(Pattern):
    """kind: "int", "float", "char", "string", "bytes", "bool" or "unit"; negative numbers are folded into
    value; an `int` with a minus sign keeps its sign also for 0 in `negated`.
    """

    __slots__ = ("kind", "value", "negated")

    def __init__(self, kind: str, value: object, negated: bool, pos: int, end: int) -> None:
        self.kind = kind
        self.value = value
        self.negated = negated
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatTuple(Pattern):
    """`(a, ..rest, b)`: rest is the index in elems where `..` stands, -1 without one; elems do not include
    it.
    """

    __slots__ = ("elems", "rest", "rest_name", "rest_pos")

    def __init__(
        self, elems: list[Pattern], rest: int, rest_name: str | None, rest_pos: int, pos: int, end: int
    ) -> None:
        self.elems = elems
        self.rest = rest
        self.rest_name = rest_name
        self.rest_pos = rest_pos
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatArray(Pattern):
    """`[a, ..rest, b]`, same convention as PatTuple."""

    __slots__ = ("elems", "rest", "rest_name", "rest_pos")

    def __init__(
        self, elems: list[Pattern], rest: int, rest_name: str | None, rest_pos: int, pos: int, end: int
    ) -> None:
        self.elems = elems
        self.rest = rest
        self.rest_name = rest_name
        self.rest_pos = rest_pos
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatCtor(Pattern):
    """`E::V(p, ...)`, `V(p)` or a newtype `N(p)`."""

    __slots__ = ("path", "args")

    def __init__(self, path: list[PathSegment], args: list[Pattern], pos: int, end: int) -> None:
        self.path = path
        self.args = args
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class PatPath(Pattern):
    """A path of two or more segments: a variant without fields."""

    __slots__ = ("path",)

    def __init__(self, path: list[PathSegment], pos: int, end: int) -> None:
        self.path = path
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class FieldPat(Node):
    """`f: p`, or `f` (then pattern is PatBind f)."""

    __slots__ = ("name", "pattern")

    def __init__(self, name: str, pattern: Pattern, pos: int, end: int) -> None:
        self.name = name
        self.pattern = pattern
        self.pos = pos
        self.end = end


class PatStruct(Pattern):
    """`S { f, g: p, .. }`"""

    __slots__ = ("path", "fields", "has_rest")

    def __init__(
        self, path: list[PathSegment], fields: list[FieldPat], has_rest: bool, pos: int, end: int
    ) -> None:
        self.path = path
        self.fields = fields
        self.has_rest = has_rest
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end
