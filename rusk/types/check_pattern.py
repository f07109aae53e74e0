"""Checking of patterns in all positions (``docs/language/02-types.md`` §10; views §4.1).

`bind_pattern` checks a pattern against a type and binds its names in the current scope. After a mistake the names inside
are bound to the error type, so that the code that uses them causes no further errors.
"""

from __future__ import annotations

from typing import Any

from rusk.syntax import ast
from rusk.types import check_names, terms
from rusk.types.check_ctx import Ctx
from rusk.types.infer import InferVar, Pending, shallow
from rusk.types.items import EnumItem, StructItem
from rusk.types.resolved import StructUse, VariantUse
from rusk.types.terms import (
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CHAR,
    ERR,
    ERROR,
    FLOAT,
    INT,
    NEVER,
    NOMINAL,
    READONLY,
    STRING,
    TUPLE,
    UNIT,
    VAR,
    Type,
)


def bind_pattern(c: Ctx, p: Any, t: Type, kind: str) -> None:
    """Check ``p`` against ``t``; ``kind`` is that of the bindings it makes."""
    _PATTERNS[p.__class__](c, p, t, kind)


def _spoil(c: Ctx, patterns: Any, kind: str) -> None:
    """Bind the names in ``patterns`` although what they match is not known."""
    for p in patterns:
        bind_pattern(c, p, ERR, kind)


def _wild(c: Ctx, p: ast.PatWild, t: Type, kind: str) -> None:
    p.ty = t


def _bind(c: Ctx, p: ast.PatBind, t: Type, kind: str) -> None:
    name = p.name
    ref = c.variant(name, False)
    if ref is not None:
        payload = ref.enum.variants[ref.index][1]
        if payload:
            c.error(
                "arity-mismatch", f"arity mismatch for `{name}`: expected {len(payload)}, got 0", p.pos, p.end
            )
            p.ty = ERR
        else:
            _variant(c, p, ref.enum, ref.index, [], t, kind)
        return
    if t.has_vars:
        t = shallow(t)
        if t.has_vars:
            c.must_know(p.pos, p.end, t, f"cannot infer the type of `{name}`")
    p.ty = t
    p.res = c.declare(name, t, kind, p.pos, p.end)


_LITERALS: dict[str, Type] = {
    "float": FLOAT,
    "char": CHAR,
    "string": STRING,
    "bytes": BYTES,
    "bool": BOOL,
    "unit": UNIT,
}


def _lit(c: Ctx, p: ast.PatLit, t: Type, kind: str) -> None:
    s = c.known(t)
    base: Any = s.inner if s.tag == READONLY else s  # type: ignore[attr-defined]
    if base is NEVER or base.tag == ERROR:
        p.ty = base
        return
    if p.kind == "int":
        if base is INT:
            p.ty = INT
            return
        if not p.negated:
            if base is BYTE:
                p.ty = BYTE
                c.literals.append(p)
                return
            if base.tag == VAR:
                if not base.literal:
                    v = InferVar(p.pos, True)
                    c.bind(base, v)
                    base = v
                p.ty = base
                c.literals.append(p)
                return
        want: Type = INT
    else:
        want = _LITERALS[p.kind]
    p.ty = want
    if want is UNIT and base is not UNIT and (base.tag != VAR or base.literal):
        c.error("pattern-shape", f"expected a tuple of 0 elements, got `{c.show(t)}`", p.pos, p.end)
        c.poison(t)
        p.ty = ERR
        return
    if not c.unify(base, want):
        c.mismatch(s, want, p)
        p.ty = ERR
    if c.ready:
        c.settle()


def _rest(c: Ctx, p: Any, t: Type, kind: str) -> None:
    """Bind ``..rest`` of a tuple or array pattern."""
    if p.rest_name is not None:
        if kind == "readonly":
            t = terms.readonly(t)
        pos = p.rest_pos
        end = pos + len(p.rest_name)
        p.res = c.declare(p.rest_name, t, kind, pos, end)
        if t.has_vars:
            c.must_know(pos, end, t, f"cannot infer the type of `{p.rest_name}`")


