"""What may follow a `.` or a `::`, and which names are in scope: for completion. Plain functions on a checked world."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rusk.modules.names import MODULES, TYPES, PathError, hidden
from rusk.syntax import ast
from rusk.types import show
from rusk.types.infer import resolved
from rusk.types.items import EnumItem, FnItem, InterfaceItem, Module, StructItem
from rusk.types.terms import IFACE, NOMINAL, READONLY, TUPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.types.terms import Type
    from rusk.types.world import World


class Member:
    """Something that may stand at a place: ``name``; ``kind``: "field", "method", "function", "type", "module", "variant"; ``detail``: its type or signature."""

    __slots__ = ("detail", "kind", "name")

    def __init__(self, name: str, kind: str, detail: str = "") -> None:
        self.name = name
        self.kind = kind
        self.detail = detail

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


def signature(fn: FnItem) -> str:
    """A function as its declaration begins: `(a: int) -> int`."""
    params = [
        (p.pattern.name + ": " if isinstance(p.pattern, ast.PatBind) else "") + show.show(t)
        for p, t in zip(fn.decl.params, fn.params, strict=True)
    ]
    ret = show.show(fn.ret)
    return f"({', '.join(params)})" + ("" if ret == "unit" else f" -> {ret}")


def members_of(world: World, t: Type) -> list[Member]:
    """The fields and methods of the values of a type, without static methods, by name."""
    t = resolved(t)
    if t.tag == READONLY:
        t = t.inner  # type: ignore[attr-defined]
    out: dict[str, Member] = {}
    item = t.item if t.tag == NOMINAL else None  # type: ignore[attr-defined]
    if isinstance(item, StructItem):
        for name, field in item.fields:
            out[name] = Member(name, "field", show.show(field))
    elif t.tag == TUPLE:
        for i, elem in enumerate(t.elems):  # type: ignore[attr-defined]
            out[str(i)] = Member(str(i), "field", show.show(elem))
    for name in world.inherent_names(t):
        fn = world.inherent_method(t, name)
        if fn is not None and fn.receiver != "static":
            out.setdefault(name, Member(name, "method", signature(fn)))
    interfaces = [t.item] if t.tag == IFACE else list(world.impls_of(t))  # type: ignore[attr-defined]
    for interface in interfaces:
        for name, (fn, _) in interface.full_methods.items():
            if fn.receiver != "static":
                out.setdefault(name, Member(name, "method", signature(fn)))
    return [out[name] for name in sorted(out) if not name.startswith("__")]


def path_members(world: World, module: Module, path: Sequence[str]) -> list[Member]:
    """What may follow the path ``path`` and a `::`, seen from ``module``: items of a module, variants and methods of a type."""
    segments = [ast.PathSegment(name, None, 0, 0) for name in path]
    found = world.names.find(module, segments, TYPES)
    if not isinstance(found, PathError):
        return _type_members(found.target)
    at = world.names.walk(module, segments, len(segments))
    return [] if isinstance(at, PathError) else _module_members(world, at, module)


def _type_members(item: object) -> list[Member]:
    out: list[Member] = []
    if isinstance(item, EnumItem):
        out += [
            Member(name, "variant", ", ".join([show.show(p) for p in args])) for name, args in item.variants
        ]
    if isinstance(item, (EnumItem, StructItem)):
        out += [Member(name, "method", signature(fn)) for name, fn in sorted(item.inherent.items())]
    elif isinstance(item, InterfaceItem):
        out += [Member(name, "method", signature(fn)) for name, (fn, _) in sorted(item.full_methods.items())]
    return out


def _module_members(world: World, owner: Module, module: Module) -> list[Member]:
    out: dict[str, Member] = {}
    visible = world.names.visible
    for kind, table in (("module", owner.modules), ("type", owner.types), ("function", owner.values)):
        for name, entry in table.items():
            if not hidden(name, owner, module) and visible(entry, owner, module):
                target = entry.target
                out.setdefault(
                    name, Member(name, kind, signature(target) if isinstance(target, FnItem) else "")
                )
    for name in _library_files(world, owner):
        out.setdefault(name, Member(name, "module"))
    return [out[name] for name in sorted(out)]


def _library_files(world: World, owner: Module) -> list[str]:
    """Library modules that may not have been loaded yet."""
    if owner not in (world.core, world.std):
        return []
    try:
        names = os.listdir(os.path.join(world.library, owner.name))
    except OSError:
        return []
    found = [n.removesuffix(".rusk") for n in names if n.endswith(".rusk")]
    return [n for n in found if n != "mod" and not n.startswith("__")]


def names_in(world: World, module: Module) -> list[Member]:
    """The names that a module knows: its own items, imports, and the prelude."""
    found = {m.name: m for m in _module_members(world, module, module)}
    for name in ("Option", "Result"):
        found.setdefault(name, Member(name, "type"))
    for name in ("panic", "throw", "try", "Some", "None", "Ok", "Err"):
        found.setdefault(name, Member(name, "function"))
    for name in ("core", "std"):
        if world.names.lookup(module, MODULES, name) is not None:
            found.setdefault(name, Member(name, "module"))
    return [found[name] for name in sorted(found)]
