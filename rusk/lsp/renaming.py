"""Names as a whole: which one a place means, all its uses, and renaming it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rusk.lsp import symbols
from rusk.lsp.nodes import ancestors
from rusk.lsp.program import real
from rusk.syntax import ast
from rusk.types.items import GenericParam, Module
from rusk.types.resolved import Binding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.lsp.occurrences import Occurrence
    from rusk.lsp.program import File, Program


def best(names: list[Occurrence]) -> list[Occurrence]:
    """The names at a place, that which begins there first. For `S { a }` in a pattern the variable comes before the field."""
    return sorted(names, key=lambda o: (-o.pos, not isinstance(o.symbol, Binding)))


def uses(program: Program, file: File, offset: int) -> Iterator[tuple[File, Occurrence]]:
    names = best(symbols.at(program, file, offset))
    if names:
        yield from symbols.everywhere(program, names[0].symbol, file)


def why_not(program: Program, symbol: Any, file: File) -> str | None:
    """Why a symbol cannot be renamed; None if it can."""
    symbol = symbols.family(symbol)
    if isinstance(symbol, Binding):
        if symbol.kind == "self":
            return "`self` cannot be renamed"
        return (
            "`resume` has its name from the language"
            if symbol.kind == "cont" and symbol.name == "resume"
            else None
        )
    if isinstance(symbol, GenericParam) and symbol.name == "Self":
        return "`Self` cannot be renamed"
    owner = symbols.owner_of(program, symbol, file)
    if owner is None or owner.is_library:
        return "this belongs to the library"
    if isinstance(symbol, Module) and symbol.decl is None:
        return "this is the program itself"
    return None


def moves(program: Program, symbol: Any, new: str) -> list[tuple[str, str]]:
    """The files and folders that have to get other names with a module: real paths, before and after."""
    if not isinstance(symbol, Module) or symbol.parent is None or symbol.parent.directory is None:
        return []
    folder = real(symbol.parent.directory)
    out = []
    file = os.path.join(folder, symbol.name + ".rusk")
    if program.paths.get(symbol.source) == file:
        out.append((file, os.path.join(folder, new + ".rusk")))
    inner = os.path.join(folder, symbol.name)
    if os.path.isdir(inner):
        out.append((inner, os.path.join(folder, new)))
    return out


def why_not_move(paths: list[tuple[str, str]], able: bool) -> str | None:
    """Why files cannot get other names; None if they can. able: whether the editor can do it."""
    if not paths:
        return None
    if not able:
        return "the module is named by its file, which this editor cannot rename"
    for before, after in paths:
        if not os.path.exists(before):
            return f"`{os.path.basename(before)}` has not been saved"
        if os.path.exists(after):
            return f"there is a `{os.path.basename(after)}` already"
    return None


def renamed(program: Program, file: File, symbol: Any, new: str) -> Iterator[tuple[File, int, int, str]]:
    """The edits. Where one name is a field and a variable, the pattern is written out."""
    seen: set[tuple[str, int]] = set()
    old = symbols.name_of(symbol)
    field = isinstance(symbol, ast.FieldDecl)
    for f, o in symbols.everywhere(program, symbol, file):
        key = (f.path, o.pos)
        if key in seen or f.source.text[o.pos : o.end] != old:
            continue
        seen.add(key)
        text = new
        if (field or isinstance(symbol, Binding)) and _is_shorthand(f, o.pos, o.end):
            text = f"{new}: {old}" if field else f"{old}: {new}"
        yield f, o.pos, o.end, text


def _is_shorthand(file: File, pos: int, end: int) -> bool:
    for node in ancestors(file.items, pos):
        if isinstance(node, ast.FieldPat) and node.pos == pos == node.pattern.pos and node.pattern.end == end:
            return True
    return False
