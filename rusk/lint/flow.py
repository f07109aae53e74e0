"""`unused-result` and `unreachable-effect-arm`: lints that follow calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusk.lint.program import target_of
from rusk.syntax import ast
from rusk.syntax.walk import walk
from rusk.types.infer import resolved
from rusk.types.resolved import FnRef, MatchInfo, MethodRef
from rusk.types.terms import ERR, NEVER, UNIT

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.lint.program import User
    from rusk.source import Source

_NO_RESULT = (UNIT, NEVER, ERR)

#: statements that are not judged by their value
_BLOCK_LIKE = (ast.Block, ast.If, ast.Match, ast.Loop, ast.While, ast.For, ast.Lambda)


def lint(user: User, diags: Diagnostics) -> None:
    """Report what these lints find in a program."""
    for fn in user.functions:
        if fn.decl.body is None:
            continue
        source = fn.module.source
        for node in walk(fn.decl.body):
            if isinstance(node, ast.ExprStmt):
                _statement(user, node.expr, source, diags)
            elif isinstance(node, ast.Match) and isinstance(node.res, MatchInfo) and node.res.handling:
                _effect_arms(user, node, source, diags)


def _statement(user: User, expr: ast.Expr, source: Source, diags: Diagnostics) -> None:
    """A value that is computed, by nothing that has an effect, and dropped."""
    if isinstance(expr, _BLOCK_LIKE) or resolved(expr.ty) in _NO_RESULT:
        return
    for facts in user.reached(user.facts_of(expr, False)):
        if facts.acts or facts.unknown or facts.ops:
            return
    name = _called(user, expr)
    message = f"unused result of `{name}`" if name else "unused value"
    note = (
        "the call has no other effect than its result"
        if name
        else "did you mean `=`?"
        if isinstance(expr, ast.Binary) and expr.op == "=="
        else None
    )
    diags.warning("unused-result", message, source, expr.pos, expr.end, help=note)


def _called(user: User, expr: ast.Expr) -> str:
    """The name of what a call calls; empty for other expressions."""
    if isinstance(expr, (ast.Call, ast.MethodCall)) and isinstance(expr.res, (FnRef, MethodRef)):
        target = target_of(user.world, expr.res)
        return target.name if target is not None else ""
    return ""


def _effect_arms(user: User, node: ast.Match, source: Source, diags: Diagnostics) -> None:
    """Arms for operations that nothing in the scrutinee can perform."""
    performed = set()
    for facts in user.reached(user.facts_of(node.scrutinee, True)):
        if facts.unknown:
            return
        performed |= facts.ops
    for arm in node.arms:
        if isinstance(arm, ast.EffectArm) and arm.res.method not in performed:
            end = arm.op_pos + len(arm.op)
            text = source.text[arm.pos + 1 : end]
            diags.warning(
                "unreachable-effect-arm",
                f"this arm can never run: nothing performs `{text}` here",
                source,
                arm.pos,
                end,
            )
