"""Full sets of interfaces: own and inherited members (``docs/language/03-interfaces.md`` §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.types import terms

if TYPE_CHECKING:
    from rusk.types.items import InterfaceItem
    from rusk.types.world import World


def ensure_full(w: World, item: InterfaceItem) -> None:
    """Fill ``all_supers``, ``full_methods`` and ``full_assocs`` of ``item`` and of what it inherits from."""
    if item in w.full_done:
        return
    # Depth first with an explicit stack; an interface met again while it is open is part of a cycle.
    state: dict[InterfaceItem, int] = {}
    stack = [item]
    while stack:
        top = stack[-1]
        if top in w.full_done:
            stack.pop()
            continue
        if state.get(top, 0) == 0:
            state[top] = 1
            for s in list(top.supers):
                if s.item in w.full_done:
                    continue
                if state.get(s.item, 0) == 1:
                    w.diags.error(
                        "interface-cycle", f"interface `{s.item.name}` inherits from itself", s.item.module.source,
                        s.item.decl.name_pos, s.item.decl.name_pos + len(s.item.name),
                    )  # fmt: skip
                    top.supers.remove(s)
                else:
                    stack.append(s.item)
            continue
        stack.pop()
        if top not in w.full_done:
            w.full_done.add(top)
            _fill(w, top)


def _fill(w: World, item: InterfaceItem) -> None:
    own = tuple([terms.param(g) for g in item.generics])
    item.all_supers[item] = own
    for s in item.supers:
        subst = dict(zip(s.item.generics, s.args, strict=True))
        for sup, args in s.item.all_supers.items():
            item.all_supers.setdefault(sup, tuple([terms.substitute(a, subst) for a in args]))
        for name, (fn, args) in s.item.full_methods.items():
            known = item.full_methods.get(name)
            if known is None:
                item.full_methods[name] = (fn, tuple([terms.substitute(a, subst) for a in args]))
            elif known[0] is not fn:
                _conflict(w, item, name, known[0].parent, fn.parent)
        for name, origin in s.item.full_assocs.items():
            first = item.full_assocs.setdefault(name, origin)
            if first is not origin:
                _conflict(w, item, name, first, origin)
    for name, fn in item.methods.items():
        inherited = item.full_methods.get(name)
        if inherited is not None and not (inherited[0].is_addition and not item.module.is_library):
            _conflict(w, item, name, inherited[0].parent, item)
        item.full_methods[name] = (fn, own)
    for name in item.assocs:
        if name in item.full_assocs:
            _conflict(w, item, name, item.full_assocs[name], item)
        item.full_assocs[name] = item


def _conflict(w: World, item: InterfaceItem, name: str, a: object, b: object) -> None:
    w.diags.error(
        "interface-conflict",
        f"conflicting members `{name}` from `{getattr(a, 'name', '')}` and `{getattr(b, 'name', '')}`",
        item.module.source, item.decl.name_pos, item.decl.name_pos + len(item.name),
    )  # fmt: skip
