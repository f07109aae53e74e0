"""What all nodes have."""

from __future__ import annotations

from typing import Any


class Node:
    """Base of all nodes: a place in the source text."""

    __slots__ = ("pos", "end")

    pos: int
    end: int


class Expr(Node):
    """Base of expressions. ``ty``: its type; ``res``: its resolution; both set by the checker."""

    __slots__ = ("ty", "res")

    ty: Any
    res: Any


class Pattern(Node):
    """Base of patterns. ``ty``: the type matched against; ``res``: the Binding, variant or struct."""

    __slots__ = ("ty", "res")

    ty: Any
    res: Any


class TypeExpr(Node):
    """Base of types as written."""

    __slots__ = ()
