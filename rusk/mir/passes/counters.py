"""Loops that count: the step of a counter moves to the end of the turn, and the condition behind it.

An iterator steps before it hands out what it has: ``let v = self.at; self.at = v + 1; Some(v)``. Inlined, such a loop keeps two registers, the counter
and the value of this turn, and copies one to the other. When nothing reads the counter between its step and the next turn, the step may as well come last;
then the counter is the value, and the copy goes. With the step of the counter that the head compares behind all others, the code generator can end the
loop with one instruction that steps, compares and goes back.
"""

from __future__ import annotations

from rusk.mir.dataflow import Liveness
from rusk.mir.ir import Block, Function, Instr
from rusk.mir.loops import Loop, Loops
from rusk.mir.passes import usage
from rusk.mir.passes.flow import renumber, retarget, targets

_STEPS = ("int_add", "int_sub")


class _Step:
    """The step of counter ``v`` at place ``at`` of ``block``: ``op`` with a constant in register ``by``."""

    __slots__ = ("v", "block", "at", "op", "by", "loc")

    def __init__(self, v: int, block: int, at: int, made: Instr) -> None:
        self.v = v
        self.block = block
        self.at = at
        self.op = made.op
        self.by = made.args[1]
        self.loc = made.loc


def run(fn: Function) -> bool:
    """Move the steps of counters in ``fn`` to the ends of the turns; returns whether anything changed."""
    if fn.landings or len(fn.blocks) < 2 or max(usage.def_counts(fn), default=0) < 2:
        return False
    changed = False
    # Each change makes new blocks, or another order of blocks; loops are few.
    for _ in range(len(fn.blocks)):
        found = Loops(fn)
        # in a cycle without a head a step may be done several times in what looks like one turn
        if not found.reducible or not any(_improve(fn, found, loop) for loop in reversed(found.loops)):
            break
        changed = True
    return changed


def _improve(fn: Function, found: Loops, loop: Loop) -> bool:
    """Treat one loop; whether anything changed."""
    compared = _compared(fn, loop)
    for step in _steps(fn, found, loop):
        copies = _copies(fn, loop, step.v)
        last = step.v in compared
        if (copies or last) and _may_come_last(fn, found, loop, step):
            del fn.blocks[step.block].instrs[step.at]
            _replace(fn, loop, copies, step.v)
            instrs = _last_block(fn, loop).instrs
            behind = bool(instrs) and instrs[-1].op in _STEPS and instrs[-1].dst in compared
            at = len(instrs) - 1 if behind and not last else len(instrs)
            instrs.insert(at, Instr(step.op, step.v, [step.v, step.by], None, step.loc))
            usage.changed(fn)
            return True
    if not _is_counting(fn, loop):
        return False
    return _turn(fn, loop)


def _steps(fn: Function, found: Loops, loop: Loop) -> list[_Step]:
    """The only assignments of variables in ``loop``, where they are steps that each turn does once."""
    defs = usage.def_counts(fn)
    made = usage.single_defs(fn)
    inside: dict[int, list[tuple[int, int]]] = {}
    for b in loop.blocks:
        for n, ins in enumerate(fn.blocks[b].instrs):
            if ins.dst >= 0 and defs[ins.dst] > 1:
                inside.setdefault(ins.dst, []).append((b, n))
    out = []
    for v, places in inside.items():
        if len(places) != 1:
            continue
        b, n = places[0]
        ins = fn.blocks[b].instrs[n]
        if ins.op == "copy":
            sum_ = made[ins.args[0]]
            if sum_ is None or not _is_in(fn, loop, sum_):
                continue
            ins = sum_
        if ins.op not in _STEPS:
            continue
        base, by = ins.args
        constant = made[by]
        if constant is None or constant.op != "const":
            continue
        copy = made[base]
        if base != v and not (
            copy is not None and copy.op == "copy" and copy.args[0] == v and _is_in(fn, loop, copy)
        ):
            continue
        if all([found.dominators.dominates(b, t) for t in loop.tails]) and found.innermost(loop, b):
            out.append(_Step(v, b, n, ins))
    return out


def _is_in(fn: Function, loop: Loop, ins: Instr) -> bool:
    for b in loop.blocks:
        for other in fn.blocks[b].instrs:
            if other is ins:
                return True
    return False


