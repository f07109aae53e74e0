"""Exhaustiveness and reachability of patterns, by the matrix algorithm (``docs/language/02-types.md`` §11).

One walk over the matrix of the arms' patterns answers both questions: which rows are useful and which values no row
covers. The constructors of a column are read off the patterns that stand in it, so no types are needed, except that a
column of type ``!`` has none. The work is budgeted: the problem is exponential in the worst case.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

from rusk.syntax import ast
from rusk.types.infer import resolved
from rusk.types.resolved import StructUse, VariantUse
from rusk.types.terms import ERR, NEVER, strip_readonly

if TYPE_CHECKING:
    from rusk.types.items import EnumItem, StructItem

#: A pattern in the matrix; None is the wildcard.
Pat: TypeAlias = "ast.Pattern | None"

#: Rows that may be looked at, all submatrices together.
BUDGET = 500_000
#: Witnesses that are worked out; more are only counted as "many".
MAX_WITNESSES = 100
#: Columns beyond which a matrix is not analysed.
MAX_COLUMNS = 2_000
#: Rows up to which a matrix is split from left to right.
_SHORT = 32


class TooComplex(Exception):
    """The budget is used up."""


class Result:
    """``missing``: patterns not covered, in words; ``useful``: for each row whether it can match; ``complex``: gave up."""

    __slots__ = ("missing", "useful", "complex")

    def __init__(self, missing: list[str], useful: list[bool], complex_: bool = False) -> None:
        self.missing = missing
        self.useful = useful
        self.complex = complex_


def is_wild(p: Pat) -> bool:
    """Whether a pattern matches every value (a binding, ``_``, or one that was already reported)."""
    if p is None:
        return True
    cls = p.__class__
    if cls is ast.PatWild or p.ty is ERR:
        return True
    if cls is ast.PatBind:
        return p.res.__class__ is not VariantUse
    if cls is ast.PatLit:
        return False
    if cls is ast.PatTuple:
        return False
    if cls is ast.PatArray:
        array: Any = p
        return array.rest >= 0 and not array.elems
    return p.res is None  # an erroneous constructor pattern


def analyse(patterns: list[ast.Pattern]) -> Result:
    """Usefulness and missing cases of the single-column matrix ``patterns``."""
    flat = _flat(patterns)
    if flat is not None:
        return flat
    return analyse_rows([[p] for p in patterns], 1, True)


def analyse_rows(rows: list[list[Pat]], columns: int, want_missing: bool) -> Result:
    """The same for rows of several patterns (parameters of an operation)."""
    work = _Work(len(rows), want_missing)
    try:
        witnesses = work.walk([_row(i, r) for i, r in enumerate(rows)], columns)
    except TooComplex:
        covered = not want_missing or any([all([is_wild(p) for p in r]) for r in rows])
        return Result([] if covered else ["_"], [True] * len(rows), True)
    return Result([", ".join(w) for w in witnesses], work.useful)


def covers(p: Any, q: Any) -> bool:
    """Whether ``p`` alone matches everything that ``q`` matches, both of one type; decided part by part."""
    work = [(p, q)]
    while work:
        p, q = work.pop()
        if is_wild(p):
            continue
        if is_wild(q):
            q = None
        cls = p.__class__
        if cls is ast.PatLit:
            if p.kind != "unit" and (q is None or p.value != q.value):
                return False
        elif cls is ast.PatArray:
            if q is None or analyse_rows([[p], [q]], 1, False).useful[1]:
                return False
        elif cls is ast.PatTuple:
            n = _tuple_size(p)
            work += zip(_tuple_parts(p, n), _tuple_parts(q, n), strict=True)
        elif isinstance(p.res, StructUse):
            struct = p.res.struct
            n = len(struct.fields)
            work += zip(_struct_parts(p, struct, n), _struct_parts(q, struct, n), strict=True)
        else:
            variants = p.res.enum.variants
            if len(variants) > 1 and (q is None or p.res.index != q.res.index):
                return False
            n = len(variants[p.res.index][1])
            work += zip(_payload(p, n), _payload(q, n), strict=True)
    return True


def irrefutable(p: ast.Pattern) -> list[str]:
    """The cases that ``p`` alone does not cover; empty for an irrefutable pattern."""
    if is_wild(p):
        return []
    return analyse([p]).missing


def _flat(patterns: list[ast.Pattern]) -> Result | None:
    """The common case: every arm a wildcard, a payload-free or all-wild variant, or a bool literal; else None."""
    seen: set[int] = set()
    useful: list[bool] = []
    enum: EnumItem | None = None
    total = 0
    covered = False
    for p in patterns:
        cls = p.__class__
        if cls is ast.PatWild or (cls is ast.PatBind and p.res.__class__ is not VariantUse):
            useful.append(not covered)
            covered = True
            continue
        if cls is ast.PatCtor:
            for a in p.args:  # type: ignore[attr-defined]
                if not (
                    a.__class__ is ast.PatWild
                    or (a.__class__ is ast.PatBind and a.res.__class__ is not VariantUse)
                ):
                    return None
        elif cls is ast.PatLit:
            if p.kind != "bool":  # type: ignore[attr-defined]
                return None
            if p.ty is ERR or resolved(p.ty) is NEVER:
                return None
            total = 2
            key = 1 if p.value else 0  # type: ignore[attr-defined]
            useful.append(not covered and key not in seen)
            seen.add(key)
            if len(seen) == 2:
                covered = True
            continue
        elif cls is not ast.PatPath and cls is not ast.PatBind:
            return None
        use = p.res
        if use.__class__ is not VariantUse or total == 2 and enum is None:
            return None
        if enum is None:
            if p.ty is ERR or resolved(p.ty) is NEVER:
                return None
            enum = use.enum
            total = len(enum.variants)
        elif enum is not use.enum:
            return None
        useful.append(not covered and use.index not in seen)
        seen.add(use.index)
        if len(seen) == total:
            covered = True
    if covered:
        return Result([], useful)
    if enum is not None:
        return Result(
            [_variant_text(enum, i, ["_"] * len(v[1])) for i, v in enumerate(enum.variants) if i not in seen],
            useful,
        )
    if total == 2:
        return Result([("false", "true")[i] for i in (0, 1) if i not in seen], useful)
    return None


def _variant_text(enum: EnumItem, index: int, args: list[str]) -> str:
    name = enum.variants[index][0]
    if not (enum.name == "Option" and enum.module.is_library):
        name = f"{enum.name}::{name}"
    return f"{name}({', '.join(args)})" if args else name


def _struct_text(struct: StructItem, args: list[str]) -> str:
    if struct.is_newtype:
        return f"{struct.name}({args[0]})"
    shown = [f"{f[0]}: {a}" for f, a in zip(struct.fields, args, strict=True) if a != "_"]
    if len(shown) < len(args):
        shown.append("..")
    return f"{struct.name} {{ {', '.join(shown)} }}" if shown else f"{struct.name} {{}}"


class _Row:
    """A row of the matrix. ``index``: of the arm; ``open``: how many of the patterns are no wildcards."""

    __slots__ = ("index", "patterns", "open")

    def __init__(self, index: int, patterns: list[Pat], open_: int) -> None:
        self.index = index
        self.patterns = patterns
        self.open = open_

    def split(self, col: int, parts: list[Pat]) -> _Row:
        """The row with the pattern in column ``col`` replaced by its parts."""
        p = self.patterns
        left = self.open
        if not is_wild(p[col]):
            left -= 1
            for q in parts:
                left += not is_wild(q)
        return _Row(self.index, p[:col] + parts + p[col + 1 :], left)


class _Rows(list[_Row]):
    """A matrix. What comes after a row of wildcards is never reached, and left out."""

    __slots__ = ()

    def add(self, row: _Row, col: int, parts: list[Pat]) -> None:
        """Append a row with its column ``col`` replaced."""
        if not self or self[-1].open:
            self.append(row.split(col, parts))


def _row(index: int, patterns: list[Pat]) -> _Row:
    return _Row(index, patterns, sum([not is_wild(p) for p in patterns]))


class _Work:
    __slots__ = ("useful", "budget", "want")

    def __init__(self, rows: int, want: bool) -> None:
        self.useful = [False] * rows
        self.budget = BUDGET
        self.want = want

    def walk(self, rows: list[_Row], width: int) -> list[list[str]]:
        """Mark the useful rows; return the vectors of values that no row covers."""
        if not rows:
            return [["_"] * width] if self.want else []
        first = rows[0]
        if not first.open:
            self.useful[first.index] = True
            return []
        self.budget -= (len(rows) + 1) * (1 + width // 64)
        if self.budget < 0 or width > MAX_COLUMNS:
            raise TooComplex
        col = self.column(rows)
        head = first.patterns[col]
        assert head is not None
        t = None if head.ty is None else strip_readonly(resolved(head.ty))
        if t is NEVER:
            for r in rows:
                self.useful[r.index] = True
            return []
        cls = head.__class__
        if cls is ast.PatLit:
            return self.literals(rows, col, width)
        if cls is ast.PatArray:
            return self.arrays(rows, col, width)
        if cls is ast.PatTuple:
            n = _tuple_size(head)
            new = [r.split(col, _tuple_parts(r.patterns[col], n)) for r in rows]
            return [
                w[:col] + [_tuple_text(w[col : col + n])] + w[col + n :]
                for w in self.walk(new, width - 1 + n)
            ]
        res = head.res
        if isinstance(res, StructUse):
            struct = res.struct
            n = len(struct.fields)
            new = [r.split(col, _struct_parts(r.patterns[col], struct, n)) for r in rows]
            return [
                w[:col] + [_struct_text(struct, w[col : col + n])] + w[col + n :]
                for w in self.walk(new, width - 1 + n)
            ]
        return self.variants(rows, col, width, res.enum)

    @staticmethod
    def column(rows: list[_Row]) -> int:
        """The column to split by: one that the first row needs.

        The first one gives missing cases in the order in which people think of them. In long matrices it is the one that most rows need.
        """
        first = rows[0].patterns
        wanted = [i for i, p in enumerate(first) if not is_wild(p)]
        if len(wanted) == 1 or len(rows) <= _SHORT:
            return wanted[0]
        best = best_score = -1
        for col in wanted:
            score = 0
            for r in rows:
                if is_wild(r.patterns[col]):
                    break
                score += 1
            if score > best_score:
                best, best_score = col, score
        return best

    def variants(self, rows: list[_Row], col: int, width: int, enum: EnumItem) -> list[list[str]]:
        groups: dict[int, _Rows] = {}
        wild: list[_Row] = []
        for row in rows:
            p = row.patterns[col]
            if is_wild(p):
                wild.append(row)
                for i, g in groups.items():
                    g.add(row, col, [None] * len(enum.variants[i][1]))
                continue
            assert p is not None
            i = p.res.index
            n = len(enum.variants[i][1])
            found = groups.get(i)
            if found is None:
                found = groups[i] = _Rows()
                for w in wild:
                    found.add(w, col, [None] * n)
            found.add(row, col, _payload(p, n))
        missing: dict[int, list[list[str]]] = {}
        for i, found in groups.items():
            ws = self.walk(found, width - 1 + len(enum.variants[i][1]))
            if ws:
                missing[i] = ws
        rest = self.rest(wild, col, width) if len(groups) < len(enum.variants) else []
        out: list[list[str]] = []
        if missing or rest:
            for i, v in enumerate(enum.variants):
                n = len(v[1]) if i in groups else 0
                for case in missing.get(i, ()) if i in groups else rest:
                    args = case[col : col + n] if i in groups else ["_"] * len(v[1])
                    out.append(case[:col] + [_variant_text(enum, i, args)] + case[col + n :])
                if len(out) >= MAX_WITNESSES:
                    return out[:MAX_WITNESSES]
        return out

    def rest(self, wild: list[_Row], col: int, width: int) -> list[list[str]]:
        """What is missing, column ``col`` apart, where only the rows count that take anything there."""
        sub = _Rows()
        for row in wild:
            sub.add(row, col, [])
        return self.walk(sub, width - 1)

    def literals(self, rows: list[_Row], col: int, width: int) -> list[list[str]]:
        groups: dict[object, _Rows] = {}
        wild: list[_Row] = []
        kind = ""
        for row in rows:
            p = row.patterns[col]
            if is_wild(p):
                wild.append(row)
                for g in groups.values():
                    g.add(row, col, [])
                continue
            if p.__class__ is not ast.PatLit:
                continue  # a mistake reported already
            kind = p.kind
            found = groups.get(p.value)
            if found is None:
                found = groups[p.value] = _Rows()
                for w in wild:
                    found.add(w, col, [])
            found.add(row, col, [])
        if kind == "unit":
            ((_, only),) = groups.items()
            return [w[:col] + ["()"] + w[col:] for w in self.walk(only, width - 1)]
        if kind == "bool":
            out: list[list[str]] = []
            for value in (False, True):
                sub = groups.get(value)
                ws = self.rest(wild, col, width) if sub is None else self.walk(sub, width - 1)
                out += [w[:col] + ["true" if value else "false"] + w[col:] for w in ws]
            return out[:MAX_WITNESSES]
        missing = self.rest(wild, col, width)
        for sub in groups.values():
            # what is missing for one literal is missing beside it too, so only usefulness matters here
            self.walk(sub, width - 1)
        return [w[:col] + ["_"] + w[col:] for w in missing]

    def arrays(self, rows: list[_Row], col: int, width: int) -> list[list[str]]:
        fixed = before = after = 0
        exact: set[int] = set()
        for row in rows:
            p = row.patterns[col]
            if is_wild(p) or p.__class__ is not ast.PatArray:
                continue
            n = len(p.elems)
            rest = p.rest
            if rest < 0:
                fixed = max(fixed, n + 1)
                exact.add(n)
            else:
                before = max(before, rest)
                after = max(after, n - rest)
        longest = max(fixed, before + after)
        out: list[tuple[int, list[str]]] = []
        # lengths beyond all prefixes and suffixes differ only by the patterns of exactly that length
        lengths = [*range(before + after + 1), *sorted(k for k in exact if k > before + after)]
        if lengths[-1] < longest:
            lengths.append(longest)
        for n in lengths:
            sub = _Rows()
            for row in rows:
                p = row.patterns[col]
                if is_wild(p):
                    sub.add(row, col, [None] * n)
                elif p.__class__ is ast.PatArray:
                    elems = p.elems
                    rest = p.rest
                    k = len(elems)
                    if rest < 0:
                        if k == n:
                            sub.add(row, col, list(elems))
                    elif k <= n:
                        parts: list[Pat] = [*elems[:rest], *[None] * (n - k), *elems[rest:]]
                        sub.add(row, col, parts)
            for v in self.walk(sub, width - 1 + n):
                texts = v[col : col + n]
                if n == longest:
                    # what is missing there is missing in the lengths between that no pattern has, too
                    gaps = (k for k in range(before + after + 1, longest) if k not in exact)
                    for k in itertools.islice(gaps, MAX_WITNESSES):
                        short = [*texts[:before], *["_"] * (k - before - after), *texts[n - after :]]
                        out.append((k, [*v[:col], f"[{', '.join(short)}]", *v[col + n :]]))
                    cut = max((i + 1 for i in range(min(before, n)) if texts[i] != "_"), default=0)
                    if any(x != "_" for x in texts[cut:]):
                        texts = [*texts[:before], "..", *texts[before:]]
                    else:
                        texts = [*texts, ".."]
                out.append((n, [*v[:col], f"[{', '.join(texts)}]", *v[col + n :]]))
            if len(out) >= MAX_WITNESSES and n != lengths[-1]:
                del out[MAX_WITNESSES:]
        out.sort(key=lambda found: found[0])
        return [case for _, case in out[:MAX_WITNESSES]]


def _payload(p: Any, n: int) -> list[Pat]:
    args: list[Pat] = list(p.args) if p.__class__ is ast.PatCtor else []
    return args if len(args) == n else [None] * n


def _tuple_size(p: Any) -> int:
    """Of the tuples that a tuple pattern is matched against."""
    elems = getattr(strip_readonly(resolved(p.ty)), "elems", None)
    return len(p.elems if elems is None else elems)


def _tuple_parts(p: Pat, n: int) -> list[Pat]:
    if is_wild(p) or p.__class__ is not ast.PatTuple:
        return [None] * n
    elems = p.elems
    rest = p.rest
    if rest < 0:
        return list(elems) if len(elems) == n else [None] * n
    gap = n - len(elems)
    if gap < 0:
        return [None] * n
    return [*elems[:rest], *[None] * gap, *elems[rest:]]


def _struct_parts(p: Pat, struct: StructItem, n: int) -> list[Pat]:
    if p is None or is_wild(p):
        return [None] * n
    if p.__class__ is ast.PatCtor:
        args = p.args
        return list(args) if len(args) == n else [None] * n
    out: list[Pat] = [None] * n
    if p.__class__ is ast.PatStruct:
        given = {f.name: f.pattern for f in p.fields}
        for i, (name, _) in enumerate(struct.fields):
            out[i] = given.get(name)
    return out


def _tuple_text(parts: list[str]) -> str:
    if not parts:
        return "()"
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
