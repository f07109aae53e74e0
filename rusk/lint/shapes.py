"""Lints of the shape of code (08 §16): `unreachable-code`, `needless-bool`, `redundant-else`, `suspicious-comparison`, `shadowed-resume`."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rusk.diagnostics import Fix
from rusk.syntax import ast
from rusk.syntax.walk import children, walk

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.source import Source
    from rusk.syntax.tokens import Tokens

_JUMPS = (ast.Return, ast.Break, ast.Continue)
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


def lint(tree: ast.File, tokens: Tokens, diags: Diagnostics) -> None:
    """Report what these lints find in a file."""
    source = tree.source
    for node in walk(tree):
        cls = node.__class__
        if cls is ast.Block:
            _block(node, source, tokens, diags)  # type: ignore[arg-type]
        elif cls is ast.If:
            _needless_bool(node, source, diags)  # type: ignore[arg-type]
        elif cls is ast.Binary:
            _self_comparison(node, source, diags)  # type: ignore[arg-type]
        elif cls is ast.EffectArm:
            _shadowed_resume(node, source, diags)  # type: ignore[arg-type]


def is_name(node: ast.Expr) -> str | None:
    """The name that an expression is; None for anything else."""
    if isinstance(node, ast.Path) and len(node.segments) == 1 and node.segments[0].args is None:
        return node.segments[0].name
    return None


def _jumps(node: ast.Stmt | ast.Expr | None) -> bool:
    return isinstance(node.expr if isinstance(node, ast.ExprStmt) else node, _JUMPS)


def _block(node: ast.Block, source: Source, tokens: Tokens, diags: Diagnostics) -> None:
    parts: list[ast.Stmt | ast.Expr] = [*node.stmts, *([node.tail] if node.tail is not None else [])]
    for i, part in enumerate(parts[:-1]):
        if _jumps(part):
            first = parts[i + 1]
            found = diags.warning("unreachable-code", "unreachable code", source, first.pos, first.end)
            found.fixes.append(Fix("remove what is never reached", [(first.pos, parts[-1].end, "")]))
            break
    for stmt in node.stmts:
        expr = stmt.expr if isinstance(stmt, ast.ExprStmt) else None
        if isinstance(expr, ast.If) and expr.else_ is not None:
            then = expr.then
            if _jumps(then.tail if then.tail is not None else then.stmts[-1] if then.stmts else None):
                at = bisect_left(tokens.starts, then.end)
                diags.warning(
                    "redundant-else",
                    "redundant `else` after a terminating `then` branch",
                    source,
                    tokens.starts[at],
                    tokens.ends[at],
                )


def _only_bool(block: ast.Block | ast.If | None) -> bool | None:
    """The literal that is all of a block."""
    if isinstance(block, ast.Block) and not block.stmts and isinstance(block.tail, ast.BoolLit):
        return block.tail.value
    return None


def _needless_bool(node: ast.If, source: Source, diags: Diagnostics) -> None:
    then = _only_bool(node.then)
    other = _only_bool(node.else_)
    if then is None or other is None or then == other:
        return
    what = "its condition" if then else "`!cond`"
    diags.warning("needless-bool", f"this `if` can be simplified to {what}", source, node.pos, node.end)


def _self_comparison(node: ast.Binary, source: Source, diags: Diagnostics) -> None:
    if node.op in _COMPARISONS:
        name = is_name(node.left)
        if name is not None and name == is_name(node.right):
            diags.warning(
                "suspicious-comparison",
                f"suspicious comparison: `{name}` compared to itself",
                source,
                node.pos,
                node.end,
            )


def _shadowed_resume(outer: ast.EffectArm, source: Source, diags: Diagnostics) -> None:
    """An arm without a named continuation within the body of another one: its `resume` is not the one around it."""
    if outer.binder_pos >= 0:
        return
    stack: list[ast.Node] = [outer.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.EffectArm) and node.binder_pos < 0:
            if _names_resume(node.body):
                found = diags.warning(
                    "shadowed-resume",
                    "`resume` is that of this arm, and hides that of the arm around it",
                    source,
                    node.pos,
                    node.op_pos + len(node.op),
                    help="name the continuation: `-> k`",
                )
                found.secondary.append((source, outer.pos, outer.op_pos + len(outer.op), "the arm around it"))
            continue  # arms in there are hidden by this one, not by `outer`
        stack += children(node)


def _names_resume(body: ast.Expr) -> bool:
    """Whether `resume` of the arm itself occurs in its body."""
    stack: list[ast.Node] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Expr) and is_name(node) == "resume":
            return True
        if not (isinstance(node, ast.EffectArm) and node.binder_pos < 0):
            stack += children(node)
    return False
