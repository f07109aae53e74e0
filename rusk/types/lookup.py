"""Types and names as people write them, looked up in a world from outside of any file: for tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.diagnostics import Diagnostics
from rusk.modules.names import TYPES, PathError
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.cursor import NestingFail, SyntaxFail
from rusk.syntax.item_parser import ItemParser
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF
from rusk.types.items import InterfaceItem
from rusk.types.written import TypeScope

if TYPE_CHECKING:
    from rusk.types.terms import Type
    from rusk.types.world import World


def type_of_text(world: World, text: str) -> Type | None:
    """The type that ``text`` stands for in the root; None if it is none there."""
    diags = Diagnostics()
    source = Source("<type>", text)
    parser = ItemParser(source, tokenize(source, diags), diags)
    try:
        written = parser.type_()
    except (SyntaxFail, NestingFail):
        return None
    if diags.has_errors or parser.kinds[parser.i] != EOF:
        return None
    before, world.diags = world.diags, diags
    try:
        t = world.resolve_type(written, TypeScope(world.root, {}))
    finally:
        world.diags = before
    return None if diags.has_errors else t


def interface_of_path(world: World, path: str) -> InterfaceItem | None:
    """The interface at a path from the root."""
    segments = [ast.PathSegment(name, None, 0, 0) for name in path.split("::")]
    found = world.names.find(world.root, segments, TYPES)
    target = None if isinstance(found, PathError) else found.target
    return target if isinstance(target, InterfaceItem) else None
