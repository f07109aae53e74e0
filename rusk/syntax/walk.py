"""Walking a syntax tree without recursion, for tools that look at all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the checker adds to nodes, and plain values that are no nodes.
_NOT_PARTS = frozenset(("pos", "end", "res", "item", "source", "kind", "name", "op", "value", "is_pub"))

_parts_of: dict[type[ast.Node], tuple[str, ...]] = {}


def parts(cls: type[ast.Node]) -> tuple[str, ...]:
    """The names of the fields of a class that may hold nodes or lists of nodes, in source order."""
    found = _parts_of.get(cls)
    if found is None:
        typed = issubclass(cls, (ast.Expr, ast.Pattern))
        names = [name for base in reversed(cls.__mro__) for name in getattr(base, "__slots__", ())]
        found = tuple(
            name
            for name in names
            if (name not in _NOT_PARTS or (name == "value" and cls in _VALUED))
            and not name.endswith("_pos")
            and not (typed and name == "ty")
        )
        _parts_of[cls] = found
    return found


#: the classes whose `value` is a node
_VALUED = frozenset((ast.FieldInit, ast.Assign, ast.Return))


def children(node: ast.Node) -> list[ast.Node]:
    """The nodes directly below `node`, in source order (but the closure of a call comes last, 01 §5.5)."""
    out: list[ast.Node] = []
    for name in parts(type(node)):
        part = getattr(node, name)
        if isinstance(part, list):
            out.extend([p for p in part if isinstance(p, ast.Node)])
        elif isinstance(part, ast.Node):
            out.append(part)
    return out


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """`node` and all nodes below it, each before what is below it, in source order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        below = children(node)
        below.reverse()
        stack.extend(below)
