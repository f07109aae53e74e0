"""Checking of expressions: literals, locals, blocks, bindings, control flow, closures, fields, indices, assignment.

See ``docs/language/02-types.md`` §4 to §7 and §9. Every function here is a handler of `Ctx.handlers` or helps one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import check_call, check_match, check_method, check_names, terms
from rusk.types.check_ctx import Ctx, LoopState, RetState
from rusk.types.check_pattern import bind_pattern
from rusk.types.infer import InferVar, Pending, shallow
from rusk.types.resolved import Binding, ForLoop, LambdaInfo, Local
from rusk.types.terms import (
    ARRAY,
    BOOL,
    BYTE,
    BYTES,
    CHAR,
    ERR,
    ERROR,
    FLOAT,
    FN,
    INT,
    NEVER,
    NOMINAL,
    PRIM,
    READONLY,
    STRING,
    TUPLE,
    UNIT,
    VAR,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusk.types.items import StructItem

# ------------------------------------------------------------------ literals


def int_lit(c: Ctx, e: ast.IntLit, exp: Type | None) -> Type:
    """An integer literal: int or byte as required, else open (02 §6.1)."""
    if exp is INT or e.negated:
        e.ty = INT
        return INT
    if exp is not None:
        exp = shallow(exp)
        if exp is INT:
            e.ty = INT
            return INT
        if exp is BYTE:
            e.ty = BYTE
            c.literals.append(e)
            return BYTE
        if exp.tag == VAR and exp.literal:  # type: ignore[attr-defined]
            e.ty = exp
            c.literals.append(e)
            return exp
    v = InferVar(e.pos, True)
    e.ty = v
    c.literals.append(e)
    return v


def _literal(t: Type) -> Callable[[Ctx, Any, Type | None], Type]:
    """The check of literals that have one type whatever is expected."""

    def literal(c: Ctx, e: Any, exp: Type | None) -> Type:
        e.ty = t
        return t

    return literal


def tuple_lit(c: Ctx, e: ast.TupleLit, exp: Type | None) -> Type:
    """A tuple literal; its parts are checked against the expected components."""
    elems = e.elems
    wants: Any = None
    if exp is not None:
        exp = shallow(exp)
        if exp.tag == READONLY:
            exp = shallow(exp.inner)  # type: ignore[attr-defined]
        if exp.tag == TUPLE and len(exp.elems) == len(elems):  # type: ignore[attr-defined]
            wants = exp.elems  # type: ignore[attr-defined]
    handlers = c.handlers
    if wants is None:
        t = terms.tuple_([handlers[x.__class__](c, x, None) for x in elems])
        if not t.has_vars:
            t = c.sized(t, e)
    else:
        for x, w in zip(elems, wants, strict=True):
            c.check(x, w)
        t = exp  # type: ignore[assignment]
    e.ty = t
    return t


def array_lit(c: Ctx, e: ast.ArrayLit, exp: Type | None) -> Type:
    """An array literal (02 §3: the first element that is not ``!`` tells the type, unless one is expected)."""
    elem: Type | None = None
    if exp is not None:
        exp = shallow(exp)
        if exp.tag == READONLY:
            exp = shallow(exp.inner)  # type: ignore[attr-defined]
        if exp.tag == ARRAY:
            elem = exp.elem  # type: ignore[attr-defined]
    if elem is not None:
        for x in e.elems:
            c.check(x, elem)
        t: Type = exp  # type: ignore[assignment]
    else:
        first: Any = None
        for x in e.elems:
            if elem is None:
                got = c.handlers[x.__class__](c, x, None)
                if shallow(got) is not NEVER:
                    elem = got
                    first = x
            else:
                c.check(x, elem, (c.source, first.pos, first.end, "the first element has this type"))
        if elem is None:
            elem = c.fresh(e.pos)
            if e.elems:
                elem.never = True
            c.must_know(e.pos, e.end, elem, "cannot infer type")
        t = terms.array(elem)
    e.ty = t
    if not e.elems and elem.has_vars and shallow(elem).tag == VAR:
        c.must_know(e.pos, e.end, elem, "cannot infer type")
    return t


# -------------------------------------------------------------------- locals


def path(c: Ctx, e: ast.Path, exp: Type | None) -> Type:
    """A name: a local, else what `check_call.value_path` finds."""
    segments = e.segments
    if len(segments) == 1:
        seg = segments[0]
        b = c.names.get(seg.name)
        if b is not None:
            if b.level != c.level:
                b.captured = True
            b.used = True
            e.res = Local(b)
            t = b.ty
            if t.has_vars:
                t = shallow(t)
            if t is NEVER:
                c.div = True
            if seg.args:
                c.error(
                    "bad-type-args", f"`{seg.name}` takes 0 type arguments, got {len(seg.args)}", e.pos, e.end
                )
                for a in seg.args:
                    c.written(a)
            e.ty = t
            return t
    return check_names.value_path(c, e, exp)


# -------------------------------------------------------------------- blocks


def block(c: Ctx, e: ast.Block, exp: Type | None) -> Type:
    """A block: statements, then the tail against the expected type (02 §7)."""
    outer = c.div
    c.div = False
    saved = c.scope
    scope: dict[str, Binding | None] = {}
    c.scope = scope
    handlers = c.handlers
    for s in e.stmts:
        if s.__class__ is ast.Let:
            let(c, s)
        else:
            x = s.expr  # type: ignore[union-attr]
            t = handlers[x.__class__](c, x, None)
            if t is NEVER:
                c.div = True
            elif x.__class__ is ast.ArrayLit and not x.elems:
                c.unify(t, terms.array(UNIT))
    tail = e.tail
    if tail is None:
        if c.div:
            t = NEVER
        else:
            t = UNIT
            if exp is not None and exp is not UNIT:
                c.coerce(UNIT, exp, e, c.ret.why if exp is c.ret.ty else None)
                t = exp
    else:
        t = handlers[tail.__class__](c, tail, exp)
        if exp is not None and t is not exp:
            if not c.assignable(t, exp):
                c.mismatch(exp, t, tail, c.ret.why if exp is c.ret.ty else None)
            if c.ready:
                c.settle()
            if t is NEVER:
                c.div = True
            t = exp
        if c.div or t is NEVER:
            c.div = True
            t = NEVER
    if c.scope:
        names = c.names
        for name, old in scope.items():
            if old is None:
                del names[name]
            else:
                names[name] = old
    c.scope = saved
    if outer:
        c.div = True
    e.ty = t
    return t


def let(c: Ctx, s: ast.Let) -> None:
    """``let``, ``const`` and ``readonly`` bindings (02 §5)."""
    init = s.init
    te = s.ty
    if te is not None:
        t = c.written(te)
        c.check(init, t, (c.source, te.pos, te.end, "expected because of this type"))
    else:
        t = c.handlers[init.__class__](c, init, None)
        if t.has_vars:
            t = shallow(t)
    kind = s.kind
    if kind == "readonly":
        t = terms.readonly(t)
    if t.tag != PRIM and not t.has_vars:
        t = c.sized(t, init)
    p = s.pattern
    if p.__class__ is ast.PatBind and c.variant(p.name, False) is None:
        b = c.declare(p.name, t, kind, p.pos, p.end)
        p.res = b
        p.ty = t
        if t.has_vars and not (t.tag == VAR and t.literal):  # type: ignore[attr-defined]
            c.must_know(p.pos, p.end, t, f"cannot infer the type of `{b.name}`")
    else:
        bind_pattern(c, p, t, kind)


# -------------------------------------------------------------- control flow


def if_(c: Ctx, e: ast.If, exp: Type | None) -> Type:
    """``if``: with a required type each branch is checked against it, else the branches are joined."""
    handlers = c.handlers
    cond = e.cond
    t = handlers[cond.__class__](c, cond, BOOL)
    if t is not BOOL:
        c.coerce(t, BOOL, cond)
    before = c.div
    other = e.else_
    if exp is not None:
        exp = shallow(exp)
    if other is None:
        block(c, e.then, None)
        c.div = before
        if exp is not None and exp is not UNIT:
            if exp.tag == VAR:
                c.coerce(UNIT, exp, e)
            elif exp.tag != ERROR:
                c.error("missing-else", f"missing `else` branch: expected `{c.show(exp)}`", e.pos, e.end)
                e.ty = ERR
                return ERR
        e.ty = UNIT
        return UNIT
    if exp is not None and exp.tag == VAR:
        exp = None
    c.div = False
    t = block(c, e.then, exp)
    first = c.div
    c.div = False
    want = exp
    if want is None and other.__class__ is ast.If and t is not UNIT and not _has_else(other):
        want = shallow(t)
        if want is NEVER or want.tag == VAR:
            want = None
    u = handlers[other.__class__](c, other, want)
    if exp is None:
        if t is not u:
            if t is NEVER:
                c.agree(e.then, u)
            elif u is NEVER:
                c.agree(other, t)
            t = c.join(t, u, other, e.then)
    elif t is not NEVER or u is not NEVER:
        t = exp
    second = c.div or u is NEVER
    c.div = before or (first and second)
    e.ty = t
    return t


def _has_else(e: Any) -> bool:
    while e.__class__ is ast.If:
        e = e.else_
    return e is not None


def loop(c: Ctx, e: ast.Loop, exp: Type | None) -> Type:
    """``loop``: of type ``!`` unless it has a ``break`` of its own."""
    outer = c.loop
    before = c.div
    c.loop = state = LoopState()
    block(c, e.body, None)
    c.loop = outer
    c.div = before
    if state.has_break:
        e.ty = UNIT
        return UNIT
    c.div = True
    e.ty = NEVER
    return NEVER


def while_(c: Ctx, e: ast.While, exp: Type | None) -> Type:
    """``while``."""
    cond = e.cond
    outer = c.loop
    # `break` in the condition belongs to the loop around this one
    t = c.handlers[cond.__class__](c, cond, BOOL)
    if t is not BOOL:
        c.coerce(t, BOOL, cond)
    before = c.div
    c.loop = LoopState()
    block(c, e.body, None)
    c.loop = outer
    c.div = before
    e.ty = UNIT
    return UNIT


def for_(c: Ctx, e: ast.For, exp: Type | None) -> Type:
    """``for`` over arrays, strings, bytes, iterators and what has ``to_iter`` (01 §6, 06 §12.5)."""
    it = e.iterable
    t = c.known(c.handlers[it.__class__](c, it, None))
    before = c.div
    base: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    if base.tag == VAR and not base.literal:
        elem: Type = c.fresh(e.pos)
        c.defer(t, _for_later, e.iterable, elem, e)
    else:
        elem = check_method.iterate(c, e, t)
    saved = c.push()
    bind_pattern(c, e.pattern, elem, "for")
    outer = c.loop
    c.loop = LoopState()
    block(c, e.body, None)
    c.loop = outer
    c.pop(saved)
    c.div = before
    e.ty = UNIT
    return UNIT


def _for_later(c: Ctx, p: Pending) -> None:
    e = p.data
    got = check_method.iterate(c, e, c.known(p.ty))
    if not c.unify(p.result, got):
        c.mismatch(p.result, got, e.pattern)


def iterate_builtin(c: Ctx, e: ast.For, t: Type) -> Type | None:
    """The element type for the built-in loops; None for others."""
    base: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    if base.tag == ARRAY:
        elem = base.elem
        if base is not t:
            elem = terms.readonly(shallow(elem))
        e.res = f = ForLoop("array", elem)
        if elem.has_vars:
            c.records.append(f)
        return elem  # type: ignore[no-any-return]
    if base is STRING:
        e.res = ForLoop("string", CHAR)
        return CHAR
    if base is BYTES:
        e.res = ForLoop("bytes", BYTE)
        return BYTE
    return None


def return_(c: Ctx, e: ast.Return, exp: Type | None) -> Type:
    """``return``: out of the function or lambda."""
    state = c.ret
    value = e.value
    want = state.ty
    if want is not None:
        if value is None:
            c.coerce(UNIT, want, e, state.why)
        else:
            t = c.handlers[value.__class__](c, value, want)
            if t is not want and not c.assignable(t, want):
                c.mismatch(want, t, e, state.why)
            if c.ready:
                c.settle()
    else:
        t = UNIT if value is None else c.handlers[value.__class__](c, value, None)
        state.join = c.join(state.join, t, e)
    c.div = True
    e.ty = NEVER
    return NEVER


def break_(c: Ctx, e: ast.Break, exp: Type | None) -> Type:
    """``break``."""
    if c.loop is None:
        c.error("outside-loop", "`break` outside of a loop", e.pos, e.end)
    else:
        c.loop.has_break = True
    c.div = True
    e.ty = NEVER
    return NEVER


def continue_(c: Ctx, e: ast.Continue, exp: Type | None) -> Type:
    """``continue``."""
    if c.loop is None:
        c.error("outside-loop", "`continue` outside of a loop", e.pos, e.end)
    c.div = True
    e.ty = NEVER
    return NEVER


# ------------------------------------------------------------------ closures


def lambda_(c: Ctx, e: ast.Lambda, exp: Type | None) -> Type:
    """A closure (02 §9): parameter types from annotations, else from the expected function type, else open."""
    wants: Any = ()
    want_ret: Type | None = None
    params = e.params
    if exp is not None:
        exp = shallow(exp)
        if exp.tag == FN:
            want_ret = shallow(exp.ret)  # type: ignore[attr-defined]
            if len(exp.params) == len(params):  # type: ignore[attr-defined]
                wants = exp.params  # type: ignore[attr-defined]
    outer_div = c.div
    outer_loop = c.loop
    outer_ret = c.ret
    outer_direct = c.direct
    c.direct = False
    c.level += 1
    c.loop = None
    open_ret = want_ret is None or want_ret.tag == VAR
    c.ret = state = RetState(None if open_ret else want_ret, True)
    saved = c.push()
    types: list[Type] = []
    i = 0
    for p in params:
        pat = p.pattern
        if p.ty is not None:
            t = c.written(p.ty)
            if p.readonly:
                t = terms.readonly(t)
        elif wants:
            t = shallow(wants[i])
        else:
            t = c.fresh(pat.pos)
        i += 1
        types.append(t)
        if pat.__class__ is ast.PatBind and c.variant(pat.name, False) is None:
            pat.res = c.declare(pat.name, t, "param", pat.pos, pat.end)
            pat.ty = t
            if t.has_vars:
                c.must_know(pat.pos, pat.end, t, f"cannot infer the type of `{pat.name}`")
        else:
            if t.has_vars and pat.__class__ is ast.PatWild:
                c.must_know(pat.pos, pat.end, t, "cannot infer type")
            bind_pattern(c, pat, t, "param")
            if pat.__class__ is not ast.PatWild:
                check_match.check_irrefutable(c, pat)
    c.div = False
    body = e.body
    if open_ret:
        t = shallow(block(c, body, None))
        node = body.tail if body.tail is not None else body
        if state.join is not None:
            t = shallow(c.join(state.join, t, node))
        if t is NEVER:
            if want_ret is None:
                want_ret = c.fresh(e.pos)
                c.must_know(e.pos, e.end, want_ret, "cannot infer type")
            want_ret.never = True  # type: ignore[attr-defined]
            t = want_ret
        ret = t
    else:
        block(c, body, want_ret)
        assert want_ret is not None
        ret = want_ret
    c.pop(saved)
    e.res = info = LambdaInfo(c.level, ret)
    c.level -= 1
    c.loop = outer_loop
    c.ret = outer_ret
    c.div = outer_div
    c.direct = outer_direct
    t = terms.fn(types, ret)
    if t.has_vars:
        c.records.append(info)
    e.ty = t
    return t


# ----------------------------------------------------------- fields, indices


def field(c: Ctx, e: ast.Field, exp: Type | None) -> Type:
    """``x.f``."""
    base = e.base
    t = c.handlers[base.__class__](c, base, None)
    if t.has_vars:
        t = c.known(t)
        inner: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
        if inner.tag == VAR and not inner.literal:
            v = c.fresh(e.pos)
            c.defer(t, _field_later, e, v, None)
            e.ty = v
            return v
    e.ty = r = field_of(c, e, t)
    return r


def _field_later(c: Ctx, p: Pending) -> None:
    e = p.node
    got = field_of(c, e, c.known(p.ty))
    if not c.unify(p.result, got):
        c.mismatch(p.result, got, e)


def field_of(c: Ctx, e: ast.Field, t: Type) -> Type:
    """The type of field ``e.name`` of a value of the known type ``t``."""
    view = t.tag == READONLY
    base: Any = t.inner if view else t  # type: ignore[attr-defined]
    if base.tag == NOMINAL:
        item = base.item
        fields = getattr(item, "fields", None)
        if fields is not None and not item.is_newtype:
            i = c.shared.field_index(item).get(e.name)
            if i is None:
                from rusk.types.check_help import unknown_field

                unknown_field(c, e, base, item)
                c.poison(base)
                return ERR
            e.res = i
            ft = fields[i][1]
            if ft.has_params:
                ft = c.inst(ft, dict(zip(item.generics, base.args, strict=True)), e.pos)
            if view:
                ft = terms.readonly(shallow(ft) if ft.has_vars else ft)
            elif ft.has_vars:
                ft = shallow(ft)
            return ft  # type: ignore[no-any-return]
    if base.tag == ERROR:
        return ERR
    from rusk.types.check_help import no_fields_help

    c.error(
        "no-fields",
        f"a value of type `{c.show(t)}` has no fields",
        e.pos,
        e.end,
        help=no_fields_help(c, base, e.name),
    )
    c.poison(t)
    return ERR


def tuple_field(c: Ctx, e: ast.TupleField, exp: Type | None) -> Type:
    """``t.0``: a tuple slot or the field of a newtype."""
    base = e.base
    t = c.known(c.handlers[base.__class__](c, base, None))
    inner: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    if inner.tag == VAR and not inner.literal:
        # 02 §6.5: an unknown type becomes a tuple of exactly N+1 elements; a newtype found later would be a mismatch
        if e.index < 1000:
            c.bind(inner, terms.tuple_([c.fresh(e.pos) for _ in range(e.index + 1)]))
            if c.ready:
                c.settle()
            t = c.known(t)
            inner = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
    view = t.tag == READONLY
    r: Type | None = None
    if inner.tag == TUPLE:
        elems = inner.elems
        if e.index >= len(elems):
            e.ty = c.error("tuple-index", f"no field `.{e.index}` on `{c.show(t)}`", e.index_pos, e.end)
            return ERR
        r = elems[e.index]
    elif inner.tag == NOMINAL and getattr(inner.item, "is_newtype", False):
        item: StructItem = inner.item
        if e.index != 0:
            e.ty = c.error("tuple-index", f"no field `.{e.index}` on `{c.show(t)}`", e.index_pos, e.end)
            return ERR
        r = item.fields[0][1]
        if r.has_params:
            r = c.inst(r, dict(zip(item.generics, inner.args, strict=True)), e.pos)
    elif inner.tag == ERROR:
        e.ty = ERR
        return ERR
    if r is None:
        e.ty = c.error("no-fields", f"a value of type `{c.show(t)}` has no fields", e.pos, e.end)
        return ERR
    e.res = e.index
    if r.has_vars:
        r = shallow(r)
    if view:
        r = terms.readonly(r)
    e.ty = r
    return r


def index(c: Ctx, e: ast.Index, exp: Type | None) -> Type:
    """``a[i]`` on arrays and bytes."""
    base = e.base
    t = c.handlers[base.__class__](c, base, None)
    i = e.index
    it = c.handlers[i.__class__](c, i, INT)
    if it is not INT:
        c.coerce(it, INT, i)
    if t.has_vars:
        t = c.known(t)
        inner: Any = t.inner if t.tag == READONLY else t  # type: ignore[attr-defined]
        if inner.tag == VAR and not inner.literal:
            v = c.fresh(e.pos)
            c.defer(t, _index_later, e, v, None)
            e.ty = v
            return v
    e.ty = r = element_of(c, e, t)
    return r


def _index_later(c: Ctx, p: Pending) -> None:
    e = p.node
    got = element_of(c, e, c.known(p.ty))
    if not c.unify(p.result, got):
        c.mismatch(p.result, got, e)


def element_of(c: Ctx, e: ast.Index, t: Type) -> Type:
    """The type of an element of a value of the known type ``t``."""
    tag = t.tag
    if tag == ARRAY:
        r = t.elem  # type: ignore[attr-defined]
        return shallow(r) if r.has_vars else r
    if tag == READONLY:
        inner = t.inner  # type: ignore[attr-defined]
        if inner.tag == ARRAY:
            r = inner.elem
            return terms.readonly(shallow(r) if r.has_vars else r)
    if t is BYTES:
        return BYTE
    if tag == ERROR:
        return ERR
    c.error("not-indexable", f"cannot index a value of type `{c.show(t)}`", e.pos, e.end)
    c.poison(t)
    return ERR


# ---------------------------------------------------------------- assignment


def assign(c: Ctx, e: ast.Assign, exp: Type | None) -> Type:
    """``place = e`` (02 §5)."""
    target = e.target
    e.ty = UNIT
    cls = target.__class__
    why = None
    if cls is ast.Path:
        want = _assign_local(c, e, target)  # type: ignore[arg-type]
    elif cls is ast.Field:
        want = field(c, target, None)  # type: ignore[arg-type]
        _writable(c, target.base, target)  # type: ignore[attr-defined]
    elif cls is ast.TupleField:
        want = tuple_field(c, target, None)  # type: ignore[arg-type]
        _writable(c, target.base, target)  # type: ignore[attr-defined]
    elif cls is ast.Index:
        want = index(c, target, None)  # type: ignore[arg-type]
        _writable(c, target.base, target)  # type: ignore[attr-defined]
    else:
        c.error("bad-assign-target", "invalid assignment target", e.pos, e.end)
        c.infer(target)
        want = ERR
    value = e.value
    if want.tag == ERROR:
        c.handlers[value.__class__](c, value, None)
    else:
        c.check(value, want, why)
    return UNIT


def _assign_local(c: Ctx, e: ast.Assign, target: ast.Path) -> Type:
    segments = target.segments
    name = segments[0].name
    if len(segments) > 1 or segments[0].args:
        c.error("bad-assign-target", "invalid assignment target", e.pos, e.end)
        target.ty = ERR
        return ERR
    b = c.names.get(name)
    if b is None:
        from rusk.types.check_help import unknown_value

        target.ty = ERR
        return unknown_value(c, target, name)
    target.res = Local(b)
    target.ty = b.ty
    if b.level != c.level:
        b.captured = True
    if b.kind != "let":
        c.error(
            "not-assignable",
            f"cannot assign to `{name}` (not a `let` binding)",
            target.pos,
            target.end,
            secondary=[(c.source, b.pos, b.end, "bound here")] if b.kind != "self" else None,
        )
        return b.ty
    b.assigned = True
    return shallow(b.ty) if b.ty.has_vars else b.ty


def _writable(c: Ctx, base: ast.Expr, place: ast.Expr) -> None:
    """Require that the object that ``base`` gives may be changed."""
    t: Any = base.ty
    if t.has_vars:
        t = shallow(t)
        inner: Any = t.inner if t.tag == READONLY else t
        if inner.tag == VAR:
            c.late.append(lambda: _writable_now(c, base, place))
            return
    if t.tag == READONLY or t.tag == PRIM:
        _writable_now(c, base, place)


def _writable_now(c: Ctx, base: ast.Expr, place: ast.Expr) -> None:
    t = shallow(base.ty)
    if place.__class__ is ast.Index and (t is BYTES or t is STRING):
        if t is BYTES:
            c.error("not-indexable", f"cannot assign to an element of `{c.show(t)}`", base.pos, base.end)
    elif t.tag == READONLY:
        c.error(
            "readonly-write",
            f"cannot write through a readonly view of `{c.show(t.inner)}`",  # type: ignore[attr-defined]
            base.pos,
            base.end,
        )


# ------------------------------------------------------------ struct literals


def struct_lit(c: Ctx, e: ast.StructLit, exp: Type | None) -> Type:
    """``S { f: e }``."""
    t = check_names.struct_path(c, e.path)
    if t is None or t.tag == ERROR:
        c.spoil([f.value for f in e.fields])
        e.ty = ERR
        return ERR
    item: StructItem
    if t.tag != NOMINAL or getattr(t.item, "fields", None) is None or t.item.is_newtype:  # type: ignore[attr-defined]
        pos, end = e.path[0].pos, e.path[-1].end
        name = e.path[-1].name
        help = f"write `{name}(..)`" if t.tag == NOMINAL and getattr(t.item, "is_newtype", False) else None  # type: ignore[attr-defined]
        c.error("bad-literal", f"`{name}` cannot be built with a struct literal", pos, end, help=help)
        c.spoil([f.value for f in e.fields])
        e.ty = ERR
        return ERR
    item = t.item  # type: ignore[attr-defined]
    index_of = c.shared.field_index(item)
    fields = item.fields
    generics = item.generics
    subst: Any = None
    if generics:
        if e.path[-1].name == "Self" and len(e.path) == 1:
            subst = dict(zip(generics, t.args, strict=True))  # type: ignore[attr-defined]
        else:
            subst = dict.fromkeys(generics)
            if exp is not None:
                exp = shallow(exp)
                if exp.tag == READONLY:
                    exp = shallow(exp.inner)  # type: ignore[attr-defined]
                if exp.tag == NOMINAL and exp.item is item:  # type: ignore[attr-defined]
                    subst = dict(zip(generics, exp.args, strict=True))  # type: ignore[attr-defined]
    order: list[int] = []
    seen: set[int] = set()
    wrong = False
    for f in e.fields:
        i = index_of.get(f.name)
        if i is None:
            from rusk.types.check_help import similar

            c.error(
                "unknown-field",
                f"no field `{f.name}` on `{item.name}`",
                f.pos,
                f.pos + len(f.name),
                help=similar(f.name, index_of),
            )
            c.spoil([f.value])
            wrong = True
            continue
        if i in seen:
            c.error("duplicate-field", f"duplicate field `{f.name}`", f.pos, f.pos + len(f.name))
            c.spoil([f.value])
            continue
        seen.add(i)
        order.append(i)
        check_call.argument(c, f.value, fields[i][1], subst, (item, i))
    if len(seen) != len(fields) and not wrong:
        missing = [f"`{n}`" for i, (n, _) in enumerate(fields) if i not in seen]
        c.error("missing-fields", f"missing fields {', '.join(missing)} of `{item.name}`", e.pos, e.end)
    e.res = order
    if subst is not None:
        t = terms.nominal(item, check_call.type_args(c, generics, subst, e))
    e.ty = t
    return t


HANDLERS: dict[type, Any] = {
    ast.IntLit: int_lit,
    ast.FloatLit: _literal(FLOAT),
    ast.CharLit: _literal(CHAR),
    ast.StrLit: _literal(STRING),
    ast.BytesLit: _literal(BYTES),
    ast.BoolLit: _literal(BOOL),
    ast.UnitLit: _literal(UNIT),
    ast.TupleLit: tuple_lit,
    ast.ArrayLit: array_lit,
    ast.Path: path,
    ast.Block: block,
    ast.If: if_,
    ast.Loop: loop,
    ast.While: while_,
    ast.For: for_,
    ast.Return: return_,
    ast.Break: break_,
    ast.Continue: continue_,
    ast.Lambda: lambda_,
    ast.Field: field,
    ast.TupleField: tuple_field,
    ast.Index: index,
    ast.Assign: assign,
    ast.StructLit: struct_lit,
}
