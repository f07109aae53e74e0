"""The external effects that a host declares for a program (``docs/language/08-host.md`` §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rusk.types import externs
from rusk.types.check_flow import effect_name
from rusk.types.check_match import not_operation
from rusk.types.items import FnItem, InterfaceItem, Module
from rusk.types.lookup import signature_of_text

if TYPE_CHECKING:
    from rusk.types.world import World


def check(world: World, names: Sequence[str], stated: Mapping[str, str]) -> list[str]:
    """Check the names ``I.m`` and ``I`` (all operations of I), and by name the signatures that the host states; wrong ones are reported as ``bad-external``.

    Result: the operations of this program among them, each as ``I.m``. Names of interfaces that it has not, and generic interfaces, are left out.
    """
    out: list[str] = []
    given: set[str] = set()
    for name in names:
        path, dot, method = name.partition(".")
        if name in given:
            _error(world, name, None, "it is listed twice")
            continue
        given.add(name)
        if not path or (dot and not method):
            _error(world, name, None, "a name is `Interface.method` or `Interface`")
            continue
        iface = _interface(world.root, path)
        if iface is None:
            continue
        if dot:
            fn = iface.methods.get(method)
            if fn is None:
                _error(world, name, None, f"`{path}` declares no method `{method}`")
                continue
            problem = not_operation(fn)
            if problem is not None:
                _error(world, name, fn, problem)
                continue
            found = [fn]
        else:
            found = [fn for fn in iface.methods.values() if not_operation(fn) is None]
            if name in stated:
                _error(world, name, None, "a signature can only be stated for one method, `Interface.method`")
                continue
        if iface.generics:
            continue
        for fn in found:
            why = _ineligible(world, fn)
            if why is not None:
                _error(world, effect_name(fn), fn, why)
            elif name in stated and not _as_stated(world, name, fn, stated[name]):
                continue
            elif effect_name(fn) not in out:
                out.append(effect_name(fn))
    return out


def _interface(root: Module, path: str) -> InterfaceItem | None:
    """The interface that ``path`` names from the root, where it is declared."""
    module = root
    *modules, last = path.split("::")
    for name in modules:
        entry = module.modules.get(name)
        if entry is None or not isinstance(entry.target, Module) or entry.is_use:
            return None
        module = entry.target
    entry = module.types.get(last)
    if entry is None or entry.is_use or not isinstance(entry.target, InterfaceItem):
        return None
    return entry.target


def _ineligible(world: World, fn: FnItem) -> str | None:
    for t in (*fn.params, fn.ret):
        why = externs.reason(world, t)
        if why is not None:
            return f"`{t}` cannot cross the host boundary: {why}"
    return None


def _as_stated(world: World, name: str, fn: FnItem, text: str) -> bool:
    """Whether ``fn`` has the signature ``text``, type by type; the names of parameters are not part of it. A difference is reported where it is."""
    stated = signature_of_text(world, text, fn.module)
    if isinstance(stated, str):
        _error(world, name, None, f"cannot read the signature `{text}` that the host states: {stated}")
        return False
    params, ret = stated
    decl = fn.decl
    if len(params) != len(fn.params):
        s = "" if len(fn.params) == 1 else "s"
        why = f"it takes {len(fn.params)} parameter{s}, but the host states {len(params)}"
        _error(world, name, fn, why, decl.name_pos, decl.name_pos + len(decl.name))
        return False
    for param, t, want in zip(decl.params, fn.params, params, strict=True):
        if t is not want:
            given = fn.module.source.text[param.pattern.pos : param.pattern.end]
            why = f"its parameter `{given}` is of type `{t}`, but the host states `{want}`"
            written = param.ty or param
            _error(world, name, fn, why, written.pos, written.end)
            return False
    if fn.ret is not ret:
        at = (
            (decl.name_pos, decl.name_pos + len(decl.name))
            if decl.ret is None
            else (decl.ret.pos, decl.ret.end)
        )
        _error(world, name, fn, f"its result is of type `{fn.ret}`, but the host states `{ret}`", *at)
        return False
    return True


def _error(world: World, name: str, fn: FnItem | None, why: str, pos: int = -1, end: int = -1) -> None:
    """Report at a place in ``fn``, by default all of it; without ``fn`` at the start of the program."""
    message = f"external effect `{name}`: {why}"
    if fn is None:
        world.diags.error("bad-external", message, world.root.source, 0, 0)
    elif pos < 0:
        world.diags.error("bad-external", message, fn.module.source, fn.decl.pos, fn.decl.end)
    else:
        world.diags.error("bad-external", message, fn.module.source, pos, end)
