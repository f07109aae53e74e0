"""Matches, effect arms and effect calls (``docs/language/02-types.md`` §10, §11, 04 §2, §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.syntax import ast
from rusk.types import check_call, check_names, exhaustive, terms
from rusk.types.check_ctx import Ctx, OpenSubst
from rusk.types.check_pattern import bind_pattern
from rusk.types.infer import parts, resolved, shallow
from rusk.types.items import EnumItem, InterfaceItem
from rusk.types.resolved import ArmInfo, Binding, MatchInfo, OpRef
from rusk.types.terms import ERR, NEVER, NOMINAL, PARAM, PROJ, READONLY, TUPLE, VAR, Type

if TYPE_CHECKING:
    from rusk.types.items import FnItem


def match(c: Ctx, e: ast.Match, exp: Type | None) -> Type:
    """A ``match``; with effect arms it is `_handling`."""
    for arm in e.arms:
        if arm.__class__ is ast.EffectArm:
            return _handling(c, e, exp)
    handlers = c.handlers
    scrutinee = e.scrutinee
    t = handlers[scrutinee.__class__](c, scrutinee, None)
    if t.has_vars:
        t = c.known(t)
    before = c.div
    if exp is not None:
        exp = shallow(exp)
        if exp.tag == VAR:
            exp = None
    joined: Type | None = None
    diverge = True
    for arm in e.arms:
        saved = c.scope
        c.scope = {}
        bind_pattern(c, arm.pattern, t, "pattern")  # type: ignore[union-attr]
        c.div = False
        body = arm.body
        got = handlers[body.__class__](c, body, exp)
        if exp is None:
            if joined is None:
                joined = got
            else:
                if got is NEVER:
                    c.agree(body, joined)
                joined = c.join(joined, got, body, e.arms[0].body)
        elif got is not exp:
            if not c.assignable(got, exp):
                c.mismatch(exp, got, body)
            if c.ready:
                c.settle()
        if not c.div and got is not NEVER:
            diverge = False
        if c.scope:
            c.pop(saved)
        else:
            c.scope = saved
    if not e.arms:
        e.ty = ERR
        return c.error("no-value-arm", "`match` must have at least one value arm", e.pos, e.end)
    c.div = before or diverge
    if exp is None:
        result = joined if joined is not None else NEVER
    elif diverge and all([_is_never(a.body) for a in e.arms]):
        result = NEVER
    else:
        result = exp
    e.res = MatchInfo(False, c.level)
    e.ty = result
    if t.has_vars:
        c.late.append(lambda: _coverage(c, e))
    else:
        _coverage(c, e)
    return result


def _is_never(body: ast.Expr) -> bool:
    return shallow(body.ty) is NEVER


def _coverage(c: Ctx, e: ast.Match) -> None:
    """Exhaustiveness and unreachable arms (02 §11)."""
    arms = [a for a in e.arms if a.__class__ is ast.ValueArm]
    patterns = [a.pattern for a in arms]
    result = exhaustive.analyse(patterns)
    if result.missing:
        c.error(
            "non-exhaustive",
            f"non-exhaustive match: {missing_text(result.missing)} not covered",
            e.pos,
            e.end,
            help="add `_ => ..`",
        )
        return
    if False in result.useful and not c.errors and not _uninhabited(resolved(e.scrutinee.ty), 0):
        _unreachable(c, patterns, result.useful)


def missing_text(missing: list[str]) -> str:
    """Up to three patterns and the number of the others."""
    text = ", ".join([f"`{m}`" for m in missing[:3]])
    more = len(missing) - 3
    if more > 0:
        many = f"at least {more}" if len(missing) >= exhaustive.MAX_WITNESSES else str(more)
        text += f" and {many} more"
    return text


def _unreachable(c: Ctx, patterns: list[ast.Pattern], useful: list[bool]) -> None:
    for i, ok in enumerate(useful):
        if ok:
            continue
        note: Any = None
        for other in patterns[:i]:
            if exhaustive.covers(other, patterns[i]):
                note = [(c.source, other.pos, other.end, "this arm covers it")]
                break
        c.warn("unreachable-arm", "this arm can never match", patterns[i].pos, patterns[i].end, note)


def _uninhabited(t: Type, depth: int) -> bool:
    """Whether a type certainly has no values."""
    if t.tag == READONLY:
        t = t.inner  # type: ignore[attr-defined]
    if t is NEVER:
        return True
    if t.tag == NOMINAL:
        item = t.item  # type: ignore[attr-defined]
        return isinstance(item, EnumItem) and not item.variants
    if t.tag == TUPLE and depth < 20:
        return any([_uninhabited(x, depth + 1) for x in t.elems])  # type: ignore[attr-defined]
    return False


def check_irrefutable(c: Ctx, p: ast.Pattern) -> None:
    """A closure parameter must not be able to fail (02 §9)."""

    def run() -> None:
        missing = exhaustive.irrefutable(p)
        if missing:
            c.error(
                "refutable-pattern",
                f"refutable pattern in a closure parameter: {missing_text(missing)} not covered",
                p.pos,
                p.end,
                help="use `match` in the body",
            )

    c.late.append(run)


# ------------------------------------------------------------------ handling


def _handling(c: Ctx, e: ast.Match, exp: Type | None) -> Type:
    """A match with effect arms (04 §3)."""
    handlers = c.handlers
    scrutinee = e.scrutinee
    c.fn.handles = True
    info = MatchInfo(True, c.level + 1)
    e.res = info
    before = c.div
    c.level += 1
    outer_ops = c.handled
    ops = [
        _operation(c, a.iface, a.op, a.op_pos, a) if a.__class__ is ast.EffectArm else None for a in e.arms
    ]
    c.handled = outer_ops + tuple([op.method for op in ops if op is not None])
    t = c.known(handlers[scrutinee.__class__](c, scrutinee, None))
    c.handled = outer_ops
    c.level -= 1
    own = None
    if exp is not None:
        exp = shallow(exp)
        if exp.tag == VAR:
            exp = None
    if exp is None:
        own = c.fresh(e.pos)
        exp = own
    diverge = True
    value_arms = 0
    for arm, op in zip(e.arms, ops, strict=True):
        saved = c.push()
        c.level += 1
        direct = c.direct
        if arm.__class__ is ast.EffectArm:
            _effect_arm(c, arm, op, exp, info)
            c.direct = False
        else:
            value_arms += 1
            bind_pattern(c, arm.pattern, t, "pattern")  # type: ignore[union-attr]
        c.div = False
        body = arm.body
        want = exp
        if own is not None:
            known = shallow(own)
            got = handlers[body.__class__](c, body, None if known.tag == VAR else known)
        else:
            got = handlers[body.__class__](c, body, exp)
        if got is not NEVER and got is not want:
            if not c.assignable(got, want):
                c.mismatch(want, got, body)
            if c.ready:
                c.settle()
        if not c.div and got is not NEVER:
            diverge = False
        c.direct = direct
        c.level -= 1
        c.pop(saved)
    c.div = before or diverge
    result = shallow(exp)
    if all([_is_never(a.body) for a in e.arms]):
        if own is not None and result is own:
            c.bind(own, NEVER)
        result = NEVER
    elif result is own:
        assert own is not None
        own.never = True
        c.must_know(e.pos, e.end, own, "cannot infer type")
    e.ty = result
    if not value_arms:
        return c.error("no-value-arm", "`match` must have at least one value arm", e.pos, e.end)
    c.late.append(lambda: _coverage(c, e))
    if len(info.arms) > 1:
        c.late.append(lambda: _arm_coverage(c, e, info))
    return result


def _effect_arm(c: Ctx, arm: ast.EffectArm, op: OpRef | None, want: Type, info: MatchInfo) -> None:
    """Bind the patterns and the continuation of an effect arm."""
    patterns = arm.patterns
    if op is None:
        for p in patterns:
            bind_pattern(c, p, ERR, "pattern")
        ret: Type = ERR
    else:
        params = op.params
        if len(params) != len(patterns):
            c.error(
                "arity-mismatch",
                f"arity mismatch for `{arm.op}`: expected {len(params)}, got {len(patterns)}",
                arm.pos,
                arm.end,
            )
            params = tuple([ERR] * len(patterns))
        for p, t in zip(patterns, params, strict=True):
            bind_pattern(c, p, t, "pattern")
        ret = op.ret
    binder: Binding | None = None
    if arm.binder != "_":
        pos = arm.binder_pos if arm.binder_pos >= 0 else arm.op_pos
        binder = c.declare(arm.binder, terms.cont(ret, want), "cont", pos, pos + len(arm.binder))
    if op is not None:
        arm.res = op
        info.arms.append(ArmInfo(op, binder, c.level))


def _arm_coverage(c: Ctx, e: ast.Match, info: MatchInfo) -> None:
    """Effect arms that arms of the same operation before them cover."""
    if c.errors:
        return  # an arm may have another number of patterns
    groups: dict[tuple[object, tuple[Type, ...]], list[ast.EffectArm]] = {}
    for arm in e.arms:
        if arm.__class__ is ast.EffectArm and arm.res is not None:
            op: OpRef = arm.res
            groups.setdefault((op.method, tuple([resolved(a) for a in op.args])), []).append(arm)
    for arms in groups.values():
        if len(arms) < 2:
            continue
        n = len(arms[0].patterns)
        rows: list[list[exhaustive.Pat]] = [list(a.patterns) for a in arms]
        useful = exhaustive.analyse_rows(rows, n, False).useful
        for i, arm in enumerate(arms):
            if not useful[i] and not c.errors:
                c.warn(
                    "unreachable-arm",
                    "this arm can never match",
                    arm.pos,
                    arm.body.pos,
                    [(c.source, arms[0].pos, arms[0].body.pos, "an arm of the same operation")],
                )


# ---------------------------------------------------------------- operations


def _operation(c: Ctx, te: ast.TyPath, name: str, pos: int, node: Any) -> OpRef | None:
    """The operation ``@te.name`` of an effect arm, with variables for type arguments left out."""
    found = _find(c, te, name, pos)
    if found is None:
        return None
    iface, args, method, params, ret, origin_args = found
    subst: OpenSubst = dict(zip(iface.generics, args, strict=True)) if args else dict.fromkeys(iface.generics)
    at = node.pos
    if subst and not args:
        for g in iface.generics:
            v = c.fresh(at, g.name)
            subst[g] = v
            c.must_know(node.pos, node.end, v, f"cannot infer type argument `{g.name}`")
    op = OpRef(
        method,
        tuple([c.inst(a, subst, at) for a in origin_args]),
        tuple([c.inst(p, subst, at) for p in params]),
        c.inst(ret, subst, at),
    )
    if subst and not args:
        c.records.append(op)
    return op


def _find(
    c: Ctx, te: ast.TyPath, name: str, pos: int
) -> tuple[InterfaceItem, tuple[Type, ...] | None, FnItem, list[Type], Type, tuple[Type, ...]] | None:
    """Interface, its arguments (None: left out), the method with its types over the interface's parameters."""
    if te.bindings is not None:
        b = te.bindings[0] if te.bindings else te
        c.error("effect-bindings", "associated type bindings cannot be used in effects", b.pos, b.end)
        return None
    found = check_names.effect_interface(c, te)
    if found is None:
        return None
    iface, args = found
    memo = c.shared.operations
    key = (iface, name)
    hit = memo.get(key)
    if hit is None:
        full = iface.full_methods.get(name)
        if full is None:
            from rusk.types.check_help import similar

            c.error(
                "unknown-operation",
                f"unknown operation `{iface.name}.{name}`",
                pos,
                pos + len(name),
                help=similar(name, iface.full_methods),
            )
            return None
        method, origin_args = full
        problem = not_operation(method)
        if problem is not None:
            c.error("not-an-operation", problem, pos, pos + len(name))
            return None
        origin: Any = method.parent
        subst = dict(zip(origin.generics, origin_args, strict=True))
        hit = memo[key] = (
            method,
            [terms.substitute(p, subst) for p in method.params],
            terms.substitute(method.ret, subst),
            tuple(origin_args),
        )
    return (iface, args, *hit)


