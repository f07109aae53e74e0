"""Types and names as people write them, looked up in a world from outside of any file: for tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.modules.names import TYPES, PathError
from rusk.syntax import ast
from rusk.syntax.fragments import parse_signature, parse_type
from rusk.types.items import InterfaceItem, Module
from rusk.types.terms import UNIT
from rusk.types.written import TypeScope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusk.types.terms import Type
    from rusk.types.world import World


def type_of_text(world: World, text: str) -> Type | None:
    """The type that ``text`` stands for in the root; None if it is none there."""
    written = parse_type(text)
    if isinstance(written, str):
        return None
    found = _resolve(world, [written], world.root)
    return None if isinstance(found, str) else found[0]


def signature_of_text(world: World, text: str, module: Module) -> tuple[list[Type], Type] | str:
    """Parameter types and result of a signature ``(prompt: string) -> int``; or what is wrong with it.

    Names of types are those of ``module``, or where one is not known there, all are paths from the root.
    """
    written = parse_signature(text)
    if isinstance(written, str):
        return written
    types = [*written.params, written.ret]
    found = _resolve(world, types, module)
    if isinstance(found, str) and module is not world.root:
        again = _resolve(world, types, world.root)
        found = found if isinstance(again, str) else again
    return found if isinstance(found, str) else (found[:-1], found[-1])


def _resolve(world: World, written: Sequence[ast.TypeExpr | None], module: Module) -> list[Type] | str:
    """The types that are written, as seen from ``module``; or what is wrong with one."""
    diags = Diagnostics()
    scope = TypeScope(module, {})
    before, world.diags = world.diags, diags
    try:
        found = [UNIT if te is None else world.resolve_type(te, scope) for te in written]
    finally:
        world.diags = before
    return diags.sorted()[0].message if diags.has_errors else found


def interface_of_path(world: World, path: str) -> InterfaceItem | None:
    """The interface at a path from the root."""
    segments = [ast.PathSegment(name, None, 0, 0) for name in path.split("::")]
    found = world.names.find(world.root, segments, TYPES)
    target = None if isinstance(found, PathError) else found.target
    return target if isinstance(target, InterfaceItem) else None
