"""The abstract syntax tree of Rusk.

One class per construct of ``docs/language/01-syntax.md`` §4, after the desugarings that need no types
(trailing closures and named binds, §5.5). Every node carries its place as character offsets ``pos``
(inclusive) and ``end`` (exclusive) into the text of its file.

The parser fills the constructor fields. The slots ``ty`` and ``res`` start as None and are filled by the
type checker (``rusk.types``): ``ty`` is the type of an expression or pattern, ``res`` what a name, call
or operator was resolved to (see ``rusk/types/resolved.py``). The lowering (``rusk.mir``) reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from rusk.source import Source


class Node:
    """Base of all nodes: a place in the source text."""

    __slots__ = ("pos", "end")

    pos: int
    end: int


class Expr(Node):
    """Base of expressions. ``ty``: its type; ``res``: its resolution; both set by the checker."""

    __slots__ = ("ty", "res")

    ty: Any
    res: Any


class Pattern(Node):
    """Base of patterns. ``ty``: the type matched against; ``res``: the Binding, variant or struct."""

    __slots__ = ("ty", "res")

    ty: Any
    res: Any


class TypeExpr(Node):
    """Base of types as written."""

    __slots__ = ()


# ---------------------------------------------------------------- items


class File(Node):
    """A parsed source file."""

    __slots__ = ("source", "items")

    def __init__(self, source: Source, items: list[Item], pos: int, end: int) -> None:
        self.source = source
        self.items = items
        self.pos = pos
        self.end = end


class GenericParam(Node):
    """`T: A + B` (arity 0) or `F<_, _>` (arity 2, no bounds)."""

    __slots__ = ("name", "arity", "bounds")

    def __init__(self, name: str, arity: int, bounds: list[TyPath], pos: int, end: int) -> None:
        self.name = name
        self.arity = arity
        self.bounds = bounds
        self.pos = pos
        self.end = end


class Param(Node):
    """A parameter; `ty` is None only for unannotated lambda parameters."""

    __slots__ = ("pattern", "ty", "readonly")

    def __init__(self, pattern: Pattern, ty: TypeExpr | None, readonly: bool, pos: int, end: int) -> None:
        self.pattern = pattern
        self.ty = ty
        self.readonly = readonly
        self.pos = pos
        self.end = end


class FnDecl(Node):
    """kind: "fn", "extern", "intrinsic", "method" (in an impl) or "member" (in an interface). qualifier:
    None, "readonly" or "static". A missing `ret` means unit.
    """

    __slots__ = (
        "kind",
        "name",
        "name_pos",
        "is_pub",
        "qualifier",
        "generics",
        "params",
        "ret",
        "body",
        "item",
    )

    def __init__(
        self,
        kind: str,
        name: str,
        name_pos: int,
        is_pub: bool,
        qualifier: str | None,
        generics: list[GenericParam],
        params: list[Param],
        ret: TypeExpr | None,
        body: Block | None,
        pos: int,
        end: int,
    ) -> None:
        self.kind = kind
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.qualifier = qualifier
        self.generics = generics
        self.params = params
        self.ret = ret
        self.body = body
        self.item: Any = None
        self.pos = pos
        self.end = end


class FieldDecl(Node):
    """A struct field."""

    __slots__ = ("name", "ty")

    def __init__(self, name: str, ty: TypeExpr, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.pos = pos
        self.end = end


class StructDecl(Node):
    """A struct; a newtype has the one field "0"."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "fields", "is_newtype", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        fields: list[FieldDecl],
        is_newtype: bool,
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.fields = fields
        self.is_newtype = is_newtype
        self.item: Any = None
        self.pos = pos
        self.end = end


class VariantDecl(Node):
    """An enum variant."""

    __slots__ = ("name", "payload")

    def __init__(self, name: str, payload: list[TypeExpr], pos: int, end: int) -> None:
        self.name = name
        self.payload = payload
        self.pos = pos
        self.end = end


class EnumDecl(Node):
    """An enum."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "variants", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        variants: list[VariantDecl],
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.variants = variants
        self.item: Any = None
        self.pos = pos
        self.end = end


class AssocDecl(Node):
    """`type X;` in an interface."""

    __slots__ = ("name", "name_pos")

    def __init__(self, name: str, name_pos: int, pos: int, end: int) -> None:
        self.name = name
        self.name_pos = name_pos
        self.pos = pos
        self.end = end


class AssocDef(Node):
    """`type X = T;` in an interface impl."""

    __slots__ = ("name", "ty")

    def __init__(self, name: str, ty: TypeExpr, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.pos = pos
        self.end = end


class InterfaceDecl(Node):
    """An interface."""

    __slots__ = ("name", "name_pos", "is_pub", "generics", "supers", "members", "item")

    def __init__(
        self,
        name: str,
        name_pos: int,
        is_pub: bool,
        generics: list[GenericParam],
        supers: list[TyPath],
        members: list[AssocDecl | FnDecl],
        pos: int,
        end: int,
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.generics = generics
        self.supers = supers
        self.members = members
        self.item: Any = None
        self.pos = pos
        self.end = end


class ImplDecl(Node):
    """`impl target` (iface None) or `impl iface for target`."""

    __slots__ = ("generics", "iface", "target", "members", "item")

    def __init__(
        self,
        generics: list[GenericParam],
        iface: TyPath | None,
        target: TyPath,
        members: list[AssocDef | FnDecl],
        pos: int,
        end: int,
    ) -> None:
        self.generics = generics
        self.iface = iface
        self.target = target
        self.members = members
        self.item: Any = None
        self.pos = pos
        self.end = end


class ModDecl(Node):
    """`mod m;` has items None."""

    __slots__ = ("name", "name_pos", "is_pub", "items", "item")

    def __init__(
        self, name: str, name_pos: int, is_pub: bool, items: list[Item] | None, pos: int, end: int
    ) -> None:
        self.name = name
        self.name_pos = name_pos
        self.is_pub = is_pub
        self.items = items
        self.item: Any = None
        self.pos = pos
        self.end = end


class UseDecl(Node):
    """`use path as alias;`"""

    __slots__ = ("is_pub", "path", "alias", "alias_pos")

    def __init__(
        self, is_pub: bool, path: list[PathSegment], alias: str | None, alias_pos: int, pos: int, end: int
    ) -> None:
        self.is_pub = is_pub
        self.path = path
        self.alias = alias
        self.alias_pos = alias_pos
        self.pos = pos
        self.end = end


class DeriveDecl(Node):
    """`derive A + B for T;`"""

    __slots__ = ("names", "target")

    def __init__(self, names: list[PathSegment], target: PathSegment, pos: int, end: int) -> None:
        self.names = names
        self.target = target
        self.pos = pos
        self.end = end


# ---------------------------------------------------------------- types


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


# ---------------------------------------------------------------- patterns


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


# ---------------------------------------------------------------- statements


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


# ---------------------------------------------------------------- expressions


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


Item: TypeAlias = FnDecl | StructDecl | EnumDecl | InterfaceDecl | ImplDecl | ModDecl | UseDecl | DeriveDecl
Stmt: TypeAlias = Let | ExprStmt
