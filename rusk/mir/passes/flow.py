"""Control flow: constant branches, jump threading, unreachable blocks, merging of straight lines.

Jump threading also looks through a small block whose branch hangs on registers that the predecessor has just set to constants: that is how a
``match`` on an `Option` made a moment ago disappears once scalar replacement has turned it into a tag. What such a block computes beside, the
predecessor then computes itself.
"""

from __future__ import annotations

from collections.abc import Callable

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import Block, Function, Instr
from rusk.mir.passes.fold import evaluate
from rusk.mir.passes.usage import single_defs, use_counts


def targets(term: Instr) -> tuple[int, ...]:
    """The blocks a terminator may go to."""
    op = term.op
    if op == "jump":
        return (term.data,)
    if op == "branch":
        return term.data  # type: ignore[no-any-return]
    if op == "switch":
        cases, default = term.data
        outs = tuple([b for _, b in cases])
        return (*outs, default) if default >= 0 else outs
    return ()


def retarget(term: Instr, f: Callable[[int], int]) -> None:
    """Replace every target block b of ``term`` by ``f(b)``."""
    op = term.op
    if op == "jump":
        term.data = f(term.data)
    elif op == "branch":
        term.data = (f(term.data[0]), f(term.data[1]))
    elif op == "switch":
        cases, default = term.data
        term.data = (tuple([(v, f(b)) for v, b in cases]), f(default) if default >= 0 else default)


def predecessors(fn: Function) -> list[int]:
    """How many edges lead to each block; the entry and the landing blocks count one more."""
    n = [0] * len(fn.blocks)
    n[0] = 1
    for b in fn.landings:
        n[b] += 1
    for block in fn.blocks:
        for t in targets(block.term):
            n[t] += 1
    return n


def _fold_branches(fn: Function) -> bool:
    made = single_defs(fn)
    changed = False
    for block in fn.blocks:
        term = block.term
        if term.op not in ("branch", "switch"):
            continue
        outs = targets(term)
        known = made[term.args[0]]
        if known is not None and known.op == "const":
            block.term = Instr("jump", -1, [], pick(term, known.data), term.loc)
            changed = True
        elif outs and all([t == outs[0] for t in outs]):
            block.term = Instr("jump", -1, [], outs[0], term.loc)
            changed = True
    return changed


def pick(term: Instr, value: object) -> int:
    """The block that a branch or switch on the constant ``value`` goes to."""
    if term.op == "branch":
        return term.data[0] if value else term.data[1]  # type: ignore[no-any-return]
    cases, default = term.data
    for v, b in cases:
        if v == value:
            return b  # type: ignore[no-any-return]
    return default  # type: ignore[no-any-return]


#: Longest block that threading evaluates.
_MAX_THREAD = 6


def _thread(fn: Function) -> bool:
    uses = use_counts(fn)
    made = single_defs(fn)
    changed = False
    # Blocks that decide: their instructions have no effects. If some of their results are read elsewhere, who jumps over them does the work itself.
    deciders: dict[int, tuple[Block, bool]] = {}
    for i, block in enumerate(fn.blocks):
        if block.term.op in ("branch", "switch") and len(block.instrs) <= _MAX_THREAD:
            if all([_skippable(ins) for ins in block.instrs]):
                deciders[i] = block, _private(block, uses)
    for i, block in enumerate(fn.blocks):
        seen = {i}
        known: dict[int, object] | None = None
        while block.term.op == "jump" and block.term.data not in seen:
            goal = block.term.data
            seen.add(goal)
            target = fn.blocks[goal]
            if not target.instrs and target.term.op == "jump":
                block.term.data = target.term.data
                changed = True
                continue
            if goal not in deciders:
                break
            decider, private = deciders[goal]
            if known is None:
                known = {}
                _learn(block.instrs, made, known)
            then = dict(known)
            _learn(decider.instrs, made, then)
            value = _value(decider.term.args[0], made, then)
            if value is None:
                break
            if not private:
                _hoist_constants(fn, decider, made)
                block.instrs.extend([Instr(d.op, d.dst, list(d.args), d.data, d.loc) for d in decider.instrs])
                known = then
            block.term = Instr("jump", -1, [], pick(decider.term, value), block.term.loc)
            changed = True

    # Branches that lead to an empty block with a jump.
    def follow(b: int) -> int:
        for _ in range(_MAX_THREAD):
            target = fn.blocks[b]
            if target.instrs or target.term.op != "jump" or target.term.data == b:
                break
            b = target.term.data
        return b

    for block in fn.blocks:
        if block.term.op in ("branch", "switch"):
            before = targets(block.term)
            retarget(block.term, follow)
            changed = changed or targets(block.term) != before
    return changed


