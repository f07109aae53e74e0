"""The warning about effects that nothing handles (``docs/language/08-host.md`` §7.4, 00-decisions 40).

It is given where an entry point performs an effect by direct calls alone and no handler for it stands on the path. What the
checker noted in ``Shared.flows`` suffices: the effects that a function performs outside of closures and effect arms, and
the functions it calls there, each with the operations handled around the place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.types.resolved import MethodRef
from rusk.types.terms import NOMINAL

if TYPE_CHECKING:
    from rusk.types.check_ctx import Shared
    from rusk.types.items import FnItem
    from rusk.types.world import World

#: operation -> (node that performs it or calls on, function called there or None)
_Escapes: TypeAlias = "dict[FnItem, tuple[Any, FnItem | None]]"


def effect_name(op: FnItem) -> str:
    """``m::I.op``."""
    iface: Any = op.parent
    return f"{iface.module.display(iface.name)}.{op.name}"


def warn_unhandled(
    world: World, shared: Shared, entries: Iterable[FnItem], external: Collection[str] = ()
) -> None:
    """Warn about each effect that escapes from an entry point and is not in ``external`` (names as `effect_name` gives)."""
    entries = list(entries)
    escapes = escaping(world, shared, entries)
    seen: set[tuple[object, int]] = set()
    for entry in entries:
        for op in escapes[entry]:
            name = effect_name(op)
            if name not in external:
                _warn(world, escapes, entry, op, name, seen)


def escaping(world: World, shared: Shared, entries: list[FnItem]) -> dict[FnItem, _Escapes]:
    """The operations that some functions, and all they call directly, perform and do not handle."""
    calls, escapes = _reach(world, shared, entries)
    changed = True
    while changed:
        changed = False
        for fn, out in calls.items():
            mine = escapes[fn]
            for callee, node, handled in out:
                for op in escapes[callee]:
                    if op not in mine and op not in handled:
                        mine[op] = (node, callee)
                        changed = True
    return escapes


def _reach(
    world: World, shared: Shared, entries: list[FnItem]
) -> tuple[dict[FnItem, list[tuple[FnItem, Any, tuple[FnItem, ...]]]], dict[FnItem, _Escapes]]:
    """The functions that the entry points reach by direct calls, what they call and what they perform themselves."""
    from rusk.types.check import check_fn

    calls: dict[FnItem, list[tuple[FnItem, Any, tuple[FnItem, ...]]]] = {}
    escapes: dict[FnItem, _Escapes] = {}
    work = list(entries)
    while work:
        fn = work.pop()
        if fn in calls:
            continue
        if fn.module.is_library:
            # only throwing performs effects there
            calls[fn] = []
            escapes[fn] = {}
            if fn.module.path != ("core", "result") or fn.decl.body is None:
                continue
            check_fn(world, fn)
        performs, called = shared.flows.get(fn, ((), ()))
        mine: _Escapes = {}
        for op, node in performs:
            mine.setdefault(op.method, (node, None))
        out: list[tuple[FnItem, Any, tuple[FnItem, ...]]] = []
        for callee, node, handled in called:
            target = _target(world, callee) if isinstance(callee, MethodRef) else callee
            if target is not None:
                out.append((target, node, handled))
                work.append(target)
        calls[fn] = out
        escapes[fn] = mine
    return calls, escapes


def _target(world: World, ref: Any) -> FnItem | None:
    """The method that a call of an interface method on a concrete type runs."""
    if ref.self_ty.tag != NOMINAL or ref.self_ty.has_vars:
        return None
    found = world.find_impl(ref.self_ty, ref.method.parent)
    return None if found is None else world.impl_method(found, ref.method)[0]


def _warn(
    world: World,
    escapes: dict[FnItem, _Escapes],
    entry: FnItem,
    op: FnItem,
    name: str,
    seen: set[tuple[object, int]],
) -> None:
    path: list[str] = [entry.name]
    fn = entry
    source = fn.module.source
    node, callee = escapes[fn][op]
    while callee is not None and len(path) < 1000:
        fn = callee
        path.append(fn.name)
        inner, callee = escapes[fn][op]
        if not fn.module.is_library:
            node = inner
            source = fn.module.source
    key = (source, node.pos)
    if key in seen:
        return
    seen.add(key)
    notes = [] if len(path) == 1 else ["the calls: " + " > ".join([f"`{p}`" for p in path])]
    world.diags.warning(
        "unhandled-effect", f"effect `{name}` is not handled", source, node.pos, node.end, notes=notes
    )
