"""Impls: their headers, their registration at types, their comparison with interfaces (``docs/language/03-interfaces.md`` §1-§3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.modules.names import TYPES, PathError
from rusk.syntax import ast
from rusk.types import terms, written
from rusk.types.declare import _bind, signature
from rusk.types.items import EnumItem, FnItem, ImplItem, InterfaceItem, StructItem
from rusk.types.terms import ARRAY, ERR, ERROR, NOMINAL, PRIM, TUPLE, Iface, Type
from rusk.types.written import TypeScope

if TYPE_CHECKING:
    from rusk.types.world import World


class ImplMatch:
    """An impl that applies to a type: the values of its type parameters, and the arguments of the interface asked for."""

    __slots__ = ("impl", "targs", "iface_args")

    def __init__(self, impl: ImplItem, targs: tuple[Type, ...], iface_args: tuple[Type, ...]) -> None:
        self.impl = impl
        self.targs = targs
        self.iface_args = iface_args


class BuiltIn:
    """What the library gives a built-in type: the counterpart of the tables of a StructItem."""

    __slots__ = ("inherent", "impls")

    def __init__(self) -> None:
        self.inherent: dict[str, FnItem] = {}
        self.impls: dict[InterfaceItem, ImplItem] = {}


def built_in_key(t: Any) -> str | None:
    """The key of a built-in type in `World.built_in`: its name, "array" or "tupleN"; None for other types."""
    tag = t.tag
    if tag == PRIM:
        return None if t is terms.NEVER else t.name
    if tag == ARRAY:
        return "array"
    if tag == TUPLE:
        return f"tuple{len(t.elems)}"
    return None


def table_of(w: World, t: Any) -> Any:
    """What holds the methods and impls of a type: a StructItem, EnumItem or `BuiltIn`; None if it can have none."""
    if t.tag == NOMINAL:
        return t.item
    key = built_in_key(t)
    return None if key is None else w.built_in_table(key)


# ------------------------------------------------------------------ stage 4


def header(w: World, impl: ImplItem) -> None:
    """Stage 4 for an impl: bounds, interface, target, signatures of the methods."""
    decl = impl.decl
    module = impl.module
    scope = TypeScope(module, {})
    reported = len(w.diags.items)
    _bind(w, scope, decl.generics, impl.generics)
    own = [terms.param(g) for g in impl.generics]
    iface: Iface | None = None
    ok = True
    if decl.iface is not None:
        item = written.interface_path(
            w, decl.iface, scope, "bad-impl", "cannot implement `{}`: not an interface"
        )
        ok = item is not None
        if item is not None:
            args = written.arguments(w, decl.iface, scope)
            if len(args) != len(item.generics):
                written.type_arity(w, decl.iface, scope, item.name, len(item.generics), len(args))
                ok = False
            elif args != own[: len(args)]:
                written.error(
                    w, scope, "bad-impl", "`impl` arguments must be its own parameters, in order", decl.iface
                )
                ok = False
            else:
                iface = terms.iface(item, args)
                w.ensure_full(item)
    impl.iface = iface
    impl.target = _target(w, impl, scope, own)
    scope.self_type = impl.target if impl.target.tag != ERROR else None
    scope.self_iface = None if iface is None else iface.item
    if impl.target.tag == ERROR or not ok:
        # Bodies are still checked for what does not depend on the header: not worth follow-up errors.
        scope.self_type = ERR
        w.broken_impls.add(impl)
    w.scopes[impl] = scope
    if reported != len(w.diags.items):
        w.broken_fns.update(impl.methods.values())
    for m in decl.members:
        if m.__class__ is not ast.AssocDef or iface is None:
            continue
        if m.name not in iface.item.full_assocs:
            w.diags.error(
                "assoc-unknown",
                f"no associated type `{m.name}` in `{iface.item.name}`",
                module.source,
                m.pos,
                m.end,
            )
        elif m.name in impl.assocs:
            w.diags.error(
                "assoc-duplicate", f"duplicate associated type `{m.name}`", module.source, m.pos, m.end
            )
        elif _uses_self_projection(m.ty):
            w.diags.error(
                "assoc-cycle", f"associated type `{m.name}` depends on itself", module.source, m.pos, m.end
            )
            impl.assocs[m.name] = ERR
        else:
            impl.assocs[m.name] = written.resolve(w, m.ty, scope)
    for fn in impl.methods.values():
        signature(w, fn, scope)
        w.functions.append(fn)
        if fn.kind == "intrinsic":
            key = built_in_key(impl.target)
            name = f"{key}_{fn.name}"
            fn.intrinsic = name if name in w.intrinsics else "__" + name
    for owner, fn in w.double_methods:
        if owner is impl:
            signature(w, fn, scope)
            w.functions.append(fn)


def _uses_self_projection(te: Any) -> bool:
    if te.__class__ is ast.TyPath:
        if len(te.segments) > 1 and te.segments[0].name == "Self":
            return True
        return any([_uses_self_projection(a) for s in te.segments for a in s.args or ()])
    for attr in ("inner", "elem", "param", "ret"):
        part = getattr(te, attr, None)
        if part is not None and _uses_self_projection(part):
            return True
    return any(
        [_uses_self_projection(p) for p in getattr(te, "elems", None) or getattr(te, "params", None) or ()]
    )


def _target(w: World, impl: ImplItem, scope: TypeScope, own: list[Any]) -> Type:
    te = impl.decl.target
    decl = impl.decl
    source = impl.module.source
    first = te.segments[0]
    if impl.module.is_library and len(te.segments) == 1:
        prim = terms.PRIMITIVES.get(first.name)
        if prim is not None:
            return prim
        if first.name == "array":
            return terms.array(own[0])
        if first.name in written.BUILT_IN:
            return terms.tuple_(own)
    if len(te.segments) == 1 and (first.name in terms.PRIMITIVES or first.name in scope.generics):
        what = "methods" if impl.iface is None else f"`{impl.iface.item.name}`"
        w.diags.error("bad-impl", f"cannot implement {what} for `{first.name}`", source, decl.pos, decl.end)
        return ERR
    found = w.names.find(impl.module, te.segments, TYPES)
    if isinstance(found, PathError):
        written.report_path(w, scope, "unknown-type", "unknown type", te, te.segments, found, TYPES)
        return ERR
    item: Any = found.target
    if item.__class__ is not StructItem and item.__class__ is not EnumItem:
        what = "methods" if impl.iface is None else f"`{impl.iface.item.name}`"
        w.diags.error("bad-impl", f"cannot implement {what} for `{item.name}`", source, decl.pos, decl.end)
        return ERR
    args = written.arguments(w, te, scope)
    if args != own or len(args) != len(item.generics):
        if len(args) != len(item.generics) and len(args) == len(own):
            written.type_arity(w, te, scope, item.name, len(item.generics), len(args))
        else:
            w.diags.error(
                "bad-impl",
                "`impl` arguments must be its own parameters, in order",
                source,
                decl.pos,
                decl.end,
            )
        return ERR
    # The header must repeat the bounds of the type.
    target = terms.nominal(item, args)
    if args:
        w.require_bounds(item, args, decl, scope)
    return target


# ------------------------------------------------------------------ stage 5


def register(w: World, impl: ImplItem) -> None:
    """Enter an impl, or its inherent methods, at its target."""
    target = impl.target
    if impl in w.broken_impls:
        return
    table = table_of(w, target)
    if impl.iface is None:
        for fn in [*impl.methods.values(), *[f for owner, f in w.double_methods if owner is impl]]:
            old = table.inherent.get(fn.name)
            if old is None or (old.is_addition and not fn.module.is_library):
                table.inherent[fn.name] = fn
            elif not fn.is_addition:
                d, o = fn.decl, old.decl
                w.diags.error(
                    "duplicate-item", f"duplicate method `{fn.name}`", fn.module.source, d.name_pos,
                    d.name_pos + len(d.name),
                    secondary=[(old.module.source, o.name_pos, o.name_pos + len(o.name), "first defined here")],
                )  # fmt: skip
        return
    clash: ImplItem | None = None
    for sup in impl.iface.item.all_supers:
        old_impl = table.impls.get(sup)
        if old_impl is None or (old_impl.is_addition and not impl.module.is_library):
            table.impls[sup] = impl
        elif clash is None and not impl.is_addition:
            clash = old_impl
    if clash is not None:
        o = clash.decl
        w.diags.error(
            "impl-overlap", f"conflicting implementations of `{impl.iface.item.name}` for `{_name(target)}`",
            impl.module.source, impl.decl.pos, impl.decl.end,
            secondary=[(clash.module.source, o.pos, o.pos + 4, "first implemented here")] if not clash.module.is_library else [],
        )  # fmt: skip
        w.broken_impls.add(impl)


def _name(t: Any) -> str:
    return t.item.name if t.tag == NOMINAL else str(t)


# ------------------------------------------------------------------ stage 6


def check(w: World, impl: ImplItem) -> None:
    """Compare an impl with its interface."""
    if impl.iface is None or impl in w.broken_impls:
        return
    item = impl.iface.item
    decl = impl.decl
    error = w.diags.error
    source = impl.module.source
    for name in item.full_assocs:
        if name not in impl.assocs:
            error(
                "assoc-missing",
                f"missing associated type `{name}` of `{item.name}`",
                source,
                decl.pos,
                decl.end,
            )
        elif impl.assocs[name].has_params:
            _check_assoc(w, impl, name)
    missing = [
        (name, fn)
        for name, (fn, _) in item.full_methods.items()
        if fn.decl.body is None and name not in impl.methods
    ]
    if missing:
        shown = ", ".join([f"`{name}`" for name, _ in missing])
        text = "; ".join([signature_text(w, impl, fn) for _, fn in missing])
        error(
            "impl-missing-method", f"missing methods {shown} of `{item.name}`", source, decl.pos, decl.end,
            help=f"add {text}" if len(text) < 300 else None,
        )  # fmt: skip
    for name, fn in impl.methods.items():
        found = item.full_methods.get(name)
        if found is None:
            error(
                "impl-extra-method",
                f"method `{name}` is not a member of `{item.name}`",
                source,
                fn.decl.pos,
                fn.decl.end,
            )
        else:
            _compare(w, impl, fn, *found)


def _check_assoc(w: World, impl: ImplItem, name: str) -> None:
    """Work out the definition of an associated type; it may depend on itself."""
    assert impl.iface is not None
    origin = impl.iface.item.full_assocs[name]
    w.normalize(terms.proj(origin, (), impl.target, name))
    kind = w.broken_assocs.get((impl, name))
    if kind is None:
        return
    at: Any = next(m for m in impl.decl.members if m.__class__ is ast.AssocDef and m.name == name)
    message = {
        "assoc-cycle": f"associated type `{name}` depends on itself",
        "type-size-limit": f"type too large: `{impl.assocs[name]}`",
        "nesting-limit": "nested too deeply",
    }[kind]
    w.diags.error(kind, message, impl.module.source, at.pos, at.end)
    impl.assocs[name] = ERR


def member_subst(w: World, impl: ImplItem, member: FnItem, args: tuple[Type, ...]) -> dict[Any, Type]:
    """The parameters of an interface member as seen from an impl: `Self`, the interface's own."""
    assert impl.iface is not None
    origin: Any = member.parent
    outer = dict(zip(impl.iface.item.generics, impl.iface.args, strict=True))
    subst: dict[Any, Type] = {origin.self_param: impl.target}
    for g, a in zip(origin.generics, args, strict=True):
        subst[g] = terms.substitute(a, outer)
    return subst


