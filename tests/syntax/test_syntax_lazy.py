"""Library files are parsed lazily: the same tree, of which bodies come into being when they are looked into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rusk
from rusk.diagnostics import Diagnostics
from rusk.source import Source
from rusk.syntax import ast, parse_file
from rusk.syntax.lazy import LazyBlock, parse_library

LIBRARY = Path(rusk.__file__).parent / "library"
FILES = sorted(LIBRARY.glob("*/*.rusk"))


def dump(node: Any) -> Any:
    """All of a tree: classes, places, contents. Looks into every body."""
    if isinstance(node, (list, tuple)):
        return [dump(x) for x in node]
    if not isinstance(node, (ast.Node, ast.File)):
        return node
    parts = {"stmts": dump(node.stmts)} if isinstance(node, ast.Block) else {}
    for cls in type(node).__mro__:
        for name in getattr(cls, "__slots__", ()):
            parts[name] = dump(getattr(node, name, None))
    return (type(node).__name__, parts)


def bodies(node: Any, found: list[Any]) -> list[Any]:
    """The bodies of the functions of a file, without looking into them."""
    if isinstance(node, (list, tuple)):
        for x in node:
            bodies(x, found)
    elif isinstance(node, ast.Block):
        found.append(node)
    elif isinstance(node, (ast.Node, ast.File)):
        for cls in type(node).__mro__:
            for name in getattr(cls, "__slots__", ()):
                bodies(getattr(node, name, None), found)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_same_tree(path: Path) -> None:
    source = Source(str(path), path.read_text(encoding="utf-8"))
    diags = Diagnostics()
    lazy = parse_library(source, diags)
    blocks = bodies(lazy, [])
    assert all([type(b) is LazyBlock for b in blocks])
    assert dump(lazy) == dump(parse_file(source, diags))
    assert all([type(b) is ast.Block for b in blocks])
    assert not diags.items


def test_bodies_are_parsed_once_and_alone() -> None:
    source = Source("lib.rusk", "fn a() -> int { fn_of({ 1 }) }\nfn b() { |x| { x }; }\n")
    file = parse_library(source, Diagnostics())
    a, b = (item.body for item in file.items)  # type: ignore[attr-defined]
    assert isinstance(a, LazyBlock) and source.text[a.pos : a.end] == "{ fn_of({ 1 }) }"
    tail = a.tail
    assert type(a) is ast.Block and a.tail is tail and a.stmts == []
    assert isinstance(b, LazyBlock)
    with pytest.raises(AttributeError):
        b.nothing  # noqa: B018
    assert len(b.stmts) == 1 and type(b) is ast.Block
