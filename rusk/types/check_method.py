"""Method calls and their lookup, iteration (``docs/language/03-interfaces.md`` §6, §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.modules.names import inside
from rusk.syntax import ast
from rusk.types import check_call, check_expr, check_names, terms
from rusk.types.check_ctx import Ctx, OpenSubst
from rusk.types.infer import Pending, resolved, shallow
from rusk.types.items import InterfaceItem
from rusk.types.resolved import FnRef, ForLoop, MethodRef
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    BYTE,
    CONT,
    ERR,
    ERROR,
    FN,
    IFACE,
    INT,
    NEVER,
    NOMINAL,
    PARAM,
    PRIM,
    PROJ,
    READONLY,
    TUPLE,
    VAR,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.types.items import FnItem


class Typed:
    """An argument whose type was found before the method was known."""

    __slots__ = ("expr", "ty", "pos", "end")

    def __init__(self, expr: Any, ty: Type) -> None:
        self.expr = expr
        self.ty = ty
        self.pos: int = expr.pos
        self.end: int = expr.end


def typed(c: Ctx, e: Typed, exp: Type | None) -> Type:
    """The handler of `Typed`."""
    t = e.ty
    return shallow(t) if t.has_vars else t


def method_call(c: Ctx, e: ast.MethodCall, exp: Type | None) -> Type:
    """``x.m(args)`` (03 §9.1)."""
    recv = e.recv
    t = c.handlers[recv.__class__](c, recv, None)
    if t.has_vars:
        t = c.known(t)
        base: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
        if base.tag == VAR:
            if base.literal:
                t = BYTE if byte_method(c, e.name) else INT
                c.bind(base, t)
            else:
                args = [Typed(a, c.infer(a)) for a in e.args]
                v = c.fresh(e.pos)
                c.defer(t, _later, e, v, args)
                e.ty = v
                return v
    t = call_on(c, e, t, e.args, exp)
    if t is NEVER:
        c.div = True
    e.ty = t
    return t


def byte_method(c: Ctx, name: str) -> bool:
    """Whether a method call on an open literal makes it a byte (02 §6.1)."""
    return has_inherent(c, BYTE, name) and not has_inherent(c, INT, name)


def _later(c: Ctx, p: Pending) -> None:
    e = p.node
    t = c.known(p.ty)
    base: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    if base.tag == VAR:
        t = BYTE if byte_method(c, e.name) else INT
        c.bind(base, t)
    got = call_on(c, e, t, p.data, None)
    c.coerce(got, p.result, e)


def call_on(c: Ctx, e: ast.MethodCall, t: Type, args: Sequence[Any], exp: Type | None) -> Type:
    """Call method ``e.name`` on a receiver of the known type ``t``."""
    view = t.tag == READONLY
    base: Any = t.inner if view else t  # type: ignore[attr-defined]
    tag = base.tag
    head = base.item if tag == NOMINAL else base if tag == PRIM else None
    cand = None
    if head is not None:
        cand = c.shared.methods.get((head, e.name, c.module))
    if cand is None:
        cand = lookup(c, e, base, view)
        if cand is None:  # reported
            c.poison(base)
            c.spoil(args)
            return ERR
        if head is not None:
            c.shared.methods[(head, e.name, c.module)] = cand
    fn: FnItem = cand
    if fn.kind != "member":
        return inherent(c, e, fn, base, view, e.recv, args, e.targs, exp)
    if view and fn.receiver == "mut":
        _needs_mutable(c, e, fn, base, e.name_pos, e.name_pos + len(e.name))
    iface: Any = fn.parent
    iargs: tuple[Type, ...] | None
    if tag == NOMINAL or tag == ARRAY:
        m = c.world.find_impl(base, iface)
        iargs = None if m is None else m.iface_args
        if m is not None and m.targs:
            require_impl(c, m, e)
    else:
        iargs = c.iface_args(base, iface)
    if iargs is None:
        iargs = tuple([ERR for _ in iface.generics])
    return member(c, e, fn, base, iargs, args, e.targs, exp)


def _needs_mutable(c: Ctx, e: Any, fn: FnItem, base: Type, pos: int, end: int) -> None:
    c.error(
        "readonly-receiver", f"`{fn.name}` needs a mutable receiver, got `readonly {c.show(base)}`", pos, end
    )


# -------------------------------------------------------------------- lookup


def inherent_of(c: Ctx, base: Type, name: str) -> FnItem | None:
    """The inherent method of that name, static ones included."""
    return c.world.inherent_method(base, name)


def has_inherent(c: Ctx, base: Type, name: str) -> bool:
    """Whether the type has an inherent instance method of that name."""
    fn = inherent_of(c, base, name)
    return fn is not None and fn.receiver != "static"


def members_of(c: Ctx, base: Any, name: str) -> list[tuple[FnItem, bool]]:
    """The interface methods ``name`` that ``base`` has and that are visible here, by origin, and whether each is weak."""
    out: list[tuple[FnItem, bool]] = []
    tag = base.tag
    if tag == PARAM:
        for b in base.param.bounds:
            full = b.item.full_methods.get(name)
            if full is not None and all([m is not full[0] for m, _ in out]):
                out.append((full[0], full[0].is_addition))
        return out
    if tag == IFACE:
        full = base.item.full_methods.get(name)
        return [] if full is None else [(full[0], full[0].is_addition)]
    for iface, impl in c.world.impls_of(base).items():
        m = iface.methods.get(name)
        if m is not None and (iface.is_pub or inside(c.module, iface.module)):
            out.append((m, m.is_addition or impl.is_addition))
    return out


def ambiguous(c: Ctx, name: str, found: Sequence[FnItem], pos: int) -> Type:
    """Report a method that several interfaces give."""
    labels = [f"`{m.parent.name}::{name}`" for m in found]  # type: ignore[union-attr]
    shown = ", ".join(labels[:-1]) + " or " + labels[-1]
    first: Any = found[0].parent
    return c.error(
        "ambiguous-method",
        f"ambiguous method `{name}`: {shown}",
        pos,
        pos + len(name),
        help=f"write `{first.name}::{name}(x, ..)`",
    )


def lookup(c: Ctx, e: ast.MethodCall, base: Any, view: bool) -> FnItem | None:
    """The method that ``x.name`` means on a receiver of type ``base`` (03 §9.1); None after an error."""
    name = e.name
    pos = e.name_pos
    end = pos + len(name)
    tag = base.tag
    static: FnItem | None = None
    weak: FnItem | None = None
    if tag == ERROR:
        return None
    if tag == TUPLE or tag == FN or tag == CONT or base is NEVER:
        c.error("no-methods", f"a value of type `{c.show(base)}` has no methods", e.recv.pos, e.recv.end)
        return None
    nominal = tag == NOMINAL or tag == PRIM or tag == ARRAY
    if nominal:
        fn = inherent_of(c, base, name)
        if fn is not None:
            if fn.receiver == "static":
                static = fn
            elif fn.is_addition:
                weak = fn
            else:
                if not (fn.is_pub or inside(c.module, fn.module)):
                    check_names.method_private(c, fn, pos)
                    return None
                return fn
    members = members_of(c, base, name) if tag != PROJ and tag != APPLIED else []
    found = [m for m, w in members if not w]
    if not found and weak is not None:
        return weak
    if not found:
        found = [m for m, _ in members]
    if not found:
        _nothing(c, e, base, static)
        return None
    if view and all([m.receiver == "mut" for m in found]):
        _needs_mutable(c, e, found[0], base, pos, end)
        return None
    if len(found) > 1:
        ambiguous(c, name, found, pos)
        return None
    m = found[0]
    if m.receiver == "static":
        c.error("static-call", f"`{name}` is a static method", pos, end)
        return None
    if tag == IFACE and not callable_on_value(c, base, m, pos):
        return None
    return m


def _nothing(c: Ctx, e: ast.MethodCall, base: Any, static: FnItem | None) -> None:
    """Report that there is no such method."""
    name = e.name
    pos = e.name_pos
    end = pos + len(name)
    if static is not None:
        from rusk.types.check_help import fn_label

        c.error(
            "static-call", f"`{name}` is a static method", pos, end, help=f"write `{fn_label(static)}(..)`"
        )
        return
    if base.tag == NOMINAL:
        i = c.shared.field_index(base.item).get(name) if hasattr(base.item, "fields") else None
        if i is not None:
            t = base.item.fields[i][1]
            if t.has_params:
                t = shallow(c.inst(t, dict(zip(base.item.generics, base.args, strict=True)), pos))
            if t.tag == FN or t.tag == CONT:
                text = c.source.text[e.recv.pos : e.recv.end]
                shown = text if len(text) <= 30 and "\n" not in text else "s"
                c.error(
                    "field-call",
                    f"`{name}` is a field, not a method",
                    pos,
                    end,
                    help=f"write `({shown}.{name})(..)`",
                )
                return
    from rusk.types.check_help import unknown_method

    unknown_method(c, e, base)


def callable_on_value(c: Ctx, base: Type, m: FnItem, pos: int) -> bool:
    """Whether an interface method can be called on a value of the interface type ``base`` (03 §6); else reported."""
    end = pos + len(m.name)
    if m.receiver == "static":
        c.error("static-call", f"`{m.name}` is a static method", pos, end)
        return False
    if c.world.dispatchable(m):
        return True
    if m.decl.body is not None:
        iface: Any = m.parent
        args = c.iface_args(base, iface)
        if (
            args is not None
            and c.world.satisfies(resolved(base), terms.iface(iface, [resolved(a) for a in args])) is None
        ):
            return True
    c.error("not-dispatchable", f"method `{m.name}` cannot be called on an interface value", pos, end)
    return False


def require_impl(c: Ctx, m: Any, node: Any) -> None:
    """Require the bounds of an impl through which a method is called."""
    generics = m.impl.generics
    for g, t in zip(generics, m.targs, strict=True):
        for b in g.bounds:
            want = b
            if b.has_params:
                want = c.inst(b, dict(zip(generics, m.targs, strict=True)), node.pos)
            c.require(t, want, g, node)


def impl_subst(fn: FnItem, base: Any) -> OpenSubst:
    """The parameters of the impl of ``fn``, given the type it is called on."""
    impl: Any = fn.parent
    generics = impl.generics
    if not generics:
        return {}
    tag = base.tag
    if tag == NOMINAL:
        return dict(zip(generics, base.args, strict=True))
    if tag == ARRAY:
        return {generics[0]: base.elem}
    if tag == TUPLE:
        return dict(zip(generics, base.elems, strict=True))
    return {}


def inherent(
    c: Ctx,
    e: Any,
    fn: FnItem,
    base: Type,
    view: bool,
    recv: Any,
    args: Sequence[Any],
    written: Any,
    exp: Type | None,
) -> Type:
    """Call an inherent method on a receiver of type ``base``."""
    if view and fn.receiver == "mut":
        _needs_mutable(c, e, fn, base, recv.pos, recv.end)
    if c.direct:
        c.calls.append((fn, e, c.handled))
    if not fn.generics:
        params = fn.params
        if written:
            c.error("bad-type-args", f"`{fn.name}` takes 0 type arguments, got {len(written)}", e.pos, e.end)
        if len(params) != len(args):
            check_call.wrong_arity(c, e, fn.name, len(params), len(args))
            c.spoil(args)
        else:
            check_call.arguments(c, args, params, None, fn)
        e.res = FnRef(fn, ())
        return fn.ret
    subst = impl_subst(fn, base)
    for g in fn.own_generics:
        subst[g] = None
    return check_call.generic_call(c, e, fn, args, fn.generics, subst, written, exp)


def member(
    c: Ctx,
    e: Any,
    fn: FnItem,
    self_ty: Type,
    iargs: tuple[Type, ...],
    args: Sequence[Any],
    written: Any,
    exp: Type | None,
) -> Type:
    """Call the interface method ``fn`` with ``Self`` = ``self_ty``; ``args`` without the receiver."""
    iface: Any = fn.parent
    params: Sequence[Type] = fn.params
    own = fn.own_generics
    ret = fn.ret
    if params and c.shared.is_operators(iface):
        params = [terms.readonly(p) for p in params]
    subst: OpenSubst = {iface.self_param: self_ty}
    if iargs:
        subst.update(zip(iface.generics, iargs, strict=True))
    for g in own:
        subst[g] = None
    if written:
        check_call.explicit(c, e, fn.name, own, written, subst)
    elif own and exp is not None:
        check_call.seed(c, ret, exp, subst)
    if len(params) != len(args):
        check_call.wrong_arity(c, e, fn.name, len(params), len(args))
        c.spoil(args)
        for g in own:
            if subst[g] is None:
                subst[g] = ERR
    else:
        check_call.arguments(c, args, params, subst, fn)
    if ret.has_params:
        ret = c.inst(ret, subst, e.pos)
        if ret.tag == NOMINAL and not ret.has_vars:
            ret = c.sized(ret, e)
    targs = check_call.type_args(c, own, subst, e) if own else ()
    e.res = ref = MethodRef(fn, self_ty, iargs, targs)
    if self_ty.tag == IFACE and not c.world.dispatchable(fn):
        ref.default_body = True
    if self_ty.has_vars or any([t.has_vars for t in iargs]) or any([t.has_vars for t in targs]):
        c.records.append(ref)
    elif c.direct and self_ty.tag == NOMINAL:
        c.calls.append((ref, e, c.handled))
    return shallow(ret) if ret.has_vars else ret


def iterate(c: Ctx, e: ast.For, t: Type) -> Type:
    """The element type of ``for`` over the known type ``t``; fills ``e.res``."""
    elem = check_expr.iterate_builtin(c, e, t)
    if elem is not None:
        return elem
    view = t.tag == READONLY
    base: Any = t.inner if view else t  # type: ignore[attr-defined]
    if base.tag == ERROR:
        return ERR
    if base is NEVER:
        return c.error("not-iterable", "cannot iterate over `!`", e.pos, e.end)
    iterator = c.shared.lang_item("core::iter::Iterator")
    to_iter: MethodRef | None = None
    args = None if base.tag == VAR else c.iface_args(base, iterator)
    if args is None:
        source = c.shared.lang_item("core::iter::ToIterator")
        if base.tag == VAR or c.iface_args(base, source) is None:
            if base.tag == VAR:
                c.bind(base, INT)
            c.error("not-iterable", f"cannot iterate over `{c.show(t)}`", e.pos, e.end)
            c.poison(t)
            return ERR
        _holds(c, e, base, source)
        to_iter = MethodRef(source.methods["to_iter"], base, (), ())
        elem = c.project(source, [], base, "Item", e.pos)
        it: Type = terms.iface(iterator, (), [("Item", elem)])
    else:
        if view:
            _needs_mutable(c, e, iterator.methods["next"], base, e.pos, e.end)
            return c.project(iterator, [], base, "Item", e.pos)
        _holds(c, e, base, iterator)
        it = base
        elem = c.project(iterator, [], base, "Item", e.pos)
    nxt = MethodRef(iterator.methods["next"], it, (), ())
    e.res = ForLoop("iterator", elem, to_iter, nxt)
    if it.has_vars or elem.has_vars:
        c.records.append(e.res)
        c.records.append(nxt)
        if to_iter is not None:
            c.records.append(to_iter)
    return elem


def _holds(c: Ctx, e: ast.For, base: Type, iface: InterfaceItem) -> None:
    """The bounds of the impl must hold."""
    if base.tag != NOMINAL:
        return

    def run() -> None:
        t = resolved(base)
        if not t.has_vars and c.world.satisfies(t, terms.iface(iface)) is not None:
            c.error("not-iterable", f"cannot iterate over `{c.show(t)}`", e.pos, e.end)

    if base.has_vars:
        c.late.append(run)
    elif base.args:  # type: ignore[attr-defined]
        run()


HANDLERS: dict[type, Any] = {ast.MethodCall: method_call, Typed: typed}