def _tuple(c: Ctx, p: ast.PatTuple, t: Type, kind: str) -> None:
    s = c.known(t)
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    elems = p.elems
    n = len(elems)
    if base.tag == VAR and not base.literal:
        if p.rest < 0:
            base2 = terms.tuple_([c.fresh(x.pos) for x in elems])
            c.bind(base, base2)
            if c.ready:
                c.settle()
            base = base2
        else:
            # how many elements there are will be seen later
            parts: list[Type] = [c.fresh(x.pos) for x in elems]
            rest = c.fresh(p.rest_pos)
            p.ty = s
            c.defer(s, _tuple_later, p, ERR, (parts, rest))
            for x, pt in zip(elems, parts, strict=True):
                bind_pattern(c, x, pt, kind)
            _rest(c, p, rest, kind)
            return
    if base.tag == TUPLE:
        p.ty = s
        types = base.elems
        if len(types) == n if p.rest < 0 else len(types) >= n:
            if p.rest < 0:
                for x, pt in zip(elems, types, strict=True):
                    bind_pattern(c, x, _part(pt, view), kind)
            else:
                gap = len(types) - n
                for i, x in enumerate(elems):
                    bind_pattern(c, x, _part(types[i if i < p.rest else i + gap], view), kind)
                _rest(c, p, terms.tuple_([_part(x, view) for x in types[p.rest : p.rest + gap]]), kind)
            return
    elif base is NEVER or base.tag == ERROR or (base is UNIT and p.rest >= 0 and n == 0):
        p.ty = base
        for x in elems:
            bind_pattern(c, x, base, kind)
        _rest(c, p, base, kind)
        return
    p.ty = ERR
    many = "element" if n == 1 else "elements"
    least = "at least " if p.rest >= 0 else ""
    c.error("pattern-shape", f"expected a tuple of {least}{n} {many}, got `{c.show(t)}`", p.pos, p.end)
    c.poison(t)
    _spoil(c, elems, kind)
    _rest(c, p, ERR, kind)


def _tuple_later(c: Ctx, d: Pending) -> None:
    p = d.node
    parts, rest = d.data
    s = c.known(d.ty)
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    if base.tag == TUPLE and len(base.elems) >= len(parts):
        types = base.elems
        gap = len(types) - len(parts)
        for i, x in enumerate(parts):
            pt = _part(types[i if i < p.rest else i + gap], view)
            if not c.unify(x, pt):
                c.mismatch(x, pt, p.elems[i])
        c.unify(rest, terms.tuple_([_part(x, view) for x in types[p.rest : p.rest + gap]]))
        return
    if base.tag != ERROR and base is not NEVER:
        c.error(
            "pattern-shape",
            f"expected a tuple of at least {len(parts)} elements, got `{c.show(s)}`",
            p.pos,
            p.end,
        )
    for x in parts:
        c.poison(x)
    c.poison(rest)


def _part(t: Type, view: bool) -> Type:
    if t.has_vars:
        t = shallow(t)
    return terms.readonly(t) if view else t


def _array(c: Ctx, p: ast.PatArray, t: Type, kind: str) -> None:
    s = c.known(t)
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    if base.tag == VAR and not base.literal:
        fresh = terms.array(c.fresh(p.pos))
        c.bind(base, fresh)
        if c.ready:
            c.settle()
        base = fresh
    if base.tag == ARRAY:
        p.ty = s
        elem = _part(base.elem, view)
        for x in p.elems:
            bind_pattern(c, x, elem, kind)
        if p.rest_name is not None:
            _rest(c, p, terms.array(elem), kind)
        return
    if base is NEVER or base.tag == ERROR:
        p.ty = base
        for x in p.elems:
            bind_pattern(c, x, base, kind)
        _rest(c, p, base, kind)
        return
    p.ty = ERR
    fresh_elem = c.fresh(p.pos)
    c.mismatch(s, terms.array(fresh_elem), p)
    _spoil(c, p.elems, kind)
    _rest(c, p, ERR, kind)


def _variant(c: Ctx, p: Any, enum: EnumItem, index: int, args: list[Any], t: Type, kind: str) -> None:
    """A variant pattern: the scrutinee must be that enum."""
    s = t
    if t.has_vars:
        s = c.known(t)
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    name, payload = enum.variants[index]
    if base.tag == VAR and not base.literal:
        fresh = terms.nominal(enum, [c.fresh(p.pos) for _ in enum.generics])
        c.bind(base, fresh)
        if c.ready:
            c.settle()
        base = fresh
    if base.tag != NOMINAL or base.item is not enum:
        if base is NEVER or base.tag == ERROR:
            p.ty = base
            p.res = VariantUse(enum, index)
            for x in args:
                bind_pattern(c, x, base, kind)
            return
        p.ty = ERR
        c.mismatch(s, terms.nominal(enum, [c.fresh(p.pos) for _ in enum.generics]), p)
        _spoil(c, args, kind)
        return
    if len(args) != len(payload):
        p.ty = ERR
        c.error(
            "arity-mismatch",
            f"arity mismatch for `{name}`: expected {len(payload)}, got {len(args)}",
            p.pos,
            p.end,
        )
        _spoil(c, args, kind)
        return
    p.ty = s
    p.res = VariantUse(enum, index)
    if args:
        subst: Any = None
        for x, pt in zip(args, payload, strict=True):
            if pt.has_params:
                if subst is None:
                    subst = dict(zip(enum.generics, base.args, strict=True))
                pt = c.inst(pt, subst, p.pos)
            if pt.has_vars:
                pt = shallow(pt)
            if view:
                pt = terms.readonly(pt)
            _PATTERNS[x.__class__](c, x, pt, kind)