def not_operation(method: FnItem) -> str | None:
    """Why a method is no operation (04 §2)."""
    iface: Any = method.parent
    if method.receiver == "static":
        return f"static interface method `{iface.name}::{method.name}` is not an effect operation"
    if method.own_generics:
        return f"`{iface.name}.{method.name}` is generic and cannot be an effect operation"
    if any([_mentions_self(p, iface.self_param) for p in [*method.params, method.ret]]):
        return f"`{iface.name}.{method.name}` mentions `Self` and cannot be an effect operation"
    return None


def _mentions_self(t: Type, self_param: object) -> bool:
    if not t.has_params:
        return False
    if t.tag == PARAM:
        return t.param is self_param  # type: ignore[attr-defined]
    if t.tag == PROJ:
        return True
    return any([_mentions_self(p, self_param) for p in parts(t)])


def effect_call(c: Ctx, e: ast.EffectCall, exp: Type | None) -> Type:
    """``@I.op(args)``."""
    found = _find(c, e.iface, e.op, e.op_pos)
    if found is None:
        c.spoil(e.args)
        e.ty = ERR
        return ERR
    iface, args, method, params, ret, origin_args = found
    subst: Any = None
    if iface.generics:
        subst = dict(zip(iface.generics, args, strict=True)) if args else dict.fromkeys(iface.generics)
        if not args and exp is not None:
            check_call.seed(c, ret, exp, subst)
    if len(params) != len(e.args):
        check_call.wrong_arity(c, e, e.op, len(params), len(e.args))
        c.spoil(e.args)
    else:
        check_call.arguments(c, e.args, params, subst, method)
    t = ret
    if subst is not None:
        if ret.has_params:
            t = c.inst(ret, subst, e.pos)
        check_call.type_args(c, iface.generics, subst, e)
        op = OpRef(
            method,
            tuple([c.inst(a, subst, e.pos) for a in origin_args]),
            tuple([c.inst(p, subst, e.pos) for p in params]),
            t,
        )
        c.records.append(op)
    else:
        op = OpRef(method, origin_args, tuple(params), ret)
    e.res = op
    if t.has_vars:
        t = shallow(t)
    if t is NEVER:
        c.div = True
    if c.direct and method not in c.handled:
        c.performs.append((op, e))
    e.ty = t
    return t


HANDLERS: dict[type, Any] = {
    ast.Match: match,
    ast.EffectCall: effect_call,
}
