"""Semantic tokens: what each name is, in the encoding of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.lsp.occurrences import Occurrence, occurrences
from rusk.syntax import ast
from rusk.types.items import EnumItem, FnItem, GenericParam, InterfaceItem, Module, StructItem
from rusk.types.resolved import Binding

if TYPE_CHECKING:
    from rusk.lsp.program import File, Program
    from rusk.lsp.text import Encoding

TYPES = (
    "namespace", "struct", "enum", "interface", "typeParameter", "parameter", "variable", "property", "enumMember", "function", "method",
    "event",
)  # fmt: skip
MODIFIERS = ("declaration", "readonly", "static", "defaultLibrary", "modification")


def semantic_tokens(program: Program, file: File, start: int, end: int, encoding: Encoding) -> list[int]:
    """The names between two places, five numbers each. Must be called while `Program.asking`."""
    items = [i for i in file.items if i.end >= start and i.pos <= end]
    names = [o for o in occurrences(program.world, file.module, items) if o.end >= start and o.pos <= end]
    names.sort(key=lambda o: o.pos)
    data: list[int] = []
    line = col = 0
    last = -1
    for o in names:
        kind = _kind(o)
        if kind is None or o.pos < last:
            continue
        at = encoding.position(file.source, o.pos)
        length = encoding.units(file.source.text[o.pos : o.end])
        data += [
            at.line - line,
            at.character - (col if at.line == line else 0),
            length,
            TYPES.index(kind),
            _modifiers(o),
        ]
        line, col = at.line, at.character
        last = o.end
    return data


def _kind(o: Occurrence) -> str | None:
    symbol = o.symbol
    if isinstance(symbol, Binding):
        return "parameter" if symbol.kind in ("param", "self") else "variable"
    if isinstance(symbol, FnItem):
        if isinstance(o.node, (ast.EffectCall, ast.EffectArm)):
            return "event"
        return "method" if symbol.parent is not None else "function"
    return _KINDS.get(symbol.__class__)


_KINDS: dict[type, str] = {
    Module: "namespace",
    StructItem: "struct",
    EnumItem: "enum",
    InterfaceItem: "interface",
    GenericParam: "typeParameter",
    ast.AssocDecl: "typeParameter",
    ast.FieldDecl: "property",
    ast.VariantDecl: "enumMember",
}


def _modifiers(o: Occurrence) -> int:
    symbol: Any = o.symbol
    out = 1 if o.is_definition else 0
    if isinstance(symbol, Binding):
        if symbol.kind in ("const", "readonly"):
            out |= 2
        if symbol.assigned:
            out |= 16
    elif isinstance(symbol, FnItem) and symbol.receiver == "static":
        out |= 4
    module = symbol if isinstance(symbol, Module) else getattr(symbol, "module", None)
    if module is not None and module.is_library:
        out |= 8
    return out
