"""Statements and expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.syntax.ast.nodes import Expr, Node

if TYPE_CHECKING:
    from rusk.syntax.ast.items import Param
    from rusk.syntax.ast.nodes import Pattern, TypeExpr
    from rusk.syntax.ast.types import PathSegment, TyPath


class Let(Node):
    """kind: "let", "const" or "readonly"."""

    __slots__ = ("kind", "pattern", "ty", "init")

    def __init__(
        self, kind: str, pattern: Pattern, ty: TypeExpr | None, init: Expr, pos: int, end: int
    ) -> None:
        self.kind = kind
        self.pattern = pattern
        self.ty = ty
        self.init = init
        self.pos = pos
        self.end = end


class ExprStmt(Node):
    """An expression whose value is dropped."""

    __slots__ = ("expr", "has_semi")

    def __init__(self, expr: Expr, has_semi: bool, pos: int, end: int) -> None:
        self.expr = expr
        self.has_semi = has_semi
        self.pos = pos
        self.end = end


class Block(Expr):
    """`{ ... }`"""

    __slots__ = ("stmts", "tail")

    def __init__(self, stmts: list[Stmt], tail: Expr | None, pos: int, end: int) -> None:
        self.stmts = stmts
        self.tail = tail
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class IntLit(Expr):
    """`negated` is set when it is the whole operand of a unary minus (the value is then already negative and
    no Unary node is made).
    """

    __slots__ = ("value", "negated")

    def __init__(self, value: int, negated: bool, pos: int, end: int) -> None:
        self.value = value
        self.negated = negated
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class FloatLit(Expr):
    """A float literal."""

    __slots__ = ("value",)

    def __init__(self, value: float, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class CharLit(Expr):
    """One scalar value."""

    __slots__ = ("value",)

    def __init__(self, value: str, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class StrLit(Expr):
    """A string literal."""

    __slots__ = ("value",)

    def __init__(self, value: str, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class BytesLit(Expr):
    """A bytes literal."""

    __slots__ = ("value",)

    def __init__(self, value: bytes, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class BoolLit(Expr):
    """true or false."""

    __slots__ = ("value",)

    def __init__(self, value: bool, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class UnitLit(Expr):
    """`()`"""

    __slots__ = ()

    def __init__(self, pos: int, end: int) -> None:
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class FString(Expr):
    """Texts and holes in order."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[str | Expr], pos: int, end: int) -> None:
        self.parts = parts
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Path(Expr):
    """A name or path in expression position."""

    __slots__ = ("segments",)

    def __init__(self, segments: list[PathSegment], pos: int, end: int) -> None:
        self.segments = segments
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class TupleLit(Expr):
    """`(a, b)`, `(a,)`"""

    __slots__ = ("elems",)

    def __init__(self, elems: list[Expr], pos: int, end: int) -> None:
        self.elems = elems
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class ArrayLit(Expr):
    """`[a, b]`"""

    __slots__ = ("elems",)

    def __init__(self, elems: list[Expr], pos: int, end: int) -> None:
        self.elems = elems
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class FieldInit(Node):
    """`f: e`"""

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: Expr, pos: int, end: int) -> None:
        self.name = name
        self.value = value
        self.pos = pos
        self.end = end