def _hoist_constants(fn: Function, block: Block, made: list[Instr | None]) -> None:
    """Move constants to the beginning of ``fn``, so that they stay defined once when ``block`` is copied."""
    constants = [ins for ins in block.instrs if ins.op == "const" and made[ins.dst] is ins]
    if constants:
        block.instrs = [ins for ins in block.instrs if ins not in constants]
        fn.blocks[0].instrs[:0] = constants


def _skippable(ins: Instr) -> bool:
    """Whether an instruction has no effect beyond its result."""
    return ins.op == "const" or ins.op == "copy" or INTRINSICS.get(ins.op) == "pure"


def _private(block: Block, uses: list[int]) -> bool:
    """Whether only ``block`` reads what it computes, and not in another turn."""
    local: dict[int, int] = {}
    early: set[int] = set()
    written: set[int] = set()
    for ins in [*block.instrs, block.term]:
        for a in ins.args:
            local[a] = local.get(a, 0) + 1
            if a not in written:
                early.add(a)
        written.add(ins.dst)
    return all([uses[ins.dst] == local.get(ins.dst, 0) and ins.dst not in early for ins in block.instrs])


def _value(v: int, made: list[Instr | None], known: dict[int, object]) -> object | None:
    """The constant that register ``v`` holds."""
    value = known.get(v)
    if value is None:
        ins = made[v]
        if ins is not None and ins.op == "const":
            value = ins.data
    return value


def _learn(instrs: list[Instr], made: list[Instr | None], known: dict[int, object]) -> None:
    """Bring ``known``, constants by register, to the end of ``instrs``."""
    for ins in instrs:
        if ins.dst < 0:
            continue
        value: object | None = None
        if ins.op == "const":
            value = ins.data
        elif ins.op == "copy":
            value = _value(ins.args[0], made, known)
        elif INTRINSICS.get(ins.op) == "pure":
            operands = [_value(a, made, known) for a in ins.args]
            value = None if None in operands else evaluate(ins.op, operands)
        if value is None:
            known.pop(ins.dst, None)
        else:
            known[ins.dst] = value


def drop_unreachable(fn: Function) -> bool:
    """Remove the blocks of ``fn`` that cannot be reached; returns whether there were any."""
    seen = [False] * len(fn.blocks)
    stack = [0, *fn.landings]
    while stack:
        b = stack.pop()
        if seen[b]:
            continue
        seen[b] = True
        stack.extend(targets(fn.blocks[b].term))
    if all(seen):
        return False
    renumber(fn, [i for i, s in enumerate(seen) if s])
    return True


def renumber(fn: Function, order: list[int]) -> None:
    """Keep the blocks ``order`` in that order, and drop the others."""
    new = {b: i for i, b in enumerate(order)}
    fn.blocks = [fn.blocks[b] for b in order]
    for block in fn.blocks:
        retarget(block.term, lambda b: new[b])
        for ins in block.instrs:
            if ins.op == "mark":
                ins.data = new[ins.data]
    fn.landings = [new[b] for b in fn.landings if b in new]


def _merge(fn: Function) -> bool:
    preds = predecessors(fn)
    gone: set[int] = set()
    for i, block in enumerate(fn.blocks):
        if i in gone:
            continue
        while block.term.op == "jump":
            t = block.term.data
            if t == i or t == 0 or preds[t] != 1 or t in gone:
                break
            target = fn.blocks[t]
            block.instrs = [*block.instrs, *target.instrs]
            block.term = target.term
            gone.add(t)
    if not gone:
        return False
    renumber(fn, [i for i in range(len(fn.blocks)) if i not in gone])
    return True


def run(fn: Function) -> bool:
    """Simplify the control flow of ``fn``; returns whether anything changed."""
    changed = False
    for _ in range(8):
        step = _fold_branches(fn)
        step = _thread(fn) or step
        step = drop_unreachable(fn) or step
        step = _merge(fn) or step
        if not step:
            break
        changed = True
    return changed
