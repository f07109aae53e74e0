"""Handling matches and what leaves them (``docs/language/04-effects.md``; the instructions are described in ``rusk/mir/ir.py``).

The scrutinee with the value arms, each effect arm, and the test of an arm's patterns are closures: they may run on other fibers than the
function they are written in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import Clause, HandleInfo, OpInst
from rusk.mir.lower import control, expressions, patterns
from rusk.mir.lower.builder import LoopTarget, Token
from rusk.mir.lower.patterns import Choice
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.resolved import Local
from rusk.types.terms import NEVER, UNIT

if TYPE_CHECKING:
    from rusk.mir.lower.builder import Builder
    from rusk.types.resolved import ArmInfo, OpRef


def op_inst(ref: OpRef) -> OpInst:
    """The operation of an effect call or arm."""
    method = ref.method
    parent: Any = method.parent
    name = f"{parent.module.display(parent.name)}.{method.name}"
    return OpInst(
        method,
        tuple([resolved(t) for t in ref.args]),
        tuple([resolved(t) for t in ref.params]),
        resolved(ref.ret),
        name,
    )


def _parts(node: Any) -> list[Any]:
    """The nodes right below a node; lists are flattened."""
    out: list[Any] = []
    for slot in node.__slots__:
        if slot not in ("ty", "res"):
            part = getattr(node, slot)
            if part.__class__ in (list, tuple):
                out.extend([p for p in part if isinstance(p, ast.Node)])
            elif isinstance(part, ast.Node):
                out.append(part)
    return out


_LOOPS = (ast.Loop, ast.While, ast.For)


def jumps_out(node: Any) -> set[str]:
    """Which of `return`, `break` and `continue` leave a handling match inside ``node``: the last two for the loop around ``node``.

    ``node`` is a function's body or a loop's. Lambdas are functions of their own.
    """
    found: set[str] = set()
    # (node, inside a handling match, inside a loop below ``node``)
    stack: list[tuple[Any, bool, bool]] = [(node, False, False)]
    while stack:
        at, handled, looped = stack.pop()
        kind = at.__class__
        if kind is ast.Lambda:
            continue
        if handled:
            if kind is ast.Return:
                found.add("return")
            elif kind is ast.Break and not looped:
                found.add("break")
            elif kind is ast.Continue and not looped:
                found.add("continue")
        inner = handled or (kind is ast.Match and at.res is not None and at.res.handling)
        for part in _parts(at):
            # What a `for` iterates over still belongs to the loop around it.
            below = looped or (kind in _LOOPS and part is not getattr(at, "iterable", None))
            stack.append((part, inner, below))
    return found


def mark_return(b: Builder, body: ast.Block) -> None:
    """At the entry of a function: make it a target for `return` out of handling matches, if there is one."""
    from rusk.mir.lower.function import done

    if not b.item.handles or "return" not in jumps_out(body):
        return
    token = b.home_token = Token("return")
    landing, after = b.new_block(), b.new_block()
    b.places[token] = b.emit("mark", terms.INT, [], landing, body.pos)
    b.jump(after, body.pos)
    b.start(landing)
    value = b.emit("landing_value", UNIT if b.fn.ret is NEVER else b.fn.ret, [], None, body.pos)
    done(b, value, body.pos)
    b.start(after)


def mark_loop(b: Builder, body: ast.Block, target: LoopTarget, pos: int) -> int:
    """Before a loop: make it a target for `break` and `continue` out of handling matches in its body. The result is the register of the first
    token, to be unmarked where the loop is left, or -1."""
    if not b.item.handles:
        return -1
    kinds = jumps_out(body) - {"return"}
    if not kinds:
        return -1
    first = -1
    for kind in sorted(kinds):
        token = Token(kind)
        landing, after = b.new_block(), b.new_block()
        reg = b.emit("mark", terms.INT, [], landing, pos)
        b.places[token] = reg
        if first < 0:
            first = reg
        b.jump(after, pos)
        b.start(landing)
        b.emit("landing_value", UNIT, [], None, pos)
        to = target.break_block if kind == "break" else target.continue_block
        assert to is not None
        b.jump(to, pos)
        b.start(after)
        if kind == "break":
            target.break_token = token
        else:
            target.continue_token = token
    return first


def unmark(b: Builder, reg: int, pos: int) -> None:
    """Where a loop is left: its tokens are gone."""
    if reg >= 0:
        b.emit("unmark", None, [reg], None, pos)


def handle(b: Builder, e: ast.Match, dst: int) -> int:
    """A match with effect arms."""
    ty = resolved(e.ty)
    result = UNIT if ty is NEVER else ty
    loop: LoopTarget | None = None
    if b.loop is not None:
        loop = LoopTarget(None, None)
        loop.break_token = b.loop.break_token
        loop.continue_token = b.loop.continue_token
    closures: list[int] = []
    clauses: list[Clause] = []
    body = _body(b, e, result, loop)
    for arm, info in zip([a for a in e.arms if a.__class__ is ast.EffectArm], e.res.arms, strict=True):
        clauses.append(_clause(b, arm, info, result, loop, closures))
    v = b.emit("handle", result, [body, *closures], HandleInfo(clauses), e.pos, dst)
    if ty is NEVER:
        b.end("unreachable", [], None, e.pos)
        return b.reg(UNIT)
    return v


def _inherit(b: Builder, inner: Builder, loop: LoopTarget | None) -> None:
    """What `return`, `break` and `continue` mean in a closure of a handling match."""
    inner.return_token = b.return_token or b.home_token or Token("nowhere")
    inner.loop = loop


def _body(b: Builder, e: ast.Match, result: Any, loop: LoopTarget | None) -> int:
    """The scrutinee and the value arms."""
    from rusk.mir.lower import function

    inner = function.closure(b, "body", result, e.pos)
    function.reserve_env(inner)
    inner.fn.vregs[inner.fn.env] = terms.fn([], result)
    _inherit(b, inner, loop)
    v = expressions.expr(inner, e.scrutinee)
    if resolved(e.scrutinee.ty) is not NEVER:
        inner.emit("handler_off", None, [], None, e.scrutinee.end - 1)
    r = inner.reg(result)
    after = inner.new_block()
    control.arms(inner, e, [a for a in e.arms if a.__class__ is ast.ValueArm], v, r, after)
    inner.start(after)
    function.done(inner, r, e.end - 1)
    return function.close(b, inner, terms.fn([], result), e.pos)


def _clause(
    b: Builder, arm: ast.EffectArm, info: ArmInfo, result: Any, loop: LoopTarget | None, closures: list[int]
) -> Clause:
    from rusk.mir.lower import function

    op = op_inst(info.op)
    guard = -1
    if not all([patterns.irrefutable(p) for p in arm.patterns]):
        guard = len(closures)
        closures.append(_guard(b, arm, op))
    inner = function.closure(b, "arm", result, arm.pos)
    regs = [inner.reg(t) for t in op.params]
    ret = UNIT if op.ret is NEVER else op.ret
    cont_ty = terms.cont(ret, result)
    k = inner.reg(cont_ty)
    inner.fn.nparams = len(regs) + 1
    function.reserve_env(inner)
    _inherit(b, inner, loop)
    binder = info.binder
    if binder is not None:
        inner.places[binder] = k
        if inner.in_cell(binder):
            inner.bind(binder, k, arm.pos)
    after = inner.new_block()

    def leaf(choice: Choice) -> None:
        choice.bind(inner, arm.pos)
        inner.jump(after, arm.pos)

    def fail() -> None:
        inner.end("unreachable", [], None, arm.pos)

    patterns.decide(inner, [list(zip(regs, arm.patterns, strict=True))], leaf, fail, arm.pos)
    inner.start(after)
    inner.tail_binder = binder
    tail(inner, arm.body)
    used = k_used(inner, k)
    if used:
        mode = "capture"
        params = [*op.params, cont_ty]
    else:
        mode = "abort"
        _drop_param(inner, k)
        params = list(op.params)
    fn_ty = terms.fn(params, result)
    inner.fn.vregs[inner.fn.env] = fn_ty
    at = len(closures)
    closures.append(function.close(b, inner, fn_ty, arm.pos))
    return Clause(op, guard, at, mode)


def k_used(inner: Builder, k: int) -> bool:
    """Whether the arm mentions its continuation."""
    for block in inner.order:
        for ins in block.instrs:
            if k in ins.args:
                return True
        if block.term is not None and k in block.term.args:
            return True
    return False


def _drop_param(inner: Builder, k: int) -> None:
    """Take the unused continuation parameter ``k`` away: registers after it move down by one."""

    def move(v: int) -> int:
        return v - 1 if v > k else v

    fn = inner.fn
    del fn.vregs[k]
    fn.nparams -= 1
    fn.env -= 1
    for ins in inner.prologue:
        ins.dst = move(ins.dst)
        ins.args = [move(a) for a in ins.args]
    for block in inner.order:
        for ins in block.instrs:
            ins.dst = move(ins.dst) if ins.dst >= 0 else -1
            ins.args = [move(a) for a in ins.args]
        if block.term is not None:
            block.term.args = [move(a) for a in block.term.args]


def _guard(b: Builder, arm: ast.EffectArm, op: OpInst) -> int:
    """``fn(params) -> bool``: whether the patterns fit. Binds nothing."""
    from rusk.mir.lower import function

    inner = function.closure(b, "guard", terms.BOOL, arm.pos)
    regs = [inner.reg(t) for t in op.params]
    inner.fn.nparams = len(regs)
    function.reserve_env(inner)
    ty = terms.fn(op.params, terms.BOOL)
    inner.fn.vregs[inner.fn.env] = ty
    no = inner.new_block()

    def leaf(choice: Choice) -> None:
        inner.end("return", [inner.const(terms.BOOL, True, arm.pos)], None, arm.pos)

    def fail() -> None:
        inner.jump(no, arm.pos)

    patterns.decide(inner, [list(zip(regs, arm.patterns, strict=True))], leaf, fail, arm.pos)
    inner.start(no)
    inner.end("return", [inner.const(terms.BOOL, False, arm.pos)], None, arm.pos)
    return function.close(b, inner, ty, arm.pos)


# --------------------------------------------------------- tail resumption

#: As the wanted register of a match: its arms are in tail position of an effect arm.
TAIL = -2


def tail(b: Builder, e: Any) -> None:
    """The body of an effect arm, or a part of it in tail position: its value is that of the arm; ``k(e)`` resumes in constant space."""
    from rusk.mir.lower import function

    kind = e.__class__
    if kind is ast.Block and e.tail is not None:
        for s in e.stmts:
            if s.__class__ is ast.Let:
                expressions.let(b, s)
            else:
                expressions.effect(b, s.expr)
        tail(b, e.tail)
        return
    if kind is ast.If and e.else_ is not None:
        yes, no = b.new_block(), b.new_block()
        control.cond(b, e.cond, yes, no)
        b.start(yes)
        tail(b, e.then)
        b.start(no)
        tail(b, e.else_)
        return
    if kind is ast.Match and not e.res.handling:
        v = expressions.expr(b, e.scrutinee)
        if v in b.variables:
            v = b.copy(v, e.pos)
        control.arms(b, e, e.arms, v, TAIL, b.new_block())
        return
    if kind is ast.Call and e.res is None and e.callee.__class__ is ast.Path:
        res = e.callee.res
        if res.__class__ is Local and res.binding is b.tail_binder:
            k, v = expressions.operands(b, [e.callee, *e.args])
            if resolved(e.args[0].ty) is not NEVER:
                b.end("tail_resume", [k, v], None, e.pos)
            return
    v = expressions.expr(b, e)
    if resolved(e.ty) is NEVER:
        b.end("unreachable", [], None, e.end - 1)
    else:
        function.done(b, v, e.end - 1)
