"""Control flow: constant branches, jump threading, unreachable blocks, merging of straight lines.

Jump threading also looks through a small block whose branch hangs on registers that the predecessor has just set to constants: that is how a
``match`` on an `Option` made a moment ago disappears once scalar replacement has turned it into a tag. What such a block computes beside, the
predecessor then computes itself.
"""

from __future__ import annotations

from collections.abc import Callable

from rusk.mir.intrinsics import INTRINSICS
from rusk.mir.ir import Block, Function, Instr
from rusk.mir.passes import usage
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
    blocks = fn.blocks
    changed = copied = False
    made = single_defs(fn)
    # Blocks that decide: their instructions have no effects. If some of their results are read elsewhere, who jumps over them does the work itself.
    deciders: dict[int, tuple[bool, bool]] = {}
    loops = {t for i, block in enumerate(blocks) for t in targets(block.term) if t <= i}
    for i, block in enumerate(blocks):
        if block.term.op != "jump":
            continue
        seen = {i}
        known: dict[int, object] | None = None
        while block.term.op == "jump" and block.term.data not in seen:
            goal = block.term.data
            seen.add(goal)
            target = blocks[goal]
            op = target.term.op
            if op == "jump":
                if target.instrs:
                    break
                block.term.data = target.term.data
                changed = True
                continue
            if op != "branch" and op != "switch":
                break
            found = deciders.get(goal)
            if found is None:
                found = deciders[goal] = _decides(fn, target)
            decides, private = found
            if not decides:
                break
            if known is None:
                known = {}
                _learn(block.instrs, made, known)
            then = dict(known)
            _learn(target.instrs, made, then)
            value = _value(target.term.args[0], made, then)
            if value is None:
                break
            if not private:
                if goal in loops or any([t in loops for t in targets(target.term)]):
                    break  # the first turn of a loop is not taken out
                _hoist_constants(fn, target, made)
                block.instrs.extend([Instr(d.op, d.dst, list(d.args), d.data, d.loc) for d in target.instrs])
                known = then
                copied = True
            block.term = Instr("jump", -1, [], pick(target.term, value), block.term.loc)
            changed = True
    if copied:
        usage.changed(fn)

    # Branches that lead to an empty block with a jump.
    def follow(b: int) -> int:
        for _ in range(_MAX_THREAD):
            target = blocks[b]
            if target.instrs or target.term.op != "jump" or target.term.data == b:
                break
            b = target.term.data
        return b

    for block in blocks:
        term = block.term
        if term.op == "branch" or term.op == "switch":
            for t in targets(term):
                target = blocks[t]
                if not target.instrs and target.term.op == "jump" and target.term.data != t:
                    before = term.data
                    retarget(term, follow)
                    changed = changed or term.data != before
                    break
    return changed


def _decides(fn: Function, block: Block) -> tuple[bool, bool]:
    """Whether a block with a branch does nothing that has an effect, and whether nothing else reads what it computes."""
    if not block.instrs:
        return True, True
    if len(block.instrs) > _MAX_THREAD or not all([_skippable(ins) for ins in block.instrs]):
        return False, False
    return True, _private(block, use_counts(fn))


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


def tidy(fn: Function) -> bool:
    """Drop blocks that cannot be reached, and join blocks that follow each other and nothing else."""
    blocks = fn.blocks
    n = len(blocks)
    # Edges from blocks that are reached; the entry and the landing blocks have one more.
    preds = [0] * n
    stack = [0, *fn.landings]
    for b in stack:
        preds[b] += 1
    seen = [False] * n
    while stack:
        b = stack.pop()
        if seen[b]:
            continue
        seen[b] = True
        for t in targets(blocks[b].term):
            preds[t] += 1
            stack.append(t)
    dropped = not all(seen)
    gone = [not s for s in seen]
    merged = False
    for i, block in enumerate(blocks):
        if gone[i]:
            continue
        while block.term.op == "jump":
            t = block.term.data
            if t == i or t == 0 or preds[t] != 1:
                break
            block.instrs += blocks[t].instrs
            block.term = blocks[t].term
            gone[t] = merged = True
    if not dropped and not merged:
        return False
    renumber(fn, [i for i in range(n) if not gone[i]])
    if dropped:
        usage.changed(fn)
    return True


def run(fn: Function) -> bool:
    """Simplify the control flow of ``fn``; returns whether anything changed."""
    if len(fn.blocks) == 1:
        return False
    changed = False
    for _ in range(8):
        step = _fold_branches(fn)
        if step:
            usage.reads_changed(fn)
        step = _thread(fn) or step
        step = tidy(fn) or step
        if not step:
            break
        changed = True
    return changed
