"""Which types satisfy which bounds, and associated types in normal form (``docs/language/02-types.md`` §8, §4.2, 03 §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.types import terms
from rusk.types.impls import ImplMatch, table_of
from rusk.types.infer import measure
from rusk.types.items import FnItem, InterfaceItem
from rusk.types.terms import (
    APPLIED,
    CONT,
    ERR,
    ERROR,
    FN,
    IFACE,
    NEVER,
    PARAM,
    PROJ,
    READONLY,
    VAR,
    Iface,
    Type,
)  # fmt: skip

if TYPE_CHECKING:
    from rusk.types.world import World


#: How many definitions of associated types may rest on each other, and how often on one and the same for ever larger types.
_LONGEST_CHAIN = 1000
_MOST_OFTEN = 128


def find_impl(w: World, t: Any, iface: InterfaceItem) -> ImplMatch | None:
    """The impl of ``iface`` for the nominal or built-in type ``t`` (no view); its own bounds are not looked at."""
    table = table_of(w, t)
    if table is None:
        return None
    impl = table.impls.get(iface)
    if impl is None:
        return None
    tag = t.tag
    if tag == terms.NOMINAL:
        targs = t.args
    elif tag == terms.ARRAY:
        targs = (t.elem,)
    elif tag == terms.TUPLE:
        targs = t.elems
    else:
        targs = ()
    args = impl.iface.item.all_supers[iface]
    if args:
        inner = dict(zip(impl.iface.item.generics, impl.iface.args, strict=True))
        outer = dict(zip(impl.generics, targs, strict=True))
        args = tuple([terms.substitute(terms.substitute(a, inner), outer) for a in args])
    return ImplMatch(impl, targs, args)


# ------------------------------------------------------------ projections


def normalize(w: World, t: Type) -> Type:
    """``t`` with every projection whose self type is known replaced by its definition; projections of parameters in canonical form."""
    if not t.has_params:
        return t
    memo = w.normal
    known = memo.get(t)
    if known is None:
        if t.tag == PROJ:
            if t in w.normalizing:
                _broken(w, t, "assoc-cycle")
                return ERR
            w.normalizing.add(t)
            known = _project(w, t)
            w.normalizing.discard(t)
        elif t.tag == PARAM:
            return t
        else:
            known = terms.rebuild(t, lambda p: normalize(w, p))
        if w.full_ready and not known.has_vars:
            memo[t] = known
    return known


def _project(w: World, t: Any) -> Type:
    base = terms.strip_readonly(normalize(w, t.self_ty))
    name = t.name
    tag = base.tag
    w.ensure_full(t.iface)
    origin = t.iface.full_assocs.get(name, t.iface)
    if tag == ERROR:
        return ERR
    if tag == PARAM:
        args: Any = t.args
        for b in base.param.bounds:  # type: ignore[attr-defined]
            w.ensure_full(b.item)
            known = b.item.all_supers.get(origin)
            if known is None:
                continue
            for n, bound in b.bindings:
                if n == name:
                    return normalize(w, bound)
            subst = dict(zip(b.item.generics, b.args, strict=True))
            args = [terms.substitute(a, subst) for a in known]
        # Another bound may give the binding.
        return terms.proj(origin, [normalize(w, a) for a in args], base, name)
    if tag == IFACE:
        for n, bound in base.bindings:  # type: ignore[attr-defined]
            if n == name:
                return normalize(w, bound)
        return ERR
    if tag in (PROJ, APPLIED, VAR):
        return terms.proj(origin, [normalize(w, a) for a in t.args], base, name)
    m = find_impl(w, base, origin)
    if m is None:
        return ERR
    defined = m.impl.assocs.get(name)
    if defined is None:
        return ERR
    if not defined.has_params:
        return defined
    key = (m.impl, name)
    size, depth = measure(base, w.sizes)
    times = w.projecting.get(key, 0)
    if size > w.limits.type_size:
        w.broken_assocs.setdefault(key, "type-size-limit")
    elif depth > w.limits.type_depth or len(w.projecting) > _LONGEST_CHAIN:
        w.broken_assocs.setdefault(key, "nesting-limit")
    elif times > _MOST_OFTEN:
        w.broken_assocs.setdefault(key, "assoc-cycle")
    else:
        w.projecting[key] = times + 1
        known = normalize(w, terms.substitute(defined, dict(zip(m.impl.generics, m.targs, strict=True))))
        if times:
            w.projecting[key] = times
        else:
            del w.projecting[key]
        return known
    return ERR


def _broken(w: World, t: Any, error: str) -> None:
    """Note the definition that the projection ``t`` stands for as one that depends on itself."""
    m = find_impl(w, terms.strip_readonly(normalize(w, t.self_ty)), t.iface)
    if m is not None:
        w.broken_assocs.setdefault((m.impl, t.name), error)


# ----------------------------------------------------------------- bounds


def satisfies(w: World, t: Type, bound: Iface) -> str | None:
    """None if ``t`` satisfies ``bound``, else the reason ("" when the missing impl is all there is to say)."""
    key = (t, bound)
    memo = w.satisfied
    if key in memo:
        return memo[key]
    before = len(memo)
    memo[key] = None  # while it is being decided, recursion may rely on it
    reason = _satisfies(w, normalize(w, t), normalize(w, bound))  # type: ignore[arg-type]
    if reason is not None:
        # What was found to hold meanwhile may have relied on it.
        for other in list(memo)[before:]:
            if memo[other] is None:
                del memo[other]
        memo[key] = reason
    return reason


def _satisfies(w: World, t: Any, bound: Iface) -> str | None:
    tag = t.tag
    if tag == ERROR or bound.tag == ERROR:
        return None
    if tag == READONLY:
        reason = satisfies(w, t.inner, bound)
        return _view_reason(bound.item) if reason is None else reason
    iface = bound.item
    if tag == PARAM:
        for b in t.param.bounds:
            args = b.item.all_supers.get(iface)
            if args is None:
                continue
            subst = dict(zip(b.item.generics, b.args, strict=True))
            if tuple([terms.substitute(a, subst) for a in args]) == bound.args:
                return _bindings(w, t, bound)
        return ""
    if tag == IFACE:
        args = t.item.all_supers.get(iface)
        if args is None:
            return ""
        subst = dict(zip(t.item.generics, t.args, strict=True))
        if tuple([terms.substitute(a, subst) for a in args]) != bound.args:
            return ""
        for name, (fn, _) in iface.full_methods.items():
            if fn.receiver == "static":
                return f"method `{name}` is static and needs the implementing type"
            if fn.decl.body is None and not w.dispatchable(fn):
                return f"method `{name}` cannot be called on an interface value"
        return _bindings(w, t, bound)
    if tag in (FN, CONT, PROJ, APPLIED) or t is NEVER:
        return ""
    m = find_impl(w, t, iface)
    if m is None or m.iface_args != bound.args:
        return ""
    subst = dict(zip(m.impl.generics, m.targs, strict=True))
    for g in m.impl.generics:
        for b in g.bounds:
            want: Any = normalize(w, terms.substitute(b, subst))
            reason = satisfies(w, subst[g], want)
            if reason is not None:
                return f"`{subst[g]}` does not satisfy `{g.name}: {want}`, which the impl asks for"
    return _bindings(w, t, bound)


def _bindings(w: World, t: Type, bound: Iface) -> str | None:
    for name, want in bound.bindings:
        origin = bound.item.full_assocs.get(name)
        if origin is None:
            continue
        got = normalize(w, terms.proj(origin, bound.item.all_supers[origin], t, name))
        if got is not normalize(w, want) and got.tag != ERROR:
            return f"`{name}` is `{got}`, not `{want}`"
    return None


def _view_reason(iface: InterfaceItem) -> str | None:
    """What keeps views from satisfying ``iface`` (02 §4.2), or None."""
    if iface.module.is_library and iface.module.path == ("core", "ops"):
        return None
    for name, (fn, _) in iface.full_methods.items():
        if fn.is_addition:
            continue
        if fn.receiver == "mut":
            return f"method `{name}` of `{iface.name}` needs a mutable receiver"
        origin: Any = fn.parent
        if any([_mentions(p, origin.self_param) for p in fn.params]):
            return f"method `{name}` of `{iface.name}` mentions `Self` in a parameter"
        if fn.ret is not terms.param(origin.self_param) and _mentions(fn.ret, origin.self_param):
            return f"method `{name}` of `{iface.name}` mentions `Self` inside its result"
    return None


def _mentions(t: Any, p: Any) -> bool:
    """Whether `Self` occurs in a type, projections of it apart."""
    if not t.has_params:
        return False
    if t.tag == PARAM:
        return t.param is p
    if t.tag == PROJ and t.self_ty.tag == PARAM:
        return any([_mentions(a, p) for a in t.args])
    found = False

    def visit(part: Type) -> Type:
        nonlocal found
        found = found or _mentions(part, p)
        return part

    terms.rebuild(t, visit)
    return found


def dispatchable(fn: FnItem) -> bool:
    """Whether an interface method has a dispatch slot (03 §6)."""
    origin: Any = fn.parent
    p = origin.self_param
    if _mentions(fn.ret, p) or any([_mentions(t, p) for t in fn.params]):
        return False
    return not any([_mentions(b, p) for g in fn.own_generics for b in g.bounds])
