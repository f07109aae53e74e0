"""Control flow: constant branches, jump threading, unreachable blocks, merging of straight lines.

Jump threading also looks through a small block that only computes its own branch from a register that the predecessor has just set to
a constant: that is how a ``match`` on an `Option` made a moment ago disappears once scalar replacement has turned it into a tag.
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


#: Longest block that threading evaluates, and longest chain of threaded blocks.
_MAX_THREAD = 6


def _thread(fn: Function) -> bool:
    uses = use_counts(fn)
    changed = False
    # Blocks that decide: their instructions only feed their own terminator.
    deciders: dict[int, Block] = {}
    for i, block in enumerate(fn.blocks):
        if block.term.op in ("branch", "switch") and len(block.instrs) <= _MAX_THREAD:
            local: dict[int, int] = {}
            for ins in [*block.instrs, block.term]:
                for a in ins.args:
                    local[a] = local.get(a, 0) + 1
            if all([_skippable(ins) and uses[ins.dst] == local.get(ins.dst, 0) for ins in block.instrs]):
                deciders[i] = block
    for i, block in enumerate(fn.blocks):
        for _ in range(_MAX_THREAD):
            if block.term.op != "jump":
                break
            goal = block.term.data
            if goal == i:
                break
            target = fn.blocks[goal]
            if not target.instrs and target.term.op == "jump" and target.term.data != goal:
                block.term.data = target.term.data
                changed = True
                continue
            decider = deciders.get(goal)
            if decider is None:
                break
            value = _decide(block, decider)
            if value is None:
                break
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


def _skippable(ins: Instr) -> bool:
    """Whether an instruction has no effect beyond its result."""
    return ins.op == "const" or ins.op == "copy" or INTRINSICS.get(ins.op) == "pure"


def _decide(block: Block, decider: Block) -> object | None:
    """The value of the decider's condition when entered from ``block``, if the end of ``block`` tells it."""
    wanted = {a for ins in decider.instrs for a in ins.args} | set(decider.term.args)
    known: dict[int, object] = {}
    seen: set[int] = set()
    for ins in reversed(block.instrs):
        if ins.dst in wanted and ins.dst not in seen:
            seen.add(ins.dst)
            if ins.op == "const":
                known[ins.dst] = ins.data
    for ins in decider.instrs:
        if ins.op == "const":
            value = ins.data
        elif ins.op == "copy":
            value = known.get(ins.args[0])
        else:
            operands = [known.get(a) for a in ins.args]
            value = None if None in operands else evaluate(ins.op, operands)
        if value is None:
            known.pop(ins.dst, None)
        else:
            known[ins.dst] = value
    return known.get(decider.term.args[0])


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
