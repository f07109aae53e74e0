"""The outline of a file: document symbols, workspace symbols, folding ranges. From the tree alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from rusk.diagnostics import Diagnostics
from rusk.lsp.symbols import doc_comment
from rusk.syntax import ast
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import EOF, FCLOSE, FOPEN
from rusk.syntax.trivia import comments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusk.lsp.text import Encoding
    from rusk.source import Source

_KINDS = {
    ast.FnDecl: lsp.SymbolKind.Function,
    ast.StructDecl: lsp.SymbolKind.Struct,
    ast.EnumDecl: lsp.SymbolKind.Enum,
    ast.InterfaceDecl: lsp.SymbolKind.Interface,
    ast.ImplDecl: lsp.SymbolKind.Class,
    ast.ModDecl: lsp.SymbolKind.Module,
    ast.UseDecl: lsp.SymbolKind.Namespace,
    ast.FieldDecl: lsp.SymbolKind.Field,
    ast.VariantDecl: lsp.SymbolKind.EnumMember,
    ast.AssocDecl: lsp.SymbolKind.TypeParameter,
    ast.AssocDef: lsp.SymbolKind.TypeParameter,
}
_MOST = 120


def document_symbols(source: Source, items: Sequence[Any], encoding: Encoding) -> list[lsp.DocumentSymbol]:
    """The items of a file, nested."""
    return [s for s in [_symbol(source, item, encoding, False) for item in items] if s is not None]


def _symbol(source: Source, node: Any, encoding: Encoding, member: bool) -> lsp.DocumentSymbol | None:
    kind = _KINDS.get(node.__class__)
    if kind is None:
        return None
    if member and node.__class__ is ast.FnDecl:
        kind = lsp.SymbolKind.Method
    name, pos, end = _name(source, node)
    below = [_symbol(source, part, encoding, True) for part in _parts(node)]
    if node.__class__ is ast.ModDecl:
        below = [_symbol(source, part, encoding, False) for part in node.items or ()]
    doc = doc_comment(source, node.pos).partition("\n")[0][:_MOST]
    return lsp.DocumentSymbol(
        name,
        kind,
        encoding.range(source, node.pos, node.end),
        encoding.range(source, pos, end),
        detail=doc or None,
        children=[s for s in below if s is not None],
    )


def _parts(node: Any) -> Sequence[Any]:
    if isinstance(node, ast.StructDecl):
        return () if node.is_newtype else node.fields
    if isinstance(node, ast.EnumDecl):
        return node.variants
    if isinstance(node, (ast.InterfaceDecl, ast.ImplDecl)):
        return node.members
    return ()


def _name(source: Source, node: Any) -> tuple[str, int, int]:
    if isinstance(node, ast.ImplDecl):
        first, last = node.iface or node.target, node.target
        return " ".join(source.text[node.pos : last.end].split()), first.pos, last.end
    if isinstance(node, ast.UseDecl):
        name = "::".join([s.name for s in node.path]) + (f" as {node.alias}" if node.alias else "")
        return name, node.path[0].pos, node.path[-1].end
    pos = getattr(node, "name_pos", node.pos)
    return node.name, pos, pos + len(node.name)


def workspace_symbols(
    source: Source, items: Sequence[Any], uri: str, query: str, encoding: Encoding
) -> Iterator[lsp.WorkspaceSymbol]:
    """The items of a file whose names have the letters of a query in their order."""
    stack: list[tuple[Any, str, bool]] = [(item, "", False) for item in reversed(items)]
    while stack:
        node, container, member = stack.pop()
        kind = _KINDS.get(node.__class__)
        if kind is None or node.__class__ is ast.UseDecl:
            continue
        name, pos, end = _name(source, node)
        if node.__class__ is not ast.ImplDecl and _matches(name, query):
            if member and node.__class__ is ast.FnDecl:
                kind = lsp.SymbolKind.Method
            place = lsp.Location(uri, encoding.range(source, pos, end))
            yield lsp.WorkspaceSymbol(place, name, kind, container_name=container or None)
        below = (node.items or ()) if node.__class__ is ast.ModDecl else _parts(node)
        stack += [(part, name, node.__class__ is not ast.ModDecl) for part in reversed(below)]


def _matches(name: str, query: str) -> bool:
    letters = iter(name.casefold())
    return all([c in letters for c in query.casefold()])


def folding_ranges(source: Source) -> list[lsp.FoldingRange]:
    """What stands between braces and brackets on different lines, and comments and `use` items over several lines. From the tokens: works in any state."""
    tokens = tokenize(source, Diagnostics())
    out: list[lsp.FoldingRange] = []
    stack: list[int] = []
    last_end = 0
    for i, kind in enumerate(tokens.kinds):
        start = tokens.starts[i]
        if start > last_end:
            out += _comment_folds(source, last_end, start)
        if kind == EOF:
            break
        last_end = tokens.ends[i]
        if kind in ("{", "(", "[", FOPEN):
            stack.append(start)
        elif kind in ("}", ")", "]", FCLOSE) and stack:
            first = source.line_col(stack.pop())[0]
            last = source.line_col(start)[0]
            if last - 1 > first:
                out.append(lsp.FoldingRange(first - 1, last - 2))
    return out


def _comment_folds(source: Source, start: int, end: int) -> Iterator[lsp.FoldingRange]:
    notes, _ = comments(source.text, start, end)
    first = last = -1
    for note in notes:
        begin, close = source.line_col(note.pos)[0], source.line_col(note.end)[0]
        if first >= 0 and begin == last + 1:
            last = close
            continue
        if last > first >= 0:
            yield lsp.FoldingRange(first - 1, last - 1, kind=lsp.FoldingRangeKind.Comment)
        first, last = begin, close
    if last > first >= 0:
        yield lsp.FoldingRange(first - 1, last - 1, kind=lsp.FoldingRangeKind.Comment)
