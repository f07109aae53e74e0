"""Handling matches and what leaves them (``docs/language/04-effects.md``; the instructions are described in ``rusk/mir/ir.py``).

The scrutinee with the value arms, each effect arm, and the test of an arm's patterns are closures: they may run on other fibers than the
function they are written in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import Clause, HandleInfo, OpInst
from rusk.mir.lower import control, expressions, patterns
from rusk.mir.lower.builder import LoopTarget, Token
from rusk.mir.lower.patterns import Row
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


def jumps_out(e: ast.Match) -> tuple[bool, bool, bool]:
    """Whether the match contains a `return`, and a `break` or `continue` of a loop around it."""
    found = [False, False, False]
    stack: list[tuple[Any, bool]] = [(e, False)]
    while stack:
        node, in_loop = stack.pop()
        if node.__class__ in (list, tuple):
            stack.extend([(x, in_loop) for x in node])
            continue
        if not isinstance(node, ast.Node) or node.__class__ is ast.Lambda:
            continue
        kind = node.__class__
        if kind is ast.Return:
            found[0] = True
        elif kind is ast.Break and not in_loop:
            found[1] = True
        elif kind is ast.Continue and not in_loop:
            found[2] = True
        inner = in_loop or kind in (ast.Loop, ast.While, ast.For)
        for slot in node.__slots__:
            if slot not in ("ty", "res"):
                part = getattr(node, slot)
                # The iterable and the condition of a loop belong to the loop around it only for `for`.
                stack.append((part, in_loop if slot == "iterable" else inner))
    return found[0], found[1], found[2]


def handle(b: Builder, e: ast.Match, dst: int) -> int:
    """A match with effect arms."""
    ty = resolved(e.ty)
    result = UNIT if ty is NEVER else ty
    out_return, out_break, out_continue = jumps_out(e)
    tokens: list[tuple[Token, str]] = []
    made: list[tuple[Token, int, Any]] = []
    saved_return = b.return_token
    if out_return and b.return_token is None:
        tokens.append((Token("return"), "return"))
    inner_loop = b.loop
    if b.loop is not None and b.loop.break_block is not None and (out_break or out_continue):
        inner_loop = LoopTarget(None, None)
        if out_break:
            inner_loop.break_token = Token("break")
            tokens.append((inner_loop.break_token, "break"))
        if out_continue:
            inner_loop.continue_token = Token("continue")
            tokens.append((inner_loop.continue_token, "continue"))
    for token, kind in tokens:
        landing = b.new_block()
        reg = b.emit("mark", terms.INT, [], landing, e.pos)
        b.places[token] = reg
        made.append((token, reg, landing))
        if kind == "return":
            b.return_token = token
    closures: list[int] = []
    clauses: list[Clause] = []
    body = _body(b, e, result, inner_loop)
    for arm, info in zip([a for a in e.arms if a.__class__ is ast.EffectArm], e.res.arms, strict=True):
        clauses.append(_clause(b, arm, info, result, inner_loop, closures))
    b.return_token = saved_return
    v = b.emit("handle", result, [body, *closures], HandleInfo(clauses), e.pos, dst)
    if made:
        b.emit("unmark", None, [made[0][1]], None, e.pos)
        after = b.new_block()
        b.jump(after, e.pos)
        for (token, kind), (_, _, landing) in zip(tokens, made, strict=True):
            del token
            b.start(landing)
            if kind == "return":
                from rusk.mir.lower.function import done

                got = b.emit("landing_value", UNIT if b.fn.ret is NEVER else b.fn.ret, [], None, e.pos)
                b.emit("unmark", None, [made[0][1]], None, e.pos)
                done(b, got, e.pos)
            else:
                assert b.loop is not None
                b.emit("landing_value", UNIT, [], None, e.pos)
                b.emit("unmark", None, [made[0][1]], None, e.pos)
                target = b.loop.break_block if kind == "break" else b.loop.continue_block
                assert target is not None
                b.jump(target, e.pos)
        b.start(after)
    if ty is NEVER:
        b.end("unreachable", [], None, e.pos)
        return b.reg(UNIT)
    return v


def _inherit(b: Builder, inner: Builder, loop: LoopTarget | None) -> None:
    """What `return`, `break` and `continue` mean in a closure of a handling match."""
    inner.return_token = b.return_token if b.return_token is not None else Token("nowhere")
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

    def leaf(row: Row) -> None:
        patterns.bind_names(inner, row, arm.pos)
        inner.jump(after, arm.pos)

    def fail() -> None:
        inner.end("unreachable", [], None, arm.pos)

    patterns.decide(inner, [Row(list(zip(regs, arm.patterns, strict=True)), [], 0)], leaf, fail, arm.pos)
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

    def leaf(row: Row) -> None:
        inner.end("return", [inner.const(terms.BOOL, True, arm.pos)], None, arm.pos)

    def fail() -> None:
        inner.jump(no, arm.pos)

    patterns.decide(inner, [Row(list(zip(regs, arm.patterns, strict=True)), [], 0)], leaf, fail, arm.pos)
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
