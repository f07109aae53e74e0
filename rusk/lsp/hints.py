"""Inlay hints (inferred types, effects performed) and signature help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.diagnostics import Diagnostics
from rusk.lsp.completion import written
from rusk.lsp.nodes import ancestors
from rusk.lsp.symbols import doc_comment, shown
from rusk.source import Source
from rusk.syntax import ast
from rusk.syntax.lexer import tokenize
from rusk.syntax.tokens import FCLOSE, FOPEN
from rusk.syntax.walk import walk
from rusk.types import check, check_flow
from rusk.types.items import FnItem
from rusk.types.members import signature
from rusk.types.resolved import Binding, FnRef, MethodRef, OpRef, StructUse, VariantUse
from rusk.types.show import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusk.lsp.program import File, Program

#: longer types are no hints
_LONGEST = 60


class Hint:
    """A text to show at a place. ``is_type``: it can be written there as it is."""

    __slots__ = ("is_type", "pos", "text", "tip")

    def __init__(self, pos: int, text: str, is_type: bool, tip: str = "") -> None:
        self.pos = pos
        self.text = text
        self.is_type = is_type
        self.tip = tip


def inlay_hints(program: Program, file: File, start: int, end: int) -> Iterator[Hint]:
    """The hints between two places: types of variables and closure parameters that have none written, effects that functions perform.

    Must be called while `Program.asking`.
    """
    from rusk.lsp.program import functions

    escaping = Escaping(program)
    for decl in functions(file.items):
        if decl.body is None or decl.end < start or decl.pos > end or decl.item is None:
            continue
        ops = escaping.of(decl.item)
        if ops:
            tip = (
                "performs effects that the caller has to handle (by direct calls; closures are not followed)"
            )
            yield Hint(decl.body.pos, "performs " + ", ".join(["@" + op for op in ops]) + " ", False, tip)
        for node in walk(decl.body):
            if node.end >= start and node.pos <= end:
                yield from _types(node)


def _types(node: Any) -> Iterator[Hint]:
    patterns: list[Any] = []
    if isinstance(node, ast.Let) and node.ty is None:
        if isinstance(node.pattern, ast.PatBind) and _plain(node.init):
            return
        patterns = [node.pattern]
    elif isinstance(node, ast.Lambda):
        patterns = [p.pattern for p in node.params if p.ty is None]
    elif isinstance(node, ast.For):
        patterns = [node.pattern]
    for pattern in patterns:
        for part in walk(pattern):
            if isinstance(part, ast.PatBind) and isinstance(part.res, Binding):
                text = shown(part.res.ty)
                if "_" not in text.split() and len(text) <= _LONGEST and text != "_":
                    yield Hint(
                        part.end,
                        ": " + text,
                        isinstance(pattern, ast.PatBind) and not isinstance(node, ast.For),
                    )


def _plain(init: ast.Expr) -> bool:
    """Whether the type of an expression is written in it."""
    return isinstance(init, (ast.StructLit, ast.StrLit, ast.FString, ast.BoolLit, ast.CharLit, ast.FloatLit))


class Escaping:
    """The operations that functions perform and do not handle, by direct calls (as for the warning `unhandled-effect`)."""

    def __init__(self, program: Program) -> None:
        self.world = program.world
        self.shared = check.shared_of(program.world)
        self._found: dict[FnItem, list[str]] = {}

    def of(self, fn: FnItem) -> list[str]:
        """Their names, sorted."""
        if fn not in self._found:
            if fn not in self.shared.flows:
                return []
            found = check_flow.escaping(self.world, self.shared, [fn])
            for each, ops in found.items():
                self._found[each] = sorted([check_flow.effect_name(op) for op in ops])
        return self._found.get(fn, [])


class Call:
    """The call around a place: how its function is declared, its parameters, the number of the one at the place, the doc comment."""

    __slots__ = ("active", "doc", "label", "params")

    def __init__(self, label: str, params: list[str], active: int, doc: str) -> None:
        self.label = label
        self.params = params
        self.active = active
        self.doc = doc


def signature_at(program: Program, file: File, text: str, offset: int) -> Call | None:
    """The call in whose brackets a place lies. Works on the text up to there, whose brackets are closed for the checker."""
    tokens = tokenize(Source("", text[:offset]), Diagnostics())
    count = written(tokens)
    if tokens.broken >= 0 and tokens.kinds[:count].count(FOPEN) <= tokens.kinds[:count].count(FCLOSE):
        return None
    opened: list[tuple[int, int]] = []
    for i, kind in enumerate(tokens.kinds[:count]):
        if kind in ("(", "[", "{", FOPEN):
            opened.append((i, 0))
        elif kind in (")", "]", "}", FCLOSE) and opened:
            opened.pop()
        elif kind == "," and opened:
            opened[-1] = (opened[-1][0], opened[-1][1] + 1)
    if not opened or tokens.kinds[opened[-1][0]] != "(":
        return None
    index, active = opened[-1]
    bracket = tokens.starts[index]
    for node in reversed(ancestors(file.items, bracket)):
        if isinstance(node, (ast.Call, ast.MethodCall, ast.EffectCall)):
            return _call(program, node, active)
    # not a call yet: the checker is asked about the one that it may become
    decl = program.function_at(file, bracket)
    if decl is None or decl.body is None:
        return None
    for filling in (")", ");"):
        marked = text[: bracket + 1] + filling + text[offset:]
        by = len(marked) - len(file.source.text)
        block = program.trial(file, decl, marked, decl.body.pos, decl.body.end + by)
        for node in reversed(ancestors([block] if block is not None else [], bracket)):
            if isinstance(node, (ast.Call, ast.MethodCall, ast.EffectCall)):
                found = _call(program, node, active)
                if found is not None:
                    return found
    return None


def _call(program: Program, node: Any, active: int) -> Call | None:
    res = node.res
    if res is None and isinstance(node, ast.Call):
        res = getattr(node.callee, "res", None)
    fn = res.item if isinstance(res, FnRef) else res.method if isinstance(res, (MethodRef, OpRef)) else None
    if fn is not None:
        params = [p for p in signature(fn)[1:].rpartition(")")[0].split(", ")] if fn.params else []
        if len(params) != len(fn.params):
            params = [show(t) for t in fn.params]
        source = fn.module.source
        ret = show(fn.ret)
        label = f"{fn.name}({', '.join(params)})" + ("" if ret == "unit" else f" -> {ret}")
        return Call(label, params, active, doc_comment(source, fn.decl.pos))
    if isinstance(res, VariantUse):
        name, payload = res.enum.variants[res.index]
        params = [show(t) for t in payload]
        return Call(
            f"{name}({', '.join(params)})",
            params,
            active,
            doc_comment(res.enum.module.source, res.enum.decl.variants[res.index].pos),
        )
    if isinstance(res, StructUse):
        params = [show(t) for _, t in res.struct.fields]
        return Call(
            f"{res.struct.name}({', '.join(params)})",
            params,
            active,
            doc_comment(res.struct.module.source, res.struct.decl.pos),
        )
    callee = getattr(node, "callee", None)
    if callee is not None and callee.ty is not None:
        from rusk.types.infer import resolved
        from rusk.types.terms import FN

        t: Any = resolved(callee.ty)
        if t.tag == FN:
            params = [show(p) for p in t.params]
            return Call(show(t), params, active, "")
    return None
