"""Patterns: decision trees for matches, and patterns that bind or trap (``docs/language/02-types.md`` §10).

A match is a matrix: a row for each arm, whose tests name the *places* that still have to be looked at and what they must be. Each step
takes a place that the first row tests, splits the rows by what may be found there and goes on with each part. So no path tests a place for
the same thing twice, and as equal parts of the matrix lead to the same block, no arm is decided in more than one way that matters.

Places are known by the way that leads to them from the scrutinee. Their values are read when a test or a chosen arm needs them, once on
each path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.resolved import Binding, VariantUse
from rusk.types.terms import Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.mir.ir import Block
    from rusk.mir.lower.builder import Builder


class Place:
    """A part of the scrutinee.

    ``op``: how it is read from ``base``: "root" (``key``: its register), "get" (field), "payload" (variant, index), "len" (of an array),
    "index" (element from the front), "end" (element, counted from the end).
    """

    __slots__ = ("base", "op", "key", "ty", "parts")

    def __init__(self, base: Place | None, op: str, key: Any, ty: Type) -> None:
        self.base = base
        self.op = op
        self.key = key
        self.ty = ty
        self.parts: dict[object, Place] = {}

    def part(self, op: str, key: Any, ty: Type) -> Place:
        """The same place for the same way."""
        found = self.parts.get((op, key))
        if found is None:
            found = self.parts[op, key] = Place(self, op, key, ty)
        return found


class Rest:
    """The value of ``..rest``, made when the arm is chosen: a slice of an array, or a tuple of some elements."""

    __slots__ = ("source", "start", "behind", "ty")

    def __init__(self, source: Place, start: int, behind: int, ty: Type) -> None:
        self.source = source
        self.start = start
        self.behind = behind
        self.ty = ty


#: What a name is bound to.
Value: TypeAlias = "Place | Rest"
#: The registers that hold places at some point.
Known: TypeAlias = "dict[Place, int]"


class Row:
    """An arm: what is still to be tested, by place, and what its names are bound to."""

    __slots__ = ("tests", "binds", "arm")

    def __init__(self, tests: dict[Place, Any], binds: list[tuple[Binding, Value]], arm: int) -> None:
        self.tests = tests
        self.binds = binds
        self.arm = arm

    def add(self, place: Place, pattern: Any) -> None:
        """Require ``pattern`` at ``place``: what cannot fail is taken apart or bound, the rest becomes tests."""
        work = [(place, pattern)]
        while work:
            at, p = work.pop()
            kind = p.__class__
            if kind is ast.PatWild:
                continue
            res = p.res
            if kind is ast.PatBind and res.__class__ is Binding:
                self.binds.append((res, at))
                continue
            if resolved(p.ty) is terms.NEVER:  # any pattern will do where no value ever comes
                self.binds.extend([(name, at) for name in _names(p)])
                continue
            parts: list[tuple[Place, Any]] = []
            if kind is ast.PatTuple:
                parts = _tuple_parts(at, p)
                if p.rest >= 0:
                    self.bind_rest(at, p)
            elif kind is ast.PatStruct or (kind is ast.PatCtor and res.__class__ is not VariantUse):
                parts = _struct_parts(at, p)
            elif kind is ast.PatArray and p.rest >= 0 and not p.elems:
                self.bind_rest(at, p)
            elif res.__class__ is VariantUse and len(res.enum.variants) == 1:
                parts = _payload(at, p)
            elif kind is not ast.PatLit or p.kind != "unit":
                self.tests[at] = p
            parts.reverse()
            work += parts

    def without(self, place: Place) -> Row:
        """A copy whose test of ``place`` has been made."""
        tests = self.tests.copy()
        del tests[place]
        return Row(tests, self.binds.copy(), self.arm)

    def bind_rest(self, at: Place, p: Any) -> None:
        """Bind the name of ``..name`` in an array or tuple pattern."""
        if p.res is not None:
            self.binds.append((p.res, Rest(at, p.rest, len(p.elems) - p.rest, resolved(p.res.ty))))


class Choice:
    """An arm that has been chosen, at the end of one path: what its names are bound to there."""

    __slots__ = ("arm", "binds", "known")

    def __init__(self, row: Row, known: Known) -> None:
        self.arm = row.arm
        self.binds = dict(row.binds)
        self.known = known

    def names(self) -> list[Binding]:
        """The names, in the order of the source."""
        return sorted(self.binds, key=_position)

    def value(self, b: Builder, name: Binding, loc: int) -> int:
        """The register of the value of a name; may add instructions to the current block."""
        value = self.binds[name]
        if value.__class__ is Rest:
            return _rest_value(b, value, self.known, loc)
        return _load(b, value, self.known, loc)  # type: ignore[arg-type]

    def bind(self, b: Builder, loc: int) -> None:
        """Bind the names."""
        for name in self.names():
            b.bind(name, self.value(b, name, loc), loc)


def _position(name: Binding) -> int:
    return name.pos


def bind(b: Builder, pattern: Any, v: int, message: str, loc: int, fresh: bool = False) -> None:
    """Match ``v`` against a pattern outside of a match: bind its names, or trap with ``message``."""
    if pattern.__class__ is ast.PatBind and pattern.res.__class__ is Binding:
        b.bind(pattern.res, v, loc, fresh)
        return
    if pattern.__class__ is ast.PatWild:
        return
    after = b.new_block()

    def leaf(choice: Choice) -> None:
        choice.bind(b, loc)
        b.jump(after, loc)

    def fail() -> None:
        b.end("trap", [], message, loc)

    decide(b, [[(v, pattern)]], leaf, fail, loc)
    b.start(after)


def decide(
    b: Builder,
    arms: list[list[tuple[int, Any]]],
    leaf: Callable[[Choice], None],
    fail: Callable[[], None],
    loc: int,
) -> None:
    """Emit, from the current block on, the decision tree for ``arms``: registers and the patterns they must match.

    ``leaf`` is called in each block in which an arm has been chosen, ``fail`` where none is left; they end the block.
    """
    roots: dict[int, Place] = {}
    rows = []
    for i, tests in enumerate(arms):
        row = Row({}, [], i)
        for v, pattern in tests:
            root = roots.get(v)
            if root is None:
                root = roots[v] = Place(None, "root", v, b.fn.vregs[v])
            row.add(root, pattern)
        rows.append(row)
        if not row.tests:
            break
    _Tree(b, leaf, fail, loc).grow(rows)


# ------------------------------------------------------------------ reading


def _load(b: Builder, place: Place, known: Known, loc: int) -> int:
    """The register that holds ``place``; reads it if none does."""
    op = place.op
    if op == "root":
        return place.key  # type: ignore[no-any-return]
    r = known.get(place)
    if r is not None:
        return r
    base = place.base
    assert base is not None
    v = _load(b, base, known, loc)  # as deep as the pattern
    if op == "index":
        r = b.emit("index", place.ty, [v, b.const(terms.INT, place.key, loc)], None, loc)
    elif op == "end":
        n = _load(b, base.part("len", None, terms.INT), known, loc)
        at = b.emit("int_sub", terms.INT, [n, b.const(terms.INT, place.key, loc)], None, loc)
        r = b.emit("index", place.ty, [v, at], None, loc)
    elif op == "len":
        r = b.emit("array_len", terms.INT, [v], None, loc)
    else:
        r = b.emit(op, place.ty, [v], place.key, loc)
    known[place] = r
    return r


def _rest_value(b: Builder, r: Rest, known: Known, loc: int) -> int:
    """Make the value of ``..rest``."""
    if r.ty is terms.UNIT:
        return b.unit(loc)
    v = _load(b, r.source, known, loc)
    ty = terms.strip_readonly(r.source.ty)
    if ty.tag == terms.ARRAY:
        start = b.const(terms.INT, r.start, loc)
        end = _load(b, r.source.part("len", None, terms.INT), known, loc)
        if r.behind:
            end = b.emit("int_sub", terms.INT, [end, b.const(terms.INT, r.behind, loc)], None, loc)
        return b.emit("array_slice", r.ty, [v, start, end], None, loc)
    return b.emit("tuple_rest", r.ty, [v], (r.start, len(ty.elems) - r.behind), loc)  # type: ignore[attr-defined]


# ------------------------------------------------------------------ parts


def _names(p: Any) -> list[Binding]:
    """All names that a pattern binds."""
    names: list[Binding] = []
    work = [p]
    while work:
        q = work.pop()
        if q.res.__class__ is Binding:
            names.append(q.res)
        work += getattr(q, "elems", None) or getattr(q, "args", None) or ()
        work += [f.pattern for f in getattr(q, "fields", ())]
    return names


def _struct_parts(at: Place, p: Any) -> list[tuple[Place, Any]]:
    """The parts of a struct or newtype pattern."""
    if p.__class__ is ast.PatCtor:
        given = {0: p.args[0]}
    else:
        index = {name: i for i, (name, _) in enumerate(p.res.struct.fields)}
        given = {index[f.name]: f.pattern for f in p.fields}
    return [
        (at.part("get", i, resolved(q.ty)), q) for i, q in given.items() if q.__class__ is not ast.PatWild
    ]


def _tuple_parts(at: Place, p: ast.PatTuple) -> list[tuple[Place, Any]]:
    ty: Any = terms.strip_readonly(at.ty)
    n = len(ty.elems)
    front = len(p.elems) if p.rest < 0 else p.rest
    return [
        (at.part("get", i if i < front else n - len(p.elems) + i, resolved(q.ty)), q)
        for i, q in enumerate(p.elems)
        if q.__class__ is not ast.PatWild
    ]


def _payload(at: Place, p: Any) -> list[tuple[Place, Any]]:
    """The parts of a variant pattern."""
    if p.__class__ is not ast.PatCtor:
        return []
    variant = p.res.index
    return [
        (at.part("payload", (variant, k), resolved(q.ty)), q)
        for k, q in enumerate(p.args)
        if q.__class__ is not ast.PatWild
    ]


def _elements(at: Place, p: ast.PatArray, length: int) -> list[tuple[Place, Any]]:
    """The parts of an array pattern; ``length``: of the array, -1 if not known."""
    n = len(p.elems)
    front = n if p.rest < 0 else p.rest
    parts: list[tuple[Place, Any]] = []
    for i, q in enumerate(p.elems):
        if q.__class__ is ast.PatWild:
            continue
        if i < front:
            place = at.part("index", i, resolved(q.ty))
        elif length >= 0:
            place = at.part("index", length - n + i, resolved(q.ty))
        else:
            place = at.part("end", n - i, resolved(q.ty))
        parts.append((place, q))
    return parts


# ------------------------------------------------------------------ the tree

#: Scalar types that a `switch` works on.
_SWITCHED = frozenset((terms.INT, terms.BYTE, terms.CHAR))
#: Literals of text from which they are searched in order instead of one after the other.
_SEARCHED = 8


class _Group(list[Row]):
    """Rows that stay when a test has one outcome. What comes after a row without tests is never reached."""

    __slots__ = ()

    def add(self, row: Row) -> None:
        if not self or self[-1].tests:
            self.append(row)


class _Tree:
    __slots__ = ("b", "leaf", "fail", "loc", "work", "made")

    def __init__(
        self, b: Builder, leaf: Callable[[Choice], None], fail: Callable[[], None], loc: int
    ) -> None:
        self.b = b
        self.leaf = leaf
        self.fail = fail
        self.loc = loc
        # what is still to be decided: its block, its rows, and what is known there
        self.work: list[tuple[Block, list[Row], Known]] = []
        self.made: dict[object, Block] = {}

    def grow(self, rows: list[Row]) -> None:
        """Decide in the current block, then in those that come of it."""
        self.step(rows, {})
        while self.work:
            block, rows, known = self.work.pop()
            self.b.start(block)
            self.step(rows, known.copy())

    def step(self, rows: list[Row], known: Known) -> None:
        if not rows:
            self.fail()
            return
        tests = rows[0].tests
        if not tests:
            self.leaf(Choice(rows[0], known))
            return
        place = next(iter(tests)) if len(tests) == 1 else _column(rows)
        p = tests[place]
        v = _load(self.b, place, known, self.loc)
        if p.res.__class__ is VariantUse:
            self.variants(rows, place, v, known)
        elif p.__class__ is ast.PatArray:
            self.lengths(rows, place, known)
        else:
            self.literals(rows, place, v, known)

    def go(self, parts: list[list[Row]], known: Known) -> list[Block]:
        """The blocks that decide each of ``parts``, which stand in the order in which they are to be laid out."""
        blocks: list[Block] = []
        fresh = []
        for rows in parts:
            key = _signature(rows, known)
            block = self.made.get(key)
            if block is None:
                block = self.made[key] = self.b.new_block()
                fresh.append((block, rows, known))
            blocks.append(block)
        fresh.reverse()
        self.work.extend(fresh)
        return blocks

    def test(self, op: str, v: int, ty: Type, value: object, yes: Block, no: Block) -> None:
        """Branch by a comparison with a constant."""
        b = self.b
        same = b.emit(op, terms.BOOL, [v, b.const(ty, value, self.loc)], None, self.loc)
        b.end("branch", [same], (yes, no), self.loc)

    def variants(self, rows: list[Row], place: Place, v: int, known: Known) -> None:
        """Split by the variant of an enum."""
        groups, default = _split(rows, place)
        complete = len(groups) == len(rows[0].tests[place].res.enum.variants)
        blocks = self.go([*groups.values()] if complete else [*groups.values(), default], known)
        tag = self.b.emit("tag", terms.INT, [v], None, self.loc)
        if len(blocks) == 2:
            self.test("int_eq", tag, terms.INT, next(iter(groups)), blocks[0], blocks[1])
            return
        cases = sorted(zip(groups, blocks, strict=False), key=_case)
        self.b.end("switch", [tag], (tuple(cases), None if complete else blocks[-1]), self.loc)

    def literals(self, rows: list[Row], place: Place, v: int, known: Known) -> None:
        """Split by the value of a scalar or text."""
        groups, default = _split(rows, place)
        ty = terms.strip_readonly(place.ty)
        values = list(groups)
        if ty is terms.BOOL:
            yes, no = self.go([groups.get(values[0], default), groups.get(not values[0], default)], known)
            self.b.end("branch", [v], (yes, no) if values[0] else (no, yes), self.loc)
            return
        *blocks, other = self.go([*groups.values(), default], known)
        if ty in _SWITCHED and len(values) > 1:
            cases = sorted(zip(values, blocks, strict=True), key=_case)
            self.b.end("switch", [v], (tuple(cases), other), self.loc)
        elif len(values) >= _SEARCHED and ty is not terms.FLOAT:
            self.search(sorted(zip(values, blocks, strict=True), key=_bytes), v, ty, other)
        else:
            self.chain(list(zip(values, blocks, strict=True)), v, ty, other)

    def chain(self, cases: list[tuple[Any, Block]], v: int, ty: Type, other: Block) -> None:
        """Compare with one literal after the other."""
        last = len(cases) - 1
        for i, (value, block) in enumerate(cases):
            no = other if i == last else self.b.new_block()
            self.test(f"{ty}_eq", v, ty, value, block, no)
            if i < last:
                self.b.start(no)

    def search(self, cases: list[tuple[Any, Block]], v: int, ty: Type, other: Block) -> None:
        """Find a literal among many, which ascend, by halves."""
        parts = [(self.b.block, cases)]
        while parts:
            block, cases = parts.pop()
            if block is not self.b.block:
                self.b.start(block)
            if len(cases) < _SEARCHED:
                self.chain(cases, v, ty, other)
                continue
            half = len(cases) // 2
            low, high = self.b.new_block(), self.b.new_block()
            self.test(f"{ty}_lt", v, ty, cases[half][0], low, high)
            parts.append((high, cases[half:]))
            parts.append((low, cases[:half]))

    def lengths(self, rows: list[Row], place: Place, known: Known) -> None:
        """Split by the length of an array.

        The lengths at which the set of fitting rows changes cut them into intervals. Those of a single length are tested first, then what is
        left from the greatest one down.
        """
        cuts = {0}
        for row in rows:
            p = row.tests.get(place)
            if p is not None:
                cuts.add(len(p.elems))
                if p.rest < 0:
                    cuts.add(len(p.elems) + 1)
        starts = sorted(cuts)
        single: dict[int, _Group] = {}
        ranges: list[tuple[int, _Group]] = []
        for i, low in enumerate(starts):
            one = i + 1 < len(starts) and starts[i + 1] == low + 1
            group, tested = _of_length(rows, place, low, one)
            if one and tested:
                single[low] = group
            elif tested or not ranges or ranges[-1][1] != group:
                ranges.append((low, group))
        ranges.reverse()
        n = _load(self.b, place.part("len", None, terms.INT), known, self.loc)
        blocks = self.go([*single.values(), *[g for _, g in ranges]], known)
        cases = list(zip(single, blocks, strict=False))
        bounds = list(zip([low for low, _ in ranges], blocks[len(single) :], strict=True))
        last = bounds.pop()[1]
        other = self.b.new_block() if bounds else last
        if len(cases) == 1:
            self.test("int_eq", n, terms.INT, *cases[0], other)
        elif cases:
            self.b.end("switch", [n], (tuple(cases), other), self.loc)
        elif bounds:
            self.b.jump(other, self.loc)
        for i, (low, block) in enumerate(bounds, 1):
            self.b.start(other)
            other = self.b.new_block() if i < len(bounds) else last
            self.test("int_ge", n, terms.INT, low, block, other)


def _split(rows: list[Row], place: Place) -> tuple[dict[Any, _Group], _Group]:
    """The rows that may match each variant or literal found at ``place`` in them, in the order of the rows; and anything else."""
    groups: dict[Any, _Group] = {}
    default = _Group()
    for row in rows:
        p = row.tests.get(place)
        if p is None:
            for g in groups.values():
                g.add(row)
            default.add(row)
            continue
        variant = p.res.__class__ is VariantUse
        key = p.res.index if variant else p.value
        found = groups.get(key)
        if found is None:
            found = groups[key] = _Group(default)
        row = row.without(place)
        if variant:
            for at, q in _payload(place, p):
                row.add(at, q)
        found.add(row)
    return groups, default


def _of_length(rows: list[Row], place: Place, low: int, one: bool) -> tuple[_Group, bool]:
    """The rows that may match arrays of length ``low`` (``one``), or of all lengths from there to the next cut; whether one of them looks at it."""
    group = _Group()
    tested = False
    for row in rows:
        p = row.tests.get(place)
        if p is not None:
            n = len(p.elems)
            if n > low or (p.rest < 0 and not (one and n == low)):
                continue
            tested = True
            row = row.without(place)
            for at, q in _elements(place, p, low if one else -1):
                row.add(at, q)
            if p.rest >= 0:
                row.bind_rest(place, p)
        group.add(row)
    return group, tested


def _case(case: tuple[Any, Block]) -> Any:
    return case[0]


def _bytes(case: tuple[Any, Block]) -> bytes:
    """The order of text at run time is that of its bytes."""
    value = case[0]
    return value.encode() if isinstance(value, str) else value


def _column(rows: list[Row]) -> Place:
    """Which place to test next: one that the first row tests, and the more rows after it need the better; cheap tests first."""
    best: Place | None = None
    best_score = (-1, False)
    for place, p in rows[0].tests.items():
        needed = 0
        for row in rows:
            if place not in row.tests:
                break
            needed += 1
        cheap = p.__class__ is not ast.PatLit or p.kind in ("bool", "int", "byte", "char")
        if (needed, cheap) > best_score:
            best = place
            best_score = (needed, cheap)
    assert best is not None
    return best


def _signature(rows: list[Row], known: Known) -> object:
    """What the code that decides ``rows`` depends on: their tests and values, and where the places that these lead through are found."""
    seen: dict[Place, int | None] = {}
    key: list[object] = []
    for row in rows:
        key.append(row.arm)
        for place, p in row.tests.items():
            key.append((place, id(p)))
            _way(place, seen, known)
        for name, value in row.binds:
            if value.__class__ is Rest:
                key.append((name, value.source, value.start, value.behind))
                _way(value.source.part("len", None, terms.INT), seen, known)
            else:
                key.append((name, value))
                _way(value, seen, known)  # type: ignore[arg-type]
    return (*key, *seen.values())


def _way(place: Place, seen: dict[Place, int | None], known: Known) -> None:
    at: Place | None = place
    while at is not None and at not in seen:
        seen[at] = known.get(at)
        if at.op == "end":
            _way(at.base.part("len", None, terms.INT), seen, known)  # type: ignore[union-attr]
        at = at.base


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
