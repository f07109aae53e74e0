"""What the checker writes into the ``res`` slots of the AST, for the lowering to read.

| Node | ``res`` |
|---|---|
| `ast.Path` | `Local`, `FnRef` (function as a value, or the callee of a Call), `VariantUse` (payload-free) |
| `ast.Call` | `FnRef` / `MethodRef` / `VariantUse` / `StructUse` (newtype) for a callee known by path; None when the callee is an expression (function value or continuation, see its ``ty``) |
| `ast.MethodCall` | `FnRef` (inherent or impl method, receiver = first argument), `MethodRef` (interface method, on a bounded parameter, a concrete type or an interface value) |
| `ast.Field`, `ast.TupleField` | int: field index in the struct, newtype (0) or tuple |
| `ast.StructLit` | list[int]: field index of each initialiser, in written order |
| `ast.Unary`, `ast.Binary` | `PrimOp`, or `MethodRef` with ``negate`` for ``!=`` by `Eq`; None for ``&&`` and ``||``, and for ``!`` of an operand of type ``!`` |
| `ast.FString` | list parallel to ``parts``: None for texts, `MethodRef` of ToString::to_string for holes |
| `ast.Index` | None (array or bytes by the base's type) |
| `ast.Cast` | the target interface term; `ast.TryCast`, `ast.IsTest`: the tested term |
| `ast.For` | `ForLoop` |
| `ast.Lambda` | `LambdaInfo` |
| `ast.Match` | `MatchInfo` |
| `ast.EffectArm`, `ast.EffectCall` | `OpRef` (for an arm also ``EffectArm.binder_binding`` inside its `ArmInfo`) |
| `ast.PatBind` | `Binding`, or `VariantUse` for a payload-free variant in scope |
| `ast.PatCtor`, `ast.PatPath` | `VariantUse` or `StructUse` |
| `ast.PatStruct` | `StructUse`; field indexes by name from the item |
| `ast.PatTuple`, `ast.PatArray` | `Binding` of ``..rest``, or None |
| `ast.PatLit` | None (its ``ty`` tells int from byte) |
| `ast.Assign` | None |
| `ast.Return` | None |

All types in these records are fully inferred (no `Var`) when a body has been checked without errors. Types in ``ty`` slots may still
be chains of variables: read them through ``rusk.types.infer.resolved(t)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusk.types.items import EnumItem, FnItem, StructItem
    from rusk.types.terms import Type


class Binding:
    """A local variable.

    ``kind``: "let", "const", "readonly", "param", "pattern", "for", "self" or "cont".
    ``level``: nesting depth of the closure-like body that declares it; lambdas, and the scrutinee and effect arms of a
    handling match, each count as one level (they are compiled as separate functions).
    ``captured``: used from a deeper level. ``assigned``: assigned anywhere after its initialisation.
    A binding that is both needs a cell; one that is only captured is captured by value.
    """

    __slots__ = ("name", "ty", "kind", "level", "captured", "assigned", "pos", "end", "used")

    def __init__(self, name: str, ty: Type, kind: str, level: int, pos: int, end: int) -> None:
        self.name = name
        self.ty = ty
        self.kind = kind
        self.level = level
        self.captured = False
        self.assigned = False
        self.used = False
        self.pos = pos
        self.end = end


class Local:
    """A use of a local variable."""

    __slots__ = ("binding",)

    def __init__(self, binding: Binding) -> None:
        self.binding = binding


class FnRef:
    """A function or method with all its type arguments (parallel to ``item.generics``)."""

    __slots__ = ("item", "targs")

    def __init__(self, item: FnItem, targs: tuple[Type, ...]) -> None:
        self.item = item
        self.targs = targs


class MethodRef:
    """A method of an interface, to be resolved per instance.

    ``method``: the origin's member FnItem. ``self_ty``: the implementing type as known here (may be a parameter, a
    projection, a concrete type, or an interface value type: then the call is dispatched at run time, unless ``default_body`` is
    set: 03 §6, a non-dispatchable method whose default body is instantiated with Self = the interface value type).
    ``iface_args``: type arguments of the origin interface. ``targs``: the method's own type arguments.
    The first argument of the call is the receiver, unless the method is static.
    ``negate``: the result is negated (``a != b`` by `Eq`).
    """

    __slots__ = ("method", "self_ty", "iface_args", "targs", "default_body", "negate")

    def __init__(
        self, method: FnItem, self_ty: Type, iface_args: tuple[Type, ...], targs: tuple[Type, ...]
    ) -> None:
        self.method = method
        self.self_ty = self_ty
        self.iface_args = iface_args
        self.targs = targs
        self.default_body = False
        self.negate = False


class VariantUse:
    """An enum variant built or matched; the enum's type arguments are in the node's ``ty``."""

    __slots__ = ("enum", "index")

    def __init__(self, enum: EnumItem, index: int) -> None:
        self.enum = enum
        self.index = index


class StructUse:
    """A struct or newtype built or matched."""

    __slots__ = ("struct",)

    def __init__(self, struct: StructItem) -> None:
        self.struct = struct


class PrimOp:
    """An operator on a primitive: ``name`` is its entry in the intrinsic table ("int_add", "float_neg", "string_concat", "bool_not",
    "char_lt", ...)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class ForLoop:
    """How a ``for`` iterates.

    ``kind``: "array", "string", "bytes" or "iterator". For "iterator": ``to_iter``: MethodRef of ToIterator::to_iter to
    be called first, or None; ``next``: MethodRef of Iterator::next. ``elem``: the type the pattern is matched against.
    """

    __slots__ = ("kind", "elem", "to_iter", "next")

    def __init__(
        self, kind: str, elem: Type, to_iter: MethodRef | None = None, next: MethodRef | None = None
    ) -> None:
        self.kind = kind
        self.elem = elem
        self.to_iter = to_iter
        self.next = next


class LambdaInfo:
    """A lambda: its level (see `Binding`) and result type; parameter types are in the patterns' ``ty``."""

    __slots__ = ("level", "ret")

    def __init__(self, level: int, ret: Type) -> None:
        self.level = level
        self.ret = ret


class MatchInfo:
    """A match. ``handling``: it has effect arms; then ``level`` is that of its scrutinee and value arms (one body), and each
    effect arm has a level of its own in ``arms`` (parallel to the EffectArms in source order)."""

    __slots__ = ("handling", "level", "arms")

    def __init__(self, handling: bool, level: int) -> None:
        self.handling = handling
        self.level = level
        self.arms: list[ArmInfo] = []


class ArmInfo:
    """An effect arm. ``op``: the operation; ``binder``: the continuation's Binding (kind "cont"; None for ``-> _``)."""

    __slots__ = ("op", "binder", "level")

    def __init__(self, op: OpRef, binder: Binding | None, level: int) -> None:
        self.op = op
        self.binder = binder
        self.level = level


class OpRef:
    """An effect operation: origin method, the origin interface's type arguments, parameter types and result type."""

    __slots__ = ("method", "args", "params", "ret")

    def __init__(self, method: FnItem, args: tuple[Type, ...], params: tuple[Type, ...], ret: Type) -> None:
        self.method = method
        self.args = args
        self.params = params
        self.ret = ret
