"""Finding nodes at places, and what is in scope there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.syntax.walk import children, walk
from rusk.types.resolved import Binding, MatchInfo

if TYPE_CHECKING:
    from collections.abc import Sequence


def ancestors(items: Sequence[ast.Node], offset: int) -> list[Any]:
    """The nodes around a place, outermost first."""
    found: list[Any] = []
    below: Sequence[ast.Node] = items
    while True:
        inner = [n for n in below if n.pos <= offset <= n.end]
        if not inner:
            return found
        # at a border the later one counts, unless it only begins where a name ends
        node = inner[-1]
        found.append(node)
        below = children(node)


def bindings_at(around: Sequence[Any], offset: int) -> list[Binding]:
    """The local variables in scope at a place inside the nodes ``around``, outermost first."""
    out: list[Binding] = []
    for node in around:
        if isinstance(node, ast.FnDecl):
            item = node.item
            if item is not None and item.self_binding is not None and node.body is not None:
                out.append(item.self_binding)
            if node.body is not None and node.body.pos <= offset:
                for p in node.params:
                    _bound(p.pattern, out)
        elif isinstance(node, ast.Lambda):
            for p in node.params:
                _bound(p.pattern, out)
        elif isinstance(node, ast.Block):
            for stmt in node.stmts:
                if isinstance(stmt, ast.Let) and stmt.end <= offset:
                    _bound(stmt.pattern, out)
        elif isinstance(node, ast.For) and node.body.pos <= offset:
            _bound(node.pattern, out)
        elif isinstance(node, ast.ValueArm) and node.pattern.end < offset:
            _bound(node.pattern, out)
        elif isinstance(node, ast.EffectArm) and node.op_pos + len(node.op) < offset:
            for pattern in node.patterns:
                _bound(pattern, out)
        elif isinstance(node, ast.Match) and isinstance(node.res, MatchInfo):
            arms = [a for a in node.arms if isinstance(a, ast.EffectArm)]
            for arm, info in zip(arms, node.res.arms, strict=False):
                if info.binder is not None and arm.body.pos <= offset <= arm.body.end:
                    out.append(info.binder)
    return out


def _bound(pattern: ast.Pattern, out: list[Binding]) -> None:
    for part in walk(pattern):
        res = getattr(part, "res", None)
        if isinstance(res, Binding):
            out.append(res)