def signature_text(w: World, impl: ImplItem, fn: FnItem) -> str:
    """A method as the impl would have to declare it."""
    assert impl.iface is not None
    subst = member_subst(w, impl, fn, impl.iface.item.full_methods[fn.name][1])
    return _text(w, fn, subst)


def _text(w: World, fn: FnItem, subst: dict[Any, Type]) -> str:
    def show(t: Type) -> str:
        return str(w.normalize(terms.substitute(t, subst)))

    kind = {"readonly": "readonly fn", "static": "static fn"}.get(fn.receiver or "", "fn")
    names = [getattr(p.pattern, "name", "_") for p in fn.decl.params]
    params = ", ".join([f"{n}: {show(t)}" for n, t in zip(names, fn.params, strict=True)])
    generics = ", ".join(
        [
            g.name + (": " + " + ".join([show(b) for b in g.bounds]) if g.bounds else "")
            for g in fn.own_generics
        ]
    )
    ret = "" if fn.ret is terms.UNIT else f" -> {show(fn.ret)}"
    return f"`{kind} {fn.name}{f'<{generics}>' if generics else ''}({params}){ret}`"


def _compare(w: World, impl: ImplItem, fn: FnItem, member: FnItem, args: tuple[Type, ...]) -> None:
    assert impl.iface is not None
    decl = fn.decl
    subst = member_subst(w, impl, member, args)
    ok = fn.receiver == member.receiver and len(fn.own_generics) == len(member.own_generics)
    if ok:
        for g, h in zip(member.own_generics, fn.own_generics, strict=True):
            subst[g] = terms.param(h) if not h.arity else terms.applied(h, [])
            ok = ok and g.arity == h.arity

        def same(a: Type, b: Type) -> bool:
            x = w.normalize(terms.substitute(a, subst))
            y = w.normalize(b)
            return x is y or x.tag == ERROR or y.tag == ERROR

        for g, h in zip(member.own_generics, fn.own_generics, strict=True):
            want = {w.normalize(terms.substitute(b, subst)) for b in g.bounds}
            ok = ok and want == {w.normalize(b) for b in h.bounds}
        ok = ok and len(fn.params) == len(member.params) and same(member.ret, fn.ret)
        if ok:
            ops = impl.iface.item.module.path == ("core", "ops") and impl.iface.item.module.is_library
            for a, b in zip(member.params, fn.params, strict=True):
                ok = ok and (same(a, b) or (ops and same(a, terms.strip_readonly(b))))
    if not ok:
        plain: dict[Any, Type] = {}
        w.diags.error(
            "impl-signature",
            f"method `{fn.name}` does not match `{impl.iface.item.name}`: expected {_text(w, member, subst)}, got {_text(w, fn, plain)}",
            fn.module.source, decl.name_pos, decl.name_pos + len(decl.name),
        )  # fmt: skip