def _ctor(c: Ctx, p: ast.PatCtor, t: Type, kind: str) -> None:
    found = check_names.pattern_path(c, p.path, True)
    if found is None:
        p.ty = ERR
        _spoil(c, p.args, kind)
    elif found.__class__ is tuple:
        enum, index = found
        _variant(c, p, enum, index, p.args, t, kind)
    else:
        assert isinstance(found, StructItem)
        if not found.is_newtype:
            first, last = p.path[0], p.path[-1]
            c.error("pattern-shape", f"`{last.name}` is not a new-type struct", first.pos, last.end)
            p.ty = ERR
            _spoil(c, p.args, kind)
            return
        if len(p.args) != 1:
            c.error(
                "arity-mismatch",
                f"arity mismatch for `{found.name}`: expected 1, got {len(p.args)}",
                p.pos,
                p.end,
            )
            p.ty = ERR
            _spoil(c, p.args, kind)
            return
        types = _struct_types(c, p, found, t)
        if types is None:
            _spoil(c, p.args, kind)
        else:
            bind_pattern(c, p.args[0], types[0], kind)


def _path(c: Ctx, p: ast.PatPath, t: Type, kind: str) -> None:
    found = check_names.pattern_path(c, p.path, False)
    if found is None or found.__class__ is not tuple:
        p.ty = ERR
        if found is not None:
            check_names.unknown_path(c, p.path, p.pos, p.end)
        return
    enum, index = found
    _variant(c, p, enum, index, [], t, kind)


def _struct_types(c: Ctx, p: Any, item: StructItem, t: Type) -> list[Type] | None:
    """The types of the fields of ``item`` in a scrutinee of type ``t``; None if it is something else."""
    s = c.known(t)
    view = s.tag == READONLY
    base: Any = s.inner if view else s  # type: ignore[attr-defined]
    if base.tag == VAR and not base.literal:
        fresh = terms.nominal(item, [c.fresh(p.pos) for _ in item.generics])
        c.bind(base, fresh)
        if c.ready:
            c.settle()
        base = fresh
    if base.tag != NOMINAL or base.item is not item:
        if base is NEVER or base.tag == ERROR:
            p.ty = base
            p.res = StructUse(item)
            return [base] * len(item.fields)
        p.ty = ERR
        c.mismatch(s, terms.nominal(item, [c.fresh(p.pos) for _ in item.generics]), p)
        return None
    p.ty = s
    p.res = StructUse(item)
    subst: Any = dict(zip(item.generics, base.args, strict=True))
    return [_part(c.inst(f[1], subst, p.pos) if f[1].has_params else f[1], view) for f in item.fields]


def _struct(c: Ctx, p: ast.PatStruct, t: Type, kind: str) -> None:
    found = check_names.struct_path(c, p.path)
    if found is None:
        p.ty = ERR
        _spoil(c, [f.pattern for f in p.fields], kind)
        return
    item = getattr(found, "item", None)
    if not isinstance(item, StructItem) or item.is_newtype:
        first, last = p.path[0], p.path[-1]
        if isinstance(item, StructItem):
            c.error(
                "bad-literal", f"`{last.name}` cannot be built with a struct literal", first.pos, last.end
            )
        else:
            c.error("unknown-type", f"unknown type `{last.name}`", first.pos, last.end)
        p.ty = ERR
        _spoil(c, [f.pattern for f in p.fields], kind)
        return
    types = _struct_types(c, p, item, t)
    index = c.shared.field_index(item)
    seen: set[str] = set()
    wrong = False
    for f in p.fields:
        i = index.get(f.name)
        if i is None or f.name in seen:
            wrong = True
            if i is None:
                from rusk.types.check_help import similar

                c.error(
                    "unknown-field",
                    f"no field `{f.name}` on `{item.name}`",
                    f.pos,
                    f.pos + len(f.name),
                    help=similar(f.name, index),
                )
            else:
                c.error("duplicate-field", f"duplicate field `{f.name}`", f.pos, f.pos + len(f.name))
            bind_pattern(c, f.pattern, ERR, kind)
            continue
        seen.add(f.name)
        bind_pattern(c, f.pattern, ERR if types is None else types[i], kind)
    if wrong:
        p.ty = ERR
        p.res = None
    elif not p.has_rest and len(seen) < len(item.fields):
        missing = [f"`{n}`" for n, _ in item.fields if n not in seen]
        c.error(
            "missing-fields",
            f"missing fields {', '.join(missing)} of `{item.name}`",
            p.pos,
            p.end,
            help="add `..`",
        )


_PATTERNS: dict[type, Any] = {
    ast.PatWild: _wild,
    ast.PatBind: _bind,
    ast.PatLit: _lit,
    ast.PatTuple: _tuple,
    ast.PatArray: _array,
    ast.PatCtor: _ctor,
    ast.PatPath: _path,
    ast.PatStruct: _struct,
}
