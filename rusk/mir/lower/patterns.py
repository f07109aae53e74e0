"""Patterns: decision trees for matches, and patterns that bind or trap (``docs/language/02-types.md`` §10).

A match is a matrix of rows (arms) over columns (parts of the scrutinee). The first pattern of the first row that can fail decides what is
tested; the rows are then split by the outcome, so that nothing is tested twice on any path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.items import StructItem
from rusk.types.resolved import Binding, VariantUse
from rusk.types.terms import Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.mir.lower.builder import Builder


class Row:
    """An arm: what is still to be matched, as (register, pattern) pairs; what its names are bound to; what happens when it is chosen."""

    __slots__ = ("tests", "binds", "arm")

    def __init__(self, tests: list[tuple[int, Any]], binds: list[tuple[Binding, Any]], arm: int) -> None:
        self.tests = tests
        self.binds = binds
        self.arm = arm


class Rest:
    """The value of ``..rest``, made when the arm is chosen: a slice of an array, or a tuple of some elements."""

    __slots__ = ("source", "start", "behind", "ty")

    def __init__(self, source: int, start: int, behind: int, ty: Type) -> None:
        self.source = source
        self.start = start
        self.behind = behind
        self.ty = ty


_WILD = ast.PatWild(-1, -1)


def bind(b: Builder, pattern: Any, v: int, message: str, loc: int, fresh: bool = False) -> None:
    """Match ``v`` against a pattern outside of a match: bind its names, or trap with ``message``."""
    if pattern.__class__ is ast.PatBind and pattern.res.__class__ is Binding:
        b.bind(pattern.res, v, loc, fresh)
        return
    if pattern.__class__ is ast.PatWild:
        return
    after = b.new_block()

    def leaf(row: Row) -> None:
        bind_names(b, row, loc)
        b.jump(after, loc)

    def fail() -> None:
        b.end("trap", [], message, loc)

    decide(b, [Row([(v, pattern)], [], 0)], leaf, fail, loc)
    b.start(after)


def bind_names(b: Builder, row: Row, loc: int) -> None:
    """Bind the names of a chosen row."""
    for binding, value in row.binds:
        b.bind(binding, rest_value(b, value, loc) if value.__class__ is Rest else value, loc)


def rest_value(b: Builder, r: Rest, loc: int) -> int:
    """Make the value of ``..rest``."""
    source_ty = terms.strip_readonly(b.fn.vregs[r.source])
    if source_ty.tag == terms.ARRAY:
        start = b.const(terms.INT, r.start, loc)
        end = b.emit("array_len", terms.INT, [r.source], None, loc)
        if r.behind:
            n = b.const(terms.INT, r.behind, loc)
            end = b.emit("int_sub", terms.INT, [end, n], None, loc)
        return b.emit("array_slice", r.ty, [r.source, start, end], None, loc)
    if r.ty is terms.UNIT:
        return b.unit(loc)
    n_elems = len(source_ty.elems)  # type: ignore[attr-defined]
    return b.emit("tuple_rest", r.ty, [r.source], (r.start, n_elems - r.behind), loc)


def decide(
    b: Builder, rows: list[Row], leaf: Callable[[Row], None], fail: Callable[[], None], loc: int
) -> None:
    """Emit the decision tree for ``rows`` in the current block. ``leaf`` and ``fail`` end the block they are called in."""
    if not rows:
        fail()
        return
    first = rows[0]
    _expand(b, first, loc)
    while first.tests:
        v, p = first.tests[0]
        kind = p.__class__
        if p.res.__class__ is VariantUse:
            _variant(b, rows, v, p, leaf, fail, loc)
        elif kind is ast.PatLit:
            _literal(b, rows, v, p, leaf, fail, loc)
        elif kind is ast.PatArray:
            _array(b, rows, v, p, leaf, fail, loc)
        else:
            raise AssertionError(kind)
        return
    leaf(first)


def _expand(b: Builder, row: Row, loc: int) -> None:
    """Take apart what cannot fail in a row: names, tuples, structs, single-variant shapes are left for tests."""
    work = row.tests
    tests: list[tuple[int, Any]] = []
    # Depth first, in source order.
    stack = list(reversed(work))
    while stack:
        v, p = stack.pop()
        kind = p.__class__
        if kind is ast.PatWild:
            continue
        res = p.res
        if kind is ast.PatBind and res.__class__ is Binding:
            row.binds.append((res, v))
            continue
        if kind is ast.PatTuple:
            parts = _tuple_parts(b, row, v, p, loc)
            stack.extend(reversed(parts))
            continue
        if kind is ast.PatStruct or (kind is ast.PatCtor and res.__class__ is not VariantUse):
            parts = _struct_parts(b, v, p, loc)
            stack.extend(reversed(parts))
            continue
        if kind is ast.PatLit and p.kind == "unit":
            continue
        tests.append((v, p))
    row.tests = tests


def _part(b: Builder, v: int, index: int, p: Any, loc: int) -> int:
    return b.emit("get", resolved(p.ty), [v], index, loc)


def _tuple_parts(b: Builder, row: Row, v: int, p: ast.PatTuple, loc: int) -> list[tuple[int, Any]]:
    ty: Any = terms.strip_readonly(b.fn.vregs[v])
    n = len(ty.elems) if ty.tag == terms.TUPLE else 0
    parts: list[tuple[int, Any]] = []
    front = len(p.elems) if p.rest < 0 else p.rest
    for i, q in enumerate(p.elems):
        index = i if i < front else n - len(p.elems) + i
        if q.__class__ is not ast.PatWild:
            parts.append((_part(b, v, index, q, loc), q))
    if p.rest >= 0 and p.res is not None:
        row.binds.append((p.res, Rest(v, front, len(p.elems) - front, resolved(p.res.ty))))
    return parts


def _struct_parts(b: Builder, v: int, p: Any, loc: int) -> list[tuple[int, Any]]:
    item: StructItem = p.res.struct
    if p.__class__ is ast.PatCtor:
        q = p.args[0]
        return [] if q.__class__ is ast.PatWild else [(_part(b, v, 0, q, loc), q)]
    parts: list[tuple[int, Any]] = []
    for f in p.fields:
        if f.pattern.__class__ is not ast.PatWild:
            index = next(i for i, (name, _) in enumerate(item.fields) if name == f.name)
            parts.append((_part(b, v, index, f.pattern, loc), f.pattern))
    return parts


def _take(row: Row, v: int) -> Any:
    """The pattern that a row still has for register ``v``, or None."""
    for t in row.tests:
        if t[0] == v:
            return t[1]
    return None


def _without(row: Row, v: int, more: list[tuple[int, Any]]) -> Row:
    """A copy of the row with the test of ``v`` replaced by ``more``."""
    tests: list[tuple[int, Any]] = []
    for t in row.tests:
        if t[0] == v:
            tests.extend(more)
            more = []
        else:
            tests.append(t)
    return Row(tests, list(row.binds), row.arm)


def _copy(row: Row) -> Row:
    return Row(list(row.tests), list(row.binds), row.arm)


def _variant(b: Builder, rows: list[Row], v: int, p: Any, leaf: Any, fail: Any, loc: int) -> None:
    enum = p.res.enum
    # The columns of the other rows that stand on the same register.
    groups: dict[int, list[Row]] = {}
    order: list[int] = []
    for row in rows:
        q = _direct(row, v)
        if q is not None and q.res.__class__ is VariantUse and q.res.index not in groups:
            groups[q.res.index] = []
            order.append(q.res.index)
    complete = len(order) == len(enum.variants)
    blocks = {i: b.new_block() for i in order}
    default = None if complete else b.new_block()
    if len(enum.variants) == 1:
        b.jump(blocks[order[0]], loc)
    else:
        tag = b.emit("tag", terms.INT, [v], None, loc)
        if len(order) == 1:
            one = b.const(terms.INT, order[0], loc)
            same = b.emit("int_eq", terms.BOOL, [tag, one], None, loc)
            b.end("branch", [same], (blocks[order[0]], default), loc)
        elif complete and len(order) == 2:
            one = b.const(terms.INT, order[0], loc)
            same = b.emit("int_eq", terms.BOOL, [tag, one], None, loc)
            b.end("branch", [same], (blocks[order[0]], blocks[order[1]]), loc)
        else:
            b.end("switch", [tag], (tuple([(i, blocks[i]) for i in sorted(order)]), default), loc)
    for i in order:
        b.start(blocks[i])
        payload_pats: list[Any] = []
        for row in rows:
            q = _direct(row, v)
            if q is not None and q.res.index == i and q.__class__ is ast.PatCtor:
                payload_pats.append(q)
        n = len(enum.variants[i][1])
        regs = [-1] * n
        for q in payload_pats:
            for k, sub in enumerate(q.args):
                if regs[k] < 0 and sub.__class__ is not ast.PatWild:
                    regs[k] = b.emit("payload", resolved(sub.ty), [v], (i, k), loc)
        inner: list[Row] = []
        for row in rows:
            q = _direct(row, v)
            if q is None:
                inner.append(_copy(row))
            elif q.res.index == i:
                subs = q.args if q.__class__ is ast.PatCtor else []
                inner.append(
                    _without(
                        row, v, [(regs[k], s) for k, s in enumerate(subs) if s.__class__ is not ast.PatWild]
                    )
                )
        decide(b, inner, leaf, fail, loc)
    if default is not None:
        b.start(default)
        decide(b, [_copy(row) for row in rows if _direct(row, v) is None], leaf, fail, loc)


def _direct(row: Row, v: int) -> Any:
    """The refutable pattern of a row on register ``v``; None if any value passes."""
    q = _take(row, v)
    if q is None or q.__class__ is ast.PatWild or (q.__class__ is ast.PatBind and q.res.__class__ is Binding):
        return None
    return q


def _literal(b: Builder, rows: list[Row], v: int, p: ast.PatLit, leaf: Any, fail: Any, loc: int) -> None:
    yes, no = b.new_block(), b.new_block()
    ty = terms.strip_readonly(resolved(p.ty))
    if p.kind == "bool":
        b.end("branch", [v], (yes, no) if p.value else (no, yes), loc)
    else:
        name = _LITERAL_TYPES.get(ty, "int")
        k = b.const(ty, p.value, loc)
        same = b.emit(f"{name}_eq", terms.BOOL, [v, k], None, loc)
        b.end("branch", [same], (yes, no), loc)
    matched: list[Row] = []
    rest: list[Row] = []
    for row in rows:
        q = _direct(row, v)
        if q is None:
            matched.append(_copy(row))
            rest.append(_copy(row))
        elif q.__class__ is ast.PatLit and _same_value(q.value, p.value):
            matched.append(_without(row, v, []))
        elif p.kind == "bool":
            rest.append(_without(row, v, []))
        else:
            rest.append(_copy(row))
    b.start(yes)
    decide(b, matched, leaf, fail, loc)
    b.start(no)
    decide(b, rest, leaf, fail, loc)


_LITERAL_TYPES: dict[Type, str] = {
    t: t.name for t in (terms.BYTE, terms.CHAR, terms.STRING, terms.BYTES, terms.FLOAT)
}


def _same_value(a: object, b: object) -> bool:
    return a == b and type(a) is type(b)


def _array(b: Builder, rows: list[Row], v: int, p: ast.PatArray, leaf: Any, fail: Any, loc: int) -> None:
    n = len(p.elems)
    exact = p.rest < 0
    length = b.emit("array_len", terms.INT, [v], None, loc)
    k = b.const(terms.INT, n, loc)
    yes, no = b.new_block(), b.new_block()
    test = b.emit("int_eq" if exact else "int_ge", terms.BOOL, [length, k], None, loc)
    b.end("branch", [test], (yes, no), loc)
    b.start(yes)
    made: dict[object, int] = {}

    def element(index: int, behind: int, q: Any) -> int:
        """Element ``index`` from the front, or ``behind`` from the end (if > 0)."""
        key = ("end", behind) if behind else index
        if exact and behind:
            key = index = n - behind
            behind = 0
        r = made.get(key)
        if r is None:
            if behind:
                at = b.const(terms.INT, behind, loc)
                at = b.emit("int_sub", terms.INT, [length, at], None, loc)
            else:
                at = b.const(terms.INT, index, loc)
            r = made[key] = b.emit("index", resolved(q.ty), [v, at], None, loc)
        return r

    def split(row: Row, q: ast.PatArray) -> Row:
        front = len(q.elems) if q.rest < 0 else q.rest
        more: list[tuple[int, Any]] = []
        for i, s in enumerate(q.elems):
            if s.__class__ is not ast.PatWild:
                more.append((element(i, 0 if i < front else len(q.elems) - i, s), s))
        out = _without(row, v, more)
        if q.rest >= 0 and q.res is not None:
            out.binds.append((q.res, Rest(v, front, len(q.elems) - front, resolved(q.res.ty))))
        return out

    matched: list[Row] = []
    rest: list[Row] = []
    for i, row in enumerate(rows):
        q = _direct(row, v)
        if q is None:
            matched.append(_copy(row))
            rest.append(_copy(row))
            continue
        m = len(q.elems)
        if exact:
            if (q.rest < 0 and m == n) or (q.rest >= 0 and m <= n):
                matched.append(split(row, q))
            if not (q.rest < 0 and m == n):
                rest.append(_copy(row))
        else:
            if i == 0 or (q.rest >= 0 and m <= n):
                matched.append(split(row, q))
            elif q.rest >= 0 or m >= n:
                matched.append(_copy(row))
            if m < n:
                rest.append(_copy(row))
    decide(b, matched, leaf, fail, loc)
    b.start(no)
    decide(b, rest, leaf, fail, loc)


def irrefutable(p: Any) -> bool:
    """Whether a pattern matches every value without a test."""
    stack = [p]
    while stack:
        q = stack.pop()
        kind = q.__class__
        if kind is ast.PatWild or (kind is ast.PatBind and q.res.__class__ is Binding):
            continue
        if kind is ast.PatTuple:
            stack.extend(q.elems)
        elif kind is ast.PatStruct:
            stack.extend([f.pattern for f in q.fields])
        elif kind is ast.PatCtor and q.res.__class__ is not VariantUse:
            stack.extend(q.args)
        elif q.res.__class__ is VariantUse and len(q.res.enum.variants) == 1:
            stack.extend(getattr(q, "args", ()))
        elif kind is ast.PatLit and q.kind == "unit":
            continue
        else:
            return False
    return True
