"""What there is to say about a symbol (see `rusk.lsp.occurrences`): its place, its header line, its doc comment, all its occurrences."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from rusk.lsp.occurrences import Occurrence, enclosing, occurrences
from rusk.syntax import ast
from rusk.syntax.trivia import comments
from rusk.types.infer import resolved
from rusk.types.items import EnumItem, FnItem, GenericParam, ImplItem, InterfaceItem, Module, StructItem
from rusk.types.resolved import Binding
from rusk.types.show import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.lsp.program import File, Program
    from rusk.source import Source
    from rusk.types.terms import Type

#: longest text of a type
LIMIT = 400


class Place:
    """A stretch of a file."""

    __slots__ = ("end", "path", "pos", "source")

    def __init__(self, path: str, source: Source, pos: int, end: int) -> None:
        self.path = path
        self.source = source
        self.pos = pos
        self.end = end


def at(program: Program, file: File, offset: int) -> list[Occurrence]:
    """The names at a place. Must be called while `Program.asking`; so must everything else here."""
    return enclosing(program.world, file.module, file.items, offset)


def shown(t: Type) -> str:
    """A type as people write it."""
    return show(resolved(t), LIMIT)


# ------------------------------------------------------------- where it is


def path_of(program: Program, module: Module) -> str | None:
    """The file in which a module stands."""
    path = program.paths.get(module.source)
    if path is not None:
        return path
    if module.is_library:
        base = os.path.join(program.library, *module.path)
        for name in (base + ".rusk", os.path.join(base, "mod.rusk")):
            if os.path.isfile(name):
                return name
    return None


def owner_of(program: Program, symbol: Any, file: File | None) -> Module | None:
    """The module in which a symbol is declared; for locals that of ``file``."""
    if isinstance(symbol, (FnItem, StructItem, EnumItem, InterfaceItem)):
        return symbol.module
    if isinstance(symbol, Module):
        return symbol
    if isinstance(symbol, GenericParam):
        return getattr(symbol.owner, "module", None)
    if isinstance(symbol, Binding):
        return file.module if file is not None else None
    return _part_owner(program, symbol)


def _part_owner(program: Program, part: Any) -> Module | None:
    """The module of a field, a variant or an associated type."""
    item = parent_of(program, part)
    return None if item is None else item.module


def parent_of(program: Program, part: Any) -> Any:
    """The struct, enum or interface that a field, variant or associated type belongs to."""
    world = program.world
    seen: set[int] = set()
    stack = [world.root, world.core, *([world.std] if world.std is not None else [])]
    while stack:
        module = stack.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        for entry in module.types.values():
            item: Any = entry.target
            if item.module is not module:
                continue
            decl = item.decl
            parts = (
                decl.fields
                if isinstance(item, StructItem)
                else decl.variants
                if isinstance(item, EnumItem)
                else decl.members
            )
            if any([p is part for p in parts]):
                return item
        stack += [e.target for e in module.modules.values() if isinstance(e.target, Module)]
    return None


def definition(program: Program, symbol: Any, file: File) -> Place | None:
    """Where a symbol is declared."""
    if isinstance(symbol, Module) and symbol.decl is not None and symbol.decl.items is not None:
        path = path_of(program, symbol)
        pos = symbol.decl.name_pos
        return None if path is None else Place(path, symbol.source, pos, pos + len(symbol.name))
    owner = owner_of(program, symbol, file)
    path = None if owner is None else path_of(program, owner)
    if owner is None or path is None:
        return None
    if isinstance(symbol, Module):
        return Place(path, owner.source, 0, 0)
    pos, end = _name_place(symbol)
    return Place(path, owner.source, pos, end)


def _name_place(symbol: Any) -> tuple[int, int]:
    decl = getattr(symbol, "decl", symbol)
    if hasattr(decl, "name_pos"):
        return decl.name_pos, decl.name_pos + len(decl.name)
    return decl.pos, decl.pos + len(decl.name)


# ------------------------------------------------------------- what it is


def doc_comment(source: Source, pos: int) -> str:
    """The text of the `///` lines directly before a declaration."""
    text = source.text
    line = source.line_col(pos)[0]
    first = line
    if text[source.line_start(line) : pos].strip():
        return ""
    while first > 1 and source.line_text(first - 1).lstrip().startswith("///"):
        first -= 1
    if first == line:
        return ""
    notes, _ = comments(text, source.line_start(first), pos)
    return "\n".join([n.text[3:].removeprefix(" ") for n in notes if n.text.startswith("///")])


def header(source: Source, decl: Any) -> str:
    """The line by which a declaration begins, without its body."""
    body = getattr(decl, "body", None)
    if isinstance(decl, ast.FnDecl):
        text = source.text[decl.pos : body.pos if body is not None else decl.end]
        return " ".join(text.split()).rstrip(";").rstrip()
    line = source.text[decl.pos : decl.end].partition("\n")[0].strip()
    return line.removesuffix("{").rstrip().rstrip(",;")


def describe(program: Program, o: Occurrence, file: File) -> tuple[str, str] | None:
    """What hovering over a name shows: a line of code, and the doc comment."""
    symbol = o.symbol
    if isinstance(symbol, Binding):
        return shown(symbol.ty), ""
    if isinstance(symbol, GenericParam):
        bounds = " + ".join([show(b, LIMIT) for b in symbol.bounds])
        return symbol.name + (f": {bounds}" if bounds and symbol.name != "Self" else ""), ""
    if isinstance(symbol, Module):
        doc = doc_comment(symbol.parent.source, symbol.decl.pos) if symbol.decl and symbol.parent else ""
        return f"mod {symbol.name}", doc
    owner = owner_of(program, symbol, file)
    if owner is None:
        return None
    decl = getattr(symbol, "decl", symbol)
    doc = doc_comment(owner.source, decl.pos)
    if isinstance(decl, ast.FieldDecl):
        ty = getattr(o.node, "ty", None)
        return (shown(ty) if ty is not None else header(owner.source, decl)), doc
    return header(owner.source, decl), doc


# ------------------------------------------------------------- where else it is


def family(symbol: Any) -> Any:
    """What stands for all methods that have to have one name: the interface's, for those that implement it."""
    if isinstance(symbol, FnItem) and isinstance(symbol.parent, ImplItem) and symbol.parent.iface is not None:
        found = symbol.parent.iface.item.full_methods.get(symbol.name)
        return symbol if found is None else found[0]
    return symbol


def everywhere(program: Program, symbol: Any, file: File) -> Iterator[tuple[File, Occurrence]]:
    """All occurrences of a symbol (and of what has to have the same name) in the files of the program."""
    wanted = family(symbol)
    if isinstance(symbol, Binding):
        for o in occurrences(program.world, file.module, file.items, symbol.pos):
            if o.symbol is symbol:
                yield file, o
        return
    for each in program.files.values():
        for o in occurrences(program.world, each.module, each.items):
            if family(o.symbol) is wanted:
                yield each, o


def name_of(symbol: Any) -> str:
    """The name of a symbol."""
    return str(symbol.name)
