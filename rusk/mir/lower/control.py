"""Control flow: conditions, ``if``, loops, matches, jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusk.mir.ir import Block, Instr, MethodInst
from rusk.mir.lower import effects, expressions, patterns
from rusk.mir.lower.builder import LoopTarget
from rusk.syntax import ast
from rusk.types import terms
from rusk.types.infer import resolved
from rusk.types.resolved import PrimOp
from rusk.types.terms import NEVER, UNIT

if TYPE_CHECKING:
    from rusk.mir.lower.builder import Builder
    from rusk.mir.lower.patterns import Choice
    from rusk.types.resolved import ForLoop, MethodRef


def cond(b: Builder, e: Any, yes: Block, no: Block) -> None:
    """Go to ``yes`` or ``no`` by the value of a condition."""
    kind = e.__class__
    if kind is ast.Binary and e.op == "&&":
        middle = b.new_block()
        cond(b, e.left, middle, no)
        b.start(middle)
        cond(b, e.right, yes, no)
    elif kind is ast.Binary and e.op == "||":
        middle = b.new_block()
        cond(b, e.left, yes, middle)
        b.start(middle)
        cond(b, e.right, yes, no)
    elif kind is ast.Unary and e.op == "!" and e.res.__class__ is PrimOp and e.res.name == "bool_not":
        cond(b, e.operand, no, yes)
    elif kind is ast.BoolLit:
        b.jump(yes if e.value else no, e.pos)
    else:
        v = expressions.expr(b, e)
        b.end("branch", [v], (yes, no), e.pos)


def logic(b: Builder, e: ast.Binary, dst: int) -> int:
    """``&&`` and ``||`` as a value."""
    yes, no, after = b.new_block(), b.new_block(), b.new_block()
    r = b.reg(terms.BOOL)
    cond(b, e, yes, no)
    b.start(yes)
    b.const(terms.BOOL, True, e.pos, r)
    b.jump(after, e.pos)
    b.start(no)
    b.const(terms.BOOL, False, e.pos, r)
    b.jump(after, e.pos)
    b.start(after)
    return b.copy(r, e.pos, dst) if dst >= 0 else r


def target_reg(b: Builder, e: Any, dst: int) -> int:
    """Where the branches of ``e`` put their value."""
    if dst >= 0:
        return dst
    ty = resolved(e.ty)
    return b.reg(UNIT if ty is NEVER else ty)


def into(b: Builder, e: Any, r: int) -> None:
    """Put the value of ``e`` into ``r``; a value of type ``!`` never comes."""
    v = expressions.expr(b, e, r)
    if v != r and resolved(e.ty) is not NEVER:
        b.emit("copy", None, [v], None, e.pos, r)


def if_value(b: Builder, e: ast.If, dst: int) -> int:
    """``if`` as a value."""
    return if_(b, e, dst, True)


def if_(b: Builder, e: ast.If, dst: int, wanted: bool) -> int:
    """``if``; without ``wanted`` for its effects only. Chains of ``else if`` are a loop here."""
    after = b.new_block()
    if e.else_ is None:
        yes = b.new_block()
        cond(b, e.cond, yes, after)
        b.start(yes)
        expressions.block(b, e.then, -1, False)
        b.jump(after, e.end - 1)
        b.start(after)
        return b.unit(e.pos, dst) if wanted else -1
    r = target_reg(b, e, -1) if wanted else -1
    at: Any = e
    while True:
        yes, no = b.new_block(), b.new_block()
        cond(b, at.cond, yes, no if at.else_ is not None else after)
        b.start(yes)
        if wanted:
            into(b, at.then, r)
        else:
            expressions.block(b, at.then, -1, False)
        b.jump(after, at.then.end - 1)
        if at.else_ is None:
            # Only where the value is unit, and nobody looks.
            break
        b.start(no)
        if at.else_.__class__ is ast.If and (at.else_.else_ is not None or not wanted):
            at = at.else_
            continue
        if wanted:
            into(b, at.else_, r)
        else:
            expressions.effect(b, at.else_)
        b.jump(after, at.else_.end - 1)
        break
    b.start(after)
    if resolved(e.ty) is NEVER:
        return r
    return b.copy(r, e.pos, dst) if wanted and dst >= 0 else r


# -------------------------------------------------------------------- match


def match_value(b: Builder, e: ast.Match, dst: int) -> int:
    """``match`` as a value."""
    if e.res.handling:
        return effects.handle(b, e, dst)
    return match(b, e, dst, True)


def match(b: Builder, e: ast.Match, dst: int, wanted: bool) -> int:
    """A match without effect arms."""
    v = expressions.expr(b, e.scrutinee)
    r = target_reg(b, e, -1) if wanted else -1
    after = b.new_block()
    if v in b.variables and not all(
        [isinstance(a, ast.ValueArm) and not expressions.assigns(a.body) for a in e.arms]
    ):
        v = b.copy(v, e.pos)
    arms(b, e, [a for a in e.arms if a.__class__ is ast.ValueArm], v, r, after)
    b.start(after)
    return b.copy(r, e.pos, dst) if wanted and dst >= 0 and resolved(e.ty) is not NEVER else r


def arms(b: Builder, e: ast.Match, value_arms: list[Any], v: int, r: int, after: Block) -> None:
    """Select a value arm for ``v`` and run it; its value goes to ``r`` (-1: nobody wants it), then on to ``after``."""
    # Where each arm has been chosen.
    leaves: list[list[tuple[Block, Choice]]] = [[] for _ in value_arms]

    def leaf(choice: Choice) -> None:
        leaves[choice.arm].append((b.block, choice))

    def fail() -> None:
        b.end("trap", [], "non-exhaustive match", e.pos)

    first = len(b.order) - 1
    patterns.decide(b, [[(v, arm.pattern)] for arm in value_arms], leaf, fail, e.pos)
    tree = b.order[first:]
    del b.order[first:]
    # The blocks of each arm: they follow the leaf that leads to them, or all the others if there are several.
    bodies: dict[int, list[Block]] = {}
    shared: list[Block] = []
    before = b.order
    for arm, reached in zip(value_arms, leaves, strict=True):
        if not reached:
            continue
        loc = arm.pattern.pos
        if len(reached) == 1:
            b.block, choice = reached[0]
            b.order = [b.block]
            choice.bind(b, loc)
            _arm_body(b, arm, r, after)
            bodies[id(reached[0][0])] = b.order[1:]
        else:
            b.order = []
            _join(b, reached, loc)
            _arm_body(b, arm, r, after)
            shared += b.order
    b.order = before
    for block in tree:
        before.append(block)
        before += bodies.get(id(block), ())
    before += shared
    b.block = Block()
    before.append(b.block)


def _join(b: Builder, reached: list[tuple[Block, Choice]], loc: int) -> None:
    """Start a block that several leaves lead to; each brings the values of the names in the same registers."""
    body = b.new_block()
    names = reached[0][1].names()
    regs = [b.reg(resolved(n.ty)) for n in names]
    for block, choice in reached:
        b.block = block
        for name, reg in zip(names, regs, strict=True):
            b.emit("copy", None, [choice.value(b, name, loc)], None, loc, reg)
        block.term = Instr("jump", -1, [], body, loc)
    b.start(body)
    for name, reg in zip(names, regs, strict=True):
        b.bind(name, reg, loc, True)


def _arm_body(b: Builder, arm: Any, r: int, after: Block) -> None:
    if r == effects.TAIL:
        effects.tail(b, arm.body)
        return
    if r >= 0:
        into(b, arm.body, r)
    else:
        expressions.effect(b, arm.body)
    b.jump(after, arm.body.end - 1)


# -------------------------------------------------------------------- loops


def loop(b: Builder, e: ast.Loop, dst: int) -> int:
    """``loop { }``"""
    body, after = b.new_block(), b.new_block()
    target = LoopTarget(after, body)
    mark = effects.mark_loop(b, e.body, target, e.pos)
    b.jump(body, e.pos)
    b.start(body)
    _run(b, e.body, target)
    b.jump(body, e.end - 1)
    b.start(after)
    effects.unmark(b, mark, e.end - 1)
    return b.unit(e.pos, dst) if resolved(e.ty) is not NEVER else expressions.diverge(b, e)


def _run(b: Builder, body: ast.Block, target: LoopTarget) -> None:
    saved = b.loop
    b.loop = target
    expressions.block(b, body, -1, False)
    b.loop = saved


def while_(b: Builder, e: ast.While, dst: int) -> int:
    """``while c { }``: the condition stands after the body, so that a turn has one branch."""
    body, test, after = b.new_block(), b.new_block(), b.new_block()
    target = LoopTarget(after, test)
    mark = effects.mark_loop(b, e.body, target, e.pos)
    b.jump(test, e.pos)
    b.start(body)
    _run(b, e.body, target)
    b.jump(test, e.end - 1)
    b.start(test)
    cond(b, e.cond, body, after)
    b.start(after)
    effects.unmark(b, mark, e.end - 1)
    return b.unit(e.pos, dst)


def for_(b: Builder, e: ast.For, dst: int) -> int:
    """``for p in e { }``"""
    info: ForLoop = e.res
    v = expressions.expr(b, e.iterable)
    if v in b.variables:
        v = b.copy(v, e.pos)
    if info.kind == "iterator":
        _iterator(b, e, info, v)
    elif info.kind == "string":
        _string(b, e, info, v)
    else:
        _indexed(b, e, info, v)
    return b.unit(e.pos, dst)


def _item(b: Builder, e: ast.For, v: int) -> None:
    patterns.bind(b, e.pattern, v, "for-binding pattern match failed", e.pattern.pos)


def _indexed(b: Builder, e: ast.For, info: ForLoop, v: int) -> None:
    """Arrays and bytes: the length is taken once, elements are read as the loop gets to them."""
    n = b.emit("array_len" if info.kind == "array" else "bytes_len", terms.INT, [v], None, e.pos)
    i = b.reg(terms.INT)
    b.const(terms.INT, 0, e.pos, i)
    one = b.const(terms.INT, 1, e.pos)
    body, step, test, after = b.new_block(), b.new_block(), b.new_block(), b.new_block()
    target = LoopTarget(after, step)
    mark = effects.mark_loop(b, e.body, target, e.pos)
    b.jump(test, e.pos)
    b.start(body)
    x = b.emit("index", resolved(info.elem), [v, i], None, e.pos)
    _item(b, e, x)
    _run(b, e.body, target)
    b.jump(step, e.end - 1)
    b.start(step)
    b.emit("int_add", None, [i, one], None, e.pos, i)
    b.jump(test, e.pos)
    b.start(test)
    more = b.emit("int_lt", terms.BOOL, [i, n], None, e.pos)
    b.end("branch", [more], (body, after), e.pos)
    b.start(after)
    effects.unmark(b, mark, e.end - 1)


def _string(b: Builder, e: ast.For, info: ForLoop, v: int) -> None:
    n = b.emit("__string_byte_len", terms.INT, [v], None, e.pos)
    i = b.reg(terms.INT)
    b.const(terms.INT, 0, e.pos, i)
    body, test, after = b.new_block(), b.new_block(), b.new_block()
    target = LoopTarget(after, test)
    mark = effects.mark_loop(b, e.body, target, e.pos)
    b.jump(test, e.pos)
    b.start(body)
    x = b.emit("__string_char_at_byte", terms.CHAR, [v, i], None, e.pos)
    b.emit("__string_next_byte", None, [v, i], None, e.pos, i)
    _item(b, e, x)
    _run(b, e.body, target)
    b.jump(test, e.end - 1)
    b.start(test)
    more = b.emit("int_lt", terms.BOOL, [i, n], None, e.pos)
    b.end("branch", [more], (body, after), e.pos)
    b.start(after)
    effects.unmark(b, mark, e.end - 1)


def _inst(ref: MethodRef) -> MethodInst:
    return MethodInst(ref.method, resolved(ref.self_ty), tuple([resolved(t) for t in ref.iface_args]), ())


def _iterator(b: Builder, e: ast.For, info: ForLoop, v: int) -> None:
    assert info.next is not None
    if info.to_iter is not None:
        v = b.emit("call_method", resolved(info.next.self_ty), [v], _inst(info.to_iter), e.iterable.pos)
    option = b.world.lang_enum("Option")
    elem = resolved(info.elem)
    head, some, after = b.new_block(), b.new_block(), b.new_block()
    target = LoopTarget(after, head)
    mark = effects.mark_loop(b, e.body, target, e.pos)
    b.jump(head, e.pos)
    b.start(head)
    item = b.emit("call_method", terms.nominal(option, [elem]), [v], _inst(info.next), e.pos)
    tag = b.emit("tag", terms.INT, [item], None, e.pos)
    which = b.const(terms.INT, option.variant_index["Some"], e.pos)
    same = b.emit("int_eq", terms.BOOL, [tag, which], None, e.pos)
    b.end("branch", [same], (some, after), e.pos)
    b.start(some)
    x = b.emit("payload", elem, [item], (option.variant_index["Some"], 0), e.pos)
    _item(b, e, x)
    _run(b, e.body, target)
    b.jump(head, e.end - 1)
    b.start(after)
    effects.unmark(b, mark, e.end - 1)


# -------------------------------------------------------------------- jumps


def return_(b: Builder, e: ast.Return, dst: int) -> int:
    """``return e``"""
    from rusk.mir.lower.function import done

    v = b.unit(e.pos) if e.value is None else expressions.expr(b, e.value)
    if b.return_token is None:
        done(b, v, e.pos)
    else:
        b.end("exit", [b.place(b.return_token), v], "return", e.pos)
    return b.reg(UNIT)


def _leave(b: Builder, e: Any, kind: str) -> int:
    target = b.loop
    assert target is not None
    block = target.break_block if kind == "break" else target.continue_block
    if block is not None:
        b.jump(block, e.pos)
    else:
        token = target.break_token if kind == "break" else target.continue_token
        b.end("exit", [b.place(token), b.unit(e.pos)], kind, e.pos)
    return b.reg(UNIT)


def break_(b: Builder, e: ast.Break, dst: int) -> int:
    """``break``"""
    return _leave(b, e, "break")


def continue_(b: Builder, e: ast.Continue, dst: int) -> int:
    """``continue``"""
    return _leave(b, e, "continue")
