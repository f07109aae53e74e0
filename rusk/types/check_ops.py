"""Operators, formatted strings, casts and type tests (``docs/language/02-types.md`` §12, 03 §8, §10, §11, 06 §12.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import check_names, terms
from rusk.types.check_ctx import Ctx
from rusk.types.infer import Pending, shallow
from rusk.types.resolved import MethodRef, PrimOp
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    BOOL,
    BYTE,
    CONT,
    ERR,
    ERROR,
    FLOAT,
    FN,
    IFACE,
    INT,
    NEVER,
    NOMINAL,
    PARAM,
    PRIM,
    PROJ,
    READONLY,
    STRING,
    UNIT,
    VAR,
    Type,
)

if TYPE_CHECKING:
    from rusk.types.items import InterfaceItem

#: operator -> type -> (operation, result)
PRIM_OPS: dict[str, dict[Type, tuple[PrimOp, Type]]] = {}
#: operator -> (interface path, method)
INTERFACES: dict[str, tuple[str, str]] = {
    "+": ("Add", "add"),
    "-": ("Sub", "sub"),
    "*": ("Mul", "mul"),
    "/": ("Div", "div"),
    "%": ("Rem", "rem"),
    "&": ("BitAnd", "bitand"),
    "|": ("BitOr", "bitor"),
    "^": ("BitXor", "bitxor"),
    "<<": ("Shl", "shl"),
    ">>": ("Shr", "shr"),
    ">>>": ("UShr", "ushr"),
    "==": ("Eq", "eq"),
    "!=": ("Ne", "ne"),
    "<": ("Lt", "lt"),
    "<=": ("Le", "le"),
    ">": ("Gt", "gt"),
    ">=": ("Ge", "ge"),
}
COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
SHIFTS = frozenset(("<<", ">>", ">>>"))
#: Operators that let two open literals be `int`.
TO_INT = frozenset(("+", "-", "*", "/", "%", "<", "<=", ">", ">="))

UNARY_OPS: dict[str, dict[Type, tuple[PrimOp, Type]]] = {
    "-": {INT: (PrimOp("int_neg"), INT), FLOAT: (PrimOp("float_neg"), FLOAT)},
    "!": {BOOL: (PrimOp("bool_not"), BOOL), INT: (PrimOp("int_not"), INT), BYTE: (PrimOp("byte_not"), BYTE)},
}


def _fill() -> None:
    for op in INTERFACES:
        PRIM_OPS[op] = {}

    def add(ops: str, names: str, types: str) -> None:
        for op, name in zip(ops.split(), names.split(), strict=True):
            for t in types.split():
                prim = terms.PRIMITIVES[t]
                PRIM_OPS[op][prim] = (PrimOp(f"{t}_{name}"), BOOL if op in COMPARISONS else prim)

    add("+ - * / %", "add sub mul div mod", "int float")
    add("+", "concat", "string bytes")
    add("& | ^", "and or xor", "int byte bool")
    add("<< >> >>>", "shl shr ushr", "int byte")
    add("== !=", "eq ne", "unit bool int float byte char string bytes")
    add("< <= > >=", "lt le gt ge", "bool int float byte char string bytes")


_fill()

# ------------------------------------------------------------------- binary


def binary(c: Ctx, e: ast.Binary, exp: Type | None) -> Type:
    """A binary operator; chains to the left are walked without recursion."""
    left = e.left
    if left.__class__ is not ast.Binary:
        return finish(c, e, c.handlers[left.__class__](c, left, None))
    spine = [e]
    while left.__class__ is ast.Binary:
        spine.append(left)
        left = left.left
    t = c.handlers[left.__class__](c, left, None)
    for node in reversed(spine):
        t = finish(c, node, t)
    return t


def finish(c: Ctx, e: ast.Binary, lt: Type) -> Type:
    """Check the right operand and the operator, with a left operand of type ``lt``."""
    op = e.op
    right = e.right
    cls = right.__class__
    if op == "&&" or op == "||":
        before = c.div
        rt = c.handlers[cls](c, right, None)
        if lt is not BOOL or rt is not BOOL:
            _logic(c, e, lt, rt)
        c.div = before
        e.ty = BOOL
        return BOOL
    ops = PRIM_OPS[op]
    if lt.tag == PRIM:
        if op in SHIFTS:
            rt = c.handlers[cls](c, right, INT if cls is ast.IntLit else None)
            if rt is INT:
                hit = ops.get(lt)
                if hit is not None:
                    e.res = hit[0]
                    e.ty = lt
                    return lt
        else:
            rt = c.handlers[cls](c, right, lt if cls is ast.IntLit else None)
            if rt is lt:
                hit = ops.get(lt)
                if hit is not None:
                    e.res = hit[0]
                    e.ty = r = hit[1]
                    return r
    else:
        rt = c.handlers[cls](c, right, INT if op in SHIFTS and cls is ast.IntLit else None)
    e.ty = r = operator(c, e, lt, rt)
    return r


def _logic(c: Ctx, e: ast.Binary, lt: Type, rt: Type) -> None:
    """Both operands of ``&&`` and ``||`` must be bool."""
    lt = c.known(lt)
    rt = c.known(rt)
    if lt.tag == VAR and lt.literal:  # type: ignore[attr-defined]
        lt = INT
    if rt.tag == VAR and rt.literal:  # type: ignore[attr-defined]
        rt = INT
    if lt is rt and lt.tag != VAR and lt is not BOOL and lt is not NEVER and lt.tag != ERROR:
        c.error("bad-operand", f"operator `{e.op}` cannot be applied to `{c.show(lt)}`", e.pos, e.end)
        return
    for t in (lt, rt):
        if not c.assignable(t, BOOL):
            if lt.tag != VAR and rt.tag != VAR and BOOL not in (lt, rt):
                c.error("bad-operand", f"operator `{e.op}` cannot be applied to `{c.show(t)}`", e.pos, e.end)
            else:
                c.mismatch(BOOL, t, e)
            return
    if c.ready:
        c.settle()


def operator(c: Ctx, e: ast.Binary, lt: Type, rt: Type) -> Type:
    """The result of a binary operator on operands of these types; fills ``e.res``."""
    op = e.op
    if lt.has_vars or rt.has_vars:
        lt = c.known(lt)
        rt = c.known(rt)
    left: Any = lt.inner if lt.tag == READONLY else lt  # type: ignore[attr-defined]
    if op in SHIFTS:
        if rt is not INT and rt is not NEVER and not c.unify(rt, INT):
            c.mismatch(INT, rt, e)
            return left  # type: ignore[no-any-return]
        if left.tag == VAR and not left.literal:
            v = c.fresh(e.pos)
            c.defer(lt, _operator_later, e, v, (lt, rt))
            return v
        return _apply(c, e, left, False)
    right: Any = rt.inner if rt.tag == READONLY else rt  # type: ignore[attr-defined]
    compares = op in COMPARISONS
    if left.tag == ERROR or right.tag == ERROR:
        c.poison(left)
        c.poison(right)
        return BOOL if compares else ERR
    if left is NEVER or right is NEVER:
        left = right = right if left is NEVER else left
        if left is NEVER:
            return c.error("bad-operand", f"operator `{op}` cannot be applied to `!`", e.pos, e.end)
    if left is not right:
        lopen = left.tag == VAR and not left.literal
        ropen = right.tag == VAR and not right.literal
        if lopen and ropen:
            return _wait(c, e, lt, rt, left, right, compares)
        if not c.unify(left, right):
            c.mismatch(lt, rt, e)
            return BOOL if compares else ERR
        if c.ready:
            c.settle()
        if left.has_vars:
            left = shallow(left)
    elif left.tag == VAR and not left.literal:
        return _wait(c, e, lt, rt, left, right, compares)
    return _apply(c, e, left, lt.tag == READONLY or rt.tag == READONLY)


def _wait(c: Ctx, e: ast.Binary, lt: Type, rt: Type, left: Any, right: Any, compares: bool) -> Type:
    """Put the operator off until one operand is known."""
    v: Type = BOOL if compares else c.fresh(e.pos)
    c.defer(left, _operator_later, e, v, (lt, rt))
    if left is not right:
        c.wait(c.pendings[-1], right)
    return v


def _operator_later(c: Ctx, p: Pending) -> None:
    e = p.node
    lt, rt = p.data
    got = operator(c, e, lt, rt)
    if not c.assignable(got, p.result):
        c.mismatch(p.result, got, e)


def _apply(c: Ctx, e: ast.Binary, t: Type, view: bool) -> Type:
    """The operator on operands of the type ``t`` (at least its constructor is known, or it is an open literal)."""
    op = e.op
    if t.tag == VAR:  # an integer literal
        if op in TO_INT:
            c.bind(t, INT)  # type: ignore[arg-type]
            t = INT
        else:
            c.late.append(lambda: _literal_op(c, e, t))
            return BOOL if op in COMPARISONS else t
    hit = PRIM_OPS[op].get(t)
    if hit is not None:
        e.res = hit[0]
        return hit[1]
    if t.tag == ERROR:
        return BOOL if op in COMPARISONS else ERR
    if t is NEVER:
        return c.error("bad-operand", f"operator `{op}` cannot be applied to `!`", e.pos, e.end)
    name, method = INTERFACES[op]
    iface = c.shared.lang_item(f"core::ops::{name}")
    negate = False
    if not has_interface(c, t, iface):
        if op == "!=" and has_interface(c, t, c.shared.lang_item("core::ops::Eq")):
            iface = c.shared.lang_item("core::ops::Eq")
            method = "eq"
            negate = True
        else:
            return _no_operator(c, e, op, t, iface)
    ref = MethodRef(iface.methods[method], t, (), ())
    ref.negate = negate
    e.res = ref
    if t.has_vars:
        c.records.append(ref)
        c.late.append(lambda: _recheck(c, e, op, t, iface))
    if op in COMPARISONS:
        return BOOL
    if view and t.tag == ARRAY:
        # the fresh array holds what the operands held: views stay views
        return terms.array(terms.readonly(shallow(t.elem)))  # type: ignore[attr-defined]
    return t


def _literal_op(c: Ctx, e: ast.Binary, t: Type) -> None:
    """Fill in the operation on literals, now that they are int or byte."""
    t = shallow(t)
    hit = PRIM_OPS[e.op].get(t)
    if hit is not None:
        e.res = hit[0]


def _recheck(c: Ctx, e: Any, op: str, t: Type, iface: InterfaceItem) -> None:
    """Whether the parts of a type found later have the interface too."""
    from rusk.types.infer import resolved

    t = resolved(t)
    if not t.has_vars and not has_interface(c, t, iface):
        _no_operator(c, e, op, t, iface)


def has_interface(c: Ctx, t: Type, iface: InterfaceItem) -> bool:
    """Whether ``t`` (not a view) implements the parameterless interface; open parts count as doing so."""
    tag = t.tag
    if tag == IFACE or tag == PROJ or tag == FN or tag == CONT or tag == APPLIED or t is NEVER:
        return False
    if t.has_vars:
        return c.iface_args(t, iface) is not None
    bound = terms.iface(iface)
    key = (t, bound)
    if key in c.shared.satisfied:
        return True
    if c.world.satisfies(t, bound) is None:
        c.shared.satisfied.add(key)
        return True
    return False


def _no_operator(c: Ctx, e: Any, op: str, t: Type, iface: InterfaceItem) -> Type:
    full = iface.module.display(iface.name)
    if t.tag == NOMINAL:
        c.error("not-implemented", f"type `{c.show(t)}` does not implement `{full}`", e.pos, e.end)
    else:
        c.error(
            "bad-operand",
            f"operator `{op}` cannot be applied to `{c.show(t)}`",
            e.pos,
            e.end,
            help=f"add the bound `{full}`" if t.tag == PARAM else None,
        )
    c.poison(t)
    return BOOL if op in COMPARISONS else ERR


# -------------------------------------------------------------------- unary


def unary(c: Ctx, e: ast.Unary, exp: Type | None) -> Type:
    """``-x`` and ``!x``."""
    operand = e.operand
    op = e.op
    t = c.handlers[operand.__class__](c, operand, None)
    hit = UNARY_OPS[op].get(t)
    if hit is not None:
        e.res = hit[0]
        e.ty = t
        return t
    e.ty = r = _unary(c, e, t)
    return r


def _unary(c: Ctx, e: ast.Unary, t: Type) -> Type:
    op = e.op
    s = c.known(t)
    base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
    if base.tag == VAR:
        if not base.literal:
            v = c.fresh(e.pos)
            c.defer(s, _unary_later, e, v, None)
            return v
        if op == "-":
            c.bind(base, INT)
            base = INT
        else:
            c.late.append(lambda: _literal_not(e, base))
            return base  # type: ignore[no-any-return]
    if base is NEVER and op == "!":
        return BOOL
    hit = UNARY_OPS[op].get(base)
    if hit is not None:
        e.res = hit[0]
        return hit[1]
    if base.tag == ERROR:
        return ERR
    name, method = ("Neg", "neg") if op == "-" else ("Not", "not")
    iface = c.shared.lang_item(f"core::ops::{name}")
    if base is NEVER or not has_interface(c, base, iface):
        return _no_operator(c, e, op, base, iface)
    e.res = ref = MethodRef(iface.methods[method], base, (), ())
    if base.has_vars:
        c.records.append(ref)
        c.late.append(lambda: _recheck(c, e, op, base, iface))
    return base  # type: ignore[no-any-return]


def _unary_later(c: Ctx, p: Pending) -> None:
    got = _unary(c, p.node, p.ty)
    if not c.assignable(got, p.result):
        c.mismatch(p.result, got, p.node)


def _literal_not(e: ast.Unary, t: Type) -> None:
    hit = UNARY_OPS["!"].get(shallow(t))
    if hit is not None:
        e.res = hit[0]


# ---------------------------------------------------------- formatted strings


def fstring(c: Ctx, e: ast.FString, exp: Type | None) -> Type:
    """``f"..."``: every hole needs ``core::fmt::ToString``."""
    refs: list[MethodRef | None] = []
    handlers = c.handlers
    for part in e.parts:
        if part.__class__ is str:
            refs.append(None)
            continue
        t = handlers[part.__class__](c, part, None)
        ref = c.shared.text_refs.get(t)
        if ref is None:
            ref = _hole(c, part, t, refs)
        refs.append(ref)
    e.res = refs
    e.ty = STRING
    return STRING


def _hole(c: Ctx, part: Any, t: Type, refs: list[MethodRef | None]) -> MethodRef | None:
    s = c.known(t)
    base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
    if base.tag == VAR:
        if not base.literal:
            c.defer(s, _hole_later, part, ERR, (refs, len(refs)))
            return None
        c.bind(base, INT)
        base = INT
    if base is NEVER:
        base = UNIT
    elif base.tag == ERROR:
        return None
    iface = c.shared.lang_item("core::fmt::ToString")
    if base.tag == IFACE:
        ok = iface in base.item.all_supers
    else:
        ok = has_interface(c, base, iface)
    if not ok:
        c.error(
            "not-implemented",
            f"type `{c.show(base)}` does not implement `core::fmt::ToString`",
            part.pos,
            part.end,
        )
        return None
    ref = MethodRef(iface.methods["to_string"], base, (), ())
    if base.has_vars:
        c.records.append(ref)
        c.late.append(lambda: _hole_again(c, part, base, iface))
    else:
        c.shared.text_refs[base] = ref
    return ref


def _hole_again(c: Ctx, part: Any, t: Type, iface: InterfaceItem) -> None:
    from rusk.types.infer import resolved

    t = resolved(t)
    if not t.has_vars and t.tag != IFACE and not has_interface(c, t, iface):
        c.error("not-implemented", f"type `{t}` does not implement `core::fmt::ToString`", part.pos, part.end)


def _hole_later(c: Ctx, p: Pending) -> None:
    refs, i = p.data
    refs[i] = _hole(c, p.node, p.ty, refs)


# ------------------------------------------------------------ casts and tests


def cast(c: Ctx, e: ast.Cast, exp: Type | None) -> Type:
    """``e as I`` (03 §8)."""
    x = e.expr
    t = c.handlers[x.__class__](c, x, None)
    target = c.written(e.target)
    e.res = target
    if target.tag == ERROR:
        e.ty = ERR
        return ERR
    if target.tag != IFACE:
        e.ty = ERR
        return c.error("cast-target", f"cannot cast to `{c.show(target)}`: not an interface", e.pos, e.end)
    s = c.known(t)
    base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
    if base.tag == VAR and not base.literal:
        v = c.fresh(e.pos)
        c.defer(s, _cast_later, x, v, e)
        e.ty = v
        return v
    e.ty = r = _cast(c, e, s)
    return r


def _cast_later(c: Ctx, p: Pending) -> None:
    got = _cast(c, p.data, c.known(p.ty))
    if not c.assignable(got, p.result):
        c.mismatch(p.result, got, p.data)


def _cast(c: Ctx, e: ast.Cast, s: Type) -> Type:
    target: Any = e.res
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    result = terms.readonly(target) if view else target
    if base.tag == VAR:
        c.bind(base, INT)
        base = INT
    if base.tag == ERROR:
        return result
    item = target.item
    args = c.iface_args(base, item)
    if args is None or not c.unify_all(args, target.args):
        return _not_castable(c, e, base, target)
    if c.ready:
        c.settle()
    for name, want in target.bindings:
        got: Type | None = None
        if base.tag == IFACE:
            for n, b in base.bindings:
                if n == name:
                    got = b
        else:
            got = c.project(item, list(target.args), base, name, e.pos)
        if got is None or not c.unify(got, want):
            shown = "_" if got is None else c.show(got)
            c.error(
                "assoc-binding", f"expected `{name} = {c.show(want)}`, got `{name} = {shown}`", e.pos, e.end
            )
            return result
    if base.tag != IFACE and base.tag != PARAM:
        if base.has_vars:
            c.late.append(lambda: _cast_again(c, e, base))
        else:
            _cast_again(c, e, base)
    return result


def _cast_again(c: Ctx, e: ast.Cast, t: Type) -> None:
    """The bounds of the impl must hold for the parts of the type."""
    from rusk.types.infer import resolved

    t = resolved(t)
    target: Any = e.res
    if not t.has_vars and c.world.satisfies(t, terms.iface(target.item, target.args)) is not None:
        _not_castable(c, e, t, target)


def _not_castable(c: Ctx, e: ast.Cast, t: Type, target: Type) -> Type:
    help = None
    if t.tag == IFACE:
        help = f"use `as? {c.show(target)}`"
    c.error(
        "not-implemented",
        f"type `{c.show(t)}` does not implement `{c.show(target)}`",
        e.pos,
        e.end,
        help=help,
    )
    c.poison(t)
    return ERR


def try_cast(c: Ctx, e: ast.TryCast, exp: Type | None) -> Type:
    """``e as? T`` (03 §11)."""
    x = e.expr
    t = c.handlers[x.__class__](c, x, None)
    target = check_names.test_target(c, e.target, True)
    e.res = target
    option = c.shared.option
    s = c.known(t)
    base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
    if target.tag == ERROR:
        e.ty = ERR
        return ERR
    if base.tag == VAR and not base.literal:
        v = c.fresh(e.pos)
        c.defer(s, _try_later, x, v, (e, target))
        e.ty = v
        return v
    e.ty = r = terms.nominal(option, [terms.readonly(target) if s.tag == READONLY else target])
    return r


def _try_later(c: Ctx, p: Pending) -> None:
    _, target = p.data
    s = c.known(p.ty)
    got = terms.nominal(c.shared.option, [terms.readonly(target) if s.tag == READONLY else target])
    if not c.assignable(got, p.result):
        c.mismatch(p.result, got, p.data[0])


def is_test(c: Ctx, e: ast.IsTest, exp: Type | None) -> Type:
    """``e is T`` (03 §11)."""
    x = e.expr
    t = c.handlers[x.__class__](c, x, None)
    e.res = check_names.test_target(c, e.target, False)
    if t.has_vars:
        s = c.known(t)
        base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
        if base.tag == VAR and base.literal:
            c.bind(base, INT)
        else:
            c.must_know(x.pos, x.end, t, "cannot infer type")
    e.ty = BOOL
    return BOOL


HANDLERS: dict[type, Any] = {
    ast.Binary: binary,
    ast.Unary: unary,
    ast.FString: fstring,
    ast.Cast: cast,
    ast.TryCast: try_cast,
    ast.IsTest: is_test,
}