def _may_come_last(fn: Function, found: Loops, loop: Loop, step: _Step) -> bool:
    """Whether nothing sees where in the turn the step is, and it is not last already."""
    v = step.v
    blocks = fn.blocks
    if (
        loop.tails == [step.block]
        and step.at == len(blocks[step.block].instrs) - 1
        and blocks[step.block].term.op == "jump"
    ):
        return False
    after = [b for b in loop.blocks if b == step.block or found.dominators.dominates(step.block, b)]
    for b in after:
        block = blocks[b]
        if b != step.block and v in block.term.args:
            return False
        for n, ins in enumerate(block.instrs):
            if v in ins.args and (b != step.block or n > step.at):
                return False
    if v in blocks[step.block].term.args:
        return False
    leaving = [t for b in after for t in targets(blocks[b].term) if t not in loop.blocks]
    if leaving:
        live = Liveness(fn).live_in
        return not any([live[t] >> v & 1 for t in leaving])
    return True


def _compared(fn: Function, loop: Loop) -> set[int]:
    """The variables whose comparison decides in the head of ``loop`` whether there is another turn."""
    head = fn.blocks[loop.head]
    if head.term.op != "branch":
        return set()
    copied = {ins.dst: ins.args[0] for ins in head.instrs if ins.op == "copy"}
    for ins in head.instrs:
        if ins.dst == head.term.args[0] and ins.op.startswith("int_"):
            return {copied.get(a, a) for a in ins.args}
    return set()


def _copies(fn: Function, loop: Loop, v: int) -> set[int]:
    """The registers that are a copy of ``v`` made in ``loop``, and nothing else."""
    made = usage.single_defs(fn)
    return {
        ins.dst
        for b in loop.blocks
        for ins in fn.blocks[b].instrs
        if ins.op == "copy" and ins.args[0] == v and made[ins.dst] is ins and fn.vregs[ins.dst] is fn.vregs[v]
    }


def _replace(fn: Function, loop: Loop, copies: set[int], v: int) -> None:
    """Within ``loop``, where ``v`` keeps its value through the turn now, read it instead of its copies."""
    if copies:
        for b in loop.blocks:
            block = fn.blocks[b]
            for ins in [*block.instrs, block.term]:
                if not copies.isdisjoint(ins.args):
                    ins.args = [v if a in copies else a for a in ins.args]


def _last_block(fn: Function, loop: Loop) -> Block:
    """The only block that goes back to the head, made if there is none."""
    if len(loop.tails) == 1 and fn.blocks[loop.tails[0]].term.op == "jump":
        return fn.blocks[loop.tails[0]]
    last = len(fn.blocks)
    for t in loop.tails:
        retarget(fn.blocks[t].term, lambda b: last if b == loop.head else b)
    block = Block()
    block.term = Instr("jump", -1, [], loop.head, fn.blocks[loop.tails[-1]].term.loc)
    fn.blocks.append(block)
    order = list(range(last))
    order.insert(max(loop.blocks) + 1, last)  # behind the others of the loop
    renumber(fn, order)
    return block


def _is_counting(fn: Function, loop: Loop) -> bool:
    """Whether the head only compares, a variable that the only block before it has stepped, and stands before the rest of the loop."""
    head = fn.blocks[loop.head]
    if (
        len(loop.tails) != 1
        or head.term.op != "branch"
        or len(head.instrs) != 1
        or loop.head > min(loop.blocks)
    ):
        return False
    last = fn.blocks[loop.tails[0]]
    compare = head.instrs[0]
    then, other = head.term.data
    return (
        compare.op in ("int_lt", "int_gt")
        and compare.dst == head.term.args[0]
        and last.term.op == "jump"
        and bool(last.instrs)
        and last.instrs[-1].op in _STEPS
        and last.instrs[-1].dst in compare.args
        and then in loop.blocks
        and other not in loop.blocks
        and then != loop.head
    )


def _turn(fn: Function, loop: Loop) -> bool:
    """Put the head behind the other blocks of the loop, where the code generator looks for it."""
    first = min(loop.blocks)
    inside = sorted(loop.blocks - {loop.head, loop.tails[0]})
    if loop.tails[0] != loop.head:
        inside.append(loop.tails[0])
    order = [b for b in range(first) if b not in loop.blocks]
    order += [*inside, loop.head]
    order += [b for b in range(first, len(fn.blocks)) if b not in loop.blocks]
    renumber(fn, order)
    return True
