"""Calls: functions, constructors, function values; instantiation of generics (``docs/language/02-types.md`` §6.2 to §6.4, §9).

A generic call keeps a substitution in which a parameter that nothing has determined yet is None. The expected type and
explicit type arguments fill it first, then the arguments from left to right; what stays None becomes a variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import terms
from rusk.types.check_ctx import Ctx, OpenSubst, Why
from rusk.types.infer import InferVar, Pending, shallow
from rusk.types.resolved import FnRef, StructUse, VariantUse
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    CONT,
    ERR,
    ERROR,
    FN,
    IFACE,
    NEVER,
    NOMINAL,
    PARAM,
    PRIM,
    READONLY,
    TUPLE,
    VAR,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.types.items import EnumItem, FnItem, GenericParam, StructItem

# ------------------------------------------------------------ instantiation


def seed(c: Ctx, t: Type, exp: Type, subst: OpenSubst) -> None:
    """Determine type parameters by the expected type ``exp`` of something of the declared type ``t`` (02 §6.4)."""
    if not t.has_params:
        return
    if exp.has_vars:
        exp = shallow(exp)
    et = exp.tag
    if et == VAR or et == ERROR or exp is NEVER:
        return
    tag = t.tag
    if tag == PARAM:
        p = t.param  # type: ignore[attr-defined]
        if p in subst and subst[p] is None and not (et == READONLY and p.bounds):
            subst[p] = exp
        return
    if et == READONLY and tag != READONLY:
        exp = shallow(exp.inner)  # type: ignore[attr-defined]
        et = exp.tag
    if tag == APPLIED:
        ctor = t.ctor  # type: ignore[attr-defined]
        if ctor in subst and (et == NOMINAL or et == IFACE) and len(exp.args) == len(t.args):  # type: ignore[attr-defined]
            if subst[ctor] is None:
                k = InferVar(-1, False, ctor.name)
                k.arity = ctor.arity
                k.ref = exp.item  # type: ignore[attr-defined]
                subst[ctor] = k
            for x, y in zip(t.args, exp.args, strict=True):  # type: ignore[attr-defined]
                seed(c, x, y, subst)
        return
    if et != tag:
        return
    if tag == NOMINAL or tag == IFACE:
        if t.item is exp.item:  # type: ignore[attr-defined]
            for x, y in zip(t.args, exp.args, strict=True):  # type: ignore[attr-defined]
                seed(c, x, y, subst)
            if tag == IFACE:
                for (_, x), (_, y) in zip(t.bindings, exp.bindings, strict=False):  # type: ignore[attr-defined]
                    seed(c, x, y, subst)
    elif tag == ARRAY:
        seed(c, t.elem, exp.elem, subst)  # type: ignore[attr-defined]
    elif tag == READONLY:
        seed(c, t.inner, exp.inner, subst)  # type: ignore[attr-defined]
    elif tag == TUPLE:
        for x, y in zip(t.elems, exp.elems, strict=False):  # type: ignore[attr-defined]
            seed(c, x, y, subst)
    elif tag == FN:
        for x, y in zip(t.params, exp.params, strict=False):  # type: ignore[attr-defined]
            seed(c, x, y, subst)
        seed(c, t.ret, exp.ret, subst)  # type: ignore[attr-defined]
    elif tag == CONT:
        seed(c, t.param, exp.param, subst)  # type: ignore[attr-defined]
        seed(c, t.ret, exp.ret, subst)  # type: ignore[attr-defined]


def type_args(c: Ctx, generics: Sequence[GenericParam], subst: OpenSubst, node: Any) -> tuple[Type, ...]:
    """The type arguments of a finished call, in order; open ones must be known at the end, bounds are required."""
    out: list[Type] = []
    bounded = False
    for g in generics:
        t = subst[g]
        if t is None:
            v = InferVar(node.pos, False, g.name)
            v.arity = g.arity
            t = subst[g] = v
        if not t.has_vars:
            if t.tag != PRIM:
                t = c.sized(t, node)
        else:
            if g.arity:
                c.open_ctors.append((node, g, t))
            else:
                t = shallow(t)
                if t.has_vars:
                    c.must_know(node.pos, node.end, t, f"cannot infer type argument `{g.name}`")
        if g.bounds:
            bounded = True
        out.append(t)
    if bounded:
        for g, t in zip(generics, out, strict=True):
            for b in g.bounds:
                want = c.inst(b, subst, node.pos) if b.has_params else b
                c.require(t, want, g, node)  # type: ignore[arg-type]
    return tuple(out)


def argument(c: Ctx, a: Any, p: Type, subst: OpenSubst | None, why: Why = None) -> None:
    """Check one argument against the declared type ``p``."""
    if subst is not None and p.has_params:
        if p.tag == PARAM:
            g = p.param  # type: ignore[attr-defined]
            if g in subst:
                want = subst[g]
                if want is None:
                    t = c.handlers[a.__class__](c, a, None)
                    if t.has_vars:
                        t = shallow(t)
                    if subst[g] is None:
                        if t is NEVER:
                            t = InferVar(a.pos, False, g.name)
                            t.never = True
                        subst[g] = t
                    return
            else:
                want = p
        else:
            want = c.inst(p, subst, a.pos)
    else:
        want = p
    t = c.handlers[a.__class__](c, a, want)
    if t is not want:
        if not c.assignable(t, want):
            c.mismatch(want, t, a, why)
        if c.ready:
            c.settle()


def arguments(
    c: Ctx, args: Sequence[Any], params: Sequence[Type], subst: OpenSubst | None, fn: FnItem | None
) -> None:
    """Check the arguments of a call against the declared parameter types; their numbers agree."""
    handlers = c.handlers
    i = 0
    for a in args:
        want = params[i]
        if subst is not None and want.has_params:
            if want.tag == PARAM and subst.get(want.param, want) is None:  # type: ignore[attr-defined]
                argument(c, a, want, subst)
                i += 1
                continue
            want = c.inst(want, subst, a.pos)
        t = handlers[a.__class__](c, a, want)
        if t is not want:
            if not c.assignable(t, want):
                c.mismatch(want, t, a, None if fn is None else param_why(fn, i))
            if c.ready:
                c.settle()
        i += 1


def param_why(fn: FnItem, i: int) -> Why:
    """The place of a declared parameter."""
    params = fn.decl.params
    if i >= len(params):
        return None
    return (fn.module.source, params[i].pos, params[i].end, f"parameter of `{fn.name}`")


def wrong_arity(c: Ctx, node: Any, name: str, want: int, got: int) -> Type:
    """Report a wrong number of arguments."""
    return c.error(
        "arity-mismatch", f"arity mismatch for `{name}`: expected {want}, got {got}", node.pos, node.end
    )


def explicit(
    c: Ctx, node: Any, name: str, generics: Sequence[GenericParam], written: Any, subst: OpenSubst
) -> bool:
    """Fill ``subst`` from explicit type arguments; a wrong number is reported."""
    ctor = next((g for g in generics if g.arity), None)
    if ctor is not None:
        c.error(
            "bad-type-args",
            f"`{name}` takes no explicit type arguments",
            node.pos,
            node.end,
            help=f"its parameter `{ctor.name}<{', '.join(['_'] * ctor.arity)}>` is always inferred: leave out `::<..>`",
        )
        for g in generics:
            if subst.get(g) is None:
                subst[g] = ERR
        return False
    if len(written) != len(generics):
        for te in written:
            c.written(te)
        n = len(generics)
        c.error(
            "bad-type-args",
            f"`{name}` takes {n} type argument{'' if n == 1 else 's'}, got {len(written)}",
            node.pos,
            node.end,
        )
        for g in generics:
            if subst.get(g) is None:
                subst[g] = ERR
        return False
    for g, te in zip(generics, written, strict=True):
        t = c.written(te)
        old = subst.get(g)
        if old is None:
            subst[g] = t
        elif old is not t and not c.unify(old, t):
            c.mismatch(old, t, te)
    return True


# -------------------------------------------------------------------- calls


def call(c: Ctx, e: ast.Call, exp: Type | None) -> Type:
    """``f(args)``."""
    callee = e.callee
    if callee.__class__ is ast.Path:
        segments = callee.segments
        if len(segments) > 1 or segments[0].name not in c.names:
            from rusk.types import check_names

            e.ty = t = check_names.call_path(c, e, callee, exp)
            if t is NEVER:
                c.div = True
            return t
    t = c.handlers[callee.__class__](c, callee, None)
    if t.has_vars:
        t = c.known(t)
        if t.tag == VAR and not t.literal:  # type: ignore[attr-defined]
            args = [c.infer(a) for a in e.args]
            v = c.fresh(e.pos)
            c.defer(t, _call_later, e, v, args)
            e.ty = v
            return v
    e.ty = t = call_value(c, e, t)
    if t is NEVER:
        c.div = True
    return t


def _callee_name(e: ast.Call) -> str:
    callee = e.callee
    if callee.__class__ is ast.Path:
        return callee.segments[-1].name
    if callee.__class__ is ast.Field:
        return callee.name
    return "closure"


def call_value(c: Ctx, e: ast.Call, t: Type) -> Type:
    """Call a function value or continuation of the known type ``t``."""
    args = e.args
    if t.tag == FN:
        params = t.params  # type: ignore[attr-defined]
        ret = t.ret  # type: ignore[attr-defined]
    elif t.tag == CONT:
        params = (t.param,)  # type: ignore[attr-defined]
        ret = t.ret  # type: ignore[attr-defined]
    else:
        if t.tag != ERROR:
            c.error("not-callable", f"cannot call a value of type `{c.show(t)}`", e.pos, e.end)
            c.poison(t)
        c.spoil(args)
        return ERR
    if len(params) != len(args):
        wrong_arity(c, e, _callee_name(e), len(params), len(args))
        c.poison(t)
        c.spoil(args)
    else:
        for a, p in zip(args, params, strict=True):
            c.check(a, p)
    return shallow(ret) if ret.has_vars else ret


def _call_later(c: Ctx, p: Pending) -> None:
    e = p.node
    types = p.data
    t = c.known(p.ty)
    if t.tag == FN:
        params = t.params  # type: ignore[attr-defined]
    elif t.tag == CONT:
        params = (t.param,)  # type: ignore[attr-defined]
    else:
        if t.tag != ERROR:
            c.error("not-callable", f"cannot call a value of type `{c.show(t)}`", e.pos, e.end)
        c.poison(p.result)
        return
    if len(params) != len(types):
        wrong_arity(c, e, _callee_name(e), len(params), len(types))
        c.poison(p.result)
        return
    for a, got, want in zip(e.args, types, params, strict=True):
        c.coerce(got, want, a)
    c.coerce(t.ret, p.result, e)  # type: ignore[attr-defined]


def call_fn(c: Ctx, e: Any, fn: FnItem, written: Any, exp: Type | None) -> Type:
    """Call a function item (not a method)."""
    params = fn.params
    args = e.args
    generics = fn.generics
    if not generics:
        if written:
            c.error("bad-type-args", f"`{fn.name}` takes 0 type arguments, got {len(written)}", e.pos, e.end)
        if len(params) != len(args):
            wrong_arity(c, e, fn.name, len(params), len(args))
            c.spoil(args)
        else:
            arguments(c, args, params, None, fn)
        e.res = FnRef(fn, ())
        return fn.ret
    subst: OpenSubst = dict.fromkeys(generics)
    return generic_call(c, e, fn, args, generics, subst, written, exp)


def generic_call(
    c: Ctx,
    e: Any,
    fn: FnItem,
    args: Sequence[Any],
    named: Sequence[GenericParam],
    subst: OpenSubst,
    written: Any,
    exp: Type | None,
) -> Type:
    """Call a generic function or method without the receiver; ``named`` are the parameters that can be written."""
    params = fn.params
    if written:
        explicit(c, e, fn.name, named, written, subst)
    elif exp is not None:
        seed(c, fn.ret, exp, subst)
    if len(params) != len(args):
        wrong_arity(c, e, fn.name, len(params), len(args))
        c.spoil(args)
        t = c.inst(fn.ret, subst, e.pos)
        for x in subst.values():
            if x is not None:
                c.poison(x)
        return shallow(t)
    arguments(c, args, params, subst, fn)
    ret = fn.ret
    if ret.has_params:
        ret = c.inst(ret, subst, e.pos)
    targs = type_args(c, fn.generics, subst, e)
    e.res = ref = FnRef(fn, targs)
    for t in targs:
        if t.has_vars:
            c.records.append(ref)
            break
    return shallow(ret) if ret.has_vars else ret


def fn_type(c: Ctx, fn: FnItem) -> Type:
    """The type of a function or inherent method as a value."""
    t = c.shared.fn_types.get(fn)
    if t is None:
        params = fn.params
        if fn.self_ty is not None and fn.receiver != "static":
            params = [fn.self_ty, *params]
        t = c.shared.fn_types[fn] = terms.fn(params, fn.ret)
    return t


# ------------------------------------------------------------- constructors


def build_variant(
    c: Ctx, e: Any, enum: EnumItem, index: int, written: Any, args: Sequence[Any], exp: Type | None
) -> Type:
    """``E::V(args)``, ``E::V``; also with the variant imported."""
    name, payload = enum.variants[index]
    generics = enum.generics
    e.res = VariantUse(enum, index)
    if not generics:
        if written:
            c.error(
                "bad-type-args", f"`{enum.name}` takes 0 type arguments, got {len(written)}", e.pos, e.end
            )
        if len(payload) != len(args):
            wrong_arity(c, e, name, len(payload), len(args))
            c.spoil(args)
        else:
            for i, a in enumerate(args):
                c.check(a, payload[i], (enum, index, i))
        return terms.nominal(enum)
    subst: OpenSubst = dict.fromkeys(generics)
    _constructor_args(c, e, enum, written, exp, subst)
    if len(payload) != len(args):
        wrong_arity(c, e, name, len(payload), len(args))
        c.spoil(args)
        for g in generics:
            if subst[g] is None:
                subst[g] = ERR
    else:
        for i, a in enumerate(args):
            argument(c, a, payload[i], subst, (enum, index, i))
    return terms.nominal(enum, type_args(c, generics, subst, e))


def _constructor_args(c: Ctx, e: Any, item: Any, written: Any, exp: Type | None, subst: OpenSubst) -> None:
    """Type arguments of a constructor from what is written, else from the expected type."""
    if written:
        if written.__class__ is tuple:  # those of `Self`
            subst.update(zip(item.generics, written, strict=True))
        else:
            explicit(c, e, item.name, item.generics, written, subst)
    elif exp is not None:
        if exp.has_vars:
            exp = shallow(exp)
        if exp.tag == READONLY:
            exp = shallow(exp.inner)  # type: ignore[attr-defined]
        if exp.tag == NOMINAL and exp.item is item:  # type: ignore[attr-defined]
            for g, t in zip(item.generics, exp.args, strict=True):  # type: ignore[attr-defined]
                subst[g] = t


def build_newtype(
    c: Ctx, e: Any, item: StructItem, written: Any, args: Sequence[Any], exp: Type | None
) -> Type:
    """``N(v)``."""
    e.res = StructUse(item)
    generics = item.generics
    if len(args) != 1:
        wrong_arity(c, e, item.name, 1, len(args))
        c.spoil(args)
        return terms.nominal(item, [ERR for _ in generics])
    if not generics:
        if written:
            c.error(
                "bad-type-args", f"`{item.name}` takes 0 type arguments, got {len(written)}", e.pos, e.end
            )
        c.check(args[0], item.fields[0][1], (item, 0))
        return terms.nominal(item)
    subst: OpenSubst = dict.fromkeys(generics)
    _constructor_args(c, e, item, written, exp, subst)
    argument(c, args[0], item.fields[0][1], subst, (item, 0))
    return terms.nominal(item, type_args(c, generics, subst, e))


HANDLERS: dict[type, Any] = {ast.Call: call}
