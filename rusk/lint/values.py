"""`needless-readonly` and `constant-comparison`: lints that look at types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.diagnostics import Fix
from rusk.syntax import ast
from rusk.syntax.walk import walk
from rusk.types.infer import resolved
from rusk.types.resolved import Binding, PrimOp
from rusk.types.terms import ARRAY, BYTE, CONT, FN, PRIM, READONLY

if TYPE_CHECKING:
    from rusk.diagnostics import Diagnostics
    from rusk.lint.program import User
    from rusk.source import Source
    from rusk.types.terms import Type

#: operator -> the same with its operands exchanged
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def lint(user: User, diags: Diagnostics) -> None:
    """Report what these lints find in a program."""
    for fn in user.functions:
        source = fn.module.source
        for param, ty in zip(fn.decl.params, fn.params, strict=True):
            if param.readonly and _has_no_views(ty):
                _needless(source, param.pos, diags, ty)
            elif isinstance(param.ty, ast.TyReadonly) and _has_no_views(ty):
                _needless(source, param.ty.pos, diags, ty)
        if isinstance(fn.decl.ret, ast.TyReadonly) and _has_no_views(fn.ret):
            _needless(source, fn.decl.ret.pos, diags, fn.ret)
        if fn.decl.body is None:
            continue
        for node in walk(fn.decl.body):
            if (
                isinstance(node, ast.Let)
                and node.kind == "readonly"
                and isinstance(node.pattern, ast.PatBind)
            ):
                binding = node.pattern.res
                if isinstance(binding, Binding) and _has_no_views(resolved(binding.ty)):
                    _needless(source, node.pos, diags, resolved(binding.ty), "const")
            elif isinstance(node, ast.Binary) and isinstance(node.res, PrimOp):
                _comparison(node, source, diags)


def _has_no_views(t: Type) -> bool:
    """Whether `readonly t` is `t` (02 §3), for a type that is known."""
    return t.tag in (PRIM, FN, CONT) and not t.has_vars


def _needless(source: Source, pos: int, diags: Diagnostics, ty: Type, instead: str = "") -> None:
    assert ty.tag != READONLY
    end = pos + len("readonly")
    help = f"write `{instead}`" if instead else "remove it"
    found = diags.warning(
        "needless-readonly",
        f"`readonly` changes nothing for a value of type `{ty}`",
        source,
        pos,
        end,
        help=help,
    )
    gap = 0 if instead else 1
    found.fixes.append(Fix(help, [(pos, end + gap, instead)]))


def _comparison(node: ast.Binary, source: Source, diags: Diagnostics) -> None:
    """Comparisons whose outcome is known: of two literals, of a `byte` with an end of its range, of a length with zero."""
    if node.op not in _MIRRORED:
        return
    left, right = _number(node.left), _number(node.right)
    if left is not None and right is not None:
        outcome: bool | None = _compare(left, node.op, right)
    elif right is not None:
        outcome = _against(node.left, node.op, right)
    elif left is not None:
        outcome = _against(node.right, _MIRRORED[node.op], left)
    else:
        outcome = None
    if outcome is not None:
        text = "true" if outcome else "false"
        diags.warning(
            "constant-comparison", f"this comparison is always `{text}`", source, node.pos, node.end
        )


def _number(node: ast.Expr) -> int | None:
    return node.value if isinstance(node, ast.IntLit) else None


def _compare(a: int, op: str, b: int) -> bool:
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op]


def _against(node: ast.Expr, op: str, bound: int) -> bool | None:
    """The outcome of `node op bound` if the range of the node decides it."""
    low, high = 0, (1 << 63) - 1
    if resolved(node.ty) is BYTE:
        high = 255
    elif not _is_length(node):
        return None
    outcomes = {
        _compare(low, op, bound),
        _compare(high, op, bound),
        _compare(min(max(bound, low), high), op, bound),
    }
    return outcomes.pop() if len(outcomes) == 1 else None


def _is_length(node: ast.Expr) -> bool:
    """Whether a node is `x.len()` of a type of the library."""
    if not isinstance(node, ast.MethodCall) or node.name != "len" or node.args:
        return False
    res: Any = node.res
    fn = getattr(res, "item", None) or getattr(res, "method", None)
    return (
        fn is not None
        and bool(fn.module.is_library)
        and resolved(node.recv.ty).tag in (PRIM, ARRAY, READONLY)
    )
