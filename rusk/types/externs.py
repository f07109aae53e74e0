"""Which types may cross the host boundary (``docs/language/08-host.md`` §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.types import terms
from rusk.types.infer import measure
from rusk.types.items import EnumItem, FnItem
from rusk.types.terms import (
    APPLIED,
    ARRAY,
    CONT,
    ERROR,
    FN,
    IFACE,
    NEVER,
    NOMINAL,
    PARAM,
    PRIM,
    PROJ,
    READONLY,
    TUPLE,
    Type,
)  # fmt: skip

if TYPE_CHECKING:
    from rusk.types.world import World

#: More different nominal instances than this inside one type: its instances never end.
_ENDLESS = 500


def reason(w: World, t: Type) -> str | None:
    """Why ``t`` may not cross, or None if it may."""
    seen: set[Type] = set()
    work: list[Any] = [t]
    while work:
        part = work.pop()
        if part in seen:
            continue
        seen.add(part)
        tag = part.tag
        if tag == FN:
            return "function types cannot cross"
        if tag == IFACE:
            return "interface values cannot cross"
        if part is NEVER:
            return "`!` has no values"
        if tag in (PARAM, PROJ, APPLIED):
            return "type parameters cannot cross"
        if tag == PRIM or tag == ERROR:
            continue
        if tag == ARRAY:
            work.append(part.elem)
        elif tag == TUPLE:
            work.extend(part.elems)
        elif tag == READONLY:
            work.append(part.inner)
        elif tag == CONT:
            work += [part.param, part.ret]
        elif tag == NOMINAL:
            item = part.item
            if len(seen) > _ENDLESS or measure(part, w.sizes)[0] > w.limits.type_size:
                return "its instances never end"
            # A library map crosses as its keys and values (08 §4).
            if item.module.is_library and item.name == "Map":
                work.extend(part.args)
                continue
            subst = dict(zip(item.generics, part.args, strict=True))
            fields = (
                [f for _, ts in item.variants for f in ts]
                if item.__class__ is EnumItem
                else [f for _, f in item.fields]
            )
            work.extend([w.normalize(terms.substitute(f, subst)) for f in fields])
    return None


def check(w: World, fn: FnItem) -> None:
    """The signature of an ``extern fn``."""
    for p, t in zip(fn.decl.params, fn.params, strict=True):
        _one(w, fn, p.ty, t)
    if fn.decl.ret is not None:
        _one(w, fn, fn.decl.ret, fn.ret)


def _one(w: World, fn: FnItem, node: Any, t: Type) -> None:
    why = reason(w, t)
    if why is not None and not fn.module.is_library:
        w.diags.error(
            "bad-extern-type", f"extern fn `{fn.name}`: `{t}` cannot cross the host boundary: {why}",
            fn.module.source, node.pos, node.end,
        )  # fmt: skip