class StructLit(Expr):
    """`S { f: e }`"""

    __slots__ = ("path", "fields")

    def __init__(self, path: list[PathSegment], fields: list[FieldInit], pos: int, end: int) -> None:
        self.path = path
        self.fields = fields
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Call(Expr):
    """`f(a)`; a callee that is a Path may carry type arguments in its segments. `(s.f)(x)` is a Call of a
    Field.
    """

    __slots__ = ("callee", "args")

    def __init__(self, callee: Expr, args: list[Expr], pos: int, end: int) -> None:
        self.callee = callee
        self.args = args
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class MethodCall(Expr):
    """`x.m::<T>(a)`"""

    __slots__ = ("recv", "name", "name_pos", "targs", "args")

    def __init__(
        self,
        recv: Expr,
        name: str,
        name_pos: int,
        targs: list[TypeExpr] | None,
        args: list[Expr],
        pos: int,
        end: int,
    ) -> None:
        self.recv = recv
        self.name = name
        self.name_pos = name_pos
        self.targs = targs
        self.args = args
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Field(Expr):
    """`x.f`"""

    __slots__ = ("base", "name", "name_pos")

    def __init__(self, base: Expr, name: str, name_pos: int, pos: int, end: int) -> None:
        self.base = base
        self.name = name
        self.name_pos = name_pos
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class TupleField(Expr):
    """`t.0`"""

    __slots__ = ("base", "index", "index_pos")

    def __init__(self, base: Expr, index: int, index_pos: int, pos: int, end: int) -> None:
        self.base = base
        self.index = index
        self.index_pos = index_pos
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Index(Expr):
    """`a[i]`"""

    __slots__ = ("base", "index")

    def __init__(self, base: Expr, index: Expr, pos: int, end: int) -> None:
        self.base = base
        self.index = index
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Unary(Expr):
    """`!x`, `-x`"""

    __slots__ = ("op", "operand")

    def __init__(self, op: str, operand: Expr, pos: int, end: int) -> None:
        self.op = op
        self.operand = operand
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Binary(Expr):
    """All binary operators, `&&` and `||` included."""

    __slots__ = ("op", "left", "right")

    def __init__(self, op: str, left: Expr, right: Expr, pos: int, end: int) -> None:
        self.op = op
        self.left = left
        self.right = right
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Assign(Expr):
    """`place = e`"""

    __slots__ = ("target", "value")

    def __init__(self, target: Expr, value: Expr, pos: int, end: int) -> None:
        self.target = target
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Cast(Expr):
    """`e as T`; `target` is the type as written."""

    __slots__ = ("expr", "target")

    def __init__(self, expr: Expr, target: TypeExpr, pos: int, end: int) -> None:
        self.expr = expr
        self.target = target
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class TryCast(Expr):
    """`e as? T`; `target` is the type as written."""

    __slots__ = ("expr", "target")

    def __init__(self, expr: Expr, target: TypeExpr, pos: int, end: int) -> None:
        self.expr = expr
        self.target = target
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class IsTest(Expr):
    """`e is T`; `target` is the type as written."""

    __slots__ = ("expr", "target")

    def __init__(self, expr: Expr, target: TypeExpr, pos: int, end: int) -> None:
        self.expr = expr
        self.target = target
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Lambda(Expr):
    """`|a, b: T| { ... }`, also a trailing closure."""

    __slots__ = ("params", "body")

    def __init__(self, params: list[Param], body: Block, pos: int, end: int) -> None:
        self.params = params
        self.body = body
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class If(Expr):
    """`if c { } else { }`"""

    __slots__ = ("cond", "then", "else_")

    def __init__(self, cond: Expr, then: Block, else_: Block | If | None, pos: int, end: int) -> None:
        self.cond = cond
        self.then = then
        self.else_ = else_
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class ValueArm(Node):
    """`p => e`"""

    __slots__ = ("pattern", "body")

    def __init__(self, pattern: Pattern, body: Expr, pos: int, end: int) -> None:
        self.pattern = pattern
        self.body = body
        self.pos = pos
        self.end = end


class EffectArm(Node):
    """`@I.op(p) -> k => e`; binder is "resume" (binder_pos -1) when none was written, "_" for `-> _`."""

    __slots__ = ("iface", "op", "op_pos", "patterns", "binder", "binder_pos", "body", "res")

    def __init__(
        self,
        iface: TyPath,
        op: str,
        op_pos: int,
        patterns: list[Pattern],
        binder: str,
        binder_pos: int,
        body: Expr,
        pos: int,
        end: int,
    ) -> None:
        self.iface = iface
        self.op = op
        self.op_pos = op_pos
        self.patterns = patterns
        self.binder = binder
        self.binder_pos = binder_pos
        self.body = body
        self.res: Any = None
        self.pos = pos
        self.end = end


class Match(Expr):
    """A match; handling when it has an EffectArm."""

    __slots__ = ("scrutinee", "arms")

    def __init__(self, scrutinee: Expr, arms: list[ValueArm | EffectArm], pos: int, end: int) -> None:
        self.scrutinee = scrutinee
        self.arms = arms
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Loop(Expr):
    """`loop { }`"""

    __slots__ = ("body",)

    def __init__(self, body: Block, pos: int, end: int) -> None:
        self.body = body
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class While(Expr):
    """`while c { }`"""

    __slots__ = ("cond", "body")

    def __init__(self, cond: Expr, body: Block, pos: int, end: int) -> None:
        self.cond = cond
        self.body = body
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class For(Expr):
    """`for p in e { }`"""

    __slots__ = ("pattern", "iterable", "body")

    def __init__(self, pattern: Pattern, iterable: Expr, body: Block, pos: int, end: int) -> None:
        self.pattern = pattern
        self.iterable = iterable
        self.body = body
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Return(Expr):
    """`return e`"""

    __slots__ = ("value",)

    def __init__(self, value: Expr | None, pos: int, end: int) -> None:
        self.value = value
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Break(Expr):
    """`break`"""

    __slots__ = ()

    def __init__(self, pos: int, end: int) -> None:
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class Continue(Expr):
    """`continue`"""

    __slots__ = ()

    def __init__(self, pos: int, end: int) -> None:
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


class EffectCall(Expr):
    """`@I.op(args)`"""

    __slots__ = ("iface", "op", "op_pos", "args")

    def __init__(self, iface: TyPath, op: str, op_pos: int, args: list[Expr], pos: int, end: int) -> None:
        self.iface = iface
        self.op = op
        self.op_pos = op_pos
        self.args = args
        self.ty = None
        self.res = None
        self.pos = pos
        self.end = end


Stmt: TypeAlias = Let | ExprStmt
