"""Expressions. ``expr(b, e, dst)`` emits the code of ``e`` and gives the register of its value (``dst``, if one is wanted).

Evaluation order is that of the source (``docs/language/07-runtime.md`` §2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import FnInst, MethodInst
from rusk.mir.lower import control, effects, patterns
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.resolved import FnRef, Local, MethodRef, PrimOp, StructUse, VariantUse
from rusk.types.terms import NEVER, UNIT, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusk.mir.lower.builder import Builder


def expr(b: Builder, e: Any, dst: int = -1) -> int:
    """The value of ``e``."""
    return _HANDLERS[e.__class__](b, e, dst)


def effect(b: Builder, e: Any) -> None:
    """Evaluate ``e`` for its effects."""
    kind = e.__class__
    if kind is ast.Assign:
        assign(b, e)
    elif kind is ast.If:
        control.if_(b, e, -1, False)
    elif kind is ast.Block:
        block(b, e, -1, False)
    elif kind is ast.Match and not e.res.handling:
        control.match(b, e, -1, False)
    else:
        expr(b, e)


def diverge(b: Builder, e: Any) -> int:
    """A register for the value of an expression that never gives one; the current block is unreachable."""
    ty = resolved(e.ty)
    return b.reg(UNIT if ty is NEVER else ty)


# ------------------------------------------------------------------ operands


def assigns(e: Any) -> bool:
    """Whether evaluating ``e`` might assign a variable of this function (errs on the safe side)."""
    stack = [e]
    while stack:
        x = stack.pop()
        kind = x.__class__
        if kind in _LEAVES:
            continue
        if kind is ast.Binary:
            stack += [x.left, x.right]
        elif kind is ast.Unary:
            stack.append(x.operand)
        elif kind is ast.Field or kind is ast.TupleField:
            stack.append(x.base)
        elif kind is ast.Index:
            stack += [x.base, x.index]
        elif kind is ast.Call:
            stack.append(x.callee)
            stack.extend(x.args)
        elif kind is ast.MethodCall:
            stack.append(x.recv)
            stack.extend(x.args)
        elif kind is ast.TupleLit or kind is ast.ArrayLit:
            stack.extend(x.elems)
        elif kind is ast.FString:
            stack.extend([p for p in x.parts if p.__class__ is not str])
        elif kind is ast.StructLit:
            stack.extend([f.value for f in x.fields])
        else:
            return True
    return False


_LEAVES = frozenset(
    (
        ast.IntLit,
        ast.FloatLit,
        ast.CharLit,
        ast.StrLit,
        ast.BytesLit,
        ast.BoolLit,
        ast.UnitLit,
        ast.Path,
        ast.Lambda,
    )
)


def operands(b: Builder, es: Sequence[Any]) -> list[int]:
    """The values of several operands, left to right; a variable read by an earlier one keeps the value it had then."""
    out: list[int] = []
    last = len(es) - 1
    for i, e in enumerate(es):
        v = expr(b, e)
        if i < last and v in b.variables and any([assigns(x) for x in es[i + 1 :]]):
            v = b.copy(v, e.pos)
        out.append(v)
    return out


def _const(kind: str) -> Callable[[Builder, Any, int], int]:
    def handler(b: Builder, e: Any, dst: int) -> int:
        return b.const(resolved(e.ty), e.value, e.pos, dst)

    return handler


def _unit(b: Builder, e: Any, dst: int) -> int:
    return b.unit(e.pos, dst)


def path(b: Builder, e: ast.Path, dst: int) -> int:
    """A name."""
    res = e.res
    if res.__class__ is Local:
        v = b.read(res.binding, e.pos)
        return b.copy(v, e.pos, dst) if dst >= 0 and dst != v else v
    ty = resolved(e.ty)
    if res.__class__ is VariantUse:
        return b.emit("variant", ty, [], res.index, e.pos, dst)
    assert res.__class__ is FnRef
    return b.emit("fn_value", ty, [], _fn_inst(res), e.pos, dst)


def _fn_inst(ref: FnRef) -> FnInst:
    return FnInst(ref.item, tuple([resolved(t) for t in ref.targs]))


def fstring(b: Builder, e: ast.FString, dst: int) -> int:
    """A formatted string."""
    parts: list[int] = []
    for part, ref in zip(e.parts, e.res, strict=True):
        if part.__class__ is str:
            if part:
                parts.append(b.const(terms.STRING, part, e.pos))
            continue
        v = expr(b, part)
        if resolved(part.ty) is terms.STRING:  # type: ignore[union-attr]
            # Strings are immutable, but a variable may be assigned by a later hole.
            parts.append(b.copy(v, e.pos) if v in b.variables else v)
        else:
            parts.append(b.emit("call_method", terms.STRING, [v], _method_inst(ref), part.pos))  # type: ignore[union-attr]
    return _joined(b, parts, e, dst)


def _joined(b: Builder, parts: list[int], e: Any, dst: int) -> int:
    if not parts:
        return b.const(terms.STRING, "", e.pos, dst)
    if len(parts) == 1:
        return b.copy(parts[0], e.pos, dst)
    return b.emit("concat", terms.STRING, parts, None, e.pos, dst)


def tuple_lit(b: Builder, e: ast.TupleLit, dst: int) -> int:
    """``(a, b)``."""
    return b.emit("new", resolved(e.ty), operands(b, e.elems), None, e.pos, dst)


def array_lit(b: Builder, e: ast.ArrayLit, dst: int) -> int:
    """``[a, b]``."""
    return b.emit("array", resolved(e.ty), operands(b, e.elems), None, e.pos, dst)


def struct_lit(b: Builder, e: ast.StructLit, dst: int) -> int:
    """``S { f: e }``: initialisers in written order."""
    values = operands(b, [f.value for f in e.fields])
    order = e.res
    fields = [-1] * len(values)
    for at, v in zip(order, values, strict=True):
        fields[at] = v
    return b.emit("new", resolved(e.ty), fields, None, e.pos, dst)


# --------------------------------------------------------------------- calls


def _method_inst(ref: MethodRef) -> MethodInst:
    return MethodInst(
        ref.method,
        resolved(ref.self_ty),
        tuple([resolved(t) for t in ref.iface_args]),
        tuple([resolved(t) for t in ref.targs]),
        ref.default_body,
    )


def call(b: Builder, e: ast.Call, dst: int) -> int:
    """``f(args)``."""
    res = e.res
    kind = res.__class__
    if kind is FnRef:
        return _call_fn(b, e, res, operands(b, e.args), dst)
    if kind is MethodRef:
        return _call_method(b, e, res, operands(b, e.args), dst)
    if kind is VariantUse:
        return b.emit("variant", resolved(e.ty), operands(b, e.args), res.index, e.pos, dst)
    if kind is StructUse:
        return b.emit("new", resolved(e.ty), operands(b, e.args), None, e.pos, dst)
    values = operands(b, [e.callee, *e.args])
    op = "resume" if resolved(e.callee.ty).tag == terms.CONT else "call_value"
    return _result(b, e, op, values, None, dst)


def method_call(b: Builder, e: ast.MethodCall, dst: int) -> int:
    """``x.m(args)``."""
    values = operands(b, [e.recv, *e.args])
    if e.res.__class__ is FnRef:
        return _call_fn(b, e, e.res, values, dst)
    return _call_method(b, e, e.res, values, dst)


def _call_fn(b: Builder, e: Any, ref: FnRef, args: list[int], dst: int) -> int:
    item = ref.item
    if item.kind == "intrinsic":
        name = item.intrinsic
        assert name is not None
        return _result(b, e, name, args, None, dst)
    if item.kind == "extern":
        return _result(b, e, "call_extern", args, item, dst)
    return _result(b, e, "call", args, _fn_inst(ref), dst)


def _call_method(b: Builder, e: Any, ref: MethodRef, args: list[int], dst: int) -> int:
    v = _result(b, e, "call_method", args, _method_inst(ref), -1 if ref.negate else dst)
    return b.emit("bool_not", terms.BOOL, [v], None, e.pos, dst) if ref.negate else v


def _result(b: Builder, e: Any, op: str, args: list[int], data: Any, dst: int) -> int:
    ty = resolved(e.ty)
    if ty is NEVER:
        b.emit(op, None, args, data, e.pos)
        b.end("unreachable", [], None, e.pos)
        return b.reg(UNIT)
    return b.emit(op, ty, args, data, e.pos, dst)


def effect_call(b: Builder, e: ast.EffectCall, dst: int) -> int:
    """``@I.op(args)``."""
    return _result(b, e, "perform", operands(b, e.args), effects.op_inst(e.res), dst)


# ------------------------------------------------------------------- places


def field(b: Builder, e: Any, dst: int) -> int:
    """``x.f``, ``t.0``."""
    v = expr(b, e.base)
    return b.emit("get", resolved(e.ty), [v], e.res, e.pos, dst)


def index(b: Builder, e: ast.Index, dst: int) -> int:
    """``a[i]``."""
    return b.emit("index", resolved(e.ty), operands(b, [e.base, e.index]), None, e.pos, dst)


def assign(b: Builder, e: ast.Assign) -> None:
    """``place = e``."""
    target: Any = e.target
    kind = target.__class__
    if kind is ast.Path:
        binding = target.res.binding
        if b.in_cell(binding):
            v = expr(b, e.value)
            b.emit("cell_set", None, [b.place(binding), v], None, e.pos)
        else:
            r = b.place(binding)
            v = expr(b, e.value, r)
            if v != r:
                b.emit("copy", None, [v], None, e.pos, r)
    elif kind is ast.Index:
        a, i, v = operands(b, [target.base, target.index, e.value])
        b.emit("index_set", None, [a, i, v], None, target.pos)
    else:
        o, v = operands(b, [target.base, e.value])
        b.emit("set", None, [o, v], target.res, e.pos)


def _assign(b: Builder, e: ast.Assign, dst: int) -> int:
    assign(b, e)
    return b.unit(e.pos, dst)


# ---------------------------------------------------------------- operators


def unary(b: Builder, e: ast.Unary, dst: int) -> int:
    """``-x``, ``!x``."""
    v = expr(b, e.operand)
    if e.res is None:  # `!` of an operand that never has a value
        return b.emit("undef", resolved(e.ty), [], None, e.pos, dst)
    if e.res.__class__ is PrimOp:
        return b.emit(e.res.name, resolved(e.ty), [v], None, e.pos, dst)
    return _call_method(b, e, e.res, [v], dst)


def binary(b: Builder, e: ast.Binary, dst: int) -> int:
    """Binary operators."""
    res = e.res
    if res is None:
        return control.logic(b, e, dst)
    if res.__class__ is PrimOp:
        name = res.name
        if name == "string_concat":
            return _concat(b, e, dst)
        return b.emit(name, resolved(e.ty), operands(b, [e.left, e.right]), None, e.pos, dst)
    return _call_method(b, e, res, operands(b, [e.left, e.right]), dst)


def _concat(b: Builder, e: ast.Binary, dst: int) -> int:
    """A chain of ``+`` on strings: joined once, at its final length."""
    parts: list[Any] = []
    at: Any = e
    while at.__class__ is ast.Binary and at.res.__class__ is PrimOp and at.res.name == "string_concat":
        parts.append(at.right)
        at = at.left
    parts.append(at)
    parts.reverse()
    return _joined(b, operands(b, parts), e, dst)


def cast(b: Builder, e: ast.Cast, dst: int) -> int:
    """``e as I``."""
    v = expr(b, e.expr)
    return b.emit("to_iface", resolved(e.ty), [v], None, e.pos, dst)


def try_cast(b: Builder, e: ast.TryCast, dst: int) -> int:
    """``e as? T``."""
    v = expr(b, e.expr)
    return b.emit("as_try", resolved(e.ty), [v], resolved(e.res), e.pos, dst)


def is_test(b: Builder, e: ast.IsTest, dst: int) -> int:
    """``e is T``."""
    v = expr(b, e.expr)
    return b.emit("is", terms.BOOL, [v], resolved(e.res), e.pos, dst)


# ------------------------------------------------------------------- blocks


def block(b: Builder, e: ast.Block, dst: int, wanted: bool = True) -> int:
    """``{ ... }``; without ``wanted`` for its effects only."""
    for s in e.stmts:
        if s.__class__ is ast.Let:
            let(b, s)
        else:
            effect(b, s.expr)  # type: ignore[union-attr]
    if e.tail is None:
        if resolved(e.ty) is UNIT:
            return b.unit(e.end - 1, dst) if wanted else -1
        return diverge(b, e)
    if not wanted:
        effect(b, e.tail)
        return -1
    return expr(b, e.tail, dst)


def _block(b: Builder, e: ast.Block, dst: int) -> int:
    return block(b, e, dst)


def let(b: Builder, s: ast.Let) -> None:
    """``let p = e;``"""
    p: Any = s.pattern
    if p.__class__ is ast.PatBind and p.res.__class__ is not VariantUse:
        binding = p.res
        if binding.assigned and not binding.captured:
            # Computed right into the variable.
            r = b.reg(resolved(binding.ty))
            v = expr(b, s.init, r)
            if v != r:
                b.emit("copy", None, [v], None, s.pos, r)
            b.places[binding] = r
            b.variables.add(r)
            return
    v = expr(b, s.init)
    patterns.bind(b, p, v, "binding pattern match failed", s.pos)


def lambda_(b: Builder, e: ast.Lambda, dst: int) -> int:
    """``|x| { }``"""
    from rusk.mir.lower import function

    return function.lambda_(b, e, dst)


_HANDLERS: dict[type, Callable[[Any, Any, int], int]] = {
    ast.IntLit: _const("int"),
    ast.FloatLit: _const("float"),
    ast.CharLit: _const("char"),
    ast.StrLit: _const("string"),
    ast.BytesLit: _const("bytes"),
    ast.BoolLit: _const("bool"),
    ast.UnitLit: _unit,
    ast.FString: fstring,
    ast.Path: path,
    ast.TupleLit: tuple_lit,
    ast.ArrayLit: array_lit,
    ast.StructLit: struct_lit,
    ast.Call: call,
    ast.MethodCall: method_call,
    ast.Field: field,
    ast.TupleField: field,
    ast.Index: index,
    ast.Unary: unary,
    ast.Binary: binary,
    ast.Assign: _assign,
    ast.Cast: cast,
    ast.TryCast: try_cast,
    ast.IsTest: is_test,
    ast.Lambda: lambda_,
    ast.Block: _block,
    ast.If: control.if_value,
    ast.Match: control.match_value,
    ast.Loop: control.loop,
    ast.While: control.while_,
    ast.For: control.for_,
    ast.Return: control.return_,
    ast.Break: control.break_,
    ast.Continue: control.continue_,
    ast.EffectCall: effect_call,
}


def type_of(e: Any) -> Type:
    """The type of an expression, fully resolved."""
    return resolved(e.ty)
