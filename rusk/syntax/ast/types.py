"""Types as written."""

from __future__ import annotations

from rusk.syntax.ast.nodes import Node, TypeExpr


class TyReadonly(TypeExpr):
    """`readonly T`"""

    __slots__ = ("inner",)

    def __init__(self, inner: TypeExpr, pos: int, end: int) -> None:
        self.inner = inner
        self.pos = pos
        self.end = end


class TyNever(TypeExpr):
    """`!`"""

    __slots__ = ()

    def __init__(self, pos: int, end: int) -> None:
        self.pos = pos
        self.end = end


class TyPrim(TypeExpr):
    """unit (also `()`), bool, int, float, byte, char, string, bytes."""

    __slots__ = ("name",)

    def __init__(self, name: str, pos: int, end: int) -> None:
        self.name = name
        self.pos = pos
        self.end = end


class TyArray(TypeExpr):
    """`[T]`"""

    __slots__ = ("elem",)

    def __init__(self, elem: TypeExpr, pos: int, end: int) -> None:
        self.elem = elem
        self.pos = pos
        self.end = end


class TyTuple(TypeExpr):
    """`(A, B)`, never empty."""

    __slots__ = ("elems",)

    def __init__(self, elems: list[TypeExpr], pos: int, end: int) -> None:
        self.elems = elems
        self.pos = pos
        self.end = end


class TyFn(TypeExpr):
    """`fn(A) -> R`; a missing `ret` means unit."""

    __slots__ = ("params", "ret")

    def __init__(self, params: list[TypeExpr], ret: TypeExpr | None, pos: int, end: int) -> None:
        self.params = params
        self.ret = ret
        self.pos = pos
        self.end = end


class TyCont(TypeExpr):
    """`cont(P) -> R`"""

    __slots__ = ("param", "ret")

    def __init__(self, param: TypeExpr, ret: TypeExpr, pos: int, end: int) -> None:
        self.param = param
        self.ret = ret
        self.pos = pos
        self.end = end


class TyPath(TypeExpr):
    """A named type; bindings None when no `{...}` was written."""

    __slots__ = ("segments", "bindings")

    def __init__(
        self, segments: list[PathSegment], bindings: list[TypeBinding] | None, pos: int, end: int
    ) -> None:
        self.segments = segments
        self.bindings = bindings
        self.pos = pos
        self.end = end


class TypeBinding(Node):
    """`X = T` inside the braces of an interface value type."""

    __slots__ = ("name", "ty")

    def __init__(self, name: str, ty: TypeExpr, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.pos = pos
        self.end = end


class PathSegment(Node):
    """One step of a path; args None when no `<...>` / `::<...>` was written."""

    __slots__ = ("name", "args")

    def __init__(self, name: str, args: list[TypeExpr] | None, pos: int, end: int) -> None:
        self.name = name
        self.args = args
        self.pos = pos
        self.end = end
